#include "test_base.h"

#include <math.h>

#include "base/random.h"
#include "hazard_vectors.h"
#include "trial/run/hazard_ratio.h"

static B7Arena arena;

static void tally_of(const HazardVectors *vectors, int z, B7Tally *out) {
  B7Error error;
  assert_int_equal(b7_tally_make(&arena, true, vectors->horizon_day, out, &error), B7_OK);
  for (int i = 0; i < HAZARD_PATIENTS / 2; i++) {
    int at = z * HAZARD_PATIENTS / 2 + i;
    b7_tally_add(out, vectors->horizon_day, (B7Mark){.code = vectors->code[at], .value = vectors->day[at]});
  }
}

static void same(const char *what, B7Estimate seen, const double expected[2], double slack) {
  double z = b7_normal_quantile(0.975), beta = log(seen.value),
         error = (log(seen.upper) - log(seen.lower)) / (2 * z);
  if (fabs(beta - expected[0]) > 1e-7 || fabs(error - expected[1]) > slack * expected[1])
    fail_msg("%s: %.9f (%.9f), R says %.9f (%.9f)", what, beta, error, expected[0], expected[1]);
}

static void ratios_are_those_of_r(void **state) {
  (void)state;
  for (int k = 0; k < 3; k++) {
    const HazardVectors *vectors = &hazard_vectors[k];
    B7Tally a, b;
    B7Error error;
    arena = b7_arena_make(NULL);
    tally_of(vectors, 0, &a);
    tally_of(vectors, 1, &b);
    int32_t horizon = vectors->horizon_day;
    same("Cox", b7_hazard_ratio(&a, &b, horizon, 1, 0.95), vectors->cox, 1e-6);
    same("Fine and Gray", b7_subdistribution_ratio(&a, &b, horizon, 1, 0.95, &error), vectors->fine_gray,
         1e-6);
    same("Fine and Gray, competing", b7_subdistribution_ratio(&a, &b, horizon, 2, 0.95, &error),
         vectors->fine_gray_competing, 1e-6);
    // the other way round is the inverse
    B7Estimate forth = b7_hazard_ratio(&a, &b, horizon, 1, 0.95),
               back = b7_hazard_ratio(&b, &a, horizon, 1, 0.95);
    assert_true(fabs(forth.value * back.value - 1) < 1e-9);
    b7_arena_free(&arena);
  }
}

static void without_events_there_is_no_ratio(void **state) {
  (void)state;
  B7Tally a, b;
  B7Error error;
  arena = b7_arena_make(NULL);
  assert_int_equal(b7_tally_make(&arena, true, 30, &a, &error), B7_OK);
  assert_int_equal(b7_tally_make(&arena, true, 30, &b, &error), B7_OK);
  for (int i = 0; i < 20; i++) {
    b7_tally_add(&a, 30, (B7Mark){.code = i % 2, .value = 1 + i});
    b7_tally_add(&b, 30, (B7Mark){.code = 0, .value = 30});
  }
  assert_true(isnan(b7_hazard_ratio(&a, &b, 30, 1, 0.95).value));
  assert_true(isnan(b7_subdistribution_ratio(&a, &b, 30, 1, 0.95, &error).value));
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ratios_are_those_of_r),
      cmocka_unit_test(without_events_there_is_no_ratio),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
