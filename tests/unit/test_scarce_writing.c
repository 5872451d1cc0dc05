/* test_scarce_writing.c - replays and trials that were computed with memory to spare and are written with too little:
 * an error at every piece, nothing leaked, no file left. */
#include "test_base.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bridge7_replay.h"
#include "bridge7_trial.h"
#include "scarce_memory.h"

#define DATA B7_SOURCE_FOLDER "/data"
#define CRITERIA B7_SOURCE_FOLDER "/criteria"
#define BIBLIOGRAPHY B7_SOURCE_FOLDER "/data/references.bib"
#define INDEX_CASE B7_SOURCE_FOLDER "/courses/yao2026.yaml"
#define TRIAL B7_TEST_FOLDER "/data/trials/few_plans.yaml"
#define HORIZON_DAY 3.0
#define PATIENTS 24

/* what the hooks of replay and trial point to, for as long as they live */
static ScarceMemory store = {.left = INT64_MAX};
static B7Course *course;
static B7Replay *replay;
static B7Criteria *criteria;
static B7Assessment *assessment;
static B7Trial *trial;
static B7TrialRun *run;
static char written[64], rows[64];

static void must(B7Status status, const B7Error *error) {
  if (status != B7_OK) fail_msg("%s:%d: %s", error->file, (int)error->line, error->message);
}

static int setup(void **state) {
  (void)state;
  B7Error error;
  B7Hooks hooks = scarce_memory_hooks(&store);
  snprintf(written, sizeof written, "/tmp/b7_scarce_%ld.nc", (long)getpid());
  snprintf(rows, sizeof rows, "/tmp/b7_scarce_%ld.rows", (long)getpid());
  must(b7_course_load(INDEX_CASE, DATA, NULL, &course, &error), &error);
  B7SimulateOptions simulate;
  b7_simulate_options_default(&simulate, sizeof simulate);
  simulate.threads = 1;
  simulate.relative_tolerance = 1e-3;
  B7ReplayOptions options;
  b7_replay_options_default(&options, sizeof options);
  options.band_patients = 3;
  options.alternatives = false;
  options.criteria_folder = CRITERIA;
  options.horizon_day = HORIZON_DAY;
  options.simulate = &simulate;
  must(b7_replay_make(course, b7_kernel_shipped(), &options, &hooks, &replay, &error), &error);
  must(b7_criteria_load(CRITERIA, NULL, &criteria, &error), &error);
  must(b7_assess_course(course, criteria, &hooks, &assessment, &error), &error);
  must(b7_trial_load(TRIAL, DATA, NULL, &trial, &error), &error);
  simulate.relative_tolerance = 1e-2;
  B7TrialOptions trial_options;
  b7_trial_options_default(&trial_options, sizeof trial_options);
  trial_options.patients = PATIENTS;
  trial_options.simulate = &simulate;
  trial_options.patient_rows = rows;
  must(b7_trial_run(trial, b7_kernel_shipped(), CRITERIA, &trial_options, &hooks, &run, &error), &error);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  b7_trial_run_free(run);
  b7_trial_free(trial);
  b7_assessment_free(assessment);
  b7_criteria_free(criteria);
  b7_replay_free(replay);
  b7_course_free(course);
  unlink(written);
  assert_int_equal(store.bytes, 0);
  return 0;
}

/* the store gives as many pieces as the task may have */
static B7Hooks lend(const ScarceMemory *memory) {
  store.left = memory->left;
  store.refused = 0;
  return scarce_memory_hooks(&store);
}

static B7Status settle(ScarceMemory *memory, int64_t bytes_before, B7Status status) {
  memory->refused = store.refused;
  memory->bytes = store.bytes - bytes_before;
  store.left = INT64_MAX;
  return status;
}

static B7Status keep_no_text(const B7Hooks *hooks, char *text, B7Status status) {
  if (status == B7_OK)
    assert_non_null(text);
  else
    assert_null(text);
  b7_text_free(hooks, text);
  return status;
}

static B7Status replay_text(ScarceMemory *memory, B7Error *error) {
  int64_t before = store.bytes;
  B7Hooks hooks = lend(memory);
  char *text;
  B7Status status = b7_replay_json(replay, &text, error);
  return settle(memory, before, keep_no_text(&hooks, text, status));
}

static B7Status replay_page(ScarceMemory *memory, B7Error *error) {
  int64_t before = store.bytes;
  B7Hooks hooks = lend(memory);
  char *text;
  B7Status status = b7_replay_page_json(replay, BIBLIOGRAPHY, &text, error);
  return settle(memory, before, keep_no_text(&hooks, text, status));
}

static B7Status assess_page(ScarceMemory *memory, B7Error *error) {
  int64_t before = store.bytes;
  B7Hooks hooks = lend(memory);
  char *text;
  B7Status status = b7_assess_page_json(course, assessment, criteria, BIBLIOGRAPHY, &hooks, &text, error);
  return settle(memory, before, keep_no_text(&hooks, text, status));
}

static B7Status trial_text(ScarceMemory *memory, B7Error *error) {
  int64_t before = store.bytes;
  B7Hooks hooks = lend(memory);
  char *text;
  B7Status status = b7_trial_json(run, BIBLIOGRAPHY, &text, error);
  return settle(memory, before, keep_no_text(&hooks, text, status));
}

/* written whole or not at all */
static B7Status keep_no_file(B7Status status) {
  if (status != B7_OK) assert_int_not_equal(access(written, F_OK), 0);
  return status;
}

static B7Status replay_netcdf(ScarceMemory *memory, B7Error *error) {
  int64_t before = store.bytes;
  unlink(written);
  lend(memory);
  return settle(memory, before, keep_no_file(b7_replay_write_netcdf(replay, written, error)));
}

static B7Status trial_netcdf(ScarceMemory *memory, B7Error *error) {
  int64_t before = store.bytes;
  unlink(written);
  lend(memory);
  return settle(memory, before, keep_no_file(b7_trial_write_netcdf(run, written, error)));
}

static void every_refusal_is_an_error(void **state) {
  (void)state;
  static const struct {
    const char *name;
    ScarceTask task;
  } tasks[] = {{"b7_replay_json", replay_text},
               {"b7_replay_page_json", replay_page},
               {"b7_replay_write_netcdf", replay_netcdf},
               {"b7_assess_page_json", assess_page},
               {"b7_trial_json", trial_text},
               {"b7_trial_write_netcdf", trial_netcdf}};
  for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++) {
    int64_t pieces = scarce_memory_refuse_each(tasks[i].name, tasks[i].task);
    print_message("%s: %lld pieces\n", tasks[i].name, (long long)pieces);
    assert_true(pieces > 1);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_refusal_is_an_error)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
