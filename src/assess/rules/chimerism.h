/* chimerism.h - donor chimerism classes. Running leg. */
#ifndef B7_ASSESS_RULES_CHIMERISM_H
#define B7_ASSESS_RULES_CHIMERISM_H

#include "assess/rules/finding.h"

/* Percent donor; NaN: not measured. */
typedef struct B7ChimerismSample {
  double whole_pct, cd3_pct, cd33_pct;
} B7ChimerismSample;

/* Class (B7ChimerismClass) by the ASTCT rule; *registry (Nullable): by the CIBMTR rule, where 95 % itself is
 * full. */
B7Finding b7_chimerism_class(const B7Criteria *criteria, const B7ChimerismSample *sample, int32_t *registry);

#endif
