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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(commas_and_quotes_take_care_of_themselves),
      cmocka_unit_test(no_memory_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
