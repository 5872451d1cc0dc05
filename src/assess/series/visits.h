/* visits.h - marrow and imaging over time: what is seen at one visit, and what follows from the visits before
 * it. A visit never looks ahead, so a later sample cannot change an earlier verdict. Running leg. */
#ifndef B7_ASSESS_SERIES_VISITS_H
#define B7_ASSESS_SERIES_VISITS_H

#include "assess/rules/finding.h"

typedef struct B7Visit {
  double t_day;
  bool marrow, imaging; /* what was done */
  B7Finding remission, response, mrd, lugano, overall, relapse;
  double blasts_pct;               /* that was judged */
  double morphology_pct, flow_pct; /* NaN: not done */
} B7Visit;

/* What is remembered between visits; begin with b7_visits_begin. */
typedef struct B7VisitMemory {
  double baseline_morphology_pct, baseline_flow_pct, baseline_deauville, baseline_activity;
  double lowest_morphology_pct, lowest_flow_pct; /* the two scales are not interchangeable */
  int32_t best_response;                         /* best possible class so far */
  double remission_day;                          /* first CR, CRh or CRi; NaN: none */
  double relapse_day;              /* first relapse, or progression without remission; NaN: none */
  double response_day, lugano_day; /* of the latest finding of each; -inf: none */
  B7Finding response, lugano;
  bool complete_metabolic; /* seen before */
} B7VisitMemory;

/* Start at a day: baselines are the latest values until then, else the first ones. */
B7VisitMemory b7_visits_begin(const B7Criteria *criteria, const B7Series *series, double from_day);
/* Day of the next visit after `after_day`; INFINITY when there is none. */
double b7_visits_next(const B7Criteria *criteria, const B7Series *series, double after_day);
void b7_visits_assess(const B7Criteria *criteria, const B7Series *series, double t_day, B7VisitMemory *memory,
                      B7Visit *visit);

#endif
