#include "test_base.h"

#include <math.h>

#include "course/policy.h"

enum { CRS, PLATELETS, GVHD, N_SEEN };

static const B7PolicyCondition CONDITIONS[] = {
    {CRS, B7_POLICY_AT_LEAST, 2},     /* 0 */
    {PLATELETS, B7_POLICY_BELOW, 10}, /* 1 */
    {GVHD, B7_POLICY_AT_LEAST, 2},    /* 2 */
    {GVHD, B7_POLICY_BELOW, 1},       /* 3 */
    {CRS, B7_POLICY_ABOVE, 3},        /* 4 */
    {GVHD, B7_POLICY_AT_MOST, 0},     /* 5 */
};
static const B7PolicyRule RULES[] = {
    {.name = "tocilizumab",
     .when_start = 0,
     .n_when = 1,
     .every_day = 1,
     .at_most = 2,
     .from_day = 0,
     .to_day = 30},
    {.name = "platelets",
     .when_start = 1,
     .n_when = 1,
     .every_day = 1,
     .from_day = -INFINITY,
     .to_day = INFINITY},
    {.name = "steroid",
     .when_start = 2,
     .n_when = 1,
     .until_start = 3,
     .n_until = 1,
     .every_day = 1,
     .from_day = 0,
     .to_day = INFINITY},
    {.name = "second line",
     .when_start = 2,
     .n_when = 1,
     .held_day = 3,
     .every_day = 1,
     .from_day = 0,
     .to_day = INFINITY},
    {.name = "either",
     .when_start = 4,
     .n_when = 2,
     .any = true,
     .every_day = 5,
     .from_day = 0,
     .to_day = INFINITY},
};
static const B7Policy POLICY = {.name = "test",
                                .title = "test",
                                .check_every_day = 0.5,
                                .n_rule = 5,
                                .n_condition = 6,
                                .rules = RULES,
                                .conditions = CONDITIONS};

/* which rules fire, as a sum of bits */
static int fires(B7PolicyMemory *memory, double t_day, double crs, double platelets, double gvhd) {
  const double seen[N_SEEN] = {crs, platelets, gvhd};
  int32_t fired[5];
  int bits = 0;
  int32_t n = b7_policy_decide(&POLICY, t_day, seen, 1, memory, fired);
  for (int32_t i = 0; i < n; i++) bits |= 1 << fired[i];
  return bits;
}

static void intervals_and_limits_hold(void **state) {
  (void)state;
  B7PolicyMemory memory[5];
  b7_policy_memory_clear(&POLICY, memory);
  assert_int_equal(fires(memory, 1.0, 1, 50, 1), 0);
  assert_int_equal(fires(memory, 1.5, 2, 50, 1), 1);
  assert_int_equal(fires(memory, 2.0, 3, 50, 1), 0); /* half a day later is too soon */
  assert_int_equal(fires(memory, 2.5, 3, 50, 1), 1);
  assert_int_equal(fires(memory, 5.0, 3, 50, 1), 0); /* two doses are all */
  assert_int_equal(memory[0].count, 2);
}

static void windows_shut(void **state) {
  (void)state;
  B7PolicyMemory memory[5];
  b7_policy_memory_clear(&POLICY, memory);
  assert_int_equal(fires(memory, -1, 2, 50, 1), 0);
  assert_int_equal(fires(memory, 30, 2, 50, 1), 1);
  assert_int_equal(fires(memory, 31, 2, 50, 1), 0);
}

static void until_goes_on_below_the_beginning(void **state) {
  (void)state;
  B7PolicyMemory memory[5];
  b7_policy_memory_clear(&POLICY, memory);
  assert_int_equal(fires(memory, 10, 0, 50, 1), 0);
  assert_int_equal(fires(memory, 11, 0, 50, 2), 4);
  assert_int_equal(fires(memory, 12, 0, 50, 1), 4); /* grade 1 would not begin it, but does not end it */
  assert_int_equal(fires(memory, 13, 0, 50, 0) & 4, 0);
  assert_int_equal(fires(memory, 14, 0, 50, 1) & 4, 0);
}

static void held_waits_and_starts_over(void **state) {
  (void)state;
  B7PolicyMemory memory[5];
  b7_policy_memory_clear(&POLICY, memory);
  assert_int_equal(fires(memory, 10, 0, 50, 2) & 8, 0);
  assert_int_equal(fires(memory, 12, 0, 50, 1) & 8, 0);
  assert_int_equal(fires(memory, 13, 0, 50, 2) & 8, 0);
  assert_int_equal(fires(memory, 15.5, 0, 50, 2) & 8, 0);
  assert_int_equal(fires(memory, 16, 0, 50, 2) & 8, 8);
}

static void one_of_several_is_enough_when_any(void **state) {
  (void)state;
  B7PolicyMemory memory[5];
  b7_policy_memory_clear(&POLICY, memory);
  assert_int_equal(fires(memory, 40, 3, 50, 1) & 16, 0); /* above 3 is not 3 */
  assert_int_equal(fires(memory, 41, 4, 50, 1) & 16, 16);
  assert_int_equal(fires(memory, 47, 0, 50, 0) & 16, 16);
}

static void between_visits_nobody_looks(void **state) {
  (void)state;
  static const B7PolicyRule weekly[] = {{.name = "weekly",
                                         .when_start = 1,
                                         .n_when = 1,
                                         .every_day = 0.5,
                                         .from_day = 10,
                                         .to_day = INFINITY,
                                         .visit_every_day = 7}};
  const B7Policy policy = {
      .check_every_day = 0.5, .n_rule = 1, .n_condition = 6, .rules = weekly, .conditions = CONDITIONS};
  const double seen[N_SEEN] = {0, 5, 0};
  B7PolicyMemory memory[1];
  int32_t fired[1], visits = 0;
  b7_policy_memory_clear(&policy, memory);
  for (int32_t check = 0; check <= 80; check++) {
    double t_day = 0.5 * check;
    if (b7_policy_decide(&policy, t_day, seen, 1, memory, fired) == 0) continue;
    assert_true(t_day == 10 + 7 * visits);
    visits++;
  }
  assert_int_equal(visits, 5);
}

static void nothing_is_decided_on_what_is_not_known(void **state) {
  (void)state;
  B7PolicyMemory memory[5];
  b7_policy_memory_clear(&POLICY, memory);
  assert_int_equal(fires(memory, 5, NAN, NAN, NAN), 0);
}

static void lanes_do_not_mix(void **state) {
  (void)state;
  B7PolicyMemory memory[2][5];
  // two patients side by side: only the second has few platelets
  const double seen[2 * N_SEEN] = {0, 0, 50, 5, 1, 1};
  int32_t fired[5];
  b7_policy_memory_clear(&POLICY, memory[0]);
  b7_policy_memory_clear(&POLICY, memory[1]);
  assert_int_equal(b7_policy_decide(&POLICY, 40, seen, 2, memory[0], fired), 0);
  assert_int_equal(b7_policy_decide(&POLICY, 40, seen + 1, 2, memory[1], fired), 1);
  assert_int_equal(fired[0], 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(intervals_and_limits_hold),
                                     cmocka_unit_test(windows_shut),
                                     cmocka_unit_test(until_goes_on_below_the_beginning),
                                     cmocka_unit_test(held_waits_and_starts_over),
                                     cmocka_unit_test(one_of_several_is_enough_when_any),
                                     cmocka_unit_test(nothing_is_decided_on_what_is_not_known),
                                     cmocka_unit_test(between_visits_nobody_looks),
                                     cmocka_unit_test(lanes_do_not_mix)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
