/* response.h - response of the marrow and of the blood: what every rule reads. The rules are response_all.c
 * and response_aml.c. Running leg. */
#ifndef B7_ASSESS_RULES_RESPONSE_H
#define B7_ASSESS_RULES_RESPONSE_H

#include "assess/rules/finding.h"

/* Where the lower bound of CRi lies: at least one lineage recovered, or nowhere as the tables print it. */
typedef enum B7CriMinimum { B7_CRI_ONE_LINEAGE, B7_CRI_NONE } B7CriMinimum;
/* On the cut-off itself: by disease, never in, always in. */
typedef enum B7CountRule {
  B7_COUNT_RULE_BY_DISEASE,
  B7_COUNT_RULE_STRICT,
  B7_COUNT_RULE_INCLUSIVE
} B7CountRule;

/* One marrow with what belongs to it; NaN: unknown. */
typedef struct B7ResponseSample {
  double blasts_pct;   /* marrow, morphology */
  double blood_blasts; /* 0 or 1 */
  double anc_10e9_per_l, platelets_10e9_per_l;
  double anc_at_least, platelets_at_least; /* what an unknown count is known to reach, 10*9/L (recorded
                                              engraftment); 0: nothing */
  double extramedullary;                   /* 0 or 1 */
  double baseline_blasts_pct;
  double mrd; /* share of nucleated cells; only a known value of failure counts against CR */
  double cells_counted, cellularity_pct, spicules; /* quality of the marrow; all unknown: taken as adequate */
  double transfusion_dependent;                    /* red cells, 0 or 1; unknown counts as 0 */
  B7CriMinimum cri_minimum;
  B7CountRule count_rule;
} B7ResponseSample;

/* Class (B7ResponseClass). Unknown counts, blasts in blood or extramedullary state give the range over all
   that is possible; code is its lower end. */
B7Finding b7_response_all(const B7Criteria *criteria, const B7ResponseSample *sample);
B7Finding b7_response_aml(const B7Criteria *criteria, const B7ResponseSample *sample);
/* Refractory AML: no CR, CRh, CRi at the landmark (courses of intensive induction, or days of less intensive
 * therapy). */
bool b7_response_aml_refractory(const B7Criteria *criteria, int32_t best_class, double intensive_courses,
                                double days_less_intensive);
/* The marrow alone (B7MarrowClass). */
B7Finding b7_marrow_remission(const B7Criteria *criteria, const B7ResponseSample *sample);
/* false when what is known of the marrow's quality says that it is too poor to judge. */
bool b7_marrow_adequate(const B7Criteria *criteria, const B7ResponseSample *sample);

/* For the two rule files: evaluate a rule of known inputs at the worst and the best of the unknown ones. */
typedef B7ResponseClass (*B7ResponseRule)(const B7Criteria *criteria, const B7ResponseSample *known);
B7Finding b7_response_range(const B7Criteria *criteria, const B7ResponseSample *sample, B7ResponseRule rule,
                            B7RuleIndex index);
/* Partial response: the counts of CR, blasts within the range and fallen enough. */
bool b7_response_partial(const B7ResponseSample *known, double blasts_below_pct, double blasts_max_pct,
                         double fall_min, bool counts_of_cr);

#endif
