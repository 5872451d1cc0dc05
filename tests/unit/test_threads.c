#include "test_base.h"

#include <stdatomic.h>

#include "base/hash.h"
#include "base/status.h"
#include "base/threads.h"

enum { ITEMS = 5000 };

static void count_item(void *context, int64_t item, int32_t worker) {
  atomic_int *seen = context;
  atomic_fetch_add(&seen[item], 1);
  if (worker < 0 || worker >= 7) atomic_fetch_add(&seen[0], 1000);
}

static void every_item_once(void **state) {
  (void)state;
  static atomic_int seen[ITEMS];
  for (int32_t threads = 0; threads <= 7; threads++) {
    for (int i = 0; i < ITEMS; i++) atomic_store(&seen[i], 0);
    b7_threads_for(threads, ITEMS, count_item, seen);
    for (int i = 0; i < ITEMS; i++) assert_int_equal(atomic_load(&seen[i]), 1);
  }
  b7_threads_for(4, 0, count_item, seen);
  assert_true(b7_threads_available() >= 1);
}

typedef struct Sum {
  B7Lock lock;
  int64_t apart, together; /* equal unless two threads were in at once */
} Sum;

static void add_item(void *context, int64_t item, int32_t worker) {
  (void)worker;
  Sum *sum = context;
  b7_lock_enter(&sum->lock);
  int64_t before = sum->apart;
  for (volatile int i = 0; i < 50; i++) {
  }
  sum->apart = before + item;
  sum->together += item;
  b7_lock_leave(&sum->lock);
}

static void a_lock_lets_one_in_at_a_time(void **state) {
  (void)state;
  Sum sum = {.apart = 0};
  b7_lock_make(&sum.lock);
  b7_threads_for(4, 20000, add_item, &sum);
  b7_lock_free(&sum.lock);
  assert_int_equal(sum.apart, 20000 * (int64_t)19999 / 2);
  assert_int_equal(sum.together, sum.apart);
}

static void hash_is_fnv1a(void **state) {
  (void)state;
  char text[17];
  b7_hash_format(b7_hash_bytes(B7_HASH_START, "a", 1), text);
  assert_string_equal(text, "af63dc4c8601ec8c");
  b7_hash_format(b7_hash_bytes(B7_HASH_START, "foobar", 6), text);
  assert_string_equal(text, "85944171f73967e8");
}

static void errors_format_with_what_is_known(void **state) {
  (void)state;
  char text[100];
  B7Error error;
  assert_int_equal(b7_fail_at(&error, B7_ERROR_INPUT, "a.yaml", 3, 7, "bad %d", 5), B7_ERROR_INPUT);
  b7_error_format(&error, text, sizeof text);
  assert_string_equal(text, "a.yaml:3:7: bad 5");
  b7_fail(&error, B7_ERROR_USAGE, "no place");
  b7_error_format(&error, text, sizeof text);
  assert_string_equal(text, "no place");
  b7_error_format(&error, text, 5);
  assert_string_equal(text, "no p");
  assert_int_equal(b7_status_exit_code(B7_ERROR_NUMERICAL), 3);
  for (int status = 0; status < B7_STATUS_COUNT; status++)
    assert_true(b7_status_sentence((B7Status)status)[0] != '\0');
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_item_once),
      cmocka_unit_test(a_lock_lets_one_in_at_a_time),
      cmocka_unit_test(hash_is_fnv1a),
      cmocka_unit_test(errors_format_with_what_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
