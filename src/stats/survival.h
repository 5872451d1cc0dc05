/* survival.h - the sorted columns that every survival statistic walks through once. */
#ifndef B7_STATS_SURVIVAL_H
#define B7_STATS_SURVIVAL_H

#include "bridge7_survival.h"

/* A code packs what a patient is: status in bits 0-3, group in 4-7, stratum in 8-23. */
#define B7_CODE_STATUS(code) ((code)&15u)
#define B7_CODE_GROUP(code) (((code) >> 4) & 15u)
#define B7_CODE_STRATUM(code) (((code) >> 8) & 65535u)

/* Time as its bits: not negative, so integer order is time order and one integer compare finds a tie. */
typedef struct B7SurvivalRecord {
  uint64_t time_bits;
  uint64_t code;
} B7SurvivalRecord;

struct B7Survival {
  B7Hooks hooks;
  B7SurvivalRecord *records; /* patients rows by ascending time */
  B7SurvivalRecord
      *by_group; /* the same rows, group after group, each by ascending time; the sort's other half */
  int64_t group_start[B7_SURVIVAL_GROUPS_MAX + 1];
  int64_t patients, capacity;
  int32_t groups, strata;
  int64_t count[B7_SURVIVAL_GROUPS_MAX][B7_SURVIVAL_CAUSES_MAX + 1];
};

static inline double b7_survival_time(uint64_t bits) {
  union {
    uint64_t bits;
    double time;
  } both = {.bits = bits};
  return both.time;
}

/* Limits of a probability p whose standard error is p * relative_error. */
void b7_survival_limits(B7Interval interval, double p, double relative_error, double z, double *lower,
                        double *upper);

#endif
