/* Medians, quantiles and restricted means against R, and their limiting cases. */
#include "test_base.h"

#include <math.h>

#include "survival_data.h"

static SurvivalData data;

static void medians_under_every_interval(void **state) {
  (void)state;
  static const double upper[] = {0, 103, 105, 100, 103, 103};
  survival_data("veteran", &data);
  B7Survival *survival = survival_of(&data);
  B7SurvivalCurve curve = {.rows = 0};
  for (int interval = B7_INTERVAL_PLAIN; interval <= B7_INTERVAL_ARCSINE; interval++) {
    b7_survival_kaplan_meier(survival, -1, B7_EVENT_ANY, (B7Interval)interval, 0.95, &curve, NULL);
    B7SurvivalQuantile median = b7_survival_quantile(&curve, 0.5);
    assert_true(median.time == 80 && median.lower == 52 && median.upper == upper[interval]);
  }
  b7_survival_kaplan_meier(survival, -1, B7_EVENT_ANY, B7_INTERVAL_LOG, 0.95, &curve, NULL);
  B7SurvivalQuantile quarter = b7_survival_quantile(&curve, 0.25);
  assert_true(quarter.time == 25 && quarter.lower == 19 && quarter.upper == 36);
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

static void median_in_the_middle_of_a_step_and_never(void **state) {
  (void)state;
  B7Survival *survival = NULL;
  B7SurvivalCurve curve = {.rows = 0};
  b7_survival_make(NULL, &survival, NULL);
  // S is exactly one half between 2 and 5
  double time[] = {1, 2, 5, 9};
  int32_t dead[] = {1, 1, 1, 1};
  b7_survival_set(survival, 4, time, dead, NULL, NULL, NULL);
  b7_survival_kaplan_meier(survival, 0, B7_EVENT_ANY, B7_INTERVAL_LOG_LOG, 0.95, &curve, NULL);
  assert_true(b7_survival_quantile(&curve, 0.5).time == 3.5);
  double time_of_one[] = {1, 2, 5, 9, 11, 12, 13, 14};
  int32_t one_dead[] = {0, 0, 1, 0, 0, 0, 0, 0};
  b7_survival_set(survival, 8, time_of_one, one_dead, NULL, NULL, NULL);
  b7_survival_kaplan_meier(survival, 0, B7_EVENT_ANY, B7_INTERVAL_LOG_LOG, 0.95, &curve, NULL);
  assert_true(isnan(b7_survival_quantile(&curve, 0.5).time));
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

static void reverse_kaplan_meier(void **state) {
  (void)state;
  survival_data("aml", &data);
  B7Survival *survival = survival_of(&data);
  B7SurvivalCurve curve = {.rows = 0};
  b7_survival_kaplan_meier(survival, -1, B7_EVENT(0), B7_INTERVAL_LOG_LOG, 0.95, &curve, NULL);
  assert_true(b7_survival_quantile(&curve, 0.5).time == 161);
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

static void restricted_mean(void **state) {
  (void)state;
  survival_data("veteran", &data);
  B7Survival *survival = survival_of(&data);
  B7SurvivalCurve curve = {.rows = 0};
  b7_survival_kaplan_meier(survival, -1, B7_EVENT_ANY, B7_INTERVAL_NONE, 0.95, &curve, NULL);
  double error;
  assert_true(survival_close(b7_survival_restricted_mean(&curve, 365, &error), 115.6592155523));
  assert_true(survival_close(error, 9.883150999428));
  // before the first death the area is the time itself
  assert_true(b7_survival_restricted_mean(&curve, 0.5, &error) == 0.5 && error == 0);
  assert_true(isnan(b7_survival_restricted_mean(&curve, 0, NULL)) &&
              isnan(b7_survival_restricted_mean(&curve, NAN, NULL)));
  double before = 0;
  for (double horizon = 1; horizon < 1200; horizon += 7) {
    double now = b7_survival_restricted_mean(&curve, horizon, NULL);
    assert_true(now >= before && now <= horizon);
    before = now;
  }
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

static void patients_at_risk(void **state) {
  (void)state;
  survival_data("aml", &data);
  B7Survival *survival = survival_of(&data);
  B7SurvivalCurve curve = {.rows = 0};
  b7_survival_kaplan_meier(survival, 0, B7_EVENT_ANY, B7_INTERVAL_NONE, 0.95, &curve, NULL);
  assert_true(b7_survival_at_risk(&curve, 0) == 11 && b7_survival_at_risk(&curve, 13) == 10);
  assert_true(b7_survival_at_risk(&curve, 13.5) == 8 && b7_survival_at_risk(&curve, 161) == 1 &&
              b7_survival_at_risk(&curve, 162) == 0);
  assert_int_equal(b7_survival_row_at(&curve, 8.9), -1);
  assert_int_equal(b7_survival_row_at(&curve, 1e9), curve.rows - 1);
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(medians_under_every_interval),
      cmocka_unit_test(median_in_the_middle_of_a_step_and_never),
      cmocka_unit_test(reverse_kaplan_meier),
      cmocka_unit_test(restricted_mean),
      cmocka_unit_test(patients_at_risk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
