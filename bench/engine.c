/* engine.c - work and precision of the integrators on the shipped model and the index course.
 *
 *   bench_engine [--patients N] [--rounds N] [--course FILE] [--horizon DAYS] [--own] [--json FILE]
 *
 * --own leaves CVODE out, which takes most of the time.
 * Error of a patient: maximum over observables and output times of |v - ref| / (|ref| + 1e-3 max|ref|),
 * observables that take whole numbers only (grades) left out; reported is the 90th percentile over patients.
 * The reference is Rodas5P at 1e-11; CVODE (BDF, KLU) at 1e-11, when the build has it, is compared with that.
 * Times are processor time on one thread; methods take turns round by round, and medians are reported.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge7.h"
#include "sim/simulate.h"
#ifdef B7_HAVE_CVODE
#include "kernel/cvode.h"
#endif

#define ROUNDS_MOST 32

typedef struct Method {
  const char *name;
  B7Solver solver;
  int32_t lanes, cvode_kind;
  double loosest, tightest; /* tolerances of the study */
} Method;

typedef struct Point {
  int method;
  double tolerance, error, median_ms;
  double ms[ROUNDS_MOST];
  B7SolverStatistics statistics;
} Point;

static const Method methods[] = {
    {"tsit5 8 lanes", B7_SOLVER_TSIT5, 8, 0, 1e-3, 1e-9},
    {"tsit5 4 lanes", B7_SOLVER_TSIT5, 4, 0, 1e-3, 1e-9},
    {"tsit5 1 lane", B7_SOLVER_TSIT5, 1, 0, 1e-3, 1e-9},
    {"rodas5p 8 lanes", B7_SOLVER_RODAS5P, 8, 0, 1e-3, 1e-9},
    {"rodas5p 1 lane", B7_SOLVER_RODAS5P, 1, 0, 1e-3, 1e-8},
    {"rodas4 8 lanes", B7_SOLVER_RODAS4, 8, 0, 1e-3, 1e-8},
#ifdef B7_HAVE_CVODE
    // looser tolerances leave errors above 1 on this model
    {"cvode bdf klu", B7_SOLVER_CVODE, 1, B7_CVODE_BDF_KLU, 1e-7, 1e-10},
    {"cvode bdf dense", B7_SOLVER_CVODE, 1, B7_CVODE_BDF_DENSE, 1e-7, 1e-9},
    {"cvode bdf difference", B7_SOLVER_CVODE, 1, B7_CVODE_BDF_DIFFERENCE, 1e-7, 1e-9},
    {"cvode adams", B7_SOLVER_CVODE, 1, B7_CVODE_ADAMS, 1e-6, 1e-9},
#endif
};
static int n_method = (int)(sizeof methods / sizeof *methods);
#define METHODS ((int)(sizeof methods / sizeof *methods))

static const B7Kernel *kernel;
static B7Plan *plan;
static B7Population *population;

static double processor_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

static const B7KernelCode *code_of(const void *user, int32_t max_lanes) {
  return b7_kernel_code(user, max_lanes);
}

static B7Result *simulate(const Method *method, double tolerance, double *ms) {
  const B7CodeSource source = {.tables = b7_kernel_tables(kernel),
                               .code_of = code_of,
                               .user = kernel,
                               .cvode_kind = method->cvode_kind};
  B7SimulateOptions options;
  b7_simulate_options_default(&options, sizeof options);
  options.solver = method->solver;
  options.relative_tolerance = tolerance;
  options.max_lanes = method->lanes;
  options.threads = 1;
  options.extinction = false;
  options.max_fault_share = 0.5;
  options.max_steps = 200000;
  B7Result *result = NULL;
  B7Error error;
  double start = processor_ms();
  if (b7_simulate_source(&source, plan, population, &options, NULL, &result, &error) != B7_OK) {
    fprintf(stderr, "%s at %g: %s\n", method->name, tolerance, error.message);
    return NULL;
  }
  *ms = (processor_ms() - start) / (double)b7_result_patients(result);
  return result;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static bool is_graded(const double *values, int64_t count) {
  for (int64_t i = 0; i < count; i++)
    if (values[i] != floor(values[i])) return false;
  return true;
}

/* 90th percentile over patients of the worst relative error */
static double error_of(const B7Result *result, const B7Result *reference) {
  const double *t_day;
  int32_t n_times = b7_result_times(reference, &t_day), n_observable = b7_kernel_tables(kernel)->n_observable;
  int64_t patients = b7_result_patients(reference);
  double *worst = calloc((size_t)patients, sizeof *worst);
  for (int32_t o = 0; o < n_observable; o++) {
    const double *got = b7_result_values(result, o), *want = b7_result_values(reference, o);
    if (is_graded(want, patients * n_times)) continue;
    for (int64_t i = 0; i < patients; i++) {
      double top = 0;
      for (int32_t t = 0; t < n_times; t++) top = fmax(top, fabs(want[i * n_times + t]));
      for (int32_t t = 0; t < n_times && top > 0; t++) {
        double v = got[i * n_times + t], r = want[i * n_times + t];
        double e = fabs(v - r) / (fabs(r) + 1e-3 * top);
        worst[i] = fmax(worst[i], isnan(e) ? INFINITY : e);
      }
    }
  }
  qsort(worst, (size_t)patients, sizeof *worst, by_value);
  double p90 = worst[(int64_t)(0.9 * (double)(patients - 1))];
  free(worst);
  return p90;
}

/* milliseconds at an error, by log-log interpolation between tolerances; NaN outside */
static double ms_at(const Point *points, int n, int method, double error) {
  const Point *above = NULL, *below = NULL;
  for (int i = 0; i < n; i++) {
    if (points[i].method != method) continue;
    if (points[i].error >= error && (!above || points[i].error < above->error)) above = &points[i];
    if (points[i].error <= error && (!below || points[i].error > below->error)) below = &points[i];
  }
  if (!above || !below) return NAN;
  if (above == below) return above->median_ms;
  double part = log(above->error / error) / log(above->error / below->error);
  return exp(log(above->median_ms) + part * log(below->median_ms / above->median_ms));
}

static void fail(const B7Error *error) {
  char text[1024];
  b7_error_format(error, text, sizeof text);
  fprintf(stderr, "%s\n", text);
  exit(1);
}

int main(int argc, char **argv) {
  int64_t patients = 64;
  int rounds = 5;
  double horizon_day = 400;
  bool own = false;
  const char *course_path = "courses/yao2026.yaml", *json_path = NULL;
  for (int i = 1; i < argc; i++) {
    bool more = i + 1 < argc;
    if (!strcmp(argv[i], "--patients") && more)
      patients = atoll(argv[++i]);
    else if (!strcmp(argv[i], "--rounds") && more)
      rounds = atoi(argv[++i]);
    else if (!strcmp(argv[i], "--course") && more)
      course_path = argv[++i];
    else if (!strcmp(argv[i], "--horizon") && more)
      horizon_day = atof(argv[++i]);
    else if (!strcmp(argv[i], "--own"))
      own = true;
    else if (!strcmp(argv[i], "--json") && more)
      json_path = argv[++i];
    else {
      fprintf(stderr,
              "usage: bench_engine [--patients N] [--rounds N] [--course FILE] [--horizon DAYS] [--own] "
              "[--json FILE]\n");
      return 2;
    }
  }
  if (rounds < 1) rounds = 1;
  if (rounds > ROUNDS_MOST) rounds = ROUNDS_MOST;
  B7Error error;
  kernel = b7_kernel_shipped();
  B7Course *course = NULL;
  if (own)
    while (n_method > 0 && methods[n_method - 1].solver == B7_SOLVER_CVODE) n_method--;
  B7PlanOptions plan_options;
  b7_plan_options_default(&plan_options, sizeof plan_options);
  plan_options.horizon_day = horizon_day;
  if (b7_course_load(course_path, "data", NULL, &course, &error) != B7_OK) fail(&error);
  if (b7_plan_make(course, kernel, &plan_options, NULL, &plan, &error) != B7_OK) fail(&error);
  if (b7_population_make(kernel, patients, 2026, true, NULL, 0, NULL, &population, &error) != B7_OK)
    fail(&error);

  double ms = 0;
  const Method tight = {.name = "rodas5p at 1e-11", .solver = B7_SOLVER_RODAS5P, .lanes = 8};
  B7Result *reference = simulate(&tight, 1e-11, &ms);
  if (!reference) return 1;
#ifdef B7_HAVE_CVODE
  const Method cvode = {
      .name = "cvode at 1e-11", .solver = B7_SOLVER_CVODE, .lanes = 1, .cvode_kind = B7_CVODE_BDF_KLU};
  B7Result *other = own ? NULL : simulate(&cvode, 1e-11, &ms);
  if (!own && !other) return 1;
  if (other)
    printf("references: Rodas5P against CVODE, both at 1e-11: 90th percentile of the error %.2g\n",
           error_of(reference, other));
  fflush(stdout);
  b7_result_free(other);
#endif

  static Point points[METHODS * 8];
  int n = 0;
  for (int m = 0; m < n_method; m++)
    for (double tolerance = methods[m].loosest; tolerance > 0.5 * methods[m].tightest; tolerance *= 0.1)
      if (n < METHODS * 8) points[n++] = (Point){.method = m, .tolerance = tolerance};
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < n; i++) {
      B7Result *result = simulate(&methods[points[i].method], points[i].tolerance, &points[i].ms[round]);
      if (!result) {
        points[i].error = points[i].ms[round] = NAN;
        continue;
      }
      if (round == 0) {
        points[i].error = error_of(result, reference);
        points[i].statistics = *b7_result_statistics(result);
      }
      b7_result_free(result);
    }
  }
  FILE *json = json_path ? fopen(json_path, "w") : NULL;
  if (json_path && !json) {
    fprintf(stderr, "cannot write %s\n", json_path);
    return 4;
  }
  if (json) fprintf(json, "{\"patients\": %lld, \"rounds\": %d, \"points\": [", (long long)patients, rounds);
  printf("%-22s %8s %10s %12s %10s %10s %10s\n", "method", "rtol", "error p90", "ms/patient", "steps",
         "slopes", "occupancy");
  for (int i = 0; i < n; i++) {
    Point *p = &points[i];
    qsort(p->ms, (size_t)rounds, sizeof *p->ms, by_value);
    p->median_ms = p->ms[rounds / 2];
    const B7SolverStatistics *s = &p->statistics;
    printf("%-22s %8.0e %10.2g %12.3f %10.0f %10.0f %10.3f\n", methods[p->method].name, p->tolerance,
           p->error, p->median_ms, (double)s->steps / (double)patients,
           (double)s->slopes * s->lanes / (double)patients, s->lane_occupancy);
    if (json)
      fprintf(
          json,
          "%s\n  {\"method\": \"%s\", \"rtol\": %g, \"error_p90\": %.4g, \"ms_per_patient\": %.5g, \"lowest_ms\": %.5g, "
          "\"highest_ms\": %.5g, \"steps\": %.1f, \"occupancy\": %.4f, \"isa\": \"%s\"}",
          i ? "," : "", methods[p->method].name, p->tolerance, p->error, p->median_ms, p->ms[0],
          p->ms[rounds - 1], (double)s->steps / (double)patients, s->lane_occupancy, s->isa);
  }
  const double targets[] = {1e-3, 1e-4, 1e-5, 1e-6};
  printf("\nms per patient at equal error, and ratio to the first\n%-22s", "method");
  for (int t = 0; t < 4; t++) printf(" %17.0e", targets[t]);
  printf("\n");
  if (json) fprintf(json, "\n ], \"at_equal_error\": [");
  for (int m = 0; m < n_method; m++) {
    printf("%-22s", methods[m].name);
    if (json) fprintf(json, "%s\n  {\"method\": \"%s\"", m ? "," : "", methods[m].name);
    for (int t = 0; t < 4; t++) {
      double mine = ms_at(points, n, m, targets[t]), best = ms_at(points, n, 0, targets[t]);
      printf(" %8.3f (%5.2fx)", mine, mine / best);
      if (json && !isnan(mine))
        fprintf(json, ", \"ms_at_%g\": %.5g, \"ratio_at_%g\": %.4g", targets[t], mine, targets[t],
                mine / best);
    }
    printf("\n");
    if (json) fprintf(json, "}");
  }
  if (json) {
    fprintf(json, "\n ]}\n");
    fclose(json);
  }
  b7_result_free(reference);
  b7_population_free(population);
  b7_plan_free(plan);
  b7_course_free(course);
  return 0;
}
