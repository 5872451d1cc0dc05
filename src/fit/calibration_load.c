/* calibration_load.c - a fit file as text (docs/calibration.md), every name and number checked before anything
 * runs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/hash.h"
#include "fit/calibration_read.h"

#define DEFAULT_PATIENTS 400
#define DEFAULT_SEED 7
#define DEFAULT_RESTARTS 4
#define DEFAULT_ROUNDS 8
#define DEFAULT_STEP_SD 0.5
#define PATIENTS_MAX 1000000
#define RESTARTS_MAX 1000

static B7Status positive_of(const B7FitReader *reader, const B7Node *mapping, const char *key, double most,
                            double *out) {
  const B7Node *node = b7_node_get(mapping, key);
  if (!node) return B7_OK;
  B7_TRY(b7_node_number(node, out, reader->error));
  if (!(*out > 0 && *out <= most))
    return b7_node_fail(node, reader->error, "'%s' is above 0 and at most %g", key, most);
  return B7_OK;
}

static B7Status whole_of(const B7FitReader *reader, const B7Node *mapping, const char *key, int64_t least,
                         int64_t most, int64_t *out) {
  const B7Node *node = b7_node_get(mapping, key);
  if (!node) return B7_OK;
  B7_TRY(b7_node_integer(node, out, reader->error));
  if (*out < least || *out > most)
    return b7_node_fail(node, reader->error, "'%s' is a whole number from %lld to %lld", key,
                        (long long)least, (long long)most);
  return B7_OK;
}

/* ---- the whole file ---- */

static B7Status read_between(const B7FitReader *reader, const B7Node *node) {
  static const char *const keys[] = {"sd", "why", NULL};
  const B7Node *sd, *why;
  if (!node) return B7_OK;
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  B7_TRY(b7_node_need(node, "sd", &sd, reader->error));
  B7_TRY(b7_node_need(node, "why", &why, reader->error));
  B7_TRY(b7_node_number(sd, &reader->out->between_studies, reader->error));
  if (!(reader->out->between_studies >= 0))
    return b7_node_fail(sd, reader->error, "the standard deviation between studies is 0 or more");
  return B7_OK;
}

static B7Status read_fit(const B7FitReader *reader, const B7Node *root) {
  static const char *const keys[] = {"fit",  "about",   "patients",        "seed", "restarts",   "rounds",
                                     "step", "studies", "between_studies", "rows", "parameters", NULL};
  B7Calibration *out = reader->out;
  B7Error *error = reader->error;
  const B7Node *fit, *parameters;
  int64_t patients = DEFAULT_PATIENTS, seed = DEFAULT_SEED, restarts = DEFAULT_RESTARTS,
          rounds = DEFAULT_ROUNDS;
  out->step_sd = DEFAULT_STEP_SD;
  B7_TRY(b7_node_only_keys(root, keys, error));
  B7_TRY(b7_node_need(root, "fit", &fit, error));
  B7_TRY(b7_node_need(root, "parameters", &parameters, error));
  B7_TRY(b7_node_text(fit, &out->name, error));
  B7_TRY(whole_of(reader, root, "patients", 2, PATIENTS_MAX, &patients));
  B7_TRY(whole_of(reader, root, "seed", 1, INT64_MAX - 1, &seed));
  B7_TRY(whole_of(reader, root, "restarts", 1, RESTARTS_MAX, &restarts));
  B7_TRY(whole_of(reader, root, "rounds", 1, 1000, &rounds));
  B7_TRY(positive_of(reader, root, "step", 2, &out->step_sd));
  B7_TRY(read_between(reader, b7_node_get(root, "between_studies")));
  out->patients = patients;
  out->seed = (uint64_t)seed;
  out->restarts = (int32_t)restarts;
  out->rounds = (int32_t)rounds;
  B7_TRY(b7_fit_read_rows(reader, b7_node_get(root, "studies"), b7_node_get(root, "rows")));
  return b7_fit_read_parameters(reader, parameters);
}

/* ---- what decides the outcome ---- */

static B7Status hash_file(const B7FitReader *reader, const char *path, uint64_t *hash) {
  char *bytes;
  size_t length;
  const B7Hooks *hooks = &reader->out->arena.hooks;
  B7_TRY(b7_file_read(path, hooks, &bytes, &length, reader->error));
  *hash = b7_hash_bytes(*hash, bytes, length);
  b7_memory_resize(hooks, bytes, length + 1, 0);
  return B7_OK;
}

static B7Status hash_folder(const B7FitReader *reader, const char *folder, uint64_t *hash) {
  char **paths;
  int32_t count;
  B7_TRY(b7_file_list(folder, ".yaml", &reader->out->arena, &paths, &count, reader->error));
  for (int32_t i = 0; i < count; i++) B7_TRY(hash_file(reader, paths[i], hash));
  return B7_OK;
}

static B7Status make_fingerprint(const B7FitReader *reader) {
  B7Calibration *out = reader->out;
  const B7CalibrationFiles *files = &out->files;
  const char *model_hash = b7_kernel_tables(out->kernel)->model_hash;
  const char *populations = b7_arena_format(&out->arena, "%s/populations", files->data_folder),
             *policies = b7_arena_format(&out->arena, "%s/policies", files->data_folder);
  if (!populations || !policies) return b7_fail_memory(reader->error);
  uint64_t hash = b7_hash_bytes(B7_HASH_START, model_hash, strlen(model_hash));
  B7_TRY(hash_file(reader, out->path, &hash));
  B7_TRY(hash_file(reader, files->studies, &hash));
  B7_TRY(hash_folder(reader, files->data_folder, &hash));
  B7_TRY(hash_folder(reader, populations, &hash));
  B7_TRY(hash_folder(reader, policies, &hash));
  B7_TRY(hash_folder(reader, files->criteria_folder, &hash));
  b7_hash_format(hash, out->fingerprint);
  return B7_OK;
}

static B7Status keep_path(const B7FitReader *reader, const char **path) {
  *path = b7_arena_text(&reader->out->arena, *path, strlen(*path));
  return *path ? B7_OK : b7_fail_memory(reader->error);
}

static B7Status load(const B7FitReader *reader, const B7Hooks *hooks) {
  B7Calibration *out = reader->out;
  const B7Node *root;
  B7_TRY(keep_path(reader, &out->path));
  B7_TRY(keep_path(reader, &out->files.model_folder));
  B7_TRY(keep_path(reader, &out->files.data_folder));
  B7_TRY(keep_path(reader, &out->files.criteria_folder));
  B7_TRY(keep_path(reader, &out->files.studies));
  B7_TRY(b7_calibration_document(out, out->path, &root, reader->error));
  B7_TRY(b7_studies_load(out->files.studies, out->files.data_folder, hooks, &out->studies, reader->error));
  B7_TRY(read_fit(reader, root));
  B7_TRY(b7_calibration_find_arms(out, reader->error));
  return make_fingerprint(reader);
}

B7Status b7_calibration_load(const char *path, const B7CalibrationFiles *files, const B7Kernel *kernel,
                             const B7Hooks *hooks, B7Calibration **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7Arena arena = b7_arena_make(hooks);
  B7Calibration *calibration = B7_ARENA_ARRAY(&arena, B7Calibration, 1);
  if (!calibration) return b7_fail_memory(error);
  calibration->arena = arena;
  calibration->kernel = kernel;
  calibration->path = path;
  calibration->files = *files;
  const B7FitReader reader = {.out = calibration, .error = error};
  B7Status status = load(&reader, hooks);
  if (status != B7_OK) {
    b7_calibration_free(calibration);
    return status;
  }
  *out = calibration;
  return B7_OK;
}

void b7_calibration_free(B7Calibration *calibration) {
  if (!calibration) return;
  for (int32_t i = 0; i < calibration->n_document; i++) b7_document_free(calibration->documents[i]);
  b7_studies_free(calibration->studies);
  B7Arena arena = calibration->arena;
  b7_arena_free(&arena);
}
