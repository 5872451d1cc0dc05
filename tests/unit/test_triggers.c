#include "test_base.h"

#include <math.h>

#include "sim/triggers.h"

/* three states; observables 0-2 are the states, 3 the time, 4 a priority, 5 a delay of 1, 6 the number 7 */
typedef struct Host {
  double state[3], observed[7], priority;
} Host;

static void observe(void *user, double time) {
  Host *host = user;
  for (int i = 0; i < 3; i++) host->observed[i] = host->state[i];
  host->observed[3] = time;
  host->observed[4] = host->priority;
  host->observed[5] = 1;
  host->observed[6] = 7;
}

static void set(void *user, int32_t state, double value) {
  ((Host *)user)->state[state] = value;
}

static bool settle(B7Triggers *triggers, Host *host, double time) {
  bool changed;
  B7Error error;
  const B7TriggerHost offer = {.observed = host->observed, .observe = observe, .set = set, .user = host};
  observe(host, time);
  assert_int_equal(b7_triggers_settle(triggers, &offer, time, &changed, &error), B7_OK);
  return changed;
}

static const B7KernelAssignment first_to_seven[] = {{0, 6, -1}}, second_to_time[] = {{1, 3, -1}},
                                third_to_seven_times_first[] = {{2, 6, 0}};

static void start(B7Arena *arena, const B7KernelTrigger *rows, int32_t n, B7Triggers *triggers) {
  const B7KernelTables tables = {.triggers = rows, .n_trigger = n};
  B7Error error;
  *arena = b7_arena_make(NULL);
  assert_int_equal(b7_triggers_make(arena, &tables, 1, triggers, &error), B7_OK);
}

static void fires_when_its_condition_becomes_true(void **unused) {
  (void)unused;
  const B7KernelTrigger row = {.name = "a",
                               .condition = 2,
                               .delay = -1,
                               .priority = -1,
                               .n_assignment = 1,
                               .assignments = first_to_seven};
  B7Arena arena;
  B7Triggers triggers;
  Host host = {0};
  start(&arena, &row, 1, &triggers);
  assert_false(settle(&triggers, &host, 0));
  host.state[2] = 1;
  observe(&host, 1);
  assert_true(b7_triggers_turn(&triggers, host.observed));
  assert_true(settle(&triggers, &host, 1));
  assert_true(host.state[0] == 7);
  host.state[0] = 0;
  assert_false(settle(&triggers, &host, 2)); // still true
  host.state[2] = NAN;                       // no truth value is false
  assert_false(settle(&triggers, &host, 3));
  host.state[2] = 1;
  assert_true(settle(&triggers, &host, 4));
  assert_int_equal(triggers.acted, 2);
  b7_arena_free(&arena);
}

static void waits_for_its_delay(void **unused) {
  (void)unused;
  for (int persistent = 0; persistent < 2; persistent++)
    for (int early = 0; early < 2; early++) {
      const B7KernelTrigger row = {.name = "a",
                                   .condition = 2,
                                   .delay = 5,
                                   .priority = -1,
                                   .persistent = persistent,
                                   .values_at_trigger = early,
                                   .n_assignment = 1,
                                   .assignments = second_to_time};
      B7Arena arena;
      B7Triggers triggers;
      Host host = {0};
      start(&arena, &row, 1, &triggers);
      settle(&triggers, &host, 0);
      assert_true(isinf(b7_triggers_next(&triggers)));
      host.state[2] = 1;
      assert_false(settle(&triggers, &host, 2));
      assert_true(b7_triggers_next(&triggers) == 3);
      host.state[2] = 0;
      settle(&triggers, &host, 2.5);
      assert_true(isinf(b7_triggers_next(&triggers)) == !persistent);
      settle(&triggers, &host, 3);
      assert_true(host.state[1] == (persistent ? early ? 2 : 3 : 0));
      b7_arena_free(&arena);
    }
}

static void sizes_are_those_before_the_event(void **unused) {
  (void)unused;
  const B7KernelAssignment both[] = {first_to_seven[0], third_to_seven_times_first[0]};
  const B7KernelTrigger row = {
      .name = "a", .condition = 3, .delay = -1, .priority = -1, .n_assignment = 2, .assignments = both};
  B7Arena arena;
  B7Triggers triggers;
  Host host = {.state = {2, 0, 0}};
  start(&arena, &row, 1, &triggers);
  settle(&triggers, &host, 1);
  assert_true(host.state[0] == 7 && host.state[2] == 14);
  b7_arena_free(&arena);
}

static void equals_take_turns(void **unused) {
  (void)unused;
  // the one that acts first keeps the other from acting: over many starts both come first
  const B7KernelAssignment one[] = {{0, 6, -1}, {2, 0, -1}}, other[] = {{1, 6, -1}, {2, 0, -1}};
  const B7KernelTrigger rows[] = {
      {.name = "a", .condition = 2, .delay = -1, .priority = 4, .n_assignment = 2, .assignments = one},
      {.name = "b", .condition = 2, .delay = -1, .priority = 4, .n_assignment = 2, .assignments = other}};
  B7Arena arena;
  B7Triggers triggers;
  start(&arena, rows, 2, &triggers);
  int first = 0, second = 0;
  for (int i = 0; i < 200; i++) {
    Host host = {0};
    settle(&triggers, &host, 0);
    host.state[2] = 1;
    settle(&triggers, &host, 1);
    first += host.state[0] == 7;
    second += host.state[1] == 7;
  }
  assert_int_equal(first + second, 200);
  assert_in_range(first, 70, 130);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fires_when_its_condition_becomes_true), cmocka_unit_test(waits_for_its_delay),
      cmocka_unit_test(sizes_are_those_before_the_event), cmocka_unit_test(equals_take_turns)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
