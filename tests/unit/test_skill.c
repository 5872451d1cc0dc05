/* scores of predictions on made-up rows whose answers are known */
#include "test_base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "fit/skill.h"

#define STUDIES 60

static B7Study studies[STUDIES];
static B7StudyRow printed[STUDIES];
static char ids[STUDIES][8];

static double from_logit(double x) {
  return 1 / (1 + exp(-x));
}

/* studies of 50 with a truth that differs by `spread` on the logit around what is predicted of each */
static void make_rows(double spread, B7SkillRow *rows) {
  for (int i = 0; i < STUDIES; i++) {
    B7Random random = b7_random_at(3, (uint64_t)i, B7_STREAM_FIT, 0);
    double predicted = -1.5 + 3 * b7_random_uniform(&random);
    double truth = predicted + spread * b7_random_normal(&random);
    snprintf(ids[i], sizeof ids[i], "S%d", i);
    studies[i] = (B7Study){.id = ids[i], .n = 50};
    printed[i] = (B7StudyRow){.endpoint = b7_study_endpoint_find("cr"),
                              .arm = -1,
                              .at_day = NAN,
                              .events = NAN,
                              .of = 50,
                              .low = 1,
                              .high = 99};
    rows[i] = (B7SkillRow){.study = &studies[i],
                           .row = &printed[i],
                           .family = B7_FAMILY_RESPONSE,
                           .weight = 1,
                           .share = true,
                           .n = 50,
                           .events = (int32_t)b7_random_binomial(&random, 50, from_logit(truth)),
                           .left_out = from_logit(predicted),
                           .fitted = from_logit(predicted)};
  }
}

static void the_spread_between_studies_is_found(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7SkillRow rows[STUDIES];
  double sd[B7_STUDY_FAMILIES];
  static const double spreads[] = {0.3, 0.6, 1.0};
  for (int s = 0; s < 3; s++) {
    make_rows(spreads[s], rows);
    assert_int_equal(b7_skill_between(rows, STUDIES, NULL, &arena, sd, NULL), B7_OK);
    assert_true(fabs(log(sd[B7_FAMILY_RESPONSE] / spreads[s])) < 0.35);
    // families without rows take what all have in common
    assert_true(sd[B7_FAMILY_NRM] > 0.15 && sd[B7_FAMILY_NRM] < 1.5);
  }
  b7_arena_free(&arena);
}

/* predictions that know the truth beat the mean of the others, cover what they say; a worthless prediction does not */
static void good_predictions_have_skill(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7SkillRow rows[STUDIES];
  B7LeaveOutRow scores[STUDIES];
  B7LeaveOutSkill skill;
  bool wanted[STUDIES];
  for (int i = 0; i < STUDIES; i++) wanted[i] = true;
  make_rows(0.3, rows);
  assert_int_equal(b7_skill_score(rows, STUDIES, &arena, scores, NULL), B7_OK);
  assert_int_equal(b7_skill_of(rows, scores, STUDIES, wanted, &arena, &skill, NULL), B7_OK);
  assert_int_equal(skill.rows, STUDIES);
  assert_int_equal(skill.studies, STUDIES);
  assert_true(skill.skill.lower > 0.2 && skill.skill.value > skill.skill.lower &&
              skill.skill.upper > skill.skill.value);
  assert_true(fabs(skill.covered[0] - 0.5) < 0.2 && fabs(skill.covered[1] - 0.8) < 0.12 &&
              skill.covered[2] > 0.88);
  for (int i = 0; i < STUDIES; i++) rows[i].left_out = rows[(i + 17) % STUDIES].fitted;
  assert_int_equal(b7_skill_score(rows, STUDIES, &arena, scores, NULL), B7_OK);
  assert_int_equal(b7_skill_of(rows, scores, STUDIES, wanted, &arena, &skill, NULL), B7_OK);
  assert_true(skill.skill.value < 0.05);
  b7_arena_free(&arena);
}

/* the rival never sees the row that it is asked for: a wild row moves the others' pool and not its own */
static void the_pool_leaves_the_study_out(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7SkillRow rows[STUDIES];
  double share, sd, other, wild;
  make_rows(0.3, rows);
  assert_int_equal(b7_skill_pooled(rows, STUDIES, 0, &arena, &share, &sd, NULL), B7_OK);
  assert_int_equal(b7_skill_pooled(rows, STUDIES, 1, &arena, &other, &sd, NULL), B7_OK);
  rows[0].events = rows[0].events > 25 ? 0 : 50;
  assert_int_equal(b7_skill_pooled(rows, STUDIES, 0, &arena, &wild, &sd, NULL), B7_OK);
  assert_true(wild == share);
  assert_int_equal(b7_skill_pooled(rows, STUDIES, 1, &arena, &wild, &sd, NULL), B7_OK);
  assert_true(wild != other);
  b7_arena_free(&arena);
}

/* a survival share printed with a wide interval is worth fewer patients than it had */
static void printed_intervals_become_patients(void **state) {
  (void)state;
  const B7Study study = {.id = "A", .n = 100};
  B7StudyRow row = {.endpoint = b7_study_endpoint_find("os_rate"),
                    .at_day = 365,
                    .events = NAN,
                    .of = 100,
                    .value = 50,
                    .low = 36,
                    .high = 64};
  B7SkillRow out = b7_skill_row(&study, &row, 1);
  assert_true(out.share && out.n > 40 && out.n < 55 && abs(2 * out.events - out.n) <= 1);
  row =
      (B7StudyRow){.endpoint = b7_study_endpoint_find("car_tmax_days"), .value = 12, .low = 10, .high = 14.4};
  out = b7_skill_row(&study, &row, 1);
  assert_true(!out.share && fabs(out.at - log(12)) < 1e-12 && fabs(out.sd - log(1.2) / 1.96) < 1e-3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_spread_between_studies_is_found), cmocka_unit_test(good_predictions_have_skill),
      cmocka_unit_test(the_pool_leaves_the_study_out), cmocka_unit_test(printed_intervals_become_patients)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
