#include "model_text.h"

static int32_t place_in_order(const B7Model *model, const char *name) {
  for (int32_t i = 0; i < model->n_definition; i++)
    if (strcmp(model->definitions[model->definition_order[i]].name, name) == 0) return i;
  fail_msg("no definition %s", name);
  return -1;
}

static void definitions_are_ordered(void **unused) {
  (void)unused;
  B7Model *model = model_from_text(B7_MODEL_TWO_STATES "definitions:\n"
                                                       "  c: {unit: Gcell, is: a + b}\n"
                                                       "  a: {unit: Gcell, is: b + x}\n"
                                                       "  b: {unit: Gcell, is: y}\n");
  assert_true(place_in_order(model, "b") < place_in_order(model, "a"));
  assert_true(place_in_order(model, "a") < place_in_order(model, "c"));
  b7_model_free(model);
}

static void cycles_are_named_whole(void **unused) {
  (void)unused;
  char message[1200];
  assert_string_equal(message_of(B7_MODEL_TWO_STATES "definitions:\n"
                                                     "  out: {unit: Gcell, is: a}\n"
                                                     "  a: {unit: Gcell, is: b}\n"
                                                     "  b: {unit: Gcell, is: c}\n"
                                                     "  c: {unit: Gcell, is: a}\n",
                                 message),
                      "x.yaml:9:3: definition 'a' depends on itself: a -> b -> c -> a");
}

/* rate of the only reaction, and what the loader must make of it */
static void exact_states_lose_by_parameters_alone(void **unused) {
  (void)unused;
  static const struct {
    const char *rate, *exact_rate;
  } cases[] = {{"k * x", "k"},
               {"x * k", "k"},
               {"2 * k * x / 3", "2 * k / 3"},
               {"k * x * (1 + 0.5)", "k * (1 + 0.5)"},
               {"faster * x", "faster"},
               {"k * x * x / h", NULL},
               {"k * h", NULL},
               {"k * x * x / x", NULL},
               {"k * x + k * x", NULL},
               {"k * on * x", NULL},
               {"k * x * y / h", NULL},
               {"share * k * x", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[2000], printed[500];
    snprintf(text, sizeof text,
             B7_MODEL_TWO_STATES
             "latches: {on: {label: l, unit: \"1\", initial: 1}}\n"
             "definitions: {faster: {unit: 1/d, is: 3 * k}, share: {unit: \"1\", is: y / h}}\n"
             "reactions: {loss: {from: x, rate: \"%s\"}}\n",
             cases[i].rate);
    B7Model *model = model_from_text(text);
    if (model->states[0].exact != (cases[i].exact_rate != NULL)) fail_msg("%s", cases[i].rate);
    if (cases[i].exact_rate)
      assert_string_equal(formula_text(model, model->states[0].exact_rate, printed), cases[i].exact_rate);
    assert_false(model->states[1].exact);
    b7_model_free(model);
  }
}

static void a_second_writer_makes_a_state_inexact(void **unused) {
  (void)unused;
  static const char *const reactions[] = {"{loss: {from: x, rate: k * x}, gain: {to: x, rate: k * y}}",
                                          "{move: {from: x, to: y, rate: k * x}}"};
  for (int i = 0; i < 2; i++) {
    char text[2000];
    snprintf(text, sizeof text, B7_MODEL_TWO_STATES "reactions: %s\n", reactions[i]);
    B7Model *model = model_from_text(text);
    B7ModelCounts counts;
    b7_model_counts(model, &counts);
    assert_int_equal(counts.exact_states, 0);
    b7_model_free(model);
  }
}

static void balance_holds_over_the_ranges(void **unused) {
  (void)unused;
  char message[1200];
  // k / 2 is 1 at the typical value of k, and not elsewhere
  const char *model = "parameters:\n"
                      "  k: {label: k, value: 2, unit: \"1\", range: [1, 3], assumed: a test}\n"
                      "  r: {label: r, value: 2, unit: 1/d, range: [1, 3], assumed: a test}\n"
                      "states:\n"
                      "  x: {label: x, unit: Gcell, initial: 1, negligible: 1e-9}\n"
                      "  y: {label: y, unit: Gcell, initial: 0, negligible: 1e-9}\n"
                      "reactions: {r_xy: {from: x, to: {y: \"%s\"}, rate: r * x}}\n";
  char text[1000];
  snprintf(text, sizeof text, model, "k / 2");
  assert_non_null(
      strstr(message_of(text, message), "mass balance of reaction 'r_xy': the weights of to: sum to "));
  snprintf(text, sizeof text, model, "k / k");
  b7_model_free(model_from_text(text));
}

typedef struct Warnings {
  char text[8][256];
  int count;
} Warnings;

static void keep(void *user, const char *text) {
  Warnings *warnings = user;
  snprintf(warnings->text[warnings->count++], 256, "%s", text);
}

static void what_nobody_uses_is_told(void **unused) {
  (void)unused;
  Warnings warnings = {.count = 0};
  const B7Hooks hooks = {.warning = keep, .user = &warnings};
  const char *text = B7_MODEL_TWO_STATES "latches: {on: {label: l, unit: \"1\", initial: 1}}\n"
                                         "reactions: {r: {to: x, rate: k * y}}\n";
  B7Model *model;
  assert_int_equal(b7_model_parse(text, strlen(text), "x.yaml", &hooks, &model, NULL), B7_OK);
  assert_int_equal(warnings.count, 3);
  assert_string_equal(warnings.text[0], "x.yaml:3:3: no formula reads the parameter 'h'");
  assert_string_equal(warnings.text[1], "x.yaml:7:11: no formula reads the latch 'on'");
  assert_string_equal(warnings.text[2], "x.yaml:6:3: nothing changes the state 'y'");
  b7_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(definitions_are_ordered),
                                     cmocka_unit_test(cycles_are_named_whole),
                                     cmocka_unit_test(exact_states_lose_by_parameters_alone),
                                     cmocka_unit_test(a_second_writer_makes_a_state_inexact),
                                     cmocka_unit_test(balance_holds_over_the_ranges),
                                     cmocka_unit_test(what_nobody_uses_is_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
