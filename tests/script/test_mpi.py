"""Ranks started by mpirun: the bytes of one process, also after SIGKILL of one rank or of all and --resume. Skipped where mpirun is missing."""

import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
TRIAL = ROOT / "tests" / "data" / "trials" / "two_arms.yaml"
WORDS = [PROGRAM, "trial", str(TRIAL), "--patients", "120", "--block", "8", "--threads", "1", "--json"]
KILLS = 10
SKIPPED = 77

launcher = shutil.which("mpirun")
if not launcher:
    print("skipped: there is no mpirun here (openmpi-bin)")
    sys.exit(SKIPPED)


def start(ranks, out, *options):
    words = [launcher, "--allow-run-as-root", "--oversubscribe", "-n", str(ranks), *WORDS, "--out", str(out), *options]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(ranks, out, *options):
    process = start(ranks, out, *options)
    printed, told = process.communicate(timeout=600)
    assert process.returncode == 0, told
    return hashlib.sha256(printed + out.read_bytes()).hexdigest()


def children(parent):
    """Processes of the launcher."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            pass  # it ended while we looked
    return found


def kill(process):
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    out, state = folder / "r.nc", folder / "state"
    alone = subprocess.run([*WORDS, "--out", str(out)], capture_output=True, timeout=600)
    assert alone.returncode == 0, alone.stderr
    wanted = hashlib.sha256(alone.stdout + out.read_bytes()).hexdigest()
    for ranks in (1, 2, 3):
        began = time.monotonic()
        assert finish(ranks, out) == wanted, f"mpirun -n {ranks}: other bytes"
        seconds = time.monotonic() - began
        assert [p.name for p in folder.iterdir()] == ["r.nc"], list(folder.iterdir())

    moments = random.Random(20261126)
    killed, went_on = 0, 0
    for attempt in range(KILLS):
        for left in folder.iterdir():
            left.unlink()
        ranks = 2 + attempt % 2
        process = start(ranks, out, "--checkpoint", str(state))
        try:
            process.communicate(timeout=moments.uniform(0.2, 1) * seconds)
        except subprocess.TimeoutExpired:
            of_it = children(process.pid)
            # one rank, which the launcher answers by ending the others; or all at once, the launcher too
            for victim in of_it[:1] if attempt % 3 == 0 else [process.pid, *of_it]:
                kill(victim)
            process.communicate(timeout=60)
            killed += bool(of_it)
        went_on += any(folder.glob("state*"))
        assert finish(ranks, out, "--checkpoint", str(state), "--resume") == wanted, f"attempt {attempt}: other bytes"
    assert killed >= KILLS // 2 and went_on >= KILLS // 4, (killed, went_on)
print(f"mpirun -n 1, 2 and 3, {killed} of {KILLS} runs killed, {went_on} went on from a checkpoint: one hash {wanted[:16]}")
