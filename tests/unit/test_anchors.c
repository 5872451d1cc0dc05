#include "test_base.h"

#include <math.h>

#include "course_text.h"

static void times_count_from_day0(void **state) {
  (void)state;
  B7Course *course = read_course(
      "course: c\nday0: 2024-06-18\nanchors: {cart: 2025-04-07, hsct: cart+55, pre: hsct-9}\n"
      "treatments:\n  - {at: day0+0.5, drug: CTX, dose: 1 g/m2}\n  - {at: 2024-07-22, drug: CTX, dose: 1 g/m2}\n"
      "  - {at: pre, drug: CTX, dose: 1 g/m2}\n");
  const B7TreatmentBar *bars;
  assert_string_equal(b7_course_day0(course), "2024-06-18");
  assert_true(b7_course_anchor_day(course, "cart") == 293);
  assert_true(b7_course_anchor_day(course, "hsct") == 348);
  assert_true(isnan(b7_course_anchor_day(course, "nothing")));
  assert_int_equal(b7_course_bars(course, &bars), 3);
  assert_true(bars[0].start_day == 0.5);
  assert_true(bars[1].start_day == 34);
  assert_true(bars[2].start_day == 339);
  b7_course_free(course);
}

static void leap_years_count(void **state) {
  (void)state;
  B7Course *course = read_course("course: c\nday0: 2024-02-28\nanchors: {a: 2024-02-29, b: 2024-03-01}\n"
                                 "treatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n");
  assert_true(b7_course_anchor_day(course, "a") == 1);
  assert_true(b7_course_anchor_day(course, "b") == 2);
  b7_course_free(course);
  refuse_course("course: c\nday0: 2025-02-28\nanchors: {a: 2025-02-29}\ntreatments: []\n",
                "course.yaml:3:14: there is no such date as 2025-02-29");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(times_count_from_day0),
                                     cmocka_unit_test(leap_years_count)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
