#include "assess/rules/graft_failure.h"

double b7_graft_failure_limit_day(const B7Criteria *criteria, B7GraftSource source) {
  return source == B7_GRAFT_SOURCE_CORD ? criteria->graft_failure_limit_day_cord
                                        : criteria->graft_failure_limit_day;
}

static B7Finding failure(B7GraftFailureClass code, uint64_t deciding) {
  B7Finding finding = b7_finding(B7_RULE_graft_failure, (int32_t)code);
  finding.deciding = deciding;
  return finding;
}

B7Finding b7_graft_failure(const B7Criteria *criteria, const B7GraftFacts *facts) {
  const B7GraftFacts *f = facts;
  const double limit = b7_graft_failure_limit_day(criteria, f->source);
  const bool recovered_in_time = f->highest_anc_by_limit_per_ul >= criteria->neutrophils_threshold_per_ul ||
                                 f->neutrophil_recovery_day <= limit;
  const bool recovered = recovered_in_time || !isnan(f->neutrophil_recovery_day);

  if (f->donor_pct < criteria->chimerism_loss_below_pct && recovered)
    return failure(B7_GRAFT_FAILURE_PRIMARY_AUTOLOGOUS, B7_BIT(CHIMERISM) | B7_BIT(ANC));
  if (recovered && f->later_decline > 0 && f->poor_function > 0) {
    B7Finding finding = failure(B7_GRAFT_FAILURE_NONE, B7_BIT(ANC) | B7_BIT(CHIMERISM));
    finding.flags |= B7_FLAG_POOR_GRAFT_FUNCTION;
    return finding;
  }
  if (recovered && f->later_decline > 0 && f->other_explanation > 0) {
    B7Finding finding = failure(B7_GRAFT_FAILURE_NONE, B7_BIT(ANC));
    finding.flags |= B7_FLAG_EXPLAINED;
    return finding;
  }
  if (recovered && f->later_decline > 0) {
    if (isnan(f->poor_function)) {
      B7Finding finding = b7_finding_range(B7_RULE_graft_failure, B7_GRAFT_FAILURE_NONE,
                                           B7_GRAFT_FAILURE_SECONDARY, B7_BIT(CHIMERISM));
      finding.deciding = B7_BIT(ANC) | B7_BIT(PLATELETS) | B7_BIT(HAEMOGLOBIN);
      return finding;
    }
    if (f->support_needed > 0)
      return failure(B7_GRAFT_FAILURE_SECONDARY, B7_BIT(ANC) | B7_BIT(PLATELETS) | B7_BIT(HAEMOGLOBIN));
    if (isnan(f->support_needed))
      return b7_finding_range(B7_RULE_graft_failure, B7_GRAFT_FAILURE_NONE, B7_GRAFT_FAILURE_SECONDARY,
                              B7_BIT(PLATELET_TRANSFUSION) | B7_BIT(GROWTH_FACTOR));
  }
  if (recovered_in_time) return failure(B7_GRAFT_FAILURE_NONE, B7_BIT(ANC));

  // not recovered by the limit, or not known
  if (f->last_day < limit) {
    B7Finding finding = b7_finding_none(B7_RULE_graft_failure, B7_NOT_EVALUABLE, B7_BIT(ANC));
    finding.flags |= B7_FLAG_EARLY_DEATH;
    return finding;
  }
  if (isnan(f->highest_anc_by_limit_per_ul) && !recovered)
    return b7_finding_none(B7_RULE_graft_failure, B7_NOT_EVALUABLE, B7_BIT(ANC));
  if (isnan(f->pancytopenia))
    return b7_finding_range(B7_RULE_graft_failure, B7_GRAFT_FAILURE_NONE, B7_GRAFT_FAILURE_PRIMARY,
                            B7_BIT(PLATELETS) | B7_BIT(HAEMOGLOBIN));
  if (!(f->pancytopenia > 0)) return failure(B7_GRAFT_FAILURE_NONE, B7_BIT(ANC) | B7_BIT(PLATELETS));
  if (f->other_explanation > 0) {
    B7Finding finding = failure(B7_GRAFT_FAILURE_NONE, B7_BIT(ANC) | B7_BIT(PLATELETS) | B7_BIT(HAEMOGLOBIN));
    finding.flags |= B7_FLAG_EXPLAINED;
    return finding;
  }
  return failure(f->donor_pct < criteria->chimerism_loss_below_pct ? B7_GRAFT_FAILURE_PRIMARY_AUTOLOGOUS
                                                                   : B7_GRAFT_FAILURE_PRIMARY,
                 B7_BIT(ANC) | B7_BIT(PLATELETS) | B7_BIT(HAEMOGLOBIN));
}

static B7Finding poor(bool yes, uint64_t deciding) {
  B7Finding finding = b7_finding(B7_RULE_pgf, yes);
  finding.deciding = deciding;
  return finding;
}

B7Finding b7_graft_function(const B7Criteria *criteria, B7GraftFunctionRule rule,
                            const B7GraftFunction *function) {
  const B7Criteria *c = criteria;
  const B7GraftFunction *g = function;
  if (rule == B7_PGF_CLINICAL) {
    if (isnan(g->support_needed))
      return b7_finding_none(B7_RULE_pgf, B7_NOT_EVALUABLE,
                             B7_BIT(PLATELET_TRANSFUSION) | B7_BIT(GROWTH_FACTOR));
    return poor(g->support_needed > 0 && !(g->other_explanation > 0) && !(g->relapse > 0),
                B7_BIT(PLATELET_TRANSFUSION) | B7_BIT(RED_CELL_TRANSFUSION) | B7_BIT(GROWTH_FACTOR));
  }
  const uint64_t counts = B7_BIT(HAEMOGLOBIN) | B7_BIT(ANC) | B7_BIT(PLATELETS);
  const int32_t lineages = (g->hb_g_per_l < c->pgf_hb_below) + (g->anc_10e9_per_l < c->pgf_anc_below) +
                           (g->platelets_10e9_per_l < c->pgf_plt_below);
  const int32_t unknown = isnan(g->hb_g_per_l) + isnan(g->anc_10e9_per_l) + isnan(g->platelets_10e9_per_l);
  const bool wide = rule == B7_PGF_WIDE;
  const int32_t wanted = wide ? (int32_t)c->pgf_wide_lineages : 3;
  const bool time = wide ? g->consecutive_days > c->pgf_wide_days && g->from_day > c->pgf_from_day
                         : g->consecutive_days >= c->pgf_days && g->from_day >= c->pgf_from_day;
  const bool donor =
      wide ? g->donor_pct >= c->pgf_wide_donor_pct : g->donor_pct > c->chimerism_full_above_pct;
  const bool excluded = g->relapse > 0 || g->other_explanation > 0 || (!wide && g->severe_gvhd > 0);
  if (lineages + unknown < wanted || !time || excluded) return poor(false, counts);
  if (lineages < wanted) return b7_finding_range(B7_RULE_pgf, 0, 1, counts);
  if (isnan(g->donor_pct)) return b7_finding_range(B7_RULE_pgf, 0, 1, B7_BIT(CHIMERISM));
  return poor(donor, counts | B7_BIT(CHIMERISM));
}
