/* sbml_reader.c - places, ids and errors of an SBML file, as every part of the reader needs them. */
#include "sbml/sbml_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

B7ModelPlace b7_sbml_place(const B7SbmlReader *reader, const SBase_t *element) {
  return (B7ModelPlace){reader->path, (int32_t)SBase_getLine(element), (int32_t)SBase_getColumn(element)};
}

B7Status b7_sbml_fail(const B7SbmlReader *reader, const SBase_t *element, const char *format, ...) {
  char message[sizeof((B7Error *)0)->message];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  B7ModelPlace at = b7_sbml_place(reader, element);
  return b7_fail_at(reader->error, B7_ERROR_INPUT, at.file, at.line, at.column, "%s", message);
}

const char *b7_sbml_id(const char *id) {
  return id ? id : "";
}

const char *b7_sbml_sentence(const char *message, int *length) {
  if (!message) message = "";
  const char *chosen = message;
  for (const char *line = message; *line;) {
    size_t n = strcspn(line, "\n");
    if (n > 0 && strncmp(line, "Reference", 9) != 0) chosen = line;
    line += n;
    if (*line == '\n') line++;
  }
  size_t n = strcspn(chosen, "\n");
  *length = (int)(n < 500 ? n : 500);
  return chosen;
}
