/* trial_counts.h - what a trial under way has counted, as one row of whole numbers.
 *
 * Every number adds up over blocks in any order, so parts of a trial can be kept in a file, taken up again,
 * and joined, and the sum is the same to the bit. */
#ifndef B7_TRIAL_RUN_TRIAL_COUNTS_H
#define B7_TRIAL_RUN_TRIAL_COUNTS_H

#include "trial/run/trial_run_parts.h"

typedef enum B7CountsKind {
  B7_COUNTS_INT64,
  B7_COUNTS_UINT32,
  B7_COUNTS_WIDE, /* 128 bits as low and high word */
  /* words that one patient fills and that are zero elsewhere: adding the bits copies them */
  B7_COUNTS_ONCE
} B7CountsKind;

typedef struct B7CountsItem {
  B7CountsKind kind;
  void *numbers; /* of the run */
  int64_t count;
} B7CountsItem;

typedef struct B7TrialCounts {
  B7CountsItem *items;
  int32_t n_item;
  size_t bytes; /* of all numbers */
} B7TrialCounts;

/* The list of a run's numbers, in the arena; it stays valid as long as the run. Errors: MEMORY. */
B7Status b7_trial_counts_make(B7TrialRun *run, B7Arena *arena, B7TrialCounts *out, B7Error *error);
/* Copy the numbers to bytes[counts->bytes]. */
void b7_trial_counts_save(const B7TrialCounts *counts, unsigned char *bytes);
/* Add saved numbers to those of the run. */
void b7_trial_counts_add(const B7TrialCounts *counts, const unsigned char *bytes);

#endif
