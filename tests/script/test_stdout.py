"""What cannot be printed is an error in every command: a full device, a closed stream, a reader that has gone and is not to kill the
program. Nothing else is written into the place of stdout."""

import os
import pathlib
import signal
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
COURSE = "courses/yao2026.yaml"
TRIAL = "tests/data/trials/few_plans.yaml"
SURVIVAL = "tests/data/survival/veteran.csv"
FIT = "fits/cd7_trials.yaml"
SMALL_FIT = ["tests/behaviour/calibrate/list/fit.yaml", "--studies", "tests/behaviour/calibrate/list/studies.yaml"]
TYPINGS = ["--recipient", "A*01:01,A*02:01", "--donor", "A*01:01,A*02:01"]

COMMANDS = [
    ["--help"],
    ["--version"],
    ["replay", "--help"],
    ["replay", COURSE, "--patients", "0"],
    ["replay", COURSE, "--patients", "0", "--quiet", "--json"],
    ["trial", TRIAL, "--patients", "16"],
    ["trial", TRIAL, "--patients", "16", "--quiet", "--json"],
    ["validate", "--list"],
    ["validate", "--study", "PAN2021", "--patients", "4", "--quiet"],
    ["validate", "--predict", "PAN2025", "--patients", "4", "--quiet", "--json"],
    ["calibrate", FIT, "--list"],
    ["calibrate", *SMALL_FIT, "--patients", "8", "--max-evaluations", "3", "--quiet", "--json"],
    ["assess", COURSE],
    ["assess", COURSE, "--json"],
    ["assess", COURSE, "--explain", "crs"],
    ["survival", SURVIVAL, "--time", "time", "--status", "status"],
    ["survival", SURVIVAL, "--time", "time", "--status", "status", "--json"],
    ["hla", *TYPINGS],
    ["hla", *TYPINGS, "--json"],
    ["product", "list"],
    ["product", "show", "autologous"],
    ["product", "compare", "autologous", "nk"],
    ["model", "check"],
    ["model", "check", "--json"],
    ["model", "cost"],
    ["model", "describe"],
    ["model", "c"],
]


def run(words, **streams):
    return subprocess.run([PROGRAM, *map(str, words)], cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=240, **streams)


def full(words):
    with open("/dev/full", "w") as device:
        done = run(words, stdout=device)
    assert done.returncode == 4, f"{words}: exit code {done.returncode} with a full device; {done.stderr}"
    assert "stdout: cannot be written" in done.stderr, f"{words}: {done.stderr}"


def closed(words):
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" >&-', PROGRAM, *map(str, words)], cwd=ROOT, stderr=subprocess.PIPE, text=True, timeout=240
    )
    assert done.returncode == 4 and "stdout: cannot be written" in done.stderr, f"{words}: {done.returncode} {done.stderr}"


def reader_gone(words):
    """The pipe has no reader and SIGPIPE is ignored, as under many a scheduler."""
    read, write = os.pipe()
    os.close(read)
    done = run(words, stdout=write, preexec_fn=lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN), restore_signals=False)
    os.close(write)
    assert done.returncode == 4 and "stdout: cannot be written" in done.stderr, f"{words}: {done.returncode} {done.stderr}"


def files_keep_to_themselves():
    """With all three streams closed a file must not get the number of one of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "r.nc"
        words = ["replay", COURSE, "--patients", "0", "--json", "--out", str(path)]
        done = subprocess.run(["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', PROGRAM, *words], cwd=ROOT, timeout=240)
        assert done.returncode == 4, done.returncode
        header = subprocess.run(["ncdump", "-h", path], capture_output=True, text=True)
        assert header.returncode == 0 and "global attributes:" in header.stdout, header.stderr
        assert [p.name for p in pathlib.Path(folder).iterdir()] == ["r.nc"]


def no_command_is_left_out():
    told = run(["--help"], stdout=subprocess.PIPE).stdout
    commands = {line.split()[1] for line in told.splitlines() if line.startswith("  bridge7 ")}
    tried = {words[0] for words in COMMANDS if not words[0].startswith("-")}
    assert len(commands) > 8 and commands == tried, f"told {sorted(commands)}, tried {sorted(tried)}"


def all_well():
    done = run(["model", "describe"], stdout=subprocess.PIPE)
    assert done.returncode == 0 and len(done.stdout) > 10000 and not done.stderr, done.stderr


if __name__ == "__main__":
    for command in COMMANDS:
        full(command)
    for command in (COMMANDS[1], ["model", "describe"], ["product", "list"]):
        closed(command)
        reader_gone(command)
    files_keep_to_themselves()
    no_command_is_left_out()
    all_well()
    print(f"{len(COMMANDS)} commands with a full device")
