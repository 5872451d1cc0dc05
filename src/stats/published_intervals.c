#include "stats/published_intervals.h"

#include <math.h>

#include "base/random.h"

static double log_choose(int32_t n, int32_t k) {
  return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

static double probability_of(int32_t n, int32_t k, double p) {
  if (p <= 0) return k == 0;
  if (p >= 1) return k == n;
  return exp(log_choose(n, k) + k * log(p) + (n - k) * log1p(-p));
}

/* P(X <= k) */
static double up_to(int32_t n, int32_t k, double p) {
  double sum = 0;
  for (int32_t i = 0; i <= k; i++) sum += probability_of(n, i, p);
  return fmin(1, sum);
}

/* p with P(X <= k | p) = wanted; the probability falls with p */
static double solve_share(int32_t n, int32_t k, double wanted) {
  double low = 0, high = 1;
  for (int step = 0; step < 60; step++) {
    double middle = 0.5 * (low + high);
    if (up_to(n, k, middle) > wanted) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return 0.5 * (low + high);
}

void b7_clopper_pearson(int32_t events, int32_t n, double level, double *low, double *high) {
  double tail = 0.5 * (1 - level);
  *low = events > 0 ? solve_share(n, events - 1, 1 - tail) : 0;
  *high = events < n ? solve_share(n, events, tail) : 1;
}

void b7_binomial_range(double p, int32_t n, double level, double *low, double *high) {
  double tail = 0.5 * (1 - level), sum = 0;
  int32_t first = -1, last = n;
  for (int32_t k = 0; k <= n; k++) {
    sum += probability_of(n, k, p);
    if (first < 0 && sum > tail) first = k;
    if (sum < 1 - tail) continue;
    last = k;
    break;
  }
  *low = (double)(first < 0 ? 0 : first) / n;
  *high = (double)last / n;
}

void b7_median_interval(double median, double lowest, double highest, int32_t n, double level, double *low,
                        double *high) {
  double expected_range = 2 * b7_normal_quantile((n - 0.375) / (n + 0.25));
  double sd = log(highest / lowest) / expected_range;
  double half = b7_normal_quantile(0.5 + 0.5 * level) * sqrt(acos(-1) / 2 / n) * sd;
  *low = median * exp(-half);
  *high = median * exp(half);
}
