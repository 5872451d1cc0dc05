#include "test_base.h"

#include <math.h>

#include "fit/scale.h"

static const B7FitScale scales[] = {B7_SCALE_LINEAR, B7_SCALE_LOG, B7_SCALE_LOGIT, B7_SCALE_CLOGLOG};

static void there_and_back(void **state) {
  (void)state;
  for (int k = 0; k < 4; k++) {
    for (double value = 0.02; value < 1; value += 0.07)
      assert_true(fabs(b7_scale_from(scales[k], b7_scale_to(scales[k], value)) - value) < 1e-14);
  }
  assert_true(fabs(b7_scale_to(B7_SCALE_CLOGLOG, exp(-1))) < 1e-15);
  assert_true(b7_scale_to(B7_SCALE_LOGIT, 0.5) == 0);
}

static void slopes_are_derivatives(void **state) {
  (void)state;
  const double h = 1e-6;
  for (int k = 0; k < 4; k++) {
    for (double value = 0.05; value < 0.96; value += 0.1) {
      double slope = (b7_scale_to(scales[k], value + h) - b7_scale_to(scales[k], value - h)) / (2 * h);
      assert_true(fabs(slope - b7_scale_slope(scales[k], value)) < 1e-6 * (1 + fabs(slope)));
    }
  }
}

static void outside_is_not_finite(void **state) {
  (void)state;
  assert_false(isfinite(b7_scale_to(B7_SCALE_LOG, 0)));
  assert_false(isfinite(b7_scale_to(B7_SCALE_LOG, -1)));
  assert_false(isfinite(b7_scale_to(B7_SCALE_LOGIT, 1)));
  assert_false(isfinite(b7_scale_to(B7_SCALE_LOGIT, 1.5)));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(there_and_back),
                                     cmocka_unit_test(slopes_are_derivatives),
                                     cmocka_unit_test(outside_is_not_finite)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
