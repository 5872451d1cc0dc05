/* References of a page: each once, in the order of need; unknown keys are passed over; a missing file is an
 * error. */
#include "report/page_sources.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char bibliography[] =
    "@article{first2020,\n  author = {One, A.},\n  title = {A {Title}},\n  year = {2020},\n  doi = {10.1/x}\n}\n"
    "@misc{second2021,\n  title = {Another},\n  year = {2021}\n}\n";

static char path[256];

static int write_bibliography(void **state) {
  (void)state;
  const char *folder = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/bridge7-sources-%ld.bib", folder ? folder : "/tmp", (long)getpid());
  FILE *file = fopen(path, "w");
  return !file || fputs(bibliography, file) < 0 || fclose(file) != 0;
}

static int remove_bibliography(void **state) {
  (void)state;
  return remove(path);
}

static void each_once_in_order(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Json json = b7_json_make(NULL);
  B7PageSources sources;
  B7Error error;
  b7_json_open_object(&json, NULL);
  assert_int_equal(b7_page_sources_open(&sources, &json, &arena, path, &error), B7_OK);
  b7_page_sources_add(&sources, "second2021; assumed");
  b7_page_sources_add(&sources, NULL);
  b7_page_sources_add(&sources, "[first2020, second2021]");
  b7_page_sources_add(&sources, "first");
  assert_int_equal(b7_page_sources_close(&sources, &error), B7_OK);
  b7_json_close_object(&json);
  char *text;
  assert_int_equal(b7_json_finish(&json, &text, &error), B7_OK);
  assert_string_equal(text, "{\"references\":[{\"key\":\"second2021\",\"text\":\"Another (2021). \"},"
                            "{\"key\":\"first2020\",\"text\":\"One, A. (2020). A Title. doi:10.1/x\"}]}");
  b7_text_free(NULL, text);
  b7_arena_free(&arena);
}

static void without_bibliography_no_section(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Json json = b7_json_make(NULL);
  B7PageSources sources;
  B7Error error;
  b7_json_open_object(&json, NULL);
  assert_int_equal(b7_page_sources_open(&sources, &json, &arena, NULL, &error), B7_OK);
  b7_page_sources_add(&sources, "first2020");
  assert_int_equal(b7_page_sources_close(&sources, &error), B7_OK);
  b7_json_close_object(&json);
  char *text;
  assert_int_equal(b7_json_finish(&json, &text, &error), B7_OK);
  assert_string_equal(text, "{}");
  b7_text_free(NULL, text);
  b7_arena_free(&arena);
}

static void missing_file_is_told(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Json json = b7_json_make(NULL);
  B7PageSources sources;
  B7Error error;
  assert_int_equal(b7_page_sources_open(&sources, &json, &arena, "/nowhere/references.bib", &error),
                   B7_ERROR_INPUT);
  assert_string_equal(error.file, "/nowhere/references.bib");
  b7_text_release(&json.text);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_once_in_order),
      cmocka_unit_test(without_bibliography_no_section),
      cmocka_unit_test(missing_file_is_told),
  };
  return cmocka_run_group_tests(tests, write_bibliography, remove_bibliography);
}
