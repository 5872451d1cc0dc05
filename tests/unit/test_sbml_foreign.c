#include "model_text.h"

static const B7ModelReaction *reaction(const B7Model *model, const char *name) {
  for (int32_t i = 0; i < model->n_reaction; i++)
    if (strcmp(model->reactions[i].name, name) == 0) return &model->reactions[i];
  fail_msg("no reaction %s", name);
  return NULL;
}

static void core_becomes_states_parameters_definitions(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("enzyme.xml");
  B7ModelCounts n;
  b7_model_counts(model, &n);
  assert_true(n.foreign);
  assert_string_equal(model->name, "enzyme");
  assert_int_equal(n.states, 4);
  assert_int_equal(n.parameters, 3);
  assert_int_equal(n.definitions, 1);
  assert_int_equal(n.observables, 5);
  assert_true(model->parameters[b7_model_find_parameter(model, "cell")].value == 2);
  assert_true(model->parameters[b7_model_find_parameter(model, "convert_vmax")].value == 0.25);
  b7_model_free(model);
}

static void rates_are_scaled_to_days(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("enzyme.xml");
  char text[500];
  assert_string_equal(formula_text(model, reaction(model, "convert")->rate, text),
                      "convert_vmax * S / (h + S) * 86400");
  assert_string_equal(formula_text(model, reaction(model, "rate_wave")->rate, text), "-wave * 86400");
  b7_model_free(model);
}

static void concentrations_change_by_amount_per_size(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("enzyme.xml");
  char text[500];
  const B7ModelReaction *convert = reaction(model, "convert");
  assert_string_equal(formula_text(model, convert->from[0].weight, text), "2 / cell");
  assert_string_equal(formula_text(model, model->states[b7_model_find_state(model, "S")].initial, text),
                      "10 / cell");
  // P counts amounts, and W is held from outside
  assert_int_equal(convert->n_to, 1);
  assert_true(b7_expression_is_number(&model->pool, convert->to[0].weight, 1));
  b7_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(core_becomes_states_parameters_definitions),
                                     cmocka_unit_test(rates_are_scaled_to_days),
                                     cmocka_unit_test(concentrations_change_by_amount_per_size)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
