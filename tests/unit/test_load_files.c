#include "model_text.h"
#include "scarce_memory.h"

static void a_folder_is_a_model(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  B7ModelCounts n;
  b7_model_counts(model, &n);
  assert_string_equal(model->name, "clones");
  assert_string_equal(model->title, "Two clones, one drug, one compartment");
  assert_int_equal(n.modules, 2);
  assert_int_equal(n.states, 9);
  assert_int_equal(n.exact_states, 3);
  assert_int_equal(n.reactions, 10);
  assert_int_equal(n.parameters, 13);
  assert_int_equal(n.sourced, 3);
  assert_int_equal(n.assumed, 9);
  assert_int_equal(n.tuned, 1);
  assert_int_equal(n.events, 3);
  assert_false(n.foreign);
  b7_model_free(model);
}

static void the_index_file_names_its_folder(void **unused) {
  (void)unused;
  B7Model *folder = model_from_file("clones"), *index = model_from_file("clones/model.yaml");
  assert_string_equal(b7_model_hash(folder), b7_model_hash(index));
  b7_model_free(folder);
  b7_model_free(index);
}

static void one_file_is_a_model(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("decay.yaml");
  assert_string_equal(model->name, "decay");
  assert_string_equal(model->modules[0].name, "main");
  assert_int_equal(model->n_state, 1);
  b7_model_free(model);
}

static void places_are_kept(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  const B7ModelState *state = &model->states[b7_model_find_state(model, "IL")];
  assert_non_null(strstr(state->place.file, "growth.yaml"));
  assert_int_equal(state->place.line, 22);
  assert_int_equal(state->place.column, 3);
  b7_model_free(model);
}

static void a_text_in_memory_reads_no_files(void **unused) {
  (void)unused;
  char message[1200];
  assert_string_equal(message_of("bibliography: x.bib\n", message),
                      "x.yaml:1:15: a model in memory cannot name other files");
  assert_string_equal(message_of("table: x.yaml\n", message),
                      "x.yaml:1:8: a model in memory cannot name other files");
  assert_string_equal(message_of("modules: [a]\n", message),
                      "x.yaml:1:11: a model in memory cannot name other files");
}

static void what_is_not_there_is_told(void **unused) {
  (void)unused;
  B7Model *model;
  B7Error error;
  assert_int_not_equal(b7_model_load("/nowhere/at/all", NULL, &model, &error), B7_OK);
  assert_null(model);
  assert_string_equal(error.file, "/nowhere/at/all");
}

static B7Status load_model(ScarceMemory *memory, B7Error *error) {
  const B7Hooks hooks = scarce_memory_hooks(memory);
  B7Model *model;
  B7Status status = b7_model_load(B7_TEST_FOLDER "/models/clones", &hooks, &model, error);
  if (status != B7_OK) assert_null(model);
  b7_model_free(model);
  return status;
}

static void missing_memory_is_an_error_without_leak(void **unused) {
  (void)unused;
  assert_true(scarce_memory_refuse_each("b7_model_load", load_model) > 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_folder_is_a_model),
                                     cmocka_unit_test(the_index_file_names_its_folder),
                                     cmocka_unit_test(one_file_is_a_model),
                                     cmocka_unit_test(places_are_kept),
                                     cmocka_unit_test(a_text_in_memory_reads_no_files),
                                     cmocka_unit_test(what_is_not_there_is_told),
                                     cmocka_unit_test(missing_memory_is_an_error_without_leak)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
