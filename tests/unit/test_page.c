/* The report page: data put in whole, nothing in it able to end its element, file whole or absent. */
#include "base/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void path_in_temporary_folder(char *path, size_t size, const char *name) {
  const char *folder = getenv("TMPDIR");
  snprintf(path, size, "%s/bridge7-page-%ld-%s", folder ? folder : "/tmp", (long)getpid(), name);
}

static char *written(const char *json, size_t *length) {
  char path[256];
  path_in_temporary_folder(path, sizeof path, "report.html");
  B7Error error;
  assert_int_equal(b7_report_write_html(json, path, &error), B7_OK);
  char *bytes = NULL;
  assert_int_equal(b7_file_read(path, NULL, &bytes, length, &error), B7_OK);
  remove(path);
  return bytes;
}

static void data_is_put_in_whole(void **state) {
  (void)state;
  size_t length;
  char *page = written("{\"format\":\"bridge7-page/1\",\"meta\":{\"title\":\"caf\xc3\xa9\"}}", &length);
  assert_non_null(
      strstr(page, "{\"format\":\"bridge7-page/1\",\"meta\":{\"title\":\"caf\xc3\xa9\"}}</script>"));
  assert_null(strstr(page, "@BRIDGE7_DATA@"));
  assert_int_equal(strlen(page), length);
  assert_memory_equal(page + length - strlen("</html>\n"), "</html>\n", strlen("</html>\n"));
  free(page);
}

static void markup_in_data_stays_data(void **state) {
  (void)state;
  size_t length, plain_length;
  char *page = written("{\"a\":\"</script><script>x()<!--\"}", &length);
  assert_non_null(strstr(page, "{\"a\":\"\\u003c/script>\\u003cscript>x()\\u003c!--\"}</script>"));
  char *plain = written("{\"a\":\"\"}", &plain_length);
  assert_int_equal(length - plain_length, strlen("</script><script>x()<!--") + 3 * 5);
  free(plain);
  free(page);
}

static void what_is_no_object_is_refused(void **state) {
  (void)state;
  char path[256];
  path_in_temporary_folder(path, sizeof path, "refused.html");
  B7Error error;
  assert_int_equal(b7_report_write_html("", path, &error), B7_ERROR_USAGE);
  assert_int_equal(b7_report_write_html(NULL, path, &error), B7_ERROR_USAGE);
  assert_int_equal(b7_report_write_html("[1]", path, NULL), B7_ERROR_USAGE);
  assert_false(b7_file_exists(path));
}

static void a_missing_folder_is_an_error(void **state) {
  (void)state;
  char path[256];
  path_in_temporary_folder(path, sizeof path, "absent/report.html");
  B7Error error;
  assert_int_equal(b7_report_write_html("{}", path, &error), B7_ERROR_FILE);
  assert_true(error.message[0] != 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(data_is_put_in_whole),
      cmocka_unit_test(markup_in_data_stays_data),
      cmocka_unit_test(what_is_no_object_is_refused),
      cmocka_unit_test(a_missing_folder_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
