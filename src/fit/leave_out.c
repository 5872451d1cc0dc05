#include "fit/leave_out.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "base/options.h"
#include "fit/descent.h"

#define DEFAULT_PATIENTS 1000
/* a model that is linear near by is not trusted further, in prior standard deviations */
#define STEP_MOST 1.5

static const B7LeaveOutOptions defaults = {.struct_size = sizeof defaults, .patients = DEFAULT_PATIENTS};

void b7_leave_out_options_default(B7LeaveOutOptions *options, size_t struct_size) {
  b7_options_give(&defaults, sizeof defaults, options, struct_size);
}

typedef struct Maker {
  B7LeaveOut *out;
  const B7Calibration *calibration;
  const B7LeaveOutOptions *options;
  const B7Hooks *hooks;
  const B7FitTarget *targets;
  double *u;                    /* [n_parameter], the values of the files */
  double *residuals, *jacobian; /* there: [n_row], [n_row][n_parameter] */
  B7Error *error;
} Maker;

/* ---- what the other studies say of the values ---- */

static B7Status find_slopes(Maker *maker) {
  const B7Calibration *calibration = maker->calibration;
  B7Arena *arena = &maker->out->arena;
  B7Evaluator *evaluator;
  B7Descent descent;
  B7_TRY(b7_evaluator_make(calibration, calibration->patients, maker->options->threads, maker->hooks,
                           &evaluator, maker->error));
  B7Status status = b7_descent_make(calibration, evaluator, maker->targets, maker->out->seed, arena, &descent,
                                    maker->error);
  if (status == B7_OK) {
    int64_t touched = 0;
    for (int32_t a = 0; a < calibration->n_arm; a++) {
      for (int32_t p = 0; p < calibration->n_parameter; p++) touched += calibration->arms[a].touched_by[p];
    }
    b7_evaluator_expect(evaluator, 2 * touched + calibration->n_arm);
    b7_descent_from_files(calibration, maker->u);
    status = b7_descent_jacobian(&descent, maker->u, maker->jacobian, maker->error);
  }
  if (status == B7_OK) b7_descent_residuals(&descent, &descent.centre, maker->residuals);
  b7_evaluator_free(evaluator);
  return status;
}

/* one Gauss-Newton step of the penalised sum without the rows of studies that overlap `study`, cut to a length that the
   derivatives hold for and to the limits */
static B7Status step_without(const Maker *maker, const B7Study *study, B7Arena *arena, double *u) {
  const B7Calibration *calibration = maker->calibration;
  size_t n = (size_t)calibration->n_parameter;
  double *matrix = B7_ARENA_ARRAY(arena, double, n *n), *step = B7_ARENA_ARRAY(arena, double, n);
  if (!matrix || !step) return b7_fail_memory(maker->error);
  for (size_t i = 0; i < n; i++) {
    matrix[i * n + i] = 1;
    step[i] = -maker->u[i];
  }
  for (int32_t r = 0; r < calibration->n_row; r++) {
    const double *slope = maker->jacobian + (size_t)r * n;
    if (b7_studies_overlap(calibration->rows[r].study, study)) continue;
    for (size_t i = 0; i < n; i++) {
      step[i] -= slope[i] * maker->residuals[r];
      for (size_t j = 0; j < n; j++) matrix[i * n + j] += slope[i] * slope[j];
    }
  }
  if (LAPACKE_dposv(LAPACK_ROW_MAJOR, 'L', (lapack_int)n, 1, matrix, (lapack_int)n, step, 1) != 0)
    return b7_fail(maker->error, B7_ERROR_NUMERICAL,
                   "the derivatives of the rows without study '%s' are not finite", study->id);
  double longest = 0;
  for (size_t i = 0; i < n; i++) longest = fmax(longest, fabs(step[i]));
  double scale = longest > STEP_MOST ? STEP_MOST / longest : 1;
  for (size_t i = 0; i < n; i++) {
    double low, high;
    b7_descent_limits(&calibration->parameters[i], &low, &high);
    u[i] = fmin(high, fmax(low, maker->u[i] + scale * step[i]));
  }
  return B7_OK;
}

/* ---- predictions ---- */

/* a simulated value as skill rows hold it: half a patient from either end, or a logarithm */
static double prediction_of(const B7SkillRow *row, B7FitSimulated simulated) {
  if (isnan(simulated.value)) return NAN;
  if (!row->share) return simulated.value > 0 ? log(simulated.value) : NAN;
  double n = fmax(1, simulated.patients);
  return (simulated.value / 100 * n + 0.5) / (n + 1);
}

static bool is_asked(const Maker *maker, const B7Study *study) {
  return !maker->options->study || strcmp(maker->options->study, study->id) == 0;
}

static void keep_rows(const Maker *maker, const B7FitPoint *point, bool left_out) {
  for (int32_t r = 0; r < maker->out->n_row; r++) {
    B7SkillRow *row = &maker->out->predictions[r];
    if (point->only && point->only != row->study) continue;
    double value = prediction_of(row, point->rows[r]);
    if (left_out) {
      row->left_out = value;
    } else {
      row->fitted = value;
    }
  }
}

/* one point at the values of the files, then one for each study without it; all on the same virtual patients */
static B7Status predict(Maker *maker, B7Evaluator *evaluator, B7Arena *arena) {
  const B7Calibration *calibration = maker->calibration;
  const B7Studies *studies = calibration->studies;
  B7FitPoint *points = B7_ARENA_ARRAY(arena, B7FitPoint, studies->n_study + 1);
  B7FitPoint **list = B7_ARENA_ARRAY(arena, B7FitPoint *, studies->n_study + 1);
  double *u = B7_ARENA_ARRAY(arena, double, calibration->n_parameter);
  if (!points || !list || !u) return b7_fail_memory(maker->error);
  int32_t count = 0;
  B7_TRY(b7_fit_point_make(evaluator, arena, &points[0], maker->error));
  b7_descent_values(calibration, maker->u, points[0].values);
  list[count++] = &points[0];
  for (int32_t r = 0; r < calibration->n_row; r++) {
    const B7Study *study = calibration->rows[r].study;
    // rows of a study stand together
    if (points[count - 1].only == study) continue;
    B7FitPoint *point = &points[count];
    B7_TRY(b7_fit_point_make(evaluator, arena, point, maker->error));
    point->only = study;
    B7_TRY(step_without(maker, study, arena, u));
    b7_descent_values(calibration, u, point->values);
    list[count++] = point;
  }
  for (int32_t k = 0; k < count; k++) points[k].seed = maker->out->seed + 1;
  b7_evaluator_expect(evaluator, 2 * calibration->n_arm);
  B7_TRY(b7_evaluate(evaluator, NULL, list, count, maker->error));
  for (int32_t k = 0; k < count; k++) {
    if (points[k].failed)
      return b7_fail(maker->error, B7_ERROR_NUMERICAL,
                     "too many patients fail numerically without study '%s'",
                     points[k].only ? points[k].only->id : "none");
    keep_rows(maker, &points[k], k > 0);
  }
  return B7_OK;
}

/* ---- scores ---- */

static B7Status add_skill(Maker *maker, const char *name, const bool *wanted, double between_sd) {
  B7LeaveOut *out = maker->out;
  B7LeaveOutSkill *skill = &out->skills[out->n_skill];
  B7_TRY(b7_skill_of(out->predictions, out->rows, out->n_row, wanted, &out->arena, skill, maker->error));
  if (skill->rows == 0) return B7_OK;
  skill->family = name;
  skill->between_sd = between_sd;
  out->n_skill++;
  return B7_OK;
}

static B7Status summarise(Maker *maker) {
  static const char *const settings[B7_STUDY_SETTINGS] = {"CAR-T", "transplant", "chemotherapy"};
  B7LeaveOut *out = maker->out;
  bool *wanted = B7_ARENA_ARRAY(&out->arena, bool, out->n_row + 1);
  out->skills = B7_ARENA_ARRAY(&out->arena, B7LeaveOutSkill, 1 + B7_STUDY_SETTINGS + B7_STUDY_FAMILIES);
  if (!wanted || !out->skills) return b7_fail_memory(maker->error);
  for (int32_t r = 0; r < out->n_row; r++) wanted[r] = is_asked(maker, out->predictions[r].study);
  B7_TRY(add_skill(maker, "all", wanted, NAN));
  for (int s = 0; s < B7_STUDY_SETTINGS; s++) {
    for (int32_t r = 0; r < out->n_row; r++)
      wanted[r] =
          is_asked(maker, out->predictions[r].study) && out->predictions[r].setting == (B7StudySetting)s;
    B7_TRY(add_skill(maker, settings[s], wanted, NAN));
  }
  for (int f = 0; f < B7_STUDY_FAMILIES; f++) {
    for (int32_t r = 0; r < out->n_row; r++)
      wanted[r] =
          is_asked(maker, out->predictions[r].study) && out->predictions[r].family == (B7StudyFamily)f;
    B7_TRY(add_skill(maker, b7_study_family_key((B7StudyFamily)f), wanted, out->between_sd[f]));
  }
  return B7_OK;
}

/* ---- all of it ---- */

static B7Status make_targets(Maker *maker) {
  const B7Calibration *calibration = maker->calibration;
  B7Arena *arena = &maker->out->arena;
  size_t n_row = (size_t)calibration->n_row, n = (size_t)calibration->n_parameter;
  B7FitTarget *targets = B7_ARENA_ARRAY(arena, B7FitTarget, n_row);
  maker->targets = targets;
  maker->u = B7_ARENA_ARRAY(arena, double, n);
  maker->residuals = B7_ARENA_ARRAY(arena, double, n_row);
  maker->jacobian = B7_ARENA_ARRAY(arena, double, n_row *n);
  maker->out->predictions = B7_ARENA_ARRAY(arena, B7SkillRow, n_row);
  maker->out->rows = B7_ARENA_ARRAY(arena, B7LeaveOutRow, n_row);
  if (!targets || !maker->u || !maker->residuals || !maker->jacobian || !maker->out->predictions ||
      !maker->out->rows)
    return b7_fail_memory(maker->error);
  maker->out->n_row = calibration->n_row;
  for (size_t r = 0; r < n_row; r++) {
    const B7FitRow *row = &calibration->rows[r];
    targets[r] = b7_target_make(row->study, row->row, calibration->between_studies);
    maker->out->predictions[r] = b7_skill_row(row->study, row->row, row->weight);
  }
  return B7_OK;
}

static B7Status run_all(Maker *maker) {
  B7LeaveOut *out = maker->out;
  B7Evaluator *evaluator;
  B7_TRY(make_targets(maker));
  B7_TRY(find_slopes(maker));
  B7_TRY(b7_evaluator_make(maker->calibration, out->patients, maker->options->threads, maker->hooks,
                           &evaluator, maker->error));
  B7Status status = predict(maker, evaluator, &out->arena);
  b7_evaluator_free(evaluator);
  B7_TRY(status);
  B7_TRY(b7_skill_between(out->predictions, out->n_row, NULL, &out->arena, out->between_sd, maker->error));
  B7_TRY(b7_skill_score(out->predictions, out->n_row, &out->arena, out->rows, maker->error));
  return summarise(maker);
}

static B7Status check_study(const B7Calibration *calibration, const char *id, B7Error *error) {
  if (!id) return B7_OK;
  for (int32_t r = 0; r < calibration->n_row; r++) {
    if (strcmp(calibration->rows[r].study->id, id) == 0) return B7_OK;
  }
  const char *near = b7_suggest(id, calibration->studies->ids);
  return b7_fail(error, B7_ERROR_INPUT, "no row of a study '%s' counts in %s%s%s%s", id, calibration->path,
                 near ? ". Did you mean '" : "", near ? near : "", near ? "'?" : "");
}

B7Status b7_leave_out(const B7Calibration *calibration, const B7LeaveOutOptions *options,
                      const B7Hooks *hooks, B7LeaveOut **out, B7Error *error) {
  B7Error own;
  if (!error) error = &own;
  *out = NULL;
  b7_error_clear(error);
  B7LeaveOutOptions chosen = defaults;
  B7_TRY(b7_options_take(options, &chosen, sizeof chosen, "b7_leave_out_options_default", error));
  if (chosen.patients < 2 || chosen.threads < 0)
    return b7_fail(error, B7_ERROR_USAGE, "at least 2 patients; threads not negative");
  B7_TRY(check_study(calibration, chosen.study, error));
  B7Arena arena = b7_arena_make(hooks);
  B7LeaveOut *run = B7_ARENA_ARRAY(&arena, B7LeaveOut, 1);
  if (!run) return b7_fail_memory(error);
  run->arena = arena;
  run->fit = calibration->name;
  run->fingerprint = calibration->fingerprint;
  run->patients = chosen.patients;
  run->seed = chosen.seed ? chosen.seed : calibration->seed;
  Maker maker = {.out = run, .calibration = calibration, .options = &chosen, .hooks = hooks, .error = error};
  B7Status status = run_all(&maker);
  if (status != B7_OK) {
    b7_leave_out_free(run);
    return status;
  }
  *out = run;
  return B7_OK;
}

void b7_leave_out_free(B7LeaveOut *run) {
  if (!run) return;
  B7Arena arena = run->arena;
  b7_arena_free(&arena);
}

int32_t b7_leave_out_rows(const B7LeaveOut *run, const B7LeaveOutRow **rows) {
  *rows = run->rows;
  return run->n_row;
}

int32_t b7_leave_out_skills(const B7LeaveOut *run, const B7LeaveOutSkill **skills) {
  *skills = run->skills;
  return run->n_skill;
}
