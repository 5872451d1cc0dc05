#include "model_text.h"

#include "model/canonical.h"

/* The text with one piece replaced, as a model; its hash. */
static void hash_with(const char *old, const char *new, char hash[17]) {
  const char *text = "parameters:\n"
                     "  k: {label: rate, value: 2, unit: 1/d, range: [1, 3], source: A, note: aside}\n"
                     "states:\n"
                     "  x: {label: x, unit: Gcell, initial: 1, negligible: 1e-9}\n"
                     "reactions: {r: {label: loss, from: x, rate: k * x}}\n"
                     "observables: {o: {label: o, unit: Gcell, is: x, detection: 0.1}}\n";
  const char *at = strstr(text, old);
  assert_non_null(at);
  char changed[1000];
  snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
  B7Model *model = model_from_text(changed);
  snprintf(hash, 17, "%s", b7_model_hash(model));
  b7_model_free(model);
}

static void what_matters_changes_the_hash(void **unused) {
  (void)unused;
  static const char *const changes[][2] = {{"value: 2", "value: 2.0000000001"},
                                           {"1/d", "1/d"},
                                           {"[1, 3]", "[1, 4]"},
                                           {"source: A", "source: B"},
                                           {"label: rate", "label: speed"},
                                           {"initial: 1", "initial: 2"},
                                           {"1e-9", "1e-8"},
                                           {"k * x", "k * x * 2"},
                                           {"k * x", "x * k"},
                                           {"from: x", "to: x"},
                                           {"0.1", "0.2"},
                                           {"is: x", "is: 2 * x"},
                                           {"source: A", "assumed: A"},
                                           {"label: x", "label: y"}};
  char first[17], other[17];
  hash_with("value: 2", "value: 2", first);
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    hash_with(changes[i][0], changes[i][1], other);
    bool same = strcmp(changes[i][0], changes[i][1]) == 0;
    if ((strcmp(first, other) == 0) != same) fail_msg("%s -> %s", changes[i][0], changes[i][1]);
  }
}

static void spelling_and_notes_do_not(void **unused) {
  (void)unused;
  static const char *const changes[][2] = {{"value: 2", "value: 2.0"},
                                           {"aside", "another"},
                                           {"k * x", "\"(k)  *x\""},
                                           {"parameters:", "# remark\nparameters:"}};
  char first[17], other[17];
  hash_with("value: 2", "value: 2", first);
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    hash_with(changes[i][0], changes[i][1], other);
    assert_string_equal(first, other);
  }
}

static void the_text_is_in_a_fixed_form(void **unused) {
  (void)unused;
  B7Model *model = model_from_file("decay.yaml");
  B7Text text = b7_text_make(NULL);
  b7_canonical_print(model, &text);
  assert_string_equal(
      text.bytes,
      "model decay foreign=0\n"
      "parameter k label=9:loss rate unit=3:1/d value=0.5 low=0.1 high=1 spread=0 sd=0 patient=0 basis=2 module main\n"
      "parameter half label=19:what is not counted unit=1:1 value=2 low=1 high=3 spread=0 sd=0 patient=0 basis=2 module main\n"
      "state x label=6:amount unit=2:mg initial={8} negligible=1e-9 count_below=0 clear=0: module main\n"
      "reaction loss label=0: from x weight={1} rate={k * x / half} module main\n"
      "observable amount label=6:amount unit=2:mg is={x} detection=NaN log=0 module main\n");
  b7_text_release(&text);
  b7_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_matters_changes_the_hash),
                                     cmocka_unit_test(spelling_and_notes_do_not),
                                     cmocka_unit_test(the_text_is_in_a_fixed_form)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
