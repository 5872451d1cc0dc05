#include "test_base.h"

#include <math.h>

#include "treat/plan.h"

static void events_sort_and_equals_keep_their_order(void **state) {
  (void)state;
  B7PlanEvent events[] = {{.t_day = 3, .event = 0},
                          {.t_day = 1, .event = 1},
                          {.t_day = 3, .event = 2},
                          {.t_day = 0, .event = 3},
                          {.t_day = 1, .event = 4}};
  static const int32_t order[] = {3, 1, 4, 0, 2};
  b7_plan_sort(events, 5);
  for (int i = 0; i < 5; i++) assert_int_equal(events[i].event, order[i]);
}

static void grid_holds_observations_and_horizon_once(void **state) {
  (void)state;
  B7Plan plan = {.arena = b7_arena_make(NULL), .horizon_day = 3.5};
  B7Error error;
  static const double extra[] = {2.25, -1, 2, 9, 0.5}, wanted[] = {0, 0.5, 1, 2, 2.25, 3, 3.5};
  assert_int_equal(b7_plan_grid(&plan, 1.0, extra, 5, &error), B7_OK);
  assert_int_equal(plan.n_output, 7);
  for (int i = 0; i < 7; i++) assert_true(fabs(plan.output_day[i] - wanted[i]) < 1e-12);
  // a horizon on the grid stands there once
  plan.horizon_day = 2;
  assert_int_equal(b7_plan_grid(&plan, 0.1, extra, 5, &error), B7_OK);
  assert_int_equal(plan.n_output, 21);
  assert_true(plan.output_day[20] == 2);
  b7_arena_free(&plan.arena);
}

static void grid_holds_looks_and_events(void **state) {
  (void)state;
  static const B7Policy half_days = {.check_every_day = 0.5}, thirds = {.check_every_day = 1.0 / 3};
  B7PlanEvent events[] = {{.t_day = 0.25}, {.t_day = 1.5}, {.t_day = 9}};
  B7Plan plan = {
      .arena = b7_arena_make(NULL), .horizon_day = 2, .policy = &half_days, .events = events, .n_event = 3};
  static const double wanted[] = {0, 0.25, 0.5, 1, 1.5, 2},
                      shared[] = {0, 0.25, 1.0 / 3, 0.5, 2.0 / 3, 1, 4.0 / 3, 1.5, 5.0 / 3, 2};
  B7Error error;
  assert_int_equal(b7_plan_grid(&plan, 1, NULL, 0, &error), B7_OK);
  assert_int_equal(plan.n_output, 6);
  for (int i = 0; i < 6; i++) assert_true(plan.output_day[i] == wanted[i]);

  // a plan beside it, with a policy that came after its grid: both are looked at on the days of both
  B7Plan beside = {.arena = b7_arena_make(NULL), .horizon_day = 2};
  assert_int_equal(b7_plan_grid(&beside, 2, NULL, 0, &error), B7_OK);
  assert_int_equal(beside.n_output, 2);
  beside.policy = &thirds;
  B7Plan *const both[] = {&plan, &beside};
  assert_int_equal(b7_plans_share_grid(both, 2, NULL, &error), B7_OK);
  for (int p = 0; p < 2; p++) {
    assert_int_equal(both[p]->n_output, 10);
    for (int i = 0; i < 10; i++) assert_true(fabs(both[p]->output_day[i] - shared[i]) < 1e-12);
    b7_arena_free(&both[p]->arena);
  }
}

static void amounts_scale_by_the_body(void **state) {
  (void)state;
  static const B7KernelParameter parameters[] = {
      {.name = "body_surface_area", .value = 1.7, .own_index = 1, .shared_index = -1},
      {.name = "body_weight", .value = 65, .own_index = -1, .shared_index = 0},
      {.name = "fixed", .value = 4, .own_index = -1, .shared_index = -1}};
  static const B7KernelTables tables = {.n_parameter = 3, .parameters = parameters};
  // lane 1 of two lanes; own parameter 1 of that lane is 2.0
  static const double own[] = {9, 9, 9, 2.0}, shared[] = {80};
  B7PlanEvent event = {.scale_parameter = {0, 1}, .scale_power = {-1, 1}};
  assert_true(fabs(b7_plan_event_factor(&tables, &event, own + 1, 2, shared) - 40) < 1e-12);
  event = (B7PlanEvent){.scale_parameter = {-1, -1}};
  assert_true(b7_plan_event_factor(&tables, &event, own + 1, 2, shared) == 1);
  event = (B7PlanEvent){.scale_parameter = {2, -1}, .scale_power = {-1, 0}};
  assert_true(b7_plan_event_factor(&tables, &event, own + 1, 2, shared) == 0.25);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(events_sort_and_equals_keep_their_order),
                                     cmocka_unit_test(grid_holds_observations_and_horizon_once),
                                     cmocka_unit_test(grid_holds_looks_and_events),
                                     cmocka_unit_test(amounts_scale_by_the_body)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
