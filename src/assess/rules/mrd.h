/* mrd.h - measurable residual disease by threshold and assay. Running leg. */
#ifndef B7_ASSESS_RULES_MRD_H
#define B7_ASSESS_RULES_MRD_H

#include "assess/rules/finding.h"

/* One sample, shares of nucleated cells; NaN: unknown. */
typedef struct B7MrdSample {
  bool detected;
  double value; /* when detected; NaN: positive but not quantified */
  double limit; /* of detection */
} B7MrdSample;

/* Class (B7MrdClass); value: the share. */
B7Finding b7_mrd_class(const B7Criteria *criteria, const B7MrdSample *sample);
/* The reading "negative (< 0.01 %)": not detected or below the threshold, by an assay that reaches it. */
bool b7_mrd_negative(const B7Criteria *criteria, const B7MrdSample *sample);

#endif
