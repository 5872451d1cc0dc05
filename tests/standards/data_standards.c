#include "standards/data_standards.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/dates.h"
#include "base/status.h"

static B7Status fits(int written, size_t size, B7Error *error) {
  if (written >= 0 && (size_t)written < size) return B7_OK;
  return b7_fail(error, B7_ERROR_USAGE, "the text does not fit into %zu bytes", size);
}

B7Status b7_petab_dose(int32_t version, const char *experiment, double time, const char *condition,
                       const char *target, double amount, char *experiment_row, char *condition_row,
                       size_t size, B7Error *error) {
  if (version == 1)
    return b7_fail(error, B7_ERROR_INPUT,
                   "PEtab 1 has one simulation condition a series: write doses as events of the SBML model");
  if (version != 2) return b7_fail(error, B7_ERROR_USAGE, "PEtab version %d is not known", version);
  B7_TRY(fits(snprintf(experiment_row, size, "%s,%.15g,%s", experiment, time, condition), size, error));
  return fits(snprintf(condition_row, size, "%s,%s,%s + %.15g", condition, target, target, amount), size,
              error);
}

B7Status b7_cf_flags(int32_t low, int32_t high, const char *prefix, char *flag_values, char *flag_meanings,
                     size_t size, B7Error *error) {
  if (high < low) return b7_fail(error, B7_ERROR_INPUT, "flag values %d to %d are out of order", low, high);
  size_t values = 0, meanings = 0;
  flag_values[0] = flag_meanings[0] = '\0';
  for (int32_t v = low; v <= high; v++) {
    B7_TRY(fits(snprintf(flag_values + values, size - values, v > low ? ", %d" : "%d", v), size - values,
                error));
    B7_TRY(fits(snprintf(flag_meanings + meanings, size - meanings, v > low ? " %s_%d" : "%s_%d", prefix, v),
                size - meanings, error));
    values = strlen(flag_values);
    meanings = strlen(flag_meanings);
  }
  return B7_OK;
}

B7Status b7_cf_sampling_check(const char *feature_type, int32_t horizontal_coordinates, bool has_cf_role,
                              B7Error *error) {
  static const char *const types[] = {"point",   "timeSeries",        "trajectory",
                                      "profile", "timeSeriesProfile", "trajectoryProfile"};
  if (!feature_type || !*feature_type) return B7_OK;
  bool known = false;
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
    known = known || strcasecmp(types[i], feature_type) == 0;
  if (!known) return b7_fail(error, B7_ERROR_INPUT, "featureType '%s' is none of CF's", feature_type);
  if (horizontal_coordinates < 2)
    return b7_fail(
        error, B7_ERROR_INPUT,
        "featureType '%s' needs the horizontal coordinates of its samples; patients have none: write the "
        "orthogonal form without featureType",
        feature_type);
  if (!has_cf_role && strcasecmp(feature_type, "point") != 0)
    return b7_fail(error, B7_ERROR_INPUT, "featureType '%s' needs an instance variable with cf_role",
                   feature_type);
  return B7_OK;
}

B7Status b7_cf_time_units(const char *epoch_date, char *units, size_t size, B7Error *error) {
  int32_t day;
  if (!b7_date_parse(epoch_date, &day))
    return b7_fail(error, B7_ERROR_INPUT, "'%s' is not a date like 2000-01-01", epoch_date);
  return fits(snprintf(units, size, "days since %s", epoch_date), size, error);
}

static const struct {
  const char *name;
  B7CareFill fill;
} care[] = {
    {"title", B7_CARE_PARTLY},
    {"keywords", B7_CARE_PARTLY},
    {"abstract", B7_CARE_PARTLY},
    {"introduction", B7_CARE_NOT_FILLED},
    {"patient information", B7_CARE_PARTLY},
    {"clinical findings", B7_CARE_PARTLY},
    {"timeline", B7_CARE_FILLED},
    {"diagnostic assessment", B7_CARE_FILLED},
    {"therapeutic intervention", B7_CARE_FILLED},
    {"follow-up and outcomes", B7_CARE_FILLED},
    {"discussion", B7_CARE_NOT_FILLED},
    {"patient perspective", B7_CARE_NOT_FILLED},
    {"informed consent", B7_CARE_NOT_FILLED},
};
#define CARE_ITEMS ((int32_t)(sizeof care / sizeof care[0]))

B7CareFill b7_care_item(int32_t item) {
  return item >= 1 && item <= CARE_ITEMS ? care[item - 1].fill : B7_CARE_NOT_FILLED;
}

int32_t b7_care_find(const char *name) {
  for (int32_t i = 0; i < CARE_ITEMS; i++)
    if (strncasecmp(name, care[i].name, strlen(care[i].name)) == 0) return i + 1;
  return 0;
}
