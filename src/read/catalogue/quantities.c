/* quantities.c - reads data/quantities.yaml. */
#include "read/catalogue/quantities.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const SECTIONS[] = {"history", "findings", "toxicities", "procedures", "milestones", NULL};

static B7Status copy_text(const B7Node *mapping, const char *key, B7Arena *arena, const char **out,
                          B7Error *error) {
  const B7Node *node;
  const char *text;
  B7_TRY(b7_node_need(mapping, key, &node, error));
  B7_TRY(b7_node_text(node, &text, error));
  *out = b7_arena_text(arena, text, strlen(text));
  return *out ? B7_OK : b7_fail_memory(error);
}

static B7Status read_range(const B7Node *node, const char *key, double *low, double *high, B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, key, error));
  if (node->count != 2) return b7_node_fail(node, error, "'%s' is [lowest, highest]", key);
  B7_TRY(b7_node_number(node->items[0], low, error));
  B7_TRY(b7_node_number(node->items[1], high, error));
  if (!(*low < *high)) return b7_node_fail(node, error, "'%s' is empty: lowest below highest", key);
  return B7_OK;
}

// {absent: 0, present: 1}: the numbers within the range, ascending
static B7Status read_codes(const B7Node *node, B7Arena *arena, B7CourseQuantity *out, B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'codes'", error));
  out->codes = B7_ARENA_ARRAY(arena, B7QuantityCode, node->count);
  if (!out->codes) return b7_fail_memory(error);
  for (int32_t i = 0; i < node->count; i++) {
    B7QuantityCode *code = &out->codes[i];
    code->word = b7_arena_text(arena, node->keys[i]->text, strlen(node->keys[i]->text));
    if (!code->word) return b7_fail_memory(error);
    B7_TRY(b7_node_number(node->items[i], &code->value, error));
    if (code->value < out->low || code->value > out->high || (i > 0 && code->value <= code[-1].value))
      return b7_node_fail(node->items[i], error, "'codes' ascend within 'range'");
  }
  out->n_code = node->count;
  return B7_OK;
}

B7Status b7_quantity_state(const B7CourseQuantity *quantity, const B7Node *node, double *out,
                           B7Error *error) {
  const char *text;
  char known[256] = "", *end;
  B7_TRY(b7_node_text(node, &text, error));
  const double number = strtod(text, &end);
  end += strspn(end, " ");
  if (end != text && strcmp(end, "1") == 0) end++; // the unit of a number without one
  size_t used = 0;
  for (int32_t i = 0; i < quantity->n_code; i++) {
    const B7QuantityCode *code = &quantity->codes[i];
    if (strcasecmp(code->word, text) == 0 || (end != text && !*end && number == code->value)) {
      *out = code->value;
      return B7_OK;
    }
    const int written =
        snprintf(known + used, sizeof known - used, "%s%s (%g)", i ? ", " : "", code->word, code->value);
    if (written > 0 && used + (size_t)written < sizeof known) used += (size_t)written;
  }
  return b7_node_fail(node, error, "%s cannot be '%s'; it is one of %s", quantity->name, text, known);
}

static B7Status read_quantity(const char *name, const B7Node *node, B7Arena *arena, B7CourseQuantity *out,
                              B7Error *error) {
  static const char *const KEYS[] = {"label",    "unit",  "range", "plausible", "g_per_mol",
                                     "assay_sd", "codes", "note",  NULL};
  const B7Node *range;
  B7_TRY(b7_node_only_keys(node, KEYS, error));
  out->name = b7_arena_text(arena, name, strlen(name));
  if (!out->name) return b7_fail_memory(error);
  B7_TRY(copy_text(node, "label", arena, &out->label, error));
  B7_TRY(copy_text(node, "unit", arena, &out->unit, error));
  B7_TRY(b7_node_need(node, "range", &range, error));
  B7_TRY(read_range(range, "range", &out->low, &out->high, error));
  out->plausible_low = out->low;
  out->plausible_high = out->high;
  out->grams_per_mole = out->assay_sd = NAN;
  const B7Node *plausible = b7_node_get(node, "plausible"), *molar = b7_node_get(node, "g_per_mol");
  if (plausible) B7_TRY(read_range(plausible, "plausible", &out->plausible_low, &out->plausible_high, error));
  if (out->plausible_low < out->low || out->plausible_high > out->high)
    return b7_node_fail(plausible, error, "'plausible' of '%s' reaches beyond 'range'", name);
  if (molar) B7_TRY(b7_node_number(molar, &out->grams_per_mole, error));
  const B7Node *assay = b7_node_get(node, "assay_sd");
  if (assay) B7_TRY(b7_node_number(assay, &out->assay_sd, error));
  if (assay && !(out->assay_sd >= 0))
    return b7_node_fail(assay, error, "an error of measurement is 0 or more");
  if (out->grams_per_mole <= 0) return b7_node_fail(molar, error, "a molar mass is above 0");
  const B7Node *codes = b7_node_get(node, "codes");
  return codes ? read_codes(codes, arena, out, error) : B7_OK;
}

static B7Status read_record(const char *section, const char *name, const B7Node *node, B7Arena *arena,
                            B7RecordKind *out, B7Error *error) {
  static const char *const KEYS[] = {"label", "grades", "note", NULL};
  const B7Node *grades = b7_node_get(node, "grades");
  int64_t grade_max = 0;
  B7_TRY(b7_node_only_keys(node, KEYS, error));
  out->section = section;
  out->name = b7_arena_text(arena, name, strlen(name));
  if (!out->name) return b7_fail_memory(error);
  B7_TRY(copy_text(node, "label", arena, &out->label, error));
  if (grades) B7_TRY(b7_node_integer(grades, &grade_max, error));
  if (grade_max < 0 || grade_max > 9)
    return b7_node_fail(grades, error, "'grades' is the highest grade, 1 to 9");
  out->grade_max = (int32_t)grade_max;
  return B7_OK;
}

static B7Status read_records(const B7Node *root, B7Arena *arena, B7Quantities *out, B7Error *error) {
  int32_t total = 0;
  for (int32_t s = 0; SECTIONS[s]; s++) {
    const B7Node *section = b7_node_get(root, SECTIONS[s]);
    if (section) B7_TRY(b7_node_expect(section, B7_NODE_MAPPING, SECTIONS[s], error));
    total += section ? section->count : 0;
  }
  out->records = B7_ARENA_ARRAY(arena, B7RecordKind, total);
  if (!out->records) return b7_fail_memory(error);
  for (int32_t s = 0; SECTIONS[s]; s++) {
    const B7Node *section = b7_node_get(root, SECTIONS[s]);
    for (int32_t i = 0; section && i < section->count; i++) {
      B7_TRY(read_record(SECTIONS[s], section->keys[i]->text, section->items[i], arena,
                         &out->records[out->n_record], error));
      out->n_record++;
    }
  }
  return B7_OK;
}

static B7Status read_table(const B7Node *root, B7Arena *arena, B7Quantities *out, B7Error *error) {
  static const char *const KEYS[] = {"about",      "quantities", "history",    "findings",
                                     "toxicities", "procedures", "milestones", NULL};
  const B7Node *quantities;
  B7_TRY(b7_node_only_keys(root, KEYS, error));
  B7_TRY(b7_node_need(root, "quantities", &quantities, error));
  B7_TRY(b7_node_expect(quantities, B7_NODE_MAPPING, "'quantities'", error));
  out->quantities = B7_ARENA_ARRAY(arena, B7CourseQuantity, quantities->count);
  out->names = B7_ARENA_ARRAY(arena, const char *, quantities->count + 1);
  if (!out->quantities || !out->names) return b7_fail_memory(error);
  for (int32_t i = 0; i < quantities->count; i++) {
    B7_TRY(read_quantity(quantities->keys[i]->text, quantities->items[i], arena, &out->quantities[i], error));
    out->names[i] = out->quantities[i].name;
  }
  out->n_quantity = quantities->count;
  return read_records(root, arena, out, error);
}

B7Status b7_quantities_load(const char *path, B7Arena *arena, B7Quantities *out, B7Error *error) {
  B7Document *document;
  *out = (B7Quantities){0};
  B7_TRY(b7_document_load(path, &arena->hooks, &document, error));
  B7Status status = read_table(b7_document_root(document), arena, out, error);
  b7_document_free(document);
  return status;
}

const B7CourseQuantity *b7_quantities_find(const B7Quantities *quantities, const char *name) {
  for (int32_t i = 0; i < quantities->n_quantity; i++) {
    if (strcmp(quantities->quantities[i].name, name) == 0) return &quantities->quantities[i];
  }
  return NULL;
}

const B7RecordKind *b7_quantities_record(const B7Quantities *quantities, const char *section,
                                         const char *name) {
  for (int32_t i = 0; i < quantities->n_record; i++) {
    const B7RecordKind *kind = &quantities->records[i];
    if (strcmp(kind->section, section) == 0 && strcmp(kind->name, name) == 0) return kind;
  }
  return NULL;
}

void b7_quantities_record_names(const B7Quantities *quantities, const char *section, const char **names,
                                int32_t size) {
  int32_t n = 0;
  for (int32_t i = 0; i < quantities->n_record && n < size - 1; i++) {
    if (strcmp(quantities->records[i].section, section) == 0) names[n++] = quantities->records[i].name;
  }
  names[n] = NULL;
}
