/* trial_basis.h - what a trial rests on: the values that its files assume, and the sources that they cite. */
#ifndef B7_TRIAL_RUN_TRIAL_BASIS_H
#define B7_TRIAL_RUN_TRIAL_BASIS_H

#include "trial/run/trial_run_parts.h"

typedef struct B7TrialAssumption {
  const char *where, *text;
} B7TrialAssumption;

typedef struct B7TrialBasis {
  B7TrialAssumption *assumptions; /* of population, products, regimens, policy and costs, in that order */
  const char **cited;             /* lists of bibliography keys, as the files have them */
  size_t n_assumption, n_cited;
  int32_t parameters, parameters_assumed, parameters_tuned; /* of the model: too many for a list */
} B7TrialBasis;

/* Everything lies in the arena. Errors: INPUT, FILE, MEMORY. */
B7Status b7_trial_basis(const B7TrialRun *run, B7Arena *arena, B7TrialBasis *out, B7Error *error);

#endif
