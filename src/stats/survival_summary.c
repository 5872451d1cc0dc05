/* survival_summary.c - what a curve says in one number: value at a time, quantile, restricted mean. */
#include <math.h>

#include "bridge7_survival.h"

int64_t b7_survival_row_at(const B7SurvivalCurve *curve, double time) {
  int64_t low = 0, high = curve->rows;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (curve->time[middle] <= time)
      low = middle + 1;
    else
      high = middle;
  }
  return low - 1;
}

double b7_survival_at_risk(const B7SurvivalCurve *curve, double time) {
  int64_t row = b7_survival_row_at(curve, time);
  if (row >= 0 && curve->time[row] == time) return curve->at_risk[row];
  return row + 1 < curve->rows ? curve->at_risk[row + 1] : 0;
}

// first time at which a falling step function reaches a height; the middle of the step when it stays there
// exactly
static double first_at_or_below(const B7SurvivalCurve *curve, const double *values, double height) {
  const double tolerance = 1.4901161193847656e-08; // square root of the double spacing, as R has it
  for (int64_t row = 0; row < curve->rows; row++) {
    if (isnan(values[row]) || values[row] >= height + tolerance) continue;
    if (fabs(values[row] - height) >= tolerance) return curve->time[row];
    for (int64_t next = row + 1; next < curve->rows; next++)
      if (values[next] < values[row]) return 0.5 * (curve->time[row] + curve->time[next]);
    return curve->time[row];
  }
  return NAN;
}

B7SurvivalQuantile b7_survival_quantile(const B7SurvivalCurve *curve, double q) {
  double height = 1 - q;
  return (B7SurvivalQuantile){.time = first_at_or_below(curve, curve->estimate, height),
                              .lower = first_at_or_below(curve, curve->lower, height),
                              .upper = first_at_or_below(curve, curve->upper, height)};
}

double b7_survival_restricted_mean(const B7SurvivalCurve *curve, double horizon, double *standard_error) {
  if (standard_error) *standard_error = NAN;
  if (!(horizon > 0) || !isfinite(horizon)) return NAN;
  // from the right: the area still to come is what each death puts at stake
  int64_t last = b7_survival_row_at(curve, horizon);
  double area = 0, variance = 0, right = horizon;
  for (int64_t row = last; row >= 0; row--) {
    area += curve->estimate[row] * (right - curve->time[row]);
    right = curve->time[row];
    double n = curve->at_risk[row], d = curve->events[row];
    if (d > 0 && d < n) variance += area * area * d / (n * (n - d));
  }
  area += curve->start * right;
  if (standard_error) *standard_error = sqrt(variance);
  return area;
}
