#include "test_base.h"

#include <math.h>
#include <stdlib.h>

#include "course_text.h"

#define HEAD "course: c\nday0: 2025-01-01\n"
#define DONOR                                                                                                \
  "donor: {relation: son, hla: {B: {patient: \"15:01\", donor: \"15:18\"}, matched: [A, C, DRB1, DQB1]}}\n"

static void a_regimen_shares_start_course_and_lane(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD
      "treatments:\n  - regimen: FC\n    course: 3\n    at: day0+2\n    lane: lymphodepletion\n    drugs:\n"
      "      - {drug: Flu, dose: 30 mg/m2, days: [1-3, 5]}\n"
      "      - {drug: CTX, dose: 300 mg/m2, every: 12 h, days: 2}\n"
      "      - {drug: dexamethasone, dose: 40 mg, at: day0+9, lane: supportive}\n");
  const struct B7Course *inside = course;
  assert_int_equal(inside->n_given, 3);
  assert_int_equal(inside->given[0].course, 3);
  assert_string_equal(inside->given[0].name, "fludarabine");
  assert_int_equal(inside->given[0].n_day, 4);
  assert_true(inside->given[0].day[3] == 6);
  assert_int_equal(inside->given[1].n_day, 2);
  assert_true(inside->given[1].day[0] == 3 && inside->given[1].day[1] == 3.5);
  assert_int_equal(inside->given[2].lane, B7_TREATMENT_LANE_SUPPORTIVE);
  assert_int_equal(inside->given[0].role, B7_ROLE_LYMPHODEPLETION);
  const B7TreatmentBar *bars;
  // a gap of a day parts a bar; doses within a day do not
  assert_int_equal(b7_course_bars(course, &bars), 4);
  assert_true(bars[0].start_day == 2 && bars[0].end_day == 4);
  assert_true(bars[1].start_day == 6 && bars[1].end_day == 6);
  assert_true(bars[2].start_day == 3 && bars[2].end_day == 3.5);
  assert_string_equal(bars[0].lane, "lymphodepletion");
  assert_string_equal(bars[0].label, "FC");
  assert_string_equal(bars[2].dose_text, "300 mg/m2 every 12 h");
  b7_course_free(course);
}

static const B7Attribute *attribute(const B7Given *given, const char *name) {
  for (int32_t i = 0; i < given->n_attribute; i++) {
    if (strcmp(given->attributes[i].name, name) == 0) return &given->attributes[i];
  }
  return NULL;
}

static void products_take_their_mismatch_from_the_donor(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD DONOR
      "treatments:\n  - {at: day0, product: donor_derived, dose: 1e6 cells/kg, attributes: {memory_share: 0.4}}\n"
      "  - {at: day0+9, product: autologous, dose: 1e6 cells/kg}\n");
  const struct B7Course *inside = course;
  const B7Given *donor = &inside->given[0], *own = &inside->given[1];
  assert_true(fabs(attribute(donor, "mismatch_hvg")->value - 0.10) < 1e-12);
  assert_true(attribute(donor, "memory_share")->value == 0.4);
  assert_string_equal(attribute(donor, "vcn")->unit, "copies/cell");
  assert_true(attribute(own, "mismatch_hvg")->value == 0);
  assert_true(attribute(own, "memory_share")->value == 0.2);
  assert_int_equal(donor->dose.basis, B7_DOSE_BASIS_PER_KG);
  assert_true(donor->dose.amount == 1e6);
  b7_course_free(course);
}

static void grafts_take_cells_and_mismatch(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD
      "donor: {relation: father}\ntreatments:\n"
      "  - {at: day0+3, graft: bone_marrow, cd34: 3e6 cells/kg, cd3: {value: 5e7 cells/kg, status: assumed, why: usual}}\n");
  const struct B7Course *inside = course;
  const B7Given *graft = &inside->given[0];
  assert_int_equal(graft->kind, B7_GIVEN_GRAFT);
  assert_int_equal(graft->lane, B7_TREATMENT_LANE_TRANSPLANT);
  assert_true(attribute(graft, "cd34_per_kg")->value == 3e6);
  assert_string_equal(attribute(graft, "cd34_per_kg")->unit, "cell/kg");
  assert_int_equal(attribute(graft, "cd3_per_kg")->basis.status, B7_FACT_ASSUMED);
  // a parent without typing is taken as haploidentical: five alleles of ten
  assert_true(fabs(attribute(graft, "mismatch_gvh")->value - 0.42) < 1e-12);
  b7_course_free(course);
}

static void a_dose_left_to_the_policy_is_an_assumption_and_no_dose(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD "treatments:\n  - {at: day0+3, drug: tocilizumab, dose: by policy, lane: supportive}\n");
  const B7Assumption *rows;
  const struct B7Course *inside = course;
  assert_true(inside->given[0].by_policy);
  assert_int_equal(b7_course_assumptions(course, &rows), 1);
  assert_int_equal(rows[0].status, B7_FACT_ASSUMED);
  b7_course_free(course);
}

static void unusual_doses_are_warned_of_and_absurd_ones_refused(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD "patient: {bsa_m2: 2, weight_kg: 80}\ntreatments:\n  - {at: day0, drug: CTX, dose: 50 mg/kg}\n");
  b7_course_free(course);
  // 1000 mg/kg in 80 kg and 2 m2 is 40 g/m2: ten times the highest usual 4 g/m2
  refuse_course(
      HEAD "patient: {bsa_m2: 2, weight_kg: 80}\ntreatments:\n  - {at: day0, drug: CTX, dose: 1000 mg/kg}\n",
      "course.yaml:5:33: 1000 mg/kg of cyclophosphamide is ten times above the usual 2.5 to 100 mg/kg; check the number and its unit");
}

static void count_warning(void *user, const char *text) {
  assert_string_equal(
      text, "course.yaml:4:33: 5 g/m2 of cyclophosphamide lies outside the usual 100 to 4000 mg/m2");
  ++*(int *)user;
}

static void warnings_reach_the_caller(void **state) {
  (void)state;
  static const char *const text = HEAD "treatments:\n  - {at: day0, drug: CTX, dose: 5 g/m2}\n";
  int warnings = 0;
  B7Hooks hooks = {.warning = count_warning, .user = &warnings};
  B7Course *course;
  B7Error error;
  assert_int_equal(
      b7_course_parse(text, strlen(text), "course.yaml", DATA_FOLDER, -1, &hooks, &course, &error), B7_OK);
  assert_int_equal(warnings, 1);
  b7_course_free(course);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_regimen_shares_start_course_and_lane),
                                     cmocka_unit_test(products_take_their_mismatch_from_the_donor),
                                     cmocka_unit_test(grafts_take_cells_and_mismatch),
                                     cmocka_unit_test(a_dose_left_to_the_policy_is_an_assumption_and_no_dose),
                                     cmocka_unit_test(unusual_doses_are_warned_of_and_absurd_ones_refused),
                                     cmocka_unit_test(warnings_reach_the_caller)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
