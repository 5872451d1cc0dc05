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

/* ascending days, each once; lives in an arena */
typedef struct Days {
  double *day;
  int32_t n;
} Days;

/* both lists as one; of two days that are one the earlier is kept. false: out of memory */
static bool merge(B7Arena *arena, Days a, Days b, Days *out) {
  Days both = {.day = B7_ARENA_ARRAY(arena, double, (size_t)a.n + (size_t)b.n + 1)};
  if (!both.day) return false;
  int32_t i = 0, k = 0;
  while (i < a.n || k < b.n) {
    double x = i < a.n ? a.day[i] : INFINITY, y = k < b.n ? b.day[k] : INFINITY;
    double next = x <= y ? x : y;
    if (next == x) i++;
    if (next == y) k++;
    if (both.n && next - both.day[both.n - 1] < SAME_DAY) continue;
    both.day[both.n++] = next;
  }
  *out = both;
  return true;
}

/* multiples of a time up to the horizon, made as the engine makes its checks */
static bool multiples(B7Arena *arena, double every_day, double horizon_day, Days *out) {
  int32_t most = (int32_t)floor(horizon_day / every_day + SAME_DAY) + 1;
  *out = (Days){.day = B7_ARENA_ARRAY(arena, double, most)};
  for (int32_t i = 0; out->day && i < most; i++) {
    if ((double)i * every_day <= horizon_day) out->day[out->n++] = (double)i * every_day;
  }
  return out->day != NULL;
}

/* the days on which the policy looks, added */
static bool add_looks(B7Arena *arena, const B7Plan *plan, Days *days) {
  Days looks;
  if (!plan->policy) return true;
  return multiples(arena, plan->policy->check_every_day, plan->horizon_day, &looks) &&
         merge(arena, *days, looks, days);
}

static bool fill_grid(B7Plan *plan, B7Arena *arena, double every_day, const double *extra_day,
                      int32_t n_extra, Days *days) {
  const double horizon = plan->horizon_day;
  Days extra = {.day = B7_ARENA_ARRAY(arena, double, (size_t)n_extra + 1)},
       events = {.day = B7_ARENA_ARRAY(arena, double, (size_t)plan->n_event + 1)};
  if (!extra.day || !events.day) return false;
  for (int32_t i = 0; i < n_extra; i++) {
    if (extra_day[i] >= 0 && extra_day[i] <= horizon) extra.day[extra.n++] = extra_day[i];
  }
  sort_days(extra.day, extra.n);
  for (int32_t i = 0; i < plan->n_event; i++) {
    double day = plan->events[i].t_day;
    if (day >= 0 && day <= horizon) events.day[events.n++] = day;
  }
  return multiples(arena, every_day, horizon, days) && add_looks(arena, plan, days) &&
         merge(arena, *days, extra, days) && merge(arena, *days, events, days);
}

/* a list of days as the outputs of a plan, the horizon as the last */
static B7Status set_outputs(B7Plan *plan, Days days, B7Error *error) {
  double *day = B7_ARENA_ARRAY(&plan->arena, double, (size_t)days.n + 1);
  if (!day) return b7_fail_memory(error);
  memcpy(day, days.day, sizeof(double) * (size_t)days.n);
  plan->n_output = days.n;
  if (plan->horizon_day - day[days.n - 1] < SAME_DAY)
    day[days.n - 1] = plan->horizon_day;
  else
    day[plan->n_output++] = plan->horizon_day;
  plan->output_day = day;
  return B7_OK;
}

B7Status b7_plan_grid(B7Plan *plan, double every_day, const double *extra_day, int32_t n_extra,
                      B7Error *error) {
  B7Arena arena = b7_arena_make(&plan->arena.hooks);
  Days days;
  B7Status status = fill_grid(plan, &arena, every_day, extra_day, n_extra, &days)
                        ? set_outputs(plan, days, error)
                        : b7_fail_memory(error);
  b7_arena_free(&arena);
  return status;
}

B7Status b7_plans_share_grid(B7Plan *const *plans, int32_t n_plan, const B7Hooks *hooks, B7Error *error) {
  B7Arena arena = b7_arena_make(hooks);
  Days all = {0};
  B7Status status = B7_OK;
  for (int32_t p = 0; p < n_plan && status == B7_OK; p++) {
    Days own = {.day = plans[p]->output_day, .n = plans[p]->n_output};
    if (!merge(&arena, all, own, &all) || !add_looks(&arena, plans[p], &all)) status = b7_fail_memory(error);
  }
  for (int32_t p = 0; p < n_plan && status == B7_OK; p++) status = set_outputs(plans[p], all, error);
  b7_arena_free(&arena);
  return status;
}
