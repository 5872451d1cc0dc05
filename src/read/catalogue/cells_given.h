/* cells_given.h - products and grafts as treatments: what of them becomes arguments of kernel events. Authoring leg. */
#ifndef B7_READ_CATALOGUE_CELLS_GIVEN_H
#define B7_READ_CATALOGUE_CELLS_GIVEN_H

#include "read/catalogue/products.h"
#include "treat/given.h"

/* An infusion of a product without dose and days: its attributes, of which those "of the donor" are NaN until
   b7_product_donor fills them. Attributes live in the arena. Errors: MEMORY. */
B7Status b7_product_given(const B7Product *product, B7Arena *arena, B7Given *out, B7Error *error);
/* How far the donor is, into the attributes that are of the donor. */
void b7_product_donor(const B7Product *product, double mismatch_gvh, double mismatch_hvg, B7Given *given);
/* false for NULL. */
bool b7_product_of_donor(const B7Product *product);

/* What is known of a graft. */
typedef enum B7GraftNumber {
  B7_GRAFT_NUMBER_CD34, /* cells/kg */
  B7_GRAFT_NUMBER_CD3,  /* cells/kg */
  B7_GRAFT_NUMBER_MISMATCH_GVH,
  B7_GRAFT_NUMBER_MISMATCH_HVG,
  B7_GRAFT_NUMBERS
} B7GraftNumber;

/* A graft without days and numbers; what is not told later is the model's own. name is kept by the caller. Errors:
   MEMORY. */
B7Status b7_graft_given(const char *name, B7Arena *arena, B7Given *out, B7Error *error);
/* Tell one number, once; its basis is stated until the caller changes it. */
B7Attribute *b7_graft_attribute(B7Given *given, B7GraftNumber number, double value);

#endif
