#include "assess/rules/ctcae.h"

// value below cut[g] earns grade g + 2; -INFINITY where a grade never comes from the number
typedef struct Cuts {
  double grade2, grade3, grade4;
} Cuts;

static Cuts cuts_of(const B7Criteria *c, B7CtcaeTerm term) {
  switch (term) {
  case B7_CTCAE_NEUTROPHILS:
    return (Cuts){c->ctcae5_neut_grade2_below, c->ctcae5_neut_grade3_below, c->ctcae5_neut_grade4_below};
  case B7_CTCAE_PLATELETS:
    return (Cuts){c->ctcae5_plt_grade2_below, c->ctcae5_plt_grade3_below, c->ctcae5_plt_grade4_below};
  case B7_CTCAE_ANAEMIA:
    return (Cuts){c->ctcae5_hb_grade2_below, c->ctcae5_hb_grade3_below, -INFINITY};
  case B7_CTCAE_LEUKOCYTES:
    return (Cuts){c->ctcae5_wbc_grade2_below, c->ctcae5_wbc_grade3_below, c->ctcae5_wbc_grade4_below};
  case B7_CTCAE_LYMPHOCYTES:
    return (Cuts){c->ctcae5_lym_grade2_below, c->ctcae5_lym_grade3_below, c->ctcae5_lym_grade4_below};
  case B7_CTCAE_CD4:
    return (Cuts){c->ctcae5_cd4_grade2_below, c->ctcae5_cd4_grade3_below, c->ctcae5_cd4_grade4_below};
  case B7_CTCAE_TERMS:
    break;
  }
  return (Cuts){-INFINITY, -INFINITY, -INFINITY};
}

B7Quantity b7_ctcae_quantity(B7CtcaeTerm term) {
  static const B7Quantity quantities[B7_CTCAE_TERMS] = {B7_QUANTITY_ANC,         B7_QUANTITY_PLATELETS,
                                                        B7_QUANTITY_HAEMOGLOBIN, B7_QUANTITY_LEUKOCYTES,
                                                        B7_QUANTITY_LYMPHOCYTES, B7_QUANTITY_CD4};
  return quantities[term];
}

double b7_ctcae_usual_limit(const B7Criteria *criteria, B7CtcaeTerm term) {
  switch (term) {
  case B7_CTCAE_NEUTROPHILS:
    return criteria->normal_lln_neut;
  case B7_CTCAE_PLATELETS:
    return criteria->normal_lln_plt;
  case B7_CTCAE_ANAEMIA:
    return criteria->normal_lln_hb;
  case B7_CTCAE_LEUKOCYTES:
    return criteria->normal_lln_wbc;
  case B7_CTCAE_LYMPHOCYTES:
    return criteria->normal_lln_lym;
  case B7_CTCAE_CD4:
    return criteria->normal_lln_cd4;
  case B7_CTCAE_TERMS:
    break;
  }
  return NAN;
}

static B7Finding version_6(const B7Criteria *c, B7CtcaeTerm term, double value) {
  // only the neutrophil rows of version 6 were read
  if (term != B7_CTCAE_NEUTROPHILS) return b7_finding_none(B7_RULE_ctcae6, B7_NOT_EVALUABLE, 0);
  return b7_finding(B7_RULE_ctcae6,
                    (value < c->ctcae6_neut_grade1_below) + (value < c->ctcae6_neut_grade2_below) +
                        (value < c->ctcae6_neut_grade3_below) + (value < c->ctcae6_neut_grade4_below));
}

B7Finding b7_ctcae_grade(const B7Criteria *criteria, int32_t version, B7CtcaeTerm term, double value,
                         double limit_normal) {
  const B7RuleIndex rule = version == 6 ? B7_RULE_ctcae6 : B7_RULE_ctcae5;
  const uint64_t bit = UINT64_C(1) << b7_ctcae_quantity(term);
  if (isnan(value)) return b7_finding_none(rule, B7_NOT_EVALUABLE, bit);
  B7Finding finding;
  if (version == 6) {
    finding = version_6(criteria, term, value);
  } else {
    const Cuts cuts = cuts_of(criteria, term);
    const int32_t deep = (value < cuts.grade2) + (value < cuts.grade3) + (value < cuts.grade4);
    if (deep > 0)
      finding = b7_finding(rule, deep + 1);
    else if (isnan(limit_normal))
      finding = b7_finding_none(rule, B7_NOT_EVALUABLE, 0); // 0 or 1: needs the limit of normal
    else
      finding = b7_finding(rule, value < limit_normal);
  }
  finding.value = value;
  finding.deciding = bit;
  return finding;
}

B7Finding b7_ctcae_anaemia(const B7Finding *by_value, bool transfusion_indicated, bool life_threatening) {
  B7Finding finding = *by_value;
  const int32_t least = life_threatening ? 4 : transfusion_indicated ? 3 : 0;
  if (least == 0 || finding.code >= least) return finding;
  finding.code = finding.low = finding.high = least;
  finding.evaluable = B7_EVALUABLE;
  finding.deciding |= B7_BIT(RED_CELL_TRANSFUSION);
  return finding;
}
