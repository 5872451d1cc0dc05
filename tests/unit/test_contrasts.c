/* test_contrasts.c - arm against reference, patient by patient, over all and in groups, from marks made by hand. */
#include "test_base.h"

#include <math.h>
#include <string.h>

#include "trial/run/contrasts.h"

enum { PATIENTS = 8, HORIZON = 100 };

typedef struct Fixture {
  B7Trial trial;
  B7Population population;
  B7Subgroup subgroup;
  B7TrialRun run;
  B7TrialBlock block;
} Fixture;

/* two arms, the first the reference, one estimand; the subgroup is bound by hand */
static void make(Fixture *f, B7EstimandKind kind, B7Endpoint endpoint, bool grouped) {
  *f = (Fixture){.subgroup = {.by = "x", .n_cut = 1, .cuts = {0}}};
  f->trial.n_estimand = 1;
  f->trial.estimands[0] = (B7Estimand){.kind = kind, .endpoint = endpoint, .at_day = 50, .against = 0};
  f->trial.arms[0].name = "reference";
  f->trial.arms[1].name = "arm";
  f->run = (B7TrialRun){.arena = b7_arena_make(NULL),
                        .trial = &f->trial,
                        .population = &f->population,
                        .n_arm = 2,
                        .horizon_day = HORIZON,
                        .options.level = 0.95};
  f->run.simulate.threads = 1;
  assert_int_equal(b7_contrasts_make(&f->run, NULL), B7_OK);
  if (grouped) {
    f->trial.n_subgroup = 1;
    f->run.n_group = 2;
    f->run.subgroups = B7_ARENA_ARRAY(&f->run.arena, B7SubgroupBinding, 1);
    f->run.subgroups[0] =
        (B7SubgroupBinding){.subgroup = &f->subgroup, .n_group = 2, .label = "x", .names = {"low", "high"}};
    f->run.group_patients = B7_ARENA_ARRAY(&f->run.arena, int64_t, 2);
    f->run.cells = B7_ARENA_ARRAY(&f->run.arena, B7GroupCell, 4);
  }
  assert_int_equal(b7_block_make(&f->run, PATIENTS, &f->block, NULL), B7_OK);
  f->block.count = PATIENTS;
  for (int32_t a = 0; a < 2; a++)
    for (int32_t i = 0; i < PATIENTS; i++) f->block.marks[a][i] = (B7Mark){.code = -1, .value = NAN};
}

static B7TrialEstimand summarise(Fixture *f) {
  b7_contrasts_add(&f->run, &f->block);
  assert_int_equal(b7_contrasts_summarise(&f->run, NULL), B7_OK);
  assert_int_equal(f->run.n_estimand_row, 1);
  assert_string_equal(f->run.estimands[0].arm, "arm");
  assert_string_equal(f->run.estimands[0].against, "reference");
  return f->run.estimands[0];
}

static void dies(Fixture *f, int32_t arm, int32_t patient, double day) {
  f->block.marks[arm][patient] = isnan(day) ? (B7Mark){.code = B7_OUTCOME_CENSORED, .value = HORIZON}
                                            : (B7Mark){.code = B7_OUTCOME_EVENT, .value = day};
}

static void survival_counts_who_lives(void **state) {
  (void)state;
  Fixture f;
  make(&f, B7_ESTIMAND_DIFFERENCE, B7_ENDPOINT_OS, false);
  // by day 50 four of eight have died in the reference, two in the arm; one dies later, which does not count
  const double reference[PATIENTS] = {10, 20, 30, 50, 60, NAN, NAN, NAN};
  const double arm[PATIENTS] = {10, 20, 80, NAN, NAN, NAN, NAN, NAN};
  for (int32_t i = 0; i < PATIENTS; i++) {
    dies(&f, 0, i, reference[i]);
    dies(&f, 1, i, arm[i]);
  }
  B7TrialEstimand row = summarise(&f);
  assert_true(fabs(row.estimate.value - 2.0 / 8) < 1e-12);
  assert_true(row.estimate.lower < row.estimate.value && row.estimate.upper > row.estimate.value);
  assert_false(row.ratio);
  assert_non_null(strstr(row.what, "day 50"));
  b7_arena_free(&f.run.arena);
}

static void who_cannot_be_judged_is_left_out_in_pairs(void **state) {
  (void)state;
  Fixture f;
  make(&f, B7_ESTIMAND_DIFFERENCE, B7_ENDPOINT_OS, false);
  for (int32_t i = 0; i < PATIENTS; i++) {
    dies(&f, 0, i, i < 4 ? 10 : NAN);
    dies(&f, 1, i, NAN);
  }
  // lost before day 50 in one arm: no pair; lost after it: a pair
  f.block.marks[1][0] = (B7Mark){.code = B7_OUTCOME_CENSORED, .value = 49};
  f.block.marks[1][1] = (B7Mark){.code = B7_OUTCOME_CENSORED, .value = 50};
  f.block.marks[0][7] = (B7Mark){.code = -1, .value = NAN};
  B7TrialEstimand row = summarise(&f);
  assert_int_equal(f.run.paired[1].pairs, PATIENTS - 2);
  assert_true(fabs(row.estimate.value - 3.0 / 6) < 1e-12);
  b7_arena_free(&f.run.arena);
}

static void restricted_mean_counts_days(void **state) {
  (void)state;
  Fixture f;
  make(&f, B7_ESTIMAND_RESTRICTED_MEAN, B7_ENDPOINT_OS, false);
  for (int32_t i = 0; i < PATIENTS; i++) {
    dies(&f, 0, i, 10.0 + i);
    dies(&f, 1, i, i < 4 ? 20.0 + i : NAN);
  }
  // ten days more for four, up to day 50 for the others: (4 * 10 + 36 + 35 + 34 + 33) / 8
  assert_true(fabs(summarise(&f).estimate.value - 178.0 / 8) < 1e-12);
  b7_arena_free(&f.run.arena);
}

static void incidence_counts_its_own_event(void **state) {
  (void)state;
  Fixture f;
  make(&f, B7_ESTIMAND_DIFFERENCE, B7_ENDPOINT_CIR, false);
  for (int32_t i = 0; i < PATIENTS; i++) {
    // the reference relapses; the arm dies first of something else
    f.block.marks[0][i] =
        (B7Mark){.code = i < 6 ? B7_OUTCOME_EVENT : B7_OUTCOME_CENSORED, .value = i < 6 ? 30 : HORIZON};
    f.block.marks[1][i] = (B7Mark){.code = B7_OUTCOME_COMPETING, .value = 20};
  }
  assert_true(fabs(summarise(&f).estimate.value + 6.0 / 8) < 1e-12);
  b7_arena_free(&f.run.arena);
}

static void groups_hold_their_own_patients(void **state) {
  (void)state;
  Fixture f;
  make(&f, B7_ESTIMAND_DIFFERENCE, B7_ENDPOINT_OS, true);
  for (int32_t i = 0; i < PATIENTS; i++) {
    f.block.groups[i] = (int8_t)(i == 7 ? -1 : i < 3 ? 0 : 1);
    dies(&f, 0, i, 10);
    dies(&f, 1, i, i < 3 ? NAN : 10);
  }
  summarise(&f);
  assert_int_equal(f.run.n_subgroup_row, 2);
  const B7TrialSubgroupRow *rows = f.run.subgroup_rows;
  assert_int_equal(rows[0].patients, 3);
  assert_int_equal(rows[1].patients, 4);
  assert_true(fabs(rows[0].estimate.value - 1) < 1e-12 && fabs(rows[1].estimate.value) < 1e-12);
  assert_true(fabs(rows[0].of_arm.value - 1) < 1e-12 && fabs(rows[0].of_reference.value) < 1e-12);
  assert_string_equal(rows[1].group, "high");
  b7_arena_free(&f.run.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(survival_counts_who_lives),
      cmocka_unit_test(who_cannot_be_judged_is_left_out_in_pairs),
      cmocka_unit_test(restricted_mean_counts_days),
      cmocka_unit_test(incidence_counts_its_own_event),
      cmocka_unit_test(groups_hold_their_own_patients),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
