#include "test_base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "model/formula.h"

static const char *name_of_symbol(const void *context, int32_t kind, int32_t index) {
  static const char *const names[] = {"a", "b", "c", "d"};
  (void)context, (void)kind;
  return names[index];
}

static void numbers_read_back_to_the_bit(void **unused) {
  (void)unused;
  static const struct {
    double number;
    const char *text;
  } cases[] = {
      {0, "0"},         {1, "1"},           {20, "20"},     {100, "100"},     {0.1, "0.1"},
      {1e9, "1e9"},     {1.7e-5, "1.7e-5"}, {-2.5, "-2.5"}, {86400, "86400"}, {1.0 / 3, "0.3333333333333333"},
      {1e300, "1e300"}, {INFINITY, "INF"},  {NAN, "NaN"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[32];
    b7_number_print(cases[i].number, text);
    assert_string_equal(text, cases[i].text);
  }
  B7Random random = b7_random_at(7, 0, B7_STREAM_FIT, 0);
  for (int i = 0; i < 2000; i++) {
    char text[32];
    double number = b7_random_normal(&random) * pow(10, floor(40 * b7_random_uniform(&random)) - 20);
    b7_number_print(number, text);
    assert_true(strtod(text, NULL) == number);
  }
}

/* A random tree: what is printed must be read as the same tree by libSBML's grammar. Comparisons compare
   arithmetic, as libSBML reads (a < b) < c as one chain. */
static B7ExpressionId grow(B7ExpressionPool *pool, B7Random *random, int depth, bool arithmetic) {
  static const B7ExpressionKind binary[] = {
      B7_EXPRESSION_ADD,   B7_EXPRESSION_SUBTRACT,      B7_EXPRESSION_MULTIPLY, B7_EXPRESSION_DIVIDE,
      B7_EXPRESSION_POWER, B7_EXPRESSION_MIN,           B7_EXPRESSION_AND,      B7_EXPRESSION_OR,
      B7_EXPRESSION_LESS,  B7_EXPRESSION_GREATER_EQUAL, B7_EXPRESSION_EQUAL,    B7_EXPRESSION_NOT_EQUAL};
  static const B7ExpressionKind unary[] = {B7_EXPRESSION_NEGATE, B7_EXPRESSION_EXP,  B7_EXPRESSION_LN,
                                           B7_EXPRESSION_LOG10,  B7_EXPRESSION_SQRT, B7_EXPRESSION_ABS,
                                           B7_EXPRESSION_NOT};
  uint32_t choice = b7_random_bits(random) % (depth > 0 ? 12 : 2);
  if (choice == 0) return b7_expression_symbol(pool, B7_SYMBOL_STATE, (int32_t)(b7_random_bits(random) % 4));
  if (choice == 1) return b7_expression_number(pool, floor(100 * b7_random_uniform(random)) / 10);
  uint32_t which = b7_random_bits(random) % (arithmetic ? 6 : 12);
  bool inner = arithmetic || (choice < 9 && which >= 8);
  B7ExpressionId a = grow(pool, random, depth - 1, inner), b = grow(pool, random, depth - 1, inner);
  if (choice < 9) return b7_expression_binary(pool, binary[which], a, b);
  if (choice < 11 || arithmetic) return b7_expression_unary(pool, unary[which % (arithmetic ? 6 : 7)], a);
  return b7_expression_piecewise(pool, a, b, grow(pool, random, depth - 1, false));
}

static double value_of_symbol(const void *context, int32_t kind, int32_t index) {
  (void)kind;
  return ((const double *)context)[index];
}

static void printed_formulas_mean_the_same(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7ExpressionPool pool = b7_expression_pool_make(&arena);
  B7Names names = b7_names_make(&arena);
  const B7ModelPlace nowhere = {"", 0, 0};
  for (int32_t i = 0; i < 4; i++)
    assert_int_equal(b7_names_add(&names, name_of_symbol(NULL, 0, i), B7_NAME_STATE, i, nowhere, NULL),
                     B7_OK);
  const B7Scope scope = {.names = &names, .place = nowhere, .what = "a test"};
  B7Random random = b7_random_at(11, 0, B7_STREAM_FIT, 0);
  int same_tree = 0;
  for (int i = 0; i < 3000; i++) {
    B7ExpressionId id = grow(&pool, &random, 5, false), again;
    B7Text text = b7_text_make(NULL);
    b7_expression_print(&pool, id, name_of_symbol, NULL, &text);
    B7Error error;
    if (b7_formula_parse(text.bytes, &scope, &pool, &again, &error) != B7_OK)
      fail_msg("%s: %s", text.bytes, error.message);
    const double values[4] = {0.3, 1.7, -2.2, 5};
    double first = b7_expression_evaluate(&pool, id, value_of_symbol, values);
    double second = b7_expression_evaluate(&pool, again, value_of_symbol, values);
    if (!(first == second || (isnan(first) && isnan(second))))
      fail_msg("%s: %.17g became %.17g", text.bytes, first, second);
    same_tree += id == again;
    b7_text_release(&text);
  }
  // libSBML joins "a && (b && c)" and the like into one list; nothing else may change
  assert_true(same_tree > 2500);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_read_back_to_the_bit),
                                     cmocka_unit_test(printed_formulas_mean_the_same)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
