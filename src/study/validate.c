#include "study/validate.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/options.h"
#include "base/status.h"

#define DEFAULT_PATIENTS 1000
#define DEFAULT_SEED 7
#define LEVEL 0.95

static const B7ValidateOptions defaults = {
    .struct_size = sizeof defaults, .patients = DEFAULT_PATIENTS, .seed = DEFAULT_SEED};

void b7_validate_options_default(B7ValidateOptions *options, size_t struct_size) {
  b7_options_give(&defaults, sizeof defaults, options, struct_size);
}

/* ---- running ---- */

typedef struct Maker {
  B7Validation *validation;
  const B7Kernel *kernel;
  const char *criteria_folder;
  const B7ValidateOptions *options;
  const B7Hooks *hooks;
  int64_t arms_done, arms_all;
  B7Error *error;
} Maker;

/* a mistake is told with the study and arm that asked for it */
static B7Status at_arm(const B7Study *study, int32_t arm, B7Status status, B7Error *error) {
  if (status != B7_ERROR_INPUT || !error) return status;
  char message[sizeof error->message];
  snprintf(message, sizeof message, "%s", error->message);
  return b7_node_fail(study->arms[arm].node, error, "study '%s', arm '%s': %s", study->id,
                      study->arms[arm].name, message);
}

B7Status b7_study_arm_run(const B7Studies *studies, const B7Study *study, int32_t arm, const B7Kernel *kernel,
                          const char *criteria_folder, const B7TrialOptions *options, const B7Hooks *hooks,
                          B7Trial **trial, B7TrialRun **run, B7Error *error) {
  *trial = NULL;
  *run = NULL;
  B7Hooks quiet = hooks ? *hooks : (B7Hooks){0};
  quiet.progress = NULL; // one bar over all arms
  B7Status status = b7_study_trial(studies, study, arm, &quiet, trial, error);
  if (status == B7_OK) status = b7_trial_run(*trial, kernel, criteria_folder, options, &quiet, run, error);
  return at_arm(study, arm, status, error);
}

static B7Status run_arm(const Maker *maker, const B7Study *study, int32_t arm, B7Trial **trial,
                        B7TrialRun **run) {
  B7TrialOptions options;
  b7_trial_options_default(&options, sizeof options);
  options.patients = maker->options->patients;
  options.seed = maker->options->seed;
  options.simulate = maker->options->simulate;
  return b7_study_arm_run(maker->validation->studies, study, arm, maker->kernel, maker->criteria_folder,
                          &options, maker->hooks, trial, run, maker->error);
}

static B7ValidationRow row_made(const B7Study *study, const B7StudyRow *row) {
  return (B7ValidationRow){.study = study->id,
                           .study_title = study->title,
                           .arm = row->arm >= 0 ? study->arms[row->arm].name : "all arms",
                           .endpoint = row->endpoint->name,
                           .unit = row->endpoint->unit,
                           .source = row->source,
                           .note = row->note,
                           .n = isnan(row->of) ? study->n : row->of,
                           .at_day = row->at_day,
                           .prediction = study->prediction,
                           .published = {row->value, row->low, row->high},
                           .simulated = {NAN, NAN, NAN},
                           .inside = B7_INSIDE_NOT_SIMULATED};
}

/* rows over all arms: the mean by weight, of those arms that can say it */
static void read_row(const B7Studies *studies, const B7Study *study, const B7StudyRow *row,
                     B7TrialRun *const *runs, B7ValidationRow *out) {
  double between_sd = studies->between_sd[b7_study_family_of(row->endpoint)];
  double sum = 0, weights = 0;
  for (int32_t a = 0; a < study->n_arm; a++) {
    if (row->arm >= 0 && row->arm != a) continue;
    int64_t evaluable;
    double value = b7_study_endpoint_value(row->endpoint, runs[a], 0, row->at_day, &evaluable);
    if (isnan(value)) continue;
    sum += study->arms[a].weight * value;
    weights += study->arms[a].weight;
    out->patients += evaluable;
    if (row->arm == a)
      b7_study_endpoint_spread(row->endpoint, runs[a], 0, value, out->n, between_sd, LEVEL,
                               &out->simulated.lower, &out->simulated.upper);
  }
  if (!(weights > 0)) return;
  out->simulated.value = sum / weights;
  if (row->arm < 0)
    b7_study_endpoint_spread(row->endpoint, runs[0], 0, out->simulated.value, out->n, between_sd, LEVEL,
                             &out->simulated.lower, &out->simulated.upper);
  if (isnan(out->published.lower) || isnan(out->published.upper)) return;
  // limits are printed with one decimal
  double slack = 0.05;
  bool percent = strcmp(out->unit, "percent") == 0;
  out->inside = out->simulated.value >= out->published.lower - (percent ? slack : 0) &&
                        out->simulated.value <= out->published.upper + (percent ? slack : 0)
                    ? B7_INSIDE_YES
                    : B7_INSIDE_NO;
}

static B7Status run_study(Maker *maker, const B7Study *study) {
  B7Validation *validation = maker->validation;
  B7Arena arena = b7_arena_make(maker->hooks);
  B7Trial **trials = B7_ARENA_ARRAY(&arena, B7Trial *, study->n_arm);
  B7TrialRun **runs = B7_ARENA_ARRAY(&arena, B7TrialRun *, study->n_arm);
  B7Status status = trials && runs ? B7_OK : b7_fail_memory(maker->error);
  for (int32_t a = 0; status == B7_OK && a < study->n_arm; a++) {
    status = run_arm(maker, study, a, &trials[a], &runs[a]);
    maker->arms_done++;
    if (status == B7_OK && maker->hooks && maker->hooks->progress &&
        !maker->hooks->progress(maker->hooks->user, maker->arms_done * maker->options->patients,
                                maker->arms_all * maker->options->patients))
      status = b7_fail(maker->error, B7_ERROR_CANCELLED, "cancelled");
  }
  for (int32_t r = 0; status == B7_OK && r < study->n_row; r++) {
    B7ValidationRow *out = &validation->rows[validation->n_row++];
    *out = row_made(study, &study->rows[r]);
    read_row(validation->studies, study, &study->rows[r], runs, out);
  }
  for (int32_t a = 0; trials && runs && a < study->n_arm; a++) {
    b7_trial_run_free(runs[a]);
    b7_trial_free(trials[a]);
  }
  b7_arena_free(&arena);
  return status;
}

static bool is_left_out(const B7Study *study, const B7Study *only, bool predictions) {
  return only ? study != only : study->prediction && !predictions;
}

static B7Status run_all(Maker *maker, const B7Study *only, bool predictions) {
  const B7Studies *studies = maker->validation->studies;
  int32_t rows = 0;
  for (int32_t s = 0; s < studies->n_study; s++) {
    rows += studies->studies[s].n_row;
    if (!is_left_out(&studies->studies[s], only, predictions)) maker->arms_all += studies->studies[s].n_arm;
  }
  maker->validation->rows = B7_ARENA_ARRAY(&maker->validation->arena, B7ValidationRow, rows);
  if (!maker->validation->rows) return b7_fail_memory(maker->error);
  for (int32_t s = 0; s < studies->n_study; s++) {
    const B7Study *study = &studies->studies[s];
    if (is_left_out(study, only, predictions)) continue;
    B7_TRY(run_study(maker, study));
    maker->validation->n_study++;
  }
  return B7_OK;
}

B7Status b7_validate(const B7Studies *studies, const char *study, const B7Kernel *kernel,
                     const char *criteria_folder, const B7ValidateOptions *options, const B7Hooks *hooks,
                     B7Validation **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7ValidateOptions chosen = defaults;
  B7_TRY(b7_options_take(options, &chosen, sizeof chosen, "b7_validate_options_default", error));
  const B7Study *only = study ? b7_studies_find(studies, study) : NULL;
  if (study && !only) {
    const char *near = b7_suggest(study, studies->ids);
    return b7_fail(error, B7_ERROR_INPUT, "no study '%s' in %s%s%s%s", study, studies->path,
                   near ? ". Did you mean '" : "; `bridge7 validate --list` shows them", near ? near : "",
                   near ? "'?" : "");
  }
  B7Arena arena = b7_arena_make(hooks);
  B7Validation *validation = B7_ARENA_ARRAY(&arena, B7Validation, 1);
  if (!validation) return b7_fail_memory(error);
  validation->arena = arena;
  validation->studies = studies;
  validation->patients = chosen.patients;
  validation->seed = chosen.seed;
  Maker maker = {.validation = validation,
                 .kernel = kernel,
                 .criteria_folder = criteria_folder,
                 .options = &chosen,
                 .hooks = hooks,
                 .error = error};
  B7Status status = run_all(&maker, only, chosen.predictions);
  if (status != B7_OK) {
    b7_validation_free(validation);
    return status;
  }
  *out = validation;
  return B7_OK;
}

void b7_validation_free(B7Validation *validation) {
  if (!validation) return;
  B7Arena arena = validation->arena;
  b7_arena_free(&arena);
}

int32_t b7_validation_rows(const B7Validation *validation, const B7ValidationRow **rows) {
  *rows = validation->rows;
  return validation->n_row;
}

B7ValidationCount b7_validation_count(const B7Validation *validation) {
  B7ValidationCount count = {0};
  for (int32_t i = 0; i < validation->n_row; i++) {
    const B7ValidationRow *row = &validation->rows[i];
    count.rows++;
    if (row->prediction) {
      count.predicted++;
    } else if (row->inside == B7_INSIDE_NOT_SIMULATED) {
      count.not_judged++;
    } else {
      count.judged++;
      count.inside += row->inside == B7_INSIDE_YES;
      count.covered +=
          row->published.value >= row->simulated.lower && row->published.value <= row->simulated.upper;
    }
  }
  return count;
}

int32_t b7_studies_list(const B7Studies *studies, const B7StudySummary **rows) {
  *rows = studies->summaries;
  return studies->n_study;
}
