/* leave_out_print.h - `bridge7 calibrate FIT --leave-out`. */
#ifndef B7_CLI_LEAVE_OUT_PRINT_H
#define B7_CLI_LEAVE_OUT_PRINT_H

#include "bridge7_fit.h"

typedef struct B7CliLeaveOut {
  const char *what; /* "each", or a study */
  const char *out;  /* JSON file; Nullable */
  int64_t patients; /* 0: the default */
  uint64_t seed;
  int32_t threads;
  bool json;
} B7CliLeaveOut;

/* The exit code. */
int b7_cli_leave_out(const B7Calibration *calibration, const B7CliLeaveOut *request, const B7Hooks *hooks);

#endif
