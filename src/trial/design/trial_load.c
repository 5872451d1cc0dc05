/* trial_load.c - trials as text (docs/trial_format.md), every name checked before anything runs. */
#include <math.h>
#include <string.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/status.h"
#include "trial/design/arm_read.h"

#define PATIENTS_DEFAULT 1000
#define SEED_DEFAULT 7
#define PATIENTS_MAX 100000000

typedef struct TrialReader {
  B7Trial *trial;
  B7ArmReader arms;
  B7Error *error;
} TrialReader;

static bool known(const char *const *names, const char *name) {
  for (; *names; names++) {
    if (strcmp(*names, name) == 0) return true;
  }
  return false;
}

/* ---- arms ---- */

static B7Status read_arms(TrialReader *reader, const B7Node *node) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'arms'", reader->error));
  if (node->count < 1) return b7_node_fail(node, reader->error, "a trial has at least one arm");
  if (node->count > B7_TRIAL_ARMS_MAX)
    return b7_node_fail(node, reader->error, "at most %d arms", B7_TRIAL_ARMS_MAX);
  for (int32_t i = 0; i < node->count; i++) {
    B7TrialArm arm;
    B7_TRY(b7_node_expect(node->items[i], B7_NODE_MAPPING, "an arm", reader->error));
    reader->arms.n_other = reader->trial->n_arm;
    B7_TRY(b7_arm_read(&reader->arms, node->items[i], NULL, &arm));
    reader->trial->arms[reader->trial->n_arm++] = arm;
  }
  return B7_OK;
}

static B7Status read_endpoint(const TrialReader *reader, const B7Node *node, B7Endpoint *out) {
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "an endpoint", reader->error));
  *out = b7_endpoint_find(node->text);
  if (*out != B7_ENDPOINT_COUNT) return B7_OK;
  const char *names[B7_ENDPOINT_COUNT + 1] = {NULL};
  for (int i = 0; i < B7_ENDPOINT_COUNT; i++) names[i] = b7_endpoint_name((B7Endpoint)i);
  return b7_node_unknown(node, "endpoint", node->text, names, NULL, reader->error);
}

/* endpoints that only a graft has need an arm with one */
static B7Status need_graft(const TrialReader *reader, const B7Node *node, B7Endpoint endpoint) {
  for (int32_t i = 0; i < reader->trial->n_arm; i++) {
    if (reader->trial->arms[i].transplant.when != B7_TRANSPLANT_NEVER) return B7_OK;
  }
  if (b7_endpoint_row(endpoint)->needs != B7_NEEDS_GRAFT) return B7_OK;
  return b7_node_fail(node, reader->error, "endpoint '%s' needs a transplant, and no arm has one",
                      node->text);
}

static B7Status read_endpoints(const TrialReader *reader, const B7Node *node) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'endpoints'", reader->error));
  if (node->count > B7_TRIAL_ENDPOINTS_MAX)
    return b7_node_fail(node, reader->error, "at most %d endpoints", B7_TRIAL_ENDPOINTS_MAX);
  for (int32_t i = 0; i < node->count; i++) {
    B7Endpoint endpoint;
    B7_TRY(read_endpoint(reader, node->items[i], &endpoint));
    B7_TRY(need_graft(reader, node->items[i], endpoint));
    for (int32_t k = 0; k < reader->trial->n_endpoint; k++) {
      if (reader->trial->endpoints[k] == endpoint)
        return b7_node_fail(node->items[i], reader->error, "endpoint '%s' stands already above",
                            node->items[i]->text);
    }
    reader->trial->endpoints[reader->trial->n_endpoint++] = endpoint;
  }
  return B7_OK;
}

/* ratios are of times to an event; those of one cause where causes compete */
static B7Status check_kind(const TrialReader *reader, const B7Node *node, const B7Estimand *estimand) {
  bool timed = b7_endpoint_timed(estimand->endpoint), competes = b7_endpoint_competes(estimand->endpoint);
  bool timed_kind = estimand->kind != B7_ESTIMAND_DIFFERENCE;
  bool of_cause =
      estimand->kind == B7_ESTIMAND_CAUSE_SPECIFIC || estimand->kind == B7_ESTIMAND_SUBDISTRIBUTION;
  if (timed_kind && !timed)
    return b7_node_fail(node, reader->error, "'%s' has no time to an event; ask for its difference",
                        node->text);
  if (estimand->kind == B7_ESTIMAND_HAZARD_RATIO && competes)
    return b7_node_fail(node, reader->error,
                        "'%s' competes with another event; ask for its cause_specific_hazard_ratio or its "
                        "subdistribution_hazard_ratio",
                        node->text);
  if (of_cause && !competes)
    return b7_node_fail(node, reader->error, "nothing competes with '%s'; ask for its hazard_ratio",
                        node->text);
  return B7_OK;
}

static B7Status read_estimand(const TrialReader *reader, const B7Node *node, B7Estimand *out) {
  static const char *const keys[] = {
#define ESTIMAND_KEY(id, key, words) key,
      B7_ESTIMAND_LIST(ESTIMAND_KEY)
#undef ESTIMAND_KEY
          "at",
      "to", "against", NULL};
  B7Error *error = reader->error;
  B7_TRY(b7_node_only_keys(node, keys, error));
  const B7Node *endpoint = NULL;
  for (int kind = 0; kind < B7_ESTIMANDS; kind++) {
    const B7Node *found = b7_node_get(node, keys[kind]);
    if (!found) continue;
    if (endpoint)
      return b7_node_fail(found, error, "one estimand a row: difference, restricted_mean or a hazard ratio");
    endpoint = found;
    out->kind = (B7EstimandKind)kind;
  }
  if (!endpoint)
    return b7_node_fail(node, error,
                        "an estimand is a difference, a restricted_mean, a hazard_ratio, a "
                        "cause_specific_hazard_ratio or a subdistribution_hazard_ratio of an endpoint");
  B7_TRY(read_endpoint(reader, endpoint, &out->endpoint));
  bool asked = false;
  for (int32_t i = 0; i < reader->trial->n_endpoint; i++)
    asked = asked || reader->trial->endpoints[i] == out->endpoint;
  if (!asked)
    return b7_node_fail(endpoint, error, "'%s' is not among the endpoints of this trial; add it there",
                        endpoint->text);
  B7_TRY(check_kind(reader, endpoint, out));
  const B7Node *at = b7_node_get(node, "at") ? b7_node_get(node, "at") : b7_node_get(node, "to");
  out->at_day = reader->trial->horizon_day;
  if (at) B7_TRY(b7_days_read(at, "the day of an estimand", &out->at_day, error));
  if (out->at_day > reader->trial->horizon_day)
    return b7_node_fail(at, error, "day %g lies beyond the horizon of %g d", out->at_day,
                        reader->trial->horizon_day);
  const B7Node *against = b7_node_get(node, "against");
  if (!against) return B7_OK;
  B7_TRY(b7_node_expect(against, B7_NODE_SCALAR, "'against'", error));
  const char *names[B7_TRIAL_ARMS_MAX + 1] = {NULL};
  for (int32_t i = 0; i < reader->trial->n_arm; i++) {
    names[i] = reader->trial->arms[i].name;
    if (strcmp(names[i], against->text) != 0) continue;
    out->against = i;
    return B7_OK;
  }
  return b7_node_unknown(against, "arm", against->text, names, NULL, error);
}

static B7Status read_estimands(const TrialReader *reader, const B7Node *node) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'estimands'", reader->error));
  if (node->count > B7_TRIAL_ESTIMANDS_MAX)
    return b7_node_fail(node, reader->error, "at most %d estimands", B7_TRIAL_ESTIMANDS_MAX);
  for (int32_t i = 0; i < node->count; i++) {
    B7Estimand estimand = {0};
    B7_TRY(read_estimand(reader, node->items[i], &estimand));
    reader->trial->estimands[reader->trial->n_estimand++] = estimand;
  }
  return B7_OK;
}

static B7Status read_draws(const TrialReader *reader, const B7Node *node) {
  static const char *const names[] = {"random", "sobol", NULL};
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "'draws'", reader->error));
  if (!known(names, node->text))
    return b7_node_unknown(node, "kind of draws", node->text, names, NULL, reader->error);
  reader->trial->sobol = strcmp(node->text, "sobol") == 0;
  return B7_OK;
}

static B7Status read_population(const TrialReader *reader, const B7Node *node) {
  static const char *const keys[] = {"from", "patients", "seed", "draws", "set", NULL};
  B7Trial *trial = reader->trial;
  const B7Node *from, *patients = b7_node_get(node, "patients"), *seed = b7_node_get(node, "seed"),
                      *set = b7_node_get(node, "set");
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  B7_TRY(b7_node_need(node, "from", &from, reader->error));
  B7_TRY(b7_data_name_read(&reader->arms, from, "populations", "population", &trial->population));
  if (patients) {
    B7_TRY(b7_node_integer(patients, &trial->patients, reader->error));
    if (trial->patients < 2 || trial->patients > PATIENTS_MAX)
      return b7_node_fail(patients, reader->error, "'patients' lies between 2 and %d", PATIENTS_MAX);
  }
  if (seed) {
    int64_t number;
    B7_TRY(b7_node_integer(seed, &number, reader->error));
    if (number < 0) return b7_node_fail(seed, reader->error, "a seed is 0 or more");
    trial->seed = (uint64_t)number;
  }
  B7_TRY(read_draws(reader, b7_node_get(node, "draws")));
  return b7_settings_read(&reader->arms, set, &trial->settings);
}

static B7Status read_analysis(const TrialReader *reader, const B7Node *node) {
  static const char *const names[] = {"intention_to_treat", "as_infused", NULL};
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "'analysis'", reader->error));
  if (!known(names, node->text))
    return b7_node_unknown(node, "analysis", node->text, names, NULL, reader->error);
  reader->trial->intention_to_treat = strcmp(node->text, names[0]) == 0;
  return B7_OK;
}

static B7Status read_trial(TrialReader *reader, const B7Node *root) {
  static const char *const keys[] = {"trial",    "question", "about",     "population", "horizon",
                                     "policy",   "arms",     "endpoints", "estimands",  "subgroups",
                                     "analysis", "origin",   NULL};
  B7Trial *trial = reader->trial;
  B7Error *error = reader->error;
  const B7Node *question, *population, *horizon, *arms, *endpoints;
  B7_TRY(b7_node_only_keys(root, keys, error));
  B7_TRY(b7_node_need(root, "question", &question, error));
  B7_TRY(b7_node_need(root, "population", &population, error));
  B7_TRY(b7_node_need(root, "horizon", &horizon, error));
  B7_TRY(b7_node_need(root, "arms", &arms, error));
  B7_TRY(b7_node_need(root, "endpoints", &endpoints, error));
  B7_TRY(b7_node_text(question, &trial->question, error));
  B7_TRY(read_population(reader, population));
  B7_TRY(b7_horizon_read(horizon, &trial->horizon_day, error));
  const B7Node *policy = b7_node_get(root, "policy");
  if (policy) B7_TRY(b7_data_name_read(&reader->arms, policy, "policies", "policy", &trial->policy));
  B7_TRY(read_analysis(reader, b7_node_get(root, "analysis")));
  B7_TRY(b7_origin_read(b7_node_get(root, "origin"), &trial->origin, error));
  B7_TRY(read_arms(reader, arms));
  B7_TRY(read_endpoints(reader, endpoints));
  const B7Node *estimands = b7_node_get(root, "estimands"), *subgroups = b7_node_get(root, "subgroups");
  if (estimands) B7_TRY(read_estimands(reader, estimands));
  if (subgroups) B7_TRY(b7_subgroups_read(trial, subgroups, error));
  return b7_trial_check(trial, endpoints, estimands, error);
}

static const char *base_name(B7Arena *arena, const char *path) {
  const char *slash = strrchr(path, '/'), *start = slash ? slash + 1 : path, *dot = strrchr(start, '.');
  return b7_arena_text(arena, start, dot ? (size_t)(dot - start) : strlen(start));
}

B7Status b7_trial_begin(const char *name, const char *data_folder, const B7Catalogue *catalogue,
                        const B7Hooks *hooks, B7Trial **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Trial *trial = B7_ARENA_ARRAY(&arena, B7Trial, 1);
  if (!trial) return b7_fail_memory(error);
  trial->path = b7_arena_text(&arena, name, strlen(name));
  trial->data_folder = b7_arena_text(&arena, data_folder, strlen(data_folder));
  trial->name = base_name(&arena, name);
  trial->arena = arena;
  trial->catalogue = catalogue;
  trial->patients = PATIENTS_DEFAULT;
  trial->seed = SEED_DEFAULT;
  trial->intention_to_treat = true;
  B7Status status = trial->path && trial->data_folder && trial->name ? B7_OK : b7_fail_memory(error);
  if (status == B7_OK && !catalogue) {
    status = b7_catalogue_load(data_folder, true, hooks, &trial->own_catalogue, error);
    trial->catalogue = trial->own_catalogue;
  }
  if (status != B7_OK) {
    b7_trial_free(trial);
    return status;
  }
  *out = trial;
  return B7_OK;
}

B7Status b7_trial_parse_with(const char *text, size_t length, const char *path, const char *data_folder,
                             const B7Catalogue *catalogue, const B7Hooks *hooks, B7Trial **out,
                             B7Error *error) {
  B7Trial *trial;
  *out = NULL;
  b7_error_clear(error);
  B7_TRY(b7_trial_begin(path, data_folder, catalogue, hooks, &trial, error));
  trial->text_hash = b7_hash_bytes(B7_HASH_START, text, length);
  TrialReader reader = {.trial = trial,
                        .arms = {.catalogue = trial->catalogue,
                                 .data_folder = trial->data_folder,
                                 .arena = &trial->arena,
                                 .others = trial->arms,
                                 .error = error},
                        .error = error};
  B7Status status = b7_document_parse(text, length, path, hooks, &trial->document, error);
  if (status == B7_OK) status = read_trial(&reader, b7_document_root(trial->document));
  if (status != B7_OK) {
    b7_trial_free(trial);
    return status;
  }
  *out = trial;
  return B7_OK;
}

B7Status b7_trial_parse(const char *text, size_t length, const char *path, const char *data_folder,
                        const B7Hooks *hooks, B7Trial **out, B7Error *error) {
  return b7_trial_parse_with(text, length, path, data_folder, NULL, hooks, out, error);
}

B7Status b7_trial_load(const char *path, const char *data_folder, const B7Hooks *hooks, B7Trial **out,
                       B7Error *error) {
  *out = NULL;
  char *text;
  size_t length;
  B7_TRY(b7_file_read(path, hooks, &text, &length, error));
  B7Status status = b7_trial_parse(text, length, path, data_folder, hooks, out, error);
  b7_memory_resize(hooks, text, length + 1, 0);
  return status;
}

void b7_trial_free(B7Trial *trial) {
  if (!trial) return;
  b7_document_free(trial->document);
  b7_catalogue_free(trial->own_catalogue);
  B7Arena arena = trial->arena;
  b7_arena_free(&arena);
}
