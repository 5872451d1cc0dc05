/* test_solver_counters.c - sums of what solvers count hold every counter. */
#include "test_base.h"

#include "sim/solver_counters.h"

static void every_counter_is_added(void **state) {
  (void)state;
  B7SolverStatistics sum = {.lanes = 8, .seconds = 2}, part = {.lanes = 4, .seconds = 1};
  int64_t next = 1, at = 1;
#define SET(field)                                                                                           \
  sum.field = next;                                                                                          \
  part.field = 100 * next++;
  B7_SOLVER_COUNTERS(SET)
#undef SET
  b7_solver_counters_add(&sum, &part);
#define CHECK(field) assert_int_equal(sum.field, 101 * at++);
  B7_SOLVER_COUNTERS(CHECK)
#undef CHECK
  assert_int_equal(at, 10);
  assert_int_equal(sum.lanes, 8);
  assert_true(sum.seconds == 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_counter_is_added)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
