#include "test_base.h"

#include <stdio.h>

#include "model/names.h"

static const B7ModelPlace place = {"x.yaml", 3, 4};

static void names_are_found_by_kind_and_index(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7Names names = b7_names_make(&arena);
  for (int32_t i = 0; i < 1000; i++)
    assert_int_equal(
        b7_names_add(&names, b7_arena_format(&arena, "n%d", (int)i), B7_NAME_STATE, i, place, NULL), B7_OK);
  const B7Name *found = b7_names_find(&names, "n777");
  assert_non_null(found);
  assert_int_equal(found->index, 777);
  assert_int_equal(found->kind, B7_NAME_STATE);
  assert_null(b7_names_find(&names, "n1000"));
  b7_arena_free(&arena);
}

static void taken_and_impossible_names_are_refused(void **unused) {
  (void)unused;
  static const struct {
    const char *name, *message;
  } cases[] = {{"alpha", "the name 'alpha' is taken: it is already the latch at x.yaml:3"},
               {"1st", "'1st' is not a name: names are letters, digits and underscores, a digit not first"},
               {"a b", "'a b' is not a name: names are letters, digits and underscores, a digit not first"},
               {"", "'' is not a name: names are letters, digits and underscores, a digit not first"},
               {"Exp", "'Exp' cannot be a name: formulas know it as a word of their own"},
               {"t", "'t' cannot be a name: it is the time, which formulas may not read"},
               {"b7_x", "'b7_x' cannot be a name: names that start with 'b7_' are kept for SBML files"}};
  B7Arena arena = b7_arena_make(NULL);
  B7Names names = b7_names_make(&arena);
  assert_int_equal(b7_names_add(&names, "alpha", B7_NAME_LATCH, 0, place, NULL), B7_OK);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    B7Error error;
    assert_int_equal(b7_names_add(&names, cases[i].name, B7_NAME_STATE, 0, place, &error), B7_ERROR_INPUT);
    assert_string_equal(error.message, cases[i].message);
    assert_int_equal(error.line, 3);
  }
  b7_arena_free(&arena);
}

static void only_events_have_dots(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7Names names = b7_names_make(&arena);
  assert_int_equal(b7_names_add(&names, "graft.infusion", B7_NAME_EVENT, 0, place, NULL), B7_OK);
  assert_int_equal(b7_names_add(&names, "graft.x", B7_NAME_STATE, 0, place, NULL), B7_ERROR_INPUT);
  assert_int_equal(b7_names_add(&names, "graft.", B7_NAME_EVENT, 0, place, NULL), B7_ERROR_INPUT);
  assert_int_equal(b7_names_add(&names, "graft..x", B7_NAME_EVENT, 0, place, NULL), B7_ERROR_INPUT);
  b7_arena_free(&arena);
}

static void suggestions_keep_to_the_kinds_asked_for(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  B7Names names = b7_names_make(&arena);
  assert_int_equal(b7_names_add(&names, "blasts", B7_NAME_STATE, 0, place, NULL), B7_OK);
  assert_int_equal(b7_names_add(&names, "blast", B7_NAME_OBSERVABLE, 0, place, NULL), B7_OK);
  assert_string_equal(b7_names_suggest(&names, "blast_", 1u << B7_NAME_STATE), "blasts");
  assert_null(b7_names_suggest(&names, "blast_", 1u << B7_NAME_LATCH));
  assert_string_equal(b7_name_kind_phrase(B7_NAME_EVENT), "an event");
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_found_by_kind_and_index),
                                     cmocka_unit_test(taken_and_impossible_names_are_refused),
                                     cmocka_unit_test(only_events_have_dots),
                                     cmocka_unit_test(suggestions_keep_to_the_kinds_asked_for)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
