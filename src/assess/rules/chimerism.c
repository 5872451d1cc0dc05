#include "assess/rules/chimerism.h"

B7Finding b7_chimerism_class(const B7Criteria *criteria, const B7ChimerismSample *sample, int32_t *registry) {
  const bool lineages = !isnan(sample->cd3_pct) && !isnan(sample->cd33_pct);
  // the lower lineage decides about full, the higher one about loss; whole blood stands in where they were
  // not separated
  const double low = lineages ? fmin(sample->cd3_pct, sample->cd33_pct)
                              : fmin(sample->whole_pct, fmin(sample->cd3_pct, sample->cd33_pct));
  const double high = lineages ? fmax(sample->cd3_pct, sample->cd33_pct)
                               : fmax(sample->whole_pct, fmax(sample->cd3_pct, sample->cd33_pct));
  if (registry) *registry = -1;
  if (isnan(low)) return b7_finding_none(B7_RULE_chimerism, B7_NOT_EVALUABLE, B7_BIT(CHIMERISM));
  const bool lost = high < criteria->chimerism_loss_below_pct;
  const int32_t strict = lost                                       ? B7_CHIMERISM_LOSS
                         : low > criteria->chimerism_full_above_pct ? B7_CHIMERISM_FULL
                                                                    : B7_CHIMERISM_MIXED;
  const int32_t inclusive = lost                                        ? B7_CHIMERISM_LOSS
                            : low >= criteria->chimerism_full_above_pct ? B7_CHIMERISM_FULL
                                                                        : B7_CHIMERISM_MIXED;
  B7Finding finding = b7_finding(B7_RULE_chimerism, strict);
  finding.value = low;
  finding.deciding = lineages ? B7_BIT(CHIMERISM_CD3) | B7_BIT(CHIMERISM_CD33) : B7_BIT(CHIMERISM);
  if (!lineages) {
    finding.flags |= B7_FLAG_LINEAGE_NOT_SEPARATED;
    if (!isnan(sample->cd3_pct)) finding.deciding |= B7_BIT(CHIMERISM_CD3);
    if (!isnan(sample->cd33_pct)) finding.deciding |= B7_BIT(CHIMERISM_CD33);
  }
  if (strict != inclusive) finding.flags |= B7_FLAG_FULL_BY_95_INCLUSIVE;
  if (registry) *registry = inclusive;
  return finding;
}
