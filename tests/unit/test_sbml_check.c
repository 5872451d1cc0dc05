#include "model_text.h"

static void the_shipped_model_has_no_error(void **unused) {
  (void)unused;
  B7Model *model;
  B7Error error;
  int32_t n_errors, n_warnings;
  char *report;
  assert_int_equal(b7_model_load(B7_SOURCE_FOLDER "/model", NULL, &model, &error), B7_OK);
  assert_int_equal(b7_model_consistency(model, &n_errors, &n_warnings, &report, &error), B7_OK);
  if (n_errors > 0) fail_msg("%s", report);
  b7_text_free(NULL, report);
  b7_model_free(model);
}

static void units_are_looked_at_a_second_time(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("decay.yaml");
  int32_t n_errors, n_warnings;
  char *report;
  assert_int_equal(b7_model_consistency(model, &n_errors, &n_warnings, &report, NULL), B7_OK);
  assert_int_equal(n_errors, 0);
  assert_int_equal(n_warnings, 0);
  assert_string_equal(report, "");
  b7_text_free(NULL, report);
  // a rate per second behind the back of our own check
  model->parameters[0].unit = "1/s";
  assert_int_equal(b7_model_consistency(model, &n_errors, &n_warnings, &report, NULL), B7_OK);
  assert_int_equal(n_warnings, 1);
  assert_non_null(strstr(report, "loss"));
  b7_text_free(NULL, report);
  b7_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_shipped_model_has_no_error),
                                     cmocka_unit_test(units_are_looked_at_a_second_time)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
