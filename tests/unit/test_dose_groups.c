// a line with several doses is read in full: as the same doses on rows of their own
#include "test_base.h"

#include <math.h>

#include "course/course.h"
#include "course_text.h"

#define COURSE(rows)                                                                                         \
  "course: mtx\nday0: 2025-01-01\npatient: {weight_kg: 70, bsa_m2: 1.73}\nanchors: {hsct: 2025-02-01}\n"     \
  "treatments:\n" rows

static void lines_are_read_in_full(void **state) {
  (void)state;
  static const struct {
    const char *dose;
    int32_t n;
    double mg[8], day[8]; /* days from the start of the row */
  } rows[] = {
      {"26 mg day +1, 17 mg days +3, +6, +11", 4, {26, 17, 17, 17}, {1, 3, 6, 11}},
      {"26 mg day +1; 17 mg days +3 and +6 and +11", 4, {26, 17, 17, 17}, {1, 3, 6, 11}},
      {"15 mg/m2 day +1, 10 mg/m2 days +3, +6", 3, {15, 10, 10}, {1, 3, 6}},
      {"20 mg day 1, 10 mg days 3-5", 4, {20, 10, 10, 10}, {0, 2, 3, 4}},
      {"20 mg day +1, 10 mg days +3 to +5", 4, {20, 10, 10, 10}, {1, 3, 4, 5}},
      {"20 mg day -1, 10 mg day +1, 15 mg days +4, +8", 4, {20, 10, 15, 15}, {-1, 1, 4, 8}},
      {"10 mg days +3, +6", 2, {10, 10}, {3, 6}},
  };
  for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
    char text[512];
    snprintf(text, sizeof text,
             COURSE("  - {at: hsct, drug: methotrexate_low_dose, dose: \"%s\", lane: prophylaxis}\n"),
             rows[r].dose);
    B7Course *course = read_course(text);
    int32_t n = 0;
    for (int32_t g = 0; g < course->n_given; g++)
      for (int32_t d = 0; d < course->given[g].n_day; d++, n++) {
        assert_true(n < rows[r].n);
        assert_true(course->given[g].dose.amount == rows[r].mg[n]);
        assert_true(course->given[g].day[d] == 31 + rows[r].day[n]);
      }
    assert_int_equal(n, rows[r].n);
    b7_course_free(course);
  }
}

static void what_is_no_line_is_told(void **state) {
  (void)state;
#define LINE(dose, more)                                                                                     \
  COURSE("  - {at: hsct, drug: methotrexate_low_dose, dose: \"" dose "\", " more "lane: prophylaxis}\n")
#define REMEDY "; write each dose with its days, such as '26 mg day +1, 17 mg days +3, +6, +11'"
  refuse_course(LINE("26 mg day +1, 17 days +3", ""),
                "course.yaml:6:51: the dose '17' needs a unit, such as '17 mg/m2'");
  refuse_course(LINE("26 mg day +1 then", ""),
                "course.yaml:6:51: 'then' in '26 mg day +1 then' is not understood" REMEDY);
  refuse_course(LINE("26 mg days +6, +3", ""),
                "course.yaml:6:51: the days of one dose in '26 mg days +6, +3' must ascend, each once");
  refuse_course(LINE("26 mg day +1", "days: 1-3, "),
                "course.yaml:6:73: the dose already names its days; remove 'days', or the days in 'dose'");
  refuse_course(LINE("26 mg day x", ""), "course.yaml:6:51: 'x' in '26 mg day x' is no day" REMEDY);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_read_in_full),
                                     cmocka_unit_test(what_is_no_line_is_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
