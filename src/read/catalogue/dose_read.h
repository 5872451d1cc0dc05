/* dose_read.h - doses as people write them, judged: a known unit, a basis that the drug allows, not ten times off the
 * usual. Authoring leg. */
#ifndef B7_READ_CATALOGUE_DOSE_READ_H
#define B7_READ_CATALOGUE_DOSE_READ_H

#include "document/document.h"
#include "read/catalogue/formulary.h"
#include "read/catalogue/products.h"

/* The body of reference where a course does not say, and of regimens and arms: only for judging whether a dose is
   plausible. */
#define B7_NOMINAL_BSA_M2 1.75
#define B7_NOMINAL_WEIGHT_KG 67.0

/* For whom doses are judged, and who hears of mild deviations. */
typedef struct B7DoseReader {
  double bsa_m2, weight_kg;
  const B7Hooks *hooks; /* warnings; Nullable */
  B7Error *error;
} B7DoseReader;

B7DoseReader b7_dose_reader_nominal(const B7Hooks *hooks, B7Error *error);
/* Errors: INPUT at the node; a dose outside the usual ones by less than ten times is a warning. */
B7Status b7_dose_read_drug(const B7DoseReader *reader, const B7Node *node, const B7Drug *drug, B7Dose *out);
/* Cells of a product. */
B7Status b7_dose_read_cells(const B7DoseReader *reader, const B7Node *node, const B7Product *product,
                            B7Dose *out);

#endif
