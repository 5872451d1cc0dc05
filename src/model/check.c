#include "model/check.h"

#include "model/check_units.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static B7Status fail_at(B7Error *error, B7ModelPlace at, const char *format, const char *a, const char *b) {
  return b7_fail_at(error, B7_ERROR_INPUT, at.file, at.line, at.column, format, a, b);
}

/* ---- definitions: order, cycles, and what they rest on ---- */

enum { READS_LATCH = 1, READS_STATE = 2 };

typedef struct Definitions {
  const B7Draft *draft;
  B7Model *model;
  signed char *mark; /* 0 unseen, 1 on the path, 2 done */
  uint8_t *reads;    /* of each definition, itself and through others */
  int32_t *path;     /* definitions being entered */
  int32_t depth, done;
  int32_t cycle_start; /* definition that was met again, or -1 */
} Definitions;

static bool enter_definition(Definitions *d, int32_t index);

typedef struct Entered {
  Definitions *definitions;
  int32_t index;
} Entered;

static bool enter_symbol(void *context, int32_t kind, int32_t index) {
  Entered *entered = context;
  Definitions *d = entered->definitions;
  uint8_t *reads = &d->reads[entered->index];
  if (kind == B7_SYMBOL_LATCH) *reads |= READS_LATCH;
  if (kind == B7_SYMBOL_STATE) *reads |= READS_STATE;
  if (kind != B7_SYMBOL_DEFINITION) return true;
  if (!enter_definition(d, index)) return false;
  *reads |= d->reads[index];
  return true;
}

static bool enter_definition(Definitions *d, int32_t index) {
  if (d->mark[index] == 2) return true;
  d->path[d->depth++] = index;
  if (d->mark[index] == 1) {
    d->cycle_start = index;
    return false;
  }
  d->mark[index] = 1;
  Entered entered = {d, index};
  if (!b7_expression_visit_symbols(&d->model->pool, d->model->definitions[index].is, enter_symbol, &entered))
    return false;
  d->mark[index] = 2;
  d->depth--;
  d->model->definition_order[d->done++] = index;
  return true;
}

/* "a -> b -> a" */
static B7Status fail_cycle(const Definitions *d, B7Error *error) {
  if (d->cycle_start < 0) return b7_fail_memory(error);
  B7Text chain = b7_text_make(&d->draft->hooks);
  int32_t at = 0;
  while (d->path[at] != d->cycle_start) at++;
  for (int32_t i = at; i < d->depth; i++)
    b7_text_append(&chain, "%s%s", i == at ? "" : " -> ", d->model->definitions[d->path[i]].name);
  const B7ModelDefinition *first = &d->model->definitions[d->cycle_start];
  B7Status status = fail_at(error, first->place, "definition '%s' depends on itself: %s", first->name,
                            chain.failed ? "a cycle" : chain.bytes);
  b7_text_release(&chain);
  return status;
}

static B7Status order_definitions(Definitions *d, B7Error *error) {
  B7Arena *arena = &d->model->arena;
  int32_t n = d->model->n_definition;
  d->mark = B7_ARENA_ARRAY(arena, signed char, n + 1);
  d->reads = B7_ARENA_ARRAY(arena, uint8_t, n + 1);
  d->path = B7_ARENA_ARRAY(arena, int32_t, n + 2);
  if (!d->mark || !d->reads || !d->path) return b7_fail_memory(error);
  for (int32_t i = 0; i < n; i++) {
    d->cycle_start = -1;
    d->depth = 0;
    if (!enter_definition(d, i)) return fail_cycle(d, error);
  }
  return B7_OK;
}

/* ---- reach: initial values and weights must not depend on the state ---- */

typedef struct Reaching {
  const Definitions *definitions;
  int32_t kind, index; /* the symbol at fault */
} Reaching;

static bool reach_symbol(void *context, int32_t kind, int32_t index) {
  Reaching *r = context;
  bool reads_state = kind == B7_SYMBOL_STATE ||
                     (kind == B7_SYMBOL_DEFINITION && (r->definitions->reads[index] & READS_STATE));
  if (reads_state) r->kind = kind, r->index = index;
  return !reads_state;
}

static B7Status check_reach(const Definitions *d, B7Error *error) {
  for (size_t i = 0; i < d->draft->n_formula; i++) {
    const B7Formula *f = &d->draft->formulas[i];
    if (f->reach != B7_REACH_CONSTANT) continue;
    Reaching reaching = {.definitions = d, .kind = -1};
    if (b7_expression_visit_symbols(&d->model->pool, *f->target, reach_symbol, &reaching)) continue;
    if (reaching.kind < 0) return b7_fail_memory(error);
    const char *name = b7_model_symbol_name(d->model, NULL, reaching.kind, reaching.index);
    if (reaching.kind == B7_SYMBOL_STATE)
      return fail_at(
          error, f->place,
          "%s reads the state '%s'; it may read parameters, latches and what depends on these alone", f->what,
          name);
    return fail_at(
        error, f->place,
        "%s reads '%s', which depends on states; it may read parameters, latches and what depends on these alone",
        f->what, name);
  }
  return B7_OK;
}

/* ---- mass balance: what leaves one state arrives in the others ---- */

/* A point in the space of parameters: sample 0 is the typical values, others lie inside the ranges. */
typedef struct Sample {
  const B7Model *model;
  int number;
} Sample;

static double sample_value(const void *context, int32_t kind, int32_t index) {
  const Sample *sample = context;
  const B7Model *m = sample->model;
  if (kind == B7_SYMBOL_DEFINITION)
    return b7_expression_evaluate(&m->pool, m->definitions[index].is, sample_value, sample);
  // latches are switches and shares: anything from 0 to 1 may be set
  if (kind == B7_SYMBOL_LATCH)
    return sample->number == 0 ? m->latches[index].initial
                               : fmod(0.618034 * (index + 1) * sample->number, 1.0);
  if (kind != B7_SYMBOL_PARAMETER) return NAN;
  const B7ModelParameter *p = &m->parameters[index];
  if (sample->number == 0) return p->value;
  // a different share of the range for each parameter and sample
  double share = fmod(0.618034 * (index + 1) * sample->number, 1.0);
  double low = isnan(p->low) ? 0.5 * p->value : p->low, high = isnan(p->high) ? 1.5 * p->value : p->high;
  return low + share * (high - low);
}

static bool same_unit(const Definitions *d, const char *a, const char *b) {
  double scale, offset;
  return strcmp(a, b) == 0 || (b7_units_conversion(d->draft->units, a, b, &scale, &offset, NULL) == B7_OK &&
                               scale == 1 && offset == 0);
}

/* States without a dimension are shares of different norms: nothing is conserved between them. */
static bool conserves(const Definitions *d, const B7ModelReaction *r) {
  const B7Model *m = d->model;
  const char *unit = r->n_from == 1 && r->n_to > 0 ? m->states[r->from[0].state].unit : "1";
  if (b7_units_convertible(d->draft->units, unit, "1")) return false;
  for (int32_t k = 0; k < r->n_to; k++)
    if (!same_unit(d, m->states[r->to[k].state].unit, unit)) return false;
  return true;
}

static B7Status check_balance(const Definitions *d, B7Error *error) {
  const B7Model *m = d->model;
  for (int32_t i = 0; i < m->n_reaction; i++) {
    const B7ModelReaction *r = &m->reactions[i];
    if (!conserves(d, r)) continue;
    for (int number = 0; number < 3; number++) {
      const Sample sample = {m, number};
      double arriving = 0;
      for (int32_t k = 0; k < r->n_to; k++) {
        double weight = b7_expression_evaluate(&m->pool, r->to[k].weight, sample_value, &sample);
        if (weight < 0)
          return fail_at(error, r->place, "reaction '%s': the weight of '%s' can be negative", r->name,
                         m->states[r->to[k].state].name);
        arriving += weight;
      }
      if (fabs(arriving - 1) <= 1e-9) continue;
      char digits[32];
      snprintf(digits, sizeof digits, "%.4g", arriving);
      return fail_at(
          error, r->place,
          "mass balance of reaction '%s': the weights of to: sum to %s, not 1; write a loss or a gain as a reaction of its own",
          r->name, digits);
    }
  }
  return B7_OK;
}

/* ---- exact states: first-order loss by parameters alone, and nothing else ---- */

typedef struct Dependence {
  const Definitions *definitions;
  int32_t state;
  bool state_inside, other_inside;
} Dependence;

static bool depend_symbol(void *context, int32_t kind, int32_t index) {
  Dependence *dependence = context;
  if (kind == B7_SYMBOL_STATE && index == dependence->state)
    dependence->state_inside = true;
  else if (kind == B7_SYMBOL_DEFINITION)
    dependence->other_inside |= dependence->definitions->reads[index] != 0;
  else if (kind != B7_SYMBOL_PARAMETER)
    dependence->other_inside = true;
  return true;
}

static Dependence depend(const Definitions *d, B7ExpressionId id, int32_t state) {
  Dependence dependence = {.definitions = d, .state = state};
  if (!b7_expression_visit_symbols(&d->model->pool, id, depend_symbol, &dependence))
    dependence.other_inside = true;
  return dependence;
}

/* k when id is k x (x the state, k of parameters alone), else NONE */
static B7ExpressionId linear_factor(const Definitions *d, B7ExpressionId id, int32_t state) {
  B7ExpressionPool *pool = &d->model->pool;
  const B7Expression node = *b7_expression_at(pool, id);
  if (node.kind == B7_EXPRESSION_SYMBOL)
    return node.symbol_kind == B7_SYMBOL_STATE && node.symbol_index == state ? b7_expression_number(pool, 1)
                                                                             : B7_EXPRESSION_NONE;
  if (node.kind != B7_EXPRESSION_MULTIPLY && node.kind != B7_EXPRESSION_DIVIDE) return B7_EXPRESSION_NONE;
  Dependence left = depend(d, node.arg[0], state), right = depend(d, node.arg[1], state);
  if (left.other_inside || right.other_inside || left.state_inside == right.state_inside)
    return B7_EXPRESSION_NONE;
  if (left.state_inside) {
    B7ExpressionId factor = linear_factor(d, node.arg[0], state);
    if (factor == B7_EXPRESSION_NONE) return factor;
    bool one = b7_expression_is_number(pool, factor, 1) && node.kind == B7_EXPRESSION_MULTIPLY;
    return one ? node.arg[1] : b7_expression_binary(pool, node.kind, factor, node.arg[1]);
  }
  if (node.kind == B7_EXPRESSION_DIVIDE) return B7_EXPRESSION_NONE;
  B7ExpressionId factor = linear_factor(d, node.arg[1], state);
  if (factor == B7_EXPRESSION_NONE) return factor;
  return b7_expression_is_number(pool, factor, 1)
             ? node.arg[0]
             : b7_expression_binary(pool, B7_EXPRESSION_MULTIPLY, node.arg[0], factor);
}

/* writers[state]: how many reactions change it; sole[state]: the last of them */
static B7Status count_writers(const B7Model *m, B7Arena *arena, int32_t **writers, int32_t **sole,
                              B7Error *error) {
  *writers = B7_ARENA_ARRAY(arena, int32_t, m->n_state + 1);
  *sole = B7_ARENA_ARRAY(arena, int32_t, m->n_state + 1);
  if (!*writers || !*sole) return b7_fail_memory(error);
  for (int32_t i = 0; i < m->n_reaction; i++)
    for (int32_t k = 0; k < m->reactions[i].n_from + m->reactions[i].n_to; k++) {
      const B7ModelReaction *r = &m->reactions[i];
      int32_t state = k < r->n_from ? r->from[k].state : r->to[k - r->n_from].state;
      (*writers)[state]++;
      (*sole)[state] = i;
    }
  return B7_OK;
}

static B7Status mark_exact(const Definitions *d, const int32_t *writers, const int32_t *sole,
                           B7Error *error) {
  B7Model *m = d->model;
  for (int32_t i = 0; i < m->n_state; i++) {
    B7ModelState *state = &m->states[i];
    // of models of others nobody knows below which amount nothing is left, and their triggers set any state
    if (m->foreign || writers[i] != 1 || state->count_below_cells > 0) continue;
    const B7ModelReaction *r = &m->reactions[sole[i]];
    bool plain_loss =
        r->n_from == 1 && r->n_to == 0 && b7_expression_is_number(&m->pool, r->from[0].weight, 1);
    if (!plain_loss) continue;
    state->exact_rate = linear_factor(d, r->rate, i);
    state->exact = state->exact_rate != B7_EXPRESSION_NONE;
  }
  return m->pool.failed ? b7_fail_memory(error) : B7_OK;
}

static void number_clear_groups(B7Model *m) {
  int32_t groups = 0;
  for (int32_t i = 0; i < m->n_state; i++) {
    B7ModelState *state = &m->states[i];
    if (!state->clear_group[0]) continue;
    for (int32_t k = 0; k < i && !state->clear_group_index; k++)
      if (strcmp(m->states[k].clear_group, state->clear_group) == 0)
        state->clear_group_index = m->states[k].clear_group_index;
    if (!state->clear_group_index) state->clear_group_index = ++groups;
  }
}

static B7Status check_clear_groups(const B7Model *m, B7Error *error) {
  for (int32_t i = 0; i < m->n_state; i++)
    if (m->states[i].clear_group[0] && m->states[i].count_below_cells == 0)
      return fail_at(error, m->states[i].place,
                     "'%s' is in the clear_group '%s' but has no count_below: below which it dies out",
                     m->states[i].name, m->states[i].clear_group);
  return B7_OK;
}

/* ---- things that are no error but rarely meant ---- */

typedef struct Used {
  uint8_t *parameters, *latches;
} Used;

static bool use_symbol(void *context, int32_t kind, int32_t index) {
  Used *used = context;
  if (kind == B7_SYMBOL_PARAMETER) used->parameters[index] = 1;
  if (kind == B7_SYMBOL_LATCH) used->latches[index] = 1;
  return true;
}

static void warn(const B7Draft *draft, B7ModelPlace at, const char *format, const char *name) {
  if (!draft->hooks.warning) return;
  B7Error text;
  fail_at(&text, at, format, name, "");
  char line[1200];
  b7_error_format(&text, line, sizeof line);
  draft->hooks.warning(draft->hooks.user, line);
}

static B7Status warn_unused(const B7Draft *draft, const int32_t *writers, B7Error *error) {
  B7Model *m = draft->model;
  Used used = {B7_ARENA_ARRAY(&m->arena, uint8_t, m->n_parameter + 1),
               B7_ARENA_ARRAY(&m->arena, uint8_t, m->n_latch + 1)};
  uint8_t *touched = B7_ARENA_ARRAY(&m->arena, uint8_t, m->n_state + 1);
  if (!used.parameters || !used.latches || !touched) return b7_fail_memory(error);
  for (size_t i = 0; i < draft->n_formula; i++)
    b7_expression_visit_symbols(&m->pool, *draft->formulas[i].target, use_symbol, &used);
  for (int32_t i = 0; i < m->n_event; i++)
    for (int32_t k = 0; k < m->events[i].n_add; k++) touched[m->events[i].add[k].target] = 1;
  // what is set per patient may be there for others to read: body size scales doses
  for (int32_t i = 0; i < m->n_parameter; i++)
    if (!used.parameters[i] && !m->parameters[i].patient)
      warn(draft, m->parameters[i].place, "no formula reads the parameter '%s'%s", m->parameters[i].name);
  for (int32_t i = 0; i < m->n_latch; i++)
    if (!used.latches[i])
      warn(draft, m->latches[i].place, "no formula reads the latch '%s'%s", m->latches[i].name);
  for (int32_t i = 0; i < m->n_state; i++)
    if (!writers[i] && !touched[i])
      warn(draft, m->states[i].place, "nothing changes the state '%s'%s", m->states[i].name);
  return B7_OK;
}

B7Status b7_check(B7Draft *draft, B7Error *error) {
  B7Model *model = draft->model;
  Definitions definitions = {.draft = draft, .model = model};
  B7_TRY(order_definitions(&definitions, error));
  B7_TRY(check_reach(&definitions, error));
  if (!model->foreign) {
    B7_TRY(b7_check_units(draft, error));
    B7_TRY(check_balance(&definitions, error));
    B7_TRY(check_clear_groups(model, error));
  }
  int32_t *writers, *sole;
  B7_TRY(count_writers(model, &model->arena, &writers, &sole, error));
  B7_TRY(mark_exact(&definitions, writers, sole, error));
  number_clear_groups(model);
  return model->foreign ? B7_OK : warn_unused(draft, writers, error);
}
