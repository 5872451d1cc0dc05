#include "fit/identify.h"

#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "base/status.h"

/* (A'B + B'A) / 2 */
static void cross_product(const double *a, const double *b, int32_t n_row, int32_t n, double *out) {
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = 0; j < n; j++) {
      double sum = 0;
      for (int32_t r = 0; r < n_row; r++) {
        const double *first = a + (size_t)r * (size_t)n, *second = b + (size_t)r * (size_t)n;
        sum += first[i] * second[j] + second[i] * first[j];
      }
      out[(size_t)i * (size_t)n + (size_t)j] = 0.5 * sum;
    }
  }
}

B7Status b7_identify(const double *first, const double *second, int32_t n_row, int32_t n, B7Arena *arena,
                     B7Identification *out, B7Error *error) {
  size_t square = (size_t)n * (size_t)n;
  *out = (B7Identification){.n = n,
                            .covariance = B7_ARENA_ARRAY(arena, double, square),
                            .information = B7_ARENA_ARRAY(arena, double, n),
                            .directions = B7_ARENA_ARRAY(arena, double, square)};
  double *vectors = B7_ARENA_ARRAY(arena, double, square);
  if (!out->covariance || !out->information || !out->directions || !vectors) return b7_fail_memory(error);
  cross_product(first, second, n_row, n, vectors);
  // eigenvectors come as columns, eigenvalues ascending
  if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', n, vectors, n, out->information) != 0)
    return b7_fail(error, B7_ERROR_NUMERICAL, "the derivatives of the rows are not finite");
  for (int32_t k = 0; k < n; k++) {
    double *direction = out->directions + (size_t)k * (size_t)n;
    // the product of two noisy matrices can fall below zero: nothing is known there
    out->information[k] = fmax(0, out->information[k]);
    for (int32_t i = 0; i < n; i++) direction[i] = vectors[(size_t)i * (size_t)n + (size_t)k];
    for (int32_t i = 0; i < n; i++) {
      for (int32_t j = 0; j < n; j++)
        out->covariance[(size_t)i * (size_t)n + (size_t)j] +=
            direction[i] * direction[j] / (1 + out->information[k]);
    }
  }
  return B7_OK;
}

double b7_identification_correlation(const B7Identification *identification, int32_t i, int32_t j) {
  size_t n = (size_t)identification->n;
  const double *c = identification->covariance;
  return c[(size_t)i * n + (size_t)j] / sqrt(c[(size_t)i * n + (size_t)i] * c[(size_t)j * n + (size_t)j]);
}
