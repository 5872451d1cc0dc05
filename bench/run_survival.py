#!/usr/bin/env python3
"""Survival statistics of this library and of R (survival, cmprsk) on the same patients, in turns; ratio of medians as JSON.

usage: run_survival.py BENCH_SURVIVAL [--patients N] [--rounds K] [--resolution DAYS]
Needs Rscript with survival and cmprsk (Debian: r-base-core r-cran-survival r-cran-cmprsk); without it only this library is timed.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def run(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bench")
    parser.add_argument("--patients", type=int, default=1000000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--resolution", type=float, default=0.0)
    given = parser.parse_args()
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "patients.bin")
        size = ["--patients", str(given.patients), "--resolution", str(given.resolution)]
        run([given.bench, *size, "--write", data])
        for _ in range(given.rounds):
            ours.append(run([given.bench, *size]))
            if shutil.which("Rscript"):
                theirs.append(run(["Rscript", os.path.join(HERE, "survival.R"), data, str(given.patients)]))
    result = {"what": "survival", "patients": given.patients, "resolution": given.resolution, "rounds": given.rounds,
              "median_seconds": statistics.median(r["seconds"]["total"] for r in ours),
              "parts": {k: statistics.median(r["seconds"][k] for r in ours) for k in ours[0]["seconds"]},
              "values": ours[0]["values"]}
    if theirs:
        result["r_median_seconds"] = statistics.median(r["seconds"]["total"] for r in theirs)
        result["r_parts"] = {k: statistics.median(r["seconds"][k] for r in theirs) for k in theirs[0]["seconds"]}
        result["r_versions"] = theirs[0]["versions"]
        result["times_faster"] = result["r_median_seconds"] / result["median_seconds"]
        result["largest_relative_difference"] = max(
            abs(a - b) / max(abs(b), 1e-300) for a, b in ((ours[0]["values"][k], theirs[0]["values"][k]) for k in ours[0]["values"]))
    json.dump(result, sys.stdout, indent=1)
    print()
    if theirs and result["largest_relative_difference"] > 1e-6:
        sys.exit("the two do not agree")


if __name__ == "__main__":
    main()
