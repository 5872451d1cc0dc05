"""A trial killed at 20 moments and resumed gives the bytes of one that was left alone; wrong checkpoints are refused."""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
TRIAL = ROOT / "tests" / "data" / "trials" / "two_arms.yaml"
KILLS = 20
BASE = [PROGRAM, "trial", str(TRIAL), "--patients", "160", "--block", "8", "--json"]


def start(*options):
    return subprocess.Popen([*BASE, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(*options):
    process = start(*options)
    printed, told = process.communicate(timeout=600)
    assert process.returncode == 0, told
    return printed


def refused(text, *options):
    process = start(*options)
    printed, told = process.communicate(timeout=600)
    assert process.returncode == 1 and printed == b"", (process.returncode, printed)
    assert text in told.decode(), f"wanted {text!r}, seen {told.decode()!r}"


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    whole, out, state = folder / "whole.nc", folder / "r.nc", folder / "state"
    began = time.monotonic()
    wanted = finish("--out", str(whole))
    seconds = time.monotonic() - began

    moments = random.Random(20260331)
    killed, went_on = 0, 0
    for attempt in range(KILLS):
        state.unlink(missing_ok=True)
        out.unlink(missing_ok=True)
        process = start("--out", str(out), "--checkpoint", str(state))
        try:
            process.communicate(timeout=moments.uniform(0, seconds))
            seconds *= 0.8  # the first run was slower than the others: aim earlier
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
            # the last kills may come between the rename of the output and the end of the process
            assert not out.exists() or out.read_bytes() == whole.read_bytes(), "a killed run leaves its output whole or not at all"
        went_on += state.exists()
        printed = finish("--out", str(out), "--checkpoint", str(state), "--resume")
        assert printed == wanted, f"attempt {attempt}: other bytes printed"
        assert out.read_bytes() == whole.read_bytes(), f"attempt {attempt}: other bytes in the file"
    assert killed >= KILLS // 2 and went_on >= KILLS // 4, (killed, went_on)
    assert not list(folder.glob("state.*.part")), "half-written checkpoints of killed runs are removed on resuming"

    # what decides the outcome is part of the checkpoint; threads and lanes are not
    options = ["--checkpoint", str(state), "--resume"]
    assert finish(*options, "--threads", "1", "--max-lanes", "2") == wanted
    refused("there 'seed: 11', here 'seed: 12'", *options, "--seed", "12")
    refused("there 'tolerance: ", *options, "--tolerance", "1e-4")
    refused("there 'patients: 160', here 'patients: 170'", *options, "--patients", "170")
    whole_state = state.read_bytes()
    changed = bytearray(whole_state)
    changed[len(changed) // 2] ^= 1
    state.write_bytes(changed)
    refused("is damaged", *options)
    state.write_bytes(whole_state[: len(whole_state) // 2])
    refused("is damaged", *options)
    state.write_text("something else")
    refused("is not the state of a trial", *options)
    data = folder / "home"
    for part in ("data", "criteria"):
        shutil.copytree(ROOT / part, data / part)
    with open(data / "data" / "populations" / "rr_t_all_adult.yaml", "a") as file:
        file.write("# changed\n")
    state.write_bytes(whole_state)
    os.environ["B7_HOME"] = str(data)
    refused("there 'population: ", *options)
print(f"{killed} of {KILLS} runs killed, {went_on} went on from a checkpoint: the same bytes")
