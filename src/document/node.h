/* node.h - values of a YAML document, each with its place. Authoring leg. */
#ifndef B7_DOCUMENT_NODE_H
#define B7_DOCUMENT_NODE_H

#include "base/memory.h"
#include "base/status.h"

typedef enum B7NodeKind { B7_NODE_SCALAR, B7_NODE_SEQUENCE, B7_NODE_MAPPING } B7NodeKind;

/* Nodes belong to their document. Mappings keep the order of the text; duplicate keys, aliases, tags and
   several documents in one file are errors at load. */
typedef struct B7Node {
  B7NodeKind kind;
  const char *file;      /* as given to load */
  int32_t line, column;  /* 1-based */
  const char *text;      /* scalar: its text; else NULL */
  bool quoted;           /* scalar was written in quotes */
  int32_t count;         /* items of a sequence, pairs of a mapping */
  struct B7Node **keys;  /* mapping: scalar nodes */
  struct B7Node **items; /* sequence items or mapping values */
} B7Node;

/* Value of a key, or NULL. */
const B7Node *b7_node_get(const B7Node *mapping, const char *key);
/* Error at a node: "file:line:column: message". */
B7Status b7_node_fail(const B7Node *node, B7Error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The kind must be so, or an error that names what was expected. */
B7Status b7_node_expect(const B7Node *node, B7NodeKind kind, const char *what, B7Error *error);
/* The key must be there, or an error at the mapping. */
B7Status b7_node_need(const B7Node *mapping, const char *key, const B7Node **out, B7Error *error);
/* All keys of the mapping must be in keys (NULL-terminated); else "unknown key 'x'. Did you mean 'y'?" */
B7Status b7_node_only_keys(const B7Node *mapping, const char *const *keys, B7Error *error);
/* "unknown <kind> '<word>'", and behind it what would fix it: the nearest of the candidates
   (NULL-terminated), else remedy, else (remedy NULL) the candidates themselves. Returns INPUT. */
B7Status b7_node_unknown(const B7Node *node, const char *kind, const char *word,
                         const char *const *candidates, const char *remedy, B7Error *error);
/* Typed readers; the error names the place and what was expected. */
B7Status b7_node_text(const B7Node *node, const char **out, B7Error *error);
B7Status b7_node_number(const B7Node *node, double *out, B7Error *error);
B7Status b7_node_integer(const B7Node *node, int64_t *out, B7Error *error);
B7Status b7_node_bool(const B7Node *node, bool *out, B7Error *error);
/* "1.5e6 cells/kg" -> 1.5e6 and "cells/kg" (the unit belongs to the document; "" when absent). */
B7Status b7_node_quantity(const B7Node *node, double *value, const char **unit, B7Error *error);

#endif
