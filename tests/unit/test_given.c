/* test_given.c - roles of treatments by drug and lane. */
#include "test_base.h"

#include "treat/given.h"

static void a_role_follows_lane_and_drug(void **state) {
  (void)state;
  const B7Role none = B7_ROLES;
  assert_int_equal(b7_role_of_drug(none, B7_TREATMENT_LANE_LYMPHODEPLETION, true), B7_ROLE_LYMPHODEPLETION);
  assert_int_equal(b7_role_of_drug(none, B7_TREATMENT_LANE_PROPHYLAXIS, true), B7_ROLE_PROPHYLAXIS);
  assert_int_equal(b7_role_of_drug(none, B7_TREATMENT_LANE_CHEMOTHERAPY, false), B7_ROLE_CHEMOTHERAPY);
  // dexamethasone in a course of chemotherapy, and alone
  assert_int_equal(b7_role_of_drug(B7_ROLE_ANTICYTOKINE, B7_TREATMENT_LANE_CHEMOTHERAPY, true),
                   B7_ROLE_CHEMOTHERAPY);
  assert_int_equal(b7_role_of_drug(B7_ROLE_ANTICYTOKINE, B7_TREATMENT_LANE_CHEMOTHERAPY, false),
                   B7_ROLE_ANTICYTOKINE);
  assert_int_equal(b7_role_of_drug(B7_ROLE_ANTICYTOKINE, B7_TREATMENT_LANE_SUPPORTIVE, true),
                   B7_ROLE_ANTICYTOKINE);
  // a growth factor stays one
  assert_int_equal(b7_role_of_drug(B7_ROLE_GROWTH_FACTOR, B7_TREATMENT_LANE_CHEMOTHERAPY, true),
                   B7_ROLE_GROWTH_FACTOR);
  assert_int_equal(b7_role_of_drug(none, B7_TREATMENT_LANE_TRANSPLANT, true), B7_ROLE_SUPPORTIVE);
}

static void names_stand_once(void **state) {
  (void)state;
  assert_string_equal(b7_treatment_lane_name(B7_TREATMENT_LANE_CART), "CAR-T");
  for (int a = 0; a < B7_ROLES; a++) {
    for (int b = 0; b < a; b++) assert_string_not_equal(b7_role_name((B7Role)a), b7_role_name((B7Role)b));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_role_follows_lane_and_drug),
                                     cmocka_unit_test(names_stand_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
