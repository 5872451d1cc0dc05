/* comparison_print.h - what was recorded beside what the model says, printed. */
#ifndef B7_CLI_COMPARISON_PRINT_H
#define B7_CLI_COMPARISON_PRINT_H

#include "bridge7_replay.h"

/* Title, timeline, the table of recorded and simulated values, what other readings of the course change, and
   what the publication leaves open. patient_path: the calibration that was used, NULL when none. */
void b7_cli_print_comparison(const B7Replay *replay, const B7Course *course, const char *patient_path);

#endif
