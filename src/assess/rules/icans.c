#include "assess/rules/icans.h"

static int32_t ice_grade(const B7Criteria *criteria, double ice) {
  if (ice >= criteria->icans_ice_normal) return 0;
  if (ice >= criteria->icans_ice_grade1_low) return 1;
  return ice >= criteria->icans_ice_grade2_low ? 2 : 3;
}

static int32_t capd_grade(const B7Criteria *criteria, double capd) {
  if (capd == B7_CAPD_UNABLE) return 4;
  if (capd >= criteria->icans_capd_grade3_low) return 3;
  return capd > 0 ? 1 : 0;
}

bool b7_icans_uses_capd(const B7Criteria *criteria, double age_years, bool developmental_delay,
                        bool *boundary) {
  *boundary = age_years == criteria->icans_ice_age_years && !developmental_delay;
  return developmental_delay || age_years < criteria->icans_ice_age_years;
}

// signs carry their grade; not examined counts as none
static int32_t sign_grade(double sign) {
  return isnan(sign) ? 0 : (int32_t)sign;
}

B7Finding b7_icans_grade(const B7Criteria *criteria, const B7IcansDay *day) {
  if (day->death_by_icans) return b7_finding(B7_RULE_icans, 5);
  // a deeply sedated or unconscious child cannot be scored: consciousness decides
  const bool capd_allowed = !(day->rass <= criteria->icans_rass_no_capd);
  const struct {
    double value;
    int32_t grade;
    uint64_t bit;
  } domains[] = {
      {day->child ? (capd_allowed ? day->capd : NAN) : day->ice,
       day->child ? capd_grade(criteria, day->capd) : ice_grade(criteria, day->ice),
       day->child ? B7_BIT(CAPD) : B7_BIT(ICE)},
      {day->consciousness, sign_grade(day->consciousness), B7_BIT(CONSCIOUSNESS)},
      {day->seizure, sign_grade(day->seizure), B7_BIT(SEIZURE)},
      {day->motor, sign_grade(day->motor), B7_BIT(MOTOR)},
      {day->oedema, sign_grade(day->oedema), B7_BIT(OEDEMA)},
  };
  B7Finding finding = b7_finding(B7_RULE_icans, 0);
  for (int i = 0; i < 5; i++) {
    if (isnan(domains[i].value)) {
      finding.missing |= domains[i].bit;
      continue;
    }
    if (domains[i].grade < finding.code || domains[i].grade == 0) continue;
    if (domains[i].grade > finding.code) finding.deciding = 0;
    finding.code = domains[i].grade;
    finding.deciding |= domains[i].bit;
    finding.value = domains[i].value;
  }
  finding.low = finding.code;
  finding.high = finding.missing ? 4 : finding.code;
  if (finding.missing) finding.evaluable = B7_PARTIAL;
  if (isnan(domains[0].value) && isnan(domains[1].value) && finding.code < 3)
    return b7_finding_none(B7_RULE_icans, B7_NOT_EVALUABLE, finding.missing);
  return finding;
}
