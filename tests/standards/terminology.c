#include "standards/terminology.h"

#include <string.h>
#include <strings.h>

#include "base/files.h"
#include "base/status.h"

#define FIELDS 4 /* name, synonyms, codes, other */

struct B7Terminology {
  B7Arena arena;
  B7Concept *concepts;
  const char **synonyms; /* joined by '|' */
  int32_t n;
};

// cut a line at tabs, in place; false unless it has FIELDS fields
static bool cut(char *line, char *fields[FIELDS]) {
  int count = 0;
  for (char *at = line;; at++) {
    if (count == FIELDS) return false;
    fields[count++] = at;
    at += strcspn(at, "\t");
    if (!*at) return count == FIELDS;
    *at = '\0';
  }
}

static B7Status read_lines(B7Terminology *t, char *text, const char *path, B7Error *error) {
  int32_t lines = 1, number = 0;
  for (const char *c = text; *c; c++) lines += *c == '\n';
  t->concepts = B7_ARENA_ARRAY(&t->arena, B7Concept, lines);
  t->synonyms = B7_ARENA_ARRAY(&t->arena, const char *, lines);
  if (!t->concepts || !t->synonyms) return b7_fail_memory(error);
  for (char *line = text; *line; line++) {
    char *end = line + strcspn(line, "\n");
    const bool last = !*end;
    *end = '\0';
    number++;
    if (number > 1 && *line && *line != '#') {
      char *fields[FIELDS];
      if (!cut(line, fields))
        return b7_fail_at(error, B7_ERROR_INPUT, path, number, 0,
                          "expected %d fields: name, synonyms, codes, other", FIELDS);
      t->synonyms[t->n] = fields[1];
      t->concepts[t->n++] = (B7Concept){fields[0], fields[2], fields[3]};
    }
    if (last) break;
    line = end;
  }
  return B7_OK;
}

B7Status b7_terminology_load(const char *path, const B7Hooks *hooks, B7Terminology **out, B7Error *error) {
  *out = NULL;
  char *bytes;
  size_t length;
  B7_TRY(b7_file_read(path, hooks, &bytes, &length, error));
  B7Arena arena = b7_arena_make(hooks);
  B7Terminology *t = B7_ARENA_ARRAY(&arena, B7Terminology, 1);
  char *text = b7_arena_text(&arena, bytes, length);
  b7_memory_resize(hooks, bytes, length + 1, 0);
  if (!t || !text) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  t->arena = arena;
  const B7Status status = read_lines(t, text, path, error);
  if (status != B7_OK) {
    b7_terminology_free(t);
    return status;
  }
  *out = t;
  return B7_OK;
}

void b7_terminology_free(B7Terminology *terminology) {
  if (!terminology) return;
  B7Arena arena = terminology->arena;
  b7_arena_free(&arena);
}

static bool among(const char *joined, const char *name) {
  const size_t length = strlen(name);
  for (const char *at = joined; *at;) {
    const size_t word = strcspn(at, "|");
    if (word == length && strncasecmp(at, name, length) == 0) return true;
    at += word + (at[word] == '|');
  }
  return false;
}

const B7Concept *b7_terminology_find(const B7Terminology *terminology, const char *name) {
  for (int32_t i = 0; i < terminology->n; i++)
    if (strcasecmp(terminology->concepts[i].name, name) == 0 || among(terminology->synonyms[i], name))
      return &terminology->concepts[i];
  return NULL;
}
