/* assess_page.c - the data of the report page of an assessment (docs/page_format.md): what a course records,
 * and the grades that published criteria give to it. */
#include <math.h>
#include <string.h>

#include "base/dates.h"
#include "base/status.h"
#include "report/course_page.h"
#include "report/page_sources.h"
#include "report/panels.h"

/* a quantity without a panel of its own gets one from this many values on */
#define POINTS_LEAST 2

typedef struct Page {
  B7CoursePage course; /* json and arena are its */
  const B7Assessment *assessment;
  const B7Criteria *criteria;
} Page;

/* ---- head ---- */

static void write_cards(const Page *page) {
  static const char *const chosen[] = {"crs", "icans", "overall", "neutrophils", "platelets_20", "os"};
  const B7Verdict *rows;
  int32_t count = b7_assessment_verdicts(page->assessment, &rows);
  b7_json_open_array(page->course.json, "cards");
  for (size_t k = 0; k < sizeof chosen / sizeof chosen[0]; k++) {
    for (int32_t i = 0; i < count; i++) {
      if (rows[i].per_sample || strcmp(rows[i].endpoint, chosen[k]) != 0) continue;
      if (rows[i].evaluable > B7_PARTIAL) continue;
      b7_course_page_card(&page->course, rows[i].label, rows[i].grade, rows[i].when, "plain");
    }
  }
  b7_json_close_array(page->course.json);
}

/* ---- timeline: treatments, and the status in lanes of its own ---- */

static void write_status_bars(const Page *page) {
  B7Json *json = page->course.json;
  const B7Span *spans;
  int32_t count = b7_assessment_timeline(page->assessment, &spans);
  for (int32_t i = 0; i < count; i++) {
    b7_json_open_object(json, NULL);
    b7_json_text(json, "lane", spans[i].track);
    b7_json_text(json, "label", spans[i].label);
    b7_json_number(json, "start_day", spans[i].start_day);
    b7_json_number(json, "end_day", spans[i].end_day);
    b7_json_text(json, "status", "stated");
    b7_json_close_object(json);
  }
}

static void write_timeline(const Page *page) {
  B7Json *json = page->course.json;
  b7_json_open_object(json, "timeline");
  b7_json_open_array(json, "bars");
  b7_course_page_bars(&page->course);
  write_status_bars(page);
  b7_json_close_array(json);
  b7_json_open_array(json, "marks");
  b7_course_page_marks(&page->course);
  b7_json_close_array(json);
  b7_json_close_object(json);
}

/* ---- panels: recorded points alone ---- */

static int32_t count_points(const B7Observation *rows, int32_t count, const char *what) {
  int32_t found = 0;
  for (int32_t i = 0; i < count; i++) found += strcmp(rows[i].what, what) == 0;
  return found;
}

static const char *label_of(const B7Observation *rows, int32_t count, const char *what) {
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(rows[i].what, what) == 0) return rows[i].label;
  }
  return what;
}

/* only what was recorded has a place in the legend */
static void write_points(const Page *page, const B7PagePanel *panel, const B7Observation *rows,
                         int32_t count) {
  B7Json *json = page->course.json;
  b7_json_open_array(json, "series");
  for (int s = 0; s < B7_PANEL_SERIES_MAX && panel->series[s].observable; s++) {
    const B7PanelSeries *series = &panel->series[s];
    if (count_points(rows, count, series->observable) == 0) continue;
    b7_json_open_object(json, NULL);
    b7_json_text(json, "name", series->observable);
    b7_json_text(json, "label", series->label ? series->label : label_of(rows, count, series->observable));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  b7_json_open_array(json, "recorded");
  for (int s = 0; s < B7_PANEL_SERIES_MAX && panel->series[s].observable; s++) {
    for (int32_t i = 0; i < count; i++) {
      if (strcmp(rows[i].what, panel->series[s].observable) == 0)
        b7_page_panel_point(json, panel->series[s].observable, &rows[i]);
    }
  }
  b7_json_close_array(json);
}

static void write_panel(const Page *page, const B7PagePanel *panel, const B7Observation *rows,
                        int32_t count) {
  b7_page_panel_open(page->course.json, page->course.arena, panel, NAN);
  write_points(page, panel, rows, count);
  b7_json_close_object(page->course.json);
}

static bool has_panel(const B7PagePanel *panels, int32_t count, const char *what) {
  for (int32_t i = 0; i < count; i++) {
    for (int s = 0; s < B7_PANEL_SERIES_MAX && panels[i].series[s].observable; s++) {
      if (strcmp(panels[i].series[s].observable, what) == 0) return true;
    }
  }
  return false;
}

static void write_panels(const Page *page) {
  const B7Observation *rows;
  const B7PagePanel *panels;
  int32_t count = b7_course_observations(page->course.course, &rows), n_panel = b7_page_panels(&panels);
  b7_json_open_array(page->course.json, "panels");
  for (int32_t i = 0; i < n_panel; i++) {
    B7PagePanel panel = panels[i];
    panel.note = NULL; // of the simulation
    int32_t points = 0;
    for (int s = 0; s < B7_PANEL_SERIES_MAX && panel.series[s].observable; s++)
      points += count_points(rows, count, panel.series[s].observable);
    if (points > 0) write_panel(page, &panel, rows, count);
  }
  for (int32_t i = 0; i < count; i++) {
    const char *what = rows[i].what;
    bool first = count_points(rows, i, what) == 0;
    if (!first || has_panel(panels, n_panel, what) || count_points(rows, count, what) < POINTS_LEAST)
      continue;
    B7PagePanel panel = {.id = what,
                         .group = "Other measurements",
                         .title = rows[i].label,
                         .unit = b7_page_unit(rows[i].unit),
                         .series = {{what, NULL}}};
    write_panel(page, &panel, rows, count);
  }
  b7_json_close_array(page->course.json);
}

/* ---- tables ---- */

static void write_columns(B7Json *json, const char *const *names) {
  b7_json_open_array(json, "columns");
  for (; *names; names++) {
    b7_json_open_object(json, NULL);
    b7_json_text(json, "name", *names);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  b7_json_open_array(json, "rows");
}

static void open_table(B7Json *json, const char *id, const char *title, const char *const *columns) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "id", id);
  b7_json_text(json, "title", title);
  write_columns(json, columns);
}

static void close_table(B7Json *json) {
  b7_json_close_array(json);
  b7_json_close_object(json);
}

static const char *date_of(const Page *page, double t_day) {
  int32_t day0;
  char text[11];
  if (!b7_date_parse(b7_course_day0(page->course.course), &day0)) return "";
  b7_date_format(day0 + (int32_t)floor(t_day), text);
  const char *kept = b7_arena_text(page->course.arena, text, strlen(text));
  return kept ? kept : "";
}

/* the verdicts of each marrow or imaging, side by side */
static void write_visits(const Page *page) {
  static const char *const columns[] = {"visit", "date",  "marrow",  "response",
                                        "MRD",   "nodes", "overall", NULL};
  static const char *const endpoints[] = {"marrow", "response", "mrd", "lugano", "overall"};
  enum { ENDPOINTS = sizeof endpoints / sizeof endpoints[0] };
  B7Json *json = page->course.json;
  const B7Verdict *rows;
  int32_t count = b7_assessment_verdicts(page->assessment, &rows), next;
  bool open = false;
  for (int32_t i = 0; i < count; i = next) {
    const char *cells[ENDPOINTS] = {"", "", "", "", ""};
    for (next = i; next < count && rows[next].per_sample && rows[next].t_day == rows[i].t_day; next++) {
      for (int c = 0; c < ENDPOINTS; c++) {
        if (strcmp(rows[next].endpoint, endpoints[c]) == 0) cells[c] = rows[next].grade;
      }
    }
    if (next == i) {
      next++;
      continue;
    }
    if (!open) open_table(json, "visits", "Visits", columns);
    open = true;
    b7_json_open_array(json, NULL);
    b7_json_text(json, NULL,
                 rows[i].when[0] ? rows[i].when
                                 : b7_arena_format(page->course.arena, "day %g", rows[i].t_day));
    b7_json_text(json, NULL, date_of(page, rows[i].t_day));
    for (int c = 0; c < ENDPOINTS; c++) b7_json_text(json, NULL, cells[c]);
    b7_json_close_array(json);
  }
  if (open) close_table(json);
}

static const char *recorded_text(const Page *page, const B7Observation *row) {
  const char *unit = b7_page_unit(row->unit);
  B7Arena *arena = page->course.arena;
  if (!isnan(row->below)) return b7_arena_format(arena, "< %g %s", row->below, unit);
  if (!isnan(row->above)) return b7_arena_format(arena, "> %g %s", row->above, unit);
  return b7_arena_format(arena, "%.6g %s", row->value, unit);
}

static void write_measurements(const Page *page) {
  static const char *const columns[] = {"what", "day", "date", "recorded", "basis", "note", NULL};
  B7Json *json = page->course.json;
  const B7Observation *rows;
  int32_t count = b7_course_observations(page->course.course, &rows);
  if (count == 0) return;
  open_table(json, "measurements", "Measurements", columns);
  for (int32_t i = 0; i < count; i++) {
    b7_json_open_array(json, NULL);
    b7_json_text(json, NULL, rows[i].label);
    b7_json_number(json, NULL, rows[i].t_day);
    b7_json_text(json, NULL, date_of(page, rows[i].t_day));
    b7_json_text(json, NULL, recorded_text(page, &rows[i]));
    b7_json_text(
        json, NULL,
        b7_arena_format(page->course.arena, "%s %s", b7_fact_status_words[rows[i].status], rows[i].flag));
    b7_json_text(json, NULL, rows[i].note);
    b7_json_close_array(json);
  }
  close_table(json);
}

static void write_hla(const Page *page) {
  static const char *const columns[] = {"locus",
                                        "patient",
                                        "donor",
                                        "patient alleles that the donor lacks",
                                        "donor alleles that the patient lacks",
                                        NULL};
  B7Json *json = page->course.json;
  const B7HlaRow *rows;
  int32_t count = b7_course_hla(page->course.course, &rows);
  if (count == 0) return;
  open_table(json, "hla", "HLA", columns);
  for (int32_t i = 0; i < count; i++) {
    b7_json_open_array(json, NULL);
    b7_json_text(json, NULL, rows[i].locus);
    b7_json_text(json, NULL, rows[i].patient[0] ? rows[i].patient : "not printed");
    b7_json_text(json, NULL, rows[i].donor[0] ? rows[i].donor : "not printed");
    b7_json_number(json, NULL, rows[i].gvh);
    b7_json_number(json, NULL, rows[i].hvg);
    b7_json_close_array(json);
  }
  close_table(json);
}

/* ---- all of it ---- */

static void write_provenance(const Page *page) {
  const struct {
    const char *name, *value;
  } rows[] = {{"program", b7_arena_format(page->course.arena, "bridge7 %s", b7_version())},
              {"course", b7_course_name(page->course.course)},
              {"course hash", b7_course_hash(page->course.course)}};
  b7_json_open_array(page->course.json, "provenance");
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    b7_json_open_object(page->course.json, NULL);
    b7_json_text(page->course.json, "name", rows[i].name);
    b7_json_text(page->course.json, "value", rows[i].value);
    b7_json_close_object(page->course.json);
  }
  b7_json_close_array(page->course.json);
}

static B7Status write_page(const Page *page, const char *bibliography_path, B7Error *error) {
  B7Json *json = page->course.json;
  b7_json_open_object(json, NULL);
  b7_course_page_head(&page->course, "assess",
                      "The recorded course, graded by published criteria; every verdict with its reason.");
  write_cards(page);
  write_timeline(page);
  write_panels(page);
  b7_json_open_array(json, "verdicts");
  b7_course_page_verdicts(&page->course, page->assessment, "recorded");
  b7_json_close_array(json);
  b7_json_open_array(json, "tables");
  write_visits(page);
  write_hla(page);
  write_measurements(page);
  b7_json_close_array(json);
  b7_course_page_assumptions(&page->course);
  B7PageSources sources;
  B7_TRY(b7_page_sources_open(&sources, json, page->course.arena, bibliography_path, error));
  b7_page_sources_add(&sources, b7_course_citation(page->course.course));
  b7_page_sources_add_rules(&sources, page->criteria);
  B7_TRY(b7_page_sources_close(&sources, error));
  write_provenance(page);
  b7_json_close_object(json);
  return B7_OK;
}

B7Status b7_assess_page_json(const B7Course *course, const B7Assessment *assessment,
                             const B7Criteria *criteria, const char *bibliography_path, const B7Hooks *hooks,
                             char **text, B7Error *error) {
  *text = NULL;
  b7_error_clear(error);
  B7Arena arena = b7_arena_make(hooks);
  B7Json json = b7_json_make(hooks);
  Page page = {.course = {.course = course, .json = &json, .arena = &arena},
               .assessment = assessment,
               .criteria = criteria};
  B7Status status = write_page(&page, bibliography_path, error);
  return b7_json_end(&json, &arena, status, text, error);
}
