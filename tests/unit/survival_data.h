/* survival_data.h - a data set of tests/data/survival as columns; groups numbered by their first row. */
#ifndef B7_TESTS_SURVIVAL_DATA_H
#define B7_TESTS_SURVIVAL_DATA_H

#include <stdio.h>
#include <string.h>

#include "bridge7_survival.h"

typedef struct SurvivalData {
  int64_t rows;
  double time[1500];
  int32_t status[1500], group[1500], stratum[1500];
} SurvivalData;

static inline void survival_data(const char *name, SurvivalData *data) {
  char path[512], line[128], group[40], names[16][40];
  int groups = 0;
  snprintf(path, sizeof path, B7_TEST_FOLDER "/data/survival/%s.csv", name);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  assert_non_null(fgets(line, sizeof line, file));
  data->rows = 0;
  while (fgets(line, sizeof line, file)) {
    int64_t row = data->rows++;
    data->stratum[row] = 0;
    assert_true(sscanf(line, "%lf,%d,%39[^,\n],%d", &data->time[row], &data->status[row], group,
                       &data->stratum[row]) >= 3);
    int g = 0;
    while (g < groups && strcmp(names[g], group) != 0) g++;
    if (g == groups) strcpy(names[groups++], group);
    data->group[row] = g;
  }
  fclose(file);
}

static inline B7Survival *survival_of(const SurvivalData *data) {
  B7Survival *survival = NULL;
  B7Error error;
  assert_int_equal(b7_survival_make(NULL, &survival, &error), B7_OK);
  assert_int_equal(
      b7_survival_set(survival, data->rows, data->time, data->status, data->group, data->stratum, &error),
      B7_OK);
  return survival;
}

static inline bool survival_close(double got, double expected) {
  double difference = got > expected ? got - expected : expected - got;
  return difference <= 1e-9 * (expected > 0 ? expected : -expected) + 1e-15;
}

#endif
