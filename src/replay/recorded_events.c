/* recorded_events.c - remission, relapse, death and last follow-up as recorded, beside the days of the virtual patients. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "replay/replay_parts.h"
#include "sim/deaths.h"

/* below so many blasts the marrow is in remission (NCCN, ELN 2022) */
#define REMISSION_BLASTS_PCT 5.0

typedef enum EventKind {
  EVENT_REMISSION,
  EVENT_MRD_NEGATIVE,
  EVENT_RELAPSE,
  EVENT_DEATH,
  EVENT_FOLLOW_UP
} EventKind;
typedef struct Event {
  const char *what; /* name of the milestone */
  EventKind kind;
  const char *label;
  bool at_visits; /* seen when the marrow is looked at: it happened since the visit before */
} Event;
static const Event events[] = {
    {"remission", EVENT_REMISSION, "remission: marrow blasts below 5 %", true},
    {"mrd_negative", EVENT_MRD_NEGATIVE, "marrow MRD below detection", true},
    {"relapse", EVENT_RELAPSE, "relapse or progression", true},
    {"death", EVENT_DEATH, "death", false},
    {"last_follow_up", EVENT_FOLLOW_UP, "alive at last follow-up", false},
};

static const Event *find_event(const B7CourseRecord *record) {
  if (strcmp(record->section, "milestones") != 0) return NULL;
  for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
    if (strcmp(events[i].what, record->what) == 0) return &events[i];
  }
  return NULL;
}

bool b7_replay_compares_event(const B7CourseRecord *record) {
  return find_event(record) != NULL;
}

/* first day on which an observable of a patient lies below a limit; INFINITY: never. Somebody who starts below it is there
   on day 0 */
static double first_below(const B7Result *result, int64_t patient, int32_t observable, double limit) {
  const double *t_day;
  const int32_t times = b7_result_times(result, &t_day);
  const double *values = b7_result_values(result, observable) + (size_t)patient * (size_t)times;
  for (int32_t t = 0; t < times; t++) {
    if (values[t] < limit) return t_day[t];
  }
  return INFINITY;
}

static double relapse_day(const B7Outcomes *outcomes, int64_t patient) {
  const int32_t *code;
  const double *t_day;
  b7_outcomes_columns(outcomes, B7_ENDPOINT_RELAPSE, &code, &t_day, NULL);
  if (code[patient] < B7_RELAPSE_YES || isnan(t_day[patient])) return INFINITY;
  return t_day[patient];
}

/* of the patient's own set: the day by which half of such patients would have died */
static double median_death_day(const B7Replay *replay, const B7Result *result) {
  const double *t_day;
  const int32_t times = b7_result_times(result, &t_day);
  int32_t hazards[B7_HAZARDS];
  if (!b7_hazards_find(b7_kernel_tables(replay->kernel), hazards)) return NAN;
  for (int32_t t = 0; t < times; t++) {
    double sum = 0;
    for (int32_t k = 0; k < B7_HAZARDS; k++) sum += b7_result_values(result, hazards[k])[t];
    if (sum >= log(2)) return t_day[t];
  }
  return INFINITY;
}

/* NaN: the model or the criteria cannot say */
static double event_day(const B7Replay *replay, EventKind kind, const B7Result *result,
                        const B7Outcomes *outcomes, int64_t patient) {
  bool band = result == replay->band;
  int32_t observable;
  switch (kind) {
  case EVENT_REMISSION:
    observable = b7_kernel_observable(replay->kernel, "marrow_blasts");
    return observable < 0 ? NAN : first_below(result, patient, observable, REMISSION_BLASTS_PCT);
  case EVENT_MRD_NEGATIVE:
    observable = b7_kernel_need(replay->kernel, B7_NEED_MARROW_MRD);
    if (observable < 0) return NAN;
    return first_below(result, patient, observable,
                       b7_kernel_tables(replay->kernel)->observables[observable].detection_low);
  case EVENT_RELAPSE:
    return outcomes ? relapse_day(outcomes, patient) : NAN;
  case EVENT_DEATH:
  case EVENT_FOLLOW_UP:
    if (!band) return median_death_day(replay, result);
    return isnan(replay->death_day[patient]) ? INFINITY : replay->death_day[patient];
  }
  return NAN;
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* quantiles of the day over the band, INFINITY where it did not happen, and how many had it by the recorded day */
static B7Status band_days(const B7Replay *replay, EventKind kind, B7Comparison *row, B7Error *error) {
  const B7Fault *faults = b7_result_faults(replay->band, NULL);
  const int64_t patients = b7_result_patients(replay->band);
  B7Arena arena = b7_arena_make(&replay->hooks);
  double *days = B7_ARENA_ARRAY(&arena, double, patients);
  if (!days) return b7_fail_memory(error);
  int64_t n = 0, by_then = 0;
  for (int64_t i = 0; i < patients; i++) {
    if (faults[i] != B7_FAULT_NONE) continue;
    double day = event_day(replay, kind, replay->band, replay->band_outcomes, i);
    if (isnan(day)) continue;
    by_then += day <= row->t_day;
    days[n++] = day;
  }
  if (n > 0) {
    qsort(days, (size_t)n, sizeof *days, compare_doubles);
    double tail = 0.5 * (1 - replay->options.band_level);
    row->low = days[(int64_t)floor(tail * (double)(n - 1))];
    row->high = days[(int64_t)ceil((1 - tail) * (double)(n - 1))];
    row->share = (double)(kind == EVENT_FOLLOW_UP ? n - by_then : by_then) / (double)n;
  }
  b7_arena_free(&arena);
  return B7_OK;
}

/* the last day before on which the marrow was looked at; NaN: none */
static double visit_before(const B7Course *course, double t_day) {
  const B7Observation *rows;
  const int32_t count = b7_course_observations(course, &rows);
  double last = NAN;
  for (int32_t i = 0; i < count; i++) {
    if (strncmp(rows[i].what, "marrow_", 7) == 0 && rows[i].t_day < t_day) last = rows[i].t_day;
  }
  return last;
}

B7Status b7_replay_compare_event(const B7Replay *replay, const B7ReplayRun *run, const B7CourseRecord *record,
                                 B7Comparison *row, B7Error *error) {
  const B7Course *course = run->course ? run->course : replay->course;
  const Event *event = find_event(record);
  const bool free_of = record->absent || event->kind == EVENT_FOLLOW_UP;
  *row = (B7Comparison){.what = record->what,
                        .label = event->label,
                        .unit = "d",
                        .t_day = free_of ? record->end_day : record->t_day,
                        .recorded = NAN,
                        .below = NAN,
                        .above = NAN,
                        .low = NAN,
                        .high = NAN,
                        .status = record->status,
                        .flag = record->flag,
                        .note = record->note,
                        .kind = B7_COMPARES_EVENT,
                        .share = NAN,
                        .after = NAN};
  if (free_of) {
    row->above = row->t_day;
  } else {
    row->recorded = row->t_day;
    if (event->at_visits) row->after = visit_before(course, row->t_day);
  }
  row->simulated = event_day(replay, event->kind, run->result, run->outcomes, 0);
  if (replay->band && run == &replay->base) return band_days(replay, event->kind, row, error);
  return B7_OK;
}
