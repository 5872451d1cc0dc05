#include "trial/run/hazard_ratio.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"

#define ITERATIONS_MOST 50
#define CONVERGED 1e-10
/* logarithm of a ratio beyond which there is none */
#define LARGEST 20.0

static const B7Estimate unknown = {NAN, NAN, NAN};

static double events_of(const B7Tally *tally, int cause, int32_t day) {
  return (double)tally->leaving[cause][day];
}

static double leaving_of(const B7Tally *tally, int32_t day) {
  return (double)(tally->leaving[0][day] + tally->leaving[1][day] + tally->leaving[2][day]);
}

static double all_events(const B7Tally *tally, int32_t horizon_day, int cause) {
  double sum = 0;
  for (int32_t day = 0; day <= horizon_day; day++) sum += events_of(tally, cause, day);
  return sum;
}

static B7Estimate wald(double log_ratio, double variance, double level) {
  if (!(fabs(log_ratio) < LARGEST) || !(variance > 0)) return unknown;
  double half = b7_normal_quantile(0.5 + 0.5 * level) * sqrt(variance);
  return (B7Estimate){exp(log_ratio), exp(log_ratio - half), exp(log_ratio + half)};
}

/* ---- Cox ---- */

/* score and information at a ratio; Efron: the k-th of d tied events leaves k / d of them out of the risk set */
static void cox_slope(const B7Tally *a, const B7Tally *b, int32_t horizon_day, int cause, double ratio,
                      double *score, double *information) {
  double risk_a = (double)a->evaluable, risk_b = (double)b->evaluable;
  *score = *information = 0;
  for (int32_t day = 0; day <= horizon_day; day++) {
    double of_a = events_of(a, cause, day), of_b = events_of(b, cause, day), all = of_a + of_b;
    *score += of_b;
    for (double k = 0; k < all; k++) {
      double left = k / all, in_b = ratio * (risk_b - left * of_b), in_a = risk_a - left * of_a;
      double share = in_b / (in_a + in_b);
      *score -= share;
      *information += share * (1 - share);
    }
    risk_a -= leaving_of(a, day);
    risk_b -= leaving_of(b, day);
  }
}

B7Estimate b7_hazard_ratio(const B7Tally *a, const B7Tally *b, int32_t horizon_day, int cause, double level) {
  if (all_events(a, horizon_day, cause) == 0 || all_events(b, horizon_day, cause) == 0) return unknown;
  double beta = 0, score, information = 0;
  for (int i = 0; i < ITERATIONS_MOST; i++) {
    cox_slope(a, b, horizon_day, cause, exp(beta), &score, &information);
    if (!(information > 0)) return unknown;
    double step = fmax(-2, fmin(2, score / information));
    beta += step;
    if (fabs(step) < CONVERGED) break;
    if (fabs(beta) > LARGEST) return unknown;
  }
  return wald(beta, 1 / information, level);
}

/* ---- Fine and Gray ---- */

/* Two arms over days 0 .. horizon. */
typedef struct Weighted {
  const B7Tally *arm[2];
  int32_t days;
  int cause, competing;
  double *kept;     /* [day]: probability of not being censored before the day, both arms */
  double *at_risk;  /* [day]: patients still under observation, both arms */
  double *risk[2];  /* [day]: weighted number at risk */
  double *share;    /* [day]: of arm b in the risk set, at the estimate */
  double *base;     /* [day]: baseline subdistribution hazard */
  double *after[2]; /* [day]: sum from the day on of (z - share) kept theta^z base */
  double *censor;   /* [day]: q / at_risk of the estimate of censoring */
} Weighted;

static B7Status make_weighted(B7Arena *arena, Weighted *w, B7Error *error) {
  double **columns[] = {&w->kept, &w->at_risk,  &w->risk[0],  &w->risk[1], &w->share,
                        &w->base, &w->after[0], &w->after[1], &w->censor};
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
    *columns[i] = B7_ARENA_ARRAY(arena, double, w->days + 1);
    if (!*columns[i]) return b7_fail_memory(error);
  }
  return B7_OK;
}

/* those with a competing event on day s count kept[t] / kept[s] from the day after on */
static void set_risk(Weighted *w) {
  double left[2], gone[2] = {0, 0}, kept = 1;
  for (int z = 0; z < 2; z++) left[z] = (double)w->arm[z]->evaluable;
  for (int32_t day = 0; day < w->days; day++) {
    w->kept[day] = kept;
    w->at_risk[day] = left[0] + left[1];
    for (int z = 0; z < 2; z++) w->risk[z][day] = left[z] + kept * gone[z];
    double censored = 0;
    for (int z = 0; z < 2; z++) {
      if (kept > 0) gone[z] += events_of(w->arm[z], w->competing, day) / kept;
      censored += events_of(w->arm[z], 0, day);
      left[z] -= leaving_of(w->arm[z], day);
    }
    if (w->at_risk[day] > 0) kept *= 1 - censored / w->at_risk[day];
  }
}

static void weighted_slope(Weighted *w, double ratio, double *score, double *information) {
  *score = *information = 0;
  for (int32_t day = 0; day < w->days; day++) {
    double of_b = events_of(w->arm[1], w->cause, day), all = of_b + events_of(w->arm[0], w->cause, day);
    double sum = w->risk[0][day] + ratio * w->risk[1][day];
    w->share[day] = sum > 0 ? ratio * w->risk[1][day] / sum : 0;
    w->base[day] = sum > 0 ? all / sum : 0;
    *score += of_b - all * w->share[day];
    *information += all * w->share[day] * (1 - w->share[day]);
  }
}

/* how the estimate of censoring moves the score, per patient at risk of being censored on a day */
static void set_censoring(Weighted *w, double ratio) {
  double gone[2] = {0, 0};
  for (int z = 0; z < 2; z++) {
    double factor = z ? ratio : 1;
    w->after[z][w->days] = 0;
    for (int32_t day = w->days - 1; day >= 0; day--)
      w->after[z][day] = w->after[z][day + 1] + (z - w->share[day]) * w->kept[day] * factor * w->base[day];
  }
  for (int32_t day = 0; day < w->days; day++) {
    double q = gone[0] * w->after[0][day] + gone[1] * w->after[1][day];
    w->censor[day] = w->at_risk[day] > 0 ? q / w->at_risk[day] : 0;
    for (int z = 0; z < 2; z++) {
      if (w->kept[day] > 0) gone[z] += events_of(w->arm[z], w->competing, day) / w->kept[day];
    }
  }
}

/* the sum over patients of their squared shares in the score: patients of one arm, day and code share it */
static double squared_scores(const Weighted *w, double ratio) {
  double sum = 0;
  for (int z = 0; z < 2; z++) {
    double factor = z ? ratio : 1, under_risk = 0, under_censoring = 0;
    for (int32_t day = 0; day < w->days; day++) {
      double censored = events_of(w->arm[0], 0, day) + events_of(w->arm[1], 0, day);
      under_risk -= (z - w->share[day]) * factor * w->base[day];
      if (w->at_risk[day] > 0) under_censoring -= w->censor[day] * censored / w->at_risk[day];
      double both = under_risk + under_censoring;
      double event = both + z - w->share[day], loss = both + w->censor[day];
      double other = both - (w->kept[day] > 0 ? w->after[z][day + 1] / w->kept[day] : 0);
      sum += events_of(w->arm[z], w->cause, day) * event * event +
             events_of(w->arm[z], 0, day) * loss * loss +
             events_of(w->arm[z], w->competing, day) * other * other;
    }
  }
  return sum;
}

B7Estimate b7_subdistribution_ratio(const B7Tally *a, const B7Tally *b, int32_t horizon_day, int cause,
                                    double level, B7Error *error) {
  if (all_events(a, horizon_day, cause) == 0 || all_events(b, horizon_day, cause) == 0) return unknown;
  Weighted w = {.arm = {a, b}, .days = horizon_day + 1, .cause = cause, .competing = cause == 1 ? 2 : 1};
  B7Arena arena = b7_arena_make(NULL);
  double beta = 0, score, information = 0, variance = NAN;
  if (make_weighted(&arena, &w, error) == B7_OK) {
    set_risk(&w);
    for (int i = 0; i < ITERATIONS_MOST; i++) {
      weighted_slope(&w, exp(beta), &score, &information);
      double step = information > 0 ? fmax(-2, fmin(2, score / information)) : 0;
      beta += step;
      if (fabs(step) < CONVERGED || fabs(beta) > LARGEST) break;
    }
    set_censoring(&w, exp(beta));
    variance = squared_scores(&w, exp(beta)) / (information * information);
  }
  b7_arena_free(&arena);
  return wald(beta, variance, level);
}
