/* fuzz_trial.c - any bytes as a trial: an error with its place, or a trial; never a crash. */
#include <stdlib.h>
#include <string.h>

#include "trial/design/trial.h"

#define DATA B7_TEST_FOLDER "/../data"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static B7Catalogue *catalogue;
  B7Trial *trial;
  B7Error error;
  // data that cannot be read would hide everything behind them
  if (!catalogue && b7_catalogue_load(DATA, true, NULL, &catalogue, &error) != B7_OK) abort();
  B7Status status =
      b7_trial_parse_with((const char *)data, size, "fuzz.yaml", DATA, catalogue, NULL, &trial, &error);
  if (status == B7_ERROR_FILE) abort();
  if (status == B7_OK) b7_trial_free(trial);
  return 0;
}
