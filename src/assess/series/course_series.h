/* course_series.h - a recorded course as a series: observations by quantity, graded records and milestones as
 * marks. Running leg. */
#ifndef B7_ASSESS_SERIES_COURSE_SERIES_H
#define B7_ASSESS_SERIES_COURSE_SERIES_H

#include "assess/rules/finding.h"

/* Columns live in the arena. Values recorded as "< x" count as 0.99 x; for MRD the bound is also the
 * detection limit. */
B7Status b7_series_of_course(const B7Course *course, B7Arena *arena, B7Series *series, B7Error *error);

#endif
