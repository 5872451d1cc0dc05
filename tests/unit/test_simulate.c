#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdatomic.h>

#include "hand_kernel.h"

#define DAYS 41

static double grid[DAYS];
static const HandDose tumour_doses[] = {
    {0, 1, 0, 1.0}, {3.3, 1, 0, 0.5}, {3.3, 0, 1, 0.25}, {11.7, 1, 0, 2.0}, {20, 0, 0, 0.1}};

static B7SimulateOptions usual_options(void) {
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  return options;
}

static B7Result *run(const HandKernel *kernel, const B7Plan *plan, int64_t patients, bool vary,
                     B7SimulateOptions options) {
  B7Population *population = NULL;
  B7Error error;
  assert_int_equal(
      b7_population_from_tables(&kernel->tables, patients, 7, vary, NULL, 0, NULL, &population, &error),
      B7_OK);
  B7Result *result = NULL;
  B7Status status = b7_simulate_source(&kernel->source, plan, population, &options, NULL, &result, &error);
  if (status != B7_OK) fail_msg("%s", error.message);
  b7_population_free(population);
  return result;
}

/* doses between which the closed form holds */
static double tumour_exact(double t_day) {
  const double g = 0.1, kappa = 2.0, k = 3.0;
  double log_y = 0, y = 1, drug = 0, now = 0;
  for (size_t i = 0; i <= sizeof tumour_doses / sizeof *tumour_doses; i++) {
    bool last = i == sizeof tumour_doses / sizeof *tumour_doses;
    double next = last ? t_day : fmin(tumour_doses[i].t_day, t_day), dt = next - now;
    log_y = g * dt - kappa * drug * (1 - exp(-k * dt)) / k;
    y *= exp(log_y);
    drug *= exp(-k * dt);
    now = next;
    // an output at the time of an event shows the state before it
    if (last || tumour_doses[i].t_day >= t_day) break;
    if (tumour_doses[i].event == 1)
      drug += tumour_doses[i].amount;
    else if (tumour_doses[i].place == 0)
      y += tumour_doses[i].amount;
  }
  return y;
}

static void doses_follow_the_closed_form(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_tumour);
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 40, tumour_doses, 5, grid, DAYS);
  const B7Solver solvers[] = {B7_SOLVER_RODAS5P, B7_SOLVER_RODAS4, B7_SOLVER_TSIT5
#ifdef B7_HAVE_CVODE
                              ,
                              B7_SOLVER_CVODE
#endif
  };
  for (size_t s = 0; s < sizeof solvers / sizeof *solvers; s++) {
    B7SimulateOptions options;
    b7_simulate_options_default(&options, sizeof options);
    options.solver = solvers[s];
    options.relative_tolerance = solvers[s] == B7_SOLVER_CVODE ? 1e-10 : 1e-9;
    B7Result *result = run(&kernel, &plan, 1, false, options);
    const double *values = b7_result_values(result, 0);
    for (int t = 0; t < DAYS; t++) assert_float_equal(values[t] / tumour_exact(grid[t]), 1, 2e-7);
    const B7HappenedEvent *rows;
    assert_int_equal(b7_result_events(result, 0, &rows), 5);
    assert_float_equal(rows[3].t_day, 11.7, 0);
    assert_int_equal(rows[3].event, 1);
    b7_result_free(result);
  }
  b7_arena_free(&arena);
}

static void error_falls_with_the_tolerance(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_tumour);
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 40, tumour_doses, 5, grid, DAYS);
  const B7Solver solvers[] = {B7_SOLVER_RODAS5P, B7_SOLVER_RODAS4, B7_SOLVER_TSIT5};
  for (int s = 0; s < 3; s++) {
    double last = INFINITY;
    for (double tolerance = 1e-4; tolerance > 1e-11; tolerance *= 1e-2) {
      B7SimulateOptions options;
      b7_simulate_options_default(&options, sizeof options);
      options.solver = solvers[s];
      options.relative_tolerance = tolerance;
      B7Result *result = run(&kernel, &plan, 1, false, options);
      const double *values = b7_result_values(result, 0);
      double worst = 0;
      for (int t = 0; t < DAYS; t++) worst = fmax(worst, fabs(values[t] / tumour_exact(grid[t]) - 1));
      assert_true(worst < 100 * tolerance);
      assert_true(worst < 0.3 * last || worst < 1e-9);
      last = worst;
      b7_result_free(result);
    }
  }
  b7_arena_free(&arena);
}

static void robertson_keeps_its_mass(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_robertson);
  B7Arena arena = b7_arena_make(NULL);
  // reference values: Hairer and Wanner 1996, IV.10, at t = 40 (to the figures commonly printed)
  const double outputs[] = {0, 0.4, 4, 40};
  B7Plan plan = hand_plan(&arena, 40, NULL, 0, outputs, 4);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.relative_tolerance = 1e-9;
  for (int s = 0; s < 2; s++) {
    options.solver = s ? B7_SOLVER_RODAS4 : B7_SOLVER_RODAS5P;
    B7Result *result = run(&kernel, &plan, 1, false, options);
    const double *a = b7_result_values(result, 0), *b = b7_result_values(result, 1),
                 *c = b7_result_values(result, 2);
    assert_float_equal(a[3], 0.7158271, 1e-6);
    assert_float_equal(b[3], 9.1855e-6, 1e-9);
    for (int t = 0; t < 4; t++) assert_float_equal(a[t] + b[t] + c[t], 1, 1e-12);
    assert_true(b7_result_statistics(result)->steps < 4000);
    b7_result_free(result);
  }
  b7_arena_free(&arena);
}

/* one hash over lane widths, threads and block sizes */
static void bytes_do_not_depend_on_the_machinery(void **state) {
  (void)state;
  const HandModel *models[] = {&hand_tumour, &hand_robertson, &hand_predator, &hand_cells};
  const HandDose doses[] = {{0, 0, 0, 0.5}, {5.25, 0, 0, 0.25}, {17, 0, 0, 1.5}};
  for (int m = 0; m < 4; m++) {
    HandKernel kernel;
    HandModel model = *models[m];
    if (model.n_own == 3 && model.n == 1) model.spread[0] = model.spread[1] = 0.2;
    hand_kernel_make(&kernel, &model);
    B7Arena arena = b7_arena_make(NULL);
    B7Plan plan = hand_plan(&arena, 40, doses, 3, grid, DAYS);
    for (int solver = 0; solver < 3; solver++) {
      if (models[m] == &hand_robertson && solver == B7_SOLVER_TSIT5) continue;
      char hash[17] = "";
      for (int32_t lanes = 1; lanes <= 8; lanes *= 2) {
        for (int32_t threads = 1; threads <= 3; threads++) {
          for (int32_t block = 3; block <= 67; block += 32) {
            B7SimulateOptions options;
            b7_simulate_options_default(&options, sizeof options);
            options.solver = (B7Solver)solver;
            options.relative_tolerance = 1e-5;
            options.max_lanes = lanes;
            options.threads = threads;
            options.block_patients = block;
            B7Result *result = run(&kernel, &plan, 53, true, options);
            assert_int_equal(b7_result_statistics(result)->faults, 0);
            if (!hash[0]) strcpy(hash, b7_result_hash(result));
            assert_string_equal(b7_result_hash(result), hash);
            b7_result_free(result);
          }
        }
      }
    }
    b7_arena_free(&arena);
  }
}

/* a patient does not depend on how many others there are */
static void patients_do_not_depend_on_each_other(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 40, NULL, 0, grid, DAYS);
  B7Result *few = run(&kernel, &plan, 5, true, usual_options());
  B7Result *many = run(&kernel, &plan, 40, true, usual_options());
  assert_memory_equal(b7_result_values(few, 1), b7_result_values(many, 1), sizeof(double) * 5 * DAYS);
  double first = b7_result_values(many, 1)[DAYS - 1], second = b7_result_values(many, 1)[2 * DAYS - 1];
  assert_true(fabs(first - second) > 1e-3);
  b7_result_free(few);
  b7_result_free(many);
  b7_arena_free(&arena);
}

/* own2 above 5 poisons a patient on day 10 and later, when the latch is set */
static void poisoned_slope(const double *own, const double *latch, const double *drive, const double *y,
                           double *f) {
  (void)drive;
  f[0] = -own[0] * y[0];
  if (latch[0] != 0 && own[1] > 1.5) f[0] = NAN;
}
static void harmless_slope(const double *own, const double *latch, const double *drive, const double *y,
                           double *f) {
  (void)latch, (void)drive;
  f[0] = -own[0] * y[0];
}
static void poisoned_jacobian(const double *own, const double *latch, const double *drive, const double *y,
                              double *j) {
  (void)latch, (void)drive, (void)y;
  j[0] = -own[0];
}

static void a_poisoned_lane_leaves_the_others_alone(void **state) {
  (void)state;
  const HandModel model = {.name = "poisoned",
                           .n = 1,
                           .n_own = 2,
                           .n_latch = 1,
                           .own = {0.1, 1},
                           .spread = {0.3, 0.5},
                           .negligible = 1e-9,
                           .start = {1},
                           .slope = poisoned_slope,
                           .jacobian = poisoned_jacobian};
  HandModel harmless_model = model;
  harmless_model.slope = harmless_slope;
  HandKernel kernel, harmless;
  hand_kernel_make(&kernel, &model);
  hand_kernel_make(&harmless, &harmless_model);
  B7Arena arena = b7_arena_make(NULL);
  const HandDose poison[] = {{10, 2, 0, 1}};
  B7Plan plan = hand_plan(&arena, 40, poison, 1, grid, DAYS);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.max_fault_share = 1;
  options.threads = 1;
  B7Result *sick = run(&kernel, &plan, 64, true, options),
           *healthy = run(&harmless, &plan, 64, true, options);
  const double *day;
  const B7Fault *faults = b7_result_faults(sick, &day);
  int32_t count = 0;
  for (int i = 0; i < 64; i++) {
    const double *row = b7_result_values(sick, 0) + i * DAYS, *good = b7_result_values(healthy, 0) + i * DAYS;
    if (faults[i] != B7_FAULT_NONE) {
      count++;
      assert_int_equal(faults[i], B7_FAULT_NOT_FINITE);
      assert_float_equal(day[i], 10, 1e-6);
      assert_memory_equal(row, good, sizeof(double) * 10);
      assert_true(isnan(row[11]) && isnan(row[DAYS - 1]));
    } else {
      assert_true(isnan(day[i]));
      assert_memory_equal(row, good, sizeof(double) * DAYS);
    }
  }
  assert_in_range(count, 5, 30);
  assert_int_equal(b7_result_statistics(sick)->faults, count);
  b7_result_free(sick);
  b7_result_free(healthy);

  // above the allowed share the whole run fails and says why
  B7Population *population = NULL;
  B7Result *result = NULL;
  B7Error error;
  assert_int_equal(b7_population_from_tables(&kernel.tables, 64, 7, true, NULL, 0, NULL, &population, &error),
                   B7_OK);
  options.max_fault_share = 0.01;
  assert_int_equal(b7_simulate_source(&kernel.source, &plan, population, &options, NULL, &result, &error),
                   B7_ERROR_NUMERICAL);
  assert_null(result);
  assert_non_null(strstr(error.message, "not finite"));
  b7_population_free(population);
  b7_arena_free(&arena);
}

static void the_step_limit_is_a_fault(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 40, NULL, 0, grid, DAYS);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.max_steps = 5;
  options.max_fault_share = 1;
  B7Result *result = run(&kernel, &plan, 3, true, options);
  const double *day;
  for (int i = 0; i < 3; i++) {
    assert_int_equal(b7_result_faults(result, &day)[i], B7_FAULT_STEP_LIMIT);
    assert_true(day[i] > 0 && day[i] < 40);
  }
  b7_result_free(result);
  b7_arena_free(&arena);
}

static bool stop_at_once(void *user, int64_t done, int64_t total) {
  (void)done, (void)total;
  (*(int *)user)++;
  return false;
}

static void progress_can_cancel(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 40, NULL, 0, grid, DAYS);
  int calls = 0;
  B7Hooks hooks = {.progress = stop_at_once, .user = &calls};
  B7Population *population = NULL;
  B7Result *result = NULL;
  B7Error error;
  assert_int_equal(
      b7_population_from_tables(&kernel.tables, 100, 7, true, NULL, 0, NULL, &population, &error), B7_OK);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.threads = 1;
  options.block_patients = 10;
  assert_int_equal(b7_simulate_source(&kernel.source, &plan, population, &options, &hooks, &result, &error),
                   B7_ERROR_CANCELLED);
  assert_int_equal(calls, 1);
  assert_null(result);
  b7_population_free(population);
  b7_arena_free(&arena);
}

/* own[1] of the patient that chosen_slope poisons; set between runs */
static double chosen;

static void chosen_slope(const double *own, const double *latch, const double *drive, const double *y,
                         double *f) {
  (void)drive;
  f[0] = latch[0] != 0 && own[1] == chosen ? NAN : -own[0] * y[0];
}

/* eight patients side by side, one of them poisoned: in every place, for every method and width */
static void each_lane_may_be_poisoned(void **state) {
  (void)state;
  enum { SEATS = 8 };
  const HandModel model = {.name = "chosen",
                           .n = 1,
                           .n_own = 2,
                           .n_latch = 1,
                           .own = {0.1, 1},
                           .spread = {0.3, 0.5},
                           .negligible = 1e-9,
                           .start = {1},
                           .slope = chosen_slope,
                           .jacobian = poisoned_jacobian};
  HandKernel kernel;
  hand_kernel_make(&kernel, &model);
  B7Arena arena = b7_arena_make(NULL);
  const HandDose poison[] = {{10, 2, 0, 1}};
  B7Plan plan = hand_plan(&arena, 40, poison, 1, grid, DAYS);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.max_fault_share = 1;
  options.threads = 1;
  B7Population *population = NULL;
  B7Error error;
  assert_int_equal(
      b7_population_from_tables(&kernel.tables, SEATS, 7, true, NULL, 0, NULL, &population, &error), B7_OK);
  for (int method = 0; method < 2; method++) {
    options.solver = method ? B7_SOLVER_RODAS5P : B7_SOLVER_TSIT5;
    for (int32_t lanes = 1; lanes <= 8; lanes *= 2) {
      options.max_lanes = lanes;
      chosen = NAN;
      B7Result *healthy = run(&kernel, &plan, SEATS, true, options);
      for (int sick = 0; sick < SEATS; sick++) {
        double own[2];
        b7_population_patient(population, sick, own);
        chosen = own[1];
        B7Result *result = run(&kernel, &plan, SEATS, true, options);
        const B7Fault *faults = b7_result_faults(result, NULL);
        for (int i = 0; i < SEATS; i++) {
          const double *row = b7_result_values(result, 0) + i * DAYS,
                       *good = b7_result_values(healthy, 0) + i * DAYS;
          assert_int_equal(faults[i] != B7_FAULT_NONE, i == sick);
          assert_memory_equal(row, good, sizeof(double) * (i == sick ? 10 : DAYS));
        }
        b7_result_free(result);
      }
      b7_result_free(healthy);
    }
  }
  b7_population_free(population);
  b7_arena_free(&arena);
}

/* lanes idle only at the end, and a thread's workspace does not grow with the patients */
static void lanes_are_kept_busy_in_bounded_memory(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 40, NULL, 0, grid, DAYS);
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.threads = 1;
  options.max_lanes = 8;
  int64_t bytes = 0;
  for (int64_t patients = 16; patients <= 256; patients *= 16) {
    B7Result *result = run(&kernel, &plan, patients, true, options);
    const B7SolverStatistics *s = b7_result_statistics(result);
    assert_int_equal(s->lanes, 8);
    assert_float_equal(s->lane_occupancy, (double)s->steps / (double)s->lane_steps, 1e-12);
    assert_true(s->lane_occupancy > (patients > 16 ? 0.9 : 0.5) && s->lane_occupancy <= 1);
    assert_true(s->worker_bytes > 0 && (bytes == 0 || s->worker_bytes == bytes));
    bytes = s->worker_bytes;
    b7_result_free(result);
  }
  b7_arena_free(&arena);
}

/* memory is taken at set-up alone: as many calls for many steps as for few */
static void *counting_resize(void *user, void *old, size_t old_bytes, size_t new_bytes) {
  (void)old_bytes;
  if (new_bytes > 0) __atomic_fetch_add((int *)user, 1, __ATOMIC_RELAXED);
  if (new_bytes == 0) {
    free(old);
    return NULL;
  }
  return realloc(old, new_bytes);
}

static void steps_allocate_nothing(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 40, tumour_doses, 3, grid, DAYS);
  int calls[2] = {0, 0};
  int64_t steps[2] = {0, 0};
  for (int k = 0; k < 2; k++) {
    B7Hooks hooks = {.resize = counting_resize, .user = &calls[k]};
    B7Population *population = NULL;
    B7Result *result = NULL;
    B7Error error;
    assert_int_equal(
        b7_population_from_tables(&kernel.tables, 40, 7, true, NULL, 0, NULL, &population, &error), B7_OK);
    B7SimulateOptions options;
    b7_simulate_options_default(&options, sizeof options);
    options.threads = 1;
    options.relative_tolerance = k ? 1e-11 : 1e-3;
    assert_int_equal(b7_simulate_source(&kernel.source, &plan, population, &options, &hooks, &result, &error),
                     B7_OK);
    steps[k] = b7_result_statistics(result)->steps;
    b7_result_free(result);
    b7_population_free(population);
  }
  assert_true(steps[1] > 5 * steps[0]);
  assert_int_equal(calls[0], calls[1]);
  b7_arena_free(&arena);
}

static void wrong_options_are_refused(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_predator);
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plan = hand_plan(&arena, 40, NULL, 0, grid, DAYS);
  B7Population *population = NULL;
  B7Result *result = NULL;
  B7Error error;
  assert_int_equal(b7_population_from_tables(&kernel.tables, 1, 7, true, NULL, 0, NULL, &population, &error),
                   B7_OK);
  B7SimulateOptions options = {0};
  assert_int_equal(b7_simulate_source(&kernel.source, &plan, population, &options, NULL, &result, &error),
                   B7_ERROR_USAGE);
  b7_simulate_options_default(&options, sizeof options);
  options.relative_tolerance = 0;
  assert_int_equal(b7_simulate_source(&kernel.source, &plan, population, &options, NULL, &result, &error),
                   B7_ERROR_USAGE);
  b7_population_free(population);
  b7_arena_free(&arena);
}

static void patients_under_other_plans_change_nothing(void **state) {
  (void)state;
  HandKernel kernel;
  hand_kernel_make(&kernel, &hand_tumour);
  B7Arena arena = b7_arena_make(NULL);
  B7Plan plans[] = {hand_plan(&arena, 40, tumour_doses, 5, grid, DAYS),
                    hand_plan(&arena, 40, tumour_doses, 2, grid, DAYS),
                    hand_plan(&arena, 40, tumour_doses + 3, 1, grid, DAYS)};
  const B7Plan *const list[] = {&plans[0], &plans[1], &plans[2]};
  enum { PATIENTS = 37 };
  int32_t plan_of[PATIENTS];
  for (int32_t i = 0; i < PATIENTS; i++) plan_of[i] = i * 7 % 3;
  B7PlanChoice choice = {.plans = list, .n_plan = 3, .plan_of = plan_of};
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.threads = 2;
  B7Result *alone[3], *together = NULL;
  B7Population *population = NULL;
  B7Error error;
  for (int p = 0; p < 3; p++) alone[p] = run(&kernel, &plans[p], PATIENTS, true, options);
  assert_int_equal(
      b7_population_from_tables(&kernel.tables, PATIENTS, 7, true, NULL, 0, NULL, &population, &error),
      B7_OK);
  assert_int_equal(b7_simulate_choice(&kernel.source, &choice, population, &options, NULL, &together, &error),
                   B7_OK);
  for (int32_t i = 0; i < PATIENTS; i++) {
    const B7Result *own = alone[plan_of[i]];
    const B7HappenedEvent *rows, *own_rows;
    assert_memory_equal(b7_result_values(together, 0) + (size_t)i * DAYS,
                        b7_result_values(own, 0) + (size_t)i * DAYS, sizeof(double) * DAYS);
    int32_t n = b7_result_events(together, i, &rows);
    assert_int_equal(n, b7_result_events(own, i, &own_rows));
    for (int32_t k = 0; k < n; k++) assert_float_equal(rows[k].t_day, own_rows[k].t_day, 0);
  }
  b7_result_free(together);

  // outcomes stand in one table of times
  plans[2].n_output--;
  assert_int_equal(b7_simulate_choice(&kernel.source, &choice, population, &options, NULL, &together, &error),
                   B7_ERROR_USAGE);
  assert_non_null(strstr(error.message, "plan 3 differs"));
  for (int p = 0; p < 3; p++) b7_result_free(alone[p]);
  b7_population_free(population);
  b7_arena_free(&arena);
}

/* what was seen of patients as they ended */
typedef struct Seen {
  const B7Result *kept;
  atomic_int times[64], differ;
  int32_t slots, workers;
} Seen;

static void compare_with_kept(void *user, int32_t worker, const B7Result *slots, int32_t slot,
                              int64_t patient) {
  Seen *seen = user;
  const double *day, *kept_day;
  const B7HappenedEvent *rows, *kept_rows;
  const B7Fault *faults = b7_result_faults(slots, &day),
                *kept_faults = b7_result_faults(seen->kept, &kept_day);
  int32_t n = b7_result_events(slots, slot, &rows);
  bool same = worker < seen->workers && slot < seen->slots && faults[slot] == kept_faults[patient] &&
              memcmp(&day[slot], &kept_day[patient], sizeof *day) == 0 &&
              memcmp(b7_result_values(slots, 0) + (size_t)slot * DAYS,
                     b7_result_values(seen->kept, 0) + (size_t)patient * DAYS, sizeof(double) * DAYS) == 0 &&
              n == b7_result_events(seen->kept, patient, &kept_rows);
  for (int32_t k = 0; same && k < n; k++)
    same = rows[k].t_day == kept_rows[k].t_day && rows[k].event == kept_rows[k].event;
  atomic_fetch_add(&seen->times[patient], 1);
  atomic_fetch_add(&seen->differ, !same);
}

static void outcomes_that_are_not_kept_are_the_same(void **state) {
  (void)state;
  HandModel model = {.name = "poisoned",
                     .n = 1,
                     .n_own = 2,
                     .n_latch = 1,
                     .own = {0.1, 1},
                     .spread = {0.3, 0.5},
                     .negligible = 1e-9,
                     .start = {1},
                     .slope = poisoned_slope,
                     .jacobian = poisoned_jacobian};
  HandKernel kernel;
  hand_kernel_make(&kernel, &model);
  B7Arena arena = b7_arena_make(NULL);
  const HandDose poison[] = {{10, 2, 0, 1}}, late[] = {{30, 2, 0, 1}};
  B7Plan plans[] = {hand_plan(&arena, 40, poison, 1, grid, DAYS), hand_plan(&arena, 40, late, 1, grid, DAYS)};
  const B7Plan *const list[] = {&plans[0], &plans[1]};
  int32_t plan_of[64];
  for (int32_t i = 0; i < 64; i++) plan_of[i] = i % 3 == 0;
  const B7PlanChoice choice = {.plans = list, .n_plan = 2, .plan_of = plan_of};
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.max_fault_share = 1;
  B7Population *population = NULL;
  B7Result *kept = NULL;
  B7Error error;
  assert_int_equal(b7_population_from_tables(&kernel.tables, 64, 7, true, NULL, 0, NULL, &population, &error),
                   B7_OK);
  assert_int_equal(b7_simulate_choice(&kernel.source, &choice, population, &options, NULL, &kept, &error),
                   B7_OK);
  assert_true(b7_result_statistics(kept)->faults > 4);
  for (int32_t threads = 1; threads <= 3; threads++) {
    Seen seen = {.kept = kept, .slots = 8, .workers = threads};
    const B7Finish finish = {.call = compare_with_kept, .user = &seen};
    B7SolverStatistics statistics;
    options.threads = threads;
    options.max_fault_share = 0; // the caller judges them
    assert_int_equal(
        b7_simulate_each(&kernel.source, &choice, population, &options, NULL, &finish, &statistics, &error),
        B7_OK);
    assert_int_equal(atomic_load(&seen.differ), 0);
    for (int i = 0; i < 64; i++) assert_int_equal(atomic_load(&seen.times[i]), 1);
    assert_int_equal(statistics.faults, b7_result_statistics(kept)->faults);
    assert_true(statistics.worker_bytes > 8 * DAYS * (int64_t)sizeof(double));
  }
  b7_result_free(kept);
  b7_population_free(population);
  b7_arena_free(&arena);
}

static void no_slope(const double *own, const double *latch, const double *drive, const double *y,
                     double *f) {
  (void)own, (void)latch, (void)drive, (void)y, (void)f;
}

/* all states in closed form, or none changing: nothing is left to a solver */
static void nothing_to_integrate_runs(void **state) {
  (void)state;
  HandModel model = {.name = "exact alone",
                     .n = 0,
                     .n_exact = 1,
                     .n_own = 1,
                     .own = {1},
                     .decay_per_day = {0.5},
                     .negligible = 1e-9,
                     .slope = no_slope,
                     .jacobian = no_slope};
  HandKernel kernel;
  hand_kernel_make(&kernel, &model);
  B7Arena arena = b7_arena_make(NULL);
  const HandDose dose[] = {{1, 1, 0, 8}};
  B7Plan plan = hand_plan(&arena, 40, dose, 1, grid, DAYS);
  const B7Solver solvers[] = {B7_SOLVER_RODAS5P, B7_SOLVER_RODAS4, B7_SOLVER_TSIT5
#ifdef B7_HAVE_CVODE
                              ,
                              B7_SOLVER_CVODE
#endif
  };
  for (size_t s = 0; s < sizeof solvers / sizeof *solvers; s++) {
    B7SimulateOptions options;
    b7_simulate_options_default(&options, sizeof options);
    options.solver = solvers[s];
    B7Result *result = run(&kernel, &plan, 3, false, options);
    const double *values = b7_result_values(result, 0);
    assert_float_equal(values[3], 8 * exp(-0.5 * (grid[3] - 1)), 1e-9);
    assert_float_equal(values[DAYS - 1], 8 * exp(-0.5 * (grid[DAYS - 1] - 1)), 1e-9);
    b7_result_free(result);
  }
  b7_arena_free(&arena);
}

int main(void) {
  for (int t = 0; t < DAYS; t++) grid[t] = t;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(doses_follow_the_closed_form),
      cmocka_unit_test(error_falls_with_the_tolerance),
      cmocka_unit_test(robertson_keeps_its_mass),
      cmocka_unit_test(bytes_do_not_depend_on_the_machinery),
      cmocka_unit_test(patients_do_not_depend_on_each_other),
      cmocka_unit_test(a_poisoned_lane_leaves_the_others_alone),
      cmocka_unit_test(lanes_are_kept_busy_in_bounded_memory),
      cmocka_unit_test(each_lane_may_be_poisoned),
      cmocka_unit_test(the_step_limit_is_a_fault),
      cmocka_unit_test(progress_can_cancel),
      cmocka_unit_test(steps_allocate_nothing),
      cmocka_unit_test(wrong_options_are_refused),
      cmocka_unit_test(patients_under_other_plans_change_nothing),
      cmocka_unit_test(outcomes_that_are_not_kept_are_the_same),
      cmocka_unit_test(nothing_to_integrate_runs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
