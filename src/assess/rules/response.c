#include "assess/rules/response.h"

bool b7_marrow_adequate(const B7Criteria *criteria, const B7ResponseSample *sample) {
  const bool unknown =
      isnan(sample->cells_counted) && isnan(sample->cellularity_pct) && isnan(sample->spicules);
  return unknown || sample->cells_counted >= criteria->marrow_cells_min ||
         sample->cellularity_pct >= criteria->marrow_cellularity_min_pct || sample->spicules > 0;
}

bool b7_response_partial(const B7ResponseSample *known, double blasts_below_pct, double blasts_max_pct,
                         double fall_min, bool counts_of_cr) {
  return counts_of_cr && known->blasts_pct >= blasts_below_pct && known->blasts_pct <= blasts_max_pct &&
         known->baseline_blasts_pct - known->blasts_pct >= fall_min * known->baseline_blasts_pct;
}

static double if_unknown(double value, double replacement) {
  return isnan(value) ? replacement : value;
}

B7Finding b7_response_range(const B7Criteria *criteria, const B7ResponseSample *sample, B7ResponseRule rule,
                            B7RuleIndex index) {
  if (isnan(sample->blasts_pct)) {
    B7Finding none = b7_finding(index, B7_RESPONSE_NE);
    none.evaluable = B7_NOT_EVALUABLE;
    none.missing = B7_BIT(MARROW_BLASTS);
    return none;
  }
  // a poor marrow can show blasts, but not their absence
  if (!b7_marrow_adequate(criteria, sample) && sample->blasts_pct < criteria->marrow_blasts_below_pct) {
    B7Finding none = b7_finding(index, B7_RESPONSE_NE);
    none.evaluable = B7_NOT_EVALUABLE;
    none.missing = B7_BIT(MARROW_CELLS) | B7_BIT(MARROW_CELLULARITY);
    none.deciding = none.missing;
    return none;
  }
  B7ResponseSample worst = *sample, best = *sample;
  uint64_t missing = 0;
  const struct {
    double *worst, *best;
    double bad, good;
    uint64_t bit;
  } unknown[] = {
      {&worst.blood_blasts, &best.blood_blasts, 1, 0, B7_BIT(BLOOD_BLASTS)},
      {&worst.anc_10e9_per_l, &best.anc_10e9_per_l, sample->anc_at_least, INFINITY, B7_BIT(ANC)},
      {&worst.platelets_10e9_per_l, &best.platelets_10e9_per_l, sample->platelets_at_least, INFINITY,
       B7_BIT(PLATELETS)},
      {&worst.extramedullary, &best.extramedullary, 1, 0, B7_BIT(EXTRAMEDULLARY)},
      // no fall at worst; at best the greatest
      {&worst.baseline_blasts_pct, &best.baseline_blasts_pct, 0, 100, B7_BIT(MARROW_BLASTS)},
  };
  for (int i = 0; i < 5; i++) {
    if (!isnan(*unknown[i].worst)) continue;
    const bool matters = unknown[i].worst != &worst.baseline_blasts_pct ||
                         sample->blasts_pct >= criteria->marrow_blasts_below_pct;
    *unknown[i].worst = unknown[i].bad;
    *unknown[i].best = unknown[i].good;
    if (matters) missing |= unknown[i].bit;
  }
  worst.transfusion_dependent = best.transfusion_dependent = if_unknown(sample->transfusion_dependent, 0);
  B7Finding finding =
      b7_finding_range(index, (int32_t)rule(criteria, &worst), (int32_t)rule(criteria, &best), missing);
  finding.value = sample->blasts_pct;
  finding.deciding = B7_BIT(MARROW_BLASTS);
  if (sample->blasts_pct < criteria->marrow_blasts_below_pct)
    finding.deciding |= B7_BIT(ANC) | B7_BIT(PLATELETS);
  if (sample->blood_blasts > 0) finding.deciding |= B7_BIT(BLOOD_BLASTS);
  if (sample->extramedullary > 0) finding.deciding |= B7_BIT(EXTRAMEDULLARY);
  if (isnan(sample->anc_10e9_per_l) || isnan(sample->platelets_10e9_per_l))
    finding.flags |= B7_FLAG_COUNTS_MISSING;
  return finding;
}

B7Finding b7_marrow_remission(const B7Criteria *criteria, const B7ResponseSample *sample) {
  if (isnan(sample->blasts_pct)) {
    B7Finding none = b7_finding(B7_RULE_marrow, B7_MARROW_NE);
    none.evaluable = B7_NOT_EVALUABLE;
    none.missing = B7_BIT(MARROW_BLASTS);
    return none;
  }
  const bool clear = sample->blasts_pct < criteria->marrow_blasts_below_pct;
  B7Finding finding = b7_finding(B7_RULE_marrow, clear ? B7_MARROW_REMISSION : B7_MARROW_NO_REMISSION);
  if (clear && !b7_marrow_adequate(criteria, sample)) {
    finding.code = finding.low = finding.high = B7_MARROW_NE;
    finding.evaluable = B7_NOT_EVALUABLE;
    finding.missing = B7_BIT(MARROW_CELLS) | B7_BIT(MARROW_CELLULARITY);
  }
  finding.value = sample->blasts_pct;
  finding.deciding = B7_BIT(MARROW_BLASTS);
  return finding;
}
