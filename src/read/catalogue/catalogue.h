/* catalogue.h - the data files that treatments are read with: drugs, products, quantities, regimens. Read once for many
 * courses and arms. Authoring leg. */
#ifndef B7_READ_CATALOGUE_CATALOGUE_H
#define B7_READ_CATALOGUE_CATALOGUE_H

#include "read/catalogue/formulary.h"
#include "read/catalogue/products.h"
#include "read/catalogue/quantities.h"
#include "read/catalogue/regimens.h"

typedef struct B7Catalogue {
  B7Arena arena;
  B7Formulary formulary;
  B7Products products;
  B7Quantities quantities;
  B7Regimens regimens; /* of trials; a course does without */
  uint64_t hash;       /* of drugs, products and quantities */
} B7Catalogue;

/* Drugs, products and quantities of a data folder; with_regimens: regimens too. Free with b7_catalogue_free, after all
   that was read with it. Errors: INPUT with place, IO, MEMORY. */
B7Status b7_catalogue_load(const char *data_folder, bool with_regimens, const B7Hooks *hooks,
                           B7Catalogue **out, B7Error *error);
void b7_catalogue_free(B7Catalogue *catalogue);

#endif
