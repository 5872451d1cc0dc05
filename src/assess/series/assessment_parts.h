/* assessment_parts.h - findings of one patient with their words. Running leg. */
#ifndef B7_ASSESS_SERIES_ASSESSMENT_PARTS_H
#define B7_ASSESS_SERIES_ASSESSMENT_PARTS_H

#include "assess/rules/finding.h"
#include "assess/series/visits.h"

/* Constant once made. Everything lies in the arena. */
struct B7Assessment {
  B7Arena arena;
  const B7Criteria *criteria;
  B7Series series;
  const char *name, *day0; /* "" and NULL when there is no calendar */
  B7Verdict *verdicts;
  B7Span *spans;
  int32_t n_verdict, n_span;
  const char *json;
  const char *reasons[B7_ENDPOINT_COUNT];
};

/* All strings of a verdict from its finding. false: out of memory. */
bool b7_verdict_words(B7Assessment *assessment, B7Endpoint endpoint, const B7Finding *finding,
                      bool per_sample, B7Verdict *verdict);
/* The values that decided a finding, each with its day where it is not that of the finding. NULL: out of memory. */
const char *b7_verdict_deciding(B7Assessment *assessment, B7Endpoint endpoint, const B7Finding *finding);
/* "cart+15", "hsct+14", "2025-01-03" or "day 12". NULL: out of memory. */
const char *b7_assessment_when(B7Assessment *assessment, double t_day);
/* The steps behind an endpoint. NULL: out of memory. */
const char *b7_verdict_reasons(B7Assessment *assessment, B7Endpoint endpoint);
/* The whole as JSON. NULL: out of memory. */
const char *b7_assessment_write_json(B7Assessment *assessment);
/* Status over time from the verdicts. */
bool b7_assessment_spans(B7Assessment *assessment);

#endif
