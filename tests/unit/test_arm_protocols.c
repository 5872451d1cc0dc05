/* test_arm_protocols.c - the rule that launches an arm's transplant, and what rules of a policy give in an arm. */
#include "test_base.h"

#include <math.h>
#include <string.h>

#include "trial/design/trial.h"

#define DATA B7_SOURCE_FOLDER "/data"

typedef struct Fixture {
  B7Trial *trial;
  B7Population *population;
  B7Cohort *cohort;
} Fixture;

static const char text[] =
    "question: test\n"
    "population: {from: rr_t_all_adult, patients: 8, seed: 5}\n"
    "horizon: 300 d\n"
    "policy: full_care\n"
    "arms:\n"
    "  - {name: negative, product: autologous, dose: 1e6 cells/kg, lymphodepletion: flu_cy,\n"
    "     transplant: {donor: haploidentical, day: 60, when: mrd_negative, conditioning: bu_cy_flu, prophylaxis: atg_csa_mmf_mtx}}\n"
    "  - {name: always, product: autologous, dose: 1e6 cells/kg, lymphodepletion: flu_cy,\n"
    "     transplant: {donor: haploidentical, day: 60, when: always, conditioning: bu_cy_flu, prophylaxis: atg_csa_mmf_mtx}}\n"
    "  - {name: without, product: autologous, dose: 1e6 cells/kg, lymphodepletion: flu_cy}\n"
    "endpoints: [os]\n";

static int load(void **state) {
  static Fixture fixture;
  const B7Kernel *kernel = b7_kernel_shipped();
  B7Error error;
  if (b7_trial_parse(text, strlen(text), "test", DATA, NULL, &fixture.trial, &error) != B7_OK ||
      b7_population_make(kernel, 8, 5, true, NULL, 0, NULL, &fixture.population, &error) != B7_OK ||
      b7_cohort_load(DATA "/populations/rr_t_all_adult.yaml", b7_kernel_tables(kernel), fixture.population,
                     NULL, &fixture.cohort, &error) != B7_OK) {
    print_error("%s\n", error.message);
    return -1;
  }
  *state = &fixture;
  return 0;
}

static int unload(void **state) {
  Fixture *fixture = *state;
  b7_cohort_free(fixture->cohort);
  b7_population_free(fixture->population);
  b7_trial_free(fixture->trial);
  return 0;
}

static B7ArmPlans plans_of(const Fixture *fixture, int32_t arm) {
  B7ArmPlans plans;
  B7Error error;
  if (b7_arm_plans_make(fixture->trial, &fixture->trial->arms[arm], fixture->cohort, b7_kernel_shipped(),
                        NULL, &plans, &error) != B7_OK)
    fail_msg("%s", error.message);
  return plans;
}

/* the arm's own transplant, or NULL; *n how many rules the policy has */
static const B7PolicyRule *transplant_rule(const B7Plan *plan, int32_t *n) {
  *n = plan->policy->n_rule;
  const B7PolicyRule *last = &plan->policy->rules[*n - 1];
  return strcmp(last->name, "transplant") == 0 && strcmp(last->source, "trial") == 0 ? last : NULL;
}

static void the_rule_waits_for_what_the_arm_says(void **state) {
  static const struct {
    B7PolicyCompare compare;
    double threshold;
    bool asks_fit;
  } expected[] = {{B7_POLICY_BELOW, 0.01, true}, {B7_POLICY_AT_LEAST, 0, false}};
  int32_t mrd = b7_kernel_observable(b7_kernel_shipped(), "marrow_mrd");
  for (int32_t arm = 0; arm < 2; arm++) {
    B7ArmPlans plans = plans_of(*state, arm);
    int32_t found = 0, n;
    for (int32_t fate = 0; fate < B7_ARM_FATES; fate++) {
      if (!plans.plan[fate]) continue;
      const B7Policy *policy = plans.plan[fate]->policy;
      const B7PolicyRule *rule = transplant_rule(plans.plan[fate], &n);
      if (!rule) continue;
      found++;
      const B7PolicyCondition *when = &policy->conditions[rule->when_start];
      assert_int_equal(when->observable, mrd);
      assert_int_equal(when->compare, expected[arm].compare);
      assert_true(when->threshold == expected[arm].threshold);
      assert_int_equal(rule->n_when, 1 + (expected[arm].asks_fit ? policy->n_fit : 0));
      assert_true(policy->n_fit > 0);
      assert_int_equal(rule->at_most, 1);
      // conditioning begins so early that the graft is on its day
      const B7Protocol *protocol = &plans.plan[fate]->protocols[rule->protocol - 1];
      assert_true(protocol->lead_day > 0 && protocol->n_event > 3);
      double origin = rule->from_day + protocol->lead_day - 60;
      assert_true(fabs(origin) < 1e-9 || fabs(origin - plans.days_to_infusion) < 1e-9);
    }
    assert_true(found >= 2); // with and without the product, for each distance of the donor
    b7_arm_plans_free(&plans);
  }
}

static void without_a_donor_nothing_launches_a_graft(void **state) {
  B7ArmPlans plans = plans_of(*state, 2), with = plans_of(*state, 0);
  int32_t n, without_rule = 0;
  for (int32_t fate = 0; fate < B7_ARM_FATES; fate++) {
    if (!plans.plan[fate]) continue;
    assert_null(transplant_rule(plans.plan[fate], &n));
    for (int32_t i = 0; i < n; i++)
      if (plans.plan[fate]->policy->rules[i].give == B7_GIVE_TRANSPLANT)
        assert_int_equal(plans.plan[fate]->policy->rules[i].protocol, 0);
  }
  for (int32_t fate = 0; fate < B7_ARM_FATES; fate++)
    if (with.plan[fate] && !transplant_rule(with.plan[fate], &n)) without_rule++;
  assert_true(without_rule > 0); // those of the arm who have no donor
  b7_arm_plans_free(&plans);
  b7_arm_plans_free(&with);
}

static void salvage_is_a_protocol_of_its_regimen(void **state) {
  B7ArmPlans plans = plans_of(*state, 2);
  int32_t regimens = 0;
  for (int32_t fate = 0; fate < B7_ARM_FATES; fate++) {
    for (int32_t i = 0; plans.plan[fate] && i < plans.plan[fate]->policy->n_rule; i++) {
      const B7PolicyRule *rule = &plans.plan[fate]->policy->rules[i];
      if (rule->give != B7_GIVE_REGIMEN) continue;
      assert_in_range(rule->protocol, 1, plans.plan[fate]->n_protocol);
      assert_string_equal(plans.plan[fate]->protocols[rule->protocol - 1].name, rule->name);
      regimens++;
    }
  }
  assert_true(regimens > 0);
  b7_arm_plans_free(&plans);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_rule_waits_for_what_the_arm_says),
      cmocka_unit_test(without_a_donor_nothing_launches_a_graft),
      cmocka_unit_test(salvage_is_a_protocol_of_its_regimen),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
