#include "sim/cohort.h"

#include <math.h>
#include <string.h>

#include "base/document.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/status.h"

typedef struct Reader {
  const B7KernelTables *tables;
  B7Population *population;
  B7Cohort *cohort;
  B7Error *error;
} Reader;

static B7Status find_own(const Reader *reader, const B7Node *name, B7Draw **out) {
  const B7KernelTables *tables = reader->tables;
  const char **names = B7_ARENA_ARRAY(&reader->cohort->arena, const char *, tables->n_parameter + 1);
  if (!names) return b7_fail_memory(reader->error);
  int32_t n = 0;
  for (int32_t p = 0; p < tables->n_parameter; p++) {
    const B7KernelParameter *parameter = &tables->parameters[p];
    if (parameter->own_index >= 0) names[n++] = parameter->name;
    if (strcmp(parameter->name, name->text) != 0) continue;
    if (parameter->own_index < 0) {
      return b7_node_fail(
          name, reader->error,
          "'%s' has one value for all patients in this model; give it a spread or 'patient: true' there",
          name->text);
    }
    *out = &reader->population->draws[parameter->own_index];
    return B7_OK;
  }
  return b7_node_unknown(name, "parameter", name->text, names, "`bridge7 model describe` lists the names",
                         reader->error);
}

/* [typical, sd] */
static B7Status read_pair(const B7Node *node, double *first, double *second, B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "a distribution [typical value, standard deviation]", error));
  if (node->count != 2)
    return b7_node_fail(node, error, "a distribution has two numbers: [typical value, standard deviation]");
  B7_TRY(b7_node_number(node->items[0], first, error));
  B7_TRY(b7_node_number(node->items[1], second, error));
  if (!(*second >= 0)) return b7_node_fail(node->items[1], error, "a standard deviation is 0 or more");
  return B7_OK;
}

static B7Status read_share(const B7Node *node, double *out, B7Error *error) {
  B7_TRY(b7_node_number(node, out, error));
  if (!(*out >= 0 && *out <= 1)) return b7_node_fail(node, error, "a share lies between 0 and 1");
  return B7_OK;
}

/* exactly one of source and assumed */
static B7Status need_basis(const B7Node *node, const char *name, B7Error *error) {
  bool source = b7_node_get(node, "source") != NULL, assumed = b7_node_get(node, "assumed") != NULL;
  if (source != assumed) return B7_OK;
  return b7_node_fail(node, error,
                      "'%s' needs either 'source:' (key of the bibliography) or 'assumed:' (why)", name);
}

/* bsa: {of: weight, reference: 65, value: 1.72, power: 0.65} */
static B7Status read_follow(const Reader *reader, const B7Node *node, B7Draw *draw) {
  const B7Node *of = b7_node_get(node, "of"), *reference, *value, *power;
  B7Draw *followed;
  B7_TRY(find_own(reader, of, &followed));
  B7_TRY(b7_node_need(node, "reference", &reference, reader->error));
  B7_TRY(b7_node_need(node, "value", &value, reader->error));
  B7_TRY(b7_node_need(node, "power", &power, reader->error));
  B7_TRY(b7_node_number(reference, &draw->follows_reference, reader->error));
  B7_TRY(b7_node_number(value, &draw->value, reader->error));
  B7_TRY(b7_node_number(power, &draw->follows_power, reader->error));
  if (!(draw->follows_reference > 0))
    return b7_node_fail(reference, reader->error, "the reference must be above 0");
  draw->follows = (int32_t)(followed - reader->population->draws);
  draw->spread_sd = 0;
  return B7_OK;
}

static B7Status read_draw(const Reader *reader, const B7Node *name, const B7Node *node) {
  static const char *const keys[] = {"lognormal", "normal",    "logit",   "low",       "high",
                                     "share",     "otherwise", "of",      "reference", "value",
                                     "power",     "source",    "assumed", "note",      NULL};
  static const struct {
    const char *key;
    B7SpreadKind spread;
  } kinds[] = {{"lognormal", B7_SPREAD_LOGNORMAL}, {"normal", B7_SPREAD_NORMAL}, {"logit", B7_SPREAD_LOGIT}};
  B7Error *error = reader->error;
  B7Draw *draw = NULL;
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(find_own(reader, name, &draw));
  B7_TRY(need_basis(node, name->text, error));
  if (b7_node_get(node, "of")) return read_follow(reader, node, draw);
  const B7Node *found = NULL;
  for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
    const B7Node *pair = b7_node_get(node, kinds[k].key);
    if (!pair) continue;
    if (found) return b7_node_fail(pair, error, "'%s' has two distributions; keep one", name->text);
    found = pair;
    draw->spread = kinds[k].spread;
    B7_TRY(read_pair(pair, &draw->value, &draw->spread_sd, error));
    if (draw->spread == B7_SPREAD_LOGNORMAL && !(draw->value > 0)) {
      return b7_node_fail(pair, error, "the typical value of a lognormal is above 0");
    }
  }
  const B7Node *value = b7_node_get(node, "value");
  if (!found && !value) {
    return b7_node_fail(
        node, error, "'%s' needs a distribution (lognormal, normal, logit), a value, or 'of:'", name->text);
  }
  if (value) B7_TRY(b7_node_number(value, &draw->value, error));
  if (value && !found) draw->spread_sd = 0;
  const B7Node *low = b7_node_get(node, "low"), *high = b7_node_get(node, "high"),
               *share = b7_node_get(node, "share");
  if (low) B7_TRY(b7_node_number(low, &draw->low, error));
  if (high) B7_TRY(b7_node_number(high, &draw->high, error));
  if (draw->low > draw->high) return b7_node_fail(low, error, "'low' is above 'high'");
  if (!share) return B7_OK;
  const B7Node *otherwise;
  B7_TRY(read_share(share, &draw->share, error));
  B7_TRY(b7_node_need(node, "otherwise", &otherwise, error));
  return b7_node_number(otherwise, &draw->otherwise, error);
}

static B7Status read_mismatch(const Reader *reader, const B7Node *row, B7DonorLevel *out) {
  const B7Node *gvh, *hvg;
  B7_TRY(b7_node_need(row, "mismatch_gvh", &gvh, reader->error));
  B7_TRY(b7_node_need(row, "mismatch_hvg", &hvg, reader->error));
  B7_TRY(read_share(gvh, &out->mismatch_gvh, reader->error));
  return read_share(hvg, &out->mismatch_hvg, reader->error);
}

/* levels: [{share: 0.7, mismatch_gvh: 0.42, mismatch_hvg: 0.42}, ...]; or one mismatch for all */
static B7Status read_levels(const Reader *reader, const B7Node *row, B7CohortDonor *out) {
  static const char *const keys[] = {"share", "mismatch_gvh", "mismatch_hvg", "note", NULL};
  const B7Node *levels = b7_node_get(row, "levels");
  B7Error *error = reader->error;
  out->n_level = 1;
  out->levels[0].share = 1;
  if (!levels) return read_mismatch(reader, row, &out->levels[0]);
  if (b7_node_get(row, "mismatch_gvh") || b7_node_get(row, "mismatch_hvg"))
    return b7_node_fail(levels, error, "give one mismatch for all or 'levels:', not both");
  B7_TRY(b7_node_expect(levels, B7_NODE_SEQUENCE, "'levels'", error));
  if (levels->count < 1 || levels->count > B7_DONOR_LEVELS_MOST)
    return b7_node_fail(levels, error, "a donor has 1 to %d levels of mismatch", B7_DONOR_LEVELS_MOST);
  out->n_level = levels->count;
  double sum = 0;
  for (int32_t i = 0; i < levels->count; i++) {
    const B7Node *level = levels->items[i], *share;
    B7_TRY(b7_node_expect(level, B7_NODE_MAPPING, "a level of mismatch", error));
    B7_TRY(b7_node_only_keys(level, keys, error));
    B7_TRY(b7_node_need(level, "share", &share, error));
    B7_TRY(read_share(share, &out->levels[i].share, error));
    B7_TRY(read_mismatch(reader, level, &out->levels[i]));
    sum += out->levels[i].share;
  }
  if (fabs(sum - 1) > 1e-6)
    return b7_node_fail(levels, error, "the shares of the levels add up to %g, not to 1", sum);
  return B7_OK;
}

static B7Status read_donors(const Reader *reader, const B7Node *node) {
  static const char *const keys[] = {"share",  "mismatch_gvh", "mismatch_hvg", "levels",
                                     "source", "assumed",      "note",         NULL};
  B7Error *error = reader->error;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'donors'", error));
  B7CohortDonor *donors = B7_ARENA_ARRAY(&reader->cohort->arena, B7CohortDonor, node->count);
  if (!donors) return b7_fail_memory(error);
  for (int32_t i = 0; i < node->count; i++) {
    const B7Node *row = node->items[i], *share;
    B7_TRY(b7_node_only_keys(row, keys, error));
    B7_TRY(need_basis(row, node->keys[i]->text, error));
    B7_TRY(b7_node_need(row, "share", &share, error));
    B7_TRY(read_share(share, &donors[i].share, error));
    B7_TRY(read_levels(reader, row, &donors[i]));
    donors[i].name = b7_arena_text(&reader->cohort->arena, node->keys[i]->text, strlen(node->keys[i]->text));
    if (!donors[i].name) return b7_fail_memory(error);
  }
  reader->cohort->donors = donors;
  reader->cohort->n_donor = node->count;
  return B7_OK;
}

static B7Status keep_text(const Reader *reader, const B7Node *root, const char *key, const char **out) {
  const B7Node *node;
  const char *text;
  B7_TRY(b7_node_need(root, key, &node, reader->error));
  B7_TRY(b7_node_text(node, &text, reader->error));
  *out = b7_arena_text(&reader->cohort->arena, text, strlen(text));
  return *out ? B7_OK : b7_fail_memory(reader->error);
}

static B7Status read_cohort(const Reader *reader, const B7Node *root) {
  static const char *const keys[] = {"population", "title", "about", "parameters", "donors", NULL};
  const B7Node *parameters, *donors = b7_node_get(root, "donors");
  B7_TRY(b7_node_only_keys(root, keys, reader->error));
  B7_TRY(keep_text(reader, root, "population", &reader->cohort->name));
  B7_TRY(keep_text(reader, root, "title", &reader->cohort->title));
  B7_TRY(b7_node_need(root, "parameters", &parameters, reader->error));
  B7_TRY(b7_node_expect(parameters, B7_NODE_MAPPING, "'parameters'", reader->error));
  for (int32_t i = 0; i < parameters->count; i++) {
    B7_TRY(read_draw(reader, parameters->keys[i], parameters->items[i]));
  }
  return donors ? read_donors(reader, donors) : B7_OK;
}

B7Status b7_cohort_load(const char *path, const B7KernelTables *tables, B7Population *population,
                        const B7Hooks *hooks, B7Cohort **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Cohort *cohort = B7_ARENA_ARRAY(&arena, B7Cohort, 1);
  if (!cohort) return b7_fail_memory(error);
  cohort->arena = arena;
  B7Document *document;
  B7Status status = b7_document_load(path, hooks, &document, error);
  if (status == B7_OK) {
    Reader reader = {.tables = tables, .population = population, .cohort = cohort, .error = error};
    status = read_cohort(&reader, b7_document_root(document));
    b7_document_free(document);
  }
  if (status != B7_OK) {
    b7_cohort_free(cohort);
    return status;
  }
  *out = cohort;
  return B7_OK;
}

void b7_cohort_free(B7Cohort *cohort) {
  if (!cohort) return;
  B7Arena arena = cohort->arena;
  b7_arena_free(&arena);
}

const B7CohortDonor *b7_cohort_donor(const B7Cohort *cohort, const char *name) {
  for (int32_t i = 0; i < cohort->n_donor; i++) {
    if (strcmp(cohort->donors[i].name, name) == 0) return &cohort->donors[i];
  }
  return NULL;
}

int32_t b7_cohort_donor_level(const B7CohortDonor *donor, uint64_t seed, uint64_t id) {
  uint64_t address = b7_hash_bytes(B7_HASH_START, donor->name, strlen(donor->name)) << 2;
  B7Random random = b7_random_at(seed, id, B7_STREAM_TRIAL, address);
  double u = b7_random_uniform(&random);
  for (int32_t i = 0; i + 1 < donor->n_level; i++) {
    if (u < donor->levels[i].share) return i;
    u -= donor->levels[i].share;
  }
  return donor->n_level - 1;
}
