#include "report/references.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/files.h"

struct B7References {
  B7Hooks hooks;
  char *text;
  size_t length;
};

B7Status b7_references_load(const char *path, const B7Hooks *hooks, B7References **out, B7Error *error) {
  *out = NULL;
  B7References *references = b7_memory_resize(hooks, NULL, 0, sizeof *references);
  if (!references) return b7_fail_memory(error);
  *references = (B7References){.text = NULL};
  if (hooks) references->hooks = *hooks;
  B7Status status = b7_file_read(path, hooks, &references->text, &references->length, error);
  if (status != B7_OK) {
    b7_references_free(references);
    return status;
  }
  *out = references;
  return B7_OK;
}

void b7_references_free(B7References *references) {
  if (!references) return;
  B7Hooks hooks = references->hooks;
  if (references->text) b7_memory_resize(&hooks, references->text, references->length + 1, 0);
  b7_memory_resize(&hooks, references, sizeof *references, 0);
}

/* start of the entry "@article{key," */
static const char *find_entry(const char *text, const char *key) {
  size_t length = strlen(key);
  for (const char *at = strchr(text, '@'); at; at = strchr(at + 1, '@')) {
    const char *open = strchr(at, '{');
    if (!open) return NULL;
    const char *start = open + 1 + strspn(open + 1, " \t\r\n");
    if (strncmp(start, key, length) == 0 && strchr(", \t\r\n", start[length])) return start + length;
  }
  return NULL;
}

/* the value of a field of the entry, without its braces or quotes; NULL when it has none */
static const char *find_field(const char *entry, const char *field, size_t *length) {
  size_t name_length = strlen(field);
  int depth = 1;
  for (const char *at = entry; *at && depth > 0; at++) {
    if (*at == '{') depth++;
    if (*at == '}') depth--;
    bool begins = depth == 1 && at > entry && !isalnum((unsigned char)at[-1]);
    if (!begins || strncasecmp(at, field, name_length) != 0) continue;
    const char *rest = at + name_length + strspn(at + name_length, " \t");
    if (*rest != '=') continue;
    rest++;
    rest += strspn(rest, " \t\r\n");
    const char *end;
    if (*rest == '{') {
      int inner = 1;
      end = ++rest;
      while (*end && inner > 0) {
        if (*end == '{') inner++;
        if (*end == '}') inner--;
        end++;
      }
      end--;
    } else if (*rest == '"') {
      end = strchr(++rest, '"');
      if (!end) return NULL;
    } else {
      end = rest + strcspn(rest, ",}\r\n");
    }
    *length = (size_t)(end - rest);
    return rest;
  }
  return NULL;
}

/* the field with braces dropped and blanks joined */
static const char *clean_field(const char *entry, const char *field, B7Arena *arena) {
  size_t length;
  const char *value = find_field(entry, field, &length);
  if (!value || length == 0) return NULL;
  char *clean = b7_arena_text(arena, value, length);
  if (!clean) return NULL;
  char *to = clean;
  bool blank = true;
  for (size_t i = 0; i < length; i++) {
    char c = value[i];
    if (c == '{' || c == '}' || c == '\\') continue;
    bool is_blank = isspace((unsigned char)c) || c == '~';
    if (is_blank && blank) continue;
    blank = is_blank;
    *to++ = is_blank ? ' ' : c;
  }
  *to = '\0';
  return clean;
}

const char *b7_references_line(const B7References *references, const char *key, B7Arena *arena) {
  const char *entry = find_entry(references->text, key);
  if (!entry) return NULL;
  const char *author = clean_field(entry, "author", arena), *title = clean_field(entry, "title", arena);
  const char *year = clean_field(entry, "year", arena), *journal = clean_field(entry, "journal", arena);
  const char *doi = clean_field(entry, "doi", arena), *url = clean_field(entry, "url", arena);
  if (!journal) journal = clean_field(entry, "booktitle", arena);
  if (!journal) journal = clean_field(entry, "howpublished", arena);
  // a source whose page showed no author is led by its title
  const char *lead = author ? author : title ? title : key;
  return b7_arena_format(arena, "%s%s%s%s%s%s%s%s%s%s", lead, year ? " (" : "", year ? year : "",
                         year ? "). " : ". ", author && title ? title : "", author && title ? ". " : "",
                         journal ? journal : "", journal ? ". " : "",
                         doi   ? "doi:"
                         : url ? url
                               : "",
                         doi ? doi : "");
}
