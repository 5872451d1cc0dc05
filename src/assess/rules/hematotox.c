#include "assess/rules/hematotox.h"

B7Finding b7_hematotox_score(const B7Criteria *criteria, const B7HematotoxMarkers *markers) {
  const B7Criteria *c = criteria;
  const B7HematotoxMarkers *m = markers;
  const struct {
    double value;
    int32_t points, most;
    uint64_t bit;
  } items[] = {
      {m->platelets_10e9_per_l,
       m->platelets_10e9_per_l < c->hematotox_platelets_two_below
           ? 2
           : !(m->platelets_10e9_per_l > c->hematotox_platelets_zero_above),
       2, B7_BIT(PLATELETS)},
      {m->anc_per_ul, m->anc_per_ul < c->hematotox_anc_below_per_ul, 1, B7_BIT(ANC)},
      {m->hb_g_per_dl, m->hb_g_per_dl < c->hematotox_hb_below_g_per_dl, 1, B7_BIT(HAEMOGLOBIN)},
      {m->crp_mg_per_dl, m->crp_mg_per_dl >= c->hematotox_crp_from_mg_per_dl, 1, B7_BIT(CRP)},
      {m->ferritin_ng_per_ml,
       m->ferritin_ng_per_ml > c->hematotox_ferritin_two_above
           ? 2
           : m->ferritin_ng_per_ml >= c->hematotox_ferritin_one_from,
       2, B7_BIT(FERRITIN)},
  };
  int32_t low = 0, high = 0;
  uint64_t missing = 0, deciding = 0;
  for (int i = 0; i < 5; i++) {
    if (isnan(items[i].value)) {
      high += items[i].most;
      missing |= items[i].bit;
      continue;
    }
    low += items[i].points;
    high += items[i].points;
    deciding |= items[i].bit;
  }
  B7Finding finding = b7_finding_range(B7_RULE_hematotox, low, high, missing);
  // without a single marker the range still says what is possible, and nothing more
  if (!deciding) {
    finding.evaluable = B7_NOT_EVALUABLE;
    finding.code = -1;
  }
  finding.deciding = deciding;
  finding.value = low;
  // the two public restatements differ exactly here
  if (m->platelets_10e9_per_l == c->hematotox_platelets_two_below ||
      m->hb_g_per_dl == c->hematotox_hb_below_g_per_dl)
    finding.flags |= B7_FLAG_BOUNDARY_VALUE;
  return finding;
}

B7HematotoxRisk b7_hematotox_risk(const B7Criteria *criteria, const B7Finding *score) {
  if (score->evaluable == B7_NOT_EVALUABLE) return B7_HEMATOTOX_UNDECIDED;
  if (score->low >= criteria->hematotox_high_from) return B7_HEMATOTOX_HIGH;
  return score->high < criteria->hematotox_high_from ? B7_HEMATOTOX_LOW : B7_HEMATOTOX_UNDECIDED;
}
