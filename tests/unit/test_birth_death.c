/* Linear birth-death against its closed form: 10 parameter sets, 1e5 runs each, z scores within (-3, 3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>

#include "kernel/birth_death.h"
#include "standards/ssa.h"

#define RUNS 100000

typedef struct Case {
  int64_t n;
  double birth, death, dt_day;
} Case;

static const Case cases[] = {{1, 0.3, 0.4, 5},     {1, 0.4, 0.3, 5},    {5, 0.2, 0.2, 3}, {20, 0.3, 0.4, 10},
                             {50, 0.05, 0.15, 30}, {100, 0.1, 0.5, 7},  {3, 1.0, 0.2, 2}, {80, 0.0, 0.3, 12},
                             {10, 0.6, 0.5, 20},   {40, 0.04, 2.0, 1.5}};
#define CASES ((int)(sizeof cases / sizeof *cases))

/* probability that one line has died out by t (Kendall 1948) */
static double died_by(double birth, double death, double t) {
  if (birth == death) return birth * t / (1 + birth * t);
  double e = exp((birth - death) * t);
  return death * (e - 1) / (birth * e - death);
}

static void extinction_probability_mean_and_variance(void **state) {
  (void)state;
  double sum_z2 = 0;
  for (int c = 0; c < CASES; c++) {
    Case k = cases[c];
    B7Random random = b7_random_at(11, (uint64_t)c, B7_STREAM_EXTINCTION, 0);
    B7BirthDeathRates rates = {.birth_per_day = k.birth, .death_per_day = k.death};
    int64_t extinct = 0;
    double sum = 0, sum2 = 0;
    for (int r = 0; r < RUNS; r++) {
      double n = (double)b7_birth_death_step(k.n, rates, k.dt_day, &random);
      extinct += n == 0;
      sum += n;
      sum2 += n * n;
    }
    double p = pow(died_by(k.birth, k.death, k.dt_day), (double)k.n), net = k.birth - k.death,
           e = exp(net * k.dt_day);
    double mean = (double)k.n * e;
    double variance = net == 0 ? 2 * (double)k.n * k.birth * k.dt_day
                               : (double)k.n * (k.birth + k.death) / net * e * (e - 1);
    double z = ((double)extinct / RUNS - p) / sqrt(fmax(p * (1 - p), 1e-12) / RUNS);
    double z_mean = (sum / RUNS - mean) / sqrt(variance / RUNS);
    double spread = (sum2 / RUNS - sum / RUNS * sum / RUNS) / variance;
    print_message("case %d: extinct %.5f, exact %.5f, z %.2f; mean z %.2f; variance ratio %.3f\n", c,
                  (double)extinct / RUNS, p, z, z_mean, spread);
    assert_true(fabs(z) < 3 || (p < 1e-9 && extinct == 0));
    assert_true(fabs(z_mean) < 3);
    assert_float_equal(spread, 1, 0.05);
    sum_z2 += z_mean * z_mean;
  }
  // the scores are scattered as scores are: neither too good nor too bad
  assert_true(sum_z2 > 1.5 && sum_z2 < 30);
}

static void many_short_steps_are_one_long_one(void **state) {
  (void)state;
  for (int c = 0; c < CASES; c++) {
    Case k = cases[c];
    B7BirthDeathRates rates = {.birth_per_day = k.birth, .death_per_day = k.death};
    B7Random random = b7_random_at(12, (uint64_t)c, B7_STREAM_EXTINCTION, 0);
    int64_t extinct = 0;
    const int runs = 20000, parts = 8;
    for (int r = 0; r < runs; r++) {
      int64_t n = k.n;
      for (int s = 0; s < parts; s++) n = b7_birth_death_step(n, rates, k.dt_day / parts, &random);
      extinct += n == 0;
    }
    double p = pow(died_by(k.birth, k.death, k.dt_day), (double)k.n);
    double z = ((double)extinct / runs - p) / sqrt(fmax(p * (1 - p), 1e-12) / runs);
    assert_true(fabs(z) < 3.5 || (p < 1e-9 && extinct == 0));
  }
}

static void arrivals_have_the_right_mean(void **state) {
  (void)state;
  const double arrivals[] = {0.5, 20, 1e6};
  for (int c = 0; c < 3; c++) {
    B7BirthDeathRates rates = {.birth_per_day = 0.3, .death_per_day = 0.5, .arrivals_per_day = arrivals[c]};
    B7Random random = b7_random_at(13, (uint64_t)c, B7_STREAM_EXTINCTION, 0);
    double t = 2, net = -0.2, mean = arrivals[c] * (exp(net * t) - 1) / net, sum = 0, sum2 = 0;
    const int runs = 20000;
    for (int r = 0; r < runs; r++) {
      double n = (double)b7_birth_death_step(0, rates, t, &random);
      sum += n;
      sum2 += n * n;
    }
    double sd = sqrt(sum2 / runs - sum / runs * sum / runs);
    assert_true(fabs(sum / runs - mean) < 3.5 * sd / sqrt(runs) + 1);
    assert_true(c == 2 || fabs(sum / runs - mean) < 3.5 * sd / sqrt(runs));
  }
}

/* time of extinction of the exact simulation: its distribution at ten quantiles */
static void linear_propensity(void *user, const double *count, double *rate) {
  const Case *k = user;
  rate[0] = k->birth * count[0];
  rate[1] = k->death * count[0];
}

static void exact_simulation_agrees(void **state) {
  (void)state;
  static const int32_t change[] = {1, -1};
  for (int c = 0; c < CASES; c++) {
    Case k = cases[c];
    if (k.n > 50) continue;
    B7SsaModel model = {
        .n_species = 1, .n_reaction = 2, .change = change, .propensity = linear_propensity, .user = &k};
    int64_t extinct[3] = {0};
    const int runs = 20000;
    for (int r = 0; r < runs; r++) {
      B7Random random = b7_random_at(14 + (uint64_t)c, (uint64_t)r, B7_STREAM_EXTINCTION, 0);
      double count[1] = {(double)k.n}, rate[2], t = 0;
      for (int s = 1; s <= 3; s++) {
        assert_true(b7_ssa_advance(&model, count, rate, &t, k.dt_day * s / 3, 100000000, &random));
        extinct[s - 1] += count[0] == 0;
      }
    }
    for (int s = 1; s <= 3; s++) {
      double p = pow(died_by(k.birth, k.death, k.dt_day * s / 3), (double)k.n);
      double z = ((double)extinct[s - 1] / runs - p) / sqrt(fmax(p * (1 - p), 1e-12) / runs);
      assert_true(fabs(z) < 3.3 || p < 1e-9);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(extinction_probability_mean_and_variance),
      cmocka_unit_test(many_short_steps_are_one_long_one),
      cmocka_unit_test(arrivals_have_the_right_mean),
      cmocka_unit_test(exact_simulation_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
