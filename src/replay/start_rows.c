/* start_rows.c - the start of a replay as rows: what was recorded, what was calibrated, what was drawn. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "kernel/tables.h"
#include "replay/starting_point.h"

const char *b7_start_origin_word(B7StartOrigin origin) {
  static const char *const words[] = {
#define START_WORD(id, word) word,
      B7_START_ORIGIN_LIST(START_WORD)
#undef START_WORD
  };
  return words[origin];
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* values of the band's patients, place by place: [n_place][patients] */
static double *draw_band(B7Replay *replay, int32_t n_place, B7Arena *arena) {
  const B7Population *band = replay->population;
  double covariates[B7_COVARIATES_MOST];
  double *own = B7_ARENA_ARRAY(arena, double, band->n_own + 1),
         *values = B7_ARENA_ARRAY(arena, double, (size_t)n_place *(size_t)band->patients);
  if (!own || !values) return NULL;
  for (int64_t i = 0; i < band->patients; i++) {
    b7_population_draw(band, i, own, covariates);
    for (int32_t k = 0; k < n_place; k++)
      values[(size_t)k * (size_t)band->patients + (size_t)i] =
          k < band->n_own ? own[k] : covariates[k - band->n_own];
  }
  return values;
}

static void set_band(const B7Replay *replay, double *values, B7StartRow *row) {
  const int64_t n = replay->population->patients;
  double tail = 0.5 * (1 - replay->options.band_level);
  qsort(values, (size_t)n, sizeof *values, compare_doubles);
  row->low = values[(int64_t)floor(tail * (double)(n - 1))];
  row->high = values[(int64_t)ceil((1 - tail) * (double)(n - 1))];
}

/* places by origin, then as the population file and the model have them */
static bool comes_before(const B7StartingPoint *start, int32_t a, int32_t b) {
  if (start->origin[a] != start->origin[b]) return start->origin[a] < start->origin[b];
  int32_t rank_a = start->population->draws[a].rank, rank_b = start->population->draws[b].rank;
  return rank_a != rank_b ? rank_a < rank_b : a < b;
}

static bool worth_telling(const B7StartingPoint *start, int32_t place) {
  const B7Draw *draw = &start->population->draws[place];
  return start->origin[place] != B7_START_MODEL || draw->spread_sd > 0 || start->basis[place][0];
}

static void name_place(const B7StartingPoint *start, int32_t place, B7StartRow *row) {
  const B7Population *population = start->population;
  if (place >= population->n_own) {
    const B7Covariate *covariate = &population->covariates[place - population->n_own];
    row->what = covariate->name;
    row->label = covariate->label;
    row->unit = covariate->unit;
    return;
  }
  for (int32_t p = 0; p < start->tables->n_parameter; p++) {
    const B7KernelParameter *parameter = &start->tables->parameters[p];
    if (parameter->own_index != place) continue;
    row->what = parameter->name;
    row->label = parameter->label;
    row->unit = parameter->unit;
  }
}

static B7Status fill_rows(B7Replay *replay, const B7StartingPoint *start, B7Arena *scratch, B7Error *error) {
  const B7Population *population = start->population;
  const int32_t n_place = population->n_own + population->n_covariate;
  double covariates[B7_COVARIATES_MOST];
  double *own = B7_ARENA_ARRAY(scratch, double, population->n_own + 1), *values = NULL;
  int32_t *order = B7_ARENA_ARRAY(scratch, int32_t, n_place + 1), n = 0;
  replay->start = B7_ARENA_ARRAY(&replay->arena, B7StartRow, n_place + 1);
  if (!own || !order || !replay->start) return b7_fail_memory(error);
  if (replay->population && !(values = draw_band(replay, n_place, scratch))) return b7_fail_memory(error);
  b7_population_draw(population, 0, own, covariates);
  for (int32_t i = 0; i < n_place; i++) {
    if (!worth_telling(start, i)) continue;
    int32_t at = n++;
    for (; at > 0 && comes_before(start, i, order[at - 1]); at--) order[at] = order[at - 1];
    order[at] = i;
  }
  for (int32_t i = 0; i < n; i++) {
    int32_t place = order[i];
    B7StartRow *row = &replay->start[i];
    name_place(start, place, row);
    row->origin = start->origin[place];
    row->basis = start->basis[place];
    row->typical = place < population->n_own ? own[place] : covariates[place - population->n_own];
    row->low = row->high = NAN;
    if (values) set_band(replay, values + (size_t)place * (size_t)replay->population->patients, row);
  }
  replay->n_start = n;
  return B7_OK;
}

static B7Status make_both(B7Replay *replay, B7StartingPoint *start, const char *path, B7Error *error) {
  if (replay->options.band_patients > 0) {
    B7Status status = b7_starting_point_make(start, path, replay->options.band_patients, true, error);
    replay->population = start->population;
    if (status != B7_OK) return status;
  }
  start->population = NULL;
  B7Status status = b7_starting_point_make(start, path, 1, false, error);
  replay->patient = start->population;
  return status;
}

B7Status b7_replay_populations(B7Replay *replay, B7Error *error) {
  const char *path;
  B7Arena scratch = b7_arena_make(&replay->hooks);
  B7StartingPoint start = {.replay = replay, .tables = b7_kernel_tables(replay->kernel)};
  const int32_t most = start.tables->n_own + B7_COVARIATES_MOST;
  start.origin = B7_ARENA_ARRAY(&scratch, B7StartOrigin, most);
  start.basis = B7_ARENA_ARRAY(&scratch, const char *, most);
  B7Status status = start.origin && start.basis ? B7_OK : b7_fail_memory(error);
  if (status == B7_OK) status = b7_starting_point_choose(replay, &path, error);
  if (status == B7_OK) status = make_both(replay, &start, path, error);
  if (status == B7_OK) status = fill_rows(replay, &start, &scratch, error);
  b7_arena_free(&scratch);
  return status;
}
