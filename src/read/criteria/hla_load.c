/* hla_load.c - rules of criteria/hla.yaml and tables of data/hla make one B7Hla. Authoring leg. */
#include <math.h>
#include <string.h>

#include "assess/hla/hla.h"
#include "document/document.h"

typedef struct Wanted {
  const char *rule, *threshold;
  size_t offset;
  bool read;
} Wanted;

static B7Status read_threshold(const B7Node *thresholds, const Wanted *wanted, B7Hla *hla, B7Error *error) {
  const B7Node *entry, *node;
  B7_TRY(b7_node_expect(thresholds, B7_NODE_MAPPING, "a mapping of thresholds", error));
  B7_TRY(b7_node_need(thresholds, wanted->threshold, &entry, error));
  B7_TRY(b7_node_expect(entry, B7_NODE_MAPPING, "{value: ..., unit: ...}", error));
  B7_TRY(b7_node_need(entry, "value", &node, error));
  int64_t value;
  B7_TRY(b7_node_integer(node, &value, error));
  if (value < 1 || value > 12)
    return b7_node_fail(node, error, "%s is %lld; it lies from 1 to 12", wanted->threshold, (long long)value);
  int32_t number = (int32_t)value;
  memcpy((char *)hla + wanted->offset, &number, sizeof number);
  return B7_OK;
}

static B7Status read_rules(const B7Node *root, B7Hla *hla, B7Error *error) {
  Wanted wanted[] = {{"hla.match", "loci_8", offsetof(B7Hla, loci_8), false},
                     {"hla.match", "loci_10", offsetof(B7Hla, loci_10), false},
                     {"hla.match", "loci_12", offsetof(B7Hla, loci_12), false},
                     {"hla.haploidentical", "matched_min", offsetof(B7Hla, haplo_min), false},
                     {"hla.haploidentical", "matched_max", offsetof(B7Hla, haplo_max), false},
                     {"hla.haploidentical", "matched_of", offsetof(B7Hla, haplo_of), false},
                     {"hla.dpb1_tce", "groups", offsetof(B7Hla, tce_groups), false}};
  const size_t n = sizeof wanted / sizeof *wanted;
  const B7Node *rules;
  B7_TRY(b7_node_expect(root, B7_NODE_MAPPING, "rules: [...]", error));
  B7_TRY(b7_node_need(root, "rules", &rules, error));
  B7_TRY(b7_node_expect(rules, B7_NODE_SEQUENCE, "a list of rules", error));
  for (int32_t i = 0; i < rules->count; i++) {
    const B7Node *rule = rules->items[i], *id, *thresholds;
    const char *name;
    B7_TRY(b7_node_expect(rule, B7_NODE_MAPPING, "a rule: {id: ..., thresholds: ...}", error));
    B7_TRY(b7_node_need(rule, "id", &id, error));
    B7_TRY(b7_node_text(id, &name, error));
    B7_TRY(b7_node_need(rule, "thresholds", &thresholds, error));
    for (size_t k = 0; k < n; k++)
      if (strcmp(wanted[k].rule, name) == 0) {
        B7_TRY(read_threshold(thresholds, &wanted[k], hla, error));
        wanted[k].read = true;
      }
  }
  for (size_t k = 0; k < n; k++)
    if (!wanted[k].read) return b7_node_fail(rules, error, "rule '%s' is missing", wanted[k].rule);
  if (hla->loci_12 > B7_HLA_LOCI || hla->loci_10 > hla->loci_12 || hla->loci_8 > hla->loci_10)
    return b7_node_fail(rules, error, "loci_8, loci_10 and loci_12 must ascend and be at most %d",
                        B7_HLA_LOCI);
  return B7_OK;
}

static B7Status load_all(const char *data_folder, const char *criteria_folder, B7Hla *hla, B7Error *error) {
  const char *path = b7_arena_format(&hla->arena, "%s/hla.yaml", criteria_folder);
  if (!path) return b7_fail_memory(error);
  B7Document *document;
  B7_TRY(b7_document_load(path, &hla->arena.hooks, &document, error));
  B7Status status = read_rules(b7_document_root(document), hla, error);
  b7_document_free(document);
  B7_TRY(status);
  return b7_hla_read_tables(hla, data_folder, error);
}

B7Status b7_hla_load(const char *data_folder, const char *criteria_folder, const B7Hooks *hooks, B7Hla **out,
                     B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Hla *hla = B7_ARENA_ARRAY(&arena, B7Hla, 1);
  if (!hla) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  hla->arena = arena;
  B7Status status = load_all(data_folder, criteria_folder, hla, error);
  if (status != B7_OK) {
    b7_hla_free(hla);
    return status;
  }
  *out = hla;
  return B7_OK;
}

void b7_hla_free(B7Hla *hla) {
  if (hla) b7_arena_free(&hla->arena);
}
