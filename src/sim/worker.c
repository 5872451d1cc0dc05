/* worker.c - one worker: set-up, steps, and the round of admitting, stepping, looking and settling. */
#include "sim/worker.h"

#include <math.h>
#include <string.h>

#include "base/status.h"
#include "sim/worker_parts.h"

static void died_out(void *user, int32_t w, int32_t state, double t_day) {
  b7_lane_happen(user, w, (B7HappenedEvent){.t_day = t_day, .event = -1, .rule = -1, .argument = state});
}

B7Status b7_worker_make(B7Arena *arena, const B7SimulationSetup *setup, int32_t number, B7Arena *events_arena,
                        B7Worker **out, B7Error *error) {
  B7Worker *worker = B7_ARENA_ARRAY(arena, B7Worker, 1);
  if (!worker) return b7_fail_memory(error);
  const B7KernelTables *tables = setup->tables;
  const int32_t lanes = setup->code->lanes;
  worker->setup = setup;
  worker->number = number;
  worker->events_arena = events_arena;
  worker->stepper = b7_stepper(lanes);
  B7Group *group = &worker->group;
  B7_TRY(b7_group_make(arena, tables, setup->code, setup->shared, group, error));
  group->absolute = setup->absolute;
  group->lowest = setup->lowest;
  group->relative = setup->options.relative_tolerance;
  int32_t error_order = setup->rosenbrock ? setup->rosenbrock->error_order : b7_tsit5.error_order;
  // proportional and integral control after Gustafsson: exponents 0.7/k and 0.4/k for error of order k
  group->safety = 0.9;
  group->exponent = 0.7 / (error_order + 1);
  group->memory = 0.4 / (error_order + 1);
  memset(group->moves, 0xff, sizeof(double) * (size_t)tables->n_state * (size_t)lanes);
  b7_group_amounts(group);
  B7_TRY(b7_extinction_make(arena, group, &worker->extinction, error));
  worker->extinction.died_out = died_out;
  worker->extinction.user = worker;

  int32_t most_arguments = 1, rules = 0;
  for (int32_t p = 0; p < setup->n_plan; p++) {
    const B7Policy *policy = setup->plans[p]->policy;
    if (policy && policy->n_rule > rules) rules = policy->n_rule;
  }
  for (int32_t e = 0; e < tables->n_event; e++)
    if (tables->events[e].n_argument > most_arguments) most_arguments = tables->events[e].n_argument;
  worker->own = B7_ARENA_ARRAY(arena, double, tables->n_own + 1);
  worker->arguments = B7_ARENA_ARRAY(arena, double, most_arguments);
  worker->start_y = B7_ARENA_ARRAY(arena, double, (tables->n_state + 1) * lanes);
  worker->start_x = B7_ARENA_ARRAY(arena, double, (tables->n_exact + 1) * lanes);
  if (!worker->own || !worker->arguments || !worker->start_y || !worker->start_x)
    return b7_fail_memory(error);
  B7_TRY(b7_step_control_make(arena, lanes, &worker->control, error));
  for (int32_t w = 0; w < lanes; w++) {
    B7Lane *lane = &worker->lanes[w];
    lane->patient = -1;
    lane->fired = B7_ARENA_ARRAY(arena, int32_t, rules + 1);
    lane->memory = B7_ARENA_ARRAY(arena, B7PolicyMemory, rules + 1);
    lane->happened = B7_ARENA_ARRAY(arena, B7HappenedEvent, setup->happened_capacity + 1);
    if (!lane->fired || !lane->memory || !lane->happened) return b7_fail_memory(error);
  }
  // from here on the caller releases what the arena does not hold, whatever fails
  *out = worker;
#ifdef B7_HAVE_CVODE
  if (!setup->rosenbrock && !setup->explicit_method)
    B7_TRY(b7_cvode_make(&arena->hooks, group, (B7CvodeKind)setup->cvode_kind, &worker->cvode, error));
#endif
  if (setup->result) return B7_OK;
  const B7Plan *plan = setup->plans[0];
  return b7_result_make(&arena->hooks, lanes, plan->n_output, plan->output_day, tables->n_observable, 0,
                        &worker->slots, error);
}

void b7_worker_free(B7Worker *worker) {
  if (!worker) return;
#ifdef B7_HAVE_CVODE
  b7_cvode_free(worker->cvode);
#endif
  b7_result_free(worker->slots);
}

int64_t b7_worker_slot_bytes(const B7Worker *worker) {
  return worker->slots ? (int64_t)b7_arena_bytes(&worker->slots->arena) : 0;
}

/* an event, or counts that changed, end what the control of steps knew */
static void restart(B7Worker *worker, int32_t w) {
  worker->control.wanted_day[w] = b7_lesser(worker->control.wanted_day[w], B7_RESTART_STEP_DAY);
  worker->control.refused[w] = 0;
  worker->group.last_error[w] = 1;
  worker->group.slope_stale[w] = 1;
}

/* after lanes have moved: events that are due, counts, and what follows from both */
static void settle(B7Worker *worker) {
  const B7SimulationSetup *setup = worker->setup;
  B7Group *g = &worker->group;
  B7StepControl *c = &worker->control;
  bool extinction = setup->options.extinction && worker->extinction.n_counted > 0, changed = false;
  for (int32_t w = 0; w < g->lanes; w++) {
    B7Lane *lane = &worker->lanes[w];
    if (c->take[w] == 0) continue;
    if (c->hits[w] != 0 || c->cut[w] != 0) b7_lane_apply_due(worker, w);
    if (extinction) {
      if (b7_extinction_review(&worker->extinction, g, w, c->t_day[w], lane->changed)) g->slope_stale[w] = 1;
      if (lane->changed) b7_extinction_wake(&worker->extinction, w);
    }
    if (!lane->changed) continue;
    changed = true;
    lane->changed = false;
    restart(worker, w);
  }
  if (changed) b7_group_drive(g);
  if (extinction) b7_extinction_tick(&worker->extinction, g, c->live, c->t_day);
  // no step goes beyond the next event, tick of the counts, or the horizon
  for (int32_t w = 0; w < g->lanes; w++) {
    if (c->live[w] != 0)
      c->stop_day[w] = b7_lesser(worker->lanes[w].next_event_day, worker->extinction.lane[w].next_tick_day);
  }
}

/* counted states keep an attempt from jumping far below their threshold */
static void note_what_stands(B7Worker *worker) {
  const B7Group *g = &worker->group;
  B7StepControl *c = &worker->control;
  for (int32_t w = 0; w < g->lanes; w++) {
    bool good = c->live[w] != 0 && g->error[w] <= 1 && g->negative[w] == 0;
    c->stands[w] = good ? b7_extinction_overshoot(&worker->extinction, g, w) : 1;
  }
}

static void dismiss_too_small(B7Worker *worker) {
  const B7Group *g = &worker->group;
  const B7StepControl *c = &worker->control;
  for (int32_t w = 0; w < g->lanes; w++) {
    if (c->live[w] == 0 || c->take[w] != 0 || !(c->wanted_day[w] < B7_SMALLEST_STEP_DAY)) continue;
    b7_lane_dismiss(worker, w,
                    !(g->error[w] < INFINITY) ? B7_FAULT_NOT_FINITE
                    : g->negative[w] != 0     ? B7_FAULT_NEGATIVE
                                              : B7_FAULT_STEP_UNDERFLOW);
  }
}

static void count_work(B7Worker *worker) {
  const B7SimulationSetup *setup = worker->setup;
  const B7Rosenbrock *implicit = setup->rosenbrock;
  const double *c = implicit ? implicit->c : setup->explicit_method->c;
  int64_t stages = implicit ? implicit->stages : setup->explicit_method->stages - 1, times = 1;
  for (int64_t stage = 1; stage < stages; stage++) times += c[stage] != 1;
  worker->statistics.decays += times * worker->group.n_active;
  worker->statistics.slopes += implicit ? stages - 1 : stages;
  worker->statistics.jacobians += implicit != NULL;
  worker->statistics.factorisations += implicit != NULL;
  worker->statistics.solves += implicit ? stages : 0;
}

#ifdef B7_HAVE_CVODE
/* one step of the reference integrator; it controls its own error */
static void attempt_cvode(B7Worker *worker) {
  B7Group *g = &worker->group;
  B7StepControl *c = &worker->control;
  c->take[0] = c->cut[0] = 0;
  worker->ended |= ++c->steps[0] >= (double)worker->setup->options.max_steps;
  B7Fault fault =
      b7_cvode_step(worker->cvode, c->t_day[0], c->stop_day[0], g->slope_stale[0] != 0, &c->end_day[0]);
  b7_cvode_count(worker->cvode, &worker->statistics);
  if (fault != B7_FAULT_NONE) {
    b7_lane_dismiss(worker, 0, fault);
    return;
  }
  g->slope_stale[0] = 0;
  c->hits[0] = c->end_day[0] >= c->stop_day[0];
  c->take[0] = 1;
}
#endif

static void attempt(B7Worker *worker) {
  const B7SimulationSetup *setup = worker->setup;
  B7Group *g = &worker->group;
  B7StepControl *c = &worker->control;
  worker->all += g->lanes;
#ifdef B7_HAVE_CVODE
  if (worker->cvode) {
    worker->useful++;
    attempt_cvode(worker);
    return;
  }
#endif
  worker->useful += worker->n_under_way;
  worker->statistics.steps += worker->n_under_way;
  worker->stepper->choose_steps(g, c);
  if (setup->rosenbrock)
    worker->stepper->rosenbrock_step(g, setup->rosenbrock);
  else
    worker->stepper->explicit_step(g, setup->explicit_method);
  count_work(worker);
  if (setup->options.extinction) note_what_stands(worker);
  B7AttemptCounts counts = worker->stepper->accept_steps(g, c, (double)setup->options.max_steps);
  worker->statistics.rejected += counts.refused;
  worker->ended |= counts.too_many;
  if (counts.too_small) dismiss_too_small(worker);
}

static void advance(B7Worker *worker) {
  const B7SimulationSetup *setup = worker->setup;
  B7Group *g = &worker->group;
  if (setup->explicit_method)
    worker->stepper->explicit_advance(g, setup->explicit_method, worker->control.take);
  else
    worker->stepper->rosenbrock_advance(g, worker->control.take);
  worker->ended |= worker->stepper->move_on(&worker->control, setup->plans[0]->horizon_day);
}

/* finished patients are replaced by waiting ones; false when none is under way */
static bool fill_lanes(B7Worker *worker, B7Queue queue, int64_t *next, int64_t *end) {
  B7Group *g = &worker->group;
  if (worker->n_under_way == g->lanes) return true;
  bool admitted = false;
  for (int32_t w = 0; w < g->lanes; w++) {
    worker->control.take[w] = 0;
    if (worker->lanes[w].patient < 0) {
      int64_t count = 0;
      if (*next == *end && queue.take(queue.user, next, &count)) *end = *next + count;
      if (*next < *end) {
        b7_lane_admit(worker, w, (*next)++);
        worker->control.take[w] = 1;
        admitted = true;
      }
    }
  }
  if (!admitted) return worker->n_under_way > 0;
  b7_group_drive(g);
  b7_lanes_look_at_start(worker);
  settle(worker);
  return true;
}

static void dismiss_ended(B7Worker *worker) {
  const B7SimulationSetup *setup = worker->setup;
  worker->ended = false;
  for (int32_t w = 0; w < worker->group.lanes; w++) {
    B7Lane *lane = &worker->lanes[w];
    if (lane->patient < 0) continue;
    if (lane->dead || worker->control.t_day[w] >= lane->plan->horizon_day)
      b7_lane_dismiss(worker, w, B7_FAULT_NONE);
    else if (worker->control.steps[w] >= (double)setup->options.max_steps)
      b7_lane_dismiss(worker, w, B7_FAULT_STEP_LIMIT);
  }
}

void b7_worker_run(B7Worker *worker, B7Queue queue) {
  int64_t next = 0, end = 0;
  while (fill_lanes(worker, queue, &next, &end)) {
    attempt(worker);
    b7_lanes_look_along_step(worker);
    advance(worker);
    settle(worker);
    if (worker->ended) dismiss_ended(worker);
  }
}

const B7SolverStatistics *b7_worker_statistics(const B7Worker *worker) {
  return &worker->statistics;
}

int64_t b7_worker_finished(const B7Worker *worker) {
  return worker->finished;
}

void b7_worker_occupancy(const B7Worker *worker, int64_t *useful, int64_t *all) {
  *useful = worker->useful;
  *all = worker->all;
}

bool b7_worker_failed(const B7Worker *worker) {
  return worker->failed;
}
