#include "treat/dose.h"

#include <string.h>

static const struct {
  const char *name;
  double base_per_unit;
  B7DoseKind kind;
} UNITS[] = {
    {"ug", 1e-3, B7_DOSE_MASS_MG},     {"mg", 1.0, B7_DOSE_MASS_MG},        {"g", 1e3, B7_DOSE_MASS_MG},
    {"Gy", 1.0, B7_DOSE_RADIATION_GY}, {"cGy", 1e-2, B7_DOSE_RADIATION_GY}, {"IU", 1.0, B7_DOSE_ACTIVITY_IU},
    {"MIU", 1e6, B7_DOSE_ACTIVITY_IU}, {"cell", 1.0, B7_DOSE_CELLS},        {"cells", 1.0, B7_DOSE_CELLS},
};

bool b7_dose_unit(const char *unit, double *base_per_unit, B7DoseKind *kind, B7DoseBasis *basis) {
  const char *slash = strchr(unit, '/');
  size_t length = slash ? (size_t)(slash - unit) : strlen(unit);
  if (!slash) {
    *basis = B7_DOSE_FLAT;
  } else if (strcmp(slash, "/m2") == 0) {
    *basis = B7_DOSE_PER_M2;
  } else if (strcmp(slash, "/kg") == 0) {
    *basis = B7_DOSE_PER_KG;
  } else {
    return false;
  }
  for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
    if (strlen(UNITS[i].name) != length || strncmp(unit, UNITS[i].name, length) != 0) continue;
    *base_per_unit = UNITS[i].base_per_unit;
    *kind = UNITS[i].kind;
    return true;
  }
  return false;
}

const char *b7_dose_unit_name(B7DoseKind kind, B7DoseBasis basis) {
  static const char *const NAMES[4][3] = {{"mg", "mg/m2", "mg/kg"},
                                          {"Gy", "Gy/m2", "Gy/kg"},
                                          {"IU", "IU/m2", "IU/kg"},
                                          {"cells", "cells/m2", "cells/kg"}};
  return NAMES[kind][basis];
}

void b7_dose_powers(B7DoseBasis from, B7DoseBasis to, int32_t power[2]) {
  power[0] = (from == B7_DOSE_PER_M2) - (to == B7_DOSE_PER_M2);
  power[1] = (from == B7_DOSE_PER_KG) - (to == B7_DOSE_PER_KG);
}

double b7_dose_on(const B7Dose *dose, B7DoseBasis to, double bsa_m2, double weight_kg) {
  int32_t power[2];
  b7_dose_powers(dose->basis, to, power);
  double factor = power[0] > 0 ? bsa_m2 : power[0] < 0 ? 1.0 / bsa_m2 : 1.0;
  factor *= power[1] > 0 ? weight_kg : power[1] < 0 ? 1.0 / weight_kg : 1.0;
  return dose->amount * factor;
}
