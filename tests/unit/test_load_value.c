#include "model_text.h"

#include <math.h>

static void every_property_of_a_value_is_kept(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  const B7ModelParameter *g = &model->parameters[b7_model_find_parameter(model, "g")];
  assert_string_equal(g->label, "growth rate");
  assert_string_equal(g->unit, "1/d");
  assert_true(g->value == 0.1 && g->low == 0.05 && g->high == 0.3);
  assert_int_equal(g->spread, B7_SPREAD_LOGNORMAL);
  assert_true(g->spread_sd == 0.2);
  assert_int_equal(g->basis.kind, B7_BASIS_SOURCE);
  assert_string_equal(g->basis.text, "Example2020");
  const B7ModelParameter *capacity = &model->parameters[b7_model_find_parameter(model, "capacity")];
  assert_string_equal(capacity->basis.text, "Example2020, Example2021");
  const B7ModelParameter *start = &model->parameters[b7_model_find_parameter(model, "start")];
  assert_true(start->patient);
  assert_int_equal(start->spread, B7_SPREAD_NONE);
  const B7ModelParameter *kill = &model->parameters[b7_model_find_parameter(model, "kill")];
  assert_int_equal(kill->basis.kind, B7_BASIS_TUNED);
  assert_string_equal(kill->basis.tuned_to, "both");
  assert_string_equal(kill->basis.text, "a test");
  assert_string_equal(kill->note, "\"quoted\"");
  b7_model_free(model);
}

static void a_range_may_be_missing_beside_a_source_alone(void **unused) {
  (void)unused;
  B7Model *model = model_from_text("parameters: {k: {label: k, value: 2, unit: 1/d, source: Anyone}}\n");
  assert_true(isnan(model->parameters[0].low) && isnan(model->parameters[0].high));
  b7_model_free(model);
}

/* the 102 mistakes with their messages are in tests/behaviour/broken_models; here what is easiest to get
 * wrong */
static void limits_are_inside(void **unused) {
  (void)unused;
  char message[1200];
  b7_model_free(
      model_from_text("parameters: {k: {label: k, value: 2, unit: 1/d, range: [2, 2], assumed: x}}\n"));
  assert_string_equal(
      message_of("parameters: {k: {label: k, value: 2.0000001, unit: 1/d, range: [2, 2], assumed: x}}\n",
                 message),
      "x.yaml:1:64: value 2 of 'k' is outside its range [2, 2]");
  assert_string_equal(message_of("parameters: {k: {label: k, value: 2, unit: 1/d, source: []}}\n", message),
                      "x.yaml:1:57: the list of sources is empty");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_property_of_a_value_is_kept),
                                     cmocka_unit_test(a_range_may_be_missing_beside_a_source_alone),
                                     cmocka_unit_test(limits_are_inside)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
