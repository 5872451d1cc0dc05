#include "test_base.h"

#include <string.h>

#include "base/units.h"
#include "course/quantities.h"

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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_quantity_has_a_known_unit),
                                     cmocka_unit_test(names_are_found_within_their_section)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
