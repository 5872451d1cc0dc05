/* test_regimens.c - data/regimens.yaml as treatments, and its mistakes with their places. */
#include "test_base.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "read/catalogue/regimens.h"

#define DATA B7_SOURCE_FOLDER "/data"

typedef struct Table {
  B7Arena arena;
  B7Formulary formulary;
  B7Regimens regimens;
} Table;

static B7Status read_at(Table *table, const char *path, B7Error *error) {
  table->arena = b7_arena_make(NULL);
  if (b7_formulary_load(DATA "/drugs.yaml", &table->arena, &table->formulary, error) != B7_OK)
    fail_msg("%s", error->message);
  return b7_regimens_load(path, &table->formulary, &table->arena, &table->regimens, error);
}

static B7Status read_text(Table *table, const char *text, B7Error *error) {
  char path[] = "/tmp/regimens_XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), (int)strlen(text));
  close(file);
  B7Status status = read_at(table, path, error);
  unlink(path);
  return status;
}

static void shipped_regimens_count_from_their_anchor(void **state) {
  (void)state;
  Table table;
  B7Error error;
  if (read_at(&table, DATA "/regimens.yaml", &error) != B7_OK) fail_msg("%s", error.message);
  const B7Regimen *fce = b7_regimens_find(&table.regimens, "fce");
  assert_non_null(fce);
  assert_int_equal(fce->lane, B7_TREATMENT_LANE_LYMPHODEPLETION);
  assert_int_equal(fce->n_given, 3);
  assert_true(b7_regimen_lead_day(fce) == 7);
  const B7Given *etoposide = &fce->given[2];
  assert_string_equal(etoposide->name, "etoposide");
  assert_string_equal(etoposide->label, "FCE");
  assert_int_equal(etoposide->role, B7_ROLE_LYMPHODEPLETION);
  assert_true(etoposide->dose.amount == 100 && etoposide->dose.basis == B7_DOSE_BASIS_FLAT);
  assert_true(etoposide->n_day == 5 && etoposide->day[0] == -7 && etoposide->day[4] == -3);
  const B7Regimen *cvad = b7_regimens_find(&table.regimens, "hyper_cvad_a");
  assert_true(cvad->cycle_day == 28 && cvad->given[0].n_day == 6 && cvad->given[0].day[1] == 0.5);
  // dexamethasone of a course of chemotherapy is chemotherapy
  assert_int_equal(cvad->given[3].role, B7_ROLE_CHEMOTHERAPY);
  assert_true(b7_regimens_find(&table.regimens, "nelarabine")->cycle_day == 21);
  assert_null(b7_regimens_find(&table.regimens, "flu"));
  b7_arena_free(&table.arena);
}

static void refuse(const char *text, int32_t line, const char *message) {
  Table table;
  B7Error error;
  assert_int_equal(read_text(&table, text, &error), B7_ERROR_INPUT);
  if (!strstr(error.message, message)) fail_msg("%s", error.message);
  assert_int_equal(error.line, line);
  b7_arena_free(&table.arena);
}

#define ROW(lane, row) "regimens:\n  r:\n    label: R\n    lane: " lane "\n    rows:\n      - {" row "}\n"

static void mistakes_have_their_place(void **state) {
  (void)state;
  refuse(ROW("lymphodepletion", "at: cart-5, drug: fludarabin, dose: 30 mg/m2"), 6,
         "unknown drug 'fludarabin'. Did you mean 'fludarabine'?");
  refuse(ROW("lymphodepletion", "at: cart-5, drug: fludarabine, dose: 3000 mg/m2"), 6,
         "ten times above the usual");
  refuse(ROW("lymphodepletion", "at: hsct-5, drug: fludarabine, dose: 30 mg/m2"), 6,
         "rows of lymphodepletion count from 'cart'");
  refuse(ROW("supportive", "at: cart-5, drug: fludarabine, dose: 30 mg/m2"), 4, "unknown lane of a regimen");
  refuse(ROW("conditioning", "at: hsct-5, drug: busulfan"), 6, "dose");
  refuse(ROW("conditioning", "at: hsct-5, drug: busulfan, dose: 3.2 mg/kg, lane: supportive"), 6,
         "unknown key 'lane'");
  refuse("regimens:\n  r: {label: R, lane: chemotherapy, rows: []}\n  s: {label: S, rows: []}\n", 3, "lane");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(shipped_regimens_count_from_their_anchor),
                                     cmocka_unit_test(mistakes_have_their_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
