/* fuzz_model.c - any bytes as a one-file model: an error or a model, never a crash. */
#include "model/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  B7Model *model;
  B7Error error;
  if (b7_model_parse((const char *)data, size, "fuzz.yaml", NULL, &model, &error) != B7_OK) return 0;
  char *text;
  if (b7_model_describe(model, &text, &error) == B7_OK) b7_text_free(NULL, text);
  b7_model_free(model);
  return 0;
}
