/* predictive counts: sums, moments, limits, scores by hand */
#include "test_base.h"

#include <math.h>

#include "stats/predictive.h"
#include "stats/published_intervals.h"

static void masses_sum_to_one(void **state) {
  (void)state;
  double mass[201];
  for (double sd = 0; sd < 2.1; sd += 0.5) {
    b7_predictive_masses(0.03, sd, 200, mass);
    double sum = 0;
    for (int k = 0; k <= 200; k++) sum += mass[k];
    assert_true(fabs(sum - 1) < 1e-9);
  }
}

/* without a difference between studies it is the binomial */
static void no_spread_is_the_binomial(void **state) {
  (void)state;
  assert_true(fabs(b7_predictive_mass(0.3, 0, 10, 3) - 0.266827932) < 1e-9);
  double low, high, exact_low, exact_high;
  b7_predictive_range(0.3, 0, 57, 0.95, &low, &high);
  b7_binomial_range(0.3, 57, 0.95, &exact_low, &exact_high);
  assert_true(low == exact_low && high == exact_high);
}

/* a thousand patients see the truth of their study: the range is that of the logit-normal */
static void large_studies_see_the_spread(void **state) {
  (void)state;
  double low, high;
  b7_predictive_range(0.5, 0.5, 20000, 0.95, &low, &high);
  assert_true(fabs(log(high / (1 - high)) - 1.96 * 0.5) < 0.02);
  assert_true(fabs(log(low / (1 - low)) + 1.96 * 0.5) < 0.02);
}

static void scores_by_hand(void **state) {
  (void)state;
  const double mass[] = {0.25, 0.5, 0.25}; // of two patients
  // distribution 0.25 up to 1/2, 0.75 up to 1; one event seen
  assert_true(fabs(b7_predictive_crps(mass, 2, 1) - 0.5 * (0.0625 + 0.0625)) < 1e-12);
  assert_true(fabs(b7_predictive_crps(mass, 2, 2) - 0.5 * (0.0625 + 0.5625)) < 1e-12);
  assert_true(fabs(b7_predictive_log_score(mass, 1) - log(0.5)) < 1e-12);
  // the step from 0.25 to 0.75 fills the central half; that from 0 to 0.25 lies outside it
  assert_true(fabs(b7_predictive_covered(mass, 1, 0.5) - 1) < 1e-12);
  assert_true(fabs(b7_predictive_covered(mass, 0, 0.5)) < 1e-12);
  assert_true(fabs(b7_predictive_covered(mass, 0, 0.8) - 0.6) < 1e-12);
}

/* what is drawn from a predictive distribution is covered as it says, and no other sd scores better in the mean */
static void proper(void **state) {
  (void)state;
  double truth[31], narrow[31], wide[31], own = 0, others[2] = {0}, covered = 0;
  b7_predictive_masses(0.2, 0.6, 30, truth);
  b7_predictive_masses(0.2, 0, 30, narrow);
  b7_predictive_masses(0.2, 1.5, 30, wide);
  for (int k = 0; k <= 30; k++) {
    own += truth[k] * b7_predictive_crps(truth, 30, k);
    others[0] += truth[k] * b7_predictive_crps(narrow, 30, k);
    others[1] += truth[k] * b7_predictive_crps(wide, 30, k);
    covered += truth[k] * b7_predictive_covered(truth, k, 0.8);
  }
  assert_true(own < others[0] && own < others[1]);
  assert_true(fabs(covered - 0.8) < 1e-9);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(masses_sum_to_one),
                                     cmocka_unit_test(no_spread_is_the_binomial),
                                     cmocka_unit_test(large_studies_see_the_spread),
                                     cmocka_unit_test(scores_by_hand), cmocka_unit_test(proper)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
