/* sbml_read.c - an SBML file that this program wrote becomes the same model again. */
#include "sbml/sbml_reader.h"

#include "base/files.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- annotations ---- */

/* bridge7's element in an annotation: the one named `name`, any for NULL; NULL when there is none. */
static const XMLNode_t *annotation_of(SBase_t *element, const char *name) {
  const XMLNode_t *annotation = SBase_getAnnotation(element);
  for (unsigned i = 0; annotation && i < XMLNode_getNumChildren(annotation); i++) {
    const XMLNode_t *child = XMLNode_getChild(annotation, i);
    const char *uri = XMLNode_getURI(child), *own = XMLNode_getName(child);
    if (uri && strcmp(uri, B7_SBML_NAMESPACE) == 0 && own && (!name || strcmp(own, name) == 0)) return child;
  }
  return NULL;
}

/* A text attribute kept by the model; "" when it is not there, NULL when memory is out. */
static const char *attribute(B7SbmlReader *reader, const XMLNode_t *node, const char *key) {
  if (!XMLNode_hasAttrWithName(node, key)) return "";
  char *value = XMLNode_getAttrValueByName(node, key);
  const char *kept = b7_draft_text(&reader->draft, value ? value : "");
  free(value);
  return kept;
}

/* NaN when it is not there. */
static double number(const XMLNode_t *node, const char *key) {
  char *value = XMLNode_hasAttrWithName(node, key) ? XMLNode_getAttrValueByName(node, key) : NULL;
  double parsed = value ? strtod(value, NULL) : NAN;
  free(value);
  return parsed;
}

static int one_of(const char *word, const char *const *words) {
  for (int i = 0; words[i]; i++)
    if (strcmp(words[i], word) == 0) return i;
  return -1;
}

static B7Status read_unit(B7SbmlReader *reader, SBase_t *element, const XMLNode_t *node, const char **unit) {
  *unit = attribute(reader, node, "unit");
  if (!*unit) return b7_fail_memory(reader->error);
  if (b7_units_known(reader->draft.units, *unit)) return B7_OK;
  return b7_sbml_fail(reader, element, "'%s' is not a unit", *unit);
}

static B7Status enter_module(B7SbmlReader *reader, SBase_t *element, const XMLNode_t *node) {
  const char *name = attribute(reader, node, "module");
  if (!name) return b7_fail_memory(reader->error);
  const B7Model *model = reader->draft.model;
  for (int32_t i = 0; i < model->n_module; i++)
    if (strcmp(model->modules[i].name, name) == 0) {
      reader->draft.module = i;
      return B7_OK;
    }
  return b7_sbml_fail(reader, element, "there is no module '%s'", name);
}

/* label: the SBML name */
static B7Status read_label(B7SbmlReader *reader, const char *name, const char **label) {
  *label = b7_draft_text(&reader->draft, name ? name : "");
  return *label ? B7_OK : b7_fail_memory(reader->error);
}

/* ---- parameters, latches, definitions, observables ---- */

static B7Status read_basis(B7SbmlReader *reader, SBase_t *element, const XMLNode_t *node,
                           B7ModelParameter *p) {
  static const char *const spreads[] = {"", "lognormal", "normal", "logit", NULL};
  static const B7SpreadKind spread_kinds[] = {B7_SPREAD_NONE, B7_SPREAD_LOGNORMAL, B7_SPREAD_NORMAL,
                                              B7_SPREAD_LOGIT};
  static const char *const bases[] = {"", "source", "assumed", "tuned", NULL};
  static const B7BasisKind basis_kinds[] = {B7_BASIS_NONE, B7_BASIS_SOURCE, B7_BASIS_ASSUMED, B7_BASIS_TUNED};
  const char *spread = attribute(reader, node, "spread"), *basis = attribute(reader, node, "basis"),
             *patient = attribute(reader, node, "patient");
  p->basis.text = attribute(reader, node, "why");
  p->basis.tuned_to = attribute(reader, node, "tuned_to");
  p->note = attribute(reader, node, "note");
  if (!spread || !basis || !patient || !p->basis.text || !p->basis.tuned_to || !p->note)
    return b7_fail_memory(reader->error);
  int spread_index = one_of(spread, spreads), basis_index = one_of(basis, bases);
  if (spread_index < 0) return b7_sbml_fail(reader, element, "'%s': unknown spread '%s'", p->name, spread);
  if (basis_index < 0) return b7_sbml_fail(reader, element, "'%s': unknown basis '%s'", p->name, basis);
  p->spread = spread_kinds[spread_index];
  p->basis.kind = basis_kinds[basis_index];
  p->patient = strcmp(patient, "true") == 0;
  p->low = number(node, "low");
  p->high = number(node, "high");
  if (p->spread != B7_SPREAD_NONE) p->spread_sd = number(node, "sd");
  if (p->spread != B7_SPREAD_NONE && !(p->spread_sd > 0))
    return b7_sbml_fail(reader, element, "spread of '%s' must be above 0", p->name);
  if (!isfinite(p->value)) return b7_sbml_fail(reader, element, "'%s' has no value", p->name);
  if (p->value < p->low || p->value > p->high || p->low > p->high)
    return b7_sbml_fail(reader, element, "value %g of '%s' is outside its range [%g, %g]", p->value, p->name,
                        p->low, p->high);
  return B7_OK;
}

static double value_of(const Parameter_t *parameter, const XMLNode_t *node) {
  double exact = number(node, "value");
  return isnan(exact) ? Parameter_getValue(parameter) : exact;
}

/* The formula of the rule for `variable`. */
static B7Status read_rule(B7SbmlReader *reader, SBase_t *element, const char *variable, B7Formula formula) {
  const Rule_t *rule = Model_getRuleByVar(reader->sbml, variable);
  if (!rule || !Rule_isAssignment(rule))
    return b7_sbml_fail(reader, element, "'%s' has no assignment rule", variable);
  formula.place = b7_sbml_place(reader, (const SBase_t *)rule);
  formula.ast = Rule_getMath(rule);
  formula.event = -1;
  formula.per = "";
  formula.reach = B7_REACH_STATE;
  if (!formula.ast)
    return b7_sbml_fail(reader, (const SBase_t *)rule, "the rule of '%s' has no formula", variable);
  return b7_draft_formula(&reader->draft, &formula, reader->error);
}

static B7Status read_quantity(B7SbmlReader *reader, Parameter_t *parameter) {
  B7Draft *draft = &reader->draft;
  B7Arena *arena = &draft->model->arena;
  SBase_t *element = (SBase_t *)parameter;
  const char *id = b7_sbml_id(Parameter_getId(parameter));
  const XMLNode_t *node = annotation_of(element, NULL);
  if (!node) return b7_sbml_fail(reader, element, "the parameter '%s' has no annotation of bridge7", id);
  static const char *const kinds[] = {"parameter", "latch", "definition", "observable", NULL};
  int kind = one_of(XMLNode_getName(node), kinds);
  B7ModelPlace place = b7_sbml_place(reader, element);
  const char *label, *unit;
  B7_TRY(enter_module(reader, element, node));
  B7_TRY(read_label(reader, Parameter_getName(parameter), &label));
  B7_TRY(read_unit(reader, element, node, &unit));
  if (kind == 0) {
    B7ModelParameter *p;
    B7_TRY(b7_draft_parameter(draft, id, place, &p, reader->error));
    p->label = label, p->unit = unit, p->value = value_of(parameter, node);
    return read_basis(reader, element, node, p);
  }
  if (kind == 1) {
    B7ModelLatch *latch;
    B7_TRY(b7_draft_latch(draft, id, place, &latch, reader->error));
    latch->label = label, latch->unit = unit, latch->initial = value_of(parameter, node);
    return isfinite(latch->initial) ? B7_OK : b7_sbml_fail(reader, element, "'%s' has no value", id);
  }
  if (kind == 2) {
    B7ModelDefinition *d;
    B7_TRY(b7_draft_definition(draft, id, place, &d, reader->error));
    d->label = label, d->unit = unit;
    return read_rule(reader, element, id,
                     (B7Formula){.what = b7_arena_format(arena, "definition '%s'", id),
                                 .target = &d->is,
                                 .unit = d->unit});
  }
  if (kind != 3)
    return b7_sbml_fail(reader, element, "'%s': unknown annotation '%s'", id, XMLNode_getName(node));
  B7ModelObservable *o;
  B7_TRY(b7_draft_observable(draft, id, place, &o, reader->error));
  const char *axis = attribute(reader, node, "axis");
  if (!axis) return b7_fail_memory(reader->error);
  o->label = label, o->unit = unit, o->detection = number(node, "detection"),
  o->log_axis = strcmp(axis, "log") == 0;
  return read_rule(
      reader, element, id,
      (B7Formula){.what = b7_arena_format(arena, "observable '%s'", id), .target = &o->is, .unit = o->unit});
}

/* ---- states ---- */

static B7Status read_initial(B7SbmlReader *reader, const Species_t *species, B7ModelState *state) {
  B7Arena *arena = &reader->draft.model->arena;
  B7Formula formula = {.what = b7_arena_format(arena, "initial value of '%s'", state->name),
                       .place = state->place,
                       .target = &state->initial,
                       .event = -1,
                       .reach = B7_REACH_CONSTANT,
                       .per = ""};
  const InitialAssignment_t *assignment = Model_getInitialAssignmentBySym(reader->sbml, state->name);
  if (assignment) {
    formula.ast = InitialAssignment_getMath(assignment);
    formula.place = b7_sbml_place(reader, (const SBase_t *)assignment);
    formula.unit = state->unit;
    if (!formula.ast)
      return b7_sbml_fail(reader, (const SBase_t *)assignment, "'%s' has no formula", state->name);
  } else {
    char digits[32];
    bool amount = Species_isSetInitialAmount(species);
    if (!amount && !Species_isSetInitialConcentration(species))
      return b7_sbml_fail(reader, (const SBase_t *)species, "the species '%s' has no initial value",
                          state->name);
    b7_number_print(amount ? Species_getInitialAmount(species) : Species_getInitialConcentration(species),
                    digits);
    formula.text = b7_draft_text(&reader->draft, digits);
    if (!formula.text) return b7_fail_memory(reader->error);
  }
  return b7_draft_formula(&reader->draft, &formula, reader->error);
}

static B7Status read_state(B7SbmlReader *reader, Species_t *species) {
  B7Draft *draft = &reader->draft;
  SBase_t *element = (SBase_t *)species;
  const char *id = b7_sbml_id(Species_getId(species));
  const XMLNode_t *node = annotation_of(element, "state");
  if (!node) return b7_sbml_fail(reader, element, "the species '%s' has no annotation of bridge7", id);
  B7_TRY(enter_module(reader, element, node));
  B7ModelState *state;
  B7_TRY(b7_draft_state(draft, id, b7_sbml_place(reader, element), &state, reader->error));
  B7_TRY(read_label(reader, Species_getName(species), &state->label));
  B7_TRY(read_unit(reader, element, node, &state->unit));
  state->negligible = number(node, "negligible");
  if (!(state->negligible > 0))
    return b7_sbml_fail(reader, element, "negligible of '%s' must be above 0", id);
  if (XMLNode_hasAttrWithName(node, "count_below_cells"))
    state->count_below_cells = number(node, "count_below_cells");
  if (!(state->count_below_cells >= 0))
    return b7_sbml_fail(reader, element, "count_below_cells of '%s' is no number", id);
  state->clear_group = attribute(reader, node, "clear_group");
  if (!state->clear_group) return b7_fail_memory(reader->error);
  double offset;
  if (b7_units_convertible(draft->units, state->unit, "cell"))
    B7_TRY(b7_units_conversion(draft->units, state->unit, "cell", &state->cells_per_unit, &offset,
                               reader->error));
  return read_initial(reader, species, state);
}

/* ---- reactions ---- */

/* "(formula) / b7_..." -> formula: the writer divides by ones to fit SBML's extents */
static const ASTNode_t *without_one(const ASTNode_t *ast) {
  if (!ast || ASTNode_getType(ast) != AST_DIVIDE || ASTNode_getNumChildren(ast) != 2) return NULL;
  const ASTNode_t *one = ASTNode_getChild(ast, 1);
  const char *name = ASTNode_getType(one) == AST_NAME ? ASTNode_getName(one) : NULL;
  return name && strncmp(name, "b7_", 3) == 0 ? ASTNode_getChild(ast, 0) : NULL;
}

static B7Status read_term(B7SbmlReader *reader, const B7ModelReaction *r, const SpeciesReference_t *reference,
                          B7ModelTerm *term, const char *rate_unit) {
  B7Draft *draft = &reader->draft;
  const SBase_t *element = (const SBase_t *)reference;
  const char *species = b7_sbml_id(SpeciesReference_getSpecies(reference));
  term->state = b7_model_find_state(draft->model, species);
  if (term->state < 0)
    return b7_sbml_fail(reader, element, "reaction '%s': there is no species '%s'", r->name, species);
  const char *unit = draft->model->states[term->state].unit;
  B7Formula formula = {
      .what = b7_arena_format(&draft->model->arena, "weight of '%s' in reaction '%s'", species, r->name),
      .place = b7_sbml_place(reader, element),
      .target = &term->weight,
      .event = -1,
      .reach = B7_REACH_CONSTANT,
      .per = rate_unit ? rate_unit : unit};
  const char *id = SpeciesReference_getId(reference);
  const Rule_t *rule = id && *id ? Model_getRuleByVar(reader->sbml, id) : NULL;
  if (rule) {
    formula.ast = without_one(Rule_getMath(rule));
    formula.unit = unit;
    if (!formula.ast)
      return b7_sbml_fail(reader, element, "reaction '%s': its weights were changed", r->name);
  } else {
    char digits[32];
    b7_number_print(SpeciesReference_getStoichiometry(reference), digits);
    // a weight that was not written is 1, and then the units must agree
    formula.unit = strcmp(digits, "1") == 0 ? unit : NULL;
    formula.text = b7_draft_text(draft, digits);
    if (!formula.text) return b7_fail_memory(reader->error);
  }
  return b7_draft_formula(draft, &formula, reader->error);
}

static B7Status read_modifiers(B7SbmlReader *reader, SBase_t *element, const XMLNode_t *node,
                               B7ModelReaction *r) {
  const char *names = attribute(reader, node, "by");
  if (!names) return b7_fail_memory(reader->error);
  int32_t *by = B7_ARENA_ARRAY(&reader->draft.model->arena, int32_t, strlen(names) / 2 + 1);
  if (!by) return b7_fail_memory(reader->error);
  for (const char *at = names; *at;) {
    size_t n = strcspn(at, " ");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(n < 63 ? n : 63), at);
    by[r->n_by] = b7_model_find_state(reader->draft.model, name);
    if (by[r->n_by++] < 0)
      return b7_sbml_fail(reader, element, "reaction '%s': there is no species '%s'", r->name, name);
    at += n + strspn(at + n, " ");
  }
  r->by = by;
  return B7_OK;
}

static B7Status read_reaction(B7SbmlReader *reader, Reaction_t *reaction) {
  B7Draft *draft = &reader->draft;
  B7Arena *arena = &draft->model->arena;
  SBase_t *element = (SBase_t *)reaction;
  const char *id = b7_sbml_id(Reaction_getId(reaction));
  const XMLNode_t *node = annotation_of(element, "reaction");
  if (!node) return b7_sbml_fail(reader, element, "the reaction '%s' has no annotation of bridge7", id);
  B7_TRY(enter_module(reader, element, node));
  B7ModelReaction *r;
  B7_TRY(b7_draft_reaction(draft, id, b7_sbml_place(reader, element), &r, reader->error));
  B7_TRY(read_label(reader, Reaction_getName(reaction), &r->label));
  B7_TRY(read_modifiers(reader, element, node, r));
  r->n_from = (int32_t)Reaction_getNumReactants(reaction);
  r->n_to = (int32_t)Reaction_getNumProducts(reaction);
  if (r->n_from + r->n_to == 0) return b7_sbml_fail(reader, element, "the reaction '%s' changes nothing", id);
  B7ModelTerm *terms = B7_ARENA_ARRAY(arena, B7ModelTerm, r->n_from + r->n_to);
  if (!terms) return b7_fail_memory(reader->error);
  r->from = terms;
  r->to = terms + r->n_from;
  const char *rate_unit = NULL;
  for (int32_t i = 0; i < r->n_from + r->n_to; i++) {
    const SpeciesReference_t *reference = i < r->n_from
                                              ? Reaction_getReactant(reaction, (unsigned)i)
                                              : Reaction_getProduct(reaction, (unsigned)(i - r->n_from));
    B7_TRY(read_term(reader, r, reference, &terms[i], rate_unit));
    if (i == 0) rate_unit = draft->model->states[terms[0].state].unit;
  }
  const KineticLaw_t *law = Reaction_getKineticLaw(reaction);
  const B7Formula rate = {.what = b7_arena_format(arena, "rate of '%s'", id),
                          .place = law ? b7_sbml_place(reader, (const SBase_t *)law) : r->place,
                          .ast = law ? without_one(KineticLaw_getMath(law)) : NULL,
                          .target = &r->rate,
                          .event = -1,
                          .reach = B7_REACH_STATE,
                          .unit = rate_unit,
                          .per = "d"};
  if (!rate.ast)
    return b7_sbml_fail(reader, element, "reaction '%s': its rate is missing or was changed", id);
  return b7_draft_formula(draft, &rate, reader->error);
}

/* ---- modules and events, in the model's annotation ---- */

static B7Status read_argument(B7SbmlReader *reader, const XMLNode_t *node, B7ModelArgument *argument) {
  argument->name = attribute(reader, node, "name");
  argument->label = attribute(reader, node, "label");
  argument->default_value = number(node, "default");
  if (!argument->name || !argument->label) return b7_fail_memory(reader->error);
  B7_TRY(b7_name_check(argument->name, b7_sbml_place(reader, (SBase_t *)reader->sbml), reader->error));
  return read_unit(reader, (SBase_t *)reader->sbml, node, &argument->unit);
}

static B7Status read_change(B7SbmlReader *reader, const XMLNode_t *node, const B7ModelEvent *event, bool add,
                            B7ModelChange *change) {
  B7Model *model = reader->draft.model;
  SBase_t *element = (SBase_t *)reader->sbml;
  const char *to = attribute(reader, node, "to"), *is = attribute(reader, node, "is");
  if (!to || !is) return b7_fail_memory(reader->error);
  const B7Name *target = b7_names_find(&reader->draft.names, to);
  if (!target || target->kind != (add ? B7_NAME_STATE : B7_NAME_LATCH))
    return b7_sbml_fail(reader, element, "event '%s': '%s' is no %s", event->name, to,
                        add ? "state" : "latch");
  change->target = target->index;
  char *end;
  strtod(is, &end);
  const B7Formula formula = {
      .what = b7_arena_format(&model->arena, "%s: '%s' of event '%s'", add ? "add" : "set", to, event->name),
      .place = b7_sbml_place(reader, element),
      .text = is,
      .target = &change->is,
      .event = (int32_t)(event - model->events),
      .reach = B7_REACH_EVENT,
      // as in YAML: a bare number is in the unit of what it changes
      .unit = end != is && !*end ? NULL
              : add              ? model->states[target->index].unit
                                 : model->latches[target->index].unit,
      .per = ""};
  return b7_draft_formula(&reader->draft, &formula, reader->error);
}

static B7Status read_event(B7SbmlReader *reader, const XMLNode_t *node) {
  B7Draft *draft = &reader->draft;
  SBase_t *element = (SBase_t *)reader->sbml;
  B7_TRY(enter_module(reader, element, node));
  const char *name = attribute(reader, node, "name");
  if (!name) return b7_fail_memory(reader->error);
  B7ModelEvent *event;
  B7_TRY(b7_draft_event(draft, name, b7_sbml_place(reader, element), &event, reader->error));
  event->label = attribute(reader, node, "label");
  unsigned count = XMLNode_getNumChildren(node);
  B7ModelArgument *arguments = B7_ARENA_ARRAY(&draft->model->arena, B7ModelArgument, count + 1);
  B7ModelChange *add = B7_ARENA_ARRAY(&draft->model->arena, B7ModelChange, count + 1);
  B7ModelChange *set = B7_ARENA_ARRAY(&draft->model->arena, B7ModelChange, count + 1);
  if (!event->label || !arguments || !add || !set) return b7_fail_memory(reader->error);
  event->arguments = arguments;
  event->add = add;
  event->set = set;
  for (unsigned i = 0; i < count; i++) {
    const XMLNode_t *child = XMLNode_getChild(node, i);
    const char *kind = XMLNode_isText(child) ? "" : XMLNode_getName(child);
    if (strcmp(kind, "argument") == 0) B7_TRY(read_argument(reader, child, &arguments[event->n_argument++]));
    if (strcmp(kind, "add") == 0) B7_TRY(read_change(reader, child, event, true, &add[event->n_add++]));
    if (strcmp(kind, "set") == 0) B7_TRY(read_change(reader, child, event, false, &set[event->n_set++]));
  }
  return B7_OK;
}

static B7Status read_modules(B7SbmlReader *reader, const XMLNode_t *node, bool events) {
  for (unsigned i = 0; i < XMLNode_getNumChildren(node); i++) {
    const XMLNode_t *child = XMLNode_getChild(node, i);
    const char *kind = XMLNode_isText(child) ? "" : XMLNode_getName(child);
    if (events && strcmp(kind, "event") == 0) B7_TRY(read_event(reader, child));
    if (events || strcmp(kind, "module") != 0) continue;
    const char *name = attribute(reader, child, "name"), *about = attribute(reader, child, "about");
    if (!name || !about) return b7_fail_memory(reader->error);
    B7ModelModule *module;
    B7_TRY(b7_draft_module(&reader->draft, name, b7_sbml_place(reader, (SBase_t *)reader->sbml), &module,
                           reader->error));
    module->about = about;
  }
  return B7_OK;
}

/* the model's own unit of time, and the state that counts in it */
static B7Status read_clock(B7SbmlReader *reader, const XMLNode_t *node) {
  B7Model *model = reader->draft.model;
  double days = number(node, "days_per_time_unit");
  if (days > 0) model->days_per_time_unit = days;
  const char *clock = attribute(reader, node, "clock");
  if (!clock) return b7_fail_memory(reader->error);
  if (*clock) model->clock = b7_model_find_state(model, clock);
  return !*clock || model->clock >= 0
             ? B7_OK
             : b7_sbml_fail(reader, (SBase_t *)reader->sbml, "there is no state '%s'", clock);
}

static B7DraftCapacity count_own(const B7SbmlReader *reader, const XMLNode_t *node) {
  int32_t parameters = (int32_t)Model_getNumParameters(reader->sbml),
          children = (int32_t)XMLNode_getNumChildren(node);
  return (B7DraftCapacity){.modules = children,
                           .parameters = parameters,
                           .latches = parameters,
                           .definitions = parameters,
                           .observables = parameters,
                           .states = (int32_t)Model_getNumSpecies(reader->sbml),
                           .reactions = (int32_t)Model_getNumReactions(reader->sbml),
                           .events = children};
}

static B7Status read_own(B7SbmlReader *reader, const XMLNode_t *node) {
  const B7DraftCapacity capacity = count_own(reader, node);
  B7_TRY(b7_draft_make(reader->hooks, &capacity, &reader->draft, reader->error));
  B7Draft *draft = &reader->draft;
  draft->bibliography_unread = true;
  reader->path = b7_draft_text(draft, reader->path);
  const char *id = b7_sbml_id(Model_getId(reader->sbml)), *title = Model_getName(reader->sbml),
             *foreign = attribute(reader, node, "foreign");
  draft->model->version = attribute(reader, node, "version");
  if (!reader->path || !foreign || !draft->model->version) return b7_fail_memory(reader->error);
  draft->model->foreign = strcmp(foreign, "true") == 0;
  B7_TRY(read_label(reader, id, &draft->model->name));
  B7_TRY(read_label(reader, title, &draft->model->title));
  B7_TRY(b7_name_check(draft->model->name, b7_sbml_place(reader, (SBase_t *)reader->sbml), reader->error));
  B7_TRY(read_modules(reader, node, false));
  for (unsigned i = 0; i < Model_getNumParameters(reader->sbml); i++) {
    Parameter_t *parameter = Model_getParameter(reader->sbml, i);
    if (strncmp(b7_sbml_id(Parameter_getId(parameter)), "b7_", 3) != 0)
      B7_TRY(read_quantity(reader, parameter));
  }
  for (unsigned i = 0; i < Model_getNumSpecies(reader->sbml); i++)
    B7_TRY(read_state(reader, Model_getSpecies(reader->sbml, i)));
  for (unsigned i = 0; i < Model_getNumReactions(reader->sbml); i++)
    B7_TRY(read_reaction(reader, Model_getReaction(reader->sbml, i)));
  B7_TRY(read_clock(reader, node));
  B7_TRY(b7_sbml_read_triggers(reader));
  return read_modules(reader, node, true);
}

/* ---- the file ---- */

static B7Status first_error(const B7SbmlReader *reader) {
  for (unsigned i = 0; i < SBMLDocument_getNumErrors(reader->document); i++) {
    const XMLError_t *said = (const XMLError_t *)SBMLDocument_getError(reader->document, i);
    if (!XMLError_isError(said) && !XMLError_isFatal(said)) continue;
    int length;
    const char *sentence = b7_sbml_sentence(XMLError_getMessage(said), &length);
    return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->path, (int32_t)XMLError_getLine(said),
                      (int32_t)XMLError_getColumn(said), "not a readable SBML file: %.*s", length, sentence);
  }
  return B7_OK;
}

static B7Status read_document(B7SbmlReader *reader) {
  B7_TRY(first_error(reader));
  reader->sbml = SBMLDocument_getModel(reader->document);
  if (!reader->sbml)
    return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->path, 1, 1, "the SBML file has no model");
  const XMLNode_t *node = annotation_of((SBase_t *)reader->sbml, "model");
  return node ? read_own(reader, node) : b7_sbml_read_foreign(reader);
}

B7Status b7_sbml_read(const char *path, const B7Hooks *hooks, B7Model **out, B7Error *error) {
  *out = NULL;
  char *text;
  size_t length;
  B7_TRY(b7_file_read(path, hooks, &text, &length, error));
  B7SbmlReader reader = {.path = path, .hooks = hooks, .error = error};
  B7Status status = b7_sbml_look_at_text(text, path, error);
  if (status != B7_OK) {
    b7_memory_resize(hooks, text, length + 1, 0);
    return status;
  }
  reader.document = readSBMLFromString(text);
  b7_memory_resize(hooks, text, length + 1, 0);
  if (!reader.document) return b7_fail_memory(error);
  status = read_document(&reader);
  if (status == B7_OK)
    status = b7_draft_finish(&reader.draft, out, error);
  else if (reader.draft.model)
    b7_draft_drop(&reader.draft);
  SBMLDocument_free(reader.document);
  return status;
}
