#include "report/panels.h"

#include <math.h>

#include "report/course_page.h"

#define DISEASE "Leukaemia and lymphoma"
#define CELLS "CAR-T and lymphocytes"
#define COUNTS "Blood counts"
#define INFLAMMATION "Inflammation"
/* ORDER PANEL as on the page. */
static const B7PagePanel panels[] = {
    {.id = "mrd",
     .group = DISEASE,
     .title = "Marrow MRD",
     .unit = "% of nucleated cells",
     .log_axis = true,
     .series = {{"marrow_mrd", "MRD by flow"}}},
    {.id = "nodes",
     .group = DISEASE,
     .title = "Nodal volume",
     .unit = "mL",
     .series = {{"nodal_volume", NULL}}},
    {.id = "deauville",
     .group = DISEASE,
     .title = "Metabolic activity",
     .unit = "Deauville score",
     .steps = true,
     .range_low = 0.5,
     .range_high = 5.5,
     .series = {{"deauville", NULL}},
     .note =
         "Simulated for every day; imaging sees single days. Nodes shrink with each course and grow between them."},
    {.id = "cart",
     .group = CELLS,
     .title = "CAR-T in blood",
     .unit = "copies/µg DNA",
     .log_axis = true,
     .series = {{"cart_copies", NULL}}},
    {.id = "cart_share",
     .group = CELLS,
     .title = "CAR-T share",
     .unit = "% of lymphocytes",
     .range_low = 0,
     .range_high = 100,
     .series = {{"cart_percent_lymphocytes", NULL}}},
    {.id = "lymphocytes",
     .group = CELLS,
     .title = "T and NK cells",
     .unit = "cells/µL",
     .log_axis = true,
     .series = {{"t_cd7pos", "CD7+ T"}, {"t_cd7neg", "CD7− T"}, {"nk", "NK"}}},
    {.id = "white",
     .group = COUNTS,
     .title = "White cells and neutrophils",
     .unit = "10⁹/L",
     .log_axis = true,
     .series = {{"wbc", "white cells"}, {"anc", "neutrophils"}},
     .thresholds = {{0.5, "neutrophils 0.5"}}},
    {.id = "hb",
     .group = COUNTS,
     .title = "Haemoglobin",
     .unit = "g/L",
     .series = {{"hb", NULL}},
     .thresholds = {{70, "transfusion 70"}}},
    {.id = "platelets",
     .group = COUNTS,
     .title = "Platelets",
     .unit = "10⁹/L",
     .log_axis = true,
     .series = {{"platelets", NULL}},
     .thresholds = {{20, "20"}, {50, "50"}}},
    {.id = "il6",
     .group = INFLAMMATION,
     .title = "Interleukin 6",
     .unit = "pg/mL",
     .log_axis = true,
     .series = {{"il6", NULL}}},
    {.id = "crp",
     .group = INFLAMMATION,
     .title = "C-reactive protein",
     .unit = "mg/L",
     .series = {{"crp", NULL}}},
    {.id = "ferritin",
     .group = INFLAMMATION,
     .title = "Ferritin",
     .unit = "µg/L",
     .log_axis = true,
     .series = {{"ferritin", NULL}}},
    {.id = "crs",
     .group = INFLAMMATION,
     .title = "Cytokine release",
     .unit = "ASTCT grade",
     .steps = true,
     .range_low = 0,
     .range_high = 4,
     .series = {{"crs_grade", NULL}}},
    {.id = "chimerism",
     .group = "Graft",
     .title = "Donor chimerism",
     .unit = "%",
     .range_low = 0,
     .range_high = 100,
     .series = {{"chimerism_marrow", "marrow"}, {"chimerism_t", "T cells"}},
     .thresholds = {{95, "full from 95"}}},
};

int32_t b7_page_panels(const B7PagePanel **rows) {
  *rows = panels;
  return (int32_t)(sizeof panels / sizeof panels[0]);
}

static void write_thresholds(B7Json *json, const B7PagePanel *panel) {
  b7_json_open_array(json, "thresholds");
  for (int i = 0; i < B7_PANEL_THRESHOLDS_MAX && panel->thresholds[i].label; i++) {
    b7_json_open_object(json, NULL);
    b7_json_number(json, "value", panel->thresholds[i].value);
    b7_json_text(json, "label", panel->thresholds[i].label);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

/* grades have a tick each */
static void write_ticks(B7Json *json, B7Arena *arena, const B7PagePanel *panel) {
  b7_json_open_array(json, "ticks");
  for (double tick = ceil(panel->range_low); tick <= panel->range_high; tick++) {
    b7_json_open_object(json, NULL);
    b7_json_number(json, "value", tick);
    b7_json_text(json, "label", b7_arena_format(arena, "%g", tick));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

void b7_page_panel_open(B7Json *json, B7Arena *arena, const B7PagePanel *panel, double detection_limit) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "id", panel->id);
  b7_json_text(json, "group", panel->group);
  b7_json_text(json, "title", panel->title);
  b7_json_text(json, "unit", panel->unit);
  b7_json_text(json, "axis", panel->log_axis ? "log" : "linear");
  if (panel->range_high > panel->range_low) {
    const double range[] = {panel->range_low, panel->range_high};
    b7_json_numbers(json, "range", range, 2, B7_PAGE_DIGITS);
  }
  if (!isnan(detection_limit)) b7_json_number(json, "detection_limit", detection_limit);
  if (panel->note) b7_json_text(json, "note", panel->note);
  write_thresholds(json, panel);
  if (panel->steps) write_ticks(json, arena, panel);
}

void b7_page_panel_point(B7Json *json, const char *series, const B7Observation *seen) {
  b7_json_open_object(json, NULL);
  b7_json_number(json, "t", seen->t_day);
  b7_json_text(json, "series", series);
  b7_json_text(json, "label", seen->label);
  if (!isnan(seen->value)) b7_json_number(json, "value", seen->value);
  if (!isnan(seen->below)) b7_json_number(json, "below", seen->below);
  if (!isnan(seen->above)) b7_json_number(json, "above", seen->above);
  b7_json_text(json, "status", b7_fact_status_words[seen->status]);
  b7_json_text(json, "flag", seen->flag);
  b7_json_text(json, "note", seen->note);
  b7_json_close_object(json);
}
