/* calibration_load.c - a fit file as text (docs/calibration.md), every name and number checked before anything
 * runs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/hash.h"
#include "fit/places.h"

#define DEFAULT_PATIENTS 400
#define DEFAULT_SEED 7
#define DEFAULT_RESTARTS 4
#define DEFAULT_ROUNDS 6
#define DEFAULT_STEP_SD 0.3
#define PATIENTS_MAX 1000000
#define RESTARTS_MAX 1000
/* 90 % of a normal lies within this many standard deviations */
#define SD_OF_90_PERCENT 1.6448536269514722

typedef struct Reader {
  B7Calibration *out;
  B7Error *error;
} Reader;

static B7Status positive_of(const Reader *reader, const B7Node *mapping, const char *key, double most,
                            double *out) {
  const B7Node *node = b7_node_get(mapping, key);
  if (!node) return B7_OK;
  B7_TRY(b7_node_number(node, out, reader->error));
  if (!(*out > 0 && *out <= most))
    return b7_node_fail(node, reader->error, "'%s' is above 0 and at most %g", key, most);
  return B7_OK;
}

static B7Status whole_of(const Reader *reader, const B7Node *mapping, const char *key, int64_t least,
                         int64_t most, int64_t *out) {
  const B7Node *node = b7_node_get(mapping, key);
  if (!node) return B7_OK;
  B7_TRY(b7_node_integer(node, out, reader->error));
  if (*out < least || *out > most)
    return b7_node_fail(node, reader->error, "'%s' is a whole number from %lld to %lld", key,
                        (long long)least, (long long)most);
  return B7_OK;
}

/* ---- one parameter ---- */

static B7Status read_holders(const Reader *reader, const B7Node *node, B7FitParameter *out) {
  if (node->kind == B7_NODE_SCALAR) return b7_node_text(node, &out->holders[0], reader->error);
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "one name or a list of names", reader->error));
  if (node->count < 1 || node->count > B7_FIT_PLACES_MAX)
    return b7_node_fail(node, reader->error, "a value stands at 1 to %d places", B7_FIT_PLACES_MAX);
  for (int32_t i = 0; i < node->count; i++)
    B7_TRY(b7_node_text(node->items[i], &out->holders[i], reader->error));
  return B7_OK;
}

static B7Status read_what(const Reader *reader, const B7Node *node, B7FitParameter *out) {
  static const char *const names[] = {"value", "spread", "share", NULL};
  const B7Node *what = b7_node_get(node, "what");
  if (!what) return B7_OK;
  B7_TRY(b7_node_expect(what, B7_NODE_SCALAR, "'what'", reader->error));
  int k = 0;
  while (names[k] && strcmp(names[k], what->text) != 0) k++;
  if (!names[k]) return b7_node_unknown(what, "kind of number", what->text, names, NULL, reader->error);
  out->what = (B7SubstituteWhat)k;
  if (out->owner == B7_OWNER_PRODUCT || (out->owner == B7_OWNER_MODEL && out->what == B7_SUBSTITUTE_SHARE))
    return b7_node_fail(what, reader->error, "'%s' is for a population%s", what->text,
                        out->owner == B7_OWNER_PRODUCT ? "; an attribute of a product is one value" : "");
  return B7_OK;
}

static B7Status find_kernel_parameter(const Reader *reader, const B7Node *node, B7FitParameter *out) {
  const B7KernelTables *tables = b7_kernel_tables(reader->out->kernel);
  out->parameter = b7_kernel_parameter(reader->out->kernel, out->target);
  if (out->parameter < 0) {
    const char **names = B7_ARENA_ARRAY(&reader->out->arena, const char *, tables->n_parameter + 1);
    if (!names) return b7_fail_memory(reader->error);
    for (int32_t p = 0; p < tables->n_parameter; p++) names[p] = tables->parameters[p].name;
    return b7_node_unknown(node, "parameter", out->target, names, "`bridge7 model describe` lists the names",
                           reader->error);
  }
  out->own = tables->parameters[out->parameter].own_index;
  if (out->own < 0 && (out->owner == B7_OWNER_POPULATION || out->what == B7_SUBSTITUTE_SPREAD))
    return b7_node_fail(node, reader->error, "'%s' has one value for all patients in this model",
                        out->target);
  return B7_OK;
}

/* product attributes that reach a simulation are arguments of the infusion */
static B7Status check_attribute(const Reader *reader, const B7Node *node, const char *name) {
  const B7KernelTables *tables = b7_kernel_tables(reader->out->kernel);
  int32_t event = b7_kernel_event(reader->out->kernel, "cart.infusion");
  const char *names[33] = {NULL};
  for (int32_t k = 0; event >= 0 && k < tables->events[event].n_argument && k < 32; k++) {
    names[k] = tables->events[event].argument_names[k];
    if (strcmp(names[k], name) == 0) return B7_OK;
  }
  return b7_node_unknown(node, "attribute", name, names,
                         "only what an infusion hands to the model can be fitted", reader->error);
}

/* {model: hI} | {population: ..., parameter: xg, what: value|spread|share} | {product: ..., attribute: fitness} */
static B7Status read_target(const Reader *reader, const B7Node *node, B7FitParameter *out) {
  const B7Node *model = b7_node_get(node, "model"), *population = b7_node_get(node, "population"),
               *product = b7_node_get(node, "product"), *name;
  if (!!model + !!population + !!product != 1)
    return b7_node_fail(
        node, reader->error,
        "'%s' needs exactly one of 'model:', 'population:' and 'product:', which say where it lives",
        out->name);
  out->owner = model ? B7_OWNER_MODEL : population ? B7_OWNER_POPULATION : B7_OWNER_PRODUCT;
  out->parameter = out->own = -1;
  B7_TRY(read_what(reader, node, out));
  const char *key = population ? "parameter" : product ? "attribute" : "model";
  B7_TRY(b7_node_need(node, key, &name, reader->error));
  B7_TRY(b7_node_text(name, &out->target, reader->error));
  if (product) B7_TRY(check_attribute(reader, name, out->target));
  if (!product) B7_TRY(find_kernel_parameter(reader, name, out));
  return model ? B7_OK : read_holders(reader, population ? population : product, out);
}

static B7Status describe_target(const Reader *reader, B7FitParameter *out) {
  static const char *const words[] = {"", ", spread", ", share"};
  static const char *const owners[] = {"model", "population", "product"};
  B7Text text = b7_text_make(NULL);
  b7_text_append(&text, "%s", owners[out->owner]);
  for (int i = 0; i < B7_FIT_PLACES_MAX && out->holders[i]; i++)
    b7_text_append(&text, "%s %s", i ? "," : "", out->holders[i]);
  b7_text_append(&text, ": %s%s", out->target, words[out->what]);
  out->where = text.failed ? NULL : b7_arena_text(&reader->out->arena, text.bytes, text.length);
  b7_text_release(&text);
  return out->where ? B7_OK : b7_fail_memory(reader->error);
}

static B7Status read_scale(const Reader *reader, const B7Node *node, B7FitParameter *out) {
  static const char *const names[] = {"linear", "log", "logit", NULL};
  const B7Node *scale = b7_node_get(node, "scale");
  out->scale = out->what == B7_SUBSTITUTE_SHARE ? B7_SCALE_LOGIT : B7_SCALE_LOG;
  if (!scale) return B7_OK;
  B7_TRY(b7_node_expect(scale, B7_NODE_SCALAR, "'scale'", reader->error));
  for (int k = 0; names[k]; k++) {
    if (strcmp(names[k], scale->text) != 0) continue;
    out->scale = (B7FitScale)k;
    return B7_OK;
  }
  return b7_node_unknown(scale, "scale", scale->text, names, NULL, reader->error);
}

static B7Status check_scale(const Reader *reader, const B7Node *node, const B7FitParameter *parameter,
                            double value, const char *which) {
  if (isfinite(b7_scale_to(parameter->scale, value))) return B7_OK;
  return b7_node_fail(node, reader->error, "'%s': %s %g is not possible on a %s scale, where values lie %s",
                      parameter->name, which, value, b7_scale_name(parameter->scale),
                      parameter->scale == B7_SCALE_LOGIT ? "between 0 and 1" : "above 0");
}

static B7Status read_limits(const Reader *reader, const B7Node *node, const double range[2],
                            B7FitParameter *out) {
  B7Error *error = reader->error;
  const B7Node *low = b7_node_get(node, "low"), *high = b7_node_get(node, "high");
  out->low = range[0];
  out->high = range[1];
  if (low) B7_TRY(b7_node_number(low, &out->low, error));
  if (high) B7_TRY(b7_node_number(high, &out->high, error));
  if (isnan(out->low) || isnan(out->high))
    return b7_node_fail(node, error, "'%s' has no range in its file: give 'low:' and 'high:'", out->name);
  if (!(out->low < out->high))
    return b7_node_fail(low ? low : node, error, "'%s' runs from %g to %g; 'low' is below 'high'", out->name,
                        out->low, out->high);
  B7_TRY(check_scale(reader, low ? low : node, out, out->low, "the lower limit"));
  B7_TRY(check_scale(reader, high ? high : node, out, out->high, "the upper limit"));
  if (out->start < out->low || out->start > out->high)
    return b7_node_fail(node, error, "'%s' is %g in its file, outside its limits %g to %g; widen them",
                        out->name, out->start, out->low, out->high);
  return B7_OK;
}

/* range: 90 % of the prior lies between the limits; value: the same width around what the file says */
static B7Status read_prior(const Reader *reader, const B7Node *node, B7FitParameter *out) {
  static const char *const words[] = {"range", "value", NULL};
  static const char *const keys[] = {"at", "sd", NULL};
  B7Error *error = reader->error;
  const B7Node *prior = b7_node_get(node, "prior"), *at, *sd;
  double low = b7_scale_to(out->scale, out->low), high = b7_scale_to(out->scale, out->high), value;
  if (!prior)
    return b7_node_fail(
        node, error,
        "'%s' has no prior: 'prior: range' (90 %% between the limits), 'prior: value' (the same "
        "width around the value in the file), or {at: value, sd: on the %s scale}",
        out->name, b7_scale_name(out->scale));
  out->prior_at = 0.5 * (low + high);
  out->prior_sd = (high - low) / (2 * SD_OF_90_PERCENT);
  if (prior->kind == B7_NODE_SCALAR) {
    if (strcmp(prior->text, "value") == 0) out->prior_at = b7_scale_to(out->scale, out->start);
    if (strcmp(prior->text, "value") == 0 || strcmp(prior->text, "range") == 0) return B7_OK;
    return b7_node_unknown(prior, "prior", prior->text, words, NULL, error);
  }
  B7_TRY(b7_node_only_keys(prior, keys, error));
  B7_TRY(b7_node_need(prior, "at", &at, error));
  B7_TRY(b7_node_need(prior, "sd", &sd, error));
  B7_TRY(b7_node_number(at, &value, error));
  B7_TRY(check_scale(reader, at, out, value, "the prior's value"));
  if (value < out->low || value > out->high)
    return b7_node_fail(at, error, "'%s': the prior's value %g lies outside its limits %g to %g", out->name,
                        value, out->low, out->high);
  B7_TRY(b7_node_number(sd, &out->prior_sd, error));
  if (!(out->prior_sd > 0))
    return b7_node_fail(sd, error, "'%s': the standard deviation of a prior is above 0", out->name);
  out->prior_at = b7_scale_to(out->scale, value);
  return B7_OK;
}

static B7Status read_parameter(const Reader *reader, const B7Node *key, const B7Node *node,
                               B7FitParameter *out) {
  static const char *const keys[] = {"model", "population", "parameter", "what",  "product", "attribute",
                                     "scale", "low",        "high",      "prior", "why",     NULL};
  double range[2];
  bool sourced;
  const B7Node *why = b7_node_get(node, "why");
  *out = (B7FitParameter){.name = key->text, .node = node, .why = ""};
  B7_TRY(b7_node_only_keys(node, keys, reader->error));
  B7_TRY(read_target(reader, node, out));
  B7_TRY(describe_target(reader, out));
  B7_TRY(read_scale(reader, node, out));
  B7_TRY(b7_places_find(reader->out, out, range, &sourced, reader->error));
  B7_TRY(check_scale(reader, node, out, out->start, "the value"));
  if (why) B7_TRY(b7_node_text(why, &out->why, reader->error));
  if (sourced && !*out->why)
    return b7_node_fail(node, reader->error,
                        "'%s' has a published value (%s); say in 'why:' why the rows may move it", out->name,
                        out->basis);
  B7_TRY(read_limits(reader, node, range, out));
  return read_prior(reader, node, out);
}

static B7Status refuse_twice(const Reader *reader, const B7FitParameter *parameters, int32_t last) {
  for (int32_t i = 0; i < last; i++) {
    for (int32_t a = 0; a < parameters[i].n_place; a++) {
      for (int32_t b = 0; b < parameters[last].n_place; b++) {
        if (parameters[i].places[a] != parameters[last].places[b]) continue;
        return b7_node_fail(parameters[last].node, reader->error, "'%s' is the same number as '%s'",
                            parameters[last].name, parameters[i].name);
      }
    }
  }
  return B7_OK;
}

static B7Status read_parameters(const Reader *reader, const B7Node *node) {
  B7Calibration *out = reader->out;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'parameters' (name: where it lives and what is known of it)",
                        reader->error));
  if (node->count < 1 || node->count > B7_FIT_PARAMETERS_MAX)
    return b7_node_fail(node, reader->error, "1 to %d values can be fitted together, not %d",
                        B7_FIT_PARAMETERS_MAX, (int)node->count);
  out->parameters = B7_ARENA_ARRAY(&out->arena, B7FitParameter, node->count);
  if (!out->parameters) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < node->count; i++) {
    B7_TRY(read_parameter(reader, node->keys[i], node->items[i], &out->parameters[i]));
    B7_TRY(refuse_twice(reader, out->parameters, i));
  }
  out->n_parameter = node->count;
  return B7_OK;
}

/* ---- rows ---- */

/* rows of one entry: {study: X, endpoint: cr, arm: all, at: 365 d, weight: 0.5, why: ...} */
typedef struct Choice {
  const char *study, *endpoint, *arm;
  double at_day, weight;
} Choice;

static bool chosen(const Choice *choice, const B7FitRow *row) {
  const char *arm = row->row->arm >= 0 ? row->study->arms[row->row->arm].name : "";
  return strcmp(choice->study, row->study->id) == 0 &&
         (!choice->endpoint || strcmp(choice->endpoint, row->row->endpoint->name) == 0) &&
         (!choice->arm || strcmp(choice->arm, arm) == 0) &&
         (isnan(choice->at_day) || choice->at_day == row->row->at_day);
}

/* a study that has rows to fit to */
static B7Status check_study(const Reader *reader, const B7Node *node) {
  const char *name;
  B7_TRY(b7_node_text(node, &name, reader->error));
  const B7Study *study = b7_studies_find(reader->out->studies, name);
  if (!study)
    return b7_node_unknown(node, "study", name, reader->out->studies->ids,
                           "`bridge7 validate --list` shows them", reader->error);
  if (study->prediction)
    return b7_node_fail(node, reader->error, "the outcomes of '%s' are kept out: it has no rows to fit to",
                        name);
  return B7_OK;
}

static B7Status read_choice(const Reader *reader, const B7Node *node, Choice *out) {
  static const char *const keys[] = {"study", "endpoint", "arm", "at", "weight", "why", NULL};
  B7Error *error = reader->error;
  const B7Node *study, *weight, *why, *endpoint = b7_node_get(node, "endpoint"),
                                      *arm = b7_node_get(node, "arm"), *at = b7_node_get(node, "at");
  const char *unit;
  *out = (Choice){.at_day = NAN};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_node_need(node, "study", &study, error));
  B7_TRY(b7_node_need(node, "weight", &weight, error));
  B7_TRY(b7_node_need(node, "why", &why, error));
  B7_TRY(check_study(reader, study));
  out->study = study->text;
  if (endpoint) B7_TRY(b7_node_text(endpoint, &out->endpoint, error));
  if (arm) B7_TRY(b7_node_text(arm, &out->arm, error));
  if (at) B7_TRY(b7_node_quantity(at, &out->at_day, &unit, error));
  if (at && strcmp(unit, "d") != 0) return b7_node_fail(at, error, "'at' is in days, such as '365 d'");
  B7_TRY(b7_node_number(weight, &out->weight, error));
  if (!(out->weight >= 0 && out->weight <= 1))
    return b7_node_fail(weight, error, "a weight is 0 (left out) to 1 (independent evidence)");
  return B7_OK;
}

static bool asked_for(const B7Node *only, const char *study) {
  for (int32_t i = 0; only && i < only->count; i++) {
    if (strcmp(only->items[i]->text, study) == 0) return true;
  }
  return !only;
}

/* `studies: [A, B]` */
static B7Status check_studies(const Reader *reader, const B7Node *only) {
  if (!only) return B7_OK;
  B7_TRY(b7_node_expect(only, B7_NODE_SEQUENCE, "'studies'", reader->error));
  for (int32_t i = 0; i < only->count; i++) B7_TRY(check_study(reader, only->items[i]));
  return B7_OK;
}

/* every calibration row that has a sampling error */
static B7Status gather_rows(const Reader *reader, const B7Node *only) {
  B7Calibration *out = reader->out;
  const B7Studies *studies = out->studies;
  int32_t most = 0;
  for (int32_t s = 0; s < studies->n_study; s++) most += studies->studies[s].n_row;
  out->rows = B7_ARENA_ARRAY(&out->arena, B7FitRow, most + 1);
  if (!out->rows) return b7_fail_memory(reader->error);
  for (int32_t s = 0; s < studies->n_study; s++) {
    const B7Study *study = &studies->studies[s];
    if (study->prediction || !asked_for(only, study->id)) continue;
    for (int32_t r = 0; r < study->n_row; r++) {
      const B7StudyRow *row = &study->rows[r];
      if (isnan(row->low) || isnan(row->high)) {
        out->n_left_out++;
      } else {
        out->rows[out->n_row++] = (B7FitRow){.study = study, .row = row, .weight = 1};
      }
    }
  }
  return B7_OK;
}

static B7Status read_rows(const Reader *reader, const B7Node *only, const B7Node *node) {
  B7Calibration *out = reader->out;
  B7_TRY(check_studies(reader, only));
  B7_TRY(gather_rows(reader, only));
  if (node) B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'rows'", reader->error));
  for (int32_t i = 0; node && i < node->count; i++) {
    Choice choice;
    int32_t found = 0;
    B7_TRY(read_choice(reader, node->items[i], &choice));
    for (int32_t r = 0; r < out->n_row; r++) {
      if (!chosen(&choice, &out->rows[r])) continue;
      out->rows[r].weight = choice.weight;
      found++;
    }
    if (found == 0)
      return b7_node_fail(
          node->items[i], reader->error,
          "study '%s' has no such row with a sampling error; `bridge7 validate --study %s` shows its rows",
          choice.study, choice.study);
  }
  int32_t kept = 0;
  for (int32_t r = 0; r < out->n_row; r++) {
    if (out->rows[r].weight > 0) out->rows[kept++] = out->rows[r];
  }
  out->n_left_out += out->n_row - kept;
  out->n_row = kept;
  if (kept == 0)
    return b7_fail_at(reader->error, B7_ERROR_INPUT, out->path, 1, 1, "no row is left to fit to");
  return B7_OK;
}

/* ---- the whole file ---- */

static B7Status read_between(const Reader *reader, const B7Node *node) {
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

static B7Status read_fit(const Reader *reader, const B7Node *root) {
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
  B7_TRY(read_rows(reader, b7_node_get(root, "studies"), b7_node_get(root, "rows")));
  return read_parameters(reader, parameters);
}

B7Status b7_calibration_document(B7Calibration *calibration, const char *path, const B7Node **root,
                                 B7Error *error) {
  for (int32_t i = 0; i < calibration->n_document; i++) {
    if (strcmp(calibration->document_paths[i], path) != 0) continue;
    *root = b7_document_root(calibration->documents[i]);
    return B7_OK;
  }
  B7Arena *arena = &calibration->arena;
  size_t room = calibration->document_room;
  B7Document **documents =
      b7_arena_grow(arena, calibration->documents, (size_t)calibration->n_document, &room, sizeof *documents);
  room = calibration->document_room;
  const char **paths = b7_arena_grow(arena, calibration->document_paths, (size_t)calibration->n_document,
                                     &room, sizeof *paths);
  char *kept = b7_arena_text(arena, path, strlen(path));
  if (!documents || !paths || !kept) return b7_fail_memory(error);
  calibration->documents = documents;
  calibration->document_paths = paths;
  calibration->document_room = room;
  B7_TRY(b7_document_load(path, &arena->hooks, &documents[calibration->n_document], error));
  paths[calibration->n_document] = kept;
  *root = b7_document_root(documents[calibration->n_document++]);
  return B7_OK;
}

/* ---- what decides the outcome ---- */

static B7Status hash_file(const Reader *reader, const char *path, uint64_t *hash) {
  char *bytes;
  size_t length;
  const B7Hooks *hooks = &reader->out->arena.hooks;
  B7_TRY(b7_file_read(path, hooks, &bytes, &length, reader->error));
  *hash = b7_hash_bytes(*hash, bytes, length);
  b7_memory_resize(hooks, bytes, length + 1, 0);
  return B7_OK;
}

static B7Status hash_folder(const Reader *reader, const char *folder, uint64_t *hash) {
  char **paths;
  int32_t count;
  B7_TRY(b7_file_list(folder, ".yaml", &reader->out->arena, &paths, &count, reader->error));
  for (int32_t i = 0; i < count; i++) B7_TRY(hash_file(reader, paths[i], hash));
  return B7_OK;
}

static B7Status make_fingerprint(const Reader *reader) {
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

static B7Status keep_path(const Reader *reader, const char **path) {
  *path = b7_arena_text(&reader->out->arena, *path, strlen(*path));
  return *path ? B7_OK : b7_fail_memory(reader->error);
}

static B7Status load(const Reader *reader, const B7Hooks *hooks) {
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
  const Reader reader = {.out = calibration, .error = error};
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
