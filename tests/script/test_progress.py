"""The bar: on a terminal patients done, patients/s and time left, wiped at the end; nothing when piped or --quiet."""

import os
import pathlib
import pty
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
COMMANDS = [
    ["trial", str(ROOT / "tests/data/trials/two_arms.yaml"), "--patients", "200", "--block", "10"],
    ["validate", "--patients", "20"],
    ["replay", str(ROOT / "courses/yao2026.yaml"), "--patients", "100"],
]
BAR = re.compile(rb"(\w+) \[[#.]{30}\] (\d+)/(\d+)  (\d+) patients/s  (\d+) s left ")


def on_terminal(words):
    """What a terminal is told on standard error."""
    reader, writer = pty.openpty()
    process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=writer)
    os.close(writer)
    told = b""
    while True:
        try:
            more = os.read(reader, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not more:
            break
        told += more
    os.close(reader)
    assert process.wait(timeout=600) == 0, told
    return told


for words in COMMANDS:
    told = on_terminal(words)
    bars = BAR.findall(told)
    assert bars, f"{words[0]}: no bar on a terminal: {told[:300]!r}"
    done, total = int(bars[-1][1]), int(bars[-1][2])
    assert done == total, f"{words[0]}: the bar ends at {done} of {total}"
    assert any(int(bar[3]) > 0 for bar in bars), f"{words[0]}: no speed"
    assert told.endswith(b"\r" + b" " * 100 + b"\r"), f"{words[0]}: the bar is left standing: {told[-200:]!r}"
    assert on_terminal([*words, "--quiet"]) == b"", f"{words[0]} --quiet speaks"
    piped = subprocess.run([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=600)
    assert piped.returncode == 0 and piped.stderr == b"", (words[0], piped.stderr)
# the patients of all arms are counted, not the arms
assert int(BAR.findall(on_terminal(COMMANDS[0]))[-1][2]) == 400
assert int(BAR.findall(on_terminal(COMMANDS[1]))[-1][2]) % 20 == 0
print("progress: on a terminal patients/s and time left, silent otherwise")
