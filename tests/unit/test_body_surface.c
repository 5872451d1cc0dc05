/* test_body_surface.c - every formula of body surface at one adult and one child, worked out by another program. */
#include "test_base.h"

#include <math.h>
#include <string.h>

#include "treat/body_surface.h"

static void each_formula_gives_its_published_value(void **state) {
  (void)state;
  static const struct {
    B7BodyFormula formula;
    double adult_m2, child_m2; // 170 cm, 70 kg; 110 cm, 19 kg
  } rows[] = {{B7_BODY_MOSTELLER, 1.81812, 0.76194}, {B7_BODY_DU_BOIS, 1.80971, 0.75831},
              {B7_BODY_HAYCOCK, 1.82568, 0.76191},   {B7_BODY_GEHAN_GEORGE, 1.83129, 0.77888},
              {B7_BODY_BOYD, 1.83467, 0.77876},      {B7_BODY_FUJIMOTO, 1.76429, 0.74092}};
  assert_int_equal(sizeof rows / sizeof rows[0], B7_BODY_FUJIMOTO);
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    assert_int_equal(rows[i].formula, i + 1);
    assert_true(fabs(b7_body_surface_m2(rows[i].formula, 170, 70) - rows[i].adult_m2) < 1e-5);
    assert_true(fabs(b7_body_surface_m2(rows[i].formula, 110, 19) - rows[i].child_m2) < 1e-5);
  }
}

static void nothing_is_made_up(void **state) {
  (void)state;
  assert_true(isnan(b7_body_surface_m2(B7_BODY_NONE, 170, 70)));
  assert_true(isnan(b7_body_surface_m2(B7_BODY_MOSTELLER, NAN, 70)));
  assert_true(isnan(b7_body_surface_m2(B7_BODY_BOYD, 170, NAN)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_formula_gives_its_published_value),
      cmocka_unit_test(nothing_is_made_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
