#include "assess/rules/body_size.h"

#include <math.h>

#include "base/status.h"

static B7Status check(const char *what, double value, double low, double high, const char *unit,
                      B7Error *error) {
  if (value >= low && value <= high) return B7_OK;
  if (isnan(value)) return b7_fail(error, B7_ERROR_INPUT, "%s is missing: it is never imputed", what);
  return b7_fail(error, B7_ERROR_INPUT, "%s %g %s is outside %g to %g", what, value, unit, low, high);
}

B7Status b7_bsa_m2(const B7Criteria *criteria, B7BsaFormula formula, double height_cm, double weight_kg,
                   double *bsa_m2, B7Error *error) {
  const B7Criteria *c = criteria;
  B7_TRY(check("height", height_cm, c->body_height_low_cm, c->body_height_high_cm, "cm", error));
  B7_TRY(check("weight", weight_kg, c->body_weight_low_kg, c->body_weight_high_kg, "kg", error));
  const double h = height_cm, w = weight_kg, gram = 1000 * weight_kg;
  double m2 = NAN;
  switch (formula) {
  case B7_BSA_MOSTELLER:
    m2 = sqrt(h * w / c->body_mosteller_divisor);
    break;
  case B7_BSA_DUBOIS:
    m2 = c->body_dubois_factor * pow(h, c->body_dubois_height_power) * pow(w, c->body_dubois_weight_power);
    break;
  case B7_BSA_HAYCOCK:
    m2 = c->body_haycock_factor * pow(h, c->body_haycock_height_power) * pow(w, c->body_haycock_weight_power);
    break;
  case B7_BSA_GEHAN_GEORGE:
    m2 = c->body_gehan_factor * pow(h, c->body_gehan_height_power) * pow(w, c->body_gehan_weight_power);
    break;
  case B7_BSA_BOYD:
    m2 = c->body_boyd_factor * pow(h, c->body_boyd_height_power) *
         pow(gram, c->body_boyd_weight_power - c->body_boyd_weight_slope * log10(gram));
    break;
  case B7_BSA_FUJIMOTO:
    m2 = c->body_fujimoto_factor * pow(h, c->body_fujimoto_height_power) *
         pow(w, c->body_fujimoto_weight_power);
    break;
  case B7_BSA_FORMULAS:
    return b7_fail(error, B7_ERROR_USAGE, "no such body surface formula");
  }
  B7_TRY(check("body surface", m2, c->body_bsa_low_m2, c->body_bsa_high_m2, "m2", error));
  *bsa_m2 = m2;
  return B7_OK;
}

B7Status b7_ideal_weight_kg(const B7Criteria *criteria, double height_cm, double weight_kg, double age_years,
                            B7Sex sex, double *ideal_kg, bool *below_five_feet, B7Error *error) {
  const B7Criteria *c = criteria;
  if (below_five_feet) *below_five_feet = false;
  if (age_years < c->body_child_first_year) {
    B7_TRY(check("weight", weight_kg, c->body_weight_low_kg, c->body_weight_high_kg, "kg", error));
    *ideal_kg = weight_kg;
    return B7_OK;
  }
  B7_TRY(check("height", height_cm, c->body_height_low_cm, c->body_height_high_cm, "cm", error));
  const double inches_over = height_cm / c->body_cm_per_inch - c->body_devine_base_inch;
  const bool child = age_years < c->body_adult_first_year;
  if (below_five_feet) *below_five_feet = inches_over < 0;
  if (child && inches_over < 0) {
    *ideal_kg = height_cm * height_cm * c->body_child_factor / 1000;
    return B7_OK;
  }
  if (sex == B7_SEX_UNKNOWN)
    return b7_fail(error, B7_ERROR_INPUT, "sex is missing: ideal weight is not computed without it");
  const bool male = sex == B7_SEX_MALE;
  if (child) {
    *ideal_kg =
        (male ? c->body_child_male_kg : c->body_child_female_kg) + c->body_child_kg_per_inch * inches_over;
    return B7_OK;
  }
  const double base = male ? c->body_devine_male_kg : c->body_devine_female_kg;
  double ideal = base + c->body_devine_kg_per_inch * inches_over;
  if (inches_over < 0 && weight_kg > ideal) ideal = fmin(weight_kg, base);
  *ideal_kg = ideal;
  return B7_OK;
}

double b7_adjusted_weight_kg(double ideal_kg, double actual_kg, double share) {
  return ideal_kg + share * (actual_kg - ideal_kg);
}

double b7_body_mass_index(double height_cm, double weight_kg) {
  return weight_kg / (height_cm * height_cm / 1e4);
}

bool b7_bsa_stale(const B7Criteria *criteria, double weight_then_kg, double weight_now_kg, bool new_cycle) {
  return new_cycle ||
         fabs(weight_now_kg - weight_then_kg) > criteria->body_weight_change_recompute * weight_then_kg;
}
