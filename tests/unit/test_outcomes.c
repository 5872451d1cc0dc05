// simulated patients graded as columns: one patient reads the same alone and in the batch, on any number of
// threads
#include <math.h>
#include <string.h>

#include "test_base.h"

#include "assess/series/assessment_parts.h"
#include "assess/series/assessor.h"
#include "course_text.h"
#include "criteria_fixture.h"

#define PATIENTS 6

typedef struct Simulated {
  const B7Kernel *kernel;
  B7Result *result;
} Simulated;

static Simulated simulate_index_case(void) {
  Simulated s = {.kernel = b7_kernel_shipped()};
  B7Course *course = NULL;
  B7Plan *plan = NULL;
  B7Population *population = NULL;
  B7Error error;
  B7PlanOptions plan_options;
  b7_plan_options_default(&plan_options, sizeof plan_options);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.relative_tolerance = 1e-4;
  options.threads = 1;
  if (b7_course_load(B7_SOURCE_FOLDER "/courses/yao2026.yaml", DATA_FOLDER, NULL, &course, &error) != B7_OK ||
      b7_plan_make(course, s.kernel, &plan_options, NULL, &plan, &error) != B7_OK ||
      b7_population_make(s.kernel, PATIENTS, 3, true, NULL, 0, NULL, &population, &error) != B7_OK ||
      b7_simulate(s.kernel, plan, population, &options, NULL, &s.result, &error) != B7_OK)
    fail_msg("%s", error.message);
  b7_population_free(population);
  b7_plan_free(plan);
  b7_course_free(course);
  return s;
}

static void test_batch_and_single_agree(void **state) {
  const Simulated s = simulate_index_case();
  B7Outcomes *one, *three;
  assert_int_equal(b7_assess_result(s.result, s.kernel, *state, NAN, NULL, 1, NULL, &one, NULL), B7_OK);
  assert_int_equal(b7_assess_result(s.result, s.kernel, *state, NAN, NULL, 3, NULL, &three, NULL), B7_OK);
  assert_int_equal(b7_outcomes_patients(one), PATIENTS);
  for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++) {
    const int32_t *code[2];
    const double *t_day[2], *value[2];
    b7_outcomes_columns(one, (B7Endpoint)e, &code[0], &t_day[0], &value[0]);
    b7_outcomes_columns(three, (B7Endpoint)e, &code[1], &t_day[1], &value[1]);
    assert_memory_equal(code[0], code[1], PATIENTS * sizeof *code[0]);
    assert_memory_equal(t_day[0], t_day[1], PATIENTS * sizeof *t_day[0]);
    assert_memory_equal(value[0], value[1], PATIENTS * sizeof *value[0]);
  }
  for (int64_t patient = 0; patient < PATIENTS; patient++) {
    B7Assessment *assessment;
    assert_int_equal(b7_assess_patient(s.result, s.kernel, patient, *state, NULL, &assessment, NULL), B7_OK);
    const B7Verdict *rows;
    const int32_t n = b7_assessment_verdicts(assessment, &rows);
    for (int32_t i = 0; i < n; i++) {
      if (rows[i].per_sample) continue;
      const int32_t *code;
      b7_outcomes_columns(one, b7_endpoint_find(rows[i].endpoint), &code, NULL, NULL);
      assert_int_equal(code[patient], rows[i].evaluable <= B7_PARTIAL ? rows[i].finding.code : -1);
    }
    double cart_day, hsct_day;
    b7_outcomes_anchors(one, patient, &cart_day, &hsct_day);
    assert_true(cart_day == 293 && hsct_day == 348);
    b7_assessment_free(assessment);
  }
  b7_outcomes_free(one);
  b7_outcomes_free(three);
  b7_result_free(s.result);
}

// death days given from outside end what is looked at, and count
static void test_death_days_are_obeyed(void **state) {
  const Simulated s = simulate_index_case();
  const double death_day[PATIENTS] = {NAN, 400, 349, 320, NAN, 300};
  B7Outcomes *outcomes;
  assert_int_equal(b7_assess_result(s.result, s.kernel, *state, 293, death_day, 1, NULL, &outcomes, NULL),
                   B7_OK);
  const int32_t *os, *nrm, *graft_failure;
  const double *time;
  b7_outcomes_columns(outcomes, B7_ENDPOINT_OS, &os, NULL, &time);
  b7_outcomes_columns(outcomes, B7_ENDPOINT_NRM, &nrm, NULL, NULL);
  b7_outcomes_columns(outcomes, B7_ENDPOINT_GRAFT_FAILURE, &graft_failure, NULL, NULL);
  for (int i = 0; i < PATIENTS; i++) {
    assert_int_equal(os[i], !isnan(death_day[i]));
    if (!isnan(death_day[i])) assert_true(time[i] == death_day[i] - 293);
  }
  // dead before the graft: it never came
  double hsct_day;
  b7_outcomes_anchors(outcomes, 3, NULL, &hsct_day);
  assert_true(isnan(hsct_day));
  // dead on the day after the graft: nobody can say whether it would have failed
  assert_int_equal(graft_failure[2], -1);
  b7_outcomes_free(outcomes);
  b7_result_free(s.result);
}

static void test_one_by_one_is_the_same(void **state) {
  const Simulated s = simulate_index_case();
  const double death_day[PATIENTS] = {NAN, 40, 294, 200, NAN, 5};
  B7Outcomes *all;
  B7Assessor *assessor;
  B7Arena arena = b7_arena_make(NULL);
  assert_int_equal(b7_assess_result(s.result, s.kernel, *state, NAN, death_day, 1, NULL, &all, NULL), B7_OK);
  assert_int_equal(b7_assessor_make(&arena, s.kernel, *state, &assessor, NULL), B7_OK);
  for (int64_t i = PATIENTS - 1; i >= 0; i--) {
    const B7Outcomes *one = b7_assessor_look(assessor, s.result, i, NAN, death_day[i]);
    double day[2][2];
    assert_int_equal(b7_outcomes_patients(one), 1);
    b7_outcomes_anchors(one, 0, &day[0][0], &day[0][1]);
    b7_outcomes_anchors(all, i, &day[1][0], &day[1][1]);
    assert_memory_equal(day[0], day[1], sizeof day[0]);
    for (int32_t e = 0; e < B7_ENDPOINT_COUNT; e++) {
      const int32_t *code[2];
      const double *t_day[2], *value[2];
      b7_outcomes_columns(one, (B7Endpoint)e, &code[0], &t_day[0], &value[0]);
      b7_outcomes_columns(all, (B7Endpoint)e, &code[1], &t_day[1], &value[1]);
      assert_int_equal(code[0][0], code[1][i]);
      assert_memory_equal(&t_day[0][0], &t_day[1][i], sizeof(double));
      assert_memory_equal(&value[0][0], &value[1][i], sizeof(double));
    }
  }
  b7_arena_free(&arena);
  b7_outcomes_free(all);
  b7_result_free(s.result);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_batch_and_single_agree),
                                     cmocka_unit_test(test_death_days_are_obeyed),
                                     cmocka_unit_test(test_one_by_one_is_the_same)};
  return cmocka_run_group_tests(tests, load_criteria, free_criteria);
}
