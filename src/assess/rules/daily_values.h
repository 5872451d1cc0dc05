/* daily_values.h - a column as one value a calendar day: the lowest, short gaps interpolated. Running leg. */
#ifndef B7_ASSESS_RULES_DAILY_VALUES_H
#define B7_ASSESS_RULES_DAILY_VALUES_H

#include "assess/rules/finding.h"

#define B7_DAILY_MAX 128 /* days of the longest window that is counted day by day */

/* Days first .. first + n - 1 counted from an origin; lives on the caller's stack. */
typedef struct B7Daily {
  int32_t first, n;
  double value[B7_DAILY_MAX];      /* lowest of the day; NaN: none */
  int32_t interpolated;            /* days filled between neighbours */
  int32_t gaps;                    /* days between values that stay empty */
  int32_t first_known, last_known; /* place of the first and last value; -1 when there is none */
} B7Daily;

/* Fill from a column: day d holds t in [origin + d, origin + d + 1). Gaps of at most interpolate_days between
   two values are filled linearly. */
void b7_daily_fill(B7Daily *daily, const B7Column *column, double origin_day, int32_t first, int32_t last,
                   double interpolate_days);
/* Latest value at or before t_day and less than within_days earlier; NaN when there is none. */
double b7_column_latest(const B7Column *column, double t_day, double within_days);
/* The same in two steps: the last row with t_day <= t (-1: none), and the latest value from a row back. */
int32_t b7_column_last_row(const B7Column *column, double t_day);
double b7_column_back(const B7Column *column, int32_t row, double t_day, double within_days);
/* Index of the first row with t_day >= t. */
int32_t b7_column_from(const B7Column *column, double t_day);

/* Days below a threshold, counted in the two published ways. below(v) is v <= threshold (inclusive) or v <
   threshold. Between two low days, recoveries shorter than join_days count as low. Empty days count as low
   when assume_low. */
typedef struct B7DaysBelow {
  int32_t cumulative; /* all of them */
  int32_t longest;    /* longest joined episode */
  bool never_above;   /* an episode that begins by start_by and lasts to the last value */
} B7DaysBelow;
B7DaysBelow b7_days_below(const B7Daily *daily, double threshold, bool inclusive, double join_days,
                          int32_t start_by, bool assume_low);

#endif
