/* replay_page.c - the data of the report page of a replay (docs/page_format.md). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "report/references.h"
#include "report/replay_page.h"

static void write_meta(const B7ReplayPage *page) {
  const B7Course *course = page->replay->course;
  b7_json_open_object(page->json, "meta");
  b7_json_text(page->json, "title", b7_course_title(course));
  b7_json_text(page->json, "subtitle",
               "The published course replayed by the mechanistic model, beside what was recorded.");
  b7_json_text(page->json, "citation", b7_course_citation(course));
  b7_json_text(page->json, "consent", b7_course_consent(course));
  b7_json_text(page->json, "notice",
               "Research use only. Nothing on this page is a treatment recommendation.");
  b7_json_close_object(page->json);
}

static void write_anchor(const B7ReplayPage *page, const char *id, const char *label,
                         const char *short_label) {
  double day = b7_course_anchor_day(page->replay->course, id);
  if (isnan(day)) return;
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", id);
  b7_json_text(page->json, "label", label);
  b7_json_text(page->json, "short", short_label);
  b7_json_number(page->json, "day", day);
  b7_json_close_object(page->json);
}

/* first and last day of the bars of some lanes; false when there are none */
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

static void write_phase(const B7ReplayPage *page, const char *label, const char *kind, double start,
                        double end) {
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "label", label);
  b7_json_number(page->json, "start_day", start);
  b7_json_number(page->json, "end_day", end);
  b7_json_text(page->json, "kind", kind);
  b7_json_close_object(page->json);
}

static void write_phases(const B7ReplayPage *page) {
  double start = 0, end = 0, graft_start = 0, graft_end = 0;
  bool cart = lanes_extent(page->replay->course, "lymphodepletion", "CAR-T", &start, &end);
  bool graft = lanes_extent(page->replay->course, "conditioning", "transplant", &graft_start, &graft_end);
  b7_json_open_array(page->json, "phases");
  if (cart) write_phase(page, "lymphodepletion and CAR-T", "cart", start, graft ? graft_start : end + 30);
  if (graft) write_phase(page, "conditioning and transplant", "hsct", graft_start, graft_end + 30);
  b7_json_close_array(page->json);
}

static void write_bars(const B7ReplayPage *page) {
  const B7TreatmentBar *bars;
  int32_t count = b7_course_bars(page->replay->course, &bars);
  b7_json_open_array(page->json, "bars");
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
  b7_json_close_array(page->json);
}

static void write_mark(const B7ReplayPage *page, double t_day, const char *label, const char *kind) {
  b7_json_open_object(page->json, NULL);
  b7_json_number(page->json, "t", t_day);
  b7_json_text(page->json, "label", label);
  b7_json_text(page->json, "kind", kind);
  b7_json_close_object(page->json);
}

/* recorded milestones and toxicities, and the decisions of the simulated course */
static void write_marks(const B7ReplayPage *page, const B7ReplayEvent *events, int32_t n_event) {
  const B7CourseRecord *records;
  int32_t count = b7_course_records(page->replay->course, &records);
  b7_json_open_array(page->json, "marks");
  for (int32_t i = 0; i < count; i++) {
    bool milestone = strcmp(records[i].section, "milestones") == 0 || !isnan(records[i].grade);
    if (!milestone || records[i].absent) continue;
    const char *label = isnan(records[i].grade)
                            ? records[i].label
                            : b7_arena_format(page->arena, "%s grade %g", records[i].label, records[i].grade);
    write_mark(page, records[i].t_day, label, "recorded");
  }
  for (int32_t i = 0; i < n_event; i++) {
    if (events[i].rule[0]) write_mark(page, events[i].t_day, events[i].rule, "simulated");
  }
  b7_json_close_array(page->json);
}

static void write_comparison(const B7ReplayPage *page) {
  const B7Replay *replay = page->replay;
  b7_json_open_array(page->json, "comparison");
  for (int32_t i = 0; i < replay->base.n_row; i++) {
    const B7Comparison *row = &replay->base.rows[i];
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "what", row->what);
    b7_json_text(page->json, "label", row->label);
    b7_json_text(page->json, "unit", strcmp(row->unit, "percent") == 0 ? "%" : row->unit);
    b7_json_number(page->json, "day", row->t_day);
    b7_json_number(page->json, "recorded", row->recorded);
    if (!isnan(row->below)) b7_json_number(page->json, "below", row->below);
    if (!isnan(row->above)) b7_json_number(page->json, "above", row->above);
    b7_json_number(page->json, "simulated", row->simulated);
    b7_json_number(page->json, "low", row->low);
    b7_json_number(page->json, "high", row->high);
    if (row->inside == B7_INSIDE_NOT_SIMULATED) {
      b7_json_raw(page->json, "inside", "null");
    } else {
      b7_json_bool(page->json, "inside", row->inside == B7_INSIDE_YES);
    }
    b7_json_text(page->json, "status", b7_fact_status_words[row->status]);
    b7_json_text(page->json, "flag", row->flag);
    b7_json_text(page->json, "note", row->note);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
}

static void write_events(const B7ReplayPage *page, const B7ReplayEvent *events, int32_t count) {
  b7_json_open_array(page->json, "events");
  for (int32_t i = 0; i < count; i++) {
    // planned doses stand in the timeline already
    if (!events[i].rule[0] && strncmp(events[i].what, "dose.", 5) == 0) continue;
    b7_json_open_object(page->json, NULL);
    b7_json_number(page->json, "t", events[i].t_day);
    b7_json_text(page->json, "what", events[i].what);
    if (events[i].rule[0]) b7_json_text(page->json, "rule", events[i].rule);
    b7_json_text(page->json, "kind", events[i].rule[0] ? "decision" : "planned");
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
}

static void write_verdicts(const B7ReplayPage *page, const B7Assessment *assessment, const char *source) {
  if (!assessment) return;
  const B7Verdict *rows;
  int32_t count = b7_assessment_verdicts(assessment, &rows);
  for (int32_t i = 0; i < count; i++) {
    if (rows[i].per_sample) continue;
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "endpoint", rows[i].label);
    b7_json_text(page->json, "source", source);
    b7_json_text(page->json, "grade", rows[i].grade);
    b7_json_number(page->json, "day", rows[i].t_day);
    b7_json_text(page->json, "rule", rows[i].rule);
    b7_json_text(page->json, "reason",
                 rows[i].remarks[0]
                     ? b7_arena_format(page->arena, "%s; %s", rows[i].deciding, rows[i].remarks)
                     : rows[i].deciding);
    b7_json_text(page->json, "citation", rows[i].citation);
    if (rows[i].missing[0]) b7_json_text(page->json, "missing", rows[i].missing);
    b7_json_close_object(page->json);
  }
}

static void write_arm_row(const B7ReplayPage *page, const B7Comparison *arm, const B7Comparison *base) {
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "what", b7_arena_format(page->arena, "%s, day %g", arm->label, arm->t_day));
  b7_json_text(page->json, "value",
               isnan(arm->simulated) ? "-" : b7_arena_format(page->arena, "%.3g", arm->simulated));
  if (base) b7_json_text(page->json, "base", b7_arena_format(page->arena, "%.3g", base->simulated));
  b7_json_text(page->json, "unit", arm->unit);
  b7_json_close_object(page->json);
}

/* rows that the other reading changes by more than a twentieth; the same measurement may fall on another day
 */
static void write_arm_rows(const B7ReplayPage *page, const B7ReplayRun *arm) {
  const B7ReplayRun *base = &page->replay->base;
  b7_json_open_array(page->json, "rows");
  for (int32_t i = 0; i < arm->n_row && arm->n_row == base->n_row; i++) {
    if (strcmp(arm->rows[i].what, base->rows[i].what) != 0) continue;
    double x = arm->rows[i].simulated, y = base->rows[i].simulated;
    double limit = arm->rows[i].below;
    // two values below the assay's limit are the same value
    if (!isnan(limit) && x < limit && y < limit) continue;
    if (fabs(x - y) > 0.05 * fabs(y) || isnan(x) != isnan(y))
      write_arm_row(page, &arm->rows[i], &base->rows[i]);
  }
  b7_json_close_array(page->json);
}

static void write_arms(const B7ReplayPage *page) {
  const B7Replay *replay = page->replay;
  int32_t mrd = b7_kernel_observable(replay->kernel, "marrow_mrd");
  b7_json_open_array(page->json, "arms");
  for (int32_t k = 0; k < replay->n_arm; k++) {
    const B7ReplayRun *arm = &replay->arms[k];
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "id", b7_arena_format(page->arena, "arm%d", (int)k + 1));
    b7_json_text(page->json, "label", arm->label);
    b7_json_text(page->json, "note",
                 arm->counterfactual ? "the same patient, treated otherwise"
                                     : "another reading of the publication");
    if (mrd >= 0) {
      const double *t_day;
      int32_t times = b7_result_times(arm->result, &t_day);
      b7_json_open_array(page->json, "series");
      b7_json_open_object(page->json, NULL);
      b7_json_text(page->json, "panel", "mrd");
      b7_json_text(page->json, "series", "marrow_mrd");
      b7_json_numbers(page->json, "t", t_day, times, 6);
      b7_json_numbers(page->json, "median", b7_result_values(arm->result, mrd), times, B7_PAGE_DIGITS);
      b7_json_close_object(page->json);
      b7_json_close_array(page->json);
    }
    write_arm_rows(page, arm);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
}

static void write_card(const B7ReplayPage *page, const char *label, const char *value, const char *note,
                       const char *state) {
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "label", label);
  b7_json_text(page->json, "value", value);
  if (note) b7_json_text(page->json, "note", note);
  b7_json_text(page->json, "state", state);
  b7_json_close_object(page->json);
}

static void write_cards(const B7ReplayPage *page) {
  const B7Replay *replay = page->replay;
  int32_t inside = 0, judged = 0;
  b7_json_open_array(page->json, "cards");
  for (int32_t i = 0; i < replay->base.n_row; i++) {
    judged += replay->base.rows[i].inside != B7_INSIDE_NOT_SIMULATED;
    inside += replay->base.rows[i].inside == B7_INSIDE_YES;
  }
  write_card(page,
             b7_arena_format(page->arena, "recorded values inside the %g %% interval",
                             100 * replay->options.band_level),
             b7_arena_format(page->arena, "%d of %d", (int)inside, (int)judged), NULL,
             inside == judged ? "good" : "plain");
  static const char *const chosen[] = {"crs", "neutrophil_engraftment", "platelet_engraftment",
                                       "chimerism_marrow"};
  for (size_t k = 0; k < sizeof chosen / sizeof chosen[0]; k++) {
    for (int32_t i = 0; i < replay->base.n_row; i++) {
      const B7Comparison *row = &replay->base.rows[i];
      if (strcmp(row->what, chosen[k]) != 0 || isnan(row->recorded)) continue;
      const char *unit = strcmp(row->unit, "percent") == 0 ? "%" : row->unit;
      write_card(
          page, row->label, b7_arena_format(page->arena, "%.4g %s", row->recorded, unit),
          b7_arena_format(page->arena, "simulated %.4g (%.3g to %.3g)", row->simulated, row->low, row->high),
          row->inside == B7_INSIDE_YES ? "good" : "warn");
      break;
    }
  }
  b7_json_close_array(page->json);
}

static void write_assumptions(const B7ReplayPage *page) {
  const B7Assumption *rows;
  int32_t count = b7_course_assumptions(page->replay->course, &rows);
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

/* every parameter with the value that this patient's simulation used */
static B7Status write_parameters(const B7ReplayPage *page, B7Error *error) {
  const B7Replay *replay = page->replay;
  const B7KernelTables *tables = b7_kernel_tables(replay->kernel);
  double *own = B7_ARENA_ARRAY(page->arena, double, tables->n_own);
  if (!own) return b7_fail_memory(error);
  b7_population_patient(replay->patient, 0, own);
  const double *shared = b7_population_shared(replay->patient);
  b7_json_open_array(page->json, "parameters");
  for (int32_t i = 0; i < tables->n_parameter; i++) {
    const B7KernelParameter *parameter = &tables->parameters[i];
    double value = parameter->own_index >= 0      ? own[parameter->own_index]
                   : parameter->shared_index >= 0 ? shared[parameter->shared_index]
                                                  : parameter->value;
    bool of_patient = fabs(value - parameter->value) > 1e-12 * fabs(parameter->value);
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "name", parameter->name);
    b7_json_text(page->json, "label", parameter->label);
    b7_json_number(page->json, "value", value);
    b7_json_text(page->json, "unit", parameter->unit);
    if (parameter->spread != B7_SPREAD_NONE) {
      static const char *const kinds[] = {"", "SD of ln", "SD", "SD of logit"};
      b7_json_text(page->json, "spread",
                   b7_arena_format(page->arena, "%s %.3g", kinds[parameter->spread], parameter->spread_sd));
    }
    b7_json_text(page->json, "source", parameter->source);
    b7_json_text(page->json, "status", of_patient ? "this patient" : "");
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
  return B7_OK;
}

/* one source key of a list "a; b c" */
static const char *next_key(const char **rest, B7Arena *arena) {
  const char *at = *rest + strspn(*rest, " ,;");
  size_t length = strcspn(at, " ,;");
  *rest = at + length;
  return length ? b7_arena_text(arena, at, length) : NULL;
}

static void write_reference(const B7ReplayPage *page, const B7References *references, const char *key,
                            const char **seen, size_t *n_seen, size_t limit) {
  for (size_t i = 0; i < *n_seen; i++) {
    if (strcmp(seen[i], key) == 0) return;
  }
  if (*n_seen >= limit) return;
  const char *line = b7_references_line(references, key, page->arena);
  if (!line) return;
  seen[(*n_seen)++] = key;
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "key", key);
  b7_json_text(page->json, "text", line);
  b7_json_close_object(page->json);
}

#define REFERENCES_MAX 600

/* the course, the rules behind the verdicts, the sources of the parameters */
static B7Status write_references(const B7ReplayPage *page, const char *path, B7Error *error) {
  if (!path) return B7_OK;
  B7References *references;
  B7_TRY(b7_references_load(path, &page->replay->hooks, &references, error));
  const char **seen = B7_ARENA_ARRAY(page->arena, const char *, REFERENCES_MAX);
  if (!seen) {
    b7_references_free(references);
    return b7_fail_memory(error);
  }
  size_t n_seen = 0;
  b7_json_open_array(page->json, "references");
  const char *rest = b7_course_citation(page->replay->course), *key;
  while ((key = next_key(&rest, page->arena)))
    write_reference(page, references, key, seen, &n_seen, REFERENCES_MAX);
  const B7Rule *rules;
  int32_t n_rule = page->replay->criteria ? b7_criteria_rules(page->replay->criteria, &rules) : 0;
  for (int32_t i = 0; i < n_rule; i++) {
    rest = rules[i].citation;
    while ((key = next_key(&rest, page->arena)))
      write_reference(page, references, key, seen, &n_seen, REFERENCES_MAX);
  }
  const B7KernelTables *tables = b7_kernel_tables(page->replay->kernel);
  for (int32_t i = 0; i < tables->n_parameter; i++) {
    rest = tables->parameters[i].source;
    while ((key = next_key(&rest, page->arena)))
      write_reference(page, references, key, seen, &n_seen, REFERENCES_MAX);
  }
  b7_json_close_array(page->json);
  b7_references_free(references);
  return B7_OK;
}

static void write_provenance(const B7ReplayPage *page) {
  const B7Replay *replay = page->replay;
  b7_json_open_array(page->json, "provenance");
  for (int32_t i = 0; i < replay->n_provenance; i++) {
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "name", replay->provenance[i].name);
    b7_json_text(page->json, "value", replay->provenance[i].value);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
  const B7SolverStatistics *own = b7_result_statistics(replay->base.result);
  const struct {
    const char *name;
    double value;
  } rows[] = {{"steps", (double)own->steps},
              {"rejected steps", (double)own->rejected},
              {"slope evaluations", (double)own->slopes},
              {"Jacobians", (double)own->jacobians},
              {"events", (double)own->events}};
  b7_json_open_array(page->json, "statistics");
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "name", rows[i].name);
    b7_json_number(page->json, "value", rows[i].value);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
}

static B7Status write_page(const B7ReplayPage *page, const char *bibliography_path, B7Error *error) {
  const B7Replay *replay = page->replay;
  B7Json *json = page->json;
  B7ReplayEvent *events;
  int32_t n_event = b7_replay_events(replay, page->arena, &events);
  b7_json_open_object(json, NULL);
  b7_json_text(json, "format", "bridge7-page/1");
  b7_json_text(json, "kind", "replay");
  write_meta(page);
  b7_json_text(json, "day0", b7_course_day0(replay->course));
  b7_json_numbers(json, "t", page->t_day, page->times, 6);
  b7_json_number(json, "interval_percent", 100 * replay->options.band_level);
  b7_json_open_array(json, "anchors");
  write_anchor(page, "cart", "CAR-T infusion", "CAR-T");
  write_anchor(page, "hsct", "transplant day 0", "HSCT");
  b7_json_close_array(json);
  write_phases(page);
  write_cards(page);
  b7_json_open_object(json, "timeline");
  write_bars(page);
  write_marks(page, events, n_event);
  b7_json_close_object(json);
  b7_replay_write_panels(page);
  write_arms(page);
  write_comparison(page);
  write_events(page, events, n_event);
  b7_json_open_array(json, "verdicts");
  write_verdicts(page, replay->recorded, "recorded");
  write_verdicts(page, replay->simulated, "simulated");
  b7_json_close_array(json);
  write_assumptions(page);
  B7_TRY(write_parameters(page, error));
  B7_TRY(write_references(page, bibliography_path, error));
  write_provenance(page);
  b7_json_close_object(json);
  return B7_OK;
}

B7Status b7_replay_page_json(const B7Replay *replay, const char *bibliography_path, char **text,
                             B7Error *error) {
  *text = NULL;
  B7Arena arena = b7_arena_make(&replay->hooks);
  B7Json json = b7_json_make(&replay->hooks);
  B7ReplayPage page = {.replay = replay, .json = &json, .arena = &arena};
  page.times = b7_result_times(replay->base.result, &page.t_day);
  B7Status status = write_page(&page, bibliography_path, error);
  b7_arena_free(&arena);
  if (status != B7_OK) {
    b7_text_release(&json.text);
    return status;
  }
  return b7_json_finish(&json, text, error);
}
