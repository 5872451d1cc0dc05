#include "fit_fixture.h"

#include "fit/value_places.h"

static const char first_text[] =
    "# größe: µ of everything\n"
    "parameters:\n"
    "  hazard_baseline_infection: {label: \"Größe µ\", value: 4.0e-5, range: [1e-5, 4e-4]} # kept\n"
    "  sensitivity_blasts: {lognormal: [0.45, 0.45], assumed: \"why\"}\n";
static const char second_text[] = "a:\n  value: 7 # seven\n";

typedef struct Files {
  Folder folder;
  B7Document *first, *second;
} Files;

static Files files_make(void) {
  Files files = {.folder = folder_make()};
  B7Error error;
  write_text(files.folder.fit, first_text);
  write_text(files.folder.studies, second_text);
  assert_int_equal(b7_document_load(files.folder.fit, NULL, &files.first, &error), B7_OK);
  assert_int_equal(b7_document_load(files.folder.studies, NULL, &files.second, &error), B7_OK);
  return files;
}

static void files_remove(Files *files) {
  b7_document_free(files->first);
  b7_document_free(files->second);
  folder_remove(&files->folder);
}

static void holds(const char *path, const char *expected) {
  char *text;
  size_t length;
  assert_int_equal(b7_file_read(path, NULL, &text, &length, NULL), B7_OK);
  assert_string_equal(text, expected);
  b7_memory_resize(NULL, text, length + 1, 0);
}

static const B7Node *at(const B7Document *document, const char *section, const char *name) {
  return b7_node_get(b7_node_get(b7_document_root(document), section), name);
}

static void numbers_change_and_nothing_else(void **state) {
  (void)state;
  Files files = files_make();
  const B7Node *pair = b7_node_get(at(files.first, "parameters", "sensitivity_blasts"), "lognormal");
  const B7PlaceWrite writes[] = {
      {.node = pair->items[0], .value = 0.517, .digits = 2},
      {.node = b7_node_get(at(files.first, "parameters", "hazard_baseline_infection"), "value"),
       .value = 5.43e-5,
       .digits = 3},
      {.node = at(files.second, "a", "value"), .value = 1234567, .digits = 3},
      {.node = pair->items[1], .value = 0.6, .digits = 2}};
  B7Error error;
  assert_int_equal(b7_value_places_write(writes, 4, NULL, &error), B7_OK);
  holds(files.folder.fit,
        "# größe: µ of everything\n"
        "parameters:\n"
        "  hazard_baseline_infection: {label: \"Größe µ\", value: 5.43e-5, range: [1e-5, 4e-4]} # kept\n"
        "  sensitivity_blasts: {lognormal: [0.52, 0.6], assumed: \"why\"}\n");
  holds(files.folder.studies, "a:\n  value: 1.23e6 # seven\n");
  files_remove(&files);
}

static void a_file_that_changed_stops_all(void **state) {
  (void)state;
  Files files = files_make();
  static const char other[] = "a:\n  value: 8 # eight\n";
  write_text(files.folder.studies, other);
  const B7PlaceWrite writes[] = {
      {.node = b7_node_get(at(files.first, "parameters", "hazard_baseline_infection"), "value"),
       .value = 1,
       .digits = 3},
      {.node = at(files.second, "a", "value"), .value = 9, .digits = 3}};
  B7Error error;
  assert_int_equal(b7_value_places_write(writes, 2, NULL, &error), B7_ERROR_INPUT);
  assert_int_equal(error.line, 2);
  assert_non_null(strstr(error.message, "'7' does not stand here any more"));
  holds(files.folder.fit, first_text);
  holds(files.folder.studies, other);
  files_remove(&files);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_change_and_nothing_else),
                                     cmocka_unit_test(a_file_that_changed_stops_all)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
