"""examples/one_patient.c, built against the public header alone, prints examples/one_patient.out (numbers within 2 %).

`--write` writes that file from what is printed now.
"""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["B7_BUILD"])
ANSWER = ROOT / "examples" / "one_patient.out"
NUMBER = re.compile(r"-?\d+\.?\d*(?:e[+-]?\d+)?")
TOLERANCE = 0.02
# below this many percent, cells or cells per uL nothing can be measured; chance and rounding decide
FLOOR = 1e-6

source = (ROOT / "examples" / "one_patient.c").read_text()
includes = re.findall(r"#include [<\"]([^>\"]+)", source)
assert "bridge7.h" in includes and not [i for i in includes if "/" in i], f"an example knows the public header alone: {includes}"

done = subprocess.run([BUILD / "example_one_patient", "courses/yao2026.yaml", "data", "courses/yao2026.patient.yaml"], cwd=ROOT,
                      capture_output=True, text=True)
assert done.returncode == 0, done.stderr
if "--write" in sys.argv:
    ANSWER.write_text(done.stdout)

# the count of steps depends on the machine's lanes and the compiler; that it is told does not
wanted, seen = (re.sub(r"\d+ steps, \d+ rejected", "N steps, N rejected", text) for text in (ANSWER.read_text(), done.stdout))
assert NUMBER.sub("#", wanted).split() == NUMBER.sub("#", seen).split(), f"not the same lines:\n{seen}"
pairs = [(float(a), float(b)) for a, b in zip(NUMBER.findall(wanted), NUMBER.findall(seen))]
worst = max(abs(a - b) / max(abs(a), FLOOR) for a, b in pairs)
print(f"{len(pairs)} numbers, largest relative difference {worst:.2g}")
assert len(pairs) > 40 and worst < TOLERANCE, f"examples/one_patient.out differs; is the change meant? then --write\n{seen}"

# mistakes of the user are told, with the exit code that belongs to them
wrong = subprocess.run([BUILD / "example_one_patient", "courses/no_such.yaml", "data", "courses/yao2026.patient.yaml"], cwd=ROOT,
                       capture_output=True, text=True)
assert wrong.returncode == 1 and "no_such.yaml" in wrong.stderr, (wrong.returncode, wrong.stderr)
