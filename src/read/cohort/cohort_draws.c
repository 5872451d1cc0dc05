/* cohort_draws.c - how parameters and covariates of a population are drawn. */
#include <math.h>
#include <string.h>

#include "base/hash.h"
#include "base/status.h"
#include "kernel/tables.h"
#include "read/cohort/cohort_read.h"

static const char *const body_formulas[] = {
#define BODY_NAME(id, name) name,
    B7_BODY_FORMULA_LIST(BODY_NAME)
#undef BODY_NAME
        NULL};

/* ---- names and numbers ---- */

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

/* ---- what is worked out from others ---- */

/* {of: weight, reference: 65, value: 1.72, power: 0.65} */
static B7Status read_follow(const B7CohortReader *reader, const B7Node *node, B7Draw *draw) {
  const B7Node *reference, *value, *power;
  B7_TRY(b7_cohort_place(reader, b7_node_get(node, "of"), &draw->follows));
  B7_TRY(b7_node_need(node, "reference", &reference, reader->error));
  B7_TRY(b7_node_need(node, "value", &value, reader->error));
  B7_TRY(b7_node_need(node, "power", &power, reader->error));
  B7_TRY(b7_node_number(reference, &draw->follows_reference, reader->error));
  B7_TRY(b7_node_number(value, &draw->value, reader->error));
  B7_TRY(b7_node_number(power, &draw->follows_power, reader->error));
  if (!(draw->follows_reference > 0))
    return b7_node_fail(reference, reader->error, "the reference must be above 0");
  draw->spread_sd = 0;
  return B7_OK;
}

/* {formula: mosteller, height: height, weight: weight}: body surface in m2 from cm and kg */
static B7Status read_formula(const B7CohortReader *reader, const B7Node *node, B7Draw *draw) {
  const B7Node *formula = b7_node_get(node, "formula"), *height, *weight;
  B7_TRY(b7_node_expect(formula, B7_NODE_SCALAR, "'formula'", reader->error));
  for (int i = 0; body_formulas[i]; i++) {
    if (strcmp(body_formulas[i], formula->text) == 0) draw->formula = (B7BodyFormula)(i + 1);
  }
  if (draw->formula == B7_BODY_NONE)
    return b7_node_unknown(formula, "formula", formula->text, body_formulas, NULL, reader->error);
  B7_TRY(b7_node_need(node, "height", &height, reader->error));
  B7_TRY(b7_node_need(node, "weight", &weight, reader->error));
  B7_TRY(b7_cohort_place(reader, height, &draw->height));
  B7_TRY(b7_cohort_place(reader, weight, &draw->weight));
  draw->spread_sd = 0;
  return B7_OK;
}

/* ---- what is drawn ---- */

static B7Status read_limits(const B7CohortReader *reader, const B7Node *node, B7Draw *draw) {
  const B7Node *low = b7_node_get(node, "low"), *high = b7_node_get(node, "high"),
               *share = b7_node_get(node, "share"), *otherwise;
  if (low) B7_TRY(b7_node_number(low, &draw->low, reader->error));
  if (high) B7_TRY(b7_node_number(high, &draw->high, reader->error));
  if (draw->low > draw->high) return b7_node_fail(low ? low : high, reader->error, "'low' is above 'high'");
  if (!share) return B7_OK;
  B7_TRY(b7_cohort_share(share, &draw->share, reader->error));
  B7_TRY(b7_node_need(node, "otherwise", &otherwise, reader->error));
  return b7_node_number(otherwise, &draw->otherwise, reader->error);
}

/* one of a distribution, a value, a rule; the keys have been checked */
static B7Status read_law(B7CohortReader *reader, const B7Node *name, const B7Node *node, B7Draw *draw) {
  static const struct {
    const char *key;
    B7SpreadKind spread;
  } kinds[] = {{"lognormal", B7_SPREAD_LOGNORMAL}, {"normal", B7_SPREAD_NORMAL}, {"logit", B7_SPREAD_LOGIT}};
  B7Error *error = reader->error;
  B7_TRY(b7_cohort_basis(node, name->text, error));
  draw->rank = reader->rank++;
  if (b7_node_get(node, "of")) return read_follow(reader, node, draw);
  if (b7_node_get(node, "formula")) return read_formula(reader, node, draw);
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
    if (draw->spread == B7_SPREAD_LOGIT && !(draw->value > 0 && draw->value < 1)) {
      return b7_node_fail(pair, error, "the typical value on the logit scale lies between 0 and 1");
    }
  }
  const B7Node *value = b7_node_get(node, "value");
  if (!found && !value) {
    return b7_node_fail(
        node, error, "'%s' needs a distribution (lognormal, normal, logit), a value, or 'of:'", name->text);
  }
  if (value) B7_TRY(b7_node_number(value, &draw->value, error));
  if (value && !found) draw->spread_sd = 0;
  return read_limits(reader, node, draw);
}

B7Status b7_cohort_parameters(B7CohortReader *reader, const B7Node *node) {
  static const char *const keys[] = {"lognormal", "normal", "logit",     "low",     "high",  "share",
                                     "otherwise", "of",     "reference", "value",   "power", "formula",
                                     "height",    "weight", "source",    "assumed", "note",  NULL};
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'parameters'", reader->error));
  for (int32_t i = 0; i < node->count; i++) {
    int32_t place;
    B7_TRY(b7_node_expect(node->items[i], B7_NODE_MAPPING, "a distribution", reader->error));
    B7_TRY(b7_node_only_keys(node->items[i], keys, reader->error));
    B7_TRY(b7_cohort_place(reader, node->keys[i], &place));
    B7_TRY(read_law(reader, node->keys[i], node->items[i], &reader->population->draws[place]));
  }
  return B7_OK;
}

/* {yes: 0.7}: 1 in that share of patients, else 0 */
static B7Status read_covariate(B7CohortReader *reader, const B7Node *name, const B7Node *node) {
  static const char *const keys[] = {
      "label",     "unit", "yes",       "whole", "lognormal", "normal", "logit",   "low",  "high", "share",
      "otherwise", "of",   "reference", "value", "power",     "source", "assumed", "note", NULL};
  B7Population *population = reader->population;
  B7Error *error = reader->error;
  const B7Node *label, *unit = b7_node_get(node, "unit"), *yes = b7_node_get(node, "yes"),
                       *whole = b7_node_get(node, "whole");
  const char *label_text, *unit_text = "1";
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a covariate", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  if (b7_tables_parameter(reader->tables, name->text) >= 0 ||
      b7_tables_observable(reader->tables, name->text) >= 0)
    return b7_node_fail(name, error, "'%s' is a parameter or an observable of the model; choose another name",
                        name->text);
  if (population->n_covariate == B7_COVARIATES_MOST)
    return b7_node_fail(name, error, "at most %d covariates", B7_COVARIATES_MOST);
  B7_TRY(b7_node_need(node, "label", &label, error));
  B7_TRY(b7_node_text(label, &label_text, error));
  if (unit) B7_TRY(b7_node_text(unit, &unit_text, error));
  B7Draw draw = {.address = b7_hash_bytes(B7_HASH_START, name->text, strlen(name->text)) << 2,
                 .low = -INFINITY,
                 .high = INFINITY,
                 .within_low = -INFINITY,
                 .within_high = INFINITY,
                 .share = 1,
                 .follows = -1,
                 .dimension = -1,
                 .share_dimension = -1,
                 .correlated = -1};
  if (whole) B7_TRY(b7_node_bool(whole, &draw.whole, error));
  if (yes) {
    B7_TRY(b7_cohort_basis(node, name->text, error));
    B7_TRY(b7_cohort_share(yes, &draw.value, error));
    draw.yes_no = true;
    draw.rank = reader->rank++;
  } else {
    B7_TRY(read_law(reader, name, node, &draw));
  }
  B7Covariate *covariate = &population->covariates[population->n_covariate];
  *covariate = (B7Covariate){.name = b7_arena_text(&population->arena, name->text, strlen(name->text)),
                             .label = b7_arena_text(&population->arena, label_text, strlen(label_text)),
                             .unit = b7_arena_text(&population->arena, unit_text, strlen(unit_text))};
  if (!covariate->name || !covariate->label || !covariate->unit) return b7_fail_memory(error);
  population->draws[population->n_own + population->n_covariate++] = draw;
  return B7_OK;
}

B7Status b7_cohort_covariates(B7CohortReader *reader, const B7Node *node) {
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'covariates'", reader->error));
  for (int32_t i = 0; i < node->count; i++) B7_TRY(read_covariate(reader, node->keys[i], node->items[i]));
  return B7_OK;
}
