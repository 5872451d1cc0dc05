#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *b7_status_sentence(B7Status status) {
  switch (status) {
#define STATUS_SENTENCE(id, exit_code, sentence)                                                             \
  case id:                                                                                                   \
    return sentence;
    B7_STATUS_LIST(STATUS_SENTENCE)
#undef STATUS_SENTENCE
  case B7_STATUS_COUNT:
    break;
  }
  return "unknown status";
}

int b7_status_exit_code(B7Status status) {
  switch (status) {
#define STATUS_EXIT_CODE(id, exit_code, sentence)                                                            \
  case id:                                                                                                   \
    return exit_code;
    B7_STATUS_LIST(STATUS_EXIT_CODE)
#undef STATUS_EXIT_CODE
  case B7_STATUS_COUNT:
    break;
  }
  return 2;
}

// the build gives the version (CMakeLists.txt)
#ifndef B7_VERSION
#define B7_VERSION "unknown"
#endif

const char *b7_version(void) {
  return B7_VERSION;
}

void b7_error_clear(B7Error *error) {
  if (error) *error = (B7Error){.status = B7_OK};
}

static B7Status fill(B7Error *error, B7Status status, const char *file, int32_t line, int32_t column,
                     const char *format, va_list arguments) {
  if (!error) return status;
  b7_error_clear(error);
  error->status = status;
  error->line = line;
  error->column = column;
  if (file) snprintf(error->file, sizeof error->file, "%s", file);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  return status;
}

B7Status b7_fail(B7Error *error, B7Status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(error, status, NULL, 0, 0, format, arguments);
  va_end(arguments);
  return status;
}

B7Status b7_fail_at(B7Error *error, B7Status status, const char *file, int32_t line, int32_t column,
                    const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(error, status, file, line, column, format, arguments);
  va_end(arguments);
  return status;
}

B7Status b7_fail_memory(B7Error *error) {
  return b7_fail(error, B7_ERROR_MEMORY, "out of memory; free some, or ask for less at a time");
}

void b7_error_format(const B7Error *error, char *text, size_t size) {
  if (!text || size == 0) return;
  if (!error) {
    text[0] = '\0';
    return;
  }
  const char *message = error->message[0] ? error->message : b7_status_sentence(error->status);
  if (error->file[0] && error->line > 0 && error->column > 0) {
    snprintf(text, size, "%s:%d:%d: %s", error->file, (int)error->line, (int)error->column, message);
  } else if (error->file[0] && error->line > 0) {
    snprintf(text, size, "%s:%d: %s", error->file, (int)error->line, message);
  } else if (error->file[0]) {
    snprintf(text, size, "%s: %s", error->file, message);
  } else {
    snprintf(text, size, "%s", message);
  }
}
