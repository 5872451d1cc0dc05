#include "assess/rules/cgvhd.h"

_Static_assert(B7_QUANTITY_CGVHD_GENITAL - B7_QUANTITY_CGVHD_SKIN == B7_CGVHD_GENITAL,
               "sites follow the order of the quantities");

int32_t b7_cgvhd_lung_score(const B7Criteria *criteria, double fev1_pct) {
  if (isnan(fev1_pct)) return -1;
  return (fev1_pct < criteria->cgvhd_fev1_score0_pct) + (fev1_pct < criteria->cgvhd_fev1_score1_pct) +
         (fev1_pct < criteria->cgvhd_fev1_score2_pct);
}

static int32_t severity(const B7Criteria *c, const B7CgvhdScores *scores, double if_unknown) {
  int32_t organs = 0;
  double highest = 0, lung = 0;
  for (int site = 0; site < B7_CGVHD_SITES; site++) {
    if (scores->other_cause[site]) continue;
    const double score = isnan(scores->score[site]) ? if_unknown : scores->score[site];
    organs += score >= 1;
    if (site == B7_CGVHD_LUNG) lung = score;
    if (score > highest) highest = score;
  }
  if (highest >= 3 || lung >= c->cgvhd_lung_severe_from) return B7_SEVERITY_SEVERE;
  if (highest >= 2 || lung >= 1 || organs >= c->cgvhd_organs_moderate) return B7_SEVERITY_MODERATE;
  return organs > 0 ? B7_SEVERITY_MILD : B7_SEVERITY_NONE;
}

B7Finding b7_cgvhd_severity(const B7Criteria *criteria, const B7CgvhdScores *scores) {
  uint64_t missing = 0, deciding = 0;
  int32_t known = 0;
  for (int site = 0; site < B7_CGVHD_SITES; site++) {
    const uint64_t bit = B7_BIT(CGVHD_SKIN) << site;
    if (scores->other_cause[site]) continue;
    if (isnan(scores->score[site])) {
      missing |= bit;
      continue;
    }
    known++;
    if (scores->score[site] > 0) deciding |= bit;
  }
  if (!known && missing) return b7_finding_none(B7_RULE_cgvhd, B7_NOT_EVALUABLE, missing);
  B7Finding finding =
      b7_finding_range(B7_RULE_cgvhd, severity(criteria, scores, 0), severity(criteria, scores, 3), missing);
  finding.deciding = deciding;
  return finding;
}
