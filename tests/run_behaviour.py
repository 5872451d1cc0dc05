#!/usr/bin/env python3
"""Runs the cases of one folder: each holds `command` (the arguments after `bridge7`) and what must come of it.

A case folder holds: command; and at least one of expected_stdout, expected_error (stderr), expected_json (stdout as JSON),
expected_exit (default: 0, or 1 when expected_error exists). Commands run inside the case folder. Texts are compared exactly;
a line `*` in an expectation stands for any number of lines. A failing run must leave no file behind.

expected_json maps paths to what stands there: `arms[0].flow.dead`, `arms[arm=transplant].flow.dead` (the one element whose key
has that text). What is expected is a value (numbers to nine digits), or an object with one of these keys:
  {"from": a, "to": b}     a number in that range
  {"count": n}             a list or object of so many members
  {"keys": [...]}          an object with these keys, in this order
  {"each": [...]}          the values that stand at the rest of the path in every element: `arms[*].arm`
  {"sum": [paths]}         the sum of the numbers at those paths

--rewrite writes what was seen into the expectations that are there (texts, and plain values of expected_json).
--record NAME gives an expectation of that name, made from what was seen, to each case that has none but `command`.
"""

import argparse
import json
import math
import pathlib
import re
import shlex
import subprocess
import sys

EXPECTATIONS = ("expected_stdout", "expected_error", "expected_json", "expected_exit")
STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|\[(\w+)=([^\]]*)\]|\[(\*)\]")


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


def at(document, path: str):
    """What stands at a path; LookupError says which step has nothing."""
    place, end = document, 0
    for step in STEP.finditer(path):
        if step.start() != end:
            raise LookupError(f"{path}: not a path from character {end}")
        end = step.end()
        name, index, key, text, every = step.groups()
        if every:
            return [at(element, path[end:].lstrip(".")) if path[end:] else element for element in place]
        try:
            if key:
                found = [element for element in place if str(element[key]) == text]
                if len(found) != 1:
                    raise LookupError(f"{len(found)} elements with {key}={text}")
                place = found[0]
            else:
                place = place[int(index)] if index else place[name]
        except (KeyError, IndexError, TypeError, LookupError) as fault:
            raise LookupError(f"{path}: nothing at '{path[:end]}' ({fault})") from None
    if end != len(path):
        raise LookupError(f"{path}: not a path from character {end}")
    return place


def same(wanted, seen) -> bool:
    if isinstance(wanted, bool) or isinstance(seen, bool) or not (isinstance(wanted, (int, float)) and isinstance(seen, (int, float))):
        return type(wanted) is type(seen) and wanted == seen
    return math.isclose(wanted, seen, rel_tol=1e-9, abs_tol=1e-12)


def holds(wanted, seen, document) -> bool:
    if not isinstance(wanted, dict):
        return same(wanted, seen)
    if set(wanted) == {"from", "to"}:
        return isinstance(seen, (int, float)) and not isinstance(seen, bool) and wanted["from"] <= seen <= wanted["to"]
    if set(wanted) == {"count"}:
        return isinstance(seen, (list, dict)) and len(seen) == wanted["count"]
    if set(wanted) == {"keys"}:
        return isinstance(seen, dict) and list(seen) == wanted["keys"]
    if set(wanted) == {"each"}:
        return isinstance(seen, list) and len(seen) == len(wanted["each"]) and all(map(same, wanted["each"], seen))
    if set(wanted) == {"sum"}:
        return same(sum(at(document, path) for path in wanted["sum"]), seen)
    raise LookupError(f"expected_json does not know {sorted(wanted)}")


def json_faults(file: pathlib.Path, text: str, rewrite: bool) -> list[str]:
    wanted = json.loads(file.read_text())
    try:
        document = json.loads(text)
    except json.JSONDecodeError as fault:
        return [f"expected_json: stdout is no JSON: {fault}: {text[:200]!r}"]
    if not wanted:
        return ["expected_json expects nothing"]
    faults = []
    for path, value in wanted.items():
        try:
            seen = at(document, path)
            if rewrite and not isinstance(value, dict):
                wanted[path] = seen
            elif not holds(value, seen, document):
                faults.append(f"expected_json, {path}\n  expected: {json.dumps(value)}\n  seen:     {json.dumps(seen)[:500]}")
        except LookupError as fault:
            faults.append(f"expected_json, {fault}")
    if rewrite:
        file.write_text(json.dumps(wanted, indent=1, ensure_ascii=False) + "\n")
    return faults


def leaves(value, path: str = ""):
    """Every single value of a document with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    else:
        yield path, value


def record(case: pathlib.Path, name: str, done) -> None:
    """An expectation from what was seen; of JSON every value, from which one keeps what the case is about."""
    if name == "expected_json":
        (case / name).write_text(json.dumps(dict(leaves(json.loads(done.stdout))), indent=1, ensure_ascii=False) + "\n")
    else:
        (case / name).write_text({"expected_stdout": done.stdout, "expected_error": done.stderr, "expected_exit": f"{done.returncode}\n"}[name])


def run_case(program: str, case: pathlib.Path, options) -> list[str]:
    before = {p for p in case.rglob("*")}
    words = shlex.split((case / "command").read_text())
    done = subprocess.run([program, *words], cwd=case, capture_output=True, text=True, timeout=240)
    left = {p for p in case.rglob("*")} - before
    for path in left:
        if path.is_file():
            path.unlink()
    if options.record and not any((case / n).exists() for n in EXPECTATIONS):
        record(case, options.record, done)
    faults = []
    for name, seen in (("expected_stdout", done.stdout), ("expected_error", done.stderr)):
        file = case / name
        if options.rewrite and file.exists():
            file.write_text(seen)
        if file.exists() and not matches(file.read_text(), seen):
            faults.append(f"{name}\n  expected: {file.read_text()!r}\n  seen:     {seen!r}")
    if (case / "expected_json").exists():
        faults += json_faults(case / "expected_json", done.stdout, options.rewrite)
    if (case / "expected_exit").exists():
        wanted = int((case / "expected_exit").read_text())
    else:
        wanted = 1 if (case / "expected_error").exists() else 0
    if done.returncode != wanted:
        faults.append(f"exit code {done.returncode}, expected {wanted}; stderr: {done.stderr!r}")
    if done.returncode != 0 and left:
        faults.append(f"left behind: {sorted(str(p) for p in left)}")
    if not any((case / n).exists() for n in EXPECTATIONS):
        faults.append("the case expects nothing")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--rewrite", action="store_true")
    parser.add_argument("--record", choices=EXPECTATIONS, metavar="NAME")
    parser.add_argument("folder", type=pathlib.Path)
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    cases = sorted(p.parent for p in options.folder.rglob("command"))
    failed = 0
    for case in cases:
        for fault in run_case(program, case, options):
            failed += 1
            print(f"{case.relative_to(options.folder)}: {fault}")
    print(f"{len(cases)} cases, {failed} faults")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
