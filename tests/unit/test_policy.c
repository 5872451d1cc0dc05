#include "test_base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "treat/policy.h"

enum { CRS, PLATELETS, GVHD, N_SEEN };

static const B7PolicyCondition CONDITIONS[] = {
    {.observable = CRS, .compare = B7_POLICY_AT_LEAST, .threshold = 2},     /* 0 */
    {.observable = PLATELETS, .compare = B7_POLICY_BELOW, .threshold = 10}, /* 1 */
    {.observable = GVHD, .compare = B7_POLICY_AT_LEAST, .threshold = 2},    /* 2 */
    {.observable = GVHD, .compare = B7_POLICY_BELOW, .threshold = 1},       /* 3 */
    {.observable = CRS, .compare = B7_POLICY_ABOVE, .threshold = 3},        /* 4 */
    {.observable = GVHD, .compare = B7_POLICY_AT_MOST, .threshold = 0},     /* 5 */
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
  int32_t n = b7_policy_decide(&POLICY, &(B7PolicyView){.t_day = t_day, .observables = seen, .stride = 1},
                               memory, fired);
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
    if (b7_policy_decide(&policy, &(B7PolicyView){.t_day = t_day, .observables = seen, .stride = 1}, memory,
                         fired) == 0)
      continue;
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
  assert_int_equal(b7_policy_decide(&POLICY, &(B7PolicyView){.t_day = 40, .observables = seen, .stride = 2},
                                    memory[0], fired),
                   0);
  assert_int_equal(b7_policy_decide(&POLICY,
                                    &(B7PolicyView){.t_day = 40, .observables = seen + 1, .stride = 2},
                                    memory[1], fired),
                   1);
  assert_int_equal(fired[0], 1);
}

static const B7PolicyRule OPEN = {.name = "open", .n_when = 1, .every_day = 1, .to_day = INFINITY};

/* how often a rule fires on half-day checks up to a day, for one patient with constant platelets */
static int32_t firings(const B7Policy *policy, B7PolicyView view, double platelets, double to_day,
                       int32_t *count) {
  const double seen[N_SEEN] = {0, platelets, 0};
  B7PolicyMemory memory[4];
  int32_t fired[4], all = 0;
  memset(count, 0, (size_t)policy->n_rule * sizeof *count);
  b7_policy_memory_clear(policy, memory);
  view.observables = seen;
  view.stride = 1;
  for (double t = 0; t <= to_day; t += policy->check_every_day) {
    view.t_day = t;
    int32_t n = b7_policy_decide(policy, &view, memory, fired);
    for (int32_t i = 0; i < n; i++) count[fired[i]]++;
    all += n;
  }
  return all;
}

static void measurements_have_the_error_that_is_asked_for(void **state) {
  (void)state;
  // 20 % above the threshold with a log error of 0.3: below it in Phi(-ln 1.2 / 0.3) = 27 % of looks
  const B7PolicyAssay assay = {.observable = PLATELETS, .error_sd = 0.3, .address = 1ull << 40};
  B7PolicyCondition noisy = {.observable = PLATELETS, .compare = B7_POLICY_BELOW, .threshold = 10};
  const B7Policy policy = {.check_every_day = 1,
                           .n_rule = 1,
                           .n_condition = 1,
                           .rules = &OPEN,
                           .conditions = &noisy,
                           .n_assay = 1,
                           .assays = &assay};
  b7_policy_measure(&policy, &noisy);
  int32_t first, again, other;
  int32_t n = firings(&policy, (B7PolicyView){.seed = 7, .patient = 3}, 12, 9999, &first);
  assert_true(abs(n - 2717) < 150);
  assert_int_equal(firings(&policy, (B7PolicyView){.seed = 7, .patient = 3}, 12, 9999, &again), n);
  assert_true(firings(&policy, (B7PolicyView){.seed = 7, .patient = 4}, 12, 9999, &other) != n);
  // four standard deviations off no error matters
  assert_int_equal(firings(&policy, (B7PolicyView){.seed = 7, .patient = 3}, 40, 9999, &first), 0);
  assert_int_equal(firings(&policy, (B7PolicyView){.seed = 7, .patient = 3}, 2, 9999, &first), 10000);
}

static void below_its_limit_an_assay_reads_nothing(void **state) {
  (void)state;
  B7PolicyCondition any = {.observable = PLATELETS, .compare = B7_POLICY_ABOVE, .threshold = 0, .limit = 5};
  const B7Policy policy = {
      .check_every_day = 1, .n_rule = 1, .n_condition = 1, .rules = &OPEN, .conditions = &any};
  int32_t count;
  assert_int_equal(firings(&policy, (B7PolicyView){.seed = 1}, 4, 9, &count), 0);
  assert_int_equal(firings(&policy, (B7PolicyView){.seed = 1}, 6, 9, &count), 10);
}

static void windows_follow_what_happened_last(void **state) {
  (void)state;
  const B7PolicyRule after_graft = {.when_start = 1,
                                    .n_when = 1,
                                    .every_day = 1,
                                    .at_most = 2,
                                    .from_day = 7,
                                    .to_day = 20,
                                    .follows = B7_FOLLOWS_GRAFT};
  const B7Policy policy = {
      .check_every_day = 1, .n_rule = 1, .n_condition = 6, .rules = &after_graft, .conditions = CONDITIONS};
  const double seen[N_SEEN] = {0, 5, 0};
  B7PolicyMemory memory[1];
  int32_t fired[1], days[8] = {0}, n = 0;
  b7_policy_memory_clear(&policy, memory);
  for (int32_t t = 0; t < 200; t++) {
    double graft = t < 30 ? NAN : t < 100 ? 30 : 100;
    B7PolicyView view = {.t_day = t,
                         .observables = seen,
                         .stride = 1,
                         .anchor_day = {[B7_FOLLOWS_INFUSION] = NAN, [B7_FOLLOWS_GRAFT] = graft}};
    if (b7_policy_decide(&policy, &view, memory, fired) > 0 && n < 8) days[n++] = t;
  }
  assert_int_equal(n, 4); // two after each graft
  const int32_t expected[] = {37, 38, 107, 108};
  for (int i = 0; i < 4; i++) assert_int_equal(days[i], expected[i]);
}

static void lines_come_one_after_the_other(void **state) {
  (void)state;
  const B7PolicyRule lines[] = {
      {.when_start = 1,
       .n_when = 1,
       .every_day = 10,
       .at_most = 2,
       .to_day = INFINITY,
       .give = B7_GIVE_REGIMEN,
       .protocol = 1},
      {.when_start = 1,
       .n_when = 1,
       .every_day = 10,
       .to_day = INFINITY,
       .give = B7_GIVE_REGIMEN,
       .protocol = 2,
       .after_rule = 1,
       .after_day = 15},
      {.when_start = 1, .n_when = 1, .every_day = 10, .to_day = INFINITY, .give = B7_GIVE_INFUSION},
  };
  const B7Policy policy = {
      .check_every_day = 1, .n_rule = 3, .n_condition = 6, .rules = lines, .conditions = CONDITIONS};
  int32_t count[3];
  // days 0 and 10: the first line; from day 25, 15 days after its last: the second; what was not made never
  firings(&policy, (B7PolicyView){.seed = 1}, 5, 44, count);
  assert_int_equal(count[0], 2);
  assert_int_equal(count[1], 2);
  assert_int_equal(count[2], 0);
  // nothing is launched over a course under way
  assert_int_equal(firings(&policy, (B7PolicyView){.seed = 1, .busy = true}, 5, 44, count), 0);
}

/* rules of every kind, and what happens at random */
static const B7PolicyRule MANY[] = {
    {.when_start = 0, .n_when = 1, .every_day = 1, .at_most = 3, .from_day = 5, .to_day = 90},
    {.when_start = 1, .n_when = 1, .every_day = 2.5, .from_day = -INFINITY, .to_day = INFINITY},
    {.when_start = 2,
     .n_when = 1,
     .until_start = 3,
     .n_until = 1,
     .every_day = 1,
     .at_most = 20,
     .to_day = 200},
    {.when_start = 2, .n_when = 1, .held_day = 3, .every_day = 1, .at_most = 9, .to_day = INFINITY},
    {.when_start = 4, .n_when = 2, .any = true, .every_day = 5, .to_day = INFINITY},
    {.when_start = 1, .n_when = 1, .every_day = 1, .visit_every_day = 14, .from_day = 3, .to_day = INFINITY},
    {.when_start = 1,
     .n_when = 1,
     .every_day = 1,
     .visit_every_day = 7,
     .at_most = 2,
     .to_day = 60,
     .follows = B7_FOLLOWS_GRAFT},
    {.when_start = 0,
     .n_when = 1,
     .held_day = 1,
     .visit_every_day = 3,
     .from_day = 2,
     .to_day = 30,
     .follows = B7_FOLLOWS_INFUSION},
    {.when_start = 1, .n_when = 1, .every_day = 4, .to_day = INFINITY, .after_rule = 7, .after_day = 10},
    {.when_start = 1, .n_when = 1, .to_day = INFINITY, .give = B7_GIVE_REGIMEN},
    {.when_start = 1,
     .n_when = 1,
     .every_day = 20,
     .to_day = INFINITY,
     .give = B7_GIVE_REGIMEN,
     .protocol = 1}};
enum { N_MANY = sizeof MANY / sizeof *MANY };

static void sleeping_changes_nothing(void **state) {
  (void)state;
  const B7Policy policy = {
      .check_every_day = 0.5, .n_rule = N_MANY, .n_condition = 6, .rules = MANY, .conditions = CONDITIONS};
  int32_t fired_in_all[N_MANY] = {0};
  for (uint64_t patient = 0; patient < 60; patient++) {
    B7Random random = b7_random_at(5, patient, B7_STREAM_TRIAL, 0);
    B7PolicyMemory sleeper[N_MANY], waker[N_MANY];
    b7_policy_memory_clear(&policy, sleeper);
    b7_policy_memory_clear(&policy, waker);
    double seen[N_SEEN] = {0, 50, 0};
    B7PolicyView view = {.observables = seen, .stride = 1, .anchor_day = {NAN, NAN, NAN}};
    for (double t = 0; t <= 300; t += policy.check_every_day) {
      view.t_day = t;
      view.busy = b7_random_uniform(&random) < 0.1;
      for (int k = 0; k < N_SEEN; k++)
        if (b7_random_uniform(&random) < 0.15)
          seen[k] = floor(5 * b7_random_uniform(&random)) * (k == PLATELETS ? 4 : 1);
      if (b7_random_uniform(&random) < 0.01) view.anchor_day[B7_FOLLOWS_INFUSION] = t;
      if (b7_random_uniform(&random) < 0.01) view.anchor_day[B7_FOLLOWS_GRAFT] = t;
      for (int i = 0; i < N_MANY; i++) waker[i].asleep_until_day = -INFINITY;
      int32_t one[N_MANY], other[N_MANY];
      int32_t n = b7_policy_decide(&policy, &view, sleeper, one);
      assert_int_equal(b7_policy_decide(&policy, &view, waker, other), n);
      for (int i = 0; i < n; i++) {
        assert_int_equal(one[i], other[i]);
        fired_in_all[one[i]]++;
      }
    }
  }
  // the comparison says something of every rule but the one that has nothing to give
  for (int i = 0; i < N_MANY; i++) assert_true(i == 9 ? fired_in_all[i] == 0 : fired_in_all[i] > 30);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(intervals_and_limits_hold),
                                     cmocka_unit_test(windows_shut),
                                     cmocka_unit_test(until_goes_on_below_the_beginning),
                                     cmocka_unit_test(held_waits_and_starts_over),
                                     cmocka_unit_test(one_of_several_is_enough_when_any),
                                     cmocka_unit_test(nothing_is_decided_on_what_is_not_known),
                                     cmocka_unit_test(between_visits_nobody_looks),
                                     cmocka_unit_test(lanes_do_not_mix),
                                     cmocka_unit_test(measurements_have_the_error_that_is_asked_for),
                                     cmocka_unit_test(below_its_limit_an_assay_reads_nothing),
                                     cmocka_unit_test(windows_follow_what_happened_last),
                                     cmocka_unit_test(lines_come_one_after_the_other),
                                     cmocka_unit_test(sleeping_changes_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
