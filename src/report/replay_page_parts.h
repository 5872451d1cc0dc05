/* replay_page_parts.h - what the writers of the replay page share. */
#ifndef B7_REPORT_REPLAY_PAGE_PARTS_H
#define B7_REPORT_REPLAY_PAGE_PARTS_H

#include "replay/replay_parts.h"
#include "report/course_page.h"

typedef struct B7ReplayPage {
  const B7Replay *replay;
  B7Json *json;
  B7Arena *arena;
  B7CoursePage course; /* the same json and arena */
  const double *t_day;
  int32_t times;
} B7ReplayPage;

/* Append "panels": [...] (replay_panels.c). */
void b7_replay_write_panels(const B7ReplayPage *page);

#endif
