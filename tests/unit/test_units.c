#include "test_base.h"

#include <math.h>

#include "document/units.h"

static int make(void **state) {
  B7Units *units;
  if (b7_units_make(NULL, &units, NULL) != B7_OK) return -1;
  *state = units;
  return 0;
}

static int drop(void **state) {
  b7_units_free(*state);
  return 0;
}

static void units_of_the_field_are_known(void **state) {
  static const char *const known[] = {"1/d",   "Gcell",   "Gcell/d", "cells/kg",  "cell/uL", "pg/mL",
                                      "1e9/L", "percent", "%",       "copies/ug", "degC",    "mg/m2",
                                      "g/L",   "dose/d",  "1",       "",          "mg/kg",   "ug/L"};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (!b7_units_known(*state, known[i])) fail_msg("'%s' is not known", known[i]);
  }
  assert_false(b7_units_known(*state, "foo"));
  assert_false(b7_units_known(*state, "mg//kg"));
  assert_false(b7_units_known(*state, NULL));
}

static void only_like_converts_to_like(void **state) {
  assert_true(b7_units_convertible(*state, "g/m2", "mg/m2"));
  assert_true(b7_units_convertible(*state, "Gcell", "cells"));
  assert_true(b7_units_convertible(*state, "percent", "1"));
  assert_false(b7_units_convertible(*state, "cell", "copy"));
  assert_false(b7_units_convertible(*state, "cell", "1"));
  assert_false(b7_units_convertible(*state, "mg/m2", "mg/kg"));
  // a reciprocal is another quantity
  assert_false(b7_units_convertible(*state, "d", "1/d"));
}

static void conversions_are_exact(void **state) {
  double scale, offset;
  B7Error error;
  assert_int_equal(b7_units_conversion(*state, "g/m2", "mg/m2", &scale, &offset, &error), B7_OK);
  assert_true(fabs(scale - 1000) < 1e-12 && offset == 0);
  assert_int_equal(b7_units_conversion(*state, "degC", "K", &scale, &offset, &error), B7_OK);
  assert_true(fabs(scale - 1) < 1e-12 && fabs(offset - 273.15) < 1e-9);
  assert_int_equal(b7_units_conversion(*state, "mg", "d", &scale, &offset, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "'mg' cannot be converted to 'd'");
  assert_int_equal(b7_units_conversion(*state, "mgg", "d", &scale, &offset, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "'mgg' is not a unit");
}

static void dimensions_are_powers_of_bases(void **state) {
  double factor;
  int powers[B7_UNIT_BASES];
  assert_true(b7_units_dimension(*state, "Gcell/d", &factor, powers));
  assert_int_equal(powers[B7_UNIT_cell], 1);
  assert_int_equal(powers[B7_UNIT_second], -1);
  assert_true(fabs(factor * 86400 / 1e9 - 1) < 1e-12);
  assert_true(b7_units_dimension(*state, "percent", &factor, powers));
  assert_true(fabs(factor - 0.01) < 1e-15 && powers[B7_UNIT_metre] == 0);
  assert_false(b7_units_dimension(*state, "degC", &factor, powers));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(units_of_the_field_are_known),
      cmocka_unit_test(only_like_converts_to_like),
      cmocka_unit_test(conversions_are_exact),
      cmocka_unit_test(dimensions_are_powers_of_bases),
  };
  return cmocka_run_group_tests(tests, make, drop);
}
