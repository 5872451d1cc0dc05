#include "fit/descent.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "base/status.h"

#define CANDIDATES 4
#define DAMPING_START 0.1
#define DAMPING_LEAST 1e-3
#define RETRIES 1
#define RETRY_FACTOR 1000
#define ROUND_STEPS 3
#define MISSES_MOST 2
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
  out->tried = B7_ARENA_ARRAY(arena, double, calibration->n_row);
  out->jacobian = B7_ARENA_ARRAY(arena, double, (size_t)calibration->n_row *(size_t)n);
  out->matrix = B7_ARENA_ARRAY(arena, double, (size_t)n *(size_t)n);
  out->gradient = B7_ARENA_ARRAY(arena, double, n);
  out->step = B7_ARENA_ARRAY(arena, double, n);
  out->trial_u = B7_ARENA_ARRAY(arena, double, CANDIDATES *(size_t)n);
  if (!out->ring || !out->residuals || !out->tried || !out->jacobian || !out->matrix || !out->gradient ||
      !out->step || !out->trial_u)
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

static double residual_at(const B7Descent *descent, const B7FitPoint *point, int32_t row) {
  return sqrt(descent->calibration->rows[row].weight) *
         b7_target_residual(&descent->targets[row], point->rows[row]);
}

/* the value of one parameter on one side of u, or u where its limit is */
static double beside(const B7Descent *descent, const double *u, int32_t p, double side) {
  double low, high;
  b7_descent_limits(&descent->calibration->parameters[p], &low, &high);
  return fmin(high, fmax(low, u[p] + side * descent->calibration->step_sd));
}

/* a point that differs from the centre in one parameter */
static void place_beside(const B7Descent *descent, const double *u, int32_t p, double at, B7FitPoint *point) {
  size_t n = (size_t)descent->calibration->n_parameter;
  double moved[B7_FIT_PARAMETERS_MAX], values[B7_FIT_PARAMETERS_MAX];
  memcpy(moved, u, n * sizeof *moved);
  moved[p] = at;
  b7_descent_values(descent->calibration, moved, values);
  // values that did not move stay the same to the bit, so that their arms are copied
  memcpy(point->values, descent->centre.values, n * sizeof *point->values);
  point->values[p] = values[p];
  point->seed = descent->seed;
}

/* derivatives around descent->centre, which stands at u: between two points for each parameter, or (side not 0)
   between the centre and one point */
static B7Status differences(B7Descent *descent, const double *u, double side, double *jacobian,
                            B7Error *error) {
  int32_t n = descent->calibration->n_parameter, count = 0;
  B7FitPoint *points[2 * B7_FIT_PARAMETERS_MAX] = {NULL};
  double at[2 * B7_FIT_PARAMETERS_MAX];
  for (int32_t p = 0; p < n; p++) {
    double below = side > 0 ? u[p] : beside(descent, u, p, -1),
           above = side < 0 ? u[p] : beside(descent, u, p, 1);
    // at a limit the only side is the other one
    if (below == above) below = beside(descent, u, p, -1);
    if (below == above) above = beside(descent, u, p, 1);
    at[2 * p] = below;
    at[2 * p + 1] = above;
    for (int32_t i = 2 * p; i < 2 * p + 2; i++) {
      if (at[i] == u[p]) continue;
      place_beside(descent, u, p, at[i], &descent->ring[i]);
      points[count++] = &descent->ring[i];
    }
  }
  B7_TRY(b7_evaluate(descent->evaluator, &descent->centre, points, count, error));
  for (int32_t p = 0; p < n; p++) {
    const B7FitPoint *ends[2];
    for (int32_t i = 0; i < 2; i++) {
      bool own = at[2 * p + i] != u[p] && !descent->ring[2 * p + i].failed;
      ends[i] = own ? &descent->ring[2 * p + i] : &descent->centre;
      if (!own) at[2 * p + i] = u[p];
    }
    double width = at[2 * p + 1] - at[2 * p];
    for (int32_t r = 0; r < descent->calibration->n_row; r++)
      jacobian[(size_t)r * (size_t)n + (size_t)p] =
          width > 0 ? (residual_at(descent, ends[1], r) - residual_at(descent, ends[0], r)) / width : 0;
  }
  return B7_OK;
}

B7Status b7_descent_jacobian(B7Descent *descent, const double *u, double *jacobian, B7Error *error) {
  B7_TRY(simulate_one(descent, u, &descent->centre, error));
  if (descent->centre.failed)
    return b7_fail(error, B7_ERROR_NUMERICAL, "too many patients fail numerically at the values of the fit");
  return differences(descent, u, 0, jacobian, error);
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
    double sum = b7_descent_residuals(descent, points[k], descent->tried) +
                 squares(descent->trial_u + (size_t)k * (size_t)n, n);
    if (sum >= *lowest) continue;
    *lowest = sum;
    *best = k;
  }
  return B7_OK;
}

/* J'r + u */
static void find_gradient(B7Descent *descent, const double *u) {
  int32_t n = descent->calibration->n_parameter;
  for (int32_t p = 0; p < n; p++) {
    descent->gradient[p] = u[p];
    for (int32_t r = 0; r < descent->calibration->n_row; r++)
      descent->gradient[p] += descent->jacobian[(size_t)r * (size_t)n + (size_t)p] * descent->residuals[r];
  }
}

/* the Jacobian that explains what the last step did: J + (change - J step) step' / |step|^2 */
static void follow(B7Descent *descent, const double *step, const double *new_residuals) {
  int32_t n = descent->calibration->n_parameter;
  double length = squares(step, n);
  for (int32_t r = 0; length > 0 && r < descent->calibration->n_row; r++) {
    double *line = descent->jacobian + (size_t)r * (size_t)n;
    double surprise = new_residuals[r] - descent->residuals[r];
    for (int32_t p = 0; p < n; p++) surprise -= line[p] * step[p];
    for (int32_t p = 0; p < n; p++) line[p] += surprise * step[p] / length;
  }
}

/* go to a candidate: it becomes the centre */
static void accept(B7Descent *descent, B7FitStart *start, int32_t candidate) {
  int32_t n = descent->calibration->n_parameter;
  const double *to = descent->trial_u + (size_t)candidate * (size_t)n;
  B7FitPoint old = descent->centre;
  descent->centre = descent->candidates[candidate];
  descent->candidates[candidate] = old;
  start->misfit = b7_descent_residuals(descent, &descent->centre, descent->tried);
  for (int32_t p = 0; p < n; p++) descent->step[p] = to[p] - start->u[p];
  follow(descent, descent->step, descent->tried);
  memcpy(start->u, to, (size_t)n * sizeof *start->u);
  memcpy(descent->residuals, descent->tried, (size_t)descent->calibration->n_row * sizeof *descent->tried);
  start->prior = squares(start->u, n);
  start->steps++;
}

/* the best step along the Jacobian, if any lowers the sum; damping: in, where to begin, out, where it was found */
static B7Status take_step(B7Descent *descent, B7FitStart *start, int32_t retries, double *damping,
                          double *gain, B7Error *error) {
  double before = start->misfit + start->prior, lowest = INFINITY;
  int32_t best = -1;
  *gain = 0;
  find_gradient(descent, start->u);
  for (int32_t retry = 0; retry <= retries; retry++) {
    B7_TRY(try_steps(descent, start->u, *damping, &best, &lowest, error));
    if (lowest < before) break;
    *damping *= RETRY_FACTOR;
  }
  if (!(lowest < before)) return B7_OK;
  *gain = before - lowest;
  *damping = fmax(DAMPING_LEAST, 0.5 * *damping * damping_factors[best]);
  accept(descent, start, best);
  return B7_OK;
}

static B7Status run_round(B7Descent *descent, B7FitStart *start, B7Error *error) {
  // each round begins afresh: a large damping from the last one would keep the next from moving
  double gain, gained = 0, damping = DAMPING_START, side = start->rounds % 2 ? -1 : 1;
  B7_TRY(differences(descent, start->u, side, descent->jacobian, error));
  b7_descent_residuals(descent, &descent->centre, descent->residuals);
  for (int32_t step = 0; step < ROUND_STEPS; step++) {
    B7_TRY(take_step(descent, start, step == 0 ? RETRIES : 0, &damping, &gain, error));
    gained += gain;
    if (gain < GAIN_LEAST) break;
  }
  start->rounds++;
  start->misses = gained < GAIN_LEAST ? start->misses + 1 : 0;
  if (start->misses >= MISSES_MOST) start->end = gained > 0 ? B7_END_CONVERGED : B7_END_NO_STEP;
  return B7_OK;
}

B7Status b7_descent_run(B7Descent *descent, B7FitStart *start, B7Error *error) {
  int32_t n = descent->calibration->n_parameter;
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
    if (start->rounds >= descent->calibration->rounds) {
      start->end = B7_END_ROUNDS;
    } else if (descent->max_evaluations > 0 && points + n + CANDIDATES > descent->max_evaluations) {
      start->end = B7_END_EVALUATIONS;
    } else {
      B7_TRY(run_round(descent, start, error));
    }
    if (descent->round_done) B7_TRY(descent->round_done(descent->user, error));
  }
  return B7_OK;
}
