/* survival_print.h - what `bridge7 survival` has found, and its two forms: text and JSON. */
#ifndef B7_CLI_SURVIVAL_PRINT_H
#define B7_CLI_SURVIVAL_PRINT_H

#include "survival_csv.h"
#include "survival_plot.h"

typedef struct B7SurvivalRequest {
  const char *time, *status, *group, *stratum, *interval, *variance, *plot, *unit, *event, *censored;
  double level, horizon; /* horizon NaN: not given */
  bool json, exact_times;
} B7SurvivalRequest;

typedef struct B7SurvivalAnalysis {
  const B7SurvivalTable *table;
  const B7Survival *survival;
  B7SurvivalCoding coding; /* what competes makes cumulative incidences of the curves */
  B7SurvivalCurve curve[B7_SURVIVAL_GROUPS_MAX];
  B7SurvivalQuantile median[B7_SURVIVAL_GROUPS_MAX], follow_up[B7_SURVIVAL_GROUPS_MAX];
  double mean[B7_SURVIVAL_GROUPS_MAX], mean_error[B7_SURVIVAL_GROUPS_MAX];
  double horizon; /* of the restricted mean */
  int64_t joined; /* rows whose time was a near tie */
  B7SurvivalTest test, peto;
  int32_t ticks;
  double tick[B7_PLOT_TICKS_MAX];
} B7SurvivalAnalysis;

void b7_cli_survival_text(const B7SurvivalRequest *request, const B7SurvivalAnalysis *analysis);
void b7_cli_survival_json(const B7SurvivalRequest *request, const B7SurvivalAnalysis *analysis);

#endif
