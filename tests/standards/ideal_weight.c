/* ideal_weight.c - body size for the published dosing cases: checked body surface, ideal and adjusted weight. */
#include "standards/ideal_weight.h"

#include <math.h>
#include <stdbool.h>

#define HEIGHT_LOW_CM 40.0
#define HEIGHT_HIGH_CM 230.0
#define BSA_LOW_M2 0.15
#define BSA_HIGH_M2 3.5
// Devine 1974: kg at five feet, and for each inch above
#define DEVINE_MALE_KG 50.0
#define DEVINE_FEMALE_KG 45.5
#define DEVINE_KG_PER_INCH 2.3
#define DEVINE_BASE_INCH 60.0
#define CM_PER_INCH 2.54
// Traub and Johnson 1980: children from 1 to 17 years
#define CHILD_FACTOR 1.65
#define CHILD_MALE_KG 39.0
#define CHILD_FEMALE_KG 42.2
#define CHILD_KG_PER_INCH 2.27
#define CHILD_FIRST_YEAR 1.0
#define ADULT_FIRST_YEAR 18.0

static B7Status check(const char *what, double value, double low, double high, const char *unit,
                      B7Error *error) {
  if (value >= low && value <= high) return B7_OK;
  if (isnan(value)) return b7_fail(error, B7_ERROR_INPUT, "%s is missing: it is never imputed", what);
  return b7_fail(error, B7_ERROR_INPUT, "%s %g %s is outside %g to %g", what, value, unit, low, high);
}

B7Status bsa_checked_m2(B7BodyFormula formula, double height_cm, double weight_kg, double *bsa_m2,
                        B7Error *error) {
  B7_TRY(check("height", height_cm, HEIGHT_LOW_CM, HEIGHT_HIGH_CM, "cm", error));
  B7_TRY(check("weight", weight_kg, WEIGHT_LOW_KG, WEIGHT_HIGH_KG, "kg", error));
  *bsa_m2 = b7_body_surface_m2(formula, height_cm, weight_kg);
  return check("body surface", *bsa_m2, BSA_LOW_M2, BSA_HIGH_M2, "m2", error);
}

B7Status ideal_weight_kg(double height_cm, double weight_kg, double age_years, B7Sex sex, double *ideal_kg,
                         B7Error *error) {
  if (age_years < CHILD_FIRST_YEAR) {
    B7_TRY(check("weight", weight_kg, WEIGHT_LOW_KG, WEIGHT_HIGH_KG, "kg", error));
    *ideal_kg = weight_kg;
    return B7_OK;
  }
  B7_TRY(check("height", height_cm, HEIGHT_LOW_CM, HEIGHT_HIGH_CM, "cm", error));
  const double inches_over = height_cm / CM_PER_INCH - DEVINE_BASE_INCH;
  const bool child = age_years < ADULT_FIRST_YEAR;
  if (child && inches_over < 0) {
    *ideal_kg = height_cm * height_cm * CHILD_FACTOR / 1000;
    return B7_OK;
  }
  if (sex == B7_SEX_UNKNOWN)
    return b7_fail(error, B7_ERROR_INPUT, "sex is missing: ideal weight is not computed without it");
  const bool male = sex == B7_SEX_MALE;
  if (child) {
    *ideal_kg = (male ? CHILD_MALE_KG : CHILD_FEMALE_KG) + CHILD_KG_PER_INCH * inches_over;
    return B7_OK;
  }
  const double base = male ? DEVINE_MALE_KG : DEVINE_FEMALE_KG;
  double ideal = base + DEVINE_KG_PER_INCH * inches_over;
  if (inches_over < 0 && weight_kg > ideal) ideal = fmin(weight_kg, base);
  *ideal_kg = ideal;
  return B7_OK;
}

double adjusted_weight_kg(double ideal_kg, double actual_kg, double share) {
  return ideal_kg + share * (actual_kg - ideal_kg);
}

double body_mass_index(double height_cm, double weight_kg) {
  return weight_kg / (height_cm * height_cm / 1e4);
}
