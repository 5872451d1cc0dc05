/* calibration_read.h - the parts of reading a fit file. */
#ifndef B7_FIT_CALIBRATION_READ_H
#define B7_FIT_CALIBRATION_READ_H

#include "fit/calibration.h"

typedef struct B7FitReader {
  B7Calibration *out;
  B7Error *error;
} B7FitReader;

/* `parameters:`, and where their values stand in the files. Errors: INPUT, FILE, MEMORY. */
B7Status b7_fit_read_parameters(const B7FitReader *reader, const B7Node *node);
/* The calibration rows that have a sampling error: of the studies in `studies:` (Nullable: all), with the weights of
   `rows:` (Nullable: 1). Errors: INPUT, MEMORY. */
B7Status b7_fit_read_rows(const B7FitReader *reader, const B7Node *only, const B7Node *node);

#endif
