// criteria as data: every rule with id, version and citation; mistakes name file, line and remedy
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test_base.h"

#include "base/files.h"
#include "criteria_fixture.h"

static void test_every_rule_has_identity_and_source(void **state) {
  const B7Rule *rules;
  const int32_t n = b7_criteria_rules(*state, &rules);
  char *bibliography;
  size_t length;
  assert_int_equal(b7_file_read(B7_SOURCE_FOLDER "/data/references.bib", NULL, &bibliography, &length, NULL),
                   B7_OK);
  assert_int_equal(n, B7_RULE_COUNT);
  for (int32_t i = 0; i < n; i++) {
    assert_true(rules[i].id[0] && rules[i].version[0] && rules[i].title[0] && rules[i].citation[0]);
    for (int32_t k = 0; k < i; k++) assert_string_not_equal(rules[i].id, rules[k].id);
    // every citation is an entry of the bibliography
    char keys[512], wanted[128];
    snprintf(keys, sizeof keys, "%s", rules[i].citation);
    for (char *key = strtok(keys, " "); key; key = strtok(NULL, " ")) {
      snprintf(wanted, sizeof wanted, "{%s,", key);
      if (!strstr(bibliography, wanted))
        fail_msg("%s cites %s, which the bibliography lacks", rules[i].id, key);
    }
  }
  b7_memory_resize(NULL, bibliography, length + 1, 0);
}

static void test_thresholds_are_read(void **state) {
  const B7Criteria *c = *state;
  assert_true(c->crs_fever_c == 38.0);
  assert_true(c->mrd_threshold == 1e-4);
  assert_true(c->icaht_severe_per_ul == 500);
  assert_true(c->endpoints_days_per_month == 30.4375);
}

// a copy of the criteria with one text replaced in one file
static void with_change(const char *file, const char *from, const char *to, B7Error *error) {
  char folder[] = "/tmp/criteria_XXXXXX", target[512];
  assert_non_null(mkdtemp(folder));
  B7Arena arena = b7_arena_make(NULL);
  char **names;
  int32_t count;
  assert_int_equal(b7_file_list(CRITERIA_FOLDER, ".yaml", &arena, &names, &count, NULL), B7_OK);
  for (int32_t i = 0; i < count; i++) {
    char *text;
    size_t length;
    const char *name = strrchr(names[i], '/') + 1;
    assert_int_equal(b7_file_read(names[i], NULL, &text, &length, NULL), B7_OK);
    B7Text changed = b7_text_make(NULL);
    char *at = strcmp(name, file) == 0 ? strstr(text, from) : NULL;
    if (strcmp(name, file) == 0) assert_non_null(at);
    if (at)
      b7_text_append(&changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    else
      b7_text_append(&changed, "%s", text);
    snprintf(target, sizeof target, "%s/%s", folder, name);
    assert_int_equal(b7_file_write(target, changed.bytes, changed.length, NULL), B7_OK);
    b7_text_release(&changed);
    b7_memory_resize(NULL, text, length + 1, 0);
  }
  B7Criteria *criteria;
  assert_int_equal(b7_criteria_load(folder, NULL, &criteria, error), B7_ERROR_INPUT);
  assert_null(criteria);
  for (int32_t i = 0; i < count; i++) {
    snprintf(target, sizeof target, "%s/%s", folder, strrchr(names[i], '/') + 1);
    unlink(target);
  }
  rmdir(folder);
  b7_arena_free(&arena);
}

static void test_mistakes_are_named(void **state) {
  (void)state;
  B7Error error;
  with_change("crs.yaml", "fever_c:", "fevre_c:", &error);
  assert_non_null(strstr(error.message, "fever_c"));
  assert_true(error.line > 0);
  with_change("crs.yaml", "unit: Cel", "unit: K", &error);
  assert_string_equal(error.message, "fever_c must be given in Cel, not in K");
  with_change("mrd.yaml", "value: 0.0001", "value: few", &error);
  assert_true(error.line > 0);
  with_change("mrd.yaml", "id: mrd.1e-4", "id: mrd.other", &error);
  assert_string_equal(error.message, "the rule of group 'mrd' must have id mrd.1e-4");
  with_change("cgvhd.yaml", "cite: [jagasia2015, ncitC225388, htlin222]", "cite: []", &error);
  assert_string_equal(error.message, "a rule needs at least one citation");
  with_change("lugano.yaml", "      spd_fall:", "      extra: {value: 1, unit: cm}\n      spd_fall:", &error);
  assert_string_equal(error.message, "the rules of group 'lugano' have no threshold 'extra'");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_rule_has_identity_and_source),
                                     cmocka_unit_test(test_thresholds_are_read),
                                     cmocka_unit_test(test_mistakes_are_named)};
  return cmocka_run_group_tests(tests, load_criteria, free_criteria);
}
