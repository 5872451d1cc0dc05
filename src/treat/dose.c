/* dose.c - units of doses, and doses on another basis. */
#include "treat/dose.h"

#include <string.h>

#include "base/unit_text.h"

static const struct {
  const char *name;
  double base_per_unit;
  B7DoseKind kind;
} COUNTED[] = {
    {"ng", 1e-6, B7_DOSE_KIND_MASS_MG},       {"ug", 1e-3, B7_DOSE_KIND_MASS_MG},
    {"mg", 1.0, B7_DOSE_KIND_MASS_MG},        {"g", 1e3, B7_DOSE_KIND_MASS_MG},
    {"Gy", 1.0, B7_DOSE_KIND_RADIATION_GY},   {"cGy", 1e-2, B7_DOSE_KIND_RADIATION_GY},
    {"mGy", 1e-3, B7_DOSE_KIND_RADIATION_GY}, {"IU", 1.0, B7_DOSE_KIND_ACTIVITY_IU},
    {"kIU", 1e3, B7_DOSE_KIND_ACTIVITY_IU},   {"MIU", 1e6, B7_DOSE_KIND_ACTIVITY_IU},
    {"cell", 1.0, B7_DOSE_KIND_CELLS},        {"cells", 1.0, B7_DOSE_KIND_CELLS},
    {"Mcell", 1e6, B7_DOSE_KIND_CELLS},       {"Mcells", 1e6, B7_DOSE_KIND_CELLS},
    {"Gcell", 1e9, B7_DOSE_KIND_CELLS},
};

/* the body that a dose is per: none, m2 or kg; false when something else is left in the denominator */
static bool take_basis(B7UnitText *unit, B7DoseBasis *basis) {
  int32_t metre = b7_unit_text_take(unit, "m"), kilogram = b7_unit_text_take(unit, "kg");
  *basis = metre ? B7_DOSE_BASIS_PER_M2 : kilogram ? B7_DOSE_BASIS_PER_KG : B7_DOSE_BASIS_FLAT;
  return (metre == 0 && kilogram == 0) || (metre == -2 && kilogram == 0) || (metre == 0 && kilogram == -1);
}

B7Status b7_dose_unit(const char *text, double *base_per_unit, B7DoseKind *kind, B7DoseBasis *basis,
                      B7Error *error) {
  B7UnitText unit;
  B7_TRY(b7_unit_text_read(text, &unit, error));
  bool body = take_basis(&unit, basis);
  // UCUM counts cells without naming them: 10*6/kg
  bool unnamed =
      body && unit.n_term == 0 && *basis != B7_DOSE_BASIS_FLAT && (unit.exponent != 0 || *text == '/');
  for (size_t i = 0; body && i < sizeof COUNTED / sizeof COUNTED[0]; i++) {
    bool named =
        unit.n_term == 1 && unit.terms[0].power == 1 && strcmp(unit.terms[0].symbol, COUNTED[i].name) == 0;
    if (!named && !(unnamed && strcmp(COUNTED[i].name, "cell") == 0)) continue;
    *base_per_unit = COUNTED[i].base_per_unit * b7_unit_text_factor(&unit);
    *kind = COUNTED[i].kind;
    return B7_OK;
  }
  return b7_fail(error, B7_ERROR_INPUT, "'%s' is not a unit of doses", text);
}

const char *b7_dose_unit_name(B7DoseKind kind, B7DoseBasis basis) {
  static const char *const NAMES[4][3] = {{"mg", "mg/m2", "mg/kg"},
                                          {"Gy", "Gy/m2", "Gy/kg"},
                                          {"IU", "IU/m2", "IU/kg"},
                                          {"cells", "cells/m2", "cells/kg"}};
  return NAMES[kind][basis];
}

void b7_dose_powers(B7DoseBasis from, B7DoseBasis to, int32_t power[2]) {
  power[0] = (from == B7_DOSE_BASIS_PER_M2) - (to == B7_DOSE_BASIS_PER_M2);
  power[1] = (from == B7_DOSE_BASIS_PER_KG) - (to == B7_DOSE_BASIS_PER_KG);
}

double b7_dose_on(const B7Dose *dose, B7DoseBasis to, double bsa_m2, double weight_kg) {
  int32_t power[2];
  b7_dose_powers(dose->basis, to, power);
  double factor = power[0] > 0 ? bsa_m2 : power[0] < 0 ? 1.0 / bsa_m2 : 1.0;
  factor *= power[1] > 0 ? weight_kg : power[1] < 0 ? 1.0 / weight_kg : 1.0;
  return dose->amount * factor;
}
