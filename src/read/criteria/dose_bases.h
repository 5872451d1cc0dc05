/* dose_bases.h - absolute doses from doses per body size. Running leg. */
#ifndef B7_READ_CRITERIA_DOSE_BASES_H
#define B7_READ_CRITERIA_DOSE_BASES_H

#include "assess/rules/body_size.h"

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
  B7BsaFormula formula;
  double adjusted_share; /* NaN: the criteria's default */
  double ideal_kg;       /* as given; 0 or NaN: computed from height, age and sex */
} B7DoseBody;

/* The ideal weight that was given, else the computed one; its error where it can be neither. */
B7Status b7_dosing_ideal_kg(const B7Criteria *criteria, const B7DoseBody *body, double *ideal_kg,
                            B7Error *error);
/* Ideal weight and a share of what exceeds it; the weight itself must be known. */
B7Status b7_dosing_adjusted_kg(const B7Criteria *criteria, const B7DoseBody *body, double *adjusted_kg,
                               B7Error *error);

/* per_unit * basis * days, unrounded, in the unit of per_unit's numerator. days 1 for a single dose. */
B7Status b7_dose_amount(const B7Criteria *criteria, B7SizeBasis basis, double per_unit, double days,
                        const B7DoseBody *body, double *amount, B7Error *error);

#endif
