#include "read/course/schedule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MAX 2000 /* longest treatment course in days that a row may describe */

B7Status b7_schedule_span(const B7Node *node, const char *what, double *days, B7Error *error) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, error));
  const char *start = *text == 'q' ? text + 1 : text;
  char *unit;
  double number = strtod(start, &unit);
  if (unit == start)
    return b7_node_fail(node, error, "'%s' is not a span of time; write '%s: 12 h' or '%s: 3 d'", text, what,
                        what);
  while (*unit == ' ') unit++;
  if (!*unit) {
    return b7_node_fail(node, error, "'%s: %s' needs its unit, such as '%s h' or '%s d'", what, text, text,
                        text);
  }
  double scale = strcmp(unit, "h") == 0                                  ? 1.0 / 24.0
                 : strcmp(unit, "d") == 0 || strcmp(unit, "days") == 0   ? 1.0
                 : strcmp(unit, "weeks") == 0 || strcmp(unit, "wk") == 0 ? 7.0
                                                                         : 0.0;
  if (scale == 0.0)
    return b7_node_fail(node, error, "unknown unit of time '%s' in '%s: %s'; use h, d or weeks", unit, what,
                        text);
  if (!(number > 0) || !isfinite(number))
    return b7_node_fail(node, error, "'%s: %s' must be above 0", what, text);
  if (number * scale > DAY_MAX)
    return b7_node_fail(node, error, "'%s: %s' is longer than %d days", what, text, DAY_MAX);
  *days = number * scale;
  return B7_OK;
}

/* "4" or "1-4" into first and last */
static B7Status read_range(const B7Node *node, int32_t *first, int32_t *last, B7Error *error) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, error));
  char *end;
  long a = strtol(text, &end, 10), b = a;
  bool good = end != text && *text != '-' && *text != '+';
  if (good && *end == '-') {
    char *start = end + 1;
    b = strtol(start, &end, 10);
    good = end != start && *start != '-' && *start != '+';
  }
  if (!good || *end)
    return b7_node_fail(node, error, "'%s' is not a day or a range of days; write 4 or 1-4", text);
  if (a == 0) return b7_node_fail(node, error, "there is no day 0 in a day list: day 1 is the day of 'at'");
  if (b < a) return b7_node_fail(node, error, "the range '%s' runs backwards; write %ld-%ld", text, b, a);
  if (b > DAY_MAX) return b7_node_fail(node, error, "day %ld is beyond %d days", b, DAY_MAX);
  *first = (int32_t)a;
  *last = (int32_t)b;
  return B7_OK;
}

static B7Status read_days(const B7Node *node, int32_t *day, int32_t *count, B7Error *error) {
  const B7Node *const *items = (const B7Node *const *)node->items;
  int32_t n_item = node->count, n = 0, previous = 0;
  if (node->kind == B7_NODE_MAPPING)
    return b7_node_fail(node, error, "'days' must be a list such as [1-4, 11-14]");
  if (node->kind == B7_NODE_SCALAR) {
    items = &node;
    n_item = 1;
  }
  if (n_item == 0) return b7_node_fail(node, error, "'days' is empty; write at least one day");
  for (int32_t i = 0; i < n_item; i++) {
    int32_t first = 0, last = 0;
    B7_TRY(read_range(items[i], &first, &last, error));
    if (first <= previous) {
      return b7_node_fail(items[i], error,
                          "day %d is listed twice or out of order in 'days'; list each day once, ascending",
                          (int)first);
    }
    for (int32_t d = first; d <= last; d++) day[n++] = d;
    previous = last;
  }
  *count = n;
  return B7_OK;
}

/* doses a day for an interval within days: a whole number, or the list of days would drift */
static B7Status doses_per_day(const B7Node *every, double every_day, int32_t *doses, B7Error *error) {
  double n = 1.0 / every_day;
  if (n < 0.999 || fabs(n - round(n)) > 1e-6) {
    return b7_node_fail(every, error,
                        "with 'days', 'every' must divide a day (24 h, 12 h, 8 h, 6 h, ...), not '%s'",
                        every->text);
  }
  *doses = (int32_t)round(n);
  return B7_OK;
}

static B7Status from_days(const B7ScheduleText *text, double every_day, B7Arena *arena, double **out,
                          int32_t *count, B7Error *error) {
  const B7Node *clash = text->lasting ? text->lasting : text->times;
  if (clash)
    return b7_node_fail(clash, error, "'days' already says when; remove 'for' and 'times', or remove 'days'");
  int32_t *day = B7_ARENA_ARRAY(arena, int32_t, DAY_MAX + 1), n_day, per_day = 1;
  if (!day) return b7_fail_memory(error);
  B7_TRY(read_days(text->days, day, &n_day, error));
  if (text->every) B7_TRY(doses_per_day(text->every, every_day, &per_day, error));
  if ((int64_t)n_day * per_day > B7_SCHEDULE_MAX) {
    return b7_node_fail(text->days, error, "more than %d doses in one row", B7_SCHEDULE_MAX);
  }
  *out = B7_ARENA_ARRAY(arena, double, n_day *per_day);
  if (!*out) return b7_fail_memory(error);
  for (int32_t i = 0; i < n_day; i++) {
    for (int32_t k = 0; k < per_day; k++) (*out)[(*count)++] = day[i] - 1 + (double)k / per_day;
  }
  return B7_OK;
}

B7Status b7_schedule_read(const B7ScheduleText *text, B7Arena *arena, double **out, int32_t *count,
                          B7Error *error) {
  double every_day = 1.0, for_day = 0.0;
  int64_t times = 1;
  *count = 0;
  if (text->every) B7_TRY(b7_schedule_span(text->every, "every", &every_day, error));
  if (text->days) return from_days(text, every_day, arena, out, count, error);
  if (text->times) {
    B7_TRY(b7_node_integer(text->times, &times, error));
    if (times < 1) return b7_node_fail(text->times, error, "'times' must be 1 or more");
    if (text->lasting)
      return b7_node_fail(text->lasting, error, "'times' and 'for' both say how long; keep one of them");
    if (times > 1 && !text->every)
      return b7_node_fail(text->times, error, "'times: %s' needs 'every', the time between two doses",
                          text->times->text);
  } else if (text->lasting) {
    B7_TRY(b7_schedule_span(text->lasting, "for", &for_day, error));
    // a hair of slack: 3 d at 8 h is nine doses whatever rounding does
    times = (int64_t)ceil(for_day / every_day - 1e-9);
  } else if (text->every) {
    return b7_node_fail(text->every, error,
                        "'every' needs 'for', 'times' or 'days': how long does it go on?");
  }
  if (times > B7_SCHEDULE_MAX)
    return b7_node_fail(text->times ? text->times : text->lasting, error, "more than %d doses in one row",
                        B7_SCHEDULE_MAX);
  *out = B7_ARENA_ARRAY(arena, double, times);
  if (!*out) return b7_fail_memory(error);
  for (int64_t k = 0; k < times; k++) (*out)[(*count)++] = (double)k * every_day;
  return B7_OK;
}
