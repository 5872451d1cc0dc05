#include "test_base.h"

#include <string.h>

#include "base/kept_memory.h"
#include "scarce_memory.h"

static void *take(const B7Hooks *hooks, size_t bytes) {
  return hooks->resize(hooks->user, NULL, 0, bytes);
}

static void give(const B7Hooks *hooks, void *piece, size_t bytes) {
  assert_null(hooks->resize(hooks->user, piece, bytes, 0));
}

static void a_large_piece_comes_back(void **state) {
  (void)state;
  ScarceMemory memory = {.left = INT64_MAX};
  B7Hooks under = scarce_memory_hooks(&memory);
  B7KeptMemory kept;
  B7Hooks hooks = b7_kept_memory_hooks(&kept, &under);
  char *first = take(&hooks, 2 * B7_KEPT_LEAST);
  memset(first, 1, 2 * B7_KEPT_LEAST);
  // while it is lent, another one comes from below and goes back there
  char *second = take(&hooks, B7_KEPT_LEAST);
  assert_true(second != first);
  give(&hooks, second, B7_KEPT_LEAST);
  assert_int_equal(memory.bytes, 2 * (int64_t)B7_KEPT_LEAST);
  give(&hooks, first, 2 * B7_KEPT_LEAST);
  assert_int_equal(memory.bytes, 2 * (int64_t)B7_KEPT_LEAST);
  // a smaller one fits into it; a larger one takes its place
  assert_ptr_equal(take(&hooks, B7_KEPT_LEAST + 5), first);
  give(&hooks, first, B7_KEPT_LEAST + 5);
  char *larger = take(&hooks, 3 * B7_KEPT_LEAST);
  memset(larger, 1, 3 * B7_KEPT_LEAST);
  assert_int_equal(memory.bytes, 3 * (int64_t)B7_KEPT_LEAST);
  give(&hooks, larger, 3 * B7_KEPT_LEAST);
  // small ones are not kept, and may grow
  char *small = take(&hooks, 100);
  small = hooks.resize(hooks.user, small, 100, 200);
  give(&hooks, small, 200);
  assert_int_equal(memory.bytes, 3 * (int64_t)B7_KEPT_LEAST);
  b7_kept_memory_free(&kept);
  assert_int_equal(memory.bytes, 0);
}

static void refusal_is_null_and_leaks_nothing(void **state) {
  (void)state;
  ScarceMemory memory = {.left = 1};
  B7Hooks under = scarce_memory_hooks(&memory);
  B7KeptMemory kept;
  B7Hooks hooks = b7_kept_memory_hooks(&kept, &under);
  char *first = take(&hooks, B7_KEPT_LEAST);
  assert_non_null(first);
  assert_null(take(&hooks, B7_KEPT_LEAST));
  give(&hooks, first, B7_KEPT_LEAST);
  assert_null(take(&hooks, 2 * B7_KEPT_LEAST));
  assert_int_equal(memory.bytes, 0);
  memory.left = 1;
  first = take(&hooks, B7_KEPT_LEAST);
  assert_non_null(first);
  give(&hooks, first, B7_KEPT_LEAST);
  b7_kept_memory_free(&kept);
  assert_int_equal(memory.bytes, 0);
}

static int64_t told;
static bool tell(void *user, int64_t done, int64_t total) {
  told += *(const int *)user;
  return done < total;
}

static void warn(void *user, const char *text) {
  told += *(const int *)user * (int64_t)strlen(text);
}

static void progress_and_warnings_pass_through(void **state) {
  (void)state;
  int seven = 7;
  const B7Hooks under = {.progress = tell, .warning = warn, .user = &seven};
  B7KeptMemory kept;
  B7Hooks hooks = b7_kept_memory_hooks(&kept, &under);
  assert_true(hooks.progress(hooks.user, 1, 2));
  assert_false(hooks.progress(hooks.user, 2, 2));
  hooks.warning(hooks.user, "abc");
  assert_int_equal(told, 2 * 7 + 3 * 7);
  b7_kept_memory_free(&kept);
  hooks = b7_kept_memory_hooks(&kept, NULL);
  assert_true(hooks.progress(hooks.user, 1, 1));
  hooks.warning(hooks.user, "abc");
  assert_int_equal(told, 35);
  b7_kept_memory_free(&kept);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_large_piece_comes_back),
                                     cmocka_unit_test(refusal_is_null_and_leaks_nothing),
                                     cmocka_unit_test(progress_and_warnings_pass_through)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
