#include "model_text.h"

static void a_small_model_is_described_whole(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("decay.yaml");
  char *text;
  assert_int_equal(b7_model_describe(model, &text, NULL), B7_OK);
  char expected[4000];
  snprintf(
      expected, sizeof expected,
      "decay: one state, one file\n"
      "modules 1, states 1 (1 exact), reactions 1, parameters 2, definitions 0, observables 1, events 0, latches 0; hash %s\n"
      "\nmain\n"
      "\n  states\n"
      "    x                        amount\n"
      "                             mg, starts at 8, negligible 1e-09, exact, lost at k / half\n"
      "\n  parameters\n"
      "    k                        loss rate\n"
      "                             0.5 1/d  [0.1, 1]  assumed: a test\n"
      "    half                     what is not counted\n"
      "                             2  [1, 3]  assumed: a test\n"
      "\n  reactions\n"
      "    loss                     x -> ()  at k * x / half\n"
      "\n  observables\n"
      "    amount                   amount (mg)\n"
      "                             = x\n",
      b7_model_hash(model));
  assert_string_equal(text, expected);
  b7_text_free(NULL, text);
  b7_model_free(model);
}

static void every_name_of_a_model_is_there(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("clones");
  char *text;
  assert_int_equal(b7_model_describe(model, &text, NULL), B7_OK);
  for (int32_t i = 0; i < model->n_state; i++) assert_non_null(strstr(text, model->states[i].name));
  for (int32_t i = 0; i < model->n_parameter; i++) assert_non_null(strstr(text, model->parameters[i].name));
  for (int32_t i = 0; i < model->n_reaction; i++) assert_non_null(strstr(text, model->reactions[i].name));
  for (int32_t i = 0; i < model->n_event; i++) assert_non_null(strstr(text, model->events[i].name));
  assert_non_null(strstr(text, "D -> [1 - product_share] E + [product_share] M  at kill * D"));
  assert_non_null(strstr(text, "0.1 1/d  [0.05, 0.3]  lognormal 0.2  source: Example2020"));
  assert_non_null(strstr(text, "given memory, dimensionless, else 0.2"));
  b7_text_free(NULL, text);
  b7_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_small_model_is_described_whole),
                                     cmocka_unit_test(every_name_of_a_model_is_there)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
