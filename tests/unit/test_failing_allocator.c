/* Whatever reads or makes something, under an allocator that refuses at every possible call: an error each
 * time, nothing leaked, nothing crashed. */
#include "bridge7_replay.h"
#include "test_base.h"

#include <stdio.h>

#include "read/course/course_reader.h"
#include "scarce_memory.h"
#include "trial/design/trial.h"

#define DATA B7_SOURCE_FOLDER "/data"
#define CRITERIA B7_SOURCE_FOLDER "/criteria"
#define INDEX_CASE B7_SOURCE_FOLDER "/courses/yao2026.yaml"
#define PATIENT B7_SOURCE_FOLDER "/courses/yao2026.patient.yaml"
#define POLICY B7_SOURCE_FOLDER "/data/policies/standard_care.yaml"
#define TRIAL B7_TEST_FOLDER "/data/trials/few_plans.yaml"
#define COHORT B7_SOURCE_FOLDER "/data/populations/rr_t_all_adult.yaml"
#define HORIZON_DAY 3.0

/* what the tasks work on, made with memory to spare */
static const B7Kernel *kernel;
static B7Course *course;
static B7Criteria *criteria;
static B7Plan *plan;
static B7Population *population;
static B7Trial *trial;
static B7Cohort *cohort;

static void must(B7Status status, const B7Error *error) {
  if (status != B7_OK) fail_msg("%s:%d: %s", error->file, (int)error->line, error->message);
}

static int setup(void **state) {
  (void)state;
  B7Error error;
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  options.horizon_day = HORIZON_DAY;
  kernel = b7_kernel_shipped();
  must(b7_course_load(INDEX_CASE, DATA, NULL, &course, &error), &error);
  must(b7_criteria_load(CRITERIA, NULL, &criteria, &error), &error);
  must(b7_plan_make(course, kernel, &options, NULL, &plan, &error), &error);
  must(b7_population_make(kernel, 3, 1, true, NULL, 0, NULL, &population, &error), &error);
  must(b7_trial_load(TRIAL, DATA, NULL, &trial, &error), &error);
  must(b7_cohort_load(COHORT, b7_kernel_tables(kernel), population, NULL, &cohort, &error), &error);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  b7_cohort_free(cohort);
  b7_trial_free(trial);
  b7_population_free(population);
  b7_plan_free(plan);
  b7_criteria_free(criteria);
  b7_course_free(course);
  return 0;
}

static B7Status load_course(ScarceMemory *memory, B7Error *error) {
  static const char text[] = "course: c\nday0: 2025-01-01\nanchors: {cart: 2025-02-01}\n"
                             "treatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n"
                             "observations:\n  - {at: cart+3, what: crp, value: 10 mg/L}\n";
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7Course *out;
  B7Status status = b7_course_parse(text, sizeof text - 1, "c.yaml", DATA, -1, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_course_free(out);
  return status;
}

static B7Status load_criteria(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7Criteria *out;
  B7Status status = b7_criteria_load(CRITERIA, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_criteria_free(out);
  return status;
}

static B7Status load_hla(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7Hla *out;
  B7Status status = b7_hla_load(DATA, CRITERIA, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_hla_free(out);
  return status;
}

static B7Status load_population(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7Population *out;
  B7Status status = b7_population_load(kernel, PATIENT, 3, 1, true, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_population_free(out);
  return status;
}

static B7Status load_cohort(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7Cohort *out;
  B7Status status = b7_cohort_load(COHORT, b7_kernel_tables(kernel), population, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_cohort_free(out);
  return status;
}

static B7Status load_trial(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7Trial *out;
  B7Status status = b7_trial_load(TRIAL, DATA, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_trial_free(out);
  return status;
}

static B7Status load_studies(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7Studies *out;
  B7Status status = b7_studies_load(DATA "/studies.yaml", DATA, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_studies_free(out);
  return status;
}

static B7Status load_products(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7ProductTable *out;
  B7Status status = b7_product_table_load(DATA "/products.yaml", &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_product_table_free(out);
  return status;
}

static B7Status make_plan(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  options.policy_path = POLICY;
  B7Plan *out;
  B7Status status = b7_plan_make(course, kernel, &options, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_plan_free(out);
  return status;
}

/* the second arm has a product of a donor and a transplant */
static B7Status make_arm(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7ArmPlans plans;
  B7Status status = b7_arm_plans_make(trial, &trial->arms[1], cohort, kernel, &hooks, &plans, error);
  if (status == B7_OK) b7_arm_plans_free(&plans);
  return status;
}

static B7Status simulate_with(ScarceMemory *memory, B7Solver solver, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.threads = 1;
  options.solver = solver;
  options.relative_tolerance = 1e-3;
  B7Result *out;
  B7Status status = b7_simulate(kernel, plan, population, &options, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_result_free(out);
  return status;
}

static B7Status simulate(ScarceMemory *memory, B7Error *error) {
  return simulate_with(memory, B7_SOLVER_RODAS5P, error);
}

#ifdef B7_HAVE_CVODE
static B7Status simulate_with_cvode(ScarceMemory *memory, B7Error *error) {
  return simulate_with(memory, B7_SOLVER_CVODE, error);
}
#endif

static B7Status assess(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7Assessment *out;
  B7Status status = b7_assess_course(course, criteria, &hooks, &out, error);
  if (status != B7_OK) assert_null(out);
  b7_assessment_free(out);
  return status;
}

/* the replay itself has memory to spare, its text has not */
static B7Status replay_text(ScarceMemory *memory, B7Error *error) {
  B7Hooks hooks = scarce_memory_hooks(memory);
  B7ReplayOptions options;
  b7_replay_options_default(&options, sizeof options);
  options.band_patients = 0;
  options.alternatives = false;
  options.criteria_folder = CRITERIA;
  options.horizon_day = HORIZON_DAY;
  B7SimulateOptions simulate;
  b7_simulate_options_default(&simulate, sizeof simulate);
  simulate.threads = 1;
  simulate.relative_tolerance = 1e-3;
  options.simulate = &simulate;
  int64_t pieces = memory->left;
  memory->left = INT64_MAX;
  B7Replay *replay;
  must(b7_replay_make(course, kernel, &options, &hooks, &replay, error), error);
  memory->left = pieces;
  char *text;
  B7Status status = b7_replay_json(replay, &text, error);
  if (status != B7_OK) assert_null(text);
  b7_text_free(&hooks, text);
  b7_replay_free(replay);
  return status;
}

static void every_refusal_is_an_error_and_leaks_nothing(void **state) {
  (void)state;
  static const struct {
    const char *name;
    ScarceTask task;
  } tasks[] = {{"b7_course_parse", load_course},
               {"b7_criteria_load", load_criteria},
               {"b7_hla_load", load_hla},
               {"b7_population_load", load_population},
               {"b7_cohort_load", load_cohort},
               {"b7_trial_load", load_trial},
               {"b7_studies_load", load_studies},
               {"b7_product_table_load", load_products},
               {"b7_plan_make", make_plan},
               {"b7_arm_plans_make", make_arm},
               {"b7_simulate", simulate},
#ifdef B7_HAVE_CVODE
               {"b7_simulate (CVODE)", simulate_with_cvode},
#endif
               {"b7_assess_course", assess},
               {"b7_replay_json", replay_text}};
  for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++) {
    int64_t pieces = scarce_memory_refuse_each(tasks[i].name, tasks[i].task);
    print_message("%s: %lld pieces\n", tasks[i].name, (long long)pieces);
    assert_true(pieces > 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_refusal_is_an_error_and_leaks_nothing)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
