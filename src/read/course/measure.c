/* measure.c - measured values: units, what is possible, what is plausible. */
#include "read/course/measure.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* units that laboratories print, tried in this order when a value or a unit is in doubt */
static const char *const PRINTED[] = {"10*9/L", "/uL",       "cell/uL", "g/dL", "g/L",    "mg/dL",  "mg/L",
                                      "ug/L",   "ng/mL",     "pg/mL",   "ng/L", "mmol/L", "umol/L", "degC",
                                      "K",      "[degF]",    "percent", "1",    "cm",     "mm",     "mL",
                                      "L/min",  "copies/ug", "IU/L",    NULL};

static bool plausible(const B7CourseQuantity *quantity, double value) {
  if (value == 0 && quantity->low <= 0) return true;
  return value >= quantity->plausible_low && value <= quantity->plausible_high;
}

static bool as_written_in(B7Converter *converter, const B7CourseQuantity *quantity, const char *unit,
                          double *value) {
  B7Convertible can;
  return b7_converter_measured(converter, unit, quantity->unit, quantity->grams_per_mole, value, &can,
                               NULL) == B7_OK &&
         can == B7_CONVERTIBLE_YES;
}

/* how far a plausible value is from the middle of what patients have, by ratio where that has a sense */
static double distance(const B7CourseQuantity *quantity, double value) {
  double low = quantity->plausible_low, high = quantity->plausible_high;
  return low > 0 ? fabs(log(value / sqrt(low * high))) : fabs(value - 0.5 * (low + high));
}

/* the unit in which the number as written is most like what patients have, or NULL */
static const char *likelier_unit(B7Converter *converter, const B7CourseQuantity *quantity, double number) {
  const char *best = NULL;
  double nearest = INFINITY;
  for (int32_t i = 0; PRINTED[i]; i++) {
    double value = number;
    if (!as_written_in(converter, quantity, PRINTED[i], &value) || value == 0 || !plausible(quantity, value))
      continue;
    double far = distance(quantity, value);
    // the same unit in other words is no nearer
    if (far < nearest * (1 - 1e-9)) nearest = far, best = PRINTED[i];
  }
  return best;
}

/* a printed unit of this quantity spelled like the one given: "MG/DL", "g/dl", "umol/l" */
static const char *nearest_unit(B7Converter *converter, const B7CourseQuantity *quantity, const char *given) {
  const char *fitting[sizeof PRINTED / sizeof PRINTED[0] + 1];
  int32_t n = 0;
  for (int32_t i = 0; PRINTED[i]; i++) {
    double value = 1;
    if (!as_written_in(converter, quantity, PRINTED[i], &value)) continue;
    if (strcasecmp(PRINTED[i], given) == 0) return PRINTED[i];
    fitting[n++] = PRINTED[i];
  }
  fitting[n] = NULL;
  return b7_suggest(given, fitting);
}

static B7Status refuse_unit(B7Converter *converter, const B7Node *node, const B7CourseQuantity *quantity,
                            const char *unit, B7Convertible can, B7Error *error) {
  char why[256], remedy[96] = "";
  const char *near = nearest_unit(converter, quantity, unit);
  if (near) snprintf(remedy, sizeof remedy, ". Did you mean '%s'?", near);
  b7_converter_reason(converter, unit, why, sizeof why);
  if (can == B7_CONVERTIBLE_UNKNOWN)
    return b7_node_fail(node, error, "%s; %s is recorded in %s%s", why, quantity->name, quantity->unit,
                        remedy);
  return b7_node_fail(node, error, "%s is recorded in %s, which '%s' cannot be turned into%s", quantity->name,
                      quantity->unit, unit, remedy);
}

static B7Status refuse_value(B7Converter *converter, const B7Node *node, const B7CourseQuantity *quantity,
                             double number, double value, B7Error *error) {
  const bool impossible = value < quantity->low || value > quantity->high;
  const char *unit = likelier_unit(converter, quantity, number);
  char remedy[96] = "";
  if (unit) snprintf(remedy, sizeof remedy, ". Did you mean '%.10g %s'?", number, unit);
  if (impossible)
    return b7_node_fail(node, error, "%s of %s is impossible; it lies between %g and %g %s%s", quantity->name,
                        node->text, quantity->low, quantity->high, quantity->unit, remedy);
  return b7_node_fail(node, error, "%s of %s is %.3g %s, far from the %g to %g %s that patients have%s",
                      quantity->name, node->text, value, quantity->unit, quantity->plausible_low,
                      quantity->plausible_high, quantity->unit,
                      unit ? remedy : "; check the number and its unit");
}

B7Status b7_measure_read(B7Converter *converter, const B7Node *node, const B7CourseQuantity *quantity,
                         double *out, B7Error *error) {
  const char *unit;
  double number;
  B7Convertible can;
  if (quantity->codes) return b7_quantity_state(quantity, node, out, error);
  B7_TRY(b7_node_quantity(node, &number, &unit, error));
  if (!*unit && strcmp(quantity->unit, "1") != 0) {
    const char *likely = likelier_unit(converter, quantity, number);
    return b7_node_fail(node, error, "%s needs its unit: '%s %s'", quantity->name, node->text,
                        likely && !plausible(quantity, number) ? likely : quantity->unit);
  }
  *out = number;
  B7_TRY(b7_converter_measured(converter, *unit ? unit : "1", quantity->unit, quantity->grams_per_mole, out,
                               &can, error));
  if (can != B7_CONVERTIBLE_YES) return refuse_unit(converter, node, quantity, unit, can, error);
  if (*out < quantity->low || *out > quantity->high || !plausible(quantity, *out))
    return refuse_value(converter, node, quantity, number, *out, error);
  return B7_OK;
}
