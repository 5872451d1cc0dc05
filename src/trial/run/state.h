/* state.h - what a trial under way has counted, as one row of whole numbers.
 *
 * Every number adds up over blocks in any order, so parts of a trial can be kept in a file, taken up again,
 * and joined, and the sum is the same to the bit. */
#ifndef B7_TRIAL_RUN_STATE_H
#define B7_TRIAL_RUN_STATE_H

#include "trial/run/trial_run.h"

typedef enum B7StateKind {
  B7_STATE_INT64,
  B7_STATE_UINT32,
  B7_STATE_WIDE, /* 128 bits as low and high word */
  /* words that one patient fills and that are zero elsewhere: adding the bits copies them */
  B7_STATE_ONCE
} B7StateKind;

typedef struct B7StateItem {
  B7StateKind kind;
  void *numbers; /* of the run */
  int64_t count;
} B7StateItem;

typedef struct B7TrialState {
  B7StateItem *items;
  int32_t n_item;
  size_t bytes; /* of all numbers */
} B7TrialState;

/* The list of a run's numbers, in the arena; it stays valid as long as the run. Errors: MEMORY. */
B7Status b7_trial_state_make(B7TrialRun *run, B7Arena *arena, B7TrialState *out, B7Error *error);
/* Copy the numbers to bytes[state->bytes]. */
void b7_trial_state_save(const B7TrialState *state, unsigned char *bytes);
/* Add saved numbers to those of the run. */
void b7_trial_state_add(const B7TrialState *state, const unsigned char *bytes);

#endif
