/* lane_events.c - what is done to patients: planned events, decisions, protocols under way. */
#include <math.h>
#include <string.h>

#include "sim/worker_parts.h"

void b7_lane_happen(B7Worker *worker, int32_t w, B7HappenedEvent row) {
  B7Lane *lane = &worker->lanes[w];
  if (lane->n_happened < worker->setup->happened_capacity) lane->happened[lane->n_happened++] = row;
}

static void apply(B7Worker *worker, int32_t w, const B7PlanEvent *event, const double *arguments,
                  int32_t rule) {
  B7Group *g = &worker->group;
  const B7KernelTables *tables = g->tables;
  B7Lane *lane = &worker->lanes[w];
  const double t_day = worker->control.t_day[w];
  for (int32_t a = 0; a < event->n_argument; a++) worker->arguments[a] = arguments[event->argument_start + a];
  if (event->n_argument > 0)
    worker->arguments[0] *= b7_plan_event_factor(tables, event, g->own + w, g->lanes, g->shared);
  double latch[64];
  int32_t watched = tables->n_latch < 64 ? tables->n_latch : 64;
  for (int32_t i = 0; i < watched; i++) latch[i] = g->latch[i * g->lanes + w];
  g->code->event(g->code->program, event->event, worker->arguments, w, g->shared, g->own, g->derived, g->y,
                 g->x, g->latch);
  bool latched = tables->n_latch > watched;
  for (int32_t i = 0; i < watched; i++) latched |= latch[i] != g->latch[i * g->lanes + w];
  if (latched) b7_group_derive(g);
  b7_lane_happen(worker, w,
                 (B7HappenedEvent){.t_day = t_day,
                                   .event = event->event,
                                   .rule = rule,
                                   .role = event->role,
                                   .argument = event->n_argument > 0 ? worker->arguments[0] : 0});
  const B7Policy *policy = lane->plan->policy;
  for (int k = B7_FOLLOWS_INFUSION; policy && k < B7_FOLLOWED; k++) {
    if (policy->anchor_event[k] == event->event) lane->anchor_day[k] = t_day;
  }
  lane->changed = true;
  worker->statistics.events++;
}

/* infinite when it has ended */
static double next_day(const B7Launched *launched) {
  const B7Protocol *protocol = launched->protocol;
  if (launched->next_event >= protocol->n_event) return INFINITY;
  return launched->start_day + protocol->events[launched->next_event].t_day;
}

/* a protocol that has ended makes room; with no room left the decision waits for the rule's next firing */
static void launch(B7Lane *lane, const B7Protocol *protocol, int32_t rule, double t_day) {
  int32_t place = 0;
  while (place < lane->n_launched && !isinf(next_day(&lane->launched[place]))) place++;
  if (place == B7_LAUNCHED_MOST) return;
  lane->launched[place] = (B7Launched){.protocol = protocol, .start_day = t_day, .rule = rule};
  if (place == lane->n_launched) lane->n_launched++;
}

void b7_lane_apply_due(B7Worker *worker, int32_t w) {
  B7Lane *lane = &worker->lanes[w];
  const B7Plan *plan = lane->plan;
  const double t_day = worker->control.t_day[w];
  while (lane->next_event < plan->n_event && plan->events[lane->next_event].t_day <= t_day)
    apply(worker, w, &plan->events[lane->next_event++], plan->arguments, -1);
  for (int32_t i = 0; i < lane->n_fired; i++) {
    const B7PolicyRule *rule = &plan->policy->rules[lane->fired[i]];
    if (rule->protocol > 0)
      launch(lane, &plan->protocols[rule->protocol - 1], lane->fired[i], t_day);
    else
      apply(worker, w, &rule->action, plan->policy->arguments, lane->fired[i]);
  }
  lane->n_fired = 0;
  for (int32_t k = 0; k < lane->n_launched; k++) {
    B7Launched *launched = &lane->launched[k];
    while (next_day(launched) <= t_day)
      apply(worker, w, &launched->protocol->events[launched->next_event++], launched->protocol->arguments,
            launched->rule);
  }
  double next = plan->horizon_day;
  if (lane->next_event < plan->n_event) next = b7_lesser(next, plan->events[lane->next_event].t_day);
  for (int32_t k = 0; k < lane->n_launched; k++) next = b7_lesser(next, next_day(&lane->launched[k]));
  lane->next_event_day = next;
}
