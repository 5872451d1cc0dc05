/* trial_print.h - a trial as tables for the terminal. */
#ifndef B7_CLI_TRIAL_PRINT_H
#define B7_CLI_TRIAL_PRINT_H

#include "bridge7_trial.h"
#include "cli.h"

void b7_cli_trial_print(const B7TrialRun *run);

#endif
