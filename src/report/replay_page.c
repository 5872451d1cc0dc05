/* replay_page.c - the data of the report page of a replay (docs/page_format.md). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "report/course_page.h"
#include "report/page_sources.h"
#include "report/replay_page_parts.h"

/* the decisions of the simulated course, beside what was recorded */
static void write_marks(const B7ReplayPage *page, const B7ReplayEvent *events, int32_t n_event) {
  b7_json_open_array(page->json, "marks");
  b7_course_page_marks(&page->course);
  for (int32_t i = 0; i < n_event; i++) {
    if (events[i].rule[0]) b7_course_page_mark(&page->course, events[i].t_day, events[i].rule, "simulated");
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
    b7_json_text(page->json, "unit", b7_page_unit(row->unit));
    b7_json_number(page->json, "day", row->t_day);
    b7_json_number(page->json, "recorded", row->recorded);
    if (!isnan(row->below)) b7_json_number(page->json, "below", row->below);
    if (!isnan(row->above)) b7_json_number(page->json, "above", row->above);
    b7_json_number(page->json, "simulated", row->simulated);
    b7_json_number(page->json, "low", row->low);
    b7_json_number(page->json, "high", row->high);
    b7_json_text(page->json, "kind", b7_replay_kind_word(row->kind));
    if (row->kind == B7_COMPARES_EVENT) {
      if (isinf(row->simulated)) b7_json_bool(page->json, "simulated_never", true);
      if (isinf(row->low)) b7_json_bool(page->json, "low_never", true);
      if (isinf(row->high)) b7_json_bool(page->json, "high_never", true);
      b7_json_number(page->json, "share", row->share);
      b7_json_number(page->json, "after", row->after);
    }
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

/* rows that another reading must change to be worth telling: at least so much on the logarithm, and at most
 * so many of them */
#define ARM_CHANGE_LEAST 0.1
#define ARM_ROWS_MOST 8

static double limit_of(const B7ReplayPage *page, const B7Comparison *row) {
  int32_t observable = b7_kernel_observable(page->replay->kernel, row->what);
  return observable < 0 ? NAN : b7_kernel_tables(page->replay->kernel)->observables[observable].detection_low;
}

/* what an assay would print: values below its limit are one value */
static double as_measured(const B7ReplayPage *page, const B7Comparison *row) {
  double limit = limit_of(page, row);
  return !isnan(limit) && row->simulated < limit ? limit : row->simulated;
}

static double change_of(const B7ReplayPage *page, const B7Comparison *arm, const B7Comparison *base) {
  double x = as_measured(page, arm), y = as_measured(page, base);
  if (isinf(x) && isinf(y)) return 0;
  if (isinf(x) || isinf(y)) return INFINITY;
  if (strcmp(arm->what, base->what) != 0 || (isnan(x) && isnan(y))) return 0;
  if (isnan(x) || isnan(y)) return INFINITY;
  double floor_value = 1e-3 * fmax(fabs(x), fabs(y));
  return fabs(log(fmax(x, floor_value) / fmax(y, floor_value)));
}

/* a number and, where an event never comes, the word for it */
static void write_simulated(const B7ReplayPage *page, const char *name, double value) {
  b7_json_number(page->json, name, value);
  if (isinf(value)) b7_json_bool(page->json, b7_arena_format(page->arena, "%s_never", name), true);
}

static void write_arm_row(const B7ReplayPage *page, const B7Comparison *arm, const B7Comparison *base) {
  double limit = limit_of(page, arm);
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "what", arm->label);
  b7_json_number(page->json, "day", arm->t_day);
  b7_json_text(page->json, "unit", b7_page_unit(arm->unit));
  b7_json_text(page->json, "kind", b7_replay_kind_word(arm->kind));
  if (!isnan(limit)) b7_json_number(page->json, "limit", limit);
  write_simulated(page, "value", arm->simulated);
  write_simulated(page, "base", base->simulated);
  b7_json_number(page->json, "recorded", base->recorded);
  if (!isnan(base->below)) b7_json_number(page->json, "below", base->below);
  if (!isnan(base->above)) b7_json_number(page->json, "above", base->above);
  b7_json_close_object(page->json);
}

/* the largest changes, in the order of the course; the same measurement may fall on another day */
static void write_arm_rows(const B7ReplayPage *page, const B7ReplayRun *arm) {
  const B7ReplayRun *base = &page->replay->base;
  b7_json_open_array(page->json, "rows");
  for (int32_t i = 0; i < arm->n_row && arm->n_row == base->n_row; i++) {
    double change = change_of(page, &arm->rows[i], &base->rows[i]);
    int32_t larger = 0;
    for (int32_t k = 0; k < arm->n_row; k++) {
      double other = change_of(page, &arm->rows[k], &base->rows[k]);
      larger += other > change || (other == change && k < i);
    }
    if (change > ARM_CHANGE_LEAST && larger < ARM_ROWS_MOST)
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
                 arm->counterfactual                     ? "the same patient, treated otherwise"
                 : b7_course_citation(replay->course)[0] ? "another reading of the publication"
                                                         : "another reading of the record");
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

/* the page words it */
static void write_milestone_card(const B7ReplayPage *page, const B7Comparison *row) {
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "label", row->label);
  b7_json_text(page->json, "unit", b7_page_unit(row->unit));
  b7_json_number(page->json, "recorded", row->recorded);
  b7_json_number(page->json, "simulated", row->simulated);
  b7_json_number(page->json, "low", row->low);
  b7_json_number(page->json, "high", row->high);
  b7_json_text(page->json, "state",
               row->inside == B7_INSIDE_NO    ? "warn"
               : row->inside == B7_INSIDE_YES ? "good"
                                              : "plain");
  b7_json_close_object(page->json);
}

/* people can die in a replay */
static void write_deaths_card(const B7ReplayPage *page) {
  const B7Replay *replay = page->replay;
  if (replay->followed == 0) return;
  b7_course_page_card(
      &page->course, "virtual patients who died",
      b7_arena_format(page->arena, "%lld of %lld", (long long)replay->died, (long long)replay->followed),
      b7_arena_format(page->arena, "by day %g; bands are those of the living",
                      b7_plan_horizon_day(replay->base.plan)),
      "plain");
}

static void write_cards(const B7ReplayPage *page) {
  static const char *const chosen[] = {"crs", "neutrophil_engraftment", "platelet_engraftment",
                                       "chimerism_marrow"};
  const B7Replay *replay = page->replay;
  int32_t inside = 0, judged = 0;
  for (int32_t i = 0; i < replay->base.n_row; i++) {
    judged += replay->base.rows[i].inside != B7_INSIDE_NOT_SIMULATED;
    inside += replay->base.rows[i].inside == B7_INSIDE_YES;
  }
  b7_json_open_array(page->json, "cards");
  b7_course_page_card(&page->course,
                      b7_arena_format(page->arena, "recorded values inside the %g %% interval",
                                      100 * replay->options.band_level),
                      b7_arena_format(page->arena, "%d of %d", (int)inside, (int)judged), NULL,
                      inside == judged ? "good" : "plain");
  write_deaths_card(page);
  for (size_t k = 0; k < sizeof chosen / sizeof chosen[0]; k++) {
    for (int32_t i = 0; i < replay->base.n_row; i++) {
      const B7Comparison *row = &replay->base.rows[i];
      if (strcmp(row->what, chosen[k]) != 0 || isnan(row->recorded)) continue;
      write_milestone_card(page, row);
      break;
    }
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

/* the course, the rules behind the verdicts, the sources of the parameters */
static B7Status write_references(const B7ReplayPage *page, const char *path, B7Error *error) {
  B7PageSources sources;
  B7_TRY(b7_page_sources_open(&sources, page->json, page->arena, path, error));
  b7_page_sources_add(&sources, b7_course_citation(page->replay->course));
  b7_page_sources_add_rules(&sources, page->replay->criteria);
  b7_page_sources_add_parameters(&sources, b7_kernel_tables(page->replay->kernel));
  return b7_page_sources_close(&sources, error);
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
  const B7SolverStatistics *many = replay->band ? b7_result_statistics(replay->band) : own;
  const struct {
    const char *name;
    double value;
    const char *unit;
  } rows[] = {{"steps", (double)own->steps, NULL},
              {"rejected steps", (double)own->rejected, NULL},
              {"slope evaluations", (double)own->slopes, NULL},
              {"Jacobians", (double)own->jacobians, NULL},
              {"events", (double)own->events, NULL},
              {"lanes", (double)many->lanes, NULL},
              {"share of lane steps used", 100 * many->lane_occupancy, "percent"},
              {"memory of one thread's workspace", 1e-6 * (double)many->worker_bytes, "MB"}};
  b7_json_open_array(page->json, "statistics");
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "name", rows[i].name);
    b7_json_number(page->json, "value", rows[i].value);
    if (rows[i].unit) b7_json_text(page->json, "unit", rows[i].unit);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
}

/* recorded, calibrated and drawn values at the start; those of the model's own spread are among the parameters */
static void write_start(const B7ReplayPage *page) {
  const B7Replay *replay = page->replay;
  b7_json_open_object(page->json, "start");
  b7_json_text(page->json, "population", replay->cohort_name);
  b7_json_text(page->json, "title", replay->cohort_title);
  b7_json_text(page->json, "why", replay->cohort_why);
  b7_json_open_array(page->json, "values");
  int32_t by_model = 0;
  for (int32_t i = 0; i < replay->n_start; i++) {
    const B7StartRow *row = &replay->start[i];
    by_model += row->origin == B7_START_MODEL;
    if (row->origin == B7_START_MODEL && !row->basis[0]) continue;
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "label", row->label);
    b7_json_text(page->json, "unit", b7_page_unit(row->unit));
    b7_json_text(page->json, "origin", b7_start_origin_word(row->origin));
    b7_json_number(page->json, "typical", row->typical);
    b7_json_number(page->json, "low", row->low);
    b7_json_number(page->json, "high", row->high);
    b7_json_text(page->json, "basis", row->basis);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
  b7_json_number(page->json, "drawn_by_model", by_model);
  b7_json_close_object(page->json);
}

/* who of the virtual patients is alive, at each time of the grid */
static void write_band(const B7ReplayPage *page) {
  const B7Replay *replay = page->replay;
  if (!replay->band) return;
  b7_json_open_object(page->json, "band");
  b7_json_number(page->json, "patients", (double)replay->followed);
  b7_json_number(page->json, "died", (double)replay->died);
  b7_json_open_array(page->json, "alive");
  for (int32_t t = 0; t < page->times; t++) b7_json_number(page->json, NULL, replay->alive[t]);
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
}

static B7Status write_page(const B7ReplayPage *page, const char *bibliography_path, B7Error *error) {
  const B7Replay *replay = page->replay;
  B7Json *json = page->json;
  B7ReplayEvent *events;
  int32_t n_event = b7_replay_events(replay, page->arena, &events);
  b7_json_open_object(json, NULL);
  b7_course_page_head(
      &page->course, "replay",
      b7_course_citation(replay->course)[0]
          ? "The published course replayed by the mechanistic model, beside what was recorded."
          : "The recorded course replayed by the mechanistic model, beside what was recorded.");
  b7_json_numbers(json, "t", page->t_day, page->times, 6);
  b7_json_number(json, "interval_percent", 100 * replay->options.band_level);
  write_cards(page);
  write_start(page);
  write_band(page);
  b7_json_open_object(json, "timeline");
  b7_json_open_array(json, "bars");
  b7_course_page_bars(&page->course);
  b7_json_close_array(json);
  write_marks(page, events, n_event);
  b7_json_close_object(json);
  b7_replay_write_panels(page);
  write_arms(page);
  write_comparison(page);
  write_events(page, events, n_event);
  b7_json_open_array(json, "verdicts");
  b7_course_page_verdicts(&page->course, replay->recorded, "recorded");
  b7_course_page_verdicts(&page->course, replay->simulated, "simulated");
  b7_json_close_array(json);
  b7_course_page_assumptions(&page->course);
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
  B7ReplayPage page = {.replay = replay,
                       .json = &json,
                       .arena = &arena,
                       .course = {.course = replay->course, .json = &json, .arena = &arena}};
  page.times = b7_result_times(replay->base.result, &page.t_day);
  B7Status status = write_page(&page, bibliography_path, error);
  return b7_json_end(&json, &arena, status, text, error);
}
