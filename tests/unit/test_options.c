/* test_options.c - options of callers that know fewer, as many or more fields than the library. */
#include "test_base.h"

#include <string.h>

#include "base/options.h"

typedef struct Options {
  size_t struct_size;
  double first, second;
} Options;

static const Options defaults = {sizeof defaults, 1.5, 2.5};

static void defaults_are_given_as_far_as_the_caller_knows(void **state) {
  (void)state;
  Options options = {0, -1, -1};
  b7_options_give(&defaults, sizeof defaults, &options, offsetof(Options, second));
  assert_int_equal(options.struct_size, offsetof(Options, second));
  assert_true(options.first == 1.5 && options.second == -1);
  // a newer caller learns what this library knows
  char larger[64];
  memset(larger, 7, sizeof larger);
  b7_options_give(&defaults, sizeof defaults, larger, sizeof larger);
  memcpy(&options, larger, sizeof options);
  assert_int_equal(options.struct_size, sizeof options);
  assert_int_equal(larger[sizeof options], 7);
}

static void what_an_old_caller_leaves_out_keeps_its_default(void **state) {
  (void)state;
  Options old = {offsetof(Options, second), 9, -1}, own = defaults;
  assert_int_equal(b7_options_take(&old, &own, sizeof own, "b7_x_options_default", NULL), B7_OK);
  assert_true(own.first == 9 && own.second == 2.5);
  assert_int_equal(own.struct_size, sizeof own);
}

static void options_that_nobody_began_are_refused(void **state) {
  (void)state;
  const size_t wrong[] = {0, sizeof(size_t), sizeof(Options) + 8, 0xb7000004u};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    Options given = {wrong[i], 9, 9}, own = defaults;
    B7Error error;
    assert_int_equal(b7_options_take(&given, &own, sizeof own, "b7_x_options_default", &error),
                     B7_ERROR_USAGE);
    assert_non_null(strstr(error.message, "b7_x_options_default(&options, sizeof options)"));
    assert_true(own.first == 1.5);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(defaults_are_given_as_far_as_the_caller_knows),
      cmocka_unit_test(what_an_old_caller_leaves_out_keeps_its_default),
      cmocka_unit_test(options_that_nobody_began_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
