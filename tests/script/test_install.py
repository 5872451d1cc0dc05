"""What `cmake --install` lays out serves others: examples/one_patient.c builds against it with nothing but pkg-config, shared and static,
and with find_package; the tree may be moved; the program reads the data beside it; the shared library shows the public functions alone;
the version is the same wherever it is told."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["B7_BUILD"])
CC = os.environ.get("B7_CC", "cc")
COURSE = ["courses/yao2026.yaml", "data", "courses/yao2026.patient.yaml"]

CONSUMER = """\
cmake_minimum_required(VERSION 3.20)
project(consumer LANGUAGES C)
find_package(bridge7 {version} REQUIRED COMPONENTS static)
add_executable(with_shared {source})
target_link_libraries(with_shared PRIVATE bridge7::bridge7)
add_executable(with_static {source})
target_link_libraries(with_static PRIVATE bridge7::static)
file(WRITE ${{CMAKE_BINARY_DIR}}/share "${{bridge7_SHARE_DIR}}")
"""


def run(words, **more):
    # nothing of the build or source tree may help
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("B7_", "LD_LIBRARY"))} | more.pop("env", {})
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, env=environment, **more)
    assert done.returncode == 0, f"{' '.join(map(str, words))}: exit code {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def needed(program: pathlib.Path) -> str:
    return run(["readelf", "-d", program])


def pc(tree: pathlib.Path, *words) -> list[str]:
    folder = next(tree.rglob("bridge7.pc")).parent
    return run(["pkg-config", *words, "bridge7"], env={"PKG_CONFIG_PATH": str(folder)}).split()


def with_pkg_config(tree: pathlib.Path, folder: pathlib.Path, static: bool) -> str:
    """What the example prints, built by the compiler and pkg-config alone."""
    program = folder / ("static" if static else "shared")
    flags = pc(tree, *(["--static"] if static else []), "--cflags", "--libs")
    run([CC, "-std=c11", "-Wall", "-Werror", tree / "share/doc/bridge7/examples/one_patient.c", *flags, "-o", program])
    assert ("libbridge7.so" in needed(program)) != static
    (share,) = pc(tree, "--variable=sharedir")
    (libraries,) = pc(tree, "--variable=libdir")
    return run([program, *COURSE], cwd=share, env={} if static else {"LD_LIBRARY_PATH": libraries})


def with_cmake(tree: pathlib.Path, folder: pathlib.Path, version: str) -> list[str]:
    """What the example prints, shared and static, built by find_package."""
    folder.mkdir()
    source = tree / "share/doc/bridge7/examples/one_patient.c"
    (folder / "CMakeLists.txt").write_text(CONSUMER.format(version=version, source=source))
    run(["cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={tree}", f"-DCMAKE_C_COMPILER={CC}"])
    run(["cmake", "--build", folder / "build"])
    share = (folder / "build/share").read_text()
    assert pathlib.Path(share).resolve() == (tree / "share/bridge7").resolve(), share
    assert "libbridge7.so" not in needed(folder / "build/with_static")
    return [run([folder / "build" / name, *COURSE], cwd=share) for name in ("with_shared", "with_static")]


def refused(tree: pathlib.Path, folder: pathlib.Path, version: str) -> None:
    """Another second number is another interface."""
    folder.mkdir()
    (folder / "CMakeLists.txt").write_text(f"cmake_minimum_required(VERSION 3.20)\nproject(x NONE)\nfind_package(bridge7 {version} REQUIRED)\n")
    done = subprocess.run(["cmake", "-S", folder, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={tree}"], capture_output=True, text=True)
    assert done.returncode != 0 and "bridge7" in done.stderr, done.stderr


def shown(library: pathlib.Path) -> None:
    """Declared in a public header means shown, and the other way round."""
    declared = set()
    for header in (ROOT / "include").glob("*.h"):
        declared |= set(re.findall(r"B7_API[^;]*?\b(b7_\w+)\(", header.read_text()))
    table = run(["nm", "-D", "--defined-only", library])
    symbols = {line.split()[-1] for line in table.splitlines()}
    assert len(declared) > 150 and symbols == declared, (
        f"shown but not declared: {sorted(symbols - declared)}; declared but not shown: {sorted(declared - symbols)}")
    print(f"{len(symbols)} functions shown")


def data_beside_the_program(tree: pathlib.Path) -> None:
    """The installed data are read, not those of the source tree, from wherever the program is called."""
    products = tree / "share/bridge7/data/products.yaml"
    text = products.read_text()
    products.write_text(text + "installed_beside: 1\n")
    done = subprocess.run([tree / "bin/bridge7", "product", "list"], cwd="/", capture_output=True, text=True)
    assert done.returncode == 1 and "share/bridge7/data/products.yaml" in done.stderr and "installed_beside" in done.stderr, done
    products.write_text(text)
    run([tree / "bin/bridge7", "assess", tree / "share/bridge7/courses/yao2026.yaml"], cwd="/")


def one_version(tree: pathlib.Path) -> str:
    version = re.search(r"^project\(bridge7 VERSION (\d+\.\d+\.\d+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE).group(1)
    told = {"bridge7 --version": run([tree / "bin/bridge7", "--version"]).split()[1],
            "bridge7.pc": pc(tree, "--modversion")[0],
            "CITATION.cff": re.search(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(), re.MULTILINE).group(1),
            "CHANGELOG.md": re.search(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE).group(1),
            "SONAME": re.search(r"SONAME.*libbridge7\.so\.([\d.]+)", needed(next(tree.rglob("libbridge7.so")))).group(1) + version[version.rindex("."):]}
    assert set(told.values()) == {version}, f"CMakeLists.txt says {version}; {told}"
    return version


if "B7_SANITIZE:BOOL=ON" in (BUILD / "CMakeCache.txt").read_text():
    print("skipped: a library with sanitizers is not installed")
    sys.exit(77)
with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    first = folder / "prefix"
    run(["cmake", "--install", BUILD, "--prefix", first])
    # an installed tree is one that may be moved
    tree = folder / "moved"
    first.rename(tree)
    for text in [*tree.rglob("*.pc"), *tree.rglob("*.cmake")]:
        assert str(ROOT) not in text.read_text(), f"{text.name} knows the source tree"

    version = one_version(tree)
    shown(next(tree.rglob("libbridge7.so")))
    data_beside_the_program(tree)
    printed = [with_pkg_config(tree, folder, static=False), *with_cmake(tree, folder / "consumer", version)]
    refused(tree, folder / "refused", "0.1")
    for library in tree.rglob("libbridge7.so*"):
        library.unlink()
    printed.append(with_pkg_config(tree, folder, static=True))
    assert all(text == printed[0] for text in printed) and len(printed[0].splitlines()) > 10, printed
    print(f"bridge7 {version}: installed, moved, four programs built, one answer of {len(printed[0].splitlines())} lines")
