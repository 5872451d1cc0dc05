#include "fit_fixture.h"

#include <math.h>

#include "document/document.h"

#define FIT                                                                                                  \
  "fit: twin\npatients: 200\nseed: 11\nrestarts: 2\nrounds: 6\nparameters:\n"                                \
  "  threshold_crs_grade_3: {model: threshold_crs_grade_3, prior: {at: 1.1, sd: 0.6}, low: 0.5, high: 2}\n"  \
  "  onset_max_neurotoxicity: {model: onset_max_neurotoxicity, prior: {at: 0.21, sd: 1}}\n"
#define ASKED                                                                                                \
  "      - {endpoint: crs_g3_4, value: 50, of: 400}\n      - {endpoint: icans_any, value: 50, of: 400}\n"    \
  "      - {endpoint: icans_g1, value: 50, of: 400}\n"

/* the model's own answer under other values, as if it had been published, by the patients of the fit. One of
   them is half a percent, so values nearby are as good */
static void publish(const Folder *folder, const char *set) {
  char text[2000];
  snprintf(text, sizeof text, STUDY("        set: %s\n", ASKED), set);
  write_text(folder->studies, text);
  B7Studies *studies;
  B7Validation *validation;
  B7Error error;
  assert_int_equal(b7_studies_load(folder->studies, DATA, NULL, &studies, &error), B7_OK);
  B7ValidateOptions options;
  b7_validate_options_default(&options, sizeof options);
  options.patients = 200;
  options.seed = 11;
  if (b7_validate(studies, NULL, b7_kernel_shipped(), CRITERIA, &options, NULL, &validation, &error) != B7_OK)
    fail_msg("%s", error.message);
  const B7ValidationRow *rows;
  int32_t n = b7_validation_rows(validation, &rows);
  int length = snprintf(text, sizeof text, STUDY("", ""));
  for (int32_t r = 0; r < n; r++)
    length +=
        snprintf(text + length, sizeof text - (size_t)length,
                 "      - {endpoint: %s, value: %.2f, of: 400}\n", rows[r].endpoint, rows[r].simulated.value);
  write_text(folder->studies, text);
  b7_validation_free(validation);
  b7_studies_free(studies);
}

static B7Calibration *load(const Folder *folder) {
  B7Calibration *calibration;
  B7Error error;
  write_text(folder->fit, FIT);
  if (load_fit(folder, DATA, &calibration, &error) != B7_OK)
    fail_msg("%s:%d: %s", error.file, (int)error.line, error.message);
  return calibration;
}

static B7CalibrationRun *fit(const B7Calibration *calibration, const B7CalibrateOptions *options) {
  B7CalibrationRun *run;
  B7Error error;
  if (b7_calibrate(calibration, options, NULL, &run, &error) != B7_OK) fail_msg("%s", error.message);
  return run;
}

/* the values behind rows that the model made itself are found again, from both starting points */
static void a_twin_is_recovered(void **state) {
  (void)state;
  static const double truth[] = {0.8, 0.6};
  Folder folder = folder_make();
  publish(&folder, "{threshold_crs_grade_3: 0.8, onset_max_neurotoxicity: 0.6}");
  B7Calibration *calibration = load(&folder);
  B7CalibrateOptions options;
  b7_calibrate_options_default(&options, sizeof options);
  options.threads = 2;
  B7CalibrationRun *run = fit(calibration, &options);
  const B7CalibrationParameter *rows;
  assert_int_equal(b7_calibration_parameters(run, &rows), 2);
  for (int p = 0; p < 2; p++) {
    double off = log(rows[p].to / truth[p]);
    if (fabs(off) > 2 * rows[p].sd || fabs(off) > 0.2)
      fail_msg("%s: %g instead of %g (sd %g)", rows[p].name, rows[p].to, truth[p], rows[p].sd);
    assert_true(rows[p].information > 0.8);
    assert_int_equal(rows[p].verdict, B7_CALIBRATION_MOVED);
    assert_true(rows[p].posterior.lower < rows[p].to && rows[p].to < rows[p].posterior.upper);
  }
  B7CalibrationSummary summary;
  b7_calibration_summary(run, &summary);
  assert_true(summary.finished && summary.rows == 3);
  // on other patients, too
  assert_true(summary.misfit_after < 0.5 * summary.misfit_before);
  const B7CalibrationStart *starts;
  assert_int_equal(b7_calibration_starts(run, &starts), 2);
  assert_true(starts[0].same_optimum && starts[1].same_optimum);
  b7_calibration_run_free(run);
  b7_calibration_free(calibration);
  folder_remove(&folder);
}

static char *text_of(const char *path) {
  char *text;
  size_t length;
  assert_int_equal(b7_file_read(path, NULL, &text, &length, NULL), B7_OK);
  return text;
}

static void stops_and_threads_change_nothing(void **state) {
  (void)state;
  Folder folder = folder_make();
  publish(&folder, "{threshold_crs_grade_3: 0.8, onset_max_neurotoxicity: 0.6}");
  B7Calibration *calibration = load(&folder);
  B7CalibrateOptions options;
  b7_calibrate_options_default(&options, sizeof options);
  options.patients = 40;
  options.threads = 1;
  options.out = folder.result;
  b7_calibration_run_free(fit(calibration, &options));
  char *whole = text_of(folder.result);
  unlink(folder.result);
  // stopped after its first round, then gone on with, by two threads
  options.threads = 2;
  options.max_evaluations = 16;
  B7CalibrationSummary summary;
  B7CalibrationRun *run = fit(calibration, &options);
  b7_calibration_summary(run, &summary);
  assert_false(summary.finished);
  b7_calibration_run_free(run);
  options.max_evaluations = 0;
  options.resume = true;
  run = fit(calibration, &options);
  b7_calibration_summary(run, &summary);
  assert_true(summary.finished);
  b7_calibration_run_free(run);
  char *pieces = text_of(folder.result);
  assert_string_equal(whole, pieces);
  b7_memory_resize(NULL, whole, strlen(whole) + 1, 0);
  b7_memory_resize(NULL, pieces, strlen(pieces) + 1, 0);
  // not with other patients
  B7Error error;
  options.patients = 50;
  assert_int_equal(b7_calibrate(calibration, &options, NULL, &run, &error), B7_ERROR_INPUT);
  assert_null(run);
  assert_non_null(strstr(error.message, "of another fit: 'patients' is 40 there and 50 now"));
  b7_calibration_free(calibration);
  folder_remove(&folder);
}

static void wrong_calls_are_told(void **state) {
  (void)state;
  Folder folder = folder_make();
  publish(&folder, "{threshold_crs_grade_3: 0.8}");
  B7Calibration *calibration = load(&folder);
  B7CalibrationRun *run;
  B7Error error;
  B7CalibrateOptions options;
  b7_calibrate_options_default(&options, sizeof options);
  options.resume = true;
  assert_int_equal(b7_calibrate(calibration, &options, NULL, &run, &error), B7_ERROR_USAGE);
  assert_non_null(strstr(error.message, "--out"));
  b7_calibrate_options_default(&options, sizeof options);
  options.patients = 1;
  assert_int_equal(b7_calibrate(calibration, &options, NULL, &run, &error), B7_ERROR_USAGE);
  options = (B7CalibrateOptions){0};
  assert_int_equal(b7_calibrate(calibration, &options, NULL, &run, &error), B7_ERROR_USAGE);
  assert_null(run);
  b7_calibration_free(calibration);
  folder_remove(&folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_twin_is_recovered),
                                     cmocka_unit_test(stops_and_threads_change_nothing),
                                     cmocka_unit_test(wrong_calls_are_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
