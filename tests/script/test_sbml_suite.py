"""The cases of the SBML Test Suite: none wrong, each refusal names what is refused.

Runs tests/sbml_suite (a selection of the suite), or the folder that B7_SBML_SUITE names: one folder a case, with model.xml,
settings.txt and results.csv. A value x is right when |x - y| <= absolute + relative * |y|. Shares that must pass hold for
each. With -v each case that fails or is refused is told.
"""

import csv
import math
import os
import pathlib
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("B7_BUILD", ROOT / "build/release")) / "sbml_suite_case"
OWN = ROOT / "tests/sbml_suite"
SHARE_PASSING = 0.9


def settings(folder: pathlib.Path) -> dict[str, str]:
    rows = (line.partition(":") for line in (folder / "settings.txt").read_text().splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, _, value in rows}


def names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def number(text: str) -> float:
    return float(text.strip().replace("INF", "inf").replace("NaN", "nan"))


def table(text: str) -> tuple[list[str], list[list[float]]]:
    rows = [row for row in csv.reader(text.splitlines()) if row]
    return [name.strip() for name in rows[0]], [[number(x) for x in row] for row in rows[1:]]


def right(x: float, y: float, absolute: float, relative: float) -> bool:
    if math.isnan(y) or math.isinf(y):
        return math.isnan(x) if math.isnan(y) else x == y
    return abs(x - y) <= absolute + relative * abs(y)


def judge(folder: pathlib.Path) -> tuple[str, str]:
    """('right' | 'wrong' | 'refused' | 'crashed', what was said)."""
    s = settings(folder)
    absolute, relative = float(s["absolute"]), float(s["relative"])
    wanted_heads, wanted = table((folder / "results.csv").read_text())
    variables = wanted_heads[1:]
    command = [PROGRAM, folder / "model.xml", s["duration"], s["steps"], "1e-9", str(min(1e-9, 1e-4 * absolute)),
               ",".join(names(s.get("amount", ""))), ",".join(names(s.get("concentration", ""))), *variables]
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "crashed", "more than 120 s"
    said = done.stderr.strip()
    if done.returncode in (3, 4):
        return "refused", said
    if done.returncode != 0:
        return "crashed", f"exit code {done.returncode}: {said}"
    _, mine = table(done.stdout)
    if len(mine) != len(wanted):
        return "wrong", f"{len(mine)} rows, not {len(wanted)}"
    for row, expected in zip(mine, wanted):
        for head, x, y in zip(variables, row[1:], expected[1:]):
            if not right(x, y, absolute, relative):
                return "wrong", f"{head} at {expected[0]:g}: {x!r}, not {y!r}"
    return "right", ""


def main() -> int:
    whole = os.environ.get("B7_SBML_SUITE", "")
    root = pathlib.Path(whole) if whole else OWN
    only = [word for word in sys.argv[1:] if word != "-v"]
    folders = sorted(p.parent for p in root.glob("*/model.xml") if not only or p.parent.name in only)
    if not folders:
        print(f"no cases in {root}")
        return 1
    with ThreadPoolExecutor(2) as pool:
        results = list(zip(folders, pool.map(judge, folders)))
    counts = {kind: sum(r[0] == kind for _, r in results) for kind in ("right", "wrong", "refused", "crashed")}
    for folder, (kind, said) in results:
        if kind in ("wrong", "crashed") or "-v" in sys.argv and kind == "refused":
            print(f"{folder.name} {kind}: {said.replace(str(folder) + '/', '')}")
    print(f"{len(folders)} cases:", ", ".join(f"{n} {kind}" for kind, n in counts.items()))
    # a refusal without a word about why is none
    silent = [folder.name for folder, (kind, said) in results if kind == "refused" and len(said.split(": ", 1)[-1]) < 10]
    if silent:
        print("refused without a reason:", *silent)
    good = not counts["wrong"] and not counts["crashed"] and not silent
    return 0 if good and (only or counts["right"] >= SHARE_PASSING * len(folders)) else 1


if __name__ == "__main__":
    sys.exit(main())
