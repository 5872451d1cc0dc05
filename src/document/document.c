#include "document/document.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/files.h"

#define DEPTH_MAX 64
#define NODES_MAX 1000000 /* about 200 bytes each */

struct B7Document {
  B7Arena arena;
  const char *file;
  B7Node *root;
};

typedef struct YamlReader {
  B7Document *document;
  yaml_document_t *yaml;
  B7Error *error;
} YamlReader;

static B7Status fail_mark(const YamlReader *reader, yaml_mark_t mark, const char *message) {
  return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->document->file, (int32_t)mark.line + 1,
                    (int32_t)mark.column + 1, "%s", message);
}

static B7Status read_node(const YamlReader *reader, int index, B7Node **out);

/* by text, and by place where texts are equal */
static int compare_keys(const void *a, const void *b) {
  const B7Node *x = *(B7Node *const *)a, *y = *(B7Node *const *)b;
  int order = strcmp(x->text, y->text);
  if (order != 0) return order;
  return x->line != y->line ? (x->line < y->line ? -1 : 1) : x->column < y->column ? -1 : 1;
}

static B7Status refuse_duplicates(const YamlReader *reader, const B7Node *node) {
  if (node->count < 2) return B7_OK;
  B7Node **sorted = B7_ARENA_ARRAY(&reader->document->arena, B7Node *, node->count);
  if (!sorted) return b7_fail_memory(reader->error);
  memcpy(sorted, node->keys, (size_t)node->count * sizeof *sorted);
  qsort(sorted, (size_t)node->count, sizeof *sorted, compare_keys);
  for (int32_t i = 1; i < node->count; i++) {
    if (strcmp(sorted[i]->text, sorted[i - 1]->text) != 0) continue;
    return b7_node_fail(sorted[i], reader->error, "duplicate key '%s'; it stands already in line %d",
                        sorted[i]->text, (int)sorted[i - 1]->line);
  }
  return B7_OK;
}

static B7Status read_pairs(const YamlReader *reader, const yaml_node_t *yaml, B7Node *node) {
  B7Arena *arena = &reader->document->arena;
  node->kind = B7_NODE_MAPPING;
  node->count = (int32_t)(yaml->data.mapping.pairs.top - yaml->data.mapping.pairs.start);
  node->keys = B7_ARENA_ARRAY(arena, B7Node *, node->count);
  node->items = B7_ARENA_ARRAY(arena, B7Node *, node->count);
  if (!node->keys || !node->items) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < node->count; i++) {
    const yaml_node_pair_t *pair = yaml->data.mapping.pairs.start + i;
    B7_TRY(read_node(reader, pair->key, &node->keys[i]));
    B7_TRY(read_node(reader, pair->value, &node->items[i]));
    if (node->keys[i]->kind != B7_NODE_SCALAR) {
      return b7_node_fail(node->keys[i], reader->error, "a key must be plain text");
    }
  }
  return refuse_duplicates(reader, node);
}

static B7Status read_items(const YamlReader *reader, const yaml_node_t *yaml, B7Node *node) {
  node->kind = B7_NODE_SEQUENCE;
  node->count = (int32_t)(yaml->data.sequence.items.top - yaml->data.sequence.items.start);
  node->items = B7_ARENA_ARRAY(&reader->document->arena, B7Node *, node->count);
  if (!node->items) return b7_fail_memory(reader->error);
  for (int32_t i = 0; i < node->count; i++) {
    B7_TRY(read_node(reader, yaml->data.sequence.items.start[i], &node->items[i]));
  }
  return B7_OK;
}

static B7Status read_node(const YamlReader *reader, int index, B7Node **out) {
  const yaml_node_t *yaml = yaml_document_get_node(reader->yaml, index);
  B7Node *node = B7_ARENA_ARRAY(&reader->document->arena, B7Node, 1);
  if (!node) return b7_fail_memory(reader->error);
  node->file = reader->document->file;
  node->line = (int32_t)yaml->start_mark.line + 1;
  node->column = (int32_t)yaml->start_mark.column + 1;
  *out = node;
  switch (yaml->type) {
  case YAML_SCALAR_NODE:
    node->kind = B7_NODE_SCALAR;
    node->quoted = yaml->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->text = b7_arena_text(&reader->document->arena, (const char *)yaml->data.scalar.value,
                               yaml->data.scalar.length);
    if (!node->text) return b7_fail_memory(reader->error);
    if (strlen(node->text) != yaml->data.scalar.length) {
      return fail_mark(reader, yaml->start_mark, "a text holds a zero byte; remove it");
    }
    if (b7_text_unprintable(node->text)) {
      return fail_mark(reader, yaml->start_mark,
                       "a text holds a control character, which terminals would obey; remove it");
    }
    return B7_OK;
  case YAML_SEQUENCE_NODE:
    return read_items(reader, yaml, node);
  case YAML_MAPPING_NODE:
    return read_pairs(reader, yaml, node);
  case YAML_NO_NODE:
    break;
  }
  return fail_mark(reader, yaml->start_mark, "unreadable YAML");
}

/* between braces, the brackets of a unit such as [degF] are YAML's own */
static bool flow_mistake(const char *problem) {
  return problem && strstr(problem, "did not find expected ','");
}

static B7Status fail_yaml(const YamlReader *reader, const yaml_parser_t *parser) {
  return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->document->file,
                    (int32_t)parser->problem_mark.line + 1, (int32_t)parser->problem_mark.column + 1,
                    "not valid YAML: %s%s", parser->problem ? parser->problem : "unknown problem",
                    flow_mistake(parser->problem) ? "; quote a value that holds [ ] { } or a comma" : "");
}

/* what has been seen of a text while nothing is kept of it */
typedef struct Scan {
  int32_t documents, nodes;
  int depth;
} Scan;

static B7Status look_at_event(const YamlReader *reader, const yaml_event_t *event, Scan *scan) {
  switch (event->type) {
  case YAML_DOCUMENT_START_EVENT:
    if (++scan->documents > 1)
      return fail_mark(reader, event->start_mark, "one document per file; remove the second '---'");
    return B7_OK;
  case YAML_ALIAS_EVENT:
    // aliases would let a small file stand for a huge tree; no format here needs them
    return fail_mark(reader, event->start_mark,
                     "YAML aliases (*name) are not used here; write the value out");
  case YAML_SEQUENCE_START_EVENT:
  case YAML_MAPPING_START_EVENT:
    if (scan->depth++ > DEPTH_MAX)
      return fail_mark(reader, event->start_mark, "nested too deeply; no format here goes so deep");
    break;
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    scan->depth--;
    return B7_OK;
  case YAML_SCALAR_EVENT:
    break;
  default:
    return B7_OK;
  }
  if (++scan->nodes > NODES_MAX)
    return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->document->file,
                      (int32_t)event->start_mark.line + 1, (int32_t)event->start_mark.column + 1,
                      "more than %d values in one file; split it, or leave out what is no input", NODES_MAX);
  return B7_OK;
}

/* Reads the text once without keeping it, so that what is too deep or too much is refused before it is built. */
static B7Status scan_text(const char *text, size_t length, const YamlReader *reader) {
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) return b7_fail_memory(reader->error);
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
  B7Status status = B7_OK;
  Scan scan = {0};
  for (bool end = false; !end && status == B7_OK;) {
    yaml_event_t event;
    if (!yaml_parser_parse(&parser, &event)) {
      status = fail_yaml(reader, &parser);
      break;
    }
    end = event.type == YAML_STREAM_END_EVENT;
    status = look_at_event(reader, &event, &scan);
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return status;
}

static B7Status read_document(const char *text, size_t length, YamlReader *reader) {
  if (length > B7_TEXT_BYTES_MAX)
    return b7_fail_at(reader->error, B7_ERROR_INPUT, reader->document->file, 0, 0,
                      "holds more than %zu MiB; split it, or leave out what is no input",
                      B7_TEXT_BYTES_MAX >> 20);
  B7_TRY(scan_text(text, length, reader));
  yaml_parser_t parser;
  yaml_document_t yaml;
  if (!yaml_parser_initialize(&parser)) return b7_fail_memory(reader->error);
  yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
  B7Status status = B7_OK;
  if (!yaml_parser_load(&parser, &yaml)) {
    status = fail_yaml(reader, &parser);
    yaml_parser_delete(&parser);
    return status;
  }
  reader->yaml = &yaml;
  if (!yaml_document_get_root_node(&yaml)) {
    status = b7_fail_at(reader->error, B7_ERROR_INPUT, reader->document->file, 1, 1, "the file is empty");
  } else {
    status = read_node(reader, 1, &reader->document->root);
  }
  yaml_document_delete(&yaml);
  yaml_parser_delete(&parser);
  return status;
}

B7Status b7_document_parse(const char *text, size_t length, const char *name, const B7Hooks *hooks,
                           B7Document **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(hooks);
  B7Document *document = B7_ARENA_ARRAY(&arena, B7Document, 1);
  char *file = document ? b7_arena_text(&arena, name, strlen(name)) : NULL;
  if (!file) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  document->arena = arena;
  document->file = file;
  YamlReader reader = {.document = document, .error = error};
  B7Status status = read_document(text, length, &reader);
  if (status != B7_OK) {
    b7_document_free(document);
    return status;
  }
  *out = document;
  return B7_OK;
}

B7Status b7_document_load(const char *path, const B7Hooks *hooks, B7Document **out, B7Error *error) {
  *out = NULL;
  char *text;
  size_t length;
  B7_TRY(b7_file_read(path, hooks, &text, &length, error));
  B7Status status = b7_document_parse(text, length, path, hooks, out, error);
  b7_memory_resize(hooks, text, length + 1, 0);
  return status;
}

void b7_document_free(B7Document *document) {
  if (!document) return;
  B7Arena arena = document->arena;
  b7_arena_free(&arena);
}

const B7Node *b7_document_root(const B7Document *document) {
  return document->root;
}
