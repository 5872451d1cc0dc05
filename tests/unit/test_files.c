#define _DEFAULT_SOURCE
#include "test_base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

static char folder[64];

static int make(void **state) {
  (void)state;
  strcpy(folder, "/tmp/b7_files_XXXXXX");
  return mkdtemp(folder) ? 0 : -1;
}

static int drop(void **state) {
  (void)state;
  return rmdir(folder);
}

static void whole_in_whole_out(void **state) {
  (void)state;
  char path[128], *bytes;
  size_t length;
  B7Error error;
  snprintf(path, sizeof path, "%s/a.txt", folder);
  assert_int_equal(b7_file_write(path, "old", 3, &error), B7_OK);
  assert_int_equal(b7_file_write(path, "new\0er", 6, &error), B7_OK);
  assert_int_equal(b7_file_read(path, NULL, &bytes, &length, &error), B7_OK);
  assert_int_equal(length, 6);
  assert_memory_equal(bytes, "new\0er", 7);
  b7_memory_resize(NULL, bytes, length + 1, 0);
  unlink(path);
}

static void faults_are_named(void **state) {
  (void)state;
  char path[128], *bytes;
  size_t length;
  B7Error error;
  snprintf(path, sizeof path, "%s/none", folder);
  assert_int_equal(b7_file_read(path, NULL, &bytes, &length, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "no such file");
  assert_int_equal(b7_file_read(folder, NULL, &bytes, &length, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "is a folder; a file is expected here");
  snprintf(path, sizeof path, "%s/no/such/place", folder);
  assert_int_equal(b7_file_write(path, "x", 1, &error), B7_ERROR_FILE);
}

static void lists_are_sorted_and_filtered(void **state) {
  (void)state;
  const char *const names[] = {"b.yaml", "a.yaml", "c.txt", ".hidden.yaml"};
  char path[128];
  for (size_t i = 0; i < 4; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    assert_int_equal(b7_file_write(path, "", 0, NULL), B7_OK);
  }
  B7Arena arena = b7_arena_make(NULL);
  char **found;
  int32_t count;
  assert_int_equal(b7_file_list(folder, ".yaml", &arena, &found, &count, NULL), B7_OK);
  assert_int_equal(count, 2);
  assert_string_equal(found[0] + strlen(folder) + 1, "a.yaml");
  assert_string_equal(found[1] + strlen(folder) + 1, "b.yaml");
  b7_arena_free(&arena);
  for (size_t i = 0; i < 4; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    unlink(path);
  }
}

/* what a killed process leaves beside a file goes; anything else stays */
static void leftovers_are_swept(void **state) {
  (void)state;
  const char *const names[] = {"x.123.part", "x.12a.part", "x.part", "xy.123.part", "x.123.parts"};
  char path[128];
  for (size_t i = 0; i < 5; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    assert_int_equal(b7_file_write(path, "", 0, NULL), B7_OK);
  }
  snprintf(path, sizeof path, "%s/x", folder);
  b7_file_sweep(path);
  for (size_t i = 0; i < 5; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    assert_int_equal(b7_file_exists(path), i > 0);
    unlink(path);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_in_whole_out),
      cmocka_unit_test(faults_are_named),
      cmocka_unit_test(lists_are_sorted_and_filtered),
      cmocka_unit_test(leftovers_are_swept),
  };
  return cmocka_run_group_tests(tests, make, drop);
}
