/* treatments.h - what is done to a patient as one list, put together from courses, regimens and rules, and changed in
 * memory. Running leg.
 *
 * A list owns its rows and their days; names, texts and attributes stay with whoever read them, who must outlive it.
 */
#ifndef B7_TREAT_TREATMENTS_H
#define B7_TREAT_TREATMENTS_H

#include "base/memory.h"
#include "treat/given.h"

typedef struct B7Treatments {
  B7Arena *arena;
  B7Given *given;
  int32_t n_given;
  size_t room;
} B7Treatments;

/* Which of them: those with one of the roles or one of the lanes, and of that name. */
typedef struct B7Which {
  uint32_t roles, lanes; /* bits 1u << B7_ROLE_..., 1u << B7_TREATMENT_LANE_...; both 0: all */
  const char *name;      /* drug, product, graft or transfusion; NULL: any */
} B7Which;

bool b7_which_holds(const B7Which *which, const B7Given *given);
/* The transplant with all that belongs to it: conditioning, graft, prophylaxis. */
extern const B7Which b7_which_transplant;

/* Add rows to a list, each at its own days and shift_day later: a regimen at its anchor, a course as it stands (0).
   Errors: MEMORY. */
B7Status b7_treatments_add(B7Treatments *list, const B7Given *given, int32_t n_given, double shift_day,
                           B7Error *error);
/* Rows in the order of their start; equal starts keep their order. */
void b7_treatments_sort(B7Treatments *list);

/* Changes. Each says how many rows it found. */
int32_t b7_treatments_leave_out(B7Treatments *list, const B7Which *which);
/* Every dose times a factor. Cells of grafts stand in attributes and are multiplied there. */
B7Status b7_treatments_scale(B7Treatments *list, const B7Which *which, double factor, int32_t *found,
                             B7Error *error);
/* Another dose of the same kind of amount; rows of another kind are not found. */
int32_t b7_treatments_dose(B7Treatments *list, const B7Which *which, const B7Dose *dose);
int32_t b7_treatments_move(B7Treatments *list, const B7Which *which, double days);

#endif
