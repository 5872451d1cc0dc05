#include "test_base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "read/catalogue/formulary.h"

static void shipped_table_is_whole(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Formulary formulary;
  B7Error error;
  assert_int_equal(b7_formulary_load(B7_SOURCE_FOLDER "/data/drugs.yaml", &arena, &formulary, &error), B7_OK);
  assert_true(formulary.n_drug >= 25);
  int32_t ctx = b7_formulary_find(&formulary, "cyclophosphamide");
  assert_true(ctx >= 0);
  assert_int_equal(b7_formulary_find(&formulary, "CTX"), ctx);
  assert_int_equal(b7_formulary_find(&formulary, "Cyclophosphamide"), ctx);
  assert_int_equal(b7_formulary_find(&formulary, "no such drug"), -1);
  for (int32_t i = 0; i < formulary.n_drug; i++) {
    const B7Drug *drug = &formulary.drugs[i];
    char bases[64];
    // every drug can at least be given on the basis of its own reference dose
    assert_true(drug->basis_allowed[drug->reference.basis]);
    assert_true(drug->reference.amount > 0);
    b7_formulary_bases(drug, bases, sizeof bases);
    assert_non_null(strstr(bases, b7_dose_unit_name(drug->reference.kind, drug->reference.basis)));
    assert_int_equal(b7_formulary_find(&formulary, drug->symbol), i);
  }
  b7_arena_free(&arena);
}

static void refuse(const char *text, const char *message) {
  char path[256];
  const char *folder = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/bridge7-%ld-formulary_case.yaml", folder ? folder : "/tmp", (long)getpid());
  char seen[1200];
  B7Error error;
  assert_int_equal(b7_file_write(path, text, strlen(text), &error), B7_OK);
  B7Arena arena = b7_arena_make(NULL);
  B7Formulary formulary;
  assert_int_equal(b7_formulary_load(path, &arena, &formulary, &error), B7_ERROR_INPUT);
  snprintf(seen, sizeof seen, "%d:%d: %s", (int)error.line, (int)error.column, error.message);
  assert_string_equal(seen, message);
  b7_arena_free(&arena);
  remove(path);
}

static void mistakes_name_their_place(void **state) {
  (void)state;
  refuse("drugs:\n  a: {reference_dose: 1 mg}\n", "2:6: 'symbol:' is missing here");
  refuse("drugs:\n  a: {symbol: A}\n", "2:6: 'reference_dose:' is missing here");
  refuse("drugs:\n  a: {symbol: A, reference_dose: 1 mg/L}\n",
         "2:34: 'mg/L' is not a dose unit; use one such as mg, mg/m2, mg/kg, g/m2, cells/kg, Gy");
  refuse("drugs:\n  a: {symbol: A, reference_dose: 0 mg}\n",
         "2:34: a dose of the drug table must be above 0");
  refuse(
      "drugs:\n  a: {symbol: A, reference_dose: 1 mg}\n  b: {symbol: B, aliases: [a], reference_dose: 1 mg}\n",
      "3:3: 'a' means both 'a' and 'b'");
  refuse("drugs:\n  a: {symbol: A, reference_dose: 1 mg, usual_dose: {low: 3 mg, high: 2 mg}}\n",
         "2:58: usual_dose of 'a': low is above high");
  refuse("drugs:\n  a: {symbol: A, reference_dose: 1 mg, bases: [Gy]}\n",
         "2:48: 'Gy' is not a basis for 'a', whose reference dose is in mg");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(shipped_table_is_whole),
                                     cmocka_unit_test(mistakes_name_their_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
