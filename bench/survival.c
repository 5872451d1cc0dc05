/* survival.c - time of the survival statistics on made-up patients: sort, Kaplan-Meier and Aalen-Johansen of
 * two groups, log-rank and Gray's test. Prints JSON; --write FILE leaves the same patients for
 * bench/survival.R. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "bridge7_survival.h"

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// relapse, death without relapse and censoring as competing exponential times; resolution 0: continuous, else
// rounded up
static void make_patients(int64_t n, double resolution, double *time, int32_t *status, int32_t *group) {
  for (int64_t i = 0; i < n; i++) {
    B7Random random = b7_random_at(20260401, (uint64_t)i, B7_STREAM_TRIAL, 0);
    group[i] = (int32_t)(i & 1);
    double relapse = b7_random_exponential(&random) * (group[i] ? 900 : 800);
    double death = b7_random_exponential(&random) * 1500, end = 100 + 1400 * b7_random_uniform(&random);
    time[i] = fmin(fmin(relapse, death), end);
    status[i] = time[i] == relapse ? 1 : time[i] == death ? 2 : 0;
    if (resolution > 0) time[i] = ceil(time[i] / resolution) * resolution;
  }
}

static bool write_columns(const char *path, int64_t n, const double *time, const int32_t *status,
                          const int32_t *group) {
  FILE *file = fopen(path, "wb");
  if (!file) return false;
  size_t count = (size_t)n;
  bool good = fwrite(time, sizeof *time, count, file) == count &&
              fwrite(status, sizeof *status, count, file) == count &&
              fwrite(group, sizeof *group, count, file) == count;
  return fclose(file) == 0 && good;
}

int main(int argc, char **argv) {
  int64_t n = 1000000;
  double resolution = 0;
  const char *path = NULL;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (strcmp(argv[i], "--patients") == 0) n = atoll(argv[i + 1]);
    if (strcmp(argv[i], "--resolution") == 0) resolution = atof(argv[i + 1]);
    if (strcmp(argv[i], "--write") == 0) path = argv[i + 1];
  }
  double *time = malloc((size_t)n * sizeof *time);
  int32_t *status = malloc((size_t)n * sizeof *status), *group = malloc((size_t)n * sizeof *group);
  B7Survival *survival = NULL;
  B7SurvivalCurve curve = {.rows = 0};
  B7SurvivalTest logrank, gray;
  B7Error error;
  if (!time || !status || !group || b7_survival_make(NULL, &survival, &error) != B7_OK) return 1;
  make_patients(n, resolution, time, status, group);
  if (path && !write_columns(path, n, time, status, group)) return 1;
  // what one analysis takes, memory included
  double start = seconds(), sorted, kaplan_meier, incidence, tested, end;
  B7Status bad = b7_survival_set(survival, n, time, status, group, NULL, &error);
  sorted = seconds();
  double survival_last = 0, incidence_last = 0;
  for (int32_t g = 0; g < 2 && !bad; g++) {
    bad = b7_survival_kaplan_meier(survival, g, B7_EVENT_ANY, B7_INTERVAL_LOG_LOG, 0.95, &curve, &error);
    if (!bad) survival_last = curve.estimate[b7_survival_row_at(&curve, 730)];
  }
  kaplan_meier = seconds();
  for (int32_t g = 0; g < 2 && !bad; g++)
    for (int32_t cause = 1; cause <= 2 && !bad; cause++) {
      bad = b7_survival_incidence(survival, g, cause, B7_VARIANCE_AALEN, B7_INTERVAL_NONE, 0.95, &curve,
                                  &error);
      if (!bad) incidence_last = curve.estimate[b7_survival_row_at(&curve, 730)];
    }
  incidence = seconds();
  if (!bad) bad = b7_survival_logrank(survival, B7_EVENT_ANY, 0, &logrank, &error);
  tested = seconds();
  double gray_stat[2] = {0, 0};
  for (int32_t cause = 1; cause <= 2 && !bad; cause++) {
    bad = b7_survival_gray(survival, cause, 0, &gray, &error);
    gray_stat[cause - 1] = gray.statistic;
  }
  end = seconds();
  if (bad) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  printf(
      "{\"what\": \"survival\", \"patients\": %lld, \"resolution\": %g, \"seconds\": {\"sort\": %.6f, \"kaplan_meier\": %.6f, "
      "\"aalen_johansen\": %.6f, \"logrank\": %.6f, \"gray\": %.6f, \"total\": %.6f}, \"values\": {\"survival_730\": %.12g, "
      "\"incidence2_730\": %.12g, \"logrank\": %.12g, \"gray1\": %.12g, \"gray2\": %.12g}}\n",
      (long long)n, resolution, sorted - start, kaplan_meier - sorted, incidence - kaplan_meier,
      tested - incidence, end - tested, end - start, survival_last, incidence_last, logrank.statistic,
      gray_stat[0], gray_stat[1]);
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
  free(time);
  free(status);
  free(group);
  return 0;
}
