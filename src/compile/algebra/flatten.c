/* flatten.c - a model as roots of one graph. */
#include "compile/algebra/flatten.h"

#include "compile/algebra/simplify.h"

typedef struct Flattening {
  const B7Model *model;
  const B7Places *places;
  B7Graph *graph;
  int32_t *node_of;    /* by formula; -1 not yet */
  int32_t *definition; /* by definition; -1 not yet */
} Flattening;

static int32_t parameter_node(Flattening *f, int32_t index) {
  const B7ModelParameter *parameter = &f->model->parameters[index];
  int32_t own = f->places->own[index];
  int32_t node = own >= 0 ? b7_graph_input(f->graph, B7_ARRAY_OWN, own)
                          : b7_graph_input(f->graph, B7_ARRAY_SHARED, f->places->shared[index]);
  b7_graph_name(f->graph, node, parameter->name, parameter->label, parameter->unit, parameter->module);
  return node;
}

static int32_t state_node(Flattening *f, int32_t index) {
  const B7ModelState *state = &f->model->states[index];
  int32_t exact = f->places->exact[index];
  int32_t node = exact >= 0 ? b7_graph_input(f->graph, B7_ARRAY_EXACT, exact)
                            : b7_graph_input(f->graph, B7_ARRAY_STATE, f->places->state[index]);
  b7_graph_name(f->graph, node, state->name, state->label, state->unit, state->module);
  return node;
}

static int32_t latch_node(Flattening *f, int32_t index) {
  const B7ModelLatch *latch = &f->model->latches[index];
  int32_t node = b7_graph_input(f->graph, B7_ARRAY_LATCH, index);
  b7_graph_name(f->graph, node, latch->name, latch->label, latch->unit, latch->module);
  return node;
}

static int32_t formula_node(Flattening *f, B7ExpressionId id);

static int32_t definition_node(Flattening *f, int32_t index) {
  if (f->definition[index] < 0) {
    const B7ModelDefinition *definition = &f->model->definitions[index];
    int32_t node = formula_node(f, definition->is);
    b7_graph_name(f->graph, node, definition->name, definition->label, definition->unit, definition->module);
    f->definition[index] = node;
  }
  return f->definition[index];
}

static int32_t symbol_node(Flattening *f, const B7Expression *symbol) {
  switch (symbol->symbol_kind) {
  case B7_SYMBOL_PARAMETER:
    return parameter_node(f, symbol->symbol_index);
  case B7_SYMBOL_LATCH:
    return latch_node(f, symbol->symbol_index);
  case B7_SYMBOL_STATE:
    return state_node(f, symbol->symbol_index);
  case B7_SYMBOL_DEFINITION:
    return definition_node(f, symbol->symbol_index);
  default:
    return b7_graph_input(f->graph, B7_ARRAY_ARGUMENT, symbol->symbol_index);
  }
}

static int32_t operation_node(B7Graph *g, B7ExpressionKind kind, const int32_t arg[3]) {
  // comparisons are 1 or 0 where a number is asked for, masks where a condition is
  int32_t a = arg[0], b = arg[1], c = arg[2];
  if (kind == B7_EXPRESSION_AND) return b7_graph_logic(g, B7_OP_AND, a, b);
  if (kind == B7_EXPRESSION_OR) return b7_graph_logic(g, B7_OP_OR, a, b);
  if (kind == B7_EXPRESSION_NOT) return b7_graph_logic(g, B7_OP_NOT, a, -1);
  if (a >= 0) a = b7_graph_value(g, a);
  if (kind == B7_EXPRESSION_PIECEWISE) return b7_graph_select(g, b, a, b7_graph_value(g, c));
  if (b >= 0) b = b7_graph_value(g, b);
  switch (kind) {
  case B7_EXPRESSION_ADD:
    return b7_graph_add(g, a, b);
  case B7_EXPRESSION_SUBTRACT:
    return b7_graph_subtract(g, a, b);
  case B7_EXPRESSION_MULTIPLY:
    return b7_graph_multiply(g, a, b);
  case B7_EXPRESSION_DIVIDE:
    return b7_graph_divide(g, a, b);
  case B7_EXPRESSION_POWER:
    return b7_graph_power(g, a, b);
  case B7_EXPRESSION_NEGATE:
    return b7_graph_negate(g, a);
  case B7_EXPRESSION_EXP:
    return b7_graph_function(g, B7_OP_EXP, a);
  case B7_EXPRESSION_LN:
    return b7_graph_function(g, B7_OP_LN, a);
  case B7_EXPRESSION_LOG10:
    return b7_graph_function(g, B7_OP_LOG10, a);
  case B7_EXPRESSION_SQRT:
    return b7_graph_sqrt(g, a);
  case B7_EXPRESSION_ABS:
    return b7_graph_function(g, B7_OP_ABS, a);
  case B7_EXPRESSION_SIN:
    return b7_graph_function(g, B7_OP_SIN, a);
  case B7_EXPRESSION_COS:
    return b7_graph_function(g, B7_OP_COS, a);
  case B7_EXPRESSION_ARCTAN:
    return b7_graph_function(g, B7_OP_ARCTAN, a);
  case B7_EXPRESSION_FLOOR:
    return b7_graph_function(g, B7_OP_FLOOR, a);
  case B7_EXPRESSION_FACTORIAL:
    return b7_graph_function(g, B7_OP_FACTORIAL, a);
  case B7_EXPRESSION_MIN:
    return b7_graph_min(g, a, b);
  case B7_EXPRESSION_MAX:
    return b7_graph_max(g, a, b);
  case B7_EXPRESSION_LESS:
    return b7_graph_compare(g, B7_OP_LESS, a, b);
  case B7_EXPRESSION_LESS_EQUAL:
    return b7_graph_compare(g, B7_OP_LESS_EQUAL, a, b);
  case B7_EXPRESSION_GREATER:
    return b7_graph_compare(g, B7_OP_LESS, b, a);
  case B7_EXPRESSION_GREATER_EQUAL:
    return b7_graph_compare(g, B7_OP_LESS_EQUAL, b, a);
  case B7_EXPRESSION_EQUAL:
    return b7_graph_compare(g, B7_OP_EQUAL, a, b);
  default:
    return b7_graph_compare(g, B7_OP_NOT_EQUAL, a, b);
  }
}

/* The node of a formula; may be a mask. */
static int32_t formula_node(Flattening *f, B7ExpressionId id) {
  if (f->node_of[id] >= 0) return f->node_of[id];
  const B7Expression *e = b7_expression_at(&f->model->pool, id);
  int32_t node;
  if (e->kind == B7_EXPRESSION_NUMBER)
    node = b7_graph_constant(f->graph, e->number);
  else if (e->kind == B7_EXPRESSION_SYMBOL)
    node = symbol_node(f, e);
  else {
    int32_t arg[3] = {-1, -1, -1};
    for (int k = 0; k < b7_expression_arguments(e->kind); k++) arg[k] = formula_node(f, e->arg[k]);
    node = operation_node(f->graph, e->kind, arg);
  }
  f->node_of[id] = node;
  return node;
}

/* The node of a formula as a number. */
static int32_t value_node(Flattening *f, B7ExpressionId id) {
  int32_t node = formula_node(f, id);
  return node < 0 ? -1 : b7_graph_value(f->graph, node);
}

/* ---- reactions ---- */

static int32_t rate_node(Flattening *f, const B7ModelReaction *reaction) {
  int32_t node = value_node(f, reaction->rate);
  b7_graph_name(f->graph, node, reaction->name, reaction->label, "", reaction->module);
  return node;
}

/* Net weight of a state in a reaction, from both sides of it. -1: the state stands among the first `before` terms. */
static int32_t net_weight(Flattening *f, const B7ModelReaction *reaction, int32_t before, int32_t model_state,
                          bool *taken_only) {
  int32_t taken = -1, given = -1;
  for (int32_t t = 0; t < reaction->n_from + reaction->n_to; t++) {
    bool from = t < reaction->n_from;
    const B7ModelTerm *term = from ? &reaction->from[t] : &reaction->to[t - reaction->n_from];
    if (term->state != model_state) continue;
    if (t < before) return -1;
    int32_t weight = value_node(f, term->weight), *side = from ? &taken : &given;
    *side = *side < 0 ? weight : b7_graph_add(f->graph, *side, weight);
  }
  *taken_only = given < 0;
  if (given < 0) return taken;
  return taken < 0 ? given : b7_graph_subtract(f->graph, given, taken);
}

/* Every integrated state that a reaction changes, once a reaction: sign * change_per_day, by what one firing leaves:
   X -> 2 X adds one, and A + X -> B + X leaves X alone. */
typedef bool (*ChangeVisit)(Flattening *f, B7Flat *flat, const B7ModelReaction *reaction, int32_t model_state,
                            int sign, int32_t change_per_day);

static bool visit_changes(Flattening *f, B7Flat *flat, ChangeVisit visit) {
  for (int32_t r = 0; r < f->model->n_reaction; r++) {
    const B7ModelReaction *reaction = &f->model->reactions[r];
    int32_t rate = rate_node(f, reaction);
    for (int32_t t = 0; t < reaction->n_from + reaction->n_to; t++) {
      const B7ModelTerm *term =
          t < reaction->n_from ? &reaction->from[t] : &reaction->to[t - reaction->n_from];
      if (f->places->state[term->state] < 0) continue;
      bool loss = false;
      int32_t weight = net_weight(f, reaction, t, term->state, &loss);
      if (f->graph->failed) return false;
      if (weight < 0 || b7_graph_is_number(f->graph, weight, 0.0)) continue;
      const B7GraphNode *node = b7_graph_at(f->graph, weight);
      if (!loss && node->op == B7_OP_CONSTANT && node->number < 0) {
        weight = b7_graph_constant(f->graph, -node->number);
        loss = true;
      }
      int32_t change = b7_graph_multiply(f->graph, weight, rate);
      if (!visit(f, flat, reaction, term->state, loss ? -1 : 1, change)) return false;
    }
  }
  return true;
}

static bool add_to_slope(Flattening *f, B7Flat *flat, const B7ModelReaction *reaction, int32_t model_state,
                         int sign, int32_t change) {
  (void)reaction;
  int32_t *slope = &flat->slope[f->places->state[model_state]];
  *slope = sign > 0 ? b7_graph_add(f->graph, *slope, change) : b7_graph_subtract(f->graph, *slope, change);
  return true;
}

static bool count_counted(Flattening *f, B7Flat *flat, const B7ModelReaction *reaction, int32_t model_state,
                          int sign, int32_t change) {
  (void)reaction, (void)sign, (void)change;
  if (f->model->states[model_state].count_below_cells > 0.0) flat->n_reaction++;
  return true;
}

static bool add_counted(Flattening *f, B7Flat *flat, const B7ModelReaction *reaction, int32_t model_state,
                        int sign, int32_t change) {
  const B7ModelState *state = &f->model->states[model_state];
  if (state->count_below_cells <= 0.0) return true;
  int32_t cells = b7_graph_constant(f->graph, state->cells_per_unit);
  flat->rate[flat->n_reaction] = b7_graph_multiply(f->graph, cells, change);
  flat->reactions[flat->n_reaction++] =
      (B7KernelReaction){.name = reaction->name, .state = f->places->state[model_state], .change = sign};
  return true;
}

/* ---- events ---- */

static bool flatten_event(Flattening *f, const B7ModelEvent *event, B7FlatEvent *out) {
  out->changes = B7_ARENA_ARRAY(f->graph->arena, B7FlatChange, event->n_add + event->n_set + 1);
  if (!out->changes) return false;
  // argument inputs are shared between events: the name of the last one would mislead, so they keep none
  for (int32_t i = 0; i < event->n_add; i++) {
    int32_t target = event->add[i].target, exact = f->places->exact[target];
    int32_t after = b7_graph_add(f->graph, state_node(f, target), value_node(f, event->add[i].is));
    out->changes[out->n_change++] = (B7FlatChange){exact >= 0 ? B7_ARRAY_EXACT : B7_ARRAY_STATE,
                                                   exact >= 0 ? exact : f->places->state[target], after};
  }
  for (int32_t i = 0; i < event->n_set; i++)
    out->changes[out->n_change++] =
        (B7FlatChange){B7_ARRAY_LATCH, event->set[i].target, value_node(f, event->set[i].is)};
  return true;
}

/* ---- whole ---- */

static bool flatten_all(Flattening *f, B7Flat *flat) {
  const B7Model *model = f->model;
  for (int32_t i = 0; i < model->n_definition; i++) definition_node(f, model->definition_order[i]);

  int32_t zero = b7_graph_constant(f->graph, 0.0);
  for (int32_t i = 0; i < f->places->n_state; i++) flat->slope[i] = zero;
  visit_changes(f, flat, add_to_slope);
  visit_changes(f, flat, count_counted);
  flat->rate = B7_ARENA_ARRAY(f->graph->arena, int32_t, flat->n_reaction + 1);
  flat->reactions = B7_ARENA_ARRAY(f->graph->arena, B7KernelReaction, flat->n_reaction + 1);
  if (!flat->rate || !flat->reactions) return false;
  flat->n_reaction = 0;
  visit_changes(f, flat, add_counted);

  for (int32_t i = 0; i < f->places->n_state; i++)
    flat->initial_state[i] = value_node(f, model->states[f->places->model_state[i]].initial);
  for (int32_t i = 0; i < f->places->n_exact; i++) {
    const B7ModelState *state = &model->states[f->places->model_exact[i]];
    flat->initial_exact[i] = value_node(f, state->initial);
    flat->loss_rate[i] = value_node(f, state->exact_rate);
  }
  for (int32_t i = 0; i < model->n_observable; i++) {
    const B7ModelObservable *observable = &model->observables[i];
    flat->observable[i] = value_node(f, observable->is);
    b7_graph_name(f->graph, flat->observable[i], observable->name, observable->label, observable->unit,
                  observable->module);
  }
  for (int32_t i = 0; i < model->n_event; i++)
    if (!flatten_event(f, &model->events[i], &flat->events[i])) return false;
  return !f->graph->failed;
}

B7Status b7_flatten(const B7Model *model, const B7Places *places, B7Graph *graph, B7Flat *out,
                    B7Error *error) {
  B7Arena *arena = graph->arena;
  Flattening f = {.model = model, .places = places, .graph = graph};
  f.node_of = B7_ARENA_ARRAY(arena, int32_t, model->pool.count + 1);
  f.definition = B7_ARENA_ARRAY(arena, int32_t, model->n_definition + 1);
  B7Flat flat = {.initial_state = B7_ARENA_ARRAY(arena, int32_t, places->n_state + 1),
                 .initial_exact = B7_ARENA_ARRAY(arena, int32_t, places->n_exact + 1),
                 .loss_rate = B7_ARENA_ARRAY(arena, int32_t, places->n_exact + 1),
                 .slope = B7_ARENA_ARRAY(arena, int32_t, places->n_state + 1),
                 .observable = B7_ARENA_ARRAY(arena, int32_t, model->n_observable + 1),
                 .events = B7_ARENA_ARRAY(arena, B7FlatEvent, model->n_event + 1)};
  if (!f.node_of || !f.definition || !flat.initial_state || !flat.initial_exact || !flat.loss_rate ||
      !flat.slope || !flat.observable || !flat.events)
    return b7_fail_memory(error);
  for (size_t i = 0; i < model->pool.count; i++) f.node_of[i] = -1;
  for (int32_t i = 0; i < model->n_definition; i++) f.definition[i] = -1;
  if (!flatten_all(&f, &flat)) return b7_fail_memory(error);
  *out = flat;
  return B7_OK;
}
