/* replay_netcdf.c - a replay as one NetCDF-4 file: own course, band, what was recorded. */
#include <string.h>

#include "base/status.h"
#include "netcdf/netcdf_file.h"
#include "replay/replay_parts.h"

static void write_observable(B7NetcdfFile *file, const B7Replay *replay, int32_t i, int time, int bound) {
  const B7KernelObservable *facts = &b7_kernel_tables(replay->kernel)->observables[i];
  B7NetcdfVariable own = {.name = facts->name,
                          .long_name = facts->label,
                          .units = facts->unit,
                          .rank = 1,
                          .dimensions = {time},
                          .doubles = b7_result_values(replay->base.result, i)};
  int id = b7_netcdf_variable(file, &own);
  bool limited = facts->detection_low == facts->detection_low;
  if (limited) b7_netcdf_number(file, id, "detection_limit", facts->detection_low);
  if (!replay->band) return;

  // low, median, high side by side
  size_t times = (size_t)b7_result_times(replay->base.result, NULL), start = (size_t)i * times;
  B7Arena arena = b7_arena_make(&replay->hooks);
  double *rows = B7_ARENA_ARRAY(&arena, double, 3 * times);
  char *name = b7_arena_format(&arena, "%s_band", facts->name);
  char *label = b7_arena_format(&arena, "%s, quantiles over virtual patients", facts->label);
  if (!rows || !name || !label) {
    b7_netcdf_no_memory(file);
    b7_arena_free(&arena);
    return;
  }
  memcpy(rows, replay->band_low + start, times * sizeof *rows);
  memcpy(rows + times, replay->band_median + start, times * sizeof *rows);
  memcpy(rows + 2 * times, replay->band_high + start, times * sizeof *rows);
  B7NetcdfVariable band = {.name = name,
                           .long_name = label,
                           .units = facts->unit,
                           .rank = 2,
                           .dimensions = {bound, time},
                           .doubles = rows};
  b7_netcdf_variable(file, &band);
  b7_arena_free(&arena);
}

/* numbers of one recorded row */
enum { COLUMNS = 8 };

static B7Status write_recorded(B7NetcdfFile *file, const B7Replay *replay, B7Error *error) {
  int32_t count = replay->base.n_row;
  if (count == 0) return B7_OK;
  B7Arena arena = b7_arena_make(&replay->hooks);
  const char **what = B7_ARENA_ARRAY(&arena, const char *, count),
             **unit = B7_ARENA_ARRAY(&arena, const char *, count);
  double *columns = B7_ARENA_ARRAY(&arena, double, COLUMNS *(size_t)count);
  int32_t *inside = B7_ARENA_ARRAY(&arena, int32_t, count);
  if (!what || !unit || !columns || !inside) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  size_t n = (size_t)count;
  for (size_t i = 0; i < n; i++) {
    const B7Comparison *row = &replay->base.rows[i];
    what[i] = row->what;
    unit[i] = row->unit;
    const double values[COLUMNS] = {row->t_day,     row->recorded, row->below, row->above,
                                    row->simulated, row->low,      row->high,  row->share};
    for (size_t k = 0; k < COLUMNS; k++) columns[k * n + i] = values[k];
    inside[i] = (int32_t)row->inside;
  }
  int dimension = b7_netcdf_dimension(file, "recorded", n);
  static const char *const names[COLUMNS] = {"recorded_day",   "recorded_value",     "recorded_below",
                                             "recorded_above", "recorded_simulated", "recorded_low",
                                             "recorded_high",  "recorded_share"};
  static const char *const labels[COLUMNS] = {
      "day of the recorded value",
      "recorded value, in its unit",
      "recorded as below this bound",
      "recorded as above this bound; of events: not until this day",
      "simulated value of the patient's own parameter set; infinite: never",
      "lower limit of the band",
      "upper limit of the band",
      "events: share of the band in whom it had happened by then"};
  for (size_t k = 0; k < COLUMNS; k++) {
    B7NetcdfVariable column = {.name = names[k],
                               .long_name = labels[k],
                               .units = k == 0 ? "d" : NULL,
                               .rank = 1,
                               .dimensions = {dimension},
                               .doubles = columns + k * n};
    b7_netcdf_variable(file, &column);
  }
  B7NetcdfVariable names_column = {.name = "recorded_what",
                                   .long_name = "recorded quantity",
                                   .rank = 1,
                                   .dimensions = {dimension},
                                   .texts = what};
  B7NetcdfVariable units_column = {.name = "recorded_unit",
                                   .long_name = "unit of the recorded value",
                                   .rank = 1,
                                   .dimensions = {dimension},
                                   .texts = unit};
  B7NetcdfVariable inside_column = {.name = "recorded_inside",
                                    .long_name = "recorded value lies inside the band",
                                    .rank = 1,
                                    .dimensions = {dimension},
                                    .integers = inside};
  b7_netcdf_variable(file, &names_column);
  b7_netcdf_variable(file, &units_column);
  int id = b7_netcdf_variable(file, &inside_column);
  b7_netcdf_flags(file, id, 3, "yes no not_simulated");
  b7_arena_free(&arena);
  return B7_OK;
}

/* what the patient starts from */
static B7Status write_start(B7NetcdfFile *file, const B7Replay *replay, B7Error *error) {
  const size_t n = (size_t)replay->n_start;
  if (n == 0) return B7_OK;
  B7Arena arena = b7_arena_make(&replay->hooks);
  enum { TEXTS = 4, NUMBERS = 3 };
  const char **texts = B7_ARENA_ARRAY(&arena, const char *, TEXTS *n);
  double *numbers = B7_ARENA_ARRAY(&arena, double, NUMBERS *n);
  if (!texts || !numbers) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  for (size_t i = 0; i < n; i++) {
    const B7StartRow *row = &replay->start[i];
    const char *const words[TEXTS] = {row->what, row->unit, b7_start_origin_word(row->origin), row->basis};
    const double values[NUMBERS] = {row->typical, row->low, row->high};
    for (size_t k = 0; k < TEXTS; k++) texts[k * n + i] = words[k];
    for (size_t k = 0; k < NUMBERS; k++) numbers[k * n + i] = values[k];
  }
  static const char *const text_names[TEXTS] = {"start_what", "start_unit", "start_origin", "start_basis"};
  static const char *const text_labels[TEXTS] = {"value of the patient at the start", "its unit",
                                                 "recorded, calibrated or drawn", "the record in words"};
  static const char *const number_names[NUMBERS] = {"start_typical", "start_low", "start_high"};
  static const char *const number_labels[NUMBERS] = {"of the patient's own set", "lower limit over the band",
                                                     "upper limit over the band"};
  int dimension = b7_netcdf_dimension(file, "start", n);
  for (size_t k = 0; k < TEXTS; k++) {
    B7NetcdfVariable column = {.name = text_names[k],
                               .long_name = text_labels[k],
                               .rank = 1,
                               .dimensions = {dimension},
                               .texts = texts + k * n};
    b7_netcdf_variable(file, &column);
  }
  for (size_t k = 0; k < NUMBERS; k++) {
    B7NetcdfVariable column = {.name = number_names[k],
                               .long_name = number_labels[k],
                               .rank = 1,
                               .dimensions = {dimension},
                               .doubles = numbers + k * n};
    b7_netcdf_variable(file, &column);
  }
  b7_arena_free(&arena);
  return B7_OK;
}

B7Status b7_replay_write_netcdf(const B7Replay *replay, const char *path, B7Error *error) {
  const B7KernelTables *tables = b7_kernel_tables(replay->kernel);
  const double *t_day;
  int32_t times = b7_result_times(replay->base.result, &t_day);
  B7NetcdfFile file;
  B7_TRY(b7_netcdf_begin(&file, path, error));
  int time = b7_netcdf_dimension(&file, "time", (size_t)times);
  int bound = b7_netcdf_dimension(&file, "quantile", 3);
  b7_netcdf_provenance(&file, b7_course_title(replay->course), b7_result_statistics(replay->base.result),
                       replay->provenance, replay->n_provenance);
  b7_netcdf_text(&file, B7_NETCDF_GLOBAL, "references", b7_course_citation(replay->course));

  // a CF time axis counts from the course's first day
  B7Arena arena = b7_arena_make(&replay->hooks);
  char *epoch = b7_arena_format(&arena, "days since %s 00:00:00", b7_course_day0(replay->course));
  if (!epoch) b7_netcdf_no_memory(&file);
  B7NetcdfVariable axis = {
      .name = "time", .long_name = "time", .units = epoch, .rank = 1, .dimensions = {time}, .doubles = t_day};
  int id = b7_netcdf_variable(&file, &axis);
  b7_netcdf_text(&file, id, "standard_name", "time");
  b7_netcdf_text(&file, id, "calendar", "proleptic_gregorian");
  b7_netcdf_text(&file, id, "axis", "T");
  double tail = 0.5 * (1 - replay->options.band_level);
  const double levels[] = {tail, 0.5, 1 - tail};
  B7NetcdfVariable quantile = {.name = "quantile",
                               .long_name = "quantile over virtual patients",
                               .units = "1",
                               .rank = 1,
                               .dimensions = {bound},
                               .doubles = levels};
  b7_netcdf_variable(&file, &quantile);
  for (int32_t i = 0; i < tables->n_observable; i++) write_observable(&file, replay, i, time, bound);
  if (replay->band) {
    B7NetcdfVariable alive = {.name = "band_alive",
                              .long_name = "virtual patients of the band alive; quantiles are over them",
                              .units = "1",
                              .rank = 1,
                              .dimensions = {time},
                              .integers = replay->alive};
    b7_netcdf_variable(&file, &alive);
  }
  B7Status status = write_recorded(&file, replay, error);
  if (status == B7_OK) status = write_start(&file, replay, error);
  b7_arena_free(&arena);
  // an unfinished file is dropped, not kept
  if (status != B7_OK) {
    b7_netcdf_abandon(&file);
    return status;
  }
  return b7_netcdf_finish(&file, error);
}
