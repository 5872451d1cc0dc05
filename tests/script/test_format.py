"""Every C file of the tree is as clang-format writes it (.clang-format). Without clang-format the test is skipped."""

import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
# the public headers are laid out by hand: their columns of comments are read as tables
FOLDERS = ("src", "cli", "examples", "bench", "tools", "tests")
# what another program wrote, or what stands for its text
NOT_OURS = ("tests/golden", "tests/dsmts", "bench/rivals")

program = shutil.which("clang-format") or shutil.which("clang-format-14")
if not program:
    print("clang-format is missing; skipped")
    raise SystemExit(0)

files = [str(path.relative_to(ROOT)) for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.[ch]"))]
files = [path for path in files if not path.startswith(NOT_OURS)]
assert len(files) > 250, f"only {len(files)} files found"
done = subprocess.run([program, "--dry-run", "--Werror", *files], cwd=ROOT, capture_output=True, text=True)
differing = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "code should be clang-formatted" in line})
print(f"{len(files)} files, {len(differing)} not formatted")
assert done.returncode == 0 and not differing, "run clang-format -i on: " + " ".join(differing)
