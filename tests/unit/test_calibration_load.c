#include "fit_fixture.h"

#include <math.h>

#define ROWS "      - {endpoint: crs_any, events: 18, of: 20}\n      - {endpoint: cr, events: 15, of: 20}\n"
#define HEAD "fit: test\nparameters:\n"

static B7Status read_text(const char *text, B7Calibration **out, B7Error *error) {
  Folder folder = folder_make();
  write_text(folder.studies, STUDY("        set: {onset_max_neurotoxicity: 0.3}\n", ROWS));
  write_text(folder.fit, text);
  B7Status status = load_fit(&folder, DATA, out, error);
  folder_remove(&folder);
  return status;
}

static void refuse(const char *text, int line, const char *message) {
  B7Calibration *calibration;
  B7Error error;
  assert_int_equal(read_text(text, &calibration, &error), B7_ERROR_INPUT);
  assert_null(calibration);
  if (error.line != line || !strstr(error.message, message))
    fail_msg("line %d: %s (instead of line %d: %s)", (int)error.line, error.message, line, message);
}

static void values_are_found_where_they_stand(void **state) {
  (void)state;
  B7Calibration *calibration;
  B7Error error;
  if (read_text(
          HEAD
          "  a: {model: hazard_baseline_infection, prior: range}\n"
          "  b: {population: [rr_t_all_adult, rr_t_all_child], parameter: sensitivity_blasts, what: spread, low: 0.1, high: 1, "
          "prior: value}\n"
          "  c: {population: rr_t_all_adult, parameter: initial_blasts_nodal, what: share, low: 0.1, high: 0.9, prior: {at: 0.5, sd: 1}, "
          "why: other series}\n"
          "  d: {product: auto_other, attribute: memory_share, scale: logit, prior: value}\n"
          "  e: {model: effect_cyclophosphamide_lymphocyte, prior: value}\n",
          &calibration, &error) != B7_OK)
    fail_msg("%d: %s", (int)error.line, error.message);
  assert_int_equal(calibration->n_parameter, 5);
  assert_int_equal(calibration->n_row, 2);
  assert_int_equal(calibration->n_arm, 1);
  const B7FitParameter *p = calibration->parameters;
  assert_non_null(strstr(p[0].places[0]->file, "hazards.yaml"));
  assert_int_equal(p[1].n_place, 2);
  assert_true(p[1].what == B7_SUBSTITUTE_SPREAD && p[1].start > p[1].low && p[1].start < p[1].high);
  assert_true(p[2].scale == B7_SCALE_LOGIT && p[2].prior_at == 0 && p[2].prior_sd == 1);
  assert_non_null(strstr(p[3].places[0]->file, "products.yaml"));
  assert_non_null(strstr(p[4].places[0]->file, "drugs.yaml"));
  // 90 % of the prior between the limits
  double low = log(p[0].low), high = log(p[0].high);
  assert_true(fabs(p[0].prior_at - 0.5 * (low + high)) < 1e-12);
  assert_true(fabs(p[0].prior_sd - (high - low) / 3.2897072539029444) < 1e-9);
  assert_true(p[1].prior_at == log(p[1].start));
  b7_calibration_free(calibration);
}

static void mistakes_name_their_place(void **state) {
  (void)state;
  refuse(HEAD "  a: {model: hazard_baseline_infections, prior: range}\n", 3,
         "unknown parameter 'hazard_baseline_infections'. Did you mean 'hazard_baseline_infection'?");
  refuse(HEAD "  a: {model: hazard_baseline_infection}\n", 3, "'a' has no prior");
  refuse(HEAD "  a: {model: hazard_baseline_infection, low: 1, high: 0.1, prior: range}\n", 3,
         "'low' is below 'high'");
  refuse(HEAD "  a: {model: hazard_baseline_infection, low: 1e-3, high: 1e-2, prior: range}\n", 3,
         "outside its limits");
  refuse(HEAD "  a: {model: onset_max_neurotoxicity, prior: range}\n", 3, "used in no arm");
  refuse(HEAD "  a: {model: kill_max_cart, prior: range}\n", 3, "has a published value");
  refuse(
      HEAD
      "  a: {model: hazard_baseline_infection, prior: range}\n  b: {model: hazard_baseline_infection, prior: value}\n",
      4, "the same number as 'a'");
  refuse(HEAD "  a: {model: hazard_baseline_infection, what: spread, low: 0.1, high: 1, prior: range}\n", 3,
         "has one value for all patients");
  refuse(
      HEAD
      "  a: {population: rr_t_all_adult, parameter: threshold_crs_grade_3, low: 0.5, high: 2, prior: range}\n",
      3, "says nothing of 'threshold_crs_grade_3'");
  refuse(HEAD "  a: {product: auto_othr, attribute: vcn, prior: range}\n", 3, "Did you mean 'auto_other'?");
  refuse(HEAD "  a: {product: auto_other, attribute: relative_cost, prior: range}\n", 3, "unknown attribute");
  refuse(HEAD "  a: {model: hazard_baseline_infection, product: auto_other, prior: range}\n", 3,
         "exactly one of");
  refuse(
      HEAD
      "  a: {population: [rr_t_all_adult, rr_t_lbl_adult], parameter: initial_blasts_per_marrow_cell, low: 0.001, high: 4, prior: range, "
      "why: no}\n",
      3, "they differ: ");
  refuse(
      HEAD
      "  a: {population: rr_t_all_adult, parameter: initial_log10_share_blasts_cd7neg, low: -11, high: -6, prior: range}\n",
      3, "on a log scale, where values lie above 0");
  refuse(HEAD "  a: {model: hazard_baseline_infection, scale: logg, prior: range}\n", 3,
         "unknown scale 'logg'");
  refuse(HEAD "  a: {model: hazard_baseline_infection, scale: logit, low: 1e-5, high: 2, prior: range}\n", 3,
         "on a logit scale");
  refuse(HEAD "  a: {model: hazard_baseline_infection, prior: {at: 1, sd: 1}}\n", 3,
         "lies outside its limits");
  refuse(HEAD "  a: {model: hazard_baseline_infection, prior: {at: 1e-4, sd: 0}}\n", 3, "is above 0");
  refuse("fit: test\nrows: [{study: TWINN, weight: 1, why: no}]\nparameters: {}\n", 2,
         "unknown study 'TWINN'. Did you mean 'TWIN'?");
  refuse("fit: test\nstudies: [TWIN, TWINN]\nparameters: {}\n", 2,
         "unknown study 'TWINN'. Did you mean 'TWIN'?");
  refuse("fit: test\nrows: [{study: TWIN, endpoint: orr, weight: 1, why: no}]\nparameters: {}\n", 2,
         "has no such row");
  refuse("fit: test\nrows: [{study: TWIN, weight: 2, why: no}]\nparameters: {}\n", 2, "a weight is 0");
  refuse(
      "fit: test\nrows: [{study: TWIN, weight: 0, why: no}]\nparameters: {a: {model: hazard_baseline_infection, prior: range}}\n",
      1, "no row is left");
  refuse("fit: test\nparameters: {}\n", 2, "1 to 64 values");
  refuse("fit: test\npatients: 1\nparameters: {}\n", 2, "'patients' is a whole number from 2");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(values_are_found_where_they_stand),
                                     cmocka_unit_test(mistakes_name_their_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
