/* criteria_load.c - the thresholds of the criteria files, each with its unit, into one B7Criteria. */
#include <math.h>
#include <string.h>

#include "assess/rules/criteria.h"
#include "document/document.h"

// "a, b" -> "a b", into the arena
static B7Status join_citations(const B7Node *cite, B7Arena *arena, const char **out, B7Error *error) {
  B7_TRY(b7_node_expect(cite, B7_NODE_SEQUENCE, "a list of bibliography keys", error));
  if (cite->count == 0) return b7_node_fail(cite, error, "a rule needs at least one citation");
  const char *text = "";
  for (int32_t i = 0; i < cite->count; i++) {
    const char *key;
    B7_TRY(b7_node_text(cite->items[i], &key, error));
    text = b7_arena_format(arena, i ? "%s %s" : "%s%s", text, key);
    if (!text) return b7_fail_memory(error);
  }
  *out = text;
  return B7_OK;
}

static B7Status read_threshold(const B7Node *node, const B7Threshold *threshold, B7Criteria *criteria,
                               B7Error *error) {
  static const char *const keys[] = {"value", "unit", "note", NULL};
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "{value: ..., unit: ...}", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  const B7Node *value, *unit;
  B7_TRY(b7_node_need(node, "value", &value, error));
  B7_TRY(b7_node_need(node, "unit", &unit, error));
  const char *unit_text;
  B7_TRY(b7_node_text(unit, &unit_text, error));
  if (strcmp(unit_text, threshold->unit) != 0)
    return b7_node_fail(unit, error, "%s must be given in %s, not in %s", threshold->key, threshold->unit,
                        unit_text);
  double number;
  B7_TRY(b7_node_number(value, &number, error));
  if (!isfinite(number)) return b7_node_fail(value, error, "%s must be a finite number", threshold->key);
  memcpy((char *)criteria + threshold->offset, &number, sizeof number);
  return B7_OK;
}

// every threshold of the group, each exactly once
static B7Status read_thresholds(const B7Node *mapping, const char *group, B7Criteria *criteria,
                                B7Error *error) {
  B7_TRY(b7_node_expect(mapping, B7_NODE_MAPPING, "a mapping of thresholds", error));
  int32_t wanted = 0;
  for (int32_t i = 0; i < b7_threshold_count; i++) {
    if (strcmp(b7_thresholds[i].group, group) != 0) continue;
    const B7Node *node;
    B7_TRY(b7_node_need(mapping, b7_thresholds[i].key, &node, error));
    B7_TRY(read_threshold(node, &b7_thresholds[i], criteria, error));
    wanted++;
  }
  if (mapping->count == wanted) return B7_OK;
  for (int32_t k = 0; k < mapping->count; k++) {
    bool known = false;
    for (int32_t i = 0; i < b7_threshold_count && !known; i++)
      known = strcmp(b7_thresholds[i].group, group) == 0 &&
              strcmp(b7_thresholds[i].key, mapping->keys[k]->text) == 0;
    if (!known)
      return b7_node_fail(mapping->keys[k], error, "the rules of group '%s' have no threshold '%s'", group,
                          mapping->keys[k]->text);
  }
  return B7_OK;
}

static B7Status read_rule(const B7Node *node, B7RuleIndex index, B7Criteria *criteria, B7Error *error) {
  static const char *const keys[] = {"id", "group", "version", "title", "cite", "about", "thresholds", NULL};
  B7_TRY(b7_node_only_keys(node, keys, error));
  const B7Node *id, *version, *title, *cite, *thresholds;
  B7_TRY(b7_node_need(node, "id", &id, error));
  B7_TRY(b7_node_need(node, "version", &version, error));
  B7_TRY(b7_node_need(node, "title", &title, error));
  B7_TRY(b7_node_need(node, "cite", &cite, error));
  B7_TRY(b7_node_need(node, "thresholds", &thresholds, error));
  const char *version_text, *title_text, *citation = NULL;
  B7_TRY(b7_node_text(version, &version_text, error));
  B7_TRY(b7_node_text(title, &title_text, error));
  if (strcmp(id->text ? id->text : "", b7_rule_id(index)) != 0)
    return b7_node_fail(id, error, "the rule of group '%s' must have id %s", b7_rule_group(index),
                        b7_rule_id(index));
  B7_TRY(join_citations(cite, &criteria->arena, &citation, error));
  B7Rule *rule = &criteria->rules[index];
  rule->id = b7_rule_id(index);
  rule->version = b7_arena_text(&criteria->arena, version_text, strlen(version_text));
  rule->title = b7_arena_text(&criteria->arena, title_text, strlen(title_text));
  rule->citation = citation;
  if (!rule->version || !rule->title) return b7_fail_memory(error);
  return read_thresholds(thresholds, b7_rule_group(index), criteria, error);
}

static B7Status read_file(const B7Node *root, const char *file, B7Criteria *criteria, B7Error *error) {
  static const char *const keys[] = {"rules", NULL};
  B7_TRY(b7_node_expect(root, B7_NODE_MAPPING, "rules: [...]", error));
  B7_TRY(b7_node_only_keys(root, keys, error));
  const B7Node *rules;
  B7_TRY(b7_node_need(root, "rules", &rules, error));
  B7_TRY(b7_node_expect(rules, B7_NODE_SEQUENCE, "a list of rules", error));
  for (int32_t i = 0; i < rules->count; i++) {
    const B7Node *rule = rules->items[i], *group;
    B7_TRY(b7_node_expect(rule, B7_NODE_MAPPING, "a rule: {id: ..., group: ..., thresholds: ...}", error));
    B7_TRY(b7_node_need(rule, "group", &group, error));
    int32_t found = -1;
    for (int32_t r = 0; r < B7_RULE_COUNT; r++)
      if (group->text && strcmp(b7_rule_group(r), group->text) == 0 && strcmp(b7_rule_file(r), file) == 0)
        found = r;
    if (found < 0)
      return b7_node_fail(group, error, "this file holds no rules of group '%s'",
                          group->text ? group->text : "");
    if (criteria->rules[found].id)
      return b7_node_fail(group, error, "group '%s' is given twice", group->text);
    B7_TRY(read_rule(rule, (B7RuleIndex)found, criteria, error));
  }
  return B7_OK;
}

static B7Status load_all(const char *folder, B7Criteria *criteria, const B7Hooks *hooks, B7Error *error) {
  for (int32_t r = 0; r < B7_RULE_COUNT; r++) {
    if (criteria->rules[r].id) continue;
    const char *path = b7_arena_format(&criteria->arena, "%s/%s", folder, b7_rule_file((B7RuleIndex)r));
    if (!path) return b7_fail_memory(error);
    B7Document *document;
    B7_TRY(b7_document_load(path, hooks, &document, error));
    B7Status status = read_file(b7_document_root(document), b7_rule_file((B7RuleIndex)r), criteria, error);
    b7_document_free(document);
    B7_TRY(status);
    if (!criteria->rules[r].id)
      return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0, "the rule of group '%s' (%s) is missing",
                        b7_rule_group((B7RuleIndex)r), b7_rule_id((B7RuleIndex)r));
  }
  return B7_OK;
}

B7Status b7_criteria_load(const char *folder, const B7Hooks *hooks, B7Criteria **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Criteria *criteria = B7_ARENA_ARRAY(&arena, B7Criteria, 1);
  if (!criteria) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  criteria->arena = arena;
  B7Status status = load_all(folder, criteria, hooks, error);
  if (status != B7_OK) {
    b7_criteria_free(criteria);
    return status;
  }
  *out = criteria;
  return B7_OK;
}
