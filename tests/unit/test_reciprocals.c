/* Paired reciprocals: fewer divisions, the same values, no pair of which one needs the other. */
#include "test_base.h"

#include <math.h>

#include "compile/algebra/reciprocals.h"
#include "compile/algebra/simplify.h"

static double evaluate(const B7Graph *g, int32_t id, const double *y) {
  const B7GraphNode *n = b7_graph_at(g, id);
  double a = b7_op_operands(n->op) > 0 ? evaluate(g, n->operand[0], y) : 0;
  double b = b7_op_operands(n->op) > 1 ? evaluate(g, n->operand[1], y) : 0;
  switch (n->op) {
  case B7_OP_CONSTANT:
    return n->number;
  case B7_OP_INPUT:
    return y[n->index];
  case B7_OP_ADD:
    return a + b;
  case B7_OP_MULTIPLY:
    return a * b;
  case B7_OP_RECIPROCAL:
    return 1 / a;
  default:
    fail_msg("operation %s", b7_op_word(n->op));
  }
  return 0;
}

static int count_reciprocals(const B7Graph *g, B7Arena *arena, const int32_t *roots, size_t n) {
  uint8_t *reached = b7_graph_reach(g, arena, roots, n, NULL);
  int count = 0;
  for (size_t i = 0; i < g->count; i++)
    count += reached[i] && b7_graph_at(g, (int32_t)i)->op == B7_OP_RECIPROCAL;
  return count;
}

/* 1 / (1 + y) for each y; then chains of quotients that need each other */
static void what_waits_alike_is_paired(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Graph g = b7_graph_make(&arena);
  double y[6] = {0.5, 1.25, 3, 0.01, 20, 1e-8};
  int32_t roots[8], one = b7_graph_constant(&g, 1.0), chain = one;
  double expected[8];
  for (int i = 0; i < 6; i++) {
    int32_t input = b7_graph_input(&g, B7_ARRAY_STATE, i);
    roots[i] = b7_graph_reciprocal(&g, b7_graph_add(&g, one, input));
    chain = b7_graph_reciprocal(&g, b7_graph_add(&g, chain, input));
  }
  roots[6] = chain;
  roots[7] = b7_graph_multiply(&g, roots[0], chain);
  for (int i = 0; i < 8; i++) expected[i] = evaluate(&g, roots[i], y);
  int before = count_reciprocals(&g, &arena, roots, 8);
  assert_int_equal(before, 11);
  size_t count = g.count;
  int32_t *map = B7_ARENA_ARRAY(&arena, int32_t, count);
  for (size_t i = 0; i < count; i++) map[i] = -1;
  assert_true(b7_pair_reciprocals(&g, &arena, roots, 8, B7_LEVEL_STATE, map, count));
  for (int i = 0; i < 8; i++) roots[i] = b7_graph_substitute(&g, roots[i], map, count);
  // the six that wait for nothing make three pairs; the five that wait for each other stay single
  assert_int_equal(count_reciprocals(&g, &arena, roots, 8), 3 + 5);
  for (int i = 0; i < 8; i++) assert_true(fabs(evaluate(&g, roots[i], y) / expected[i] - 1) < 1e-14);
  b7_arena_free(&arena);
}

static void a_chain_alone_stays_as_it_is(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Graph g = b7_graph_make(&arena);
  int32_t root = b7_graph_constant(&g, 1.0);
  for (int i = 0; i < 5; i++)
    root = b7_graph_reciprocal(&g, b7_graph_add(&g, root, b7_graph_input(&g, B7_ARRAY_STATE, i)));
  size_t count = g.count;
  int32_t *map = B7_ARENA_ARRAY(&arena, int32_t, count);
  for (size_t i = 0; i < count; i++) map[i] = -1;
  assert_true(b7_pair_reciprocals(&g, &arena, &root, 1, B7_LEVEL_STATE, map, count));
  assert_int_equal(b7_graph_substitute(&g, root, map, count), root);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_waits_alike_is_paired),
      cmocka_unit_test(a_chain_alone_stays_as_it_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
