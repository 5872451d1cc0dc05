/* What is recorded of one patient: exact values, errors, bounds, and what is correlated with them. */
#include "test_base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "read/cohort/cohort.h"

#define PATIENTS 20000
#define TEXT                                                                                                 \
  "population: p\ntitle: P\n"                                                                                \
  "covariates:\n"                                                                                            \
  "  age: {label: age, unit: years, normal: [40, 10], assumed: x}\n"                                         \
  "  male: {label: male, yes: 0.7, assumed: x}\n"                                                            \
  "  height: {label: height, unit: cm, normal: [170, 8], assumed: x}\n"                                      \
  "parameters:\n"                                                                                            \
  "  body_weight: {lognormal: [62, 0.18], assumed: x}\n"                                                     \
  "  body_surface_area: {formula: mosteller, height: height, weight: body_weight, assumed: x}\n"             \
  "  antibodies_hla: {lognormal: [1, 0.4], share: 0.2, otherwise: 0, assumed: x}\n"                          \
  "correlations:\n"                                                                                          \
  "  - {of: [age, height], value: 0.5, assumed: x}\n"                                                        \
  "  - {of: [male, height], value: 0.6, assumed: x}\n"                                                       \
  "  - {of: [height, body_weight], value: 0.5, assumed: x}\n"

static B7Population *make(bool vary) {
  char path[] = "/tmp/bridge7_known_XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0 && write(file, TEXT, strlen(TEXT)) == (ssize_t)strlen(TEXT));
  close(file);
  B7Population *population;
  B7Cohort *cohort;
  B7Error error;
  assert_int_equal(
      b7_population_make(b7_kernel_shipped(), PATIENTS, 5, vary, NULL, 0, NULL, &population, &error), B7_OK);
  if (b7_cohort_load(path, b7_kernel_tables(b7_kernel_shipped()), population, NULL, &cohort, &error) != B7_OK)
    fail_msg("%s", error.message);
  unlink(path);
  b7_cohort_free(cohort);
  return population;
}

static int32_t parameter(const char *name) {
  const B7KernelTables *tables = b7_kernel_tables(b7_kernel_shipped());
  for (int32_t p = 0; p < tables->n_parameter; p++) {
    if (strcmp(tables->parameters[p].name, name) == 0) return tables->parameters[p].own_index;
  }
  fail_msg("no %s", name);
  return -1;
}

typedef struct Moments {
  double mean, sd, low, high;
} Moments;

static Moments moments(const B7Population *population, int32_t place, bool logarithm) {
  double own[512], covariates[B7_COVARIATES_MOST], sum = 0, sum2 = 0;
  Moments m = {.low = INFINITY, .high = -INFINITY};
  assert_true(population->n_own <= 512);
  for (int64_t i = 0; i < PATIENTS; i++) {
    b7_population_draw(population, i, own, covariates);
    double x = place < population->n_own ? own[place] : covariates[place - population->n_own];
    if (logarithm) x = log(x);
    sum += x;
    sum2 += x * x;
    m.low = fmin(m.low, x);
    m.high = fmax(m.high, x);
  }
  m.mean = sum / PATIENTS;
  m.sd = sqrt(sum2 / PATIENTS - m.mean * m.mean);
  return m;
}

static void a_known_value_moves_what_is_correlated(void **state) {
  (void)state;
  B7Population *population = make(true);
  B7Error error;
  int32_t age = b7_population_covariate(population, "age"),
          height = b7_population_covariate(population, "height");
  b7_population_know(population, age, 60, B7_SPREAD_NONE, 0);
  assert_int_equal(b7_population_condition(population, &error), B7_OK);
  Moments known = moments(population, age, false), tall = moments(population, height, false);
  assert_true(known.low == 60 && known.high == 60);
  // given a score of 2: mean 0.5 * 2 spreads, spread sqrt(1 - 0.25)
  assert_float_equal(tall.mean, 170 + 8 * 0.5 * 2, 0.25);
  assert_float_equal(tall.sd, 8 * sqrt(0.75), 0.2);
  // through the height alone: what is not correlated with age stays
  Moments weight = moments(population, parameter("body_weight"), true);
  assert_float_equal(weight.mean, log(62), 0.01);
  b7_population_free(population);
}

static void an_answer_moves_what_is_correlated(void **state) {
  (void)state;
  B7Population *all = make(true), *men = make(true);
  B7Error error;
  int32_t male = b7_population_covariate(men, "male"), height = b7_population_covariate(men, "height");
  double own[512], covariates[B7_COVARIATES_MOST], sum = 0;
  int32_t n = 0;
  for (int64_t i = 0; i < PATIENTS; i++) {
    b7_population_draw(all, i, own, covariates);
    if (covariates[male - all->n_own] < 0.5) continue;
    sum += covariates[height - all->n_own];
    n++;
  }
  b7_population_know(men, male, 1, B7_SPREAD_NONE, 0);
  assert_int_equal(b7_population_condition(men, &error), B7_OK);
  // the mean of those drawn as men
  assert_float_equal(moments(men, height, false).mean, sum / n, 0.3);
  b7_population_free(all);
  b7_population_free(men);
}

static void a_known_size_is_not_worked_out(void **state) {
  (void)state;
  B7Population *population = make(true);
  B7Error error;
  int32_t surface = parameter("body_surface_area"), weight = parameter("body_weight");
  b7_population_know(population, weight, 81, B7_SPREAD_NONE, 0);
  b7_population_know(population, surface, 1.9, B7_SPREAD_LOGNORMAL, 0.1);
  assert_int_equal(b7_population_condition(population, &error), B7_OK);
  Moments m = moments(population, surface, true);
  assert_float_equal(m.mean, log(1.9), 0.005);
  assert_float_equal(m.sd, 0.1, 0.003);
  b7_population_free(population);
}

static void a_bound_cuts_the_law(void **state) {
  (void)state;
  B7Population *population = make(true), *typical = make(false);
  B7Error error;
  int32_t weight = parameter("body_weight");
  b7_population_bound(population, weight, 62, INFINITY);
  b7_population_bound(typical, weight, 62, INFINITY);
  assert_int_equal(b7_population_condition(population, &error), B7_OK);
  Moments m = moments(population, weight, true);
  assert_true(m.low >= log(62) - 1e-9);
  // half a normal: mean sqrt(2 / pi) of a spread; nothing piles up at the bound
  assert_float_equal(m.mean, log(62) + 0.18 * sqrt(2 / acos(-1)), 0.004);
  double own[512], covariates[B7_COVARIATES_MOST];
  b7_population_draw(typical, 0, own, covariates);
  assert_float_equal(log(own[weight] / 62), 0.18 * b7_normal_quantile(0.75), 1e-6);
  b7_population_free(population);
  b7_population_free(typical);
}

static void the_typical_patient_has_what_most_have(void **state) {
  (void)state;
  B7Population *population = make(false);
  double own[512], covariates[B7_COVARIATES_MOST];
  b7_population_draw(population, 0, own, covariates);
  assert_float_equal(own[parameter("antibodies_hla")], 0, 0);
  assert_float_equal(own[parameter("body_weight")], 62, 0);
  assert_float_equal(covariates[b7_population_covariate(population, "male") - population->n_own], 1, 0);
  b7_population_free(population);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_known_value_moves_what_is_correlated),
      cmocka_unit_test(an_answer_moves_what_is_correlated),
      cmocka_unit_test(a_known_size_is_not_worked_out),
      cmocka_unit_test(a_bound_cuts_the_law),
      cmocka_unit_test(the_typical_patient_has_what_most_have),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
