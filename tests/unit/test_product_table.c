#include "test_base.h"

#include <math.h>
#include <string.h>

#include "bridge7.h"

static void products_can_be_read_and_found(void **state) {
  (void)state;
  B7ProductTable *table;
  B7Error error;
  if (b7_product_table_load(B7_SOURCE_FOLDER "/data/products.yaml", NULL, &table, &error) != B7_OK)
    fail_msg("%s", error.message);
  const B7ProductEntry *rows, *entry;
  assert_true(b7_product_table_rows(table, &rows) >= 30);
  assert_int_equal(b7_product_table_find(table, "BE-CAR7", &entry, &error), B7_OK);
  assert_string_equal(entry->name, "becar7");
  assert_true(entry->per_kg && entry->usual_low == 0.2e6 && entry->usual_high == 2e6);
  bool has_cost = false;
  for (int32_t i = 0; i < entry->n_attribute; i++) {
    assert_true(strlen(entry->attributes[i].basis) > 0);
    has_cost = has_cost ||
               (strcmp(entry->attributes[i].name, "relative_cost") == 0 && entry->attributes[i].planning);
  }
  assert_true(has_cost);
  assert_int_equal(b7_product_table_find(table, "donor_derivd", &entry, &error), B7_ERROR_INPUT);
  assert_null(entry);
  assert_non_null(strstr(error.message, "Did you mean 'donor_derived'?"));
  assert_int_equal(b7_product_table_find(table, "donor_derived", &entry, &error), B7_OK);
  // its mismatch comes from the donor
  for (int32_t i = 0; i < entry->n_attribute; i++) {
    if (strncmp(entry->attributes[i].name, "mismatch", 8) == 0)
      assert_true(isnan(entry->attributes[i].value));
  }
  b7_product_table_free(table);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(products_can_be_read_and_found)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
