#include "test_base.h"

#include <math.h>
#include <string.h>

#include "trial/run/substitutes.h"

#define DATA B7_SOURCE_FOLDER "/data"
#define CRITERIA B7_SOURCE_FOLDER "/criteria"
#define PATIENTS 24

static const char text[] =
    "question: test\n"
    "population: {from: rr_t_all_adult, patients: 24, seed: 5, set: {onset_max_neurotoxicity: 0.4}}\n"
    "horizon: 60 d\n"
    "arms:\n"
    "  - {name: chemotherapy, regimen: hyper_cvad_a, cycles: 1}\n"
    "  - {name: universal, product: ctd402, dose: 4e8 cells, lymphodepletion: flu_cy}\n"
    "endpoints: [os, crs, icans, marrow]\n";

typedef struct Base {
  B7Trial *trial;
  B7TrialRun *run;
} Base;

static B7TrialOptions options(B7SimulateOptions *simulate) {
  B7TrialOptions out;
  b7_trial_options_default(&out, sizeof out);
  b7_simulate_options_default(simulate, sizeof *simulate);
  simulate->threads = 1;
  out.simulate = simulate;
  return out;
}

static Base base_make(void) {
  Base base;
  B7Error error;
  B7SimulateOptions simulate;
  B7TrialOptions asked = options(&simulate);
  if (b7_trial_parse(text, strlen(text), "test", DATA, NULL, &base.trial, &error) != B7_OK)
    fail_msg("%s", error.message);
  if (b7_trial_run(base.trial, b7_kernel_shipped(), CRITERIA, &asked, NULL, &base.run, &error) != B7_OK)
    fail_msg("%s", error.message);
  return base;
}

static void base_free(Base *base) {
  b7_trial_run_free(base->run);
  b7_trial_free(base->trial);
}

static B7TrialRun *run_with(const Base *base, const B7Substitutes *substitutes) {
  B7TrialRun *run;
  B7Error error;
  B7SimulateOptions simulate;
  B7TrialOptions asked = options(&simulate);
  if (b7_trial_run_like(base->run, substitutes, &asked, NULL, &run, &error) != B7_OK)
    fail_msg("%s", error.message);
  return run;
}

/* bins of all peaks: any change of what happens shows */
static bool same_arm(const B7TrialRun *a, const B7TrialRun *b, int32_t arm) {
  bool same = true;
  for (int32_t k = 0; k < a->n_peak; k++)
    same = same && memcmp(&a->arms[arm].peaks[k], &b->arms[arm].peaks[k], sizeof(B7LogBins)) == 0;
  for (int32_t k = 0; k < a->n_fan * a->n_fan_time; k++)
    same = same && memcmp(&a->arms[arm].fans[k], &b->arms[arm].fans[k], sizeof(B7LogBins)) == 0;
  return same;
}

static int32_t own_of(const char *name) {
  int32_t p = b7_kernel_parameter(b7_kernel_shipped(), name);
  return b7_kernel_tables(b7_kernel_shipped())->parameters[p].own_index;
}

static void nothing_changed_is_the_same(void **state) {
  (void)state;
  Base base = base_make();
  const B7Substitutes none = {0};
  B7TrialRun *run = run_with(&base, &none);
  assert_true(same_arm(base.run, run, 0) && same_arm(base.run, run, 1));
  assert_int_equal(base.run->work.steps, run->work.steps);
  b7_trial_run_free(run);
  base_free(&base);
}

/* the model's value holds where the population says nothing; the trial's own settings hold against all */
static void weak_gives_way_to_strong(void **state) {
  (void)state;
  Base base = base_make();
  const B7ParameterSetting below[] = {{.name = "sensitivity_blasts", .value = 3, .spread_sd = NAN},
                                      {.name = "onset_max_neurotoxicity", .value = 9, .spread_sd = NAN}};
  const B7Substitutes beneath = {.n_setting = 2, .settings = below};
  B7TrialRun *run = run_with(&base, &beneath);
  assert_true(same_arm(base.run, run, 0) && same_arm(base.run, run, 1));
  b7_trial_run_free(run);
  const B7ParameterSetting free[] = {{.name = "growth_max_blasts", .value = 0.03, .spread_sd = NAN}};
  const B7Substitutes growth = {.n_setting = 1, .settings = free};
  run = run_with(&base, &growth);
  assert_false(same_arm(base.run, run, 0) || same_arm(base.run, run, 1));
  b7_trial_run_free(run);
  base_free(&base);
}

static void draws_replace_what_the_population_says(void **state) {
  (void)state;
  Base base = base_make();
  const B7SubstituteDraw draws[] = {
      {.own = own_of("sensitivity_blasts"), .what = B7_SUBSTITUTE_VALUE, .value = 2},
      {.own = own_of("sensitivity_blasts"), .what = B7_SUBSTITUTE_SPREAD, .value = 0},
      {.own = own_of("initial_blasts_nodal"), .what = B7_SUBSTITUTE_SHARE, .value = 0}};
  const B7Substitutes changed = {.n_draw = 3, .draws = draws};
  B7TrialRun *run = run_with(&base, &changed);
  double own[512];
  assert_true(b7_kernel_tables(b7_kernel_shipped())->n_own <= 512);
  b7_population_select(run->population, NULL, PATIENTS);
  for (int64_t i = 0; i < PATIENTS; i++) {
    b7_population_patient(run->population, i, own);
    assert_true(own[own_of("sensitivity_blasts")] == 2 && own[own_of("initial_blasts_nodal")] == 0);
  }
  b7_trial_run_free(run);
  base_free(&base);
}

/* an attribute reaches the arm of its product, and leaves the borrowed plans as they were */
static void attributes_reach_their_arm(void **state) {
  (void)state;
  Base base = base_make();
  const B7SubstituteArgument arguments[] = {{.arm = 1, .name = "fitness", .value = 0.3}};
  const B7Substitutes weak = {.n_argument = 1, .arguments = arguments}, none = {0};
  B7TrialRun *run = run_with(&base, &weak), *again = run_with(&base, &none);
  assert_true(same_arm(base.run, run, 0));
  assert_false(same_arm(base.run, run, 1));
  assert_true(b7_trial_peak_quantile(run, 1, "cart_copies", B7_PEAK_VALUE, 0.5) <
              b7_trial_peak_quantile(base.run, 1, "cart_copies", B7_PEAK_VALUE, 0.5));
  assert_true(same_arm(base.run, again, 1));
  b7_trial_run_free(run);
  b7_trial_run_free(again);
  base_free(&base);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_changed_is_the_same), cmocka_unit_test(weak_gives_way_to_strong),
      cmocka_unit_test(draws_replace_what_the_population_says), cmocka_unit_test(attributes_reach_their_arm)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
