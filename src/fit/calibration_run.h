/* calibration_run.h - a calibration under way and what came of it. */
#ifndef B7_FIT_CALIBRATION_RUN_H
#define B7_FIT_CALIBRATION_RUN_H

#include "fit/descent.h"
#include "fit/identify.h"

struct B7CalibrationRun {
  B7Arena arena;
  B7Hooks hooks;
  const B7Calibration *calibration;
  B7CalibrateOptions options; /* with the fit file's numbers filled in */
  B7FitTarget *targets;
  int32_t n_start, best;
  B7FitStart *starts;
  B7Identification identification;
  B7CalibrationParameter *parameters;
  B7CalibrationRow *rows;
  B7CalibrationStart *start_rows;
  int32_t n_correlation, n_direction;
  B7CalibrationCorrelation *correlations;
  B7CalibrationDirection *directions;
  B7CalibrationSummary summary;
};

/* A value as it goes into a file, and its significant digits: rounded to a tenth of its standard deviation. */
double b7_calibration_round(double value, double sd, int *digits);

/* Parameters, rows, correlations and the rest from the best start, with two Jacobians there. Errors: those of
   b7_evaluate, MEMORY. */
B7Status b7_calibration_summarise(B7CalibrationRun *run, B7Evaluator *evaluator, B7Descent *descent,
                                  B7Error *error);

/* The run as a result file (docs/calibration.md), whole or not at all; what is not known yet is left out. */
B7Status b7_calibration_file_write(const B7CalibrationRun *run, const char *path, B7Error *error);
/* Take up the starts of a result file. Errors: INPUT (damaged, or of another fit, seed or number of patients),
   FILE, MEMORY. */
B7Status b7_calibration_file_read(B7CalibrationRun *run, const char *path, B7Error *error);

#endif
