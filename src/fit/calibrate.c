/* calibrate.c - a calibration from beginning to end. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/files.h"
#include "base/options.h"
#include "base/random.h"
#include "base/status.h"
#include "fit/calibration_run.h"
#include "fit/value_places.h"

/* rounds that a start is likely to take, for the progress bar */
#define ROUNDS_LIKELY 6

static const B7CalibrateOptions defaults = {.struct_size = sizeof defaults};

void b7_calibrate_options_default(B7CalibrateOptions *options, size_t struct_size) {
  b7_options_give(&defaults, sizeof defaults, options, struct_size);
}

static B7Status check_options(const B7CalibrateOptions *options, B7Error *error) {
  if (options->patients < 0 || options->patients == 1 || options->restarts < 0 ||
      options->max_evaluations < 0 || options->threads < 0)
    return b7_fail(error, B7_ERROR_USAGE,
                   "at least 2 patients and 1 starting point; threads and evaluations not negative");
  if (options->resume && !options->out)
    return b7_fail(error, B7_ERROR_USAGE, "to resume, name the result file to go on from (--out FILE)");
  return B7_OK;
}

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- starting points ---- */

/* the values of the files first; the others from the priors, cut at the limits */
static void place_start(const B7CalibrationRun *run, int32_t index) {
  const B7Calibration *calibration = run->calibration;
  double *u = run->starts[index].u;
  if (index == 0) {
    b7_descent_from_files(calibration, u);
    return;
  }
  for (int32_t p = 0; p < calibration->n_parameter; p++) {
    double low, high;
    b7_descent_limits(&calibration->parameters[p], &low, &high);
    B7Random random = b7_random_at(run->options.seed, (uint64_t)index, B7_STREAM_FIT, (uint64_t)p << 2);
    u[p] = fmin(high, fmax(low, b7_random_normal(&random)));
  }
}

static B7Status make_starts(B7CalibrationRun *run, B7Error *error) {
  run->starts = B7_ARENA_ARRAY(&run->arena, B7FitStart, run->n_start);
  if (!run->starts) return b7_fail_memory(error);
  for (int32_t s = 0; s < run->n_start; s++) {
    run->starts[s].u = B7_ARENA_ARRAY(&run->arena, double, run->calibration->n_parameter);
    if (!run->starts[s].u) return b7_fail_memory(error);
    run->starts[s].misfit = run->starts[s].prior = INFINITY;
    place_start(run, s);
  }
  return B7_OK;
}

static B7Status make_targets(B7CalibrationRun *run, B7Error *error) {
  const B7Calibration *calibration = run->calibration;
  run->targets = B7_ARENA_ARRAY(&run->arena, B7FitTarget, calibration->n_row);
  if (!run->targets) return b7_fail_memory(error);
  for (int32_t r = 0; r < calibration->n_row; r++)
    run->targets[r] =
        b7_target_make(calibration->rows[r].study, calibration->rows[r].row, calibration->between_studies);
  return B7_OK;
}

/* ---- the search ---- */

static B7Status keep_state(void *user, B7Error *error) {
  B7CalibrationRun *run = user;
  return run->options.out ? b7_calibration_file_write(run, run->options.out, error) : B7_OK;
}

static void choose_best(B7CalibrationRun *run) {
  run->best = 0;
  for (int32_t s = 1; s < run->n_start; s++) {
    const B7FitStart *own = &run->starts[s], *best = &run->starts[run->best];
    bool known = own->end != B7_END_RUNNING && isfinite(own->misfit);
    if (known && own->misfit + own->prior < best->misfit + best->prior) run->best = s;
  }
}

static void expect_work(const B7CalibrationRun *run, B7Evaluator *evaluator) {
  const B7Calibration *calibration = run->calibration;
  int64_t touched = 0, left = 0;
  for (int32_t a = 0; a < calibration->n_arm; a++) {
    for (int32_t p = 0; p < calibration->n_parameter; p++) touched += calibration->arms[a].touched_by[p];
  }
  for (int32_t s = 0; s < run->n_start; s++) left += run->starts[s].end == B7_END_RUNNING;
  int64_t likely = calibration->rounds < ROUNDS_LIKELY ? calibration->rounds : ROUNDS_LIKELY;
  b7_evaluator_expect(evaluator, left * likely * (touched + 12 * calibration->n_arm) + 4 * touched);
}

static B7Status search(B7CalibrationRun *run, B7Evaluator *evaluator, B7Descent *descent, B7Error *error) {
  expect_work(run, evaluator);
  for (int32_t s = 0; s < run->n_start; s++) {
    if (run->starts[s].end != B7_END_RUNNING) continue;
    B7_TRY(b7_descent_run(descent, &run->starts[s], error));
    if (s == 0 && run->starts[0].end == B7_END_FAILED)
      return b7_fail(
          error, B7_ERROR_NUMERICAL,
          "too many patients fail numerically at the values of the files; `bridge7 validate` shows where");
    B7_TRY(keep_state(run, error));
  }
  choose_best(run);
  return B7_OK;
}

static B7Status run_all(B7CalibrationRun *run, B7Error *error) {
  const B7CalibrateOptions *options = &run->options;
  double began_s = now_s();
  B7_TRY(make_targets(run, error));
  B7_TRY(make_starts(run, error));
  if (options->out) b7_file_sweep(options->out);
  if (options->resume && b7_file_exists(options->out))
    B7_TRY(b7_calibration_file_read(run, options->out, error));
  B7Evaluator *evaluator;
  B7Descent descent;
  B7_TRY(b7_evaluator_make(run->calibration, options->patients, options->threads, &run->hooks, &evaluator,
                           error));
  B7Status status =
      b7_descent_make(run->calibration, evaluator, run->targets, options->seed, &run->arena, &descent, error);
  descent.max_evaluations = options->max_evaluations;
  descent.round_done = keep_state;
  descent.user = run;
  if (status == B7_OK) status = search(run, evaluator, &descent, error);
  if (status == B7_OK) status = b7_calibration_summarise(run, evaluator, &descent, error);
  b7_evaluator_work(evaluator, &run->summary.evaluations, &run->summary.arms_simulated);
  b7_evaluator_free(evaluator);
  run->summary.seconds = now_s() - began_s;
  B7_TRY(status);
  return keep_state(run, error);
}

B7Status b7_calibrate(const B7Calibration *calibration, const B7CalibrateOptions *options,
                      const B7Hooks *hooks, B7CalibrationRun **out, B7Error *error) {
  B7Error own;
  if (!error) error = &own;
  *out = NULL;
  b7_error_clear(error);
  B7CalibrateOptions chosen = defaults;
  B7_TRY(b7_options_take(options, &chosen, sizeof chosen, "b7_calibrate_options_default", error));
  B7_TRY(check_options(&chosen, error));
  B7Arena arena = b7_arena_make(hooks);
  B7CalibrationRun *run = B7_ARENA_ARRAY(&arena, B7CalibrationRun, 1);
  if (!run) return b7_fail_memory(error);
  run->arena = arena;
  if (hooks) run->hooks = *hooks;
  run->calibration = calibration;
  run->options = chosen;
  if (chosen.patients == 0) run->options.patients = calibration->patients;
  if (chosen.seed == 0) run->options.seed = calibration->seed;
  if (chosen.restarts == 0) run->options.restarts = calibration->restarts;
  run->n_start = run->options.restarts;
  B7Status status = run_all(run, error);
  if (status != B7_OK) {
    b7_calibration_run_free(run);
    return status;
  }
  *out = run;
  return B7_OK;
}

void b7_calibration_run_free(B7CalibrationRun *run) {
  if (!run) return;
  B7Arena arena = run->arena;
  b7_arena_free(&arena);
}

/* ---- into the files ---- */

B7Status b7_calibration_write(const B7CalibrationRun *run, B7Error *error) {
  const B7Calibration *calibration = run->calibration;
  b7_error_clear(error);
  B7Arena arena = b7_arena_make(&run->hooks);
  int32_t n = 0;
  B7PlaceWrite *writes = B7_ARENA_ARRAY(&arena, B7PlaceWrite, calibration->n_parameter * B7_FIT_PLACES_MAX);
  B7Status status = writes ? B7_OK : b7_fail_memory(error);
  for (int32_t p = 0; status == B7_OK && p < calibration->n_parameter; p++) {
    const B7FitParameter *parameter = &calibration->parameters[p];
    const B7CalibrationParameter *row = &run->parameters[p];
    if (row->to == row->from) continue;
    int digits;
    b7_calibration_round(row->to, row->sd / fabs(b7_scale_slope(parameter->scale, row->to)), &digits);
    for (int32_t k = 0; k < parameter->n_place; k++)
      writes[n++] = (B7PlaceWrite){.node = parameter->places[k], .value = row->to, .digits = digits};
  }
  if (status == B7_OK) status = b7_value_places_write(writes, n, &run->hooks, error);
  b7_arena_free(&arena);
  return status;
}
