/* series_parts.h - the parts of b7_assess_series. Each writes its own endpoints. Running leg. */
#ifndef B7_ASSESS_SERIES_SERIES_PARTS_H
#define B7_ASSESS_SERIES_SERIES_PARTS_H

#include "assess/rules/finding.h"

/* What the other parts need to know of marrow and imaging. */
typedef struct B7SeriesCourse {
  double remission_day, relapse_day; /* NaN: none */
  double death_day;
  bool seen_by_landmark; /* a marrow was looked at until the day-28 visit closed */
  bool remission_by_landmark;
  bool no_remission; /* disease at the start, and none of the visits showed a remission of the marrow */
  double last_assessment_day;
  double agvhd_ii_iv_day, agvhd_iii_iv_day; /* after the transplant */
} B7SeriesCourse;

void b7_series_toxicity(const B7Criteria *criteria, const B7Series *series, const B7SeriesCourse *course,
                        B7Finding *findings);
void b7_series_response(const B7Criteria *criteria, const B7Series *series, B7SeriesCourse *course,
                        B7Finding *findings);
void b7_series_gvhd(const B7Criteria *criteria, const B7Series *series, B7SeriesCourse *course,
                    B7Finding *findings);
void b7_series_graft(const B7Criteria *criteria, const B7Series *series, const B7SeriesCourse *course,
                     B7Finding *findings);
void b7_series_survival(const B7Criteria *criteria, const B7Series *series, const B7SeriesCourse *course,
                        B7Finding *findings);

#endif
