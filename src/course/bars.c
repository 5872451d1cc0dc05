/* bars of the treatment timeline: runs of days without a gap */
#include "course/treatments.h"

#define GAP_DAY 1.0000001 /* doses at most a day apart belong to one bar */

B7Status b7_bars_add(B7CourseReader *reader, const B7Given *given) {
  static const char *const KIND_LABEL[] = {"", "CD7 CAR-T", "stem-cell graft", "transfusion"};
  const char *label = *given->label ? given->label : KIND_LABEL[given->kind];
  for (int32_t first = 0, last; first < given->n_day; first = last + 1) {
    last = first;
    while (last + 1 < given->n_day && given->day[last + 1] - given->day[last] <= GAP_DAY) last++;
    B7TreatmentBar *bar = B7_COURSE_ADD(reader->course, B7TreatmentBar, bars);
    if (!bar) return b7_fail_memory(reader->error);
    *bar = (B7TreatmentBar){.lane = b7_lane_name(given->lane),
                            .label = *label ? label : given->name,
                            .drug = given->name,
                            .dose_text = given->dose_text,
                            .start_day = given->day[first],
                            .end_day = given->day[last],
                            .status = given->basis.status,
                            .flag = given->basis.flag,
                            .note = *given->note ? given->note : given->basis.why};
  }
  return B7_OK;
}
