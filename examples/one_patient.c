/* one_patient.c - the whole life cycle once: course -> plan -> population -> simulate -> result.
 *
 * Question: how do marrow MRD, CAR-T cells and neutrophils of the index case go, month by month?
 * Usage: example_one_patient COURSE.yaml DATA_FOLDER PATIENT.yaml
 * Prints one line every 30 days and the solver's work. */
#include <bridge7.h>
#include <stdio.h>

static int fail(const B7Error *error) {
  char text[1200];
  b7_error_format(error, text, sizeof text);
  fprintf(stderr, "%s\n", text);
  return b7_status_exit_code(error->status);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: one_patient COURSE.yaml DATA_FOLDER PATIENT.yaml\n");
    return 2;
  }
  B7Error error;

  // what the biology is: the model that was compiled into the library
  const B7Kernel *kernel = b7_kernel_shipped();

  // what was done, and when
  B7Course *course = NULL;
  B7Plan *plan = NULL;
  B7PlanOptions plan_options;
  b7_plan_options_default(&plan_options, sizeof plan_options);
  if (b7_course_load(argv[1], argv[2], NULL, &course, &error) != B7_OK) return fail(&error);
  if (b7_plan_make(course, kernel, &plan_options, NULL, &plan, &error) != B7_OK) return fail(&error);

  // who the patient is: one patient with the calibrated parameters, no variation
  B7Population *patient = NULL;
  if (b7_population_load(kernel, argv[3], 1, 7, false, NULL, &patient, &error) != B7_OK) return fail(&error);

  // what happens
  B7Result *result = NULL;
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  if (b7_simulate(kernel, plan, patient, &options, NULL, &result, &error) != B7_OK) return fail(&error);

  const double *t_day;
  int32_t times = b7_result_times(result, &t_day);
  const double *mrd = b7_result_values(result, b7_kernel_observable(kernel, "marrow_mrd"));
  const double *cart = b7_result_values(result, b7_kernel_observable(kernel, "cart_per_ul"));
  const double *anc = b7_result_values(result, b7_kernel_observable(kernel, "anc"));
  printf("%s, day 0 = %s\n", b7_course_name(course), b7_course_day0(course));
  printf("%5s %12s %14s %14s\n", "day", "MRD (%)", "CAR-T (/uL)", "ANC (1e9/L)");
  double next_day = 0;
  for (int32_t i = 0; i < times; i++) {
    if (t_day[i] < next_day) continue;
    printf("%5.0f %12.3g %14.3g %14.3g\n", t_day[i], mrd[i], cart[i], anc[i]);
    next_day = t_day[i] + 30;
  }
  const B7SolverStatistics *work = b7_result_statistics(result);
  printf("%lld steps, %lld rejected, %lld events\n", (long long)work->steps, (long long)work->rejected,
         (long long)work->events);

  b7_result_free(result);
  b7_population_free(patient);
  b7_plan_free(plan);
  b7_course_free(course);
  return 0;
}
