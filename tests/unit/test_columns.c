#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "result/result.h"

static B7Result *make(void) {
  const double t_day[] = {0, 1};
  B7Result *result = NULL;
  B7Error error;
  assert_int_equal(b7_result_make(NULL, 5, 2, t_day, 2, 1, &result, &error), B7_OK);
  for (int o = 0; o < 2; o++)
    for (int i = 0; i < 5; i++)
      for (int t = 0; t < 2; t++) result->values[(o * 5 + i) * 2 + t] = 100 * o + 10 * t + i;
  for (int i = 0; i < 5; i++) result->patient_hash[i] = b7_result_patient_hash(result, i);
  b7_result_seal(result);
  return result;
}

static void quantiles_interpolate_and_leave_faults_out(void **state) {
  (void)state;
  B7Result *result = make();
  double out[2];
  b7_result_quantile(result, 1, 0.5, out);
  assert_float_equal(out[0], 102, 0);
  assert_float_equal(out[1], 112, 0);
  b7_result_quantile(result, 0, 0.1, out);
  assert_float_equal(out[0], 0.4, 1e-12);
  result->faults[4] = B7_FAULT_NOT_FINITE;
  b7_result_quantile(result, 0, 1, out);
  assert_float_equal(out[0], 3, 0);
  b7_result_free(result);
}

static void the_hash_sees_every_byte(void **state) {
  (void)state;
  B7Result *result = make();
  char before[17];
  strcpy(before, b7_result_hash(result));
  for (int place = 0; place < 20; place++) {
    double kept = result->values[place];
    result->values[place] = nextafter(kept, INFINITY);
    for (int i = 0; i < 5; i++) result->patient_hash[i] = b7_result_patient_hash(result, i);
    b7_result_seal(result);
    assert_string_not_equal(b7_result_hash(result), before);
    result->values[place] = kept;
  }
  result->faults[2] = B7_FAULT_NEGATIVE;
  result->patient_hash[2] = b7_result_patient_hash(result, 2);
  b7_result_seal(result);
  assert_string_not_equal(b7_result_hash(result), before);
  b7_result_free(result);
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
      cmocka_unit_test(quantiles_interpolate_and_leave_faults_out),
      cmocka_unit_test(the_hash_sees_every_byte),
      cmocka_unit_test(too_large_is_an_error_not_a_crash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
