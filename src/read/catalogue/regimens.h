/* regimens.h - named regimens as data: data/regimens.yaml, each read once into treatments that count from its anchor.
 * Authoring leg. */
#ifndef B7_READ_CATALOGUE_REGIMENS_H
#define B7_READ_CATALOGUE_REGIMENS_H

#include "read/catalogue/formulary.h"

typedef struct B7Regimen {
  const char *name, *label;
  B7TreatmentLane lane; /* says the anchor: the infusion, the graft, or day 1 of a course of chemotherapy */
  double cycle_day;     /* from one course to the next; 28 when the file does not say */
  int32_t n_given;
  const B7Given *given; /* days from the anchor; in the order of the file */
} B7Regimen;

typedef struct B7Regimens {
  int32_t n_regimen;
  const B7Regimen *regimens;
  const char **names; /* NULL-terminated */
} B7Regimens;

/* Everything lives in the arena; drugs are those of the formulary. Errors: INPUT with place, IO, MEMORY. */
B7Status b7_regimens_load(const char *path, const B7Formulary *formulary, B7Arena *arena, B7Regimens *out,
                          B7Error *error);
/* NULL when there is none of that name. */
const B7Regimen *b7_regimens_find(const B7Regimens *regimens, const char *name);
/* Days before its anchor on which it begins; 0 when it begins on it or later. */
double b7_regimen_lead_day(const B7Regimen *regimen);

#endif
