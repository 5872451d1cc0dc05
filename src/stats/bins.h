/* bins.h - quantiles of positive values of any number of patients, in bins of equal ratio. */
#ifndef B7_STATS_BINS_H
#define B7_STATS_BINS_H

#include <stdint.h>

#define B7_BINS_DECADES 20
#define B7_BINS_LOWEST (-10) /* decade */
#define B7_BINS_PER_DECADE 24

/* Values at or below 1e-10 (zero, mostly) count as lowest, values beyond 1e10 as highest. */
typedef struct B7LogBins {
  int64_t count, lowest, highest;
  uint32_t bins[B7_BINS_DECADES * B7_BINS_PER_DECADE];
} B7LogBins;

void b7_bins_add(B7LogBins *bins, double value);
/* Quantile q; interpolated inside a bin on the logarithm, so within a tenth of the value. NaN when empty. */
double b7_bins_quantile(const B7LogBins *bins, double q);

#endif
