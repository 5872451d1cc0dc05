#include "test_base.h"

#include <math.h>
#include <stdlib.h>

#include "course_text.h"

#define HEAD "course: c\nday0: 2025-01-01\ntreatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n"

static void records_are_sorted_within_their_section(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD
      "milestones:\n  - {at: day0+9, what: remission}\n  - {at: day0+2, what: relapse, absent: true, until: day0+30}\n"
      "toxicities:\n  - {at: day0+5, what: crs, grade: 3, note: one vasopressor}\n"
      "findings:\n  - {at: day0-3, what: history, text: none}\n");
  const B7CourseRecord *rows;
  assert_int_equal(b7_course_records(course, &rows), 4);
  assert_string_equal(rows[0].section, "findings");
  assert_string_equal(rows[0].text, "none");
  assert_true(rows[0].t_day == -3 && isnan(rows[0].grade));
  assert_string_equal(rows[1].what, "crs");
  assert_true(rows[1].grade == 3 && !rows[1].absent);
  assert_string_equal(rows[1].note, "one vasopressor");
  assert_string_equal(rows[2].what, "relapse");
  assert_true(rows[2].absent && rows[2].end_day == 30);
  assert_string_equal(rows[3].label, "remission");
  b7_course_free(course);
}

static void grades_are_whole_and_on_their_scale(void **state) {
  (void)state;
  refuse_course(HEAD "toxicities:\n  - {at: day0+5, what: crs, grade: 2.5}\n",
                "course.yaml:6:36: there is no grade 2.5 of CRS; grades are 0 to 5");
  refuse_course(HEAD "toxicities:\n  - {at: day0+5, what: agvhd, grade: 5}\n",
                "course.yaml:6:38: there is no grade 5 of acute GVHD; grades are 0 to 4");
  refuse_course(HEAD "milestones:\n  - {at: day0+5, what: relaps}\n",
                "course.yaml:6:24: unknown milestone 'relaps'. Did you mean 'relapse'?");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(records_are_sorted_within_their_section),
                                     cmocka_unit_test(grades_are_whole_and_on_their_scale)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
