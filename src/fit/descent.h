/* descent.h - from a starting point down to the nearest optimum: damped Gauss-Newton steps (Levenberg 1944,
 * Marquardt 1963) on the residuals of the rows and of the priors.
 *
 * One round: a Jacobian by one-sided differences (the side changes from round to round), and up to three steps along
 * it, between which it follows the residuals (Broyden 1965). Two rounds without gain are the end.
 *
 * Parameters are counted in prior standard deviations from the prior's centre (u), so the priors together
 * are |u|^2 and a unit is the same uncertainty for all. */
#ifndef B7_FIT_DESCENT_H
#define B7_FIT_DESCENT_H

#include "fit/evaluate.h"

/* How far one starting point has got. */
#define B7_FIT_END_LIST(X)                                                                                   \
  X(RUNNING, "running")                                                                                      \
  X(CONVERGED, "converged")                                                                                  \
  X(NO_STEP, "no step found")                                                                                \
  X(ROUNDS, "rounds used up")                                                                                \
  X(EVALUATIONS, "evaluations used up")                                                                      \
  X(FAILED, "cannot be simulated")
typedef enum B7FitEnd {
#define B7_FIT_END_ENUM(id, words) B7_END_##id,
  B7_FIT_END_LIST(B7_FIT_END_ENUM)
#undef B7_FIT_END_ENUM
      B7_ENDS
} B7FitEnd;
const char *b7_fit_end_words(B7FitEnd end);

typedef struct B7FitStart {
  double *u; /* [n_parameter] */
  double misfit, prior;
  int32_t steps, rounds;
  int32_t misses; /* rounds without gain, since the last one with */
  B7FitEnd end;
} B7FitStart;

/* Workspace: points, residuals, Jacobian. */
typedef struct B7Descent {
  const B7Calibration *calibration;
  B7Evaluator *evaluator;
  const B7FitTarget *targets; /* [n_row] */
  int64_t max_evaluations;    /* 0: no limit */
  uint64_t seed;
  B7FitPoint centre;
  B7FitPoint *ring;                     /* two for each parameter */
  B7FitPoint candidates[4];             /* one for each damping */
  double *residuals, *tried, *jacobian; /* [n_row] at the centre and elsewhere; [n_row][n_parameter] */
  double *matrix, *gradient, *step;     /* of one linear system */
  double *trial_u;                      /* [4][n_parameter] */
  /* told after every round (Nullable): what start holds then is all that is needed to go on */
  B7Status (*round_done)(void *user, B7Error *error);
  void *user;
} B7Descent;

/* Everything in the arena. Errors: MEMORY. */
B7Status b7_descent_make(const B7Calibration *calibration, B7Evaluator *evaluator, const B7FitTarget *targets,
                         uint64_t seed, B7Arena *arena, B7Descent *out, B7Error *error);
/* The values in the files, in u; and the values that u stands for. */
void b7_descent_from_files(const B7Calibration *calibration, double *u);
void b7_descent_values(const B7Calibration *calibration, const double *u, double *values);
/* Limits of parameter p in u. */
void b7_descent_limits(const B7FitParameter *parameter, double *low, double *high);
/* Weighted residuals of a point that did not fail; returns the sum of their squares. */
double b7_descent_residuals(const B7Descent *descent, const B7FitPoint *point, double *residuals);
/* Derivatives of the weighted residuals in u by central differences around u, with the descent's seed; centre is
   simulated first. Errors: those of b7_evaluate; NUMERICAL when u itself fails. */
B7Status b7_descent_jacobian(B7Descent *descent, const double *u, double *jacobian, B7Error *error);
/* Go on from start (end RUNNING) to its end. Errors: those of b7_evaluate and of round_done. */
B7Status b7_descent_run(B7Descent *descent, B7FitStart *start, B7Error *error);

#endif
