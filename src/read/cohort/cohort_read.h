/* cohort_read.h - what the parts of the reader of populations share. Authoring leg. */
#ifndef B7_READ_COHORT_COHORT_READ_H
#define B7_READ_COHORT_COHORT_READ_H

#include "document/document.h"
#include "read/cohort/cohort.h"

typedef struct B7CohortReader {
  const B7KernelTables *tables;
  B7Population *population;
  B7Cohort *cohort;
  int32_t rank; /* of the next draw */
  B7Error *error;
} B7CohortReader;

/* Exactly one of source and assumed stands there. */
B7Status b7_cohort_basis(const B7Node *node, const char *name, B7Error *error);
/* A number between 0 and 1. */
B7Status b7_cohort_share(const B7Node *node, double *out, B7Error *error);
/* The place of a parameter or covariate among the draws. */
B7Status b7_cohort_place(const B7CohortReader *reader, const B7Node *name, int32_t *out);
/* A copy in the cohort's arena; NULL: no memory. */
const char *b7_cohort_keep(const B7CohortReader *reader, const char *text);

/* Whom a population stands for (key `for`); texts belong to the document. Without the key nobody in particular. */
#define B7_COHORT_DIAGNOSES_MOST 12
typedef struct B7CohortFor {
  int32_t n_diagnosis;
  const char *diagnosis[B7_COHORT_DIAGNOSES_MOST];
  double age_low, age_high; /* years */
  bool remission;
} B7CohortFor;
B7Status b7_cohort_for(const B7Node *root, B7CohortFor *out, B7Error *error);

/* The sections of a population file, in the order in which they are read. */
B7Status b7_cohort_covariates(B7CohortReader *reader, const B7Node *node);
B7Status b7_cohort_parameters(B7CohortReader *reader, const B7Node *node);
B7Status b7_cohort_correlations(B7CohortReader *reader, const B7Node *node);
B7Status b7_cohort_donors(const B7CohortReader *reader, const B7Node *node);

#endif
