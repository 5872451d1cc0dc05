/* course_page.h - what the pages of a replay and of an assessment say alike of a recorded course. */
#ifndef B7_REPORT_COURSE_PAGE_H
#define B7_REPORT_COURSE_PAGE_H

#include "base/json.h"
#include "bridge7_assess.h"

/* significant digits of the numbers that charts draw */
#define B7_PAGE_DIGITS 4

/* B7FactStatus in words. */
extern const char *const b7_fact_status_words[];

typedef struct B7CoursePage {
  const B7Course *course;
  B7Json *json;
  B7Arena *arena;
} B7CoursePage;

/* "format", "kind", "meta", "day0", "anchors", "phases". */
void b7_course_page_head(const B7CoursePage *page, const char *kind, const char *subtitle);
/* One card of the row at the top. state: "good", "warn" or "plain". Nullable: note. */
void b7_course_page_card(const B7CoursePage *page, const char *label, const char *value, const char *note,
                         const char *state);
/* Into an open array: the treatments as bars. */
void b7_course_page_bars(const B7CoursePage *page);
/* Into an open array: recorded milestones and graded toxicities as marks of the timeline. */
void b7_course_page_marks(const B7CoursePage *page);
void b7_course_page_mark(const B7CoursePage *page, double t_day, const char *label, const char *kind);
/* Into an open array: the verdicts on the patient as a whole that apply. Nullable: assessment. source:
 * "recorded", "simulated". */
void b7_course_page_verdicts(const B7CoursePage *page, const B7Assessment *assessment, const char *source);
/* "assumptions". */
void b7_course_page_assumptions(const B7CoursePage *page);
/* A unit as the page prints it: "%" for "percent", "" for "1", powers raised. */
const char *b7_page_unit(const char *unit);

#endif
