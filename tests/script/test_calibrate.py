"""A fit killed and resumed gives the bytes of one that was left alone; --write changes the fitted numbers and nothing else."""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
KILLS = 3
FIT = """fit: written
patients: 30
restarts: 2
rounds: 2
studies: [PAN2021, P1236]
parameters:
  threshold: {model: threshold_crs_grade_3, prior: range}
  neuro: {model: onset_max_neurotoxicity, prior: range}
  burden: {population: rr_t_lbl_adult, parameter: initial_blasts_per_marrow_cell, low: 0.003, high: 0.3, prior: value, why: few series}
  burden_spread: {population: rr_t_lbl_adult, parameter: initial_blasts_per_marrow_cell, what: spread, low: 0.5, high: 3, prior: value, why: few series}
  copies: {product: cd7_tcl_eha, attribute: memory_share, scale: logit, low: 0.05, high: 0.6, prior: value}
"""
FIT_OF_DATA = """fit: of_data
patients: 20
restarts: 1
rounds: 1
studies: [PAN2021]
parameters:
  sensitivity: {population: rr_t_all_adult, parameter: sensitivity_blasts, low: 0.1, high: 1.5, prior: {at: 0.9, sd: 0.3}}
  burden: {population: rr_t_all_adult, parameter: initial_blasts_per_marrow_cell, low: 0.01, high: 2, prior: {at: 0.1, sd: 0.5}}
"""
TRIAL = """question: how much does the sensitivity of blasts to drugs matter for what CAR-T adds?
population: {from: rr_t_all_adult, patients: 80, seed: 11}
horizon: 400 d
arms:
  - {name: chemotherapy, regimen: hyper_cvad_a, cycles: 2}
  - {name: autologous, product: autologous, dose: 1e6 cells/kg, lymphodepletion: flu_cy}
endpoints: [os]
estimands: [{restricted_mean: os, to: 400 d}]
"""


def start(fit, *options, home=None):
    environment = {**os.environ, **({"B7_HOME": str(home)} if home else {})}
    words = [PROGRAM, "calibrate", str(fit), "--quiet", *options]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True)


def finish(fit, *options, home=None, code=0):
    process = start(fit, *options, home=home)
    printed, told = process.communicate(timeout=900)
    assert process.returncode == code, told
    return printed if code == 0 else told


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    fit, whole, result = folder / "fit.yaml", folder / "whole.yaml", folder / "result.yaml"
    fit.write_text(FIT)
    began = time.monotonic()
    finish(fit, "--out", str(whole), "--threads", "1")
    seconds = time.monotonic() - began

    moments, killed = random.Random(20261126), 0
    for _ in range(KILLS):
        process = start(fit, "--out", str(result), "--resume", "--threads", "1")
        try:
            process.communicate(timeout=moments.uniform(0.05, 0.25) * seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            killed += 1
    finish(fit, "--out", str(result), "--resume", "--threads", "2")
    assert killed >= 2, killed
    assert result.read_text() == whole.read_text(), "a resumed fit ends elsewhere"
    assert not list(folder.glob("*.part")), "half-written results of killed runs are removed on resuming"
    fit.write_text(FIT.replace("prior: range", "prior: value"))
    assert "of another fit: 'fingerprint'" in finish(fit, "--out", str(result), "--resume", code=1)
    fit.write_text(FIT)

    home = folder / "home"
    for part in ("data", "model", "criteria"):
        shutil.copytree(ROOT / part, home / part)
    told = json.loads(finish(fit, "--write", "--json", home=home))
    to = {row["name"]: row["to"] for row in told["parameters"]}
    moved = [row["name"] for row in told["parameters"] if row["to"] != row["from"]]
    assert len(moved) >= 3, moved
    read = lambda path: yaml.safe_load((home / path).read_text())
    values = {
        "threshold": read("model/cytokines.yaml")["parameters"]["threshold_crs_grade_3"]["value"],
        "neuro": read("model/cytokines.yaml")["parameters"]["onset_max_neurotoxicity"]["value"],
        "burden": read("data/populations/rr_t_lbl_adult.yaml")["parameters"]["initial_blasts_per_marrow_cell"]["lognormal"][0],
        "burden_spread": read("data/populations/rr_t_lbl_adult.yaml")["parameters"]["initial_blasts_per_marrow_cell"]["lognormal"][1],
        "copies": read("data/products.yaml")["products"]["cd7_tcl_eha"]["attributes"]["memory_share"]["value"],
    }
    for key, value in values.items():
        assert float(value) == to[key], (key, value, to[key])
    number = re.compile(r"[0-9.]+(e-?[0-9]+)?")
    changed = 0
    for path in sorted(p for part in ("data", "model", "criteria") for p in (ROOT / part).rglob("*") if p.is_file()):
        old, new = path.read_bytes(), (home / path.relative_to(ROOT)).read_bytes()
        if old == new:
            continue
        changed += 1
        lines = [(a, b) for a, b in zip(old.decode().split("\n"), new.decode().split("\n"), strict=True) if a != b]
        assert 1 <= len(lines) <= 2, (path, lines)
        for a, b in lines:
            assert number.sub("N", a) == number.sub("N", b), (path, a, b)
    assert 2 <= changed <= 3, changed
    # parameter sets of a trial from the calibration of what is not compiled: about the files' values before it is written and about the
    # fitted ones after; refused when the files hold neither
    home_2, fitted = folder / "home_2", folder / "fitted.yaml"
    for part in ("data", "model", "criteria"):
        shutil.copytree(ROOT / part, home_2 / part)
    trial = folder / "trial.yaml"
    trial.write_text(TRIAL)
    fit.write_text(FIT_OF_DATA)
    finish(fit, "--out", str(fitted), home=home_2)
    words = [PROGRAM, "trial", str(trial), "--set-patients", "60", "--parameter-sets", "6", "--json"]
    ask = lambda *more: subprocess.run([*words, *more], capture_output=True, text=True, env={**os.environ, "B7_HOME": str(home_2)})
    before = ask("--fit", str(fitted))
    assert before.returncode == 0, before.stderr
    moved = [m.group(2) for m in re.finditer(r"from: ([^,]+), to: ([^,]+),", fitted.read_text())]
    for line, value in enumerate(moved):
        other = folder / "other.yaml"
        other.write_text(fitted.read_text().replace(f"to: {value},", f"to: {1.5 * float(value)},").replace("from: ", "from: 1"))
        refused = ask("--fit", str(other))
        assert refused.returncode == 1 and "write the fit into them" in refused.stderr, refused.stderr
    finish(fit, "--out", str(fitted), "--resume", "--write", home=home_2)
    # the sensitivity badly and well known
    wide, narrow = folder / "wide.yaml", folder / "narrow.yaml"
    for path, variance in ((wide, 1), (narrow, 1e-6)):
        path.write_text(re.sub(r"  - \[[^{}\]]*\]\n  - \[[^{}\]]*\]\n", f"  - [{variance}, 0]\n  - [0, 1e-6]\n", fitted.read_text()))
    widths = []
    for path in (wide, narrow, narrow):
        done = ask("--fit", str(path))
        assert done.returncode == 0, done.stderr
        row = json.loads(done.stdout)["estimands"][0]
        widths.append(row["high_with_model_uncertainty"] - row["low_with_model_uncertainty"])
    assert widths[1] == widths[2] < widths[0], widths
    fit.write_text(FIT)

    # the model that was written is compiled when it is next used
    os.environ["XDG_CACHE_HOME"] = name
    process = start(fit, "--list", home=home)
    printed, told = process.communicate(timeout=900)
    assert process.returncode == 0 and printed and "is not the model in the program" in told, told
print(f"{killed} of {KILLS} runs killed, the same bytes; {len(moved)} values written, {changed} files changed")
