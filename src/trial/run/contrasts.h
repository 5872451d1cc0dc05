/* contrasts.h - arm against reference, over all patients and by subgroup: what is kept while a trial runs, and the
 * estimates at its end. */
#ifndef B7_TRIAL_RUN_CONTRASTS_H
#define B7_TRIAL_RUN_CONTRASTS_H

#include "trial/run/trial_run_parts.h"

/* Room for the counts of a run; for a block of at most `room` patients. Both in the run's arena. Errors: MEMORY,
   INPUT (a subgroup goes by what is not there). */
B7Status b7_contrasts_make(B7TrialRun *run, B7Error *error);
B7Status b7_block_make(B7TrialRun *run, int64_t room, B7TrialBlock *out, B7Error *error);
/* Begin a block: nothing is known of its patients but the groups that they belong to by their draws. */
void b7_block_begin(const B7TrialRun *run, int64_t first, int64_t count, B7TrialBlock *block);
/* Add a block once every arm is through. */
void b7_contrasts_add(B7TrialRun *run, const B7TrialBlock *block);
/* Estimates over all patients and by subgroup. Errors: MEMORY. */
B7Status b7_contrasts_summarise(B7TrialRun *run, B7Error *error);

#endif
