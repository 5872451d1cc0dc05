// status over time: response, toxicity, graft
#include <string.h>

#include "assess/series/assessment_parts.h"

#define SPANS_MAX 512

static void add(B7Assessment *assessment, const char *track, const char *label, double start_day,
                double end_day) {
  if (isnan(start_day) || assessment->n_span == SPANS_MAX) return;
  assessment->spans[assessment->n_span++] = (B7Span){track, label, start_day, fmax(start_day, end_day)};
}

// the last span of a track ends where the next begins
static void extend(B7Assessment *assessment, const char *track, const char *label, double t_day) {
  for (int32_t i = assessment->n_span - 1; i >= 0; i--) {
    B7Span *span = &assessment->spans[i];
    if (strcmp(span->track, track) != 0) continue;
    if (strcmp(span->label, label) == 0) {
      span->end_day = t_day;
      return;
    }
    break;
  }
  add(assessment, track, label, t_day, t_day);
}

bool b7_assessment_spans(B7Assessment *assessment) {
  assessment->spans = B7_ARENA_ARRAY(&assessment->arena, B7Span, SPANS_MAX);
  if (!assessment->spans) return false;
  const double last = assessment->series.end_day;
  const B7Verdict *marrow = NULL;
  // the word of each visit: overall where it says something, else the marrow
  for (int32_t i = 0; i < assessment->n_verdict; i++) {
    const B7Verdict *v = &assessment->verdicts[i];
    if (!v->per_sample) continue;
    if (strcmp(v->endpoint, "marrow") == 0) marrow = v;
    if (strcmp(v->endpoint, "overall") != 0) continue;
    const bool said = v->evaluable <= B7_PARTIAL;
    if (said)
      extend(assessment, "response", v->grade, v->t_day);
    else if (marrow && marrow->t_day == v->t_day)
      extend(assessment, "response", marrow->grade, v->t_day);
  }
  for (int32_t i = 0; i < assessment->n_verdict; i++) {
    const B7Verdict *v = &assessment->verdicts[i];
    if (v->per_sample || v->evaluable > B7_PARTIAL) continue;
    const bool toxic = strcmp(v->endpoint, "crs") == 0 || strcmp(v->endpoint, "icans") == 0 ||
                       strcmp(v->endpoint, "icaht_early") == 0 || strcmp(v->endpoint, "agvhd_magic") == 0 ||
                       strcmp(v->endpoint, "cgvhd") == 0;
    if (toxic && v->finding.code > 0) {
      const char *label = b7_arena_format(&assessment->arena, "%s %s", v->endpoint, v->grade);
      if (!label) return false;
      add(assessment, "toxicity", label, v->t_day, v->t_day);
    }
  }
  if (isnan(assessment->series.hsct_day)) return true;
  double from = assessment->series.hsct_day;
  const char *status = "transplanted, not engrafted";
  static const struct {
    const char *endpoint, *status;
  } steps[] = {{"neutrophils", "neutrophils engrafted"},
               {"platelets_20", "neutrophils and platelets engrafted"}};
  for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++)
    for (int32_t i = 0; i < assessment->n_verdict; i++) {
      const B7Verdict *v = &assessment->verdicts[i];
      if (v->per_sample || strcmp(v->endpoint, steps[s].endpoint) != 0 || v->evaluable > B7_PARTIAL ||
          v->finding.code != B7_RECOVERY_YES || v->t_day < from)
        continue;
      add(assessment, "graft", status, from, v->t_day);
      from = v->t_day;
      status = steps[s].status;
    }
  add(assessment, "graft", status, from, last);
  return true;
}
