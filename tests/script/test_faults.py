"""Patients that fail numerically: counted, marked, and an error with exit code 3 when their share passes what is allowed."""

import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
TRIAL = ROOT / "tests" / "data" / "trials" / "two_arms.yaml"


def run(folder, *options, command="trial", file=TRIAL):
    out = pathlib.Path(folder) / "r.nc"
    words = [PROGRAM, command, str(file), "--json", "--out", str(out), *options]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    return done, out


with tempfile.TemporaryDirectory() as folder:
    few = ["--patients", "40"]
    # nobody gets anywhere in 2 steps, not even to death
    done, out = run(folder, *few, "--max-steps", "2")
    assert done.returncode == 3, (done.returncode, done.stderr)
    assert done.stdout == "" and not list(pathlib.Path(folder).iterdir()), "a failed run leaves nothing behind"
    assert "80 of 80 simulated patients failed numerically, more than the share of 0.05" in done.stderr, done.stderr

    # allowed, they are counted and stand in no summary
    done, out = run(folder, *few, "--max-steps", "2", "--max-faults", "1")
    assert done.returncode == 0, done.stderr
    for arm in json.loads(done.stdout)["arms"]:
        assert arm["flow"]["failed_numerically"] == arm["flow"]["enrolled"] == 40, arm["flow"]
        assert arm["flow"]["dead"] == 0, arm["flow"]
    out.unlink()

    # between the two: a limit that some pass; the others are as in a run without limit
    free = json.loads(run(folder, *few)[0].stdout)
    assert all(arm["flow"]["failed_numerically"] == 0 for arm in free["arms"])
    mean = free["provenance"]["solver_steps"] / 80
    some = json.loads(run(folder, *few, "--max-steps", str(int(mean)), "--max-faults", "1")[0].stdout)
    failed = [arm["flow"]["failed_numerically"] for arm in some["arms"]]
    assert 0 < sum(failed) < 80, failed
    share = sum(failed) / 80
    assert run(folder, *few, "--max-steps", str(int(mean)), "--max-faults", str(share + 0.001))[0].returncode == 0
    assert run(folder, *few, "--max-steps", str(int(mean)), "--max-faults", str(share - 0.001))[0].returncode == 3

    # a rank that fails is told of by the first one, which writes nothing
    out.unlink(missing_ok=True)
    words = [PROGRAM, "trial", str(TRIAL), *few, "--out", str(out), "--ranks", "2", "--shard-wait", "600"]
    first = subprocess.Popen([*words, "--rank", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    second = subprocess.run([*words, "--rank", "1", "--tolerance", "1"], capture_output=True, text=True, timeout=600)
    assert second.returncode == 2 and second.stdout == "", (second.returncode, second.stderr)
    told = first.communicate(timeout=600)[1]
    assert first.returncode == 3 and "rank 1 of 2 failed: " in told and "tolerance" in told, (first.returncode, told)
    assert not list(pathlib.Path(folder).iterdir()), list(pathlib.Path(folder).iterdir())

    # a rank that never comes
    done = subprocess.run([*words, "--rank", "0", "--shard-wait", "0.2"], capture_output=True, text=True, timeout=600)
    assert done.returncode == 4 and "the part of rank 1 of 2 did not come within 0.2 s" in done.stderr, done.stderr
    assert not list(pathlib.Path(folder).iterdir())
print("faults: counted, limited, told across ranks")
