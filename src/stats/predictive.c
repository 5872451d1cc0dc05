#include "stats/predictive.h"

#include <math.h>

/* nodes of the trapezoid over the normal: within 1e-9 of the integral for these smooth functions */
#define NODE_END 6.0
#define NODE_STEP 0.25
#define NODES 49
/* shares at 0 and 1 have no logit */
#define SHARE_LEAST 1e-9

static double log_choose(int32_t n, int32_t k) {
  return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

static double logit_of(double share) {
  double inner = fmin(1 - SHARE_LEAST, fmax(SHARE_LEAST, share));
  return log(inner / (1 - inner));
}

/* events of n at a logit: log1p of both sides, so that neither p nor 1 - p is lost near an end */
static double mass_at(double logit, int32_t n, int32_t events, double choose) {
  double log_p = -log1p(exp(-logit)), log_q = -log1p(exp(logit));
  return exp(choose + (events > 0 ? events * log_p : 0) + (events < n ? (n - events) * log_q : 0));
}

double b7_predictive_mass(double share, double sd, int32_t n, int32_t events) {
  double middle = logit_of(share), choose = log_choose(n, events);
  if (!(sd > 0)) return mass_at(middle, n, events, choose);
  double sum = 0, weights = 0;
  for (int32_t i = 0; i < NODES; i++) {
    double z = -NODE_END + i * NODE_STEP, weight = exp(-0.5 * z * z);
    sum += weight * mass_at(middle + sd * z, n, events, choose);
    weights += weight;
  }
  return sum / weights;
}

void b7_predictive_masses(double share, double sd, int32_t n, double *mass) {
  for (int32_t k = 0; k <= n; k++) mass[k] = b7_predictive_mass(share, sd, n, k);
}

void b7_predictive_range(double share, double sd, int32_t n, double level, double *low, double *high) {
  double tail = 0.5 * (1 - level), sum = 0;
  int32_t first = -1, last = n;
  for (int32_t k = 0; k <= n; k++) {
    sum += b7_predictive_mass(share, sd, n, k);
    if (first < 0 && sum > tail) first = k;
    if (sum < 1 - tail) continue;
    last = k;
    break;
  }
  *low = (double)(first < 0 ? 0 : first) / n;
  *high = (double)last / n;
}

double b7_predictive_crps(const double *mass, int32_t n, int32_t events) {
  double sum = 0, score = 0;
  // between k / n and (k + 1) / n the distribution is what lies at or below k
  for (int32_t k = 0; k < n; k++) {
    sum += mass[k];
    double off = sum - (k >= events);
    score += off * off;
  }
  return score / n;
}

double b7_predictive_log_score(const double *mass, int32_t events) {
  return log(mass[events]);
}

double b7_predictive_covered(const double *mass, int32_t events, double level) {
  double below = 0;
  for (int32_t k = 0; k < events; k++) below += mass[k];
  double above = below + mass[events], low = 0.5 * (1 - level), high = 1 - low;
  double inside = fmin(above, high) - fmax(below, low);
  return mass[events] > 0 ? fmax(0, inside) / mass[events] : 0;
}
