#include "sim/simulate.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/options.h"
#include "base/status.h"
#include "base/threads.h"
#include "sim/solver_counters.h"
#include "sim/worker.h"

/* few, so that threads end together */
#define BLOCK_MOST 4

static const B7SimulateOptions defaults = {
    .struct_size = sizeof defaults,
    .solver = B7_SOLVER_TSIT5, // the winner of the study in docs/numerics.md
    .relative_tolerance = 1e-6,
    .max_lanes = 8,
    .threads = 0,
    .block_patients = 0,
    .max_steps = 1000000,
    .max_fault_share = 0.05,
    .extinction = true,
    .seed = 1,
};

void b7_simulate_options_default(B7SimulateOptions *options, size_t struct_size) {
  b7_options_give(&defaults, sizeof defaults, options, struct_size);
}

B7Status b7_simulate_options_take(const B7SimulateOptions *given, B7SimulateOptions *own, B7Error *error) {
  *own = defaults;
  return given ? b7_options_take(given, own, sizeof *own, "b7_simulate_options_default", error) : B7_OK;
}

/* patients' courses know no events but their own */
static B7Status check_kernel(const B7KernelTables *tables, B7Error *error) {
  if (tables->n_trigger == 0) return B7_OK;
  return b7_fail(
      error, B7_ERROR_INPUT,
      "the model brings along events of its own ('%s'), which courses of patients cannot run; run it as a "
      "time course (b7_time_course)",
      tables->triggers[0].name);
}

static B7Status check_options(const B7SimulateOptions *options, B7Error *error) {
  if (!(options->relative_tolerance >= 1e-13 && options->relative_tolerance <= 0.1))
    return b7_fail(error, B7_ERROR_USAGE, "the relative tolerance is %g; it must lie between 1e-13 and 0.1",
                   options->relative_tolerance);
  if (options->max_lanes < 1 || options->max_steps < 1 || options->threads < 0 || options->block_patients < 0)
    return b7_fail(error, B7_ERROR_USAGE,
                   "lanes and steps must be at least 1, threads and block size at least 0");
#ifndef B7_HAVE_CVODE
  if (options->solver == B7_SOLVER_CVODE)
    return b7_fail(error, B7_ERROR_USAGE,
                   "this build has no CVODE; install SUNDIALS and build again, or use rodas5p");
#endif
  return B7_OK;
}

/* what the threads share while they run */
typedef struct SimulateRun {
  const B7SimulationSetup *setup;
  B7Worker **workers;
  const B7Hooks *hooks;
  int64_t patients, block_patients;
  atomic_llong next, done;
  atomic_flag reporting;
  atomic_bool cancelled, failed;
} SimulateRun;

static void report(SimulateRun *run, int64_t patients) {
  if (patients == 0 || atomic_load(&run->cancelled)) return;
  int64_t done = atomic_fetch_add(&run->done, patients) + patients;
  if (!run->hooks || !run->hooks->progress) return;
  // one thread at a time; a thread that finds another reporting goes on working
  if (atomic_flag_test_and_set(&run->reporting)) return;
  if (!run->hooks->progress(run->hooks->user, done, run->patients)) atomic_store(&run->cancelled, true);
  atomic_flag_clear(&run->reporting);
}

/* one worker's way to more patients */
typedef struct Supply {
  SimulateRun *run;
  const B7Worker *worker;
  int64_t reported;
} Supply;

static void report_finished(Supply *supply) {
  int64_t finished = b7_worker_finished(supply->worker);
  report(supply->run, finished - supply->reported);
  supply->reported = finished;
}

static bool take_block(void *user, int64_t *first, int64_t *count) {
  Supply *supply = user;
  SimulateRun *run = supply->run;
  const int64_t patients = run->patients;
  report_finished(supply);
  if (atomic_load(&run->cancelled) || atomic_load(&run->failed)) return false;
  *first = atomic_fetch_add(&run->next, run->block_patients);
  *count = patients - *first < run->block_patients ? patients - *first : run->block_patients;
  return *count > 0;
}

static void work(void *context, int64_t item, int32_t index) {
  (void)item;
  SimulateRun *run = context;
  B7Worker *worker = run->workers[index];
  Supply supply = {.run = run, .worker = worker, .reported = b7_worker_finished(worker)};
  b7_worker_run(worker, (B7Queue){.take = take_block, .user = &supply});
  if (b7_worker_failed(worker)) atomic_store(&run->failed, true);
  report_finished(&supply);
}

static const char *fault_sentence(B7Fault fault) {
  switch (fault) {
  case B7_FAULT_NOT_FINITE:
    return "a value that is not finite";
  case B7_FAULT_STEP_UNDERFLOW:
    return "a step that became too small";
  case B7_FAULT_STEP_LIMIT:
    return "too many steps";
  case B7_FAULT_NEGATIVE:
    return "a negative amount";
  case B7_FAULT_NONE:
    break;
  }
  return "no fault";
}

static B7Status judge_faults(const B7Result *result, double max_share, B7Error *error) {
  int64_t faults = result->statistics.faults, first = 0;
  if ((double)faults <= max_share * (double)result->patients) return B7_OK;
  while (result->faults[first] == B7_FAULT_NONE) first++;
  // an explicit method fails on stiff models in these ways
  bool stiff = strcmp(result->statistics.solver, b7_tsit5.name) == 0;
  const char *remedy = stiff
                           ? "if the model is stiff, choose the solver rodas5p; else loosen the tolerance or "
                           : "loosen the tolerance or ";
  return b7_fail(
      error, B7_ERROR_NUMERICAL,
      "%lld of %lld patients failed numerically, more than the share of %g; the first is patient %lld on day %.6g "
      "with %s; %slook at that patient's parameters",
      (long long)faults, (long long)result->patients, max_share, (long long)first, result->fault_day[first],
      fault_sentence(result->faults[first]), remedy);
}

static B7Status run_all(B7Arena *arena, B7SimulationSetup *setup, int32_t threads, int64_t patients,
                        int64_t block, const B7Hooks *hooks, B7SolverStatistics *statistics, B7Error *error) {
  B7Result *result = setup->result;
  SimulateRun run = {.setup = setup,
                     .hooks = hooks,
                     .patients = patients,
                     .block_patients = block,
                     .reporting = ATOMIC_FLAG_INIT};
  run.workers = B7_ARENA_ARRAY(arena, B7Worker *, threads);
  if (!run.workers) return b7_fail_memory(error);
  B7Status status = B7_OK;
  for (int32_t i = 0; i < threads && status == B7_OK; i++) {
    size_t before = b7_arena_bytes(arena);
    status =
        b7_worker_make(arena, setup, i, result ? &result->worker_arenas[i] : NULL, &run.workers[i], error);
    if (status == B7_OK)
      statistics->worker_bytes =
          (int64_t)(b7_arena_bytes(arena) - before) + b7_worker_slot_bytes(run.workers[i]);
  }
  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  if (status == B7_OK) b7_threads_for(threads, threads, work, &run);
  clock_gettime(CLOCK_MONOTONIC, &end);
  statistics->seconds = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
  int64_t useful = 0, all = 0;
  for (int32_t i = 0; i < threads && status == B7_OK; i++) {
    int64_t worker_useful, worker_all;
    b7_solver_counters_add(statistics, b7_worker_statistics(run.workers[i]));
    b7_worker_occupancy(run.workers[i], &worker_useful, &worker_all);
    useful += worker_useful;
    all += worker_all;
  }
  for (int32_t i = 0; i < threads; i++) b7_worker_free(run.workers[i]);
  statistics->lane_steps = all;
  statistics->lane_occupancy = all > 0 ? (double)useful / (double)all : 1;
  if (status != B7_OK) return status;
  if (atomic_load(&run.failed)) return b7_fail_memory(error);
  if (atomic_load(&run.cancelled)) return b7_fail(error, B7_ERROR_CANCELLED, "cancelled");
  return B7_OK;
}

/* the narrowest width that seats all patients of a thread side by side, within the caller's limit */
static int32_t useful_lanes(int32_t max_lanes, int64_t patients) {
  int32_t lanes = 1;
  while (lanes * 2 <= max_lanes && lanes * 2 <= B7_LANES_MAX && lanes < patients) lanes *= 2;
  return lanes;
}

const char *b7_solver_name(B7Solver solver) {
  switch (solver) {
  case B7_SOLVER_RODAS5P:
    return b7_rodas5p.name;
  case B7_SOLVER_RODAS4:
    return b7_rodas4.name;
  case B7_SOLVER_TSIT5:
    return b7_tsit5.name;
  case B7_SOLVER_CVODE:
    break;
  }
  return "cvode";
}

/* outcomes of all patients stand in one table of times */
static B7Status check_plans(const B7PlanChoice *choice, B7Error *error) {
  const B7Plan *first = choice->plans[0];
  for (int32_t p = 1; p < choice->n_plan; p++) {
    const B7Plan *plan = choice->plans[p];
    if (plan->horizon_day != first->horizon_day || plan->n_output != first->n_output ||
        memcmp(plan->output_day, first->output_day, sizeof(double) * (size_t)first->n_output) != 0)
      return b7_fail(
          error, B7_ERROR_USAGE,
          "plans that are simulated side by side need one horizon and the same output times; plan %d "
          "differs from the first",
          p + 1);
  }
  return B7_OK;
}

static int32_t happened_capacity(const B7KernelTables *tables, const B7PlanChoice *choice) {
  int32_t most = 0;
  for (int32_t p = 0; p < choice->n_plan; p++) {
    int32_t own = b7_simulation_happened_capacity(tables, choice->plans[p]);
    if (own > most) most = own;
  }
  return most;
}

static int32_t threads_of(const B7SimulateOptions *options, int64_t patients) {
  int32_t threads = options->threads > 0 ? options->threads : b7_threads_available();
  return threads > patients ? patients > 0 ? (int32_t)patients : 1 : threads;
}

static int64_t block_of(const B7SimulateOptions *options, int32_t threads, int64_t patients) {
  if (options->block_patients > 0) return options->block_patients;
  // lanes go on from block to block, so small ones cost nothing; they keep threads busy to the end
  int64_t block = patients / ((int64_t)threads * 128);
  return block < 1 ? 1 : block > BLOCK_MOST ? BLOCK_MOST : block;
}

static void set_method(B7SimulationSetup *setup, B7Solver solver) {
  switch (solver) {
  case B7_SOLVER_RODAS5P:
    setup->rosenbrock = &b7_rodas5p;
    break;
  case B7_SOLVER_RODAS4:
    setup->rosenbrock = &b7_rodas4;
    break;
  case B7_SOLVER_TSIT5:
    setup->explicit_method = &b7_tsit5;
    break;
  case B7_SOLVER_CVODE:
    break;
  }
}

/* into the result, or with a result of NULL patient by patient to `finish` */
static B7Status run_task(const B7CodeSource *source, const B7PlanChoice *choice,
                         const B7Population *population, const B7SimulateOptions *options,
                         const B7Hooks *hooks, B7Result *result, const B7Finish *finish,
                         B7SolverStatistics *statistics, B7Error *error) {
  const int64_t patients = b7_population_size(population);
  const int32_t threads = threads_of(options, patients);
  int32_t lanes = useful_lanes(options->max_lanes, (patients + threads - 1) / threads);
  if (options->solver == B7_SOLVER_CVODE) lanes = 1;
  B7Arena arena = b7_arena_make(hooks);
  B7SimulationSetup setup = {.tables = source->tables,
                             .code = source->code_of(source->user, lanes),
                             .plans = choice->plans,
                             .n_plan = choice->n_plan,
                             .plan_of = choice->plan_of,
                             .population = population,
                             .options = *options,
                             .cvode_kind = source->cvode_kind,
                             .happened_capacity = happened_capacity(source->tables, choice),
                             .result = result,
                             .finish = finish};
  if (options->until_death && b7_hazards_find(source->tables, setup.hazards)) setup.n_hazard = B7_HAZARDS;
  set_method(&setup, options->solver);
  statistics->lanes = setup.code->lanes;
  statistics->isa = setup.code->isa;
  statistics->threads = threads;
  statistics->solver = b7_solver_name(options->solver);
  // what the kernel derives from the shared parameters stands behind them
  double *shared = B7_ARENA_ARRAY(&arena, double, source->tables->n_shared + 1);
  B7Status status = shared ? b7_simulation_tolerances(&arena, &setup, error) : b7_fail_memory(error);
  if (shared)
    memcpy(shared, b7_population_shared(population), sizeof(double) * (size_t)source->tables->n_shared);
  if (shared && setup.code->prepare) setup.code->prepare(setup.code->program, shared);
  setup.shared = shared;
  if (status == B7_OK)
    status = run_all(&arena, &setup, threads, patients, block_of(options, threads, patients), hooks,
                     statistics, error);
  b7_arena_free(&arena);
  return status;
}

B7Status b7_simulate_choice(const B7CodeSource *source, const B7PlanChoice *choice,
                            const B7Population *population, const B7SimulateOptions *options,
                            const B7Hooks *hooks, B7Result **out, B7Error *error) {
  *out = NULL;
  B7_TRY(check_options(options, error));
  B7_TRY(check_kernel(source->tables, error));
  B7_TRY(check_plans(choice, error));
  const B7Plan *plan = choice->plans[0];
  const int64_t patients = b7_population_size(population);
  B7Result *result = NULL;
  B7_TRY(b7_result_make(hooks, patients, plan->n_output, plan->output_day, source->tables->n_observable,
                        threads_of(options, patients), &result, error));
  B7Status status =
      run_task(source, choice, population, options, hooks, result, NULL, &result->statistics, error);
  if (status == B7_OK) status = judge_faults(result, options->max_fault_share, error);
  if (status != B7_OK) {
    b7_result_free(result);
    return status;
  }
  b7_result_seal(result);
  *out = result;
  return B7_OK;
}

B7Status b7_simulate_each(const B7CodeSource *source, const B7PlanChoice *choice,
                          const B7Population *population, const B7SimulateOptions *options,
                          const B7Hooks *hooks, const B7Finish *finish, B7SolverStatistics *statistics,
                          B7Error *error) {
  *statistics = (B7SolverStatistics){0};
  B7_TRY(check_options(options, error));
  B7_TRY(check_kernel(source->tables, error));
  B7_TRY(check_plans(choice, error));
  return run_task(source, choice, population, options, hooks, NULL, finish, statistics, error);
}

B7Status b7_simulate_source(const B7CodeSource *source, const B7Plan *plan, const B7Population *population,
                            const B7SimulateOptions *options, const B7Hooks *hooks, B7Result **out,
                            B7Error *error) {
  const B7PlanChoice choice = {.plans = &plan, .n_plan = 1};
  return b7_simulate_choice(source, &choice, population, options, hooks, out, error);
}

static const B7KernelCode *kernel_code(const void *user, int32_t max_lanes) {
  return b7_kernel_code(user, max_lanes);
}

B7CodeSource b7_code_source(const B7Kernel *kernel) {
  return (B7CodeSource){.tables = b7_kernel_tables(kernel), .code_of = kernel_code, .user = kernel};
}

B7Status b7_simulate(const B7Kernel *kernel, const B7Plan *plan, const B7Population *population,
                     const B7SimulateOptions *options, const B7Hooks *hooks, B7Result **out, B7Error *error) {
  const B7CodeSource source = b7_code_source(kernel);
  return b7_simulate_source(&source, plan, population, options, hooks, out, error);
}
