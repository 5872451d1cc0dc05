/* replay_panels.c - the panels of the replay page: simulated bands and lines, recorded points over them. */
#include <math.h>
#include <string.h>

#include "report/panels.h"
#include "report/replay_page_parts.h"

static void write_series(const B7ReplayPage *page, const B7PagePanel *panel, const B7PanelSeries *series) {
  const B7Replay *replay = page->replay;
  int32_t observable = b7_kernel_observable(replay->kernel, series->observable);
  if (observable < 0) return;
  const B7KernelObservable *facts = &b7_kernel_tables(replay->kernel)->observables[observable];
  size_t start = (size_t)observable * (size_t)page->times;
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "name", facts->name);
  b7_json_text(page->json, "label", series->label ? series->label : facts->label);
  b7_json_numbers(page->json, "typical", b7_result_values(replay->base.result, observable), page->times,
                  B7_PAGE_DIGITS);
  if (replay->band) {
    b7_json_numbers(page->json, "median", replay->band_median + start, page->times, B7_PAGE_DIGITS);
    b7_json_numbers(page->json, "low", replay->band_low + start, page->times, B7_PAGE_DIGITS);
    b7_json_numbers(page->json, "high", replay->band_high + start, page->times, B7_PAGE_DIGITS);
  }
  if (panel->steps) b7_json_bool(page->json, "step", true);
  b7_json_close_object(page->json);
}

static void write_recorded(const B7ReplayPage *page, const B7PanelSeries *series) {
  const B7Replay *replay = page->replay;
  for (int32_t i = 0; i < replay->base.n_row; i++) {
    const B7Comparison *row = &replay->base.rows[i];
    bool crs = strcmp(series->observable, "crs_grade") == 0 && strcmp(row->what, "crs") == 0;
    if (!crs && strcmp(row->what, series->observable) != 0) continue;
    const B7Observation seen = {.label = row->label,
                                .t_day = row->t_day,
                                .value = row->recorded,
                                .below = row->below,
                                .above = row->above,
                                .status = row->status,
                                .flag = row->flag,
                                .note = row->note};
    b7_page_panel_point(page->json, series->observable, &seen);
  }
}

static void write_panel(const B7ReplayPage *page, const B7PagePanel *panel) {
  int32_t first = b7_kernel_observable(page->replay->kernel, panel->series[0].observable);
  if (first < 0) return;
  double limit = b7_kernel_tables(page->replay->kernel)->observables[first].detection_low;
  b7_page_panel_open(page->json, page->arena, panel, limit);
  b7_json_open_array(page->json, "series");
  for (int i = 0; i < B7_PANEL_SERIES_MAX && panel->series[i].observable; i++)
    write_series(page, panel, &panel->series[i]);
  b7_json_close_array(page->json);
  b7_json_open_array(page->json, "recorded");
  for (int i = 0; i < B7_PANEL_SERIES_MAX && panel->series[i].observable; i++)
    write_recorded(page, &panel->series[i]);
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
}

void b7_replay_write_panels(const B7ReplayPage *page) {
  const B7PagePanel *panels;
  int32_t count = b7_page_panels(&panels);
  b7_json_open_array(page->json, "panels");
  for (int32_t i = 0; i < count; i++) write_panel(page, &panels[i]);
  b7_json_close_array(page->json);
}
