/* result_series.h - a simulated patient as a series: columns point into the result, marks of the patient's
 * events into a scratch. Running leg. */
#ifndef B7_ASSESS_SERIES_RESULT_SERIES_H
#define B7_ASSESS_SERIES_RESULT_SERIES_H

#include "assess/rules/finding.h"

#define B7_MARKS_MAX 512 /* of one kind in one patient; further ones add nothing to any rule */

/* Which observable feeds which quantity; made once for a kernel. */
typedef struct B7SeriesMap {
  int32_t observable[B7_QUANTITY_COUNT]; /* -1: the model has none */
  double mrd_limit_pct;
} B7SeriesMap;

/* Marks of one patient; one a thread. */
typedef struct B7SeriesScratch {
  double t_day[4][B7_MARKS_MAX], value[4][B7_MARKS_MAX]; /* platelets, red cells, anticytokine, infusions */
  int32_t count[4];
  double death_day, death_value;
} B7SeriesScratch;

B7SeriesMap b7_series_map(const B7Kernel *kernel);
/* Fill *series for one patient without a fault. death_day: NaN when alive; until_first_missing: death is the
 * first missing value. */
void b7_series_of_patient(const B7SeriesMap *map, const B7Result *result, int64_t patient, double death_day,
                          bool until_first_missing, B7SeriesScratch *scratch, B7Series *series);

#endif
