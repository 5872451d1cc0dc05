/* timeline_print.c - the treatments and events of a course in the terminal. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "timeline_print.h"

#define LABEL_WIDTH 17
#define LANES_MAX 12
#define MONTH_LABEL 5 // "|Jun" and a blank

typedef struct Axis {
  double start_day, end_day;
  int columns;
} Axis;

static int column_of(const Axis *axis, double t_day) {
  double share = (t_day - axis->start_day) / (axis->end_day - axis->start_day);
  int column = (int)floor(share * (axis->columns - 1) + 0.5);
  return column < 0 ? 0 : column >= axis->columns ? axis->columns - 1 : column;
}

/* civil date of day0 + days, through the C library's calendar */
static struct tm date_of(const char *day0, double days) {
  struct tm date = {.tm_hour = 12};
  int year = 1970, month = 1, day = 1;
  sscanf(day0, "%d-%d-%d", &year, &month, &day);
  date.tm_year = year - 1900;
  date.tm_mon = month - 1;
  date.tm_mday = day + (int)floor(days);
  mktime(&date);
  return date;
}

void b7_cli_date(const char *day0, double t_day, char date[16]) {
  struct tm civil = date_of(day0, t_day);
  strftime(date, 16, "%Y-%m-%d", &civil);
}

/* put a label where it fits whole, behind what stands there; returns whether it was put */
static bool place(char *line, int columns, int *free_from, int column, const char *label) {
  int length = (int)strlen(label);
  if (column < *free_from || column + length > columns) return false;
  memcpy(line + column, label, (size_t)length);
  *free_from = column + length + 1;
  return true;
}

/* years on one line, months on the next: every month when they fit, else every second, third, ... */
static void print_months(const Axis *axis, const char *day0) {
  char years[B7_CLI_COLUMNS_MAX + 1], months[B7_CLI_COLUMNS_MAX + 1];
  memset(years, ' ', sizeof years);
  memset(months, ' ', sizeof months);
  years[axis->columns] = months[axis->columns] = '\0';
  double month_columns = 30.4 * axis->columns / (axis->end_day - axis->start_day);
  int every = month_columns >= MONTH_LABEL ? 1 : month_columns >= 2.5 ? 2 : month_columns >= 1.7 ? 3 : 12;
  int year_free = 0, month_free = 0, last_month = -1;
  for (double t = axis->start_day; t <= axis->end_day; t += 1) {
    struct tm date = date_of(day0, t);
    char label[16];
    bool left_end = last_month < 0;
    if (left_end || (date.tm_mon == 0 && last_month != 0)) {
      strftime(label, sizeof label, left_end ? "%Y" : "|%Y", &date);
      place(years, axis->columns, &year_free, column_of(axis, t), label);
    }
    if (date.tm_mon != last_month && !left_end && date.tm_mon % every == 0) {
      strftime(label, sizeof label, "|%b", &date);
      place(months, axis->columns, &month_free, column_of(axis, t), label);
    }
    last_month = date.tm_mon;
  }
  printf("%-*s%s\n%-*s%s\n", LABEL_WIDTH, "", years, LABEL_WIDTH, "", months);
}

static void print_days(const Axis *axis) {
  char line[B7_CLI_COLUMNS_MAX + 1];
  memset(line, ' ', sizeof line);
  line[axis->columns] = '\0';
  static const int steps[] = {10, 20, 50, 100, 200, 500, 1000};
  int step = steps[0], free_from = 0;
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    step = steps[i];
    if (step * axis->columns / (axis->end_day - axis->start_day) >= 8) break;
  }
  for (int day = 0; day <= axis->end_day; day += step) {
    char label[16];
    snprintf(label, sizeof label, "|%d", day);
    place(line, axis->columns, &free_from, column_of(axis, day), label);
  }
  printf("%-*s%s\n", LABEL_WIDTH, "day", line);
}

static void print_lane(const Axis *axis, const char *lane, const B7TreatmentBar *bars, int32_t count) {
  unsigned char filled[B7_CLI_COLUMNS_MAX] = {0};
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(bars[i].lane, lane) != 0) continue;
    int from = column_of(axis, bars[i].start_day), to = column_of(axis, bars[i].end_day);
    for (int c = from; c <= to; c++) filled[c] = 1;
  }
  bool wide = b7_cli_unicode();
  printf("%-*s", LABEL_WIDTH, lane);
  for (int c = 0; c < axis->columns; c++) fputs(filled[c] ? (wide ? "█" : "#") : (wide ? "·" : "."), stdout);
  putchar('\n');
}

/* a letter or sign per column; '\0' is an empty place */
static void print_marks(const Axis *axis, const char *label, const char *marks) {
  bool wide = b7_cli_unicode();
  printf("%-*s", LABEL_WIDTH, label);
  for (int c = 0; c < axis->columns; c++) {
    if (marks[c]) {
      putchar(marks[c]);
    } else {
      fputs(wide ? "·" : ".", stdout);
    }
  }
  putchar('\n');
}

static void print_measured(const Axis *axis, const B7Course *course) {
  char marks[B7_CLI_COLUMNS_MAX] = {0};
  const B7Observation *rows;
  int32_t count = b7_course_observations(course, &rows);
  for (int32_t i = 0; i < count; i++) {
    if (rows[i].t_day >= axis->start_day) marks[column_of(axis, rows[i].t_day)] = 'o';
  }
  print_marks(axis, "measured", marks);
}

static bool is_event(const B7CourseRecord *row) {
  return !row->absent && strcmp(row->section, "findings") != 0;
}

/* what was done and what happened, one letter a column; the key says what and on which day */
static void print_events(const Axis *axis, const B7Course *course) {
  char marks[B7_CLI_COLUMNS_MAX] = {0}, key[4096] = "";
  const B7CourseRecord *rows;
  int32_t count = b7_course_records(course, &rows);
  bool taken[B7_CLI_COLUMNS_MAX] = {false};
  for (int32_t i = 0; i < count; i++) {
    if (is_event(&rows[i])) taken[column_of(axis, rows[i].t_day)] = true;
  }
  size_t length = 0;
  char letter = 'a';
  for (int c = 0; c < axis->columns && letter <= 'z'; c++) {
    if (!taken[c]) continue;
    marks[c] = letter;
    length += (size_t)snprintf(key + length, sizeof key - length, "%s%c\t", length ? "; " : "", letter++);
    const char *between = "";
    for (int32_t i = 0; i < count && length < sizeof key; i++) {
      if (!is_event(&rows[i]) || column_of(axis, rows[i].t_day) != c) continue;
      char grade[24] = "";
      if (!isnan(rows[i].grade)) snprintf(grade, sizeof grade, " grade %.0f", rows[i].grade);
      length += (size_t)snprintf(key + length, sizeof key - length, "%s%s%s (day\t%.0f)", between,
                                 rows[i].label, grade, rows[i].t_day);
      between = ", ";
    }
    if (length >= sizeof key) break;
  }
  if (letter == 'a') {
    print_days(axis);
    return;
  }
  print_marks(axis, "events", marks);
  print_days(axis);
  putchar('\n');
  b7_cli_print_wrapped("", 0, key);
}

void b7_cli_print_timeline(const B7Course *course, double end_day) {
  const B7TreatmentBar *bars;
  int32_t count = b7_course_bars(course, &bars);
  Axis axis = {.start_day = 0, .end_day = end_day, .columns = b7_cli_columns() - LABEL_WIDTH};
  for (int32_t i = 0; i < count; i++) {
    if (bars[i].start_day < axis.start_day) axis.start_day = bars[i].start_day;
  }
  const B7CourseRecord *records;
  int32_t n_records = b7_course_records(course, &records);
  for (int32_t i = 0; i < n_records; i++) {
    if (is_event(&records[i]) && records[i].t_day < axis.start_day) axis.start_day = records[i].t_day;
  }
  if (axis.end_day <= axis.start_day) axis.end_day = axis.start_day + 1;

  print_months(&axis, b7_course_day0(course));
  // lanes in the order of their first bar
  const char *seen[LANES_MAX];
  int n_seen = 0;
  for (int32_t i = 0; i < count && n_seen < LANES_MAX; i++) {
    bool known = false;
    for (int k = 0; k < n_seen; k++) known = known || strcmp(seen[k], bars[i].lane) == 0;
    if (known) continue;
    seen[n_seen++] = bars[i].lane;
    print_lane(&axis, bars[i].lane, bars, count);
  }
  print_measured(&axis, course);
  print_events(&axis, course);
}
