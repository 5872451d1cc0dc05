#include "test_base.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "read/model/bibliography.h"

static B7Status keys_of(const char *text, B7Arena *arena, const char *const **keys, B7Error *error) {
  char path[] = "/tmp/bridge7_test_XXXXXX";
  int descriptor = mkstemp(path);
  assert_true(descriptor >= 0);
  assert_int_equal(write(descriptor, text, strlen(text)), (ssize_t)strlen(text));
  close(descriptor);
  B7Status status = b7_bibliography_keys(path, arena, keys, error);
  unlink(path);
  return status;
}

static void keys_of_entries_are_read(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  const char *const *keys;
  const char *text =
      "% about\n@comment{nothing}\n@string{j = {Journal}}\n@article{One2020,\n title={@misc{No}}\n}\n"
      "  @Misc { Two_2021 , x }\n@book(three3,\n)";
  assert_int_equal(keys_of(text, &arena, &keys, NULL), B7_OK);
  assert_string_equal(keys[0], "One2020");
  assert_string_equal(keys[1], "Two_2021");
  assert_string_equal(keys[2], "three3");
  assert_null(keys[3]);
  assert_int_equal(keys_of("", &arena, &keys, NULL), B7_OK);
  assert_null(keys[0]);
  b7_arena_free(&arena);
}

static void a_key_stands_once(void **unused) {
  (void)unused;
  B7Arena arena = b7_arena_make(NULL);
  const char *const *keys;
  B7Error error;
  assert_int_equal(keys_of("@a{k,}\n\n@b{k,}\n", &arena, &keys, &error), B7_ERROR_INPUT);
  assert_int_equal(error.line, 3);
  assert_string_equal(error.message, "the bibliography has the key 'k' twice");
  assert_int_equal(b7_bibliography_keys("/nowhere/x.bib", &arena, &keys, &error), B7_ERROR_INPUT);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(keys_of_entries_are_read),
                                     cmocka_unit_test(a_key_stands_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
