// response in ALL and lymphoblastic lymphoma, ELN 2024
#include "assess/rules/response.h"

static B7ResponseClass classify(const B7Criteria *c, const B7ResponseSample *s) {
  const bool inclusive = s->count_rule == B7_COUNT_RULE_INCLUSIVE;
  const bool anc_cr = inclusive ? s->anc_10e9_per_l >= c->all_anc_cr : s->anc_10e9_per_l > c->all_anc_cr;
  const bool plt_cr =
      inclusive ? s->platelets_10e9_per_l >= c->all_plt_cr : s->platelets_10e9_per_l > c->all_plt_cr;
  const bool lineage = s->cri_minimum == B7_CRI_NONE || s->anc_10e9_per_l >= c->all_cri_anc_min ||
                       s->platelets_10e9_per_l >= c->all_cri_plt_min;
  // a known MRD of failure outweighs everything else
  if (s->mrd >= c->all_mrd_failure_from && s->blasts_pct < c->marrow_blasts_below_pct) return B7_RESPONSE_NR;
  if (s->blasts_pct < c->marrow_blasts_below_pct) {
    if (s->blood_blasts > 0 || s->extramedullary > 0) return B7_RESPONSE_NR;
    if (anc_cr && plt_cr && !(s->transfusion_dependent > 0)) return B7_RESPONSE_CR;
    return lineage ? B7_RESPONSE_CRI : B7_RESPONSE_MLFS;
  }
  return b7_response_partial(s, c->marrow_blasts_below_pct, c->all_pr_blasts_max_pct, c->all_pr_fall_min,
                             anc_cr && plt_cr)
             ? B7_RESPONSE_PR
             : B7_RESPONSE_NR;
}

B7Finding b7_response_all(const B7Criteria *criteria, const B7ResponseSample *sample) {
  return b7_response_range(criteria, sample, classify, B7_RULE_all);
}
