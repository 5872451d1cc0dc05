/* event_rows.h - dosing schedules as event-table rows (NONMEM-like: TIME EVID AMT RATE II ADDL), and what
 * makes such a table valid. */
#ifndef B7_TESTS_STANDARDS_EVENT_ROWS_H
#define B7_TESTS_STANDARDS_EVENT_ROWS_H

#include "assess/rules/criteria.h"

typedef enum B7TimeUnit { B7_TIME_HOURS, B7_TIME_DAYS } B7TimeUnit;

/* Consecutive days with the same dose: both ends included. */
typedef struct B7DayBlock {
  int32_t first, last;
} B7DayBlock;

typedef struct B7DoseSchedule {
  double amount;      /* of one dose, absolute */
  double interval_h;  /* between doses of a day or from day to day: 24, 12, 8 */
  double infusion_h;  /* 0: bolus */
  int32_t origin_day; /* TIME 0 is the start of this day */
  B7TimeUnit unit;
  const B7DayBlock *blocks; /* in order */
  int32_t n_block;
} B7DoseSchedule;

typedef struct B7EventRow {
  double time, amt, rate, ii; /* in the schedule's time unit; rate is amount per time unit */
  int32_t evid, addl;         /* addl: doses after the first */
} B7EventRow;

/* One row a block, rows[n_block]. INPUT error: a dose before the origin, blocks out of order, amount or
 * interval not positive. */
B7Status b7_event_rows(const B7DoseSchedule *schedule, B7EventRow *rows, B7Error *error);
/* Amount of a row with its additional doses. */
double b7_event_total(double amt, int32_t addl);

typedef enum B7EventTool { B7_TOOL_NONMEM, B7_TOOL_RXODE2, B7_TOOL_MRGSOLVE } B7EventTool;
typedef enum B7EventAction {
  B7_ACTION_OBSERVATION,
  B7_ACTION_DOSE,
  B7_ACTION_OTHER,
  B7_ACTION_RESET,
  B7_ACTION_RESET_DOSE,
  B7_ACTION_REPLACE,
  B7_ACTION_MULTIPLY,
  B7_ACTION_TRANSIT
} B7EventAction;
/* EVID of an action in a tool; -1 when the tool has none. */
int32_t b7_event_id(B7EventTool tool, B7EventAction action);

typedef enum B7EventTableFault {
  B7_TABLE_VALID,
  B7_TABLE_MIXED_CASE,
  B7_TABLE_MISSING_COLUMN,
  B7_TABLE_MISSING_VALUE,
  B7_TABLE_NOT_NUMERIC,
  B7_TABLE_NOT_SORTED,
  B7_TABLE_NEGATIVE_TIME
} B7EventTableFault;
/* Column names: all upper or all lower case in mrgsolve; ID and TIME must be there. Names the first fault. */
B7EventTableFault b7_event_columns_check(B7EventTool tool, const char *const *columns, int32_t count);
/* Rows of one subject: ascending times, no missing values; rxode2 wants times >= 0. */
B7EventTableFault b7_event_times_check(B7EventTool tool, const double *time, int32_t count);

#endif
