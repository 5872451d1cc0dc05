#include "test_base.h"

#include <math.h>
#include <stdlib.h>

#include "course_text.h"

#define HEAD "course: c\nday0: 2025-01-01\nflags: {F1: the date is unclear}\n"
#define DOSE "treatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n"

static void only_what_is_not_stated_is_an_assumption(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD "patient: {age_years: 51, weight_kg: {value: 65, status: assumed, why: not reported}}\n" DOSE);
  const B7Assumption *rows;
  assert_int_equal(b7_course_assumptions(course, &rows), 1);
  assert_string_equal(rows[0].where, "patient, weight_kg");
  assert_string_equal(rows[0].text, "65: not reported");
  assert_int_equal(rows[0].status, B7_FACT_ASSUMED);
  assert_true(b7_course_fact(course, "patient", "age_years")->value == 51);
  assert_null(b7_course_fact(course, "patient", "height_cm"));
  b7_course_free(course);
}

static void a_flag_explains_when_no_reason_is_given(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD DOSE "observations:\n  - {at: day0+3, what: hb, value: 90 g/L, status: ambiguous, flag: F1}\n");
  const B7Assumption *rows;
  assert_int_equal(b7_course_assumptions(course, &rows), 1);
  assert_string_equal(rows[0].text, "the date is unclear");
  assert_string_equal(rows[0].flag, "F1");
  b7_course_free(course);
}

static void known_sizes_are_fixed_and_assumed_ones_keep_their_spread(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD "patient: {bsa_m2: 1.72, weight_kg: {value: 65, status: assumed, why: not reported}}\n" DOSE);
  const B7ParameterSetting *rows;
  assert_int_equal(b7_course_settings(course, &rows), 2);
  assert_string_equal(rows[0].name, "body_surface_area");
  assert_true(rows[0].value == 1.72 && rows[0].spread_sd == 0);
  assert_string_equal(rows[1].name, "body_weight");
  assert_true(rows[1].value == 65 && isnan(rows[1].spread_sd));
  b7_course_free(course);
}

static void places_of_one_arm_change_together(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD "treatments:\n"
           "  - {at: day0, drug: VDS, dose: 4 mg, arm: vincristine, or: {drug: VCR, dose: 2 mg}}\n"
           "  - {at: day0+7, drug: VDS, dose: 4 mg, arm: vincristine, or: {drug: VCR, dose: 2 mg}}\n");
  assert_int_equal(b7_course_alternatives(course), 1);
  assert_string_equal(b7_course_alternative_label(course, 0), "vincristine");
  assert_string_equal(b7_course_alternative_label(course, 1), "");
  B7Course *other = NULL;
  B7Error error;
  assert_int_equal(b7_course_take_alternative(course, 0, &other, &error), B7_OK);
  const B7TreatmentBar *was, *now;
  assert_int_equal(b7_course_bars(course, &was), 2);
  assert_int_equal(b7_course_bars(other, &now), 2);
  for (int i = 0; i < 2; i++) {
    assert_string_equal(was[i].drug, "vindesine");
    assert_string_equal(now[i].drug, "vincristine");
    assert_string_equal(now[i].dose_text, "2 mg");
  }
  b7_course_free(other);
  assert_int_equal(b7_course_take_alternative(course, 1, &other, &error), B7_ERROR_USAGE);
  assert_null(other);
  b7_course_free(course);
}

static void several_alternatives_of_one_fact_are_several_arms(void **state) {
  (void)state;
  B7Course *course =
      read_course(HEAD "anchors: {cart: {date: 2025-02-01, or: [2025-02-02, 2025-02-05], flag: F1}}\n" DOSE);
  static const double days[] = {32, 35};
  assert_int_equal(b7_course_alternatives(course), 2);
  assert_string_equal(b7_course_alternative_label(course, 0), "F1, cart: 2025-02-02 instead of 2025-02-01");
  assert_string_equal(b7_course_alternative_label(course, 1), "F1, cart: 2025-02-05 instead of 2025-02-01");
  for (int k = 0; k < 2; k++) {
    B7Course *other;
    B7Error error;
    assert_int_equal(b7_course_take_alternative(course, k, &other, &error), B7_OK);
    assert_true(b7_course_anchor_day(other, "cart") == days[k]);
    // an alternative knows the same alternatives, so they can be told apart by number
    assert_int_equal(b7_course_alternatives(other), 2);
    b7_course_free(other);
  }
  b7_course_free(course);
  course = read_course(
      HEAD
      "treatments:\n  - {at: day0, drug: VP16, dose: 100 mg, or: [{dose: 20 mg}, {dose: 100 mg/m2}], arm: [total, per m2]}\n");
  assert_string_equal(b7_course_alternative_label(course, 0), "total");
  assert_string_equal(b7_course_alternative_label(course, 1), "per m2");
  b7_course_free(course);
}

static void mistakes_name_their_place(void **state) {
  (void)state;
  refuse_course(HEAD "patient: {age_years: [51]}\n" DOSE,
                "course.yaml:4:22: age_years must be a single value, not a list");
  refuse_course(HEAD "patient: {age_years: {status: stated}}\n" DOSE,
                "course.yaml:4:22: 'value:' is missing here");
  refuse_course(HEAD "patient: {age_years: {value: 51, date: 51}}\n" DOSE,
                "course.yaml:4:40: 'value' and 'date' both stand here; keep one");
  refuse_course(HEAD "patient: {age_years: {value: 51, status: derived}}\n" DOSE,
                "course.yaml:4:42: a fact that is derived needs 'why:' or 'flag:'");
  refuse_course(
      HEAD
      "treatments:\n  - {at: day0, drug: VP16, dose: 100 mg, or: [{dose: 20 mg}, {dose: 50 mg}], arm: [total]}\n",
      "course.yaml:5:83: 'arm' has 1 names, fewer than the alternatives in 'or'");
  refuse_course(HEAD "treatments:\n  - {at: day0, drug: VP16, dose: 100 mg, or: {}}\n",
                "course.yaml:5:46: the alternative changes nothing");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_what_is_not_stated_is_an_assumption),
      cmocka_unit_test(a_flag_explains_when_no_reason_is_given),
      cmocka_unit_test(known_sizes_are_fixed_and_assumed_ones_keep_their_spread),
      cmocka_unit_test(places_of_one_arm_change_together),
      cmocka_unit_test(several_alternatives_of_one_fact_are_several_arms),
      cmocka_unit_test(mistakes_name_their_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
