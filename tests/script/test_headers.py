"""Each public header compiles alone, as C and as C++, with warnings as errors; cffi reads each; no large struct goes by value; option structs
carry their size; every declared function is defined."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

import cffi

ROOT = pathlib.Path(__file__).resolve().parents[2]
CC, CXX = os.environ.get("B7_CC", "cc"), os.environ.get("B7_CXX", "c++")
HEADERS = sorted(p.name for p in (ROOT / "include").glob("*.h"))
assert {"bridge7.h", "bridge7_kernel.h", "bridge7_assess.h", "bridge7_trial.h", "bridge7_fit.h", "bridge7_survival.h", "bridge7_hla.h"} <= set(HEADERS)
BY_VALUE_MAX_BYTES = 32
# readable in one sitting
LINES_MAX = 600


def compiles_alone(header: str, folder: pathlib.Path) -> None:
    for compiler, suffix, standard in ((CC, "c", "-std=c11"), (CXX, "cc", "-std=c++11")):
        source = folder / f"alone.{suffix}"
        source.write_text(f'#include "{header}"\n#include "{header}"\nint b7_alone(void);\nint b7_alone(void) {{ return 0; }}\n')
        done = subprocess.run([compiler, standard, "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{ROOT}/include", "-c", str(source),
                               "-o", str(folder / "alone.o")], capture_output=True, text=True)
        assert done.returncode == 0, f"{header} as {suffix}:\n{done.stderr}"


def preprocessed(header: str | pathlib.Path, folder: pathlib.Path) -> str:
    """What cffi is to read: the header after the preprocessor, without what system headers declare (cffi knows those types)."""
    for system in ("stdbool.h", "stddef.h", "stdint.h"):
        (folder / system).write_text("")
    done = subprocess.run([CC, "-E", "-P", "-nostdinc", "-DB7_API=", f"-I{folder}", f"-I{ROOT}/include", "-xc", str(ROOT / "include" / header)],
                          capture_output=True, text=True)
    assert done.returncode == 0, f"{header}:\n{done.stderr}"
    return done.stdout


def read_by_cffi(header: str, text: str) -> None:
    """Declarations are C that cffi understands; structs of more than BY_VALUE_MAX_BYTES are passed and filled by address."""
    ffi = cffi.FFI()
    ffi.cdef(text)
    structs, _, _ = ffi.list_types()
    for name in structs:
        kind = ffi.typeof(name)
        if kind.kind != "struct" or kind.fields is None:
            continue
        if name.endswith("Options") and name != "B7KirOptions":
            assert kind.fields[0][0] == "struct_size", f"{header}: {name} does not begin with its size"
        if ffi.sizeof(kind) > BY_VALUE_MAX_BYTES:
            held = re.search(rf"\b{name}\s+b7_\w+\s*\(|[(,]\s*(const\s+)?{name}\s+\w+\s*[,)]", text)
            assert not held, f"{header}: {name} ({ffi.sizeof(kind)} bytes) goes by value: {held.group(0)}"


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    for header in HEADERS:
        lines = len((ROOT / "include" / header).read_text().splitlines())
        assert lines <= LINES_MAX, f"{header} has {lines} lines; it is to be read in one sitting ({LINES_MAX})"
        compiles_alone(header, folder)
        fake = folder / "fake"
        fake.mkdir(exist_ok=True)
        read_by_cffi(header, preprocessed(header, fake))
        print(f"{header}: {lines} lines; alone as C and C++, read by cffi")
    # that the check can fail
    try:
        read_by_cffi("wrong.h", "typedef struct B7Wide { double x[9]; } B7Wide; B7Wide b7_wide(void);")
        sys.exit("a large struct by value was not found")
    except AssertionError as fault:
        assert "by value" in str(fault)

build = os.environ.get("B7_BUILD")


def options_of_the_library(library: str, text: str) -> int:
    """Called as another language would: each option struct is begun by its own function, which writes no more than the caller's struct
    holds, and what was not begun so is refused with the name of that function."""
    ffi = cffi.FFI()
    ffi.cdef(text)
    called = ffi.dlopen(library)
    sources = "".join(p.read_text() for p in (ROOT / "src").rglob("*.c"))
    structs = [n for n in ffi.list_types()[0] if n.endswith("Options") and n != "B7KirOptions"]
    for name in structs:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name[2:]).lower()
        maker, size = f"b7_{words}_default", ffi.sizeof(name)
        raw = ffi.new("unsigned char[]", b"\x07" * (2 * size))
        getattr(called, maker)(ffi.cast(f"{name} *", raw), size)
        assert ffi.cast(f"{name} *", raw).struct_size == size and bytes(raw[size : 2 * size]) == b"\x07" * size, maker
        known = ffi.sizeof("size_t") * 2
        raw = ffi.new("unsigned char[]", b"\x07" * size)
        getattr(called, maker)(ffi.cast(f"{name} *", raw), known)
        assert ffi.cast(f"{name} *", raw).struct_size == known and bytes(raw[known:size]) == b"\x07" * (size - known), maker
        assert re.search(rf'b7_options_take\([^;]*"{maker}"', sources), f"nobody checks that {name} was begun by {maker}"
    return len(structs)


if build and "B7_SANITIZE:BOOL=ON" not in (pathlib.Path(build) / "CMakeCache.txt").read_text():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        everything = folder / "everything.h"
        everything.write_text("".join(f'#include "{h}"\n' for h in HEADERS))
        fake = folder / "fake"
        fake.mkdir()
        count = options_of_the_library(f"{build}/libbridge7.so", preprocessed(everything, fake))
        assert count >= 7, count
        print(f"{count} option structs begun and checked")

# declared but undefined functions would surprise a user at link time only
if build:
    declared = set()
    for header in HEADERS:
        declared |= set(re.findall(r"B7_API[^;]*?\b(b7_\w+)\(", (ROOT / "include" / header).read_text()))
    defined = set()
    for library in pathlib.Path(build).glob("*.a"):
        table = subprocess.run(["nm", "--defined-only", "-g", str(library)], capture_output=True, text=True).stdout
        defined |= set(re.findall(r" [TtWDRB] (b7_\w+)", table))
    missing = sorted(declared - defined)
    assert declared and not missing, f"declared in a public header, defined nowhere: {missing}"
    print(f"{len(declared)} declared functions are defined")
