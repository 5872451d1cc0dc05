"""Holds the table of docs/architecture.md against the code: who includes whom, file names, file lengths, forbidden words.

Usage: check_house.py [ROOT]. Prints one line per fault; exit code 1 when there is any.
"""

import pathlib
import re
import sys

MAY_INCLUDE = {
    "base": set(),
    "model": {"base", "sbml"},
    "sbml": {"base", "model"},
    "compile": {"base", "model", "kernel"},
    "kernel": {"base"},
    "course": {"base", "kernel"},
    "result": {"base"},
    "sim": {"base", "kernel", "course", "result"},
    "assess": {"base", "course", "result"},
    "trial": {"base", "course", "result", "sim", "assess"},
    "fit": {"base", "course", "result", "sim", "assess", "trial"},
    "report": {"base", "model", "compile", "kernel", "course", "result", "sim", "assess", "trial", "fit"},
}
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
        head, _, rest = found.group(1).partition("/")
        if allowed is None:
            if rest and head in MAY_INCLUDE:
                faults.append(f"{where}:{number}: only the public header may be included here, not {found.group(1)}")
        elif rest and head in MAY_INCLUDE and head not in allowed:
            faults.append(f"{where}:{number}: includes {found.group(1)}; {path.parent.name} may include {sorted(allowed)}")
        elif not rest and head.endswith(".h") and not head.startswith("bridge7"):
            faults.append(f"{where}:{number}: write the include from src/: {found.group(1)}")
    return faults


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    faults, seen = [], 0
    for folder, others in MAY_INCLUDE.items():
        for path in sources(root / "src" / folder):
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
