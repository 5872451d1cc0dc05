#include <string.h>

#include "assess/assessment.h"

// a JSON string; control characters as \u00XX
static void quote(B7Text *text, const char *value) {
  b7_text_append(text, "\"");
  for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
    if (*c == '"' || *c == '\\')
      b7_text_append(text, "\\%c", *c);
    else if (*c < 0x20)
      b7_text_append(text, "\\u%04x", *c);
    else
      b7_text_append(text, "%c", *c);
  }
  b7_text_append(text, "\"");
}

static void pair(B7Text *text, const char *key, const char *value) {
  b7_text_append(text, "\"%s\": ", key);
  quote(text, value);
  b7_text_append(text, ", ");
}

static void number(B7Text *text, const char *key, double value) {
  if (isfinite(value))
    b7_text_append(text, "\"%s\": %.15g, ", key, value);
  else
    b7_text_append(text, "\"%s\": null, ", key);
}

static void write_verdict(B7Text *text, const B7Verdict *v) {
  static const char *const states[] = {"evaluable", "partial", "not evaluable", "not applicable"};
  b7_text_append(text, "{");
  pair(text, "endpoint", v->endpoint);
  pair(text, "label", v->label);
  pair(text, "grade", v->grade);
  const bool coded = v->evaluable <= B7_PARTIAL;
  number(text, "code", coded ? v->finding.code : NAN);
  number(text, "code_low", coded ? v->finding.low : NAN);
  number(text, "code_high", coded ? v->finding.high : NAN);
  number(text, "value", v->finding.value);
  number(text, "day", v->t_day);
  pair(text, "when", v->when);
  pair(text, "rule", v->rule);
  pair(text, "version", v->version);
  pair(text, "citation", v->citation);
  pair(text, "deciding", v->deciding);
  pair(text, "missing", v->missing);
  pair(text, "remarks", v->remarks);
  pair(text, "state", states[v->evaluable]);
  b7_text_append(text, "\"per_sample\": %s}", v->per_sample ? "true" : "false");
}

const char *b7_assessment_write_json(B7Assessment *assessment) {
  B7Text text = b7_text_make(&assessment->arena.hooks);
  b7_text_append(&text, "{");
  pair(&text, "course", assessment->name);
  number(&text, "cart_day", assessment->series.cart_day);
  number(&text, "hsct_day", assessment->series.hsct_day);
  number(&text, "last_day", assessment->series.end_day);
  b7_text_append(&text, "\"verdicts\": [");
  for (int32_t i = 0; i < assessment->n_verdict; i++) {
    b7_text_append(&text, i ? ",\n" : "\n");
    write_verdict(&text, &assessment->verdicts[i]);
  }
  b7_text_append(&text, "],\n\"timeline\": [");
  for (int32_t i = 0; i < assessment->n_span; i++) {
    const B7Span *span = &assessment->spans[i];
    b7_text_append(&text, i ? ",\n{" : "\n{");
    pair(&text, "track", span->track);
    number(&text, "start_day", span->start_day);
    number(&text, "end_day", span->end_day);
    b7_text_append(&text, "\"label\": ");
    quote(&text, span->label);
    b7_text_append(&text, "}");
  }
  b7_text_append(&text, "]}");
  const char *json = text.failed ? NULL : b7_arena_text(&assessment->arena, text.bytes, text.length);
  b7_text_release(&text);
  return json;
}
