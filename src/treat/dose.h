/* dose.h - a dose as written ("200 mg/m2", "1.5e6 cells/kg") as an amount on a basis. Running leg. */
#ifndef B7_TREAT_DOSE_H
#define B7_TREAT_DOSE_H

#include "base/status.h"

typedef enum B7DoseBasis { B7_DOSE_BASIS_FLAT, B7_DOSE_BASIS_PER_M2, B7_DOSE_BASIS_PER_KG } B7DoseBasis;
/* What is counted; amounts of one kind are kept in that kind's base unit. */
typedef enum B7DoseKind {
  B7_DOSE_KIND_MASS_MG,
  B7_DOSE_KIND_RADIATION_GY,
  B7_DOSE_KIND_ACTIVITY_IU,
  B7_DOSE_KIND_CELLS
} B7DoseKind;

typedef struct B7Dose {
  double amount; /* in the base unit of kind, on the basis */
  B7DoseKind kind;
  B7DoseBasis basis;
} B7Dose;

/* A dose unit in the grammar of base/unit_text.h, such as "mg/m2", "g", "cells/kg", "10*6/kg", "U/m2", "Gy":
 * base units in one of it, its kind and basis. INPUT with the reason when it is none. */
B7Status b7_dose_unit(const char *unit, double *base_per_unit, B7DoseKind *kind, B7DoseBasis *basis,
                      B7Error *error);
/* "mg/m2" for a kind and basis; what messages and bars print. */
const char *b7_dose_unit_name(B7DoseKind kind, B7DoseBasis basis);
/* Body measures to which powers turn an amount on one basis into an amount on another: [0] body surface, [1]
 * weight. */
void b7_dose_powers(B7DoseBasis from, B7DoseBasis to, int32_t power[2]);
/* The amount on another basis for one body. */
double b7_dose_on(const B7Dose *dose, B7DoseBasis to, double bsa_m2, double weight_kg);

#endif
