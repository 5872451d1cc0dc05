/* classify.c - what kind of quantity everything is. */
#include "compile/algebra/classify.h"

bool b7_classify(const B7Model *model, B7Arena *arena, B7Places *out) {
  size_t n_parameter = (size_t)model->n_parameter, n_state = (size_t)model->n_state;
  B7Places p = {.own = B7_ARENA_ARRAY(arena, int32_t, n_parameter + 1),
                .shared = B7_ARENA_ARRAY(arena, int32_t, n_parameter + 1),
                .exact = B7_ARENA_ARRAY(arena, int32_t, n_state + 1),
                .state = B7_ARENA_ARRAY(arena, int32_t, n_state + 1),
                .model_exact = B7_ARENA_ARRAY(arena, int32_t, n_state + 1),
                .model_state = B7_ARENA_ARRAY(arena, int32_t, n_state + 1)};
  if (!p.own || !p.shared || !p.exact || !p.state || !p.model_exact || !p.model_state) return false;
  for (int32_t i = 0; i < model->n_parameter; i++) {
    const B7ModelParameter *parameter = &model->parameters[i];
    bool own = parameter->patient || parameter->spread != B7_SPREAD_NONE;
    p.own[i] = own ? p.n_own++ : -1;
    p.shared[i] = own ? -1 : p.n_shared++;
  }
  for (int32_t i = 0; i < model->n_state; i++) {
    const B7ModelState *state = &model->states[i];
    bool exact = state->exact && state->count_below_cells <= 0.0;
    p.exact[i] = p.state[i] = -1;
    if (exact)
      p.model_exact[p.n_exact] = i, p.exact[i] = p.n_exact++;
    else
      p.model_state[p.n_state] = i, p.state[i] = p.n_state++;
  }
  *out = p;
  return true;
}

/* Signs and conditions are formed again where they are used. */
static bool is_passed_through(const B7GraphNode *node) {
  return node->op == B7_OP_NEGATE || b7_op_is_mask(node->op);
}

static void mark_ahead(const B7Graph *graph, uint8_t *marks, int32_t id, B7Level low, B7Level high,
                       bool with_inputs) {
  const B7GraphNode *node = &graph->nodes[id];
  if (node->level < low || node->level > high || node->op == B7_OP_CONSTANT) return;
  if (is_passed_through(node)) {
    for (int k = 0; k < b7_op_operands(node->op); k++)
      mark_ahead(graph, marks, node->operand[k], low, high, with_inputs);
    return;
  }
  if (node->op == B7_OP_INPUT && !with_inputs) return;
  marks[id] = 1;
}

uint8_t *b7_classify_frontier(const B7Graph *graph, B7Arena *arena, const int32_t *roots, size_t n_root,
                              B7Level low, B7Level high, bool with_inputs) {
  uint8_t *reached = b7_graph_reach(graph, arena, roots, n_root, NULL);
  uint8_t *marks = B7_ARENA_ARRAY(arena, uint8_t, graph->count + 1);
  if (!reached || !marks) return NULL;
  for (size_t r = 0; r < n_root; r++)
    if (roots[r] >= 0) mark_ahead(graph, marks, roots[r], low, high, with_inputs);
  for (size_t i = 0; i < graph->count; i++) {
    const B7GraphNode *node = &graph->nodes[i];
    if (!reached[i] || node->level <= high) continue;
    for (int k = 0; k < b7_op_operands(node->op); k++)
      mark_ahead(graph, marks, node->operand[k], low, high, with_inputs);
  }
  return marks;
}
