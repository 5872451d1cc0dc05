/* dose_bases.h - absolute doses from doses per body size. */
#ifndef B7_TESTS_STANDARDS_DOSE_BASES_H
#define B7_TESTS_STANDARDS_DOSE_BASES_H

#include "standards/ideal_weight.h"

typedef enum B7SizeBasis {
  B7_SIZE_BASIS_FLAT,
  B7_SIZE_BASIS_PER_M2,
  B7_SIZE_BASIS_PER_KG, /* actual weight */
  B7_SIZE_BASIS_PER_KG_IDEAL,
  B7_SIZE_BASIS_PER_KG_ADJUSTED
} B7SizeBasis;

typedef struct B7DoseBody {
  double height_cm, weight_kg, age_years; /* NaN: unknown */
  B7Sex sex;
  B7BodyFormula formula;
  double adjusted_share; /* NaN: ADJUSTED_SHARE */
  double ideal_kg;       /* as given; 0 or NaN: computed from height, age and sex */
} B7DoseBody;

/* The ideal weight that was given, else the computed one; its error where it can be neither. */
B7Status b7_dosing_ideal_kg(const B7DoseBody *body, double *ideal_kg, B7Error *error);
/* Ideal weight and a share of what exceeds it; the weight itself must be known. */
B7Status b7_dosing_adjusted_kg(const B7DoseBody *body, double *adjusted_kg, B7Error *error);

/* per_unit * basis * days, unrounded, in the unit of per_unit's numerator. days 1 for a single dose. */
B7Status b7_dose_amount(B7SizeBasis basis, double per_unit, double days, const B7DoseBody *body,
                        double *amount, B7Error *error);

#endif
