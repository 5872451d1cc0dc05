/* subject.h - one patient of one arm of a trial who has ended: the day of death, and what is counted. Running leg. */
#ifndef B7_TRIAL_RUN_SUBJECT_H
#define B7_TRIAL_RUN_SUBJECT_H

#include "sim/deaths.h"
#include "trial/run/trial_run_parts.h"

typedef struct B7Subject {
  B7TrialRun *run;
  B7TrialBlock *block;
  int32_t arm, fate; /* as b7_arm_fate_index */
  int64_t id;        /* virtual patient */
  const B7Result *result;
  int64_t slot;               /* place in the result */
  const B7Outcomes *outcomes; /* one row */
  double death_day;           /* NaN: lives */
  B7DeathCause death_cause;   /* of the dead */
} B7Subject;

/* Day 0 of survival endpoints in an arm, but those that have their own (b7_trial_endpoint_origin); NaN: each patient's
   transplant. */
double b7_arm_origin_day(const B7TrialRun *run, int32_t arm);
/* Day and cause of death from the result and the patient's own threshold; observables: those of the hazards. */
void b7_subject_find_death(B7Subject *subject, const int32_t observables[B7_HAZARDS]);
/* The place of the patient's row in the block's rows. */
static inline int64_t b7_subject_row(const B7Subject *subject) {
  return subject->arm * subject->run->rows.room + subject->id - subject->block->first;
}
/* Add the patient to the tallies of the arm, the marks and groups of the block, and the rows. Whole numbers are counted,
   so the order of patients leaves no trace; one thread at a time. */
void b7_subject_note(const B7Subject *subject);

#endif
