#include "fit/evaluate.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"
#include "base/threads.h"
#include "study/validate.h"

#define DAYS_PER_MONTH 30.44
/* one standard deviation on both sides of the median */
#define ONE_SD_LEVEL 0.6826894921370859

/* one arm: its trial and a small run whose criteria and plans every other run borrows */
typedef struct Arm {
  B7Trial *trial;
  B7TrialRun *like;
} Arm;

/* what one arm says of one row */
typedef struct ArmShare {
  int32_t row, arm;
} ArmShare;

struct B7Evaluator {
  B7Arena arena;
  const B7Calibration *calibration;
  const B7Hooks *hooks;
  int64_t patients;
  int32_t threads, n_part;
  Arm *arms;      /* as in the calibration */
  int32_t *order; /* arms, the longest horizon first */
  ArmShare *parts;
  int64_t points_done, arms_expected;
  atomic_llong arms_done;
};

/* ---- set-up ---- */

static B7Status make_arm(B7Evaluator *evaluator, int32_t index, B7Error *error) {
  const B7Calibration *calibration = evaluator->calibration;
  const B7FitArm *arm = &calibration->arms[index];
  Arm *out = &evaluator->arms[index];
  B7SimulateOptions simulate;
  b7_simulate_options_default(&simulate, sizeof simulate);
  B7TrialOptions options;
  b7_trial_options_default(&options, sizeof options);
  options.patients = 2;
  simulate.threads = 1;
  simulate.max_fault_share = 1; // only what it reads is used
  options.simulate = &simulate;
  return b7_study_arm_run(calibration->studies, arm->study, arm->arm, calibration->kernel,
                          calibration->files.criteria_folder, &options, evaluator->hooks, &out->trial,
                          &out->like, error);
}

static B7Status make_parts(B7Evaluator *evaluator, B7Error *error) {
  const B7Calibration *calibration = evaluator->calibration;
  int32_t most = 0;
  for (int32_t r = 0; r < calibration->n_row; r++) most += calibration->rows[r].study->n_arm;
  evaluator->parts = B7_ARENA_ARRAY(&evaluator->arena, ArmShare, most + 1);
  if (!evaluator->parts) return b7_fail_memory(error);
  for (int32_t r = 0; r < calibration->n_row; r++) {
    const B7FitRow *row = &calibration->rows[r];
    for (int32_t a = 0; a < calibration->n_arm; a++) {
      const B7FitArm *arm = &calibration->arms[a];
      if (arm->study == row->study && (row->row->arm < 0 || row->row->arm == arm->arm))
        evaluator->parts[evaluator->n_part++] = (ArmShare){.row = r, .arm = a};
    }
  }
  return B7_OK;
}

static double horizon_of(const B7Evaluator *evaluator, int32_t arm) {
  return evaluator->arms[arm].trial->horizon_day;
}

/* long arms first, so that no thread starts one when the others have finished */
static B7Status make_order(B7Evaluator *evaluator, B7Error *error) {
  int32_t n = evaluator->calibration->n_arm;
  evaluator->order = B7_ARENA_ARRAY(&evaluator->arena, int32_t, n + 1);
  if (!evaluator->order) return b7_fail_memory(error);
  for (int32_t i = 0; i < n; i++) {
    int32_t at = i;
    for (; at > 0 && horizon_of(evaluator, evaluator->order[at - 1]) < horizon_of(evaluator, i); at--)
      evaluator->order[at] = evaluator->order[at - 1];
    evaluator->order[at] = i;
  }
  return B7_OK;
}

B7Status b7_evaluator_make(const B7Calibration *calibration, int64_t patients, int32_t threads,
                           const B7Hooks *hooks, B7Evaluator **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Evaluator *evaluator = B7_ARENA_ARRAY(&arena, B7Evaluator, 1);
  if (!evaluator) return b7_fail_memory(error);
  evaluator->arena = arena;
  evaluator->calibration = calibration;
  evaluator->hooks = hooks;
  evaluator->patients = patients;
  evaluator->threads = threads > 0 ? threads : b7_threads_available();
  evaluator->arms = B7_ARENA_ARRAY(&evaluator->arena, Arm, calibration->n_arm + 1);
  B7Status status = evaluator->arms ? B7_OK : b7_fail_memory(error);
  for (int32_t a = 0; status == B7_OK && a < calibration->n_arm; a++) status = make_arm(evaluator, a, error);
  if (status == B7_OK) status = make_parts(evaluator, error);
  if (status == B7_OK) status = make_order(evaluator, error);
  if (status != B7_OK) {
    b7_evaluator_free(evaluator);
    return status;
  }
  *out = evaluator;
  return B7_OK;
}

void b7_evaluator_free(B7Evaluator *evaluator) {
  if (!evaluator) return;
  for (int32_t a = 0; evaluator->arms && a < evaluator->calibration->n_arm; a++) {
    b7_trial_run_free(evaluator->arms[a].like);
    b7_trial_free(evaluator->arms[a].trial);
  }
  B7Arena arena = evaluator->arena;
  b7_arena_free(&arena);
}

B7Status b7_fit_point_make(const B7Evaluator *evaluator, B7Arena *arena, B7FitPoint *out, B7Error *error) {
  *out = (B7FitPoint){.values = B7_ARENA_ARRAY(arena, double, evaluator->calibration->n_parameter),
                      .parts = B7_ARENA_ARRAY(arena, B7FitSimulated, evaluator->n_part),
                      .rows = B7_ARENA_ARRAY(arena, B7FitSimulated, evaluator->calibration->n_row)};
  return out->values && out->parts && out->rows ? B7_OK : b7_fail_memory(error);
}

/* ---- one arm under one set of values ---- */

typedef struct Values {
  B7ParameterSetting settings[B7_FIT_PARAMETERS_MAX];
  B7SubstituteDraw draws[B7_FIT_PARAMETERS_MAX];
  B7SubstituteArgument arguments[B7_FIT_PARAMETERS_MAX];
  B7Substitutes substitutes;
} Values;

static void fill_values(const B7Calibration *calibration, int32_t arm, const double *values, Values *out) {
  int32_t n_setting = 0, n_draw = 0, n_argument = 0;
  for (int32_t p = 0; p < calibration->n_parameter; p++) {
    const B7FitParameter *parameter = &calibration->parameters[p];
    bool spread = parameter->what == B7_SUBSTITUTE_SPREAD;
    if (!calibration->arms[arm].touched_by[p]) continue;
    switch (parameter->owner) {
    case B7_OWNER_MODEL:
      out->settings[n_setting++] = (B7ParameterSetting){.name = parameter->target,
                                                        .value = spread ? NAN : values[p],
                                                        .spread_sd = spread ? values[p] : NAN};
      break;
    case B7_OWNER_POPULATION:
      out->draws[n_draw++] =
          (B7SubstituteDraw){.own = parameter->own, .what = parameter->what, .value = values[p]};
      break;
    case B7_OWNER_PRODUCT:
      out->arguments[n_argument++] =
          (B7SubstituteArgument){.arm = 0, .name = parameter->target, .value = values[p]};
      break;
    }
  }
  out->substitutes = (B7Substitutes){.n_setting = n_setting,
                                     .n_draw = n_draw,
                                     .n_argument = n_argument,
                                     .settings = out->settings,
                                     .draws = out->draws,
                                     .arguments = out->arguments};
}

static B7FitSimulated read_share(double percent, double patients) {
  double inner = (percent / 100 * patients + 0.5) / (patients + 1);
  return (B7FitSimulated){
      .value = percent, .patients = patients, .variance = inner * (1 - inner) / fmax(1, patients)};
}

/* a median that is not reached is at least the horizon */
static B7FitSimulated read_median(const B7StudyRow *row, const B7TrialRun *run, double value,
                                  double patients) {
  double low, high;
  if (isnan(value) && row->endpoint->read == B7_READ_MEDIAN_FREE)
    return (B7FitSimulated){.value = run->trial->horizon_day / DAYS_PER_MONTH, .patients = patients};
  b7_study_endpoint_spread(row->endpoint, run, 0, value, patients, 0, ONE_SD_LEVEL, &low, &high);
  double sd = low > 0 && high > 0 ? 0.5 * log(high / low) : 0;
  return (B7FitSimulated){.value = value, .patients = patients, .variance = sd * sd};
}

static B7FitSimulated read_part(const B7StudyRow *row, const B7TrialRun *run) {
  int64_t evaluable;
  double value = b7_study_endpoint_value(row->endpoint, run, 0, row->at_day, &evaluable);
  if (evaluable < 1) value = NAN;
  if (strcmp(row->endpoint->unit, "percent") != 0) return read_median(row, run, value, (double)evaluable);
  return isnan(value) ? (B7FitSimulated){.value = NAN} : read_share(value, (double)evaluable);
}

/* ---- many ---- */

typedef struct Job {
  B7FitPoint *point;
  int32_t arm;
  bool failed; /* numerically */
} Job;

typedef struct Batch {
  B7Evaluator *evaluator;
  Job *jobs;
  atomic_flag reporting, failing;
  atomic_bool stopped;
  B7Error error; /* of the first job that failed */
} Batch;

static void stop_batch(Batch *batch, const B7Error *error) {
  if (!atomic_flag_test_and_set(&batch->failing)) batch->error = *error;
  atomic_store(&batch->stopped, true);
}

static void report(Batch *batch) {
  B7Evaluator *evaluator = batch->evaluator;
  int64_t done = atomic_fetch_add(&evaluator->arms_done, 1) + 1;
  const B7Hooks *hooks = evaluator->hooks;
  if (!hooks || !hooks->progress || atomic_flag_test_and_set(&batch->reporting)) return;
  int64_t all = evaluator->arms_expected > done ? evaluator->arms_expected : done + 1;
  if (!hooks->progress(hooks->user, done * evaluator->patients, all * evaluator->patients)) {
    B7Error error;
    b7_fail(&error, B7_ERROR_CANCELLED, "cancelled");
    stop_batch(batch, &error);
  }
  atomic_flag_clear(&batch->reporting);
}

static void run_job(void *context, int64_t item, int32_t worker) {
  (void)worker;
  Batch *batch = context;
  if (atomic_load(&batch->stopped)) return;
  B7Evaluator *evaluator = batch->evaluator;
  const B7Calibration *calibration = evaluator->calibration;
  Job *job = &batch->jobs[item];
  const Arm *arm = &evaluator->arms[job->arm];
  Values values;
  fill_values(calibration, job->arm, job->point->values, &values);
  B7SimulateOptions simulate;
  b7_simulate_options_default(&simulate, sizeof simulate);
  B7TrialOptions options;
  b7_trial_options_default(&options, sizeof options);
  options.patients = evaluator->patients;
  options.seed = job->point->seed;
  simulate.threads = 1;
  options.simulate = &simulate;
  B7Hooks hooks = evaluator->hooks ? *evaluator->hooks : (B7Hooks){0};
  hooks.progress = NULL;
  B7TrialRun *run;
  B7Error error;
  B7Status status = b7_trial_run_like(arm->like, &values.substitutes, &options, &hooks, &run, &error);
  for (int32_t i = 0; status == B7_OK && i < evaluator->n_part; i++) {
    if (evaluator->parts[i].arm == job->arm)
      job->point->parts[i] = read_part(calibration->rows[evaluator->parts[i].row].row, run);
  }
  b7_trial_run_free(run);
  job->failed = status == B7_ERROR_NUMERICAL;
  if (status != B7_OK && !job->failed) stop_batch(batch, &error);
  report(batch);
}

static bool touched(const B7Calibration *calibration, int32_t arm, const B7FitPoint *near,
                    const B7FitPoint *point) {
  if (!near) return true;
  for (int32_t p = 0; p < calibration->n_parameter; p++) {
    if (near->values[p] != point->values[p] && calibration->arms[arm].touched_by[p]) return true;
  }
  return false;
}

static void copy_parts(const B7Evaluator *evaluator, int32_t arm, const B7FitPoint *near, B7FitPoint *point) {
  for (int32_t i = 0; i < evaluator->n_part; i++) {
    if (evaluator->parts[i].arm == arm) point->parts[i] = near->parts[i];
  }
}

static void forget_parts(const B7Evaluator *evaluator, int32_t arm, B7FitPoint *point) {
  for (int32_t i = 0; i < evaluator->n_part; i++) {
    if (evaluator->parts[i].arm == arm) point->parts[i] = (B7FitSimulated){.value = NAN};
  }
}

/* rows over several arms: the mean by weight, of those arms that can say it */
static void combine(const B7Evaluator *evaluator, B7FitPoint *point) {
  const B7Calibration *calibration = evaluator->calibration;
  int32_t i = 0;
  for (int32_t r = 0; r < calibration->n_row; r++) {
    double sum = 0, weights = 0, variance = 0, patients = 0;
    for (; i < evaluator->n_part && evaluator->parts[i].row == r; i++) {
      const B7FitSimulated *part = &point->parts[i];
      const B7FitArm *arm = &calibration->arms[evaluator->parts[i].arm];
      double weight = arm->study->arms[arm->arm].weight;
      if (isnan(part->value)) continue;
      sum += weight * part->value;
      variance += weight * weight * part->variance;
      weights += weight;
      patients += part->patients;
    }
    point->rows[r] = weights > 0 ? (B7FitSimulated){.value = sum / weights,
                                                    .variance = variance / (weights * weights),
                                                    .patients = patients}
                                 : (B7FitSimulated){.value = NAN};
  }
}

B7Status b7_evaluate(B7Evaluator *evaluator, const B7FitPoint *near, B7FitPoint *const *points, int32_t count,
                     B7Error *error) {
  const B7Calibration *calibration = evaluator->calibration;
  B7Arena arena = b7_arena_make(evaluator->hooks);
  Batch batch = {.evaluator = evaluator, .reporting = ATOMIC_FLAG_INIT, .failing = ATOMIC_FLAG_INIT};
  batch.jobs = B7_ARENA_ARRAY(&arena, Job, (size_t)count * (size_t)calibration->n_arm);
  if (!batch.jobs) return b7_fail_memory(error);
  int64_t n = 0;
  for (int32_t k = 0; k < count; k++) points[k]->failed = false;
  for (int32_t i = 0; i < calibration->n_arm; i++) {
    int32_t arm = evaluator->order[i];
    for (int32_t k = 0; k < count; k++) {
      if (points[k]->only && points[k]->only != calibration->arms[arm].study) {
        forget_parts(evaluator, arm, points[k]);
      } else if (touched(calibration, arm, near, points[k])) {
        batch.jobs[n++] = (Job){.point = points[k], .arm = arm};
      } else {
        copy_parts(evaluator, arm, near, points[k]);
      }
    }
  }
  b7_threads_for(evaluator->threads, n, run_job, &batch);
  evaluator->points_done += count;
  for (int64_t j = 0; j < n; j++) {
    if (batch.jobs[j].failed) batch.jobs[j].point->failed = true;
  }
  b7_arena_free(&arena);
  if (atomic_load(&batch.stopped)) {
    if (error) *error = batch.error;
    return batch.error.status;
  }
  for (int32_t k = 0; k < count; k++) {
    if (!points[k]->failed) combine(evaluator, points[k]);
  }
  return B7_OK;
}

void b7_evaluator_work(const B7Evaluator *evaluator, int64_t *points, int64_t *arms) {
  *points = evaluator->points_done;
  *arms = atomic_load(&evaluator->arms_done);
}

void b7_evaluator_expect(B7Evaluator *evaluator, int64_t arms) {
  evaluator->arms_expected = atomic_load(&evaluator->arms_done) + arms;
}
