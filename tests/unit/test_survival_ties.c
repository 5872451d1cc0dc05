/* Near ties, joined as R 4.2.2's survival::aeqSurv joins them. */
#include "test_base.h"

#include <math.h>

#include "bridge7_survival.h"

static void last_digits_are_ties(void **state) {
  (void)state;
  // the two arms were computed from days in two ways
  double time[] = {0.9856262833675564, 2.004106776180698, 2.9897330595482545, 4.008213552361396,
                   0.9856262833675565, 2.004106776180698, 4.993839835728953,  4.993839835728953};
  int64_t joined;
  assert_int_equal(b7_survival_join_near_times(NULL, 8, time, &joined, NULL), B7_OK);
  assert_int_equal(joined, 1);
  assert_true(time[4] == 0.9856262833675564 && time[1] == 2.004106776180698);
}

static void what_is_near(void **state) {
  (void)state;
  static const struct {
    double gap;
    int64_t joined;
  } cases[] = {{1e-9, 1}, {1.4e-8, 1}, {1e-5, 0}, {1e-3, 0}, {0, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    double time[] = {3 + cases[i].gap, 1, 3, 8};
    int64_t joined;
    assert_int_equal(b7_survival_join_near_times(NULL, 4, time, &joined, NULL), B7_OK);
    assert_int_equal(joined, cases[i].joined);
    assert_true(time[0] == (joined ? 3 : 3 + cases[i].gap) && time[1] == 1 && time[3] == 8);
  }
  // of the mean: 1e-4 apart is the same second among times of 1e5
  double large[] = {100000, 100000.0001, 200000, 300000};
  int64_t joined;
  b7_survival_join_near_times(NULL, 4, large, &joined, NULL);
  assert_true(joined == 1 && large[1] == 100000);
}

static void chains_are_one_time(void **state) {
  (void)state;
  double time[] = {1, 1 + 1e-8, 1 + 2e-8, 1 + 3e-8, 5};
  int64_t joined;
  b7_survival_join_near_times(NULL, 5, time, &joined, NULL);
  assert_int_equal(joined, 3);
  for (int i = 0; i < 4; i++) assert_true(time[i] == 1);
}

static void no_number(void **state) {
  (void)state;
  double time[] = {1, NAN};
  int64_t joined;
  B7Error error;
  assert_int_equal(b7_survival_join_near_times(NULL, 2, time, &joined, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "row 2: time is nan; it must be a number");
  assert_int_equal(b7_survival_join_near_times(NULL, 0, time, &joined, NULL), B7_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(last_digits_are_ties), cmocka_unit_test(what_is_near),
                                     cmocka_unit_test(chains_are_one_time), cmocka_unit_test(no_number)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
