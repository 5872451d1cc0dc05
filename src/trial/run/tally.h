/* tally.h - what a trial keeps of its patients: counts that do not grow with their number.
 *
 * Times are binned by whole days, so curves, tests and paired differences of a million patients need the
 * memory of one horizon. Event codes are those of the findings: 0 censored, 1 the event, 2 a competing event;
 * grades and classes count by code. */
#ifndef B7_TRIAL_RUN_TALLY_H
#define B7_TRIAL_RUN_TALLY_H

#include "base/memory.h"

#define B7_TALLY_CODES 24
#define B7_TALLY_SWIMMERS 40

/* One endpoint of one patient, as the tallies read it. */
typedef struct B7Mark {
  int32_t code; /* -1: not evaluable or not applicable */
  double value; /* survival endpoints: days to event or censoring */
} B7Mark;

/* One endpoint in one arm. */
typedef struct B7Tally {
  bool timed; /* a survival endpoint */
  int64_t evaluable, missing;
  int64_t by_code[B7_TALLY_CODES];
  int64_t *leaving[3]; /* [code][day]: patients who leave on that day with that code; timed only */
} B7Tally;

/* Days 0 .. horizon; later times count on the last day as censored. */
B7Status b7_tally_make(B7Arena *arena, bool timed, int32_t horizon_day, B7Tally *out, B7Error *error);
void b7_tally_add(B7Tally *tally, int32_t horizon_day, B7Mark mark);

/* A curve by day: survival free of any event (cause 0), or incidence of one cause with the others competing;
   with pointwise limits (log-log for survival, and for one minus incidence) at the level. Arrays of
   horizon_day + 1. */
typedef struct B7DailyCurve {
  double *estimate, *lower, *upper, *at_risk;
} B7DailyCurve;
B7Status b7_daily_curve_make(B7Arena *arena, int32_t horizon_day, B7DailyCurve *out, B7Error *error);
/* Kaplan and Meier 1958 with Greenwood's variance; Aalen and Johansen 1978 with its Greenwood-type variance.
 */
void b7_daily_curve_fill(const B7Tally *tally, int32_t horizon_day, int32_t cause, double level,
                         B7DailyCurve *out);

/* Share of a code (timed: of event 1 by the day) with Wilson's interval (curves: the curve's own). */
B7Estimate b7_tally_share(const B7Tally *tally, int32_t code_low, int32_t code_high, double level);
/* Paired differences between two arms: the same patient in both. Values are counted in steps of 1e-6, so sums are
   whole numbers and do not depend on the order in which patients come. */
typedef struct B7Paired {
  int64_t pairs;
  int64_t sum;         /* of the difference b - a, in steps */
  uint64_t squares[2]; /* of its square, in steps squared: low and high word */
} B7Paired;
/* |value| at most 1e6 (days, shares); NaN: not a pair. */
void b7_paired_add(B7Paired *paired, double a, double b);
/* sum of two 128-bit numbers given as low and high word */
void b7_wide_add(uint64_t sum[2], const uint64_t more[2]);
B7Estimate b7_paired_mean(const B7Paired *paired, double level);
double b7_paired_sum(const B7Paired *paired);
/* The same of differences between yes and no (1 and 0), whose limits hold when hardly any pair differs: Bonett and
   Price 2012, one pair added to each kind that differs. */
B7Estimate b7_paired_share(const B7Paired *paired, double level);

#endif
