/* cgvhd.h - chronic GVHD, NIH 2014 global severity. Running leg. */
#ifndef B7_ASSESS_RULES_CGVHD_H
#define B7_ASSESS_RULES_CGVHD_H

#include "assess/rules/finding.h"

typedef enum B7CgvhdSite {
  B7_CGVHD_SKIN,
  B7_CGVHD_MOUTH,
  B7_CGVHD_EYES,
  B7_CGVHD_GI,
  B7_CGVHD_LIVER,
  B7_CGVHD_LUNG,
  B7_CGVHD_JOINTS,
  B7_CGVHD_GENITAL,
  B7_CGVHD_SITES
} B7CgvhdSite;

/* Scores 0 to 3; NaN: not examined. An organ fully explained by another cause is left out. */
typedef struct B7CgvhdScores {
  double score[B7_CGVHD_SITES];
  bool other_cause[B7_CGVHD_SITES]; /* fully */
} B7CgvhdScores;

/* Severity (B7SeverityClass). */
B7Finding b7_cgvhd_severity(const B7Criteria *criteria, const B7CgvhdScores *scores);
/* Lung score from FEV1 in % of predicted; -1 when NaN. */
int32_t b7_cgvhd_lung_score(const B7Criteria *criteria, double fev1_pct);

#endif
