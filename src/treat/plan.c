#include "treat/plan.h"

#include <math.h>
#include <string.h>

#include "base/status.h"

/* two output times closer than this are one */
#define SAME_DAY 1e-9

void b7_plan_free(B7Plan *plan) {
  if (!plan) return;
  // the plan lives in its own arena
  B7Arena arena = plan->arena;
  b7_arena_free(&arena);
}

int32_t b7_plan_events(const B7Plan *plan, const B7PlanEvent **rows, const double **arguments) {
  if (rows) *rows = plan->events;
  if (arguments) *arguments = plan->arguments;
  return plan->n_event;
}

double b7_plan_horizon_day(const B7Plan *plan) {
  return plan->horizon_day;
}

int32_t b7_plan_outputs(const B7Plan *plan, const double **t_day) {
  if (t_day) *t_day = plan->output_day;
  return plan->n_output;
}

const B7Policy *b7_plan_policy(const B7Plan *plan) {
  return plan->policy;
}

/* insertion: courses are nearly sorted, and equal times must keep their order */
void b7_plan_sort(B7PlanEvent *events, int32_t count) {
  for (int32_t i = 1; i < count; i++) {
    B7PlanEvent event = events[i];
    int32_t k = i;
    for (; k > 0 && events[k - 1].t_day > event.t_day; k--) events[k] = events[k - 1];
    events[k] = event;
  }
}

static void sort_days(double *day, int32_t count) {
  for (int32_t i = 1; i < count; i++) {
    double value = day[i];
    int32_t k = i;
    for (; k > 0 && day[k - 1] > value; k--) day[k] = day[k - 1];
    day[k] = value;
  }
}

B7Status b7_plan_grid(B7Plan *plan, double every_day, const double *extra_day, int32_t n_extra,
                      B7Error *error) {
  double horizon = plan->horizon_day;
  int32_t n_grid = (int32_t)floor(horizon / every_day + SAME_DAY) + 1, n = 0;
  double *extra = B7_ARENA_ARRAY(&plan->arena, double, n_extra + 1);
  double *day = B7_ARENA_ARRAY(&plan->arena, double, n_grid + n_extra + 1);
  if (!extra || !day) return b7_fail_memory(error);
  for (int32_t i = 0; i < n_extra; i++) {
    if (extra_day[i] >= 0 && extra_day[i] <= horizon) extra[n++] = extra_day[i];
  }
  extra[n++] = horizon;
  sort_days(extra, n);
  // merge two ascending lists; a time that both have is written once
  int32_t g = 0, e = 0;
  plan->n_output = 0;
  while (g < n_grid || e < n) {
    double from_grid = g < n_grid ? (double)g * every_day : INFINITY,
           from_extra = e < n ? extra[e] : INFINITY;
    double next = from_grid <= from_extra ? from_grid : from_extra;
    if (next == from_grid) g++;
    if (next == from_extra) e++;
    if (next > horizon) continue;
    if (plan->n_output && next - day[plan->n_output - 1] < SAME_DAY) continue;
    day[plan->n_output++] = next;
  }
  day[plan->n_output - 1] = horizon;
  plan->output_day = day;
  return B7_OK;
}
