#include "test_base.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "study/studies.h"
#include "study/validate.h"

#define DATA B7_SOURCE_FOLDER "/data"

static B7Status read_text(const char *text, B7Studies **out, B7Error *error) {
  char path[] = "/tmp/b7_studies_XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  assert_int_equal(b7_file_write(path, text, strlen(text), NULL), B7_OK);
  B7Status status = b7_studies_load(path, DATA, NULL, out, error);
  unlink(path);
  return status;
}

static void refuse(const char *text, int line, const char *message) {
  B7Studies *studies;
  B7Error error;
  assert_int_equal(read_text(text, &studies, &error), B7_ERROR_INPUT);
  assert_null(studies);
  if (error.line != line || !strstr(error.message, message))
    fail_msg("line %d: %s (instead of line %d: %s)", (int)error.line, error.message, line, message);
}

#define HEAD                                                                                                 \
  "studies:\n  S1:\n    title: t\n    source: k\n    use: calibration\n    n: 20\n    arms:\n"               \
  "      a: {population: rr_t_all_adult, arm: {regimen: nelarabine}}\n"                                      \
  "      b: {population: rr_t_all_adult, weight: 3, arm: {regimen: nelarabine}}\n    endpoints:\n"
#define ROW(text) HEAD "      - {" text "}\n"

static void shipped_studies_are_complete(void **state) {
  (void)state;
  B7Studies *studies;
  B7Error error;
  if (b7_studies_load(DATA "/studies.yaml", DATA, NULL, &studies, &error) != B7_OK)
    fail_msg("%d: %s", (int)error.line, error.message);
  static const char *const predicted[] = {"PAN2025",     "OH2024",     "HU2022RD",   "LOWDOSE40",
                                          "AML13",       "GC027_2020", "GC027_2023", "BRIDGE12",
                                          "BECAR7_2025", "XIAO2025",   "ZHAOC2025",  "RRHAPLO2025"};
  for (size_t i = 0; i < sizeof predicted / sizeof predicted[0]; i++) {
    const B7Study *study = b7_studies_find(studies, predicted[i]);
    if (!study || !study->prediction) fail_msg("%s is not there to be predicted", predicted[i]);
    for (int32_t r = 0; r < study->n_row; r++) assert_true(isnan(study->rows[r].value));
  }
  int judged = 0;
  for (int32_t s = 0; s < studies->n_study; s++) {
    const B7Study *study = &studies->studies[s];
    for (int32_t r = 0; r < study->n_row; r++) judged += !study->prediction && !isnan(study->rows[r].low);
  }
  assert_true(judged >= 100);
  // every arm is a trial that loads
  for (int32_t s = 0; s < studies->n_study; s++) {
    for (int32_t a = 0; a < studies->studies[s].n_arm; a++) {
      B7Text text = b7_study_trial_text(&studies->studies[s], a, NULL);
      B7Trial *trial;
      if (b7_trial_parse(text.bytes, text.length, studies->studies[s].id, DATA, NULL, &trial, &error) !=
          B7_OK)
        fail_msg("%s: %s\n%s", studies->studies[s].id, error.message, text.bytes);
      b7_trial_free(trial);
      b7_text_release(&text);
    }
  }
  b7_studies_free(studies);
}

static void counts_become_exact_intervals(void **state) {
  (void)state;
  B7Studies *studies;
  B7Error error;
  assert_int_equal(read_text(ROW("endpoint: cr, arm: b, events: 18, of: 20"), &studies, &error), B7_OK);
  const B7StudyRow *row = &studies->studies[0].rows[0];
  assert_int_equal(row->arm, 1);
  assert_true(row->value == 90);
  assert_true(fabs(row->low - 68.3017) < 1e-3 && fabs(row->high - 98.7651) < 1e-3);
  b7_studies_free(studies);
}

static void mistakes_name_their_place(void **state) {
  (void)state;
  refuse(ROW("endpoint: icans_anyy, events: 1, of: 2"), 11,
         "no simulation answers 'icans_anyy'. Did you mean 'icans_any'?");
  refuse(ROW("endpoint: os_rate, value: 50"), 11, "'os_rate' needs 'at:'");
  refuse(ROW("endpoint: os_rate, at: 900 d, value: 50"), 11,
         "day 900 lies beyond the horizon of arm 'a', 400 d");
  refuse(ROW("endpoint: os_rate, at: 2 months, value: 50"), 11, "'at' is in days");
  refuse(ROW("endpoint: cr, events: 3, of: 2"), 11, "3 events among 2 patients");
  refuse(ROW("endpoint: cr, events: 3"), 11, "'events' needs 'of'");
  refuse(ROW("endpoint: cr"), 11, "needs 'events' and 'of', or 'value'");
  refuse(ROW("endpoint: cr, value: 120"), 11, "in percent, 0 to 100");
  refuse(ROW("endpoint: cr, value: 50, low: 60, high: 70"), 11, "the value 50 lies outside its interval");
  refuse(ROW("endpoint: cr, arm: c, value: 50"), 11, "study 'S1' has no arm 'c'");
  refuse(ROW("endpoint: car_tmax_days, value: 12"), 11, "over several arms: name the arm");
  refuse(ROW("endpoint: car_tmax_days, arm: a, value: 12, range: [13, 20]"), 11, "lies outside the range");
  refuse(ROW("endpoint: cr, value: 50, unit: percent"), 11, "unknown key 'unit'");
  refuse("studies:\n  S1: {title: t, source: k, use: predicted, n: 1, arms: {}, endpoints: []}\n", 2,
         "'use' is 'calibration' or 'prediction'");
  refuse(
      "studies:\n  S1:\n    title: t\n    source: k\n    use: prediction\n    n: 1\n    arms:\n"
      "      a: {population: rr_t_all_adult, arm: {regimen: nelarabine}}\n    endpoints: [{endpoint: cr, value: 50}]\n",
      9, "a study to be predicted has no outcome");
  refuse("studies:\n  S1: {title: t, source: k, use: calibration, n: 1, arms: {}, endpoints: []}\n", 2,
         "at least one arm");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(shipped_studies_are_complete),
                                     cmocka_unit_test(counts_become_exact_intervals),
                                     cmocka_unit_test(mistakes_name_their_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
