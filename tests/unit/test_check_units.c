#include "model_text.h"

/* A model with one definition of the given unit and formula. */
static void with_definition(char text[3000], const char *unit, const char *formula) {
  snprintf(text, 3000,
           "parameters:\n"
           "  k: {label: k, value: 2, unit: 1/d, source: A}\n"
           "  week: {label: week, value: 1, unit: week, source: A}\n"
           "  dose: {label: dose, value: 1, unit: mg/kg, source: A}\n"
           "  weight: {label: weight, value: 70, unit: kg, source: A}\n"
           "  copies: {label: copies, value: 1, unit: copies/ug, source: A}\n"
           "  share: {label: share, value: 1, unit: percent, source: A}\n"
           "  fever: {label: fever, value: 38, unit: degC, source: A}\n"
           "  area: {label: area, value: 4, unit: m2, source: A}\n"
           "  n: {label: n, value: 2, unit: \"1\", source: A}\n"
           "states:\n"
           "  x: {label: x, unit: Gcell, initial: 1, negligible: 1e-9}\n"
           "  il: {label: il, unit: pg/mL, initial: 1, negligible: 1e-9}\n"
           "definitions:\n"
           "  d: {unit: \"%s\", is: \"%s\"}\n",
           unit, formula);
}

static void units_that_agree_pass(void **unused) {
  (void)unused;
  static const struct {
    const char *unit, *formula;
  } cases[] = {{"Gcell/d", "k * x"},
               {"1/d", "k"},
               {"1", "k * week / 7 * 0 + exp(-x / x)"},
               {"1e-6 kg", "dose * weight"},
               {"mg", "dose * weight"},
               {"percent", "100 * x / (x + x)"},
               {"1", "share"},
               {"K", "fever + 0"},
               {"m", "sqrt(area)"},
               {"m4", "area^2"},
               {"m^-2", "area^-1"},
               {"1", "(x / x)^n"},
               {"Gcell", "piecewise(x, k > 0, 0)"},
               {"Gcell", "max(0, x)"},
               {"Gcell", "0"},
               {"pg/mL", "min(il, il) - abs(-il)"},
               {"ng/mL/d", "1 * k * il * 0"},
               {"1", "x > 0 && !(il == 0)"},
               {"1", "ln(n) + log10(n)"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[3000];
    with_definition(text, cases[i].unit, cases[i].formula);
    b7_model_free(model_from_text(text));
  }
}

static void units_that_differ_are_told(void **unused) {
  (void)unused;
  static const struct {
    const char *unit, *formula, *message;
  } cases[] = {
      {"Gcell", "k * x", "definition 'd' has unit Gcell/d, expected Gcell: k * x"},
      {"cell", "x", "definition 'd' has unit Gcell, expected cell (they differ by a factor of 1e+09): x"},
      {"1", "k * week", "definition 'd' has unit 7, expected 1 (they differ by a factor of 7): k * week"},
      {"copies", "x", "definition 'd' has unit Gcell, expected copies: x"},
      {"Gcell", "x + 1", "definition 'd': 'x' has unit Gcell, '1' has unit 1: they cannot be added"},
      {"1/d", "k + 1 / week",
       "definition 'd': 'k' has unit 1/d, '1 / week' has unit 0.142857/d: they cannot be added (they differ by a factor of 7)"},
      {"Gcell", "x^n",
       "definition 'd': 'x' has unit Gcell; raised to an exponent that is no number it would have no unit: "
       "write (x / K)^n"},
      {"1", "exp(x)", "definition 'd': 'x' has unit Gcell; exp, ln and log10 take dimensionless numbers"},
      {"1", "2^x", "definition 'd': 'x' has unit Gcell; an exponent must be dimensionless"},
      {"1", "x > il", "definition 'd': 'x' has unit Gcell, 'il' has unit pg/mL: they cannot be compared"},
      {"Gcell", "piecewise(x, k > 0, il)",
       "definition 'd': 'x' has unit Gcell, 'il' has unit pg/mL: they cannot be branches of one piecewise"},
      {"1", "il - x", "definition 'd': 'il' has unit pg/mL, 'x' has unit Gcell: they cannot be subtracted"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[3000], message[1200];
    with_definition(text, cases[i].unit, cases[i].formula);
    const char *told = message_of(text, message);
    assert_memory_equal(told, "x.yaml:15:", 10);
    assert_string_equal(strchr(told, ' ') + 1, cases[i].message);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(units_that_agree_pass),
                                     cmocka_unit_test(units_that_differ_are_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
