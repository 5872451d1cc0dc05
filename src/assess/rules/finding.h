/* finding.h - what evaluators return. Running leg. */
#ifndef B7_ASSESS_RULES_FINDING_H
#define B7_ASSESS_RULES_FINDING_H

#include <math.h>

#include "assess/rules/criteria.h"

/* One bit a quantity. */
#define B7_BIT(quantity) (UINT64_C(1) << B7_QUANTITY_##quantity)

_Static_assert((int)B7_QUANTITY_CNS_DISEASE == B7_QUANTITY_BITS,
               "quantities that decide are bits of a 64-bit word");
_Static_assert(B7_FLAG_COUNT <= 32, "flags are bits of a 32-bit word");

/* A definite finding. */
static inline B7Finding b7_finding(B7RuleIndex rule, int32_t code) {
  return (B7Finding){.code = code,
                     .low = code,
                     .high = code,
                     .evaluable = B7_EVALUABLE,
                     .rule = (int32_t)rule,
                     .t_day = NAN,
                     .value = NAN};
}

/* A finding between low and high; definite when they agree. */
static inline B7Finding b7_finding_range(B7RuleIndex rule, int32_t low, int32_t high, uint64_t missing) {
  B7Finding finding = b7_finding(rule, low);
  finding.high = high;
  if (low != high) {
    finding.evaluable = B7_PARTIAL;
    finding.missing = missing;
  }
  return finding;
}

/* Nothing can be said. */
static inline B7Finding b7_finding_none(B7RuleIndex rule, B7Evaluable why, uint64_t missing) {
  B7Finding finding = b7_finding(rule, -1);
  finding.evaluable = why;
  finding.missing = missing;
  return finding;
}

static inline int32_t b7_max_grade(int32_t a, int32_t b) {
  return a > b ? a : b;
}

#endif
