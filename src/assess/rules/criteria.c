#include "assess/rules/criteria.h"

#include <stddef.h>

const B7Threshold b7_thresholds[] = {
#define B7_THRESHOLD_ROW(group, key, unit) {#group, #key, unit, offsetof(B7Criteria, group##_##key)},
    B7_THRESHOLD_LIST(B7_THRESHOLD_ROW)
#undef B7_THRESHOLD_ROW
};
const int32_t b7_threshold_count = (int32_t)(sizeof b7_thresholds / sizeof b7_thresholds[0]);

static const struct {
  const char *group, *file, *id;
} rule_names[] = {
#define B7_RULE_ROW(group, file, id) {#group, file, id},
    B7_RULE_LIST(B7_RULE_ROW)
#undef B7_RULE_ROW
};

const char *b7_rule_group(B7RuleIndex rule) {
  return rule_names[rule].group;
}

const char *b7_rule_file(B7RuleIndex rule) {
  return rule_names[rule].file;
}

const char *b7_rule_id(B7RuleIndex rule) {
  return rule_names[rule].id;
}

int32_t b7_criteria_rules(const B7Criteria *criteria, const B7Rule **rows) {
  if (rows) *rows = criteria->rules;
  return B7_RULE_COUNT;
}

void b7_criteria_free(B7Criteria *criteria) {
  if (!criteria) return;
  // the object lies in its own arena: copy the handle first
  B7Arena arena = criteria->arena;
  b7_arena_free(&arena);
}
