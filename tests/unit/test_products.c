#include "test_base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "read/catalogue/products.h"

static void load(B7Arena *arena, B7Products *products) {
  B7Error error;
  char message[1200];
  *arena = b7_arena_make(NULL);
  if (b7_products_load(B7_SOURCE_FOLDER "/data/products.yaml", arena, products, &error) != B7_OK) {
    b7_error_format(&error, message, sizeof message);
    fail_msg("%s", message);
  }
}

static void every_generic_kind_is_there(void **state) {
  (void)state;
  static const char *const kinds[] = {
      "autologous", "donor_derived", "new_donor", "universal_crispr", "universal_base_edited",
      "cord_blood", "ipsc_t",        "nk",        "ipsc_nk",          "nkt"};
  B7Arena arena;
  B7Products products;
  load(&arena, &products);
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    const B7Product *product = b7_products_find(&products, kinds[i]);
    if (!product) fail_msg("no product %s", kinds[i]);
    assert_false(product->comparator);
    assert_true(product->n_number >= 8);
  }
  // names of the trials lead to the same entry as our own
  assert_ptr_equal(b7_products_find(&products, "BE-CAR7"), b7_products_find(&products, "becar7"));
  assert_null(b7_products_find(&products, "nothing"));
  b7_arena_free(&arena);
}

static double number(const B7Product *product, const char *name) {
  for (int32_t i = 0; i < product->n_number; i++) {
    if (strcmp(product->numbers[i].name, name) == 0) return product->numbers[i].value;
  }
  return NAN;
}

static void attributes_agree_with_the_kind(void **state) {
  (void)state;
  B7Arena arena;
  B7Products products;
  load(&arena, &products);
  for (int32_t i = 0; i < products.n_product; i++) {
    const B7Product *product = &products.products[i];
    if (product->comparator) continue;
    bool universal = strcmp(product->cell_source, "universal_healthy_donor") == 0;
    bool own = strcmp(product->cell_source, "autologous") == 0;
    if (universal && number(product, "tcr") > 0.02)
      fail_msg("%s: a universal product without TCR deletion", product->name);
    if (own && number(product, "mismatch_hvg") != 0)
      fail_msg("%s: own cells that are foreign", product->name);
    for (int32_t k = 0; k < product->n_number; k++) {
      assert_true(strlen(product->numbers[k].basis) > 0);
      assert_true(product->numbers[k].of_donor || product->numbers[k].value >= 0);
    }
  }
  b7_arena_free(&arena);
}

static void mismatch_grows_with_alleles_and_stays_a_share(void **state) {
  (void)state;
  B7Arena arena;
  B7Products products;
  load(&arena, &products);
  const B7MismatchScale *scale = &products.mismatch;
  // one mismatched allele of a relative is the index case's 0.1
  assert_true(fabs(b7_products_mismatch(scale, 1, true) - 0.10) < 1e-12);
  for (int32_t n = 0; n < 12; n++) {
    assert_true(b7_products_mismatch(scale, n + 1, true) >= b7_products_mismatch(scale, n, true));
    assert_true(b7_products_mismatch(scale, n, false) >= b7_products_mismatch(scale, n, true));
    assert_true(b7_products_mismatch(scale, n, false) <= 1);
  }
  b7_arena_free(&arena);
}

static void refuse(const char *entry, const char *message) {
  static const char *const HEAD =
      "mismatch:\n  identical: {value: 0, assumed: x}\n  related_full: {value: 0, assumed: x}\n"
      "  unrelated_full: {value: 0, assumed: x}\n  per_allele: {value: 0.1, assumed: x}\nproducts:\n";
  char path[256];
  const char *folder = getenv("TMPDIR");
  snprintf(path, sizeof path, "%s/bridge7-%ld-products_case.yaml", folder ? folder : "/tmp", (long)getpid());
  char text[2048], seen[1200];
  B7Error error;
  B7Products products;
  snprintf(text, sizeof text, "%s  %s\n", HEAD, entry);
  assert_int_equal(b7_file_write(path, text, strlen(text), &error), B7_OK);
  B7Arena arena = b7_arena_make(NULL);
  assert_int_equal(b7_products_load(path, &arena, &products, &error), B7_ERROR_INPUT);
  snprintf(seen, sizeof seen, "%d:%d: %s", (int)error.line, (int)error.column, error.message);
  assert_string_equal(seen, message);
  b7_arena_free(&arena);
  remove(path);
}

static void mistakes_name_their_place(void **state) {
  (void)state;
  refuse("p: {label: P, cell_source: s, fratricide_strategy: f, attributes: {tcr: {value: 1}}}",
         "7:75: every attribute needs exactly one of 'source:' and 'assumed:'");
  refuse("p: {label: P, cell_source: s, fratricide_strategy: f, attributes: {tcr: {value: 2, assumed: x}}}",
         "7:83: tcr is between 0 and 1");
  refuse("p: {label: P, cell_source: s, fratricide_strategy: f, attributes: {tcrr: {value: 1, assumed: x}}}",
         "7:70: unknown key 'tcrr'. Did you mean 'tcr'?");
  refuse(
      "p: {label: P, cell_source: s, fratricide_strategy: f, dose: {low: 1 mg, high: 2 mg, assumed: x}, attributes: {}}",
      "7:69: the dose of a product is in cells/kg or cells, not 'mg'");
  refuse("p: {label: P, cell_source: s, attributes: {}}", "7:6: 'fratricide_strategy:' is missing here");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_generic_kind_is_there),
                                     cmocka_unit_test(attributes_agree_with_the_kind),
                                     cmocka_unit_test(mismatch_grows_with_alleles_and_stays_a_share),
                                     cmocka_unit_test(mistakes_name_their_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
