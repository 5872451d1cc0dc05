"""The runner of behaviour cases finds what is wrong: a program that only prints a file stands in for bridge7, and each expectation is
held against a right and a wrong answer. And there are enough cases of answers, not of errors alone."""

import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNNER = ROOT / "tests" / "run_behaviour.py"
# commands whose answers are cases, and how many there are at least
ANSWERS_MIN = {"trial": 12, "validate": 6, "replay": 8, "assess": 12, "calibrate": 5, "model_commands": 12}

ANSWER = {"arms": [{"arm": "a", "n": 3, "dead": 1}, {"arm": "b", "n": 4, "dead": None}], "patients": 7, "level": 0.95}
# path, what is expected, whether it holds
ROWS = [
    ("patients", 7, True), ("patients", 8, False), ("patients", "7", False), ("patients", True, False),
    ("level", 0.95000000000001, True), ("level", 0.951, False),
    ("arms[arm=b].n", 4, True), ("arms[arm=c].n", 4, False), ("arms[1].dead", None, True), ("arms[0].dead", None, False),
    ("arms[2].n", 4, False), ("patiens", 7, False), ("arms[", 7, False),
    ("arms[*].arm", {"each": ["a", "b"]}, True), ("arms[*].arm", {"each": ["b", "a"]}, False), ("arms[*].arm", {"each": ["a"]}, False),
    ("level", {"from": 0, "to": 1}, True), ("level", {"from": 1, "to": 2}, False), ("arms[1].dead", {"from": 0, "to": 2}, False),
    ("arms", {"count": 2}, True), ("arms", {"count": 3}, False), ("patients", {"count": 7}, False),
    ("arms[0]", {"keys": ["arm", "n", "dead"]}, True), ("arms[0]", {"keys": ["n", "arm", "dead"]}, False),
    ("patients", {"sum": ["arms[0].n", "arms[1].n"]}, True), ("patients", {"sum": ["arms[0].n", "arms[0].n"]}, False),
    ("patients", {"about": 7}, False),
]


def run(folder: pathlib.Path, *options):
    program = folder / "prints"
    program.write_text(f'#!/bin/sh\ncat "{folder}/answer"\nexit "${{1:-0}}"\n')
    program.chmod(0o755)
    return subprocess.run([sys.executable, RUNNER, "--program", program, *options, folder / "topic"], capture_output=True, text=True)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    case = folder / "topic" / "case"
    case.mkdir(parents=True)
    (folder / "answer").write_text(json.dumps(ANSWER) + "\n")
    (case / "command").write_text("\n")
    done = run(folder)
    assert done.returncode == 1 and "expects nothing" in done.stdout, done.stdout
    for path, wanted, right in ROWS:
        (case / "expected_json").write_text(json.dumps({path: wanted}))
        done = run(folder)
        assert (done.returncode == 0) == right and (right or "expected_json" in done.stdout), f"{path} {wanted}: {done.stdout}{done.stderr}"
    (case / "expected_json").write_text("{}")
    assert run(folder).returncode == 1, "an empty expectation is none"
    # what was seen is written where a plain value stands, and the rest is still held
    (case / "expected_json").write_text(json.dumps({"patients": 1, "arms": {"count": 9}}))
    assert run(folder, "--rewrite").returncode == 1
    assert json.loads((case / "expected_json").read_text()) == {"patients": 7, "arms": {"count": 9}}
    (case / "expected_json").unlink()
    for kind in ("expected_json", "expected_stdout"):
        assert run(folder, "--record", kind).returncode == 0 and run(folder).returncode == 0
        (folder / "answer").write_text(json.dumps(ANSWER | {"patients": 6}) + "\n")
        assert run(folder).returncode == 1, kind
        (folder / "answer").write_text(json.dumps(ANSWER) + "\n")
        (case / kind).unlink()
    # an exit code that nobody expects
    (case / "command").write_text("3\n")
    (case / "expected_stdout").write_text("*\n")
    assert run(folder).returncode == 1

for topic, least in ANSWERS_MIN.items():
    cases = [c for c in (ROOT / "tests" / "behaviour" / topic).iterdir() if (c / "expected_json").exists() or (c / "expected_stdout").exists()]
    assert len(cases) >= least, f"{topic}: {len(cases)} cases of answers, of {least}"
    print(f"{topic}: {len(cases)} cases of answers")
