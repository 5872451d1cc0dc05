/* visits.h - marrow and imaging over time: what is seen at one visit, and what follows from the visits before
 * it. A visit never looks ahead, so a later sample cannot change an earlier verdict. Running leg. */
#ifndef B7_ASSESS_SERIES_VISITS_H
#define B7_ASSESS_SERIES_VISITS_H

#include "assess/rules/finding.h"

typedef struct B7Visit {
  double t_day;
  bool marrow, imaging, elsewhere; /* what was done; elsewhere: disease outside the marrow looked for */
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
  B7Finding marrow_alone;  /* the response as if there were no disease outside the marrow */
  bool complete_metabolic; /* seen before */
  double from_day;
  int32_t elsewhere_at_start, nodal_at_start; /* 1 yes, 0 no, -1 not known */
  uint32_t sites_at_start, sites_free;        /* bit of each site: there at the start; seen free since */
  bool elsewhere_cleared;                     /* disease outside the marrow seen gone */
} B7VisitMemory;

/* Start at a day: baselines are the latest values until then, else the first ones. */
B7VisitMemory b7_visits_begin(const B7Criteria *criteria, const B7Series *series, double from_day);
/* Day of the next visit after `after_day`; INFINITY when there is none. */
double b7_visits_next(const B7Criteria *criteria, const B7Series *series, double after_day);
void b7_visits_assess(const B7Criteria *criteria, const B7Series *series, double t_day, B7VisitMemory *memory,
                      B7Visit *visit);

#endif
