"""Equal work, equal error: bridge7 and its rivals on the shipped model, patient by patient.

    ninja -C build/release bench_rivals bridge7_program
    bench/rivals/build_rivals.sh FOLDER SOURCES          # rivals at -O3 -march=native, once
    python3 bench/rivals.py --rivals FOLDER [--patients 16] [--rounds 5] [--json FILE]

Two problems of 400 days: bench/courses/sixty_doses.yaml, and the index course with its 303 doses. Every engine gets the same virtual
patients, doses and output times and the same right-hand side (compiled engines: the emitted one-lane C at -O3 -march=native; SBML engines: the
exported SBML). Error of a patient: maximum over observables and output times of |v - ref| / (|ref| + 1e-3 max |ref|); left out are observables
of whole numbers only and output times that are times of a dose (before or after it: engines differ). Reported: 90th percentile over
patients; time by processor time on one thread; medians of rounds in which engines take turns; time at equal error by log-log interpolation along
the best points. Reference: Rodas5P at 1e-12 with a thousandth of the absolute tolerances.

All run at the engine's absolute tolerances, at a thousandth and at a millionth of them; the best counts. Rivals are used where they are installed:
SUNDIALS, R's deSolve and mrgsolve under FOLDER, those of the system (labelled packaged: not the ones to quote), libroadrunner and COPASI where
the Python that runs this has them.
"""

import argparse
import os
import pathlib
import platform
import re
import shutil
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench/rivals"))

from compiled import Cvode, InR, Native
from problem import FLAGS, Problem, at_equal_error, write_json
from sbml import Amici, Copasi, Roadrunner, Sbml

TARGETS = (1e-4, 1e-5, 1e-6)
COURSES = ("bench/courses/sixty_doses.yaml", "courses/yao2026.yaml")


def powers(first, last):
    return [f"1e-{n}" for n in range(first, last + 1)]


def with_scales(first, last):
    """Relative tolerances with the engine's absolute ones, with a thousandth, and with a millionth of them."""
    return [t + scale for scale in ("", "_1e-3", "_1e-6") for t in powers(first, last)]


def engines(problem, rivals, sbml_patients):
    for lanes in (8, 4, 1):
        yield Native(problem, f"tsit5_{lanes}", with_scales(3, 11), f"bridge7, Tsit5 (default), {lanes} lane{'s' * (lanes > 1)}")
    for lanes in (8, 4, 1):
        yield Native(problem, f"rodas5p_{lanes}", with_scales(3, 10), f"bridge7, Rodas5P, {lanes} lane{'s' * (lanes > 1)}")
    if shutil.which("Rscript"):
        for library, build in ((rivals and rivals / "r", "rebuilt at -O3 -march=native"), (None, "as packaged")):
            for package in ("mrgsolve", "deSolve"):
                if (library is None and build != "as packaged") or not InR.version(package, library):
                    continue
                for drugs in (True, False):
                    yield InR(problem, package, with_scales(6, 11), build, library, drugs)
                if package == "deSolve":
                    yield InR(problem, package, with_scales(6, 11), build, library, False, analytic=True)
    for prefix, build in ((rivals and rivals / "sundials", "built at -O3 -march=native"), (None, "packaged")):
        program = None if prefix is None and build != "packaged" else Cvode.build(problem, prefix)
        if not program:
            continue
        for kind in Cvode.KINDS:
            yield Cvode(problem, kind, False, with_scales(7, 12), program, build)
            if prefix is not None and kind in ("difference", "adams"):
                yield Cvode(problem, kind, True, with_scales(7, 12), program, build)
    for kind, loosest in ((Roadrunner, 7), (Copasi, 4), (Amici, 7)):
        try:
            if sbml_patients > 0:
                yield kind(problem, with_scales(loosest, loosest + 4), sbml_patients)
        except Exception as error:  # not there, or an installation that cannot build the model
            print(f"{kind.__name__} is left out: {error}", file=sys.stderr)


def measure(problem, arguments):
    Native(problem, "rodas5p_8", ["1e-12_1e-3"], "").times()
    problem.reference = problem.read("rodas5p_8_1e-12_1e-3.bin")
    rivals, ms, errors = [], {}, {}
    for rival in engines(problem, arguments.rivals, arguments.sbml_patients):
        if re.search(arguments.only, rival.name):
            rivals.append(rival)
    for turn in range(arguments.rounds):
        for rival in rivals:
            # the SBML engines take minutes, and are no close race
            if isinstance(rival, Sbml) and turn > 0:
                continue
            for tolerance, value in zip(rival.tolerances, rival.times(), strict=True):
                ms.setdefault((rival.name, tolerance), []).append(value)
                if turn == 0:
                    errors[rival.name, tolerance] = problem.judge(rival.values(tolerance))
            print(f"round {turn + 1} {rival.name}", file=sys.stderr, flush=True)
    rows, ours = [], None
    for rival in rivals:
        points = [{"tolerance": t, "error_p90": errors[rival.name, t], "ms": statistics.median(ms[rival.name, t]),
                   "ms_rounds": ms[rival.name, t]} for t in rival.tolerances]
        at = {f"{t:g}": at_equal_error([(p["error_p90"], p["ms"]) for p in points], t) for t in TARGETS}
        ours = ours or at
        rows.append({"name": rival.name, "what": rival.label, "patients": rival.patients, "points": points, "ms_at_error": at,
                     "ratio_at_error": {t: at[t] / ours[t] if at[t] and ours[t] else None for t in at}})
    return {"course": str(problem.course), "patients": problem.patients, "events": problem.events,
            "distinct_event_times": len(set(problem.event_day)), "engines": rows}


def table(problem, rounds):
    print(f"\n{problem['course']}: {problem['patients']} patients, {problem['events']} events at {problem['distinct_event_times']} times, medians of "
          f"{rounds} rounds; ms per patient at equal error (over the first row)\n")
    print("| engine | " + " | ".join(f"at {t:g}" for t in TARGETS) + " |\n|---" + "|---" * len(TARGETS) + "|")
    for row in problem["engines"]:
        at, ratio = row["ms_at_error"], row["ratio_at_error"]
        cells = [f"{at[t]:.3g}" + (f" ({ratio[t]:.1f})" if ratio[t] else "") if at[t] else "-" for t in at]
        print(f"| {row['what']} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--rivals", type=pathlib.Path, metavar="FOLDER", help="what build_rivals.sh made")
    parser.add_argument("--course", action="append", help="instead of the two problems")
    parser.add_argument("--patients", type=int, default=16)
    parser.add_argument("--sbml-patients", type=int, default=4, help="SBML engines do the first so many, and one round; 0: none")
    parser.add_argument("--horizon", type=float, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", metavar="PATTERN", help="engines whose name has this regular expression in it")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    arguments.rivals = arguments.rivals and arguments.rivals.resolve()
    report = {"machine": platform.processor() or platform.machine(), "cores": os.cpu_count(), "load_before": os.getloadavg()[0],
              "horizon_day": arguments.horizon, "rounds": arguments.rounds, "flags_of_compiled_rivals": FLAGS, "problems": []}
    for course in arguments.course or COURSES:
        folder = build / "rivals" / pathlib.Path(course).stem
        report["problems"].append(measure(Problem(build, folder, course, arguments.patients, arguments.horizon), arguments))
        table(report["problems"][-1], arguments.rounds)
        if arguments.json:
            write_json(arguments.json, report)


main()
