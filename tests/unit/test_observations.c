#include "test_base.h"

#include <math.h>
#include <stdlib.h>

#include "course_text.h"

#define HEAD "course: c\nday0: 2025-01-01\ntreatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n"

static void units_turn_into_the_quantity_s_own(void **state) {
  (void)state;
  B7Course *course = read_course(HEAD "observations:\n"
                                      "  - {at: day0-2, what: hb, value: 9.1 g/dL}\n"
                                      "  - {at: day0+1, what: marrow_mrd, value: 22.90 %}\n"
                                      "  - {at: day0+2, what: cart_per_ul, value: 0.2 1e9 cell/L}\n"
                                      "  - {at: day0+3, what: temperature, value: 310.15 K}\n"
                                      "  - {at: day0+4, what: deauville, value: 4}\n");
  const B7Observation *rows;
  assert_int_equal(b7_course_observations(course, &rows), 5);
  assert_true(fabs(rows[0].value - 91) < 1e-9);
  assert_string_equal(rows[0].unit, "g/L");
  assert_true(rows[0].t_day == -2);
  assert_true(fabs(rows[1].value - 22.9) < 1e-12);
  assert_true(fabs(rows[2].value - 200) < 1e-9);
  assert_true(fabs(rows[3].value - 37) < 1e-9);
  assert_true(rows[4].value == 4);
  assert_true(isnan(rows[4].below) && isnan(rows[4].above));
  b7_course_free(course);
}

static void bounds_are_kept_apart_from_values(void **state) {
  (void)state;
  B7Course *course = read_course(HEAD "observations:\n  - {at: day0+1, what: marrow_mrd, below: 0.01 %}\n"
                                      "  - {at: day0+2, what: ferritin, above: 2 mg/L}\n"
                                      "  - {at: day0+3, what: crp, above: 5 mg/L, below: 10 mg/L}\n");
  const B7Observation *rows;
  assert_int_equal(b7_course_observations(course, &rows), 3);
  assert_true(isnan(rows[0].value) && rows[0].below == 0.01);
  assert_true(fabs(rows[1].above - 2000) < 1e-9);
  assert_true(rows[2].above == 5 && rows[2].below == 10);
  b7_course_free(course);
  refuse_course(HEAD "observations:\n  - {at: day0+3, what: crp, above: 10 mg/L, below: 5 mg/L}\n",
                "course.yaml:6:36: nothing is above 10 mg/L and below 5 mg/L");
}

static void a_row_is_no_better_known_than_its_date(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD
      "observations:\n  - {at: {date: 2025-01-05, status: ambiguous, why: not printed}, what: hb, value: 90 g/L}\n");
  const B7Observation *rows;
  assert_int_equal(b7_course_observations(course, &rows), 1);
  assert_int_equal(rows[0].status, B7_FACT_AMBIGUOUS);
  b7_course_free(course);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(units_turn_into_the_quantity_s_own),
                                     cmocka_unit_test(bounds_are_kept_apart_from_values),
                                     cmocka_unit_test(a_row_is_no_better_known_than_its_date)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
