/* unit_converter.c - values from one unit into another. */
#include "document/unit_converter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/unit_text.h"

static B7Status open_database(B7Converter *converter, B7Error *error) {
  return converter->units ? B7_OK : b7_units_make(converter->hooks, &converter->units, error);
}

B7Status b7_converter_apply(B7Converter *converter, const char *from, const char *to, double *value,
                            B7Convertible *can, B7Error *error) {
  double scale, offset;
  *can = B7_CONVERTIBLE_YES;
  if (strcmp(from, to) == 0) return B7_OK;
  B7_TRY(open_database(converter, error));
  if (!b7_units_known(converter->units, from)) {
    *can = B7_CONVERTIBLE_UNKNOWN;
    return B7_OK;
  }
  if (!b7_units_convertible(converter->units, from, to)) {
    *can = B7_CONVERTIBLE_OTHER;
    return B7_OK;
  }
  B7_TRY(b7_units_conversion(converter->units, from, to, &scale, &offset, error));
  *value = *value * scale + offset;
  return B7_OK;
}

/* what a unit counts: its word, "" for none; the word leaves the unit */
static const char *take_counted(B7UnitText *unit) {
  static const char *const WORDS[][2] = {
      {"cell", "cell"}, {"cells", "cell"}, {"copy", "copy"}, {"copies", "copy"}};
  for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
    if (b7_unit_text_take(unit, WORDS[i][0])) return WORDS[i][1];
  return "";
}

/* both units without what they count, where the two count the same thing in a laboratory's words */
static bool same_counted(const char *from, const char *to, char *plain_from, char *plain_to, size_t size) {
  B7UnitText a, b;
  if (b7_unit_text_read(from, &a, NULL) != B7_OK || b7_unit_text_read(to, &b, NULL) != B7_OK) return false;
  // a share or a number of cells alone is no count in something
  if (a.n_term == 0 || b.n_term == 0) return false;
  const char *counted = take_counted(&a), *wanted = take_counted(&b);
  bool same = strcmp(counted, wanted) == 0 || !*counted || (!*wanted && strcmp(counted, "cell") == 0);
  return same && a.n_term && b.n_term && b7_unit_text_write(&a, plain_from, size) &&
         b7_unit_text_write(&b, plain_to, size);
}

/* mass into amount of substance and back, through the molar mass */
static B7Status through_molar_mass(B7Converter *converter, const char *from, const char *to,
                                   double grams_per_mole, double *value, B7Convertible *can, B7Error *error) {
  char unit[300];
  snprintf(unit, sizeof unit, "(%s) g mol-1", from);
  double changed = *value * grams_per_mole;
  B7_TRY(b7_converter_apply(converter, unit, to, &changed, can, error));
  if (*can != B7_CONVERTIBLE_YES) {
    snprintf(unit, sizeof unit, "(%s) mol g-1", from);
    changed = *value / grams_per_mole;
    B7_TRY(b7_converter_apply(converter, unit, to, &changed, can, error));
  }
  if (*can == B7_CONVERTIBLE_YES) *value = changed;
  return B7_OK;
}

/* a laboratory's value has few digits: beyond the twelfth is what binary arithmetic adds */
static double twelve_digits(double value) {
  char text[40];
  snprintf(text, sizeof text, "%.12g", value);
  return strtod(text, NULL);
}

B7Status b7_converter_measured(B7Converter *converter, const char *from, const char *to,
                               double grams_per_mole, double *value, B7Convertible *can, B7Error *error) {
  char plain_from[400], plain_to[400];
  if (strcmp(from, to) == 0) {
    *can = B7_CONVERTIBLE_YES;
    return B7_OK;
  }
  B7_TRY(b7_converter_apply(converter, from, to, value, can, error));
  if (*can == B7_CONVERTIBLE_OTHER && same_counted(from, to, plain_from, plain_to, sizeof plain_from))
    B7_TRY(b7_converter_apply(converter, plain_from, plain_to, value, can, error));
  if (*can == B7_CONVERTIBLE_OTHER && grams_per_mole > 0)
    B7_TRY(through_molar_mass(converter, from, to, grams_per_mole, value, can, error));
  if (*can == B7_CONVERTIBLE_YES) *value = twelve_digits(*value);
  return B7_OK;
}

void b7_converter_reason(const B7Converter *converter, const char *unit, char *reason, size_t size) {
  B7Error error;
  reason[0] = '\0';
  if (converter->units && b7_units_check(converter->units, unit, &error) != B7_OK)
    snprintf(reason, size, "%s", error.message);
}

void b7_converter_close(B7Converter *converter) {
  b7_units_free(converter->units);
  converter->units = NULL;
}
