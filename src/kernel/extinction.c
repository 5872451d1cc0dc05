#include "kernel/extinction.h"

#include <math.h>
#include <string.h>

#include "base/status.h"

static double *cell(double *array, int32_t i, int32_t lanes, int32_t lane) {
  return array + (size_t)i * (size_t)lanes + (size_t)lane;
}

B7Status b7_extinction_make(B7Arena *arena, const B7Group *group, B7Extinction *extinction, B7Error *error) {
  const B7KernelTables *tables = group->tables;
  int32_t lanes = group->lanes, n = 0;
  for (int32_t i = 0; i < tables->n_state; i++) n += tables->states[i].count_below_cells > 0;
  *extinction = (B7Extinction){.n_counted = n, .lanes = lanes};
  extinction->counted = B7_ARENA_ARRAY(arena, B7Counted, n + 1);
  extinction->reactions = B7_ARENA_ARRAY(arena, int32_t, tables->n_reaction + 1);
  extinction->propensity = B7_ARENA_ARRAY(arena, double, (tables->n_reaction + 1) * lanes);
  extinction->more = B7_ARENA_ARRAY(arena, double, (tables->n_reaction + 1) * lanes);
  extinction->now = B7_ARENA_ARRAY(arena, B7BirthDeathRates, (n + 1) * lanes);
  extinction->lane = B7_ARENA_ARRAY(arena, B7CountedLane, lanes);
  if (!extinction->counted || !extinction->reactions || !extinction->propensity || !extinction->more ||
      !extinction->now || !extinction->lane)
    return b7_fail_memory(error);
  for (int32_t w = 0; w < lanes; w++) {
    extinction->lane[w].rates = B7_ARENA_ARRAY(arena, B7BirthDeathRates, n + 1);
    extinction->lane[w].held = B7_ARENA_ARRAY(arena, bool, n + 1);
    extinction->lane[w].since_day = B7_ARENA_ARRAY(arena, double, n + 1);
    if (!extinction->lane[w].rates || !extinction->lane[w].held || !extinction->lane[w].since_day)
      return b7_fail_memory(error);
  }
  n = 0;
  for (int32_t i = 0; i < tables->n_state; i++) {
    const B7KernelState *state = &tables->states[i];
    bool first = true;
    for (int32_t before = 0; before < n; before++)
      first &= extinction->counted[before].clear_group != state->clear_group;
    if (state->count_below_cells > 0)
      extinction->counted[n++] =
          (B7Counted){.state = i,
                      .clear_group = state->clear_group,
                      .first = first,
                      .cells_per_unit = state->cells_per_unit > 0 ? state->cells_per_unit : 1,
                      .threshold_cells = state->count_below_cells};
  }
  int32_t listed = 0;
  for (int32_t c = 0; c < extinction->n_counted; c++) {
    B7Counted *counted = &extinction->counted[c];
    counted->reaction_start = listed;
    for (int32_t r = 0; r < tables->n_reaction; r++)
      if (tables->reactions[r].state == counted->state) extinction->reactions[listed++] = r;
    counted->n_reaction = listed - counted->reaction_start;
  }
  return B7_OK;
}

static void set_held(B7Extinction *extinction, B7Group *group, int32_t lane, int32_t c, bool held) {
  uint64_t bits = held ? 0 : UINT64_MAX;
  memcpy(cell(group->moves, extinction->counted[c].state, group->lanes, lane), &bits, sizeof bits);
  extinction->lane[lane].held[c] = held;
}

/* the list that the stepper goes by */
static void note_held(const B7Extinction *extinction, B7Group *group) {
  group->n_held = 0;
  for (int32_t c = 0; c < extinction->n_counted; c++) {
    bool any = false;
    for (int32_t w = 0; w < extinction->lanes; w++) any |= extinction->lane[w].held[c];
    if (any) group->held[group->n_held++] = extinction->counted[c].state;
  }
}

void b7_extinction_start(B7Extinction *extinction, B7Group *group, int32_t lane, B7Random random) {
  B7CountedLane *mine = &extinction->lane[lane];
  mine->random = random;
  mine->next_tick_day = INFINITY;
  mine->rates_wanted = false;
  for (int32_t c = 0; c < extinction->n_counted; c++) {
    set_held(extinction, group, lane, c, false);
    mine->rates[c] = (B7BirthDeathRates){0};
  }
  note_held(extinction, group);
}

static bool review_one(B7Extinction *extinction, B7Group *group, int32_t lane, int32_t c, double t_day) {
  const B7Counted *counted = &extinction->counted[c];
  B7CountedLane *mine = &extinction->lane[lane];
  double *y = cell(group->y, counted->state, group->lanes, lane);
  double cells = *y * counted->cells_per_unit;
  if (mine->held[c] && cells >= B7_RETURN_FACTOR * counted->threshold_cells) {
    set_held(extinction, group, lane, c, false);
    return true;
  }
  bool enters = !mine->held[c] && cells < counted->threshold_cells;
  if (!enters && !mine->held[c]) return false;
  // a whole number, right on average; events may have added fractions to a held state
  double whole = floor(cells), rest = cells - whole;
  if (rest > 1e-6 && rest < 1 - 1e-6)
    whole += b7_random_uniform(&mine->random) < rest;
  else
    whole = round(cells);
  if (whole == 0 && cells > 0 && extinction->died_out)
    extinction->died_out(extinction->user, lane, counted->state, t_day);
  double rounded = whole / counted->cells_per_unit;
  bool changed = enters || rounded != *y;
  mine->rates_wanted |= changed;
  *y = rounded;
  if (!enters) return changed;
  set_held(extinction, group, lane, c, true);
  mine->since_day[c] = t_day;
  return true;
}

static bool review_group(B7Extinction *extinction, B7Group *group, int32_t lane, int32_t first,
                         double t_day) {
  int32_t id = extinction->counted[first].clear_group;
  double cells = 0;
  bool held = extinction->lane[lane].held[first];
  for (int32_t c = first; c < extinction->n_counted; c++)
    if (extinction->counted[c].clear_group == id)
      cells += *cell(group->y, extinction->counted[c].state, group->lanes, lane) *
               extinction->counted[c].cells_per_unit;
  bool gone = cells < extinction->counted[first].threshold_cells;
  if (gone && cells > 0 && extinction->died_out)
    extinction->died_out(extinction->user, lane, extinction->counted[first].state, t_day);
  if (gone == held && cells == 0) return false;
  if (!gone && !held) return false;
  for (int32_t c = first; c < extinction->n_counted; c++) {
    if (extinction->counted[c].clear_group != id) continue;
    if (gone) *cell(group->y, extinction->counted[c].state, group->lanes, lane) = 0;
    set_held(extinction, group, lane, c, gone);
  }
  return true;
}

bool b7_extinction_review(B7Extinction *extinction, B7Group *group, int32_t lane, double t_day,
                          bool by_event) {
  bool changed = false;
  for (int32_t c = 0; c < extinction->n_counted; c++) {
    const B7Counted *counted = &extinction->counted[c];
    // what is held changes by ticks and events alone
    if (extinction->lane[lane].held[c] && !by_event) continue;
    if (counted->clear_group <= 0)
      changed |= review_one(extinction, group, lane, c, t_day);
    else if (counted->first)
      changed |= review_group(extinction, group, lane, c, t_day);
  }
  if (changed) note_held(extinction, group);
  return changed;
}

void b7_extinction_wake(B7Extinction *extinction, int32_t lane) {
  for (int32_t c = 0; c < extinction->n_counted; c++)
    if (extinction->counted[c].clear_group <= 0 && extinction->lane[lane].held[c])
      extinction->lane[lane].rates_wanted = true;
}

/* births and deaths of one counted state, summed over its reactions */
static void rates_of(const B7Extinction *extinction, const B7KernelTables *tables, const double *propensity,
                     int32_t w, const B7Counted *counted, double *births, double *deaths) {
  *births = *deaths = 0;
  for (int32_t i = 0; i < counted->n_reaction; i++) {
    int32_t r = extinction->reactions[counted->reaction_start + i];
    // a rate below zero means the opposite change
    double change =
        tables->reactions[r].change * propensity[(size_t)r * (size_t)extinction->lanes + (size_t)w];
    if (change > 0)
      *births += change;
    else
      *deaths -= change;
  }
}

static void propensities(const B7Group *group, const double *y, double *out) {
  const B7KernelCode *code = group->code;
  code->propensity(code->program, group->shared, group->own, group->latch, group->derived, group->drive, y,
                   out);
}

/* the next counted state from `c` on whose rates a lane wants; n_counted when there is none */
static int32_t next_wanted(const B7Extinction *extinction, int32_t lane, int32_t c) {
  const B7CountedLane *mine = &extinction->lane[lane];
  if (!mine->rates_wanted) return extinction->n_counted;
  while (c < extinction->n_counted && (!mine->held[c] || extinction->counted[c].clear_group > 0)) c++;
  return c;
}

static void note_rates(const B7Extinction *extinction, const B7Group *group, int32_t lane, int32_t c) {
  const B7Counted *counted = &extinction->counted[c];
  double births, deaths, births_more, deaths_more;
  rates_of(extinction, group->tables, extinction->propensity, lane, counted, &births, &deaths);
  rates_of(extinction, group->tables, extinction->more, lane, counted, &births_more, &deaths_more);
  double cells = round(*cell(group->y, counted->state, group->lanes, lane) * counted->cells_per_unit);
  B7BirthDeathRates *now = &extinction->now[(size_t)c * (size_t)extinction->lanes + (size_t)lane];
  now->birth_per_day = fmax(0, births_more - births);
  now->death_per_day = cells > 0 ? fmax(0, deaths / cells) : fmax(0, deaths_more - deaths);
  double own = now->birth_per_day * cells;
  // the difference of two near equal rates is zero unless it is clearly not
  now->arrivals_per_day = births - own > 1e-9 * births ? births - own : 0;
}

/* rates of every counted state on its own, in the lanes that want them; each lane has its own state in turn, so that
 * there are as many turns as the busiest lane has states */
static void evaluate(B7Extinction *extinction, B7Group *group) {
  const int32_t lanes = extinction->lanes, none = extinction->n_counted;
  int32_t turn[B7_LANES_MAX];
  bool any = false;
  for (int32_t w = 0; w < lanes; w++) any |= (turn[w] = next_wanted(extinction, w, 0)) < none;
  if (any) propensities(group, group->y, extinction->propensity);
  while (any) {
    // one more cell: linear in its own cells, so the difference is the rate of each
    double kept[B7_LANES_MAX];
    for (int32_t w = 0; w < lanes; w++) {
      if (turn[w] == none) continue;
      double *y = cell(group->y, extinction->counted[turn[w]].state, lanes, w);
      kept[w] = *y;
      *y += 1 / extinction->counted[turn[w]].cells_per_unit;
    }
    propensities(group, group->y, extinction->more);
    any = false;
    for (int32_t w = 0; w < lanes; w++) {
      if (turn[w] == none) continue;
      *cell(group->y, extinction->counted[turn[w]].state, lanes, w) = kept[w];
      note_rates(extinction, group, w, turn[w]);
      turn[w] = next_wanted(extinction, w, turn[w] + 1);
      any |= turn[w] < none;
    }
  }
}

static B7BirthDeathRates mean_rates(B7BirthDeathRates a, B7BirthDeathRates b) {
  return (B7BirthDeathRates){.birth_per_day = 0.5 * (a.birth_per_day + b.birth_per_day),
                             .death_per_day = 0.5 * (a.death_per_day + b.death_per_day),
                             .arrivals_per_day = 0.5 * (a.arrivals_per_day + b.arrivals_per_day)};
}

void b7_extinction_tick(B7Extinction *extinction, B7Group *group, const double *live, const double *t_day) {
  bool any = false;
  for (int32_t w = 0; w < extinction->lanes; w++) {
    B7CountedLane *mine = &extinction->lane[w];
    mine->rates_wanted |= live[w] != 0 && t_day[w] >= mine->next_tick_day;
    any |= mine->rates_wanted;
  }
  if (!any) return;
  evaluate(extinction, group);
  for (int32_t w = 0; w < extinction->lanes; w++) {
    B7CountedLane *mine = &extinction->lane[w];
    if (!mine->rates_wanted) continue;
    bool awake = isfinite(mine->next_tick_day), alive = false;
    for (int32_t c = 0; c < extinction->n_counted; c++) {
      const B7Counted *counted = &extinction->counted[c];
      if (!mine->held[c] || counted->clear_group > 0) continue;
      B7BirthDeathRates now = extinction->now[(size_t)c * (size_t)extinction->lanes + (size_t)w];
      double *y = cell(group->y, counted->state, extinction->lanes, w);
      int64_t before = (int64_t)round(*y * counted->cells_per_unit), after = before;
      if (awake && t_day[w] > mine->since_day[c])
        after = b7_birth_death_step(before, mean_rates(mine->rates[c], now), t_day[w] - mine->since_day[c],
                                    &mine->random);
      mine->rates[c] = now;
      mine->since_day[c] = t_day[w];
      if (after != before) {
        group->slope_stale[w] = 1;
        *y = (double)after / counted->cells_per_unit;
        if (after == 0 && extinction->died_out)
          extinction->died_out(extinction->user, w, counted->state, t_day[w]);
        if ((double)after >= B7_RETURN_FACTOR * counted->threshold_cells)
          set_held(extinction, group, w, c, false);
      }
      alive |= after > 0 || now.arrivals_per_day > 0;
    }
    mine->rates_wanted = false;
    mine->next_tick_day = alive ? t_day[w] + B7_TICK_DAY : INFINITY;
  }
  note_held(extinction, group);
}

double b7_extinction_overshoot(const B7Extinction *extinction, const B7Group *group, int32_t lane) {
  double share = 1;
  for (int32_t c = 0; c < extinction->n_counted; c++) {
    const B7Counted *counted = &extinction->counted[c];
    if (counted->clear_group > 0 || extinction->lane[lane].held[c]) continue;
    size_t at = (size_t)counted->state * (size_t)group->lanes + (size_t)lane;
    double from = group->y[at] * counted->cells_per_unit, to = group->y_new[at] * counted->cells_per_unit;
    double target = 0.8 * counted->threshold_cells;
    if (from <= counted->threshold_cells || to >= 0.4 * counted->threshold_cells) continue;
    share = fmin(share, log(from / target) / log(from / fmax(to, 1e-3)));
  }
  return share;
}
