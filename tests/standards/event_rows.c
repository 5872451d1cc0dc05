#include "standards/event_rows.h"

#include <ctype.h>
#include <math.h>
#include <strings.h>

#include "base/status.h"

#define HOURS_PER_DAY 24.0

B7Status b7_event_rows(const B7DoseSchedule *schedule, B7EventRow *rows, B7Error *error) {
  const B7DoseSchedule *s = schedule;
  if (!(s->amount > 0)) return b7_fail(error, B7_ERROR_INPUT, "dose amount %g is not positive", s->amount);
  if (!(s->interval_h > 0))
    return b7_fail(error, B7_ERROR_INPUT, "dose interval %g h is not positive", s->interval_h);
  if (!(s->infusion_h >= 0))
    return b7_fail(error, B7_ERROR_INPUT, "infusion of %g h is negative", s->infusion_h);
  const double per_h = s->unit == B7_TIME_HOURS ? 1 : 1 / HOURS_PER_DAY;
  for (int32_t i = 0; i < s->n_block; i++) {
    const B7DayBlock block = s->blocks[i];
    if (block.first < s->origin_day)
      return b7_fail(error, B7_ERROR_INPUT, "dose on day %d lies before the origin, day %d", block.first,
                     s->origin_day);
    if (block.last < block.first || (i > 0 && block.first <= s->blocks[i - 1].last))
      return b7_fail(error, B7_ERROR_INPUT, "days %d to %d are out of order", block.first, block.last);
    // a dose falls due every interval until the last day has passed
    const double days = block.last - block.first + 1;
    const int32_t doses = (int32_t)ceil(days * HOURS_PER_DAY / s->interval_h - 1e-9);
    const int32_t at_least_one = doses > 0 ? doses : 1;
    rows[i] = (B7EventRow){
        .time = (block.first - s->origin_day) * HOURS_PER_DAY * per_h,
        .evid = 1,
        .amt = s->amount,
        .rate = s->infusion_h > 0 ? s->amount / (s->infusion_h * per_h) : 0,
        .ii = at_least_one > 1 ? s->interval_h * per_h : 0,
        .addl = at_least_one - 1,
    };
  }
  return B7_OK;
}

double b7_event_total(double amt, int32_t addl) {
  return amt * (addl + 1);
}

int32_t b7_event_id(B7EventTool tool, B7EventAction action) {
  switch (action) {
  case B7_ACTION_OBSERVATION:
    return 0;
  case B7_ACTION_DOSE:
    return 1;
  case B7_ACTION_OTHER:
    return 2;
  case B7_ACTION_RESET:
    return 3;
  case B7_ACTION_RESET_DOSE:
    return 4;
  case B7_ACTION_REPLACE:
    return tool == B7_TOOL_RXODE2 ? 5 : tool == B7_TOOL_MRGSOLVE ? 8 : -1;
  case B7_ACTION_MULTIPLY:
    return tool == B7_TOOL_RXODE2 ? 6 : -1;
  case B7_ACTION_TRANSIT:
    return tool == B7_TOOL_RXODE2 ? 7 : -1;
  }
  return -1;
}

B7EventTableFault b7_event_columns_check(B7EventTool tool, const char *const *columns, int32_t count) {
  bool upper = false, lower = false, id = false, time = false;
  for (int32_t i = 0; i < count; i++) {
    for (const char *c = columns[i]; *c; c++) {
      upper |= isupper((unsigned char)*c) != 0;
      lower |= islower((unsigned char)*c) != 0;
    }
    id |= strcasecmp(columns[i], "ID") == 0;
    time |= strcasecmp(columns[i], "TIME") == 0;
  }
  if (tool == B7_TOOL_MRGSOLVE && upper && lower) return B7_TABLE_MIXED_CASE;
  return id && time ? B7_TABLE_VALID : B7_TABLE_MISSING_COLUMN;
}

B7EventTableFault b7_event_times_check(B7EventTool tool, const double *time, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    if (isnan(time[i])) return B7_TABLE_MISSING_VALUE;
    if (i > 0 && time[i] < time[i - 1]) return B7_TABLE_NOT_SORTED;
    if (tool == B7_TOOL_RXODE2 && time[i] < 0) return B7_TABLE_NEGATIVE_TIME;
  }
  return B7_TABLE_VALID;
}
