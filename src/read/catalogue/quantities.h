/* quantities.h - what can be recorded: data/quantities.yaml. Authoring leg. */
#ifndef B7_READ_CATALOGUE_QUANTITIES_H
#define B7_READ_CATALOGUE_QUANTITIES_H

#include "base/memory.h"
#include "base/status.h"
#include "document/document.h"

/* A state with a word for it: "resolving" is 3. */
typedef struct B7QuantityCode {
  const char *word;
  double value;
} B7QuantityCode;

typedef struct B7CourseQuantity {
  const char *name, *label, *unit;
  double low, high;                     /* possible values in unit */
  double plausible_low, plausible_high; /* what patients have (beside 0): outside it the unit is in doubt */
  double grams_per_mole;                /* NAN: has no amount of substance */
  double assay_sd;                      /* of ln(value), of a percentage of the logit; NAN: not given */
  B7QuantityCode *codes; /* states: no other value can be recorded; NULL: any number in range */
  int32_t n_code;
} B7CourseQuantity;

/* A treatment before day 0, a toxicity, procedure or milestone that courses may record. */
typedef struct B7RecordKind {
  const char *section; /* "history", "toxicities", "procedures", "milestones", "findings" */
  const char *name, *label;
  int32_t grade_max; /* 0: has no grade */
} B7RecordKind;

typedef struct B7Quantities {
  int32_t n_quantity, n_record;
  B7CourseQuantity *quantities;
  B7RecordKind *records;
  const char **names; /* of quantities, NULL-terminated */
} B7Quantities;

B7Status b7_quantities_load(const char *path, B7Arena *arena, B7Quantities *out, B7Error *error);
const B7CourseQuantity *b7_quantities_find(const B7Quantities *quantities, const char *name);
/* A recorded state, as a word or as the number that stands for it; anything else is an INPUT error that lists them. */
B7Status b7_quantity_state(const B7CourseQuantity *quantity, const B7Node *node, double *out, B7Error *error);
/* A record kind of one section. */
const B7RecordKind *b7_quantities_record(const B7Quantities *quantities, const char *section,
                                         const char *name);
/* Names of one section for suggestions: writes up to size - 1 and a NULL. */
void b7_quantities_record_names(const B7Quantities *quantities, const char *section, const char **names,
                                int32_t size);

#endif
