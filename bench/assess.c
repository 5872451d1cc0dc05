/* assess.c - time of all endpoints of one simulated patient: 730 daily rows of every quantity that a model
 * gives. Prints JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"
#include "bridge7_assess.h"

#define DAYS 731
#define PATIENTS 64 /* kept apart, so that the cache does not hold one patient's columns for ever */
#define ROUNDS 300

static const B7Quantity given[] = {
    B7_QUANTITY_TEMPERATURE, B7_QUANTITY_HYPOTENSION, B7_QUANTITY_OXYGEN,        B7_QUANTITY_ICE,
    B7_QUANTITY_ANC,         B7_QUANTITY_PLATELETS,   B7_QUANTITY_HAEMOGLOBIN,   B7_QUANTITY_LEUKOCYTES,
    B7_QUANTITY_LYMPHOCYTES, B7_QUANTITY_CRP,         B7_QUANTITY_FERRITIN,      B7_QUANTITY_MARROW_BLASTS,
    B7_QUANTITY_MARROW_MRD,  B7_QUANTITY_CHIMERISM,   B7_QUANTITY_CHIMERISM_CD3, B7_QUANTITY_DEAUVILLE,
    B7_QUANTITY_AGVHD_SKIN,  B7_QUANTITY_AGVHD_LIVER, B7_QUANTITY_AGVHD_LOWER};
#define GIVEN ((int)(sizeof given / sizeof given[0]))

static double values[PATIENTS][GIVEN][DAYS], t_day[DAYS];

static double seconds(void) {
  struct timespec now;
  // time of the processor, not of the wall: the machine may be busy with other things
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// fever, cytopenia and recovery, relapse in some, GVHD in some: every rule has something to do
static double value_of(B7Quantity quantity, double day, double noise, double severity) {
  const double dip = exp(-pow((day - 8) / 6, 2)) + exp(-pow((day - 68) / 7, 2));
  const double ill = exp(-pow((day - 5) / 3, 2)) * severity;
  switch (quantity) {
  case B7_QUANTITY_TEMPERATURE:
    return 36.8 + 2.5 * ill + 0.1 * noise;
  case B7_QUANTITY_HYPOTENSION:
    return floor(2.9 * ill * noise);
  case B7_QUANTITY_OXYGEN:
    return floor(2.5 * ill * noise);
  case B7_QUANTITY_ICE:
    return 10 - floor(4 * ill * noise);
  case B7_QUANTITY_ANC:
    return fmax(0.02, 4 * (1 - dip)) * (0.8 + 0.4 * noise);
  case B7_QUANTITY_PLATELETS:
    return fmax(5, 180 * (1 - dip)) * (0.8 + 0.4 * noise);
  case B7_QUANTITY_HAEMOGLOBIN:
    return 115 - 40 * dip;
  case B7_QUANTITY_LEUKOCYTES:
    return 6 * (1.02 - dip);
  case B7_QUANTITY_LYMPHOCYTES:
    return 1200 * (1.02 - dip);
  case B7_QUANTITY_CRP:
    return 3 + 90 * ill;
  case B7_QUANTITY_FERRITIN:
    return 600 + 5000 * ill;
  case B7_QUANTITY_MARROW_BLASTS:
  case B7_QUANTITY_MARROW_MRD:
    return day < 10                      ? 20 * exp(-fmax(0, day))
           : severity > 0.7 && day > 300 ? fmin(90, 1e-4 * exp((day - 300) * 0.08))
                                         : 1e-5;
  case B7_QUANTITY_CHIMERISM:
    return day < 60 ? 0 : 99;
  case B7_QUANTITY_CHIMERISM_CD3:
    return day < 60 ? 0 : 96;
  case B7_QUANTITY_DEAUVILLE:
    return day < 20 ? 4 : 2;
  case B7_QUANTITY_AGVHD_SKIN:
    return severity > 0.5 && day > 80 && day < 120 ? 3 : 0;
  case B7_QUANTITY_AGVHD_LIVER:
    return 0;
  case B7_QUANTITY_AGVHD_LOWER:
    return severity > 0.8 && day > 90 && day < 110 ? 2 : 0;
  default:
    return 0;
  }
}

int main(int argc, char **argv) {
  B7Criteria *criteria;
  B7Error error;
  if (b7_criteria_load(argc > 1 ? argv[1] : "criteria", NULL, &criteria, &error) != B7_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  for (int d = 0; d < DAYS; d++) t_day[d] = d - 10;
  B7Series series[PATIENTS];
  for (int p = 0; p < PATIENTS; p++) {
    B7Random random = b7_random_at(1, (uint64_t)p, B7_STREAM_TRIAL, 0);
    const double severity = b7_random_uniform(&random);
    b7_series_make(&series[p]);
    series[p].cart_day = 0;
    series[p].hsct_day = 60;
    series[p].start_day = t_day[0];
    series[p].end_day = t_day[DAYS - 1];
    series[p].scheduled_visits = true;
    series[p].mrd_limit_pct = 0.01;
    series[p].extramedullary_at_start = 1;
    for (int q = 0; q < GIVEN; q++) {
      for (int d = 0; d < DAYS; d++)
        values[p][q][d] = value_of(given[q], t_day[d], b7_random_uniform(&random), severity);
      series[p].column[given[q]] = (B7Column){DAYS, t_day, values[p][q]};
    }
    if (b7_series_check(&series[p], &error) != B7_OK) {
      fprintf(stderr, "%s\n", error.message);
      return 1;
    }
  }
  B7Finding findings[B7_ENDPOINT_COUNT];
  double best = INFINITY;
  int64_t sum = 0;
  for (int repeat = 0; repeat < 5; repeat++) {
    const double start = seconds();
    for (int round = 0; round < ROUNDS; round++)
      for (int p = 0; p < PATIENTS; p++) {
        b7_assess_series(criteria, &series[p], findings);
        sum += findings[B7_ENDPOINT_CRS].code + findings[B7_ENDPOINT_GRFS].code;
      }
    best = fmin(best, (seconds() - start) / (ROUNDS * PATIENTS));
  }
  printf(
      "{\"name\": \"assess\", \"days\": %d, \"quantities\": %d, \"endpoints\": %d, \"microseconds_per_patient\": %.3f, "
      "\"target_microseconds\": 20, \"checksum\": %lld}\n",
      DAYS - 1, GIVEN, B7_ENDPOINT_COUNT, 1e6 * best, (long long)sum);
  b7_criteria_free(criteria);
  return 0;
}
