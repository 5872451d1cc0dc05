#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "hand_kernel.h"

static B7Population *make(const HandKernel *kernel, int64_t patients, uint64_t seed, bool vary,
                          const B7ParameterSetting *settings, int32_t n) {
  B7Population *population = NULL;
  B7Error error;
  if (b7_population_from_tables(&kernel->tables, patients, seed, vary, settings, n, NULL, &population,
                                &error) != B7_OK)
    fail_msg("%s", error.message);
  return population;
}

static void draws_have_their_law(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  kernel.parameters[1].spread = B7_SPREAD_NORMAL;
  kernel.parameters[2].spread = B7_SPREAD_LOGIT;
  const int64_t n = 100000;
  B7Population *population = make(&kernel, n, 5, true, NULL, 0);
  double sum[4] = {0}, sum2[4] = {0}, cross = 0;
  for (int64_t i = 0; i < n; i++) {
    double own[4];
    b7_population_patient(population, i, own);
    double z[4] = {log(own[0] / 1.0) / 0.2, (own[1] - 0.5) / 0.2,
                   (log(own[2] / (1 - own[2])) - log(0.3 / 0.7)) / 0.2, log(own[3] / 0.8) / 0.2};
    for (int p = 0; p < 4; p++) {
      sum[p] += z[p];
      sum2[p] += z[p] * z[p];
    }
    cross += z[0] * z[1];
  }
  for (int p = 0; p < 4; p++) {
    assert_true(fabs(sum[p] / (double)n) < 4 / sqrt((double)n));
    assert_float_equal(sum2[p] / (double)n, 1, 4 * sqrt(2.0 / (double)n));
  }
  assert_true(fabs(cross / (double)n) < 4 / sqrt((double)n));
  b7_population_free(population);
}

static void a_patient_depends_on_seed_and_number_alone(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  B7Population *few = make(&kernel, 10, 5, true, NULL, 0), *many = make(&kernel, 1000, 5, true, NULL, 0);
  B7Population *other = make(&kernel, 10, 6, true, NULL, 0);
  double a[4], b[4], c[4];
  b7_population_patient(few, 7, a);
  b7_population_patient(many, 7, b);
  b7_population_patient(other, 7, c);
  assert_memory_equal(a, b, sizeof a);
  assert_memory_not_equal(a, c, sizeof a);
  // one more parameter in front leaves the draws of the others as they are
  HandModel longer = hand_predator;
  longer.n_own = 5;
  longer.spread[4] = 0.2;
  longer.own[4] = 1;
  HandKernel longer_kernel;
  hand_kernel_make(&longer_kernel, &longer);
  B7Population *extended = make(&longer_kernel, 10, 5, true, NULL, 0);
  double d[5];
  b7_population_patient(extended, 7, d);
  assert_memory_equal(a, d, sizeof a);
  b7_population_free(few);
  b7_population_free(many);
  b7_population_free(other);
  b7_population_free(extended);
}

static void settings_change_value_and_spread(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  const B7ParameterSetting settings[] = {{"own1", 9, 0}, {"own2", NAN, 0}};
  B7Population *population = make(&kernel, 4, 5, true, settings, 2),
               *typical = make(&kernel, 1, 5, false, NULL, 0);
  for (int64_t i = 0; i < 4; i++) {
    double own[4];
    b7_population_patient(population, i, own);
    assert_float_equal(own[1], 9, 0);
    assert_float_equal(own[2], 0.3, 0);
    assert_true(own[0] != 1.0);
  }
  double own[4];
  b7_population_patient(typical, 0, own);
  for (int p = 0; p < 4; p++) assert_float_equal(own[p], hand_predator.own[p], 0);
  b7_population_free(population);
  b7_population_free(typical);
}

static void wrong_settings_are_refused(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  B7Population *population = NULL;
  B7Error error;
  const B7ParameterSetting unknown = {"own9", 1, NAN}, negative = {"own1", NAN, -1};
  assert_int_equal(
      b7_population_from_tables(&kernel.tables, 1, 1, true, &unknown, 1, NULL, &population, &error),
      B7_ERROR_INPUT);
  assert_null(population);
  assert_string_equal(error.message, "unknown parameter 'own9'. Did you mean 'own0'?");
  assert_int_equal(
      b7_population_from_tables(&kernel.tables, 1, 1, true, &negative, 1, NULL, &population, &error),
      B7_ERROR_INPUT);
  assert_int_equal(b7_population_from_tables(&kernel.tables, 0, 1, true, NULL, 0, NULL, &population, &error),
                   B7_ERROR_USAGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(draws_have_their_law),
      cmocka_unit_test(a_patient_depends_on_seed_and_number_alone),
      cmocka_unit_test(settings_change_value_and_spread),
      cmocka_unit_test(wrong_settings_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
