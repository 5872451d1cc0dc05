/* The settings of one patient from a file: authoring leg. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "document/document.h"
#include "read/cohort/cohort.h"

/* value and spread as in docs/course_format.md; why is for the reader */
static B7Status read_setting(const B7Node *name, const B7Node *node, B7ParameterSetting *setting,
                             B7Error *error) {
  static const char *const keys[] = {"value", "spread", "why", NULL};
  *setting = (B7ParameterSetting){.value = NAN, .spread_sd = NAN};
  B7_TRY(b7_node_text(name, &setting->name, error));
  if (node->kind == B7_NODE_SCALAR) return b7_node_number(node, &setting->value, error);
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a number, or value, spread and why", error));
  B7_TRY(b7_node_only_keys(node, keys, error));
  const B7Node *value = b7_node_get(node, "value"), *spread = b7_node_get(node, "spread");
  if (!value && !spread)
    return b7_node_fail(node, error, "'%s' sets neither value nor spread; give one of them", setting->name);
  if (value) B7_TRY(b7_node_number(value, &setting->value, error));
  if (spread) B7_TRY(b7_node_number(spread, &setting->spread_sd, error));
  if (spread && !(setting->spread_sd >= 0))
    return b7_node_fail(spread, error, "the spread of '%s' must be 0 or more", setting->name);
  return B7_OK;
}

/* names are checked here, where the place in the file is known */
static B7Status check_name(const B7KernelTables *tables, const B7Node *name, B7Arena *arena, B7Error *error) {
  const char **names = B7_ARENA_ARRAY(arena, const char *, tables->n_parameter + 1);
  if (!names) return b7_fail_memory(error);
  for (int32_t p = 0; p < tables->n_parameter; p++) {
    names[p] = tables->parameters[p].name;
    if (strcmp(names[p], name->text) == 0) return B7_OK;
  }
  return b7_node_unknown(name, "parameter", name->text, names, "`bridge7 model describe` lists the names",
                         error);
}

static B7Status read_settings(const B7KernelTables *tables, const B7Document *document, B7Arena *arena,
                              B7ParameterSetting **rows, int32_t *count, B7Error *error) {
  static const char *const keys[] = {"parameters", "about", "course", NULL};
  const B7Node *root = b7_document_root(document), *parameters = NULL;
  B7_TRY(b7_node_expect(root, B7_NODE_MAPPING, "a mapping with the key 'parameters'", error));
  B7_TRY(b7_node_only_keys(root, keys, error));
  B7_TRY(b7_node_need(root, "parameters", &parameters, error));
  B7_TRY(b7_node_expect(parameters, B7_NODE_MAPPING, "a mapping of parameter names", error));
  B7ParameterSetting *settings = B7_ARENA_ARRAY(arena, B7ParameterSetting, parameters->count + 1);
  if (!settings) return b7_fail_memory(error);
  for (int32_t i = 0; i < parameters->count; i++) {
    B7_TRY(read_setting(parameters->keys[i], parameters->items[i], &settings[i], error));
    B7_TRY(check_name(tables, parameters->keys[i], arena, error));
    settings[i].name = b7_arena_text(arena, settings[i].name, strlen(settings[i].name));
    if (!settings[i].name) return b7_fail_memory(error);
  }
  *rows = settings;
  *count = parameters->count;
  return B7_OK;
}

B7Status b7_patient_settings_load(const char *path, const B7KernelTables *tables, B7Arena *arena,
                                  B7ParameterSetting **rows, int32_t *count, B7Error *error) {
  B7Document *document = NULL;
  B7_TRY(b7_document_load(path, &arena->hooks, &document, error));
  B7Status status = read_settings(tables, document, arena, rows, count, error);
  b7_document_free(document);
  return status;
}

B7Status b7_population_load(const B7Kernel *kernel, const char *path, int64_t patients, uint64_t seed,
                            bool vary, const B7Hooks *hooks, B7Population **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7ParameterSetting *rows;
  int32_t count;
  B7Status status = b7_patient_settings_load(path, b7_kernel_tables(kernel), &arena, &rows, &count, error);
  if (status == B7_OK)
    status = b7_population_make(kernel, patients, seed, vary, rows, count, hooks, out, error);
  b7_arena_free(&arena);
  return status;
}
