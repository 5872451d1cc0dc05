"""Holds the table of docs/architecture.md against the code: who includes whom, file names, file lengths, forbidden words.

Usage: check_house.py [ROOT]. Prints one line per fault; exit code 1 when there is any.
"""

import pathlib
import re
import sys

# rooms from the ground; a room may include what stands in its set, its own files and the public headers
RUNNING = {
    "base": set(),
    "stats": {"base"},
    "kernel": {"base"},
    "result": {"base"},
    "treat": {"base"},
    "course": {"base", "treat"},
    "sim": {"base", "kernel", "treat", "result"},
    "assess/rules": {"base"},
    "assess/series": {"base", "treat", "course", "result", "assess/rules"},
    "assess/hla": {"base"},
}
AUTHORING = {
    "document": {"base"},
    "netcdf": {"base", "result"},
    "reference": {"base", "kernel"},
    "model": {"base", "document"},
    "sbml": {"base", "document", "model"},
    "read/model": {"base", "document", "model", "sbml"},
    "compile/algebra": {"base", "model"},
    "compile/code": {"base", "document", "model", "kernel", "compile/algebra"},
    "compile/shipped": {"compile/code"},
    "read/catalogue": {"base", "document", "treat"},
    "read/course": {"base", "document", "treat", "course", "kernel", "read/catalogue"},
    "read/plan": {"base", "document", "treat", "course", "kernel", "read/catalogue"},
    "read/cohort": {"base", "document", "kernel", "sim"},
    "read/criteria": {"base", "document", "assess/rules", "assess/hla"},
    "trial/design": {"base", "document", "treat", "sim", "read/catalogue", "read/plan", "read/cohort"},
    "trial/run": {"base", "document", "stats", "sim", "assess/rules", "assess/series", "trial/design"},
    "study": {"base", "document", "stats", "trial/design", "trial/run"},
    "replay": {"base", "kernel", "treat", "course", "result", "sim", "assess/series", "read/cohort"},
    "fit": {"base", "document", "stats", "read/catalogue", "trial/run", "study"},
    "report": {"base", "document", "netcdf", "replay", "trial/design", "trial/run", "study", "fit"},
}
MAY_INCLUDE = RUNNING | AUTHORING
PUBLIC_ONLY = ("cli", "python", "examples")
FORBIDDEN_NAMES = re.compile(r"(^|_)(util|utils|misc|helper|helpers|common|manager)(_|\.|$)")
SMELLS = re.compile(r"\bTODO\b|\bFIXME\b|\bXXX\b|^\s*#\s*if\s+0\b")
LINES_MAX = 800
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def sources(folder: pathlib.Path):
    return sorted(p for p in folder.rglob("*") if p.suffix in (".c", ".h") and "node_modules" not in p.parts)


def check_file(path: pathlib.Path, root: pathlib.Path, allowed: set[str] | None) -> list[str]:
    faults = []
    where = path.relative_to(root)
    if FORBIDDEN_NAMES.search(path.name):
        faults.append(f"{where}: a file name must say its purpose")
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > LINES_MAX:
        faults.append(f"{where}: {len(lines)} lines; split it (at most {LINES_MAX})")
    for number, line in enumerate(lines, 1):
        if SMELLS.search(line):
            faults.append(f"{where}:{number}: left-over: {line.strip()}")
        found = INCLUDE.match(line)
        if not found:
            continue
        room, _, name = found.group(1).rpartition("/")
        if allowed is None:
            if room in MAY_INCLUDE:
                faults.append(f"{where}:{number}: only the public header may be included here, not {found.group(1)}")
        elif room in MAY_INCLUDE and room not in allowed:
            faults.append(f"{where}:{number}: includes {found.group(1)}; this room may include {sorted(allowed)}")
        elif not room and not name.startswith("bridge7"):
            faults.append(f"{where}:{number}: write the include from src/: {found.group(1)}")
    return faults


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    faults, seen = [], 0
    rooms = {str(path.parent.relative_to(root / "src")) for path in sources(root / "src")}
    faults += [f"src/{room}: no such room in the table of tools/check_house.py" for room in sorted(rooms - set(MAY_INCLUDE))]
    for folder, others in MAY_INCLUDE.items():
        if folder not in rooms:
            faults.append(f"src/{folder}: stands in the table of tools/check_house.py and is empty")
        for path in sources(root / "src" / folder) if folder in rooms else []:
            if str(path.parent.relative_to(root / "src")) != folder:
                continue
            seen += 1
            faults += check_file(path, root, others | {folder})
    for folder in PUBLIC_ONLY:
        for path in sources(root / folder):
            seen += 1
            faults += [f for f in check_file(path, root, None)]
    names = {}
    for path in sources(root / "src"):
        if path.suffix != ".c":
            continue
        if path.name in names:
            faults.append(f"{path.relative_to(root)}: the name stands already at {names[path.name]}")
        names[path.name] = path.relative_to(root)
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{seen} files, {len(faults)} faults")
    return 1 if faults or seen == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
