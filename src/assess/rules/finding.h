/* finding.h - what evaluators return, and the codes of classes that are no numbers. Running leg. */
#ifndef B7_ASSESS_RULES_FINDING_H
#define B7_ASSESS_RULES_FINDING_H

#include <math.h>

#include "assess/rules/criteria.h"

/* One bit a quantity. */
#define B7_BIT(quantity) (UINT64_C(1) << B7_QUANTITY_##quantity)

_Static_assert(B7_QUANTITY_COUNT <= 64, "quantities are bits of a 64-bit word");
_Static_assert(B7_FLAG_COUNT <= 32, "flags are bits of a 32-bit word");

/* Codes ascend from bad to good where an order exists, so that a range is low..high. */
typedef enum B7ResponseClass {
  B7_RESPONSE_NE, /* no adequate marrow */
  B7_RESPONSE_NR,
  B7_RESPONSE_PR,
  B7_RESPONSE_MLFS,
  B7_RESPONSE_CRI,
  B7_RESPONSE_CRH,
  B7_RESPONSE_CR
} B7ResponseClass;

typedef enum B7MarrowClass { B7_MARROW_NE, B7_MARROW_NO_REMISSION, B7_MARROW_REMISSION } B7MarrowClass;

typedef enum B7MrdClass {
  B7_MRD_POSITIVE,
  B7_MRD_INTERMEDIATE,
  B7_MRD_NEGATIVE_UNKNOWN_LIMIT,
  B7_MRD_NEGATIVE_INSUFFICIENT,
  B7_MRD_COMPLETE
} B7MrdClass;

typedef enum B7LuganoClass {
  B7_LUGANO_PROGRESSION,
  B7_LUGANO_STABLE,
  B7_LUGANO_PARTIAL_OR_STABLE, /* no baseline to compare with */
  B7_LUGANO_PARTIAL,
  B7_LUGANO_COMPLETE
} B7LuganoClass;

typedef enum B7OverallClass {
  B7_OVERALL_NE,
  B7_OVERALL_PROGRESSION, /* relapse or progression */
  B7_OVERALL_NR,
  B7_OVERALL_NOT_CR,      /* marrow in remission, change of nodes unknown */
  B7_OVERALL_MARROW_ONLY, /* marrow in remission, disease elsewhere not looked at again */
  B7_OVERALL_PR,
  B7_OVERALL_MLFS,
  B7_OVERALL_CRI,
  B7_OVERALL_CRH,
  B7_OVERALL_CR
} B7OverallClass;

typedef enum B7RelapseClass {
  B7_RELAPSE_NO,
  B7_RELAPSE_UNCONFIRMED,
  B7_RELAPSE_YES,
  B7_RELAPSE_PROGRESSION /* without remission before */
} B7RelapseClass;

typedef enum B7RecoveryClass {
  B7_RECOVERY_NOT_YET,
  B7_RECOVERY_NEVER_BELOW,
  B7_RECOVERY_YES
} B7RecoveryClass;

typedef enum B7GraftFailureClass {
  B7_GRAFT_FAILURE_NONE,
  B7_GRAFT_FAILURE_PRIMARY,
  B7_GRAFT_FAILURE_PRIMARY_AUTOLOGOUS, /* own cells came back */
  B7_GRAFT_FAILURE_SECONDARY
} B7GraftFailureClass;

typedef enum B7ChimerismClass { B7_CHIMERISM_LOSS, B7_CHIMERISM_MIXED, B7_CHIMERISM_FULL } B7ChimerismClass;

typedef enum B7SeverityClass {
  B7_SEVERITY_NONE,
  B7_SEVERITY_MILD,
  B7_SEVERITY_MODERATE,
  B7_SEVERITY_SEVERE
} B7SeverityClass;

typedef enum B7EventCode { B7_EVENT_CENSORED, B7_EVENT_YES, B7_EVENT_COMPETING } B7EventCode;

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
