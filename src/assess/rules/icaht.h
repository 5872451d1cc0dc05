/* icaht.h - cytopenia after effector cells: ICAHT (neutrophils, EHA/EBMT 2023) and T-ICAHT (platelets).
 * Running leg. */
#ifndef B7_ASSESS_RULES_ICAHT_H
#define B7_ASSESS_RULES_ICAHT_H

#include "assess/rules/finding.h"

/* Which published way of counting days gives the grade. The other one is reported when it differs. */
typedef enum B7DayCount { B7_DAY_COUNT_CUMULATIVE, B7_DAY_COUNT_EPISODE } B7DayCount;

/* Grades 0 to 4 of days 0 to 30 after the infusion. column in 10*9/L; end_day: last day at risk (death,
   relapse, next therapy, last contact), NaN when later than the window. value: days at or below the threshold
   that decided. *other (Nullable): the grade by the other way. */
B7Finding b7_icaht_early(const B7Criteria *criteria, const B7Column *anc, double infusion_day, double end_day,
                         B7DayCount count, int32_t *other);
B7Finding b7_ticaht_early(const B7Criteria *criteria, const B7Column *platelets, double infusion_day,
                          double end_day, B7DayCount count, int32_t *other);
/* After day 30 until end_day (NaN: all): the lowest value sets the grade, a second one must confirm it.
   value: the lowest, in the unit of the rule. *strict (Nullable): the grade when a single measurement does
   not count. */
B7Finding b7_icaht_late(const B7Criteria *criteria, const B7Column *anc, double infusion_day, double end_day,
                        int32_t *strict);
/* Days 31 to 100. */
B7Finding b7_ticaht_late(const B7Criteria *criteria, const B7Column *platelets, double infusion_day,
                         double end_day);

#endif
