/* body_surface.c - body surface from height and weight, by the formulas in use. */
#include "treat/body_surface.h"

#include <math.h>

double b7_body_surface_m2(B7BodyFormula formula, double height_cm, double weight_kg) {
  const double weight_g = 1000 * weight_kg;
  switch (formula) {
  case B7_BODY_NONE:
    break;
  case B7_BODY_MOSTELLER:
    return sqrt(height_cm * weight_kg / 3600);
  case B7_BODY_DU_BOIS:
    return 0.007184 * pow(weight_kg, 0.425) * pow(height_cm, 0.725);
  case B7_BODY_HAYCOCK:
    return 0.024265 * pow(weight_kg, 0.5378) * pow(height_cm, 0.3964);
  case B7_BODY_GEHAN_GEORGE:
    return 0.0235 * pow(height_cm, 0.42246) * pow(weight_kg, 0.51456);
  case B7_BODY_BOYD:
    return 0.0003207 * pow(height_cm, 0.3) * pow(weight_g, 0.7285 - 0.0188 * log10(weight_g));
  case B7_BODY_FUJIMOTO:
    return 0.008883 * pow(height_cm, 0.663) * pow(weight_kg, 0.444);
  }
  return NAN;
}
