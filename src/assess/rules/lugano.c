#include "assess/rules/lugano.h"

B7Finding b7_lugano_pet(const B7Criteria *criteria, const B7LuganoPet *pet) {
  B7Finding finding;
  const bool scored = !isnan(pet->deauville);
  if (pet->new_lesion > 0 || pet->marrow_new > 0) {
    finding = b7_finding(B7_RULE_lugano, B7_LUGANO_PROGRESSION);
    finding.deciding = B7_BIT(NEW_LESION);
  } else if (!scored) {
    finding = b7_finding_none(B7_RULE_lugano, B7_NOT_EVALUABLE, B7_BIT(DEAUVILLE));
    if (pet->uptake_x) finding.flags |= B7_FLAG_DEAUVILLE_X;
    return finding;
  } else if (pet->deauville <= criteria->lugano_complete_max_score || pet->physiological > 0) {
    finding = b7_finding(B7_RULE_lugano, B7_LUGANO_COMPLETE);
  } else if (isnan(pet->change)) {
    // better than stable cannot be claimed, worse than partial cannot be excluded
    finding = b7_finding(B7_RULE_lugano, B7_LUGANO_PARTIAL_OR_STABLE);
    finding.low = B7_LUGANO_STABLE;
    finding.high = B7_LUGANO_PARTIAL;
    finding.evaluable = B7_PARTIAL;
    finding.missing = B7_BIT(PET_CHANGE);
  } else {
    finding = b7_finding(B7_RULE_lugano, pet->change < 0   ? B7_LUGANO_PARTIAL
                                         : pet->change > 0 ? B7_LUGANO_PROGRESSION
                                                           : B7_LUGANO_STABLE);
    finding.deciding = B7_BIT(PET_CHANGE);
  }
  if (scored) finding.deciding |= B7_BIT(DEAUVILLE);
  finding.value = pet->deauville;
  return finding;
}

static bool node_grew(const B7Criteria *c, const B7LuganoCt *ct) {
  const bool grew = ct->ppd_now_cm2 >= (1 + c->lugano_ppd_growth) * ct->ppd_before_cm2;
  // small or large by its diameter before: by that of now, one that grows past 2 cm would grow out of
  // progression
  const double step =
      ct->ldi_before_cm > c->lugano_ldi_small_cm ? c->lugano_ldi_step_large_cm : c->lugano_ldi_step_small_cm;
  // measured diameters are rounded to millimetres: a step of exactly 0.5 must not fail by the last bit
  const double rounding_cm = 1e-9;
  return grew && ct->ldi_now_cm > c->lugano_ldi_normal_cm &&
         ct->ldi_now_cm - ct->ldi_before_cm >= step - rounding_cm;
}

static bool spleen_grew(const B7Criteria *c, const B7LuganoCt *ct) {
  const double excess = ct->spleen_before_cm - ct->spleen_normal_cm;
  const double growth = ct->spleen_now_cm - ct->spleen_before_cm;
  return excess > 0 ? growth > c->lugano_spleen_excess_growth * excess : growth >= c->lugano_spleen_step_cm;
}

static bool spleen_regressed(const B7Criteria *c, const B7LuganoCt *ct) {
  const double excess = ct->spleen_before_cm - ct->spleen_normal_cm;
  if (!(excess > 0)) return true; // never enlarged, or not measured
  return ct->spleen_before_cm - ct->spleen_now_cm > c->lugano_spleen_excess_fall * excess;
}

B7Finding b7_lugano_ct(const B7Criteria *criteria, const B7LuganoCt *ct) {
  const B7Criteria *c = criteria;
  const bool fresh = ct->new_lesion > 0 || ct->new_node_cm > c->lugano_ldi_normal_cm ||
                     ct->new_extranodal_cm > c->lugano_new_extranodal_cm;
  B7Finding finding;
  if (fresh || node_grew(c, ct) || spleen_grew(c, ct))
    finding = b7_finding(B7_RULE_lugano, B7_LUGANO_PROGRESSION);
  else if (ct->longest_cm <= c->lugano_ldi_normal_cm && ct->extralymphatic == 0 && ct->organs_normal != 0 &&
           ct->marrow_normal != 0)
    finding = b7_finding(B7_RULE_lugano, B7_LUGANO_COMPLETE);
  else if (ct->spd_baseline_cm2 - ct->spd_now_cm2 >= c->lugano_spd_fall * ct->spd_baseline_cm2 &&
           spleen_regressed(c, ct))
    finding = b7_finding(B7_RULE_lugano, B7_LUGANO_PARTIAL);
  else if (isnan(ct->spd_baseline_cm2 + ct->spd_now_cm2) && isnan(ct->longest_cm) && isnan(ct->ldi_now_cm))
    return b7_finding_none(B7_RULE_lugano, B7_NOT_EVALUABLE, 0);
  else if (ct->spd_now_cm2 >= (1 + c->lugano_ppd_growth) * ct->spd_baseline_cm2 && isnan(ct->ldi_now_cm))
    // the sum cannot grow so far unless one product does: stable disease only if the diameters speak against
    // it
    finding = b7_finding_range(B7_RULE_lugano, B7_LUGANO_PROGRESSION, B7_LUGANO_STABLE, 0);
  else
    finding = b7_finding(B7_RULE_lugano, B7_LUGANO_STABLE);
  finding.value = ct->spd_now_cm2;
  return finding;
}
