#include "sim/block.h"

#include <math.h>
#include <string.h>

#include "base/status.h"
#ifdef B7_HAVE_CVODE
#include "kernel/cvode.h"
#endif
#include "sim/population.h"

/* step after an event or at the start, at most; the error control takes it from there */
#define RESTART_STEP_DAY 0.4
/* a step is stretched by up to this share when that ends it at the next stop */
#define LARGEST_STRETCH 0.1
/* a step that must be smaller than this cannot be made */
#define SMALLEST_STEP_DAY 1e-11
#define LARGEST_GROWTH 5.0
#define LARGEST_SHRINK 0.2
#define EVENT_ROWS_CHUNK 4096
/* protocols under way in one patient, at most */
#define LAUNCHED_MOST 4

/* a protocol under way in one patient */
typedef struct Launched {
  const B7Protocol *protocol;
  double start_day;
  int32_t next_event, rule;
} Launched;

/* one patient under way */
typedef struct Lane {
  int64_t patient; /* -1: idle */
  double t_day, h_day;
  double end_day; /* of the attempt */
  bool hits;      /* the attempt ends at an event, a tick or the horizon */
  bool fresh;     /* nothing recorded yet */
  bool after_rejection, cut, changed, dead;
  double threshold;               /* of the summed hazards, at which the patient dies */
  double anchor_day[B7_FOLLOWED]; /* latest infusion and graft, where the policy asks */
  int32_t next_event, next_output;
  int64_t next_check;
  double next_look_day; /* of the next output or check; infinite when there is none */
  int64_t steps;
  int32_t n_fired, n_happened, n_launched;
  Launched launched[LAUNCHED_MOST];
  B7Fingerprint fingerprint;
  int32_t *fired;
  B7PolicyMemory *memory;
  B7HappenedEvent *happened;
} Lane;

struct B7Worker {
  const B7Task *task;
  B7Arena *events_arena;
  B7HappenedEvent *rows;
  int32_t rows_left;
  bool failed;
  B7Group group;
  const B7Stepper *stepper;
  B7Extinction extinction;
#ifdef B7_HAVE_CVODE
  B7Cvode *cvode; /* NULL unless it is the solver */
#endif
  Lane lanes[B7_LANES_MAX];
  double *own, *arguments; /* one patient's parameters; one event's arguments */
  double *start_y, *start_x;
  double *take, *share, *t_day; /* [lanes] */
  B7SolverStatistics statistics;
  int32_t n_under_way;
  bool ended; /* some patient is to be dismissed */
  int64_t useful, all, finished;
};

/* as fmin and fmax of numbers, inlined */
static inline double lesser(double a, double b) {
  return b < a ? b : a;
}

static inline double larger(double a, double b) {
  return b > a ? b : a;
}

/* --------------------------------------------------------------------------------------------------- set-up
 * ---- */

static void happen(B7Worker *worker, int32_t w, B7HappenedEvent row) {
  Lane *lane = &worker->lanes[w];
  if (lane->n_happened < worker->task->happened_capacity) lane->happened[lane->n_happened++] = row;
}

static void died_out(void *user, int32_t w, int32_t state, double t_day) {
  happen(user, w, (B7HappenedEvent){.t_day = t_day, .event = -1, .rule = -1, .argument = state});
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

  int32_t most_arguments = 1, rules = task->plan->policy ? task->plan->policy->n_rule : 0;
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
    Lane *lane = &worker->lanes[w];
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

/* ---------------------------------------------------------------------------------------- patients in and
 * out ---- */

static void copy_lane(double *to, const double *from, int32_t n, int32_t lanes, int32_t w) {
  for (int32_t i = 0; i < n; i++) to[i * lanes + w] = from[i * lanes + w];
}

static void admit(B7Worker *worker, int32_t w, int64_t patient) {
  const B7Task *task = worker->task;
  const B7KernelTables *tables = task->tables;
  B7Group *g = &worker->group;
  Lane *lane = &worker->lanes[w];
  b7_population_patient(task->population, patient, worker->own);
  for (int32_t i = 0; i < tables->n_own; i++) g->own[i * g->lanes + w] = worker->own[i];
  for (int32_t i = 0; i < tables->n_latch; i++) g->latch[i * g->lanes + w] = tables->latches[i].initial;
  b7_group_derive(g);
  g->code->initial(g->code->program, g->shared, g->own, g->latch, g->derived, worker->start_y,
                   worker->start_x);
  copy_lane(g->y, worker->start_y, tables->n_state, g->lanes, w);
  copy_lane(g->x, worker->start_x, tables->n_exact, g->lanes, w);
  g->last_error[w] = 1;
  g->slope_stale[w] = 1;
  Lane kept = *lane;
  worker->n_under_way++;
  // what is planned for the start is due at once
  *lane = (Lane){.patient = patient,
                 .hits = true,
                 .h_day = RESTART_STEP_DAY,
                 .fresh = true,
                 .changed = true,
                 .fingerprint = b7_fingerprint_start(),
                 .fired = kept.fired,
                 .memory = kept.memory,
                 .happened = kept.happened};
  if (task->n_hazard > 0)
    lane->threshold =
        b7_death_threshold(task->population, task->options.seed, b7_population_id(task->population, patient));
  for (int k = 0; k < B7_FOLLOWED; k++) lane->anchor_day[k] = NAN;
  if (task->plan->policy) b7_policy_memory_clear(task->plan->policy, lane->memory);
  b7_extinction_start(
      &worker->extinction, g, w,
      b7_random_at(task->options.seed, b7_population_id(task->population, patient), B7_STREAM_EXTINCTION, 0));
}

static void dismiss(B7Worker *worker, int32_t w, B7Fault fault) {
  const B7Task *task = worker->task;
  B7Result *result = task->result;
  Lane *lane = &worker->lanes[w];
  if (fault != B7_FAULT_NONE) {
    result->faults[lane->patient] = fault;
    result->fault_day[lane->patient] = lane->t_day;
    worker->statistics.faults++;
  }
  if (worker->rows_left < lane->n_happened) {
    int32_t count = lane->n_happened > EVENT_ROWS_CHUNK ? lane->n_happened : EVENT_ROWS_CHUNK;
    worker->rows = B7_ARENA_ARRAY(worker->events_arena, B7HappenedEvent, count);
    worker->rows_left = worker->rows ? count : 0;
  }
  if (worker->rows_left >= lane->n_happened) {
    if (lane->n_happened > 0)
      memcpy(worker->rows, lane->happened, sizeof(B7HappenedEvent) * (size_t)lane->n_happened);
    result->events[lane->patient] = (B7PatientEvents){.rows = worker->rows, .count = lane->n_happened};
    worker->rows += lane->n_happened;
    worker->rows_left -= lane->n_happened;
  } else {
    worker->failed = true;
  }
  b7_result_close(result, lane->patient, lane->next_output, &lane->fingerprint);
  worker->finished++;
  lane->patient = -1;
  worker->n_under_way--;
}

/* -------------------------------------------------------------------------------------- records and
 * decisions ---- */

static void plan_look(const B7Plan *plan, Lane *lane) {
  double next = lane->next_output < plan->n_output ? plan->output_day[lane->next_output] : INFINITY;
  if (plan->policy) {
    double check = (double)lane->next_check * plan->policy->check_every_day;
    if (check <= plan->horizon_day) next = lesser(next, check);
  }
  lane->next_look_day = next;
}

static bool dies(const B7Task *task, const Lane *lane, const double *observed, int32_t lanes) {
  double sum = 0;
  for (int32_t k = 0; k < task->n_hazard; k++) sum += observed[task->hazards[k] * lanes];
  return task->n_hazard > 0 && sum >= lane->threshold;
}

/* conditioning or a course under way */
static bool busy(const Lane *lane, double t_day) {
  for (int32_t k = 0; k < lane->n_launched; k++) {
    if (t_day < lane->launched[k].start_day + lane->launched[k].protocol->lead_day) return true;
  }
  return false;
}

static int32_t decide(B7Worker *worker, int32_t w, double t_day) {
  const B7Task *task = worker->task;
  const B7Group *g = &worker->group;
  Lane *lane = &worker->lanes[w];
  B7PolicyView view = {.t_day = t_day,
                       .observables = g->observed + w,
                       .stride = g->lanes,
                       .seed = task->options.seed,
                       .patient = b7_population_id(task->population, lane->patient),
                       .busy = busy(lane, t_day)};
  memcpy(view.anchor_day, lane->anchor_day, sizeof view.anchor_day);
  return b7_policy_decide(task->plan->policy, &view, lane->memory, lane->fired);
}

/* write outputs and ask the policy at t_day of one lane, from `observed`; true when a rule fires or the
 * patient dies */
static bool look(B7Worker *worker, int32_t w, double t_day) {
  const B7Task *task = worker->task;
  const B7Plan *plan = task->plan;
  const B7Group *g = &worker->group;
  Lane *lane = &worker->lanes[w];
  bool recorded = lane->next_output < plan->n_output && plan->output_day[lane->next_output] <= t_day;
  if (recorded)
    b7_result_record(task->result, lane->patient, lane->next_output++, g->observed + w, g->lanes,
                     &lane->fingerprint);
  // the output that shows the death is the last; nothing is decided for the dead
  lane->dead = recorded && dies(task, lane, g->observed + w, g->lanes);
  bool checked =
      !lane->dead && plan->policy && (double)lane->next_check * plan->policy->check_every_day <= t_day;
  if (checked) {
    lane->next_check++;
    lane->n_fired = decide(worker, w, t_day);
  }
  plan_look(plan, lane);
  worker->ended |= lane->dead;
  return lane->dead || (checked && lane->n_fired > 0);
}

/* observe at the present state, for lanes that have just begun */
static void look_at_start(B7Worker *worker) {
  B7Group *g = &worker->group;
  const B7KernelCode *code = g->code;
  code->observe(code->program, g->shared, g->own, g->latch, g->derived, g->x, g->drive, g->y, g->observed);
  for (int32_t w = 0; w < g->lanes; w++) {
    Lane *lane = &worker->lanes[w];
    if (lane->patient < 0 || !lane->fresh) continue;
    plan_look(worker->task->plan, lane);
    while (lane->next_look_day <= 0 && !look(worker, w, 0)) {
    }
    lane->fresh = false;
  }
}

/* the reference integrator makes the steps, with one lane */
static bool is_reference(const B7Worker *worker) {
  return !worker->task->rosenbrock && !worker->task->explicit_method;
}

/* states at the chosen share of the step just made; the reference integrator, with one lane, goes by the day
 */
static void sample(B7Worker *worker, double t_day) {
  const B7Task *task = worker->task;
  B7Group *g = &worker->group;
  (void)t_day;
  if (task->rosenbrock)
    worker->stepper->rosenbrock_sample(g, task->rosenbrock, worker->share);
  else if (task->explicit_method)
    worker->stepper->explicit_sample(g, task->explicit_method, worker->share);
#ifdef B7_HAVE_CVODE
  else
    b7_cvode_sample(worker->cvode, t_day);
#endif
}

/* observe inside the step just made, in order of time; a lane in which a rule fires or the patient dies ends
 * its step there */
static void look_along_step(B7Worker *worker) {
  B7Group *g = &worker->group;
  const B7KernelCode *code = g->code;
  double next[B7_LANES_MAX];
  for (;;) {
    bool any = false;
    for (int32_t w = 0; w < g->lanes; w++) {
      Lane *lane = &worker->lanes[w];
      worker->share[w] = 1;
      next[w] = INFINITY;
      if (worker->take[w] == 0 || lane->cut) continue;
      double day = lane->next_look_day;
      if (day > lane->end_day) continue;
      next[w] = day;
      // at the end itself nothing needs to be interpolated
      if (day < lane->end_day) worker->share[w] = lesser(1, larger(0, (day - lane->t_day) / g->h_day[w]));
      any = true;
    }
    if (!any) return;
    sample(worker, next[0]);
    code->observe(code->program, g->shared, g->own, g->latch, g->derived, g->sample_x, g->sample_drive,
                  g->sample, g->observed);
    bool cut = false;
    for (int32_t w = 0; w < g->lanes; w++) {
      Lane *lane = &worker->lanes[w];
      if (isinf(next[w]) || !look(worker, w, next[w])) continue;
      if (!cut && !is_reference(worker)) worker->stepper->sample_exact(g, worker->share);
      cut = true;
      // what follows is an event or an end: the drive is formed anew there
      lane->cut = lane->changed = true;
      lane->hits = lane->hits && next[w] >= lane->end_day;
      lane->end_day = next[w];
      copy_lane(g->y_new, g->sample, g->tables->n_state, g->lanes, w);
      copy_lane(g->x_new, g->sample_x, g->tables->n_exact, g->lanes, w);
    }
  }
}

/* -----------------------------------------------------------------------------------------------------
 * events ---- */

static void apply(B7Worker *worker, int32_t w, const B7PlanEvent *event, const double *arguments,
                  int32_t rule) {
  B7Group *g = &worker->group;
  const B7KernelTables *tables = g->tables;
  Lane *lane = &worker->lanes[w];
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
  happen(worker, w,
         (B7HappenedEvent){.t_day = lane->t_day,
                           .event = event->event,
                           .rule = rule,
                           .argument = event->n_argument > 0 ? worker->arguments[0] : 0});
  const B7Policy *policy = worker->task->plan->policy;
  for (int k = B7_FOLLOWS_INFUSION; policy && k < B7_FOLLOWED; k++) {
    if (policy->anchor_event[k] == event->event) lane->anchor_day[k] = lane->t_day;
  }
  lane->changed = true;
  worker->statistics.events++;
}

static double next_launched_day(const Launched *launched) {
  const B7Protocol *protocol = launched->protocol;
  if (launched->next_event >= protocol->n_event) return INFINITY;
  return launched->start_day + protocol->events[launched->next_event].t_day;
}

/* a protocol that has ended makes room; with no room left the decision waits for the rule's next firing */
static void launch(Lane *lane, const B7Protocol *protocol, int32_t rule) {
  int32_t place = 0;
  while (place < lane->n_launched && !isinf(next_launched_day(&lane->launched[place]))) place++;
  if (place == LAUNCHED_MOST) return;
  lane->launched[place] = (Launched){.protocol = protocol, .start_day = lane->t_day, .rule = rule};
  if (place == lane->n_launched) lane->n_launched++;
}

static void apply_due(B7Worker *worker, int32_t w) {
  const B7Plan *plan = worker->task->plan;
  Lane *lane = &worker->lanes[w];
  while (lane->next_event < plan->n_event && plan->events[lane->next_event].t_day <= lane->t_day)
    apply(worker, w, &plan->events[lane->next_event++], plan->arguments, -1);
  for (int32_t i = 0; i < lane->n_fired; i++) {
    const B7PolicyRule *rule = &plan->policy->rules[lane->fired[i]];
    if (rule->protocol > 0)
      launch(lane, &plan->protocols[rule->protocol - 1], lane->fired[i]);
    else
      apply(worker, w, &rule->action, plan->policy->arguments, lane->fired[i]);
  }
  lane->n_fired = 0;
  for (int32_t k = 0; k < lane->n_launched; k++) {
    Launched *launched = &lane->launched[k];
    while (next_launched_day(launched) <= lane->t_day)
      apply(worker, w, &launched->protocol->events[launched->next_event++], launched->protocol->arguments,
            launched->rule);
  }
}

/* after lanes have moved: events that are due, counts, and what follows from both */
static void settle(B7Worker *worker) {
  const B7Task *task = worker->task;
  B7Group *g = &worker->group;
  bool extinction = task->options.extinction && worker->extinction.n_counted > 0, changed = false;
  for (int32_t w = 0; w < g->lanes; w++) {
    Lane *lane = &worker->lanes[w];
    worker->t_day[w] = lane->patient < 0 ? -INFINITY : lane->t_day;
    if (lane->patient < 0 || worker->take[w] == 0) continue;
    if (lane->hits || lane->cut) apply_due(worker, w);
    if (extinction) {
      if (b7_extinction_review(&worker->extinction, g, w, lane->t_day, lane->changed)) g->slope_stale[w] = 1;
      if (lane->changed) b7_extinction_wake(&worker->extinction, w);
    }
    if (!lane->changed) continue;
    changed = true;
    lane->changed = false;
    lane->h_day = lesser(lane->h_day, RESTART_STEP_DAY);
    lane->after_rejection = false;
    g->last_error[w] = 1;
    g->slope_stale[w] = 1;
  }
  if (changed) b7_group_drive(g);
  if (extinction) b7_extinction_tick(&worker->extinction, g, worker->t_day);
}

/* ------------------------------------------------------------------------------------------------------
 * steps ---- */

/* no step goes beyond the next event, tick of the counts, or the horizon */
static double next_stop(const B7Worker *worker, int32_t w) {
  const B7Plan *plan = worker->task->plan;
  const Lane *lane = &worker->lanes[w];
  double stop = plan->horizon_day;
  if (lane->next_event < plan->n_event) stop = lesser(stop, plan->events[lane->next_event].t_day);
  for (int32_t k = 0; k < lane->n_launched; k++) stop = lesser(stop, next_launched_day(&lane->launched[k]));
  return lesser(stop, worker->extinction.lane[w].next_tick_day);
}

static void choose_step(B7Worker *worker, int32_t w) {
  Lane *lane = &worker->lanes[w];
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
  Lane *lane = &worker->lanes[w];
  double tried = g->h_day[w], error = g->error[w];
  bool finite = error < INFINITY, good = error <= 1 && g->negative[w] == 0;
  double share = good && task->options.extinction ? b7_extinction_overshoot(&worker->extinction, g, w) : 1;
  worker->ended |= ++lane->steps >= task->options.max_steps;
  if (good && share >= 0.98) {
    double factor = lesser(LARGEST_GROWTH, larger(LARGEST_SHRINK, g->factor[w]));
    if (lane->after_rejection) factor = lesser(factor, 1);
    // a step cut short by an event may say too little to give up what the control had in mind
    bool says_little = tried < lane->h_day && factor >= LARGEST_GROWTH;
    lane->h_day = says_little ? larger(lane->h_day, tried * factor) : tried * factor;
    g->last_error[w] = larger(error, 1e-4);
    lane->after_rejection = false;
    return true;
  }
  worker->statistics.rejected++;
  double factor = !finite                             ? 0.1
                  : good                              ? share
                  : g->negative[w] != 0 && error <= 1 ? 0.5
                                                      : lesser(0.9, larger(0.1, g->factor[w]));
  lane->h_day = tried * factor;
  lane->after_rejection = true;
  if (lane->h_day < SMALLEST_STEP_DAY) {
    dismiss(worker, w,
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
  Lane *lane = &worker->lanes[0];
  double stop = next_stop(worker, 0);
  worker->take[0] = 0;
  worker->ended |= ++lane->steps >= worker->task->options.max_steps;
  B7Fault fault = b7_cvode_step(worker->cvode, lane->t_day, stop, g->slope_stale[0] != 0, &lane->end_day);
  b7_cvode_count(worker->cvode, &worker->statistics);
  if (fault != B7_FAULT_NONE) {
    dismiss(worker, 0, fault);
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
    Lane *lane = &worker->lanes[w];
    if (worker->take[w] == 0) continue;
    lane->t_day = lane->end_day;
    worker->ended |= lane->t_day >= task->plan->horizon_day;
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
        admit(worker, w, (*next)++);
        worker->take[w] = 1;
        admitted = true;
      }
    }
  }
  if (!admitted) return worker->n_under_way > 0;
  b7_group_drive(g);
  look_at_start(worker);
  settle(worker);
  return true;
}

static void dismiss_ended(B7Worker *worker) {
  const B7Task *task = worker->task;
  worker->ended = false;
  for (int32_t w = 0; w < worker->group.lanes; w++) {
    Lane *lane = &worker->lanes[w];
    if (lane->patient < 0) continue;
    if (lane->dead || lane->t_day >= task->plan->horizon_day)
      dismiss(worker, w, B7_FAULT_NONE);
    else if (lane->steps >= task->options.max_steps)
      dismiss(worker, w, B7_FAULT_STEP_LIMIT);
  }
}

void b7_worker_run(B7Worker *worker, B7Queue queue) {
  int64_t next = 0, end = 0;
  while (fill_lanes(worker, queue, &next, &end)) {
    attempt(worker);
    look_along_step(worker);
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
