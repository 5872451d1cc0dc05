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

// a sign that is only said to be present has one of the grades that the table gives to it; not examined counts as none
static int32_t sign_low(double sign, double present_low) {
  return isnan(sign) ? 0 : (int32_t)(sign == B7_SIGN_PRESENT ? present_low : sign);
}

static int32_t sign_high(double sign, const B7Criteria *criteria) {
  return isnan(sign) ? 0 : (int32_t)(sign == B7_SIGN_PRESENT ? criteria->icans_sign_high : sign);
}

B7Finding b7_icans_grade(const B7Criteria *criteria, const B7IcansDay *day) {
  if (day->death_by_icans) return b7_finding(B7_RULE_icans, 5);
  // a deeply sedated or unconscious child cannot be scored: consciousness decides
  const bool capd_allowed = !(day->rass <= criteria->icans_rass_no_capd);
  const B7Criteria *c = criteria;
  const int32_t score = day->child ? capd_grade(c, day->capd) : isnan(day->ice) ? 0 : ice_grade(c, day->ice);
  const int32_t motor = day->motor > 0 ? (int32_t)c->icans_motor_grade : 0;
  const struct {
    double value;
    int32_t low, high;
    uint64_t bit;
  } domains[] = {
      {day->child ? (capd_allowed ? day->capd : NAN) : day->ice, score, score,
       day->child ? B7_BIT(CAPD) : B7_BIT(ICE)},
      {day->consciousness, sign_low(day->consciousness, c->icans_consciousness_present_low),
       sign_high(day->consciousness, c), B7_BIT(CONSCIOUSNESS)},
      {day->seizure, sign_low(day->seizure, c->icans_seizure_present_low), sign_high(day->seizure, c),
       B7_BIT(SEIZURE)},
      {day->motor, motor, motor, B7_BIT(MOTOR)},
      {day->oedema, sign_low(day->oedema, c->icans_oedema_present_low), sign_high(day->oedema, c),
       B7_BIT(OEDEMA)},
  };
  B7Finding finding = b7_finding(B7_RULE_icans, 0);
  for (int i = 0; i < 5; i++) {
    if (isnan(domains[i].value)) {
      finding.missing |= domains[i].bit;
      finding.high = (int32_t)c->icans_sign_high;
      continue;
    }
    finding.high = b7_max_grade(finding.high, domains[i].high);
    // what kind of seizure, how far the swelling: to be told
    if (domains[i].high > domains[i].low) finding.missing |= domains[i].bit;
    if (domains[i].low < finding.code || domains[i].low == 0) continue;
    if (domains[i].low > finding.code) finding.deciding = 0;
    finding.code = domains[i].low;
    finding.deciding |= domains[i].bit;
    finding.value = domains[i].value;
  }
  finding.low = finding.code;
  if (finding.high > finding.code)
    finding.evaluable = B7_PARTIAL;
  else
    finding.missing = 0;
  if (isnan(domains[0].value) && isnan(domains[1].value) && finding.code < 3)
    return b7_finding_none(B7_RULE_icans, B7_NOT_EVALUABLE, finding.missing);
  return finding;
}
