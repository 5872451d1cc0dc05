#include "test_base.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "read/course/measure.h"

typedef struct Tables {
  B7Arena arena;
  B7Quantities quantities;
  B7Converter converter;
} Tables;

static int make(void **state) {
  static Tables tables;
  tables = (Tables){.arena = b7_arena_make(NULL)};
  *state = &tables;
  B7Error error;
  const char *path = B7_SOURCE_FOLDER "/data/quantities.yaml";
  return b7_quantities_load(path, &tables.arena, &tables.quantities, &error) == B7_OK ? 0 : -1;
}

static int drop(void **state) {
  Tables *tables = *state;
  b7_converter_close(&tables->converter);
  b7_arena_free(&tables->arena);
  return 0;
}

static B7Status read(Tables *tables, const char *what, const char *text, double *value, B7Error *error) {
  char yaml[200];
  B7Document *document;
  snprintf(yaml, sizeof yaml, "v: \"%s\"\n", text);
  if (b7_document_parse(yaml, strlen(yaml), "x", NULL, &document, error) != B7_OK) return B7_ERROR_INPUT;
  const B7Node *node = b7_node_get(b7_document_root(document), "v");
  B7Status status =
      b7_measure_read(&tables->converter, node, b7_quantities_find(&tables->quantities, what), value, error);
  b7_document_free(document);
  return status;
}

/* the same measurement in every way of writing it; values worked out by hand from molar masses */
static void a_value_is_read_as_its_laboratory_means_it(void **state) {
  static const struct {
    const char *what, *text;
    double value, within;
  } rows[] = {
      {"anc", "4.0 10*9/L", 4, 0},
      {"anc", "4.0 x10^9/L", 4, 0},
      {"anc", "0x10^9/L", 0, 0},
      {"anc", "0.0 10*9/L", 0, 0},
      {"anc", "4000 /uL", 4, 0},
      {"anc", "500 /uL", 0.5, 0},
      {"anc", "4000 cells/uL", 4, 0},
      {"anc", "4.0 K/uL", 4, 0},
      {"anc", "4.0 G/L", 4, 0},
      {"anc", "4.0e9/L", 4, 0},
      {"platelets", "45000 /mm3", 45, 0},
      {"platelets", "150 Gpt/L", 150, 0},
      {"wbc", "0.07 10*3/uL", 0.07, 0},
      {"lymphocytes", "0.3 10*9/L", 300, 0},
      {"lymphocytes", "300 /uL", 300, 0},
      {"lymphocytes", "300 {cells}/uL", 300, 0},
      {"cart_copies", "1500 /ug", 1500, 0},
      {"cart_copies", "1.5 copies/ng", 1500, 0},
      {"temperature", "100.4 [degF]", 38, 0},
      {"temperature", "311.15 K", 38, 0},
      {"temperature", "38.3 Cel", 38.3, 0},
      {"hb", "13.2 g/dL", 132, 0},
      {"hb", "13.2 gm/dL", 132, 0},
      {"hb", "8.2 mmol/L", 132.139, 1e-3},
      {"creatinine", "88.4 umol/L", 9.9998, 1e-4},
      {"creatinine", "1.0 mg/dL", 10, 0},
      {"bilirubin", "51.3 umol/L", 30, 1e-4},
      {"glucose", "5.5 mmol/L", 99.086, 1e-3},
      {"urea", "5 mM", 30.03, 1e-9},
      {"ferritin", "1200 ng/mL", 1200, 0},
      {"crp", "3 mg/dL", 30, 0},
      {"il6", "100 ng/L", 100, 0},
      {"ldh", "500 U/L", 500, 0},
      {"ldh", "500 [IU]/L", 500, 0},
      {"marrow_mrd", "0.01 %", 0.01, 0},
      {"marrow_mrd", "1e-4 1", 0.01, 0},
      {"deauville", "3", 3, 0},
      {"oxygen_flow", "2 L/min", 2, 0},
      {"node_length", "25 mm", 2.5, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    double value;
    B7Error error;
    if (read(*state, rows[i].what, rows[i].text, &value, &error) != B7_OK)
      fail_msg("%s %s: %s", rows[i].what, rows[i].text, error.message);
    if (!(fabs(value - rows[i].value) <= rows[i].within))
      fail_msg("%s %s is %.17g", rows[i].what, rows[i].text, value);
  }
}

/* what the program prints for a quantity (value and unit) is the value that was read */
static void every_quantity_reads_back_what_it_prints(void **state) {
  const Tables *tables = *state;
  for (int32_t i = 0; i < tables->quantities.n_quantity; i++) {
    const B7CourseQuantity *quantity = &tables->quantities.quantities[i];
    double middle = 0.5 * (quantity->plausible_low + quantity->plausible_high), value;
    char text[120];
    B7Error error;
    // a state is one of its codes
    if (quantity->codes) middle = quantity->codes[quantity->n_code / 2].value;
    snprintf(text, sizeof text, "%.17g %s", middle, quantity->unit);
    if (read(*state, quantity->name, text, &value, &error) != B7_OK) fail_msg("%s", error.message);
    assert_true(value == middle);
  }
}

static void a_state_is_read_by_word_or_number_and_nothing_else(void **state) {
  double value;
  B7Error error;
  assert_int_equal(read(*state, "seizure", "resolving", &value, &error), B7_OK);
  assert_true(value == 3);
  assert_int_equal(read(*state, "seizure", "1", &value, &error), B7_OK);
  assert_true(value == 1);
  assert_int_equal(read(*state, "deauville", "X", &value, &error), B7_OK);
  assert_true(value == 6);
  assert_int_equal(read(*state, "seizure", "2", &value, &error), B7_ERROR_INPUT);
  assert_string_equal(
      error.message,
      "seizure cannot be '2'; it is one of absent (0), present (1), resolving (3), prolonged (4)");
  assert_int_equal(read(*state, "motor_weakness", "4", &value, &error), B7_ERROR_INPUT);
  assert_int_equal(read(*state, "hypotension", "present", &value, &error), B7_ERROR_INPUT);
}

static void a_unit_in_doubt_is_asked_back(void **state) {
  static const struct {
    const char *what, *text, *says;
  } rows[] = {
      {"anc", "4.0 /L", "Did you mean '4 10*9/L'?"},
      {"anc", "4000 10*9/L", "Did you mean '4000 /uL'?"},
      {"anc", "4.0 10e9/L", "ten times 1e9"},
      {"anc", "10e9/L", "write 1e10 or 1e9"},
      {"anc", "4.0 /uL", "Did you mean"},
      {"platelets", "20 /uL", "Did you mean '20 10*9/L'?"},
      {"hb", "12 g/L", "Did you mean '12 g/dL'?"},
      {"hb", "132 g/dL", "Did you mean '132 g/L'?"},
      {"hb", "8 g/L", "impossible"},
      {"creatinine", "1 g/L", "Did you mean"},
      {"ferritin", "1200 mg/L", "Did you mean"},
      {"temperature", "38 [degF]", "Did you mean '38 degC'?"},
      {"temperature", "98.6 degC", "Did you mean '98.6 [degF]'?"},
      {"anc", "4 copies/uL", "cannot be turned into"},
      {"anc", "4 mg/L", "cannot be turned into"},
      {"lymphocytes", "30 %", "cannot be turned into"},
      {"crp", "3 nmol/L", "cannot be turned into"},
      {"anc", "4", "needs its unit"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    double value;
    B7Error error;
    if (read(*state, rows[i].what, rows[i].text, &value, &error) == B7_OK)
      fail_msg("%s %s is accepted", rows[i].what, rows[i].text);
    if (!strstr(error.message, rows[i].says))
      fail_msg("%s %s: %s", rows[i].what, rows[i].text, error.message);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_value_is_read_as_its_laboratory_means_it),
                                     cmocka_unit_test(every_quantity_reads_back_what_it_prints),
                                     cmocka_unit_test(a_state_is_read_by_word_or_number_and_nothing_else),
                                     cmocka_unit_test(a_unit_in_doubt_is_asked_back)};
  return cmocka_run_group_tests(tests, make, drop);
}
