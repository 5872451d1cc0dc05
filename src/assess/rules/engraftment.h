/* engraftment.h - recovery of neutrophils and platelets after a graft. Running leg. */
#ifndef B7_ASSESS_RULES_ENGRAFTMENT_H
#define B7_ASSESS_RULES_ENGRAFTMENT_H

#include "assess/rules/finding.h"

/* Class (B7RecoveryClass). value: days from the graft; t_day: the day itself. Successive days are calendar
   days; *measurements (Nullable): days from the graft when three successive measurements on different days
   count instead, NaN when not reached. end_day: last day that counts (second graft, relapse, death); NaN:
   all. */
B7Finding b7_engraftment_neutrophils(const B7Criteria *criteria, const B7Column *anc, double graft_day,
                                     double end_day, double *measurements);
/* threshold in 10*9/L: platelets_threshold or platelets_threshold_second of the criteria. A transfusion on
   day d excludes days d-2 to d+6 as first days. */
B7Finding b7_engraftment_platelets(const B7Criteria *criteria, const B7Column *platelets,
                                   const B7Column *transfusions, double graft_day, double end_day,
                                   double threshold_10e9_per_l);

#endif
