#include "test_base.h"

#include <string.h>

#include "base/memory.h"
#include "scarce_memory.h"

static void arena_gives_back_every_byte(void **state) {
  (void)state;
  ScarceMemory memory = {.left = INT64_MAX};
  B7Hooks hooks = scarce_memory_hooks(&memory);
  B7Arena arena = b7_arena_make(&hooks);
  for (size_t i = 1; i < 400; i++) {
    unsigned char *piece = b7_arena_take(&arena, i, 37);
    assert_non_null(piece);
    assert_int_equal((uintptr_t)piece % 64, 0);
    for (size_t k = 0; k < i * 37; k++) assert_int_equal(piece[k], 0);
    memset(piece, 0xff, i * 37);
  }
  assert_true(memory.bytes > 0);
  b7_arena_free(&arena);
  assert_int_equal(memory.bytes, 0);
}

static void refusal_is_null_and_leaks_nothing(void **state) {
  (void)state;
  for (size_t allowed = 0; allowed < 6; allowed++) {
    ScarceMemory memory = {.left = (int64_t)allowed};
    B7Hooks hooks = scarce_memory_hooks(&memory);
    B7Arena arena = b7_arena_make(&hooks);
    size_t taken = 0;
    while (taken < 20 && b7_arena_take(&arena, 1, 60000)) taken++;
    assert_int_equal(taken, allowed);
    // the refusal is remembered
    assert_int_equal(b7_arena_check(&arena, NULL), B7_ERROR_MEMORY);
    b7_arena_free(&arena);
    assert_int_equal(memory.bytes, 0);
  }
}

static void overflow_is_refused(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  assert_int_equal(b7_arena_check(&arena, NULL), B7_OK);
  assert_null(b7_arena_take(&arena, SIZE_MAX / 2, 3));
  assert_int_equal(b7_arena_check(&arena, NULL), B7_ERROR_MEMORY);
  assert_null(b7_arena_take(&arena, SIZE_MAX, 1));
  b7_arena_free(&arena);
}

static void text_grows(void **state) {
  (void)state;
  B7Text text = b7_text_make(NULL);
  for (int i = 0; i < 5000; i++) b7_text_append(&text, "%d,", i % 10);
  assert_false(text.failed);
  assert_int_equal(text.length, 10000);
  assert_memory_equal(text.bytes, "0,1,2,", 6);
  b7_text_release(&text);
  assert_null(text.bytes);
}

static void grow_keeps_items(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  size_t capacity = 0;
  int *items = NULL;
  for (size_t i = 0; i < 1000; i++) {
    items = b7_arena_grow(&arena, items, i, &capacity, sizeof *items);
    assert_non_null(items);
    items[i] = (int)i;
  }
  for (int i = 0; i < 1000; i++) assert_int_equal(items[i], i);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arena_gives_back_every_byte),
      cmocka_unit_test(refusal_is_null_and_leaks_nothing),
      cmocka_unit_test(overflow_is_refused),
      cmocka_unit_test(text_grows),
      cmocka_unit_test(grow_keeps_items),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
