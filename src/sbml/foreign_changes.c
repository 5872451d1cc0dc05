/* foreign_changes.c - what changes states between events: reactions and rate rules.
 *
 * A reaction brings stoichiometry * conversion factor * velocity to the amount of a species; where the state is a
 * concentration (its compartment stays), that is divided by the size. Where one of these factors can change, the
 * reaction is written as one reaction a species, since weights are constant.
 */
#include "sbml/foreign.h"

#include <math.h>

static B7Status reaction_velocity(B7Foreign *f, const Reaction_t *reaction, B7ExpressionId *out) {
  const char *id = b7_sbml_id(Reaction_getId(reaction));
  const KineticLaw_t *law = Reaction_getKineticLaw((Reaction_t *)reaction);
  if (!law || !KineticLaw_isSetMath(law))
    return b7_sbml_fail(f->reader, (const SBase_t *)reaction, "the reaction '%s' has no kinetic law", id);
  B7Arena *arena = &f->reader->draft.model->arena;
  const B7ForeignScope scope = {.element = (const SBase_t *)law,
                                .what = b7_arena_format(arena, "rate of '%s'", id),
                                .reaction = reaction};
  if (!scope.what) return b7_fail_memory(f->reader->error);
  if (f->depth >= 100)
    return b7_sbml_fail(f->reader, (const SBase_t *)reaction, "the rate of '%s' depends on itself", id);
  size_t size = f->size;
  f->depth++;
  B7Status status = b7_foreign_math(f, KineticLaw_getMath(law), &scope, out);
  f->depth--;
  f->size += size;
  return status;
}

/* ---- weights ---- */

/* Conversion factor of a species: of its own, of the model, or NULL. */
static const char *conversion_of(const B7Foreign *f, const B7ForeignSymbol *symbol) {
  if (Species_isSetConversionFactor(symbol->species)) return Species_getConversionFactor(symbol->species);
  return Model_isSetConversionFactor(f->sbml) ? Model_getConversionFactor(f->sbml) : NULL;
}

/* One species in one reaction: what is brought to its state, as weight * velocity. */
typedef struct Term {
  B7ForeignSymbol *symbol;
  const SpeciesReference_t *reference;
  bool product, constant;
  B7ExpressionId weight; /* of the amount of the species, with the conversion factor */
} Term;

static B7Status stoichiometry(B7Foreign *f, const SpeciesReference_t *reference, bool *constant,
                              B7ExpressionId *out) {
  *constant = true;
  if (SpeciesReference_isSetId(reference)) {
    const B7ForeignSymbol *symbol = b7_foreign_find(f, b7_sbml_id(SpeciesReference_getId(reference)), NULL);
    if (symbol && symbol->place != B7_FOREIGN_NOTHING && symbol->place != B7_FOREIGN_PARAMETER) {
      *constant = symbol->place == B7_FOREIGN_CONSTANT;
      *out = symbol->value;
      return B7_OK;
    }
  }
  if (!SpeciesReference_isSetStoichiometry(reference))
    return b7_sbml_fail(f->reader, (const SBase_t *)reference, "the stoichiometry of '%s' is not given",
                        b7_sbml_id(SpeciesReference_getSpecies(reference)));
  *out = b7_expression_number(b7_foreign_pool(f), SpeciesReference_getStoichiometry(reference));
  return B7_OK;
}

static B7Status make_term(B7Foreign *f, const SpeciesReference_t *reference, bool product, Term *term,
                          bool *counts) {
  const char *id = b7_sbml_id(SpeciesReference_getSpecies(reference));
  B7ForeignSymbol *symbol = b7_foreign_find(f, id, NULL);
  const SBase_t *element = (const SBase_t *)reference;
  if (!symbol || !symbol->species) return b7_sbml_fail(f->reader, element, "there is no species '%s'", id);
  // the outside world holds these where they are
  *counts = !Species_getBoundaryCondition(symbol->species) && !symbol->constant;
  if (!*counts) return B7_OK;
  if (symbol->place != B7_FOREIGN_STATE || symbol->rate)
    return b7_sbml_fail(f->reader, element, "'%s' is set by a rule and changed by a reaction", id);
  *term = (Term){.symbol = symbol, .reference = reference, .product = product};
  B7_TRY(stoichiometry(f, reference, &term->constant, &term->weight));
  const char *factor = conversion_of(f, symbol);
  if (!factor) return B7_OK;
  const B7ForeignSymbol *conversion = b7_foreign_find(f, factor, NULL);
  if (!conversion || conversion->value == B7_EXPRESSION_NONE)
    return b7_sbml_fail(f->reader, element, "the conversion factor '%s' of '%s' has no value", factor, id);
  term->constant &= conversion->place == B7_FOREIGN_PARAMETER || conversion->place == B7_FOREIGN_CONSTANT;
  term->weight =
      b7_expression_is_number(b7_foreign_pool(f), term->weight, 1)
          ? conversion->value
          : b7_expression_binary(b7_foreign_pool(f), B7_EXPRESSION_MULTIPLY, term->weight, conversion->value);
  return B7_OK;
}

/* All species that a reaction changes. */
static B7Status collect_terms(B7Foreign *f, const Reaction_t *reaction, Term **terms, int32_t *n) {
  Reaction_t *r = (Reaction_t *)reaction;
  unsigned reactants = Reaction_getNumReactants(r), products = Reaction_getNumProducts(r);
  *n = 0;
  *terms = B7_ARENA_ARRAY(&f->arena, Term, reactants + products + 1);
  if (!*terms) return b7_fail_memory(f->reader->error);
  for (unsigned i = 0; i < reactants + products; i++) {
    bool product = i >= reactants, counts;
    const SpeciesReference_t *reference =
        product ? Reaction_getProduct(r, i - reactants) : Reaction_getReactant(r, i);
    B7_TRY(make_term(f, reference, product, &(*terms)[*n], &counts));
    *n += counts;
  }
  return B7_OK;
}

/* ---- rates of change, for rateOf ---- */

/* d(amount)/dt of a species by reactions; NONE when none changes it */
static B7Status amount_slope(B7Foreign *f, const B7ForeignSymbol *symbol, B7ExpressionId *out) {
  B7ExpressionPool *pool = b7_foreign_pool(f);
  *out = B7_EXPRESSION_NONE;
  for (unsigned i = 0; i < Model_getNumReactions(f->sbml); i++) {
    const Reaction_t *reaction = Model_getReaction(f->sbml, i);
    Term *terms;
    int32_t n;
    B7_TRY(collect_terms(f, reaction, &terms, &n));
    for (int32_t t = 0; t < n; t++) {
      if (terms[t].symbol != symbol) continue;
      B7ExpressionId velocity;
      B7_TRY(reaction_velocity(f, reaction, &velocity));
      B7ExpressionId change = b7_expression_binary(pool, B7_EXPRESSION_MULTIPLY, terms[t].weight, velocity);
      if (!terms[t].product) change = b7_expression_unary(pool, B7_EXPRESSION_NEGATE, change);
      *out =
          *out == B7_EXPRESSION_NONE ? change : b7_expression_binary(pool, B7_EXPRESSION_ADD, *out, change);
    }
  }
  return B7_OK;
}

static B7Status slope_of(B7Foreign *f, const B7ForeignSymbol *symbol, const B7ForeignScope *scope,
                         B7ExpressionId *out) {
  B7ExpressionPool *pool = b7_foreign_pool(f);
  if (symbol->place == B7_FOREIGN_DEFINITION)
    return b7_sbml_fail(f->reader, scope->element, "%s: rateOf of '%s', which a rule sets, is not supported",
                        scope->what, symbol->id);
  if (symbol->rate) {
    const B7ForeignScope inner = {.element = symbol->element, .what = symbol->id};
    return b7_foreign_math(f, symbol->rate, &inner, out);
  }
  B7ExpressionId zero = b7_expression_number(pool, 0);
  *out = zero;
  if (symbol->changed_by_reactions) B7_TRY(amount_slope(f, symbol, out));
  const B7ForeignSymbol *size = b7_foreign_size(f, symbol);
  if (!size || symbol->place != B7_FOREIGN_STATE) return B7_OK;
  // (A / V)' = (A' - (A / V) V') / V
  if (b7_foreign_varies(size)) {
    B7ExpressionId growth;
    B7_TRY(slope_of(f, size, scope, &growth));
    if (growth != zero)
      *out = b7_expression_binary(pool, B7_EXPRESSION_SUBTRACT, *out,
                                  b7_expression_binary(pool, B7_EXPRESSION_MULTIPLY, symbol->value, growth));
  }
  if (*out != zero) *out = b7_expression_binary(pool, B7_EXPRESSION_DIVIDE, *out, size->value);
  return pool->failed ? b7_fail_memory(f->reader->error) : B7_OK;
}

/* ---- into the draft ---- */

static B7ExpressionId per_day(B7Foreign *f, B7ExpressionId tree) {
  B7ExpressionPool *pool = b7_foreign_pool(f);
  if (f->per_day == 1) return tree;
  return b7_expression_binary(pool, B7_EXPRESSION_MULTIPLY, tree, b7_expression_number(pool, f->per_day));
}

/* A reaction under a free name, with room for its terms. */
static B7Status begin(B7Foreign *f, const SBase_t *element, const char *wanted, const char *label,
                      int32_t terms, B7ModelReaction **out, B7ModelTerm **room) {
  B7Draft *draft = &f->reader->draft;
  const char *name = wanted ? b7_foreign_name(f, wanted) : NULL,
             *kept = b7_draft_text(draft, b7_sbml_id(label));
  *room = B7_ARENA_ARRAY(&draft->model->arena, B7ModelTerm, terms + 1);
  if (!name || !kept || !*room) return b7_fail_memory(f->reader->error);
  B7_TRY(b7_draft_reaction(draft, name, b7_sbml_place(f->reader, element), out, f->reader->error));
  (*out)->label = kept;
  return B7_OK;
}

/* One state grows by `rate`, in units of the file's time. */
static B7Status add_growth(B7Foreign *f, const SBase_t *element, const char *name, int32_t state, bool loss,
                           B7ExpressionId rate) {
  B7ModelReaction *r;
  B7ModelTerm *term;
  B7_TRY(begin(f, element, name, "", 1, &r, &term));
  term->state = state;
  *(loss ? &r->from : &r->to) = term;
  *(loss ? &r->n_from : &r->n_to) = 1;
  B7_TRY(b7_foreign_note(f, element, "weight in", r->name, b7_expression_number(b7_foreign_pool(f), 1),
                         B7_REACH_CONSTANT, &term->weight));
  return b7_foreign_note(f, element, "rate of", r->name, per_day(f, rate), B7_REACH_STATE, &r->rate);
}

static B7Status add_rate_rule(B7Foreign *f, const B7ForeignSymbol *symbol) {
  B7Arena *arena = &f->reader->draft.model->arena;
  const B7ForeignScope scope = {.element = symbol->element,
                                .what = b7_arena_format(arena, "rate rule of '%s'", symbol->id)};
  B7ExpressionId rate;
  if (!scope.what) return b7_fail_memory(f->reader->error);
  B7_TRY(b7_foreign_math(f, symbol->rate, &scope, &rate));
  if (symbol->amount_state) {
    // A' = V (A / V)' + (A / V) V'
    const B7ForeignSymbol *size = b7_foreign_size(f, symbol);
    B7ExpressionPool *pool = b7_foreign_pool(f);
    B7ExpressionId growth;
    B7_TRY(slope_of(f, size, &scope, &growth));
    rate = b7_expression_binary(pool, B7_EXPRESSION_ADD,
                                b7_expression_binary(pool, B7_EXPRESSION_MULTIPLY, rate, size->value),
                                b7_expression_binary(pool, B7_EXPRESSION_MULTIPLY, symbol->value, growth));
  }
  return add_growth(f, symbol->element, b7_arena_format(arena, "rate_%s", symbol->id), symbol->index, false,
                    rate);
}

/* The weight of a term for its state. */
static B7ExpressionId state_weight(B7Foreign *f, const Term *term) {
  const B7ForeignSymbol *size = b7_foreign_size(f, term->symbol);
  if (!size || term->symbol->amount_state) return term->weight;
  return b7_expression_binary(b7_foreign_pool(f), B7_EXPRESSION_DIVIDE, term->weight, size->value);
}

static B7Status add_whole(B7Foreign *f, const Reaction_t *reaction, const Term *terms, int32_t n,
                          B7ExpressionId velocity) {
  const SBase_t *element = (const SBase_t *)reaction;
  B7ModelReaction *r;
  B7ModelTerm *room;
  B7_TRY(begin(f, element, b7_sbml_id(Reaction_getId(reaction)), Reaction_getName(reaction), n, &r, &room));
  // those that are taken stand first
  for (int product = 0; product < 2; product++) {
    *(product ? &r->to : &r->from) = room;
    for (int32_t t = 0; t < n; t++) {
      if (terms[t].product != (bool)product) continue;
      room->state = terms[t].symbol->index;
      ++*(product ? &r->n_to : &r->n_from);
      B7_TRY(b7_foreign_note(f, (const SBase_t *)terms[t].reference, "weight in reaction", r->name,
                             state_weight(f, &terms[t]), B7_REACH_CONSTANT, &room++->weight));
    }
  }
  return b7_foreign_note(f, element, "rate of", r->name, per_day(f, velocity), B7_REACH_STATE, &r->rate);
}

static B7Status add_reaction(B7Foreign *f, const Reaction_t *reaction) {
  Term *terms;
  int32_t n;
  B7_TRY(collect_terms(f, reaction, &terms, &n));
  const KineticLaw_t *law = Reaction_getKineticLaw((Reaction_t *)reaction);
  // between boundary species alone nothing that is simulated changes
  if (n == 0 && (!law || !KineticLaw_isSetMath(law))) return B7_OK;
  B7Arena *arena = &f->reader->draft.model->arena;
  const char *id = b7_sbml_id(Reaction_getId(reaction));
  B7ExpressionId velocity;
  B7_TRY(reaction_velocity(f, reaction, &velocity));
  B7_TRY(
      b7_foreign_observe(f, (const SBase_t *)reaction, b7_arena_format(arena, "obs_%s", id), velocity, NULL));
  if (n == 0) return B7_OK;
  bool constant = true;
  for (int32_t t = 0; t < n; t++) constant &= terms[t].constant;
  if (constant) return add_whole(f, reaction, terms, n, velocity);
  for (int32_t t = 0; t < n; t++) {
    B7ExpressionId rate = b7_expression_binary(b7_foreign_pool(f), B7_EXPRESSION_MULTIPLY,
                                               state_weight(f, &terms[t]), velocity);
    B7_TRY(add_growth(f, (const SBase_t *)reaction, b7_arena_format(arena, "%s_%s", id, terms[t].symbol->id),
                      terms[t].symbol->index, !terms[t].product, rate));
  }
  return B7_OK;
}

B7Status b7_foreign_changes(B7Foreign *f) {
  for (int32_t i = 0; i < f->n_global; i++)
    if (f->symbols[i].rate) B7_TRY(add_rate_rule(f, &f->symbols[i]));
  for (unsigned i = 0; i < Model_getNumReactions(f->sbml); i++)
    B7_TRY(add_reaction(f, Model_getReaction(f->sbml, i)));
  return B7_OK;
}

static B7Status clock_state(B7Foreign *f, const SBase_t *element, B7ExpressionId *out) {
  B7Draft *draft = &f->reader->draft;
  B7Model *model = draft->model;
  B7ExpressionPool *pool = &model->pool;
  if (model->clock < 0) {
    const char *name = b7_foreign_name(f, "model_time");
    B7ModelState *state;
    if (!name) return b7_fail_memory(f->reader->error);
    B7_TRY(b7_draft_state(draft, name, b7_sbml_place(f->reader, element), &state, f->reader->error));
    model->clock = model->n_state - 1;
    state->negligible = 1e-9;
    B7_TRY(b7_foreign_note(f, element, "initial value of", name, b7_expression_number(pool, 0),
                           B7_REACH_CONSTANT, &state->initial));
    B7_TRY(add_growth(f, element, b7_arena_format(&model->arena, "rate_%s", name), model->clock, false,
                      b7_expression_number(pool, 1)));
  }
  *out = b7_expression_symbol(pool, B7_SYMBOL_STATE, model->clock);
  return pool->failed ? b7_fail_memory(f->reader->error) : B7_OK;
}

const B7ForeignRates b7_foreign_rates = {
    .clock = clock_state, .velocity = reaction_velocity, .slope = slope_of};
