#define _GNU_SOURCE // mkstemp
// one clock: what a rule of a policy saw in a patient is in that patient's highest grade
#include "test_base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "course_text.h"
#include "criteria_fixture.h"
#include "read/cohort/cohort.h"
#include "sim/population.h"
#include "treat/plan.h"

#define PATIENTS 300
#define SEED 11
#define HORIZON_DAY 100

/* the rules of the shipped policies, looking at other times; removed once read */
static char policy_path[40];

static const char *write_policy(const char *check_every) {
  strcpy(policy_path, "/tmp/bridge7_looks_XXXXXX");
  FILE *file = fdopen(mkstemp(policy_path), "w");
  assert_non_null(file);
  for (int part = 0; part < 2; part++) {
    static const char *const names[] = {"supportive_care", "standard_care"};
    char source[300], line[2000];
    snprintf(source, sizeof source, "%s/policies/%s.yaml", DATA_FOLDER, names[part]);
    FILE *from = fopen(source, "r");
    assert_non_null(from);
    bool rules = false;
    if (part == 0)
      fprintf(file, "policy: looks\ntitle: looks\ncheck_every: %s\nwindows: follow\nrules:\n", check_every);
    while (fgets(line, sizeof line, from)) {
      if (rules) fputs(line, file);
      if (strncmp(line, "rules:", 6) == 0) rules = true;
    }
    fclose(from);
  }
  fclose(file);
  return policy_path;
}

typedef struct Run {
  B7Plan *plan;
  B7Result *result;
  B7Outcomes *outcomes;
} Run;

static Run run(const B7Criteria *criteria, const char *check_every) {
  static const char text[] = "course: looks\nday0: 2025-01-01\ndonor: {relation: haploidentical}\n"
                             "anchors: {cart: day0+18}\ntreatments:\n"
                             "  - {at: cart-5, drug: fludarabine, dose: 30 mg/m2, for: 3 d}\n"
                             "  - {at: cart-5, drug: cyclophosphamide, dose: 300 mg/m2, for: 3 d}\n"
                             "  - {at: cart, product: donor_derived, dose: 1e6 cells/kg}\n";
  const B7Kernel *kernel = b7_kernel_shipped();
  Run run = {0};
  B7Course *course = read_course(text);
  B7Population *population = NULL;
  B7Cohort *cohort = NULL;
  B7Error error;
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  options.horizon_day = HORIZON_DAY;
  options.policy_path = write_policy(check_every);
  B7SimulateOptions simulate;
  b7_simulate_options_default(&simulate, sizeof simulate);
  simulate.relative_tolerance = 1e-5;
  simulate.seed = SEED;
  simulate.threads = 1;
  if (b7_plan_make(course, kernel, &options, NULL, &run.plan, &error) != B7_OK ||
      b7_population_make(kernel, PATIENTS, SEED, true, NULL, 0, NULL, &population, &error) != B7_OK ||
      b7_cohort_load(DATA_FOLDER "/populations/rr_t_all_adult.yaml", b7_kernel_tables(kernel), population,
                     NULL, &cohort, &error) != B7_OK ||
      b7_simulate(kernel, run.plan, population, &simulate, NULL, &run.result, &error) != B7_OK ||
      b7_assess_result(run.result, kernel, criteria, NAN, NULL, 1, NULL, &run.outcomes, &error) != B7_OK)
    fail_msg("%s", error.message);
  unlink(policy_path);
  b7_cohort_free(cohort);
  b7_population_free(population);
  b7_course_free(course);
  return run;
}

static void run_free(Run *run) {
  b7_outcomes_free(run->outcomes);
  b7_result_free(run->result);
  b7_plan_free(run->plan);
}

static bool is_rule(const B7Policy *policy, const B7HappenedEvent *row, const char *name) {
  return row->rule >= 0 && strcmp(policy->rules[row->rule].name, name) == 0;
}

/* what a rule asks for, and the endpoint that says whether it was so: the grade that a patient has had at least */
static const struct {
  const char *rule;
  B7Endpoint endpoint;
  int32_t grade;
} asked[] = {
    {"tocilizumab_for_crs", B7_ENDPOINT_CRS, 2},
    {"vasopressor_for_crs", B7_ENDPOINT_CRS, 3},
    {"anakinra_for_crs", B7_ENDPOINT_CRS, 3},
    {"steroid_for_gvhd", B7_ENDPOINT_AGVHD_MAGIC, 1}, // begun at 2, goes on until it is gone
    {"ruxolitinib_for_gvhd", B7_ENDPOINT_AGVHD_MAGIC, 2},
    {"platelet_transfusion", B7_ENDPOINT_CTCAE_PLATELETS, 4},
    {"red_cell_transfusion", B7_ENDPOINT_CTCAE_HAEMOGLOBIN, 3},
    {"g_csf_after_cart", B7_ENDPOINT_CTCAE_NEUTROPHILS, 4},
};
#define ASKED ((int)(sizeof asked / sizeof *asked))

static int64_t check_patient(const Run *run, int64_t patient, int64_t given[ASKED]) {
  const B7HappenedEvent *rows;
  const int32_t n = b7_result_events(run->result, patient, &rows);
  double cart_day;
  int64_t broken = 0;
  b7_outcomes_anchors(run->outcomes, patient, &cart_day, NULL);
  for (int32_t i = 0; i < n; i++) {
    for (int a = 0; a < ASKED; a++) {
      const int32_t *code;
      const double *t_day;
      // grades after CAR-T are asked from the infusion on
      if (!(rows[i].t_day >= cart_day) || !is_rule(run->plan->policy, &rows[i], asked[a].rule)) continue;
      b7_outcomes_columns(run->outcomes, asked[a].endpoint, &code, &t_day, NULL);
      given[a]++;
      if (code[patient] >= asked[a].grade && t_day[patient] >= cart_day) continue;
      if (broken++ < 3)
        print_message("patient %d: %s on day %g, highest grade %d\n", (int)patient, asked[a].rule,
                      rows[i].t_day, (int)code[patient]);
    }
  }
  return broken;
}

static void nobody_is_treated_for_a_grade_never_had(void **state) {
  static const char *const looks[] = {"0.5 d", "1 d", "8 h", "2 d"};
  double share[4];
  for (int k = 0; k < 4; k++) {
    Run all = run(*state, looks[k]);
    int64_t broken = 0, given[ASKED] = {0}, severe = 0;
    const int32_t *crs;
    b7_outcomes_columns(all.outcomes, B7_ENDPOINT_CRS, &crs, NULL, NULL);
    for (int64_t patient = 0; patient < PATIENTS; patient++) {
      broken += check_patient(&all, patient, given);
      severe += crs[patient] >= 2;
    }
    if (broken) fail_msg("looks every %s: %d decisions for a grade that is not there", looks[k], (int)broken);
    // the test asks something
    static const int64_t least[ASKED] = {200, 50, 0, 500, 300, 5, 50, 100};
    for (int a = 0; a < ASKED; a++) assert_true(given[a] >= least[a]);
    share[k] = (double)severe / PATIENTS;
    run_free(&all);
  }
  // who looks less often sees grades later and no fewer of them (45 % and 63 % with grades of whole days alone)
  for (int k = 1; k < 4; k++) assert_true(fabs(share[k] - share[0]) < 0.05);
}

// the day of the highest grade is a day on which somebody looked, and the value of that look
static void days_are_those_of_looks(void **state) {
  Run all = run(*state, "0.5 d");
  const B7Kernel *kernel = b7_kernel_shipped();
  const int32_t signal = b7_kernel_observable(kernel, "crs_grade");
  const int32_t *crs;
  const double *day, *t_day;
  b7_outcomes_columns(all.outcomes, B7_ENDPOINT_CRS, &crs, &day, NULL);
  const int32_t n = b7_result_times(all.result, &t_day);
  const double *values = b7_result_values(all.result, signal);
  int32_t between_days = 0;
  for (int64_t patient = 0; patient < PATIENTS; patient++) {
    double highest = 0;
    for (int32_t i = 0; i < n; i++) highest = fmax(highest, values[patient * n + i]);
    if (crs[patient] < 1) continue;
    assert_int_equal(crs[patient], (int32_t)highest);
    for (int32_t i = 0; i < n && t_day[i] <= day[patient]; i++) {
      if (t_day[i] < day[patient]) assert_true(values[patient * n + i] < highest);
      if (t_day[i] == day[patient]) assert_true(values[patient * n + i] == highest);
    }
    between_days += day[patient] != floor(day[patient]);
  }
  assert_true(between_days > 10);
  run_free(&all);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nobody_is_treated_for_a_grade_never_had),
                                     cmocka_unit_test(days_are_those_of_looks)};
  return cmocka_run_group_tests(tests, load_criteria, free_criteria);
}
