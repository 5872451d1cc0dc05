#include <math.h>

#include "foreign_text.h"

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
  // every symbol, each species' amount or concentration, and the velocity
  assert_int_equal(n.observables, 11);
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

static B7Model *lines(const char *text) {
  B7Model *model;
  B7Error error;
  if (foreign_load(text, &model, &error) != B7_OK) fail_msg("%s", error.message);
  return model;
}

static void what_changes_a_compartment_decides_what_is_a_state(void **unused) {
  (void)unused;
  B7Model *model = lines("compartment C 2\nspecies S C 3\nreaction J: S -> ; C*S");
  char text[500];
  assert_true(b7_model_find_state(model, "S") >= 0);
  b7_model_free(model);
  model = lines("compartment C 2\nspecies S C 3\nrate C = 0.1\nreaction J: S -> ; C*S");
  int32_t amount = b7_model_find_state(model, "amount_S");
  assert_true(amount >= 0);
  assert_string_equal(formula_text(model, model->states[amount].initial, text), "3 * 2");
  assert_string_equal(formula_text(model, reaction(model, "J")->rate, text), "C * (amount_S / C)");
  assert_true(b7_expression_is_number(&model->pool, reaction(model, "J")->from[0].weight, 1));
  b7_model_free(model);
}

static void constants_are_read_at_the_start(void **unused) {
  (void)unused;
  B7Model *model =
      lines("parameter x 3\nparameter y\nparameter c\nparameter k 2\nrate x = 1\nassign y = k*x\n"
            "initial c = y + time");
  char text[500];
  for (int32_t i = 0; i < model->n_definition; i++)
    if (strcmp(model->definitions[i].name, "c") == 0)
      assert_string_equal(formula_text(model, model->definitions[i].is, text), "k * 3 + 0");
  b7_model_free(model);
}

static void events_are_triggers(void **unused) {
  (void)unused;
  B7Model *model = lines("unit second\ncompartment C 2\nspecies S C 3\nparameter x 0\nrate x = time\n"
                         "event E: x > 1 ; 2 ; 5 ; transient late ; x = 0 ; C = 4 ; S = 1\n"
                         "event F: time > 1 ; ; ; false ; x = 7");
  assert_int_equal(model->n_trigger, 2);
  const B7ModelTrigger *e = &model->triggers[0];
  assert_string_equal(e->name, "E");
  assert_string_equal(model->observables[e->condition].name, "event_E_trigger");
  assert_true(e->delay >= 0 && e->priority >= 0);
  assert_true(e->true_before && !e->persistent && !e->values_at_trigger);
  assert_int_equal(e->n_assignment, 3);
  assert_string_equal(model->states[e->assignments[2].state].name, "amount_S");
  assert_true(e->assignments[0].size < 0 && e->assignments[2].size >= 0);
  assert_false(model->triggers[1].true_before);
  assert_string_equal(model->states[model->clock].name, "model_time");
  assert_true(fabs(model->days_per_time_unit * 86400 - 1) < 1e-15);
  // and come back from a file of this program
  char path[] = "/tmp/triggers_XXXXXX.xml";
  B7Model *back;
  B7Error error;
  close(mkstemps(path, 4));
  assert_int_equal(b7_model_write_sbml(model, path, &error), B7_OK);
  if (b7_model_load(path, NULL, &back, &error) != B7_OK) fail_msg("%s", error.message);
  remove(path);
  assert_string_equal(b7_model_hash(back), b7_model_hash(model));
  assert_string_equal(back->states[back->clock].name, "model_time");
  assert_true(back->days_per_time_unit == model->days_per_time_unit);
  b7_model_free(back);
  b7_model_free(model);
}

static void what_cannot_be_run_is_named(void **unused) {
  (void)unused;
  const struct {
    const char *lines, *said;
  } cases[] = {
      {"parameter x\nparameter y\nassign y = x + 1", "'x' has no value"},
      {"parameter x\nrate x = 1", "'x' has no initial value"},
      {"parameter x 1\nassign x = y + 1\nparameter y\nassign y = x", "depends on itself"},
      {"parameter x\nparameter y\ninitial x = y\ninitial y = x", "depends on itself"},
      {"parameter y\nassign y = nothing + 1", "unknown name 'nothing'"},
      {"parameter y\nparameter x 1\nassign y = f(x, x)\nfunction f(a) = a", "wrong number of arguments"},
      {"parameter y\nparameter x 1\nassign y = f(x)\nfunction f(a) = a + x",
       "which is none of its arguments"},
      {"parameter y\nparameter x 1\nassign y = delay(x, 2)", "'delay' is not supported"},
      {"parameter y\nparameter x\nassign x = time\nassign y = rateOf(x)", "rateOf of 'x', which a rule sets"},
      {"compartment C -\nspecies S C 2 amount\nparameter y\nassign y = S", "the compartment 'C' has no size"},
      {"compartment C 1\nspecies S C 2\nassign S = 3\nreaction J: S -> ; 1",
       "is set by a rule and changed by a reaction"},
      {"parameter x 1\nassign x = 2\nevent E: time > 1 ; ; ; ; x = 5",
       "the event 'E' sets 'x', which a rule determines"},
      {"parameter x 2\nalgebraic x*x - 4", "it is not linear in it"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    B7Model *model;
    B7Error error;
    if (foreign_load(cases[i].lines, &model, &error) != B7_ERROR_INPUT)
      fail_msg("not refused: %s", cases[i].lines);
    if (!strstr(error.message, cases[i].said)) fail_msg("%s: %s", cases[i].lines, error.message);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(core_becomes_states_parameters_definitions),
                                     cmocka_unit_test(rates_are_scaled_to_days),
                                     cmocka_unit_test(concentrations_change_by_amount_per_size),
                                     cmocka_unit_test(what_changes_a_compartment_decides_what_is_a_state),
                                     cmocka_unit_test(constants_are_read_at_the_start),
                                     cmocka_unit_test(events_are_triggers),
                                     cmocka_unit_test(what_cannot_be_run_is_named)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
