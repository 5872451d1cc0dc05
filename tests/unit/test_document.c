#include "test_base.h"

#include <stdio.h>
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
  static const char *const bad[] = {"x: abc",   "x: 1.5.2",  "x: 0x10", "x: inf", "x: nan",
                                    "x: 1e999", "x: 1e-400", "x: ''",   "x: [1]", "x: 3 d"};
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
  static const struct {
    const char *opens;
    int column;
  } ways[] = {{"[", 66}, {"{a: ", 261}, {"- ", 131}};
  enum { DEEP = 100000 };
  for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
    B7Text text = b7_text_make(NULL);
    for (int k = 0; k < DEEP; k++) b7_text_append(&text, "%s", ways[i].opens);
    B7Document *document;
    B7Error error;
    assert_int_equal(parse(text.bytes, &document, &error), B7_ERROR_INPUT);
    assert_null(document);
    assert_string_equal(error.message, "nested too deeply; no format here goes so deep");
    assert_int_equal(error.column, ways[i].column);
    b7_text_release(&text);
  }
}

static void size_is_bounded(void **state) {
  (void)state;
  B7Document *document;
  B7Error error;
  B7Text text = b7_text_make(NULL);
  b7_text_append(&text, "[");
  for (int k = 0; k < 1000001; k++) b7_text_append(&text, "1,");
  b7_text_append(&text, "]");
  assert_int_equal(parse(text.bytes, &document, &error), B7_ERROR_INPUT);
  assert_non_null(strstr(error.message, "more than 1000000 values"));
  b7_text_release(&text);
  assert_int_equal(b7_document_parse("a: 1", ((size_t)16 << 20) + 1, "x.yaml", NULL, &document, &error),
                   B7_ERROR_INPUT);
  assert_non_null(strstr(error.message, "more than 16 MiB"));
}

static void control_characters_are_refused(void **state) {
  (void)state;
  static const char *const bad[] = {"\"\\e[31m\"", "\"\\b\"",   "\"\\r\"",     "\"\\x7f\"",
                                    "\"\\x85\"",   "\"\\x9b\"", "\"\\u202e\"", "\"\\u2067\""};
  static const char *const good[] = {"\"a\\tb\\n\"", "µg", "β2-microglobulin", "\xf0\x9f\xa7\xac",
                                     "\"\\xa0\""};
  char text[80];
  B7Document *document;
  B7Error error;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    snprintf(text, sizeof text, "a:\n  %s\n", bad[i]);
    if (parse(text, &document, &error) == B7_OK) fail_msg("%s", bad[i]);
    assert_int_equal(error.line, 2);
    assert_int_equal(error.column, 3);
    assert_non_null(strstr(error.message, "control character"));
  }
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    snprintf(text, sizeof text, "a: %s\n", good[i]);
    assert_int_equal(parse(text, &document, &error), B7_OK);
    b7_document_free(document);
  }
}

/* what messages quote, and where they are cut */
static void messages_hold_no_control_character(void **state) {
  (void)state;
  B7Error error;
  char text[1200], few[12];
  b7_fail_at(&error, B7_ERROR_INPUT, "a\x1b.yaml", 1, 2, "'%s' is no drug", "\x1b[2J\xc2\x9b\x7f\x9bµ");
  b7_error_format(&error, text, sizeof text);
  assert_string_equal(text, "a\\x1b.yaml:1:2: '\\x1b[2J\\xc2\\x9b\\x7f\\x9bµ' is no drug");
  b7_error_format(&error, few, sizeof few);
  assert_string_equal(few, "a\\x1b.yaml:");
  assert_null(b7_text_unprintable("plain\ttext\n"));
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
      cmocka_unit_test(values_know_their_place),
      cmocka_unit_test(mistakes_name_place_and_remedy),
      cmocka_unit_test(unknown_keys_are_suggested),
      cmocka_unit_test(numbers_are_strict),
      cmocka_unit_test(deep_nesting_is_refused),
      cmocka_unit_test(suggestions_are_near),
      cmocka_unit_test(size_is_bounded),
      cmocka_unit_test(control_characters_are_refused),
      cmocka_unit_test(messages_hold_no_control_character),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
