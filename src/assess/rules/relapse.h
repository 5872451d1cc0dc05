/* relapse.h - relapse after remission by three published rules. Running leg. */
#ifndef B7_ASSESS_RULES_RELAPSE_H
#define B7_ASSESS_RULES_RELAPSE_H

#include "assess/rules/finding.h"

typedef enum B7RelapseRule {
  B7_RELAPSE_RULE_NCI2010,
  B7_RELAPSE_RULE_PDL,
  B7_RELAPSE_RULE_ADULT5
} B7RelapseRule;

/* One assessment; NaN: not done. */
typedef struct B7RelapseSample {
  int32_t prior;               /* best class before (B7ResponseClass) */
  double marrow_pct;           /* morphology, or for PDL an MRD-type method */
  double blood_blasts;         /* 0 or 1 */
  double extramedullary;       /* 0 or 1 */
  double confirmed;            /* by flow, PCR or cytogenetics, 0 or 1; unknown counts as confirmed */
  double other_tests_positive; /* PDL: further tests at or above 1 % */
  double second_marrow_tests;  /* PDL: tests at or above 1 % in a second marrow; NaN: no second marrow */
} B7RelapseSample;

/* Class (B7RelapseClass); B7_NOT_APPLICABLE when never in remission. */
B7Finding b7_relapse_class(const B7Criteria *criteria, B7RelapseRule rule, const B7RelapseSample *sample);

#endif
