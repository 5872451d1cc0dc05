/* time_course.c - one model over time, with the events that it brings along. */
#include <math.h>
#include <string.h>

#include "base/options.h"
#include "base/status.h"
#include "kernel/stepper.h"
#include "result/result.h"
#include "sim/population.h"
#include "sim/simulate.h"
#include "sim/triggers.h"

/* places inside a step at which conditions are looked at */
#define LOOKS 8
/* halvings that find the moment at which a condition turns to the last bit */
#define HALVINGS 60
/* first step, of the stretch between outputs */
#define FIRST_SHARE 1e-3
/* a step below this share of the time, or of the stretch, cannot be made */
#define SMALLEST_SHARE 1e-14

static const B7TimeCourseOptions defaults = {.struct_size = sizeof defaults,
                                             .duration = 1,
                                             .steps = 100,
                                             .relative_tolerance = 1e-8,
                                             .absolute_tolerance = 1e-12,
                                             .max_steps = 1000000,
                                             .solver = B7_SOLVER_RODAS5P,
                                             .seed = 1};

void b7_time_course_options_default(B7TimeCourseOptions *options, size_t struct_size) {
  b7_options_give(&defaults, sizeof defaults, options, struct_size);
}

static B7Status check_options(const B7TimeCourseOptions *options, B7Error *error) {
  if (!(options->duration >= 0 && options->duration < INFINITY) || options->steps < 1)
    return b7_fail(error, B7_ERROR_USAGE, "a time course lasts 0 or longer, in at least one step");
  if (!(options->relative_tolerance >= 1e-13 && options->relative_tolerance <= 0.1))
    return b7_fail(error, B7_ERROR_USAGE, "the relative tolerance is %g; it must lie between 1e-13 and 0.1",
                   options->relative_tolerance);
  if (!(options->absolute_tolerance > 0) || options->max_steps < 1)
    return b7_fail(error, B7_ERROR_USAGE, "the absolute tolerance must be above 0, and so must the steps");
  if (options->solver == B7_SOLVER_CVODE)
    return b7_fail(error, B7_ERROR_USAGE, "time courses are run by rodas5p, rodas4 or tsit5");
  return B7_OK;
}

/* a run under way; times are in the model's own unit */
typedef struct TimeCourseRun {
  const B7KernelTables *tables;
  B7Group group;
  const B7Stepper *stepper;
  const B7Rosenbrock *rosenbrock; /* NULL: Tsit5 */
  B7Triggers triggers;
  double time, wanted, stretch;
  double days; /* in one unit of time */
  int64_t attempts, max_steps, rejected;
} TimeCourseRun;

/* observables of a state at a time; the clock is told, not integrated */
static void observe_at(TimeCourseRun *run, const double *x, const double *drive, double *y, double time) {
  B7Group *g = &run->group;
  if (run->tables->clock >= 0) y[run->tables->clock] = time;
  g->code->observe(g->code->program, g->shared, g->own, g->latch, g->derived, x, drive, y, g->observed);
}

static void observe(void *user, double time) {
  TimeCourseRun *run = user;
  observe_at(run, run->group.x, run->group.drive, run->group.y, time);
}

static void set_state(void *user, int32_t state, double value) {
  ((TimeCourseRun *)user)->group.y[state] = value;
}

static void sample(TimeCourseRun *run, double share) {
  if (run->rosenbrock)
    run->stepper->rosenbrock_sample(&run->group, run->rosenbrock, &share);
  else
    run->stepper->explicit_sample(&run->group, &b7_tsit5, &share);
  observe_at(run, run->group.sample_x, run->group.sample_drive, run->group.sample,
             run->time + share * run->group.h_day[0] / run->days);
}

/* the first place inside the step just made at which a condition has turned; above 1 when none does */
static double find_turn(TimeCourseRun *run) {
  double before = 0, after = 2;
  for (int look = 1; look <= LOOKS && after > 1; look++) {
    double share = (double)look / LOOKS;
    sample(run, share);
    if (b7_triggers_turn(&run->triggers, run->group.observed))
      after = share;
    else
      before = share;
  }
  if (after > 1) return after;
  for (int halving = 0; halving < HALVINGS; halving++) {
    double middle = before + 0.5 * (after - before);
    if (middle <= before || middle >= after) break;
    sample(run, middle);
    *(b7_triggers_turn(&run->triggers, run->group.observed) ? &after : &before) = middle;
  }
  return after;
}

static void advance(TimeCourseRun *run) {
  const double take = 1;
  if (run->rosenbrock)
    run->stepper->rosenbrock_advance(&run->group, &take);
  else
    run->stepper->explicit_advance(&run->group, &b7_tsit5, &take);
}

/* after a change from outside: small steps again, from a fresh slope */
static void restart(TimeCourseRun *run) {
  run->group.last_error[0] = 1;
  run->group.slope_stale[0] = 1;
  run->wanted = fmin(run->wanted, FIRST_SHARE * run->stretch);
  b7_group_drive(&run->group);
}

static B7Status fail_step(const TimeCourseRun *run, const char *why, B7Error *error) {
  return b7_fail(
      error, B7_ERROR_NUMERICAL,
      "the time course cannot go on at time %.9g: %s; a value may leave the numbers there, or the tolerances "
      "may be too tight",
      run->time, why);
}

/* an accepted step that does not pass `stop` */
static B7Status make_step(TimeCourseRun *run, double stop, B7Error *error) {
  B7Group *g = &run->group;
  double left = stop - run->time;
  for (bool refused = false;;) {
    double step = run->wanted >= 0.9 * left ? left : run->wanted;
    if (++run->attempts > run->max_steps) return fail_step(run, "it has used all its steps", error);
    if (run->tables->clock >= 0) g->y[run->tables->clock] = run->time;
    g->h_day[0] = step * run->days;
    if (run->rosenbrock)
      run->stepper->rosenbrock_step(g, run->rosenbrock);
    else
      run->stepper->explicit_step(g, &b7_tsit5);
    bool good = g->error[0] <= 1;
    double factor = g->factor[0];
    if (good) {
      g->last_error[0] = fmax(g->error[0], 1e-4);
      double growth = fmin(refused ? 1 : 5, fmax(0.2, factor));
      // a step cut short by an output says too little to give up what the control had in mind
      run->wanted = step < run->wanted && growth >= 1 ? fmax(run->wanted, step * growth) : step * growth;
      return B7_OK;
    }
    run->rejected++;
    refused = true;
    run->wanted = step * (g->error[0] < INFINITY ? fmin(0.9, fmax(0.1, factor)) : 0.1);
    if (!(run->wanted > SMALLEST_SHARE * fmax(fabs(run->time), run->stretch)))
      return fail_step(run, g->error[0] < INFINITY ? "the steps become too small" : "a value is not finite",
                       error);
  }
}

static B7Status settle(TimeCourseRun *run, B7Error *error) {
  bool changed;
  const B7TriggerHost host = {
      .observed = run->group.observed, .observe = observe, .set = set_state, .user = run};
  observe(run, run->time);
  B7_TRY(b7_triggers_settle(&run->triggers, &host, run->time, &changed, error));
  if (changed) restart(run);
  return B7_OK;
}

static B7Status run_to(TimeCourseRun *run, double output, B7Error *error) {
  B7Group *g = &run->group;
  while (run->time < output) {
    double stop = fmin(output, b7_triggers_next(&run->triggers));
    B7_TRY(make_step(run, stop, error));
    double step = g->h_day[0] / run->days, end = step >= stop - run->time ? stop : run->time + step;
    double turn = run->triggers.n > 0 ? find_turn(run) : 2;
    if (turn < 1) {
      // the state there becomes the end of the step
      sample(run, turn);
      run->stepper->sample_exact(g, &turn);
      memcpy(g->y_new, g->sample, sizeof(double) * (size_t)run->tables->n_state);
      memcpy(g->x_new, g->sample_x, sizeof(double) * (size_t)run->tables->n_exact);
      end = run->time + turn * step;
    }
    advance(run);
    run->time = end;
    if (turn < 1) restart(run);
    if (turn <= 1 || end >= b7_triggers_next(&run->triggers)) B7_TRY(settle(run, error));
  }
  observe(run, run->time);
  return B7_OK;
}

static B7Status prepare(B7Arena *arena, const B7CodeSource *source, const B7Population *population,
                        const B7TimeCourseOptions *options, B7Solver solver, TimeCourseRun *run,
                        B7Error *error) {
  const B7KernelTables *tables = source->tables;
  const B7KernelCode *code = source->code_of(source->user, 1);
  double *shared = B7_ARENA_ARRAY(arena, double, tables->n_shared + 1);
  double *tolerances = B7_ARENA_ARRAY(arena, double, 2 * tables->n_state + 1);
  if (!shared || !tolerances) return b7_fail_memory(error);
  memcpy(shared, b7_population_shared(population), sizeof(double) * (size_t)tables->n_shared);
  if (code->prepare) code->prepare(code->program, shared);
  *run = (TimeCourseRun){.tables = tables,
                         .stepper = b7_stepper(1),
                         .days = tables->days_per_time_unit,
                         .max_steps = options->max_steps,
                         .stretch = options->duration / options->steps};
  run->wanted = FIRST_SHARE * run->stretch;
  if (solver != B7_SOLVER_TSIT5) run->rosenbrock = solver == B7_SOLVER_RODAS5P ? &b7_rodas5p : &b7_rodas4;
  B7Group *g = &run->group;
  B7_TRY(b7_group_make(arena, tables, code, shared, g, error));
  for (int32_t i = 0; i < tables->n_state; i++) {
    tolerances[i] = options->absolute_tolerance;
    tolerances[tables->n_state + i] = -INFINITY;
  }
  g->absolute = tolerances;
  g->lowest = tolerances + tables->n_state;
  g->relative = options->relative_tolerance;
  int32_t order = run->rosenbrock ? run->rosenbrock->error_order : b7_tsit5.error_order;
  g->safety = 0.9;
  g->exponent = 0.7 / (order + 1);
  g->memory = 0.4 / (order + 1);
  memset(g->moves, 0xff, sizeof(double) * (size_t)tables->n_state);
  b7_group_amounts(g);
  b7_population_patient(population, 0, g->own);
  for (int32_t i = 0; i < tables->n_latch; i++) g->latch[i] = tables->latches[i].initial;
  b7_group_derive(g);
  code->initial(code->program, g->shared, g->own, g->latch, g->derived, g->y, g->x);
  b7_group_drive(g);
  g->slope_stale[0] = g->last_error[0] = 1;
  return b7_triggers_make(arena, tables, options->seed, &run->triggers, error);
}

static B7Status run_with(const B7CodeSource *source, const B7Population *population,
                         const B7TimeCourseOptions *options, B7Solver solver, const B7Hooks *hooks,
                         B7Result *result, B7Error *error) {
  B7Arena arena = b7_arena_make(hooks);
  B7Fingerprint fingerprint = b7_fingerprint_start();
  TimeCourseRun run;
  B7Status status = prepare(&arena, source, population, options, solver, &run, error);
  if (status == B7_OK) status = settle(&run, error);
  for (int32_t i = 0; i <= options->steps && status == B7_OK; i++) {
    status = run_to(&run, options->duration * i / options->steps, error);
    if (status == B7_OK) b7_result_record(result, 0, i, run.group.observed, 1, &fingerprint);
  }
  if (status == B7_OK) {
    result->statistics.steps = run.attempts;
    result->statistics.rejected = run.rejected;
    result->statistics.events = run.triggers.acted;
    result->statistics.solver = b7_solver_name(solver);
    result->statistics.lanes = result->statistics.threads = 1;
    result->statistics.isa = run.group.code->isa;
    b7_result_close(result, 0, options->steps + 1, &fingerprint);
  }
  b7_arena_free(&arena);
  return status;
}

B7Status b7_time_course(const B7Kernel *kernel, const B7TimeCourseOptions *given,
                        const B7ParameterSetting *settings, int32_t n_settings, const B7Hooks *hooks,
                        B7Result **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7TimeCourseOptions own = defaults;
  const B7TimeCourseOptions *options = &own;
  if (given) B7_TRY(b7_options_take(given, &own, sizeof own, "b7_time_course_options_default", error));
  B7_TRY(check_options(options, error));
  const B7CodeSource source = b7_code_source(kernel);
  B7Population *population = NULL;
  B7Result *result = NULL;
  B7_TRY(b7_population_make(kernel, 1, 1, false, settings, n_settings, hooks, &population, error));
  B7Arena times = b7_arena_make(hooks);
  double *day = B7_ARENA_ARRAY(&times, double, options->steps + 1);
  B7Status status = day ? B7_OK : b7_fail_memory(error);
  for (int32_t i = 0; day && i <= options->steps; i++)
    day[i] = options->duration * i / options->steps * source.tables->days_per_time_unit;
  if (status == B7_OK)
    status =
        b7_result_make(hooks, 1, options->steps + 1, day, source.tables->n_observable, 1, &result, error);
  if (status == B7_OK) status = run_with(&source, population, options, options->solver, hooks, result, error);
  // where derivatives leave the numbers and values do not, a method without derivatives comes through
  if (status == B7_ERROR_NUMERICAL && options->solver != B7_SOLVER_TSIT5) {
    B7Error second;
    status = run_with(&source, population, options, B7_SOLVER_TSIT5, hooks, result, &second);
    // the message of the first is kept
    if (status == B7_OK) b7_error_clear(error);
  }
  b7_arena_free(&times);
  b7_population_free(population);
  if (status != B7_OK) {
    b7_result_free(result);
    return status;
  }
  b7_result_seal(result);
  *out = result;
  return B7_OK;
}
