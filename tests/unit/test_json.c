#include "test_base.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

static void commas_and_quotes_take_care_of_themselves(void **state) {
  (void)state;
  B7Json json = b7_json_make(NULL);
  b7_json_open_object(&json, NULL);
  b7_json_text(&json, "a", "say \"7\"\\\n\x01");
  b7_json_open_array(&json, "b");
  b7_json_number(&json, NULL, 0.1);
  b7_json_number(&json, NULL, NAN);
  b7_json_open_object(&json, NULL);
  b7_json_close_object(&json);
  b7_json_close_array(&json);
  const double values[] = {1.23456, INFINITY, -2};
  b7_json_numbers(&json, "c", values, 3, 3);
  b7_json_bool(&json, "d", true);
  b7_json_text(&json, "e", NULL);
  b7_json_raw(&json, "f", "[1]");
  b7_json_close_object(&json);
  char *text;
  assert_int_equal(b7_json_finish(&json, &text, NULL), B7_OK);
  assert_string_equal(text, "{\"a\":\"say \\\"7\\\"\\\\\\n\\u0001\",\"b\":[0.1,null,{}],\"c\":[1.23,null,-2],"
                            "\"d\":true,\"e\":null,\"f\":[1]}");
  b7_memory_resize(NULL, text, strlen(text) + 1, 0);
}

static void *refuse(void *user, void *old, size_t old_bytes, size_t new_bytes) {
  (void)user, (void)old, (void)old_bytes, (void)new_bytes;
  return NULL;
}

static void no_memory_is_reported(void **state) {
  (void)state;
  const B7Hooks hooks = {.resize = refuse};
  B7Json json = b7_json_make(&hooks);
  b7_json_open_object(&json, NULL);
  b7_json_close_object(&json);
  char *text;
  B7Error error;
  assert_int_equal(b7_json_finish(&json, &text, &error), B7_ERROR_MEMORY);
  assert_null(text);
}

static void an_end_asks_the_arena_too(void **state) {
  (void)state;
  const B7Hooks none = {.resize = refuse};
  B7Error error;
  char *text;
  for (int refused = 0; refused < 2; refused++) {
    B7Arena arena = b7_arena_make(refused ? &none : NULL);
    B7Json json = b7_json_make(NULL);
    b7_json_open_object(&json, NULL);
    b7_json_text(&json, "a", b7_arena_text(&arena, "b", 1));
    b7_json_close_object(&json);
    B7Status status = b7_json_end(&json, &arena, B7_OK, &text, &error);
    assert_int_equal(status, refused ? B7_ERROR_MEMORY : B7_OK);
    if (refused)
      assert_null(text);
    else
      assert_string_equal(text, "{\"a\":\"b\"}");
    b7_text_free(NULL, text);
  }
}

static void an_end_passes_a_failure_on(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Json json = b7_json_make(NULL);
  b7_json_open_object(&json, NULL);
  char *text;
  assert_int_equal(b7_json_end(&json, &arena, B7_ERROR_INPUT, &text, NULL), B7_ERROR_INPUT);
  assert_null(text);
  assert_null(json.text.bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(commas_and_quotes_take_care_of_themselves),
      cmocka_unit_test(no_memory_is_reported),
      cmocka_unit_test(an_end_asks_the_arena_too),
      cmocka_unit_test(an_end_passes_a_failure_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
