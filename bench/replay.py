"""Replay of the index case: compute of one patient, memory of the process, compile of the model; prints JSON.

Usage: bench/replay.py PROGRAM [ROUNDS]. Bars: one patient below 50 ms, the whole process below 150 MB, on one core.
"""

import json
import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9
course = str(ROOT / "courses" / "yao2026.yaml")

patient_ms, process_s = [], []
for _ in range(rounds):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([program, "replay", course, "--patients", "0", "--threads", "1"], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    patient_ms.append(float(re.search(r"One patient: \d+ steps, ([\d.]+) ms", done.stdout).group(1)))
    process_s.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
runs = 1 + sum(line.startswith("  ") and ("instead of" in line or "nothing recorded changes" in line) for line in done.stdout.splitlines())
full = subprocess.run(["/usr/bin/env", "python3", "-c",
                       "import resource,subprocess,sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True);"
                       "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)",
                       program, "replay", course, "--threads", "1"], capture_output=True, text=True, check=True)
cost = subprocess.run([program, "model", "cost", "--json"], capture_output=True, text=True)
print(json.dumps({
    "what": "replay of the index case, one core",
    "rounds": rounds,
    "cores_seen": os.cpu_count(),
    "one_patient_ms": {"min": min(patient_ms), "median": statistics.median(patient_ms), "max": max(patient_ms), "bar": 50},
    # the process also starts, reads the course and runs the arms: an upper bound that other load does not disturb
    "one_patient_cpu_ms_at_most": 1e3 * statistics.median(process_s) / runs,
    "process_with_all_readings_cpu_s": {"min": min(process_s), "median": statistics.median(process_s), "max": max(process_s)},
    "peak_memory_with_band_of_200_mb": {"value": int(full.stdout) / 1024, "bar": 150},
    "model_cost": json.loads(cost.stdout) if cost.returncode == 0 else None,
}, indent=1))
