/* command_survival.c - `bridge7 survival FILE.csv`: curves, medians, tests and a risk table of a table of patients.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "survival_print.h"

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

static B7Status analyse(const B7SurvivalRequest *request, B7Interval interval, B7IncidenceVariance variance,
                        B7SurvivalAnalysis *analysis, B7Error *error) {
  const B7SurvivalTable *table = analysis->table;
  B7SurvivalCurve reverse = {.rows = 0};
  double longest = 0;
  B7Status status = B7_OK;
  for (int32_t g = 0; g < table->groups && status == B7_OK; g++) {
    B7SurvivalCurve *curve = &analysis->curve[g];
    if (analysis->coding.competes)
      status =
          b7_survival_incidence(analysis->survival, g, 1, variance, interval, request->level, curve, error);
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
  if (analysis->coding.competes) return b7_survival_gray(analysis->survival, 1, 0, &analysis->test, error);
  status = b7_survival_logrank(analysis->survival, B7_EVENT_ANY, 0, &analysis->test, error);
  if (status != B7_OK) return status;
  return b7_survival_logrank(analysis->survival, B7_EVENT_ANY, 1, &analysis->peto, error);
}

/* -----------------------------------------------------------------------------------------------------
 * command ---- */

static B7Status draw(const B7SurvivalRequest *request, const B7SurvivalAnalysis *analysis, B7Error *error) {
  const char *names[B7_SURVIVAL_GROUPS_MAX];
  char caption[160], x_label[80], title[160];
  for (int32_t g = 0; g < analysis->table->groups; g++) names[g] = analysis->table->group_name[g];
  if (analysis->coding.competes)
    snprintf(title, sizeof title, "Cumulative incidence of event %.100s", analysis->coding.event);
  else
    snprintf(title, sizeof title, "Survival");
  snprintf(x_label, sizeof x_label, request->unit[0] ? "%s (%s)" : "%s", request->time, request->unit);
  int used =
      snprintf(caption, sizeof caption, "Band: %s %g %% interval.", request->interval, request->level * 100);
  if (analysis->table->groups > 1 && analysis->test.df > 0)
    snprintf(caption + used, sizeof caption - (size_t)used, " %s p = %.2g.",
             analysis->coding.competes ? "Gray's test" : "Log-rank test", analysis->test.p);
  B7SurvivalPlot plot = {.title = title,
                         .y_label = analysis->coding.competes ? "cumulative incidence (%)" : "surviving (%)",
                         .x_label = x_label,
                         .caption = caption,
                         .curves = analysis->table->groups,
                         .curve = analysis->curve,
                         .name = names,
                         .ticks = analysis->ticks,
                         .mark_censored = !analysis->coding.competes};
  memcpy(plot.tick, analysis->tick, sizeof plot.tick);
  return b7_survival_plot_write(&plot, request->plot, error);
}

/* what was asked and has no meaning here is said, on stderr */
static void warn_unused(const B7SurvivalRequest *request, const B7SurvivalAnalysis *analysis) {
  if (analysis->coding.competes && isfinite(request->horizon))
    fprintf(
        stderr,
        "warning: --horizon ends the restricted mean of survival; an incidence with competing causes has none\n");
  if (!analysis->coding.competes && request->variance)
    fprintf(
        stderr,
        "warning: --variance is of cumulative incidences; nothing competes here, and survival takes Greenwood's\n");
}

static B7Status run(B7SurvivalRequest *request, const char *path, B7Interval interval,
                    B7IncidenceVariance variance, B7SurvivalTable *table, B7Survival *survival,
                    B7SurvivalAnalysis *analysis, B7Error *error) {
  B7Status status = b7_survival_table_read(path, request->time, request->status, request->group,
                                           request->stratum, table, error);
  if (status == B7_OK)
    status = b7_survival_code(path, request->event, request->censored, table, &analysis->coding, error);
  if (status == B7_OK && !request->exact_times)
    status = b7_survival_join_near_times(NULL, table->rows, table->time, &analysis->joined, error);
  if (status == B7_OK)
    status = b7_survival_set(survival, table->rows, table->time, table->status, table->group, table->stratum,
                             error);
  if (status != B7_OK) return status;
  warn_unused(request, analysis);
  if (!request->variance) request->variance = "greenwood";
  analysis->horizon = isfinite(request->horizon) ? request->horizon : common_horizon(table);
  status = analyse(request, interval, variance, analysis, error);
  if (status == B7_OK && request->plot) status = draw(request, analysis, error);
  return status;
}

int b7_cli_survival(int argc, char **argv) {
  B7SurvivalRequest request = {
      .time = "time", .status = "status", .interval = "log-log", .unit = "", .level = 0.95, .horizon = NAN};
  const B7CliOption options[] = {
      {.name = "--time",
       .value_name = "COLUMN",
       .help = "time to event or censoring (default: time)",
       .text = &request.time},
      {.name = "--status",
       .value_name = "COLUMN",
       .help = "censored, or the cause of the event (default: status)",
       .text = &request.status},
      {.name = "--group", .value_name = "COLUMN", .help = "groups to compare", .text = &request.group},
      {.name = "--stratum", .value_name = "COLUMN", .help = "strata of the tests", .text = &request.stratum},
      {.name = "--event",
       .value_name = "LIST",
       .help = "values of the status that are the event (the only cause, or 1)",
       .text = &request.event},
      {.name = "--censored",
       .value_name = "LIST",
       .help = "values of the status that are censored (0), or none",
       .text = &request.censored},
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
       .help = "end of the restricted mean (last time of the group followed shortest)",
       .number = &request.horizon},
      {.name = "--exact-times",
       .help = "times that differ by rounding are no ties",
       .flag = &request.exact_times},
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
  bool aalen = request.variance && strcmp(request.variance, "aalen") == 0;
  if (request.variance && !aalen && strcmp(request.variance, "greenwood") != 0)
    return fail_usage("no variance is called", request.variance);
  if (!(request.level > 0 && request.level < 1))
    return fail_usage("a level lies between 0 and 1:", "--level");
  if (!isnan(request.horizon) && !(request.horizon > 0))
    return fail_usage("a horizon is a time after 0:", "--horizon");
  B7Error error;
  B7Survival *survival = NULL;
  B7SurvivalTable table = {.rows = 0};
  if (b7_survival_make(NULL, &survival, &error) != B7_OK) return b7_cli_fail(&error);
  B7SurvivalAnalysis analysis = {.table = &table, .survival = survival};
  B7Status status =
      run(&request, words.words[0], (B7Interval)interval, aalen ? B7_VARIANCE_AALEN : B7_VARIANCE_GREENWOOD,
          &table, survival, &analysis, &error);
  if (status != B7_OK)
    code = b7_cli_fail(&error);
  else if (request.json)
    b7_cli_survival_json(&request, &analysis);
  else
    b7_cli_survival_text(&request, &analysis);
  for (int32_t g = 0; g < B7_SURVIVAL_GROUPS_MAX; g++) b7_survival_curve_free(&analysis.curve[g]);
  b7_survival_free(survival);
  b7_survival_table_free(&table);
  return status == B7_OK ? 0 : code;
}
