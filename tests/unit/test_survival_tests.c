/* Log-rank family and Gray's test against R, and what must hold for any groups. */
#include "test_base.h"

#include <math.h>

#include "survival_data.h"

static SurvivalData data, other;

static void chi_square_tail(void **state) {
  (void)state;
  static const double x[] = {0.5, 3.84, 7, 20, 100, 900},
                      tail[] = {0.479500122187,     0.1466069621304,   0.07189777249647,
                                0.0004993992273873, 1.07879796717e-18, 2.661414733019e-192};
  static const int32_t df[] = {1, 2, 3, 4, 7, 5};
  for (int i = 0; i < 6; i++) assert_true(survival_close(b7_chi_square_tail(x[i], df[i]) / tail[i], 1));
  assert_true(b7_chi_square_tail(0, 3) == 1 && b7_chi_square_tail(0, 4) == 1);
  assert_true(isnan(b7_chi_square_tail(1, 0)) && isnan(b7_chi_square_tail(-1, 1)) &&
              isnan(b7_chi_square_tail(NAN, 1)));
}

static void logrank_of_four_groups(void **state) {
  (void)state;
  static const double observed[] = {31, 45, 26, 26},
                      expected[] = {47.65467767248, 30.10207932681, 15.69376461436, 34.54947838635};
  survival_data("veteran", &data);
  other = data;
  for (int64_t i = 0; i < other.rows; i++) other.stratum[i] = 0;
  B7Survival *plain = survival_of(&other), *stratified = survival_of(&data);
  B7SurvivalTest test;
  assert_int_equal(b7_survival_logrank(plain, B7_EVENT_ANY, 0, &test, NULL), B7_OK);
  assert_true(survival_close(test.statistic, 25.40370034579) && test.df == 3);
  assert_true(survival_close(test.p, 1.271245939006e-05) &&
              survival_close(test.variance[0][0], 26.33840636671));
  for (int g = 0; g < 4; g++)
    assert_true(survival_close(test.observed[g], observed[g]) &&
                survival_close(test.expected[g], expected[g]));
  b7_survival_logrank(plain, B7_EVENT_ANY, 1, &test, NULL);
  assert_true(survival_close(test.statistic, 19.70962245806));
  b7_survival_logrank(stratified, B7_EVENT_ANY, 0, &test, NULL);
  assert_true(survival_close(test.statistic, 22.78211993534));
  b7_survival_logrank(stratified, B7_EVENT_ANY, 1, &test, NULL);
  assert_true(survival_close(test.statistic, 18.90512849772));
  b7_survival_free(plain);
  b7_survival_free(stratified);
}

static void gray_of_two_and_three_groups(void **state) {
  (void)state;
  survival_data("mgus2", &data);
  B7Survival *by_sex = survival_of(&data);
  B7SurvivalTest test;
  static const double sex[] = {1.194507825076, 11.65125901213}, weighted[] = {1.22935883356, 13.93050971495},
                      three[] = {2.795773803506, 0.6642496909392}, p[] = {0.2471185984922, 0.717397753404},
                      stratified[] = {2.747587218463, 0.5041817647861};
  for (int32_t cause = 1; cause <= 2; cause++) {
    assert_int_equal(b7_survival_gray(by_sex, cause, 0, &test, NULL), B7_OK);
    assert_true(survival_close(test.statistic, sex[cause - 1]) && test.df == 1);
    b7_survival_gray(by_sex, cause, 1, &test, NULL);
    assert_true(survival_close(test.statistic, weighted[cause - 1]));
  }
  for (int64_t i = 0; i < data.rows; i++) {
    data.stratum[i] = data.group[i];
    data.group[i] = (int32_t)(i % 3);
  }
  other = data;
  for (int64_t i = 0; i < other.rows; i++) other.stratum[i] = 0;
  B7Survival *of_three = survival_of(&other), *in_strata = survival_of(&data);
  for (int32_t cause = 1; cause <= 2; cause++) {
    b7_survival_gray(of_three, cause, 0, &test, NULL);
    assert_true(survival_close(test.statistic, three[cause - 1]) && test.df == 2 &&
                survival_close(test.p, p[cause - 1]));
    b7_survival_gray(in_strata, cause, 0, &test, NULL);
    assert_true(survival_close(test.statistic, stratified[cause - 1]));
  }
  b7_survival_free(by_sex);
  b7_survival_free(of_three);
  b7_survival_free(in_strata);
}

// groups die out one after the other and the common incidence passes one
static void gray_after_groups_died_out(void **state) {
  (void)state;
  survival_data("veteran", &data);
  for (int64_t i = 0; i < data.rows; i++) data.stratum[i] = 0;
  B7Survival *survival = survival_of(&data);
  B7SurvivalTest test;
  b7_survival_gray(survival, 1, 0, &test, NULL);
  assert_true(fabs(test.statistic - 10.9598956589) < 1e-9 && test.df == 3);
  b7_survival_free(survival);
}

static void names_of_groups_do_not_matter(void **state) {
  (void)state;
  survival_data("veteran", &data);
  B7Survival *plain = survival_of(&data);
  other = data;
  for (int64_t i = 0; i < other.rows; i++) other.group[i] = 3 - other.group[i];
  B7Survival *renamed = survival_of(&other);
  // a number that nobody has is no group
  for (int64_t i = 0; i < other.rows; i++) other.group[i] = 2 * other.group[i] + 1;
  B7Survival *spread = survival_of(&other);
  B7SurvivalTest one, two, three;
  for (double rho = 0; rho < 2; rho++) {
    b7_survival_logrank(plain, B7_EVENT_ANY, rho, &one, NULL);
    b7_survival_logrank(renamed, B7_EVENT_ANY, rho, &two, NULL);
    b7_survival_logrank(spread, B7_EVENT_ANY, rho, &three, NULL);
    assert_true(survival_close(one.statistic, two.statistic) &&
                survival_close(two.statistic, three.statistic));
    assert_true(one.df == 3 && three.df == 3);
    b7_survival_gray(plain, 1, rho, &one, NULL);
    b7_survival_gray(renamed, 1, rho, &two, NULL);
    b7_survival_gray(spread, 1, rho, &three, NULL);
    assert_true(survival_close(one.statistic, two.statistic) &&
                survival_close(two.statistic, three.statistic));
  }
  b7_survival_free(plain);
  b7_survival_free(renamed);
  b7_survival_free(spread);
}

static void equal_groups_do_not_differ(void **state) {
  (void)state;
  survival_data("toyB", &data);
  int64_t n = data.rows;
  for (int64_t i = 0; i < n; i++) {
    data.time[n + i] = data.time[i];
    data.status[n + i] = data.status[i];
    data.group[i] = 0;
    data.group[n + i] = 1;
    data.stratum[i] = data.stratum[n + i] = 0;
  }
  data.rows = 2 * n;
  B7Survival *survival = survival_of(&data);
  B7SurvivalTest test;
  b7_survival_logrank(survival, B7_EVENT_ANY, 0, &test, NULL);
  assert_true(fabs(test.statistic) < 1e-20 && test.p > 1 - 1e-9);
  b7_survival_gray(survival, 1, 0, &test, NULL);
  assert_true(fabs(test.statistic) < 1e-20 && test.p > 1 - 1e-9);
  b7_survival_free(survival);
}

static void one_group_or_no_event_has_no_test(void **state) {
  (void)state;
  B7Survival *survival = NULL;
  B7SurvivalTest test;
  b7_survival_make(NULL, &survival, NULL);
  assert_int_equal(b7_survival_logrank(survival, B7_EVENT_ANY, 0, &test, NULL), B7_ERROR_USAGE);
  double time[] = {1, 2, 3, 4};
  int32_t status[] = {1, 1, 0, 1}, none[] = {0, 0, 0, 0}, group[] = {0, 1, 0, 1};
  b7_survival_set(survival, 4, time, status, NULL, NULL, NULL);
  assert_int_equal(b7_survival_logrank(survival, B7_EVENT_ANY, 0, &test, NULL), B7_OK);
  assert_true(test.df == 0 && isnan(test.statistic) && isnan(test.p));
  b7_survival_set(survival, 4, time, none, group, NULL, NULL);
  b7_survival_logrank(survival, B7_EVENT_ANY, 0, &test, NULL);
  assert_true(test.df == 0 && isnan(test.p));
  b7_survival_gray(survival, 1, 0, &test, NULL);
  assert_true(test.df == 0 && isnan(test.p));
  b7_survival_free(survival);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chi_square_tail),
      cmocka_unit_test(logrank_of_four_groups),
      cmocka_unit_test(gray_of_two_and_three_groups),
      cmocka_unit_test(gray_after_groups_died_out),
      cmocka_unit_test(names_of_groups_do_not_matter),
      cmocka_unit_test(equal_groups_do_not_differ),
      cmocka_unit_test(one_group_or_no_event_has_no_test),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
