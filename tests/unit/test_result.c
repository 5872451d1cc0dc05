#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "result/result.h"

#define PATIENTS 5
#define TIMES 2
#define OBSERVABLES 6

static double value(int o, int i, int t) {
  return 100 * o + 10 * t + i;
}

/* recorded as a simulation does it; one value a little larger (-1: none); patient 3 ends after its first time */
static B7Result *make(int larger) {
  const double t_day[TIMES] = {0, 1};
  B7Result *result = NULL;
  B7Error error;
  assert_int_equal(b7_result_make(NULL, PATIENTS, TIMES, t_day, OBSERVABLES, 1, &result, &error), B7_OK);
  for (int i = 0; i < PATIENTS; i++) {
    B7Fingerprint fingerprint = b7_fingerprint_start();
    int times = i == 3 ? 1 : TIMES;
    for (int t = 0; t < times; t++) {
      double observed[2 * OBSERVABLES] = {0};
      for (int o = 0; o < OBSERVABLES; o++) {
        observed[2 * o] = value(o, i, t);
        if ((i * TIMES + t) * OBSERVABLES + o == larger)
          observed[2 * o] = nextafter(value(o, i, t), INFINITY);
      }
      b7_result_record(result, i, t, observed, 2, &fingerprint);
    }
    b7_result_close(result, i, times, &fingerprint);
  }
  b7_result_seal(result);
  return result;
}

static void values_lie_by_observable_patient_and_time(void **state) {
  (void)state;
  B7Result *result = make(-1);
  for (int o = 0; o < OBSERVABLES; o++)
    for (int i = 0; i < PATIENTS; i++)
      for (int t = 0; t < TIMES; t++) {
        double got = b7_result_values(result, o)[i * TIMES + t];
        if (i == 3 && t == 1)
          assert_true(isnan(got));
        else
          assert_float_equal(got, value(o, i, t), 0);
      }
  b7_result_free(result);
}

static void quantiles_interpolate_and_leave_faults_out(void **state) {
  (void)state;
  B7Result *result = make(-1);
  double out[2];
  b7_result_quantile(result, 1, 0.5, out);
  assert_float_equal(out[0], 102, 0);
  assert_float_equal(out[1], 111.5, 0); // of the four that got there
  b7_result_quantile(result, 0, 0.1, out);
  assert_float_equal(out[0], 0.4, 1e-12);
  result->faults[4] = B7_FAULT_NOT_FINITE;
  b7_result_quantile(result, 0, 1, out);
  assert_float_equal(out[0], 3, 0);
  b7_result_free(result);
}

static void the_hash_sees_every_byte(void **state) {
  (void)state;
  char before[17];
  B7Result *result = make(-1);
  strcpy(before, b7_result_hash(result));
  const B7Fingerprint same = b7_fingerprint_start();
  for (int fault = 0; fault < 2; fault++) {
    result->faults[2] = fault ? B7_FAULT_NEGATIVE : B7_FAULT_NONE;
    b7_result_close(result, 2, TIMES, &same);
    b7_result_seal(result);
    assert_string_not_equal(b7_result_hash(result), before);
    strcpy(before, b7_result_hash(result));
  }
  b7_result_free(result);
  result = make(-1);
  strcpy(before, b7_result_hash(result));
  b7_result_free(result);
  for (int place = 0; place < PATIENTS * TIMES * OBSERVABLES; place++) {
    result = make(place);
    bool recorded = place / OBSERVABLES != 3 * TIMES + 1;
    assert_int_equal(strcmp(b7_result_hash(result), before) != 0, recorded);
    b7_result_free(result);
  }
}

static void too_large_is_an_error_not_a_crash(void **state) {
  (void)state;
  const double t_day[] = {0};
  B7Result *result = NULL;
  B7Error error;
  assert_int_equal(b7_result_make(NULL, INT64_MAX / 4, 1, t_day, 100, 1, &result, &error), B7_ERROR_MEMORY);
  assert_null(result);
  assert_non_null(strstr(error.message, "GB"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_lie_by_observable_patient_and_time),
      cmocka_unit_test(quantiles_interpolate_and_leave_faults_out),
      cmocka_unit_test(the_hash_sees_every_byte),
      cmocka_unit_test(too_large_is_an_error_not_a_crash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
