"""The running leg compiles and links with libm and threads alone: this is what goes where there is no YAML, SBML or NetCDF."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src"
sys.path.insert(0, str(ROOT / "tools"))
from check_house import RUNNING  # noqa: E402 - the rooms of the running leg stand in one table

CC = os.environ.get("B7_CC", "cc")
# what the running leg asks of the outside: the kernel it runs, and look-ups in it
GIVEN = re.compile(r"^b7_kernel_|^b7_version$")

running = [p for room in RUNNING for p in sorted((SOURCES / room).glob("*.c")) if p.name != "stepper_lanes.c"]
assert len(running) > 40, "the running leg has shrunk to nothing"
with tempfile.TemporaryDirectory() as folder:
    objects = []
    stepper = SOURCES / "kernel" / "stepper_lanes.c"
    jobs = [(source, []) for source in running] + [(stepper, [])]
    jobs += [(stepper, [f"-DB7_LANES={lanes}", "-DB7_STEPPER_ISA=plain"]) for lanes in (2, 4, 8)]
    for number, (source, options) in enumerate(jobs):
        target = pathlib.Path(folder) / f"{number}.o"
        done = subprocess.run([CC, *options, "-std=gnu11", "-O1", "-w", "-ffp-contract=off", f"-I{ROOT}/include",
                               f"-I{SOURCES}", "-c", str(source), "-o", str(target)], capture_output=True, text=True)
        assert done.returncode == 0, f"{source.name} needs more than the running leg has:\n{done.stderr[:2000]}"
        objects.append(str(target))
    done = subprocess.run([CC, *objects, "-shared", "-Wl,-z,defs", "-lm", "-lpthread", "-o", f"{folder}/leg.so"],
                          capture_output=True, text=True)
    missing = sorted(set(re.findall(r"undefined reference to `(\w+)'", done.stderr)))
    foreign = [name for name in missing if not GIVEN.match(name)]
    print(f"{len(running)} files; asked of the kernel: {', '.join(missing)}")
    assert not foreign, f"the running leg calls what is not in it: {foreign}"
print("1 passed, 0 failed")
sys.exit(0)
