/* assess_series.c - all endpoints of one patient: the parts in the order in which they need each other. */
#include "assess/series/series.h"
#include "assess/series/series_parts.h"

void b7_assess_series(const B7Criteria *criteria, const B7Series *series,
                      B7Finding findings[B7_ENDPOINT_COUNT]) {
  B7SeriesCourse course = {.remission_day = NAN,
                           .relapse_day = NAN,
                           .death_day = b7_series_first_mark(series, B7_QUANTITY_DEATH, -INFINITY),
                           .last_assessment_day = NAN,
                           .agvhd_ii_iv_day = NAN,
                           .agvhd_iii_iv_day = NAN};
  b7_series_response(criteria, series, &course, findings);
  b7_series_gvhd(criteria, series, &course, findings);
  b7_series_toxicity(criteria, series, &course, findings);
  b7_series_graft(criteria, series, &course, findings);
  b7_series_survival(criteria, series, &course, findings);
}
