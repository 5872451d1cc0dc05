/* treatments.c - lists of treatments and changes to them. */
#include "treat/treatments.h"

#include <string.h>

#include "base/status.h"

const B7Which b7_which_transplant = {.roles = 1u << B7_ROLE_GRAFT,
                                     .lanes = 1u << B7_TREATMENT_LANE_CONDITIONING |
                                              1u << B7_TREATMENT_LANE_TRANSPLANT |
                                              1u << B7_TREATMENT_LANE_PROPHYLAXIS};

bool b7_which_holds(const B7Which *which, const B7Given *given) {
  bool any = which->roles == 0 && which->lanes == 0;
  bool meant = which->roles >> given->role & 1u || which->lanes >> given->lane & 1u;
  return (any || meant) && (!which->name || strcmp(which->name, given->name) == 0);
}

B7Status b7_treatments_add(B7Treatments *list, const B7Given *given, int32_t n_given, double shift_day,
                           B7Error *error) {
  for (int32_t i = 0; i < n_given; i++) {
    B7Given *rows = b7_arena_grow(list->arena, list->given, (size_t)list->n_given, &list->room, sizeof *rows);
    double *day = B7_ARENA_ARRAY(list->arena, double, given[i].n_day);
    if (!rows || !day) return b7_fail_memory(error);
    for (int32_t k = 0; k < given[i].n_day; k++) day[k] = given[i].day[k] + shift_day;
    list->given = rows;
    rows[list->n_given] = given[i];
    rows[list->n_given].day = day;
    rows[list->n_given++].start_day = given[i].start_day + shift_day;
  }
  return B7_OK;
}

/* insertion: lists are short and nearly sorted, and equal starts must keep their order */
void b7_treatments_sort(B7Treatments *list) {
  for (int32_t i = 1; i < list->n_given; i++) {
    B7Given row = list->given[i];
    int32_t k = i;
    for (; k > 0 && list->given[k - 1].start_day > row.start_day; k--) list->given[k] = list->given[k - 1];
    list->given[k] = row;
  }
}

int32_t b7_treatments_leave_out(B7Treatments *list, const B7Which *which) {
  int32_t kept = 0, before = list->n_given;
  for (int32_t i = 0; i < before; i++) {
    if (!b7_which_holds(which, &list->given[i])) list->given[kept++] = list->given[i];
  }
  list->n_given = kept;
  return before - kept;
}

/* the cells of a graft are attributes: CD34 and CD3 alike */
static B7Status scale_cells(B7Treatments *list, B7Given *given, double factor, B7Error *error) {
  B7Attribute *own = B7_ARENA_ARRAY(list->arena, B7Attribute, given->n_attribute);
  if (!own) return b7_fail_memory(error);
  for (int32_t i = 0; i < given->n_attribute; i++) {
    own[i] = given->attributes[i];
    if (own[i].is_amount) own[i].value *= factor;
  }
  given->attributes = own;
  return B7_OK;
}

B7Status b7_treatments_scale(B7Treatments *list, const B7Which *which, double factor, int32_t *found,
                             B7Error *error) {
  *found = 0;
  for (int32_t i = 0; i < list->n_given; i++) {
    B7Given *given = &list->given[i];
    if (!b7_which_holds(which, given)) continue;
    given->dose.amount *= factor;
    if (given->kind == B7_GIVEN_GRAFT) B7_TRY(scale_cells(list, given, factor, error));
    ++*found;
  }
  return B7_OK;
}

int32_t b7_treatments_dose(B7Treatments *list, const B7Which *which, const B7Dose *dose) {
  int32_t found = 0;
  for (int32_t i = 0; i < list->n_given; i++) {
    B7Given *given = &list->given[i];
    bool dosed = given->kind == B7_GIVEN_DRUG || given->kind == B7_GIVEN_PRODUCT;
    B7DoseKind kind = given->kind == B7_GIVEN_PRODUCT ? B7_DOSE_KIND_CELLS : given->reference.kind;
    if (!dosed || kind != dose->kind || !b7_which_holds(which, given)) continue;
    given->dose = *dose;
    given->by_policy = false;
    found++;
  }
  return found;
}

int32_t b7_treatments_move(B7Treatments *list, const B7Which *which, double days) {
  int32_t found = 0;
  for (int32_t i = 0; i < list->n_given; i++) {
    B7Given *given = &list->given[i];
    if (!b7_which_holds(which, given)) continue;
    given->start_day += days;
    for (int32_t k = 0; k < given->n_day; k++) given->day[k] += days;
    found++;
  }
  return found;
}
