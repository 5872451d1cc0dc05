#include "test_base.h"

#include <math.h>

#include "fit/target.h"
#include "stats/published_intervals.h"

static const B7Study study = {.id = "S", .n = 20};

static B7StudyRow row_of(const char *endpoint) {
  return (B7StudyRow){.endpoint = b7_study_endpoint_find(endpoint), .at_day = NAN, .events = NAN, .of = NAN};
}

static B7StudyRow counted(const char *endpoint, double events, double of) {
  B7StudyRow row = row_of(endpoint);
  row.events = events;
  row.of = of;
  row.value = 100 * events / of;
  b7_clopper_pearson((int32_t)events, (int32_t)of, 0.95, &row.low, &row.high);
  row.low *= 100;
  row.high *= 100;
  return row;
}

static double residual(const B7StudyRow *row, double between, double value, double variance) {
  B7FitTarget target = b7_target_make(&study, row, between);
  return b7_target_residual(&target, (B7FitSimulated){.value = value, .variance = variance, .patients = 1e9});
}

/* squares of residuals are twice the log-likelihood that is lost against the best share */
static void counts_are_judged_by_the_binomial(void **state) {
  (void)state;
  B7StudyRow row = counted("cr", 15, 20);
  assert_true(b7_target_make(&study, &row, 0).counted);
  assert_true(fabs(residual(&row, 0, 75, 0)) < 1e-3);
  double lost = 2 * (15 * log(0.75 / 0.5) + 5 * log(0.25 / 0.5)), seen = residual(&row, 0, 50, 0);
  assert_true(seen < 0 && fabs(seen * seen - lost) < 1e-6);
  assert_true(residual(&row, 0, 90, 0) > 0);
}

static void all_or_none_stay_finite(void **state) {
  (void)state;
  B7StudyRow all = counted("cr", 20, 20), none = counted("cr", 0, 14);
  assert_true(fabs(residual(&all, 0, 100, 0)) < 1e-3);
  double off = residual(&all, 0, 90, 0);
  assert_true(fabs(off + sqrt(-2 * 20 * log(0.9))) < 1e-6);
  assert_true(isfinite(residual(&none, 0, 100, 0)) && residual(&none, 0, 100, 0) > 5);
}

/* near the best value every scale gives the normal distance */
static void small_differences_are_normal(void **state) {
  (void)state;
  B7StudyRow row = counted("cr", 60, 100);
  assert_true(fabs(residual(&row, 0, 61, 0) - 0.01 / sqrt(0.6 * 0.4 / 100)) < 0.01);
}

static void more_errors_mean_less_distance(void **state) {
  (void)state;
  B7StudyRow row = counted("cr", 15, 20);
  double alone = residual(&row, 0, 50, 0), simulated = residual(&row, 0, 50, 0.25 / 20),
         between = residual(&row, 0.5, 50, 0);
  // as many virtual patients as real ones: twice the variance
  assert_true(fabs(simulated * sqrt(2) - alone) < 1e-6);
  assert_true(fabs(between) < fabs(alone));
}

static void survival_uses_the_printed_interval(void **state) {
  (void)state;
  B7StudyRow row = row_of("os_rate");
  row.at_day = 730;
  row.value = 40;
  row.low = 20;
  row.high = 60;
  B7FitTarget target = b7_target_make(&study, &row, 0);
  assert_false(target.counted);
  assert_true(target.scale == B7_SCALE_CLOGLOG && !target.incidence);
  assert_true(residual(&row, 0, 60, 0) > 1.5 && residual(&row, 0, 60, 0) < 2.5);
  assert_true(residual(&row, 0, 20, 0) < -1.5 && residual(&row, 0, 20, 0) > -2.5);
  B7StudyRow relapse = row;
  relapse.endpoint = b7_study_endpoint_find("relapse_incidence");
  assert_true(residual(&relapse, 0, 60, 0) > 1.5 && residual(&relapse, 0, 20, 0) < -1.5);
}

static void medians_are_judged_on_the_logarithm(void **state) {
  (void)state;
  B7StudyRow row = row_of("car_tmax_days");
  row.value = 12;
  row.low = 12 / exp(0.196);
  row.high = 12 * exp(0.196);
  assert_true(fabs(residual(&row, 0, 12 * exp(0.1), 0) - 1) < 1e-3);
  row.high = INFINITY; // open: as wide as below
  assert_true(fabs(residual(&row, 0, 12 * exp(0.1), 0) - 1) < 1e-3);
}

static void what_cannot_be_said_counts(void **state) {
  (void)state;
  B7StudyRow row = counted("cr", 15, 20);
  assert_true(residual(&row, 0, NAN, 0) == B7_TARGET_UNSAID);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(counts_are_judged_by_the_binomial),
                                     cmocka_unit_test(all_or_none_stay_finite),
                                     cmocka_unit_test(small_differences_are_normal),
                                     cmocka_unit_test(more_errors_mean_less_distance),
                                     cmocka_unit_test(survival_uses_the_printed_interval),
                                     cmocka_unit_test(medians_are_judged_on_the_logarithm),
                                     cmocka_unit_test(what_cannot_be_said_counts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
