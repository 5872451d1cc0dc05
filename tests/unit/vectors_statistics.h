/* vectors_statistics.h - one row of endpoints_statistics_vectors.tsv against the library. */
#ifndef B7_TESTS_VECTORS_STATISTICS_H
#define B7_TESTS_VECTORS_STATISTICS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge7_survival.h"

#define VECTORS_STATISTICS_ROWS_MAX 4096

typedef struct VectorsStatisticsData {
  int64_t rows;
  int32_t groups;
  char group_names[B7_SURVIVAL_GROUPS_MAX][32];
  double time[VECTORS_STATISTICS_ROWS_MAX];
  int32_t status[VECTORS_STATISTICS_ROWS_MAX], group[VECTORS_STATISTICS_ROWS_MAX];
} VectorsStatisticsData;

static int32_t vectors_statistics_group(VectorsStatisticsData *data, const char *name) {
  for (int32_t g = 0; g < data->groups; g++)
    if (strcmp(data->group_names[g], name) == 0) return g;
  if (data->groups == B7_SURVIVAL_GROUPS_MAX) return -1;
  snprintf(data->group_names[data->groups], sizeof data->group_names[0], "%s", name);
  return data->groups++;
}

// "mgus2_by_sex" and "toyB_anyevent" are the data sets mgus2 and toyB; columns time, status, group
static bool vectors_statistics_load(const char *name, VectorsStatisticsData *data, char *why,
                                    size_t why_size) {
  char base[64], path[512], line[256], group[32];
  snprintf(base, sizeof base, "%s", name);
  char *suffix = strchr(base, '_');
  bool any_event = suffix && strcmp(suffix, "_anyevent") == 0;
  if (suffix && !any_event && strncmp(suffix, "_by_", 4) != 0) {
    snprintf(why, why_size, "data set '%s' is not known", name);
    return false;
  }
  if (suffix) *suffix = 0;
  snprintf(path, sizeof path, B7_TEST_FOLDER "/data/survival/%s.csv", base);
  FILE *file = fopen(path, "r");
  if (!file) {
    snprintf(why, why_size, "data set '%s' is not known (no %s)", base, path);
    return false;
  }
  memset(data, 0, sizeof *data);
  bool good = fgets(line, sizeof line, file) != NULL;
  while (good && fgets(line, sizeof line, file)) {
    good = data->rows < VECTORS_STATISTICS_ROWS_MAX &&
           sscanf(line, "%lf,%d,%31[^,\n]", &data->time[data->rows], &data->status[data->rows], group) == 3;
    if (!good) break;
    if (any_event && data->status[data->rows] > 0) data->status[data->rows] = 1;
    data->group[data->rows++] = vectors_statistics_group(data, group);
  }
  fclose(file);
  if (!good) snprintf(why, why_size, "%s: row %lld is malformed", path, (long long)data->rows + 2);
  return good;
}

static bool vectors_statistics_interval(const char *name, B7Interval *interval) {
  static const char *const names[] = {"none", "plain", "log", "log-log", "logit", "arcsin"};
  for (int i = 1; i < 6; i++)
    if (strcmp(name, names[i]) == 0) {
      *interval = (B7Interval)i;
      return true;
    }
  if (strcmp(name, "loglog") == 0 || strcmp(name, "log_log") == 0) {
    *interval = B7_INTERVAL_LOG_LOG;
    return true;
  }
  return false;
}

// "Maintained", "all", "both", "cause1", "F_cause2"
static bool vectors_statistics_who(VectorsStatisticsData *data, const char *text, int32_t *group,
                                   int32_t *cause) {
  char name[64];
  *group = -1;
  *cause = 1;
  snprintf(name, sizeof name, "%s", text);
  char *place = strstr(name, "cause");
  if (place) {
    *cause = atoi(place + 5);
    if (*cause < 1) return false;
    if (place == name) return true;
    if (place[-1] != '_') return false;
    place[-1] = 0;
  }
  if (name[0] == 0 || strcmp(name, "all") == 0 || strcmp(name, "both") == 0) return true;
  for (int32_t g = 0; g < data->groups; g++)
    if (strcmp(data->group_names[g], name) == 0) {
      *group = g;
      return true;
    }
  return false;
}

static double vectors_statistics_at(const B7SurvivalCurve *curve, const double *column, double before,
                                    double time) {
  int64_t row = b7_survival_row_at(curve, time);
  return row < 0 ? before : column[row];
}

static double vectors_statistics_test(const B7SurvivalTest *test, int32_t group, const char *quantity,
                                      bool *known) {
  int32_t g = group < 0 ? 0 : group;
  if (strcmp(quantity, "p") == 0 || strcmp(quantity, "pvalue") == 0) return test->p;
  if (strcmp(quantity, "stat") == 0 || strcmp(quantity, "chisq") == 0 || strcmp(quantity, "chi2") == 0 ||
      strcmp(quantity, "statistic") == 0)
    return test->statistic;
  if (strcmp(quantity, "df") == 0) return test->df;
  if (strcmp(quantity, "observed") == 0) return test->observed[g];
  if (strncmp(quantity, "expected", 8) == 0) return test->expected[g];
  if (strncmp(quantity, "var", 3) == 0) return test->variance[g][g];
  *known = false;
  return NAN;
}

// a column of the curve at a time, by the name of the quantity; lower95 and upper90 say their level
static double vectors_statistics_point(const B7SurvivalCurve *curve, const char *quantity, double time,
                                       bool *known) {
  double start = curve->start;
  if (strcmp(quantity, "surv") == 0 || strcmp(quantity, "cif") == 0 || strcmp(quantity, "pstate0") == 0 ||
      strcmp(quantity, "cumhaz") == 0)
    return vectors_statistics_at(curve, curve->estimate, start, time);
  if (strcmp(quantity, "value") == 0) return 1 - vectors_statistics_at(curve, curve->estimate, start, time);
  double se = vectors_statistics_at(curve, curve->standard_error, 0, time);
  if (strcmp(quantity, "se") == 0) return se;
  if (strcmp(quantity, "var") == 0) return se * se;
  if (strncmp(quantity, "lower", 5) == 0) return vectors_statistics_at(curve, curve->lower, NAN, time);
  if (strncmp(quantity, "upper", 5) == 0) return vectors_statistics_at(curve, curve->upper, NAN, time);
  if (strcmp(quantity, "n.risk") == 0) return b7_survival_at_risk(curve, time);
  *known = false;
  return NAN;
}

static double vectors_statistics_value(const B7Survival *survival, const char *method, const char *quantity,
                                       int32_t group, int32_t cause, double time, B7SurvivalCurve *curve,
                                       bool *known) {
  double level = 0.95;
  if (strncmp(quantity, "lower", 5) == 0 || strncmp(quantity, "upper", 5) == 0)
    if (atoi(quantity + 5) > 0) level = atoi(quantity + 5) / 100.0;
  B7Interval interval = B7_INTERVAL_LOG_LOG;
  if (strcmp(method, "LOGRANK") == 0 || strcmp(method, "PETO_PETO") == 0 || strcmp(method, "GRAY") == 0) {
    B7SurvivalTest test;
    B7Status status =
        strcmp(method, "GRAY") == 0
            ? b7_survival_gray(survival, cause, 0, &test, NULL)
            : b7_survival_logrank(survival, B7_EVENT_ANY, method[0] == 'P' ? 1 : 0, &test, NULL);
    *known = status == B7_OK;
    return vectors_statistics_test(&test, group, quantity, known);
  }
  if (strcmp(method, "KM_MEDIAN") == 0 || strncmp(method, "KM_MEDIAN_CI_", 13) == 0 ||
      strcmp(method, "REVERSE_KM") == 0) {
    bool reverse = method[0] == 'R';
    if (strncmp(method, "KM_MEDIAN_CI_", 13) == 0)
      *known = vectors_statistics_interval(method + 13, &interval);
    if (b7_survival_kaplan_meier(survival, group, reverse ? B7_EVENT(0) : B7_EVENT_ANY, interval, level,
                                 curve, NULL))
      *known = false;
    if (!*known) return NAN;
    B7SurvivalQuantile median = b7_survival_quantile(curve, 0.5);
    if (strncmp(quantity, "median", 6) == 0) return median.time;
    if (strncmp(quantity, "lower", 5) == 0) return median.lower;
    if (strncmp(quantity, "upper", 5) == 0) return median.upper;
    return vectors_statistics_point(curve, quantity, time, known);
  }
  B7Status status = B7_OK;
  if (strcmp(method, "KM") == 0 || strcmp(method, "KM_AT") == 0 || strcmp(method, "KM_GREENWOOD") == 0 ||
      strcmp(method, "AJ_EVENTFREE") == 0)
    status = b7_survival_kaplan_meier(survival, group, B7_EVENT_ANY, interval, level, curve, NULL);
  else if (strncmp(method, "KM_CI_", 6) == 0 && vectors_statistics_interval(method + 6, &interval))
    status = b7_survival_kaplan_meier(survival, group, B7_EVENT_ANY, interval, level, curve, NULL);
  else if (strcmp(method, "NAIVE_1_MINUS_KM") == 0)
    status = b7_survival_kaplan_meier(survival, group, B7_EVENT(cause), interval, level, curve, NULL);
  else if (strcmp(method, "NELSON_AALEN") == 0)
    status = b7_survival_nelson_aalen(survival, group, B7_EVENT_ANY, B7_INTERVAL_LOG, level, curve, NULL);
  else if (strcmp(method, "AJ_CIF") == 0 || strcmp(method, "AJ_SE_survival") == 0 ||
           strcmp(method, "AJ_VAR_survival") == 0)
    status =
        b7_survival_incidence(survival, group, cause, B7_VARIANCE_GREENWOOD, interval, level, curve, NULL);
  else if (strcmp(method, "AJ_VAR_cmprsk") == 0 || strcmp(method, "AJ_SE_cmprsk") == 0)
    status = b7_survival_incidence(survival, group, cause, B7_VARIANCE_AALEN, interval, level, curve, NULL);
  else
    *known = false;
  if (status != B7_OK) *known = false;
  if (!*known) return NAN;
  return vectors_statistics_point(curve, quantity, time, known);
}

static const char *vectors_statistics_cell(const char *const *columns, const char *const *cells, int n,
                                           const char *name) {
  for (int i = 0; i < n; i++)
    if (strcmp(columns[i], name) == 0) return cells[i];
  return "";
}

/* true when the library gives the expected value; else why says what differs. A rule that is not known fails.
 */
static bool vectors_statistics_row(const char *const *columns, const char *const *cells, int n, char *why,
                                   size_t why_size) {
  static VectorsStatisticsData data;
  const char *method = vectors_statistics_cell(columns, cells, n, "method");
  const char *name = vectors_statistics_cell(columns, cells, n, "data");
  const char *who = vectors_statistics_cell(columns, cells, n, "group");
  const char *quantity = vectors_statistics_cell(columns, cells, n, "quantity");
  const char *expected_text = vectors_statistics_cell(columns, cells, n, "expected");
  const char *time_text = vectors_statistics_cell(columns, cells, n, "time");
  double time = time_text[0] ? strtod(time_text, NULL) : 0;
  if (!vectors_statistics_load(name, &data, why, why_size)) return false;
  int32_t group, cause;
  if (!vectors_statistics_who(&data, who, &group, &cause)) {
    snprintf(why, why_size, "group '%s' of data set '%s' is not known", who, name);
    return false;
  }
  B7Survival *survival = NULL;
  B7Error error = {.status = B7_OK};
  B7SurvivalCurve curve = {.rows = 0};
  if (b7_survival_make(NULL, &survival, &error) ||
      b7_survival_set(survival, data.rows, data.time, data.status, data.group, NULL, &error)) {
    snprintf(why, why_size, "%s", error.message);
    b7_survival_free(survival);
    return false;
  }
  bool known = true;
  double value = NAN;
  if (strcmp(method, "DATA") == 0 && strcmp(quantity, "n") == 0)
    value = (double)b7_survival_count(survival, group, -1);
  else if (strcmp(method, "DATA") == 0 && strncmp(quantity, "n_event", 7) == 0)
    value = (double)b7_survival_count(survival, group, atoi(quantity + 7));
  else
    value = vectors_statistics_value(survival, method, quantity, group, cause, time, &curve, &known);
  // a naive estimate below the right one would hide the very bias that the row is about
  bool biased = true;
  if (known && strcmp(method, "NAIVE_1_MINUS_KM") == 0)
    biased = b7_survival_incidence(survival, group, cause, B7_VARIANCE_GREENWOOD, B7_INTERVAL_NONE, 0.95,
                                   &curve, NULL) == B7_OK &&
             value > vectors_statistics_at(&curve, curve.estimate, 0, time);
  b7_survival_curve_free(&curve);
  b7_survival_free(survival);
  if (!known) {
    snprintf(why, why_size, "method '%s' with quantity '%s' is not known", method, quantity);
    return false;
  }
  if (!biased) {
    snprintf(why, why_size, "naive %.10g does not exceed the cumulative incidence", value);
    return false;
  }
  bool missing = strcmp(expected_text, "NA") == 0;
  double expected = missing ? NAN : strtod(expected_text, NULL);
  bool same =
      missing ? isnan(value)
              : fabs(value - expected) <= (strcmp(quantity, "p") == 0 ? 1e-6 : 1e-8) * fabs(expected) + 1e-13;
  if (!same) snprintf(why, why_size, "%s %s: got %.10g, expected %s", method, quantity, value, expected_text);
  return same;
}

#endif
