"""Cost and memory of a trial against the number of patients: two arms, 730 days, with a policy.

  trial_scaling.py PROGRAM [--largest N] [--rounds N] [--threads N] [--json FILE]

Sizes 1e3, 1e4, ... up to --largest (1e5; 1e6 takes ten times as long) run in turn, round by round; reported are medians. Cost is processor
time, which other work on the machine disturbs less than wall time. Fixed cost (loading, compiling plans) is taken from a run of
two patients. A size that was not run is extrapolated, and said to be.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TRIAL = ROOT / "tests" / "data" / "trials" / "two_arms.yaml"
ARMS, BAR_S, BAR_MB = 2, 30, 500


def run(program, patients, threads):
    began = time.monotonic()
    process = subprocess.Popen([program, "trial", str(TRIAL), "--patients", str(patients), "--threads", str(threads), "--quiet"])
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{program} ended with {os.waitstatus_to_exitcode(status)}")
    return {"wall_s": time.monotonic() - began, "cpu_s": used.ru_utime + used.ru_stime, "rss_mb": used.ru_maxrss / 1024}


reader = argparse.ArgumentParser()
reader.add_argument("program")
reader.add_argument("--largest", type=float, default=1e5)
reader.add_argument("--rounds", type=int, default=1)
reader.add_argument("--threads", type=int, default=os.cpu_count())
reader.add_argument("--json")
asked = reader.parse_args()

sizes = [10**k for k in range(3, 7) if 10**k <= asked.largest]
seen = {size: [] for size in [2, *sizes]}
for _ in range(asked.rounds):
    for size, runs in seen.items():
        runs.append(run(asked.program, size, asked.threads))
middle = {size: {key: statistics.median(r[key] for r in runs) for key in runs[0]} for size, runs in seen.items()}
fixed = middle[2]["cpu_s"]
rows = []
for size in sizes:
    row = middle[size]
    each = (row["cpu_s"] - fixed) / (size * ARMS)
    rows.append({"patients": size, **row, "cpu_ms_per_patient_arm": 1e3 * each,
                 "patient_arms_per_wall_s": size * ARMS / row["wall_s"], "extrapolated": False})
last = rows[-1]
if last["patients"] < 1e6:
    factor = 1e6 / last["patients"]
    rows.append({"patients": 10**6, "wall_s": last["wall_s"] * factor, "cpu_s": fixed + (last["cpu_s"] - fixed) * factor,
                 "rss_mb": last["rss_mb"], "extrapolated": True})
measured = [row for row in rows if not row["extrapolated"]]
costs = [row["cpu_ms_per_patient_arm"] for row in measured]
memory = [row["rss_mb"] for row in measured]
report = {
    "trial": TRIAL.name, "arms": ARMS, "threads": asked.threads, "cores": os.cpu_count(), "load_before": os.getloadavg()[0],
    "fixed_cpu_s": fixed, "rows": rows,
    "linear_within": max(costs) / min(costs) - 1, "memory_flat_within": max(memory) / min(memory) - 1,
    "bars": {"linear_within_0.1": max(costs) / min(costs) <= 1.1, "memory_flat_within_0.1": max(memory) / min(memory) <= 1.1},
}
for row in measured:
    if row["patients"] == 10**4:
        report["bars"][f"10000_patients_in_{BAR_S}_s"] = row["wall_s"] <= BAR_S
        report["bars"][f"10000_patients_in_{BAR_MB}_mb"] = row["rss_mb"] <= BAR_MB
text = json.dumps(report, indent=1)
print(text)
if asked.json:
    pathlib.Path(asked.json).write_text(text + "\n")
