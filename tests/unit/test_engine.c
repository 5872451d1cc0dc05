/* The engine on the shipped model and the index course: two independent integrators agree; bytes do not
 * depend on the machinery. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bridge7.h"

static const B7Kernel *kernel;
static B7Plan *plan, *plan_with_policy;

static void check(B7Status status, const B7Error *error) {
  char text[1024];
  if (status == B7_OK) return;
  b7_error_format(error, text, sizeof text);
  fail_msg("%s", text);
}

static int load(void **state) {
  (void)state;
  B7Error error;
  kernel = b7_kernel_shipped();
  B7Course *course = NULL;
  check(b7_course_load(B7_SOURCE_FOLDER "/courses/yao2026.yaml", B7_SOURCE_FOLDER "/data", NULL, &course,
                       &error),
        &error);
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  check(b7_plan_make(course, kernel, &options, NULL, &plan, &error), &error);
  options.policy_path = B7_SOURCE_FOLDER "/data/policies/standard_care.yaml";
  check(b7_plan_make(course, kernel, &options, NULL, &plan_with_policy, &error), &error);
  b7_course_free(course);
  return 0;
}

static int unload(void **state) {
  (void)state;
  b7_plan_free(plan);
  b7_plan_free(plan_with_policy);
  return 0;
}

static B7SimulateOptions usual_options(void) {
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  return options;
}

static B7Result *run(const B7Plan *with, int64_t patients, B7SimulateOptions options) {
  B7Error error;
  B7Population *population = NULL;
  B7Result *result = NULL;
  check(b7_population_make(kernel, patients, 3, patients > 1, NULL, 0, NULL, &population, &error), &error);
  check(b7_simulate(kernel, with, population, &options, NULL, &result, &error), &error);
  b7_population_free(population);
  return result;
}

#ifdef B7_HAVE_CVODE
static void rosenbrock_and_cvode_agree(void **state) {
  (void)state;
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.extinction = false;
  options.relative_tolerance = 1e-9;
  B7Result *ours = run(plan, 1, options);
  options.solver = B7_SOLVER_CVODE;
  options.relative_tolerance = 1e-11;
  B7Result *theirs = run(plan, 1, options);
  const B7KernelTables *tables = b7_kernel_tables(kernel);
  const double *t_day;
  int32_t n = b7_result_times(ours, &t_day), compared = 0;
  for (int32_t o = 0; o < tables->n_observable; o++) {
    const double *a = b7_result_values(ours, o), *b = b7_result_values(theirs, o);
    double top = 0, worst = 0;
    for (int32_t t = 0; t < n; t++) top = fmax(top, fabs(b[t]));
    double limit = tables->observables[o].detection_low;
    if (isnan(limit)) limit = 1e-6 * top;
    for (int32_t t = 0; t < n; t++) {
      if (!(fabs(b[t]) > limit)) continue;
      // grades jump; a jump within rounding of an output time may fall on either side
      if (a[t] == floor(a[t]) && b[t] == floor(b[t]) && a[t] != b[t]) continue;
      worst = fmax(worst, fabs(a[t] / b[t] - 1));
      compared++;
    }
    if (worst > 1e-5) fail_msg("%s differs by %g", tables->observables[o].name, worst);
  }
  assert_true(compared > 5000);
  b7_result_free(ours);
  b7_result_free(theirs);
}
#endif

static void methods_agree(void **state) {
  (void)state;
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.extinction = false;
  options.relative_tolerance = 1e-9;
  B7Result *reference = run(plan, 8, options);
  int32_t anc = b7_kernel_observable(kernel, "anc"), il6 = b7_kernel_observable(kernel, "il6");
  assert_true(anc >= 0 && il6 >= 0);
  const double *t_day;
  int32_t n = b7_result_times(reference, &t_day);
  for (int s = 1; s < 3; s++) {
    options.solver = s == 1 ? B7_SOLVER_RODAS4 : B7_SOLVER_TSIT5;
    B7Result *other = run(plan, 8, options);
    for (int32_t i = 0; i < 8 * n; i++) {
      double a = b7_result_values(reference, anc)[i], b = b7_result_values(other, anc)[i];
      assert_true(fabs(a - b) < 1e-5 * (fabs(a) + 1e-3));
      a = b7_result_values(reference, il6)[i], b = b7_result_values(other, il6)[i];
      assert_true(fabs(a - b) < 1e-5 * fabs(a));
    }
    b7_result_free(other);
  }
  b7_result_free(reference);
}

/* counted cells, decisions and drugs together */
static void one_hash_whatever_the_machinery(void **state) {
  (void)state;
  for (int solver = 0; solver < 3; solver++) {
    char hash[17] = "";
    for (int32_t trial = 0; trial < 12; trial++) {
      const int32_t lanes = 1 << trial % 4, threads = 1 + trial / 4;
      B7SimulateOptions options;
      b7_simulate_options_default(&options, sizeof options);
      options.solver = (B7Solver)solver;
      options.relative_tolerance = 1e-4;
      options.max_lanes = lanes;
      options.threads = threads;
      options.block_patients = 5 + 4 * threads;
      B7Result *result = run(plan_with_policy, 25, options);
      assert_int_equal(b7_result_statistics(result)->faults, 0);
      if (!hash[0]) strcpy(hash, b7_result_hash(result));
      assert_string_equal(b7_result_hash(result), hash);
      b7_result_free(result);
    }
    B7SimulateOptions options;
    b7_simulate_options_default(&options, sizeof options);
    options.solver = (B7Solver)solver;
    options.relative_tolerance = 1e-4;
    options.seed = 2;
    B7Result *result = run(plan_with_policy, 25, options);
    assert_string_not_equal(b7_result_hash(result), hash);
    b7_result_free(result);
  }
}

static void nothing_exists_before_it_is_given(void **state) {
  (void)state;
  B7Result *result = run(plan, 8, usual_options());
  const double *t_day;
  int32_t n = b7_result_times(result, &t_day), cart = b7_kernel_observable(kernel, "cart_per_ul");
  const B7PlanEvent *events;
  const double *arguments;
  int32_t count = b7_plan_events(plan, &events, &arguments),
          infusion = b7_kernel_event(kernel, "cart.infusion");
  double infused = INFINITY;
  for (int32_t e = 0; e < count; e++)
    if (events[e].event == infusion) infused = fmin(infused, events[e].t_day);
  assert_true(infused > 100 && infused < 500 && cart >= 0);
  for (int i = 0; i < 8; i++) {
    const double *row = b7_result_values(result, cart) + i * n;
    double top = 0;
    for (int32_t t = 0; t < n; t++) {
      if (t_day[t] <= infused) assert_true(row[t] == 0);
      top = fmax(top, row[t]);
    }
    assert_true(top > 0);
  }
  b7_result_free(result);
}

static void decisions_leave_a_trace(void **state) {
  (void)state;
  B7Result *result = run(plan_with_policy, 8, usual_options());
  int64_t decided = 0, planned = 0, remarks = 0;
  for (int i = 0; i < 8; i++) {
    const B7HappenedEvent *rows;
    int32_t count = b7_result_events(result, i, &rows);
    for (int32_t r = 0; r < count; r++) {
      if (r > 0) assert_true(rows[r].t_day >= rows[r - 1].t_day);
      decided += rows[r].rule >= 0;
      planned += rows[r].event >= 0 && rows[r].rule < 0;
      remarks += rows[r].event < 0;
    }
  }
  const B7PlanEvent *events;
  const double *arguments;
  assert_int_equal(planned, 8 * b7_plan_events(plan, &events, &arguments));
  assert_true(decided > 0 && remarks > 0);
  b7_result_free(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#ifdef B7_HAVE_CVODE
      cmocka_unit_test(rosenbrock_and_cvode_agree),
#endif
      cmocka_unit_test(methods_agree),
      cmocka_unit_test(one_hash_whatever_the_machinery),
      cmocka_unit_test(nothing_exists_before_it_is_given),
      cmocka_unit_test(decisions_leave_a_trace),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
