/* dates.h - civil dates as day numbers (proleptic Gregorian, day 0 = 1970-01-01). */
#ifndef B7_BASE_DATES_H
#define B7_BASE_DATES_H

#include <stdbool.h>
#include <stdint.h>

/* "2025-04-07" -> day number; false when malformed or no such day. */
bool b7_date_parse(const char *text, int32_t *day);
/* Day number -> "2025-04-07" into text[11]. */
void b7_date_format(int32_t day, char text[11]);

#endif
