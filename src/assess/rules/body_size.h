/* body_size.h - body surface, ideal and adjusted weight. Running leg. */
#ifndef B7_ASSESS_RULES_BODY_SIZE_H
#define B7_ASSESS_RULES_BODY_SIZE_H

#include "assess/rules/criteria.h"

typedef enum B7BsaFormula {
  B7_BSA_MOSTELLER,
  B7_BSA_DUBOIS,
  B7_BSA_HAYCOCK,
  B7_BSA_GEHAN_GEORGE,
  B7_BSA_BOYD,
  B7_BSA_FUJIMOTO,
  B7_BSA_FORMULAS
} B7BsaFormula;

typedef enum B7Sex { B7_SEX_UNKNOWN, B7_SEX_MALE, B7_SEX_FEMALE } B7Sex;

/* Body surface in m2. Height is never imputed: NaN height or weight gives an INPUT error, as do values
 * outside what is plausible. */
B7Status b7_bsa_m2(const B7Criteria *criteria, B7BsaFormula formula, double height_cm, double weight_kg,
                   double *bsa_m2, B7Error *error);
/* Ideal weight in kg: Devine for adults (age NaN counts as adult), the children's form from 1 to 17 years,
   the actual weight below one year. weight_kg may be NaN except below one year; below five feet the adult
   form falls no lower than the actual weight. *below_five_feet (Nullable). Unknown sex is an INPUT error
   where the form needs it. */
B7Status b7_ideal_weight_kg(const B7Criteria *criteria, double height_cm, double weight_kg, double age_years,
                            B7Sex sex, double *ideal_kg, bool *below_five_feet, B7Error *error);
/* ideal + share * (actual - ideal). */
double b7_adjusted_weight_kg(double ideal_kg, double actual_kg, double share);
/* kg/m2 */
double b7_body_mass_index(double height_cm, double weight_kg);
/* Body surface is computed anew when the weight has changed by more than a tenth, or at a new cycle. */
bool b7_bsa_stale(const B7Criteria *criteria, double weight_then_kg, double weight_now_kg, bool new_cycle);

#endif
