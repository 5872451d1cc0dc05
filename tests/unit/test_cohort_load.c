#include "test_base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "read/cohort/cohort.h"
#include "sim/deaths.h"

#define PATIENTS 20000
#define HEAD "population: p\ntitle: P\n"
#define BODY                                                                                                 \
  "covariates:\n"                                                                                            \
  "  age: {label: age, unit: years, normal: [40, 10], low: 18, high: 70, assumed: x}\n"                      \
  "  height: {label: height, unit: cm, normal: [170, 8], assumed: x}\n"                                      \
  "  male: {label: male, yes: 0.7, assumed: x}\n"                                                            \
  "  lines: {label: lines, whole: true, lognormal: [4, 0.4], low: 1, high: 9, assumed: x}\n"                 \
  "parameters:\n"                                                                                            \
  "  body_weight: {lognormal: [62, 0.18], assumed: x}\n"                                                     \
  "  body_surface_area: {formula: mosteller, height: height, weight: body_weight, assumed: x}\n"             \
  "  initial_blasts_nodal: {lognormal: [60, 1.0], share: 0.56, otherwise: 0, assumed: x}\n"
#define TOGETHER                                                                                             \
  "correlations:\n"                                                                                          \
  "  - {of: [height, body_weight], value: 0.5, assumed: x}\n"                                                \
  "  - {of: [male, height], value: 0.6, assumed: x}\n"                                                       \
  "  - {of: [age, frailty], value: -0.4, assumed: x}\n"

typedef struct Drawn {
  B7Population *population;
  B7Cohort *cohort;
  B7Error error;
  int32_t n_own;
  double *own, *covariates; /* [patient][...] */
} Drawn;

static B7Status load(Drawn *drawn, const char *text, uint64_t seed, bool sobol) {
  char path[] = "/tmp/bridge7_cohort_XXXXXX";
  int file = mkstemp(path);
  const B7Kernel *kernel = b7_kernel_shipped();
  *drawn = (Drawn){.n_own = b7_kernel_tables(kernel)->n_own};
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
  assert_int_equal(b7_population_make(kernel, PATIENTS, seed, true, NULL, 0, NULL, &drawn->population, NULL),
                   B7_OK);
  B7Status status =
      b7_cohort_load(path, b7_kernel_tables(kernel), drawn->population, NULL, &drawn->cohort, &drawn->error);
  if (status == B7_OK && sobol) status = b7_population_use_sobol(drawn->population, &drawn->error);
  remove(path);
  return status;
}

static void release(Drawn *drawn) {
  free(drawn->own);
  free(drawn->covariates);
  b7_cohort_free(drawn->cohort);
  b7_population_free(drawn->population);
}

static void draw(Drawn *drawn, const char *text, uint64_t seed, bool sobol, int64_t patients) {
  if (load(drawn, text, seed, sobol) != B7_OK) fail_msg("%s", drawn->error.message);
  drawn->own = malloc(sizeof(double) * (size_t)drawn->n_own * (size_t)patients);
  drawn->covariates = malloc(sizeof(double) * B7_COVARIATES_MOST * (size_t)patients);
  for (int64_t i = 0; i < patients; i++)
    b7_population_draw(drawn->population, i, drawn->own + i * drawn->n_own,
                       drawn->covariates + i * B7_COVARIATES_MOST);
}

static int32_t own_place(const char *name) {
  const B7Kernel *kernel = b7_kernel_shipped();
  return b7_kernel_tables(kernel)->parameters[b7_kernel_parameter(kernel, name)].own_index;
}

static double own(const Drawn *drawn, int64_t i, const char *name) {
  return drawn->own[i * drawn->n_own + own_place(name)];
}

static double covariate(const Drawn *drawn, int64_t i, const char *name) {
  int32_t place = b7_population_covariate(drawn->population, name);
  assert_true(place >= 0);
  return drawn->covariates[i * B7_COVARIATES_MOST + place - drawn->n_own];
}

typedef struct Moments {
  double x, y, xx, yy, xy;
} Moments;

static void add(Moments *m, double x, double y) {
  m->x += x, m->y += y, m->xx += x * x, m->yy += y * y, m->xy += x * y;
}

static double correlation(const Moments *m, double n) {
  return (m->xy - m->x * m->y / n) / sqrt((m->xx - m->x * m->x / n) * (m->yy - m->y * m->y / n));
}

static void covariates_follow_their_laws(void **state) {
  (void)state;
  for (int sobol = 0; sobol < 2; sobol++) {
    Drawn drawn;
    draw(&drawn, HEAD BODY TOGETHER, 5, sobol, PATIENTS);
    double male = 0, nodal = 0, age = 0;
    Moments body = {0}, tall = {0}, frail = {0};
    for (int64_t i = 0; i < PATIENTS; i++) {
      double h = covariate(&drawn, i, "height"), w = own(&drawn, i, "body_weight"),
             m = covariate(&drawn, i, "male"), lines = covariate(&drawn, i, "lines");
      male += m;
      nodal += own(&drawn, i, "initial_blasts_nodal") > 0;
      age += covariate(&drawn, i, "age");
      add(&body, h, log(w));
      add(&tall, m, h);
      add(&frail, covariate(&drawn, i, "age"), log(own(&drawn, i, "frailty")));
      assert_true(lines == round(lines) && lines >= 1 && lines <= 9);
      assert_true(m == 0 || m == 1);
      assert_true(fabs(own(&drawn, i, "body_surface_area") - sqrt(h * w / 3600)) < 1e-12);
    }
    double slack = 4 / sqrt(PATIENTS);
    assert_float_equal(male / PATIENTS, 0.7, 0.46 * slack);
    assert_float_equal(nodal / PATIENTS, 0.56, 0.5 * slack);
    assert_float_equal(age / PATIENTS, 40.1, 10 * slack); // the limits shift it a little
    assert_float_equal(correlation(&body, PATIENTS), 0.5, slack);
    // a normal cut at its 30 % point: the correlation shrinks by phi(q) / sqrt(p (1 - p)) = 0.759
    assert_float_equal(correlation(&tall, PATIENTS), 0.6 * 0.759, slack);
    assert_float_equal(correlation(&frail, PATIENTS), -0.4, 1.2 * slack);
    release(&drawn);
  }
}

static void parameters_keep_their_draws_when_covariates_hang_on_them(void **state) {
  (void)state;
  Drawn plain, together;
  draw(&plain, HEAD BODY, 9, false, 50);
  draw(&together, HEAD BODY TOGETHER, 9, false, 50);
  for (int64_t i = 0; i < 50; i++) {
    assert_true(own(&plain, i, "body_weight") == own(&together, i, "body_weight"));
    assert_true(own(&plain, i, "frailty") == own(&together, i, "frailty"));
    assert_true(covariate(&plain, i, "height") != covariate(&together, i, "height"));
  }
  release(&plain);
  release(&together);
}

/* the mean over 512 patients of something that hangs on several parameters and on the chance of death */
static double spread_of_mean(bool sobol) {
  enum { SEEDS = 24, N = 512 };
  double sum = 0, squares = 0;
  for (uint64_t seed = 1; seed <= SEEDS; seed++) {
    Drawn drawn;
    draw(&drawn, HEAD BODY, seed, sobol, N);
    double mean = 0;
    for (int64_t i = 0; i < N; i++)
      mean += (own(&drawn, i, "body_weight") / 62 + 0.01 * own(&drawn, i, "initial_blasts_nodal") +
               fmin(2, b7_death_threshold(drawn.population, seed, (uint64_t)i))) /
              N;
    sum += mean;
    squares += mean * mean;
    release(&drawn);
  }
  return sqrt((squares - sum * sum / SEEDS) / (SEEDS - 1));
}

static void sobol_draws_lower_the_error_of_means(void **state) {
  (void)state;
  double even = spread_of_mean(true), chance = spread_of_mean(false);
  if (!(even < 0.3 * chance)) fail_msg("spread %g against %g at random", even, chance);
}

static void donors_have_a_distribution(void **state) {
  (void)state;
  Drawn drawn;
  draw(&drawn,
       HEAD BODY
       "donors:\n  haplo: {share: 0.9, levels: [{share: 0.2, mismatch_gvh: 0.3, mismatch_hvg: 0.3}, "
       "{share: 0.8, mismatch_gvh: 0.5, mismatch_hvg: 0.4}], assumed: x}\n",
       3, false, 1);
  const B7CohortDonor *donor = b7_cohort_donor(drawn.cohort, "haplo");
  int64_t near = 0;
  for (uint64_t i = 0; i < PATIENTS; i++) near += b7_cohort_donor_level(donor, 3, i) == 0;
  assert_float_equal((double)near / PATIENTS, 0.2, 0.4 * 4 / sqrt(PATIENTS));
  release(&drawn);
}

static void refuse(const char *text, const char *message) {
  Drawn drawn;
  assert_int_equal(load(&drawn, text, 1, false), B7_ERROR_INPUT);
  if (!strstr(drawn.error.message, message)) fail_msg("'%s' where '%s'", drawn.error.message, message);
  assert_true(drawn.error.line > 0);
  release(&drawn);
}

static void mistakes_are_told(void **state) {
  (void)state;
#define PAIR(a, b, v) "  - {of: [" a ", " b "], value: " v ", assumed: x}\n"
  refuse(HEAD BODY "correlations:\n" PAIR("age", "body_weight", "0.9") PAIR("age", "height", "0.9")
             PAIR("height", "body_weight", "0.2"),
         "not positive definite); with the others as they are, this one lies between 0 and");
  refuse(HEAD BODY "correlations:\n" PAIR("age", "body_weigth", "0.9"), "Did you mean 'body_weight'?");
  refuse(HEAD BODY "correlations:\n" PAIR("age", "body_weight", "1"), "lies between -1 and 1");
  refuse(HEAD BODY "correlations:\n" PAIR("age", "body_surface_area", "0.3"),
         "'body_surface_area' has no spread of its own");
  refuse(HEAD BODY "correlations:\n" PAIR("age", "age", "0.3"), "fully correlated with itself");
  refuse(HEAD BODY "correlations:\n" PAIR("age", "body_weight", "0.3") PAIR("body_weight", "age", "0.2"),
         "stands already above");
  refuse(HEAD BODY "correlations:\n  - {of: [age, body_weight], value: 0.2}\n", "'source:'");
  refuse(HEAD "covariates: {body_weight: {label: w, yes: 1, assumed: x}}\nparameters: {}\n",
         "choose another name");
  refuse(HEAD "covariates: {a: {label: w, yes: 1.2, assumed: x}}\nparameters: {}\n", "between 0 and 1");
  refuse(HEAD "covariates: {a: {yes: 0.2, assumed: x}}\nparameters: {}\n", "'label:'");
  refuse(
      HEAD
      "parameters: {body_surface_area: {formula: mostelar, height: height, weight: body_weight, assumed: x}}\n",
      "Did you mean 'mosteller'?");
  refuse(HEAD "parameters: {sensitivity_blasts: {logit: [1.5, 1], assumed: x}}\n", "between 0 and 1");
  refuse(HEAD BODY
         "donors: {h: {share: 1, levels: [{share: 0.2, mismatch_gvh: 0, mismatch_hvg: 0}], assumed: x}}\n",
         "add up to 0.2");
  refuse(HEAD BODY
         "donors: {h: {share: 1, mismatch_gvh: 0.1, levels: [{share: 1, mismatch_gvh: 0, mismatch_hvg: 0}], "
         "assumed: x}}\n",
         "not both");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(covariates_follow_their_laws),
      cmocka_unit_test(parameters_keep_their_draws_when_covariates_hang_on_them),
      cmocka_unit_test(sobol_draws_lower_the_error_of_means),
      cmocka_unit_test(donors_have_a_distribution),
      cmocka_unit_test(mistakes_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
