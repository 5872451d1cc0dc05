/* units.c - UDUNITS behind the grammar of units. */
#include "document/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udunits2.h>

#include "base/unit_text.h"

struct B7Units {
  B7Hooks hooks;
  ut_system *system;
};

/* What UDUNITS lacks: things that are counted. Each is a base unit, so that cells never pass for copies. */
typedef struct CountedThing {
  const char *symbol, *plural;
} CountedThing;
static const CountedThing counted_things[] = {
    {"cell", "cells"}, {"copy", "copies"}, {"dose", "doses"}, {"IU", "IUs"}};

static bool add_counted(ut_system *system, const CountedThing *thing) {
  ut_unit *unit = ut_new_base_unit(system);
  if (!unit) return false;
  bool added = ut_map_symbol_to_unit(thing->symbol, UT_ASCII, unit) == UT_SUCCESS &&
               ut_map_symbol_to_unit(thing->plural, UT_ASCII, unit) == UT_SUCCESS &&
               ut_map_unit_to_symbol(unit, thing->symbol, UT_ASCII) == UT_SUCCESS;
  ut_free(unit);
  return added;
}

B7Status b7_units_make(const B7Hooks *hooks, B7Units **out, B7Error *error) {
  *out = NULL;
  ut_set_error_message_handler(ut_ignore);
  B7Units *units = b7_memory_resize(hooks, NULL, 0, sizeof *units);
  if (!units) return b7_fail_memory(error);
  *units = (B7Units){.system = ut_read_xml(NULL)};
  if (hooks) units->hooks = *hooks;
  bool whole = units->system != NULL;
  for (size_t i = 0; whole && i < sizeof counted_things / sizeof counted_things[0]; i++) {
    whole = add_counted(units->system, &counted_things[i]);
  }
  if (!whole) {
    b7_units_free(units);
    return b7_fail(error, B7_ERROR_FILE, "the UDUNITS-2 database cannot be read; install libudunits2-data");
  }
  *out = units;
  return B7_OK;
}

void b7_units_free(B7Units *units) {
  if (!units) return;
  B7Hooks hooks = units->hooks;
  if (units->system) ut_free_system(units->system);
  b7_memory_resize(&hooks, units, sizeof *units, 0);
}

/* NULL when the text is no unit */
static ut_unit *parse(const B7Units *units, const char *text, B7Error *error) {
  B7UnitText read;
  char plain[400];
  if (!text) return NULL;
  if (b7_unit_text_read(text, &read, error) != B7_OK) return NULL;
  ut_unit *unit =
      b7_unit_text_write(&read, plain, sizeof plain) ? ut_parse(units->system, plain, UT_ASCII) : NULL;
  if (!unit) b7_fail(error, B7_ERROR_INPUT, "'%s' is not a unit", text);
  return unit;
}

B7Status b7_units_check(const B7Units *units, const char *unit, B7Error *error) {
  ut_unit *parsed = parse(units, unit, error);
  if (!parsed) return B7_ERROR_INPUT;
  ut_free(parsed);
  return B7_OK;
}

bool b7_units_known(const B7Units *units, const char *unit) {
  return b7_units_check(units, unit, NULL) == B7_OK;
}

bool b7_units_convertible(const B7Units *units, const char *from, const char *to) {
  ut_unit *a = parse(units, from, NULL), *b = parse(units, to, NULL);
  bool convertible = a && b && ut_are_convertible(a, b);
  // a reciprocal is "convertible" for UDUNITS (s and Hz); it is not the same quantity
  int from_powers[B7_UNIT_BASES], to_powers[B7_UNIT_BASES];
  double factor;
  if (convertible && b7_units_dimension(units, from, &factor, from_powers) &&
      b7_units_dimension(units, to, &factor, to_powers)) {
    convertible = memcmp(from_powers, to_powers, sizeof from_powers) == 0;
  }
  ut_free(a);
  ut_free(b);
  return convertible;
}

B7Status b7_units_conversion(const B7Units *units, const char *from, const char *to, double *scale,
                             double *offset, B7Error *error) {
  ut_unit *a = parse(units, from, NULL), *b = parse(units, to, NULL);
  cv_converter *converter = NULL;
  // a unit into itself is exact, whatever rounding the general way has
  if (a && strcmp(from, to) == 0) {
    ut_free(a);
    ut_free(b);
    *scale = 1.0;
    *offset = 0.0;
    return B7_OK;
  }
  if (b7_units_convertible(units, from, to)) converter = ut_get_converter(a, b);
  ut_free(a);
  ut_free(b);
  if (!converter) {
    B7_TRY(b7_units_check(units, from, error));
    B7_TRY(b7_units_check(units, to, error));
    return b7_fail(error, B7_ERROR_INPUT, "'%s' cannot be converted to '%s'", from, to);
  }
  *offset = cv_convert_double(converter, 0.0);
  *scale = cv_convert_double(converter, 1.0) - *offset;
  cv_free(converter);
  return B7_OK;
}

/* "s-1 m2 cell" (UDUNITS' definition form without its leading factor) -> exponents */
static bool read_exponents(const char *definition, int exponents[B7_UNIT_BASES]) {
  static const char *const symbols[B7_UNIT_BASES] = {"s",  "m",    "kg",   "K",    "mol", "A",
                                                     "cd", "cell", "copy", "dose", "IU"};
  memset(exponents, 0, B7_UNIT_BASES * sizeof *exponents);
  for (const char *at = definition; *at;) {
    // separators, and the "1" of a dimensionless unit
    if (*at == ' ' || *at == '.' || *at == '1') {
      at++;
      continue;
    }
    size_t letters = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    int base = 0;
    for (; base < B7_UNIT_BASES; base++) {
      if (strlen(symbols[base]) == letters && strncmp(symbols[base], at, letters) == 0) break;
    }
    if (letters == 0 || base == B7_UNIT_BASES) return false;
    at += letters;
    char *end;
    long exponent = strtol(at, &end, 10);
    exponents[base] += end == at ? 1 : (int)exponent;
    at = end;
  }
  return true;
}

bool b7_units_dimension(const B7Units *units, const char *unit, double *factor,
                        int exponents[B7_UNIT_BASES]) {
  ut_unit *parsed = parse(units, unit, NULL);
  if (!parsed) return false;
  char definition[256];
  int length = ut_format(parsed, definition, sizeof definition, UT_ASCII | UT_DEFINITION);
  // an offset ("K @ 273.15") or a logarithm is no factor times base units
  bool known = length >= 0 && (size_t)length < sizeof definition && !strpbrk(definition, "@()");
  if (known) {
    // a leading number is the factor, printed with 15 digits
    char *rest = definition;
    double printed = strtod(definition, &rest);
    if (rest == definition) printed = 1;
    known = read_exponents(rest, exponents);
    *factor = printed;
  }
  ut_free(parsed);
  return known;
}
