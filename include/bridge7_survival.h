/* bridge7_survival.h - survival statistics over columns: Kaplan-Meier, Nelson-Aalen, cumulative incidence, quantiles, restricted mean,
 * log-rank and Gray's test. Conventions as in bridge7.h. */
#ifndef BRIDGE7_SURVIVAL_H
#define BRIDGE7_SURVIVAL_H

#include "bridge7.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------ survival statistics ---- */

#define B7_SURVIVAL_GROUPS_MAX 16
#define B7_SURVIVAL_CAUSES_MAX 14

/* Patients sorted by time, ready for every statistic below. Reusable: a second b7_survival_set of no more patients takes
   no memory. Constant between two sets, so statistics may run on it from several threads. */
typedef struct B7Survival B7Survival;

B7_API B7Status b7_survival_make(const B7Hooks *hooks, B7Survival **out, B7Error *error);
B7_API void b7_survival_free(B7Survival *survival);
/* Columns in, one row a patient, copied. time: any unit, >= 0 and finite; results come in the same unit. status: 0 censored,
   1 .. B7_SURVIVAL_CAUSES_MAX the cause of the event. group: 0 .. B7_SURVIVAL_GROUPS_MAX - 1 (Nullable: all 0). stratum:
   0 .. 65535, used by the tests alone (Nullable: all 0). Censoring at an event time counts as at risk there; equal
   times are ties only when they are equal to the last bit. Errors: INPUT (names row and column), MEMORY. */
B7_API B7Status b7_survival_set(B7Survival *survival, int64_t patients, const double *time,
                                const int32_t *status, const int32_t *group, const int32_t *stratum,
                                B7Error *error);
/* Times that differ by rounding become equal, in place, so that they are ties: where sorted distinct times lie within 1.5e-8, absolute or of
   their mean, the earliest stands for all (R: survival::aeqSurv, the timefix of survfit and survdiff). joined: rows that changed. Nullable:
   hooks, error. Errors: INPUT (a time is no number), MEMORY. */
B7_API B7Status b7_survival_join_near_times(const B7Hooks *hooks, int64_t patients, double *time,
                                            int64_t *joined, B7Error *error);
/* Patients of a group (-1: all) with a status (-1: any). */
B7_API int64_t b7_survival_count(const B7Survival *survival, int32_t group, int32_t status);
/* One more than the largest group. */
B7_API int32_t b7_survival_groups(const B7Survival *survival);

/* Which statuses are the event: B7_EVENT(1) | B7_EVENT(2); B7_EVENT_ANY all but censoring; B7_EVENT(0) turns
   Kaplan-Meier into the reverse Kaplan-Meier of follow-up. Other statuses count as censored. */
#define B7_EVENT(status) (1u << (status))
#define B7_EVENT_ANY (~1u)

/* Pointwise intervals of a probability p with standard error se and normal quantile z (Kalbfleisch and Prentice 2002):
   plain p -+ z se, cut to [0, 1]; log on ln p, cut at 1; log-log on ln(-ln p); logit on ln(p / (1 - p)); arcsine on
   asin(sqrt p). NaN where the transform does not exist. */
typedef enum B7Interval {
  B7_INTERVAL_NONE,
  B7_INTERVAL_PLAIN,
  B7_INTERVAL_LOG,
  B7_INTERVAL_LOG_LOG,
  B7_INTERVAL_LOGIT,
  B7_INTERVAL_ARCSINE
} B7Interval;

/* Variance of a cumulative incidence. B7_VARIANCE_GREENWOOD: Greenwood type (survival package); B7_VARIANCE_AALEN: Aalen type with
   correction for ties (Gray's cmprsk), slightly larger. */
typedef enum B7IncidenceVariance { B7_VARIANCE_GREENWOOD, B7_VARIANCE_AALEN } B7IncidenceVariance;

/* Columns out: one row per distinct time, ascending. Zero-initialise; a call fills and, when needed, grows it; the same
   curve may be reused and is released with b7_survival_curve_free. NaN where a value does not exist. */
typedef struct B7SurvivalCurve {
  int64_t rows, capacity;
  double start; /* estimate before the first time: 1 (survival) or 0 (incidence, hazard) */
  double *time, *at_risk, *events, *censored; /* censored: left at this time without the event */
  double *estimate, *standard_error, *lower, *upper;
  B7Hooks hooks;
} B7SurvivalCurve;

B7_API void b7_survival_curve_free(B7SurvivalCurve *curve);

/* S(t) = prod(1 - d/n) with Greenwood's standard error (Kaplan and Meier 1958, Greenwood 1926). group -1: all together. level e.g. 0.95.
   Nullable: error. Errors: USAGE (no such group, no patients), MEMORY. */
B7_API B7Status b7_survival_kaplan_meier(const B7Survival *survival, int32_t group, uint32_t events,
                                         B7Interval interval, double level, B7SurvivalCurve *curve,
                                         B7Error *error);
/* Cumulative hazard sum(d/n), standard error sqrt(sum(d/n^2)); intervals PLAIN, LOG or NONE (Nelson 1972, Aalen 1978). */
B7_API B7Status b7_survival_nelson_aalen(const B7Survival *survival, int32_t group, uint32_t events,
                                         B7Interval interval, double level, B7SurvivalCurve *curve,
                                         B7Error *error);
/* Cumulative incidence of one cause with all others competing: F(t) = sum S(t-) d/n (Aalen and Johansen 1978). */
B7_API B7Status b7_survival_incidence(const B7Survival *survival, int32_t group, int32_t cause,
                                      B7IncidenceVariance variance, B7Interval interval, double level,
                                      B7SurvivalCurve *curve, B7Error *error);

/* Row of the curve in force at a time (last time <= t), -1 before the first. Bisection. */
B7_API int64_t b7_survival_row_at(const B7SurvivalCurve *curve, double time);
/* Patients at risk just before a time. */
B7_API double b7_survival_at_risk(const B7SurvivalCurve *curve, double time);

typedef struct B7SurvivalQuantile {
  double time, lower, upper; /* NaN: not reached */
} B7SurvivalQuantile;
/* First time with S(t) <= 1 - q (the middle of the interval when equal to 1 - q over one; equal within 1.5e-8 as in R), limits from
   the curve's own interval (Brookmeyer and Crowley 1982). q 0.5: median. */
B7_API B7SurvivalQuantile b7_survival_quantile(const B7SurvivalCurve *curve, double q);
/* Area under S from 0 to horizon and its standard error (Irwin 1949, Klein and Moeschberger 2003, 4.5). Past the last time the curve
   stays level. NaN when horizon is not a positive number. */
B7_API double b7_survival_restricted_mean(const B7SurvivalCurve *curve, double horizon,
                                          double *standard_error);

typedef struct B7SurvivalTest {
  double statistic, p; /* chi-square and its upper tail; NaN when df is 0 */
  int32_t df, groups;
  double observed[B7_SURVIVAL_GROUPS_MAX], expected[B7_SURVIVAL_GROUPS_MAX];
  double score[B7_SURVIVAL_GROUPS_MAX];                            /* observed - expected, weighted */
  double variance[B7_SURVIVAL_GROUPS_MAX][B7_SURVIVAL_GROUPS_MAX]; /* of the score */
} B7SurvivalTest;
/* Log-rank test over all groups, strata summed; weight S(t-)^rho: rho 0 log-rank (Mantel 1966), 1 Peto and Peto
   (Harrington and Fleming 1982). */
B7_API B7Status b7_survival_logrank(const B7Survival *survival, uint32_t events, double rho,
                                    B7SurvivalTest *test, B7Error *error);
/* Gray's test of equal incidence of a cause, weight (1 - F(t-))^rho (Gray 1988). */
B7_API B7Status b7_survival_gray(const B7Survival *survival, int32_t cause, double rho, B7SurvivalTest *test,
                                 B7Error *error);
/* P(chi-square with df degrees of freedom > x); NaN for df < 1 or x < 0. */
B7_API double b7_chi_square_tail(double x, int32_t df);

#ifdef __cplusplus
}
#endif
#endif
