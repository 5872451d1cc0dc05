#include "assess/rules/overall_response.h"

static B7OverallClass of_marrow(int32_t marrow) {
  switch ((B7ResponseClass)marrow) {
  case B7_RESPONSE_CR:
    return B7_OVERALL_CR;
  case B7_RESPONSE_CRH:
    return B7_OVERALL_CRH;
  case B7_RESPONSE_CRI:
    return B7_OVERALL_CRI;
  case B7_RESPONSE_MLFS:
    return B7_OVERALL_MLFS;
  case B7_RESPONSE_PR:
    return B7_OVERALL_PR;
  case B7_RESPONSE_NR:
    return B7_OVERALL_NR;
  case B7_RESPONSE_NE:
    return B7_OVERALL_NE;
  }
  return B7_OVERALL_NE;
}

B7Finding b7_overall_response(const B7Criteria *criteria, const B7OverallParts *parts) {
  (void)criteria;
  const B7OverallClass marrow = of_marrow(parts->marrow);
  const bool remission = parts->marrow >= B7_RESPONSE_CRI;
  const uint64_t both = B7_BIT(MARROW_BLASTS) | B7_BIT(DEAUVILLE);
  B7Finding finding;
  if (parts->new_extramedullary || parts->lugano == B7_LUGANO_PROGRESSION) {
    finding = b7_finding(B7_RULE_overall, B7_OVERALL_PROGRESSION);
  } else if (marrow == B7_OVERALL_NE) {
    finding = b7_finding_none(B7_RULE_overall, B7_NOT_EVALUABLE, B7_BIT(MARROW_BLASTS));
    finding.code = B7_OVERALL_NE;
    return finding;
  } else if (parts->extramedullary == 1 && parts->marrow >= B7_RESPONSE_MLFS) {
    // remission of the marrow is none while disease elsewhere is there; how far it shrank is not told
    finding = b7_finding(B7_RULE_overall, B7_OVERALL_NOT_CR);
    finding.low = B7_OVERALL_NR;
    finding.high = B7_OVERALL_PR;
    finding.evaluable = B7_PARTIAL;
    finding.missing = parts->lugano < 0 ? B7_BIT(PET_CHANGE) : 0;
  } else if (parts->lugano == B7_LUGANO_COMPLETE || (parts->lugano < 0 && parts->extramedullary == 0)) {
    finding = b7_finding(B7_RULE_overall, marrow);
  } else if (parts->lugano < 0) {
    const bool clear = parts->marrow >= B7_RESPONSE_MLFS;
    finding = b7_finding(B7_RULE_overall, marrow);
    if (clear && parts->extramedullary_at_start != 0) {
      // disease elsewhere, or nobody knows: a clear marrow is all that can be claimed
      finding = b7_finding(B7_RULE_overall, B7_OVERALL_MARROW_ONLY);
      finding.evaluable = B7_PARTIAL;
      finding.missing = B7_BIT(DEAUVILLE);
    }
  } else if (!remission && marrow != B7_OVERALL_MLFS) {
    finding = b7_finding(B7_RULE_overall, marrow);
  } else if (parts->lugano == B7_LUGANO_PARTIAL) {
    finding = b7_finding(B7_RULE_overall, B7_OVERALL_PR);
  } else if (parts->lugano == B7_LUGANO_PARTIAL_OR_STABLE) {
    finding = b7_finding(B7_RULE_overall, B7_OVERALL_NOT_CR);
    finding.low = B7_OVERALL_NR;
    finding.high = B7_OVERALL_PR;
    finding.evaluable = B7_PARTIAL;
    finding.missing = B7_BIT(PET_CHANGE);
  } else {
    finding = b7_finding(B7_RULE_overall, B7_OVERALL_NR);
  }
  finding.deciding = both;
  return finding;
}
