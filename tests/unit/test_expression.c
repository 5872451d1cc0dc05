#include "test_base.h"

#include <math.h>

#include "model/expression.h"

static double value_of_symbol(const void *context, int32_t kind, int32_t index) {
  const double *values = context;
  return kind == B7_SYMBOL_STATE ? values[index] : NAN;
}

static B7ExpressionId state(B7ExpressionPool *pool, int32_t index) {
  return b7_expression_symbol(pool, B7_SYMBOL_STATE, index);
}

static void equal_trees_are_one(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7ExpressionPool pool = b7_expression_pool_make(&arena);
  B7ExpressionId a =
      b7_expression_binary(&pool, B7_EXPRESSION_ADD, state(&pool, 0), b7_expression_number(&pool, 2));
  B7ExpressionId b =
      b7_expression_binary(&pool, B7_EXPRESSION_ADD, state(&pool, 0), b7_expression_number(&pool, 2));
  B7ExpressionId c =
      b7_expression_binary(&pool, B7_EXPRESSION_ADD, b7_expression_number(&pool, 2), state(&pool, 0));
  assert_int_equal(a, b);
  assert_int_not_equal(a, c);
  assert_int_not_equal(b7_expression_number(&pool, 0.0), b7_expression_number(&pool, -0.0));
  b7_arena_free(&arena);
}

static void many_nodes_keep_their_ids(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7ExpressionPool pool = b7_expression_pool_make(&arena);
  for (int i = 0; i < 5000; i++) assert_int_equal(b7_expression_number(&pool, i), i);
  for (int i = 0; i < 5000; i++) assert_int_equal(b7_expression_number(&pool, i), i);
  assert_int_equal(pool.count, 5000);
  b7_arena_free(&arena);
}

static void evaluation_chooses_one_branch(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7ExpressionPool pool = b7_expression_pool_make(&arena);
  const double values[2] = {-4, 3};
  B7ExpressionId x = state(&pool, 0), y = state(&pool, 1);
  B7ExpressionId positive =
      b7_expression_binary(&pool, B7_EXPRESSION_GREATER, x, b7_expression_number(&pool, 0));
  B7ExpressionId root = b7_expression_unary(&pool, B7_EXPRESSION_SQRT, x);
  B7ExpressionId safe = b7_expression_piecewise(&pool, root, positive, y);
  assert_true(b7_expression_evaluate(&pool, safe, value_of_symbol, values) == 3);
  assert_true(isnan(b7_expression_evaluate(&pool, root, value_of_symbol, values)));
  B7ExpressionId power = b7_expression_binary(&pool, B7_EXPRESSION_POWER, y, b7_expression_number(&pool, 2));
  B7ExpressionId least =
      b7_expression_binary(&pool, B7_EXPRESSION_MIN, power, b7_expression_number(&pool, 8));
  assert_true(b7_expression_evaluate(&pool, least, value_of_symbol, values) == 8);
  assert_true(b7_expression_evaluate(&pool, b7_expression_unary(&pool, B7_EXPRESSION_NOT, positive),
                                     value_of_symbol, values) == 1);
  b7_arena_free(&arena);
}

static void a_negated_number_is_a_number(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7ExpressionPool pool = b7_expression_pool_make(&arena);
  B7ExpressionId minus = b7_expression_unary(&pool, B7_EXPRESSION_NEGATE, b7_expression_number(&pool, 2));
  assert_true(b7_expression_is_number(&pool, minus, -2));
  b7_arena_free(&arena);
}

typedef struct Seen {
  int32_t indices[8];
  int count;
} Seen;

static bool note(void *context, int32_t kind, int32_t index) {
  Seen *seen = context;
  assert_int_equal(kind, B7_SYMBOL_STATE);
  seen->indices[seen->count++] = index;
  return true;
}

static void each_symbol_is_visited_once_from_the_left(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7ExpressionPool pool = b7_expression_pool_make(&arena);
  B7ExpressionId product =
      b7_expression_binary(&pool, B7_EXPRESSION_MULTIPLY, state(&pool, 5), state(&pool, 2));
  B7ExpressionId sum = b7_expression_binary(&pool, B7_EXPRESSION_ADD, product, state(&pool, 5));
  Seen seen = {.count = 0};
  assert_true(b7_expression_visit_symbols(&pool, sum, note, &seen));
  assert_int_equal(seen.count, 2);
  assert_int_equal(seen.indices[0], 5);
  assert_int_equal(seen.indices[1], 2);
  b7_arena_free(&arena);
}

static B7ExpressionId to_number(void *context, B7ExpressionPool *into, int32_t kind, int32_t index) {
  (void)context, (void)kind;
  return b7_expression_number(into, index + 10);
}

static void substitution_copies_between_pools(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7ExpressionPool from = b7_expression_pool_make(&arena), into = b7_expression_pool_make(&arena);
  b7_expression_number(&into, 99);
  B7ExpressionId sum = b7_expression_binary(&from, B7_EXPRESSION_SUBTRACT, state(&from, 1), state(&from, 0));
  B7ExpressionId copy = b7_expression_substitute(&from, sum, &into, to_number, NULL);
  assert_true(b7_expression_evaluate(&into, copy, value_of_symbol, NULL) == 1);
  assert_int_equal(b7_expression_substitute(&from, sum, &from, NULL, NULL), sum);
  b7_arena_free(&arena);
}

static void *refuse(void *user, void *old, size_t old_bytes, size_t new_bytes) {
  (void)user, (void)old, (void)old_bytes, (void)new_bytes;
  return NULL;
}

static void missing_memory_is_remembered(void **unused) {
  (void)unused;
  const B7Hooks hooks = {.resize = refuse};
  B7Arena arena = b7_arena_make(&hooks);
  B7ExpressionPool pool = b7_expression_pool_make(&arena);
  B7ExpressionId x = state(&pool, 0);
  assert_int_equal(x, B7_EXPRESSION_NONE);
  assert_int_equal(b7_expression_unary(&pool, B7_EXPRESSION_EXP, x), B7_EXPRESSION_NONE);
  assert_true(pool.failed);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(equal_trees_are_one),
                                     cmocka_unit_test(many_nodes_keep_their_ids),
                                     cmocka_unit_test(evaluation_chooses_one_branch),
                                     cmocka_unit_test(a_negated_number_is_a_number),
                                     cmocka_unit_test(each_symbol_is_visited_once_from_the_left),
                                     cmocka_unit_test(substitution_copies_between_pools),
                                     cmocka_unit_test(missing_memory_is_remembered)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
