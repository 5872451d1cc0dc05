"""Every unit that the program prints or that its files hold is read back by its own grammar, and by UDUNITS where NetCDF needs it."""

import json
import os
import pathlib
import re
import subprocess
import tempfile

import xarray

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
WRITTEN = re.compile(r'\bunit: *(?:"([^"]+)"|([^,}\s][^,}\n]*))')
# epochs, money and scales in words are no units of measurement
NOT_PHYSICAL = re.compile(r"days since|^one |^[A-Z]{3}\b|^grade$|^d after ")


def run(*words, ok=True):
    done = subprocess.run([PROGRAM, *map(str, words)], cwd=ROOT, capture_output=True, text=True)
    assert not ok or done.returncode == 0, (words, done.stderr)
    return done


def in_files(folder):
    for path in sorted((ROOT / folder).rglob("*.yaml")):
        for quoted, plain in WRITTEN.findall(path.read_text()):
            yield (quoted or plain).strip(), path.relative_to(ROOT)


def in_json(value, where):
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("unit", "units", "ucum") and isinstance(item, str):
                yield item, where
            yield from in_json(item, where)
    elif isinstance(value, list):
        for item in value:
            yield from in_json(item, where)


def in_netcdf(path):
    with xarray.open_dataset(path, decode_times=False) as data:
        for name, variable in data.variables.items():
            for key in ("units", "counted_units"):
                if key in variable.attrs:
                    yield variable.attrs[key], f"{path.name}: {name}"
            if name == "recorded_unit":
                for text in variable.values.ravel():
                    yield (text.decode() if isinstance(text, bytes) else str(text)).strip(), f"{path.name}: {name}"


def gather(folder):
    for files in ("model", "data", "criteria"):
        yield from in_files(files)
    yield from in_json(json.loads(run("assess", "courses/yao2026.yaml", "--json").stdout), "assess --json")
    for words in (("product", "show", "donor_derived"), ("product", "list")):
        yield from in_json(json.loads(run(*words, "--json").stdout), words)
    replay, trial = folder / "replay.nc", folder / "trial.nc"
    replay_json = run("replay", "courses/yao2026.yaml", "--patients", 20, "--json", "--out", replay).stdout
    yield from in_json(json.loads(replay_json), "replay --json")
    yield from in_netcdf(replay)
    trial_json = run("trial", "trials/prophylaxis.yaml", "--patients", 20, "--json", "--out", trial).stdout
    yield from in_json(json.loads(trial_json), "trial --json")
    yield from in_netcdf(trial)

def read_back(units, folder):
    """The units as those of parameters in a model: the reader is the one of every file."""
    lines = [f'  p{i}: {{label: p, value: 1, unit: "{unit}", range: [0.5, 2], assumed: a test}}' for i, unit in enumerate(units)]
    path = folder / "units.yaml"
    path.write_text(
        "title: units\nparameters:\n" + "\n".join(lines) + "\n  k: {label: loss, value: 1, unit: 1/d, range: [0.5, 2], assumed: a test}\n"
        "states:\n  x: {label: x, unit: mg, initial: 1, negligible: 1e-9}\nreactions:\n  loss: {from: x, rate: k * x}\n"
        "observables:\n  amount: {label: x, unit: mg, is: x}\n"
    )
    return run("model", "check", path, ok=False)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        found = {}
        for unit, where in gather(folder):
            if unit and not NOT_PHYSICAL.search(unit):
                found.setdefault(unit, where)
        assert {"10*9/L", "1e9/L", "cell/uL", "%", "percent", "copies/ug", "degC", "mg/dL", "d"} <= set(found), sorted(found)
        done = read_back(sorted(found), folder)
        assert "is not a unit" not in done.stderr and "the unit '" not in done.stderr, (done.stderr, found)
        # the check can fail
        for wrong in ("10e9/L", "gramm", "mg%"):
            assert wrong in read_back([wrong], folder).stderr, wrong
    print(f"{len(found)} units: {', '.join(sorted(found))}")


main()
