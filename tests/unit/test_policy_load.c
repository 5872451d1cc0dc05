#include "test_base.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/files.h"
#include "course_text.h"
#include "plan_tables.h"
#include "read/plan/plan_make.h"
#include "treat/plan.h"

#define POLICIES B7_SOURCE_FOLDER "/data/policies/"
#define COURSE                                                                                               \
  "course: c\nday0: 2025-01-01\nanchors: {cart: day0+10}\ntreatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n"

static B7Status make(const char *course_text, const char *policy_path, B7Plan **plan, B7Error *error) {
  B7Course *course = read_course(course_text);
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  options.policy_path = policy_path;
  B7Status status = b7_plan_make_for(course, &test_tables, &options, NULL, plan, error);
  b7_course_free(course);
  return status;
}

static const B7PolicyRule *rule(const B7Policy *policy, const char *name) {
  for (int32_t i = 0; i < policy->n_rule; i++) {
    if (strcmp(policy->rules[i].name, name) == 0) return &policy->rules[i];
  }
  return NULL;
}

static void supportive_care_binds_to_course_and_kernel(void **state) {
  (void)state;
  B7Plan *plan = NULL;
  B7Error error;
  if (make(COURSE, POLICIES "supportive_care.yaml", &plan, &error) != B7_OK)
    fail_msg("%s:%d %s", error.file, error.line, error.message);
  const B7Policy *policy = plan->policy;
  assert_string_equal(policy->name, "supportive_care");
  assert_true(policy->check_every_day == 0.5);
  const B7PolicyRule *tocilizumab = rule(policy, "tocilizumab_for_crs");
  assert_true(tocilizumab->from_day == 10 && tocilizumab->to_day == 40);
  assert_int_equal(tocilizumab->at_most, 2);
  assert_true(tocilizumab->every_day == 1);
  const B7PolicyCondition *condition = &policy->conditions[tocilizumab->when_start];
  assert_int_equal(tocilizumab->n_when, 1);
  assert_int_equal(condition->observable, 0);
  assert_int_equal(condition->compare, B7_POLICY_AT_LEAST);
  assert_true(condition->threshold == 2);
  // 8 mg/kg is the reference dose itself: one dose, no scaling by the body
  assert_true(fabs(policy->arguments[tocilizumab->action.argument_start] - 1) < 1e-12);
  assert_int_equal(tocilizumab->action.scale_parameter[1], -1);
  const B7PolicyRule *platelets = rule(policy, "platelet_transfusion");
  assert_int_equal(platelets->action.event, PLATELET_EVENT);
  assert_true(policy->arguments[platelets->action.argument_start] == 20);
  assert_true(isinf(platelets->from_day));
  const B7PolicyRule *steroid = rule(policy, "dexamethasone_for_crs_or_icans");
  assert_true(steroid->any);
  assert_int_equal(steroid->n_until, 2);
  for (int32_t i = 0; i < policy->n_rule; i++) assert_true(strlen(policy->rules[i].source) > 0);
  b7_plan_free(plan);
}

static void a_policy_like_another_takes_its_rules(void **state) {
  (void)state;
  B7Plan *plan = NULL;
  B7Error error;
  if (make(COURSE, POLICIES "standard_care.yaml", &plan, &error) != B7_OK)
    fail_msg("%s:%d %s", error.file, error.line, error.message);
  const B7Policy *policy = plan->policy;
  assert_string_equal(policy->name, "standard_care");
  assert_non_null(rule(policy, "tocilizumab_for_crs"));
  assert_non_null(rule(policy, "ruxolitinib_for_gvhd"));
  // this course has no transplant: a rule that hangs on one is left out, or waits for a graft that follows
  const B7PolicyRule *after_graft = rule(policy, "g_csf_after_graft");
  assert_true(!after_graft || after_graft->follows == B7_FOLLOWS_GRAFT);
  b7_plan_free(plan);
}

static void refuse(const char *rule_text, const char *message) {
  char path[256], text[1024], seen[1200];
  const char *folder = getenv("TMPDIR");
  B7Plan *plan = NULL;
  B7Error error;
  snprintf(path, sizeof path, "%s/bridge7-%ld-policy.yaml", folder ? folder : "/tmp", (long)getpid());
  snprintf(text, sizeof text, "policy: p\ntitle: P\ncheck_every: 0.5 d\nrules:\n  r: {%s}\n", rule_text);
  assert_int_equal(b7_file_write(path, text, strlen(text), &error), B7_OK);
  assert_int_equal(make(COURSE, path, &plan, &error), B7_ERROR_INPUT);
  remove(path);
  assert_null(plan);
  snprintf(seen, sizeof seen, "%d:%d: %s", (int)error.line, (int)error.column, error.message);
  assert_string_equal(seen, message);
}

static void mistakes_name_their_place(void **state) {
  (void)state;
#define R "label: R, assumed: x, every: 1 d, "
  refuse(R "when: {crs_grad: {at_least: 2}}, give: {drug: TCZ, dose: 8 mg/kg}",
         "5:48: unknown observable 'crs_grad'. Did you mean 'crs_grade'?");
  refuse(R "when: {platelets: {below: 10}}, give: {event: transfusion.platelets}",
         "5:67: the threshold of 'platelets' needs its unit: '10 1e9/L'");
  refuse(R "when: {platelets: {below: 10 g/L}}, give: {event: transfusion.platelets}",
         "5:67: 'platelets' is in 1e9/L, which 'g/L' cannot be turned into");
  refuse(R "when: {hb: {under: 70 g/L}}, give: {event: transfusion.red_cells}",
         "5:53: unknown key 'under'. Known here: below, at_most, at_least, above");
  refuse(R "when: {hb: {below: 70 g/L}}, give: {event: transfusion.red_cell}",
         "5:84: unknown event 'transfusion.red_cell'. Did you mean 'transfusion.red_cells'?");
  refuse(R "when: {hb: {below: 70 g/L}}, give: {drug: tocilizumab, dose: 8 mg/m2}",
         "5:102: tocilizumab is dosed in mg or mg/kg, not in '8 mg/m2'");
  refuse(R "when: {hb: {below: 70 g/L}}", "5:6: 'give:' is missing here");
  refuse(R "give: {event: transfusion.red_cells}",
         "5:6: a rule needs 'when' (all conditions) or 'when_any' (one of them)");
  refuse(R "when: {hb: {below: 70 g/L}}, between: [crat, cart+3], give: {event: transfusion.red_cells}",
         "5:80: unknown anchor 'crat'. Did you mean 'cart'?");
  refuse(R "when: {hb: {below: 70 g/L}}, between: [cart+9, cart+3], give: {event: transfusion.red_cells}",
         "5:79: the window 'between' ends before it begins");
  refuse(R "when: {hb: {below: 70 g/L}}, visits: 7 d, give: {event: transfusion.red_cells}",
         "5:78: 'visits' needs 'between': the first visit is its beginning");
  refuse("label: R, every: 1 d, when: {hb: {below: 70 g/L}}, give: {event: transfusion.red_cells}",
         "5:6: a rule needs exactly one of 'source:' and 'assumed:'");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(supportive_care_binds_to_course_and_kernel),
                                     cmocka_unit_test(a_policy_like_another_takes_its_rules),
                                     cmocka_unit_test(mistakes_name_their_place)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
