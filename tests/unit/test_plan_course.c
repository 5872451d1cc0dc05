#include "test_base.h"

#include <math.h>
#include <stdlib.h>

#include "course_text.h"
#include "plan_tables.h"
#include "read/plan/plan_make.h"
#include "treat/plan.h"

#define HEAD "course: c\nday0: 2025-01-01\n"
#define DONOR "donor: {relation: son, hla: {score: 9/10}}\nanchors: {hsct: day0+60}\n"

static B7Plan *make(const char *text, const B7PlanOptions *options) {
  B7Course *course = read_course(text);
  B7Plan *plan = NULL;
  B7Error error;
  if (b7_plan_make_for(course, &test_tables, options, NULL, &plan, &error) != B7_OK)
    fail_msg("%s", error.message);
  // the plan keeps no pointer to the course
  b7_course_free(course);
  return plan;
}

static void doses_become_reference_doses(void **state) {
  (void)state;
  B7Plan *plan =
      make(HEAD "treatments:\n  - {at: day0, drug: CTX, dose: 200 mg/m2, every: 12 h, days: 1-3}\n"
                "  - {at: day0+1, drug: CTX, dose: 40 mg/kg}\n  - {at: day0+2.25, drug: MTL, dose: 26 mg}\n"
                "  - {at: day0+9, drug: venetoclax, dose: 0.2 g}\n",
           NULL);
  const B7PlanEvent *rows;
  const double *arguments;
  int32_t count = b7_plan_events(plan, &rows, &arguments);
  assert_int_equal(count, 9);
  for (int32_t i = 1; i < count; i++) assert_true(rows[i - 1].t_day <= rows[i].t_day);
  // 200 mg/m2 of a reference of 1 g/m2, whatever the body
  assert_true(fabs(arguments[rows[0].argument_start] - 0.2) < 1e-12);
  assert_int_equal(rows[0].scale_parameter[0], -1);
  assert_int_equal(rows[0].scale_parameter[1], -1);
  int kg = 0, flat = 0, as_is = 0;
  for (int32_t i = 0; i < count; i++) {
    bool bsa = rows[i].scale_parameter[0] == 2, weight = rows[i].scale_parameter[1] == 1;
    double amount = arguments[rows[i].argument_start];
    if (bsa && weight) {
      // mg/kg of a drug with a reference per m2: times weight, by surface
      kg++;
      assert_true(fabs(amount - 0.04) < 1e-12);
      assert_int_equal(rows[i].scale_power[0], -1);
      assert_int_equal(rows[i].scale_power[1], 1);
      assert_true(rows[i].t_day == 1);
    } else if (bsa) {
      flat++;
      assert_true(fabs(amount - 2.6) < 1e-12);
      assert_true(rows[i].t_day == 2.25);
    } else if (rows[i].t_day == 9) {
      as_is++;
      assert_true(fabs(amount - 0.5) < 1e-12);
    }
  }
  assert_int_equal(kg, 1);
  assert_int_equal(flat, 1);
  assert_int_equal(as_is, 1);
  assert_null(plan->policy);
  b7_plan_free(plan);
}

static const B7PlanEvent *only(const B7Plan *plan, int32_t event, const double **arguments) {
  const B7PlanEvent *rows, *found = NULL;
  int32_t count = b7_plan_events(plan, &rows, arguments);
  for (int32_t i = 0; i < count; i++) {
    if (rows[i].event != event) continue;
    assert_null(found);
    found = &rows[i];
  }
  if (found) *arguments += found->argument_start;
  return found;
}

static void cells_and_grafts_fill_their_arguments(void **state) {
  (void)state;
  B7Plan *plan =
      make(HEAD DONOR
           "treatments:\n  - {at: day0, product: donor_derived, dose: 1e8 cells, attributes: {vcn: 3}}\n"
           "  - {at: day0+20, transfusion: platelets, units: 2}\n"
           "  - {at: hsct, graft: peripheral_blood, cd34: 6e6 cells/kg}\n",
           NULL);
  const double *arguments;
  const B7PlanEvent *cart = only(plan, CART_EVENT, &arguments);
  // a flat number of cells into an argument per kg: divided by the weight of each patient
  assert_true(arguments[0] == 1e8);
  assert_int_equal(cart->scale_parameter[1], 1);
  assert_int_equal(cart->scale_power[1], -1);
  assert_true(fabs(arguments[1] - 0.10) < 1e-12);
  assert_true(arguments[2] == 0.2);
  assert_true(arguments[3] == 3);
  assert_true(arguments[4] == 1);
  const B7PlanEvent *graft = only(plan, GRAFT_EVENT, &arguments);
  assert_true(graft->t_day == 60);
  // 6e6 cells/kg in the model's Gcell/kg; CD3 not given, so the model's default
  assert_true(fabs(arguments[0] - 0.006) < 1e-15);
  assert_true(arguments[1] == 2e8);
  assert_true(fabs(arguments[3] - 0.10) < 1e-12);
  only(plan, PLATELET_EVENT, &arguments);
  assert_true(arguments[0] == 40);
  b7_plan_free(plan);
}

static void options_leave_parts_out(void **state) {
  (void)state;
  static const char *const text = HEAD DONOR
      "treatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2, lane: lymphodepletion}\n  - {at: day0+3, product: donor_derived, dose: 1e6 cells/kg}\n"
      "  - {at: day0+6, drug: tocilizumab, dose: by policy, lane: supportive}\n"
      "  - {at: hsct-3, drug: Bu, dose: 3.2 mg/kg, lane: conditioning}\n  - {at: hsct, graft: peripheral_blood}\n"
      "  - {at: hsct+1, drug: MTL, dose: 26 mg, lane: prophylaxis}\n";
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  B7Plan *plan = make(text, &options);
  assert_int_equal(b7_plan_events(plan, NULL, NULL), 5);
  assert_true(b7_plan_horizon_day(plan) == 61 + 30);
  b7_plan_free(plan);
  B7TreatmentChange change = {.kind = B7_CHANGE_LEAVE_OUT, .roles = 1u << B7_ROLE_INFUSION};
  options.changes = &change;
  options.n_change = 1;
  plan = make(text, &options);
  const double *arguments;
  assert_int_equal(b7_plan_events(plan, NULL, NULL), 4);
  assert_null(only(plan, CART_EVENT, &arguments));
  b7_plan_free(plan);
  change.roles = 1u << B7_ROLE_GRAFT;
  options.horizon_day = 40;
  plan = make(text, &options);
  assert_int_equal(b7_plan_events(plan, NULL, NULL), 2);
  const double *t_day;
  assert_int_equal(b7_plan_outputs(plan, &t_day), 41);
  assert_true(t_day[0] == 0 && t_day[40] == 40);
  b7_plan_free(plan);
}

/* one change to the course of all kinds: its plan, or NULL with the message */
static B7Plan *change_course(const B7TreatmentChange *change, B7Error *error) {
  B7Course *course = read_course(
      HEAD "donor: {relation: son, hla: {score: 9/10}}\nanchors: {cart: day0+7, hsct: day0+60}\n"
           "treatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2, days: 1-2, lane: lymphodepletion}\n"
           "  - {at: cart, product: donor_derived, dose: 1e6 cells/kg}\n"
           "  - {at: hsct-3, drug: Bu, dose: 3.2 mg/kg, lane: conditioning}\n"
           "  - {at: hsct, graft: peripheral_blood, cd34: 6e6 cells/kg}\n"
           "  - {at: hsct+1, drug: MTL, dose: 26 mg, lane: prophylaxis}\n");
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  options.changes = change;
  options.n_change = 1;
  B7Plan *plan = NULL;
  b7_plan_make_for(course, &test_tables, &options, NULL, &plan, error);
  b7_course_free(course);
  return plan;
}

static void treatments_can_be_changed(void **state) {
  (void)state;
  B7Error error;
  const double *arguments;
  const B7PlanEvent *rows;
  B7Plan *plan = change_course(
      &(B7TreatmentChange){.kind = B7_CHANGE_SCALE, .roles = 1u << B7_ROLE_INFUSION, .amount = 3}, &error);
  only(plan, CART_EVENT, &arguments);
  assert_true(arguments[0] == 3e6);
  b7_plan_free(plan);
  plan = change_course(
      &(B7TreatmentChange){.kind = B7_CHANGE_SCALE, .roles = 1u << B7_ROLE_GRAFT, .amount = 0.5}, &error);
  only(plan, GRAFT_EVENT, &arguments);
  assert_true(fabs(arguments[0] - 0.003) < 1e-15);
  b7_plan_free(plan);
  plan = change_course(
      &(B7TreatmentChange){
          .kind = B7_CHANGE_DOSE, .name = "donor_derived", .amount = 5e5, .unit = "cells/kg"},
      &error);
  only(plan, CART_EVENT, &arguments);
  assert_true(arguments[0] == 5e5);
  b7_plan_free(plan);
  plan = change_course(
      &(B7TreatmentChange){.kind = B7_CHANGE_MOVE, .roles = 1u << B7_ROLE_INFUSION, .amount = -2}, &error);
  assert_true(only(plan, CART_EVENT, &arguments)->t_day == 5);
  b7_plan_free(plan);
  // another product of the same donor
  plan = change_course(&(B7TreatmentChange){.kind = B7_CHANGE_PRODUCT, .to = "dd_boren"}, &error);
  only(plan, CART_EVENT, &arguments);
  assert_true(arguments[0] == 1e6 && fabs(arguments[1] - 0.10) < 1e-12);
  b7_plan_free(plan);
  plan = change_course(
      &(B7TreatmentChange){.kind = B7_CHANGE_REGIMEN, .roles = 1u << B7_ROLE_LYMPHODEPLETION, .to = "flu_cy"},
      &error);
  // three days of both drugs instead of two of one, five days before the infusion
  assert_int_equal(b7_plan_events(plan, &rows, NULL), 3 + 3 + 4);
  assert_true(rows[0].t_day == 2 && rows[0].role == B7_ROLE_LYMPHODEPLETION);
  b7_plan_free(plan);
  plan = change_course(&(B7TreatmentChange){.kind = B7_CHANGE_REGIMEN,
                                            .roles = 1u << B7_ROLE_PROPHYLAXIS,
                                            .to = "no_prophylaxis"},
                       &error);
  assert_int_equal(b7_plan_events(plan, NULL, NULL), 5);
  b7_plan_free(plan);
}

static void changes_that_cannot_be_made_are_told(void **state) {
  (void)state;
  static const struct {
    B7TreatmentChange change;
    const char *message;
  } wrong[] = {{{.kind = B7_CHANGE_SCALE, .name = "vincristine", .amount = 2},
                "course 'c' has no treatment with vincristine that this change could be made to"},
               {{.kind = B7_CHANGE_SCALE, .amount = 0}, "a factor on doses is above 0"},
               {{.kind = B7_CHANGE_DOSE, .amount = 1, .unit = "mgs"}, "'mgs' is not a unit of doses"},
               {{.kind = B7_CHANGE_DOSE, .amount = -1, .unit = "mg"}, "a dose must be above 0"},
               {{.kind = B7_CHANGE_MOVE, .amount = -8}, "the change puts cyclophosphamide before day 0"},
               {{.kind = B7_CHANGE_PRODUCT, .to = "no_such"}, "unknown product 'no_such'"},
               {{.kind = B7_CHANGE_REGIMEN, .to = "no_such"}, "unknown regimen 'no_such'"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    B7Error error;
    assert_null(change_course(&wrong[i].change, &error));
    assert_string_equal(error.message, wrong[i].message);
  }
}

static void observations_are_output_times(void **state) {
  (void)state;
  B7Plan *plan = make(
      HEAD
      "treatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\nobservations:\n  - {at: day0+3.25, what: hb, value: 90 g/L}\n",
      NULL);
  const double *t_day;
  int32_t count = b7_plan_outputs(plan, &t_day), found = 0;
  for (int32_t i = 0; i < count; i++) found += t_day[i] == 3.25;
  assert_int_equal(found, 1);
  assert_true(t_day[count - 1] == 33.25);
  b7_plan_free(plan);
}

static void what_the_model_lacks_is_an_error(void **state) {
  (void)state;
  B7Course *course = read_course(HEAD "treatments:\n  - {at: day0, drug: melphalan, dose: 140 mg/m2}\n");
  B7Plan *plan;
  B7Error error;
  assert_int_equal(b7_plan_make_for(course, &test_tables, NULL, NULL, &plan, &error), B7_ERROR_INPUT);
  assert_null(plan);
  assert_string_equal(
      error.message,
      "model 'hand' has no event 'dose.melphalan'; add the drug to its drug table, or take it out of the course");
  b7_course_free(course);
  course = read_course(HEAD "treatments:\n  - {at: day0, drug: CTX, dose: 40 mg/kg}\n");
  B7KernelTables small = test_tables;
  small.n_parameter = 1;
  static const int32_t no_body[B7_NEED_COUNT] = {0};
  small.needs = no_body;
  assert_int_equal(b7_plan_make_for(course, &small, NULL, NULL, &plan, &error), B7_ERROR_INPUT);
  assert_string_equal(
      error.message,
      "the dose of 'cyclophosphamide' depends on the body, but model 'hand' has no parameter for body surface");
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  options.output_every_day = 0;
  assert_int_equal(b7_plan_make_for(course, &test_tables, &options, NULL, &plan, &error), B7_ERROR_USAGE);
  options = (B7PlanOptions){.output_every_day = 1};
  assert_int_equal(b7_plan_make_for(course, &test_tables, &options, NULL, &plan, &error), B7_ERROR_USAGE);
  b7_course_free(course);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(doses_become_reference_doses),
                                     cmocka_unit_test(cells_and_grafts_fill_their_arguments),
                                     cmocka_unit_test(options_leave_parts_out),
                                     cmocka_unit_test(treatments_can_be_changed),
                                     cmocka_unit_test(changes_that_cannot_be_made_are_told),
                                     cmocka_unit_test(observations_are_output_times),
                                     cmocka_unit_test(what_the_model_lacks_is_an_error)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
