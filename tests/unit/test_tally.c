#include "bridge7_survival.h"
#include "test_base.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "stats/bins.h"
#include "trial/run/tally.h"

enum { HORIZON = 400, PATIENTS = 700 };

/* patients with competing events and censoring, by day */
static void draw(B7Arena *arena, uint64_t seed, double rate, B7Tally *tally, double *time, int32_t *status) {
  assert_int_equal(b7_tally_make(arena, true, HORIZON, tally, NULL), B7_OK);
  B7Random random = b7_random_at(seed, 1, B7_STREAM_TRIAL, 0);
  for (int i = 0; i < PATIENTS; i++) {
    time[i] = fmin(HORIZON, ceil(b7_random_exponential(&random) / rate));
    double u = b7_random_uniform(&random);
    status[i] = time[i] >= HORIZON || u < 0.2 ? 0 : u < 0.7 ? 1 : 2;
    b7_tally_add(tally, HORIZON, (B7Mark){.code = status[i], .value = time[i]});
  }
}

static void curves_are_those_of_the_survival_statistics(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  static double time[PATIENTS];
  static int32_t status[PATIENTS];
  B7Tally tally;
  B7DailyCurve curve;
  draw(&arena, 3, 0.01, &tally, time, status);
  assert_int_equal(b7_daily_curve_make(&arena, HORIZON, &curve, NULL), B7_OK);
  B7Survival *survival;
  B7SurvivalCurve exact = {0};
  assert_int_equal(b7_survival_make(NULL, &survival, NULL), B7_OK);
  assert_int_equal(b7_survival_set(survival, PATIENTS, time, status, NULL, NULL, NULL), B7_OK);
  for (int32_t cause = 0; cause < 3; cause++) {
    b7_daily_curve_fill(&tally, HORIZON, cause, 0.95, &curve);
    B7Status done = cause == 0 ? b7_survival_kaplan_meier(survival, 0, B7_EVENT_ANY, B7_INTERVAL_LOG_LOG,
                                                          0.95, &exact, NULL)
                               : b7_survival_incidence(survival, 0, cause, B7_VARIANCE_GREENWOOD,
                                                       B7_INTERVAL_NONE, 0.95, &exact, NULL);
    assert_int_equal(done, B7_OK);
    double z = b7_normal_quantile(0.975);
    for (int32_t day = 20; day < HORIZON; day += 13) {
      int64_t row = b7_survival_row_at(&exact, day);
      assert_true(fabs(curve.estimate[day] - exact.estimate[row]) < 1e-12);
      assert_true(curve.at_risk[day] == b7_survival_at_risk(&exact, day));
      if (cause == 0) {
        assert_true(fabs(curve.lower[day] - exact.lower[row]) < 1e-10 &&
                    fabs(curve.upper[day] - exact.upper[row]) < 1e-10);
        continue;
      }
      // the standard error behind the limits
      double p = 1 - exact.estimate[row], width = log(log(1 - curve.upper[day]) / log(p)) / z;
      assert_true(fabs(width * p * fabs(log(p)) / exact.standard_error[row] - 1) < 1e-6);
    }
  }
  b7_survival_curve_free(&exact);
  b7_survival_free(survival);
  b7_arena_free(&arena);
}

static void shares_have_wilson_limits(void **state) {
  (void)state;
  B7Tally tally = {0};
  for (int i = 0; i < 20; i++) b7_tally_add(&tally, HORIZON, (B7Mark){.code = i < 18});
  b7_tally_add(&tally, HORIZON, (B7Mark){.code = -1});
  B7Estimate share = b7_tally_share(&tally, 1, 1, 0.95);
  // R: prop.test(18, 20, correct = FALSE)
  assert_true(fabs(share.value - 0.9) < 1e-12);
  assert_true(fabs(share.lower - 0.6989664) < 1e-6 && fabs(share.upper - 0.9721335) < 1e-6);
  assert_int_equal(tally.missing, 1);
  B7Tally empty = {0};
  assert_true(isnan(b7_tally_share(&empty, 0, 0, 0.95).value));
}

static void bins_find_quantiles_within_their_width(void **state) {
  (void)state;
  B7LogBins *bins = calloc(1, sizeof *bins);
  assert_non_null(bins);
  assert_true(isnan(b7_bins_quantile(bins, 0.5)));
  B7Random random = b7_random_at(1, 1, B7_STREAM_TRIAL, 0);
  for (int i = 0; i < 100000; i++) b7_bins_add(bins, exp(3 + 2 * b7_random_normal(&random)));
  for (double q = 0.05; q < 1; q += 0.05) {
    double exact = exp(3 + 2 * b7_normal_quantile(q));
    assert_true(fabs(b7_bins_quantile(bins, q) / exact - 1) < 0.05);
  }
  for (int i = 0; i < 300000; i++) b7_bins_add(bins, 0);
  assert_true(b7_bins_quantile(bins, 0.5) == 0);
  free(bins);
}

/* whole numbers: the order of patients leaves no trace, and the interval is that of the textbook */
static void pairs_add_up_in_any_order(void **state) {
  (void)state;
  enum { N = 1000 };
  B7Paired forward = {0}, backward = {0}, halves[2] = {{0}, {0}};
  double mean = 0, squares = 0;
  for (int i = 0; i < N; i++) {
    double a = 700.0 * sin(i), b = 700.0 * cos(3 * i);
    b7_paired_add(&forward, a, b);
    b7_paired_add(&halves[i % 2], a, b);
    mean += (b - a) / N;
  }
  for (int i = N - 1; i >= 0; i--) {
    double a = 700.0 * sin(i), b = 700.0 * cos(3 * i);
    b7_paired_add(&backward, a, b);
    squares += (b - a - mean) * (b - a - mean);
  }
  b7_paired_add(&forward, NAN, 1);
  assert_memory_equal(&forward, &backward, sizeof forward);
  halves[0].pairs += halves[1].pairs;
  halves[0].sum += halves[1].sum;
  b7_wide_add(halves[0].squares, halves[1].squares);
  assert_memory_equal(&forward, &halves[0], sizeof forward);
  B7Estimate estimate = b7_paired_mean(&forward, 0.95);
  double half = 1.959963984540054 * sqrt(squares / (N - 1) / N);
  assert_true(fabs(estimate.value - mean) < 1e-6);
  assert_true(fabs(estimate.upper - estimate.value - half) < 1e-6 * half);
}

/* the largest trial: 1e8 pairs of 3660 days overflow 64 bits and must not overflow 128 */
static void the_largest_sums_fit(void **state) {
  (void)state;
  B7Paired one = {0}, all = {0};
  b7_paired_add(&one, 0, 3660);
  b7_paired_add(&one, 3660, 0);
  all = one;
  for (int doubling = 0; doubling < 26; doubling++) {
    all.pairs *= 2;
    all.sum *= 2;
    b7_wide_add(all.squares, (uint64_t[2]){all.squares[0], all.squares[1]});
  }
  assert_true(all.squares[1] > 0);
  B7Estimate estimate = b7_paired_mean(&all, 0.95);
  double half = 1.959963984540054 * 3660 / sqrt((double)all.pairs);
  assert_true(estimate.value == 0 && fabs(estimate.upper - half) < 1e-6 * half);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(curves_are_those_of_the_survival_statistics),
      cmocka_unit_test(shares_have_wilson_limits),
      cmocka_unit_test(bins_find_quantiles_within_their_width),
      cmocka_unit_test(pairs_add_up_in_any_order),
      cmocka_unit_test(the_largest_sums_fit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
