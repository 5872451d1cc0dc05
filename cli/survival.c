/* survival.c - `bridge7 survival FILE.csv`: curves, medians, tests and a risk table of a table of patients.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "survival_csv.h"
#include "survival_plot.h"

typedef struct Request {
  const char *time, *status, *group, *stratum, *interval, *variance, *plot, *unit;
  int64_t event;
  double level, horizon;
  bool json;
} Request;

typedef struct Analysis {
  const B7SurvivalTable *table;
  const B7Survival *survival;
  B7SurvivalCurve curve[B7_SURVIVAL_GROUPS_MAX];
  B7SurvivalQuantile median[B7_SURVIVAL_GROUPS_MAX], follow_up[B7_SURVIVAL_GROUPS_MAX];
  double mean[B7_SURVIVAL_GROUPS_MAX], mean_error[B7_SURVIVAL_GROUPS_MAX];
  bool incidence; /* several causes: cumulative incidence instead of survival */
  int32_t cause;
  double horizon; /* of the restricted mean */
  B7SurvivalTest test, peto;
  int32_t ticks;
  double tick[B7_PLOT_TICKS_MAX];
} Analysis;

static int fail_usage(const char *what, const char *word) {
  fprintf(stderr, "bridge7 survival: %s '%s'; `bridge7 survival --help` shows the options\n", what, word);
  return b7_status_exit_code(B7_ERROR_USAGE);
}

// shortest of the groups' last times: up to there every curve is known
static double common_horizon(const B7SurvivalTable *table) {
  double last[B7_SURVIVAL_GROUPS_MAX] = {0}, least = INFINITY;
  for (int64_t row = 0; row < table->rows; row++)
    if (table->time[row] > last[table->group[row]]) last[table->group[row]] = table->time[row];
  for (int32_t g = 0; g < table->groups; g++) least = fmin(least, last[g]);
  return least;
}

static B7Status analyse(const Request *request, B7Interval interval, B7IncidenceVariance variance,
                        Analysis *analysis, B7Error *error) {
  const B7SurvivalTable *table = analysis->table;
  B7SurvivalCurve reverse = {.rows = 0};
  double longest = 0;
  B7Status status = B7_OK;
  for (int32_t g = 0; g < table->groups && status == B7_OK; g++) {
    B7SurvivalCurve *curve = &analysis->curve[g];
    if (analysis->incidence)
      status = b7_survival_incidence(analysis->survival, g, analysis->cause, variance, interval,
                                     request->level, curve, error);
    else
      status = b7_survival_kaplan_meier(analysis->survival, g, B7_EVENT_ANY, interval, request->level, curve,
                                        error);
    if (status != B7_OK) break;
    analysis->median[g] = b7_survival_quantile(curve, 0.5);
    analysis->mean[g] = b7_survival_restricted_mean(curve, analysis->horizon, &analysis->mean_error[g]);
    longest = fmax(longest, curve->time[curve->rows - 1]);
    status = b7_survival_kaplan_meier(analysis->survival, g, B7_EVENT(0), B7_INTERVAL_LOG_LOG, request->level,
                                      &reverse, error);
    if (status == B7_OK) analysis->follow_up[g] = b7_survival_quantile(&reverse, 0.5);
  }
  b7_survival_curve_free(&reverse);
  if (status != B7_OK) return status;
  analysis->ticks = b7_plot_ticks(longest, analysis->tick);
  if (analysis->incidence)
    return b7_survival_gray(analysis->survival, analysis->cause, 0, &analysis->test, error);
  status = b7_survival_logrank(analysis->survival, B7_EVENT_ANY, 0, &analysis->test, error);
  if (status != B7_OK) return status;
  return b7_survival_logrank(analysis->survival, B7_EVENT_ANY, 1, &analysis->peto, error);
}

/* --------------------------------------------------------------------------------------------------------
 * text ---- */

static const char *number_text(double value, const char *missing, char text[24]) {
  if (isnan(value))
    snprintf(text, 24, "%s", missing);
  else
    snprintf(text, 24, "%.4g", value);
  return text;
}

static void print_test(const char *name, const B7SurvivalTest *test) {
  if (test->df == 0)
    printf("%s: not possible, groups do not differ in what was seen\n", name);
  else if (test->p < 1e-4)
    printf("%s: chi-square %.4g on %d degree%s of freedom, p = %.2g\n", name, test->statistic, (int)test->df,
           test->df == 1 ? "" : "s", test->p);
  else
    printf("%s: chi-square %.4g on %d degree%s of freedom, p = %.4f\n", name, test->statistic, (int)test->df,
           test->df == 1 ? "" : "s", test->p);
}

static double value_at(const B7SurvivalCurve *curve, const double *column, double before, double time) {
  int64_t row = b7_survival_row_at(curve, time);
  return row < 0 ? before : column[row];
}

static void print_summary(const Request *request, const Analysis *analysis) {
  const B7SurvivalTable *table = analysis->table;
  const char *unit = request->unit;
  printf("%-18s %8s %8s %9s", "group", "patients", "events", "censored");
  if (analysis->incidence)
    printf(" %9s", "competing");
  else
    printf("  %-26s %-20s", "median", "restricted mean");
  printf("  %s\n", "median follow-up");
  for (int32_t g = 0; g < table->groups; g++) {
    int64_t all = b7_survival_count(analysis->survival, g, -1),
            censored = b7_survival_count(analysis->survival, g, 0);
    int64_t own =
        analysis->incidence ? b7_survival_count(analysis->survival, g, analysis->cause) : all - censored;
    char a[24], b[24], c[24];
    printf("%-18s %8lld %8lld %9lld", table->group_name[g], (long long)all, (long long)own,
           (long long)censored);
    if (analysis->incidence) {
      printf(" %9lld", (long long)(all - own - censored));
    } else {
      char cell[80];
      snprintf(cell, sizeof cell, "%s (%s to %s)", number_text(analysis->median[g].time, "not reached", a),
               number_text(analysis->median[g].lower, "-", b),
               number_text(analysis->median[g].upper, "-", c));
      printf("  %-26s", cell);
      snprintf(cell, sizeof cell, "%s (SE %s)", number_text(analysis->mean[g], "-", a),
               number_text(analysis->mean_error[g], "-", b));
      printf(" %-20s", cell);
    }
    bool reached = !isnan(analysis->follow_up[g].time);
    printf("  %s%s%s\n", number_text(analysis->follow_up[g].time, "not reached", a),
           reached && unit[0] ? " " : "", reached ? unit : "");
  }
  if (!analysis->incidence)
    printf("restricted means up to %.4g%s%s\n", analysis->horizon, unit[0] ? " " : "", unit);
}

static void print_table(const Request *request, const Analysis *analysis) {
  const B7SurvivalTable *table = analysis->table;
  printf("\n%s, %s %g %% interval%s%s\n",
         analysis->incidence ? "cumulative incidence (Aalen-Johansen)" : "survival (Kaplan-Meier)",
         request->interval, request->level * 100, analysis->incidence ? ", variance: " : "",
         analysis->incidence ? request->variance : "");
  printf("%-18s %10s %8s  %-10s %-10s %-10s %-10s\n", "group", "time", "at risk", "estimate", "SE", "lower",
         "upper");
  for (int32_t g = 0; g < table->groups; g++)
    for (int32_t i = 0; i < analysis->ticks; i++) {
      const B7SurvivalCurve *curve = &analysis->curve[g];
      double t = analysis->tick[i];
      if (t > curve->time[curve->rows - 1]) break;
      char a[24], b[24], c[24], d[24];
      printf("%-18s %10g %8.0f  %-10s %-10s %-10s %-10s\n", i ? "" : table->group_name[g], t,
             b7_survival_at_risk(curve, t),
             number_text(value_at(curve, curve->estimate, curve->start, t), "-", a),
             number_text(value_at(curve, curve->standard_error, 0, t), "-", b),
             number_text(value_at(curve, curve->lower, NAN, t), "-", c),
             number_text(value_at(curve, curve->upper, NAN, t), "-", d));
    }
}

static void print_words(const Request *request, const Analysis *analysis) {
  print_summary(request, analysis);
  print_table(request, analysis);
  if (analysis->table->groups > 1) {
    const char *strata = analysis->table->strata > 1 ? ", stratified" : "";
    char name[48];
    snprintf(name, sizeof name, "%s%s", analysis->incidence ? "Gray's test" : "log-rank test", strata);
    printf("\n");
    print_test(name, &analysis->test);
    snprintf(name, sizeof name, "Peto-Peto test%s", strata);
    if (!analysis->incidence) print_test(name, &analysis->peto);
  }
  printf("\n%s\n", B7_CLI_NOTICE);
}

/* --------------------------------------------------------------------------------------------------------
 * JSON ---- */

static void json_number(const char *key, double value) {
  printf(", \"%s\": ", key);
  b7_cli_json_number(value);
}

static void json_column(const char *key, const double *values, int64_t rows) {
  printf(", \"%s\": [", key);
  for (int64_t row = 0; row < rows; row++) {
    if (row) printf(", ");
    b7_cli_json_number(values[row]);
  }
  printf("]");
}

static void json_test(const char *key, const B7SurvivalTest *test) {
  printf(",\n \"%s\": {\"df\": %d", key, (int)test->df);
  json_number("chi_square", test->statistic);
  json_number("p", test->p);
  json_column("observed", test->observed, test->groups);
  json_column("expected", test->expected, test->groups);
  printf("}");
}

static void print_json(const Request *request, const Analysis *analysis) {
  const B7SurvivalTable *table = analysis->table;
  printf("{\"estimator\": \"%s\", \"interval\": \"%s\", \"level\": %g",
         analysis->incidence ? "aalen_johansen" : "kaplan_meier", request->interval, request->level);
  if (analysis->incidence)
    printf(", \"cause\": %d, \"variance\": \"%s\"", (int)analysis->cause, request->variance);
  json_number("restricted_mean_horizon", analysis->horizon);
  printf(",\n \"groups\": [");
  for (int32_t g = 0; g < table->groups; g++) {
    const B7SurvivalCurve *curve = &analysis->curve[g];
    printf("%s\n  {\"name\": ", g ? "," : "");
    b7_cli_json_text(table->group_name[g]);
    printf(", \"patients\": %lld, \"censored\": %lld",
           (long long)b7_survival_count(analysis->survival, g, -1),
           (long long)b7_survival_count(analysis->survival, g, 0));
    if (!analysis->incidence) {
      json_number("median", analysis->median[g].time);
      json_number("median_lower", analysis->median[g].lower);
      json_number("median_upper", analysis->median[g].upper);
      json_number("restricted_mean", analysis->mean[g]);
      json_number("restricted_mean_se", analysis->mean_error[g]);
    }
    json_number("median_follow_up", analysis->follow_up[g].time);
    json_column("time", curve->time, curve->rows);
    json_column("at_risk", curve->at_risk, curve->rows);
    json_column("events", curve->events, curve->rows);
    json_column("estimate", curve->estimate, curve->rows);
    json_column("standard_error", curve->standard_error, curve->rows);
    json_column("lower", curve->lower, curve->rows);
    json_column("upper", curve->upper, curve->rows);
    printf("}");
  }
  printf("]");
  if (table->groups > 1) {
    json_test(analysis->incidence ? "gray" : "logrank", &analysis->test);
    if (!analysis->incidence) json_test("peto_peto", &analysis->peto);
  }
  printf(", \"notice\": ");
  b7_cli_json_text(B7_CLI_NOTICE);
  printf("}\n");
}

/* -----------------------------------------------------------------------------------------------------
 * command ---- */

static B7Status draw(const Request *request, const Analysis *analysis, B7Error *error) {
  const char *names[B7_SURVIVAL_GROUPS_MAX];
  char caption[160], x_label[80], title[160];
  for (int32_t g = 0; g < analysis->table->groups; g++) names[g] = analysis->table->group_name[g];
  snprintf(title, sizeof title, analysis->incidence ? "Cumulative incidence of event %d" : "Survival",
           (int)analysis->cause);
  snprintf(x_label, sizeof x_label, request->unit[0] ? "%s (%s)" : "%s", request->time, request->unit);
  int used =
      snprintf(caption, sizeof caption, "Band: %s %g %% interval.", request->interval, request->level * 100);
  if (analysis->table->groups > 1 && analysis->test.df > 0)
    snprintf(caption + used, sizeof caption - (size_t)used, " %s p = %.2g.",
             analysis->incidence ? "Gray's test" : "Log-rank test", analysis->test.p);
  B7SurvivalPlot plot = {.title = title,
                         .y_label = analysis->incidence ? "cumulative incidence (%)" : "surviving (%)",
                         .x_label = x_label,
                         .caption = caption,
                         .curves = analysis->table->groups,
                         .curve = analysis->curve,
                         .name = names,
                         .ticks = analysis->ticks,
                         .mark_censored = !analysis->incidence};
  memcpy(plot.tick, analysis->tick, sizeof plot.tick);
  return b7_survival_plot_write(&plot, request->plot, error);
}

static B7Status run(const Request *request, const char *path, B7Interval interval,
                    B7IncidenceVariance variance, B7SurvivalTable *table, B7Survival *survival,
                    Analysis *analysis, B7Error *error) {
  B7Status status = b7_survival_table_read(path, request->time, request->status, request->group,
                                           request->stratum, table, error);
  if (status != B7_OK) return status;
  status =
      b7_survival_set(survival, table->rows, table->time, table->status, table->group, table->stratum, error);
  if (status != B7_OK) return status;
  analysis->cause = (int32_t)request->event;
  for (int32_t cause = 2; cause <= B7_SURVIVAL_CAUSES_MAX; cause++)
    analysis->incidence = analysis->incidence || b7_survival_count(survival, -1, cause) > 0;
  analysis->horizon = request->horizon > 0 ? request->horizon : common_horizon(table);
  status = analyse(request, interval, variance, analysis, error);
  if (status == B7_OK && request->plot) status = draw(request, analysis, error);
  return status;
}

int b7_cli_survival(int argc, char **argv) {
  Request request = {.time = "time",
                     .status = "status",
                     .interval = "log-log",
                     .variance = "greenwood",
                     .unit = "",
                     .event = 1,
                     .level = 0.95};
  const B7CliOption options[] = {
      {.name = "--time",
       .value_name = "COLUMN",
       .help = "time to event or censoring (default: time)",
       .text = &request.time},
      {.name = "--status",
       .value_name = "COLUMN",
       .help = "0 censored, 1, 2, ... cause (default: status)",
       .text = &request.status},
      {.name = "--group", .value_name = "COLUMN", .help = "groups to compare", .text = &request.group},
      {.name = "--stratum", .value_name = "COLUMN", .help = "strata of the tests", .text = &request.stratum},
      {.name = "--event",
       .value_name = "CAUSE",
       .help = "cause of interest when there are several (1)",
       .integer = &request.event},
      {.name = "--interval",
       .value_name = "KIND",
       .help = "log-log (default), log, plain, logit, arcsine",
       .text = &request.interval},
      {.name = "--level",
       .value_name = "SHARE",
       .help = "level of the intervals (0.95)",
       .number = &request.level},
      {.name = "--variance",
       .value_name = "KIND",
       .help = "of incidences: greenwood (default), aalen",
       .text = &request.variance},
      {.name = "--horizon",
       .value_name = "TIME",
       .help = "end of the restricted mean",
       .number = &request.horizon},
      {.name = "--unit", .value_name = "WORD", .help = "unit of time, for the labels", .text = &request.unit},
      {.name = "--plot",
       .value_name = "FILE.svg",
       .help = "draw curves, bands and risk table",
       .text = &request.plot},
      {.name = "--json", .help = "all points as JSON", .flag = &request.json},
      {.name = NULL}};
  const B7CliCommand command = {
      .name = "survival",
      .arguments = "FILE.csv",
      .about =
          "Kaplan-Meier curves with log-rank test, or, when the status knows several causes, cumulative incidences with\n"
          "Gray's test.",
      .example =
          "  bridge7 survival patients.csv --time months --status status --group arm --unit months --plot os.svg\n"
          "  prints medians, estimates and the test, and draws os.svg",
      .options = options,
      .positional_min = 1,
      .positional_max = 1};
  static const char *const intervals[] = {"none", "plain", "log", "log-log", "logit", "arcsine"};
  B7CliWords words;
  int code = b7_cli_parse(&command, argc, argv, &words);
  if (code >= 0) return code;
  int interval = 0;
  for (int i = 1; i < 6; i++)
    if (strcmp(intervals[i], request.interval) == 0) interval = i;
  if (!interval) return fail_usage("no interval is called", request.interval);
  bool aalen = strcmp(request.variance, "aalen") == 0;
  if (!aalen && strcmp(request.variance, "greenwood") != 0)
    return fail_usage("no variance is called", request.variance);
  if (!(request.level > 0 && request.level < 1))
    return fail_usage("a level lies between 0 and 1:", "--level");
  if (request.event < 1 || request.event > B7_SURVIVAL_CAUSES_MAX)
    return fail_usage("there is no such cause:", "--event");
  B7Error error;
  B7Survival *survival = NULL;
  B7SurvivalTable table = {.rows = 0};
  if (b7_survival_make(NULL, &survival, &error) != B7_OK) return b7_cli_fail(&error);
  Analysis analysis = {.table = &table, .survival = survival};
  B7Status status =
      run(&request, words.words[0], (B7Interval)interval, aalen ? B7_VARIANCE_AALEN : B7_VARIANCE_GREENWOOD,
          &table, survival, &analysis, &error);
  if (status != B7_OK)
    code = b7_cli_fail(&error);
  else if (request.json)
    print_json(&request, &analysis);
  else
    print_words(&request, &analysis);
  for (int32_t g = 0; g < B7_SURVIVAL_GROUPS_MAX; g++) b7_survival_curve_free(&analysis.curve[g]);
  b7_survival_free(survival);
  b7_survival_table_free(&table);
  return status == B7_OK ? 0 : code;
}
