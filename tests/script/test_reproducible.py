"""One hash of a trial's bytes (JSON and NetCDF) over lanes, threads, blocks and ranks.

Every combination of lanes, threads and blocks is run; ranks turn with them, so that each value meets each of the others. Ranks
are started by hand, and once by mpirun when there is one.
"""

import hashlib
import itertools
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
TRIAL = ROOT / "tests" / "data" / "trials" / "two_arms.yaml"
WORDS = [PROGRAM, "trial", str(TRIAL), "--patients", "50", "--json"]


def digest(printed, path):
    return hashlib.sha256(printed + path.read_bytes()).hexdigest()


def run(folder, ranks, *options):
    """The hash of one run by `ranks` processes that start together."""
    out = pathlib.Path(folder) / "r.nc"
    started = []
    for rank in range(ranks):
        words = [*WORDS, "--out", str(out), "--rank", str(rank), "--ranks", str(ranks), "--shard-wait", "600", *options]
        started.append(subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE))
    printed = [process.communicate(timeout=600) for process in started]
    assert all(process.returncode == 0 for process in started), printed
    assert all(text == b"" for text, _ in printed[1:]), "only the first rank prints"
    left = sorted(p.name for p in pathlib.Path(folder).iterdir())
    assert left == ["r.nc"], f"beside the output: {left}"
    found = digest(printed[0][0], out)
    out.unlink()
    return found


with tempfile.TemporaryDirectory() as folder:
    wanted = run(folder, 1)
    cases = list(itertools.product((1, 2, 4, 8), (1, 2, 3), (0, 7, 20)))
    for number, (lanes, threads, block) in enumerate(cases):
        ranks = 1 + (number + number // 3 + number // 9) % 3
        options = ["--max-lanes", str(lanes), "--threads", str(threads), "--block", str(block)]
        found = run(folder, ranks, *options)
        assert found == wanted, f"{' '.join(options)}, {ranks} ranks: other bytes"
    # the hash sees what it should
    assert run(folder, 1, "--seed", "12") != wanted

    launcher = shutil.which("mpirun")
    if launcher:
        out = pathlib.Path(folder) / "r.nc"
        done = subprocess.run([launcher, "--allow-run-as-root", "--oversubscribe", "-n", "3", *WORDS, "--out", str(out)],
                              capture_output=True, timeout=600)
        assert done.returncode == 0, done.stderr
        assert digest(done.stdout, out) == wanted, "mpirun: other bytes"
    print(f"{len(cases) + 1 + bool(launcher)} runs, one hash {wanted[:16]}")
