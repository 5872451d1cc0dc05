/* units.h - units as laboratories, UCUM or UDUNITS write them (base/unit_text.h), looked up in UDUNITS-2.
 * Authoring leg. Beyond UDUNITS: cell, cells, Gcell, copies, dose (reference doses of a drug) and IU are base
 * units of their own.
 */
#ifndef B7_DOCUMENT_UNITS_H
#define B7_DOCUMENT_UNITS_H

#include "base/memory.h"
#include "base/status.h"

typedef struct B7Units B7Units;

B7Status b7_units_make(const B7Hooks *hooks, B7Units **out, B7Error *error);
void b7_units_free(B7Units *units);
/* true when the string is a unit ("1" and "" are dimensionless). */
bool b7_units_known(const B7Units *units, const char *unit);
/* The same, with INPUT and the reason where it is none. */
B7Status b7_units_check(const B7Units *units, const char *unit, B7Error *error);
/* true when both are known and of the same dimension. */
bool b7_units_convertible(const B7Units *units, const char *from, const char *to);
/* value * scale + offset converts from -> to. B7_ERROR_INPUT when not convertible. */
B7Status b7_units_conversion(const B7Units *units, const char *from, const char *to, double *scale,
                             double *offset, B7Error *error);
/* A unit as a factor times powers of base units: exponents of B7_UNIT_BASES in that order. false when
 * unknown. */
#define B7_UNIT_BASE_LIST(X)                                                                                 \
  X(second) X(metre) X(kilogram) X(kelvin) X(mole) X(ampere) X(candela) X(cell) X(copy) X(dose) X(activity)
typedef enum B7UnitBase {
#define B7_UNIT_BASE_ENUM(name) B7_UNIT_##name,
  B7_UNIT_BASE_LIST(B7_UNIT_BASE_ENUM)
#undef B7_UNIT_BASE_ENUM
      B7_UNIT_BASES
} B7UnitBase;
bool b7_units_dimension(const B7Units *units, const char *unit, double *factor, int exponents[B7_UNIT_BASES]);

#endif
