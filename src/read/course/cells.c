/* cells.c - products and grafts: what of them becomes arguments of kernel events */
#include <math.h>
#include <string.h>

#include "read/catalogue/cells_given.h"
#include "read/course/treatment_row_parts.h"

static B7Attribute *find_attribute(B7Given *given, const char *name) {
  for (int32_t i = 0; i < given->n_attribute; i++) {
    if (strcmp(given->attributes[i].name, name) == 0) return &given->attributes[i];
  }
  return NULL;
}

/* `attributes: {memory_share: 0.4}` on the row: wins over the product's own */
static B7Status apply_own(B7CourseReader *reader, const B7Node *own, B7Given *given) {
  const char *names[40];
  int32_t n_name = 0;
  if (!own) return B7_OK;
  B7_TRY(b7_node_expect(own, B7_NODE_MAPPING, "'attributes'", reader->error));
  for (; n_name < given->n_attribute && n_name < 39; n_name++) names[n_name] = given->attributes[n_name].name;
  names[n_name] = NULL;
  for (int32_t i = 0; i < own->count; i++) {
    const char *name = own->keys[i]->text;
    B7Attribute *attribute = find_attribute(given, name);
    if (!attribute) return b7_node_unknown(own->keys[i], "attribute", name, names, NULL, reader->error);
    const B7Node *value;
    B7Basis basis = {.status = B7_FACT_STATED, .flag = "", .why = ""};
    B7_TRY(b7_fact_open(reader, own->items[i], name, &value, &basis));
    B7_TRY(b7_node_number(value, &attribute->value, reader->error));
    if (attribute->value < 0) return b7_node_fail(value, reader->error, "%s cannot be negative", name);
    attribute->basis = basis;
    const char *where = b7_arena_format(&reader->course->arena, "%s, %s", given->name, name);
    if (!where) return b7_fail_memory(reader->error);
    B7_TRY(b7_assume(reader, where, &basis, value->text));
  }
  return B7_OK;
}

static double donor_mismatch(const B7CourseReader *reader, bool gvh) {
  if (reader->donor_identical) return reader->catalogue->products.mismatch.identical;
  return b7_products_mismatch(&reader->catalogue->products.mismatch,
                              gvh ? reader->gvh_alleles : reader->hvg_alleles, reader->donor_related);
}

static const char *mismatch_reason(B7CourseReader *reader, bool gvh) {
  int32_t alleles = gvh ? reader->gvh_alleles : reader->hvg_alleles;
  return b7_arena_format(&reader->course->arena,
                         "%d mismatched allele%s in this direction, on the scale of data/products.yaml",
                         (int)alleles, alleles == 1 ? "" : "s");
}

/* an infusion repeated on the next day does not repeat its list of assumptions */
static bool seen_before(const struct B7Course *course, const char *name) {
  for (int32_t i = 0; i < course->n_given; i++) {
    if (course->given[i].kind == B7_GIVEN_PRODUCT && strcmp(course->given[i].name, name) == 0) return true;
  }
  return false;
}

B7Status b7_product_resolve(B7CourseReader *reader, const B7Row *row, const B7Node *name_node,
                            B7Given *given) {
  const char *name;
  B7_TRY(b7_node_text(name_node, &name, reader->error));
  const B7Product *product = b7_products_find(&reader->catalogue->products, name);
  if (!product)
    return b7_node_unknown(name_node, "product", name, reader->catalogue->products.names, NULL,
                           reader->error);
  if (product->comparator)
    return b7_node_fail(name_node, reader->error,
                        "'%s' is a comparator without cells; write its drugs as rows", name);
  B7Given fresh;
  B7_TRY(b7_product_given(product, &reader->course->arena, &fresh, reader->error));
  given->name = fresh.name;
  given->attributes = fresh.attributes;
  given->n_attribute = fresh.n_attribute;
  if (b7_product_of_donor(product) && !reader->donor_given)
    return b7_node_fail(name_node, reader->error,
                        "product '%s' needs a donor; add 'donor:' with 'relation:' and 'hla:'", name);
  b7_product_donor(product, donor_mismatch(reader, true), donor_mismatch(reader, false), given);
  bool told = seen_before(reader->course, product->name);
  for (int32_t i = 0; i < product->n_number; i++) {
    const B7ProductNumber *number = &product->numbers[i];
    B7Attribute *attribute = &given->attributes[i];
    if (number->of_donor) {
      attribute->basis.status = B7_FACT_ASSUMED;
      attribute->basis.why = mismatch_reason(reader, strcmp(number->name, "mismatch_gvh") == 0);
      if (!attribute->basis.why) return b7_fail_memory(reader->error);
    }
    if (told || number->planning) continue;
    const char *where =
        b7_arena_format(&reader->course->arena, "product %s, %s", product->name, number->name);
    const char *what = b7_arena_format(&reader->course->arena, "%g", attribute->value);
    if (!where || !what) return b7_fail_memory(reader->error);
    B7_TRY(b7_assume(reader, where, &attribute->basis, what));
  }
  return apply_own(reader, b7_row_get(row, "attributes"), given);
}

/* cells of a graft row: `cd34: 5e6 cells/kg`, with a status of its own */
static B7Status read_graft_cells(B7CourseReader *reader, const B7Row *row, const char *key, double low,
                                 double high, B7GraftNumber argument, B7Given *given) {
  const B7Node *node = b7_row_get(row, key), *value;
  B7Basis basis = given->basis;
  double number, base;
  const char *unit;
  B7Dose dose;
  if (!node) return B7_OK;
  B7_TRY(b7_fact_open(reader, node, key, &value, &basis));
  B7_TRY(b7_node_quantity(value, &number, &unit, reader->error));
  if (b7_dose_unit(unit, &base, &dose.kind, &dose.basis, NULL) != B7_OK || dose.kind != B7_DOSE_KIND_CELLS ||
      dose.basis != B7_DOSE_BASIS_PER_KG) {
    return b7_node_fail(value, reader->error, "%s of a graft is in cells/kg, not in '%s'", key, unit);
  }
  number *= base;
  if (number < 0)
    return b7_node_fail(value, reader->error, "a dose must not be negative, not even %s", value->text);
  if (number < low || number > high) {
    return b7_node_fail(value, reader->error,
                        "%s of a graft lies between %g and %g cells/kg, not %s; check the exponent", key, low,
                        high, value->text);
  }
  b7_graft_attribute(given, argument, number)->basis = basis;
  if (strcmp(key, "cd34") == 0) {
    given->dose_text = b7_arena_format(&reader->course->arena, "CD34 %s", value->text);
    if (!given->dose_text) return b7_fail_memory(reader->error);
  }
  const char *where = b7_arena_format(&reader->course->arena, "graft, %s", key);
  if (!where) return b7_fail_memory(reader->error);
  return b7_assume(reader, where, &basis, value->text);
}

B7Status b7_graft_resolve(B7CourseReader *reader, const B7Row *row, const B7Node *kind_node, B7Given *given) {
  static const char *const KINDS[] = {"peripheral_blood", "bone_marrow", "peripheral_blood_and_marrow",
                                      "cord_blood", NULL};
  const char *kind;
  bool known = false;
  B7_TRY(b7_node_text(kind_node, &kind, reader->error));
  for (int i = 0; KINDS[i]; i++) known = known || strcmp(KINDS[i], kind) == 0;
  if (!known) return b7_node_unknown(kind_node, "graft", kind, KINDS, NULL, reader->error);
  if (!reader->donor_given)
    return b7_node_fail(kind_node, reader->error,
                        "a graft needs a donor; add 'donor:' with 'relation:' and 'hla:'");
  B7Given fresh;
  given->name = b7_keep(reader, kind);
  if (!given->name) return B7_ERROR_MEMORY;
  B7_TRY(b7_graft_given(given->name, &reader->course->arena, &fresh, reader->error));
  given->attributes = fresh.attributes;
  // the plausible doses span cord blood (low) and mobilised blood (high)
  B7_TRY(read_graft_cells(reader, row, "cd34", 1e4, 1e8, B7_GRAFT_NUMBER_CD34, given));
  B7_TRY(read_graft_cells(reader, row, "cd3", 1e2, 1e10, B7_GRAFT_NUMBER_CD3, given));
  static const B7GraftNumber mismatch[] = {B7_GRAFT_NUMBER_MISMATCH_GVH, B7_GRAFT_NUMBER_MISMATCH_HVG};
  for (int i = 0; i < 2; i++) {
    B7Attribute *attribute = b7_graft_attribute(given, mismatch[i], donor_mismatch(reader, i == 0));
    attribute->basis =
        (B7Basis){.status = B7_FACT_ASSUMED, .flag = "", .why = mismatch_reason(reader, i == 0)};
    const char *where = b7_arena_format(&reader->course->arena, "graft, %s", attribute->name);
    const char *what = b7_arena_format(&reader->course->arena, "%g", attribute->value);
    if (!attribute->basis.why || !where || !what) return b7_fail_memory(reader->error);
    B7_TRY(b7_assume(reader, where, &attribute->basis, what));
  }
  return apply_own(reader, b7_row_get(row, "attributes"), given);
}
