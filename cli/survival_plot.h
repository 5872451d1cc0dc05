/* survival_plot.h - step curves with bands and a risk table as SVG. */
#ifndef B7_CLI_SURVIVAL_PLOT_H
#define B7_CLI_SURVIVAL_PLOT_H

#include "bridge7_survival.h"

#define B7_PLOT_TICKS_MAX 12

typedef struct B7SurvivalPlot {
  const char *title, *y_label, *x_label, *caption;
  int32_t curves;
  const B7SurvivalCurve *curve; /* curves of them */
  const char *const *name;
  int32_t ticks; /* times of the axis and of the risk table, ascending from 0 */
  double tick[B7_PLOT_TICKS_MAX];
  bool mark_censored;
} B7SurvivalPlot;

/* Round times that divide 0 to longest into five to nine steps; returns how many. */
int32_t b7_plot_ticks(double longest, double tick[B7_PLOT_TICKS_MAX]);
/* Written whole or not at all. Colours follow the reader's light or dark page. */
B7Status b7_survival_plot_write(const B7SurvivalPlot *plot, const char *path, B7Error *error);

#endif
