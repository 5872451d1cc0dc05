/* Curves against R 4.2.2 (survival 3.5-3, cmprsk 2.2-11), and what must hold for any data. */
#include "test_base.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "survival_data.h"

static SurvivalData data, other;

static double at(const B7SurvivalCurve *curve, const double *column, double time) {
  int64_t row = b7_survival_row_at(curve, time);
  assert_true(row >= 0);
  return column[row];
}

static void kaplan_meier_and_every_interval(void **state) {
  (void)state;
  static const double limits[6][2] = {{0, 0},
                                      {0.3347418289649, 0.5012471854287},
                                      {0.3425085386754, 0.5101169410912},
                                      {0.3341946906027, 0.4994649872975},
                                      {0.3377744625964, 0.5028011204595},
                                      {0.3363019977987, 0.5020178453346}};
  survival_data("veteran", &data);
  B7Survival *survival = survival_of(&data);
  B7SurvivalCurve curve = {.rows = 0};
  for (int interval = B7_INTERVAL_PLAIN; interval <= B7_INTERVAL_ARCSINE; interval++) {
    assert_int_equal(
        b7_survival_kaplan_meier(survival, -1, B7_EVENT_ANY, (B7Interval)interval, 0.95, &curve, NULL),
        B7_OK);
    assert_true(survival_close(at(&curve, curve.estimate, 100), 0.4179945071968));
    assert_true(survival_close(at(&curve, curve.standard_error, 100), 0.04247663675893));
    assert_true(survival_close(at(&curve, curve.lower, 100), limits[interval][0]));
    assert_true(survival_close(at(&curve, curve.upper, 100), limits[interval][1]));
  }
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

static void nelson_aalen(void **state) {
  (void)state;
  survival_data("veteran", &data);
  B7Survival *survival = survival_of(&data);
  B7SurvivalCurve curve = {.rows = 0};
  assert_int_equal(b7_survival_nelson_aalen(survival, -1, B7_EVENT_ANY, B7_INTERVAL_LOG, 0.95, &curve, NULL),
                   B7_OK);
  assert_true(survival_close(at(&curve, curve.estimate, 100), 0.8633161224115));
  assert_true(survival_close(at(&curve, curve.standard_error, 100), 0.1005432027655));
  assert_true(at(&curve, curve.lower, 100) < 0.8633 && at(&curve, curve.upper, 100) > 0.8634);
  assert_int_equal(
      b7_survival_nelson_aalen(survival, -1, B7_EVENT_ANY, B7_INTERVAL_LOG_LOG, 0.95, &curve, NULL),
      B7_ERROR_USAGE);
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

static void both_variances_of_the_incidence(void **state) {
  (void)state;
  survival_data("mgus2", &data);
  B7Survival *survival = survival_of(&data);
  B7SurvivalCurve curve = {.rows = 0};
  static const double incidence[] = {0.06372216801311, 0.5318177040802},
                      greenwood[] = {0.006796848423961, 0.01405964516203},
                      aalen[] = {4.623250461213e-05, 0.0001978360590766};
  for (int32_t cause = 1; cause <= 2; cause++) {
    assert_int_equal(b7_survival_incidence(survival, -1, cause, B7_VARIANCE_GREENWOOD, B7_INTERVAL_LOG_LOG,
                                           0.95, &curve, NULL),
                     B7_OK);
    assert_true(survival_close(at(&curve, curve.estimate, 120), incidence[cause - 1]));
    assert_true(survival_close(at(&curve, curve.standard_error, 120), greenwood[cause - 1]));
    assert_int_equal(b7_survival_incidence(survival, -1, cause, B7_VARIANCE_AALEN, B7_INTERVAL_LOG_LOG, 0.95,
                                           &curve, NULL),
                     B7_OK);
    assert_true(survival_close(pow(at(&curve, curve.standard_error, 120), 2), aalen[cause - 1]));
  }
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

static void incidences_and_survival_add_to_one(void **state) {
  (void)state;
  survival_data("mgus2", &data);
  B7Survival *survival = survival_of(&data);
  B7SurvivalCurve one = {.rows = 0}, two = {.rows = 0}, free_of = {.rows = 0};
  for (int32_t group = -1; group < 2; group++) {
    b7_survival_incidence(survival, group, 1, B7_VARIANCE_AALEN, B7_INTERVAL_NONE, 0.95, &one, NULL);
    b7_survival_incidence(survival, group, 2, B7_VARIANCE_AALEN, B7_INTERVAL_NONE, 0.95, &two, NULL);
    b7_survival_kaplan_meier(survival, group, B7_EVENT_ANY, B7_INTERVAL_NONE, 0.95, &free_of, NULL);
    assert_int_equal(one.rows, free_of.rows);
    for (int64_t row = 0; row < one.rows; row++)
      assert_true(fabs(one.estimate[row] + two.estimate[row] + free_of.estimate[row] - 1) < 1e-12);
  }
  b7_survival_curve_free(&one);
  b7_survival_curve_free(&two);
  b7_survival_curve_free(&free_of);
  b7_survival_free(survival);
}

static void order_of_rows_does_not_matter(void **state) {
  (void)state;
  survival_data("mgus2", &data);
  other = data;
  B7Random random = b7_random_at(3, 0, B7_STREAM_TRIAL, 0);
  for (int64_t i = other.rows - 1; i > 0; i--) {
    int64_t k = b7_random_bits(&random) % (uint32_t)(i + 1);
    double time = other.time[i];
    int32_t status = other.status[i], group = other.group[i];
    other.time[i] = other.time[k], other.status[i] = other.status[k], other.group[i] = other.group[k];
    other.time[k] = time, other.status[k] = status, other.group[k] = group;
  }
  B7Survival *sorted = survival_of(&data), *shuffled = survival_of(&other);
  B7SurvivalCurve left = {.rows = 0}, right = {.rows = 0};
  for (int32_t group = -1; group < 2; group++) {
    b7_survival_incidence(sorted, group, 1, B7_VARIANCE_AALEN, B7_INTERVAL_LOG_LOG, 0.95, &left, NULL);
    b7_survival_incidence(shuffled, group, 1, B7_VARIANCE_AALEN, B7_INTERVAL_LOG_LOG, 0.95, &right, NULL);
    assert_int_equal(left.rows, right.rows);
    // bytes, not closeness
    assert_memory_equal(left.estimate, right.estimate, (size_t)left.rows * sizeof(double));
    assert_memory_equal(left.standard_error, right.standard_error, (size_t)left.rows * sizeof(double));
  }
  B7SurvivalTest one, two;
  b7_survival_gray(sorted, 2, 0, &one, NULL);
  b7_survival_gray(shuffled, 2, 0, &two, NULL);
  assert_true(one.statistic == two.statistic);
  b7_survival_curve_free(&left);
  b7_survival_curve_free(&right);
  b7_survival_free(sorted);
  b7_survival_free(shuffled);
}

// patients seen longer change nothing before the day at which they were censored
static void later_follow_up_leaves_the_past(void **state) {
  (void)state;
  survival_data("mgus2", &data);
  other = data;
  for (int64_t i = 0; i < other.rows; i++)
    if (other.time[i] > 100) {
      other.time[i] = 100;
      other.status[i] = 0;
    }
  B7Survival *whole = survival_of(&data), *cut = survival_of(&other);
  B7SurvivalCurve left = {.rows = 0}, right = {.rows = 0};
  b7_survival_incidence(whole, -1, 2, B7_VARIANCE_GREENWOOD, B7_INTERVAL_LOG_LOG, 0.95, &left, NULL);
  b7_survival_incidence(cut, -1, 2, B7_VARIANCE_GREENWOOD, B7_INTERVAL_LOG_LOG, 0.95, &right, NULL);
  for (double t = 1; t < 100; t++) {
    assert_true(at(&left, left.estimate, t) == at(&right, right.estimate, t));
    assert_true(at(&left, left.standard_error, t) == at(&right, right.standard_error, t));
  }
  b7_survival_curve_free(&left);
  b7_survival_curve_free(&right);
  b7_survival_free(whole);
  b7_survival_free(cut);
}

// months or days: the same heights
static void unit_of_time_does_not_matter(void **state) {
  (void)state;
  survival_data("veteran", &data);
  other = data;
  for (int64_t i = 0; i < other.rows; i++) other.time[i] /= 30.4375;
  B7Survival *days = survival_of(&data), *months = survival_of(&other);
  B7SurvivalCurve left = {.rows = 0}, right = {.rows = 0};
  b7_survival_kaplan_meier(days, 1, B7_EVENT_ANY, B7_INTERVAL_LOG_LOG, 0.95, &left, NULL);
  b7_survival_kaplan_meier(months, 1, B7_EVENT_ANY, B7_INTERVAL_LOG_LOG, 0.95, &right, NULL);
  assert_int_equal(left.rows, right.rows);
  assert_memory_equal(left.lower, right.lower, (size_t)left.rows * sizeof(double));
  B7SurvivalQuantile a = b7_survival_quantile(&left, 0.5), b = b7_survival_quantile(&right, 0.5);
  assert_true(fabs(a.time / 30.4375 - b.time) < 1e-12);
  b7_survival_curve_free(&left);
  b7_survival_curve_free(&right);
  b7_survival_free(days);
  b7_survival_free(months);
}

static void sorting_many_equals_sorting_few(void **state) {
  (void)state;
  // 3000 patients go through the radix sort, their curve is compared with counting directly
  enum { N = 3000 };
  static double time[N];
  static int32_t status[N];
  for (int i = 0; i < N; i++) {
    B7Random random = b7_random_at(11, (uint64_t)i, B7_STREAM_TRIAL, 0);
    time[i] = floor(b7_random_exponential(&random) * 1e4) / (i % 2 ? 1 : 64);
    status[i] = i % 3 == 0 ? 0 : 1;
  }
  time[7] = 0.0;
  time[8] = -0.0;
  B7Survival *survival = NULL;
  B7SurvivalCurve curve = {.rows = 0};
  b7_survival_make(NULL, &survival, NULL);
  assert_int_equal(b7_survival_set(survival, N, time, status, NULL, NULL, NULL), B7_OK);
  b7_survival_kaplan_meier(survival, 0, B7_EVENT_ANY, B7_INTERVAL_NONE, 0.95, &curve, NULL);
  for (int64_t row = 0; row < curve.rows; row += 37) {
    int n = 0, d = 0, left = 0;
    for (int i = 0; i < N; i++) {
      n += time[i] >= curve.time[row];
      d += time[i] == curve.time[row] && status[i];
      left += time[i] == curve.time[row] && !status[i];
    }
    assert_true(curve.at_risk[row] == n && curve.events[row] == d && curve.censored[row] == left);
    if (row) assert_true(curve.time[row] > curve.time[row - 1]);
  }
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

static void wrong_columns_are_named(void **state) {
  (void)state;
  B7Survival *survival = NULL;
  B7Error error;
  B7SurvivalCurve curve = {.rows = 0};
  b7_survival_make(NULL, &survival, NULL);
  double time[] = {1, 2, 3};
  int32_t status[] = {0, 1, 1}, group[] = {0, 1, 0};
  assert_int_equal(b7_survival_set(survival, 0, time, status, NULL, NULL, &error), B7_ERROR_INPUT);
  time[1] = -2;
  assert_int_equal(b7_survival_set(survival, 3, time, status, NULL, NULL, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "row 2: time is -2; it must be a number >= 0");
  time[1] = NAN;
  assert_int_equal(b7_survival_set(survival, 3, time, status, NULL, NULL, &error), B7_ERROR_INPUT);
  time[1] = 2;
  status[2] = 15;
  assert_int_equal(b7_survival_set(survival, 3, time, status, NULL, NULL, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "row 3: status is 15; 0 is censored, 1 to 14 are causes");
  status[2] = 1;
  group[0] = 16;
  assert_int_equal(b7_survival_set(survival, 3, time, status, group, NULL, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "row 1: group is 16; it must be from 0 to 15");
  group[0] = 0;
  assert_int_equal(b7_survival_set(survival, 3, time, status, group, NULL, &error), B7_OK);
  assert_int_equal(b7_survival_kaplan_meier(survival, 5, B7_EVENT_ANY, B7_INTERVAL_LOG, 0.95, &curve, &error),
                   B7_ERROR_USAGE);
  assert_int_equal(b7_survival_kaplan_meier(survival, 0, B7_EVENT_ANY, B7_INTERVAL_LOG, 1.5, &curve, &error),
                   B7_ERROR_USAGE);
  assert_int_equal(
      b7_survival_incidence(survival, 0, 0, B7_VARIANCE_AALEN, B7_INTERVAL_LOG, 0.95, &curve, &error),
      B7_ERROR_USAGE);
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

typedef struct Counter {
  int64_t calls;
} Counter;

/* before the first row and after rows that were refused: told, and no place is counted from nothing */
static void nobody_has_no_curve(void **state) {
  (void)state;
  B7Survival *survival;
  B7SurvivalCurve curve = {.rows = 0};
  B7SurvivalTest test;
  B7Error error;
  const double time[] = {1, 2}, wrong[] = {1, -2};
  const int32_t status[] = {1, 0};
  assert_int_equal(b7_survival_make(NULL, &survival, NULL), B7_OK);
  for (int pass = 0; pass < 3; pass++) {
    for (int32_t group = -1; group < 1; group++) {
      assert_int_equal(
          b7_survival_kaplan_meier(survival, group, B7_EVENT_ANY, B7_INTERVAL_PLAIN, 0.95, &curve, &error),
          B7_ERROR_USAGE);
      assert_int_equal(b7_survival_incidence(survival, group, 1, B7_VARIANCE_GREENWOOD, B7_INTERVAL_PLAIN,
                                             0.95, &curve, &error),
                       B7_ERROR_USAGE);
    }
    assert_int_equal(b7_survival_logrank(survival, B7_EVENT_ANY, 0, &test, &error), B7_ERROR_USAGE);
    assert_int_equal(b7_survival_groups(survival), 0);
    if (pass == 1) assert_int_equal(b7_survival_set(survival, 2, time, status, NULL, NULL, NULL), B7_OK);
    assert_int_equal(b7_survival_set(survival, 2, wrong, status, NULL, NULL, &error), B7_ERROR_INPUT);
  }
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

static void *counting_resize(void *user, void *old, size_t old_bytes, size_t new_bytes) {
  (void)old_bytes;
  ((Counter *)user)->calls++;
  if (new_bytes == 0) {
    free(old);
    return NULL;
  }
  return realloc(old, new_bytes);
}

static void a_second_analysis_takes_no_memory(void **state) {
  (void)state;
  survival_data("mgus2", &data);
  Counter counter = {0};
  B7Hooks hooks = {.resize = counting_resize, .user = &counter};
  B7Survival *survival = NULL;
  B7SurvivalCurve curve = {.rows = 0};
  B7SurvivalTest test;
  b7_survival_make(&hooks, &survival, NULL);
  int64_t after_first = 0;
  for (int round = 0; round < 3; round++) {
    b7_survival_set(survival, data.rows, data.time, data.status, data.group, NULL, NULL);
    b7_survival_kaplan_meier(survival, -1, B7_EVENT_ANY, B7_INTERVAL_LOG_LOG, 0.95, &curve, NULL);
    b7_survival_incidence(survival, 1, 1, B7_VARIANCE_AALEN, B7_INTERVAL_LOG_LOG, 0.95, &curve, NULL);
    b7_survival_logrank(survival, B7_EVENT_ANY, 0, &test, NULL);
    b7_survival_gray(survival, 1, 0, &test, NULL);
    if (round == 0) after_first = counter.calls;
  }
  assert_int_equal(counter.calls, after_first);
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kaplan_meier_and_every_interval),
      cmocka_unit_test(nelson_aalen),
      cmocka_unit_test(both_variances_of_the_incidence),
      cmocka_unit_test(incidences_and_survival_add_to_one),
      cmocka_unit_test(order_of_rows_does_not_matter),
      cmocka_unit_test(later_follow_up_leaves_the_past),
      cmocka_unit_test(unit_of_time_does_not_matter),
      cmocka_unit_test(sorting_many_equals_sorting_few),
      cmocka_unit_test(wrong_columns_are_named),
      cmocka_unit_test(nobody_has_no_curve),
      cmocka_unit_test(a_second_analysis_takes_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
