#include "kernel/birth_death.h"

#include <math.h>

/* sum of n geometric numbers of failures, P(j) = (1 - beta) beta^j each: inversion along the negative
 * binomial terms */
static int64_t negative_binomial(int64_t n, double beta, B7Random *random) {
  int64_t total = 0;
  while (n > 0 && beta > 0) {
    // the first term must not underflow: take founders in portions
    double log_stay = log1p(-beta);
    int64_t portion = (double)n * log_stay < -600 ? (int64_t)(-600 / log_stay) : n;
    if (portion < 1) portion = 1;
    double term = exp((double)portion * log_stay), sum = term, u = b7_random_uniform(random);
    int64_t j = 0;
    // the terms stop adding when they fall below the rounding of the sum
    while (u > sum && (term > 1e-18 || (double)j < (double)portion * beta / (1 - beta))) {
      term *= beta * (double)(portion + j) / (double)(j + 1);
      sum += term;
      j++;
    }
    total += j;
    n -= portion;
  }
  return total;
}

static int64_t lineages(int64_t n, double birth, double death, double dt_day, B7Random *random) {
  double net = birth - death, grown = net * dt_day;
  double q = fabs(grown) < 1e-12 ? dt_day : expm1(grown) / net;
  double died = death * q / (1 + birth * q), more = birth * q / (1 + birth * q);
  int64_t alive = n - b7_random_binomial(random, n, died);
  return alive + negative_binomial(alive, more, random);
}

int64_t b7_birth_death_step(int64_t n, B7BirthDeathRates rates, double dt_day, B7Random *random) {
  if (!(dt_day > 0)) return n;
  int64_t after = n > 0 ? lineages(n, rates.birth_per_day, rates.death_per_day, dt_day, random) : 0;
  double expected = rates.arrivals_per_day * dt_day;
  if (!(expected > 0)) return after;
  int64_t arrived = b7_random_poisson(random, expected);
  if (expected > 1e4) {
    double net = rates.birth_per_day - rates.death_per_day, grown = net * dt_day;
    double growth = fabs(grown) < 1e-12 ? 1 : expm1(grown) / grown;
    return after + (int64_t)((double)arrived * growth);
  }
  // each arrival comes at a time of its own and founds a line
  for (int64_t i = 0; i < arrived; i++)
    after +=
        lineages(1, rates.birth_per_day, rates.death_per_day, dt_day * b7_random_uniform(random), random);
  return after;
}
