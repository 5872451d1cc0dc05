/* timeline.c - the treatments of a course as lanes in the terminal. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "timeline.h"

#define LABEL_WIDTH 17
#define COLUMNS_MAX 200
#define LANES_MAX 12

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

static void print_axis(const Axis *axis, const char *day0) {
  char line[COLUMNS_MAX + 1];
  memset(line, ' ', (size_t)axis->columns);
  line[axis->columns] = '\0';
  int last_month = -1, free_from = 0;
  for (double t = axis->start_day; t <= axis->end_day; t += 1) {
    struct tm date = date_of(day0, t);
    if (date.tm_mon == last_month) continue;
    bool first = last_month < 0;
    last_month = date.tm_mon;
    // January and the left end carry the year
    char label[16];
    strftime(label, sizeof label, first || date.tm_mon == 0 ? "|%b %Y" : "|%b", &date);
    int column = column_of(axis, t), length = (int)strlen(label);
    if (column < free_from || column + length > axis->columns) continue;
    memcpy(line + column, label, (size_t)length);
    free_from = column + length + 1;
  }
  printf("%-*s%s\n", LABEL_WIDTH, "", line);
}

static void print_lane(const Axis *axis, const char *lane, const B7TreatmentBar *bars, int32_t count,
                       bool wide) {
  unsigned char filled[COLUMNS_MAX] = {0};
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(bars[i].lane, lane) != 0) continue;
    int from = column_of(axis, bars[i].start_day), to = column_of(axis, bars[i].end_day);
    for (int c = from; c <= to; c++) filled[c] = 1;
  }
  printf("%-*s", LABEL_WIDTH, lane);
  for (int c = 0; c < axis->columns; c++) fputs(filled[c] ? (wide ? "█" : "#") : (wide ? "·" : "."), stdout);
  putchar('\n');
}

void b7_cli_print_timeline(const B7Course *course, double end_day) {
  const B7TreatmentBar *bars;
  int32_t count = b7_course_bars(course, &bars);
  const char *columns = getenv("COLUMNS"), *language = getenv("LC_ALL");
  if (!language || !*language) language = getenv("LC_CTYPE");
  if (!language || !*language) language = getenv("LANG");
  bool wide =
      language && (strstr(language, "UTF-8") || strstr(language, "utf8") || strstr(language, "C.UTF"));
  int width = columns ? atoi(columns) : 110;
  Axis axis = {.start_day = 0, .end_day = end_day, .columns = width - LABEL_WIDTH - 1};
  if (axis.columns > COLUMNS_MAX) axis.columns = COLUMNS_MAX;
  if (axis.columns < 40) axis.columns = 40;
  for (int32_t i = 0; i < count; i++) {
    if (bars[i].start_day < axis.start_day) axis.start_day = bars[i].start_day;
  }

  print_axis(&axis, b7_course_day0(course));
  // lanes in the order of their first bar
  const char *seen[LANES_MAX];
  int n_seen = 0;
  for (int32_t i = 0; i < count && n_seen < LANES_MAX; i++) {
    bool known = false;
    for (int k = 0; k < n_seen; k++) known = known || strcmp(seen[k], bars[i].lane) == 0;
    if (known) continue;
    seen[n_seen++] = bars[i].lane;
    print_lane(&axis, bars[i].lane, bars, count, wide);
  }
}
