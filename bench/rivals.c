/* rivals.c - the problem that rivals are given, and bridge7's own runs of it; rivals.py drives both.
 *
 *   bench_rivals write FILE [--patients N] [--horizon DAYS] [--course FILE]
 *   bench_rivals run METHOD RTOL[,RTOL...] FOLDER [the same options]
 *
 * `write` puts patients, doses and output times into FILE, as doubles in the order of the struct below. `run`
 * simulates the same patients, prints processor milliseconds per patient for each tolerance, a line each, and
 * writes the observables [patient][time][observable] to FOLDER/METHOD_RTOL.bin.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge7.h"
#include "sim/simulate.h"
#include "treat/plan.h"
#include "treat/plan_event.h"

typedef struct Method {
  const char *name;
  B7Solver solver;
  int32_t lanes;
} Method;

static const Method methods[] = {
    {"tsit5_8", B7_SOLVER_TSIT5, 8},     {"tsit5_4", B7_SOLVER_TSIT5, 4},
    {"tsit5_1", B7_SOLVER_TSIT5, 1},     {"rodas5p_8", B7_SOLVER_RODAS5P, 8},
    {"rodas5p_4", B7_SOLVER_RODAS5P, 4}, {"rodas5p_1", B7_SOLVER_RODAS5P, 1},
    {"rodas4_8", B7_SOLVER_RODAS4, 8},   {"rodas4_1", B7_SOLVER_RODAS4, 1},
};

static const B7Kernel *kernel;
static const B7KernelTables *tables;
static B7Plan *plan;
static B7Population *population;

static void fail(const B7Error *error) {
  char text[1024];
  b7_error_format(error, text, sizeof text);
  fprintf(stderr, "%s\n", text);
  exit(1);
}

static int usage(void) {
  fprintf(
      stderr,
      "usage: bench_rivals write FILE [--patients N] [--horizon DAYS] [--course FILE]\n"
      "       bench_rivals run METHOD RTOL[,RTOL...] FOLDER [--patients N] [--horizon DAYS] [--course FILE]\n");
  return 2;
}

static void put(FILE *file, const double *values, int64_t count) {
  if (fwrite(values, sizeof *values, (size_t)count, file) == (size_t)count) return;
  fprintf(stderr, "the problem cannot be written\n");
  exit(4);
}

static void put_number(FILE *file, double value) {
  put(file, &value, 1);
}

static int write_problem(const char *path) {
  FILE *file = fopen(path, "wb");
  if (!file) {
    fprintf(stderr, "%s cannot be written\n", path);
    return 4;
  }
  const B7PlanEvent *events;
  const double *arguments, *t_day;
  int64_t patients = b7_population_size(population);
  int32_t n_event = b7_plan_events(plan, &events, &arguments), n_output = b7_plan_outputs(plan, &t_day);
  const double sizes[] = {(double)patients, tables->n_shared,          tables->n_own, n_event,
                          plan->n_argument, b7_plan_horizon_day(plan), n_output};
  put(file, sizes, sizeof sizes / sizeof *sizes);
  put(file, b7_population_shared(population), tables->n_shared);
  double *own = calloc((size_t)tables->n_own, sizeof *own);
  for (int64_t i = 0; i < patients; i++) {
    b7_population_patient(population, i, own);
    put(file, own, tables->n_own);
  }
  for (int32_t s = 0; s < tables->n_state; s++) put_number(file, tables->states[s].negligible);
  for (int32_t e = 0; e < n_event; e++) {
    put_number(file, events[e].t_day);
    put_number(file, events[e].event);
    put_number(file, events[e].n_argument);
    put_number(file, events[e].argument_start);
  }
  for (int64_t i = 0; i < patients; i++) {
    b7_population_patient(population, i, own);
    for (int32_t e = 0; e < n_event; e++)
      put_number(file, b7_plan_event_factor(tables, &events[e], own, 1, b7_population_shared(population)));
  }
  put(file, arguments, plan->n_argument);
  put(file, t_day, n_output);
  free(own);
  return fclose(file) == 0 ? 0 : 4;
}

static double processor_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static const B7KernelCode *code_of(const void *user, int32_t max_lanes) {
  return b7_kernel_code(user, max_lanes);
}

/* tolerance: RTOL, or RTOL_SCALE for absolute tolerances times SCALE */
static int run(const Method *method, const char *tolerance, const char *folder) {
  char *rest;
  double relative = strtod(tolerance, &rest), scale = *rest == '_' ? strtod(rest + 1, NULL) : 1;
  B7KernelTables scaled = *tables;
  B7KernelState *states = malloc(sizeof *states * (size_t)tables->n_state);
  if (!states) return 4;
  scaled.states = states;
  for (int32_t i = 0; i < tables->n_state; i++) {
    states[i] = tables->states[i];
    states[i].negligible *= scale;
  }
  const B7CodeSource source = {.tables = &scaled, .code_of = code_of, .user = kernel};
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.solver = method->solver;
  options.relative_tolerance = relative;
  options.max_lanes = method->lanes;
  options.threads = 1;
  options.extinction = false;
  options.max_fault_share = 1;
  options.max_steps = 200000;
  B7Result *result = NULL;
  B7Error error;
  double start = processor_ms();
  if (b7_simulate_source(&source, plan, population, &options, NULL, &result, &error) != B7_OK) fail(&error);
  int64_t patients = b7_result_patients(result);
  const B7SolverStatistics *statistics = b7_result_statistics(result);
  printf("%s %.6g %s steps %.0f occupancy %.3f\n", tolerance, (processor_ms() - start) / (double)patients,
         statistics->isa, (double)statistics->steps / (double)patients, statistics->lane_occupancy);
  fflush(stdout);
  char path[1024];
  snprintf(path, sizeof path, "%s/%s_%s.bin", folder, method->name, tolerance);
  FILE *file = fopen(path, "wb");
  if (!file) {
    fprintf(stderr, "%s cannot be written\n", path);
    return 4;
  }
  int32_t n_times = b7_result_times(result, NULL);
  for (int64_t i = 0; i < patients; i++)
    for (int32_t t = 0; t < n_times; t++)
      for (int32_t o = 0; o < tables->n_observable; o++)
        put(file, b7_result_values(result, o) + i * n_times + t, 1);
  b7_result_free(result);
  free(states);
  return fclose(file) == 0 ? 0 : 4;
}

int main(int argc, char **argv) {
  int64_t patients = 16;
  const char *course_path = "courses/yao2026.yaml", *words[5] = {0};
  B7PlanOptions plan_options;
  b7_plan_options_default(&plan_options, sizeof plan_options);
  plan_options.horizon_day = 400;
  int n_word = 0;
  for (int i = 1; i < argc; i++) {
    bool more = i + 1 < argc;
    if (!strcmp(argv[i], "--patients") && more)
      patients = atoll(argv[++i]);
    else if (!strcmp(argv[i], "--horizon") && more)
      plan_options.horizon_day = atof(argv[++i]);
    else if (!strcmp(argv[i], "--course") && more)
      course_path = argv[++i];
    else if (n_word < 4 && argv[i][0] != '-')
      words[n_word++] = argv[i];
    else
      return usage();
  }
  bool writes = n_word == 2 && !strcmp(words[0], "write"), runs = n_word == 4 && !strcmp(words[0], "run");
  if (!writes && !runs) return usage();

  B7Error error;
  B7Course *course = NULL;
  kernel = b7_kernel_shipped();
  tables = b7_kernel_tables(kernel);
  if (b7_course_load(course_path, "data", NULL, &course, &error) != B7_OK) fail(&error);
  if (b7_plan_make(course, kernel, &plan_options, NULL, &plan, &error) != B7_OK) fail(&error);
  if (b7_population_make(kernel, patients, 2026, true, NULL, 0, NULL, &population, &error) != B7_OK)
    fail(&error);
  int status = 0;
  if (writes) {
    status = write_problem(words[1]);
  } else {
    const Method *method = NULL;
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
      if (!strcmp(methods[m].name, words[1])) method = &methods[m];
    if (!method) {
      fprintf(stderr, "%s: no such method in this build\n", words[1]);
      status = 2;
    }
    char list[256];
    snprintf(list, sizeof list, "%s", words[2]);
    for (char *tolerance = strtok(list, ","); tolerance && !status; tolerance = strtok(NULL, ","))
      status = run(method, tolerance, words[3]);
  }
  b7_population_free(population);
  b7_plan_free(plan);
  b7_course_free(course);
  return status;
}
