#include "report/course_page.h"

#include <math.h>
#include <string.h>

const char *const b7_fact_status_words[] = {"stated", "derived", "ambiguous", "assumed"};

const char *b7_page_unit(const char *unit) {
  static const struct {
    const char *ucum, *print;
  } units[] = {
      {"percent", "%"},        {"1", ""},           {"10*9/L", "10⁹/L"}, {"1e9/L", "10⁹/L"},
      {"cell/uL", "cells/µL"}, {"/uL", "cells/µL"}, {"ug/L", "µg/L"},    {"copies/ug", "copies/µg DNA"},
      {"degC", "°C"},          {"Cel", "°C"}};
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
    if (strcmp(units[i].ucum, unit) == 0) return units[i].print;
  }
  return unit;
}

static void write_meta(const B7CoursePage *page, const char *subtitle) {
  const B7Course *course = page->course;
  b7_json_open_object(page->json, "meta");
  b7_json_text(page->json, "title",
               b7_course_title(course)[0] ? b7_course_title(course) : b7_course_name(course));
  b7_json_text(page->json, "subtitle", subtitle);
  b7_json_text(page->json, "citation", b7_course_citation(course));
  b7_json_text(page->json, "consent", b7_course_consent(course));
  b7_json_text(page->json, "notice",
               "Research use only. Nothing on this page is a treatment recommendation.");
  b7_json_close_object(page->json);
}

static void write_anchor(const B7CoursePage *page, const char *id, const char *label,
                         const char *short_label) {
  double day = b7_course_anchor_day(page->course, id);
  if (isnan(day)) return;
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", id);
  b7_json_text(page->json, "label", label);
  b7_json_text(page->json, "short", short_label);
  b7_json_number(page->json, "day", day);
  b7_json_close_object(page->json);
}

/* first and last day of the bars of two lanes; false when there are none */
static bool lanes_extent(const B7Course *course, const char *first, const char *second, double *start,
                         double *end) {
  const B7TreatmentBar *bars;
  int32_t count = b7_course_bars(course, &bars);
  bool found = false;
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(bars[i].lane, first) != 0 && strcmp(bars[i].lane, second) != 0) continue;
    if (!found || bars[i].start_day < *start) *start = bars[i].start_day;
    if (!found || bars[i].end_day > *end) *end = bars[i].end_day;
    found = true;
  }
  return found;
}

static void write_phase(const B7CoursePage *page, const char *label, const char *kind, double start,
                        double end) {
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "label", label);
  b7_json_number(page->json, "start_day", start);
  b7_json_number(page->json, "end_day", end);
  b7_json_text(page->json, "kind", kind);
  b7_json_close_object(page->json);
}

/* a phase lasts until the next one, or a month */
static void write_phases(const B7CoursePage *page) {
  double start = 0, end = 0, graft_start = 0, graft_end = 0;
  bool cart = lanes_extent(page->course, "lymphodepletion", "CAR-T", &start, &end);
  bool graft = lanes_extent(page->course, "conditioning", "transplant", &graft_start, &graft_end);
  b7_json_open_array(page->json, "phases");
  if (cart) {
    bool next = graft && graft_start > start;
    write_phase(page, "lymphodepletion and CAR-T", "cart", start, next ? graft_start : end + 30);
  }
  if (graft) write_phase(page, "conditioning and transplant", "hsct", graft_start, graft_end + 30);
  b7_json_close_array(page->json);
}

void b7_course_page_head(const B7CoursePage *page, const char *kind, const char *subtitle) {
  b7_json_text(page->json, "format", "bridge7-page/1");
  b7_json_text(page->json, "kind", kind);
  write_meta(page, subtitle);
  b7_json_text(page->json, "day0", b7_course_day0(page->course));
  b7_json_open_array(page->json, "anchors");
  write_anchor(page, "cart", "CAR-T infusion", "CAR-T");
  write_anchor(page, "hsct", "transplant day 0", "HSCT");
  b7_json_close_array(page->json);
  write_phases(page);
}

void b7_course_page_card(const B7CoursePage *page, const char *label, const char *value, const char *note,
                         const char *state) {
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "label", label);
  b7_json_text(page->json, "value", value);
  if (note && note[0]) b7_json_text(page->json, "note", note);
  b7_json_text(page->json, "state", state);
  b7_json_close_object(page->json);
}

void b7_course_page_bars(const B7CoursePage *page) {
  const B7TreatmentBar *bars;
  int32_t count = b7_course_bars(page->course, &bars);
  for (int32_t i = 0; i < count; i++) {
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "lane", bars[i].lane);
    b7_json_text(page->json, "label", bars[i].label);
    b7_json_text(page->json, "drug", bars[i].drug);
    b7_json_text(page->json, "dose", bars[i].dose_text);
    b7_json_number(page->json, "start_day", bars[i].start_day);
    b7_json_number(page->json, "end_day", bars[i].end_day);
    b7_json_text(page->json, "status", b7_fact_status_words[bars[i].status]);
    b7_json_text(page->json, "flag", bars[i].flag);
    b7_json_text(page->json, "note", bars[i].note);
    b7_json_close_object(page->json);
  }
}

void b7_course_page_mark(const B7CoursePage *page, double t_day, const char *label, const char *kind) {
  b7_json_open_object(page->json, NULL);
  b7_json_number(page->json, "t", t_day);
  b7_json_text(page->json, "label", label);
  b7_json_text(page->json, "kind", kind);
  b7_json_close_object(page->json);
}

void b7_course_page_marks(const B7CoursePage *page) {
  const B7CourseRecord *records;
  int32_t count = b7_course_records(page->course, &records);
  for (int32_t i = 0; i < count; i++) {
    bool milestone = strcmp(records[i].section, "milestones") == 0 || !isnan(records[i].grade);
    if (!milestone || records[i].absent) continue;
    const char *label = isnan(records[i].grade)
                            ? records[i].label
                            : b7_arena_format(page->arena, "%s grade %g", records[i].label, records[i].grade);
    b7_course_page_mark(page, records[i].t_day, label, "recorded");
  }
}

void b7_course_page_verdicts(const B7CoursePage *page, const B7Assessment *assessment, const char *source) {
  if (!assessment) return;
  const B7Verdict *rows;
  int32_t count = b7_assessment_verdicts(assessment, &rows);
  for (int32_t i = 0; i < count; i++) {
    const B7Verdict *row = &rows[i];
    if (row->per_sample || row->evaluable == B7_NOT_APPLICABLE) continue;
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "endpoint", row->label);
    b7_json_text(page->json, "source", source);
    b7_json_text(page->json, "grade", row->grade);
    b7_json_number(page->json, "day", row->t_day);
    b7_json_text(page->json, "rule", row->rule);
    const char *between = row->deciding[0] && row->remarks[0] ? "; " : "";
    b7_json_text(page->json, "reason",
                 b7_arena_format(page->arena, "%s%s%s", row->deciding, between, row->remarks));
    b7_json_text(page->json, "citation", row->citation);
    if (row->missing[0]) b7_json_text(page->json, "missing", row->missing);
    b7_json_close_object(page->json);
  }
}

void b7_course_page_assumptions(const B7CoursePage *page) {
  const B7Assumption *rows;
  int32_t count = b7_course_assumptions(page->course, &rows);
  b7_json_open_array(page->json, "assumptions");
  for (int32_t i = 0; i < count; i++) {
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "where", rows[i].where);
    b7_json_text(page->json, "text", rows[i].text);
    b7_json_text(page->json, "status", b7_fact_status_words[rows[i].status]);
    b7_json_text(page->json, "flag", rows[i].flag);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
}
