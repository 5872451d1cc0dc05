/* replay_json.c - a replay for programs: `bridge7 replay --json`. */
#include "replay/replay_parts.h"

#include <math.h>

#include "report/course_page.h"

static void write_comparison(B7Json *json, const char *key, const B7Comparison *rows, int32_t count) {
  b7_json_open_array(json, key);
  for (int32_t i = 0; i < count; i++) {
    const B7Comparison *row = &rows[i];
    b7_json_open_object(json, NULL);
    b7_json_text(json, "what", row->what);
    b7_json_number(json, "day", row->t_day);
    b7_json_number(json, "recorded", row->recorded);
    if (row->below == row->below) b7_json_number(json, "recorded_below", row->below);
    if (row->above == row->above) b7_json_number(json, "recorded_above", row->above);
    b7_json_number(json, "simulated", row->simulated);
    b7_json_number(json, "low", row->low);
    b7_json_number(json, "high", row->high);
    b7_json_text(json, "kind", b7_replay_kind_word(row->kind));
    if (row->kind == B7_COMPARES_EVENT) {
      // null beside "never": not within the simulated time
      if (isinf(row->simulated)) b7_json_bool(json, "simulated_never", true);
      if (isinf(row->low)) b7_json_bool(json, "low_never", true);
      if (isinf(row->high)) b7_json_bool(json, "high_never", true);
      b7_json_number(json, "share_by_then", row->share);
      b7_json_number(json, "after", row->after);
    }
    if (row->inside == B7_INSIDE_NOT_SIMULATED) {
      b7_json_raw(json, "inside", "null");
    } else {
      b7_json_bool(json, "inside", row->inside == B7_INSIDE_YES);
    }
    b7_json_text(json, "unit", row->unit);
    b7_json_text(json, "status", b7_fact_status_words[row->status]);
    b7_json_text(json, "flag", row->flag);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_events(B7Json *json, const B7Replay *replay, const B7ReplayEvent *events, int32_t count) {
  b7_json_open_array(json, "events");
  for (int32_t i = 0; i < count; i++) {
    char date[11];
    b7_replay_date(replay, events[i].t_day, date);
    b7_json_open_object(json, NULL);
    b7_json_number(json, "day", events[i].t_day);
    b7_json_text(json, "date", date);
    b7_json_text(json, "what", events[i].what);
    b7_json_text(json, "decided_by", events[i].rule[0] ? events[i].rule : NULL);
    b7_json_number(json, "amount", events[i].argument);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_start(B7Json *json, const B7Replay *replay) {
  b7_json_open_object(json, "start");
  b7_json_text(json, "population", replay->cohort_name[0] ? replay->cohort_name : NULL);
  b7_json_text(json, "title", replay->cohort_title[0] ? replay->cohort_title : NULL);
  b7_json_text(json, "why", replay->cohort_why[0] ? replay->cohort_why : NULL);
  b7_json_open_array(json, "values");
  for (int32_t i = 0; i < replay->n_start; i++) {
    const B7StartRow *row = &replay->start[i];
    b7_json_open_object(json, NULL);
    b7_json_text(json, "what", row->what);
    b7_json_text(json, "label", row->label);
    b7_json_text(json, "unit", row->unit);
    b7_json_text(json, "origin", b7_start_origin_word(row->origin));
    b7_json_number(json, "typical", row->typical);
    b7_json_number(json, "low", row->low);
    b7_json_number(json, "high", row->high);
    b7_json_text(json, "basis", row->basis[0] ? row->basis : NULL);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  b7_json_close_object(json);
}

/* who of the band is alive when */
static void write_band(B7Json *json, const B7Replay *replay) {
  if (!replay->band) return;
  const double *t_day;
  int32_t times = b7_result_times(replay->band, &t_day);
  b7_json_open_object(json, "band");
  b7_json_number(json, "patients", (double)replay->followed);
  b7_json_number(json, "died", (double)replay->died);
  b7_json_number(json, "horizon_day", b7_plan_horizon_day(replay->base.plan));
  b7_json_numbers(json, "day", t_day, times, 6);
  b7_json_open_array(json, "alive");
  for (int32_t t = 0; t < times; t++) b7_json_number(json, NULL, replay->alive[t]);
  b7_json_close_array(json);
  b7_json_close_object(json);
}

static void write_assumptions(B7Json *json, const B7Course *course) {
  const B7Assumption *rows;
  int32_t count = b7_course_assumptions(course, &rows);
  b7_json_open_array(json, "assumptions");
  for (int32_t i = 0; i < count; i++) {
    b7_json_open_object(json, NULL);
    b7_json_text(json, "where", rows[i].where);
    b7_json_text(json, "text", rows[i].text);
    b7_json_text(json, "status", b7_fact_status_words[rows[i].status]);
    b7_json_text(json, "flag", rows[i].flag);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

B7Status b7_replay_json(const B7Replay *replay, char **text, B7Error *error) {
  B7Arena arena = b7_arena_make(&replay->hooks);
  B7ReplayEvent *events;
  int32_t n_event = b7_replay_events(replay, &arena, &events);

  B7Json json = b7_json_make(&replay->hooks);
  b7_json_open_object(&json, NULL);
  write_comparison(&json, "comparison", replay->base.rows, replay->base.n_row);
  write_start(&json, replay);
  write_band(&json, replay);
  write_events(&json, replay, events, n_event);
  write_assumptions(&json, replay->course);
  b7_json_open_array(&json, "sensitivity");
  for (int32_t k = 0; k < replay->n_arm; k++) {
    b7_json_open_object(&json, NULL);
    b7_json_text(&json, "alternative", replay->arms[k].label);
    write_comparison(&json, "comparison", replay->arms[k].rows, replay->arms[k].n_row);
    b7_json_close_object(&json);
  }
  b7_json_close_array(&json);
  if (replay->recorded) b7_json_raw(&json, "recorded_verdicts", b7_assessment_json(replay->recorded));
  if (replay->simulated) b7_json_raw(&json, "simulated_verdicts", b7_assessment_json(replay->simulated));
  b7_json_open_object(&json, "provenance");
  for (int32_t i = 0; i < replay->n_provenance; i++) {
    b7_json_text(&json, replay->provenance[i].name, replay->provenance[i].value);
  }
  b7_json_close_object(&json);
  const B7SolverStatistics *many = b7_result_statistics(replay->band ? replay->band : replay->base.result);
  b7_json_open_object(&json, "statistics");
  b7_json_number(&json, "patients",
                 (double)b7_result_patients(replay->band ? replay->band : replay->base.result));
  b7_json_number(&json, "steps", (double)many->steps);
  b7_json_number(&json, "rejected_steps", (double)many->rejected);
  b7_json_number(&json, "failed_patients", (double)many->faults);
  b7_json_number(&json, "lanes", many->lanes);
  b7_json_text(&json, "isa", many->isa);
  b7_json_number(&json, "lane_occupancy", many->lane_occupancy);
  b7_json_number(&json, "worker_bytes", (double)many->worker_bytes);
  b7_json_close_object(&json);
  b7_json_text(&json, "notice", "Research use only; never a treatment recommendation.");
  b7_json_close_object(&json);
  return b7_json_end(&json, &arena, B7_OK, text, error);
}
