#include "test_base.h"

#include <math.h>

#include "stats/published_intervals.h"

static void near(double value, double wanted) {
  if (fabs(value - wanted) > 5e-5) fail_msg("%.6f instead of %.6f", value, wanted);
}

/* values of binom.test in R 4 */
static void exact_intervals_agree_with_tables(void **state) {
  (void)state;
  double low, high;
  b7_clopper_pearson(18, 20, 0.95, &low, &high);
  near(low, 0.683017);
  near(high, 0.987651);
  b7_clopper_pearson(2, 62, 0.95, &low, &high);
  near(low, 0.003931);
  near(high, 0.111719);
  b7_clopper_pearson(20, 20, 0.95, &low, &high);
  near(low, 0.831567);
  assert_true(high == 1);
  b7_clopper_pearson(0, 14, 0.95, &low, &high);
  assert_true(low == 0);
  near(high, 0.231636);
}

static void range_of_a_future_study_holds_its_share(void **state) {
  (void)state;
  double low, high;
  b7_binomial_range(0.9, 20, 0.95, &low, &high);
  near(low, 0.75);
  near(high, 1);
  b7_binomial_range(0, 5, 0.95, &low, &high);
  assert_true(low == 0 && high == 0);
  b7_binomial_range(1, 5, 0.95, &low, &high);
  assert_true(low == 1 && high == 1);
  // wider for smaller studies
  double small_low, small_high;
  b7_binomial_range(0.4, 100, 0.95, &low, &high);
  b7_binomial_range(0.4, 10, 0.95, &small_low, &small_high);
  assert_true(small_low < low && small_high > high);
}

static void a_median_with_its_range_has_an_interval(void **state) {
  (void)state;
  double low, high, narrow_low, narrow_high;
  b7_median_interval(12, 10, 21, 13, 0.95, &low, &high);
  assert_true(low > 10 && low < 12 && high > 12 && high < 15);
  // symmetric on the logarithm
  near(low * high, 144);
  b7_median_interval(12, 10, 21, 130, 0.95, &narrow_low, &narrow_high);
  assert_true(narrow_low > low && narrow_high < high);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(exact_intervals_agree_with_tables),
                                     cmocka_unit_test(range_of_a_future_study_holds_its_share),
                                     cmocka_unit_test(a_median_with_its_range_has_an_interval)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
