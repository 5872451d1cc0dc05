/* survival_print.c - curves, medians and tests as text of 80 columns, and all points as JSON. */
#include "survival_print.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

#define NAME_WIDTH_MAX 20

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

/* the column of the groups' names; a name that is wider stands on a line of its own */
static int name_width(const B7SurvivalTable *table) {
  int width = 5;
  for (int32_t g = 0; g < table->groups; g++) {
    int own = (int)strlen(table->group_name[g]);
    if (own > width) width = own;
  }
  return width < NAME_WIDTH_MAX ? width : NAME_WIDTH_MAX;
}

static void print_name(const char *name, int width) {
  if ((int)strlen(name) > width) {
    printf("%s\n", name);
    name = "";
  }
  printf("%-*s", width, name);
}

/* how the file was read, and what was done to it */
static void print_reading(const B7SurvivalRequest *request, const B7SurvivalAnalysis *analysis) {
  const B7SurvivalCoding *coding = &analysis->coding;
  char text[900];
  int used = 0;
  if (coding->event[0])
    used = snprintf(text, sizeof text, "%s is the event", coding->event);
  else
    used = snprintf(text, sizeof text, "nobody had an event");
  if (coding->competing[0])
    used += snprintf(text + used, sizeof text - (size_t)used, ", %s compete%s", coding->competing,
                     strchr(coding->competing, ',') ? "" : "s");
  if (coding->censored[0])
    used += snprintf(text + used, sizeof text - (size_t)used, ", %s is censored", coding->censored);
  else
    used += snprintf(text + used, sizeof text - (size_t)used, ", nobody is censored");
  b7_cli_print_wrapped("status: ", 8, text);
  if (request->unit[0]) printf("times in %s\n", request->unit);
  if (analysis->joined == 0) return;
  snprintf(
      text, sizeof text,
      "%lld row%s from another time by rounding alone (1.5e-8): ties, as in R; --exact-times keeps them apart",
      (long long)analysis->joined, analysis->joined == 1 ? " differs" : "s differ");
  b7_cli_print_wrapped("times: ", 7, text);
}

static void print_tests(const B7SurvivalAnalysis *analysis) {
  if (analysis->table->groups < 2) return;
  const char *strata = analysis->table->strata > 1 ? ", stratified" : "";
  char name[48];
  snprintf(name, sizeof name, "%s%s", analysis->coding.competes ? "Gray's test" : "log-rank test", strata);
  print_test(name, &analysis->test);
  snprintf(name, sizeof name, "Peto-Peto test%s", strata);
  if (!analysis->coding.competes) print_test(name, &analysis->peto);
}

static void print_counts(const B7SurvivalAnalysis *analysis, int width) {
  const B7SurvivalTable *table = analysis->table;
  printf("\n%-*s %8s %8s %9s", width, "group", "patients", "events", "censored");
  if (analysis->coding.competes) printf(" %9s", "competing");
  printf("  %s\n", "median follow-up");
  for (int32_t g = 0; g < table->groups; g++) {
    int64_t all = b7_survival_count(analysis->survival, g, -1),
            censored = b7_survival_count(analysis->survival, g, 0),
            own = b7_survival_count(analysis->survival, g, 1);
    char text[24];
    print_name(table->group_name[g], width);
    printf(" %8lld %8lld %9lld", (long long)all, (long long)own, (long long)censored);
    if (analysis->coding.competes) printf(" %9lld", (long long)(all - own - censored));
    printf("  %s\n", number_text(analysis->follow_up[g].time, "not reached", text));
  }
}

static void print_medians(const B7SurvivalRequest *request, const B7SurvivalAnalysis *analysis, int width) {
  const B7SurvivalTable *table = analysis->table;
  char head[80], a[24], b[24], c[24];
  snprintf(head, sizeof head, "median (%g %% interval)", request->level * 100);
  printf("\n%-*s  %-28s  restricted mean up to %.4g\n", width, "group", head, analysis->horizon);
  for (int32_t g = 0; g < table->groups; g++) {
    char cell[80];
    print_name(table->group_name[g], width);
    snprintf(cell, sizeof cell, "%s (%s to %s)", number_text(analysis->median[g].time, "not reached", a),
             number_text(analysis->median[g].lower, "-", b), number_text(analysis->median[g].upper, "-", c));
    printf("  %-28s  %s (SE %s)\n", cell, number_text(analysis->mean[g], "-", a),
           number_text(analysis->mean_error[g], "-", b));
  }
  for (int32_t g = 0; g < table->groups; g++) {
    const B7SurvivalCurve *curve = &analysis->curve[g];
    double last = curve->time[curve->rows - 1];
    if (last >= analysis->horizon || curve->estimate[curve->rows - 1] == 0) continue;
    char note[160];
    snprintf(note, sizeof note, "%s was followed to %.4g; the curve is held level from there up to %.4g",
             table->group_name[g], last, analysis->horizon);
    b7_cli_print_wrapped("", 2, note);
  }
}

static void print_table(const B7SurvivalRequest *request, const B7SurvivalAnalysis *analysis, int width) {
  const B7SurvivalTable *table = analysis->table;
  bool competes = analysis->coding.competes;
  char head[160];
  snprintf(head, sizeof head, "%s, %s %g %% interval%s%s",
           competes ? "cumulative incidence (Aalen-Johansen)" : "survival (Kaplan-Meier)", request->interval,
           request->level * 100, competes ? ", variance: " : "", competes ? request->variance : "");
  printf("\n");
  b7_cli_print_wrapped("", 2, head);
  printf("%-*s %8s %8s  %-9s %-9s %-9s %s\n", width, "group", "time", "at risk", "estimate", "SE", "lower",
         "upper");
  for (int32_t g = 0; g < table->groups; g++)
    for (int32_t i = 0; i < analysis->ticks; i++) {
      const B7SurvivalCurve *curve = &analysis->curve[g];
      double t = analysis->tick[i];
      if (t > curve->time[curve->rows - 1]) break;
      char a[24], b[24], c[24], d[24];
      print_name(i ? "" : table->group_name[g], width);
      printf(" %8g %8.0f  %-9s %-9s %-9s %s\n", t, b7_survival_at_risk(curve, t),
             number_text(value_at(curve, curve->estimate, curve->start, t), "-", a),
             number_text(value_at(curve, curve->standard_error, 0, t), "-", b),
             number_text(value_at(curve, curve->lower, NAN, t), "-", c),
             number_text(value_at(curve, curve->upper, NAN, t), "-", d));
    }
}

void b7_cli_survival_text(const B7SurvivalRequest *request, const B7SurvivalAnalysis *analysis) {
  int width = name_width(analysis->table);
  print_reading(request, analysis);
  print_tests(analysis);
  print_counts(analysis, width);
  if (!analysis->coding.competes) print_medians(request, analysis, width);
  print_table(request, analysis, width);
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

void b7_cli_survival_json(const B7SurvivalRequest *request, const B7SurvivalAnalysis *analysis) {
  const B7SurvivalTable *table = analysis->table;
  printf("{\"estimator\": \"%s\", \"interval\": \"%s\", \"level\": %g",
         analysis->coding.competes ? "aalen_johansen" : "kaplan_meier", request->interval, request->level);
  if (analysis->coding.competes) printf(", \"variance\": \"%s\"", request->variance);
  printf(",\n \"status\": {\"event\": ");
  b7_cli_json_text(analysis->coding.event);
  printf(", \"censored\": ");
  b7_cli_json_text(analysis->coding.censored);
  printf(", \"competing\": ");
  b7_cli_json_text(analysis->coding.competing);
  printf("}, \"near_ties_joined\": %lld", (long long)analysis->joined);
  if (!analysis->coding.competes) json_number("restricted_mean_horizon", analysis->horizon);
  printf(",\n \"groups\": [");
  for (int32_t g = 0; g < table->groups; g++) {
    const B7SurvivalCurve *curve = &analysis->curve[g];
    printf("%s\n  {\"name\": ", g ? "," : "");
    b7_cli_json_text(table->group_name[g]);
    printf(", \"patients\": %lld, \"censored\": %lld",
           (long long)b7_survival_count(analysis->survival, g, -1),
           (long long)b7_survival_count(analysis->survival, g, 0));
    if (!analysis->coding.competes) {
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
    json_test(analysis->coding.competes ? "gray" : "logrank", &analysis->test);
    if (!analysis->coding.competes) json_test("peto_peto", &analysis->peto);
  }
  printf(", \"notice\": ");
  b7_cli_json_text(B7_CLI_NOTICE);
  printf("}\n");
}
