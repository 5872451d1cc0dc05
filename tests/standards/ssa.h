/* ssa.h - exact stochastic simulation (Gillespie 1977, direct method): the reference for the counted regime.
 */
#ifndef B7_TESTS_STANDARDS_SSA_H
#define B7_TESTS_STANDARDS_SSA_H

#include <stdbool.h>

#include "base/random.h"

typedef struct B7SsaModel {
  int32_t n_species, n_reaction;
  const int32_t *change; /* [n_reaction][n_species] */
  /* rates per day at the present counts */
  void (*propensity)(void *user, const double *count, double *rate_per_day);
  void *user;
} B7SsaModel;

/* Advance count[n_species] from *t_day to end_day; rate is scratch for n_reaction. False when more than
   max_firings were needed, with *t_day where it stopped. Reactions that would make a count negative do not
   fire. */
bool b7_ssa_advance(const B7SsaModel *model, double *count, double *rate, double *t_day, double end_day,
                    int64_t max_firings, B7Random *random);

#endif
