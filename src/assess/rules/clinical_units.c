#include "assess/rules/clinical_units.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/status.h"

// kinds of quantity that convert into each other; factor to the first unit of the kind
typedef enum Kind {
  KIND_COUNT,
  KIND_MASS_VOLUME,
  KIND_MOLES,
  KIND_SHARE,
  KIND_TEMPERATURE,
  KIND_TIME,
  KIND_OTHER
} Kind;

static const struct {
  const char *unit;
  Kind kind;
  double factor;
} units[] = {
    {"10*9/L", KIND_COUNT, 1},
    {"10*3/uL", KIND_COUNT, 1},
    {"/uL", KIND_COUNT, 1e-3},
    {"10*6/L", KIND_COUNT, 1e-3},
    {"/mm3", KIND_COUNT, 1e-3},
    {"/L", KIND_COUNT, 1e-9},
    {"g/L", KIND_MASS_VOLUME, 1},
    {"g/dL", KIND_MASS_VOLUME, 10},
    {"mg/dL", KIND_MASS_VOLUME, 1e-2},
    {"mg/L", KIND_MASS_VOLUME, 1e-3},
    {"ug/mL", KIND_MASS_VOLUME, 1e-3},
    {"ug/L", KIND_MASS_VOLUME, 1e-6},
    {"ng/mL", KIND_MASS_VOLUME, 1e-6},
    {"pg/mL", KIND_MASS_VOLUME, 1e-9},
    {"ng/L", KIND_MASS_VOLUME, 1e-9},
    {"umol/L", KIND_MOLES, 1},
    {"mmol/L", KIND_MOLES, 1e3},
    {"1", KIND_SHARE, 1},
    {"%", KIND_SHARE, 1e-2},
    {"Cel", KIND_TEMPERATURE, 1},
    {"[degF]", KIND_TEMPERATURE, 1},
    {"K", KIND_TEMPERATURE, 1},
    {"h", KIND_TIME, 1},
    {"d", KIND_TIME, 24},
    {"wk", KIND_TIME, 168},
    {"mo", KIND_TIME, 730.5},
    {"a", KIND_TIME, 8766},
    {"min", KIND_TIME, 1.0 / 60},
    {"10*6/kg", KIND_OTHER, 0},
    {"/kg", KIND_OTHER, 0},
    {"mg/m2", KIND_OTHER, 0},
    {"mg/kg", KIND_OTHER, 0},
    {"g/m2", KIND_OTHER, 0},
    {"m2", KIND_OTHER, 0},
    {"[IU]/mL", KIND_OTHER, 0},
    {"U/L", KIND_OTHER, 0},
    {"cm", KIND_OTHER, 0},
    {"kg", KIND_OTHER, 0},
    {"mg", KIND_OTHER, 0},
    {"mL/d", KIND_OTHER, 0},
    {"L/min", KIND_OTHER, 0},
    {"kg/m2", KIND_OTHER, 0},
};
#define UNITS ((int32_t)(sizeof units / sizeof units[0]))

// printed forms that are not UCUM, and what they mean
static const struct {
  const char *wrong, *right;
} spellings[] = {{"10^9/L", "10*9/L"},   {"10e9/L", "10*9/L"}, {"x10^9/L", "10*9/L"},  {"G/L", "10*9/L"},
                 {"10^6/kg", "10*6/kg"}, {"cells/uL", "/uL"},  {"K/uL", "10*3/uL"},    {"degF", "[degF]"},
                 {"degC", "Cel"},        {"m^2", "m2"},        {"IU/mL", "[IU]/mL"},   {"days", "d"},
                 {"hours", "h"},         {"mcg/L", "ug/L"},    {"10^3/uL", "10*3/uL"}, {"/mm^3", "/uL"},
                 {"mg/m^2", "mg/m2"},    {"weeks", "wk"},      {"months", "mo"},       {"years", "a"}};

// mg/dL of bilirubin in umol/L, the factor of the published stage tables
#define BILIRUBIN_UMOL_PER_MG_DL 17.1

static int32_t find(const char *unit) {
  for (int32_t i = 0; i < UNITS; i++)
    if (strcmp(units[i].unit, unit) == 0) return i;
  return -1;
}

bool b7_ucum_known(const char *unit) {
  return find(unit) >= 0;
}

static B7Status need(const char *unit, int32_t *index, B7Error *error) {
  *index = find(unit);
  if (*index >= 0) return B7_OK;
  for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
    if (strcasecmp(spellings[i].wrong, unit) == 0)
      return b7_fail(error, B7_ERROR_INPUT, "'%s' is not UCUM: write '%s'", unit, spellings[i].right);
  return b7_fail(error, B7_ERROR_INPUT, "unit '%s' is not known", unit);
}

static double to_celsius(const char *unit, double value) {
  if (strcmp(unit, "[degF]") == 0) return (value - 32) / 1.8;
  return strcmp(unit, "K") == 0 ? value - 273.15 : value;
}

static double from_celsius(const char *unit, double celsius) {
  if (strcmp(unit, "[degF]") == 0) return celsius * 1.8 + 32;
  return strcmp(unit, "K") == 0 ? celsius + 273.15 : celsius;
}

B7Status b7_clinical_convert(const char *analyte, double value, const char *from, const char *to, double *out,
                             B7Error *error) {
  int32_t a, b;
  B7_TRY(need(from, &a, error));
  B7_TRY(need(to, &b, error));
  const Kind kind = units[a].kind;
  if (a == b) {
    *out = value;
  } else if (kind == KIND_TEMPERATURE && units[b].kind == KIND_TEMPERATURE) {
    *out = from_celsius(to, to_celsius(from, value));
  } else if (kind == units[b].kind && kind != KIND_OTHER) {
    // divide by the smaller factor: 500 /uL must give 0.5 exactly
    *out = units[a].factor >= units[b].factor ? value * (units[a].factor / units[b].factor)
                                              : value / (units[b].factor / units[a].factor);
  } else if (strcasecmp(analyte, "bilirubin") == 0 && kind == KIND_MASS_VOLUME &&
             units[b].kind == KIND_MOLES) {
    *out = value * (units[a].factor / 1e-2) * BILIRUBIN_UMOL_PER_MG_DL / units[b].factor;
  } else if (strcasecmp(analyte, "bilirubin") == 0 && kind == KIND_MOLES &&
             units[b].kind == KIND_MASS_VOLUME) {
    *out = value * units[a].factor / BILIRUBIN_UMOL_PER_MG_DL / (units[b].factor / 1e-2);
  } else {
    return b7_fail(error, B7_ERROR_INPUT, "%s in %s cannot be turned into %s", analyte, from, to);
  }
  return B7_OK;
}

int32_t b7_study_day(int32_t days_since_reference) {
  return days_since_reference >= 0 ? days_since_reference + 1 : days_since_reference;
}

int32_t b7_infusion_day(int32_t days_since_reference) {
  return days_since_reference;
}
