/* value_places_write.c - fitted values into the files that they came from; comments and everything else stay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "fit/value_places.h"

/* one file with its new text */
typedef struct Edit {
  const char *path;
  char *old_bytes, *bytes;
  size_t old_length, length;
  char temporary[4096];
  bool kept;
} Edit;

typedef struct Editor {
  B7Arena arena;
  const B7Hooks *hooks;
  const B7PlaceWrite **writes; /* by file, the last place of a file first */
  int32_t n_write, n_edit;
  Edit *edits;
  B7Error *error;
} Editor;

static int compare_writes(const void *a, const void *b) {
  const B7Node *x = (*(const B7PlaceWrite *const *)a)->node, *y = (*(const B7PlaceWrite *const *)b)->node;
  int order = strcmp(x->file, y->file);
  if (order != 0) return order;
  if (x->line != y->line) return x->line > y->line ? -1 : 1;
  return x->column > y->column ? -1 : x->column < y->column;
}

/* byte at a 1-based line and column; columns count characters of UTF-8 */
static size_t byte_of(const char *text, size_t length, int32_t line, int32_t column) {
  size_t at = 0;
  for (int32_t l = 1; l < line && at < length; at++) l += text[at] == '\n';
  for (int32_t c = 1; c < column && at < length; c++) {
    at++;
    while (at < length && ((unsigned char)text[at] & 0xC0) == 0x80) at++;
  }
  return at;
}

/* 4e-05 as 4e-5 */
static void format_value(char *text, size_t size, double value, int digits) {
  snprintf(text, size, "%.*g", digits, value);
  char *exponent = strpbrk(text, "e");
  if (!exponent) return;
  char *digit = exponent + 1 + (exponent[1] == '-' || exponent[1] == '+');
  char *from = digit;
  while (*from == '0' && from[1]) from++;
  memmove(digit, from, strlen(from) + 1);
  if (exponent[1] == '+') memmove(exponent + 1, exponent + 2, strlen(exponent + 2) + 1);
}

static B7Status replace(Editor *editor, Edit *edit, const B7PlaceWrite *write) {
  const B7Node *node = write->node;
  char number[48];
  size_t at = byte_of(edit->bytes, edit->length, node->line, node->column), old = strlen(node->text);
  if (at + old > edit->length || strncmp(edit->bytes + at, node->text, old) != 0)
    return b7_node_fail(node, editor->error, "'%s' does not stand here any more; run the fit again",
                        node->text);
  format_value(number, sizeof number, write->value, write->digits);
  size_t new = strlen(number), length = edit->length - old + new;
  char *bytes = b7_arena_take(&editor->arena, length + 1, 1);
  if (!bytes) return b7_fail_memory(editor->error);
  memcpy(bytes, edit->bytes, at);
  memcpy(bytes + at, number, new);
  memcpy(bytes + at + new, edit->bytes + at + old, edit->length - at - old);
  edit->bytes = bytes;
  edit->length = length;
  return B7_OK;
}

static B7Status open_edit(Editor *editor, const char *path, Edit *edit) {
  char *bytes;
  size_t length;
  B7_TRY(b7_file_read(path, editor->hooks, &bytes, &length, editor->error));
  edit->path = path;
  edit->old_bytes = edit->bytes = b7_arena_text(&editor->arena, bytes, length);
  edit->old_length = edit->length = length;
  b7_memory_resize(editor->hooks, bytes, length + 1, 0);
  return edit->bytes ? B7_OK : b7_fail_memory(editor->error);
}

static B7Status make_edits(Editor *editor) {
  for (int32_t i = 0; i < editor->n_write; i++) {
    const char *path = editor->writes[i]->node->file;
    Edit *last = editor->n_edit > 0 ? &editor->edits[editor->n_edit - 1] : NULL;
    if (!last || strcmp(last->path, path) != 0) {
      last = &editor->edits[editor->n_edit];
      B7_TRY(open_edit(editor, path, last));
      editor->n_edit++;
    }
    B7_TRY(replace(editor, last, editor->writes[i]));
  }
  return B7_OK;
}

/* every new text lies beside its file before the first is renamed; a rename that fails takes the others back */
static B7Status write_edits(Editor *editor) {
  B7Status status = B7_OK;
  int32_t written = 0;
  for (; written < editor->n_edit && status == B7_OK; written++) {
    Edit *edit = &editor->edits[written];
    status = b7_file_temporary(edit->path, edit->temporary, sizeof edit->temporary, editor->error);
    if (status == B7_OK) status = b7_file_write(edit->temporary, edit->bytes, edit->length, editor->error);
  }
  for (int32_t i = 0; i < editor->n_edit && status == B7_OK; i++) {
    status = b7_file_keep(editor->edits[i].temporary, editor->edits[i].path, editor->error);
    editor->edits[i].kept = status == B7_OK;
  }
  if (status == B7_OK) return B7_OK;
  for (int32_t i = 0; i < written; i++) {
    const Edit *edit = &editor->edits[i];
    if (edit->kept) {
      b7_file_write(edit->path, edit->old_bytes, edit->old_length, NULL);
    } else if (edit->temporary[0]) {
      b7_file_drop(edit->temporary);
    }
  }
  return status;
}

B7Status b7_value_places_write(const B7PlaceWrite *writes, int32_t count, const B7Hooks *hooks,
                               B7Error *error) {
  Editor editor = {.arena = b7_arena_make(hooks), .hooks = hooks, .n_write = count, .error = error};
  editor.writes = B7_ARENA_ARRAY(&editor.arena, const B7PlaceWrite *, count + 1);
  editor.edits = B7_ARENA_ARRAY(&editor.arena, Edit, count + 1);
  B7Status status = editor.writes && editor.edits ? B7_OK : b7_fail_memory(error);
  for (int32_t i = 0; status == B7_OK && i < count; i++) editor.writes[i] = &writes[i];
  if (status == B7_OK && count > 1)
    qsort(editor.writes, (size_t)count, sizeof *editor.writes, compare_writes);
  if (status == B7_OK) status = make_edits(&editor);
  if (status == B7_OK) status = write_edits(&editor);
  b7_arena_free(&editor.arena);
  return status;
}
