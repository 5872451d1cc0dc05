/* panels.h - the time charts of pages about one patient: which quantities are drawn together, and how. */
#ifndef B7_REPORT_PANELS_H
#define B7_REPORT_PANELS_H

#include "base/json.h"

typedef struct B7PanelSeries {
  const char *observable, *label; /* label NULL: the quantity's own */
} B7PanelSeries;

typedef struct B7PanelThreshold {
  double value;
  const char *label;
} B7PanelThreshold;

#define B7_PANEL_SERIES_MAX 4
#define B7_PANEL_THRESHOLDS_MAX 3

/* One chart. Unused places of the arrays hold NULL labels and observables. */
typedef struct B7PagePanel {
  const char *id, *group, *title, *unit;
  bool log_axis, steps;
  double range_low, range_high; /* both 0: as the data ask */
  B7PanelSeries series[B7_PANEL_SERIES_MAX];
  B7PanelThreshold thresholds[B7_PANEL_THRESHOLDS_MAX];
  const char *note; /* Nullable */
} B7PagePanel;

/* All of them, as on the page. */
int32_t b7_page_panels(const B7PagePanel **panels);
/* The object of a panel without its "series" and "recorded", left open. detection_limit: NaN when there is
 * none. */
void b7_page_panel_open(B7Json *json, B7Arena *arena, const B7PagePanel *panel, double detection_limit);
/* One recorded point, into the open array "recorded". series: whose colour it has. */
void b7_page_panel_point(B7Json *json, const char *series, const B7Observation *seen);

#endif
