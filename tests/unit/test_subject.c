/* test_subject.c - the day on which a patient of a trial dies, and from which day an arm counts. */
#include "test_base.h"

#include <math.h>

#include "result/result.h"
#include "trial/run/subject.h"

enum { TIMES = 5, SLOTS = 2, SEED = 3, ID = 17 };

static const double t_day[TIMES] = {0, 10, 20, 30, 40};
static const int32_t observables[B7_HAZARDS] = {4, 0, 1, 2, 3};

/* the hazards of slot 1 sum to `total` at each time, parted unevenly; those of slot 0 are far above any threshold */
static double death_day(const double total[TIMES]) {
  B7Result *result;
  assert_int_equal(b7_result_make(NULL, SLOTS, TIMES, t_day, B7_HAZARDS, 1, &result, NULL), B7_OK);
  B7Fingerprint outcomes = b7_fingerprint_start();
  for (int32_t t = 0; t < TIMES; t++) {
    double other[B7_HAZARDS], own[B7_HAZARDS];
    for (int k = 0; k < B7_HAZARDS; k++) {
      other[k] = 1e6;
      own[k] = total[t] * (k + 1) / 15;
    }
    b7_result_record(result, 0, t, other, 1, &outcomes);
    b7_result_record(result, 1, t, own, 1, &outcomes);
  }
  B7Population population = {.seed = SEED};
  B7TrialRun run = {.population = &population, .seed = SEED};
  B7Subject subject = {.run = &run, .id = ID, .result = result, .slot = 1};
  b7_subject_find_death(&subject, observables);
  assert_true(isnan(subject.death_day) ||
              (subject.death_cause >= 0 && (int)subject.death_cause < B7_HAZARDS));
  b7_result_free(result);
  return subject.death_day;
}

static void death_is_where_the_hazards_pass_the_threshold(void **state) {
  (void)state;
  const B7Population population = {.seed = SEED};
  const double h = b7_death_threshold(&population, SEED, ID);
  assert_true(h > 0);
  // half of the way from 10 to 20; a quarter from 30 to 40; at once
  assert_true(fabs(death_day((double[]){0, 0, 2 * h, 3 * h, 4 * h}) - 15) < 1e-9);
  assert_true(fabs(death_day((double[]){0, 0, 0, 0, 4 * h}) - 32.5) < 1e-9);
  assert_true(death_day((double[]){h * 1.01, 2 * h, 2 * h, 2 * h, 2 * h}) == 0);
}

static void below_the_threshold_nobody_dies(void **state) {
  (void)state;
  const B7Population population = {.seed = SEED};
  const double h = b7_death_threshold(&population, SEED, ID);
  assert_true(isnan(death_day((double[]){0, 0, 0, 0, 0})));
  assert_true(isnan(death_day((double[]){0, 0.2 * h, 0.5 * h, 0.9 * h, 0.99 * h})));
}

static void arms_count_from_their_origin(void **state) {
  (void)state;
  B7Trial trial = {.origin = B7_ORIGIN_ENROLMENT};
  B7TrialArmState arms[2] = {{.plans.days_to_infusion = 18}, {.plans.days_to_infusion = NAN}};
  const B7TrialRun run = {.trial = &trial, .arms = arms};
  assert_true(b7_arm_origin_day(&run, 0) == 0 && b7_arm_origin_day(&run, 1) == 0);
  trial.origin = B7_ORIGIN_INFUSION;
  // an arm without a product counts from enrolment
  assert_true(b7_arm_origin_day(&run, 0) == 18 && b7_arm_origin_day(&run, 1) == 0);
  trial.origin = B7_ORIGIN_TRANSPLANT;
  assert_true(isnan(b7_arm_origin_day(&run, 0)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(death_is_where_the_hazards_pass_the_threshold),
      cmocka_unit_test(below_the_threshold_nobody_dies),
      cmocka_unit_test(arms_count_from_their_origin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
