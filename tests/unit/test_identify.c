#include "test_base.h"

#include <math.h>

#include "base/random.h"
#include "fit/identify.h"

/* rows that see a + b three times as sharply as the priors, and a - b not at all */
static void a_sum_is_told_and_a_difference_is_not(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  const double jacobian[] = {3, 3, 0, 0};
  B7Identification found;
  assert_int_equal(b7_identify(jacobian, jacobian, 2, 2, &arena, &found, NULL), B7_OK);
  assert_true(fabs(found.information[0]) < 1e-12 && fabs(found.information[1] - 18) < 1e-12);
  assert_true(fabs(fabs(found.directions[0]) - sqrt(0.5)) < 1e-12);
  assert_true(found.directions[0] * found.directions[1] < 0);
  // (J'J + 1)^-1 by hand
  double determinant = 10 * 10 - 9 * 9;
  assert_true(fabs(found.covariance[0] - 10 / determinant) < 1e-12);
  assert_true(fabs(found.covariance[1] + 9 / determinant) < 1e-12);
  assert_true(fabs(b7_identification_correlation(&found, 0, 1) + 0.9) < 1e-12);
  b7_arena_free(&arena);
}

static void without_rows_the_prior_stays(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  const double jacobian[6] = {0};
  B7Identification found;
  assert_int_equal(b7_identify(jacobian, jacobian, 2, 3, &arena, &found, NULL), B7_OK);
  for (int i = 0; i < 9; i++) assert_true(found.covariance[i] == (i % 4 == 0));
  b7_arena_free(&arena);
}

/* noise of its own in each Jacobian is no information; one of them alone would say that it is */
static void chance_is_no_information(void **state) {
  (void)state;
  enum { ROWS = 400 };
  B7Arena arena = b7_arena_make(NULL);
  double first[ROWS], second[ROWS];
  B7Random random = b7_random_at(3, 1, B7_STREAM_FIT, 0);
  for (int r = 0; r < ROWS; r++) {
    first[r] = 0.2 * b7_random_normal(&random);
    second[r] = 0.2 * b7_random_normal(&random);
  }
  B7Identification alone, both;
  assert_int_equal(b7_identify(first, first, ROWS, 1, &arena, &alone, NULL), B7_OK);
  assert_int_equal(b7_identify(first, second, ROWS, 1, &arena, &both, NULL), B7_OK);
  assert_true(alone.information[0] > 10);
  assert_true(both.information[0] < 3);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_sum_is_told_and_a_difference_is_not),
                                     cmocka_unit_test(without_rows_the_prior_stays),
                                     cmocka_unit_test(chance_is_no_information)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
