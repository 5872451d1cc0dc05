/* dose_read.c - doses read, and refused when they cannot be meant. */
#include <math.h>
#include <stdio.h>

#include "read/catalogue/dose_read.h"

#define FAR_FACTOR                                                                                           \
  10.0 /* this far outside the usual doses, a slip of the decimal point or the unit is likelier than a       \
          decision */

B7DoseReader b7_dose_reader_nominal(const B7Hooks *hooks, B7Error *error) {
  return (B7DoseReader){
      .bsa_m2 = B7_NOMINAL_BSA_M2, .weight_kg = B7_NOMINAL_WEIGHT_KG, .hooks = hooks, .error = error};
}

static B7Status read_amount(const B7DoseReader *reader, const B7Node *node, const char *example,
                            double *amount, B7Dose *out) {
  double base;
  const char *unit;
  B7_TRY(b7_node_quantity(node, amount, &unit, reader->error));
  if (!*unit)
    return b7_node_fail(node, reader->error, "the dose '%s' needs a unit, such as '%s %s'", node->text,
                        node->text, example);
  B7Error why;
  if (b7_dose_unit(unit, &base, &out->kind, &out->basis, &why) != B7_OK)
    return b7_node_fail(node, reader->error, "unknown dose unit: %s; use one such as %s", why.message,
                        example);
  if (*amount < 0) return b7_node_fail(node, reader->error, "a dose must be above 0, not %s", node->text);
  if (*amount == 0) return b7_node_fail(node, reader->error, "a dose of 0 is no dose; remove the row");
  out->amount = *amount * base;
  return B7_OK;
}

/* three digits are enough for a message, without an exponent where a person would write none */
static double three_digits(double value) {
  double step = pow(10.0, floor(log10(value)) - 2.0);
  return round(value / step) * step;
}

/* a usual dose on the basis and in the unit of the dose given, for messages and comparison */
static B7Status judge(const B7DoseReader *reader, const B7Node *node, const char *name, const B7Dose *dose,
                      const B7Dose *low, const B7Dose *high) {
  double usual_low = b7_dose_on(low, dose->basis, reader->bsa_m2, reader->weight_kg);
  double usual_high = b7_dose_on(high, dose->basis, reader->bsa_m2, reader->weight_kg);
  bool above = dose->amount >= FAR_FACTOR * usual_high, below = dose->amount <= usual_low / FAR_FACTOR;
  const char *unit = b7_dose_unit_name(dose->kind, dose->basis);
  if (above || below) {
    return b7_node_fail(node, reader->error,
                        "%s of %s is %s the usual %g to %g %s; check the number and its unit", node->text,
                        name, above ? "ten times above" : "a tenth or less of", three_digits(usual_low),
                        three_digits(usual_high), unit);
  }
  const B7Hooks *hooks = reader->hooks;
  if (hooks && hooks->warning && (dose->amount > 1.05 * usual_high || dose->amount < 0.95 * usual_low)) {
    char text[512];
    snprintf(text, sizeof text, "%s:%d:%d: %s of %s lies outside the usual %g to %g %s", node->file,
             (int)node->line, (int)node->column, node->text, name, three_digits(usual_low),
             three_digits(usual_high), unit);
    hooks->warning(hooks->user, text);
  }
  return B7_OK;
}

B7Status b7_dose_read_drug(const B7DoseReader *reader, const B7Node *node, const B7Drug *drug, B7Dose *out) {
  char bases[64];
  double amount;
  b7_formulary_bases(drug, bases, sizeof bases);
  B7_TRY(read_amount(reader, node, b7_dose_unit_name(drug->reference.kind, drug->reference.basis), &amount,
                     out));
  if (out->kind != drug->reference.kind || !drug->basis_allowed[out->basis]) {
    return b7_node_fail(node, reader->error, "%s is dosed in %s, not in '%s'", drug->name, bases, node->text);
  }
  return judge(reader, node, drug->name, out, &drug->usual_low, &drug->usual_high);
}

B7Status b7_dose_read_cells(const B7DoseReader *reader, const B7Node *node, const B7Product *product,
                            B7Dose *out) {
  double amount;
  B7_TRY(read_amount(reader, node, "cells/kg", &amount, out));
  if (out->kind != B7_DOSE_KIND_CELLS || out->basis == B7_DOSE_BASIS_PER_M2) {
    return b7_node_fail(node, reader->error, "%s is dosed in cells/kg or cells, not in '%s'", product->name,
                        node->text);
  }
  return product->has_usual
             ? judge(reader, node, product->name, out, &product->usual_low, &product->usual_high)
             : B7_OK;
}
