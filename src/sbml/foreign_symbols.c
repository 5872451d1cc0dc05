/* foreign_symbols.c - the symbols of somebody else's file: what gives each its value, and what it becomes. */
#include "sbml/foreign.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"

/* Foreign files tell no scale of their species; results are reproduced well below one item. */
#define FOREIGN_NEGLIGIBLE 1e-9

/* ---- found by id ---- */

static size_t slot_of(const B7Foreign *f, const char *id, const Reaction_t *local_to) {
  uint64_t hash = b7_hash_bytes(B7_HASH_START, id, strlen(id));
  hash = b7_hash_bytes(hash, &local_to, sizeof local_to);
  return (size_t)(hash ^ hash >> 32) & (f->n_slot - 1);
}

static B7ForeignSymbol *find_in(const B7Foreign *f, const char *id, const Reaction_t *local_to) {
  for (size_t at = slot_of(f, id, local_to); f->slots[at]; at = (at + 1) & (f->n_slot - 1)) {
    B7ForeignSymbol *symbol = &f->symbols[f->slots[at] - 1];
    if (symbol->local_to == local_to && strcmp(symbol->id, id) == 0) return symbol;
  }
  return NULL;
}

B7ForeignSymbol *b7_foreign_find(const B7Foreign *f, const char *id, const Reaction_t *reaction) {
  B7ForeignSymbol *local = reaction ? find_in(f, id, reaction) : NULL;
  return local ? local : find_in(f, id, NULL);
}

/* ---- collected ---- */

/* What the file says of a symbol of this id beside its own element. */
static B7ForeignSymbol *add(B7Foreign *f, const SBase_t *element, const char *id, const char *label,
                            const char *unit, double number) {
  const Rule_t *rule = Model_getRuleByVar(f->sbml, id);
  const InitialAssignment_t *initial = Model_getInitialAssignmentBySym(f->sbml, id);
  B7ForeignSymbol *symbol = &f->symbols[f->n_symbol++];
  *symbol = (B7ForeignSymbol){.id = id,
                              .label = b7_sbml_id(label),
                              .unit = b7_sbml_id(unit),
                              .element = element,
                              .compartment = -1,
                              .assignment = rule && Rule_isAssignment(rule) ? Rule_getMath(rule) : NULL,
                              .rate = rule && Rule_isRate(rule) ? Rule_getMath(rule) : NULL,
                              .initial = initial ? InitialAssignment_getMath(initial) : NULL,
                              .number = number,
                              .value = B7_EXPRESSION_NONE,
                              .formula = B7_EXPRESSION_NONE,
                              .start = B7_EXPRESSION_NONE};
  return symbol;
}

static void enter(B7Foreign *f, const B7ForeignSymbol *symbol) {
  size_t at = slot_of(f, symbol->id, symbol->local_to);
  while (f->slots[at]) at = (at + 1) & (f->n_slot - 1);
  f->slots[at] = (int32_t)(symbol - f->symbols) + 1;
}

static void add_species(B7Foreign *f, Species_t *species) {
  bool amount = Species_isSetInitialAmount(species);
  double number = amount                                       ? Species_getInitialAmount(species)
                  : Species_isSetInitialConcentration(species) ? Species_getInitialConcentration(species)
                                                               : NAN;
  B7ForeignSymbol *symbol = add(f, (SBase_t *)species, b7_sbml_id(Species_getId(species)),
                                Species_getName(species), Species_getSubstanceUnits(species), number);
  symbol->species = species;
  symbol->number_is_amount = amount;
  symbol->constant = Species_getConstant(species);
  const B7ForeignSymbol *compartment = b7_foreign_find(f, b7_sbml_id(Species_getCompartment(species)), NULL);
  if (compartment) {
    symbol->compartment = (int32_t)(compartment - f->symbols);
    const Compartment_t *c = (const Compartment_t *)compartment->element;
    // a point has no size, unless the file gives it one
    bool point = Compartment_getSpatialDimensions(c) == 0 && isnan(compartment->number) &&
                 !compartment->initial && !compartment->assignment && !compartment->rate;
    symbol->concentration = !Species_getHasOnlySubstanceUnits(species) && !point;
  }
  enter(f, symbol);
}

static void add_references(B7Foreign *f, Reaction_t *reaction, bool products) {
  unsigned n = products ? Reaction_getNumProducts(reaction) : Reaction_getNumReactants(reaction);
  for (unsigned i = 0; i < n; i++) {
    SpeciesReference_t *reference =
        products ? Reaction_getProduct(reaction, i) : Reaction_getReactant(reaction, i);
    if (!SpeciesReference_isSetId(reference)) continue;
    double number =
        SpeciesReference_isSetStoichiometry(reference) ? SpeciesReference_getStoichiometry(reference) : NAN;
    B7ForeignSymbol *symbol = add(f, (SBase_t *)reference, b7_sbml_id(SpeciesReference_getId(reference)),
                                  SpeciesReference_getName(reference), "dimensionless", number);
    symbol->constant = SpeciesReference_getConstant(reference);
    enter(f, symbol);
  }
}

static void add_locals(B7Foreign *f, Reaction_t *reaction) {
  KineticLaw_t *law = Reaction_getKineticLaw(reaction);
  for (unsigned i = 0; law && i < KineticLaw_getNumParameters(law); i++) {
    Parameter_t *p = KineticLaw_getParameter(law, i);
    B7ForeignSymbol *symbol =
        add(f, (SBase_t *)p, b7_sbml_id(Parameter_getId(p)), Parameter_getName(p), Parameter_getUnits(p),
            Parameter_isSetValue(p) ? Parameter_getValue(p) : NAN);
    // rules and initial assignments of the same id are about a symbol of the model that this one hides
    symbol->assignment = symbol->rate = symbol->initial = NULL;
    symbol->local_to = reaction;
    symbol->constant = true;
    enter(f, symbol);
  }
}

static void mark_changed(B7Foreign *f, Reaction_t *reaction, bool products) {
  unsigned n = products ? Reaction_getNumProducts(reaction) : Reaction_getNumReactants(reaction);
  for (unsigned i = 0; i < n; i++) {
    const SpeciesReference_t *reference =
        products ? Reaction_getProduct(reaction, i) : Reaction_getReactant(reaction, i);
    B7ForeignSymbol *symbol = b7_foreign_find(f, b7_sbml_id(SpeciesReference_getSpecies(reference)), NULL);
    // the outside world holds these where they are
    if (symbol && symbol->species && !symbol->constant && !Species_getBoundaryCondition(symbol->species))
      symbol->changed_by_reactions = true;
  }
}

static void mark_set(B7Foreign *f, Event_t *event) {
  for (unsigned i = 0; i < Event_getNumEventAssignments(event); i++) {
    EventAssignment_t *set = Event_getEventAssignment(event, i);
    B7ForeignSymbol *symbol = b7_foreign_find(f, b7_sbml_id(EventAssignment_getVariable(set)), NULL);
    if (symbol && EventAssignment_isSetMath(set)) symbol->set_by_event = true;
  }
}

static size_t count_symbols(Model_t *m) {
  size_t n = Model_getNumCompartments(m) + Model_getNumParameters(m) + Model_getNumSpecies(m);
  for (unsigned i = 0; i < Model_getNumReactions(m); i++) {
    Reaction_t *reaction = Model_getReaction(m, i);
    KineticLaw_t *law = Reaction_getKineticLaw(reaction);
    n += Reaction_getNumProducts(reaction) + Reaction_getNumReactants(reaction);
    if (law) n += KineticLaw_getNumParameters(law);
  }
  return n;
}

B7Status b7_foreign_collect(B7Foreign *f) {
  Model_t *m = f->sbml;
  B7Arena *arena = &f->arena;
  size_t n = count_symbols(m);
  for (f->n_slot = 64; f->n_slot < 2 * n;) f->n_slot *= 2;
  f->slots = B7_ARENA_ARRAY(arena, int32_t, f->n_slot);
  f->symbols = B7_ARENA_ARRAY(arena, B7ForeignSymbol, n + 1);
  if (!f->slots || !f->symbols) return b7_fail_memory(f->reader->error);
  for (unsigned i = 0; i < Model_getNumCompartments(m); i++) {
    Compartment_t *c = Model_getCompartment(m, i);
    B7ForeignSymbol *symbol =
        add(f, (SBase_t *)c, b7_sbml_id(Compartment_getId(c)), Compartment_getName(c),
            Compartment_getUnits(c), Compartment_isSetSize(c) ? Compartment_getSize(c) : NAN);
    symbol->constant = Compartment_getConstant(c);
    enter(f, symbol);
  }
  for (unsigned i = 0; i < Model_getNumParameters(m); i++) {
    Parameter_t *p = Model_getParameter(m, i);
    B7ForeignSymbol *symbol =
        add(f, (SBase_t *)p, b7_sbml_id(Parameter_getId(p)), Parameter_getName(p), Parameter_getUnits(p),
            Parameter_isSetValue(p) ? Parameter_getValue(p) : NAN);
    symbol->constant = Parameter_getConstant(p);
    enter(f, symbol);
  }
  for (unsigned i = 0; i < Model_getNumSpecies(m); i++) add_species(f, Model_getSpecies(m, i));
  for (unsigned i = 0; i < Model_getNumReactions(m); i++) {
    add_references(f, Model_getReaction(m, i), false);
    add_references(f, Model_getReaction(m, i), true);
  }
  f->n_global = f->n_symbol;
  for (unsigned i = 0; i < Model_getNumReactions(m); i++) {
    add_locals(f, Model_getReaction(m, i));
    mark_changed(f, Model_getReaction(m, i), false);
    mark_changed(f, Model_getReaction(m, i), true);
  }
  for (unsigned i = 0; i < Model_getNumEvents(m); i++) mark_set(f, Model_getEvent(m, i));
  return B7_OK;
}

/* ---- placed ---- */

const char *b7_foreign_name(B7Foreign *f, const char *wanted) {
  B7Arena *arena = &f->reader->draft.model->arena;
  const B7ModelPlace nowhere = {.file = ""};
  // names that start like ours get a letter in front, words of the formula language one behind
  const char *name = strncmp(wanted, "b7_", 3) == 0 ? b7_arena_format(arena, "_%s", wanted) : wanted;
  for (int tries = 0; name && tries < 1000; tries++) {
    bool good = b7_name_check(name, nowhere, NULL) == B7_OK && !b7_names_find(&f->reader->draft.names, name);
    if (good || strlen(name) >= B7_NAME_LONGEST) break;
    name = b7_arena_format(arena, "%s_", name);
  }
  return name;
}

bool b7_foreign_varies(const B7ForeignSymbol *symbol) {
  return symbol->assignment || symbol->rate || symbol->set_by_event || symbol->changed_by_reactions ||
         symbol->solved;
}

static B7ForeignPlace place_of(const B7ForeignSymbol *symbol) {
  if (symbol->assignment || symbol->solved) return B7_FOREIGN_DEFINITION;
  bool starts = symbol->initial || !isnan(symbol->number);
  if (b7_foreign_varies(symbol)) return B7_FOREIGN_STATE;
  if (!starts) return B7_FOREIGN_NOTHING;
  if (symbol->species) return B7_FOREIGN_STATE;
  return symbol->initial || isinf(symbol->number) ? B7_FOREIGN_CONSTANT : B7_FOREIGN_PARAMETER;
}

static B7Status place_item(B7Foreign *f, B7ForeignSymbol *symbol, const char *name) {
  B7Draft *draft = &f->reader->draft;
  const B7ModelPlace at = b7_sbml_place(f->reader, symbol->element);
  const char *label = b7_draft_text(draft, symbol->label), *unit = b7_draft_text(draft, symbol->unit);
  if (!label || !unit || !name) return b7_fail_memory(f->reader->error);
  if (symbol->place == B7_FOREIGN_PARAMETER) {
    B7ModelParameter *p;
    B7_TRY(b7_draft_parameter(draft, name, at, &p, f->reader->error));
    p->label = label;
    p->unit = unit;
    p->value = symbol->number;
    symbol->index = draft->model->n_parameter - 1;
  } else if (symbol->place == B7_FOREIGN_STATE) {
    B7ModelState *state;
    B7_TRY(b7_draft_state(draft, name, at, &state, f->reader->error));
    state->label = label;
    state->unit = unit;
    state->negligible = FOREIGN_NEGLIGIBLE;
    symbol->index = draft->model->n_state - 1;
    f->by_state[symbol->index] = (int32_t)(symbol - f->symbols);
  } else {
    B7ModelDefinition *d;
    B7_TRY(b7_draft_definition(draft, name, at, &d, f->reader->error));
    d->label = label;
    d->unit = unit;
    symbol->index = draft->model->n_definition - 1;
    f->by_definition[symbol->index] = (int32_t)(symbol - f->symbols);
  }
  return B7_OK;
}

/* The size of a species' compartment; NULL when its symbol is no concentration. */
const B7ForeignSymbol *b7_foreign_size(const B7Foreign *f, const B7ForeignSymbol *symbol) {
  return symbol->concentration ? &f->symbols[symbol->compartment] : NULL;
}

static B7Status place(B7Foreign *f, B7ForeignSymbol *symbol) {
  static const B7SymbolKind kinds[] = {[B7_FOREIGN_PARAMETER] = B7_SYMBOL_PARAMETER,
                                       [B7_FOREIGN_CONSTANT] = B7_SYMBOL_DEFINITION,
                                       [B7_FOREIGN_DEFINITION] = B7_SYMBOL_DEFINITION,
                                       [B7_FOREIGN_STATE] = B7_SYMBOL_STATE};
  const B7ForeignSymbol *size = b7_foreign_size(f, symbol);
  symbol->place = place_of(symbol);
  if (symbol->place == B7_FOREIGN_NOTHING) return B7_OK;
  // what a changing compartment dilutes is an amount; a rate rule speaks of the concentration itself, but where the
  // compartment jumps the amount stays
  symbol->amount_state =
      symbol->place == B7_FOREIGN_STATE && size &&
      (symbol->rate ? size->set_by_event : b7_foreign_varies(size) || size->place == B7_FOREIGN_NOTHING);
  B7Arena *arena = &f->reader->draft.model->arena;
  const char *wanted =
      symbol->amount_state ? b7_arena_format(arena, "amount_%s", symbol->id)
      : symbol->local_to
          ? b7_arena_format(arena, "%s_%s", b7_sbml_id(Reaction_getId(symbol->local_to)), symbol->id)
          : symbol->id;
  if (!wanted) return b7_fail_memory(f->reader->error);
  B7_TRY(place_item(f, symbol, b7_foreign_name(f, wanted)));
  B7ExpressionPool *pool = b7_foreign_pool(f);
  symbol->value = b7_expression_symbol(pool, kinds[symbol->place], symbol->index);
  if (symbol->amount_state)
    symbol->value = b7_expression_binary(pool, B7_EXPRESSION_DIVIDE, symbol->value, size->value);
  return B7_OK;
}

B7Status b7_foreign_place(B7Foreign *f) {
  // compartments come first, so that the sizes of species are known
  for (int32_t i = 0; i < f->n_symbol; i++) B7_TRY(place(f, &f->symbols[i]));
  return b7_foreign_pool(f)->failed ? b7_fail_memory(f->reader->error) : B7_OK;
}

/* ---- into the draft ---- */

/* Nodes of a tree with all that it shares written out, as it will be printed; children stand before parents. */
static double written_size(B7Foreign *f, B7ExpressionId tree) {
  const B7ExpressionPool *pool = b7_foreign_pool(f);
  while (f->n_written < pool->count) {
    double *sizes = b7_arena_grow(&f->arena, f->written, f->n_written, &f->written_capacity, sizeof *sizes);
    if (!sizes) return INFINITY;
    f->written = sizes;
    const B7Expression *node = b7_expression_at(pool, (B7ExpressionId)f->n_written);
    sizes[f->n_written] = 1;
    for (int k = 0; k < b7_expression_arguments(node->kind); k++) sizes[f->n_written] += sizes[node->arg[k]];
    f->n_written++;
  }
  return f->written[tree];
}

B7Status b7_foreign_note(B7Foreign *f, const SBase_t *element, const char *what, const char *name,
                         B7ExpressionId tree, B7Reach reach, B7ExpressionId *target) {
  B7Draft *draft = &f->reader->draft;
  const B7Formula formula = {.what = b7_arena_format(&draft->model->arena, "%s '%s'", what, name),
                             .place = b7_sbml_place(f->reader, element),
                             .target = target,
                             .event = -1,
                             .reach = reach};
  if (tree != B7_EXPRESSION_NONE && !(written_size(f, tree) <= B7_FOREIGN_LARGEST))
    return b7_sbml_fail(f->reader, element,
                        "%s '%s': the formula is too large with all that it reads written out", what, name);
  return b7_draft_tree(draft, &formula, tree, f->reader->error);
}

B7Status b7_foreign_observe(B7Foreign *f, const SBase_t *element, const char *wanted, B7ExpressionId tree,
                            int32_t *index) {
  B7Draft *draft = &f->reader->draft;
  const char *name = wanted ? b7_foreign_name(f, wanted) : NULL;
  if (!name) return b7_fail_memory(f->reader->error);
  B7ModelObservable *o;
  B7_TRY(b7_draft_observable(draft, name, b7_sbml_place(f->reader, element), &o, f->reader->error));
  if (index) *index = draft->model->n_observable - 1;
  return b7_foreign_note(f, element, "observable", o->name, tree, B7_REACH_STATE, &o->is);
}
