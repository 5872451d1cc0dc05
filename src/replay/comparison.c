/* comparison.c - recorded beside simulated: every measurement, every milestone, every graded toxicity. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "replay/replay_parts.h"

/* Recorded milestones and grades, and the endpoint that says the same of a simulated patient. */
typedef enum MilestoneKind { MILESTONE_DAY_AFTER_GRAFT, MILESTONE_GRADE } MilestoneKind;
typedef struct Milestone {
  const char *what; /* name of the record */
  B7Endpoint endpoint;
  MilestoneKind kind;
  const char *label, *unit;
} Milestone;
static const Milestone milestones[] = {
    {"neutrophil_engraftment", B7_ENDPOINT_NEUTROPHILS, MILESTONE_DAY_AFTER_GRAFT, "neutrophil engraftment",
     "d after graft"},
    {"platelet_engraftment", B7_ENDPOINT_PLATELETS_20, MILESTONE_DAY_AFTER_GRAFT, "platelet engraftment",
     "d after graft"},
    {"crs", B7_ENDPOINT_CRS, MILESTONE_GRADE, "highest CRS grade", "grade"},
    {"icans", B7_ENDPOINT_ICANS, MILESTONE_GRADE, "highest ICANS grade", "grade"},
    {"agvhd", B7_ENDPOINT_AGVHD_MAGIC, MILESTONE_GRADE, "highest acute GVHD grade", "grade"},
};

static const Milestone *find_milestone(const char *what) {
  for (size_t i = 0; i < sizeof milestones / sizeof milestones[0]; i++) {
    if (strcmp(milestones[i].what, what) == 0) return &milestones[i];
  }
  return NULL;
}

/* value of a series at a time of the output grid; linear between two times */
static double value_at(const double *t_day, const double *values, int32_t count, double at_day) {
  int32_t low = 0, high = count - 1;
  if (count == 0 || at_day < t_day[0] || at_day > t_day[high]) return NAN;
  while (high - low > 1) {
    int32_t middle = (low + high) / 2;
    if (t_day[middle] <= at_day) {
      low = middle;
    } else {
      high = middle;
    }
  }
  if (fabs(t_day[low] - at_day) < 1e-9) return values[low];
  if (fabs(t_day[high] - at_day) < 1e-9) return values[high];
  double share = (at_day - t_day[low]) / (t_day[high] - t_day[low]);
  return values[low] + share * (values[high] - values[low]);
}

/* a recorded value is printed with three or four digits */
#define PRINTED_DIGITS_SLACK 1e-3

static B7Inside judge(const B7Comparison *row) {
  if (isnan(row->simulated) && isnan(row->low)) return B7_INSIDE_NOT_SIMULATED;
  // without a band the patient's own value decides bounds; a point value cannot be judged
  double low = isnan(row->low) ? row->simulated : row->low,
         high = isnan(row->high) ? row->simulated : row->high;
  if (!isnan(row->below)) return low < row->below ? B7_INSIDE_YES : B7_INSIDE_NO;
  if (!isnan(row->above)) return high > row->above ? B7_INSIDE_YES : B7_INSIDE_NO;
  // seen at a visit: it happened on any day since the visit before
  if (row->kind == B7_COMPARES_EVENT && !isnan(row->low)) {
    double first = isnan(row->after) ? row->recorded : row->after;
    return row->recorded >= low && first <= high ? B7_INSIDE_YES : B7_INSIDE_NO;
  }
  if (isnan(row->low)) return B7_INSIDE_NOT_SIMULATED;
  double slack = PRINTED_DIGITS_SLACK * fabs(row->recorded);
  return row->recorded >= low - slack && row->recorded <= high + slack ? B7_INSIDE_YES : B7_INSIDE_NO;
}

static B7Comparison compare_observation(const B7Replay *replay, const B7ReplayRun *run,
                                        const B7Observation *seen) {
  B7Comparison row = {.what = seen->what,
                      .label = seen->label,
                      .unit = seen->unit,
                      .t_day = seen->t_day,
                      .recorded = seen->value,
                      .below = seen->below,
                      .above = seen->above,
                      .simulated = NAN,
                      .low = NAN,
                      .high = NAN,
                      .status = seen->status,
                      .flag = seen->flag,
                      .note = seen->note,
                      .kind = B7_COMPARES_VALUE,
                      .share = NAN,
                      .after = NAN};
  int32_t observable = b7_kernel_observable(replay->kernel, seen->what);
  if (observable >= 0) {
    const double *t_day;
    int32_t times = b7_result_times(run->result, &t_day);
    row.simulated = value_at(t_day, b7_result_values(run->result, observable), times, seen->t_day);
    if (replay->band && run == &replay->base) {
      size_t start = (size_t)observable * (size_t)times;
      row.low = value_at(t_day, replay->band_low + start, times, seen->t_day);
      row.high = value_at(t_day, replay->band_high + start, times, seen->t_day);
    }
  }
  row.inside = judge(&row);
  return row;
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* value of a milestone for one patient of the outcomes; NaN: did not happen or cannot be said */
static double milestone_value(const Milestone *milestone, const B7Outcomes *outcomes, int64_t patient) {
  const int32_t *code;
  const double *t_day;
  b7_outcomes_columns(outcomes, milestone->endpoint, &code, &t_day, NULL);
  if (milestone->kind == MILESTONE_GRADE) return code[patient] >= 0 ? code[patient] : NAN;
  double cart_day, hsct_day;
  b7_outcomes_anchors(outcomes, patient, &cart_day, &hsct_day);
  return t_day[patient] - hsct_day;
}

/* quantiles over the band's patients in whom the milestone can be said */
static B7Status milestone_band(const B7Replay *replay, const Milestone *milestone, B7Comparison *row,
                               B7Error *error) {
  int64_t patients = b7_outcomes_patients(replay->band_outcomes);
  B7Arena arena = b7_arena_make(&replay->hooks);
  double *values = B7_ARENA_ARRAY(&arena, double, patients);
  if (!values) return b7_fail_memory(error);
  int64_t known = 0;
  for (int64_t i = 0; i < patients; i++) {
    double value = milestone_value(milestone, replay->band_outcomes, i);
    if (!isnan(value)) values[known++] = value;
  }
  if (known > 0) {
    qsort(values, (size_t)known, sizeof *values, compare_doubles);
    double tail = 0.5 * (1 - replay->options.band_level);
    row->low = values[(int64_t)floor(tail * (double)(known - 1))];
    row->high = values[(int64_t)ceil((1 - tail) * (double)(known - 1))];
  }
  b7_arena_free(&arena);
  return B7_OK;
}

static B7Status compare_record(const B7Replay *replay, const B7ReplayRun *run, const B7CourseRecord *record,
                               const Milestone *milestone, B7Comparison *row, B7Error *error) {
  const B7Course *course = run->course ? run->course : replay->course;
  *row = (B7Comparison){.what = record->what,
                        .label = milestone->label,
                        .unit = milestone->unit,
                        .t_day = record->t_day,
                        .recorded = record->absent ? 0 : record->grade,
                        .below = NAN,
                        .above = NAN,
                        .low = NAN,
                        .high = NAN,
                        .status = record->status,
                        .flag = record->flag,
                        .note = record->note,
                        .kind = milestone->kind == MILESTONE_GRADE ? B7_COMPARES_GRADE : B7_COMPARES_DAY,
                        .share = NAN,
                        .after = NAN};
  if (milestone->kind == MILESTONE_DAY_AFTER_GRAFT) {
    row->recorded = record->t_day - b7_course_anchor_day(course, "hsct");
  }
  row->simulated = milestone_value(milestone, run->outcomes, 0);
  if (replay->band_outcomes && run == &replay->base) B7_TRY(milestone_band(replay, milestone, row, error));
  row->inside = judge(row);
  return B7_OK;
}

/* by day, and by name on one day */
static int compare_rows(const void *a, const void *b) {
  const B7Comparison *x = a, *y = b;
  if (x->t_day != y->t_day) return x->t_day < y->t_day ? -1 : 1;
  return strcmp(x->what, y->what);
}

B7Status b7_replay_compare(B7Replay *replay, B7ReplayRun *run, B7Error *error) {
  const B7Course *course = run->course ? run->course : replay->course;
  const B7Observation *observations;
  const B7CourseRecord *records;
  int32_t n_observation = b7_course_observations(course, &observations);
  int32_t n_record = b7_course_records(course, &records);
  run->rows = B7_ARENA_ARRAY(&replay->arena, B7Comparison, n_observation + n_record);
  if (!run->rows) return b7_fail_memory(error);

  for (int32_t i = 0; i < n_observation; i++) {
    run->rows[run->n_row++] = compare_observation(replay, run, &observations[i]);
  }
  for (int32_t i = 0; i < n_record; i++) {
    if (!b7_replay_compares_event(&records[i])) continue;
    B7Comparison *row = &run->rows[run->n_row++];
    B7_TRY(b7_replay_compare_event(replay, run, &records[i], row, error));
    row->inside = judge(row);
  }
  for (int32_t i = 0; run->outcomes && i < n_record; i++) {
    const Milestone *milestone = find_milestone(records[i].what);
    bool graded =
        milestone && (milestone->kind != MILESTONE_GRADE || records[i].absent || !isnan(records[i].grade));
    if (!graded) continue;
    B7_TRY(compare_record(replay, run, &records[i], milestone, &run->rows[run->n_row], error));
    run->n_row++;
  }
  qsort(run->rows, (size_t)run->n_row, sizeof *run->rows, compare_rows);
  return B7_OK;
}

const char *b7_replay_kind_word(B7ComparisonKind kind) {
  static const char *const words[] = {"value", "day", "grade", "event"};
  return words[kind];
}
