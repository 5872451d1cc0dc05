/* graft_failure.h - primary and secondary graft failure, poor graft function. Running leg. */
#ifndef B7_ASSESS_RULES_GRAFT_FAILURE_H
#define B7_ASSESS_RULES_GRAFT_FAILURE_H

#include "assess/rules/finding.h"

/* Days from the graft; NaN: unknown or has not happened. */
typedef struct B7GraftFacts {
  B7GraftSource source;               /* unknown: limit of marrow and blood */
  double highest_anc_by_limit_per_ul; /* highest until the limit of this source */
  double pancytopenia;                /* at the limit, 0 or 1 */
  double neutrophil_recovery_day;
  double later_decline;     /* Hb, platelets or neutrophils fell again after recovery, 0 or 1 */
  double support_needed;    /* blood products or growth factor, 0 or 1 */
  double other_explanation; /* relapse, drug or infection explains it, 0 or 1 */
  double
      poor_function; /* the decline is poor graft function, 0 or 1; NaN: it may be, were the donor's share known */
  double donor_pct; /* when own cells came back */
  double last_day;  /* death or last contact */
} B7GraftFacts;

/* Class (B7GraftFailureClass). */
B7Finding b7_graft_failure(const B7Criteria *criteria, const B7GraftFacts *facts);
/* Day until which neutrophils may take, by source. */
double b7_graft_failure_limit_day(const B7Criteria *criteria, B7GraftSource source);

typedef enum B7GraftFunctionRule { B7_PGF_NUMERIC, B7_PGF_WIDE, B7_PGF_CLINICAL } B7GraftFunctionRule;

/* A stretch of cytopenia; NaN: unknown. */
typedef struct B7GraftFunction {
  double hb_g_per_l, anc_10e9_per_l, platelets_10e9_per_l; /* through the stretch */
  double consecutive_days, from_day;                       /* from the graft */
  double donor_pct;
  double severe_gvhd, relapse;              /* 0 or 1 */
  double support_needed, other_explanation; /* clinical rule */
} B7GraftFunction;

/* 1 poor graft function, 0 not. */
B7Finding b7_graft_function(const B7Criteria *criteria, B7GraftFunctionRule rule,
                            const B7GraftFunction *function);

#endif
