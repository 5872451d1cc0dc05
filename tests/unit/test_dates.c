#include "test_base.h"

#include "base/dates.h"

static void known_days(void **state) {
  (void)state;
  int32_t day = -1;
  assert_true(b7_date_parse("1970-01-01", &day));
  assert_int_equal(day, 0);
  assert_true(b7_date_parse("2000-03-01", &day));
  assert_int_equal(day, 11017);
  assert_true(b7_date_parse("2024-02-29", &day));
  assert_int_equal(day, 19782);
}

static void course_intervals(void **state) {
  (void)state;
  // the index case: first infusion to graft is 55 days
  int32_t cart, graft;
  assert_true(b7_date_parse("2025-04-07", &cart));
  assert_true(b7_date_parse("2025-06-01", &graft));
  assert_int_equal(graft - cart, 55);
}

static void every_day_of_four_centuries_comes_back(void **state) {
  (void)state;
  for (int32_t day = -146097; day <= 146097; day++) {
    char text[11];
    int32_t back;
    b7_date_format(day, text);
    assert_true(b7_date_parse(text, &back));
    assert_int_equal(back, day);
  }
}

static void refuses_what_is_no_date(void **state) {
  (void)state;
  const char *const bad[] = {"2025-02-29", "2025-13-01", "2025-00-10", "2025-01-32",
                             "25-01-01",   "2025/01/01", "2025-1-01",  "2025-01-01 ",
                             "",           "today",      "2100-02-29"};
  int32_t day;
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) assert_false(b7_date_parse(bad[i], &day));
  assert_false(b7_date_parse(NULL, &day));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_days),
      cmocka_unit_test(course_intervals),
      cmocka_unit_test(every_day_of_four_centuries_comes_back),
      cmocka_unit_test(refuses_what_is_no_date),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
