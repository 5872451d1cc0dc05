#include "test_base.h"

#include <stdlib.h>
#include <string.h>

#include <sbml/SBMLTypes.h>

#include "model/formula.h"

static const B7ModelPlace place = {"x.yaml", 5, 9};

typedef struct Fixture {
  B7Arena arena;
  B7ExpressionPool pool;
  B7Names names;
  B7ModelArgument argument;
  B7ModelEvent event;
} Fixture;

static void set_up(Fixture *f) {
  f->arena = b7_arena_make(NULL);
  f->pool = b7_expression_pool_make(&f->arena);
  f->names = b7_names_make(&f->arena);
  assert_int_equal(b7_names_add(&f->names, "x", B7_NAME_STATE, 0, place, NULL), B7_OK);
  assert_int_equal(b7_names_add(&f->names, "k", B7_NAME_PARAMETER, 0, place, NULL), B7_OK);
  assert_int_equal(b7_names_add(&f->names, "seen", B7_NAME_OBSERVABLE, 0, place, NULL), B7_OK);
  f->argument = (B7ModelArgument){.name = "dose"};
  f->event = (B7ModelEvent){.n_argument = 1, .arguments = &f->argument};
}

static double two_and_three(const void *context, int32_t kind, int32_t index) {
  (void)context, (void)index;
  return kind == B7_SYMBOL_STATE ? 2 : kind == B7_SYMBOL_PARAMETER ? 3 : 7;
}

static double value_of(Fixture *f, const char *text) {
  const B7Scope scope = {.names = &f->names, .event = &f->event, .place = place, .what = "a test"};
  B7ExpressionId id;
  B7Error error;
  if (b7_formula_parse(text, &scope, &f->pool, &id, &error) != B7_OK) fail_msg("%s", error.message);
  return b7_expression_evaluate(&f->pool, id, two_and_three, NULL);
}

static void formulas_mean_what_they_say(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    double value;
  } cases[] = {{"1 + 2 * x", 5},
               {"-x^2", -4},
               {"2^x^3", 256},
               {"8 / x / 2", 2},
               {"k - x - 1", 0},
               {"1.7e-5", 1.7e-5},
               {"6.02214076e23", 6.02214076e23},
               {"4.35e-10", 4.35e-10},
               {"min(k, x, 1) + max(k, 9, x)", 10},
               {"piecewise(1, x > 5, 2, x > 1, 3)", 2},
               {"piecewise(1, x >= 2 && !(k < 1) || x == 9, 0)", 1},
               {"sqrt(16) + log10(1000) + ln(exp(2)) + abs(-3)", 12},
               {"x != 2", 0},
               {"dose * x", 14},
               {"2 * true", 2}};
  Fixture f;
  set_up(&f);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    if (value_of(&f, cases[i].text) != cases[i].value)
      fail_msg("%s gives %.17g", cases[i].text, value_of(&f, cases[i].text));
  b7_arena_free(&f.arena);
}

static void mistakes_are_told_with_their_place(void **unused) {
  (void)unused;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"kk", "a test: unknown name 'kk'. Did you mean 'k'?"},
      {"seen", "a test: 'seen' is an observable; formulas read parameters, latches, states and definitions"},
      {"x +", "a test: 'x +' is no formula; at its character 3: syntax error, unexpected end of string"},
      {"  ", "a test: the formula is empty"},
      {"time", "a test: formulas may not read the time: between events a model depends on its states alone"},
      {"log(x)",
       "a test: 'log(x)' is no formula; at its character 6: 'log' means different things to different people: "
       "write ln or log10"},
      {"piecewise(1, x > 2)", "a test: 'piecewise' needs a value, a condition, and what holds otherwise"},
      {"root(3, x)", "a test: only sqrt is known; write other bases with ln, exp or ^"}};
  Fixture f;
  set_up(&f);
  const B7Scope scope = {.names = &f.names, .place = place, .what = "a test"};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    B7ExpressionId id;
    B7Error error;
    assert_int_equal(b7_formula_parse(cases[i].text, &scope, &f.pool, &id, &error), B7_ERROR_INPUT);
    assert_string_equal(error.message, cases[i].message);
    assert_int_equal(error.line, 5);
    assert_int_equal(error.column, 9);
    assert_int_equal(id, B7_EXPRESSION_NONE);
  }
  b7_arena_free(&f.arena);
}

static void long_formulas_are_refused(void **unused) {
  (void)unused;
  Fixture f;
  set_up(&f);
  static char text[20001];
  memset(text, '-', 20000);
  text[19999] = 'x';
  const B7Scope scope = {.names = &f.names, .place = place, .what = "a test"};
  B7ExpressionId id;
  B7Error error;
  assert_int_equal(b7_formula_parse(text, &scope, &f.pool, &id, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "a test: a formula may have 8000 characters; split it into definitions");
  b7_arena_free(&f.arena);
}

static void mathml_reads_as_infix_does(void **unused) {
  (void)unused;
  Fixture f;
  set_up(&f);
  const B7Scope scope = {.names = &f.names, .place = place, .what = "a test"};
  ASTNode_t *ast = b7_formula_ast("k * x * x / (1 + x) - 1.7e-5");
  char *mathml = writeMathMLToString(ast);
  ASTNode_t *again = readMathMLFromString(mathml);
  B7ExpressionId a, b;
  assert_int_equal(b7_formula_from_ast(ast, &scope, &f.pool, &a, NULL), B7_OK);
  assert_int_equal(b7_formula_from_ast(again, &scope, &f.pool, &b, NULL), B7_OK);
  assert_int_equal(a, b);
  ASTNode_free(ast);
  ASTNode_free(again);
  free(mathml);
  b7_arena_free(&f.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(formulas_mean_what_they_say), cmocka_unit_test(mistakes_are_told_with_their_place),
      cmocka_unit_test(long_formulas_are_refused), cmocka_unit_test(mathml_reads_as_infix_does)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
