/* replay_parts.h - what a replay keeps, for the files that write it out. */
#ifndef B7_REPLAY_REPLAY_PARTS_H
#define B7_REPLAY_REPLAY_PARTS_H

#include "base/json.h"
#include "base/memory.h"
#include "bridge7_replay.h"

/* One simulation of the patient's own parameter set under one reading of the course. */
typedef struct B7ReplayRun {
  const char *label;   /* of the arm; NULL for the base case */
  bool counterfactual; /* treated otherwise, so not another reading of the record */
  B7Course *course;    /* owned by arms of alternatives; NULL otherwise */
  B7Plan *plan;
  B7Result *result;
  B7Outcomes *outcomes; /* Nullable */
  B7Comparison *rows;
  int32_t n_row;
} B7ReplayRun;

struct B7Replay {
  B7Arena arena;
  B7Hooks hooks;
  B7ReplayOptions options;
  B7SimulateOptions simulate; /* what the options point to */
  const B7Course *course;
  const B7Kernel *kernel;
  B7Population *patient, *population;                  /* the patient's own set; those around it */
  const char *cohort_name, *cohort_title, *cohort_why; /* "": the spreads of the model alone */
  B7StartRow *start;
  int32_t n_start;
  B7Criteria *criteria;
  B7Assessment *recorded, *simulated;
  B7ReplayRun base;
  B7Result *band;
  B7Outcomes *band_outcomes;
  double *band_low, *band_median, *band_high; /* [n_observable][n_times], over those alive */
  double *death_day;                          /* [band] NaN: alive at the end */
  int32_t *alive;                             /* [n_times] of the band */
  int64_t followed, died;                     /* of the band: without a fault; of them dead at the end */
  B7ReplayRun *arms;
  int32_t n_arm;
  B7Provenance *provenance;
  int32_t n_provenance;
};

/* The patient and the band: what is recorded, what is calibrated, what is drawn (starting_point.c). */
B7Status b7_replay_populations(B7Replay *replay, B7Error *error);
/* Who of the band died, and when (mortality.c). */
B7Status b7_replay_count_deaths(B7Replay *replay, B7Error *error);
/* Whether a record is an event that a day is compared for; then the row, but for the verdict (recorded_events.c). */
bool b7_replay_compares_event(const B7CourseRecord *record);
B7Status b7_replay_compare_event(const B7Replay *replay, const B7ReplayRun *run, const B7CourseRecord *record,
                                 B7Comparison *row, B7Error *error);
/* B7ComparisonKind in a word. */
const char *b7_replay_kind_word(B7ComparisonKind kind);
/* Fill the comparison of a run (comparison.c). */
B7Status b7_replay_compare(B7Replay *replay, B7ReplayRun *run, B7Error *error);
/* What happened in the typical patient, in words: planned events by their name, decided ones by the rule. */
typedef struct B7ReplayEvent {
  double t_day;
  const char *what; /* "dose.busulfan" or a remark */
  const char *rule; /* "" when planned */
  double argument;
} B7ReplayEvent;
int32_t b7_replay_events(const B7Replay *replay, B7Arena *arena, B7ReplayEvent **rows);
/* Date of a course day, "2025-04-07", into text[11]. */
void b7_replay_date(const B7Replay *replay, double t_day, char text[11]);

#endif
