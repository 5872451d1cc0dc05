#include "test_base.h"

#include <math.h>

#include "document/unit_converter.h"

static void equal_units_need_no_database(void **state) {
  (void)state;
  B7Converter converter = {.hooks = NULL};
  B7Convertible can;
  B7Error error;
  double value = 22.9;
  assert_int_equal(b7_converter_apply(&converter, "percent", "percent", &value, &can, &error), B7_OK);
  assert_true(value == 22.9 && can == B7_CONVERTIBLE_YES);
  assert_null(converter.units);
  b7_converter_close(&converter);
}

static void other_units_are_converted_or_named(void **state) {
  (void)state;
  B7Converter converter = {.hooks = NULL};
  B7Convertible can;
  B7Error error;
  double value = 9.1;
  assert_int_equal(b7_converter_apply(&converter, "g/dL", "g/L", &value, &can, &error), B7_OK);
  assert_true(can == B7_CONVERTIBLE_YES && fabs(value - 91) < 1e-9);
  value = 5;
  assert_int_equal(b7_converter_apply(&converter, "gramm", "g/L", &value, &can, &error), B7_OK);
  assert_true(can == B7_CONVERTIBLE_UNKNOWN && value == 5);
  assert_int_equal(b7_converter_apply(&converter, "cell", "copies", &value, &can, &error), B7_OK);
  assert_true(can == B7_CONVERTIBLE_OTHER && value == 5);
  b7_converter_close(&converter);
  // closing twice is harmless
  b7_converter_close(&converter);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(equal_units_need_no_database),
                                     cmocka_unit_test(other_units_are_converted_or_named)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
