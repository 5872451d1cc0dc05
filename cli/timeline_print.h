/* timeline_print.h - the treatments and events of a course in the terminal. */
#ifndef B7_CLI_TIMELINE_PRINT_H
#define B7_CLI_TIMELINE_PRINT_H

#include "bridge7.h"

/* One line a lane from the first treatment to end_day, between a line of months and a line of days; below
   them the days that were measured, and recorded events as letters with their key. As wide as the terminal.
 */
void b7_cli_print_timeline(const B7Course *course, double end_day);

/* Calendar date of day0 ("2024-06-18") plus whole days, as "2024-07-21". */
void b7_cli_date(const char *day0, double t_day, char date[16]);

#endif
