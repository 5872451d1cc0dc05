/* Derivatives of single operations and of graphs against their textbook forms. */
#include "test_base.h"

#include <math.h>

#include "compile/algebra/differentiate.h"
#include "compile/algebra/simplify.h"
#include "graph_fixture.h"

typedef struct Bench {
  B7Arena arena, scratch;
  B7Graph graph;
  int32_t p, x, y;
} Bench;

static void start(Bench *b) {
  b->arena = b7_arena_make(NULL);
  b->scratch = b7_arena_make(NULL);
  b->graph = b7_graph_make(&b->arena);
  b->p = b7_graph_input(&b->graph, B7_ARRAY_SHARED, 0);
  b->x = b7_graph_input(&b->graph, B7_ARRAY_STATE, 0);
  b->y = b7_graph_input(&b->graph, B7_ARRAY_STATE, 1);
}

static void stop(Bench *b) {
  b7_arena_free(&b->scratch);
  b7_arena_free(&b->arena);
}

static double evaluate(const B7Graph *g, int32_t id, double p, double x, double y) {
  const double inputs[B7_ARRAYS][2] = {[B7_ARRAY_SHARED] = {p}, [B7_ARRAY_STATE] = {x, y}};
  return graph_evaluate(g, id, inputs);
}

/* d root / dx and d root / dy by the Jacobian; 0 for entries that are not there */
static void expect_gradient(Bench *b, int32_t root, double p, double x, double y, double dx, double dy) {
  B7JacobianEntry *entries = NULL;
  int32_t n = b7_graph_jacobian(&b->graph, &b->scratch, &root, 1, B7_ARRAY_STATE, &entries);
  assert_true(n >= 0);
  double got[2] = {0, 0};
  for (int32_t i = 0; i < n; i++) got[entries[i].column] = evaluate(&b->graph, entries[i].node, p, x, y);
  if (!(fabs(got[0] - dx) <= 1e-12 * (1 + fabs(dx)) && fabs(got[1] - dy) <= 1e-12 * (1 + fabs(dy))))
    fail_msg("gradient (%.15g, %.15g), expected (%.15g, %.15g)", got[0], got[1], dx, dy);
}

static void operations_have_their_textbook_derivatives(void **state) {
  (void)state;
  Bench b;
  start(&b);
  B7Graph *g = &b.graph;
  double p = 1.7, x = 0.8, y = 2.5;
  expect_gradient(&b, b7_graph_add(g, b.x, b.y), p, x, y, 1, 1);
  expect_gradient(&b, b7_graph_subtract(g, b.x, b.y), p, x, y, 1, -1);
  expect_gradient(&b, b7_graph_multiply(g, b.x, b.y), p, x, y, y, x);
  expect_gradient(&b, b7_graph_multiply(g, b.x, b.x), p, x, y, 2 * x, 0);
  expect_gradient(&b, b7_graph_divide(g, b.x, b.y), p, x, y, 1 / y, -x / (y * y));
  expect_gradient(&b, b7_graph_divide(g, b.p, b.y), p, x, y, 0, -p / (y * y));
  expect_gradient(&b, b7_graph_power(g, b.x, b.p), p, x, y, p * pow(x, p - 1), 0);
  expect_gradient(&b, b7_graph_power(g, b.x, b.y), p, x, y, y * pow(x, y - 1), pow(x, y) * log(x));
  expect_gradient(&b, b7_graph_power(g, b.p, b.y), p, x, y, 0, pow(p, y) * log(p));
  expect_gradient(&b, b7_graph_function(g, B7_OP_EXP, b.x), p, x, y, exp(x), 0);
  expect_gradient(&b, b7_graph_function(g, B7_OP_LN, b.x), p, x, y, 1 / x, 0);
  expect_gradient(&b, b7_graph_function(g, B7_OP_LOG10, b.y), p, x, y, 0, 1 / (y * log(10)));
  expect_gradient(&b, b7_graph_sqrt(g, b.x), p, x, y, 0.5 / sqrt(x), 0);
  expect_gradient(&b, b7_graph_function(g, B7_OP_ABS, b7_graph_subtract(g, b.x, b.y)), p, x, y, -1, 1);
  expect_gradient(&b, b7_graph_min(g, b.x, b.y), p, x, y, 1, 0);
  expect_gradient(&b, b7_graph_max(g, b.x, b.y), p, x, y, 0, 1);
  int32_t mask = b7_graph_compare(g, B7_OP_LESS, b.x, b.y);
  expect_gradient(&b, b7_graph_select(g, mask, b7_graph_multiply(g, b.p, b.x), b.y), p, x, y, p, 0);
  expect_gradient(&b, b7_graph_select(g, mask, b7_graph_multiply(g, b.p, b.x), b.y), p, y, x, 0, 1);
  expect_gradient(&b, b.p, p, x, y, 0, 0);
  stop(&b);
}

static void edges_stay_finite(void **state) {
  (void)state;
  Bench b;
  start(&b);
  B7Graph *g = &b.graph;
  // at and below zero a power is 0 and flat
  expect_gradient(&b, b7_graph_power(g, b.x, b.p), 1.5, 0.0, 1, 0, 0);
  expect_gradient(&b, b7_graph_power(g, b.x, b.p), 1.5, -0.1, 1, 0, 0);
  expect_gradient(&b, b7_graph_sqrt(g, b.x), 1.5, -0.1, 1, 0, 0);
  // the branch not taken may be infinite
  int32_t risky = b7_graph_select(g, b7_graph_compare(g, B7_OP_LESS, b7_graph_constant(g, 0.0), b.x),
                                  b7_graph_function(g, B7_OP_LN, b.x), b.y);
  expect_gradient(&b, risky, 1, 0.0, 3, 0, 1);
  expect_gradient(&b, b7_graph_multiply(g, b.y, risky), 1, 0.0, 3, 0, 6);
  stop(&b);
}

/* Hill function of a sum, used in two roots: shared factors, several rows, sorted entries. */
static void rows_come_sorted_and_share_their_factors(void **state) {
  (void)state;
  Bench b;
  start(&b);
  B7Graph *g = &b.graph;
  int32_t sum = b7_graph_add(g, b.x, b.y), power = b7_graph_power(g, sum, b.p);
  int32_t hill = b7_graph_divide(g, power, b7_graph_add(g, b7_graph_constant(g, 1.0), power));
  int32_t roots[2] = {b7_graph_multiply(g, hill, b.x), b7_graph_negate(g, hill)};
  B7JacobianEntry *entries = NULL;
  assert_int_equal(b7_graph_jacobian(g, &b.scratch, roots, 2, B7_ARRAY_STATE, &entries), 4);
  double p = 2.3, x = 0.4, y = 0.9, s = x + y, h = pow(s, p) / (1 + pow(s, p)), dh = p * h * (1 - h) / s;
  double expected[4] = {h + x * dh, x * dh, -dh, -dh};
  for (int i = 0; i < 4; i++) {
    assert_int_equal(entries[i].row, i / 2);
    assert_int_equal(entries[i].column, i % 2);
    assert_true(fabs(evaluate(g, entries[i].node, p, x, y) - expected[i]) < 1e-12);
  }
  assert_int_equal(entries[2].node, entries[3].node);
  stop(&b);
}

static int32_t seed_by_place(void *context, B7Graph *graph, B7Array array, int32_t index) {
  (void)context;
  return b7_graph_constant(graph, array == B7_ARRAY_STATE ? (index == 0 ? 2.0 : -3.0) : 0.0);
}

static void tangents_follow_a_direction(void **state) {
  (void)state;
  Bench b;
  start(&b);
  B7Graph *g = &b.graph;
  int32_t roots[2] = {b7_graph_multiply(g, b7_graph_function(g, B7_OP_EXP, b.x), b.y), b.p}, out[2];
  b7_graph_tangent(g, &b.scratch, roots, 2, seed_by_place, NULL, out);
  assert_true(fabs(evaluate(g, out[0], 1, 0.5, 2) - (2 * exp(0.5) * 2 - 3 * exp(0.5))) < 1e-12);
  assert_true(b7_graph_is_number(g, out[1], 0));
  stop(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(operations_have_their_textbook_derivatives),
      cmocka_unit_test(edges_stay_finite),
      cmocka_unit_test(rows_come_sorted_and_share_their_factors),
      cmocka_unit_test(tangents_follow_a_direction),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
