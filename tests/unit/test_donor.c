#include "test_base.h"

#include <stdlib.h>

#include "course_text.h"

#define HEAD "course: c\nday0: 2025-01-01\n"
#define DOSE "treatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n"

static void typing_counts_both_directions(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD "donor:\n  relation: son\n  hla:\n    score: 9/10\n    matched: [A, C, DRB1, DQB1]\n"
           "    B: {patient: [\"B*15:01\", \"40:01\"], donor: [\"40:01:02\", \"15:18:01\"]}\n" DOSE);
  const B7HlaRow *rows;
  assert_int_equal(b7_course_hla(course, &rows), 5);
  for (int i = 0; i < 5; i++) {
    bool b = strcmp(rows[i].locus, "B") == 0;
    assert_int_equal(rows[i].gvh, b);
    assert_int_equal(rows[i].hvg, b);
    if (b) assert_string_equal(rows[i].patient, "15:01/40:01");
  }
  assert_string_equal(b7_course_fact(course, "donor", "relation")->text, "son");
  assert_string_equal(b7_course_fact(course, "hla", "score")->text, "9/10");
  b7_course_free(course);
}

static void homozygous_donors_mismatch_one_way(void **state) {
  (void)state;
  B7Course *course = read_course(
      HEAD
      "donor: {relation: sibling, hla: {A: {patient: [\"02:01\", \"24:02\"], donor: [\"02:01\", \"02:01\"]}}}\n" DOSE);
  const B7HlaRow *rows;
  assert_int_equal(b7_course_hla(course, &rows), 1);
  assert_int_equal(rows[0].gvh, 1);
  assert_int_equal(rows[0].hvg, 0);
  b7_course_free(course);
}

static void what_cannot_be_guessed_is_asked_for(void **state) {
  (void)state;
  refuse_course(HEAD "donor: {relation: sibling}\n" DOSE,
                "course.yaml:3:8: a donor who is 'sibling' needs 'hla:' (typing, or score: 9/10)");
  B7Course *course = read_course(HEAD "donor: {relation: matched_unrelated}\n" DOSE);
  const B7Assumption *rows;
  assert_int_equal(b7_course_assumptions(course, &rows), 1);
  b7_course_free(course);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(typing_counts_both_directions),
                                     cmocka_unit_test(homozygous_donors_mismatch_one_way),
                                     cmocka_unit_test(what_cannot_be_guessed_is_asked_for)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
