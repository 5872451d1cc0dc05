"""Engines in C, C++ and Fortran: bridge7, CVODE, deSolve, mrgsolve."""

import os
import pathlib
import subprocess
import sys

from problem import CC, fused, run

SUNDIALS = ["cvode", "nvecserial", "sunmatrixsparse", "sunmatrixdense", "sunlinsolklu", "sunlinsoldense", "sunnonlinsolfixedpoint"]


class Native:
    """bridge7 itself."""

    def __init__(self, problem, method, tolerances, label):
        self.problem, self.name, self.tolerances, self.label = problem, method, tolerances, label
        self.patients = problem.patients

    def times(self):
        lines = run([self.problem.program, "run", self.name, ",".join(self.tolerances), self.problem.folder, *self.problem.options])
        return [float(line.split()[1]) for line in lines.splitlines()]

    def values(self, tolerance):
        return self.problem.read(f"{self.name}_{tolerance}.bin")


class Cvode:
    KINDS = {"klu": "BDF, KLU, analytic sparse Jacobian", "dense": "BDF, dense, analytic Jacobian",
             "difference": "BDF, dense, difference quotients", "adams": "Adams, fixed point"}

    def __init__(self, problem, kind, drugs, tolerances, program, label):
        self.problem, self.kind, self.drugs, self.tolerances, self.program = problem, kind, drugs, tolerances, program
        self.name = f"cvode_{kind}{'_drugs' if drugs else ''}_{label.split(',')[0].replace(' ', '_')}"
        self.label = f"CVODE {self.KINDS[kind]}; {'drugs integrated' if drugs else 'our closed form of drugs lent to it'}; {label}"
        self.patients = problem.patients

    @staticmethod
    def build(problem, prefix):
        """The program linked to the SUNDIALS under `prefix` (None: the system's), or None where there is none."""
        folder = problem.folder / ("cvode_system" if prefix is None else f"cvode_{pathlib.Path(prefix).name}")
        words = [CC, "-std=gnu11", "-O3", "-march=native", "-Iinclude", "-Ibench/rivals", "-I/usr/include/suitesparse"]
        tail = [f"-lsundials_{name}" for name in SUNDIALS]
        if prefix is not None:
            found = [pathlib.Path(prefix) / "lib" / f"libsundials_{name}.a" for name in [*SUNDIALS, "core"]]
            words.append(f"-I{pathlib.Path(prefix) / 'include'}")
            tail = [str(p) for p in found if p.exists()] + ["-lklu"]
        done = subprocess.run([str(w) for w in [*words, "-o", folder, "bench/rivals/cvode.c", *problem.objects, *tail, "-lm"]],
                              capture_output=True, encoding="utf-8", errors="replace", cwd=problem.program.parents[2])
        if done.returncode and prefix is not None:
            sys.exit(f"SUNDIALS under {prefix} cannot be linked: {done.stderr}")
        if not done.returncode and prefix is not None and not any(fused(p) for p in found if p.exists()):
            sys.exit(f"the libraries under {prefix} have no fused multiply-adds: they are not built with -O3 -march=native")
        return None if done.returncode else folder

    def times(self):
        p = self.problem
        lines = run([self.program, p.path, p.folder, self.name, ",".join(self.tolerances), self.kind, int(self.drugs), p.patients])
        # between them SUNDIALS warns of patients that it gives up
        return [float(line.split()[1]) for line in lines.splitlines() if line.startswith("1e")]

    def values(self, tolerance):
        return self.problem.read(f"{self.name}_{tolerance}.bin")


class Rkc:
    """A stabilised explicit method, for the study of work and precision."""

    def __init__(self, problem, tolerances, label):
        self.problem, self.name, self.tolerances, self.label, self.patients = problem, "rkc2", tolerances, label, problem.patients
        self.program = problem.folder / "rkc"
        run([CC, "-std=gnu11", "-O3", "-march=native", "-Iinclude", "-Ibench/rivals", "-o", self.program, "bench/rivals/rkc.c",
             *problem.objects, "-lm"])

    def times(self):
        p = self.problem
        return [float(line.split()[1]) for line in
                run([self.program, p.path, p.folder, self.name, ",".join(self.tolerances), p.patients]).splitlines()]

    def values(self, tolerance):
        return self.problem.read(f"{self.name}_{tolerance}.bin")


class InR:
    """A package of R that calls the compiled right-hand side."""

    def __init__(self, problem, package, tolerances, build, library, drugs, analytic=False):
        self.problem, self.package, self.tolerances, self.patients = problem, package, tolerances, problem.patients
        self.environment = dict(os.environ, **({"R_LIBS": str(pathlib.Path(library).resolve())} if library else {}))
        # mrgsolve compiles its model when it runs
        self.environment["R_MAKEVARS_USER"] = str(self.makevars(problem.folder))
        self.words = [int(drugs)] + ([int(analytic)] if package == "deSolve" else [])
        suffix = f"{'_drugs' if drugs else ''}{'_jacobian' if analytic else ''}"
        self.name = f"{package.lower()}{suffix}_{'rebuilt' if library else 'packaged'}"
        version = self.version(package, library)
        self.label = (f"{package} {version} lsoda; {'drugs integrated' if drugs else 'our closed form of drugs lent to it'}"
                      f"{'; analytic Jacobian' if analytic else ''}; {build}")

    @staticmethod
    def makevars(folder):
        path = folder.resolve() / "Makevars"
        path.write_text("".join(f"{name} = -g0 -O3 -march=native -fPIC\n" for name in
                                ("CFLAGS", "CXXFLAGS", "CXX11FLAGS", "CXX14FLAGS", "CXX17FLAGS", "FFLAGS", "FCFLAGS")))
        return path

    @staticmethod
    def version(package, library):
        """None where the package is not installed."""
        where = f"lib.loc='{pathlib.Path(library).resolve()}'" if library else "lib.loc=.libPaths()"
        words = ["Rscript", "-e", f"cat(as.character(packageVersion('{package}', {where})), system.file('libs/{package}.so', package='{package}', {where}))"]
        done = subprocess.run(words, capture_output=True, encoding="utf-8", errors="replace")
        if done.returncode:
            return None
        version, binary = done.stdout.split()
        if library and not fused(binary):
            sys.exit(f"{binary} has no fused multiply-adds: it is not built with -O3 -march=native")
        return version

    def times(self):
        p = self.problem
        lines = run(["Rscript", f"bench/rivals/{self.package.lower()}.R", p.library_path, p.path, p.folder, self.name,
                     ",".join(self.tolerances), *self.words], env=self.environment).splitlines()
        return [float(line.split()[1]) for line in lines if line.startswith("1e")]

    def values(self, tolerance):
        return self.problem.read(f"{self.name}_{tolerance}.bin")
