"""A course of anyone starts from its own first records: the courses of tests/behaviour/replay_own, in every form that is printed.

Held: the start agrees with the record within its error; what is drawn is said so; deaths only add up; recorded remission, relapse,
death and follow-up stand in the comparison; terminal, JSON, NetCDF and page say the same; words fit the course.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile

import xarray

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ["B7_PROGRAM"]
CASES = ROOT / "tests" / "behaviour" / "replay_own"
# name: share of blasts at the start and its error (logit), population, events compared, labels of what-ifs
COURSES = {
    "aml": (31, 0.2, "rr_aml_cd7", ["last_follow_up", "remission"], ["without CAR-T, and so without transplant", "CAR-T without transplant"]),
    "no_cart": (62, 0.3, "rr_t_all_adult", ["relapse"], []),
    "autologous": (2.5, 0.3, "rr_t_lbl_adult", ["relapse", "remission"], ["without CAR-T"]),
    "first_line": (18, 0.3, "rr_t_all_adult", ["relapse", "remission"], ["without CAR-T"]),
    "child": (9, 0.3, "rr_t_all_child", ["relapse", "remission"], ["without CAR-T"]),
    "earlier_transplant": (None, None, "rr_t_all_adult", ["relapse"], ["without CAR-T"]),
    "death_recorded": (88, 0.2, "rr_t_all_adult", ["death"], ["without CAR-T"]),
    "two_values": (None, None, "rr_t_all_adult", [], []),
    "untreated": (44, 0.3, "rr_t_all_adult", [], []),
}


def odds(percent):
    return percent / (100 - percent)


def replay(name, folder, *options):
    nc, html = folder / f"{name}.nc", folder / f"{name}.html"
    words = [PROGRAM, "replay", str(CASES / name / "course.yaml"), "--patients", "100", "--threads", "1", "--out", str(nc), "--report", str(html)]
    told = json.loads(subprocess.run([*words, "--json", *options], capture_output=True, text=True, check=True).stdout)
    text = subprocess.run([*words, *options], capture_output=True, text=True, check=True).stdout
    page = json.loads(re.search(r'id="bridge7-data"[^>]*>(.*?)</script>', html.read_text(), re.S).group(1))
    return told, text, page, xarray.load_dataset(nc, decode_times=False)


def start_of(told, what):
    return next(v for v in told["start"]["values"] if v["what"] == what)


def check(name, told, text, page, data):
    percent, sd, population, events, arms = COURSES[name]
    burden = start_of(told, "initial_blasts_per_marrow_cell")
    assert told["start"]["population"] == population == page["start"]["population"], (name, told["start"]["population"])
    if percent is None:
        assert burden["origin"] == ("recorded" if name == "earlier_transplant" else "drawn"), (name, burden)
        if name == "earlier_transplant":
            assert burden["high"] <= odds(0.1), "drawn within the recorded bound"
    else:
        assert burden["origin"] == "recorded"
        assert abs(burden["typical"] / odds(percent) - 1) < 1e-9
        # 80 % of a lognormal, from 100 draws
        assert 0.8 < (burden["high"] / burden["low"]) ** (1 / (2 * 1.2816 * sd)) / 2.7183 < 1.25, (name, burden)

    compared = sorted(r["what"] for r in told["comparison"] if r["kind"] == "event")
    assert compared == sorted(events), (name, compared)
    for row in (r for r in told["comparison"] if r["kind"] == "event"):
        assert 0 <= row["share_by_then"] <= 1
        assert (row["low"] is None) == bool(row.get("low_never"))
        assert row["high"] is None or row["low"] is None or row["low"] <= row["high"]
    assert [a["alternative"] for a in told["sensitivity"]] == arms == [a["label"] for a in page["arms"]]

    alive = told["band"]["alive"]
    assert alive == sorted(alive, reverse=True) and told["band"]["patients"] == 100
    assert 0 < told["band"]["died"] < 100, "some die, not all"
    assert told["band"]["patients"] - told["band"]["died"] <= alive[-1] <= alive[0]
    assert f"{told['band']['died']} of 100 virtual patients have died" in text
    assert page["band"]["died"] == told["band"]["died"] and page["band"]["alive"] == alive
    assert data["band_alive"].values.tolist() == alive

    # one comparison in every form
    assert len(told["comparison"]) == len(page["comparison"]) == data.sizes["recorded"]
    for k, (a, b) in enumerate(zip(told["comparison"], page["comparison"])):
        assert a["what"] == b["what"] == str(data["recorded_what"].values[k])
        assert a["low"] == b["low"] and a["inside"] == b["inside"] and a["day"] == b["day"]
        assert a["low"] is None or abs(float(data["recorded_low"].values[k]) - a["low"]) <= 1e-6 * abs(a["low"])
    assert [str(w) for w in data["start_what"].values] == [v["what"] for v in told["start"]["values"]]
    assert [str(w) for w in data["start_origin"].values] == [v["origin"] for v in told["start"]["values"]]
    shown = [v for v in page["start"]["values"]]
    assert [v["label"] for v in shown] == [v["label"] for v in told["start"]["values"] if v["origin"] != "drawn_by_model" or v["basis"]]

    # words of a course that nobody published
    for words in ("ublished", "ublication"):
        assert words not in text, (name, words)
        assert words not in page["meta"]["subtitle"], (name, words)
    grades = {v["endpoint"]: v["grade"] for v in told["recorded_verdicts"]["verdicts"] if not v.get("per_sample")}
    if name not in ("aml", "child", "earlier_transplant"):
        assert grades["agvhd_magic"] == grades["cgvhd"] == "not applicable", (name, "no cells of a donor, no GVHD", grades["agvhd_magic"])


with tempfile.TemporaryDirectory() as where:
    folder = pathlib.Path(where)
    seen = {name: replay(name, folder) for name in COURSES}
    for name in COURSES:
        check(name, *seen[name])

    told = seen["child"][0]
    assert start_of(told, "body_weight")["typical"] == 23 and start_of(told, "initial_blasts_nodal")["typical"] == 0
    share = start_of(told, "initial_log10_share_blasts_cd7neg")
    assert abs(share["typical"] + 1) < 1e-9 and share["low"] < -1 < share["high"] < 0
    first = next(r for r in told["comparison"] if r["what"] == "marrow_cd7neg")
    assert abs(first["simulated"] - 10) < 0.1, "the model starts with the recorded share"
    told = seen["earlier_transplant"][0]
    assert start_of(told, "prior_transplant")["typical"] == 1 and start_of(told, "prior_lines")["typical"] == 2
    assert start_of(told, "initial_log10_share_blasts_cd7neg")["typical"] == 0, "CD7-negative: all blasts lack it"
    # what is known moves what is correlated with it: four lines against one
    many, few = (start_of(seen[n][0], "sensitivity_blasts")["typical"] for n in ("death_recorded", "no_cart"))
    assert few > many, "those who needed more lines have blasts that answer less"
    assert start_of(seen["death_recorded"][0], "frailty")["typical"] > start_of(seen["no_cart"][0], "frailty")["typical"], "age 66 against 24"
    # a population that is asked for
    told, *_ = replay("untreated", folder, "--population", str(ROOT / "data" / "populations" / "rr_aml_cd7.yaml"))
    assert told["start"]["population"] == "rr_aml_cd7" and start_of(told, "initial_blasts_per_marrow_cell")["origin"] == "recorded"

print(f"{len(COURSES)} courses of anyone")
