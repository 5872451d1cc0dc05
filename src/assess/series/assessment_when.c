/* assessment_when.c - the day of a verdict in words: after infusion, after graft, or by the calendar. */
#include <math.h>
#include <string.h>

#include "assess/series/assessment_parts.h"
#include "base/dates.h"

const char *b7_assessment_when(B7Assessment *assessment, double t_day) {
  const B7Series *s = &assessment->series;
  if (isnan(t_day)) return "";
  if (t_day >= s->hsct_day) return b7_arena_format(&assessment->arena, "hsct+%g", t_day - s->hsct_day);
  if (t_day >= s->cart_day) return b7_arena_format(&assessment->arena, "cart+%g", t_day - s->cart_day);
  int32_t day0;
  char date[11];
  if (!assessment->day0 || !b7_date_parse(assessment->day0, &day0))
    return b7_arena_format(&assessment->arena, "day %g", t_day);
  b7_date_format(day0 + (int32_t)floor(t_day), date);
  return b7_arena_text(&assessment->arena, date, strlen(date));
}
