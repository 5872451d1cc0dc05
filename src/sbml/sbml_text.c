/* sbml_text.c - what is refused before libSBML builds a file: depth, entities, control characters. */
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "sbml/sbml_reader.h"

/* libSBML and this reader go down by calls; 1000 levels of a formula are beyond any model */
#define DEPTH_MAX 1000

static B7Status fail_line(const char *text, const char *at, const char *path, const char *message,
                          B7Error *error) {
  int32_t line = 1;
  for (const char *c = text; c < at; c++) line += *c == '\n';
  return b7_fail_at(error, B7_ERROR_INPUT, path, line, 1, "%s", message);
}

/* "&#27;" and "&#x1b;" too stand for a character */
static bool controls_by_number(const char *at) {
  char *end;
  unsigned long code = at[2] == 'x' ? strtoul(at + 3, &end, 16) : strtoul(at + 2, &end, 10);
  if (*end != ';' || code == 0 || code >= 0x10000) return false;
  const char one[] = {(char)code, 0}, two[] = {(char)(0xC0 | code >> 6), (char)(0x80 | (code & 0x3F)), 0};
  const char three[] = {(char)(0xE0 | code >> 12), (char)(0x80 | (code >> 6 & 0x3F)),
                        (char)(0x80 | (code & 0x3F)), 0};
  return b7_text_unprintable(code < 0x80 ? one : code < 0x800 ? two : three) != NULL;
}

static B7Status refuse_controls(const char *text, const char *path, B7Error *error) {
  const char *bad = b7_text_unprintable(text);
  // a carriage return before a line end is how some systems write one
  while (bad && *bad == '\r') bad = b7_text_unprintable(bad + 1);
  for (const char *at = strstr(text, "&#"); at && !bad; at = strstr(at + 2, "&#"))
    if (controls_by_number(at)) bad = at;
  if (!bad) return B7_OK;
  return fail_line(text, bad, path,
                   "the line holds a control character, which terminals would obey; remove it", error);
}

/* behind `end`, or the end of the text */
static const char *behind(const char *at, const char *end) {
  const char *found = strstr(at, end);
  return found ? found + strlen(end) : at + strlen(at);
}

/* behind the '>' of a tag, which may stand in quotes before; how the tag changes the depth */
static const char *behind_tag(const char *at, int *change) {
  *change = at[1] == '/' ? -1 : 1;
  for (char quote = 0; *at; at++) {
    if (quote ? *at == quote : *at == '"' || *at == '\'') quote = quote ? 0 : *at;
    if (quote || *at != '>') continue;
    if (at[-1] == '/') *change = 0;
    return at + 1;
  }
  return at;
}

B7Status b7_sbml_look_at_text(const char *text, const char *path, B7Error *error) {
  int depth = 0, change;
  B7_TRY(refuse_controls(text, path, error));
  for (const char *at = strchr(text, '<'); at; at = strchr(at, '<')) {
    if (strncmp(at, "<!--", 4) == 0) {
      at = behind(at, "-->");
    } else if (strncmp(at, "<![CDATA[", 9) == 0) {
      at = behind(at, "]]>");
    } else if (at[1] == '?') {
      at = behind(at, "?>");
    } else if (at[1] == '!') {
      return fail_line(text, at, path,
                       "a document type (<!DOCTYPE ...>) with its entities is not read; write texts out",
                       error);
    } else {
      const char *tag = at;
      at = behind_tag(at, &change);
      depth += change;
      if (depth > DEPTH_MAX)
        return fail_line(text, tag, path, "elements are nested more than 1000 deep; write formulas flatter",
                         error);
    }
  }
  return B7_OK;
}
