#define _POSIX_C_SOURCE 200809L
#include "trial/run/shards.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/files.h"
#include "base/status.h"

#define SHORTEST_WAIT_S 0.02
#define LONGEST_WAIT_S 0.5

B7Status b7_shard_path(const char *prefix, int32_t rank, int32_t ranks, char *path, size_t size,
                       B7Error *error) {
  int length = ranks > 1 ? snprintf(path, size, "%s.%d-of-%d", prefix, rank, ranks)
                         : snprintf(path, size, "%s", prefix);
  if (length > 0 && (size_t)length + sizeof ".failed" <= size) return B7_OK;
  return b7_fail_at(error, B7_ERROR_USAGE, prefix, 0, 0, "the path is too long");
}

int64_t b7_shard_blocks(int64_t n_block, int32_t rank, int32_t ranks) {
  return (n_block - rank + ranks - 1) / ranks;
}

static bool failure_path(const B7TrialRun *run, int32_t rank, char path[4096]) {
  if (b7_shard_path(run->options.shards, rank, run->options.ranks, path, 4096, NULL) != B7_OK) return false;
  strcat(path, ".failed");
  return true;
}

void b7_shards_begin(const B7TrialRun *run) {
  char path[4096];
  if (failure_path(run, run->options.rank, path)) b7_file_drop(path);
}

void b7_shard_note_failure(const B7TrialRun *run, const B7Error *failure) {
  char path[4096], text[1200];
  b7_error_format(failure, text, sizeof text);
  // when this cannot be written either, the first rank gives up by its clock
  if (failure_path(run, run->options.rank, path)) (void)b7_file_write(path, text, strlen(text), NULL);
}

static double now_s(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static B7Status fail_as_told(const B7TrialRun *run, int32_t rank, const char *path, B7Error *error) {
  char *text;
  size_t length;
  B7_TRY(b7_file_read(path, &run->hooks, &text, &length, error));
  B7Status status =
      b7_fail(error, B7_ERROR_NUMERICAL, "rank %d of %d failed: %s", rank, run->options.ranks, text);
  b7_memory_resize(&run->hooks, text, length + 1, 0);
  b7_file_drop(path);
  return status;
}

/* one look for the file of a rank; *joined when it was added. A file of another run may still be replaced by
   the right one, so only the clock makes it an error, which is kept in `seen`. */
static B7Status look(const B7TrialRun *run, const B7Checkpoint *checkpoint, int32_t rank, int64_t n_block,
                     bool *joined, B7Error *seen, B7Error *error) {
  char path[4096];
  if (failure_path(run, rank, path) && b7_file_exists(path)) return fail_as_told(run, rank, path, error);
  B7_TRY(b7_shard_path(run->options.shards, rank, run->options.ranks, path, sizeof path, error));
  if (!b7_file_exists(path)) return B7_OK;
  int64_t blocks;
  B7Status status = b7_checkpoint_read(checkpoint, path, rank, &blocks, seen);
  if (status == B7_ERROR_INPUT) return B7_OK;
  if (status != B7_OK) {
    if (error) *error = *seen;
    return status;
  }
  if (blocks != b7_shard_blocks(n_block, rank, run->options.ranks))
    return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                      "holds %lld blocks of a part of %lld; remove it and run that rank again",
                      (long long)blocks, (long long)b7_shard_blocks(n_block, rank, run->options.ranks));
  *joined = true;
  return B7_OK;
}

static B7Status fail_late(const B7TrialRun *run, int32_t rank, const B7Error *seen, B7Error *error) {
  char path[4096];
  B7_TRY(b7_shard_path(run->options.shards, rank, run->options.ranks, path, sizeof path, error));
  if (seen->message[0])
    return b7_fail_at(error, B7_ERROR_FILE, path, 0, 0,
                      "the part of rank %d of %d did not come within %g s, and the file there %s", rank,
                      run->options.ranks, run->options.shard_wait_s, seen->message);
  return b7_fail_at(
      error, B7_ERROR_FILE, path, 0, 0,
      "the part of rank %d of %d did not come within %g s; see whether that rank still runs and "
      "writes to a folder that this one can see, or wait longer",
      rank, run->options.ranks, run->options.shard_wait_s);
}

static B7Status wait_for(const B7TrialRun *run, const B7Checkpoint *checkpoint, int32_t rank, int64_t n_block,
                         double end_s, B7Error *error) {
  B7Error seen = {.status = B7_OK};
  double pause_s = SHORTEST_WAIT_S;
  for (;;) {
    bool joined = false;
    B7_TRY(look(run, checkpoint, rank, n_block, &joined, &seen, error));
    if (joined) return B7_OK;
    if (now_s() >= end_s) return fail_late(run, rank, &seen, error);
    if (run->hooks.progress && !run->hooks.progress(run->hooks.user, 1, 1))
      return b7_fail(error, B7_ERROR_CANCELLED, "cancelled");
    struct timespec pause = {.tv_nsec = (long)(pause_s * 1e9)};
    nanosleep(&pause, NULL);
    pause_s = pause_s * 2 < LONGEST_WAIT_S ? pause_s * 2 : LONGEST_WAIT_S;
  }
}

B7Status b7_shards_join(const B7TrialRun *run, const B7Checkpoint *checkpoint, int64_t n_block,
                        B7Error *error) {
  double end_s = now_s() + run->options.shard_wait_s;
  for (int32_t rank = 1; rank < run->options.ranks; rank++)
    B7_TRY(wait_for(run, checkpoint, rank, n_block, end_s, error));
  for (int32_t rank = 1; rank < run->options.ranks; rank++) {
    char path[4096];
    if (b7_shard_path(run->options.shards, rank, run->options.ranks, path, sizeof path, NULL) == B7_OK)
      b7_file_drop(path);
  }
  return B7_OK;
}
