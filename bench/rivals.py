"""Equal work, equal error: bridge7 and its rivals on the shipped model and the index course, patient by patient.

    python3 bench/rivals.py --build build/release [--patients 16] [--rounds 5] [--json FILE]

Every engine gets the same virtual patients, doses and output times, the same right-hand side (deSolve: the emitted one-lane C at
-O3 -march=native; SBML engines: the exported SBML) and the same absolute tolerances. Error of a patient: maximum over observables
and output times of |v - ref| / (|ref| + 1e-3 max |ref|); left out are observables of whole numbers only and output times that are
times of a dose (before or after it: engines differ). Reported: 90th percentile over patients; time by processor time on one thread;
medians of rounds in which engines take turns; time at equal error by log-log interpolation. Reference: Rodas5P at 1e-11.

Rivals are used where they are installed: R with deSolve (r-base-core, r-cran-desolve; `--r-library LABEL=FOLDER` adds another build of it), SUNDIALS (the build's
own; `--sundials LABEL=PROGRAM` adds a bench_rivals that is linked to another build), libroadrunner and COPASI (Python packages).
"""

import argparse
import ctypes
import json
import math
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[1]
TARGETS = (1e-4, 1e-5, 1e-6)
FLAGS = "-std=gnu11 -O3 -march=native -fPIC -fno-math-errno -w".split()


def run(words, **more):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True, cwd=ROOT, timeout=300, **more).stdout


class Problem:
    """The files that rivals read, and the compiled right-hand side."""

    def __init__(self, build, folder, patients, horizon):
        self.folder, self.options = folder, ["--patients", patients, "--horizon", horizon]
        self.program = build / "bench_rivals"
        self.path = folder / "problem.bin"
        run([self.program, "write", self.path, *self.options])
        # the text that the build's library was compiled from
        kernel = build / "shipped/shipped_kernel.c"
        self.sbml = folder / "model.xml"
        run([build / "bridge7", "model", "sbml", "--out", self.sbml, "model"])
        self.library_path = folder / "model.so"
        compiler = os.environ.get("CC", "cc")
        run([compiler, *FLAGS, "-Iinclude", "-Isrc", "-DB7_LANES=1", "-DB7_KERNEL_CODE=rival_code", "-DB7_KERNEL_TABLES=rival_tables",
             "-shared", "-o", self.library_path, kernel, "bench/rivals/model.c", "-lm"])
        if platform.machine() == "x86_64" and "vfmadd" not in run(["objdump", "-d", self.library_path]):
            sys.exit("the rivals' right-hand side has no fused multiply-adds: is this machine's compiler asked for them?")
        self.library = ctypes.CDLL(str(self.library_path))
        self.library.rival_name.restype = ctypes.c_char_p
        sizes = (ctypes.c_int * 6)()
        self.library.rival_load(ctypes.byref(ctypes.c_char_p(str(self.path).encode())), ctypes.byref(ctypes.c_int(0)), sizes)
        self.states, self.exacts, self.latches, self.observables, self.events, self.outputs = sizes
        self.event_day, self.output_day, self.negligible = (numpy.zeros(n) for n in (self.events, self.outputs, self.states))
        self.library.rival_times(*(self.pointer(a) for a in (self.event_day, self.output_day, self.negligible)))
        self.patients = patients
        self.names = [[self.library.rival_name(kind, i).decode() for i in range(n)]
                      for kind, n in enumerate((self.states, self.exacts, self.latches, self.observables))]

    @staticmethod
    def pointer(array):
        return array.ctypes.data_as(ctypes.POINTER(ctypes.c_double))

    def read(self, name):
        return numpy.fromfile(self.folder / name).reshape(-1, self.outputs, self.observables)

    def start(self, patient):
        """States, drugs, latches and own parameters by name, after what is planned for day 0."""
        y, latch = numpy.zeros(self.states + self.exacts), numpy.zeros(self.latches)
        self.library.rival_start(ctypes.byref(ctypes.c_int(patient)), self.pointer(y))
        x = numpy.zeros(self.exacts)
        self.library.rival_drugs(self.pointer(x))
        self.library.rival_latches(self.pointer(latch))
        own = numpy.zeros(4096)
        n = self.library.rival_own(self.pointer(own))
        return y[:self.states].copy(), x, latch, {self.library.rival_name(4, i).decode(): own[i] for i in range(n)}

    def apply(self, event, y, x, latch):
        self.library.rival_apply(ctypes.byref(ctypes.c_int(event)), *(self.pointer(a) for a in (y, x, latch)))


def judge(problem, values, reference):
    """The 90th percentile over patients of the worst error; patients that an engine did not do are left out of both."""
    reference = reference[:len(values)]
    graded = (reference == numpy.floor(reference)).all(axis=(0, 1))
    at_dose = numpy.isin(problem.output_day, problem.event_day)
    top = numpy.abs(reference).max(axis=1, keepdims=True)
    with numpy.errstate(all="ignore"):
        error = numpy.abs(values - reference) / (numpy.abs(reference) + 1e-3 * top)
    error[numpy.broadcast_to(top == 0, error.shape)] = 0
    error = numpy.where(numpy.isfinite(error), error, math.inf)[:, ~at_dose][:, :, ~graded]
    worst = numpy.sort(error.max(axis=(1, 2)))
    return float(worst[int(0.9 * (len(worst) - 1))])


class Native:
    """bridge7, and CVODE behind it."""

    def __init__(self, problem, method, tolerances, label, program=None, suffix=""):
        self.problem, self.method, self.tolerances, self.label = problem, method, tolerances, label
        self.name, self.program = method + suffix, program or problem.program
        self.patients = problem.patients

    def times(self):
        lines = run([self.program, "run", self.method, ",".join(self.tolerances), self.problem.folder, *self.problem.options]).splitlines()
        return [float(line.split()[1]) for line in lines]

    def values(self, tolerance):
        return self.problem.read(f"{self.method}_{tolerance}.bin")


class DeSolve:
    def __init__(self, problem, tolerances, label, suffix="", library=None, drugs=False, analytic=False):
        self.problem, self.tolerances = problem, tolerances
        self.name = f"desolve{suffix}{'_drugs' if drugs else ''}{'_jacobian' if analytic else ''}"
        self.words = [int(drugs), int(analytic)]
        self.environment = dict(os.environ, **({"R_LIBS": str(library)} if library else {}))
        self.label, self.patients = label, problem.patients

    def times(self):
        p = self.problem
        lines = run(["Rscript", "bench/rivals/desolve.R", p.library_path, p.path, p.folder, self.name, ",".join(self.tolerances),
                     *self.words], env=self.environment).splitlines()
        return [float(line.split()[1]) for line in lines]

    def values(self, tolerance):
        return self.problem.read(f"{self.name}_{tolerance}.bin")


class Sbml:
    """An engine that reads SBML: drugs are states like others; doses are changes of state between integrations."""

    def __init__(self, problem, tolerances, patients):
        self.problem, self.tolerances, self.patients = problem, tolerances, min(patients, problem.patients)
        self.results = {}

    def times(self):
        return [self.once(tolerance) for tolerance in self.tolerances]

    def once(self, tolerance):
        p, spent = self.problem, 0.0
        out = numpy.full((self.patients, p.outputs, p.observables), math.nan)
        stops = sorted({d for d in p.event_day if 1e-9 < d <= p.output_day[-1]} | {p.output_day[-1]})
        self.tolerance(float(tolerance))
        for patient in range(self.patients):
            y, x, latch, own = p.start(patient)
            began = time.process_time()
            self.begin(own)
            spent += time.process_time() - began
            now, row = 0.0, int(p.output_day[0] == 0)
            for stop in stops:
                upto = int(numpy.searchsorted(p.output_day, stop + 1e-9))
                days = p.output_day[row:upto]
                began = time.process_time()
                seen, after = self.advance(y, x, latch, now, days, stop)
                spent += time.process_time() - began
                out[patient, row:upto] = seen
                row, now = upto, stop
                y, x = after
                for e in numpy.flatnonzero(numpy.abs(p.event_day - stop) < 1e-9):
                    p.apply(int(e), y, x, latch)
        # day 0 is the start, the same for all
        out[:, 0] = p.reference[:self.patients, 0]
        self.results[tolerance] = out
        return 1e3 * spent / self.patients

    def values(self, tolerance):
        return self.results[tolerance]


class Roadrunner(Sbml):
    def __init__(self, problem, tolerances, patients):
        super().__init__(problem, tolerances, patients)
        import roadrunner
        self.name = "roadrunner"
        self.label = f"libroadrunner {roadrunner.__version__} from PyPI (CVODE BDF, dense, difference quotients)"
        self.engine = roadrunner.RoadRunner(str(problem.sbml))
        model = self.engine.model
        species = list(model.getFloatingSpeciesIds())
        self.places = [species.index(n) for n in problem.names[0] + problem.names[1]]
        parameters = list(model.getGlobalParameterIds())
        self.latch_places = [parameters.index(n) for n in problem.names[2]]
        self.parameters = parameters
        wanted = problem.names[3]
        ids = set(parameters) | set(species)
        self.engine.timeCourseSelections = ["time"] + [n if n in ids else "obs_" + n for n in wanted]

    def tolerance(self, rtol):
        integrator = self.engine.integrator
        integrator.relative_tolerance = rtol
        integrator.maximum_num_steps = 10000000
        integrator.absolute_tolerance = 1e-6 * min(1, rtol / 1e-6)
        for name, scale in zip(self.problem.names[0], self.problem.negligible):
            integrator.setIndividualTolerance(name, float(scale * min(1, rtol / 1e-6)))

    def begin(self, own):
        names = [n for n in own if n in self.parameters]
        self.engine.model.setGlobalParameterValues([self.parameters.index(n) for n in names], [own[n] for n in names])

    def advance(self, y, x, latch, now, days, stop):
        model, n = self.engine.model, len(y)
        model.setGlobalParameterValues(self.latch_places, list(latch))
        model.setFloatingSpeciesAmounts(self.places, list(y) + list(x))
        times = [now, *(d for d in days if d > now), *([] if len(days) and abs(days[-1] - stop) < 1e-9 else [stop])]
        rows = numpy.array(self.engine.simulate(times=times))
        values = numpy.array(model.getFloatingSpeciesAmounts())[self.places]
        return rows[1:1 + len(days), 1:], (values[:n].copy(), values[n:].copy())


def at_equal_error(points, target):
    """points: (error, ms). None outside of what was measured."""
    above = min((p for p in points if p[0] >= target), default=None)
    below = max((p for p in points if p[0] <= target), default=None)
    if not above or not below:
        return None
    if above == below:
        return above[1]
    part = math.log(above[0] / target) / math.log(above[0] / below[0])
    return math.exp(math.log(above[1]) + part * math.log(below[1] / above[1]))


def powers(first, last):
    return [f"1e-{n}" for n in range(first, last + 1)]


def engines(problem, arguments):
    yield Native(problem, "tsit5_8", powers(3, 9), "bridge7, Tsit5 (default), 8 lanes")
    yield Native(problem, "tsit5_1", powers(3, 9), "bridge7, Tsit5 (default), 1 lane")
    yield Native(problem, "rodas5p_8", powers(3, 9), "bridge7, Rodas5P, 8 lanes")
    if shutil.which("Rscript"):
        builds = [("", "as Debian builds it, -O2", None)]
        builds += [("_" + label, f"built with {label}", folder) for label, _, folder in (w.rpartition("=") for w in arguments.r_library)]
        for suffix, label, folder in builds:
            version = run(["Rscript", "-e", "cat(as.character(packageVersion('deSolve')))"],
                          env=dict(os.environ, **({"R_LIBS": str(pathlib.Path(folder).resolve())} if folder else {})))
            label = f"deSolve {version} lsoda, {label}"
            library = pathlib.Path(folder).resolve() if folder else None
            yield DeSolve(problem, powers(5, 9), label + "; drugs in closed form", suffix, library)
            yield DeSolve(problem, powers(5, 9), label + "; drugs integrated", suffix, library, drugs=True)
            yield DeSolve(problem, powers(5, 9), label + "; drugs in closed form, analytic Jacobian", suffix, library, analytic=True)
    for word in ["packaged=" + str(problem.program), *arguments.sundials]:
        label, _, program = word.rpartition("=")
        if subprocess.run([program, "run", "cvode_klu", "1e-2", problem.folder, "--patients", "1", "--horizon", "1"], cwd=ROOT,
                          capture_output=True).returncode:
            continue
        for method, what in (("cvode_klu", "BDF, KLU, analytic sparse Jacobian"), ("cvode_dense", "BDF, dense, analytic Jacobian"),
                             ("cvode_adams", "Adams, fixed point")):
            yield Native(problem, method, powers(6, 9), f"CVODE {what}; SUNDIALS {label}", program, "_" + label)
    if arguments.sbml_patients > 0:
        try:
            yield Roadrunner(problem, powers(6, 10), arguments.sbml_patients)
        except ImportError:
            print("libroadrunner is not installed: left out")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--patients", type=int, default=16)
    parser.add_argument("--sbml-patients", type=int, default=8, help="SBML engines do the first so many, and one round")
    parser.add_argument("--horizon", type=float, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", metavar="PATTERN", help="engines whose name has this regular expression in it")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--r-library", action="append", default=[], metavar="LABEL=FOLDER")
    parser.add_argument("--sundials", action="append", default=[], metavar="LABEL=PROGRAM")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    folder = build / "rivals"
    folder.mkdir(exist_ok=True)
    problem = Problem(build, folder, arguments.patients, arguments.horizon)
    Native(problem, "rodas5p_8", ["1e-11"], "").times()
    problem.reference = problem.read("rodas5p_8_1e-11.bin")

    rivals, ms, errors = [e for e in engines(problem, arguments) if re.search(arguments.only, e.name)], {}, {}
    for turn in range(arguments.rounds):
        for rival in rivals:
            if isinstance(rival, Sbml) and turn > 0:
                continue
            measured = rival.times()
            for tolerance, value in zip(rival.tolerances, measured):
                ms.setdefault((rival.name, tolerance), []).append(value)
                if turn == 0:
                    errors[rival.name, tolerance] = judge(problem, rival.values(tolerance), problem.reference)
            print(f"round {turn + 1} {rival.name}", file=sys.stderr, flush=True)

    doses = len({d for d in problem.event_day})
    report = {"machine": platform.processor() or platform.machine(), "patients": problem.patients, "horizon_day": arguments.horizon,
              "events": problem.events, "distinct_event_times": doses, "rounds": arguments.rounds, "flags_of_compiled_rivals": FLAGS,
              "rivals": []}
    ours = None
    print(f"{problem.patients} patients, {arguments.horizon:g} days, {problem.events} events at {doses} times, medians of "
          f"{arguments.rounds} rounds")
    print(f"{'ms per patient (over bridge7)':34}" + "".join(f"{f'at {t:g}':>20}" for t in TARGETS) + "   what")
    for rival in rivals:
        points = [{"rtol": t, "error_p90": errors[rival.name, t], "ms": statistics.median(ms[rival.name, t]),
                   "ms_rounds": ms[rival.name, t]} for t in rival.tolerances]
        usable = [(p["error_p90"], p["ms"]) for p in points if math.isfinite(p["error_p90"]) and p["error_p90"] > 0]
        at = {f"{t:g}": at_equal_error(usable, t) for t in TARGETS}
        ours = ours or at
        ratio = {t: at[t] / ours[t] if at[t] and ours[t] else None for t in at}
        report["rivals"].append({"name": rival.name, "what": rival.label, "patients": rival.patients, "points": points, "ms_at_error": at,
                                 "ratio_at_error": ratio})
        print(f"{rival.name:34}" + "".join(f"{f'{at[t]:.2f} ({ratio[t]:.1f})' if ratio[t] else '-':>20}" for t in at) + f"   {rival.label}")
    if arguments.json:
        for rival in report["rivals"]:
            for point in rival["points"]:
                point["error_p90"] = point["error_p90"] if math.isfinite(point["error_p90"]) else None
        arguments.json.write_text(json.dumps(report, indent=1) + "\n")


main()
