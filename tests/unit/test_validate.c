#include "test_base.h"

#include <math.h>
#include <string.h>

#include "study/validate.h"

#define DATA B7_SOURCE_FOLDER "/data"
#define CRITERIA B7_SOURCE_FOLDER "/criteria"

static B7Studies *load(void) {
  B7Studies *studies;
  B7Error error;
  if (b7_studies_load(DATA "/studies.yaml", DATA, NULL, &studies, &error) != B7_OK)
    fail_msg("%s", error.message);
  return studies;
}

static B7Validation *validate(const B7Studies *studies, const char *study, uint64_t seed) {
  B7Validation *validation;
  B7Error error;
  B7ValidateOptions options;
  b7_validate_options_default(&options, sizeof options);
  options.patients = 40;
  options.seed = seed;
  if (b7_validate(studies, study, b7_kernel_shipped(), CRITERIA, &options, NULL, &validation, &error) !=
      B7_OK)
    fail_msg("%s", error.message);
  return validation;
}

static void a_study_is_simulated_beside_what_it_printed(void **state) {
  (void)state;
  B7Studies *studies = load();
  B7Validation *validation = validate(studies, "PAN2021", 7);
  const B7ValidationRow *rows;
  int32_t count = b7_validation_rows(validation, &rows);
  assert_true(count >= 6);
  for (int32_t i = 0; i < count; i++) {
    assert_string_equal(rows[i].study, "PAN2021");
    assert_false(rows[i].prediction);
    assert_true(rows[i].simulated.value >= 0 && rows[i].simulated.value <= 100);
    bool inside = rows[i].simulated.value >= rows[i].published.lower - 0.05 &&
                  rows[i].simulated.value <= rows[i].published.upper + 0.05;
    assert_int_equal(rows[i].inside, inside ? B7_INSIDE_YES : B7_INSIDE_NO);
  }
  B7ValidationCount tally = b7_validation_count(validation);
  assert_int_equal(tally.judged, count);
  assert_int_equal(tally.predicted, 0);
  b7_validation_free(validation);
  b7_studies_free(studies);
}

static void the_same_seed_gives_the_same_prediction(void **state) {
  (void)state;
  B7Studies *studies = load();
  char *first, *second, *other;
  B7Error error;
  B7Validation *a = validate(studies, "GC027_2020", 3), *b = validate(studies, "GC027_2020", 3),
               *c = validate(studies, "GC027_2020", 4);
  assert_int_equal(b7_prediction_json(a, &first, &error), B7_OK);
  assert_int_equal(b7_prediction_json(b, &second, &error), B7_OK);
  assert_int_equal(b7_prediction_json(c, &other, &error), B7_OK);
  assert_string_equal(first, second);
  assert_string_not_equal(first, other);
  assert_true(strstr(first, "\"study\"") && strstr(first, "\"time_days\"") && strstr(first, "\"low\""));
  assert_int_equal(b7_validation_count(a).predicted, b7_validation_count(a).rows);
  b7_text_free(NULL, first);
  b7_text_free(NULL, second);
  b7_text_free(NULL, other);
  b7_validation_free(a);
  b7_validation_free(b);
  b7_validation_free(c);
  b7_studies_free(studies);
}

static void an_unknown_study_brings_a_suggestion(void **state) {
  (void)state;
  B7Studies *studies = load();
  B7Validation *validation;
  B7Error error;
  B7ValidateOptions options;
  b7_validate_options_default(&options, sizeof options);
  assert_int_equal(
      b7_validate(studies, "PAN2022", b7_kernel_shipped(), CRITERIA, &options, NULL, &validation, &error),
      B7_ERROR_INPUT);
  assert_null(validation);
  assert_non_null(strstr(error.message, "Did you mean 'PAN202"));
  options.struct_size = 0;
  assert_int_equal(
      b7_validate(studies, "PAN2021", b7_kernel_shipped(), CRITERIA, &options, NULL, &validation, &error),
      B7_ERROR_USAGE);
  b7_studies_free(studies);
}

static void the_page_holds_a_forest(void **state) {
  (void)state;
  B7Studies *studies = load();
  B7Validation *validation = validate(studies, "CHIESA2023", 7);
  char *page;
  B7Error error;
  assert_int_equal(b7_validation_page_json(validation, DATA "/references.bib", &page, &error), B7_OK);
  assert_non_null(strstr(page, "\"validation\""));
  assert_non_null(strstr(page, "\"published_low\""));
  assert_non_null(strstr(page, "Chiesa"));
  b7_text_free(NULL, page);
  b7_validation_free(validation);
  b7_studies_free(studies);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_study_is_simulated_beside_what_it_printed),
                                     cmocka_unit_test(the_same_seed_gives_the_same_prediction),
                                     cmocka_unit_test(an_unknown_study_brings_a_suggestion),
                                     cmocka_unit_test(the_page_holds_a_forest)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
