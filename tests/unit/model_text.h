/* model_text.h - models from text and from tests/models, and the message a broken one gives. */
#ifndef B7_MODEL_TEXT_H
#define B7_MODEL_TEXT_H

#include "test_base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/model.h"

static inline B7Model *model_from_text(const char *text) {
  B7Model *model;
  B7Error error;
  char message[1200];
  if (b7_model_parse(text, strlen(text), "x.yaml", NULL, &model, &error) != B7_OK) {
    b7_error_format(&error, message, sizeof message);
    fail_msg("%s", message);
  }
  return model;
}

static inline B7Model *model_from_file(const char *name) {
  char path[1024], message[1200];
  B7Model *model;
  B7Error error;
  snprintf(path, sizeof path, "%s/models/%s", B7_TEST_FOLDER, name);
  if (b7_model_load(path, NULL, &model, &error) != B7_OK) {
    b7_error_format(&error, message, sizeof message);
    fail_msg("%s", message);
  }
  return model;
}

/* "x.yaml:1:2: what is wrong" in message[1200] */
static inline const char *message_of(const char *text, char message[1200]) {
  B7Model *model;
  B7Error error;
  assert_int_equal(b7_model_parse(text, strlen(text), "x.yaml", NULL, &model, &error), B7_ERROR_INPUT);
  assert_null(model);
  b7_error_format(&error, message, 1200);
  return message;
}

/* The formula as text, in text[500]. */
static inline const char *formula_text(const B7Model *model, B7ExpressionId id, char text[500]) {
  B7Text printed = b7_text_make(NULL);
  b7_model_print_formula(model, NULL, id, &printed);
  snprintf(text, 500, "%s", printed.bytes);
  b7_text_release(&printed);
  return text;
}

#define B7_MODEL_TWO_STATES                                                                                  \
  "parameters:\n"                                                                                            \
  "  k: {label: k, value: 2, unit: 1/d, range: [1, 3], assumed: a test}\n"                                   \
  "  h: {label: h, value: 5, unit: Gcell, range: [1, 9], assumed: a test}\n"                                 \
  "states:\n"                                                                                                \
  "  x: {label: x, unit: Gcell, initial: 1, negligible: 1e-9}\n"                                             \
  "  y: {label: y, unit: Gcell, initial: 0, negligible: 1e-9}\n"

#endif
