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

/* a character of UTF-8: its length in bytes; 0 when the bytes are none */
static int character(const unsigned char *at, uint32_t *code) {
  int more = at[0] < 0x80 ? 0 : at[0] >= 0xF0 ? 3 : at[0] >= 0xE0 ? 2 : at[0] >= 0xC2 ? 1 : -1;
  if (more < 0 || at[0] > 0xF4) return 0;
  *code = more == 0 ? at[0] : at[0] & (0x3Fu >> more);
  for (int i = 1; i <= more; i++) {
    if ((at[i] & 0xC0) != 0x80) return 0;
    *code = *code << 6 | (at[i] & 0x3Fu);
  }
  return more + 1;
}

static bool reaches_terminals(uint32_t code) {
  // marks that turn the direction of writing show another text than what is read
  bool turns = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
  return code == '\t' || code == '\n' || !(turns || control);
}

const char *b7_text_unprintable(const char *text) {
  const unsigned char *at = (const unsigned char *)text;
  while (*at) {
    uint32_t code = 0;
    int length = character(at, &code);
    // bytes that are no UTF-8 harm terminals of eight bits where they are control characters there
    if (length == 0 ? *at < 0xA0 : !reaches_terminals(code)) return (const char *)at;
    at += length ? length : 1;
  }
  return NULL;
}

/* control characters of whatever the message quotes as \xNN, one for each byte */
static void print_visibly(const char *text, char *out, size_t size) {
  size_t used = 0;
  while (used + 1 < size) {
    const char *stop = b7_text_unprintable(text);
    size_t plain = stop ? (size_t)(stop - text) : strlen(text);
    if (plain > size - 1 - used) plain = size - 1 - used;
    memcpy(out + used, text, plain);
    used += plain;
    if (!stop) break;
    uint32_t code;
    int length = character((const unsigned char *)stop, &code);
    for (int i = 0; i < (length ? length : 1) && used + 5 < size; i++)
      used += (size_t)snprintf(out + used, size - used, "\\x%02x", (unsigned char)stop[i]);
    text = stop + (length ? length : 1);
    if (used + 5 >= size) break;
  }
  out[used] = '\0';
}

void b7_error_format(const B7Error *error, char *text, size_t size) {
  if (!text || size == 0) return;
  if (!error) {
    text[0] = '\0';
    return;
  }
  char whole[sizeof error->file + sizeof error->message + 32];
  const char *message = error->message[0] ? error->message : b7_status_sentence(error->status);
  if (error->file[0] && error->line > 0 && error->column > 0) {
    snprintf(whole, sizeof whole, "%s:%d:%d: %s", error->file, (int)error->line, (int)error->column, message);
  } else if (error->file[0] && error->line > 0) {
    snprintf(whole, sizeof whole, "%s:%d: %s", error->file, (int)error->line, message);
  } else if (error->file[0]) {
    snprintf(whole, sizeof whole, "%s: %s", error->file, message);
  } else {
    snprintf(whole, sizeof whole, "%s", message);
  }
  print_visibly(whole, text, size);
}
