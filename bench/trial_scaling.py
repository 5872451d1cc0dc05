"""How a trial scales: cost and memory against patients, threads against one, lanes against one; two arms, 730 days, with a policy.

  trial_scaling.py PROGRAM [--largest 1e5] [--rounds 3] [--threads N] [--json FILE]

Python's own library is enough; data are read beside this file (B7_HOME). Sizes 1e3, 1e4, ... up to --largest (1e6 takes ten times as long),
thread counts 1, 2, 4, ... up to --threads (all cores), and lane widths 1, 2, 4, 8 run in turn, round by round; reported are medians. Cost per
patient is processor time, which other work on the machine disturbs less than wall time; speed-up of threads is wall time. Fixed cost
(loading, compiling plans) is taken from runs of two patients. What was not run is not reported. The bar of eight lanes over one is of integration
alone (bench_roofline, bench/rivals.py); a trial also decides, draws and grades for each patient apart.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TRIAL = ROOT / "tests" / "data" / "trials" / "two_arms.yaml"
ARMS, BAR_S, BAR_MB, BAR_TWO_THREADS = 2, 30, 500, 1.9
TWO = 2  # patients of a run that is all fixed cost


def run(program, patients, threads, lanes):
    words = [program, "trial", str(TRIAL), "--patients", str(patients), "--threads", str(threads), "--max-lanes", str(lanes), "--quiet"]
    began = time.monotonic()
    process = subprocess.Popen(words, env={"B7_HOME": str(ROOT), **os.environ})
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    return {"wall_s": time.monotonic() - began, "cpu_s": used.ru_utime + used.ru_stime, "rss_mb": used.ru_maxrss / 1024}


def table(title, head, rows):
    print(f"\n{title}\n\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(f"{v:,}" if isinstance(v, int) else f"{v:.3g}" if v < 100 else f"{v:,.0f}" for v in row) + " |")


reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
reader.add_argument("program")
reader.add_argument("--largest", type=float, default=1e5)
reader.add_argument("--rounds", type=int, default=3)
reader.add_argument("--threads", type=int, default=os.cpu_count())
reader.add_argument("--thread-patients", type=int, default=10000, help="of each run that compares threads")
reader.add_argument("--lane-patients", type=int, default=2000, help="of each run that compares lanes, on one thread")
reader.add_argument("--json")
asked = reader.parse_args()

sizes = [10**k for k in range(3, 7) if 10**k <= asked.largest]
counts = sorted({asked.threads, *(2**k for k in range(10) if 2**k <= asked.threads)})
widths = [1, 2, 4, 8]
cases = [(TWO, asked.threads, 8), *((size, asked.threads, 8) for size in sizes)]
cases += [(patients, count, 8) for count in counts for patients in (TWO, asked.thread_patients)]
cases += [(patients, 1, width) for width in widths for patients in (TWO, asked.lane_patients)]
load = os.getloadavg()[0]
seen = {case: [] for case in cases}
for turn in range(asked.rounds):
    for case in seen:
        seen[case].append(run(asked.program, *case))
    print(f"round {turn + 1} of {asked.rounds}", file=sys.stderr, flush=True)
middle = {case: {key: statistics.median(r[key] for r in runs) for key in runs[0]} for case, runs in seen.items()}


def beyond_fixed(patients, threads, lanes, key):
    return middle[patients, threads, lanes][key] - middle[TWO, threads, lanes][key]


by_size = [{"patients": n, **middle[n, asked.threads, 8],
            "cpu_ms_per_patient_arm": 1e3 * beyond_fixed(n, asked.threads, 8, "cpu_s") / (n * ARMS),
            "patient_arms_per_wall_s": n * ARMS / middle[n, asked.threads, 8]["wall_s"]} for n in sizes]
by_threads = [{"threads": k, **middle[asked.thread_patients, k, 8],
               "speed_up": beyond_fixed(asked.thread_patients, 1, 8, "wall_s") / beyond_fixed(asked.thread_patients, k, 8, "wall_s")}
              for k in counts]
by_lanes = [{"lanes": w, "cpu_ms_per_patient_arm": 1e3 * beyond_fixed(asked.lane_patients, 1, w, "cpu_s") / (asked.lane_patients * ARMS),
             "speed_up": beyond_fixed(asked.lane_patients, 1, 1, "cpu_s") / beyond_fixed(asked.lane_patients, 1, w, "cpu_s")} for w in widths]
costs = [row["cpu_ms_per_patient_arm"] for row in by_size]
memory = [row["rss_mb"] for row in by_size]
bars = {"linear_within_0.1": max(costs) / min(costs) <= 1.1, "memory_flat_within_0.1": max(memory) / min(memory) <= 1.1}
for row in by_threads:
    if row["threads"] == 2:
        bars[f"two_threads_over_one_{BAR_TWO_THREADS}"] = row["speed_up"] >= BAR_TWO_THREADS
for row in by_size:
    if row["patients"] == 10**4:
        bars[f"10000_patients_in_{BAR_S}_s"] = row["wall_s"] <= BAR_S
        bars[f"10000_patients_in_{BAR_MB}_mb"] = row["rss_mb"] <= BAR_MB
report = {"machine": platform.processor() or platform.machine(), "cores": os.cpu_count(), "load_before": load, "trial": TRIAL.name, "arms": ARMS,
          "threads": asked.threads, "rounds": asked.rounds, "fixed_cpu_s": middle[TWO, asked.threads, 8]["cpu_s"], "by_patients": by_size,
          "linear_within": max(costs) / min(costs) - 1, "memory_flat_within": max(memory) / min(memory) - 1, "by_threads": by_threads,
          "by_lanes": by_lanes, "bars": bars}

table(f"{asked.threads} threads on {os.cpu_count()} cores, load {load:.1f} before; medians of {asked.rounds} rounds",
      ["patients", "processor time, s", "wall time, s", "ms per patient and arm", "patients and arms a second", "peak memory, MB"],
      [[r["patients"], r["cpu_s"], r["wall_s"], r["cpu_ms_per_patient_arm"], r["patient_arms_per_wall_s"], r["rss_mb"]] for r in by_size])
table(f"{asked.thread_patients:,} patients", ["threads", "wall time, s", "over one thread"],
      [[r["threads"], r["wall_s"], r["speed_up"]] for r in by_threads])
table(f"{asked.lane_patients:,} patients, one thread", ["lanes", "ms per patient and arm", "over one lane"],
      [[r["lanes"], r["cpu_ms_per_patient_arm"], r["speed_up"]] for r in by_lanes])
print(f"\ncost linear within {100 * report['linear_within']:.1f} %, memory flat within {100 * report['memory_flat_within']:.1f} %; "
      + ", ".join(f"{name}: {'yes' if held else 'no'}" for name, held in bars.items()))
text = json.dumps(report, indent=1)
if asked.json:
    pathlib.Path(asked.json).write_text(text + "\n")
else:
    print("\n" + text)
