/* studies.c - studies as text, every name and number checked before anything runs. */
#include "study/studies.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "stats/published_intervals.h"
#include "trial/design/arm_read.h"

#define LEVEL 0.95
#define DEFAULT_HORIZON_DAY 400
#define DEFAULT_POLICY "standard_care"

typedef struct StudyReader {
  B7Studies *out;
  const char **endpoint_names;
  B7Error *error;
} StudyReader;

static B7Status text_of(const StudyReader *reader, const B7Node *mapping, const char *key,
                        const char *fallback, const char **out) {
  const B7Node *node = b7_node_get(mapping, key);
  *out = fallback;
  if (!node) return B7_OK;
  return b7_node_text(node, out, reader->error);
}

static B7Status days_of(const StudyReader *reader, const B7Node *mapping, const char *key, double fallback,
                        double *out) {
  const B7Node *node = b7_node_get(mapping, key);
  const char *unit;
  *out = fallback;
  if (!node) return B7_OK;
  B7_TRY(b7_node_quantity(node, out, &unit, reader->error));
  if (strcmp(unit, "d") != 0)
    return b7_node_fail(node, reader->error, "'%s' is in days, such as '28 d'", key);
  if (!(*out >= 0)) return b7_node_fail(node, reader->error, "'%s' cannot be negative", key);
  return B7_OK;
}

static B7Status number_of(const StudyReader *reader, const B7Node *mapping, const char *key, double *out) {
  const B7Node *node = b7_node_get(mapping, key);
  *out = NAN;
  return node ? b7_node_number(node, out, reader->error) : B7_OK;
}

/* ---- arms ---- */

static B7Status read_arm(const StudyReader *reader, const B7Node *key, const B7Node *node, B7StudyArm *out) {
  static const char *const keys[] = {"population", "set", "policy",  "origin", "horizon",
                                     "weight",     "arm", "assumed", NULL};
  const B7ArmReader arms = {.catalogue = reader->out->catalogue,
                            .data_folder = reader->out->data_folder,
                            .arena = &reader->out->arena,
                            .error = reader->error};
  const B7Node *population, *arm, *policy = b7_node_get(node, "policy"),
                                  *horizon = b7_node_get(node, "horizon");
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  B7_TRY(b7_node_need(node, "population", &population, reader->error));
  B7_TRY(b7_node_need(node, "arm", &arm, reader->error));
  B7_TRY(b7_node_expect(arm, B7_NODE_MAPPING, "'arm' (as in a trial file, without a name)", reader->error));
  out->name = key->text;
  out->node = node;
  out->policy = DEFAULT_POLICY;
  out->origin = B7_ORIGIN_INFUSION;
  B7_TRY(b7_data_name_read(&arms, population, "populations", "population", &out->population));
  if (policy) B7_TRY(b7_data_name_read(&arms, policy, "policies", "policy", &out->policy));
  B7_TRY(b7_origin_read(b7_node_get(node, "origin"), &out->origin, reader->error));
  B7_TRY(text_of(reader, node, "assumed", "", &out->assumed));
  out->horizon_day = DEFAULT_HORIZON_DAY;
  if (horizon) B7_TRY(b7_horizon_read(horizon, &out->horizon_day, reader->error));
  B7_TRY(b7_settings_read(&arms, b7_node_get(node, "set"), &out->settings));
  B7_TRY(b7_arm_read(&arms, arm, out->name, &out->arm));
  B7_TRY(number_of(reader, node, "weight", &out->weight));
  if (isnan(out->weight)) out->weight = 1;
  if (!(out->weight > 0))
    return b7_node_fail(b7_node_get(node, "weight"), reader->error, "a weight is above 0");
  return B7_OK;
}

static B7Status read_arms(const StudyReader *reader, const B7Node *node, B7Study *out) {
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'arms' (name: what was done)", reader->error));
  B7StudyArm *arms = B7_ARENA_ARRAY(&reader->out->arena, B7StudyArm, node->count);
  if (!arms) return b7_fail_memory(reader->error);
  if (node->count < 1) return b7_node_fail(node, reader->error, "a study has at least one arm");
  for (int32_t i = 0; i < node->count; i++) B7_TRY(read_arm(reader, node->keys[i], node->items[i], &arms[i]));
  out->arms = arms;
  out->n_arm = node->count;
  return B7_OK;
}

/* ---- rows ---- */

static B7Status find_arm(const StudyReader *reader, const B7Study *study, const B7Node *node, int32_t *out) {
  *out = study->n_arm == 1 ? 0 : -1;
  if (!node) return B7_OK;
  const char *names[17] = {NULL}, *name;
  B7_TRY(b7_node_text(node, &name, reader->error));
  for (int32_t i = 0; i < study->n_arm; i++) {
    if (i < 16) names[i] = study->arms[i].name;
    if (strcmp(study->arms[i].name, name) != 0) continue;
    *out = i;
    return B7_OK;
  }
  const char *near = b7_suggest(name, names);
  return b7_node_fail(node, reader->error, "study '%s' has no arm '%s'%s%s%s", study->id, name,
                      near ? ". Did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static bool is_percent(const B7StudyRow *row) {
  return strcmp(row->endpoint->unit, "percent") == 0;
}

/* interval of what is printed: its own, from counts, or from the range of single patients */
static B7Status read_interval(const StudyReader *reader, const B7Node *node, double n, B7StudyRow *out) {
  const B7Node *range = b7_node_get(node, "range");
  B7_TRY(number_of(reader, node, "low", &out->low));
  B7_TRY(number_of(reader, node, "high", &out->high));
  if (out->low > out->value || out->high < out->value)
    return b7_node_fail(node, reader->error, "the value %g lies outside its interval", out->value);
  if (!isnan(out->low) || !isnan(out->high)) {
    if (isnan(out->low)) out->low = 0;
    if (isnan(out->high)) out->high = is_percent(out) ? 100 : INFINITY;
    return B7_OK;
  }
  double of = isnan(out->of) ? n : out->of;
  if (range) {
    double lowest, highest;
    B7_TRY(b7_node_expect(range, B7_NODE_SEQUENCE, "'range' [lowest, highest]", reader->error));
    if (range->count != 2)
      return b7_node_fail(range, reader->error, "'range' has two numbers: [lowest, highest]");
    B7_TRY(b7_node_number(range->items[0], &lowest, reader->error));
    B7_TRY(b7_node_number(range->items[1], &highest, reader->error));
    if (!(lowest > 0 && lowest <= out->value && out->value <= highest))
      return b7_node_fail(range, reader->error, "the value %g lies outside the range", out->value);
    if (of >= 2) b7_median_interval(out->value, lowest, highest, (int32_t)of, LEVEL, &out->low, &out->high);
    return B7_OK;
  }
  if (!is_percent(out) || isnan(out->of)) return B7_OK;
  double events = isnan(out->events) ? round(out->value / 100 * out->of) : out->events;
  b7_clopper_pearson((int32_t)events, (int32_t)out->of, LEVEL, &out->low, &out->high);
  out->low *= 100;
  out->high *= 100;
  return B7_OK;
}

static B7Status read_value(const StudyReader *reader, const B7Node *node, const B7Study *study,
                           B7StudyRow *out) {
  static const char *const printed[] = {"value", "events", "low", "high", "range"};
  if (study->prediction) {
    for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++) {
      const B7Node *found = b7_node_get(node, printed[i]);
      if (found)
        return b7_node_fail(found, reader->error, "a study to be predicted has no outcome; '%s' must go",
                            printed[i]);
    }
    return B7_OK;
  }
  if (isnan(out->value) && !isnan(out->events) && is_percent(out)) {
    if (!(out->of >= 1)) return b7_node_fail(node, reader->error, "'events' needs 'of', the patients asked");
    if (out->events < 0 || out->events > out->of)
      return b7_node_fail(node, reader->error, "%g events among %g patients", out->events, out->of);
    out->value = 100 * out->events / out->of;
  }
  if (isnan(out->value))
    return b7_node_fail(node, reader->error, "a calibration row needs 'events' and 'of', or 'value'");
  if (is_percent(out) && !(out->value >= 0 && out->value <= 100))
    return b7_node_fail(node, reader->error, "'%s' is in percent, 0 to 100", out->endpoint->name);
  return read_interval(reader, node, study->n, out);
}

static bool needs_graft(const B7StudyEndpoint *endpoint) {
  return endpoint->endpoint < B7_ENDPOINT_COUNT &&
         b7_endpoint_row(endpoint->endpoint)->needs == B7_NEEDS_GRAFT;
}

static B7Status read_row(const StudyReader *reader, const B7Node *node, const B7Study *study,
                         B7StudyRow *out) {
  static const char *const keys[] = {"endpoint", "arm",  "at",    "events", "of",   "value",
                                     "low",      "high", "range", "source", "note", NULL};
  const B7Node *endpoint;
  const char *name;
  *out = (B7StudyRow){.value = NAN, .low = NAN, .high = NAN};
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  B7_TRY(b7_node_need(node, "endpoint", &endpoint, reader->error));
  B7_TRY(b7_node_text(endpoint, &name, reader->error));
  out->endpoint = b7_study_endpoint_find(name);
  if (!out->endpoint) {
    const char *near = b7_suggest(name, reader->endpoint_names);
    return b7_node_fail(endpoint, reader->error, "no simulation answers '%s'%s%s%s", name,
                        near ? ". Did you mean '" : "", near ? near : "", near ? "'?" : "");
  }
  B7_TRY(find_arm(reader, study, b7_node_get(node, "arm"), &out->arm));
  B7_TRY(days_of(reader, node, "at", NAN, &out->at_day));
  if (out->endpoint->needs_day && isnan(out->at_day))
    return b7_node_fail(node, reader->error, "'%s' needs 'at:', such as 'at: 365 d'", name);
  if (out->arm < 0 && !is_percent(out))
    return b7_node_fail(node, reader->error, "'%s' over several arms: name the arm", name);
  for (int32_t a = 0; a < study->n_arm; a++) {
    if ((out->arm < 0 || out->arm == a) && out->at_day > study->arms[a].horizon_day)
      return b7_node_fail(node, reader->error, "day %g lies beyond the horizon of arm '%s', %g d",
                          out->at_day, study->arms[a].name, study->arms[a].horizon_day);
    if ((out->arm < 0 || out->arm == a) && needs_graft(out->endpoint) &&
        study->arms[a].arm.transplant.when == B7_TRANSPLANT_NEVER)
      return b7_node_fail(endpoint, reader->error, "'%s' needs a transplant, and arm '%s' has none", name,
                          study->arms[a].name);
  }
  B7_TRY(number_of(reader, node, "events", &out->events));
  B7_TRY(number_of(reader, node, "of", &out->of));
  B7_TRY(number_of(reader, node, "value", &out->value));
  B7_TRY(text_of(reader, node, "source", study->source, &out->source));
  B7_TRY(text_of(reader, node, "note", "", &out->note));
  return read_value(reader, node, study, out);
}

static B7Status read_rows(const StudyReader *reader, const B7Node *node, B7Study *study) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'endpoints'", reader->error));
  B7StudyRow *rows = B7_ARENA_ARRAY(&reader->out->arena, B7StudyRow, node->count);
  if (!rows) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < node->count; i++) {
    B7_TRY(b7_node_expect(node->items[i], B7_NODE_MAPPING, "an endpoint", reader->error));
    B7_TRY(read_row(reader, node->items[i], study, &rows[i]));
  }
  study->rows = rows;
  study->n_row = node->count;
  return B7_OK;
}

/* ---- studies ---- */

static B7Status read_use(const StudyReader *reader, const B7Node *node, bool *prediction) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, reader->error));
  *prediction = strcmp(text, "prediction") == 0;
  if (*prediction || strcmp(text, "calibration") == 0) return B7_OK;
  return b7_node_fail(node, reader->error, "'use' is 'calibration' or 'prediction', not '%s'", text);
}

static B7Status read_study(const StudyReader *reader, const B7Node *key, const B7Node *node, B7Study *out) {
  static const char *const keys[] = {"title",    "source", "use",       "n", "about",
                                     "overlaps", "arms",   "endpoints", NULL};
  const B7Node *title, *source, *use, *n, *arms, *endpoints;
  B7Error *error = reader->error;
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_node_need(node, "title", &title, error));
  B7_TRY(b7_node_need(node, "source", &source, error));
  B7_TRY(b7_node_need(node, "use", &use, error));
  B7_TRY(b7_node_need(node, "n", &n, error));
  B7_TRY(b7_node_need(node, "arms", &arms, error));
  B7_TRY(b7_node_need(node, "endpoints", &endpoints, error));
  out->id = key->text;
  B7_TRY(b7_node_text(title, &out->title, error));
  B7_TRY(b7_node_text(source, &out->source, error));
  B7_TRY(read_use(reader, use, &out->prediction));
  B7_TRY(b7_node_number(n, &out->n, error));
  if (!(out->n >= 1)) return b7_node_fail(n, error, "'n' is the number of patients, 1 or more");
  B7_TRY(read_arms(reader, arms, out));
  return read_rows(reader, endpoints, out);
}

/* every name is that of a study */
static B7Status read_overlaps(const StudyReader *reader, const B7Node *node, B7Study *out) {
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'overlaps' (ids of studies with the same patients)",
                        reader->error));
  for (int32_t i = 0; i < node->count; i++) {
    const char *name;
    B7_TRY(b7_node_text(node->items[i], &name, reader->error));
    if (!b7_studies_find(reader->out, name) || strcmp(name, out->id) == 0)
      return b7_node_unknown(node->items[i], "other study", name, reader->out->ids, NULL, reader->error);
  }
  out->overlaps = node;
  return B7_OK;
}

static B7Status read_all(const StudyReader *reader) {
  static const char *const keys[] = {"about", "left_out", "studies", NULL};
  B7Studies *out = reader->out;
  const B7Node *root = b7_document_root(out->document), *studies;
  B7_TRY(b7_node_only_keys(root, keys, reader->error));
  B7_TRY(b7_node_need(root, "studies", &studies, reader->error));
  B7_TRY(b7_node_expect(studies, B7_NODE_MAPPING, "'studies'", reader->error));
  B7Study *rows = B7_ARENA_ARRAY(&out->arena, B7Study, studies->count);
  B7StudySummary *summaries = B7_ARENA_ARRAY(&out->arena, B7StudySummary, studies->count);
  out->ids = B7_ARENA_ARRAY(&out->arena, const char *, studies->count + 1);
  if (!rows || !summaries || !out->ids) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < studies->count; i++) {
    B7_TRY(b7_node_expect(studies->items[i], B7_NODE_MAPPING, "a study", reader->error));
    B7_TRY(read_study(reader, studies->keys[i], studies->items[i], &rows[i]));
    out->ids[i] = rows[i].id;
    summaries[i] = (B7StudySummary){.id = rows[i].id,
                                    .title = rows[i].title,
                                    .source = rows[i].source,
                                    .n = rows[i].n,
                                    .arms = rows[i].n_arm,
                                    .rows = rows[i].n_row,
                                    .prediction = rows[i].prediction};
  }
  out->studies = rows;
  out->summaries = summaries;
  out->n_study = studies->count;
  for (int32_t i = 0; i < studies->count; i++)
    B7_TRY(read_overlaps(reader, b7_node_get(studies->items[i], "overlaps"), &rows[i]));
  return B7_OK;
}

/* how far studies of one family differ, beside the other data */
static B7Status read_between(const StudyReader *reader, const B7Hooks *hooks) {
  B7Studies *out = reader->out;
  char path[4096];
  int length = snprintf(path, sizeof path, "%s/between_studies.yaml", out->data_folder);
  if (length < 0 || (size_t)length >= sizeof path)
    return b7_fail(reader->error, B7_ERROR_FILE, "the path of the data folder is too long");
  B7_TRY(b7_document_load(path, hooks, &out->between_document, reader->error));
  return b7_study_families_read(b7_document_root(out->between_document), out->between_sd, reader->error);
}

static const char **endpoint_names(B7Arena *arena) {
  int32_t count = 0;
  while (b7_study_endpoint_name(count)) count++;
  const char **names = B7_ARENA_ARRAY(arena, const char *, count + 1);
  for (int32_t i = 0; names && i < count; i++) names[i] = b7_study_endpoint_name(i);
  return names;
}

B7Status b7_studies_load(const char *path, const char *data_folder, const B7Hooks *hooks, B7Studies **out,
                         B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7Arena arena = b7_arena_make(hooks);
  B7Studies *studies = B7_ARENA_ARRAY(&arena, B7Studies, 1);
  if (!studies) return b7_fail_memory(error);
  studies->arena = arena;
  studies->path = b7_arena_text(&studies->arena, path, strlen(path));
  studies->data_folder = b7_arena_text(&studies->arena, data_folder, strlen(data_folder));
  StudyReader reader = {.out = studies, .endpoint_names = endpoint_names(&studies->arena), .error = error};
  B7Status status =
      studies->path && studies->data_folder && reader.endpoint_names ? B7_OK : b7_fail_memory(error);
  if (status == B7_OK) status = b7_catalogue_load(data_folder, true, hooks, &studies->catalogue, error);
  if (status == B7_OK) status = b7_document_load(path, hooks, &studies->document, error);
  if (status == B7_OK) status = read_all(&reader);
  if (status == B7_OK) status = read_between(&reader, hooks);
  if (status != B7_OK) {
    b7_studies_free(studies);
    return status;
  }
  *out = studies;
  return B7_OK;
}

void b7_studies_free(B7Studies *studies) {
  if (!studies) return;
  b7_document_free(studies->document);
  b7_document_free(studies->between_document);
  b7_catalogue_free(studies->catalogue);
  B7Arena arena = studies->arena;
  b7_arena_free(&arena);
}

const B7Study *b7_studies_find(const B7Studies *studies, const char *id) {
  for (int32_t i = 0; i < studies->n_study; i++) {
    if (strcmp(studies->studies[i].id, id) == 0) return &studies->studies[i];
  }
  return NULL;
}

B7StudySetting b7_study_setting(const B7Study *study) {
  for (int32_t a = 0; a < study->n_arm; a++) {
    if (study->arms[a].arm.product) return B7_SETTING_CART;
  }
  for (int32_t a = 0; a < study->n_arm; a++) {
    if (study->arms[a].origin == B7_ORIGIN_TRANSPLANT) return B7_SETTING_TRANSPLANT;
  }
  return B7_SETTING_CHEMOTHERAPY;
}

static bool names(const B7Node *overlaps, const char *id) {
  for (int32_t i = 0; overlaps && i < overlaps->count; i++) {
    if (strcmp(overlaps->items[i]->text, id) == 0) return true;
  }
  return false;
}

bool b7_studies_overlap(const B7Study *one, const B7Study *other) {
  return one == other || names(one->overlaps, other->id) || names(other->overlaps, one->id);
}

/* ---- the trial that stands for an arm ---- */

static void ask_endpoints(const B7Study *study, int32_t arm, B7Trial *trial) {
  bool asked[B7_ENDPOINT_COUNT] = {false};
  // a trial asks for something: survival at least
  asked[B7_ENDPOINT_OS] = true;
  for (int32_t r = 0; r < study->n_row; r++) {
    const B7StudyRow *row = &study->rows[r];
    if (row->arm >= 0 && row->arm != arm) continue;
    if (row->endpoint->endpoint < B7_ENDPOINT_COUNT) asked[row->endpoint->endpoint] = true;
  }
  for (int e = 0; e < B7_ENDPOINT_COUNT && trial->n_endpoint < B7_TRIAL_ENDPOINTS_MAX; e++) {
    if (asked[e]) trial->endpoints[trial->n_endpoint++] = (B7Endpoint)e;
  }
}

B7Status b7_study_trial(const B7Studies *studies, const B7Study *study, int32_t arm, const B7Hooks *hooks,
                        B7Trial **out, B7Error *error) {
  const B7StudyArm *spec = &study->arms[arm];
  B7Trial *trial;
  *out = NULL;
  B7_TRY(b7_trial_begin(study->id, studies->data_folder, studies->catalogue, hooks, &trial, error));
  trial->question = study->title;
  trial->population = spec->population;
  trial->policy = spec->policy;
  trial->horizon_day = spec->horizon_day;
  trial->origin = spec->origin;
  trial->intention_to_treat = false; // publications count who was infused
  trial->donors_given = true;
  trial->settings = spec->settings;
  trial->arms[trial->n_arm++] = spec->arm;
  ask_endpoints(study, arm, trial);
  *out = trial;
  return B7_OK;
}
