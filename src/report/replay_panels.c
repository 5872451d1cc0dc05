/* replay_panels.c - the panels of the replay page: which observables are drawn together, and how. */
#include <math.h>
#include <string.h>

#include "report/replay_page.h"

/* The panels of the page: title, unit and the observables drawn together. ORDER PANEL as on the page. */
typedef struct PanelSeries {
  const char *observable, *label; /* label NULL: the observable's own */
} PanelSeries;
typedef struct PanelThreshold {
  double value;
  const char *label;
} PanelThreshold;
typedef struct Panel {
  const char *id, *group, *title, *unit;
  bool log_axis, steps;
  double range_low, range_high; /* NaN: as the data ask */
  PanelSeries series[4];
  PanelThreshold thresholds[3];
} Panel;
#define FREE NAN, NAN
static const Panel panels[] = {
    {"mrd",
     "Leukaemia and lymphoma",
     "Marrow MRD",
     "% of nucleated cells",
     true,
     false,
     FREE,
     {{"marrow_mrd", "MRD by flow"}},
     {{0, NULL}}},
    {"nodes",
     "Leukaemia and lymphoma",
     "Nodal volume",
     "mL",
     false,
     false,
     FREE,
     {{"nodal_volume", NULL}},
     {{0, NULL}}},
    {"deauville",
     "Leukaemia and lymphoma",
     "Metabolic activity",
     "Deauville score",
     false,
     true,
     0.5,
     5.5,
     {{"deauville", NULL}},
     {{0, NULL}}},
    {"cart",
     "CAR-T and lymphocytes",
     "CAR-T in blood",
     "copies/µg DNA",
     true,
     false,
     FREE,
     {{"cart_copies", NULL}},
     {{0, NULL}}},
    {"cart_share",
     "CAR-T and lymphocytes",
     "CAR-T share",
     "% of lymphocytes",
     false,
     false,
     0,
     100,
     {{"cart_percent_lymphocytes", NULL}},
     {{0, NULL}}},
    {"lymphocytes",
     "CAR-T and lymphocytes",
     "T and NK cells",
     "cells/µL",
     true,
     false,
     FREE,
     {{"t_cd7pos", "CD7+ T"}, {"t_cd7neg", "CD7− T"}, {"nk", "NK"}},
     {{0, NULL}}},
    {"white",
     "Blood counts",
     "White cells and neutrophils",
     "10⁹/L",
     true,
     false,
     FREE,
     {{"wbc", "white cells"}, {"anc", "neutrophils"}},
     {{0.5, "neutrophils 0.5"}}},
    {"hb",
     "Blood counts",
     "Haemoglobin",
     "g/L",
     false,
     false,
     FREE,
     {{"hb", NULL}},
     {{70, "transfusion 70"}}},
    {"platelets",
     "Blood counts",
     "Platelets",
     "10⁹/L",
     true,
     false,
     FREE,
     {{"platelets", NULL}},
     {{20, "20"}, {50, "50"}}},
    {"il6", "Inflammation", "Interleukin 6", "pg/mL", true, false, FREE, {{"il6", NULL}}, {{0, NULL}}},
    {"crp", "Inflammation", "C-reactive protein", "mg/L", false, false, FREE, {{"crp", NULL}}, {{0, NULL}}},
    {"ferritin", "Inflammation", "Ferritin", "µg/L", true, false, FREE, {{"ferritin", NULL}}, {{0, NULL}}},
    {"crs",
     "Inflammation",
     "Cytokine release",
     "ASTCT grade",
     false,
     true,
     0,
     4,
     {{"crs_grade", NULL}},
     {{0, NULL}}},
    {"chimerism",
     "Graft",
     "Donor chimerism",
     "%",
     false,
     false,
     0,
     100,
     {{"chimerism_marrow", "marrow"}, {"chimerism_t", "T cells"}},
     {{95, "full from 95"}}},
};
#undef FREE

static void write_series(const B7ReplayPage *page, const Panel *panel, const PanelSeries *series) {
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

static void write_recorded(const B7ReplayPage *page, const PanelSeries *series) {
  const B7Replay *replay = page->replay;
  for (int32_t i = 0; i < replay->base.n_row; i++) {
    const B7Comparison *row = &replay->base.rows[i];
    bool crs = strcmp(series->observable, "crs_grade") == 0 && strcmp(row->what, "crs") == 0;
    if (!crs && strcmp(row->what, series->observable) != 0) continue;
    b7_json_open_object(page->json, NULL);
    b7_json_number(page->json, "t", row->t_day);
    b7_json_text(page->json, "series", series->observable);
    b7_json_text(page->json, "label", row->label);
    if (!isnan(row->recorded)) b7_json_number(page->json, "value", row->recorded);
    if (!isnan(row->below)) b7_json_number(page->json, "below", row->below);
    if (!isnan(row->above)) b7_json_number(page->json, "above", row->above);
    b7_json_text(page->json, "status", b7_fact_status_words[row->status]);
    b7_json_text(page->json, "flag", row->flag);
    b7_json_text(page->json, "note", row->note);
    b7_json_close_object(page->json);
  }
}

static void write_panel(const B7ReplayPage *page, const Panel *panel) {
  int32_t first = b7_kernel_observable(page->replay->kernel, panel->series[0].observable);
  if (first < 0) return;
  double limit = b7_kernel_tables(page->replay->kernel)->observables[first].detection_low;
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", panel->id);
  b7_json_text(page->json, "group", panel->group);
  b7_json_text(page->json, "title", panel->title);
  b7_json_text(page->json, "unit", panel->unit);
  b7_json_text(page->json, "axis", panel->log_axis ? "log" : "linear");
  if (!isnan(panel->range_low)) {
    const double range[] = {panel->range_low, panel->range_high};
    b7_json_numbers(page->json, "range", range, 2, B7_PAGE_DIGITS);
  }
  if (!isnan(limit)) b7_json_number(page->json, "detection_limit", limit);
  b7_json_open_array(page->json, "series");
  for (int i = 0; i < 4 && panel->series[i].observable; i++) write_series(page, panel, &panel->series[i]);
  b7_json_close_array(page->json);
  b7_json_open_array(page->json, "recorded");
  for (int i = 0; i < 4 && panel->series[i].observable; i++) write_recorded(page, &panel->series[i]);
  b7_json_close_array(page->json);
  b7_json_open_array(page->json, "thresholds");
  for (int i = 0; i < 3 && panel->thresholds[i].label; i++) {
    b7_json_open_object(page->json, NULL);
    b7_json_number(page->json, "value", panel->thresholds[i].value);
    b7_json_text(page->json, "label", panel->thresholds[i].label);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
  if (panel->steps) {
    b7_json_open_array(page->json, "ticks");
    for (double tick = ceil(panel->range_low); tick <= panel->range_high; tick++) {
      b7_json_open_object(page->json, NULL);
      b7_json_number(page->json, "value", tick);
      b7_json_text(page->json, "label", b7_arena_format(page->arena, "%g", tick));
      b7_json_close_object(page->json);
    }
    b7_json_close_array(page->json);
  }
  b7_json_close_object(page->json);
}

void b7_replay_write_panels(const B7ReplayPage *page) {
  b7_json_open_array(page->json, "panels");
  for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++) write_panel(page, &panels[i]);
  b7_json_close_array(page->json);
}
