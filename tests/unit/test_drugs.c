#include "model_text.h"

static const B7ModelDefinition *definition(const B7Model *model, const char *name) {
  for (int32_t i = 0; i < model->n_definition; i++)
    if (strcmp(model->definitions[i].name, name) == 0) return &model->definitions[i];
  fail_msg("no definition %s", name);
  return NULL;
}

static const B7ModelEvent *event(const B7Model *model, const char *name) {
  for (int32_t i = 0; i < model->n_event; i++)
    if (strcmp(model->events[i].name, name) == 0) return &model->events[i];
  fail_msg("no event %s", name);
  return NULL;
}

static const char *event_formula(const B7Model *model, const B7ModelEvent *e, B7ExpressionId id,
                                 char text[500]) {
  B7Text printed = b7_text_make(NULL);
  b7_model_print_formula(model, e, id, &printed);
  snprintf(text, 500, "%s", printed.bytes);
  b7_text_release(&printed);
  return text;
}

static void a_drug_becomes_an_amount_that_decays(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  const B7ModelState *amount = &model->states[b7_model_find_state(model, "amount_vincristine")];
  char text[500];
  assert_string_equal(amount->unit, "dose");
  assert_string_equal(amount->label, "amount of vincristine sulfate in reference doses");
  assert_true(amount->exact);
  assert_string_equal(formula_text(model, amount->exact_rate, text), "loss_vincristine");
  const B7ModelEvent *dose = event(model, "dose.vincristine");
  assert_int_equal(dose->n_add, 1);
  assert_string_equal(dose->arguments[0].name, "doses");
  assert_string_equal(event_formula(model, dose, dose->add[0].is, text), "doses");
  b7_model_free(model);
}

static void kills_sum_over_the_drugs(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  char text[500];
  assert_string_equal(
      formula_text(model, definition(model, "effect_drugs_clone")->is, text),
      "effect_vincristine_clone * loss_vincristine * amount_vincristine + effect_rituximab_clone * "
      "(loss_rituximab * amount_rituximab + loss_slow_rituximab * amount_slow_rituximab)");
  assert_string_equal(definition(model, "effect_drugs_clone")->unit, "1/d");
  // a target that no drug touches is there, and 0
  assert_string_equal(formula_text(model, definition(model, "effect_drugs_marrow")->is, text), "0");
  const B7ModelParameter *effect =
      &model->parameters[b7_model_find_parameter(model, "effect_vincristine_clone")];
  assert_string_equal(effect->unit, "1/dose");
  assert_int_equal(effect->spread, B7_SPREAD_LOGNORMAL);
  b7_model_free(model);
}

static void a_slow_drug_leaves_twice(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  char text[500];
  const B7ModelState *slow = &model->states[b7_model_find_state(model, "amount_slow_rituximab")];
  assert_true(slow->exact);
  assert_string_equal(formula_text(model, slow->exact_rate, text), "loss_slow_rituximab");
  const B7ModelEvent *dose = event(model, "dose.rituximab");
  assert_int_equal(dose->n_add, 2);
  assert_string_equal(event_formula(model, dose, dose->add[0].is, text),
                      "doses * (1 - share_slow_rituximab)");
  assert_string_equal(event_formula(model, dose, dose->add[1].is, text), "doses * share_slow_rituximab");
  b7_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_drug_becomes_an_amount_that_decays),
                                     cmocka_unit_test(kills_sum_over_the_drugs),
                                     cmocka_unit_test(a_slow_drug_leaves_twice)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
