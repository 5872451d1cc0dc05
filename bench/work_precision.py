"""Work against precision of integrators on the shipped model.

    ninja -C build/release bench_rivals bridge7_program
    python3 bench/work_precision.py [--patients 200] [--rounds 3] [--rivals FOLDER] [--json FILE]

Random patients over 400 days of bench/courses/sixty_doses.yaml (or --course), relative tolerances 1e-3 to 1e-9, absolute tolerances those of the
engine, a thousandth and a millionth of them. Reference: CVODE at 1e-12 with a thousandth of the absolute tolerances, Adams; what CVODE's BDF and Rodas5P
at 1e-12 differ from it is printed first. Error, time and interpolation as in bench/rivals.py. CVODE is the one under FOLDER
(build_rivals.sh), else the system's; it, and the Runge-Kutta-Chebyshev method, run one patient at a time with the engine's closed form of drugs.
"""

import argparse
import math
import os
import pathlib
import platform
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench/rivals"))

from compiled import Cvode, Native, Rkc
from problem import Problem, at_equal_error, write_json

TARGETS = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
TIGHT, SCALE = "1e-12", "_1e-3"


def tolerances(first, last):
    return [f"1e-{n}{scale}" for scale in ("", SCALE, "_1e-6") for n in range(first, last + 1)]


def methods(problem, cvode, build):
    for name, label in (("tsit5_8", "Tsit5, explicit, 8 lanes"), ("rodas4_8", "Rodas4, Rosenbrock, 8 lanes"),
                        ("rodas5p_8", "Rodas5P, Rosenbrock, 8 lanes"), ("tsit5_1", "Tsit5, 1 lane"), ("rodas5p_1", "Rodas5P, 1 lane")):
        yield Native(problem, name, tolerances(3, 9), label)
    yield Rkc(problem, tolerances(3, 6), "RKC2, stabilised explicit, 1 lane")
    for kind in ("adams", "klu", "difference"):
        yield Cvode(problem, kind, False, tolerances(3, 9), cvode, build)


def references(problem, cvode):
    """The reference, and how far others at the same tolerance are from it."""
    values = {}
    for kind in ("adams", "klu"):
        engine = Cvode(problem, kind, False, [TIGHT + SCALE], cvode, "reference")
        engine.times()
        values["CVODE Adams" if kind == "adams" else "CVODE BDF, KLU"] = engine.values(TIGHT + SCALE)
    for name, label in (("rodas5p_8", "Rodas5P"), ("tsit5_8", "Tsit5")):
        engine = Native(problem, name, [TIGHT + SCALE], label)
        engine.times()
        values[label] = engine.values(TIGHT + SCALE)
    problem.reference = values.pop("CVODE Adams")
    out = []
    for name, found in values.items():
        worst = sorted(problem.error_by_patient(found))
        out.append({"name": name, "median": worst[len(worst) // 2], "p90": worst[int(0.9 * (len(worst) - 1))], "worst": worst[-1]})
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--rivals", type=pathlib.Path, metavar="FOLDER", help="what build_rivals.sh made")
    parser.add_argument("--course", default="bench/courses/sixty_doses.yaml")
    parser.add_argument("--patients", type=int, default=200)
    parser.add_argument("--horizon", type=float, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    folder = build / "work_precision"
    problem = Problem(build, folder, arguments.course, arguments.patients, arguments.horizon)
    cvode = Cvode.build(problem, arguments.rivals and arguments.rivals.resolve() / "sundials")
    if not cvode:
        sys.exit("the reference needs SUNDIALS: install libsundials-dev and libsuitesparse-dev, or give --rivals")
    agreement = references(problem, cvode)
    print(f"{arguments.course}: {arguments.patients} patients; reference CVODE Adams at {TIGHT}; from it differ at the same tolerance, by patient:")
    for row in agreement:
        print(f"  {row['name']}: median {row['median']:.1e}, 90th percentile {row['p90']:.1e}, worst {row['worst']:.1e}")

    engines = list(methods(problem, cvode, "built at -O3 -march=native" if arguments.rivals else "packaged"))
    ms, errors = {}, {}
    for turn in range(arguments.rounds):
        for engine in engines:
            for tolerance, value in zip(engine.tolerances, engine.times(), strict=True):
                ms.setdefault((engine.name, tolerance), []).append(value)
                if turn == 0:
                    errors[engine.name, tolerance] = problem.judge(engine.values(tolerance))
            print(f"round {turn + 1} {engine.name}", file=sys.stderr, flush=True)
    rows = []
    for engine in engines:
        points = [{"tolerance": t, "error_p90": errors[engine.name, t], "ms": statistics.median(ms[engine.name, t]),
                   "ms_rounds": ms[engine.name, t]} for t in engine.tolerances]
        at = {f"{t:g}": at_equal_error([(p["error_p90"], p["ms"]) for p in points], t) for t in TARGETS}
        rows.append({"name": engine.name, "what": engine.label, "points": points, "ms_at_error": at})

    columns = [f"1e-{n}" for n in range(3, 10)]
    for scale, what in (("", "the engine's absolute tolerances"), (SCALE, "a thousandth of them"), ("_1e-6", "a millionth of them")):
        print(f"\nerror @ ms per patient by relative tolerance, {what}\n")
        print("| method | " + " | ".join(columns) + " |\n|---" + "|---" * len(columns) + "|")
        for row in rows:
            by = {p["tolerance"]: p for p in row["points"]}
            cells = [by.get(c + scale) for c in columns]
            print(f"| {row['what']} | " + " | ".join(f"{p['error_p90']:.0e} @ {p['ms']:.3g}" if p and math.isfinite(p["error_p90"]) else
                                                     "failed" if p else "-" for p in cells) + " |")
    print("\nms per patient at equal error\n")
    print("| method | " + " | ".join(f"{t:g}" for t in TARGETS) + " |\n|---" + "|---" * len(TARGETS) + "|")
    for row in rows:
        print(f"| {row['what']} | " + " | ".join(f"{v:.3g}" if v else "-" for v in row["ms_at_error"].values()) + " |")
    if arguments.json:
        write_json(arguments.json, {"machine": platform.processor() or platform.machine(), "load_before": os.getloadavg()[0],
                                    "course": arguments.course, "patients": arguments.patients, "rounds": arguments.rounds,
                                    "agreement": agreement, "methods": rows})


main()
