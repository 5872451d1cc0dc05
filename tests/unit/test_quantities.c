#include "bridge7_assess.h"
#include "test_base.h"

#include <string.h>

#include "document/units.h"
#include "read/catalogue/quantities.h"

static void every_quantity_has_a_known_unit(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Quantities quantities;
  B7Units *units;
  B7Error error;
  assert_int_equal(b7_quantities_load(B7_SOURCE_FOLDER "/data/quantities.yaml", &arena, &quantities, &error),
                   B7_OK);
  assert_int_equal(b7_units_make(NULL, &units, &error), B7_OK);
  assert_true(quantities.n_quantity > 40);
  for (int32_t i = 0; i < quantities.n_quantity; i++) {
    if (!b7_units_known(units, quantities.quantities[i].unit))
      fail_msg("unit of %s", quantities.quantities[i].name);
  }
  b7_units_free(units);
  b7_arena_free(&arena);
}

static void names_are_found_within_their_section(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Quantities quantities;
  B7Error error;
  assert_int_equal(b7_quantities_load(B7_SOURCE_FOLDER "/data/quantities.yaml", &arena, &quantities, &error),
                   B7_OK);
  assert_string_equal(b7_quantities_find(&quantities, "hb")->unit, "g/L");
  assert_null(b7_quantities_find(&quantities, "haemoglobin"));
  assert_int_equal(b7_quantities_record(&quantities, "toxicities", "crs")->grade_max, 5);
  assert_null(b7_quantities_record(&quantities, "milestones", "crs"));
  const char *names[64];
  b7_quantities_record_names(&quantities, "milestones", names, 64);
  int32_t n = 0;
  bool relapse = false;
  for (; names[n]; n++) relapse = relapse || strcmp(names[n], "relapse") == 0;
  assert_true(relapse && n < 20);
  b7_quantities_record_names(&quantities, "milestones", names, 3);
  assert_null(names[2]);
  b7_arena_free(&arena);
}

/* what a rule can read, a course can record: as a quantity, a milestone or a toxicity */
static void all_that_rules_read_can_be_recorded(void **state) {
  (void)state;
  static const char *const names[] = {
#define NAME(id, name, unit, label) name,
      B7_QUANTITY_LIST(NAME)
#undef NAME
  };
  B7Arena arena = b7_arena_make(NULL);
  B7Quantities quantities;
  B7Error error;
  assert_int_equal(b7_quantities_load(B7_SOURCE_FOLDER "/data/quantities.yaml", &arena, &quantities, &error),
                   B7_OK);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    bool milestone = b7_quantities_record(&quantities, "milestones", names[i]) ||
                     b7_quantities_record(&quantities, "toxicities", names[i]) ||
                     strcmp(names[i], "alive") == 0;
    if (!milestone && !b7_quantities_find(&quantities, names[i])) fail_msg("%s cannot be recorded", names[i]);
  }
  b7_arena_free(&arena);
}

/* a recorded value is compared with the observable of the same name, so they must be in one unit */
static void quantities_of_the_model_have_its_units(void **state) {
  (void)state;
  const B7KernelTables *tables = b7_kernel_tables(b7_kernel_shipped());
  B7Arena arena = b7_arena_make(NULL);
  B7Quantities quantities;
  B7Error error;
  int32_t shared = 0;
  assert_int_equal(b7_quantities_load(B7_SOURCE_FOLDER "/data/quantities.yaml", &arena, &quantities, &error),
                   B7_OK);
  for (int32_t i = 0; i < tables->n_observable; i++) {
    const B7CourseQuantity *quantity = b7_quantities_find(&quantities, tables->observables[i].name);
    if (!quantity) continue;
    shared++;
    if (strcmp(quantity->unit, tables->observables[i].unit) != 0) {
      fail_msg("%s: %s in courses, %s in the model", quantity->name, quantity->unit,
               tables->observables[i].unit);
    }
  }
  assert_true(shared > 25);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_quantity_has_a_known_unit),
                                     cmocka_unit_test(names_are_found_within_their_section),
                                     cmocka_unit_test(all_that_rules_read_can_be_recorded),
                                     cmocka_unit_test(quantities_of_the_model_have_its_units)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
