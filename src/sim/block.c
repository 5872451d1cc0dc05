/* block.c - one worker: set-up, steps, and the round of admitting, stepping, looking and settling. */
#include "sim/block.h"

#include <math.h>
#include <string.h>

#include "base/status.h"
#include "sim/worker.h"

/* a step is stretched by up to this share when that ends it at the next stop */
#define LARGEST_STRETCH 0.1
/* a step that must be smaller than this cannot be made */
#define SMALLEST_STEP_DAY 1e-11
#define LARGEST_GROWTH 5.0
#define LARGEST_SHRINK 0.2

static void died_out(void *user, int32_t w, int32_t state, double t_day) {
  b7_lane_happen(user, w, (B7HappenedEvent){.t_day = t_day, .event = -1, .rule = -1, .argument = state});
}

B7Status b7_worker_make(B7Arena *arena, const B7Task *task, B7Arena *events_arena, B7Worker **out,
                        B7Error *error) {
  B7Worker *worker = B7_ARENA_ARRAY(arena, B7Worker, 1);
  if (!worker) return b7_fail_memory(error);
  const B7KernelTables *tables = task->tables;
  const int32_t lanes = task->code->lanes;
  worker->task = task;
  worker->events_arena = events_arena;
  worker->stepper = b7_stepper(lanes);
  B7Group *group = &worker->group;
  B7_TRY(b7_group_make(arena, tables, task->code, task->shared, group, error));
  group->absolute = task->absolute;
  group->lowest = task->lowest;
  group->relative = task->options.relative_tolerance;
  int32_t error_order = task->rosenbrock ? task->rosenbrock->error_order : b7_tsit5.error_order;
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
  for (int32_t p = 0; p < task->n_plan; p++) {
    const B7Policy *policy = task->plans[p]->policy;
    if (policy && policy->n_rule > rules) rules = policy->n_rule;
  }
  for (int32_t e = 0; e < tables->n_event; e++)
    if (tables->events[e].n_argument > most_arguments) most_arguments = tables->events[e].n_argument;
  worker->own = B7_ARENA_ARRAY(arena, double, tables->n_own + 1);
  worker->arguments = B7_ARENA_ARRAY(arena, double, most_arguments);
  worker->start_y = B7_ARENA_ARRAY(arena, double, (tables->n_state + 1) * lanes);
  worker->start_x = B7_ARENA_ARRAY(arena, double, (tables->n_exact + 1) * lanes);
  worker->take = B7_ARENA_ARRAY(arena, double, lanes);
  worker->share = B7_ARENA_ARRAY(arena, double, lanes);
  worker->t_day = B7_ARENA_ARRAY(arena, double, lanes);
  if (!worker->own || !worker->arguments || !worker->start_y || !worker->start_x || !worker->take ||
      !worker->share || !worker->t_day)
    return b7_fail_memory(error);
  for (int32_t w = 0; w < lanes; w++) {
    B7Lane *lane = &worker->lanes[w];
    lane->patient = -1;
    lane->fired = B7_ARENA_ARRAY(arena, int32_t, rules + 1);
    lane->memory = B7_ARENA_ARRAY(arena, B7PolicyMemory, rules + 1);
    lane->happened = B7_ARENA_ARRAY(arena, B7HappenedEvent, task->happened_capacity + 1);
    if (!lane->fired || !lane->memory || !lane->happened) return b7_fail_memory(error);
  }
#ifdef B7_HAVE_CVODE
  if (!task->rosenbrock && !task->explicit_method)
    B7_TRY(b7_cvode_make(&arena->hooks, group, (B7CvodeKind)task->cvode_kind, &worker->cvode, error));
#endif
  *out = worker;
  return B7_OK;
}

void b7_worker_free(B7Worker *worker) {
#ifdef B7_HAVE_CVODE
  if (worker) b7_cvode_free(worker->cvode);
#else
  (void)worker;
#endif
}

/* after lanes have moved: events that are due, counts, and what follows from both */
static void settle(B7Worker *worker) {
  const B7Task *task = worker->task;
  B7Group *g = &worker->group;
  bool extinction = task->options.extinction && worker->extinction.n_counted > 0, changed = false;
  for (int32_t w = 0; w < g->lanes; w++) {
    B7Lane *lane = &worker->lanes[w];
    worker->t_day[w] = lane->patient < 0 ? -INFINITY : lane->t_day;
    if (lane->patient < 0 || worker->take[w] == 0) continue;
    if (lane->hits || lane->cut) b7_lane_apply_due(worker, w);
    if (extinction) {
      if (b7_extinction_review(&worker->extinction, g, w, lane->t_day, lane->changed)) g->slope_stale[w] = 1;
      if (lane->changed) b7_extinction_wake(&worker->extinction, w);
    }
    if (!lane->changed) continue;
    changed = true;
    lane->changed = false;
    lane->h_day = b7_lesser(lane->h_day, B7_RESTART_STEP_DAY);
    lane->after_rejection = false;
    g->last_error[w] = 1;
    g->slope_stale[w] = 1;
  }
  if (changed) b7_group_drive(g);
  if (extinction) b7_extinction_tick(&worker->extinction, g, worker->t_day);
}

/* no step goes beyond the next event, tick of the counts, or the horizon */
static double next_stop(const B7Worker *worker, int32_t w) {
  const B7Lane *lane = &worker->lanes[w];
  const B7Plan *plan = lane->plan;
  double stop = plan->horizon_day;
  if (lane->next_event < plan->n_event) stop = b7_lesser(stop, plan->events[lane->next_event].t_day);
  for (int32_t k = 0; k < lane->n_launched; k++)
    stop = b7_lesser(stop, b7_launched_next_day(&lane->launched[k]));
  return b7_lesser(stop, worker->extinction.lane[w].next_tick_day);
}

static void choose_step(B7Worker *worker, int32_t w) {
  B7Lane *lane = &worker->lanes[w];
  double stop = next_stop(worker, w), left = stop - lane->t_day, h = lane->h_day;
  // a step refused at its stretched length would be tried again for ever
  double stretch = lane->after_rejection ? 1e-9 : LARGEST_STRETCH;
  lane->hits = h * (1 + stretch) >= left;
  // two equal steps rather than a long one and a sliver
  if (lane->hits)
    h = left;
  else if (h > 0.5 * left)
    h = 0.5 * left;
  lane->end_day = lane->hits ? stop : lane->t_day + h;
  lane->cut = false;
  worker->group.h_day[w] = h;
}

/* accept or refuse one lane's attempt; the size of its next step */
static bool accept(B7Worker *worker, int32_t w) {
  const B7Task *task = worker->task;
  B7Group *g = &worker->group;
  B7Lane *lane = &worker->lanes[w];
  double tried = g->h_day[w], error = g->error[w];
  bool finite = error < INFINITY, good = error <= 1 && g->negative[w] == 0;
  double share = good && task->options.extinction ? b7_extinction_overshoot(&worker->extinction, g, w) : 1;
  worker->ended |= ++lane->steps >= task->options.max_steps;
  if (good && share >= 0.98) {
    double factor = b7_lesser(LARGEST_GROWTH, b7_larger(LARGEST_SHRINK, g->factor[w]));
    if (lane->after_rejection) factor = b7_lesser(factor, 1);
    // a step cut short by an event may say too little to give up what the control had in mind
    bool says_little = tried < lane->h_day && factor >= LARGEST_GROWTH;
    lane->h_day = says_little ? b7_larger(lane->h_day, tried * factor) : tried * factor;
    g->last_error[w] = b7_larger(error, 1e-4);
    lane->after_rejection = false;
    return true;
  }
  worker->statistics.rejected++;
  double factor = !finite                             ? 0.1
                  : good                              ? share
                  : g->negative[w] != 0 && error <= 1 ? 0.5
                                                      : b7_lesser(0.9, b7_larger(0.1, g->factor[w]));
  lane->h_day = tried * factor;
  lane->after_rejection = true;
  if (lane->h_day < SMALLEST_STEP_DAY) {
    b7_lane_dismiss(worker, w,
                    !finite               ? B7_FAULT_NOT_FINITE
                    : g->negative[w] != 0 ? B7_FAULT_NEGATIVE
                                          : B7_FAULT_STEP_UNDERFLOW);
  }
  return false;
}

static void count_work(B7Worker *worker) {
  const B7Task *task = worker->task;
  const B7Rosenbrock *implicit = task->rosenbrock;
  const double *c = implicit ? implicit->c : task->explicit_method->c;
  int64_t stages = implicit ? implicit->stages : task->explicit_method->stages - 1, times = 1;
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
  B7Lane *lane = &worker->lanes[0];
  double stop = next_stop(worker, 0);
  worker->take[0] = 0;
  worker->ended |= ++lane->steps >= worker->task->options.max_steps;
  B7Fault fault = b7_cvode_step(worker->cvode, lane->t_day, stop, g->slope_stale[0] != 0, &lane->end_day);
  b7_cvode_count(worker->cvode, &worker->statistics);
  if (fault != B7_FAULT_NONE) {
    b7_lane_dismiss(worker, 0, fault);
    return;
  }
  g->slope_stale[0] = 0;
  lane->hits = lane->end_day >= stop;
  lane->cut = false;
  worker->take[0] = 1;
}
#endif

static void attempt(B7Worker *worker) {
  const B7Task *task = worker->task;
  B7Group *g = &worker->group;
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
  for (int32_t w = 0; w < g->lanes; w++)
    if (worker->lanes[w].patient >= 0) choose_step(worker, w);
  if (task->rosenbrock)
    worker->stepper->rosenbrock_step(g, task->rosenbrock);
  else
    worker->stepper->explicit_step(g, task->explicit_method);
  count_work(worker);
  for (int32_t w = 0; w < g->lanes; w++)
    worker->take[w] = worker->lanes[w].patient >= 0 && accept(worker, w) ? 1 : 0;
}

static void advance(B7Worker *worker) {
  const B7Task *task = worker->task;
  B7Group *g = &worker->group;
  if (task->explicit_method)
    worker->stepper->explicit_advance(g, task->explicit_method, worker->take);
  else
    worker->stepper->rosenbrock_advance(g, worker->take);
  for (int32_t w = 0; w < g->lanes; w++) {
    B7Lane *lane = &worker->lanes[w];
    if (worker->take[w] == 0) continue;
    lane->t_day = lane->end_day;
    worker->ended |= lane->t_day >= lane->plan->horizon_day;
    if (lane->cut) g->slope_stale[w] = 1;
  }
}

/* finished patients are replaced by waiting ones; false when none is under way */
static bool fill_lanes(B7Worker *worker, B7Queue queue, int64_t *next, int64_t *end) {
  B7Group *g = &worker->group;
  if (worker->n_under_way == g->lanes) return true;
  bool admitted = false;
  for (int32_t w = 0; w < g->lanes; w++) {
    worker->take[w] = 0;
    if (worker->lanes[w].patient < 0) {
      int64_t count = 0;
      if (*next == *end && queue.take(queue.user, next, &count)) *end = *next + count;
      if (*next < *end) {
        b7_lane_admit(worker, w, (*next)++);
        worker->take[w] = 1;
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
  const B7Task *task = worker->task;
  worker->ended = false;
  for (int32_t w = 0; w < worker->group.lanes; w++) {
    B7Lane *lane = &worker->lanes[w];
    if (lane->patient < 0) continue;
    if (lane->dead || lane->t_day >= lane->plan->horizon_day)
      b7_lane_dismiss(worker, w, B7_FAULT_NONE);
    else if (lane->steps >= task->options.max_steps)
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
