/* settings.c - parameters that a trial or study sets for its population: read, and checked against the model. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "trial/design/arm_read.h"

static B7Status read_yes(const B7Node *node, bool *out, B7Error *error) {
  const char *word;
  if (!node) return B7_OK;
  B7_TRY(b7_node_text(node, &word, error));
  *out = strcmp(word, "yes") == 0;
  if (*out || strcmp(word, "no") == 0) return B7_OK;
  return b7_node_fail(node, error, "'outside_range' is yes or no");
}

/* a plain value keeps the population's spread about it; {value, spread} says both */
static B7Status read_setting(const B7Node *node, B7ParameterSetting *out, bool *outside_range,
                             B7Error *error) {
  static const char *const keys[] = {"value", "spread", "outside_range", NULL};
  if (node->kind == B7_NODE_SCALAR) return b7_node_number(node, &out->value, error);
  const B7Node *value, *spread = b7_node_get(node, "spread");
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a value or {value: ..., spread: ...}", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_node_need(node, "value", &value, error));
  B7_TRY(b7_node_number(value, &out->value, error));
  B7_TRY(read_yes(b7_node_get(node, "outside_range"), outside_range, error));
  if (!spread) return B7_OK;
  B7_TRY(b7_node_number(spread, &out->spread_sd, error));
  return out->spread_sd >= 0 ? B7_OK : b7_node_fail(spread, error, "a spread is 0 or more");
}

B7Status b7_settings_read(const B7ArmReader *reader, const B7Node *node, B7TrialSettings *out) {
  *out = (B7TrialSettings){.node = node};
  if (!node) return B7_OK;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "'set'", reader->error));
  out->rows = B7_ARENA_ARRAY(reader->arena, B7ParameterSetting, node->count);
  out->outside_range = B7_ARENA_ARRAY(reader->arena, bool, node->count);
  if (!out->rows || !out->outside_range) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < node->count; i++) {
    out->rows[i] = (B7ParameterSetting){.name = node->keys[i]->text, .spread_sd = NAN};
    B7_TRY(read_setting(node->items[i], &out->rows[i], &out->outside_range[i], reader->error));
  }
  out->count = node->count;
  return B7_OK;
}

static int32_t find(const B7KernelTables *tables, const char *name) {
  for (int32_t p = 0; p < tables->n_parameter; p++) {
    if (strcmp(tables->parameters[p].name, name) == 0) return p;
  }
  return -1;
}

static B7Status unknown(const B7Node *key, const B7KernelTables *tables, const B7Hooks *hooks,
                        B7Error *error) {
  B7Arena arena = b7_arena_make(hooks);
  const char **names = B7_ARENA_ARRAY(&arena, const char *, tables->n_parameter + 1);
  for (int32_t p = 0; names && p < tables->n_parameter; p++) names[p] = tables->parameters[p].name;
  B7Status status = b7_node_unknown(key, "parameter", key->text, names,
                                    "'bridge7 model describe' lists those of the model", error);
  b7_arena_free(&arena);
  return status;
}

static B7Status check_range(const B7TrialSettings *settings, int32_t i, const B7KernelParameter *parameter,
                            B7Error *error) {
  const double value = settings->rows[i].value;
  const B7Node *node = settings->node->items[i];
  if (parameter->own_index < 0 && parameter->shared_index < 0)
    return b7_node_fail(node, error, "'%s' is a constant of the compiled model and cannot be set",
                        parameter->name);
  if (parameter->own_index < 0 && settings->rows[i].spread_sd > 0)
    return b7_node_fail(node, error,
                        "'%s' has one value for all patients in this model and cannot be given a spread",
                        parameter->name);
  bool inside = !(value < parameter->low) && !(value > parameter->high);
  if (inside || settings->outside_range[i]) return B7_OK;
  return b7_node_fail(node, error,
                      "'%s' lies between %g and %g %s in this model, and %g does not; to mean it, write "
                      "'{value: %g, outside_range: yes}'",
                      parameter->name, parameter->low, parameter->high, parameter->unit, value, value);
}

B7Status b7_settings_check(const B7TrialSettings *settings, const B7KernelTables *tables,
                           const B7Hooks *hooks, B7Error *error) {
  for (int32_t i = 0; settings->node && i < settings->count; i++) {
    int32_t p = find(tables, settings->rows[i].name);
    if (p < 0) return unknown(settings->node->keys[i], tables, hooks, error);
    B7_TRY(check_range(settings, i, &tables->parameters[p], error));
  }
  return B7_OK;
}
