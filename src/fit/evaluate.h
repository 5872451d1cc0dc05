/* evaluate.h - all arms of the studies simulated under other values, many points at once. */
#ifndef B7_FIT_EVALUATE_H
#define B7_FIT_EVALUATE_H

#include "fit/calibration.h"
#include "fit/target.h"

/* Trials, criteria and plans of every arm, read once. */
typedef struct B7Evaluator B7Evaluator;

/* One set of values, and what the simulation says of it. */
typedef struct B7FitPoint {
  double *values; /* [n_parameter], in their own units; the caller's to fill */
  uint64_t seed;
  const B7Study *only;   /* arms of this study alone; the rows of the others say nothing. NULL: all */
  B7FitSimulated *parts; /* what each arm says of each of its rows */
  B7FitSimulated *rows;  /* [n_row] */
  bool failed;           /* too many patients failed numerically: parts and rows say nothing */
} B7FitPoint;

/* threads 0: all cores. Free with b7_evaluator_free before the calibration. Errors: those of trials. */
B7Status b7_evaluator_make(const B7Calibration *calibration, int64_t patients, int32_t threads,
                           const B7Hooks *hooks, B7Evaluator **out, B7Error *error);
void b7_evaluator_free(B7Evaluator *evaluator);
/* Room for a point, from the arena. */
B7Status b7_fit_point_make(const B7Evaluator *evaluator, B7Arena *arena, B7FitPoint *out, B7Error *error);
/* Simulate points. An arm that no difference from `near` (Nullable) can touch is copied from it: near must have the
   points' seed. The outcome does not depend on the threads. Errors: CANCELLED, MEMORY, those of trials; a
   point that fails numerically says so instead. */
B7Status b7_evaluate(B7Evaluator *evaluator, const B7FitPoint *near, B7FitPoint *const *points, int32_t count,
                     B7Error *error);
/* Work so far. */
void b7_evaluator_work(const B7Evaluator *evaluator, int64_t *points, int64_t *arms);
/* How many arms are likely to be simulated from now on, for the progress bar. */
void b7_evaluator_expect(B7Evaluator *evaluator, int64_t arms);

#endif
