#include "report/page_sources.h"

#include <string.h>

#include "base/status.h"
#include "bridge7_kernel.h"

B7Status b7_page_sources_open(B7PageSources *sources, B7Json *json, B7Arena *arena, const char *path,
                              B7Error *error) {
  *sources = (B7PageSources){.json = json, .arena = arena};
  if (!path) return B7_OK;
  B7_TRY(b7_references_load(path, &arena->hooks, &sources->references, error));
  b7_json_open_array(json, "references");
  return B7_OK;
}

static void add_key(B7PageSources *sources, const char *key) {
  for (size_t i = 0; i < sources->n_seen; i++) {
    if (strcmp(sources->seen[i], key) == 0) return;
  }
  const char *line = b7_references_line(sources->references, key, sources->arena);
  if (!line) return;
  const char **grown =
      b7_arena_grow(sources->arena, sources->seen, sources->n_seen, &sources->room, sizeof *sources->seen);
  if (!grown) {
    sources->failed = true;
    return;
  }
  sources->seen = grown;
  sources->seen[sources->n_seen++] = key;
  b7_json_open_object(sources->json, NULL);
  b7_json_text(sources->json, "key", key);
  b7_json_text(sources->json, "text", line);
  b7_json_close_object(sources->json);
}

void b7_page_sources_add(B7PageSources *sources, const char *keys) {
  static const char between[] = " ,;[]\n";
  if (!sources->references || !keys) return;
  for (const char *at = keys + strspn(keys, between); *at; at += strspn(at, between)) {
    size_t length = strcspn(at, between);
    const char *key = b7_arena_text(sources->arena, at, length);
    if (!key) {
      sources->failed = true;
      return;
    }
    add_key(sources, key);
    at += length;
  }
}

void b7_page_sources_add_rules(B7PageSources *sources, const B7Criteria *criteria) {
  const B7Rule *rules;
  int32_t count = criteria ? b7_criteria_rules(criteria, &rules) : 0;
  for (int32_t i = 0; i < count; i++) b7_page_sources_add(sources, rules[i].citation);
}

void b7_page_sources_add_parameters(B7PageSources *sources, const B7KernelTables *tables) {
  for (int32_t i = 0; i < tables->n_parameter; i++)
    b7_page_sources_add(sources, tables->parameters[i].source);
}

B7Status b7_page_sources_close(B7PageSources *sources, B7Error *error) {
  if (!sources->references) return B7_OK;
  b7_json_close_array(sources->json);
  b7_references_free(sources->references);
  sources->references = NULL;
  return sources->failed ? b7_fail_memory(error) : B7_OK;
}
