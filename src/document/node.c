/* node.c - values of a YAML document, read with messages that name their place. */
#include "document/node.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "document/suggest.h"

#define LISTED_MAX 30 /* names that a message lists */

static const char *kind_name(B7NodeKind kind) {
  return kind == B7_NODE_SCALAR     ? "a single value"
         : kind == B7_NODE_SEQUENCE ? "a list"
                                    : "a mapping (key: value)";
}

const B7Node *b7_node_get(const B7Node *mapping, const char *key) {
  if (!mapping || mapping->kind != B7_NODE_MAPPING) return NULL;
  for (int32_t i = 0; i < mapping->count; i++) {
    if (strcmp(mapping->keys[i]->text, key) == 0) return mapping->items[i];
  }
  return NULL;
}

B7Status b7_node_fail(const B7Node *node, B7Error *error, const char *format, ...) {
  char message[sizeof((B7Error *)0)->message];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return b7_fail_at(error, B7_ERROR_INPUT, node->file, node->line, node->column, "%s", message);
}

B7Status b7_node_expect(const B7Node *node, B7NodeKind kind, const char *what, B7Error *error) {
  if (node->kind == kind) return B7_OK;
  return b7_node_fail(node, error, "%s must be %s, not %s", what, kind_name(kind), kind_name(node->kind));
}

B7Status b7_node_need(const B7Node *mapping, const char *key, const B7Node **out, B7Error *error) {
  *out = b7_node_get(mapping, key);
  if (*out) return B7_OK;
  return b7_node_fail(mapping, error, "'%s:' is missing here", key);
}

B7Status b7_node_only_keys(const B7Node *mapping, const char *const *keys, B7Error *error) {
  B7_TRY(b7_node_expect(mapping, B7_NODE_MAPPING, "this", error));
  for (int32_t i = 0; i < mapping->count; i++) {
    const B7Node *key = mapping->keys[i];
    bool known = false;
    for (const char *const *k = keys; *k && !known; k++) known = strcmp(*k, key->text) == 0;
    if (known) continue;
    return b7_node_unknown(key, "key", key->text, keys, NULL, error);
  }
  return B7_OK;
}

B7Status b7_node_unknown(const B7Node *node, const char *kind, const char *word,
                         const char *const *candidates, const char *remedy, B7Error *error) {
  const char *near = b7_suggest(word, candidates);
  if (near) return b7_node_fail(node, error, "unknown %s '%s'. Did you mean '%s'?", kind, word, near);
  if (remedy) return b7_node_fail(node, error, "unknown %s '%s'; %s", kind, word, remedy);
  B7Text list = b7_text_make(NULL);
  int32_t n = 0;
  for (; candidates[n] && n < LISTED_MAX; n++) b7_text_append(&list, "%s%s", n ? ", " : "", candidates[n]);
  B7Status status = b7_node_fail(node, error, "unknown %s '%s'. Known here: %s%s", kind, word,
                                 list.bytes ? list.bytes : "none", candidates[n] ? ", ..." : "");
  b7_text_release(&list);
  return status;
}

B7Status b7_node_text(const B7Node *node, const char **out, B7Error *error) {
  B7_TRY(b7_node_expect(node, B7_NODE_SCALAR, "this", error));
  *out = node->text;
  return B7_OK;
}

/* Decimal numbers only: strtod would also take hexadecimal, inf and nan. */
static bool parse_number(const char *text, double *value, const char **rest) {
  const char *at = text;
  if (*at == '+' || *at == '-') at++;
  bool starts = (*at >= '0' && *at <= '9') || (*at == '.' && at[1] >= '0' && at[1] <= '9');
  if (!starts || (at[0] == '0' && (at[1] == 'x' || at[1] == 'X'))) return false;
  char *end;
  *value = strtod(text, &end);
  *rest = end;
  // beyond what a double holds: 1e400, and 1e-400, which would pass for zero
  bool lost = *value == 0 && strcspn(at, "123456789") < strcspn(at, "eE ");
  return isfinite(*value) && !lost;
}

B7Status b7_node_number(const B7Node *node, double *out, B7Error *error) {
  const char *text, *rest;
  B7_TRY(b7_node_text(node, &text, error));
  if (!parse_number(text, out, &rest) || *rest)
    return b7_node_fail(node, error, "'%s' is not a number", text);
  return B7_OK;
}

B7Status b7_node_integer(const B7Node *node, int64_t *out, B7Error *error) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, error));
  char *end;
  errno = 0;
  long long value = strtoll(text, &end, 10);
  if (end == text || *end || errno) return b7_node_fail(node, error, "'%s' is not a whole number", text);
  *out = value;
  return B7_OK;
}

B7Status b7_node_bool(const B7Node *node, bool *out, B7Error *error) {
  const char *text;
  B7_TRY(b7_node_text(node, &text, error));
  if (strcmp(text, "true") == 0 || strcmp(text, "yes") == 0) {
    *out = true;
  } else if (strcmp(text, "false") == 0 || strcmp(text, "no") == 0) {
    *out = false;
  } else {
    return b7_node_fail(node, error, "'%s' is neither true nor false", text);
  }
  return B7_OK;
}

B7Status b7_node_quantity(const B7Node *node, double *value, const char **unit, B7Error *error) {
  const char *text, *rest;
  B7_TRY(b7_node_text(node, &text, error));
  if (strncmp(text, "0x10", 4) == 0) {
    // "0x10^9/L" is no hexadecimal number
    *value = 0;
    rest = text + 1;
  } else if (!parse_number(text, value, &rest)) {
    return b7_node_fail(node, error, "'%s' is not a quantity such as '1.5 mg/kg'", text);
  }
  while (*rest == ' ') rest++;
  if (*rest == ',')
    return b7_node_fail(node, error, "'%s' holds a comma; write a decimal point and no thousands sign", text);
  // who writes 10e9 may mean 1e10 or ten to the power nine
  if (*rest && (strncmp(text, "10e", 3) == 0 || strncmp(text, "10E", 3) == 0)) {
    int power = atoi(text + 3);
    return b7_node_fail(node, error, "'%.*s' is ten times 1e%d; write 1e%d or 1e%d", (int)strcspn(text, " "),
                        text, power, power + 1, power);
  }
  *unit = rest;
  return B7_OK;
}
