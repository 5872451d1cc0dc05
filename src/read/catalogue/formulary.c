/* formulary.c - the drug table as courses need it. */
#include "read/catalogue/formulary.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "document/document.h"

#define BODY_BSA_M2 1.8 /* body of reference for comparing usual doses given on different bases only */
#define BODY_WEIGHT_KG 70.0

static B7Status read_dose(const B7Node *node, B7Dose *out, B7Error *error) {
  double number, base_per_unit;
  const char *unit;
  B7_TRY(b7_node_quantity(node, &number, &unit, error));
  if (b7_dose_unit(unit, &base_per_unit, &out->kind, &out->basis, NULL) != B7_OK) {
    return b7_node_fail(
        node, error, "'%s' is not a dose unit; use one such as mg, mg/m2, mg/kg, g/m2, cells/kg, Gy", unit);
  }
  if (number <= 0) return b7_node_fail(node, error, "a dose of the drug table must be above 0");
  out->amount = number * base_per_unit;
  return B7_OK;
}

/* usual doses must be comparable: same kind as the reference dose, low not above high */
static B7Status read_usual(const B7Node *drug_node, B7Drug *drug, B7Error *error) {
  const B7Node *usual = b7_node_get(drug_node, "usual_dose"), *low, *high;
  if (!usual) {
    drug->usual_low = drug->usual_high = drug->reference;
    return B7_OK;
  }
  B7_TRY(b7_node_need(usual, "low", &low, error));
  B7_TRY(b7_node_need(usual, "high", &high, error));
  B7_TRY(read_dose(low, &drug->usual_low, error));
  B7_TRY(read_dose(high, &drug->usual_high, error));
  if (drug->usual_low.kind != drug->reference.kind || drug->usual_high.kind != drug->reference.kind) {
    return b7_node_fail(usual, error, "usual_dose of '%s' counts something else than its reference dose (%s)",
                        drug->name, b7_dose_unit_name(drug->reference.kind, drug->reference.basis));
  }
  double low_flat = b7_dose_on(&drug->usual_low, B7_DOSE_BASIS_FLAT, BODY_BSA_M2, BODY_WEIGHT_KG);
  double high_flat = b7_dose_on(&drug->usual_high, B7_DOSE_BASIS_FLAT, BODY_BSA_M2, BODY_WEIGHT_KG);
  if (low_flat > high_flat)
    return b7_node_fail(low, error, "usual_dose of '%s': low is above high", drug->name);
  return B7_OK;
}

static B7Status read_bases(const B7Node *drug_node, B7Drug *drug, B7Error *error) {
  const B7Node *bases = b7_node_get(drug_node, "bases");
  if (!bases) {
    drug->basis_allowed[drug->reference.basis] = true;
    return B7_OK;
  }
  B7_TRY(b7_node_expect(bases, B7_NODE_SEQUENCE, "'bases'", error));
  for (int32_t i = 0; i < bases->count; i++) {
    const char *unit;
    double base_per_unit;
    B7DoseKind kind;
    B7DoseBasis basis;
    B7_TRY(b7_node_text(bases->items[i], &unit, error));
    if (b7_dose_unit(unit, &base_per_unit, &kind, &basis, NULL) != B7_OK || kind != drug->reference.kind) {
      return b7_node_fail(bases->items[i], error,
                          "'%s' is not a basis for '%s', whose reference dose is in %s", unit, drug->name,
                          b7_dose_unit_name(drug->reference.kind, drug->reference.basis));
    }
    drug->basis_allowed[basis] = true;
  }
  return B7_OK;
}

static B7Status read_aliases(const B7Node *drug_node, B7Arena *arena, B7Drug *drug, B7Error *error) {
  const B7Node *aliases = b7_node_get(drug_node, "aliases");
  int32_t count = aliases ? aliases->count : 0;
  if (aliases) B7_TRY(b7_node_expect(aliases, B7_NODE_SEQUENCE, "'aliases'", error));
  drug->aliases = B7_ARENA_ARRAY(arena, const char *, count + 1);
  if (!drug->aliases) return b7_fail_memory(error);
  for (int32_t i = 0; i < count; i++) {
    const char *text;
    B7_TRY(b7_node_text(aliases->items[i], &text, error));
    drug->aliases[i] = b7_arena_text(arena, text, strlen(text));
    if (!drug->aliases[i]) return b7_fail_memory(error);
  }
  return B7_OK;
}

static B7Status read_role(const B7Node *node, B7Drug *drug, B7Error *error) {
  const char *text, *names[B7_ROLES + 1] = {NULL};
  drug->role = B7_ROLES;
  if (!node) return B7_OK;
  B7_TRY(b7_node_text(node, &text, error));
  for (int i = 0; i < B7_ROLES; i++) {
    names[i] = b7_role_name((B7Role)i);
    if (strcmp(names[i], text) == 0) drug->role = (B7Role)i;
  }
  if (drug->role != B7_ROLES) return B7_OK;
  return b7_node_unknown(node, "role", text, names, NULL, error);
}

static B7Status read_drug(const char *name, const B7Node *node, B7Arena *arena, B7Drug *drug,
                          B7Error *error) {
  const B7Node *symbol, *reference, *class_node = b7_node_get(node, "class");
  const char *symbol_text, *class_text = "";
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, name, error));
  drug->name = b7_arena_text(arena, name, strlen(name));
  B7_TRY(b7_node_need(node, "symbol", &symbol, error));
  B7_TRY(b7_node_text(symbol, &symbol_text, error));
  if (class_node) B7_TRY(b7_node_text(class_node, &class_text, error));
  drug->symbol = b7_arena_text(arena, symbol_text, strlen(symbol_text));
  drug->class_name = b7_arena_text(arena, class_text, strlen(class_text));
  if (!drug->name || !drug->symbol || !drug->class_name) return b7_fail_memory(error);
  B7_TRY(b7_node_need(node, "reference_dose", &reference, error));
  B7_TRY(read_dose(reference, &drug->reference, error));
  B7_TRY(read_usual(node, drug, error));
  B7_TRY(read_bases(node, drug, error));
  B7_TRY(read_role(b7_node_get(node, "role"), drug, error));
  return read_aliases(node, arena, drug, error);
}

static int32_t find_among(const B7Formulary *formulary, int32_t n_drug, const char *name) {
  for (int32_t i = 0; i < n_drug; i++) {
    const B7Drug *drug = &formulary->drugs[i];
    if (strcasecmp(drug->name, name) == 0 || strcasecmp(drug->symbol, name) == 0) return i;
    for (const char **alias = drug->aliases; *alias; alias++) {
      if (strcasecmp(*alias, name) == 0) return i;
    }
  }
  return -1;
}

/* a word that means two drugs would be resolved by order of the file: refuse it */
static B7Status check_words(const B7Formulary *formulary, int32_t i, const B7Node *node, B7Error *error) {
  const B7Drug *drug = &formulary->drugs[i];
  int32_t other = find_among(formulary, i, drug->name);
  const char *word = drug->name;
  if (other < 0) other = find_among(formulary, i, word = drug->symbol);
  for (const char **alias = drug->aliases; other < 0 && *alias; alias++)
    other = find_among(formulary, i, word = *alias);
  if (other < 0) return B7_OK;
  return b7_node_fail(node, error, "'%s' means both '%s' and '%s'", word, formulary->drugs[other].name,
                      drug->name);
}

static B7Status collect_names(B7Arena *arena, B7Formulary *out, B7Error *error) {
  size_t count = 0;
  for (int32_t i = 0; i < out->n_drug; i++) {
    count += 2;
    for (const char **alias = out->drugs[i].aliases; *alias; alias++) count++;
  }
  out->names = B7_ARENA_ARRAY(arena, const char *, count + 1);
  if (!out->names) return b7_fail_memory(error);
  // full names first, so that a suggestion between equals is the full name
  size_t n = 0;
  for (int32_t i = 0; i < out->n_drug; i++) out->names[n++] = out->drugs[i].name;
  for (int32_t i = 0; i < out->n_drug; i++) {
    for (const char **alias = out->drugs[i].aliases; *alias; alias++) out->names[n++] = *alias;
  }
  for (int32_t i = 0; i < out->n_drug; i++) out->names[n++] = out->drugs[i].symbol;
  return B7_OK;
}

static B7Status read_table(const B7Node *root, B7Arena *arena, B7Formulary *out, B7Error *error) {
  const B7Node *drugs;
  B7_TRY(b7_node_expect(root, B7_NODE_MAPPING, "the drug table", error));
  B7_TRY(b7_node_need(root, "drugs", &drugs, error));
  B7_TRY(b7_node_expect(drugs, B7_NODE_MAPPING, "'drugs'", error));
  out->n_drug = drugs->count;
  out->drugs = B7_ARENA_ARRAY(arena, B7Drug, drugs->count);
  if (!out->drugs) return b7_fail_memory(error);
  for (int32_t i = 0; i < drugs->count; i++) {
    B7_TRY(read_drug(drugs->keys[i]->text, drugs->items[i], arena, &out->drugs[i], error));
    B7_TRY(check_words(out, i, drugs->keys[i], error));
  }
  return collect_names(arena, out, error);
}

B7Status b7_formulary_load(const char *path, B7Arena *arena, B7Formulary *out, B7Error *error) {
  B7Document *document;
  *out = (B7Formulary){0};
  B7_TRY(b7_document_load(path, &arena->hooks, &document, error));
  B7Status status = read_table(b7_document_root(document), arena, out, error);
  b7_document_free(document);
  return status;
}

int32_t b7_formulary_find(const B7Formulary *formulary, const char *name) {
  return find_among(formulary, formulary->n_drug, name);
}

void b7_formulary_bases(const B7Drug *drug, char *text, size_t size) {
  size_t used = 0;
  if (size) text[0] = '\0';
  for (int basis = 0; basis < 3; basis++) {
    if (!drug->basis_allowed[basis] || used >= size) continue;
    int wrote = snprintf(text + used, size - used, "%s%s", used ? " or " : "",
                         b7_dose_unit_name(drug->reference.kind, (B7DoseBasis)basis));
    if (wrote > 0) used += (size_t)wrote;
  }
}
