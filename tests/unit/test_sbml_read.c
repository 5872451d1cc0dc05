#include "model_text.h"

#include <unistd.h>

static B7Model *through_sbml(const B7Model *model) {
  char path[64], message[1200];
  B7Error error;
  B7Model *again;
  snprintf(path, sizeof path, "/tmp/bridge7_test_%ld.xml", (long)getpid());
  assert_int_equal(b7_model_write_sbml(model, path, &error), B7_OK);
  B7Status status = b7_model_load(path, NULL, &again, &error);
  unlink(path);
  b7_error_format(&error, message, sizeof message);
  if (status != B7_OK) fail_msg("%s", message);
  return again;
}

static void assert_equal_models(B7Model *model) {
  B7Model *again = through_sbml(model);
  char *first, *second;
  assert_string_equal(b7_model_hash(model), b7_model_hash(again));
  // the description also holds what the hash leaves out: notes, reasons, the text of modules
  assert_int_equal(b7_model_describe(model, &first, NULL), B7_OK);
  assert_int_equal(b7_model_describe(again, &second, NULL), B7_OK);
  assert_string_equal(first, second);
  b7_text_free(NULL, first);
  b7_text_free(NULL, second);
  b7_model_free(again);
  b7_model_free(model);
}

static void small_models_come_back_equal(void **unused) {
  (void)unused;
  assert_equal_models(model_from_file("clones"));
  assert_equal_models(model_from_file("decay.yaml"));
}

static void models_of_others_come_back_equal(void **unused) {
  (void)unused;
  assert_equal_models(model_from_file("enzyme.xml"));
}

static void the_shipped_model_comes_back_equal(void **unused) {
  (void)unused;
  B7Model *model;
  B7Error error;
  char message[1200];
  if (b7_model_load(B7_SOURCE_FOLDER "/model", NULL, &model, &error) != B7_OK) {
    b7_error_format(&error, message, sizeof message);
    fail_msg("%s", message);
  }
  assert_true(model->n_state > 50);
  assert_equal_models(model);
}

static void long_numbers_come_back_to_the_bit(void **unused) {
  (void)unused;
  B7Model *model =
      model_from_text("parameters: {k: {label: k, value: 0.12345678901234567, unit: 1/d, source: A}}\n"
                      "latches: {l: {label: l, unit: \"1\", initial: 0.30000000000000004}}\n"
                      "states: {x: {label: x, unit: K, initial: 1.5e-300, negligible: 1.1e-9}}\n"
                      "reactions: {r: {from: x, rate: \"k * x * 0.1234567890123456789\"}}\n");
  B7Model *again = through_sbml(model);
  assert_true(again->parameters[0].value == 0.12345678901234567);
  assert_true(again->latches[0].initial == 0.30000000000000004);
  assert_string_equal(b7_model_hash(model), b7_model_hash(again));
  b7_model_free(again);
  b7_model_free(model);
}

static void reactions_between_units_come_back(void **unused) {
  (void)unused;
  assert_equal_models(
      model_from_text("parameters:\n"
                      "  k: {label: k, value: 1, unit: 1/d, source: A}\n"
                      "  made: {label: made, value: 3, unit: pg/mL/Gcell, source: A}\n"
                      "  per_area: {label: a, value: 3, unit: mg/m2/d, source: A}\n"
                      "states:\n"
                      "  x: {label: x, unit: Gcell, initial: 1, negligible: 1e-9}\n"
                      "  s: {label: s, unit: pg/mL, initial: made * x0, negligible: 1e-9}\n"
                      "  a: {label: a, unit: mg/m2, initial: 0, negligible: 1e-9}\n"
                      "  temperature: {label: t, unit: K, initial: 310, negligible: 1e-9}\n"
                      "definitions: {x0: {unit: Gcell, is: \"one\"}, one: {unit: Gcell, is: \"0\"}}\n"
                      "reactions:\n"
                      "  secrete: {from: x, to: {s: made}, rate: k * x}\n"
                      "  fixed: {from: x, to: {s: 2.5}, rate: 0.5 * k * x}\n"
                      "  dose: {to: a, rate: per_area}\n"
                      "  cool: {from: temperature, rate: k * temperature}\n"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(small_models_come_back_equal),
                                     cmocka_unit_test(models_of_others_come_back_equal),
                                     cmocka_unit_test(the_shipped_model_comes_back_equal),
                                     cmocka_unit_test(long_numbers_come_back_to_the_bit),
                                     cmocka_unit_test(reactions_between_units_come_back)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
