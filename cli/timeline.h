/* timeline.h - the treatments of a course as lanes in the terminal. */
#ifndef B7_CLI_TIMELINE_H
#define B7_CLI_TIMELINE_H

#include "bridge7.h"

/* One line a lane from the first treatment to end_day, under a line of months. Width from $COLUMNS (110). */
void b7_cli_print_timeline(const B7Course *course, double end_day);

#endif
