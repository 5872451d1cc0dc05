/* shards.h - one trial over several processes: each simulates its blocks and writes them as a file that all
 * can see; the first joins them.
 *
 * Block b belongs to rank b mod ranks. Files are named PREFIX.<rank>-of-<ranks>; a rank that fails leaves
 * PREFIX.<rank>-of-<ranks>.failed with its message instead. */
#ifndef B7_TRIAL_RUN_SHARDS_H
#define B7_TRIAL_RUN_SHARDS_H

#include "trial/run/checkpoint.h"

/* PREFIX.<rank>-of-<ranks>, or PREFIX when there is one rank. Errors: USAGE (too long). */
B7Status b7_shard_path(const char *prefix, int32_t rank, int32_t ranks, char *path, size_t size,
                       B7Error *error);
/* Before work: this rank's note of failure from an earlier attempt goes. */
void b7_shards_begin(const B7TrialRun *run);
/* The message of a rank that failed, for the first one to find. */
void b7_shard_note_failure(const B7TrialRun *run, const B7Error *failure);
/* First rank: wait for the others' files, add them, and remove them. n_block: of the whole trial. Errors:
   FILE (a part did not come in time), CANCELLED, NUMERICAL (another rank failed, with its message). */
B7Status b7_shards_join(const B7TrialRun *run, const B7Checkpoint *checkpoint, int64_t n_block,
                        B7Error *error);
/* Blocks that belong to a rank. */
int64_t b7_shard_blocks(int64_t n_block, int32_t rank, int32_t ranks);

#endif
