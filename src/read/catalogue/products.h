/* products.h - cell products as data: data/products.yaml. Authoring leg.
 *
 * A product's attributes are numbers for the arguments of the kernel event "cart.infusion" of the same name,
 * plus words for people. A mismatch "of the donor" is worked out from the donor of the course.
 */
#ifndef B7_READ_CATALOGUE_PRODUCTS_H
#define B7_READ_CATALOGUE_PRODUCTS_H

#include "base/memory.h"
#include "treat/dose.h"

/* What is told in words: costimulation, HLA edits. */
typedef struct B7ProductWords {
  const char *name, *label, *text;
  bool assumed;
  const char *basis;
} B7ProductWords;

typedef struct B7ProductNumber {
  const char *name, *label, *unit;
  double value; /* NaN: of the donor */
  bool of_donor;
  bool assumed;      /* else sourced */
  bool planning;     /* days to infusion, cost, ...: no argument of an infusion */
  const char *basis; /* bibliography keys, or why it is assumed */
} B7ProductNumber;

typedef struct B7Product {
  const char *name, *label, *cell_source, *fratricide_strategy;
  const char *const *aliases; /* NULL-terminated */
  bool comparator;            /* a treatment without cells, listed for comparison: cannot be infused */
  B7Dose usual_low, usual_high;
  bool has_usual, usual_assumed;
  const char *usual_basis;
  int32_t n_number, n_words;
  const B7ProductNumber *numbers;
  const B7ProductWords *words;
} B7Product;

/* How HLA disagreement becomes the mismatch scores (0 to 1) that the model reads. */
typedef struct B7MismatchScale {
  double related_full;   /* 0 counted mismatches, related */
  double unrelated_full; /* 0 counted mismatches, unrelated */
  double per_allele;     /* each mismatched allele adds this */
  double identical;      /* syngeneic or the patient's own cells */
} B7MismatchScale;

typedef struct B7Products {
  int32_t n_product;
  B7Product *products;
  const char **names; /* names and aliases, NULL-terminated */
  B7MismatchScale mismatch;
} B7Products;

B7Status b7_products_load(const char *path, B7Arena *arena, B7Products *out, B7Error *error);
/* By name or alias; NULL when there is none. */
const B7Product *b7_products_find(const B7Products *products, const char *name);
/* A number of a product by its name ("days_to_infusion"); `otherwise` when it has none, or product is NULL. */
double b7_product_number(const B7Product *product, const char *name, double otherwise);
/* Score of a number of mismatched alleles. */
double b7_products_mismatch(const B7MismatchScale *scale, int32_t alleles, bool related);

#endif
