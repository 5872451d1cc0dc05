/* series.h - what is known of one patient over time, and the marks in it. Running leg. */
#ifndef B7_ASSESS_SERIES_SERIES_H
#define B7_ASSESS_SERIES_SERIES_H

#include "assess/rules/finding.h"

/* First day of a mark column (value > 0) at or after from_day; NaN: none. */
double b7_series_first_mark(const B7Series *series, B7Quantity quantity, double from_day);
/* First infusion: CAR-T, else transplant, else the start. */
double b7_series_first_infusion(const B7Series *series);

#endif
