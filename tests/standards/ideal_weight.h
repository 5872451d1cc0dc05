/* ideal_weight.h - body size for the published dosing cases: checked body surface, ideal and adjusted weight. */
#ifndef B7_TESTS_STANDARDS_IDEAL_WEIGHT_H
#define B7_TESTS_STANDARDS_IDEAL_WEIGHT_H

#include "base/status.h"
#include "treat/body_surface.h"

typedef enum B7Sex { B7_SEX_UNKNOWN, B7_SEX_MALE, B7_SEX_FEMALE } B7Sex;

/* What a weight must be to be one, kg. */
#define WEIGHT_LOW_KG 2.0
#define WEIGHT_HIGH_KG 300.0
/* Adjusted weight is ideal + this share of (actual - ideal) unless another is named. */
#define ADJUSTED_SHARE 0.4

/* Body surface in m2 (src/treat/body_surface.h). Height is never imputed: NaN height or weight gives an INPUT error, as do
   values outside what is plausible. */
B7Status bsa_checked_m2(B7BodyFormula formula, double height_cm, double weight_kg, double *bsa_m2,
                        B7Error *error);
/* Ideal weight in kg: Devine for adults (age NaN counts as adult), the children's form from 1 to 17 years, the
   actual weight below one year. weight_kg may be NaN except below one year; below five feet the adult form falls
   no lower than the actual weight. Unknown sex is an INPUT error where the form needs it. */
B7Status ideal_weight_kg(double height_cm, double weight_kg, double age_years, B7Sex sex, double *ideal_kg,
                         B7Error *error);
/* ideal + share * (actual - ideal). */
double adjusted_weight_kg(double ideal_kg, double actual_kg, double share);
/* kg/m2 */
double body_mass_index(double height_cm, double weight_kg);

#endif
