/* quantity_list.c - the rows of the list of quantities. */
#include <string.h>

#include "bridge7_assess.h"

static const struct {
  const char *name, *unit, *label;
} rows[] = {
#define B7_QUANTITY_ROW(id, name, unit, label) {name, unit, label},
    B7_QUANTITY_LIST(B7_QUANTITY_ROW)
#undef B7_QUANTITY_ROW
};

const char *b7_quantity_name(B7Quantity quantity) {
  return (uint32_t)quantity < B7_QUANTITY_COUNT ? rows[quantity].name : "?";
}

const char *b7_quantity_unit(B7Quantity quantity) {
  return (uint32_t)quantity < B7_QUANTITY_COUNT ? rows[quantity].unit : "?";
}

const char *b7_quantity_label(B7Quantity quantity) {
  return (uint32_t)quantity < B7_QUANTITY_COUNT ? rows[quantity].label : "?";
}

B7Quantity b7_quantity_find(const char *name) {
  for (int32_t q = 0; q < B7_QUANTITY_COUNT; q++)
    if (strcmp(rows[q].name, name) == 0) return (B7Quantity)q;
  return B7_QUANTITY_COUNT;
}
