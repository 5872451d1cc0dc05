#include "assess/rules/relapse.h"

#include "assess/rules/response.h"

static int32_t by_tests(const B7RelapseSample *s, int32_t tests_needed) {
  if (s->other_tests_positive >= tests_needed) return B7_RELAPSE_YES;
  return s->second_marrow_tests >= 2 ? B7_RELAPSE_YES : B7_RELAPSE_UNCONFIRMED;
}

static int32_t pdl(const B7Criteria *c, const B7RelapseSample *s) {
  if (s->extramedullary > 0 || s->marrow_pct >= c->relapse_pdl_alone_from_pct) return B7_RELAPSE_YES;
  if (s->marrow_pct >= c->relapse_pdl_one_test_from_pct) return by_tests(s, 1);
  if (s->marrow_pct >= c->relapse_pdl_two_tests_from_pct) return by_tests(s, 2);
  return B7_RELAPSE_NO;
}

B7Finding b7_relapse_class(const B7Criteria *criteria, B7RelapseRule rule, const B7RelapseSample *sample) {
  static const B7RuleIndex indices[] = {B7_RULE_relapse_nci, B7_RULE_relapse_pdl, B7_RULE_relapse_adult5};
  const B7RuleIndex index = indices[rule];
  const B7RelapseSample *s = sample;
  const bool remission = s->prior >= B7_RESPONSE_CRI;
  const bool partial = rule == B7_RELAPSE_RULE_NCI2010 && s->prior == B7_RESPONSE_PR;
  if (!remission && !partial) return b7_finding_none(index, B7_NOT_APPLICABLE, 0);
  if (isnan(s->marrow_pct) && isnan(s->blood_blasts) && isnan(s->extramedullary))
    return b7_finding_none(index, B7_NOT_EVALUABLE, B7_BIT(MARROW_BLASTS) | B7_BIT(BLOOD_BLASTS));

  int32_t code;
  if (partial) {
    code = s->marrow_pct > criteria->relapse_nci_blasts_from_pct ? B7_RELAPSE_YES : B7_RELAPSE_NO;
  } else if (rule == B7_RELAPSE_RULE_PDL) {
    code = pdl(criteria, s);
  } else {
    const bool marrow = rule == B7_RELAPSE_RULE_NCI2010
                            ? s->marrow_pct >= criteria->relapse_nci_blasts_from_pct
                            : s->marrow_pct > criteria->relapse_adult5_blasts_above_pct;
    code = marrow || s->blood_blasts > 0 || s->extramedullary > 0 ? B7_RELAPSE_YES : B7_RELAPSE_NO;
  }
  if (code == B7_RELAPSE_YES && s->confirmed == 0) code = B7_RELAPSE_UNCONFIRMED;
  B7Finding finding = b7_finding(index, code);
  finding.value = s->marrow_pct;
  if (!isnan(s->marrow_pct)) finding.deciding |= B7_BIT(MARROW_BLASTS);
  if (s->blood_blasts > 0) finding.deciding |= B7_BIT(BLOOD_BLASTS);
  if (s->extramedullary > 0) finding.deciding |= B7_BIT(EXTRAMEDULLARY);
  return finding;
}
