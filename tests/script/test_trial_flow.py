"""Every patient of a trial is in exactly one leaf of the flow, gets no cells of a donor they do not have, and dies of one cause."""

import json
import os
import pathlib
import subprocess
import tempfile

import numpy
import xarray

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
TRIALS = ROOT / "tests" / "data" / "trials"


def run(trial, *options):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "r.nc"
        words = [PROGRAM, "trial", str(trial), "--json", "--quiet", "--out", str(out), *options]
        done = subprocess.run(words, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), xarray.load_dataset(out, decode_times=False)


def names_of(variable):
    return dict(zip(variable.attrs["flag_meanings"].split(), numpy.atleast_1d(variable.attrs["flag_values"])))


def check_sums(data, rows):
    for k, arm in enumerate(data["arms"]):
        flow, enrolled = arm["flow"], data["patients"]
        assert flow["enrolled"] == enrolled
        assert sum(leaf["patients"] for leaf in flow["leaves"]) == enrolled, flow
        assert sum(death["patients"] for death in arm["deaths"]) == flow["dead"], arm["deaths"]
        if arm["product"]:
            steps = ["no_donor_for_product", "product_not_made", "died_before_infusion", "infused", "failed_numerically"]
            assert sum(flow[step] for step in steps) == enrolled, flow
        # the rows of the patients say the same
        product, transplant, cause = (rows[name][k].values for name in ("product_step", "transplant_step", "death_cause"))
        product_names, transplant_names = names_of(rows["product_step"]), names_of(rows["transplant_step"])
        for leaf in flow["leaves"]:
            here = (product == product_names[leaf["product"]]) & (transplant == transplant_names[leaf["transplant"]])
            assert here.sum() == leaf["patients"], leaf
        assert (numpy.isnan(rows["death_day"][k].values) == (cause == 0)).all()
        cause_names = names_of(rows["death_cause"])
        for death in arm["deaths"]:
            assert (cause == cause_names[death["cause"]]).sum() == death["patients"]
        check_curves(data, arm)


def check_curves(data, arm):
    """At risk on day 0 are those who can be asked, and never more later; causes of death add up to what overall survival loses."""
    for endpoint in arm["endpoints"]:
        curve = endpoint.get("curve")
        if not curve:
            continue
        assert curve["at_risk"][0] == endpoint["evaluable"]
        assert all(a >= b for a, b in zip(curve["at_risk"], curve["at_risk"][1:]))
        if endpoint["endpoint"] == "os":
            causes = [death["incidence"]["value"] for death in arm["deaths"]]
            for day, free in enumerate(curve["free"]["value"]):
                assert abs(1 - free - sum(cause[day] for cause in causes)) < 2e-3


def evaluable(arm, name):
    return next(e["evaluable"] for e in arm["endpoints"] if e["endpoint"] == name)


# 374 of these 500 have no matched sibling
data, rows = run(TRIALS / "rare_donor.yaml")
check_sums(data, rows)
for arm in data["arms"]:
    assert arm["flow"]["no_donor_for_product"] == 374, arm["flow"]
    assert 0 < arm["flow"]["infused"] <= 126
for arm in data["arms"][1:]:
    assert arm["flow"]["no_donor_for_transplant"] == 374 and 0 < arm["flow"]["transplanted"] <= 126, arm["flow"]
# of those with a sibling a half is meant to be transplanted
half = data["arms"][2]["flow"]
assert 126 - half["transplant_not_meant"] in range(45, 82), half
origin = {row["endpoint"]: row["origin"] for row in data["endpoints"]}
assert origin == {"os": "enrolment", "pfs": "enrolment", "rfs": "remission", "dor": "remission",
                  "efs_eln2022": "enrolment", "grfs": "transplant"}, origin
for arm in data["arms"]:
    assert evaluable(arm, "os") == 500 and evaluable(arm, "grfs") == arm["flow"]["transplanted"]

# no death without remission is a death in remission
data, rows = run(TRIALS / "no_lymphodepletion.yaml")
check_sums(data, rows)
for k, arm in enumerate(data["arms"]):
    mortality, remission = rows["nrm_code"][k].values == 1, ~numpy.isnan(rows["first_remission_day"][k].values)
    assert not (mortality & ~remission).any(), (arm["arm"], (mortality & ~remission).sum())
    # who was infused is at risk from the infusion; without a product all are, from enrolment
    assert evaluable(arm, "os") == (arm["flow"]["infused"] if arm["product"] else 400)
assert any((rows["nrm_code"].values == 1).any(axis=1))
none = data["arms"][1]
assert sum(d["patients"] for d in none["deaths"] if d["cause"] == "disease") > 0.8 * none["flow"]["dead"]

# an analysis as infused, arms with and without a transplant, Sobol draws
for name in ("two_arms", "few_plans"):
    check_sums(*run(TRIALS / f"{name}.yaml", "--patients", "120"))
with tempfile.TemporaryDirectory() as folder:
    as_infused = pathlib.Path(folder) / "as_infused.yaml"
    as_infused.write_text((TRIALS / "rare_donor.yaml").read_text() + "analysis: as_infused\n")
    data, rows = run(as_infused)
    check_sums(data, rows)
    assert all(arm["flow"]["left_out"] >= 374 for arm in data["arms"])
