#include "fit_fixture.h"

#include <math.h>

#include "fit/evaluate.h"

#define ROWS                                                                                                 \
  "      - {endpoint: crs_any, arm: all, events: 18, of: 20}\n      - {endpoint: cr, events: 15, of: 20}\n"  \
  "      - {endpoint: car_tmax_days, arm: other, value: 12, of: 13, range: [10, 21]}\n"
#define FIT                                                                                                              \
  "fit: test\nparameters:\n  threshold_crs_grade_3: {model: threshold_crs_grade_3, prior: range}\n"                      \
  "  sensitivity_blasts: {population: rr_t_all_adult, parameter: sensitivity_blasts, low: 0.1, high: 2, prior: value}\n" \
  "  fitness: {product: ctd402, attribute: fitness, scale: linear, low: 0.3, high: 1.1, prior: value}\n"

static B7Calibration *load(const Folder *folder) {
  B7Calibration *calibration;
  B7Error error;
  write_text(folder->fit, FIT);
  // two arms, the first with an xg of its own
  write_text(
      folder->studies,
      "studies:\n  TWIN:\n    title: made up\n    source: nobody\n    use: calibration\n    n: 20\n    arms:\n" STUDY_ARM(
          "all",
          "        set: {sensitivity_blasts: 0.7}\n") "      other:\n        population: rr_t_lbl_adult\n        horizon: 60 d\n"
                                                      "        arm: {product: ctd402, dose: 4e8 cells, lymphodepletion: flu_cy_enhanced}\n"
                                                      "    endpoints:\n" ROWS
                                                      "  MORE:\n    title: made up\n    source: nobody\n    use: calibration\n    n: 20\n"
                                                      "    arms:\n" STUDY_ARM(
                                                          "all",
                                                          "") "    endpoints:\n      - {endpoint: cr, events: 15, of: 20}\n");
  if (load_fit(folder, DATA, &calibration, &error) != B7_OK)
    fail_msg("%d: %s", (int)error.line, error.message);
  return calibration;
}

static void each_value_touches_its_arms(void **state) {
  (void)state;
  Folder folder = folder_make();
  B7Calibration *calibration = load(&folder);
  assert_int_equal(calibration->n_arm, 3);
  static const bool expected[3][3] = {{true, false, false}, {true, false, true}, {true, true, false}};
  for (int a = 0; a < 3; a++) {
    for (int p = 0; p < 3; p++) assert_true(calibration->arms[a].touched_by[p] == expected[a][p]);
  }
  b7_calibration_free(calibration);
  folder_remove(&folder);
}

static bool same(B7FitSimulated a, B7FitSimulated b) {
  return a.value == b.value && a.variance == b.variance && a.patients == b.patients;
}

/* copying the arms that a value cannot touch gives what simulating them gives, with one thread and with two */
static void copied_arms_are_simulated_arms(void **state) {
  (void)state;
  Folder folder = folder_make();
  B7Calibration *calibration = load(&folder);
  B7Evaluator *one, *two;
  B7Error error;
  if (b7_evaluator_make(calibration, 24, 1, NULL, &one, &error) != B7_OK) fail_msg("%s", error.message);
  assert_int_equal(b7_evaluator_make(calibration, 24, 2, NULL, &two, &error), B7_OK);
  B7Arena arena = b7_arena_make(NULL);
  B7FitPoint points[4], *list[4];
  for (int k = 0; k < 4; k++) {
    assert_int_equal(b7_fit_point_make(one, &arena, &points[k], &error), B7_OK);
    for (int p = 0; p < 3; p++) points[k].values[p] = calibration->parameters[p].start;
    points[k].seed = 3;
    list[k] = &points[k];
  }
  points[1].values[1] = points[2].values[1] = 0.2; // xg
  points[3].values[2] = 0.5;                       // fitness
  assert_int_equal(b7_evaluate(one, NULL, list, 2, &error), B7_OK);
  assert_int_equal(b7_evaluate(two, &points[0], list + 2, 2, &error), B7_OK);
  int64_t n_point, n_arm;
  b7_evaluator_work(two, &n_point, &n_arm);
  assert_int_equal(n_point, 2);
  assert_int_equal(n_arm, 2); // one arm for each value
  for (int r = 0; r < calibration->n_row; r++) {
    assert_true(same(points[1].rows[r], points[2].rows[r]));
    assert_true(isfinite(points[0].rows[r].value) && points[0].rows[r].variance >= 0);
  }
  // fitness moves the second arm's kinetics and nothing of the third
  assert_true(points[3].rows[2].value != points[0].rows[2].value);
  assert_true(same(points[3].rows[3], points[0].rows[3]));
  b7_arena_free(&arena);
  b7_evaluator_free(one);
  b7_evaluator_free(two);
  b7_calibration_free(calibration);
  folder_remove(&folder);
}

/* the values of the files through the fit are the values of the files */
static void nothing_changed_is_what_validate_says(void **state) {
  (void)state;
  Folder folder = folder_make();
  B7Calibration *calibration = load(&folder);
  B7Evaluator *evaluator;
  B7FitPoint point, *list[] = {&point};
  B7Error error;
  B7Arena arena = b7_arena_make(NULL);
  B7Validation *validation;
  const B7ValidationRow *rows;
  assert_int_equal(b7_evaluator_make(calibration, 24, 1, NULL, &evaluator, &error), B7_OK);
  assert_int_equal(b7_fit_point_make(evaluator, &arena, &point, &error), B7_OK);
  for (int p = 0; p < 3; p++) point.values[p] = calibration->parameters[p].start;
  point.seed = 3;
  assert_int_equal(b7_evaluate(evaluator, NULL, list, 1, &error), B7_OK);
  B7ValidateOptions options;
  b7_validate_options_default(&options, sizeof options);
  options.patients = 24;
  options.seed = 3;
  assert_int_equal(b7_validate(calibration->studies, NULL, b7_kernel_shipped(), CRITERIA, &options, NULL,
                               &validation, &error),
                   B7_OK);
  assert_int_equal(b7_validation_rows(validation, &rows), calibration->n_row);
  for (int r = 0; r < calibration->n_row; r++) assert_true(rows[r].simulated.value == point.rows[r].value);
  b7_validation_free(validation);
  b7_arena_free(&arena);
  b7_evaluator_free(evaluator);
  b7_calibration_free(calibration);
  folder_remove(&folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(each_value_touches_its_arms),
                                     cmocka_unit_test(copied_arms_are_simulated_arms),
                                     cmocka_unit_test(nothing_changed_is_what_validate_says)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
