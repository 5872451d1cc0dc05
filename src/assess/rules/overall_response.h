/* overall_response.h - one status from marrow and nodes, without letting one hide the other. Running leg. */
#ifndef B7_ASSESS_RULES_OVERALL_RESPONSE_H
#define B7_ASSESS_RULES_OVERALL_RESPONSE_H

#include "assess/rules/finding.h"

typedef struct B7OverallParts {
  int32_t marrow;                  /* B7ResponseClass */
  int32_t extramedullary_at_start; /* 1 yes, 0 no, -1 unknown */
  int32_t extramedullary;          /* recorded now: 1 yes, 0 no, -1 not */
  int32_t lugano;                  /* B7LuganoClass; -1: not imaged again */
  bool new_extramedullary;         /* disease outside the marrow that was not there before */
} B7OverallParts;

/* Class (B7OverallClass). */
B7Finding b7_overall_response(const B7Criteria *criteria, const B7OverallParts *parts);

#endif
