/* test_subgroups.c - to which group a value or a draw belongs. */
#include "test_base.h"

#include <math.h>

#include "trial/design/subgroups.h"

static void above_a_cut_is_the_next_group(void **state) {
  (void)state;
  const B7Subgroup age = {.by = "age", .n_cut = 2, .cuts = {40, 60}};
  const B7SubgroupBinding binding = {.subgroup = &age, .source = B7_SUBGROUP_DRAW, .n_group = 3};
  static const struct {
    double value;
    int32_t group;
  } rows[] = {{-INFINITY, 0}, {18, 0}, {40, 0}, {40.001, 1}, {60, 1}, {60.001, 2}, {INFINITY, 2}, {NAN, -1}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    assert_int_equal(b7_subgroup_of_value(&binding, rows[i].value), rows[i].group);
}

static void without_cuts_it_is_no_or_yes(void **state) {
  (void)state;
  const B7Subgroup prior = {.by = "prior_transplant"};
  const B7SubgroupBinding binding = {.subgroup = &prior, .source = B7_SUBGROUP_DRAW, .n_group = 2};
  assert_int_equal(b7_subgroup_of_value(&binding, 0), 0);
  assert_int_equal(b7_subgroup_of_value(&binding, 1), 1);
  assert_int_equal(b7_subgroup_of_value(&binding, NAN), -1);
}

static void draws_are_found_among_parameters_then_covariates(void **state) {
  (void)state;
  const B7Subgroup by = {.by = "x", .n_cut = 1, .cuts = {10}};
  const double own[] = {1, 11}, covariates[] = {12, 2};
  const B7Population population = {.n_own = 2, .n_covariate = 2};
  const int32_t groups[] = {0, 1, 1, 0};
  for (int32_t place = 0; place < 4; place++) {
    const B7SubgroupBinding binding = {.subgroup = &by, .source = B7_SUBGROUP_DRAW, .place = place};
    assert_int_equal(b7_subgroup_of_draw(&binding, &population, 1, own, covariates), groups[place]);
  }
  // what is measured on day 0 is not known from draws
  const B7SubgroupBinding measured = {.subgroup = &by, .source = B7_SUBGROUP_OBSERVABLE};
  assert_int_equal(b7_subgroup_of_draw(&measured, &population, 1, own, covariates), -1);
}

static void donors_are_nested(void **state) {
  (void)state;
  const B7Subgroup by = {.by = "donor", .n_donor = 2};
  const B7CohortDonor sibling = {.name = "matched_sibling", .share = 0.25},
                      haplo = {.name = "haploidentical", .share = 0.75};
  const B7SubgroupBinding binding = {
      .subgroup = &by, .source = B7_SUBGROUP_DONOR, .n_group = 3, .donors = {&sibling, &haplo}};
  const B7Population population = {.seed = 7};
  int32_t count[3] = {0};
  for (uint64_t id = 0; id < 4000; id++) {
    int32_t group = b7_subgroup_of_draw(&binding, &population, id, NULL, NULL);
    assert_in_range(group, 0, 2);
    // the same patient belongs to the same group whenever it is asked
    assert_int_equal(b7_subgroup_of_draw(&binding, &population, id, NULL, NULL), group);
    count[group]++;
  }
  // a quarter, a half, a quarter: within four standard errors (0.027)
  assert_true(fabs(count[0] / 4000.0 - 0.25) < 0.03 && fabs(count[1] / 4000.0 - 0.5) < 0.033);
  assert_true(fabs(count[2] / 4000.0 - 0.25) < 0.03);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(above_a_cut_is_the_next_group),
      cmocka_unit_test(without_cuts_it_is_no_or_yes),
      cmocka_unit_test(draws_are_found_among_parameters_then_covariates),
      cmocka_unit_test(donors_are_nested),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
