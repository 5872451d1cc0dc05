#include "stats/bins.h"

#include <math.h>

void b7_bins_add(B7LogBins *bins, double value) {
  if (isnan(value)) return;
  bins->count++;
  double place = value > 0 ? (log10(value) - B7_BINS_LOWEST) * B7_BINS_PER_DECADE : -1;
  if (place < 0) {
    bins->lowest++;
  } else if (place >= B7_BINS_DECADES * B7_BINS_PER_DECADE) {
    bins->highest++;
  } else {
    bins->bins[(int)place]++;
  }
}

double b7_bins_quantile(const B7LogBins *bins, double q) {
  if (bins->count == 0) return NAN;
  double wanted = q * (double)(bins->count - 1) + 0.5, seen = (double)bins->lowest;
  if (wanted <= seen) return 0;
  for (int i = 0; i < B7_BINS_DECADES * B7_BINS_PER_DECADE; i++) {
    double here = bins->bins[i];
    if (here > 0 && wanted <= seen + here) {
      double share = (wanted - seen) / here;
      return pow(10, B7_BINS_LOWEST + (i + share) / B7_BINS_PER_DECADE);
    }
    seen += here;
  }
  return pow(10, B7_BINS_LOWEST + B7_BINS_DECADES);
}
