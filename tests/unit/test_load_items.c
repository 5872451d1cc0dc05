#include "model_text.h"

#include <math.h>

static void states_know_their_cells(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  const B7ModelState *a = &model->states[b7_model_find_state(model, "A")],
                     *b = &model->states[b7_model_find_state(model, "B")],
                     *il = &model->states[b7_model_find_state(model, "IL")];
  char text[500];
  assert_true(a->cells_per_unit == 1e9 && il->cells_per_unit == 0);
  assert_true(a->count_below_cells == 100 && il->count_below_cells == 0);
  assert_int_equal(a->clear_group_index, 1);
  assert_int_equal(b->clear_group_index, 1);
  assert_int_equal(il->clear_group_index, 0);
  assert_string_equal(formula_text(model, a->initial, text), "start * (1 - share)");
  assert_true(b7_expression_is_number(&model->pool, il->initial, 4));
  b7_model_free(model);
}

static void reactions_have_weighted_sides(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  const B7ModelReaction *settle = NULL, *death = NULL;
  char text[500];
  for (int32_t i = 0; i < model->n_reaction; i++) {
    if (strcmp(model->reactions[i].name, "settle") == 0) settle = &model->reactions[i];
    if (strcmp(model->reactions[i].name, "death_A") == 0) death = &model->reactions[i];
  }
  assert_int_equal(settle->n_from, 1);
  assert_int_equal(settle->n_to, 2);
  assert_string_equal(model->states[settle->to[0].state].name, "E");
  assert_string_equal(formula_text(model, settle->to[0].weight, text), "1 - product_share");
  assert_string_equal(formula_text(model, settle->to[1].weight, text), "product_share");
  assert_true(b7_expression_is_number(&model->pool, settle->from[0].weight, 1));
  assert_int_equal(death->n_by, 1);
  assert_string_equal(model->states[death->by[0]].name, "E");
  b7_model_free(model);
}

static void events_change_states_and_latches(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  const B7ModelEvent *event = &model->events[0];
  assert_string_equal(event->name, "cells.infusion");
  assert_int_equal(event->n_argument, 2);
  assert_true(isnan(event->arguments[0].default_value) && event->arguments[1].default_value == 0.2);
  assert_int_equal(event->n_add, 1);
  assert_int_equal(event->n_set, 1);
  assert_string_equal(model->states[event->add[0].target].name, "D");
  assert_string_equal(model->latches[event->set[0].target].name, "product_share");
  const B7Expression *value = b7_expression_at(&model->pool, event->set[0].is);
  assert_int_equal(value->symbol_kind, B7_SYMBOL_ARGUMENT);
  assert_int_equal(value->symbol_index, 1);
  b7_model_free(model);
}

static void observables_have_a_limit_and_an_axis(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  assert_true(model->observables[0].detection == 1e-3 && model->observables[0].log_axis);
  assert_true(isnan(model->observables[1].detection) && !model->observables[1].log_axis);
  b7_model_free(model);
}

static void sections_may_come_in_any_order(void **unused) {
  (void)unused;
  B7Model *model = model_from_text("reactions: {r: {from: x, rate: k * x}}\n"
                                   "observables: {o: {label: o, unit: mg, is: d}}\n"
                                   "definitions: {d: {unit: mg, is: x}}\n"
                                   "states: {x: {label: x, unit: mg, initial: 1, negligible: 1e-9}}\n"
                                   "parameters: {k: {label: k, value: 2, unit: 1/d, source: A}}\n");
  assert_int_equal(model->n_reaction, 1);
  b7_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(states_know_their_cells),
                                     cmocka_unit_test(reactions_have_weighted_sides),
                                     cmocka_unit_test(events_change_states_and_latches),
                                     cmocka_unit_test(observables_have_a_limit_and_an_axis),
                                     cmocka_unit_test(sections_may_come_in_any_order)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
