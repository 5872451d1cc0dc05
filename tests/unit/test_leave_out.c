/* leaving studies out: each row is predicted without its own study, and scored against the others */
#include "fit_fixture.h"

#include <math.h>

#include "fit/leave_out.h"

#define ONE(id, events)                                                                                      \
  "  " id                                                                                                    \
  ":\n    title: made up\n    source: nobody\n    use: calibration\n    n: 20\n    arms:\n" STUDY_ARM(       \
      "all", "") "    endpoints:\n      - {endpoint: crs_g3_4, events: " events                              \
                 ", of: 20}\n      - {endpoint: cr, events: 15, of: 20}\n"
#define FIT                                                                                                  \
  "fit: test\npatients: 200\nparameters:\n  threshold_crs_grade_3: {model: threshold_crs_grade_3, prior: range}\n"

static B7LeaveOut *run(const Folder *folder, const char *study, int32_t threads,
                       B7Calibration **calibration) {
  B7LeaveOut *out;
  B7Error error;
  write_text(folder->fit, FIT);
  write_text(folder->studies, "studies:\n" ONE("A", "5") ONE("B", "5") ONE("C", "1"));
  if (load_fit(folder, DATA, calibration, &error) != B7_OK)
    fail_msg("%d: %s", (int)error.line, error.message);
  B7LeaveOutOptions options;
  b7_leave_out_options_default(&options, sizeof options);
  options.patients = 300;
  options.threads = threads;
  options.study = study;
  if (b7_leave_out(*calibration, &options, NULL, &out, &error) != B7_OK) fail_msg("%s", error.message);
  return out;
}

/* without C, whose patients had little cytokine release, more is predicted than without A, which had much */
static void the_study_left_out_does_not_count(void **state) {
  (void)state;
  Folder folder = folder_make();
  B7Calibration *calibration, *other;
  B7LeaveOut *out = run(&folder, NULL, 2, &calibration), *one = run(&folder, NULL, 1, &other);
  const B7LeaveOutRow *rows, *again;
  const B7LeaveOutSkill *skills;
  assert_int_equal(b7_leave_out_rows(out, &rows), 6);
  assert_int_equal(b7_leave_out_rows(one, &again), 6);
  assert_string_equal(rows[4].study, "C");
  assert_true(rows[4].predicted.value > rows[0].predicted.value);
  assert_true(rows[0].predicted.value == rows[2].predicted.value);
  assert_true(rows[0].pooled < rows[4].pooled);
  for (int r = 0; r < 6; r++) {
    assert_true(rows[r].crps == again[r].crps && rows[r].crps >= 0);
    assert_true(rows[r].predicted.lower <= rows[r].predicted.value &&
                rows[r].predicted.value <= rows[r].predicted.upper);
  }
  assert_true(b7_leave_out_skills(out, &skills) >= 4); // all, the setting, two families
  assert_string_equal(skills[0].family, "all");
  assert_int_equal(skills[0].rows, 6);
  assert_int_equal(skills[0].studies, 3);
  b7_leave_out_free(out);
  b7_leave_out_free(one);
  b7_calibration_free(calibration);
  b7_calibration_free(other);
  folder_remove(&folder);
}

static void one_study_alone_is_scored_alone(void **state) {
  (void)state;
  Folder folder = folder_make();
  B7Calibration *calibration;
  B7LeaveOut *out = run(&folder, "B", 2, &calibration);
  const B7LeaveOutSkill *skills;
  b7_leave_out_skills(out, &skills);
  assert_int_equal(skills[0].rows, 2);
  assert_true(isnan(skills[0].skill.lower));
  b7_leave_out_free(out);
  b7_calibration_free(calibration);
  folder_remove(&folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(the_study_left_out_does_not_count),
                                     cmocka_unit_test(one_study_alone_is_scored_alone)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
