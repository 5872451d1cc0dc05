// response in AML, ELN 2022
#include "assess/rules/response.h"

static B7ResponseClass classify(const B7Criteria *c, const B7ResponseSample *s) {
  const bool strict = s->count_rule == B7_COUNT_RULE_STRICT;
  const bool anc_cr = strict ? s->anc_10e9_per_l > c->aml_anc_cr : s->anc_10e9_per_l >= c->aml_anc_cr;
  const bool plt_cr =
      strict ? s->platelets_10e9_per_l > c->aml_plt_cr : s->platelets_10e9_per_l >= c->aml_plt_cr;
  const bool crh = s->anc_10e9_per_l >= c->aml_crh_anc && s->platelets_10e9_per_l >= c->aml_crh_plt;
  const bool lineage = s->cri_minimum == B7_CRI_NONE || s->anc_10e9_per_l >= c->aml_cri_anc_min ||
                       s->platelets_10e9_per_l >= c->aml_cri_plt_min;
  if (s->blasts_pct < c->marrow_blasts_below_pct) {
    if (s->blood_blasts > 0 || s->extramedullary > 0) return B7_RESPONSE_NR;
    if (anc_cr && plt_cr) return B7_RESPONSE_CR;
    if (crh) return B7_RESPONSE_CRH;
    return lineage ? B7_RESPONSE_CRI : B7_RESPONSE_MLFS;
  }
  return b7_response_partial(s, c->marrow_blasts_below_pct, c->aml_pr_blasts_max_pct, c->aml_pr_fall_min,
                             anc_cr && plt_cr)
             ? B7_RESPONSE_PR
             : B7_RESPONSE_NR;
}

B7Finding b7_response_aml(const B7Criteria *criteria, const B7ResponseSample *sample) {
  return b7_response_range(criteria, sample, classify, B7_RULE_aml);
}

bool b7_response_aml_refractory(const B7Criteria *criteria, int32_t best_class, double intensive_courses,
                                double days_less_intensive) {
  const bool landmark = intensive_courses >= criteria->aml_landmark_courses ||
                        days_less_intensive >= criteria->aml_landmark_days;
  return landmark && best_class < B7_RESPONSE_CRI;
}
