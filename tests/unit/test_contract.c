/* test_contract.c - what the program needs of a model: read, bound to places, and what a model lacks is told. */
#include "test_base.h"

#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "compile/code/contract.h"
#include "kernel/tables.h"
#include "plan_tables.h"

#define TEXT_MOST 16384

/* the contract as it lies in data/, closed by a NUL */
static void read_shipped(char text[TEXT_MOST]) {
  char *bytes = NULL;
  size_t length;
  B7Error error;
  assert_int_equal(b7_file_read(B7_SOURCE_FOLDER "/data/model_contract.yaml", NULL, &bytes, &length, &error),
                   B7_OK);
  assert_true(length < TEXT_MOST);
  memcpy(text, bytes, length);
  text[length] = 0;
  b7_memory_resize(NULL, bytes, length + 1, 0);
}

/* the contract with one passage replaced */
static void expect_refused(const char *from, const char *to, const char *message) {
  static char text[TEXT_MOST], changed[TEXT_MOST + 64];
  read_shipped(text);
  char *at = strstr(text, from);
  assert_non_null(at);
  snprintf(changed, sizeof changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
  B7Contract contract;
  B7Error error;
  assert_int_equal(b7_contract_read(changed, strlen(changed), "model_contract.yaml", NULL, &contract, &error),
                   B7_ERROR_INPUT);
  b7_contract_close(&contract);
  if (!strstr(error.message, message)) fail_msg("\"%s\" does not say \"%s\"", error.message, message);
  assert_true(error.line > 0);
}

static void names_become_places(void **state) {
  (void)state;
  int32_t needs[B7_NEED_COUNT], quantities[B7_QUANTITY_COUNT];
  B7Contract contract;
  B7Error error;
  assert_int_equal(b7_contract_open(NULL, &contract, &error), B7_OK);
  // one unit in two spellings is one unit; a wrong one is not bound
  B7KernelObservable observables[7];
  memcpy(observables, test_observables, sizeof observables);
  int32_t platelets = b7_tables_observable(&test_tables, contract.quantities[B7_QUANTITY_PLATELETS].name),
          neutrophils = b7_tables_observable(&test_tables, contract.quantities[B7_QUANTITY_ANC].name);
  observables[platelets].unit = "10^9/L";
  observables[neutrophils].unit = "cell/uL";
  B7KernelTables tables = test_tables;
  tables.observables = observables;
  assert_int_equal(b7_contract_bind(&contract, &tables, NULL, needs, quantities, &error), B7_OK);
  assert_int_equal(quantities[B7_QUANTITY_PLATELETS], platelets + 1);
  assert_int_equal(quantities[B7_QUANTITY_ANC], 0);
  assert_int_equal(quantities[B7_QUANTITY_MARROW_MRD], 0);
  assert_int_equal(quantities[B7_QUANTITY_ANTICYTOKINE], 0);
  assert_int_equal(needs[B7_NEED_GIVE_CART], CART_EVENT + 1);
  assert_int_equal(needs[B7_NEED_GIVE_RED_CELLS], RED_CELL_EVENT + 1);
  assert_int_equal(needs[B7_NEED_GRAFT_MISMATCH_GVH], 4);
  assert_int_equal(needs[B7_NEED_DEATH_DISEASE], 0);
  b7_contract_close(&contract);
}

static void what_is_lacking_is_told(void **state) {
  (void)state;
  B7KernelObservable observables[7];
  memcpy(observables, test_observables, sizeof observables);
  B7Contract contract;
  B7Error error;
  assert_int_equal(b7_contract_open(NULL, &contract, &error), B7_OK);
  observables[b7_tables_observable(&test_tables, contract.quantities[B7_QUANTITY_ANC].name)].unit = "cell/uL";
  b7_contract_close(&contract);
  B7KernelTables tables = test_tables;
  tables.observables = observables;
  B7Text report = b7_text_make(NULL);
  int32_t n_missing, n_wrong_unit;
  assert_int_equal(b7_contract_report(&tables, NULL, &n_missing, &n_wrong_unit, &report, &error), B7_OK);
  assert_true(n_missing > 10);
  // as count and as what trials draw
  assert_int_equal(n_wrong_unit, 2);
  assert_non_null(strstr(report.bytes, "patients die; survival and non-relapse mortality; the model has no"));
  assert_non_null(strstr(report.bytes, "in 'cell/uL', not in '1e9/L'"));
  assert_null(strstr(report.bytes, "doses by body surface"));
  b7_text_release(&report);
}

static void mistakes_in_the_contract_are_told(void **state) {
  (void)state;
  expect_refused("  body.weight: {parameter: ", "  body.weight: {observable: ", "observable");
  expect_refused("  body.weight: {", "  body.wait: {", "body.wait");
  expect_refused("for: body_doses", "for: bodies", "is not among 'features:'");
  expect_refused("  temperature: {", "  warmth: {", "warmth");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(names_become_places),
                                     cmocka_unit_test(what_is_lacking_is_told),
                                     cmocka_unit_test(mistakes_in_the_contract_are_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
