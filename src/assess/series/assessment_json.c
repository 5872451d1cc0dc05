/* assessment_json.c - an assessment as JSON: verdicts in order, then the spans of the timeline. */
#include "assess/series/assessment_parts.h"
#include "base/json.h"

static void write_verdict(B7Json *json, const B7Verdict *v) {
  static const char *const states[] = {"evaluable", "partial", "not evaluable", "not applicable"};
  const bool coded = v->evaluable <= B7_PARTIAL;
  b7_json_open_object(json, NULL);
  b7_json_text(json, "endpoint", v->endpoint);
  b7_json_text(json, "label", v->label);
  b7_json_text(json, "grade", v->grade);
  b7_json_number(json, "code", coded ? v->finding.code : NAN);
  b7_json_number(json, "code_low", coded ? v->finding.low : NAN);
  b7_json_number(json, "code_high", coded ? v->finding.high : NAN);
  b7_json_number(json, "value", v->finding.value);
  b7_json_number(json, "day", v->t_day);
  b7_json_text(json, "when", v->when);
  b7_json_text(json, "rule", v->rule);
  b7_json_text(json, "version", v->version);
  b7_json_text(json, "citation", v->citation);
  b7_json_text(json, "deciding", v->deciding);
  b7_json_text(json, "missing", v->missing);
  b7_json_text(json, "remarks", v->remarks);
  b7_json_text(json, "state", states[v->evaluable]);
  b7_json_bool(json, "per_sample", v->per_sample);
  b7_json_close_object(json);
}

static void write_span(B7Json *json, const B7Span *span) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "track", span->track);
  b7_json_number(json, "start_day", span->start_day);
  b7_json_number(json, "end_day", span->end_day);
  b7_json_text(json, "label", span->label);
  b7_json_close_object(json);
}

const char *b7_assessment_write_json(B7Assessment *assessment) {
  B7Json json = b7_json_make(&assessment->arena.hooks);
  b7_json_open_object(&json, NULL);
  b7_json_text(&json, "course", assessment->name);
  b7_json_number(&json, "cart_day", assessment->series.cart_day);
  b7_json_number(&json, "hsct_day", assessment->series.hsct_day);
  b7_json_number(&json, "last_day", assessment->series.end_day);
  b7_json_open_array(&json, "verdicts");
  for (int32_t i = 0; i < assessment->n_verdict; i++) write_verdict(&json, &assessment->verdicts[i]);
  b7_json_close_array(&json);
  b7_json_open_array(&json, "timeline");
  for (int32_t i = 0; i < assessment->n_span; i++) write_span(&json, &assessment->spans[i]);
  b7_json_close_array(&json);
  b7_json_close_object(&json);
  const char *kept =
      json.text.failed ? NULL : b7_arena_text(&assessment->arena, json.text.bytes, json.text.length);
  b7_text_release(&json.text);
  return kept;
}
