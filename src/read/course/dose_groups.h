/* dose_groups.h - one line with several doses, each on its own days: "26 mg day +1, 17 mg days +3, +6, +11". Authoring leg. */
#ifndef B7_READ_COURSE_DOSE_GROUPS_H
#define B7_READ_COURSE_DOSE_GROUPS_H

#include "base/memory.h"
#include "document/document.h"

#define B7_DOSE_GROUP_DAYS 128 /* days that one dose may name */

typedef struct B7DoseGroup {
  const char *dose;                      /* "17 mg", in the arena */
  double offset_day[B7_DOSE_GROUP_DAYS]; /* from the row's start */
  int32_t n_day;
} B7DoseGroup;

/* Whether a dose names days of its own. */
bool b7_dose_has_groups(const B7Node *dose);
/* The group that begins at *rest (the dose's text at first); *rest moves behind it and is empty at the end. Signed days count from the start
   (+1 is the day after), unsigned ones as `days:` do (1 is the day of the start); ranges as 1-4 or +3 to +6. INPUT with place and remedy. */
B7Status b7_dose_group_next(const B7Node *dose, const char **rest, B7Arena *arena, B7DoseGroup *out,
                            B7Error *error);

#endif
