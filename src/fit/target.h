/* target.h - how far a simulated number is from a printed one, in standard errors of the publication. */
#ifndef B7_FIT_TARGET_H
#define B7_FIT_TARGET_H

#include "fit/scale.h"
#include "study/studies.h"

/* A printed number with its sampling error. */
typedef struct B7FitTarget {
  bool share;             /* else a positive number, on the log scale */
  bool counted;           /* events of n patients: exact binomial */
  bool incidence;         /* share with the event: the survival scale takes its complement */
  double events, n;       /* counted */
  B7FitScale scale;       /* of at and sd */
  double at, sd;          /* when not counted */
  double between_studies; /* standard deviation on the scale (counted: logit) */
} B7FitTarget;

/* The row must have an interval. between_studies: extra standard deviation, on the scale of the row. */
B7FitTarget b7_target_make(const B7Study *study, const B7StudyRow *row, double between_studies);

/* What the simulation says of a row. */
typedef struct B7FitSimulated {
  double value;    /* in the row's unit; NaN: cannot be said */
  double variance; /* by the chance between virtual patients: of the share, or of the logarithm */
  double patients; /* virtual, behind it */
} B7FitSimulated;

/* Signed root of the deviance (counts, McCullagh and Nelder 1989) or difference on the scale, over the errors of
   publication and simulation together; above 0: simulated higher. A row that cannot be said counts as
   B7_TARGET_UNSAID. */
#define B7_TARGET_UNSAID 4.0
double b7_target_residual(const B7FitTarget *target, B7FitSimulated simulated);

#endif
