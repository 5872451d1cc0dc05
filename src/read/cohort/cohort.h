/* cohort.h - who the patients of a trial are: data/populations/NAME.yaml applied to a population. Authoring
 * leg. */
#ifndef B7_READ_COHORT_COHORT_H
#define B7_READ_COHORT_COHORT_H

#include "bridge7_hla.h"
#include "sim/population.h"

/* How far a donor may be from the patient. */
#define B7_DONOR_LEVELS_MOST 4
typedef struct B7DonorLevel {
  double share;                      /* of the patients with such a donor */
  double mismatch_gvh, mismatch_hvg; /* scores that the events of product and graft read */
} B7DonorLevel;

/* A donor that may be at hand. */
typedef struct B7CohortDonor {
  const char *name;
  double share; /* of patients who have such a donor */
  int32_t n_level;
  B7DonorLevel levels[B7_DONOR_LEVELS_MOST];
} B7CohortDonor;

typedef struct B7Cohort {
  B7Arena arena;
  const char *name, *title;
  int32_t n_donor;
  const B7CohortDonor *donors;
} B7Cohort;

/* Read a population file and set the draws of `population` by it; names, units of none, distributions and
   shares are checked. The caller frees *out with b7_cohort_free. */
B7Status b7_cohort_load(const char *path, const B7KernelTables *tables, B7Population *population,
                        const B7Hooks *hooks, B7Cohort **out, B7Error *error);
/* The settings of a patient file (courses/NAME.patient.yaml), names checked; texts from the arena. */
B7Status b7_patient_settings_load(const char *path, const B7KernelTables *tables, B7Arena *arena,
                                  B7ParameterSetting **rows, int32_t *count, B7Error *error);
/* The population of a folder that stands for such a patient (key `for` of its files): of the diagnosis, then in remission or
   not, then of the age. *path is NULL when no file has the key; *matched says whether the diagnosis is one of its own. Texts
   from the arena. */
typedef struct B7CohortSought {
  const char *diagnosis; /* in words */
  double age_years;      /* NaN: not known */
  bool remission;
} B7CohortSought;
B7Status b7_cohort_choose(const char *folder, const B7CohortSought *sought, B7Arena *arena, const char **path,
                          bool *matched, B7Error *error);
void b7_cohort_free(B7Cohort *cohort);
/* NULL when there is no donor of that name. */
const B7CohortDonor *b7_cohort_donor(const B7Cohort *cohort, const char *name);
/* How far this donor of one virtual patient is: a place among its levels, drawn from (seed, id, name) alone. */
int32_t b7_cohort_donor_level(const B7CohortDonor *donor, uint64_t seed, uint64_t id);

#endif
