#include "fit/descent.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "base/status.h"

#define CANDIDATES 4
#define DAMPING_START 0.1
#define DAMPING_LEAST 1e-3
#define RETRIES 2
/* a model that is linear near by is not trusted further, in prior standard deviations */
#define STEP_MOST 1.5
/* a smaller gain is no evidence for one point over another */
#define GAIN_LEAST 0.2

static const double damping_factors[CANDIDATES] = {0.1, 1, 10, 100};

const char *b7_fit_end_words(B7FitEnd end) {
  static const char *const words[] = {
#define END_WORDS(id, words) words,
      B7_FIT_END_LIST(END_WORDS)
#undef END_WORDS
  };
  return words[end];
}

B7Status b7_descent_make(const B7Calibration *calibration, B7Evaluator *evaluator, const B7FitTarget *targets,
                         uint64_t seed, B7Arena *arena, B7Descent *out, B7Error *error) {
  int32_t n = calibration->n_parameter;
  *out = (B7Descent){.calibration = calibration, .evaluator = evaluator, .targets = targets, .seed = seed};
  out->ring = B7_ARENA_ARRAY(arena, B7FitPoint, 2 * n);
  out->residuals = B7_ARENA_ARRAY(arena, double, calibration->n_row);
  out->jacobian = B7_ARENA_ARRAY(arena, double, (size_t)calibration->n_row *(size_t)n);
  out->matrix = B7_ARENA_ARRAY(arena, double, (size_t)n *(size_t)n);
  out->gradient = B7_ARENA_ARRAY(arena, double, n);
  out->step = B7_ARENA_ARRAY(arena, double, n);
  out->trial_u = B7_ARENA_ARRAY(arena, double, CANDIDATES *(size_t)n);
  if (!out->ring || !out->residuals || !out->jacobian || !out->matrix || !out->gradient || !out->step ||
      !out->trial_u)
    return b7_fail_memory(error);
  B7_TRY(b7_fit_point_make(evaluator, arena, &out->centre, error));
  for (int32_t i = 0; i < 2 * n; i++) B7_TRY(b7_fit_point_make(evaluator, arena, &out->ring[i], error));
  for (int32_t i = 0; i < CANDIDATES; i++)
    B7_TRY(b7_fit_point_make(evaluator, arena, &out->candidates[i], error));
  return B7_OK;
}

static double u_of(const B7FitParameter *parameter, double value) {
  return (b7_scale_to(parameter->scale, value) - parameter->prior_at) / parameter->prior_sd;
}

void b7_descent_from_files(const B7Calibration *calibration, double *u) {
  for (int32_t p = 0; p < calibration->n_parameter; p++)
    u[p] = u_of(&calibration->parameters[p], calibration->parameters[p].start);
}

void b7_descent_limits(const B7FitParameter *parameter, double *low, double *high) {
  *low = u_of(parameter, parameter->low);
  *high = u_of(parameter, parameter->high);
}

void b7_descent_values(const B7Calibration *calibration, const double *u, double *values) {
  for (int32_t p = 0; p < calibration->n_parameter; p++) {
    const B7FitParameter *parameter = &calibration->parameters[p];
    double value = b7_scale_from(parameter->scale, parameter->prior_at + parameter->prior_sd * u[p]);
    values[p] = fmin(parameter->high, fmax(parameter->low, value));
  }
}

double b7_descent_residuals(const B7Descent *descent, const B7FitPoint *point, double *residuals) {
  const B7Calibration *calibration = descent->calibration;
  double sum = 0;
  for (int32_t r = 0; r < calibration->n_row; r++) {
    residuals[r] =
        sqrt(calibration->rows[r].weight) * b7_target_residual(&descent->targets[r], point->rows[r]);
    sum += residuals[r] * residuals[r];
  }
  return sum;
}

static double squares(const double *u, int32_t n) {
  double sum = 0;
  for (int32_t p = 0; p < n; p++) sum += u[p] * u[p];
  return sum;
}

static B7Status simulate_one(B7Descent *descent, const double *u, B7FitPoint *point, B7Error *error) {
  b7_descent_values(descent->calibration, u, point->values);
  point->seed = descent->seed;
  return b7_evaluate(descent->evaluator, NULL, &point, 1, error);
}

/* ---- derivatives ---- */

/* residual of a point that may have failed; NaN then */
static double residual_at(const B7Descent *descent, const B7FitPoint *point, int32_t row) {
  if (point->failed) return NAN;
  return sqrt(descent->calibration->rows[row].weight) *
         b7_target_residual(&descent->targets[row], point->rows[row]);
}

/* around descent->centre, which stands at u */
static B7Status differences(B7Descent *descent, const double *u, double *jacobian, B7Error *error) {
  const B7Calibration *calibration = descent->calibration;
  int32_t n = calibration->n_parameter;
  B7FitPoint *points[2 * B7_FIT_PARAMETERS_MAX];
  double at[2 * B7_FIT_PARAMETERS_MAX], moved[B7_FIT_PARAMETERS_MAX];
  memcpy(moved, u, (size_t)n * sizeof *moved);
  for (int32_t i = 0; i < 2 * n; i++) {
    double low, high;
    b7_descent_limits(&calibration->parameters[i / 2], &low, &high);
    at[i] = i % 2 ? fmin(high, u[i / 2] + calibration->step_sd) : fmax(low, u[i / 2] - calibration->step_sd);
    points[i] = &descent->ring[i];
    moved[i / 2] = at[i];
    // values that did not move stay the same to the bit, so that their arms are copied
    memcpy(points[i]->values, descent->centre.values, (size_t)n * sizeof *points[i]->values);
    double value[B7_FIT_PARAMETERS_MAX];
    b7_descent_values(calibration, moved, value);
    points[i]->values[i / 2] = value[i / 2];
    points[i]->seed = descent->seed;
    moved[i / 2] = u[i / 2];
  }
  B7_TRY(b7_evaluate(descent->evaluator, &descent->centre, points, 2 * n, error));
  for (int32_t r = 0; r < calibration->n_row; r++) {
    double centre = residual_at(descent, &descent->centre, r);
    for (int32_t p = 0; p < n; p++) {
      double below = residual_at(descent, points[2 * p], r),
             above = residual_at(descent, points[2 * p + 1], r);
      double from = isnan(below) ? u[p] : at[2 * p], to = isnan(above) ? u[p] : at[2 * p + 1];
      double change = (isnan(above) ? centre : above) - (isnan(below) ? centre : below);
      jacobian[(size_t)r * (size_t)n + (size_t)p] = to > from ? change / (to - from) : 0;
    }
  }
  return B7_OK;
}

B7Status b7_descent_jacobian(B7Descent *descent, const double *u, double *jacobian, B7Error *error) {
  B7_TRY(simulate_one(descent, u, &descent->centre, error));
  if (descent->centre.failed)
    return b7_fail(error, B7_ERROR_NUMERICAL, "too many patients fail numerically at the values of the fit");
  return differences(descent, u, jacobian, error);
}

/* ---- steps ---- */

/* (J'J + 1 + damping * diagonal) step = -(J'r + u), for the parameters that are free to move */
static bool solve(const B7Descent *descent, double damping, const bool *held) {
  int32_t n = descent->calibration->n_parameter, n_row = descent->calibration->n_row;
  for (int32_t i = 0; i < n; i++) {
    double *line = descent->matrix + (size_t)i * (size_t)n;
    for (int32_t j = 0; j < n; j++) {
      double sum = i == j ? 1 : 0;
      for (int32_t r = 0; r < n_row; r++)
        sum += descent->jacobian[(size_t)r * (size_t)n + (size_t)i] *
               descent->jacobian[(size_t)r * (size_t)n + (size_t)j];
      line[j] = held[i] || held[j] ? (i == j) : sum;
    }
    if (!held[i]) line[i] *= 1 + damping;
    descent->step[i] = held[i] ? 0 : -descent->gradient[i];
  }
  return LAPACKE_dposv(LAPACK_ROW_MAJOR, 'U', n, 1, descent->matrix, n, descent->step, 1) == 0;
}

/* the step at one damping, cut at the limits; parameters that would leave theirs are held there */
static void propose(const B7Descent *descent, const double *u, double damping, double *moved) {
  int32_t n = descent->calibration->n_parameter;
  bool held[B7_FIT_PARAMETERS_MAX] = {false};
  memcpy(moved, u, (size_t)n * sizeof *moved);
  for (bool again = true; again;) {
    again = false;
    if (!solve(descent, damping, held)) return;
    for (int32_t p = 0; p < n; p++) {
      double low, high;
      b7_descent_limits(&descent->calibration->parameters[p], &low, &high);
      bool leaves = (u[p] <= low && descent->step[p] < 0) || (u[p] >= high && descent->step[p] > 0);
      if (!held[p] && leaves) held[p] = again = true;
    }
  }
  double longest = 0;
  for (int32_t p = 0; p < n; p++) longest = fmax(longest, fabs(descent->step[p]));
  double share = longest > STEP_MOST ? STEP_MOST / longest : 1;
  for (int32_t p = 0; p < n; p++) {
    double low, high;
    b7_descent_limits(&descent->calibration->parameters[p], &low, &high);
    moved[p] = fmin(high, fmax(low, u[p] + share * descent->step[p]));
  }
}

/* four dampings side by side; the lowest sum, and where */
static B7Status try_steps(B7Descent *descent, const double *u, double damping, int32_t *best, double *lowest,
                          B7Error *error) {
  int32_t n = descent->calibration->n_parameter;
  B7FitPoint *points[CANDIDATES];
  for (int32_t k = 0; k < CANDIDATES; k++) {
    double *moved = descent->trial_u + (size_t)k * (size_t)n;
    propose(descent, u, damping * damping_factors[k], moved);
    points[k] = &descent->candidates[k];
    points[k]->seed = descent->seed;
    b7_descent_values(descent->calibration, moved, points[k]->values);
  }
  B7_TRY(b7_evaluate(descent->evaluator, NULL, points, CANDIDATES, error));
  *best = -1;
  *lowest = INFINITY;
  for (int32_t k = 0; k < CANDIDATES; k++) {
    if (points[k]->failed) continue;
    double sum = b7_descent_residuals(descent, points[k], descent->residuals) +
                 squares(descent->trial_u + (size_t)k * (size_t)n, n);
    if (sum >= *lowest) continue;
    *lowest = sum;
    *best = k;
  }
  return B7_OK;
}

/* one Jacobian and the best step along it; the end when there is none */
static B7Status take_step(B7Descent *descent, B7FitStart *start, B7Error *error) {
  int32_t n = descent->calibration->n_parameter, n_row = descent->calibration->n_row, best = -1;
  double before = start->misfit + start->prior, lowest = INFINITY;
  B7_TRY(differences(descent, start->u, descent->jacobian, error));
  b7_descent_residuals(descent, &descent->centre, descent->residuals);
  for (int32_t p = 0; p < n; p++) {
    descent->gradient[p] = start->u[p];
    for (int32_t r = 0; r < n_row; r++)
      descent->gradient[p] += descent->jacobian[(size_t)r * (size_t)n + (size_t)p] * descent->residuals[r];
  }
  double damping = start->damping;
  for (int32_t retry = 0; retry <= RETRIES; retry++, damping *= 1000) {
    B7_TRY(try_steps(descent, start->u, damping, &best, &lowest, error));
    if (lowest < before) break;
  }
  if (!(lowest < before)) {
    start->end = B7_END_NO_STEP;
    return B7_OK;
  }
  memcpy(start->u, descent->trial_u + (size_t)best * (size_t)n, (size_t)n * sizeof *start->u);
  start->damping = fmax(DAMPING_LEAST, 0.5 * damping * damping_factors[best]);
  start->prior = squares(start->u, n);
  start->misfit = lowest - start->prior;
  start->steps++;
  if (before - lowest < GAIN_LEAST) start->end = B7_END_CONVERGED;
  // the candidate becomes the centre
  B7FitPoint old = descent->centre;
  descent->centre = descent->candidates[best];
  descent->candidates[best] = old;
  return B7_OK;
}

B7Status b7_descent_run(B7Descent *descent, B7FitStart *start, B7Error *error) {
  int32_t n = descent->calibration->n_parameter;
  if (start->damping == 0) start->damping = DAMPING_START;
  B7_TRY(simulate_one(descent, start->u, &descent->centre, error));
  if (descent->centre.failed) {
    start->end = B7_END_FAILED;
    start->misfit = start->prior = INFINITY;
    return B7_OK;
  }
  start->prior = squares(start->u, n);
  start->misfit = b7_descent_residuals(descent, &descent->centre, descent->residuals);
  while (start->end == B7_END_RUNNING) {
    int64_t points, arms;
    b7_evaluator_work(descent->evaluator, &points, &arms);
    if (start->steps >= descent->calibration->steps) {
      start->end = B7_END_STEPS;
    } else if (descent->max_evaluations > 0 && points + 2 * n + CANDIDATES > descent->max_evaluations) {
      start->end = B7_END_EVALUATIONS;
    } else {
      B7_TRY(take_step(descent, start, error));
    }
    if (descent->stepped) B7_TRY(descent->stepped(descent->user, error));
  }
  return B7_OK;
}
