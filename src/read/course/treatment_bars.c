/* bars of the treatment timeline: runs of days without a gap */
#include <string.h>

#include "read/course/treatment_row_parts.h"

#define GAP_DAY 1.0000001 /* doses at most a day apart belong to one bar */

/* what a bar is called when the row has no label of its own */
static const char *kind_label(const B7Given *given) {
  if (given->kind == B7_GIVEN_PRODUCT) return "CD7 CAR-T";
  if (given->kind == B7_GIVEN_TRANSFUSION) return "transfusion";
  if (given->kind != B7_GIVEN_GRAFT) return given->name;
  return strcmp(given->name, "cord_blood") == 0    ? "cord-blood graft"
         : strcmp(given->name, "bone_marrow") == 0 ? "bone-marrow graft"
                                                   : "stem-cell graft";
}

B7Status b7_bars_add(B7CourseReader *reader, const B7Given *given) {
  const char *label = *given->label ? given->label : kind_label(given);
  for (int32_t first = 0, last; first < given->n_day; first = last + 1) {
    last = first;
    while (last + 1 < given->n_day && given->day[last + 1] - given->day[last] <= GAP_DAY) last++;
    B7TreatmentBar *bar = B7_COURSE_ADD(reader->course, B7TreatmentBar, bars);
    if (!bar) return b7_fail_memory(reader->error);
    *bar = (B7TreatmentBar){.lane = b7_treatment_lane_name(given->lane),
                            .label = label,
                            .drug = given->name,
                            .role = given->role,
                            .dose_text = given->dose_text,
                            .start_day = given->day[first],
                            .end_day = given->day[last],
                            .status = given->basis.status,
                            .flag = given->basis.flag,
                            .note = *given->note ? given->note : given->basis.why};
  }
  return B7_OK;
}
