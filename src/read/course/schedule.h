/* schedule.h - when the doses of one row fall: day lists, durations, intervals. Authoring leg. */
#ifndef B7_READ_COURSE_SCHEDULE_H
#define B7_READ_COURSE_SCHEDULE_H

#include "document/document.h"

/* Nodes of a row that say when; NULL where absent. */
typedef struct B7ScheduleText {
  const B7Node *days;    /* 4 | 1-4 | [1-4, 11-14]; day 1 is the start */
  const B7Node *lasting; /* `for:` 3 d */
  const B7Node *every;   /* 12 h | 1 d | q12h */
  const B7Node *times;   /* 4 */
} B7ScheduleText;

/* Offsets in days from the start, ascending, into *out (arena). At least one, at most B7_SCHEDULE_MAX. */
#define B7_SCHEDULE_MAX 2000
B7Status b7_schedule_read(const B7ScheduleText *text, B7Arena *arena, double **out, int32_t *count,
                          B7Error *error);
/* "12 h", "q12h", "1.5 d", "2 weeks" in days; what names the key in messages. */
B7Status b7_schedule_span(const B7Node *node, const char *what, double *days, B7Error *error);

#endif
