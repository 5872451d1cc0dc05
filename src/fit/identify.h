/* identify.h - what the rows tell of the parameters: Laplace's approximation at the optimum, in prior standard
 * deviations. */
#ifndef B7_FIT_IDENTIFY_H
#define B7_FIT_IDENTIFY_H

#include "base/memory.h"

typedef struct B7Identification {
  int32_t n;
  double *covariance;  /* [n][n], after the rows; the priors' own is the unit matrix */
  double *information; /* [n], ascending: of the rows along each direction, the priors' being 1 */
  double *directions;  /* [n][n], one direction a row, of unit length */
} B7Identification;

/* From two Jacobians [n_row][n] of the same residuals with different virtual patients: what only one of them shows is
   chance and drops out of their product. Everything in the arena. Errors: MEMORY, NUMERICAL. */
B7Status b7_identify(const double *first, const double *second, int32_t n_row, int32_t n, B7Arena *arena,
                     B7Identification *out, B7Error *error);
double b7_identification_correlation(const B7Identification *identification, int32_t i, int32_t j);

#endif
