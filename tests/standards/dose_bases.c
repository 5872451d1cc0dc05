#include "standards/dose_bases.h"

#include <math.h>

#include "base/status.h"

B7Status b7_dosing_ideal_kg(const B7DoseBody *body, double *ideal_kg, B7Error *error) {
  if (isnan(body->ideal_kg) || body->ideal_kg == 0)
    return ideal_weight_kg(body->height_cm, body->weight_kg, body->age_years, body->sex, ideal_kg, error);
  if (!(body->ideal_kg >= WEIGHT_LOW_KG && body->ideal_kg <= WEIGHT_HIGH_KG))
    return b7_fail(error, B7_ERROR_INPUT, "ideal weight %g kg lies outside %g to %g", body->ideal_kg,
                   WEIGHT_LOW_KG, WEIGHT_HIGH_KG);
  *ideal_kg = body->ideal_kg;
  return B7_OK;
}

B7Status b7_dosing_adjusted_kg(const B7DoseBody *body, double *adjusted_kg, B7Error *error) {
  double ideal_kg;
  B7_TRY(b7_dosing_ideal_kg(body, &ideal_kg, error));
  if (isnan(body->weight_kg))
    return b7_fail(error, B7_ERROR_INPUT, "weight is missing: adjusted weight needs it");
  *adjusted_kg = adjusted_weight_kg(ideal_kg, body->weight_kg,
                                    isnan(body->adjusted_share) ? ADJUSTED_SHARE : body->adjusted_share);
  return B7_OK;
}

static B7Status basis_value(B7SizeBasis basis, const B7DoseBody *body, double *value, B7Error *error) {
  switch (basis) {
  case B7_SIZE_BASIS_FLAT:
    *value = 1;
    return B7_OK;
  case B7_SIZE_BASIS_PER_M2:
    return bsa_checked_m2(body->formula, body->height_cm, body->weight_kg, value, error);
  case B7_SIZE_BASIS_PER_KG:
    if (!(body->weight_kg >= WEIGHT_LOW_KG && body->weight_kg <= WEIGHT_HIGH_KG))
      return b7_fail(error, B7_ERROR_INPUT, "weight %g kg is missing or outside %g to %g", body->weight_kg,
                     WEIGHT_LOW_KG, WEIGHT_HIGH_KG);
    *value = body->weight_kg;
    return B7_OK;
  case B7_SIZE_BASIS_PER_KG_IDEAL:
    return b7_dosing_ideal_kg(body, value, error);
  case B7_SIZE_BASIS_PER_KG_ADJUSTED:
    return b7_dosing_adjusted_kg(body, value, error);
  }
  return b7_fail(error, B7_ERROR_USAGE, "no such dose basis");
}

B7Status b7_dose_amount(B7SizeBasis basis, double per_unit, double days, const B7DoseBody *body,
                        double *amount, B7Error *error) {
  if (!(per_unit >= 0) || !(days >= 0))
    return b7_fail(error, B7_ERROR_INPUT, "dose %g for %g days is not a dose", per_unit, days);
  double value;
  B7_TRY(basis_value(basis, body, &value, error));
  *amount = per_unit * value * days;
  return B7_OK;
}
