"""A stopped trial leaves nothing but the checkpoint that was named, and says how to go on; a resume never begins anew in silence."""

import os
import pathlib
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
TRIAL = ROOT / "tests" / "data" / "trials" / "two_arms.yaml"
LONG = [PROGRAM, "trial", str(TRIAL), "--patients", "200000", "--block", "16", "--threads", "1"]
SHORT = [PROGRAM, "trial", str(TRIAL), "--patients", "48", "--block", "16", "--json", "--quiet"]


def stop(folder, how, *options):
    """Stop a run once it works; what it printed on stderr, and what lies in the folder."""
    process = subprocess.Popen([*LONG, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    limit = time.monotonic() + 120
    state = folder / "state"
    while time.monotonic() < limit and not (state.exists() if "--checkpoint" in options else time.sleep(2) or True):
        time.sleep(0.05)
    process.send_signal(how)
    printed, told = process.communicate(timeout=120)
    assert process.returncode == -how, (process.returncode, told)
    assert printed == ""
    return told, sorted(path.name for path in folder.iterdir())


def run(*options):
    return subprocess.run([*SHORT, *options], capture_output=True, text=True, timeout=600)


for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        told, left = stop(folder, how, "--out", str(folder / "r.nc"))
        assert left == [], (how, left)
        if how != signal.SIGKILL:
            assert "nothing was kept" in told and "--checkpoint" in told, told
        told, left = stop(folder, how, "--out", str(folder / "r.nc"), "--checkpoint", str(folder / "state"))
        left = [one for one in left if not (how == signal.SIGKILL and one.endswith(".part"))]
        assert left == ["state", "state.rows"], (how, left)
        if how != signal.SIGKILL:
            assert "state' holds what was done" in told and "--resume goes on" in told, told

with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    state, out = str(folder / "state"), folder / "r.nc"
    # nothing to resume: it begins, and says so
    first = run("--checkpoint", state, "--resume", "--out", str(out))
    assert first.returncode == 0 and "there is no checkpoint yet" in first.stderr, first.stderr
    whole = out.read_bytes()
    # a finished checkpoint gives its output again, and refuses another run
    out.unlink()
    again = run("--checkpoint", state, "--resume", "--out", str(out))
    assert again.returncode == 0 and again.stdout == first.stdout and out.read_bytes() == whole, again.stderr
    for option, words in (("--seed", "there 'seed: 11', here 'seed: 99'"), ("--patients", "there 'patients: 48', here 'patients: 99'")):
        other = run("--checkpoint", state, "--resume", "--out", str(out), option, "99")
        assert other.returncode == 1 and words in other.stderr and other.stdout == "", (option, other.stderr)
    # patients that are gone are not counted anew in silence
    (folder / "state.rows").unlink()
    lost = run("--checkpoint", state, "--resume", "--out", str(out))
    assert lost.returncode == 1 and "the patients of its blocks" in lost.stderr, lost.stderr
    assert run("--checkpoint", state, "--resume", "--out", str(out), "--no-patients").returncode == 0

# an edited model on disk is used or refused, never passed over
with tempfile.TemporaryDirectory() as name:
    import json
    import shutil

    home = pathlib.Path(name) / "home"
    for part in ("model", "data", "criteria"):
        shutil.copytree(ROOT / part, home / part)
    few = [PROGRAM, "trial", str(TRIAL), "--patients", "4", "--json", "--quiet"]

    def hash_of(**environment):
        done = subprocess.run(few, capture_output=True, text=True, timeout=900,
                              env={**os.environ, "XDG_CACHE_HOME": name, **environment})
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["provenance"]["model_hash"], done.stderr

    shipped, told = hash_of()
    assert "not the model in the program" not in told
    assert hash_of(B7_HOME=str(home)) == (shipped, told), "a copy is the same model"
    model = home / "model" / "leukaemia.yaml"
    text = model.read_text()
    start = text.index("value:", text.index("growth_max_blasts:"))
    model.write_text(text[:start] + "value: 0.05" + text[text.index(",", start):])
    edited, told = hash_of(B7_HOME=str(home), CC="no_such_compiler")
    assert edited != shipped and "is not the model in the program" in told and "interpreted" in told, told
    model.write_text("modules: [\n")
    done = subprocess.run(few, capture_output=True, text=True, env={**os.environ, "B7_HOME": str(home)})
    assert done.returncode == 1 and "leukaemia.yaml:" in done.stderr, done.stderr
print("stopped runs leave their checkpoint alone")
