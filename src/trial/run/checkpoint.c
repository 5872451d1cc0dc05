#include "trial/run/checkpoint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/status.h"

#define FIRST_LINE "bridge7 trial state 3\n"
#define PART_ROOM 64

/* ---- which run ---- */

typedef struct Identity {
  const B7TrialRun *run;
  B7Text text;
  B7Error *error;
} Identity;

static B7Status add_bytes(const Identity *identity, const char *path, uint64_t *hash) {
  char *bytes;
  size_t length;
  B7_TRY(b7_file_read(path, &identity->run->hooks, &bytes, &length, identity->error));
  *hash = b7_hash_bytes(*hash, bytes, length + 1);
  b7_memory_resize(&identity->run->hooks, bytes, length + 1, 0);
  return B7_OK;
}

static void add_hash(Identity *identity, const char *name, uint64_t hash) {
  char digits[17];
  b7_hash_format(hash, digits);
  b7_text_append(&identity->text, "%s: %s\n", name, digits);
}

static B7Status add_file(Identity *identity, const char *name, const char *folder, const char *file) {
  char path[4608];
  uint64_t hash = B7_HASH_START;
  snprintf(path, sizeof path, "%s/%.256s.yaml", folder, file);
  B7_TRY(add_bytes(identity, path, &hash));
  add_hash(identity, name, hash);
  return B7_OK;
}

/* one fingerprint over all files, in order of their names */
static B7Status add_folder(Identity *identity, const char *name, const char *folder) {
  B7Arena arena = b7_arena_make(&identity->run->hooks);
  char **files;
  int32_t count;
  uint64_t hash = B7_HASH_START;
  B7Status status = b7_file_list(folder, ".yaml", &arena, &files, &count, identity->error);
  for (int32_t i = 0; status == B7_OK && i < count; i++) status = add_bytes(identity, files[i], &hash);
  b7_arena_free(&arena);
  if (status == B7_OK) add_hash(identity, name, hash);
  return status;
}

static B7Status add_data(Identity *identity, const char *criteria_folder) {
  static const char *const files[] = {"products", "regimens", "drugs", "quantities", "costs"};
  const B7Trial *trial = identity->run->trial;
  char folder[4096];
  snprintf(folder, sizeof folder, "%s/populations", trial->data_folder);
  B7_TRY(add_file(identity, "population", folder, trial->population));
  snprintf(folder, sizeof folder, "%s/policies", trial->data_folder);
  B7_TRY(add_folder(identity, "policies", folder));
  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
    B7_TRY(add_file(identity, files[i], trial->data_folder, files[i]));
  return add_folder(identity, "criteria", criteria_folder);
}

static uint64_t settings_hash(const B7Trial *trial) {
  uint64_t hash = B7_HASH_START;
  for (int32_t i = 0; i < trial->settings.count; i++) {
    const B7ParameterSetting *setting = &trial->settings.rows[i];
    hash = b7_hash_bytes(hash, setting->name, strlen(setting->name) + 1);
    hash = b7_hash_bytes(hash, &setting->value, sizeof setting->value);
    hash = b7_hash_bytes(hash, &setting->spread_sd, sizeof setting->spread_sd);
  }
  return hash;
}

static void add_numbers(Identity *identity, int64_t block_patients) {
  const B7TrialRun *run = identity->run;
  const B7SimulateOptions *options = &run->simulate;
  b7_text_append(&identity->text,
                 "patients: %" PRId64 "\nseed: %" PRIu64 "\nblock: %" PRId64 "\nsolver: %s\n"
                 "tolerance: %.17g\nmax steps: %" PRId64 "\nextinction: %s\n",
                 run->patients, run->seed, block_patients, run->work.solver, options->relative_tolerance,
                 options->max_steps, options->extinction ? "yes" : "no");
}

B7Status b7_checkpoint_make(B7TrialRun *run, const char *criteria_folder, int64_t block_patients,
                            B7Checkpoint *out, B7Error *error) {
  *out = (B7Checkpoint){.hooks = &run->hooks, .ranks = run->options.ranks};
  Identity identity = {.run = run, .text = b7_text_make(&run->hooks), .error = error};
  b7_text_append(&identity.text, FIRST_LINE "version: %s\nmodel: %s\n", b7_version(),
                 b7_kernel_tables(run->kernel)->model_hash);
  add_hash(&identity, "trial", run->trial->text_hash);
  add_hash(&identity, "settings", settings_hash(run->trial));
  B7Status status = add_data(&identity, criteria_folder);
  add_numbers(&identity, block_patients);
  if (status == B7_OK) status = b7_trial_counts_make(run, &run->arena, &out->counts, error);
  if (status == B7_OK && !identity.text.failed) {
    out->identity = b7_arena_text(&run->arena, identity.text.bytes, identity.text.length);
    out->room = identity.text.length + PART_ROOM + out->counts.bytes + 2 * sizeof(uint64_t);
    out->bytes = B7_ARENA_ARRAY(&run->arena, unsigned char, out->room);
  }
  b7_text_release(&identity.text);
  if (status == B7_OK && (!out->identity || !out->bytes)) status = b7_fail_memory(error);
  return status;
}

/* the lines before the state; returns their length */
static size_t head(const B7Checkpoint *checkpoint, int32_t rank) {
  return (size_t)snprintf((char *)checkpoint->bytes, checkpoint->room, "%spart: %d of %d\n\n",
                          checkpoint->identity, rank, checkpoint->ranks);
}

/* ---- out and in ---- */

B7Status b7_checkpoint_write(const B7Checkpoint *checkpoint, const char *path, int32_t rank, int64_t blocks,
                             B7Error *error) {
  size_t length = head(checkpoint, rank);
  memcpy(checkpoint->bytes + length, &blocks, sizeof blocks);
  length += sizeof blocks;
  b7_trial_counts_save(&checkpoint->counts, checkpoint->bytes + length);
  length += checkpoint->counts.bytes;
  uint64_t sum = b7_hash_bytes(B7_HASH_START, checkpoint->bytes, length);
  memcpy(checkpoint->bytes + length, &sum, sizeof sum);
  return b7_file_write(path, checkpoint->bytes, length + sizeof sum, error);
}

/* the first line in which two heads differ */
static B7Status fail_other(const char *path, const char *theirs, const char *ours, B7Error *error) {
  size_t line = 0;
  for (size_t i = 0; ours[i] && ours[i] == theirs[i]; i++) {
    if (ours[i] == '\n') line = i + 1;
  }
  const char *colon = strchr(ours + line, ':');
  int name = colon ? (int)(colon - ours - (ptrdiff_t)line) : 0, their_end = (int)strcspn(theirs + line, "\n"),
      our_end = (int)strcspn(ours + line, "\n");
  if (name == 0 || strncmp(theirs + line, ours + line, (size_t)name + 1) != 0)
    return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                      "was written by another version of bridge7; remove it and start without --resume");
  return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                    "belongs to another run: there '%.*s', here '%.*s'; give the run that it belongs to, "
                    "or another name for the checkpoint",
                    their_end, theirs + line, our_end, ours + line);
}

static B7Status check(const B7Checkpoint *checkpoint, const char *path, int32_t rank, const char *bytes,
                      size_t length, size_t *start, B7Error *error) {
  size_t first = strlen(FIRST_LINE);
  if (length < first || memcmp(bytes, FIRST_LINE, first) != 0)
    return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                      "is not the state of a trial; give another name for the checkpoint");
  uint64_t sum;
  bool whole = length > first + sizeof sum;
  if (whole) {
    memcpy(&sum, bytes + length - sizeof sum, sizeof sum);
    whole = sum == b7_hash_bytes(B7_HASH_START, bytes, length - sizeof sum);
  }
  if (!whole)
    return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                      "is damaged: its bytes do not give the sum at its end; remove it and start without "
                      "--resume");
  *start = head(checkpoint, rank);
  const char *ours = (const char *)checkpoint->bytes;
  if (length < *start || memcmp(bytes, ours, *start) != 0) return fail_other(path, bytes, ours, error);
  if (length != *start + 2 * sizeof(uint64_t) + checkpoint->counts.bytes)
    return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                      "was written by another build of bridge7; remove it and start without --resume");
  return B7_OK;
}

B7Status b7_checkpoint_read(const B7Checkpoint *checkpoint, const char *path, int32_t rank, int64_t *blocks,
                            B7Error *error) {
  *blocks = 0;
  char *bytes;
  size_t length, start = 0;
  B7_TRY(b7_file_read_large(path, checkpoint->hooks, &bytes, &length, error));
  B7Status status = check(checkpoint, path, rank, bytes, length, &start, error);
  if (status == B7_OK) {
    memcpy(blocks, bytes + start, sizeof *blocks);
    b7_trial_counts_add(&checkpoint->counts, (const unsigned char *)bytes + start + sizeof *blocks);
  }
  b7_memory_resize(checkpoint->hooks, bytes, length + 1, 0);
  return status;
}
