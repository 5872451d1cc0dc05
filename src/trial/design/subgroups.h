/* subgroups.h - the subgroups of a trial bound to its population, and to which group each patient belongs. */
#ifndef B7_TRIAL_DESIGN_SUBGROUPS_H
#define B7_TRIAL_DESIGN_SUBGROUPS_H

#include "bridge7_trial.h"
#include "trial/design/trial.h"

typedef enum B7SubgroupSource {
  B7_SUBGROUP_DRAW,       /* a covariate or a parameter of the patient */
  B7_SUBGROUP_OBSERVABLE, /* on day 0, before treatment */
  B7_SUBGROUP_DONOR       /* the first of some donors that the patient has */
} B7SubgroupSource;

typedef struct B7SubgroupBinding {
  const B7Subgroup *subgroup;
  B7SubgroupSource source;
  int32_t place; /* among draws or observables */
  const char *label;
  int32_t n_group, first; /* groups of all subgroups stand side by side; this one's begin here */
  const char *names[B7_SUBGROUP_GROUPS_MAX];
  const B7CohortDonor *donors[B7_SUBGROUP_GROUPS_MAX - 1];
} B7SubgroupBinding;

/* Find what the subgroups go by; names live in the arena. Errors: INPUT with the place in the trial file. */
B7Status b7_subgroups_bind(const B7Trial *trial, const B7Kernel *kernel, const B7Population *population,
                           const B7Cohort *cohort, B7Arena *arena, B7SubgroupBinding *out, B7Error *error);
/* The group of one patient from parameters and covariates as b7_population_draw gives them; -1 where an observable
   is needed. */
int32_t b7_subgroup_of_draw(const B7SubgroupBinding *binding, const B7Population *population, uint64_t id,
                            const double *own, const double *covariates);
/* The group of a value; -1: NaN. */
int32_t b7_subgroup_of_value(const B7SubgroupBinding *binding, double value);

#endif
