/* load_value.c - one value of a model file: number, unit, range, spread, and where it comes from. */
#include "read/model/model_reader.h"

#include <math.h>
#include <string.h>

B7ModelPlace b7_load_place(B7Draft *draft, const B7Node *node) {
  B7Model *model = draft->model;
  // items of one file follow each other: the name is kept once for them all
  const char *file = model->n_module ? model->modules[draft->module].place.file : NULL;
  if (!file || strcmp(file, node->file) != 0) file = b7_draft_text(draft, node->file);
  return (B7ModelPlace){file ? file : "", node->line, node->column};
}

B7Status b7_load_text(B7Draft *draft, const B7Node *mapping, const char *key, bool needed, const char **out,
                      B7Error *error) {
  *out = "";
  const B7Node *node = b7_node_get(mapping, key);
  if (!node && !needed) return B7_OK;
  B7_TRY(b7_node_need(mapping, key, &node, error));
  const char *text;
  B7_TRY(b7_node_text(node, &text, error));
  size_t length = strlen(text);
  // folded YAML texts end in a line break
  while (length && text[length - 1] == '\n') length--;
  if (needed && length == 0) return b7_node_fail(node, error, "'%s:' is empty", key);
  *out = b7_arena_text(&draft->model->arena, text, length);
  return *out ? B7_OK : b7_fail_memory(error);
}

B7Status b7_load_unit(B7Draft *draft, const B7Node *mapping, const char **out, B7Error *error) {
  B7_TRY(b7_load_text(draft, mapping, "unit", true, out, error));
  if (b7_units_known(draft->units, *out)) return B7_OK;
  return b7_node_fail(
      b7_node_get(mapping, "unit"), error,
      "'%s' is not a unit. Units are written as in 1/d, Gcell, pg/mL, 10^9/L, percent; no dimension is \"1\"",
      *out);
}

static B7Status read_range(const B7Node *node, B7ModelParameter *p, B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "range", error));
  if (node->count != 2) return b7_node_fail(node, error, "a range is two numbers: [low, high]");
  B7_TRY(b7_node_number(node->items[0], &p->low, error));
  B7_TRY(b7_node_number(node->items[1], &p->high, error));
  if (p->low > p->high)
    return b7_node_fail(node, error, "range of '%s': the low end %g is above the high end %g", p->name,
                        p->low, p->high);
  if (p->value < p->low || p->value > p->high)
    return b7_node_fail(node, error, "value %g of '%s' is outside its range [%g, %g]", p->value, p->name,
                        p->low, p->high);
  return B7_OK;
}

static B7Status read_spread(const B7Node *node, B7ModelParameter *p, B7Error *error) {
  static const char *const keys[] = {"lognormal", "normal", "logit", NULL};
  static const B7SpreadKind spreads[] = {B7_SPREAD_LOGNORMAL, B7_SPREAD_NORMAL, B7_SPREAD_LOGIT};
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "spread", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  if (node->count != 1)
    return b7_node_fail(node, error, "spread is one of {lognormal: sd}, {normal: sd}, {logit: sd}");
  B7_TRY(b7_node_number(node->items[0], &p->spread_sd, error));
  int kind = 0;
  while (strcmp(keys[kind], node->keys[0]->text) != 0) kind++;
  p->spread = spreads[kind];
  if (p->spread_sd <= 0)
    return b7_node_fail(node->items[0], error,
                        "spread of '%s' must be above 0; leave it out when patients do not differ", p->name);
  if (p->spread == B7_SPREAD_LOGNORMAL && p->value <= 0)
    return b7_node_fail(node, error, "'%s' is %g: a lognormal spread needs a value above 0", p->name,
                        p->value);
  if (p->spread == B7_SPREAD_LOGIT && (p->value <= 0 || p->value >= 1))
    return b7_node_fail(node, error, "'%s' is %g: a logit spread needs a value between 0 and 1", p->name,
                        p->value);
  return B7_OK;
}

static bool in_bibliography(const B7Draft *draft, const char *key) {
  for (const char *const *known = draft->bibliography; known && *known; known++)
    if (strcmp(*known, key) == 0) return true;
  return false;
}

static B7Status check_key(const B7Draft *draft, const B7Node *node, B7Error *error) {
  const char *key;
  B7_TRY(b7_node_text(node, &key, error));
  if (draft->bibliography_unread || in_bibliography(draft, key)) return B7_OK;
  if (!draft->bibliography)
    return b7_node_fail(node, error,
                        "source '%s' cannot be looked up: the model names no bibliography:", key);
  const char *near = b7_suggest(key, draft->bibliography);
  if (near)
    return b7_node_fail(node, error, "source '%s' is not in the bibliography. Did you mean '%s'?", key, near);
  return b7_node_fail(node, error, "source '%s' is not in the bibliography", key);
}

B7Status b7_load_check_source(const B7Draft *draft, const B7Node *node, B7Error *error) {
  if (node->kind == B7_NODE_SCALAR) return check_key(draft, node, error);
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "source", error));
  if (node->count == 0) return b7_node_fail(node, error, "the list of sources is empty");
  for (int32_t i = 0; i < node->count; i++) B7_TRY(check_key(draft, node->items[i], error));
  return B7_OK;
}

/* one key or a list of keys, joined by ", " */
static B7Status read_source(B7Draft *draft, const B7Node *node, B7ModelBasis *basis, B7Error *error) {
  basis->kind = B7_BASIS_SOURCE;
  B7_TRY(b7_load_check_source(draft, node, error));
  bool list = node->kind == B7_NODE_SEQUENCE;
  basis->text = list ? "" : b7_draft_text(draft, node->text);
  for (int32_t i = 0; list && basis->text && i < node->count; i++)
    basis->text =
        b7_arena_format(&draft->model->arena, "%s%s%s", basis->text, i ? ", " : "", node->items[i]->text);
  return basis->text ? B7_OK : b7_fail_memory(error);
}

static B7Status read_tuned(B7Draft *draft, const B7Node *node, B7ModelBasis *basis, B7Error *error) {
  static const char *const keys[] = {"to", "why", NULL};
  static const char *const aims[] = {"index_case", "cohorts", "both", NULL};
  basis->kind = B7_BASIS_TUNED;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "tuned", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_load_text(draft, node, "why", true, &basis->text, error));
  B7_TRY(b7_load_text(draft, node, "to", true, &basis->tuned_to, error));
  for (const char *const *aim = aims; *aim; aim++)
    if (strcmp(*aim, basis->tuned_to) == 0) return B7_OK;
  return b7_node_fail(b7_node_get(node, "to"), error, "'%s': values are tuned to index_case, cohorts or both",
                      basis->tuned_to);
}

static B7Status read_basis(B7Draft *draft, const B7Node *mapping, B7ModelParameter *p, B7Error *error) {
  const B7Node *source = b7_node_get(mapping, "source"), *assumed = b7_node_get(mapping, "assumed"),
               *tuned = b7_node_get(mapping, "tuned");
  int given = (source != NULL) + (assumed != NULL) + (tuned != NULL);
  if (given == 0)
    return b7_node_fail(
        mapping, error,
        "'%s' does not say where its value is from: give source:, assumed: or tuned:", p->name);
  if (given > 1)
    return b7_node_fail(mapping, error, "'%s' must have exactly one of source:, assumed:, tuned:", p->name);
  if (source) return read_source(draft, source, &p->basis, error);
  if (isnan(p->low))
    return b7_node_fail(mapping, error, "'%s' is %s: give the range: [low, high] in which the value may lie",
                        p->name, assumed ? "assumed" : "tuned");
  if (tuned) return read_tuned(draft, tuned, &p->basis, error);
  p->basis.kind = B7_BASIS_ASSUMED;
  return b7_load_text(draft, mapping, "assumed", true, &p->basis.text, error);
}

B7Status b7_load_value(B7Draft *draft, const B7Node *mapping, B7ModelParameter *p, B7Error *error) {
  const B7Node *value;
  B7_TRY(b7_node_need(mapping, "value", &value, error));
  B7_TRY(b7_node_number(value, &p->value, error));
  const B7Node *range = b7_node_get(mapping, "range"), *spread = b7_node_get(mapping, "spread"),
               *patient = b7_node_get(mapping, "patient");
  if (range) B7_TRY(read_range(range, p, error));
  if (spread) B7_TRY(read_spread(spread, p, error));
  if (patient) B7_TRY(b7_node_bool(patient, &p->patient, error));
  if (p->patient && spread)
    return b7_node_fail(spread, error,
                        "'%s' is set by patient data (patient: true): it has no spread of its own", p->name);
  B7_TRY(read_basis(draft, mapping, p, error));
  return b7_load_text(draft, mapping, "note", false, &p->note, error);
}
