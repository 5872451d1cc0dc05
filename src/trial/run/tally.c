#include "trial/run/tally.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/status.h"

/* of one in a paired value */
#define PAIRED_STEPS 1e6

B7Status b7_tally_make(B7Arena *arena, bool timed, int32_t horizon_day, B7Tally *out, B7Error *error) {
  *out = (B7Tally){.timed = timed};
  for (int code = 0; timed && code < 3; code++) {
    out->leaving[code] = B7_ARENA_ARRAY(arena, int64_t, horizon_day + 1);
    if (!out->leaving[code]) return b7_fail_memory(error);
  }
  return B7_OK;
}

void b7_tally_add(B7Tally *tally, int32_t horizon_day, B7Mark mark) {
  if (mark.code < 0 || mark.code >= B7_TALLY_CODES || (tally->timed && !isfinite(mark.value))) {
    tally->missing++;
    return;
  }
  tally->evaluable++;
  tally->by_code[mark.code]++;
  if (!tally->timed) return;
  bool beyond = mark.value > horizon_day;
  int32_t day = beyond ? horizon_day : mark.value < 0 ? 0 : (int32_t)ceil(mark.value);
  tally->leaving[beyond || mark.code > 2 ? 0 : mark.code][day]++;
}

B7Status b7_daily_curve_make(B7Arena *arena, int32_t horizon_day, B7DailyCurve *out, B7Error *error) {
  double **columns[] = {&out->estimate, &out->lower, &out->upper, &out->at_risk};
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
    *columns[i] = B7_ARENA_ARRAY(arena, double, horizon_day + 1);
    if (!*columns[i]) return b7_fail_memory(error);
  }
  return B7_OK;
}

/* limits of a probability on the scale ln(-ln p) */
static void log_log_limits(double p, double variance, double z, double *lower, double *upper) {
  *lower = *upper = p;
  if (!(p > 0 && p < 1) || !(variance > 0)) return;
  double width = z * sqrt(variance) / (p * fabs(log(p)));
  *lower = pow(p, exp(width));
  *upper = pow(p, exp(-width));
}

/* Sums from which the variance of an incidence at any later day follows (Greenwood type; Marubini and
 * Valsecchi 1995). */
typedef struct IncidenceSums {
  double greenwood, greenwood_f, greenwood_ff; /* of d / (n (n - d)), times F and F^2 at that day */
  double own;                                  /* of S^2 d1 (n - d1) / n^3 */
  double cross, cross_f;                       /* of S d1 / n^2, times F at that day */
} IncidenceSums;

static void add_event_day(IncidenceSums *sums, double at_risk, double events, double wanted,
                          double survival_before, double incidence) {
  double greenwood = at_risk > events ? events / (at_risk * (at_risk - events)) : 0;
  double cross = survival_before * wanted / (at_risk * at_risk);
  sums->greenwood += greenwood;
  sums->greenwood_f += incidence * greenwood;
  sums->greenwood_ff += incidence * incidence * greenwood;
  sums->own += survival_before * cross * (at_risk - wanted) / at_risk;
  sums->cross += cross;
  sums->cross_f += incidence * cross;
}

static double incidence_variance(const IncidenceSums *sums, double f) {
  return f * f * sums->greenwood - 2 * f * sums->greenwood_f + sums->greenwood_ff + sums->own -
         2 * f * sums->cross + 2 * sums->cross_f;
}

void b7_daily_curve_fill(const B7Tally *tally, int32_t horizon_day, int32_t cause, double level,
                         B7DailyCurve *out) {
  double z = b7_normal_quantile(0.5 + 0.5 * level), at_risk = (double)tally->evaluable;
  double survival = at_risk > 0 ? 1 : NAN, incidence = at_risk > 0 ? 0 : NAN;
  IncidenceSums sums = {0};
  for (int32_t day = 0; day <= horizon_day; day++) {
    out->at_risk[day] = at_risk;
    double first = (double)tally->leaving[1][day], second = (double)tally->leaving[2][day];
    double events = first + second, wanted = cause == 2 ? second : first;
    if (at_risk > 0 && events > 0) {
      incidence += survival * wanted / at_risk;
      add_event_day(&sums, at_risk, events, wanted, survival, incidence);
      survival *= 1 - events / at_risk;
    }
    if (cause == 0) {
      out->estimate[day] = survival;
      log_log_limits(survival, survival * survival * sums.greenwood, z, &out->lower[day], &out->upper[day]);
    } else {
      double low, high;
      out->estimate[day] = incidence;
      log_log_limits(1 - incidence, incidence_variance(&sums, incidence), z, &low, &high);
      out->lower[day] = 1 - high;
      out->upper[day] = 1 - low;
    }
    at_risk -= events + (double)tally->leaving[0][day];
  }
}

B7Estimate b7_tally_share(const B7Tally *tally, int32_t code_low, int32_t code_high, double level) {
  double n = (double)tally->evaluable, events = 0;
  if (n <= 0) return (B7Estimate){NAN, NAN, NAN};
  for (int32_t code = code_low; code <= code_high && code < B7_TALLY_CODES; code++)
    events += (double)tally->by_code[code];
  // Wilson 1927
  double z = b7_normal_quantile(0.5 + 0.5 * level), p = events / n, spread = 1 + z * z / n;
  double centre = (p + z * z / (2 * n)) / spread,
         half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / spread;
  return (B7Estimate){p, fmax(0, centre - half), fmin(1, centre + half)};
}

__extension__ typedef unsigned __int128 Wide;

static Wide wide_of(const uint64_t words[2]) {
  return (Wide)words[1] << 64 | words[0];
}

void b7_wide_add(uint64_t sum[2], const uint64_t more[2]) {
  Wide total = wide_of(sum) + wide_of(more);
  sum[0] = (uint64_t)total;
  sum[1] = (uint64_t)(total >> 64);
}

void b7_paired_add(B7Paired *paired, double a, double b) {
  if (isnan(a) || isnan(b)) return;
  int64_t steps = llround(b * PAIRED_STEPS) - llround(a * PAIRED_STEPS);
  Wide square = (Wide)(uint64_t)llabs(steps) * (uint64_t)llabs(steps);
  paired->pairs++;
  paired->sum += steps;
  b7_wide_add(paired->squares, (uint64_t[2]){(uint64_t)square, (uint64_t)(square >> 64)});
}

B7Estimate b7_paired_mean(const B7Paired *paired, double level) {
  double n = (double)paired->pairs;
  if (n < 2) return (B7Estimate){NAN, NAN, NAN};
  // n * squares - sum * sum holds no rounding error: 1e8 pairs of 1e10 steps stay below 2^127
  uint64_t sum = (uint64_t)llabs(paired->sum);
  Wide scatter = (Wide)(uint64_t)paired->pairs * wide_of(paired->squares) - (Wide)sum * sum;
  double mean = (double)paired->sum / n / PAIRED_STEPS;
  double error = sqrt((double)scatter / (n * n * (n - 1))) / PAIRED_STEPS;
  double half = b7_normal_quantile(0.5 + 0.5 * level) * error;
  return (B7Estimate){mean, mean - half, mean + half};
}

double b7_paired_sum(const B7Paired *paired) {
  return (double)paired->sum / PAIRED_STEPS;
}

B7Estimate b7_paired_share(const B7Paired *paired, double level) {
  double n = (double)paired->pairs;
  if (n < 2) return (B7Estimate){NAN, NAN, NAN};
  double sum = (double)paired->sum / PAIRED_STEPS,
         differing = (double)wide_of(paired->squares) / (PAIRED_STEPS * PAIRED_STEPS);
  double d = sum / (n + 2), error = sqrt(((differing + 2) / (n + 2) - d * d) / (n + 2));
  double half = b7_normal_quantile(0.5 + 0.5 * level) * error;
  return (B7Estimate){sum / n, fmax(-1, d - half), fmin(1, d + half)};
}
