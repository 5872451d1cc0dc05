"""Runs the cases of one folder: each holds `command` (the arguments after `bridge7`) and what must come of it.

A case folder holds: command; optionally expected_stdout, expected_error (stderr), expected_exit (default: 0, or 1 when
expected_error exists). Texts are compared exactly, after {case} is replaced by nothing: commands run inside the case
folder. A line `*` in an expectation stands for any number of lines. `--rewrite` writes what was seen.
A failing run must leave no file behind.
"""

import argparse
import pathlib
import shlex
import subprocess
import sys


def matches(expected: str, seen: str) -> bool:
    want, have = expected.splitlines(), seen.splitlines()

    def from_here(i: int, j: int) -> bool:
        while i < len(want):
            if want[i] == "*":
                return any(from_here(i + 1, k) for k in range(j, len(have) + 1))
            if j >= len(have) or want[i] != have[j]:
                return False
            i, j = i + 1, j + 1
        return j == len(have)

    return from_here(0, 0)


def run_case(program: str, case: pathlib.Path, rewrite: bool) -> list[str]:
    before = {p for p in case.rglob("*")}
    words = shlex.split((case / "command").read_text())
    done = subprocess.run([program, *words], cwd=case, capture_output=True, text=True, timeout=240)
    faults = []
    for name, seen in (("expected_stdout", done.stdout), ("expected_error", done.stderr)):
        file = case / name
        if rewrite and file.exists():
            file.write_text(seen)
        if file.exists() and not matches(file.read_text(), seen):
            faults.append(f"{name}\n  expected: {file.read_text()!r}\n  seen:     {seen!r}")
    if (case / "expected_exit").exists():
        wanted = int((case / "expected_exit").read_text())
    else:
        wanted = 1 if (case / "expected_error").exists() else 0
    if done.returncode != wanted:
        faults.append(f"exit code {done.returncode}, expected {wanted}; stderr: {done.stderr!r}")
    left = {p for p in case.rglob("*")} - before
    if done.returncode != 0 and left:
        faults.append(f"left behind: {sorted(str(p) for p in left)}")
    for path in left:
        if path.is_file():
            path.unlink()
    if not any((case / n).exists() for n in ("expected_stdout", "expected_error", "expected_exit")):
        faults.append("the case expects nothing")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--rewrite", action="store_true")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    cases = sorted(p.parent for p in options.folder.rglob("command"))
    failed = 0
    for case in cases:
        for fault in run_case(program, case, options.rewrite):
            failed += 1
            print(f"{case.relative_to(options.folder)}: {fault}")
    print(f"{len(cases)} cases, {failed} faults")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
