"""Engines that read SBML: drugs are states like others, doses are changes of state between integrations.

Time is the engine's own integration call; the Python around it is not counted. Observables are worked out from its states, as for the compiled engines.
"""

import copy
import hashlib
import math
import os
import time
from xml.etree import ElementTree

import numpy


class Sbml:
    def __init__(self, problem, tolerances, patients):
        self.problem, self.tolerances, self.patients = problem, tolerances, min(patients, problem.patients)
        self.results = {}

    def times(self):
        return [self.once(tolerance) for tolerance in self.tolerances]

    def values(self, tolerance):
        return self.results[tolerance]

    def once(self, tolerance):
        p, self.spent = self.problem, 0.0
        out = numpy.full((self.patients, p.outputs, p.observables), math.nan)
        rtol, _, scale = tolerance.partition("_")
        last = p.output_day[-1]
        events = {d for d in p.event_day if 1e-9 < d <= last}
        for patient in range(self.patients):
            y, own = p.start(patient)
            self.begin(float(rtol), float(scale or 1) * min(1, float(rtol) / 1e-6), own)
            rows = numpy.full((p.outputs, len(y)), math.nan)
            now, row = 0.0, 0
            while row < p.outputs and p.output_day[row] <= 1e-9:
                rows[row], row = y, row + 1
            try:
                for stop in sorted(events | {last}):
                    upto = int(numpy.searchsorted(p.output_day, stop, side="right"))
                    seen, y = self.advance(y, p.latch_values(), now, p.output_day[row:upto], stop)
                    rows[row:upto], row, now = seen, upto, stop
                    if stop in events:
                        p.happen(stop, y)
            except RuntimeError as error:
                print(f"{self.name} at {tolerance}, patient {patient}, day {now:g}: {error}")
            out[patient] = p.observe(rows)
        self.results[tolerance] = out
        return 1e3 * self.spent / self.patients

    @staticmethod
    def stops(now, days, stop):
        """Times of one integration: the start, outputs, and the end if it is no output."""
        return [now, *(d for d in days if d > now), *([] if len(days) and days[-1] == stop else [stop])]


class Roadrunner(Sbml):
    name = "roadrunner"

    def __init__(self, problem, tolerances, patients):
        super().__init__(problem, tolerances, patients)
        import roadrunner
        self.label = f"libroadrunner {roadrunner.__version__} from the Python registry (CVODE BDF, dense, difference quotients; LLVM)"
        self.engine = roadrunner.RoadRunner(str(problem.sbml))
        self.model = self.engine.model
        species = list(self.model.getFloatingSpeciesIds())
        self.ids = problem.names[0] + problem.names[1]
        self.places = [species.index(n) for n in self.ids]
        self.parameters = list(self.model.getGlobalParameterIds())
        self.latch_places = [self.parameters.index(n) for n in problem.names[2]]
        self.engine.timeCourseSelections = self.ids
        self.species = species

    def begin(self, rtol, scale, own):
        integrator = self.engine.integrator
        integrator.relative_tolerance = rtol
        integrator.maximum_num_steps = 100000
        for name, negligible in zip(self.ids, [*self.problem.negligible, *[1e-6] * self.problem.exacts]):
            integrator.setIndividualTolerance(name, float(negligible * scale))
        names = [n for n in own if n in self.parameters]
        self.model.setGlobalParameterValues([self.parameters.index(n) for n in names], [own[n] for n in names])

    def advance(self, y, latch, now, days, stop):
        self.model.setGlobalParameterValues(self.latch_places, list(latch))
        self.model.setFloatingSpeciesAmounts(self.places, list(y))
        times = self.stops(now, days, stop)
        began = time.process_time()
        rows = numpy.array(self.engine.simulate(times=times))
        self.spent += time.process_time() - began
        return rows[1:1 + len(days)], rows[-1].copy()


def rewritten(path):
    """COPASI reads a stoichiometry that a rule sets (a transfer that multiplies: kNC / kN neutrophils a maturing cell) as a constant of the typical
    patient, and works initial assignments out anew at every start. Both are rewritten: such a transfer becomes a second reaction at that many
    times the rate, and initial assignments go, since every state is set."""
    core = "{http://www.sbml.org/sbml/level3/version2/core}"
    mathml = "{http://www.w3.org/1998/Math/MathML}"
    tree = ElementTree.parse(path)
    model = tree.getroot().find(f"{core}model")
    model.remove(model.find(f"{core}listOfInitialAssignments"))
    for parent in tree.getroot().iter():
        for annotation in parent.findall(f"{core}annotation"):
            parent.remove(annotation)
    rules, reactions = model.find(f"{core}listOfRules"), model.find(f"{core}listOfReactions")
    weights = {rule.get("variable"): rule for rule in rules if rule.get("variable").startswith("b7_weight")}
    for reaction in list(reactions):
        for side in ("Reactants", "Products"):
            members = reaction.find(f"{core}listOf{side}")
            for member in list(members) if members is not None else []:
                rule = weights.get(member.get("id"))
                if rule is None:
                    continue
                members.remove(member)
                more = ElementTree.SubElement(reactions, f"{core}reaction", id=member.get("id"), reversible="false")
                ElementTree.SubElement(ElementTree.SubElement(more, f"{core}listOf{side}"), f"{core}speciesReference",
                                       species=member.get("species"), stoichiometry="1", constant="true")
                modifiers = ElementTree.SubElement(more, f"{core}listOfModifiers")
                for kind in ("Reactants/{0}speciesReference", "Modifiers/{0}modifierSpeciesReference"):
                    for other in reaction.findall(f"{core}listOf{kind.format(core)}"):
                        ElementTree.SubElement(modifiers, f"{core}modifierSpeciesReference", species=other.get("species"))
                law = ElementTree.SubElement(ElementTree.SubElement(more, f"{core}kineticLaw"), f"{mathml}math")
                product = ElementTree.SubElement(law, f"{mathml}apply")
                ElementTree.SubElement(product, f"{mathml}times")
                product.append(copy.deepcopy(rule.find(f"{mathml}math")[0]))
                product.append(copy.deepcopy(reaction.find(f"{core}kineticLaw/{mathml}math")[0]))
                rules.remove(rule)
            if members is not None and len(members) == 0:
                reaction.remove(members)
    out = path.with_name("model_rewritten.xml")
    tree.write(out, xml_declaration=True, encoding="UTF-8")
    return out


class Copasi(Sbml):
    name = "copasi"

    def __init__(self, problem, tolerances, patients):
        super().__init__(problem, tolerances, patients)
        import COPASI
        self.c = COPASI
        self.label = f"COPASI {COPASI.CVersion.VERSION.getVersion()} from the Python registry (LSODA, difference quotients)"
        self.data = COPASI.CRootContainer.addDatamodel()
        if not self.data.importSBML(str(rewritten(problem.sbml))):
            raise RuntimeError(COPASI.CCopasiMessage.getAllMessageText())
        self.model = self.data.getModel()
        entities = {m.getSBMLId(): m for m in self.model.getMetabolites()}
        self.metabolites = [entities[n] for n in problem.names[0] + problem.names[1]]
        self.quantities = {q.getSBMLId(): q for q in self.model.getModelValues()}
        self.task = self.data.getTask("Time-Course")
        self.task.setMethodType(COPASI.CTaskEnum.Method_deterministic)
        self.task.getProblem().setAutomaticStepSize(False)
        # values in the model's own amounts, not in particles
        self.per_amount = self.model.getQuantity2NumberFactor()

    def set_quantity(self, name, value):
        if name in self.quantities:
            self.quantities[name].setInitialValue(float(value))

    def begin(self, rtol, scale, own):
        method = self.task.getMethod()
        method.getParameter("Relative Tolerance").setDblValue(rtol)
        # one absolute tolerance for all: the smallest that any state asks for
        method.getParameter("Absolute Tolerance").setDblValue(float(min(self.problem.negligible.min(), 1e-6) * scale))
        method.getParameter("Max Internal Steps").setUIntValue(100000)
        for name, value in own.items():
            self.set_quantity(name, value)

    def advance(self, y, latch, now, days, stop):
        for name, value in zip(self.problem.names[2], latch):
            self.set_quantity(name, value)
        for metabolite, amount in zip(self.metabolites, y):
            metabolite.setInitialValue(float(amount) * self.per_amount)
        self.model.updateInitialValues(self.c.CCore.Framework_ParticleNumbers)
        times = self.stops(now, days, stop)
        problem = self.task.getProblem()
        problem.setOutputStartTime(0)
        problem.setDuration(stop - now)
        problem.setUseValues(True)
        # nothing in the model depends on time itself
        problem.setValues(" ".join(repr(float(t - now)) for t in times))
        began = time.process_time()
        good = self.task.initializeRaw(self.c.CCopasiTask.OUTPUT_UI) and self.task.processRaw(True)
        self.spent += time.process_time() - began
        if not good:
            raise RuntimeError(self.task.getProcessError().strip())
        series = self.task.getTimeSeries()
        columns = {series.getSBMLId(k, self.data): k for k in range(series.getNumVariables())}
        wanted = [columns[m.getSBMLId()] for m in self.metabolites]
        rows = numpy.array([[series.getData(r, k) for k in wanted] for r in range(series.getRecordedSteps())]) / self.per_amount
        rows = rows[-len(times):]
        return rows[1:1 + len(days)], rows[-1].copy()


class Amici(Sbml):
    """The rewritten model too: annotations with prefixes stop AMICI's importer. Compiling takes minutes, once a model. Time is what AMICI reports of its
    solver."""
    name = "amici"

    def __init__(self, problem, tolerances, patients):
        super().__init__(problem, tolerances, patients)
        os.environ["AMICI_CXXFLAGS"] = "-O3;-march=native;-fno-math-errno"
        import amici
        from amici.sim import sundials
        self.sundials = sundials
        self.label = f"AMICI {amici.__version__} from the Python registry (CVODES BDF, KLU, symbolic sparse Jacobian; model at -O3 -march=native)"
        file = rewritten(problem.sbml)
        name = f"b7_{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
        folder = problem.folder.parent / name
        if not (folder / "done").exists():
            amici.SbmlImporter(str(file)).sbml2amici(name, folder, generate_sensitivity_code=False, compute_conservation_laws=False, simplify=None)
            (folder / "done").touch()
        self.model = amici.import_model_module(name, folder).get_model()
        self.solver = self.model.create_solver()
        self.solver.set_linear_solver(sundials.LinearSolver_KLU)
        self.solver.set_max_steps(100000)
        self.solver.set_return_data_reporting_mode(sundials.RDataReporting_full)
        ids = list(self.model.get_state_ids())
        wanted = problem.names[0] + problem.names[1]
        self.to_theirs = [wanted.index(n) for n in ids]
        self.to_ours = [ids.index(n) for n in wanted]
        self.known = set(self.model.get_free_parameter_ids())

    def begin(self, rtol, scale, own):
        self.solver.set_relative_tolerance(rtol)
        # one absolute tolerance for all: the smallest that any state asks for
        self.solver.set_absolute_tolerance(float(min(self.problem.negligible.min(), 1e-6) * scale))
        for name in self.known & set(own):
            self.model.set_free_parameter_by_id(name, float(own[name]))

    def advance(self, y, latch, now, days, stop):
        for name, value in zip(self.problem.names[2], latch):
            self.model.set_free_parameter_by_id(name, float(value))
        times = self.stops(now, days, stop)
        self.model.set_t0(now)
        self.model.set_timepoints(times)
        self.model.set_initial_state(numpy.array(y)[self.to_theirs])
        data = self.sundials.run_simulation(self.model, self.solver)
        if data.status != 0:
            raise RuntimeError(f"status {data.status}")
        self.spent += data.cpu_time / 1e3
        rows = numpy.array(data.x)[:, self.to_ours]
        return rows[1:1 + len(days)], rows[-1].copy()
