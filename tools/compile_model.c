/* compile_model - the build's own compiler driver: reads a model and writes its kernel as C.
 *
 *   compile_model MODEL OUTPUT.c
 */
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "compile/code/emit_c.h"

static int fail(const B7Error *error) {
  char text[1200];
  b7_error_format(error, text, sizeof text);
  fprintf(stderr, "compile_model: %s\n", text);
  return b7_status_exit_code(error->status);
}

/* An equal text keeps its file's time, so that nothing is compiled again. */
static B7Status write_if_changed(const char *path, const B7Text *text, B7Error *error) {
  char *old = NULL;
  size_t length = 0;
  bool same = false;
  if (b7_file_exists(path) && b7_file_read(path, NULL, &old, &length, error) == B7_OK) {
    same = length == text->length && memcmp(old, text->bytes, length) == 0;
    b7_memory_resize(NULL, old, length + 1, 0);
  }
  return same ? B7_OK : b7_file_write(path, text->bytes, text->length, error);
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: compile_model MODEL OUTPUT.c\n");
    return 2;
  }
  B7Error error;
  B7Model *model = NULL;
  B7Program *program = NULL;
  B7Text text = b7_text_make(NULL);
  B7Status status = b7_model_load(argv[1], NULL, &model, &error);
  if (status == B7_OK) status = b7_program_make(model, NULL, &program, &error);
  if (status == B7_OK) status = b7_emit_c(program, &text, &error);
  if (status == B7_OK) status = write_if_changed(argv[2], &text, &error);
  b7_text_release(&text);
  b7_program_free(program);
  b7_model_free(model);
  return status == B7_OK ? 0 : fail(&error);
}
