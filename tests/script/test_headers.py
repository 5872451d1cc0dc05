"""Each public header compiles alone, as C and as C++, with warnings as errors; every declared function is defined."""

import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CC, CXX = os.environ.get("B7_CC", "cc"), os.environ.get("B7_CXX", "c++")

with tempfile.TemporaryDirectory() as folder:
    for header in ("bridge7.h", "bridge7_endpoints.h", "bridge7_kernel.h"):
        for compiler, suffix, standard in ((CC, "c", "-std=c11"), (CXX, "cc", "-std=c++11")):
            source = pathlib.Path(folder) / f"alone.{suffix}"
            source.write_text(f'#include "{header}"\n#include "{header}"\nint b7_alone(void);\nint b7_alone(void) {{ return 0; }}\n')
            done = subprocess.run(
                [compiler, standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT}/include", "-c", str(source),
                 "-o", str(pathlib.Path(folder) / "alone.o")], capture_output=True, text=True)
            assert done.returncode == 0, f"{header} as {suffix}:\n{done.stderr}"
            print(f"{header} compiles alone as {standard[5:]}")

# declared but undefined functions would surprise a user at link time only
build = os.environ.get("B7_BUILD")
if build:
    declared = set(re.findall(r"B7_API[^;]*?\b(b7_\w+)\(", "".join(path.read_text() for path in sorted((ROOT / "include").glob("*.h")))))
    defined = set()
    for library in pathlib.Path(build).glob("*.a"):
        table = subprocess.run(["nm", "--defined-only", "-g", str(library)], capture_output=True, text=True).stdout
        defined |= set(re.findall(r" [TtWDRB] (b7_\w+)", table))
    missing = sorted(declared - defined)
    assert declared and not missing, f"declared in include/, defined nowhere: {missing}"
    print(f"{len(declared)} declared functions are defined")
