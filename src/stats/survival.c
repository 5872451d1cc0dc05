/* survival.c - patients sorted once, then read once per curve: Kaplan-Meier, Nelson-Aalen, Aalen-Johansen. */
#include "stats/survival.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"

/* ------------------------------------------------------------------------------------------------ the
 * columns ---- */

B7Status b7_survival_make(const B7Hooks *hooks, B7Survival **out, B7Error *error) {
  *out = NULL;
  B7Survival *survival = b7_memory_resize(hooks, NULL, 0, sizeof *survival);
  if (!survival) return b7_fail_memory(error);
  memset(survival, 0, sizeof *survival);
  if (hooks) survival->hooks = *hooks;
  *out = survival;
  return B7_OK;
}

void b7_survival_free(B7Survival *survival) {
  if (!survival) return;
  B7Hooks hooks = survival->hooks;
  size_t bytes = (size_t)survival->capacity * 2 * sizeof(B7SurvivalRecord);
  if (survival->records) {
    // one allocation holds both halves; sorting may have left them the other way round
    B7SurvivalRecord *lower = survival->records < survival->by_group ? survival->records : survival->by_group;
    b7_memory_resize(&hooks, lower, bytes, 0);
  }
  b7_memory_resize(&hooks, survival, sizeof *survival, 0);
}

static B7Status reserve(B7Survival *survival, int64_t patients, B7Error *error) {
  if (patients <= survival->capacity) return B7_OK;
  if ((uint64_t)patients > SIZE_MAX / (2 * sizeof(B7SurvivalRecord))) return b7_fail_memory(error);
  B7SurvivalRecord *old = NULL;
  if (survival->records)
    old = survival->records < survival->by_group ? survival->records : survival->by_group;
  size_t old_bytes = (size_t)survival->capacity * 2 * sizeof(B7SurvivalRecord);
  B7SurvivalRecord *memory =
      b7_memory_resize(&survival->hooks, NULL, 0, (size_t)patients * 2 * sizeof(B7SurvivalRecord));
  if (!memory) return b7_fail_memory(error);
  if (old) b7_memory_resize(&survival->hooks, old, old_bytes, 0);
  survival->records = memory;
  survival->by_group = memory + patients;
  survival->capacity = patients;
  return B7_OK;
}

static void sort_few(B7SurvivalRecord *records, int64_t n) {
  for (int64_t i = 1; i < n; i++) {
    B7SurvivalRecord moving = records[i];
    int64_t place = i;
    for (; place > 0 && records[place - 1].time_bits > moving.time_bits; place--)
      records[place] = records[place - 1];
    records[place] = moving;
  }
}

#define DIGIT_BITS 11
#define DIGITS 6 /* 6 * 11 >= 64 */
#define DIGIT_VALUES (1 << DIGIT_BITS)

// least significant digit first: stable and linear, and digits that all patients share are skipped
static void sort_many(B7Survival *survival) {
  uint32_t counts[DIGITS][DIGIT_VALUES];
  memset(counts, 0, sizeof counts);
  int64_t n = survival->patients;
  for (int64_t i = 0; i < n; i++) {
    uint64_t bits = survival->records[i].time_bits;
    for (int digit = 0; digit < DIGITS; digit++)
      counts[digit][(bits >> (digit * DIGIT_BITS)) & (DIGIT_VALUES - 1)]++;
  }
  for (int digit = 0; digit < DIGITS; digit++) {
    int shift = digit * DIGIT_BITS;
    if (counts[digit][(survival->records[0].time_bits >> shift) & (DIGIT_VALUES - 1)] == (uint64_t)n)
      continue;
    uint32_t place = 0;
    for (int value = 0; value < DIGIT_VALUES; value++) {
      uint32_t here = counts[digit][value];
      counts[digit][value] = place;
      place += here;
    }
    const B7SurvivalRecord *from = survival->records;
    B7SurvivalRecord *to = survival->by_group;
    for (int64_t i = 0; i < n; i++)
      to[counts[digit][(from[i].time_bits >> shift) & (DIGIT_VALUES - 1)]++] = from[i];
    survival->by_group = survival->records;
    survival->records = to;
  }
}

// curves of one group then read that group's rows alone, without a guess per row
static void split_groups(B7Survival *survival) {
  int64_t place[B7_SURVIVAL_GROUPS_MAX], sum = 0;
  for (int32_t g = 0; g < B7_SURVIVAL_GROUPS_MAX; g++) {
    place[g] = survival->group_start[g] = sum;
    for (int32_t s = 0; s <= B7_SURVIVAL_CAUSES_MAX; s++) sum += survival->count[g][s];
  }
  survival->group_start[B7_SURVIVAL_GROUPS_MAX] = sum;
  for (int64_t i = 0; i < survival->patients; i++)
    survival->by_group[place[B7_CODE_GROUP(survival->records[i].code)]++] = survival->records[i];
}

static B7Status fill(B7Survival *survival, int64_t patients, const double *time, const int32_t *status,
                     const int32_t *group, const int32_t *stratum, B7Error *error) {
  if (patients < 1)
    return b7_fail(error, B7_ERROR_INPUT, "no patients: a survival statistic needs at least one row");
  if (patients > UINT32_MAX)
    return b7_fail(error, B7_ERROR_INPUT, "%lld patients are too many; at most 4294967295",
                   (long long)patients);
  B7_TRY(reserve(survival, patients, error));
  for (int64_t i = 0; i < patients; i++) {
    if (!isfinite(time[i]) || time[i] < 0)
      return b7_fail(error, B7_ERROR_INPUT, "row %lld: time is %g; it must be a number >= 0",
                     (long long)i + 1, time[i]);
    if (status[i] < 0 || status[i] > B7_SURVIVAL_CAUSES_MAX)
      return b7_fail(error, B7_ERROR_INPUT, "row %lld: status is %d; 0 is censored, 1 to %d are causes",
                     (long long)i + 1, (int)status[i], B7_SURVIVAL_CAUSES_MAX);
    int32_t own_group = group ? group[i] : 0, own_stratum = stratum ? stratum[i] : 0;
    if (own_group < 0 || own_group >= B7_SURVIVAL_GROUPS_MAX)
      return b7_fail(error, B7_ERROR_INPUT, "row %lld: group is %d; it must be from 0 to %d",
                     (long long)i + 1, (int)own_group, B7_SURVIVAL_GROUPS_MAX - 1);
    if (own_stratum < 0 || own_stratum > 65535)
      return b7_fail(error, B7_ERROR_INPUT, "row %lld: stratum is %d; it must be from 0 to 65535",
                     (long long)i + 1, (int)own_stratum);
    union {
      double time;
      uint64_t bits;
    } key = {.time = time[i] + 0.0}; // -0 becomes 0
    survival->records[i].time_bits = key.bits;
    survival->records[i].code = (uint64_t)status[i] | (uint64_t)own_group << 4 | (uint64_t)own_stratum << 8;
    survival->count[own_group][status[i]]++;
    if (own_group >= survival->groups) survival->groups = own_group + 1;
    if (own_stratum >= survival->strata) survival->strata = own_stratum + 1;
  }
  survival->patients = patients;
  if (patients < 128)
    sort_few(survival->records, patients);
  else
    sort_many(survival);
  split_groups(survival);
  return B7_OK;
}

static void empty(B7Survival *survival) {
  survival->patients = 0;
  survival->groups = survival->strata = 0;
  memset(survival->count, 0, sizeof survival->count);
  memset(survival->group_start, 0, sizeof survival->group_start);
}

B7Status b7_survival_set(B7Survival *survival, int64_t patients, const double *time, const int32_t *status,
                         const int32_t *group, const int32_t *stratum, B7Error *error) {
  empty(survival);
  B7Status result = fill(survival, patients, time, status, group, stratum, error);
  // rows that were refused leave none behind
  if (result != B7_OK) empty(survival);
  return result;
}

int64_t b7_survival_count(const B7Survival *survival, int32_t group, int32_t status) {
  int64_t sum = 0;
  for (int32_t g = 0; g < B7_SURVIVAL_GROUPS_MAX; g++)
    for (int32_t s = 0; s <= B7_SURVIVAL_CAUSES_MAX; s++)
      if ((group < 0 || group == g) && (status < 0 || status == s)) sum += survival->count[g][s];
  return sum;
}

int32_t b7_survival_groups(const B7Survival *survival) {
  return survival->groups;
}

/* ---------------------------------------------------------------------------------------------------
 * intervals ---- */

void b7_survival_limits(B7Interval interval, double p, double relative_error, double z, double *lower,
                        double *upper) {
  *lower = *upper = NAN;
  double width = z * relative_error;
  switch (interval) {
  case B7_INTERVAL_NONE:
    break;
  case B7_INTERVAL_PLAIN:
    if (isnan(p * width)) break;
    *lower = fmax(p - p * width, 0);
    *upper = fmin(p + p * width, 1);
    break;
  case B7_INTERVAL_LOG:
    if (!(p > 0)) break;
    *lower = exp(log(p) - width);
    *upper = fmin(exp(log(p) + width), 1);
    break;
  case B7_INTERVAL_LOG_LOG: {
    if (!(p > 0 && p < 1)) break;
    double theta = log(-log(p)), half = width / -log(p);
    *lower = exp(-exp(theta + half));
    *upper = exp(-exp(theta - half));
    break;
  }
  case B7_INTERVAL_LOGIT: {
    if (!(p > 0 && p < 1)) break;
    double theta = log(p / (1 - p)), half = width / (1 - p);
    *lower = 1 - 1 / (1 + exp(theta - half));
    *upper = 1 - 1 / (1 + exp(theta + half));
    break;
  }
  case B7_INTERVAL_ARCSINE: {
    if (!(p > 0 && p < 1)) break;
    const double quarter_turn = 1.57079632679489661923;
    double theta = asin(sqrt(p)), half = 0.5 * width * sqrt(p / (1 - p));
    double low = sin(fmax(theta - half, 0)), high = sin(fmin(theta + half, quarter_turn));
    *lower = low * low;
    *upper = high * high;
    break;
  }
  }
}

/* ------------------------------------------------------------------------------------------------------
 * curves ---- */

#define COLUMNS 8

static B7Status curve_room(const B7Survival *survival, int64_t rows, B7SurvivalCurve *curve, B7Error *error) {
  if (rows > curve->capacity) {
    b7_survival_curve_free(curve);
    curve->hooks = survival->hooks;
    curve->time = b7_memory_resize(&curve->hooks, NULL, 0, (size_t)rows * COLUMNS * sizeof(double));
    if (!curve->time) return b7_fail_memory(error);
    curve->capacity = rows;
    double **columns[COLUMNS] = {&curve->time,     &curve->at_risk,        &curve->events, &curve->censored,
                                 &curve->estimate, &curve->standard_error, &curve->lower,  &curve->upper};
    for (int i = 1; i < COLUMNS; i++) *columns[i] = curve->time + i * rows;
  }
  curve->rows = 0;
  return B7_OK;
}

void b7_survival_curve_free(B7SurvivalCurve *curve) {
  if (!curve) return;
  if (curve->time)
    b7_memory_resize(&curve->hooks, curve->time, (size_t)curve->capacity * COLUMNS * sizeof(double), 0);
  *curve = (B7SurvivalCurve){.rows = 0};
}

// what happened at one distinct time in the chosen group
typedef struct Moment {
  double time, at_risk, events, others, left;
} Moment;

// walks the distinct times of one group (or all): events are the wanted statuses, others the competing ones
typedef struct Walk {
  const B7SurvivalRecord *record, *end;
  uint32_t events, others;
} Walk;

static Walk walk_start(const B7Survival *survival, int32_t group, uint32_t events, uint32_t others) {
  Walk walk = {.events = events, .others = others};
  // without records there is nothing to count places from
  if (survival->patients == 0) return walk;
  walk.record = survival->records;
  walk.end = survival->records + survival->patients;
  if (group >= 0) {
    walk.record = survival->by_group + survival->group_start[group];
    walk.end = survival->by_group + survival->group_start[group + 1];
  }
  return walk;
}

static bool walk_next(Walk *walk, Moment *moment) {
  const B7SurvivalRecord *first = walk->record, *record = first, *end = walk->end;
  if (record == end) return false;
  uint64_t bits = record->time_bits;
  int64_t events = 0, others = 0;
  for (; record < end && record->time_bits == bits; record++) {
    uint32_t status = B7_CODE_STATUS(record->code);
    events += walk->events >> status & 1;
    others += walk->others >> status & 1;
  }
  *moment = (Moment){b7_survival_time(bits), (double)(end - first), (double)events, (double)others,
                     (double)(record - first - events)};
  walk->record = record;
  return true;
}

static B7Status curve_start(const B7Survival *survival, int32_t group, double level, double start,
                            B7SurvivalCurve *curve, B7Error *error) {
  if (group >= survival->groups || group < -1)
    return b7_fail(error, B7_ERROR_USAGE, "there is no group %d; groups go from 0 to %d", (int)group,
                   (int)survival->groups - 1);
  if (!(level > 0 && level < 1))
    return b7_fail(error, B7_ERROR_USAGE, "the level of an interval is %g; it must lie between 0 and 1",
                   level);
  int64_t patients = b7_survival_count(survival, group, -1);
  if (patients == 0) return b7_fail(error, B7_ERROR_USAGE, "group %d has no patients", (int)group);
  B7_TRY(curve_room(survival, patients, curve, error));
  curve->start = start;
  return B7_OK;
}

static void curve_row(B7SurvivalCurve *curve, const Moment *moment, double estimate, double standard_error,
                      double lower, double upper) {
  int64_t row = curve->rows++;
  curve->time[row] = moment->time;
  curve->at_risk[row] = moment->at_risk;
  curve->events[row] = moment->events;
  curve->censored[row] = moment->left;
  curve->estimate[row] = estimate;
  curve->standard_error[row] = standard_error;
  curve->lower[row] = lower;
  curve->upper[row] = upper;
}

B7Status b7_survival_kaplan_meier(const B7Survival *survival, int32_t group, uint32_t events,
                                  B7Interval interval, double level, B7SurvivalCurve *curve, B7Error *error) {
  B7_TRY(curve_start(survival, group, level, 1, curve, error));
  double z = b7_normal_quantile(0.5 + 0.5 * level);
  double survival_now = 1, greenwood = 0, standard_error = 0, lower, upper;
  b7_survival_limits(interval, 1, 0, z, &lower, &upper);
  Walk walk = walk_start(survival, group, events, 0);
  for (Moment now; walk_next(&walk, &now);) {
    if (now.events > 0) {
      survival_now *= (now.at_risk - now.events) / now.at_risk;
      greenwood += now.events / (now.at_risk * (now.at_risk - now.events));
      // at S = 0 the sum is infinite and neither error nor limits exist
      double relative_error = survival_now > 0 ? sqrt(greenwood) : NAN;
      standard_error = survival_now * relative_error;
      b7_survival_limits(interval, survival_now, relative_error, z, &lower, &upper);
    }
    curve_row(curve, &now, survival_now, standard_error, lower, upper);
  }
  return B7_OK;
}

B7Status b7_survival_nelson_aalen(const B7Survival *survival, int32_t group, uint32_t events,
                                  B7Interval interval, double level, B7SurvivalCurve *curve, B7Error *error) {
  if (interval != B7_INTERVAL_NONE && interval != B7_INTERVAL_PLAIN && interval != B7_INTERVAL_LOG)
    return b7_fail(error, B7_ERROR_USAGE, "a cumulative hazard takes a plain or a log interval");
  B7_TRY(curve_start(survival, group, level, 0, curve, error));
  double z = b7_normal_quantile(0.5 + 0.5 * level);
  double hazard = 0, variance = 0, lower = NAN, upper = NAN;
  if (interval == B7_INTERVAL_PLAIN) lower = upper = 0;
  Walk walk = walk_start(survival, group, events, 0);
  for (Moment now; walk_next(&walk, &now);) {
    if (now.events > 0) {
      hazard += now.events / now.at_risk;
      variance += now.events / (now.at_risk * now.at_risk);
      double error_now = sqrt(variance);
      if (interval == B7_INTERVAL_PLAIN) {
        lower = fmax(hazard - z * error_now, 0);
        upper = hazard + z * error_now;
      } else if (interval == B7_INTERVAL_LOG) {
        lower = hazard * exp(-z * error_now / hazard);
        upper = hazard * exp(z * error_now / hazard);
      }
    }
    curve_row(curve, &now, hazard, sqrt(variance), lower, upper);
  }
  return B7_OK;
}

// Greenwood type: sums of (F(t) - F_j) are carried along as F grows, so that nothing is subtracted
typedef struct GreenwoodSums {
  double weight, first, second; /* sum w, sum (F - F_j) w, sum (F - F_j)^2 w with w = d / (n (n - d)) */
  double own;                   /* sum S-^2 (n - d_k) d_k / n^3 */
  double cross_weight, cross;   /* sum S- d_k / n^2, sum (F - F_j) S- d_k / n^2 */
} GreenwoodSums;

static double greenwood_step(GreenwoodSums *sums, const Moment *now, double before, double rise) {
  double n = now->at_risk, d = now->events, all = now->events + now->others;
  sums->second += 2 * rise * sums->first + rise * rise * sums->weight;
  sums->first += rise * sums->weight;
  sums->cross += rise * sums->cross_weight;
  sums->own += before * before * (n - d) * d / (n * n * n);
  sums->cross_weight += before * d / (n * n);
  // when all who are left have an event, nothing can rise afterwards
  if (all < n) sums->weight += all / (n * (n - all));
  // certainty (F = 1) leaves only rounding of the difference, which a square root would blow up
  double plus = sums->second + sums->own, squared = plus - 2 * sums->cross;
  return squared < 1e-14 * plus ? 0 : squared;
}

// Aalen type: var = sum (a + F b)^2 q in the form of cmprsk, with q corrected for ties
typedef struct AalenSums {
  double aa, ab, bb;
} AalenSums;

static double ties(double d, double n) {
  return d > 1 ? 1 - (d - 1) / (n - 1) : 1;
}

static double aalen_step(AalenSums *sums, const Moment *now, double before, double after, double incidence) {
  double n = now->at_risk;
  if (now->others > 0 && after > 0) {
    double q = before * before * ties(now->others, n) * now->others / (n * n);
    double a = incidence / after, b = 1 / after;
    sums->aa += a * a * q;
    sums->ab += a * b * q;
    sums->bb += b * b * q;
  }
  if (now->events > 0) {
    double q = before * before * ties(now->events, n) * now->events / (n * n);
    double a = after > 0 ? 1 + incidence / after : 1, b = after > 0 ? 1 / after : 0;
    sums->aa += a * a * q;
    sums->ab += a * b * q;
    sums->bb += b * b * q;
  }
  return sums->aa + incidence * incidence * sums->bb - 2 * incidence * sums->ab;
}

B7Status b7_survival_incidence(const B7Survival *survival, int32_t group, int32_t cause,
                               B7IncidenceVariance variance, B7Interval interval, double level,
                               B7SurvivalCurve *curve, B7Error *error) {
  if (cause < 1 || cause > B7_SURVIVAL_CAUSES_MAX)
    return b7_fail(error, B7_ERROR_USAGE, "there is no cause %d; causes go from 1 to %d", (int)cause,
                   B7_SURVIVAL_CAUSES_MAX);
  B7_TRY(curve_start(survival, group, level, 0, curve, error));
  double z = b7_normal_quantile(0.5 + 0.5 * level);
  double event_free = 1, incidence = 0, standard_error = 0, lower, upper;
  b7_survival_limits(interval, 0, 0, z, &lower, &upper);
  GreenwoodSums greenwood = {0};
  AalenSums aalen = {0};
  Walk walk = walk_start(survival, group, B7_EVENT(cause), B7_EVENT_ANY & ~B7_EVENT(cause));
  for (Moment now; walk_next(&walk, &now);) {
    double all = now.events + now.others;
    if (all > 0) {
      double before = event_free, rise = before * now.events / now.at_risk;
      event_free *= (now.at_risk - all) / now.at_risk;
      incidence += rise;
      double squared = variance == B7_VARIANCE_GREENWOOD
                           ? greenwood_step(&greenwood, &now, before, rise)
                           : aalen_step(&aalen, &now, before, event_free, incidence);
      standard_error = sqrt(fmax(squared, 0));
      double relative_error = standard_error == 0 ? 0 : standard_error / incidence;
      b7_survival_limits(interval, incidence, relative_error, z, &lower, &upper);
    }
    curve_row(curve, &now, incidence, standard_error, lower, upper);
  }
  return B7_OK;
}
