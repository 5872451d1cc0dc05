/* unit_converter.h - unit conversion that reads the unit database only when two units differ: most courses are
 * written in the units that the tables use, and reading the database costs more than reading the course.
 * Authoring leg. */
#ifndef B7_DOCUMENT_UNIT_CONVERTER_H
#define B7_DOCUMENT_UNIT_CONVERTER_H

#include "document/units.h"

/* Zero-initialise with hooks; end with b7_converter_close. */
typedef struct B7Converter {
  const B7Hooks *hooks; /* Nullable */
  B7Units *units;       /* NULL until first needed */
} B7Converter;

typedef enum B7Convertible { B7_CONVERTIBLE_YES, B7_CONVERTIBLE_UNKNOWN, B7_CONVERTIBLE_OTHER } B7Convertible;

/* *value from one unit to another, in place. *can says whether `from` is no unit at all, or a unit of
 *something else; then value stays. Fails only when the unit database cannot be read. */
B7Status b7_converter_apply(B7Converter *converter, const char *from, const char *to, double *value,
                            B7Convertible *can, B7Error *error);
/* The same for what a laboratory measured, rounded to 12 digits, so that a limit compares as written. Beyond
 * apply: a count without a name counts what `to` counts (/uL is cell/uL or copies/uL there), cells count where
 * `to` names nothing, and with grams_per_mole (NAN: unknown) mass and amount of substance convert. */
B7Status b7_converter_measured(B7Converter *converter, const char *from, const char *to,
                               double grams_per_mole, double *value, B7Convertible *can, B7Error *error);
/* Why `unit` is none, in one sentence; "" when it is one, or when no database is open. */
void b7_converter_reason(const B7Converter *converter, const char *unit, char *reason, size_t size);
void b7_converter_close(B7Converter *converter);

#endif
