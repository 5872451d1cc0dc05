"""The house: include table, names, lengths; and that the check can fail."""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECK = ROOT / "tools" / "check_house.py"


def run(root):
    return subprocess.run([sys.executable, str(CHECK), str(root)], capture_output=True, text=True)


done = run(ROOT)
print(done.stdout)
assert done.returncode == 0, done.stdout

# a forbidden include is found
with tempfile.TemporaryDirectory() as folder:
    bad = pathlib.Path(folder) / "src" / "base"
    bad.mkdir(parents=True)
    (bad / "x.c").write_text('#include "sim/worker.h"\n')
    done = run(folder)
    assert done.returncode == 1 and "x.c:1" in done.stdout, done.stdout
print("2 passed, 0 failed")
