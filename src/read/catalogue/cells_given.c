/* cells_given.c - products and grafts as treatments. */
#include "read/catalogue/cells_given.h"

#include <string.h>

#include "base/status.h"

static const B7Basis stated = {.status = B7_FACT_STATED, .flag = "", .why = ""};

B7Status b7_product_given(const B7Product *product, B7Arena *arena, B7Given *out, B7Error *error) {
  *out = (B7Given){.kind = B7_GIVEN_PRODUCT,
                   .lane = B7_TREATMENT_LANE_CART,
                   .role = B7_ROLE_INFUSION,
                   .name = product->name,
                   .label = "",
                   .course = -1,
                   .dose_text = "",
                   .basis = stated,
                   .note = "",
                   .n_attribute = product->n_number};
  out->attributes = B7_ARENA_ARRAY(arena, B7Attribute, product->n_number);
  if (!out->attributes) return b7_fail_memory(error);
  for (int32_t i = 0; i < product->n_number; i++) {
    const B7ProductNumber *number = &product->numbers[i];
    out->attributes[i] = (B7Attribute){.name = number->name, .value = number->value, .unit = number->unit};
    out->attributes[i].basis = (B7Basis){
        .status = number->assumed ? B7_FACT_ASSUMED : B7_FACT_STATED, .flag = "", .why = number->basis};
  }
  return B7_OK;
}

void b7_product_donor(const B7Product *product, double mismatch_gvh, double mismatch_hvg, B7Given *given) {
  for (int32_t i = 0; i < product->n_number; i++) {
    if (!product->numbers[i].of_donor) continue;
    bool gvh = strcmp(product->numbers[i].name, "mismatch_gvh") == 0;
    given->attributes[i].value = gvh ? mismatch_gvh : mismatch_hvg;
  }
}

bool b7_product_of_donor(const B7Product *product) {
  for (int32_t i = 0; product && i < product->n_number; i++) {
    if (product->numbers[i].of_donor) return true;
  }
  return false;
}

B7Status b7_graft_given(const char *name, B7Arena *arena, B7Given *out, B7Error *error) {
  *out = (B7Given){.kind = B7_GIVEN_GRAFT,
                   .lane = B7_TREATMENT_LANE_TRANSPLANT,
                   .role = B7_ROLE_GRAFT,
                   .name = name,
                   .label = "",
                   .course = -1,
                   .dose_text = "",
                   .basis = stated,
                   .note = ""};
  out->attributes = B7_ARENA_ARRAY(arena, B7Attribute, B7_GRAFT_NUMBERS);
  return out->attributes ? B7_OK : b7_fail_memory(error);
}

B7Attribute *b7_graft_attribute(B7Given *given, B7GraftNumber number, double value) {
  static const B7Attribute numbers[] = {
      [B7_GRAFT_NUMBER_CD34] = {.name = "cd34_per_kg", .unit = "cell/kg", .is_amount = true},
      [B7_GRAFT_NUMBER_CD3] = {.name = "cd3_per_kg", .unit = "cell/kg", .is_amount = true},
      [B7_GRAFT_NUMBER_MISMATCH_GVH] = {.name = "mismatch_gvh", .unit = "1"},
      [B7_GRAFT_NUMBER_MISMATCH_HVG] = {.name = "mismatch_hvg", .unit = "1"}};
  B7Attribute *out = &given->attributes[given->n_attribute++];
  *out = numbers[number];
  out->value = value;
  out->basis = stated;
  return out;
}
