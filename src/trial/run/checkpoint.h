/* checkpoint.h - the state of a trial in a file, so that a run which was stopped goes on where it was, and
 * parts of a run made by several processes are joined.
 *
 * A file holds lines "name: value" that say which run it belongs to (fingerprints of everything that decides
 * the outcome; not threads or lanes, which do not), an empty line, the number of blocks done, the state, and
 * the sum of all bytes (FNV-1a 64). It is written beside its place and renamed: whole or not at all. */
#ifndef B7_TRIAL_RUN_CHECKPOINT_H
#define B7_TRIAL_RUN_CHECKPOINT_H

#include "trial/run/trial_counts.h"

typedef struct B7Checkpoint {
  B7TrialCounts counts;
  char *identity; /* lines without the part */
  const B7Hooks *hooks;
  int32_t ranks;
  size_t room;          /* of bytes */
  unsigned char *bytes; /* a file under way */
} B7Checkpoint;

/* Everything in the run's arena. block_patients: the size of a block. Errors: MEMORY, and those of reading
   the data files. */
B7Status b7_checkpoint_make(B7TrialRun *run, const char *criteria_folder, int64_t block_patients,
                            B7Checkpoint *out, B7Error *error);
/* Write the state of part `rank` after its first `blocks` blocks. Errors: FILE. */
B7Status b7_checkpoint_write(const B7Checkpoint *checkpoint, const char *path, int32_t rank, int64_t blocks,
                             B7Error *error);
/* Add the state in the file to the run's and tell how many blocks of part `rank` it holds. Errors: INPUT
   (damaged, or of another run; the run's state is then as it was), FILE, MEMORY. */
B7Status b7_checkpoint_read(const B7Checkpoint *checkpoint, const char *path, int32_t rank, int64_t *blocks,
                            B7Error *error);

#endif
