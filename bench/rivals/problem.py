"""The problem that every engine is given, and how its answer is judged."""

import ctypes
import json
import math
import os
import pathlib
import platform
import subprocess
import sys

import numpy

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = "-std=gnu11 -O3 -march=native -fPIC -fno-math-errno".split()
CC = os.environ.get("CC", "cc")
# SUNDIALS 7 warns on standard output of patients that it gives up
os.environ.setdefault("SUNLOGGER_WARNING_FILENAME", "/dev/null")


def run(words, **more):
    # an engine's import may change the locale: the encoding is named
    done = subprocess.run([str(w) for w in words], capture_output=True, encoding="utf-8", errors="replace", cwd=ROOT, timeout=1200, **more)
    if done.returncode:
        sys.exit(f"{' '.join(str(w) for w in words)}\nended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def fused(path):
    """Multiply-adds in the disassembly of a library or program: a build at -O3 -march=native has them."""
    return run(["objdump", "-d", path]).count("vfmadd")


class Problem:
    """One course: the file that rivals read, the compiled right-hand side, and output times."""

    def __init__(self, build, folder, course, patients, horizon):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.course, self.patients = folder, course, patients
        self.options = ["--patients", patients, "--horizon", horizon, "--course", course]
        self.program, self.path = build / "bench_rivals", folder / "problem.bin"
        run([self.program, "write", self.path, *self.options])
        self.sbml = folder / "model.xml"
        run([build / "bridge7", "model", "sbml", "--out", self.sbml, "model"])
        # the text that the build's library was compiled from
        define = ["-DB7_LANES=1", "-DB7_KERNEL_CODE=rival_code", "-DB7_KERNEL_TABLES=rival_tables"]
        self.objects = []
        for name, source, warnings in (("kernel", build / "shipped/shipped_kernel.c", ["-w"]), ("model", "bench/rivals/model.c", ["-Wall"])):
            self.objects.append(folder / f"{name}.o")
            run([CC, *FLAGS, *warnings, "-Iinclude", "-Isrc", *define, "-c", "-o", self.objects[-1], source])
        self.library_path = folder / "model.so"
        run([CC, "-shared", "-o", self.library_path, *self.objects, "-lm"])
        if platform.machine() == "x86_64" and not fused(self.library_path):
            sys.exit("the rivals' right-hand side has no fused multiply-adds: is this machine's compiler asked for them?")
        self.library = ctypes.CDLL(str(self.library_path))
        self.library.rival_name.restype = ctypes.c_char_p
        sizes = (ctypes.c_int * 6)()
        # for engines in Python, which keep drugs among their states
        self.library.rival_load(ctypes.byref(ctypes.c_char_p(str(self.path).encode())), ctypes.byref(ctypes.c_int(1)), sizes)
        self.states, self.exacts, self.latches, self.observables, self.events, self.outputs = sizes
        self.event_day, self.output_day, self.negligible = (numpy.zeros(n) for n in (self.events, self.outputs, self.states))
        self.library.rival_times(*(pointer(a) for a in (self.event_day, self.output_day, self.negligible)))
        self.names = [[self.library.rival_name(kind, i).decode() for i in range(n)]
                      for kind, n in enumerate((self.states, self.exacts, self.latches, self.observables))]
        self.reference = None

    def read(self, name):
        return numpy.fromfile(self.folder / name).reshape(-1, self.outputs, self.observables)

    def start(self, patient):
        """States and drugs of a patient after what is planned for day 0, and own parameters by name."""
        y, own = numpy.zeros(self.states + self.exacts), numpy.zeros(4096)
        self.library.rival_start(ctypes.byref(ctypes.c_int(patient)), pointer(y))
        n = self.library.rival_own(pointer(own))
        return y, {self.library.rival_name(4, i).decode(): own[i] for i in range(n)}

    def latch_values(self):
        values = numpy.zeros(self.latches)
        self.library.rival_latches(pointer(values))
        return values

    def happen(self, day, y):
        """Do what is planned for `day`, in place."""
        self.library.rival_event(ctypes.byref(ctypes.c_int(len(y))), ctypes.byref(ctypes.c_double(day)), pointer(y))

    def observe(self, rows):
        """Observables [times][observables] of the present patient from states and drugs [times][...]."""
        out = numpy.full((self.outputs, self.observables), math.nan)
        rows = numpy.ascontiguousarray(rows)
        self.library.rival_observe(ctypes.byref(ctypes.c_int(self.outputs)), pointer(self.output_day),
                                   ctypes.byref(ctypes.c_int(rows.shape[1])), pointer(rows), pointer(out))
        return out

    def error_by_patient(self, values, reference=None):
        """The worst error of each patient that an engine did; see rivals.py."""
        reference = (self.reference if reference is None else reference)[:len(values)]
        graded = (reference == numpy.floor(reference)).all(axis=(0, 1))
        at_dose = numpy.isin(self.output_day, self.event_day)
        top = numpy.abs(reference).max(axis=1, keepdims=True)
        with numpy.errstate(all="ignore"):
            error = numpy.abs(values - reference) / (numpy.abs(reference) + 1e-3 * top)
        error[numpy.broadcast_to(top == 0, error.shape)] = 0
        error = numpy.where(numpy.isfinite(error), error, math.inf)[:, ~at_dose][:, :, ~graded]
        return error.max(axis=(1, 2))

    def judge(self, values, reference=None):
        """The 90th percentile over patients of the worst error."""
        worst = numpy.sort(self.error_by_patient(values, reference))
        return float(worst[int(0.9 * (len(worst) - 1))])


def pointer(array):
    return array.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


def frontier(points):
    """Of (error, ms), those that no other beats in both, from the largest error down."""
    best, out = math.inf, []
    for error, ms in sorted((p for p in points if 0 < p[0] < math.inf), key=lambda p: (p[0], p[1])):
        if ms < best:
            out.append((error, ms))
            best = ms
    return out[::-1]


def at_equal_error(points, target):
    """Milliseconds at an error, by log-log interpolation along the frontier. None where the error was not reached; the loosest point where
    every one is better."""
    points = frontier(points)
    below = [p for p in points if p[0] <= target]
    above = [p for p in points if p[0] > target]
    if not below:
        return None
    if not above:
        return below[0][1]
    (e0, m0), (e1, m1) = above[-1], below[0]
    return math.exp(math.log(m0) + math.log(e0 / target) / math.log(e0 / e1) * math.log(m1 / m0))


def write_json(path, report):
    """JSON has no infinity: null."""
    def clean(value):
        if isinstance(value, dict):
            return {k: clean(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [clean(v) for v in value]
        return None if isinstance(value, float) and not math.isfinite(value) else value
    pathlib.Path(path).write_text(json.dumps(clean(report), indent=1) + "\n")
