/* survival_ties.c - times that differ by the rounding of their last digits alone. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "bridge7_survival.h"

static int by_size(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return left < right ? -1 : left > right;
}

// the greatest of the ascending cuts that is no later
static double cut_before(const double *cuts, int64_t n, double time) {
  int64_t low = 0, high = n;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (cuts[middle] <= time)
      low = middle + 1;
    else
      high = middle;
  }
  return cuts[low - 1];
}

B7Status b7_survival_join_near_times(const B7Hooks *hooks, int64_t patients, double *time, int64_t *joined,
                                     B7Error *error) {
  const double tolerance = 1.4901161193847656e-08; // square root of the double spacing, as R has it
  *joined = 0;
  if (patients < 1) return B7_OK;
  for (int64_t i = 0; i < patients; i++)
    if (!isfinite(time[i]))
      return b7_fail(error, B7_ERROR_INPUT, "row %lld: time is %g; it must be a number", (long long)i + 1,
                     time[i]);
  size_t bytes = (size_t)patients * sizeof(double);
  double *sorted = b7_memory_resize(hooks, NULL, 0, bytes);
  if (!sorted) return b7_fail_memory(error);
  for (int64_t i = 0; i < patients; i++) sorted[i] = time[i];
  qsort(sorted, (size_t)patients, sizeof *sorted, by_size);
  int64_t distinct = 1, cuts = 1;
  for (int64_t i = 1; i < patients; i++)
    if (sorted[i] > sorted[distinct - 1]) sorted[distinct++] = sorted[i];
  double mean = 0;
  for (int64_t i = 0; i < distinct; i++) mean += fabs(sorted[i]) / (double)distinct;
  // each time is compared with the one before it, so that a chain of small steps is one time
  double before = sorted[0];
  for (int64_t i = 1; i < distinct; i++) {
    double own = sorted[i], step = own - before;
    if (!(step <= tolerance || step / mean <= tolerance)) sorted[cuts++] = own;
    before = own;
  }
  for (int64_t i = 0; cuts < distinct && i < patients; i++) {
    double cut = cut_before(sorted, cuts, time[i]);
    *joined += cut != time[i];
    time[i] = cut;
  }
  b7_memory_resize(hooks, sorted, bytes, 0);
  return B7_OK;
}
