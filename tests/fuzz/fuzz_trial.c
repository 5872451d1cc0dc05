/* fuzz_trial.c - any bytes as a trial: an error with its place, or a trial; never a crash. */
#include <stdlib.h>
#include <string.h>

#include "bridge7_trial.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  B7Trial *trial;
  B7Error error;
  B7Status status =
      b7_trial_parse((const char *)data, size, "fuzz.yaml", B7_TEST_FOLDER "/../data", NULL, &trial, &error);
  // regimens that cannot be read would hide everything behind them
  if (status == B7_ERROR_FILE) abort();
  if (status == B7_OK) b7_trial_free(trial);
  return 0;
}
