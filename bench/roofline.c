/* roofline.c - what the engine makes of the machine: share of the measured multiply-add peak, eight lanes
 * over one, two threads over one. Index course over 400 days, default solver, extinction off; a JSON object.
 *
 *   bench_roofline [--patients N] [--rounds N] [--rtol R]
 *
 * Operations of a patient: slopes and drives evaluated times what the compiler counts for them (b7_kernel_cost), the
 * decays of drugs, and the method's sums over stages. A fused multiply-add is two operations, a division one; a
 * power or an exponential is what src/kernel/lane_math.h writes out for it, comparisons and bit operations not
 * counted. Outputs, events and step control do work that is not counted. The peak is measured here with eight
 * independent chains of multiply-adds at the widest vectors of this build. Rounds take turns; medians.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bridge7.h"

#define ROUNDS_MOST 64
/* additions and multiplications in b7v_pow_amount, and in b7v_exp_decay with its argument and its use */
#define FLOPS_POWER 64
#define FLOPS_EXP 35
/* of a step of Tsit5: slopes and drives, and for each state 21 multiply-adds into arguments, 7 into the error, which
   is weighted and squared */
#define TSIT5_SLOPES 6
#define TSIT5_DRIVES 5
#define TSIT5_SUMS (2.0 * (21 + 7) + 11)

typedef double Wide __attribute__((vector_size(64)));

static double seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#ifdef __clang__
#define CONTRACTED
#else
#define CONTRACTED , optimize("fp-contract=fast")
#endif

/* flops per second of processor time */
__attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default") CONTRACTED)) static double
peak(void) {
#ifdef __clang__
#pragma STDC FP_CONTRACT ON
#endif
  Wide a[8], x, y;
  for (int i = 0; i < 8; i++) {
    x[i] = 1 - 1e-9 * (i + 1);
    y[i] = 1e-9;
    for (int j = 0; j < 8; j++) a[j][i] = 1 + j;
  }
  Wide a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5], a6 = a[6], a7 = a[7];
  const int64_t turns = 4000000;
  double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
  for (int64_t i = 0; i < turns; i++) {
    a0 = a0 * x + y, a1 = a1 * x + y, a2 = a2 * x + y, a3 = a3 * x + y;
    a4 = a4 * x + y, a5 = a5 * x + y, a6 = a6 * x + y, a7 = a7 * x + y;
  }
  double spent = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
  volatile double sink = (a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7)[0];
  (void)sink;
  return 2.0 * 8 * 8 * (double)turns / spent;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *values, int n) {
  qsort(values, (size_t)n, sizeof *values, ascending);
  return values[n / 2];
}

static void fail(const B7Error *error) {
  char text[1024];
  b7_error_format(error, text, sizeof text);
  fprintf(stderr, "%s\n", text);
  exit(1);
}

static double flops_of(const B7KernelCost *rows, int32_t n, const char *part) {
  for (int32_t i = 0; i < n; i++)
    if (strcmp(rows[i].part, part) == 0)
      return rows[i].additions + rows[i].multiplications + 2.0 * rows[i].fused + rows[i].reciprocals +
             FLOPS_EXP * rows[i].functions + FLOPS_POWER * rows[i].powers;
  return 0;
}

int main(int argc, char **argv) {
  int64_t patients = 128;
  int rounds = 7;
  B7SimulateOptions usual;
  b7_simulate_options_default(&usual, sizeof usual);
  double tolerance = usual.relative_tolerance;
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--patients") && i + 1 < argc)
      patients = atoll(argv[++i]);
    else if (!strcmp(argv[i], "--rounds") && i + 1 < argc)
      rounds = atoi(argv[++i]);
    else if (!strcmp(argv[i], "--rtol") && i + 1 < argc)
      tolerance = atof(argv[++i]);
    else {
      fprintf(stderr, "usage: bench_roofline [--patients N] [--rounds N] [--rtol R]\n");
      return 2;
    }
  }
  if (rounds < 1) rounds = 1;
  if (rounds > ROUNDS_MOST) rounds = ROUNDS_MOST;

  B7Error error;
  const B7Kernel *kernel = b7_kernel_shipped();
  B7Course *course;
  B7Plan *plan;
  B7Population *population;
  B7Model *model;
  B7PlanOptions plan_options;
  b7_plan_options_default(&plan_options, sizeof plan_options);
  plan_options.horizon_day = 400;
  if (b7_course_load("courses/yao2026.yaml", "data", NULL, &course, &error) != B7_OK) fail(&error);
  if (b7_plan_make(course, kernel, &plan_options, NULL, &plan, &error) != B7_OK) fail(&error);
  if (b7_population_make(kernel, patients, 2026, true, NULL, 0, NULL, &population, &error) != B7_OK)
    fail(&error);
  if (b7_model_load("model", NULL, &model, &error) != B7_OK) fail(&error);
  B7KernelCost costs[32];
  int32_t n_cost;
  if (b7_kernel_cost(model, costs, 32, &n_cost, &error) != B7_OK) fail(&error);
  int32_t n_state = b7_kernel_tables(kernel)->n_state;

  static const struct { int32_t lanes, threads; } runs[] = {{8, 1}, {1, 1}, {8, 2}};
  static double processor[3][ROUNDS_MOST], wall[3][ROUNDS_MOST], peaks[ROUNDS_MOST], rates[ROUNDS_MOST];
  double slopes = 0, decays = 0, occupancy = 0;
  const char *isa = "";
  for (int round = 0; round < rounds; round++) {
    peaks[round] = peak();
    for (int r = 0; r < 3; r++) {
      B7SimulateOptions options;
      b7_simulate_options_default(&options, sizeof options);
      options.solver = B7_SOLVER_TSIT5;
      options.relative_tolerance = tolerance;
      options.max_lanes = runs[r].lanes;
      options.threads = runs[r].threads;
      options.extinction = false;
      B7Result *result;
      double began = seconds(CLOCK_PROCESS_CPUTIME_ID), began_wall = seconds(CLOCK_MONOTONIC);
      if (b7_simulate(kernel, plan, population, &options, NULL, &result, &error) != B7_OK) fail(&error);
      processor[r][round] = seconds(CLOCK_PROCESS_CPUTIME_ID) - began;
      wall[r][round] = seconds(CLOCK_MONOTONIC) - began_wall;
      const B7SolverStatistics *s = b7_result_statistics(result);
      if (r == 0) {
        // slopes are counted a group; a lane that idles does no work that counts
        double of_patient = s->lanes * s->lane_occupancy / (double)patients;
        slopes = (double)s->slopes * of_patient;
        decays = (double)s->decays * of_patient;
        occupancy = s->lane_occupancy;
        isa = s->isa;
      }
      b7_result_free(result);
    }
  }
  double steps = slopes / TSIT5_SLOPES;
  double flops = slopes * flops_of(costs, n_cost, "slope") +
                 steps * TSIT5_DRIVES * flops_of(costs, n_cost, "drive") + decays * FLOPS_EXP +
                 steps * n_state * TSIT5_SUMS;
  for (int round = 0; round < rounds; round++)
    rates[round] = flops * (double)patients / processor[0][round] / peaks[round];
  double ms[3], s_wall[3];
  for (int r = 0; r < 3; r++)
    ms[r] = 1e3 * median(processor[r], rounds) / (double)patients, s_wall[r] = median(wall[r], rounds);
  printf(
      "{\"patients\": %lld, \"rounds\": %d, \"isa\": \"%s\", \"peak_gflops\": %.4g, \"mflop_per_patient\": %.4g,\n"
      " \"floor_ms_per_patient\": %.4g, \"ms_per_patient_8_lanes\": %.4g, \"ms_per_patient_1_lane\": %.4g,\n"
      " \"share_of_peak\": %.3f, \"lane_occupancy\": %.3f, \"lanes_8_over_1\": %.3g, \"threads_2_over_1_wall\": %.3g}\n",
      (long long)patients, rounds, isa, 1e-9 * median(peaks, rounds), 1e-6 * flops,
      1e3 * flops / median(peaks, rounds), ms[0], ms[1], median(rates, rounds), occupancy, ms[1] / ms[0],
      s_wall[0] / s_wall[2]);
  b7_model_free(model);
  b7_population_free(population);
  b7_plan_free(plan);
  b7_course_free(course);
  return 0;
}
