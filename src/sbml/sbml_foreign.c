/* SBML of others: core Level 3 (lower levels are converted), as far as a model between events goes.
 *
 * Species are states; where a species' symbol means a concentration, so does the state, and its weights are
 * divided by the size of the compartment. Compartments and constant parameters are parameters, assignment
 * rules definitions, rate rules reactions of their own. Rates are scaled from the file's time unit to days.
 * Each state and definition is also an observable, obs_<id>. */
#include "sbml/sbml_reader.h"

#include <math.h>
#include <sbml/conversion/ConversionProperties.h>
#include <stdlib.h>
#include <string.h>

/* Foreign files tell no scale of their species; results are reproduced well below one item. */
#define FOREIGN_NEGLIGIBLE 1e-9

static const char *kept(B7SbmlReader *reader, const char *text) {
  return b7_draft_text(&reader->draft, text ? text : "");
}

/* "(ast)" with something around it: before + ast + after, kept by the model */
static B7Status infix(B7SbmlReader *reader, const SBase_t *element, const char *before, const ASTNode_t *ast,
                      const char *after, const char **text) {
  if (!ast) return b7_sbml_fail(reader, element, "a formula is missing");
  char *printed = SBML_formulaToL3String(ast);
  if (!printed) return b7_fail_memory(reader->error);
  *text = b7_arena_format(&reader->draft.model->arena, "%s(%s)%s", before, printed, after);
  free(printed);
  return *text ? B7_OK : b7_fail_memory(reader->error);
}

static B7Status note(B7SbmlReader *reader, const SBase_t *element, const char *text, B7ExpressionId *target,
                     B7Reach reach, const char *what, const char *id) {
  const B7Formula formula = {.what = b7_arena_format(&reader->draft.model->arena, "%s '%s'", what, id),
                             .place = b7_sbml_place(reader, element),
                             .text = text,
                             .target = target,
                             .event = -1,
                             .reach = reach};
  return text ? b7_draft_formula(&reader->draft, &formula, reader->error) : b7_fail_memory(reader->error);
}

static const char *digits(B7SbmlReader *reader, double number) {
  char text[32];
  b7_number_print(number, text);
  return kept(reader, text);
}

/* ---- what cannot be read ---- */

static B7Status refuse_unsupported(const B7SbmlReader *reader) {
  Model_t *m = reader->sbml;
  if (Model_getNumEvents(m) > 0) {
    Event_t *event = Model_getEvent(m, 0);
    return b7_sbml_fail(
        reader, (SBase_t *)event,
        "the event '%s' is not supported: events of SBML files cannot be read; give doses and other "
        "interventions in a course",
        b7_sbml_id(Event_getId(event)));
  }
  for (unsigned i = 0; i < Model_getNumRules(m); i++)
    if (Rule_isAlgebraic(Model_getRule(m, i)))
      return b7_sbml_fail(reader, (SBase_t *)Model_getRule(m, i), "algebraic rules are not supported");
  for (unsigned i = 0; i < Model_getNumReactions(m); i++)
    if (Reaction_getFast(Model_getReaction(m, i)))
      return b7_sbml_fail(reader, (SBase_t *)Model_getReaction(m, i),
                          "the fast reaction '%s' is not supported",
                          b7_sbml_id(Reaction_getId(Model_getReaction(m, i))));
  for (unsigned i = 0; i < Model_getNumSpecies(m); i++)
    if (Species_isSetConversionFactor(Model_getSpecies(m, i)))
      return b7_sbml_fail(reader, (SBase_t *)Model_getSpecies(m, i),
                          "the conversion factor of '%s' is not supported",
                          b7_sbml_id(Species_getId(Model_getSpecies(m, i))));
  if (Model_isSetConversionFactor(m))
    return b7_sbml_fail(reader, (SBase_t *)m, "conversion factors are not supported");
  return B7_OK;
}

/* ---- time ---- */

/* Days in one time unit of the file; a file without one is taken to be in days, with a warning. */
static B7Status days_per_time_unit(B7SbmlReader *reader, double *days) {
  const char *units = b7_sbml_id(Model_getTimeUnits(reader->sbml));
  *days = 1;
  if (strcmp(units, "second") == 0) {
    *days = 1.0 / 86400;
    return B7_OK;
  }
  UnitDefinition_t *definition = *units ? Model_getUnitDefinitionById(reader->sbml, units) : NULL;
  if (!definition) {
    if (reader->hooks && reader->hooks->warning)
      reader->hooks->warning(reader->hooks->user,
                             "the SBML file names no unit of time: its times are taken as days");
    return B7_OK;
  }
  double seconds = 1;
  for (unsigned i = 0; i < UnitDefinition_getNumUnits(definition); i++) {
    Unit_t *unit = UnitDefinition_getUnit(definition, i);
    bool time = Unit_getKind(unit) == UNIT_KIND_SECOND && Unit_getExponentAsDouble(unit) == 1;
    if (!time && Unit_getKind(unit) != UNIT_KIND_DIMENSIONLESS)
      return b7_sbml_fail(reader, (SBase_t *)definition, "the unit of time '%s' is no multiple of a second",
                          units);
    seconds *= Unit_getMultiplier(unit) * pow(10, Unit_getScale(unit));
  }
  *days = seconds / 86400;
  return B7_OK;
}

/* " * 86400", or "" for days */
static B7Status per_day(B7SbmlReader *reader, const char **text) {
  double days;
  *text = "";
  B7_TRY(days_per_time_unit(reader, &days));
  if (days == 1) return B7_OK;
  char number[32];
  // 86400, not the reciprocal of a rounded 1/86400
  b7_number_print(1 / days, number);
  double whole = round(1 / days);
  if (fabs(whole * days - 1) < 1e-12) b7_number_print(whole, number);
  *text = b7_arena_format(&reader->draft.model->arena, " * %s", number);
  return *text ? B7_OK : b7_fail_memory(reader->error);
}

/* ---- quantities ---- */

static const Rule_t *rule_of(const B7SbmlReader *reader, const char *id, bool assignment) {
  const Rule_t *rule = Model_getRuleByVar(reader->sbml, id);
  return rule && (bool)Rule_isAssignment(rule) == assignment ? rule : NULL;
}

static B7Status add_observable(B7SbmlReader *reader, const SBase_t *element, const char *id,
                               const char *label, const char *unit) {
  const char *name = b7_arena_format(&reader->draft.model->arena, "obs_%s", id);
  if (!name) return b7_fail_memory(reader->error);
  B7ModelObservable *o;
  B7_TRY(b7_draft_observable(&reader->draft, name, b7_sbml_place(reader, element), &o, reader->error));
  o->label = label;
  o->unit = unit;
  return note(reader, element, kept(reader, id), &o->is, B7_REACH_STATE, "observable", name);
}

static B7Status add_definition(B7SbmlReader *reader, const SBase_t *element, const char *id,
                               const char *label, const char *unit, const ASTNode_t *math) {
  B7ModelDefinition *d;
  B7_TRY(b7_draft_definition(&reader->draft, id, b7_sbml_place(reader, element), &d, reader->error));
  d->label = kept(reader, label);
  d->unit = kept(reader, unit);
  if (!d->label || !d->unit) return b7_fail_memory(reader->error);
  const char *text;
  B7_TRY(infix(reader, element, "", math, "", &text));
  B7_TRY(note(reader, element, text, &d->is, B7_REACH_STATE, "definition", id));
  return add_observable(reader, element, id, d->label, d->unit);
}

static B7Status add_state(B7SbmlReader *reader, const SBase_t *element, const char *id, const char *label,
                          const char *unit, const char *initial) {
  B7ModelState *state;
  B7_TRY(b7_draft_state(&reader->draft, id, b7_sbml_place(reader, element), &state, reader->error));
  state->label = kept(reader, label);
  state->unit = kept(reader, unit);
  state->negligible = FOREIGN_NEGLIGIBLE;
  if (!state->label || !state->unit) return b7_fail_memory(reader->error);
  B7_TRY(note(reader, element, initial, &state->initial, B7_REACH_CONSTANT, "initial value of", id));
  return add_observable(reader, element, id, state->label, state->unit);
}

/* A compartment or parameter: by rule, by initial assignment, or a number. */
static B7Status add_quantity(B7SbmlReader *reader, const SBase_t *element, const char *id, const char *label,
                             const char *unit, bool has_value, double value) {
  const Rule_t *assignment = rule_of(reader, id, true), *rate = rule_of(reader, id, false);
  const InitialAssignment_t *initial = Model_getInitialAssignmentBySym(reader->sbml, id);
  const char *text = NULL;
  if (assignment) return add_definition(reader, element, id, label, unit, Rule_getMath(assignment));
  if (rate) {
    if (initial) B7_TRY(infix(reader, element, "", InitialAssignment_getMath(initial), "", &text));
    if (!initial && !has_value) return b7_sbml_fail(reader, element, "'%s' has no initial value", id);
    return add_state(reader, element, id, label, unit, initial ? text : digits(reader, value));
  }
  if (initial) return add_definition(reader, element, id, label, unit, InitialAssignment_getMath(initial));
  if (!has_value || !isfinite(value)) return b7_sbml_fail(reader, element, "'%s' has no value", id);
  B7ModelParameter *p;
  B7_TRY(b7_draft_parameter(&reader->draft, id, b7_sbml_place(reader, element), &p, reader->error));
  p->label = kept(reader, label);
  p->unit = kept(reader, unit);
  p->value = value;
  return p->label && p->unit ? B7_OK : b7_fail_memory(reader->error);
}

/* The symbol of such a species is a concentration: its size divides what reactions bring. */
static const char *size_of(const B7SbmlReader *reader, const Species_t *species) {
  const char *compartment = b7_sbml_id(Species_getCompartment(species));
  const Compartment_t *found = Model_getCompartmentById(reader->sbml, compartment);
  bool amount =
      Species_getHasOnlySubstanceUnits(species) || !found || Compartment_getSpatialDimensions(found) == 0;
  return amount ? NULL : compartment;
}

static B7Status add_species(B7SbmlReader *reader, Species_t *species) {
  const SBase_t *element = (SBase_t *)species;
  const char *id = b7_sbml_id(Species_getId(species)), *label = Species_getName(species),
             *size = size_of(reader, species);
  const char *unit = b7_sbml_id(Species_getSubstanceUnits(species));
  const Rule_t *assignment = rule_of(reader, id, true);
  if (assignment) return add_definition(reader, element, id, label, unit, Rule_getMath(assignment));
  const InitialAssignment_t *initial = Model_getInitialAssignmentBySym(reader->sbml, id);
  const char *text;
  if (initial) {
    B7_TRY(infix(reader, element, "", InitialAssignment_getMath(initial), "", &text));
    return add_state(reader, element, id, label, unit, text);
  }
  bool amount = Species_isSetInitialAmount(species);
  if (!amount && !Species_isSetInitialConcentration(species))
    return b7_sbml_fail(reader, element, "the species '%s' has no initial value", id);
  char number[32];
  b7_number_print(amount ? Species_getInitialAmount(species) : Species_getInitialConcentration(species),
                  number);
  // the file may give an amount where the symbol means a concentration, or the other way round
  const char *compartment = b7_sbml_id(Species_getCompartment(species));
  bool has_size = Model_getCompartmentById(reader->sbml, compartment) != NULL;
  const char *factor = size ? (amount ? "/" : "") : (amount || !has_size ? "" : "*");
  text = b7_arena_format(&reader->draft.model->arena, "%s%s%s", number, factor, *factor ? compartment : "");
  return add_state(reader, element, id, label, unit, text);
}

/* ---- changes ---- */

static B7Status add_rate_rule(B7SbmlReader *reader, const Rule_t *rule, const char *scale) {
  B7Arena *arena = &reader->draft.model->arena;
  const SBase_t *element = (const SBase_t *)rule;
  const char *variable = b7_sbml_id(Rule_getVariable(rule)),
             *name = b7_arena_format(arena, "rate_%s", variable);
  B7ModelTerm *to = B7_ARENA_ARRAY(arena, B7ModelTerm, 1);
  if (!name || !to) return b7_fail_memory(reader->error);
  B7ModelReaction *r;
  B7_TRY(b7_draft_reaction(&reader->draft, name, b7_sbml_place(reader, element), &r, reader->error));
  to->state = b7_model_find_state(reader->draft.model, variable);
  if (to->state < 0)
    return b7_sbml_fail(reader, element, "a rate rule changes '%s', which is no quantity", variable);
  r->to = to;
  r->n_to = 1;
  const char *text;
  B7_TRY(note(reader, element, "1", &to->weight, B7_REACH_CONSTANT, "weight in", name));
  B7_TRY(infix(reader, element, "", Rule_getMath(rule), scale, &text));
  return note(reader, element, text, &r->rate, B7_REACH_STATE, "rate of", name);
}

/* stoichiometry, by number, rule or initial assignment, per size of the compartment */
static B7Status weight_text(B7SbmlReader *reader, const SpeciesReference_t *reference, const char *size,
                            const char **text) {
  const SBase_t *element = (const SBase_t *)reference;
  const char *id = b7_sbml_id(SpeciesReference_getId(reference));
  const char *after = size ? b7_arena_format(&reader->draft.model->arena, " / %s", size) : "";
  if (!after) return b7_fail_memory(reader->error);
  const Rule_t *rule = *id ? Model_getRuleByVar(reader->sbml, id) : NULL;
  const InitialAssignment_t *initial = *id ? Model_getInitialAssignmentBySym(reader->sbml, id) : NULL;
  if (rule && !Rule_isAssignment(rule))
    return b7_sbml_fail(reader, element, "a rate rule changes the stoichiometry '%s'", id);
  if (rule) return infix(reader, element, "", Rule_getMath(rule), after, text);
  if (initial) return infix(reader, element, "", InitialAssignment_getMath(initial), after, text);
  char number[32];
  double stoichiometry =
      SpeciesReference_isSetStoichiometry(reference) ? SpeciesReference_getStoichiometry(reference) : 1;
  b7_number_print(stoichiometry, number);
  *text = b7_arena_format(&reader->draft.model->arena, "%s%s", number, after);
  return *text ? B7_OK : b7_fail_memory(reader->error);
}

static B7Status add_side(B7SbmlReader *reader, Reaction_t *reaction, bool products, B7ModelReaction *r) {
  unsigned count = products ? Reaction_getNumProducts(reaction) : Reaction_getNumReactants(reaction);
  B7ModelTerm *terms = B7_ARENA_ARRAY(&reader->draft.model->arena, B7ModelTerm, count + 1);
  int32_t n = 0;
  if (!terms) return b7_fail_memory(reader->error);
  for (unsigned i = 0; i < count; i++) {
    const SpeciesReference_t *reference =
        products ? Reaction_getProduct(reaction, i) : Reaction_getReactant(reaction, i);
    const char *id = b7_sbml_id(SpeciesReference_getSpecies(reference));
    const Species_t *species = Model_getSpeciesById(reader->sbml, id);
    if (!species) return b7_sbml_fail(reader, (const SBase_t *)reference, "there is no species '%s'", id);
    // the outside world holds these where they are
    if (Species_getBoundaryCondition(species) || Species_getConstant(species)) continue;
    terms[n].state = b7_model_find_state(reader->draft.model, id);
    if (terms[n].state < 0)
      return b7_sbml_fail(reader, (const SBase_t *)reference,
                          "'%s' is set by a rule and changed by a reaction", id);
    const char *text;
    B7_TRY(weight_text(reader, reference, size_of(reader, species), &text));
    B7_TRY(note(reader, (const SBase_t *)reference, text, &terms[n++].weight, B7_REACH_CONSTANT,
                "weight in reaction", r->name));
  }
  *(products ? &r->to : &r->from) = terms;
  *(products ? &r->n_to : &r->n_from) = n;
  return B7_OK;
}

static B7Status add_reaction(B7SbmlReader *reader, Reaction_t *reaction, const char *scale) {
  const SBase_t *element = (SBase_t *)reaction;
  const char *id = b7_sbml_id(Reaction_getId(reaction));
  B7ModelReaction *r;
  B7_TRY(b7_draft_reaction(&reader->draft, id, b7_sbml_place(reader, element), &r, reader->error));
  r->label = kept(reader, Reaction_getName(reaction));
  if (!r->label) return b7_fail_memory(reader->error);
  B7_TRY(add_side(reader, reaction, false, r));
  B7_TRY(add_side(reader, reaction, true, r));
  // between boundary species alone nothing that is simulated changes
  if (r->n_from + r->n_to == 0) {
    reader->draft.model->n_reaction--;
    return B7_OK;
  }
  const KineticLaw_t *law = Reaction_getKineticLaw(reaction);
  if (!law) return b7_sbml_fail(reader, element, "the reaction '%s' has no kinetic law", id);
  const char *text;
  B7_TRY(infix(reader, element, "", KineticLaw_getMath(law), scale, &text));
  return note(reader, element, text, &r->rate, B7_REACH_STATE, "rate of", id);
}

/* ---- the document ---- */

static B7Status convert(B7SbmlReader *reader, const char *option) {
  ConversionProperties_t *properties = ConversionProperties_create();
  if (!properties) return b7_fail_memory(reader->error);
  ConversionProperties_addOptionWithKey(properties, option);
  int done = SBMLDocument_convert(reader->document, properties);
  ConversionProperties_free(properties);
  reader->sbml = SBMLDocument_getModel(reader->document);
  if (done == LIBSBML_OPERATION_SUCCESS && reader->sbml) return B7_OK;
  return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->path, 0, 0,
                    "libSBML cannot convert the model (%s)", option);
}

static B7Status normalise(B7SbmlReader *reader) {
  if (SBMLDocument_getLevel(reader->document) < 3 &&
      !SBMLDocument_setLevelAndVersionNonStrict(reader->document, 3, 1))
    return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->path, 1, 1,
                      "libSBML cannot convert the model to Level 3");
  reader->sbml = SBMLDocument_getModel(reader->document);
  if (Model_getNumFunctionDefinitions(reader->sbml) > 0) B7_TRY(convert(reader, "expandFunctionDefinitions"));
  return convert(reader, "promoteLocalParameters");
}

static B7Status fill(B7SbmlReader *reader) {
  Model_t *m = reader->sbml;
  const char *scale;
  B7_TRY(per_day(reader, &scale));
  for (unsigned i = 0; i < Model_getNumCompartments(m); i++) {
    Compartment_t *c = Model_getCompartment(m, i);
    bool point = Compartment_getSpatialDimensions(c) == 0;
    B7_TRY(add_quantity(reader, (SBase_t *)c, b7_sbml_id(Compartment_getId(c)), Compartment_getName(c),
                        b7_sbml_id(Compartment_getUnits(c)), true,
                        Compartment_isSetSize(c) && !point ? Compartment_getSize(c) : 1));
  }
  for (unsigned i = 0; i < Model_getNumParameters(m); i++) {
    Parameter_t *p = Model_getParameter(m, i);
    B7_TRY(add_quantity(reader, (SBase_t *)p, b7_sbml_id(Parameter_getId(p)), Parameter_getName(p),
                        b7_sbml_id(Parameter_getUnits(p)), Parameter_isSetValue(p), Parameter_getValue(p)));
  }
  for (unsigned i = 0; i < Model_getNumSpecies(m); i++) B7_TRY(add_species(reader, Model_getSpecies(m, i)));
  for (unsigned i = 0; i < Model_getNumRules(m); i++)
    if (Rule_isRate(Model_getRule(m, i))) B7_TRY(add_rate_rule(reader, Model_getRule(m, i), scale));
  for (unsigned i = 0; i < Model_getNumReactions(m); i++)
    B7_TRY(add_reaction(reader, Model_getReaction(m, i), scale));
  return B7_OK;
}

B7Status b7_sbml_read_foreign(B7SbmlReader *reader) {
  B7_TRY(refuse_unsupported(reader));
  B7_TRY(normalise(reader));
  Model_t *m = reader->sbml;
  int32_t quantities =
      (int32_t)(Model_getNumCompartments(m) + Model_getNumParameters(m) + Model_getNumSpecies(m));
  const B7DraftCapacity capacity = {.modules = 1,
                                    .parameters = quantities,
                                    .states = quantities,
                                    .definitions = quantities,
                                    .observables = quantities,
                                    .reactions = (int32_t)(Model_getNumReactions(m) + Model_getNumRules(m))};
  B7_TRY(b7_draft_make(reader->hooks, &capacity, &reader->draft, reader->error));
  B7Model *model = reader->draft.model;
  model->foreign = true;
  reader->path = kept(reader, reader->path);
  model->name = kept(reader, *b7_sbml_id(Model_getId(m)) ? Model_getId(m) : "model");
  model->title = kept(reader, Model_getName(m));
  if (!reader->path || !model->name || !model->title) return b7_fail_memory(reader->error);
  B7ModelModule *module;
  B7_TRY(
      b7_draft_module(&reader->draft, "main", b7_sbml_place(reader, (SBase_t *)m), &module, reader->error));
  return fill(reader);
}
