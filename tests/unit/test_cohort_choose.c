/* The population that stands for a patient: by diagnosis, remission and age. */
#include "test_base.h"

#include <math.h>
#include <string.h>

#include "read/cohort/cohort.h"

static void check(const char *diagnosis, double age_years, bool remission, const char *name,
                  bool is_matched) {
  B7Arena arena = b7_arena_make(NULL);
  B7Error error;
  const char *path;
  bool matched;
  const B7CohortSought sought = {.diagnosis = diagnosis, .age_years = age_years, .remission = remission};
  if (b7_cohort_choose(B7_SOURCE_FOLDER "/data/populations", &sought, &arena, &path, &matched, &error) !=
      B7_OK)
    fail_msg("%s", error.message);
  assert_non_null(path);
  if (!strstr(path, name)) fail_msg("%s, age %g: %s instead of %s", diagnosis, age_years, path, name);
  assert_int_equal(matched, is_matched);
  b7_arena_free(&arena);
}

static void diagnosis_and_age_choose(void **state) {
  (void)state;
  check("T-ALL", 30, false, "/rr_t_all_adult.yaml", true);
  check("T-ALL/LBL", 51, false, "/rr_t_all_adult.yaml", true);
  check("T-LBL, stage IV", 30, false, "/rr_t_lbl_adult.yaml", true);
  check("early T-precursor (ETP) leukaemia", 44, false, "/rr_t_all_adult.yaml", true);
  check("relapsed CD7+ AML", 45, false, "/rr_aml_cd7.yaml", true);
  check("acute myeloid leukaemia", 12, false, "/rr_aml_cd7.yaml", true);
  check("T-ALL", 7, false, "/rr_t_all_child.yaml", true);
  check("T-LBL", 12, false, "/rr_t_all_child.yaml", true);
  check("t-all", NAN, false, "/rr_t_all_adult.yaml", true);
  check("T-ALL", 30, true, "/t_all_remission_adult.yaml", true);
  check("T-ALL", 9, true, "/t_all_remission_child.yaml", true);
  // nobody's population: said so
  check("mixed phenotype", 40, false, ".yaml", false);
}

static void a_folder_without_populations_is_told(void **state) {
  (void)state;
  B7Arena arena = b7_arena_make(NULL);
  B7Error error;
  const char *path;
  bool matched;
  const B7CohortSought sought = {.diagnosis = "T-ALL", .age_years = NAN};
  assert_int_equal(b7_cohort_choose("/no/such/folder", &sought, &arena, &path, &matched, &error),
                   B7_ERROR_INPUT);
  b7_arena_free(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(diagnosis_and_age_choose),
      cmocka_unit_test(a_folder_without_populations_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
