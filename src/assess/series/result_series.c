#include "assess/series/result_series.h"

#include <string.h>

enum { MARK_PLATELETS, MARK_RED_CELLS, MARK_ANTICYTOKINE };

B7SeriesMap b7_series_map(const B7Kernel *kernel) {
  B7SeriesMap map = {.mrd_limit_pct = NAN};
  const B7KernelTables *tables = b7_kernel_tables(kernel);
  for (int32_t q = 0; q < B7_QUANTITY_COUNT; q++)
    map.observable[q] = b7_kernel_observable(kernel, b7_quantity_name((B7Quantity)q));
  // what a patient is given is known from the events; a size against normal is no cellularity of a biopsy
  map.observable[B7_QUANTITY_MARROW_CELLULARITY] = -1;
  const int32_t mrd = map.observable[B7_QUANTITY_MARROW_MRD];
  if (mrd >= 0) map.mrd_limit_pct = tables->observables[mrd].detection_low;
  map.n_event = tables->n_event;
  map.events = tables->events;
  return map;
}

static int32_t mark_of(const char *event) {
  if (strstr(event, "transfusion.platelet")) return MARK_PLATELETS;
  if (strstr(event, "transfusion.red")) return MARK_RED_CELLS;
  if (strcmp(event, "dose.tocilizumab") == 0 || strcmp(event, "dose.dexamethasone") == 0)
    return MARK_ANTICYTOKINE;
  return -1;
}

// what was planned for after death did not happen
static void read_events(const B7SeriesMap *map, const B7Result *result, int64_t patient, double death_day,
                        B7SeriesScratch *scratch, B7Series *series) {
  const B7HappenedEvent *rows;
  const int32_t n = b7_result_events(result, patient, &rows);
  double lymphodepletion = NAN;
  for (int32_t i = 0; i < n; i++) {
    if (rows[i].event < 0 || rows[i].event >= map->n_event || rows[i].t_day > death_day) continue;
    const char *name = map->events[rows[i].event].name;
    if (strncmp(name, "cart.", 5) == 0) {
      if (isnan(series->cart_day)) series->cart_day = rows[i].t_day;
      continue;
    }
    if (strncmp(name, "graft.", 6) == 0) {
      if (isnan(series->hsct_day)) series->hsct_day = rows[i].t_day;
      continue;
    }
    // the first fludarabine dose of the last two weeks before the infusion opens lymphodepletion
    if (isnan(series->cart_day) && strcmp(name, "dose.fludarabine") == 0 &&
        !(rows[i].t_day - lymphodepletion < 14))
      lymphodepletion = rows[i].t_day;
    const int32_t mark = mark_of(name);
    if (mark < 0 || scratch->count[mark] == B7_MARKS_MAX) continue;
    scratch->t_day[mark][scratch->count[mark]] = rows[i].t_day;
    scratch->value[mark][scratch->count[mark]++] = 1;
  }
  if (series->cart_day - lymphodepletion < 14) series->lymphodepletion_day = lymphodepletion;
}

void b7_series_of_patient(const B7SeriesMap *map, const B7Result *result, int64_t patient, double death_day,
                          bool until_first_missing, B7SeriesScratch *scratch, B7Series *series) {
  const double *t_day;
  const int32_t n_times = b7_result_times(result, &t_day);
  *series = b7_series_make();
  series->scheduled_visits = true;
  series->mrd_limit_pct = map->mrd_limit_pct;
  scratch->count[0] = scratch->count[1] = scratch->count[2] = 0;
  int32_t n = n_times;
  if (until_first_missing && map->observable[B7_QUANTITY_ANC] >= 0) {
    const double *anc =
        b7_result_values(result, map->observable[B7_QUANTITY_ANC]) + (size_t)patient * (size_t)n_times;
    while (n > 0 && isnan(anc[n - 1])) n--;
    if (n < n_times) death_day = t_day[n];
  }
  while (n > 0 && t_day[n - 1] > death_day) n--;
  read_events(map, result, patient, death_day, scratch, series);
  for (int32_t q = 0; q < B7_QUANTITY_COUNT; q++)
    if (map->observable[q] >= 0)
      series->column[q] = (B7Column){
          n, t_day, b7_result_values(result, map->observable[q]) + (size_t)patient * (size_t)n_times};
  static const B7Quantity marks[] = {B7_QUANTITY_PLATELET_TRANSFUSION, B7_QUANTITY_RED_CELL_TRANSFUSION,
                                     B7_QUANTITY_ANTICYTOKINE};
  for (int i = 0; i < 3; i++)
    series->column[marks[i]] = (B7Column){scratch->count[i], scratch->t_day[i], scratch->value[i]};
  series->start_day = n_times ? t_day[0] : 0;
  series->end_day = isnan(death_day) ? (n_times ? t_day[n_times - 1] : 0) : death_day;
  if (!isnan(death_day)) {
    scratch->death_day = death_day;
    scratch->death_value = 1;
    series->column[B7_QUANTITY_DEATH] = (B7Column){1, &scratch->death_day, &scratch->death_value};
  }
  // nodes that glow at the start are disease outside the marrow
  const int32_t deauville = map->observable[B7_QUANTITY_DEAUVILLE];
  if (deauville >= 0 && n > 0)
    series->extramedullary_at_start =
        b7_result_values(result, deauville)[(size_t)patient * (size_t)n_times] > 3;
}
