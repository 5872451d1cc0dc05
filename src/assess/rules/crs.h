/* crs.h - cytokine release syndrome, ASTCT 2019. Running leg. */
#ifndef B7_ASSESS_RULES_CRS_H
#define B7_ASSESS_RULES_CRS_H

#include "assess/rules/finding.h"

/* One day of one patient; NaN: unknown. */
typedef struct B7CrsDay {
  double temperature_c;     /* highest of the day */
  double fever_other_cause; /* 0 or 1; unknown counts as 0 */
  double prior_therapy; /* antipyretic or anticytokine therapy begun on an earlier day, 0 or 1; unknown counts
                           as 0 */
  double crs_active;    /* an episode with fever is open, 0 or 1; unknown counts as 0 */
  double hypotension;   /* 0 or 1 */
  double vasopressors;  /* number, without vasopressin */
  double vasopressin;   /* 0 or 1 */
  double oxygen_device; /* B7OxygenDevice */
  double oxygen_flow_l_per_min;
  bool death_by_crs;
} B7CrsDay;

/* Grade 0 to 5. Unknown circulation or oxygen gives the range over all that is possible. */
B7Finding b7_crs_grade(const B7Criteria *criteria, const B7CrsDay *day);

#endif
