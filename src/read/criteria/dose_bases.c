#include "read/criteria/dose_bases.h"

#include <math.h>

#include "base/status.h"

B7Status b7_dosing_ideal_kg(const B7Criteria *criteria, const B7DoseBody *body, double *ideal_kg,
                            B7Error *error) {
  if (isnan(body->ideal_kg) || body->ideal_kg == 0)
    return b7_ideal_weight_kg(criteria, body->height_cm, body->weight_kg, body->age_years, body->sex,
                              ideal_kg, NULL, error);
  if (!(body->ideal_kg >= criteria->body_weight_low_kg && body->ideal_kg <= criteria->body_weight_high_kg))
    return b7_fail(error, B7_ERROR_INPUT, "ideal weight %g kg lies outside %g to %g", body->ideal_kg,
                   criteria->body_weight_low_kg, criteria->body_weight_high_kg);
  *ideal_kg = body->ideal_kg;
  return B7_OK;
}

B7Status b7_dosing_adjusted_kg(const B7Criteria *criteria, const B7DoseBody *body, double *adjusted_kg,
                               B7Error *error) {
  double ideal_kg;
  B7_TRY(b7_dosing_ideal_kg(criteria, body, &ideal_kg, error));
  if (isnan(body->weight_kg))
    return b7_fail(error, B7_ERROR_INPUT, "weight is missing: adjusted weight needs it");
  *adjusted_kg =
      b7_adjusted_weight_kg(ideal_kg, body->weight_kg,
                            isnan(body->adjusted_share) ? criteria->body_aibw_share : body->adjusted_share);
  return B7_OK;
}

static B7Status basis_value(const B7Criteria *criteria, B7SizeBasis basis, const B7DoseBody *body,
                            double *value, B7Error *error) {
  switch (basis) {
  case B7_SIZE_BASIS_FLAT:
    *value = 1;
    return B7_OK;
  case B7_SIZE_BASIS_PER_M2:
    return b7_bsa_m2(criteria, body->formula, body->height_cm, body->weight_kg, value, error);
  case B7_SIZE_BASIS_PER_KG:
    if (!(body->weight_kg >= criteria->body_weight_low_kg &&
          body->weight_kg <= criteria->body_weight_high_kg))
      return b7_fail(error, B7_ERROR_INPUT, "weight %g kg is missing or outside %g to %g", body->weight_kg,
                     criteria->body_weight_low_kg, criteria->body_weight_high_kg);
    *value = body->weight_kg;
    return B7_OK;
  case B7_SIZE_BASIS_PER_KG_IDEAL:
    return b7_dosing_ideal_kg(criteria, body, value, error);
  case B7_SIZE_BASIS_PER_KG_ADJUSTED:
    return b7_dosing_adjusted_kg(criteria, body, value, error);
  }
  return b7_fail(error, B7_ERROR_USAGE, "no such dose basis");
}

B7Status b7_dose_amount(const B7Criteria *criteria, B7SizeBasis basis, double per_unit, double days,
                        const B7DoseBody *body, double *amount, B7Error *error) {
  if (!(per_unit >= 0) || !(days >= 0))
    return b7_fail(error, B7_ERROR_INPUT, "dose %g for %g days is not a dose", per_unit, days);
  double value;
  B7_TRY(basis_value(criteria, basis, body, &value, error));
  *amount = per_unit * value * days;
  return B7_OK;
}
