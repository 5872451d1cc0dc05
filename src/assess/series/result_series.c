/* result_series.c - a simulated patient as a series: columns of the result, marks of events by their role. */
#include "assess/series/result_series.h"

#include <string.h>

#include "assess/series/extramedullary.h"

/* a lymphodepletion begins this long before the infusion, at most; what is earlier was another's */
#define LYMPHODEPLETION_DAYS 14
#define NODES_CLEAR_SCORE 3 /* Deauville 1-3 is complete (Lugano 2014) */

enum { MARK_PLATELETS, MARK_RED_CELLS, MARK_ANTICYTOKINE, MARK_INFUSION };

B7SeriesMap b7_series_map(const B7Kernel *kernel) {
  B7SeriesMap map = {.mrd_limit_pct = NAN};
  const B7KernelTables *tables = b7_kernel_tables(kernel);
  for (int32_t q = 0; q < B7_QUANTITY_COUNT; q++)
    map.observable[q] = tables->quantities ? tables->quantities[q] - 1 : -1;
  const int32_t mrd = map.observable[B7_QUANTITY_MARROW_MRD];
  if (mrd >= 0) map.mrd_limit_pct = tables->observables[mrd].detection_low;
  return map;
}

static void add_mark(B7SeriesScratch *scratch, int32_t mark, double t_day) {
  if (scratch->count[mark] == B7_MARKS_MAX) return;
  scratch->t_day[mark][scratch->count[mark]] = t_day;
  scratch->value[mark][scratch->count[mark]++] = 1;
}

// what was planned for after death did not happen
static void read_events(const B7Result *result, int64_t patient, double death_day, B7SeriesScratch *scratch,
                        B7Series *series) {
  const B7HappenedEvent *rows;
  const int32_t n = b7_result_events(result, patient, &rows);
  double lymphodepletion = NAN;
  for (int32_t i = 0; i < n; i++) {
    const double t_day = rows[i].t_day;
    if (rows[i].event < 0 || t_day > death_day) continue;
    switch (rows[i].role) {
    case B7_ROLE_INFUSION:
      if (isnan(series->cart_day)) series->cart_day = t_day;
      add_mark(scratch, MARK_INFUSION, t_day);
      break;
    case B7_ROLE_GRAFT:
      if (isnan(series->hsct_day))
        series->hsct_day = t_day;
      else if (isnan(series->second_graft_day) && t_day > series->hsct_day)
        series->second_graft_day = t_day;
      break;
    case B7_ROLE_LYMPHODEPLETION:
      if (isnan(series->cart_day) && !(t_day - lymphodepletion < LYMPHODEPLETION_DAYS))
        lymphodepletion = t_day;
      break;
    case B7_ROLE_PLATELETS:
      add_mark(scratch, MARK_PLATELETS, t_day);
      break;
    case B7_ROLE_RED_CELLS:
      add_mark(scratch, MARK_RED_CELLS, t_day);
      break;
    case B7_ROLE_ANTICYTOKINE:
      add_mark(scratch, MARK_ANTICYTOKINE, t_day);
      break;
    default:
      break;
    }
  }
  if (series->cart_day - lymphodepletion < LYMPHODEPLETION_DAYS)
    series->lymphodepletion_day = lymphodepletion;
}

void b7_series_of_patient(const B7SeriesMap *map, const B7Result *result, int64_t patient, double death_day,
                          bool until_first_missing, B7SeriesScratch *scratch, B7Series *series) {
  const double *t_day;
  const int32_t n_times = b7_result_times(result, &t_day);
  b7_series_make(series);
  series->scheduled_visits = true;
  series->mrd_limit_pct = map->mrd_limit_pct;
  memset(scratch->count, 0, sizeof scratch->count);
  int32_t n = n_times;
  if (until_first_missing && map->observable[B7_QUANTITY_ANC] >= 0) {
    const double *anc =
        b7_result_values(result, map->observable[B7_QUANTITY_ANC]) + (size_t)patient * (size_t)n_times;
    while (n > 0 && isnan(anc[n - 1])) n--;
    if (n < n_times) death_day = t_day[n];
  }
  while (n > 0 && t_day[n - 1] > death_day) n--;
  read_events(result, patient, death_day, scratch, series);
  for (int32_t q = 0; q < B7_QUANTITY_COUNT; q++)
    if (map->observable[q] >= 0)
      series->column[q] = (B7Column){
          n, t_day, b7_result_values(result, map->observable[q]) + (size_t)patient * (size_t)n_times};
  static const B7Quantity marks[] = {B7_QUANTITY_PLATELET_TRANSFUSION, B7_QUANTITY_RED_CELL_TRANSFUSION,
                                     B7_QUANTITY_ANTICYTOKINE};
  for (int i = 0; i < 3; i++)
    series->column[marks[i]] = (B7Column){scratch->count[i], scratch->t_day[i], scratch->value[i]};
  series->infusion =
      (B7Column){scratch->count[MARK_INFUSION], scratch->t_day[MARK_INFUSION], scratch->value[MARK_INFUSION]};
  series->start_day = n_times ? t_day[0] : 0;
  series->end_day = isnan(death_day) ? (n_times ? t_day[n_times - 1] : 0) : death_day;
  if (!isnan(death_day)) {
    scratch->death_day = death_day;
    scratch->death_value = 1;
    series->column[B7_QUANTITY_DEATH] = (B7Column){1, &scratch->death_day, &scratch->death_value};
  }
  // nodes that glow at the start are disease outside the marrow
  const int32_t deauville = map->observable[B7_QUANTITY_DEAUVILLE];
  if (deauville < 0 || n == 0) return;
  const bool glows =
      b7_result_values(result, deauville)[(size_t)patient * (size_t)n_times] > NODES_CLEAR_SCORE;
  series->extramedullary_at_start = series->nodal_at_start = glows;
  series->sites_at_start = glows ? 1U << B7_SITE_NODAL : 0;
}
