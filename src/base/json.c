#include "base/json.h"

#include <math.h>

#include "base/status.h"

B7Json b7_json_make(const B7Hooks *hooks) {
  return (B7Json){.text = b7_text_make(hooks), .first = true};
}

void b7_text_quote(B7Text *text, const char *value) {
  b7_text_append(text, "\"");
  const char *plain = value;
  for (const char *c = value;; c++) {
    unsigned char byte = (unsigned char)*c;
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    b7_text_append(text, "%.*s", (int)(c - plain), plain);
    if (byte == '\0') break;
    if (byte == '"' || byte == '\\') {
      b7_text_append(text, "\\%c", byte);
    } else if (byte == '\n') {
      b7_text_append(text, "\\n");
    } else {
      b7_text_append(text, "\\u%04x", byte);
    }
    plain = c + 1;
  }
  b7_text_append(text, "\"");
}

static void begin_value(B7Json *json, const char *key) {
  if (!json->first) b7_text_append(&json->text, ",");
  json->first = false;
  if (!key) return;
  b7_text_quote(&json->text, key);
  b7_text_append(&json->text, ":");
}

static void open_level(B7Json *json, const char *key, const char *bracket) {
  begin_value(json, key);
  b7_text_append(&json->text, "%s", bracket);
  json->first = true;
}

static void close_level(B7Json *json, const char *bracket) {
  b7_text_append(&json->text, "%s", bracket);
  json->first = false;
}

void b7_json_open_object(B7Json *json, const char *key) {
  open_level(json, key, "{");
}

void b7_json_close_object(B7Json *json) {
  close_level(json, "}");
}

void b7_json_open_array(B7Json *json, const char *key) {
  open_level(json, key, "[");
}

void b7_json_close_array(B7Json *json) {
  close_level(json, "]");
}

void b7_json_text(B7Json *json, const char *key, const char *value) {
  begin_value(json, key);
  if (value) {
    b7_text_quote(&json->text, value);
  } else {
    b7_text_append(&json->text, "null");
  }
}

static void append_number(B7Text *text, double value, int digits) {
  if (isfinite(value)) {
    b7_text_append(text, "%.*g", digits, value);
  } else {
    b7_text_append(text, "null");
  }
}

void b7_json_number(B7Json *json, const char *key, double value) {
  begin_value(json, key);
  append_number(&json->text, value, 10);
}

void b7_json_bool(B7Json *json, const char *key, bool value) {
  begin_value(json, key);
  b7_text_append(&json->text, value ? "true" : "false");
}

void b7_json_numbers(B7Json *json, const char *key, const double *values, int32_t count, int digits) {
  b7_json_open_array(json, key);
  for (int32_t i = 0; i < count; i++) {
    if (i > 0) b7_text_append(&json->text, ",");
    append_number(&json->text, values[i], digits);
  }
  b7_json_close_array(json);
}

void b7_json_raw(B7Json *json, const char *key, const char *value) {
  begin_value(json, key);
  b7_text_append(&json->text, "%s", value ? value : "null");
}

B7Status b7_text_hand_over(B7Text *made, B7Status status, char **text, B7Error *error) {
  *text = NULL;
  // fit the allocation to the text: whoever frees it knows only its length
  if (status == B7_OK && !made->failed)
    *text = b7_memory_resize(made->hooks, made->bytes, made->capacity, made->length + 1);
  if (*text) return B7_OK;
  b7_text_release(made);
  return status == B7_OK ? b7_fail_memory(error) : status;
}

B7Status b7_json_finish(B7Json *json, char **text, B7Error *error) {
  return b7_text_hand_over(&json->text, B7_OK, text, error);
}

B7Status b7_json_end(B7Json *json, B7Arena *arena, B7Status status, char **text, B7Error *error) {
  *text = NULL;
  if (status == B7_OK) status = b7_arena_check(arena, error);
  b7_arena_free(arena);
  if (status == B7_OK) return b7_json_finish(json, text, error);
  b7_text_release(&json->text);
  return status;
}
