/* test_daily_values.c - columns as one value a day, and days below a threshold in the two published ways. */
#include "test_base.h"

#include <math.h>

#include "assess/rules/daily_values.h"

static void a_day_holds_its_lowest_value(void **state) {
  (void)state;
  const double t[] = {0.2, 0.8, 1.5, 4.1}, v[] = {900, 400, 300, 600};
  const B7Column column = {.t_day = t, .value = v, .n = 4};
  B7Daily daily;
  b7_daily_fill(&daily, &column, 0, 0, 5, 0);
  assert_int_equal(daily.n, 6);
  assert_true(daily.value[0] == 400 && daily.value[1] == 300 && daily.value[4] == 600);
  assert_true(isnan(daily.value[2]) && isnan(daily.value[3]) && isnan(daily.value[5]));
  assert_int_equal(daily.first_known, 0);
  assert_int_equal(daily.last_known, 4);
  assert_int_equal(daily.gaps, 2);
  assert_int_equal(daily.interpolated, 0);
}

static void short_gaps_are_filled_and_long_ones_are_not(void **state) {
  (void)state;
  const double t[] = {0, 3, 8}, v[] = {900, 300, 800};
  const B7Column column = {.t_day = t, .value = v, .n = 3};
  B7Daily daily;
  b7_daily_fill(&daily, &column, 0, 0, 9, 2);
  assert_true(daily.value[1] == 700 && daily.value[2] == 500);
  assert_int_equal(daily.interpolated, 2);
  assert_true(isnan(daily.value[4]) && isnan(daily.value[7]));
  assert_int_equal(daily.gaps, 4);
  // nothing is said beyond the last value
  assert_true(isnan(daily.value[9]));
}

static void days_count_from_an_origin(void **state) {
  (void)state;
  const double t[] = {98.9, 99.1, 101}, v[] = {1, 2, 3};
  const B7Column column = {.t_day = t, .value = v, .n = 3};
  B7Daily daily;
  b7_daily_fill(&daily, &column, 100, -1, 1, 0);
  assert_int_equal(daily.first, -1);
  assert_true(daily.value[0] == 2 && isnan(daily.value[1]) && daily.value[2] == 3);
}

static void the_latest_value_is_not_too_old(void **state) {
  (void)state;
  const double t[] = {0, 2, 5}, v[] = {7, 8, NAN};
  const B7Column column = {.t_day = t, .value = v, .n = 3}, none = {.n = 0};
  assert_true(b7_column_latest(&column, 2, 1) == 8);
  assert_true(b7_column_latest(&column, 1.9, 2) == 7);
  assert_true(b7_column_latest(&column, 5, 4) == 8);
  // just as old as the limit is too old
  assert_true(isnan(b7_column_latest(&column, 5, 3)));
  assert_true(isnan(b7_column_latest(&column, -1, 9)));
  assert_true(isnan(b7_column_latest(&none, 1, 9)));
  assert_int_equal(b7_column_from(&column, 2), 1);
  assert_int_equal(b7_column_from(&column, 2.1), 2);
  assert_int_equal(b7_column_from(&column, 6), 3);
  assert_int_equal(b7_column_last_row(&column, 2), 1);
  assert_int_equal(b7_column_last_row(&column, -0.5), -1);
}

static void days_below_are_counted_in_both_ways(void **state) {
  (void)state;
  //             0    1    2    3    4    5    6    7
  const double t[] = {0, 1, 2, 3, 4, 5, 6, 7}, v[] = {900, 400, 500, 600, 300, 700, 700, 100};
  const B7Column column = {.t_day = t, .value = v, .n = 8};
  B7Daily daily;
  b7_daily_fill(&daily, &column, 0, 0, 7, 0);
  B7DaysBelow days = b7_days_below(&daily, 500, false, 1, 3, false);
  assert_int_equal(days.cumulative, 3);
  assert_int_equal(days.longest, 1);
  assert_false(days.never_above);
  days = b7_days_below(&daily, 500, true, 1, 3, false);
  assert_int_equal(days.cumulative, 4);
  assert_int_equal(days.longest, 2);
  // one day of recovery is bridged, two are not
  days = b7_days_below(&daily, 500, true, 2, 3, false);
  assert_int_equal(days.longest, 4);
  assert_int_equal(days.cumulative, 5);
  days = b7_days_below(&daily, 500, true, 3, 3, false);
  assert_int_equal(days.longest, 7);
  assert_true(days.never_above);
  // an episode that begins too late is no lasting one
  assert_false(b7_days_below(&daily, 500, true, 3, 0, false).never_above);
}

static void empty_days_are_low_only_between_values(void **state) {
  (void)state;
  const double t[] = {1, 5}, v[] = {400, 400};
  const B7Column column = {.t_day = t, .value = v, .n = 2};
  B7Daily daily;
  b7_daily_fill(&daily, &column, 0, 0, 8, 0);
  assert_int_equal(b7_days_below(&daily, 500, false, 1, 3, false).cumulative, 2);
  assert_int_equal(b7_days_below(&daily, 500, false, 1, 3, true).cumulative, 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_day_holds_its_lowest_value),
      cmocka_unit_test(short_gaps_are_filled_and_long_ones_are_not),
      cmocka_unit_test(days_count_from_an_origin),
      cmocka_unit_test(the_latest_value_is_not_too_old),
      cmocka_unit_test(days_below_are_counted_in_both_ways),
      cmocka_unit_test(empty_days_are_low_only_between_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
