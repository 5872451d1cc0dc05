/* trial_load.c - trials as text (docs/trial_format.md), every name checked before anything runs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/status.h"
#include "trial/design/trial.h"

#define PATIENTS_MAX 100000000
#define HORIZON_MAX_DAY 3660.0

typedef struct Reader {
  B7Trial *trial;
  const char **regimens; /* NULL-terminated names */
  B7Error *error;
} Reader;

static B7Status keep_text(const Reader *reader, const B7Node *node, const char **out) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, reader->error));
  *out = text; // the document lives as long as the trial
  return B7_OK;
}

static B7Status optional_text(const Reader *reader, const B7Node *mapping, const char *key,
                              const char **out) {
  const B7Node *node = b7_node_get(mapping, key);
  return node ? keep_text(reader, node, out) : B7_OK;
}

/* "730 d" as days; months are refused because nobody agrees on their length */
static B7Status read_days(const Reader *reader, const B7Node *node, const char *what, double *out) {
  const char *unit;
  B7_TRY(b7_node_quantity(node, out, &unit, reader->error));
  if (strcmp(unit, "d") != 0 && strcmp(unit, "") != 0) {
    return b7_node_fail(node, reader->error, "%s is in days, such as '730 d', not in '%s'", what, unit);
  }
  if (!(*out >= 0)) return b7_node_fail(node, reader->error, "%s cannot be negative", what);
  return B7_OK;
}

static bool known(const char *const *names, const char *name) {
  for (; *names; names++) {
    if (strcmp(*names, name) == 0) return true;
  }
  return false;
}

/* the regimen must exist and belong to the lane */
static B7Status read_regimen(const Reader *reader, const B7Node *mapping, const char *key, const char *lane,
                             const char **out) {
  const B7Node *node = b7_node_get(mapping, key);
  if (!node) return B7_OK;
  B7_TRY(keep_text(reader, node, out));
  if (!known(reader->regimens, *out))
    return b7_node_unknown(node, "regimen", node->text, reader->regimens, NULL, reader->error);
  const B7Node *regimens = b7_node_get(b7_document_root(reader->trial->regimens), "regimens");
  const B7Node *found = b7_node_get(b7_node_get(regimens, *out), "lane");
  if (found && strcmp(found->text, lane) != 0) {
    return b7_node_fail(node, reader->error, "'%s' is %s, not %s", *out, found->text, lane);
  }
  return B7_OK;
}

static B7Status read_when(const Reader *reader, const B7Node *node, B7TransplantWhen *out) {
  static const char *const names[] = {"mrd_negative", "remission", "relapse", "always", NULL};
  static const B7TransplantWhen values[] = {B7_TRANSPLANT_MRD_NEGATIVE, B7_TRANSPLANT_REMISSION,
                                            B7_TRANSPLANT_RELAPSE, B7_TRANSPLANT_ALWAYS};
  *out = B7_TRANSPLANT_MRD_NEGATIVE;
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "'when'", reader->error));
  for (int i = 0; names[i]; i++) {
    if (strcmp(names[i], node->text) != 0) continue;
    *out = values[i];
    return B7_OK;
  }
  return b7_node_unknown(node, "condition", node->text, names, NULL, reader->error);
}

static B7Status read_graft(const B7Node *node, B7TrialGraft *out, B7Error *error) {
  static const char *const names[] = {
#define B7_TRIAL_GRAFT_NAME(id, name, cd34, cd3) name,
      B7_TRIAL_GRAFT_LIST(B7_TRIAL_GRAFT_NAME)
#undef B7_TRIAL_GRAFT_NAME
          NULL};
  *out = B7_GRAFT_PERIPHERAL_BLOOD;
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "'graft'", error));
  for (int i = 0; names[i]; i++) {
    if (strcmp(names[i], node->text) != 0) continue;
    *out = (B7TrialGraft)i;
    return B7_OK;
  }
  return b7_node_unknown(node, "graft", node->text, names, NULL, error);
}

static B7Status read_transplant(const Reader *reader, const B7Node *node, B7TrialTransplant *out) {
  static const char *const keys[] = {"donor",        "graft",       "day",   "when",
                                     "conditioning", "prophylaxis", "share", NULL};
  B7Error *error = reader->error;
  if (node->kind == B7_NODE_SCALAR && strcmp(node->text, "none") == 0) {
    *out = (B7TrialTransplant){.when = B7_TRANSPLANT_NEVER};
    return B7_OK;
  }
  const B7Node *donor, *day, *conditioning, *prophylaxis;
  B7_TRY(b7_node_only_keys(node, keys, error));
  if (!b7_node_get(node, "donor")) {
    return b7_node_fail(node, error,
                        "a transplant needs a donor: give 'donor:' as the population file names it");
  }
  B7_TRY(b7_node_need(node, "donor", &donor, error));
  B7_TRY(b7_node_need(node, "day", &day, error));
  B7_TRY(b7_node_need(node, "conditioning", &conditioning, error));
  B7_TRY(b7_node_need(node, "prophylaxis", &prophylaxis, error));
  B7_TRY(keep_text(reader, donor, &out->donor));
  B7_TRY(read_days(reader, day, "the day of transplant", &out->day));
  if (out->day < 14)
    return b7_node_fail(day, error,
                        "a transplant before day 14 leaves no time for conditioning; choose day 14 or later");
  B7_TRY(read_regimen(reader, node, "conditioning", "conditioning", &out->conditioning));
  B7_TRY(read_regimen(reader, node, "prophylaxis", "prophylaxis", &out->prophylaxis));
  B7_TRY(read_graft(b7_node_get(node, "graft"), &out->graft, error));
  const B7Node *share = b7_node_get(node, "share");
  if (share) {
    B7_TRY(b7_node_number(share, &out->share, error));
    if (!(out->share > 0 && out->share <= 1))
      return b7_node_fail(share, error,
                          "'share' is the part of patients who get a transplant, above 0 and at most 1");
  }
  return read_when(reader, b7_node_get(node, "when"), &out->when);
}

static const B7TrialArm *find_arm(const B7Trial *trial, const char *name) {
  for (int32_t i = 0; i < trial->n_arm; i++) {
    if (strcmp(trial->arms[i].name, name) == 0) return &trial->arms[i];
  }
  return NULL;
}

static B7Status arm_unknown(const Reader *reader, const B7Node *node) {
  const char *names[B7_TRIAL_ARMS_MAX + 1] = {NULL};
  for (int32_t i = 0; i < reader->trial->n_arm; i++) names[i] = reader->trial->arms[i].name;
  return b7_node_unknown(node, "arm", node->text, names, NULL, reader->error);
}

static B7Status read_arm(const Reader *reader, const B7Node *node, B7TrialArm *arm) {
  static const char *const keys[] = {"name",    "like",   "product",    "dose", "donor", "lymphodepletion",
                                     "regimen", "cycles", "transplant", NULL};
  B7Error *error = reader->error;
  const B7Node *name, *like = b7_node_get(node, "like"), *cycles = b7_node_get(node, "cycles"),
                      *transplant = b7_node_get(node, "transplant");
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_node_need(node, "name", &name, error));
  if (like) {
    B7_TRY(b7_node_expect(like, B7_NODE_SCALAR, "'like'", error));
    const B7TrialArm *other = find_arm(reader->trial, like->text);
    if (!other) return arm_unknown(reader, like);
    *arm = *other;
  }
  arm->node = node;
  B7_TRY(keep_text(reader, name, &arm->name));
  if (find_arm(reader->trial, arm->name))
    return b7_node_fail(name, error, "arm '%s' stands already above", arm->name);
  B7_TRY(optional_text(reader, node, "product", &arm->product));
  if (arm->product && strcmp(arm->product, "none") == 0) arm->product = NULL;
  B7_TRY(optional_text(reader, node, "dose", &arm->dose));
  B7_TRY(optional_text(reader, node, "donor", &arm->donor));
  B7_TRY(read_regimen(reader, node, "lymphodepletion", "lymphodepletion", &arm->lymphodepletion));
  B7_TRY(read_regimen(reader, node, "regimen", "chemotherapy", &arm->regimen));
  if (cycles) {
    int64_t number;
    B7_TRY(b7_node_integer(cycles, &number, error));
    if (number < 1 || number > 12) return b7_node_fail(cycles, error, "'cycles' lies between 1 and 12");
    arm->cycles = (int32_t)number;
  }
  if (transplant) B7_TRY(read_transplant(reader, transplant, &arm->transplant));
  if (arm->product && !arm->dose)
    return b7_node_fail(node, error, "'dose:' is missing here, such as '1e6 cells/kg'");
  if (!arm->product && arm->dose)
    return b7_node_fail(node, error, "a dose without a product; add 'product:' or take the dose out");
  if (!arm->product && arm->lymphodepletion)
    return b7_node_fail(node, error, "lymphodepletion without a product; use 'regimen:' for chemotherapy");
  if (arm->regimen && arm->cycles == 0) arm->cycles = 1;
  return B7_OK;
}

static B7Status read_arms(Reader *reader, const B7Node *node) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'arms'", reader->error));
  if (node->count < 1) return b7_node_fail(node, reader->error, "a trial has at least one arm");
  if (node->count > B7_TRIAL_ARMS_MAX)
    return b7_node_fail(node, reader->error, "at most %d arms", B7_TRIAL_ARMS_MAX);
  for (int32_t i = 0; i < node->count; i++) {
    B7TrialArm arm = {0};
    B7_TRY(b7_node_expect(node->items[i], B7_NODE_MAPPING, "an arm", reader->error));
    B7_TRY(read_arm(reader, node->items[i], &arm));
    reader->trial->arms[reader->trial->n_arm++] = arm;
  }
  return B7_OK;
}

static B7Status read_endpoint(const Reader *reader, const B7Node *node, B7Endpoint *out) {
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "an endpoint", reader->error));
  *out = b7_endpoint_find(node->text);
  if (*out != B7_ENDPOINT_COUNT) return B7_OK;
  const char *names[B7_ENDPOINT_COUNT + 1] = {NULL};
  for (int i = 0; i < B7_ENDPOINT_COUNT; i++) names[i] = b7_endpoint_name((B7Endpoint)i);
  return b7_node_unknown(node, "endpoint", node->text, names, NULL, reader->error);
}

/* endpoints that only a graft has need an arm with one */
static B7Status need_graft(const Reader *reader, const B7Node *node, B7Endpoint endpoint) {
  bool asks = b7_endpoint_row(endpoint)->needs == B7_NEEDS_GRAFT, has = false;
  for (int32_t i = 0; i < reader->trial->n_arm; i++)
    has = has || reader->trial->arms[i].transplant.when != B7_TRANSPLANT_NEVER;
  if (!asks || has) return B7_OK;
  return b7_node_fail(node, reader->error, "endpoint '%s' needs a transplant, and no arm has one",
                      node->text);
}

static B7Status read_endpoints(const Reader *reader, const B7Node *node) {
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
static B7Status check_kind(const Reader *reader, const B7Node *node, const B7Estimand *estimand) {
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

static B7Status read_estimand(const Reader *reader, const B7Node *node, B7Estimand *out) {
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
  if (at) B7_TRY(read_days(reader, at, "the day of an estimand", &out->at_day));
  if (out->at_day > reader->trial->horizon_day)
    return b7_node_fail(at, error, "day %g lies beyond the horizon of %g d", out->at_day,
                        reader->trial->horizon_day);
  const B7Node *against = b7_node_get(node, "against");
  if (!against) return B7_OK;
  B7_TRY(b7_node_expect(against, B7_NODE_SCALAR, "'against'", error));
  const B7TrialArm *arm = find_arm(reader->trial, against->text);
  if (!arm) return arm_unknown(reader, against);
  out->against = (int32_t)(arm - reader->trial->arms);
  return B7_OK;
}

static B7Status read_estimands(const Reader *reader, const B7Node *node) {
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

/* a plain value keeps the population's spread about it; {value, spread} says both */
static B7Status read_setting(const B7Node *node, B7ParameterSetting *out, B7Error *error) {
  static const char *const keys[] = {"value", "spread", NULL};
  if (node->kind == B7_NODE_SCALAR) return b7_node_number(node, &out->value, error);
  const B7Node *value, *spread;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a value or {value: ..., spread: ...}", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_node_need(node, "value", &value, error));
  B7_TRY(b7_node_need(node, "spread", &spread, error));
  B7_TRY(b7_node_number(value, &out->value, error));
  B7_TRY(b7_node_number(spread, &out->spread_sd, error));
  return out->spread_sd >= 0 ? B7_OK : b7_node_fail(spread, error, "a spread is 0 or more");
}

static B7Status read_settings(const Reader *reader, const B7Node *node) {
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'set'", reader->error));
  reader->trial->settings = B7_ARENA_ARRAY(&reader->trial->arena, B7ParameterSetting, node->count);
  if (!reader->trial->settings) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < node->count; i++) {
    B7ParameterSetting *setting = &reader->trial->settings[i];
    *setting = (B7ParameterSetting){.name = node->keys[i]->text, .spread_sd = NAN};
    B7_TRY(read_setting(node->items[i], setting, reader->error));
  }
  reader->trial->n_setting = node->count;
  return B7_OK;
}

static B7Status file_must_exist(const Reader *reader, const B7Node *node, const char *folder,
                                const char *what) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s/%s.yaml", reader->trial->data_folder, folder, node->text);
  if (strchr(node->text, '/') || strchr(node->text, '.'))
    return b7_node_fail(node, reader->error, "%s is a name such as 'rr_t_all_adult', not a path", what);
  if (b7_file_exists(path)) return B7_OK;
  char all[4096];
  snprintf(all, sizeof all, "%s/%s", reader->trial->data_folder, folder);
  B7Arena arena = b7_arena_make(NULL);
  char **found;
  int32_t count = 0;
  const char **names = NULL;
  if (b7_file_list(all, ".yaml", &arena, &found, &count, NULL) == B7_OK)
    names = B7_ARENA_ARRAY(&arena, const char *, count + 1);
  for (int32_t i = 0; names && i < count; i++) {
    const char *slash = strrchr(found[i], '/');
    names[i] = b7_arena_format(&arena, "%.*s", (int)(strlen(slash + 1) - 5), slash + 1);
  }
  B7Status status = b7_node_unknown(node, what, node->text, names, NULL, reader->error);
  b7_arena_free(&arena);
  return status;
}

static B7Status read_draws(const Reader *reader, const B7Node *node) {
  static const char *const names[] = {"random", "sobol", NULL};
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "'draws'", reader->error));
  if (!known(names, node->text))
    return b7_node_unknown(node, "kind of draws", node->text, names, NULL, reader->error);
  reader->trial->sobol = strcmp(node->text, "sobol") == 0;
  return B7_OK;
}

static B7Status read_population(const Reader *reader, const B7Node *node) {
  static const char *const keys[] = {"from", "patients", "seed", "draws", "set", NULL};
  B7Trial *trial = reader->trial;
  const B7Node *from, *patients = b7_node_get(node, "patients"), *seed = b7_node_get(node, "seed"),
                      *set = b7_node_get(node, "set");
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  B7_TRY(b7_node_need(node, "from", &from, reader->error));
  B7_TRY(keep_text(reader, from, &trial->population));
  B7_TRY(file_must_exist(reader, from, "populations", "population"));
  trial->patients = 1000;
  trial->seed = 7;
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
  return set ? read_settings(reader, set) : B7_OK;
}

static B7Status read_analysis(const Reader *reader, const B7Node *node) {
  static const char *const names[] = {"intention_to_treat", "as_infused", NULL};
  reader->trial->intention_to_treat = true;
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "'analysis'", reader->error));
  if (!known(names, node->text))
    return b7_node_unknown(node, "analysis", node->text, names, NULL, reader->error);
  reader->trial->intention_to_treat = strcmp(node->text, names[0]) == 0;
  return B7_OK;
}

static B7Status read_origin(const Reader *reader, const B7Node *node) {
  static const char *const names[] = {"enrolment", "infusion", "transplant", NULL};
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "'origin'", reader->error));
  for (int i = 0; names[i]; i++) {
    if (strcmp(names[i], node->text) != 0) continue;
    reader->trial->origin = (B7TrialOrigin)i;
    return B7_OK;
  }
  return b7_node_unknown(node, "origin", node->text, names, NULL, reader->error);
}

static B7Status read_trial(Reader *reader, const B7Node *root) {
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
  B7_TRY(keep_text(reader, question, &trial->question));
  B7_TRY(read_population(reader, population));
  B7_TRY(read_days(reader, horizon, "the horizon", &trial->horizon_day));
  if (trial->horizon_day < 30 || trial->horizon_day > HORIZON_MAX_DAY)
    return b7_node_fail(horizon, error, "the horizon lies between 30 and %g days", HORIZON_MAX_DAY);
  const B7Node *policy = b7_node_get(root, "policy");
  if (policy) {
    B7_TRY(keep_text(reader, policy, &trial->policy));
    B7_TRY(file_must_exist(reader, policy, "policies", "policy"));
  }
  B7_TRY(read_analysis(reader, b7_node_get(root, "analysis")));
  B7_TRY(read_origin(reader, b7_node_get(root, "origin")));
  B7_TRY(read_arms(reader, arms));
  B7_TRY(read_endpoints(reader, endpoints));
  const B7Node *estimands = b7_node_get(root, "estimands"), *subgroups = b7_node_get(root, "subgroups");
  if (estimands) B7_TRY(read_estimands(reader, estimands));
  return subgroups ? b7_subgroups_read(trial, subgroups, error) : B7_OK;
}

static B7Status load_regimens(Reader *reader) {
  B7Trial *trial = reader->trial;
  const char *path = b7_arena_format(&trial->arena, "%s/regimens.yaml", trial->data_folder);
  if (!path) return b7_fail_memory(reader->error);
  B7_TRY(b7_document_load(path, &trial->arena.hooks, &trial->regimens, reader->error));
  const B7Node *regimens;
  B7_TRY(b7_node_need(b7_document_root(trial->regimens), "regimens", &regimens, reader->error));
  reader->regimens = B7_ARENA_ARRAY(&trial->arena, const char *, regimens->count + 1);
  if (!reader->regimens) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < regimens->count; i++) reader->regimens[i] = regimens->keys[i]->text;
  return B7_OK;
}

static const char *base_name(B7Arena *arena, const char *path) {
  const char *slash = strrchr(path, '/'), *start = slash ? slash + 1 : path, *dot = strrchr(start, '.');
  return b7_arena_text(arena, start, dot ? (size_t)(dot - start) : strlen(start));
}

B7Status b7_trial_parse(const char *text, size_t length, const char *path, const char *data_folder,
                        const B7Hooks *hooks, B7Trial **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7Arena arena = b7_arena_make(hooks);
  B7Trial *trial = B7_ARENA_ARRAY(&arena, B7Trial, 1);
  if (!trial) return b7_fail_memory(error);
  trial->path = b7_arena_text(&arena, path, strlen(path));
  trial->data_folder = b7_arena_text(&arena, data_folder, strlen(data_folder));
  trial->name = base_name(&arena, path);
  trial->text_hash = b7_hash_bytes(B7_HASH_START, text, length);
  trial->arena = arena;
  Reader reader = {.trial = trial, .error = error};
  B7Status status = trial->path && trial->data_folder && trial->name ? B7_OK : b7_fail_memory(error);
  if (status == B7_OK) status = load_regimens(&reader);
  if (status == B7_OK) status = b7_document_parse(text, length, path, hooks, &trial->document, error);
  if (status == B7_OK) status = read_trial(&reader, b7_document_root(trial->document));
  if (status != B7_OK) {
    b7_trial_free(trial);
    return status;
  }
  *out = trial;
  return B7_OK;
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
  b7_document_free(trial->regimens);
  B7Arena arena = trial->arena;
  b7_arena_free(&arena);
}
