#include "assess/rules/mrd.h"

B7Finding b7_mrd_class(const B7Criteria *criteria, const B7MrdSample *sample) {
  B7Finding finding;
  if (sample->detected) {
    if (isnan(sample->value))
      finding = b7_finding_range(B7_RULE_mrd, B7_MRD_POSITIVE, B7_MRD_INTERMEDIATE, B7_BIT(MARROW_MRD));
    else
      finding = b7_finding(B7_RULE_mrd,
                           sample->value >= criteria->mrd_threshold ? B7_MRD_POSITIVE : B7_MRD_INTERMEDIATE);
  } else if (isnan(sample->limit)) {
    finding = b7_finding(B7_RULE_mrd, B7_MRD_NEGATIVE_UNKNOWN_LIMIT);
    finding.evaluable = B7_PARTIAL;
    finding.low = B7_MRD_NEGATIVE_UNKNOWN_LIMIT;
    finding.high = B7_MRD_COMPLETE;
    finding.missing = B7_BIT(MRD_LIMIT);
  } else {
    finding = b7_finding(B7_RULE_mrd, sample->limit > criteria->mrd_threshold ? B7_MRD_NEGATIVE_INSUFFICIENT
                                                                              : B7_MRD_COMPLETE);
  }
  finding.value = sample->detected ? sample->value : 0;
  finding.deciding = B7_BIT(MARROW_MRD) | (isnan(sample->limit) ? 0 : B7_BIT(MRD_LIMIT));
  return finding;
}

bool b7_mrd_negative(const B7Criteria *criteria, const B7MrdSample *sample) {
  return (!sample->detected || sample->value < criteria->mrd_threshold) &&
         sample->limit <= criteria->mrd_threshold;
}
