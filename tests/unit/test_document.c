#include "test_base.h"

#include <string.h>

#include "document/document.h"

static B7Status parse(const char *text, B7Document **document, B7Error *error) {
  return b7_document_parse(text, strlen(text), "x.yaml", NULL, document, error);
}

static void values_know_their_place(void **state) {
  (void)state;
  B7Document *document;
  B7Error error;
  assert_int_equal(parse("a: 1.5 mg/kg\nb:\n  - {c: true}\n  - 'two'\n", &document, &error), B7_OK);
  const B7Node *root = b7_document_root(document), *b = b7_node_get(root, "b");
  double value;
  const char *unit;
  assert_int_equal(b7_node_quantity(b7_node_get(root, "a"), &value, &unit, &error), B7_OK);
  assert_true(value == 1.5);
  assert_string_equal(unit, "mg/kg");
  assert_int_equal(b->count, 2);
  assert_int_equal(b->items[1]->line, 4);
  assert_int_equal(b->items[1]->column, 5);
  assert_true(b->items[1]->quoted);
  bool flag = false;
  assert_int_equal(b7_node_bool(b7_node_get(b->items[0], "c"), &flag, &error), B7_OK);
  assert_true(flag);
  b7_document_free(document);
}

static void mistakes_name_place_and_remedy(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", "x.yaml:1:1: the file is empty"},
      {"a: [1, 2",
       "x.yaml:2:1: not valid YAML: did not find expected ',' or ']'; quote a value that holds [ ] { } or a comma"},
      {"a: 1\na: 2\n", "x.yaml:2:1: duplicate key 'a'; it stands already in line 1"},
      {"a: &x 1\nb: *x\n", "x.yaml:2:4: YAML aliases (*name) are not used here; write the value out"},
      {"a: 1\n---\nb: 2\n", "x.yaml:2:1: one document per file; remove the second '---'"},
      {"? [1]\n: 2\n", "x.yaml:1:3: a key must be plain text"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    B7Document *document;
    B7Error error;
    char text[1200];
    assert_int_equal(parse(cases[i].text, &document, &error), B7_ERROR_INPUT);
    assert_null(document);
    b7_error_format(&error, text, sizeof text);
    assert_string_equal(text, cases[i].message);
  }
}

static void unknown_keys_are_suggested(void **state) {
  (void)state;
  B7Document *document;
  B7Error error;
  char text[1200];
  const char *const keys[] = {"value", "unit", "source", NULL};
  assert_int_equal(parse("valeu: 1\n", &document, &error), B7_OK);
  assert_int_equal(b7_node_only_keys(b7_document_root(document), keys, &error), B7_ERROR_INPUT);
  b7_error_format(&error, text, sizeof text);
  assert_string_equal(text, "x.yaml:1:1: unknown key 'valeu'. Did you mean 'value'?");
  b7_document_free(document);
  assert_int_equal(parse("colour: 1\n", &document, &error), B7_OK);
  assert_int_equal(b7_node_only_keys(b7_document_root(document), keys, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "unknown key 'colour'. Known here: value, unit, source");
  b7_document_free(document);
}

static void numbers_are_strict(void **state) {
  (void)state;
  static const char *const bad[] = {"x: abc",   "x: 1.5.2", "x: 0x10", "x: inf", "x: nan",
                                    "x: 1e999", "x: ''",    "x: [1]",  "x: 3 d"};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    B7Document *document;
    B7Error error;
    double value;
    assert_int_equal(parse(bad[i], &document, &error), B7_OK);
    assert_int_equal(b7_node_number(b7_node_get(b7_document_root(document), "x"), &value, &error),
                     B7_ERROR_INPUT);
    assert_int_equal(error.line, 1);
    assert_int_equal(error.column, 4);
    b7_document_free(document);
  }
}

static void deep_nesting_is_refused(void **state) {
  (void)state;
  char text[400];
  memset(text, '[', 200);
  memset(text + 200, ']', 199);
  text[399] = '\0';
  B7Document *document;
  B7Error error;
  assert_int_equal(parse(text, &document, &error), B7_ERROR_INPUT);
  assert_null(document);
}

static void suggestions_are_near(void **state) {
  (void)state;
  const char *const drugs[] = {"vincristine", "vindesine", "busulfan", NULL};
  assert_string_equal(b7_suggest("vincristin", drugs), "vincristine");
  assert_string_equal(b7_suggest("Bulsufan", drugs), "busulfan");
  assert_null(b7_suggest("aspirin", drugs));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_know_their_place),    cmocka_unit_test(mistakes_name_place_and_remedy),
      cmocka_unit_test(unknown_keys_are_suggested), cmocka_unit_test(numbers_are_strict),
      cmocka_unit_test(deep_nesting_is_refused),    cmocka_unit_test(suggestions_are_near),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
