#include "read/model/bibliography.h"

#include "base/files.h"

#include <string.h>
#include <strings.h>

/* Entries look like "@article{Kimmel2021,"; @comment, @string and @preamble have no key. */
static const char *entry_key(const char *at, size_t *length) {
  size_t word = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (word == 0) return NULL;
  static const char *const keyless[] = {"comment", "string", "preamble"};
  for (size_t i = 0; i < sizeof keyless / sizeof keyless[0]; i++)
    if (strlen(keyless[i]) == word && strncasecmp(at, keyless[i], word) == 0) return NULL;
  at += word + strspn(at + word, " \t");
  if (*at != '{' && *at != '(') return NULL;
  at++;
  at += strspn(at, " \t\r\n");
  *length = strcspn(at, ", \t\r\n})");
  return *length ? at : NULL;
}

static B7Status add_key(const char ***keys, size_t *count, size_t *capacity, const char *key, size_t length,
                        const char *path, int32_t line, B7Arena *arena, B7Error *error) {
  const char **rows = b7_arena_grow(arena, *keys, *count, capacity, sizeof(char *));
  const char *copy = b7_arena_text(arena, key, length);
  if (!rows || !copy) return b7_fail_memory(error);
  for (size_t i = 0; i < *count; i++)
    if (strcmp(rows[i], copy) == 0)
      return b7_fail_at(error, B7_ERROR_INPUT, path, line, 1, "the bibliography has the key '%s' twice",
                        copy);
  *keys = rows;
  rows[(*count)++] = copy;
  return B7_OK;
}

B7Status b7_bibliography_keys(const char *path, B7Arena *arena, const char *const **out, B7Error *error) {
  char *text;
  size_t size;
  B7_TRY(b7_file_read(path, &arena->hooks, &text, &size, error));
  const char **keys = NULL;
  size_t count = 0, capacity = 0, length;
  B7Status status = B7_OK;
  int32_t line = 1;
  for (const char *at = text; *at && status == B7_OK; line++) {
    const char *start = at + strspn(at, " \t");
    const char *key = *start == '@' ? entry_key(start + 1, &length) : NULL;
    if (key) status = add_key(&keys, &count, &capacity, key, length, path, line, arena, error);
    at += strcspn(at, "\n");
    if (*at == '\n') at++;
  }
  b7_memory_resize(&arena->hooks, text, size + 1, 0);
  B7_TRY(status);
  // the list ends with NULL, also when it is empty or exactly full
  const char **ended = B7_ARENA_ARRAY(arena, const char *, count + 1);
  if (!ended) return b7_fail_memory(error);
  if (count) memcpy(ended, keys, count * sizeof *keys);
  *out = ended;
  return B7_OK;
}
