#include "trial/run/contrasts.h"
#include "bridge7_survival.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"
#include "base/threads.h"
#include "trial/run/hazard_ratio.h"

#define PATIENTS_PER_ITEM 32

/* ---- room ---- */

static int32_t cell_place(const B7TrialRun *run, int32_t estimand, int32_t arm, int32_t group) {
  return (estimand * run->n_arm + arm) * run->n_group + group;
}

B7Status b7_contrasts_make(B7TrialRun *run, B7Error *error) {
  const B7Trial *trial = run->trial;
  B7Arena *arena = &run->arena;
  run->paired = B7_ARENA_ARRAY(arena, B7Paired, trial->n_estimand * run->n_arm);
  run->subgroups = B7_ARENA_ARRAY(arena, B7SubgroupBinding, trial->n_subgroup);
  if (!run->paired || !run->subgroups) return b7_fail_memory(error);
  B7_TRY(b7_subgroups_bind(trial, run->kernel, run->population, run->cohort, arena, run->subgroups, error));
  for (int32_t i = 0; i < trial->n_subgroup; i++) run->n_group += run->subgroups[i].n_group;
  run->group_patients = B7_ARENA_ARRAY(arena, int64_t, run->n_group);
  run->cells = B7_ARENA_ARRAY(arena, B7GroupCell, trial->n_estimand * run->n_arm * run->n_group);
  if (!run->group_patients || !run->cells) return b7_fail_memory(error);
  for (int32_t s = 0; s < trial->n_estimand; s++) {
    if (!b7_estimand_is_ratio(trial->estimands[s].kind)) continue;
    for (int32_t k = 0; k < run->n_arm * run->n_group; k++)
      B7_TRY(b7_tally_make(arena, true, run->horizon_day, &run->cells[cell_place(run, s, 0, 0) + k].tally,
                           error));
  }
  return B7_OK;
}

B7Status b7_block_make(B7TrialRun *run, int64_t room, B7TrialBlock *out, B7Error *error) {
  const B7Trial *trial = run->trial;
  B7Arena *arena = &run->arena;
  *out = (B7TrialBlock){.room = room};
  out->groups = B7_ARENA_ARRAY(arena, int8_t, (size_t)room * (size_t)trial->n_subgroup);
  out->own =
      B7_ARENA_ARRAY(arena, double, (size_t)b7_trial_threads(run) * (size_t)(run->population->n_own + 1));
  out->grouped_by = B7_ARENA_ARRAY(arena, int8_t, room);
  if (!out->groups || !out->own || !out->grouped_by) return b7_fail_memory(error);
  for (int32_t a = 0; a < run->n_arm; a++) {
    out->marks[a] = B7_ARENA_ARRAY(arena, B7Mark, (size_t)room * (size_t)trial->n_estimand);
    if (!out->marks[a]) return b7_fail_memory(error);
  }
  return B7_OK;
}

/* the patients of an item are drawn, and parted by what was drawn */
typedef struct Parting {
  const B7TrialRun *run;
  B7TrialBlock *block;
} Parting;

static void part_item(void *context, int64_t item, int32_t worker) {
  const Parting *parting = context;
  const B7TrialRun *run = parting->run;
  B7TrialBlock *block = parting->block;
  double covariates[B7_COVARIATES_MOST], *own = block->own + worker * (run->population->n_own + 1);
  int64_t end = (item + 1) * PATIENTS_PER_ITEM < block->count ? (item + 1) * PATIENTS_PER_ITEM : block->count;
  for (int64_t i = item * PATIENTS_PER_ITEM; i < end; i++) {
    int64_t id = block->first + i;
    b7_population_draw(run->population, id, own, covariates);
    for (int32_t k = 0; k < run->trial->n_subgroup; k++)
      block->groups[k * block->count + i] =
          (int8_t)b7_subgroup_of_draw(&run->subgroups[k], run->population, (uint64_t)id, own, covariates);
  }
}

void b7_block_begin(const B7TrialRun *run, int64_t first, int64_t count, B7TrialBlock *block) {
  const B7Trial *trial = run->trial;
  block->first = first;
  block->count = count;
  for (int32_t a = 0; a < run->n_arm; a++) {
    for (int64_t i = 0; i < count * trial->n_estimand; i++)
      block->marks[a][i] = (B7Mark){.code = -1, .value = NAN};
  }
  memset(block->grouped_by, INT8_MAX, (size_t)count);
  if (trial->n_subgroup == 0) return;
  b7_population_select(run->population, NULL, run->patients);
  Parting parting = {.run = run, .block = block};
  b7_threads_for(b7_trial_threads(run), (count + PATIENTS_PER_ITEM - 1) / PATIENTS_PER_ITEM, part_item,
                 &parting);
}

/* ---- adding ---- */

/* 1 or 0, or event-free days; NaN: cannot be said */
static double value_of(const B7Estimand *estimand, B7Mark mark) {
  if (mark.code < 0) return NAN;
  if (!b7_endpoint_timed(estimand->endpoint)) return mark.code >= b7_endpoint_yes(estimand->endpoint);
  if (isnan(mark.value)) return NAN;
  bool by_then = mark.code != B7_OUTCOME_CENSORED && mark.value <= estimand->at_day;
  if (mark.code == B7_OUTCOME_CENSORED && mark.value < estimand->at_day) return NAN;
  if (estimand->kind == B7_ESTIMAND_RESTRICTED_MEAN) return by_then ? mark.value : estimand->at_day;
  // incidences count their own event; survival counts being free of any
  return b7_endpoint_competes(estimand->endpoint) ? by_then && mark.code == B7_OUTCOME_EVENT : !by_then;
}

static void add_patient(B7TrialRun *run, const B7TrialBlock *block, int32_t s, int32_t arm, int64_t i) {
  const B7Estimand *estimand = &run->trial->estimands[s];
  B7Mark mark = block->marks[arm][s * block->count + i];
  bool ratio = b7_estimand_is_ratio(estimand->kind);
  double own = value_of(estimand, mark),
         reference = value_of(estimand, block->marks[estimand->against][s * block->count + i]);
  // the same patients in every arm: differences are taken patient by patient
  if (!ratio) b7_paired_add(&run->paired[s * run->n_arm + arm], reference, own);
  for (int32_t k = 0; k < run->trial->n_subgroup; k++) {
    int32_t group = block->groups[k * block->count + i];
    if (group < 0) continue;
    B7GroupCell *cell = &run->cells[cell_place(run, s, arm, run->subgroups[k].first + group)];
    if (ratio) {
      b7_tally_add(&cell->tally, run->horizon_day, mark);
    } else {
      b7_paired_add(&cell->difference, reference, own);
      b7_paired_add(&cell->own, 0, own);
    }
  }
}

void b7_contrasts_add(B7TrialRun *run, const B7TrialBlock *block) {
  for (int32_t k = 0; k < run->trial->n_subgroup; k++) {
    for (int64_t i = 0; i < block->count; i++) {
      int32_t group = block->groups[k * block->count + i];
      if (group >= 0) run->group_patients[run->subgroups[k].first + group]++;
    }
  }
  for (int32_t s = 0; s < run->trial->n_estimand; s++) {
    for (int32_t a = 0; a < run->n_arm; a++) {
      for (int64_t i = 0; i < block->count; i++) add_patient(run, block, s, a, i);
    }
  }
}

/* ---- estimates ---- */

static const char *words_of(B7TrialRun *run, const B7Estimand *estimand) {
  const char *label = b7_endpoint_label(estimand->endpoint), *kind = b7_estimand_words(estimand->kind);
  if (b7_estimand_is_ratio(estimand->kind) || !b7_endpoint_timed(estimand->endpoint))
    return b7_arena_format(&run->arena, "%s: %s", label, kind);
  return b7_arena_format(&run->arena, "%s, day %g: %s", label, estimand->at_day, kind);
}

static B7Estimate ratio_of(const B7TrialRun *run, const B7Estimand *estimand, const B7Tally *reference,
                           const B7Tally *arm, B7Error *error) {
  if (estimand->kind == B7_ESTIMAND_SUBDISTRIBUTION)
    return b7_subdistribution_ratio(reference, arm, run->horizon_day, 1, run->options.level, error);
  return b7_hazard_ratio(reference, arm, run->horizon_day, 1, run->options.level);
}

static B7Estimate difference_of(const B7Estimand *estimand, const B7Paired *paired, double level) {
  return estimand->kind == B7_ESTIMAND_DIFFERENCE ? b7_paired_share(paired, level)
                                                  : b7_paired_mean(paired, level);
}

/* a share with Wilson's limits, or a mean */
static B7Estimate level_of(const B7Estimand *estimand, const B7Paired *own, double level) {
  if (estimand->kind != B7_ESTIMAND_DIFFERENCE) return b7_paired_mean(own, level);
  int64_t yes = llround(b7_paired_sum(own));
  B7Tally tally = {.evaluable = own->pairs, .by_code = {own->pairs - yes, yes}};
  return b7_tally_share(&tally, 1, 1, level);
}

static int32_t endpoint_place(const B7TrialRun *run, B7Endpoint endpoint) {
  int32_t e = 0;
  while (run->trial->endpoints[e] != endpoint) e++;
  return e;
}

static B7Estimate over_all(const B7TrialRun *run, int32_t s, int32_t arm, B7Error *error) {
  const B7Estimand *estimand = &run->trial->estimands[s];
  if (!b7_estimand_is_ratio(estimand->kind))
    return difference_of(estimand, &run->paired[s * run->n_arm + arm], run->options.level);
  int32_t e = endpoint_place(run, estimand->endpoint);
  return ratio_of(run, estimand, &run->arms[estimand->against].tallies[e], &run->arms[arm].tallies[e], error);
}

static B7TrialSubgroupRow row_of(const B7TrialRun *run, int32_t s, int32_t arm,
                                 const B7SubgroupBinding *subgroup, int32_t group, const char *what,
                                 B7Error *error) {
  const B7Trial *trial = run->trial;
  const B7Estimand *estimand = &trial->estimands[s];
  const B7GroupCell *own = &run->cells[cell_place(run, s, arm, subgroup->first + group)],
                    *reference = &run->cells[cell_place(run, s, estimand->against, subgroup->first + group)];
  bool ratio = b7_estimand_is_ratio(estimand->kind);
  double level = run->options.level;
  const B7Estimate none = {NAN, NAN, NAN};
  return (B7TrialSubgroupRow){
      .subgroup = subgroup->label,
      .group = subgroup->names[group],
      .patients = run->group_patients[subgroup->first + group],
      .pairs = ratio ? own->tally.evaluable + reference->tally.evaluable : own->difference.pairs,
      .arm = trial->arms[arm].name,
      .against = trial->arms[estimand->against].name,
      .what = what,
      .of_arm = ratio ? none : level_of(estimand, &own->own, level),
      .of_reference = ratio ? none : level_of(estimand, &reference->own, level),
      .estimate = ratio ? ratio_of(run, estimand, &reference->tally, &own->tally, error)
                        : difference_of(estimand, &own->difference, level),
      .ratio = ratio,
      .interaction_p = NAN,
      .interaction = none};
}

/* Cochran's Q of the effects of independent groups; difference of the last from the first */
static void set_interaction(B7TrialSubgroupRow *rows, int32_t n, double level) {
  double z = b7_normal_quantile(0.5 + 0.5 * level), weights = 0, sum = 0, squares = 0;
  double effect[B7_SUBGROUP_GROUPS_MAX], error[B7_SUBGROUP_GROUPS_MAX];
  int32_t known = 0;
  for (int32_t g = 0; g < n; g++) {
    const B7Estimate *e = &rows[g].estimate;
    bool ratio = rows[g].ratio;
    effect[g] = ratio ? log(e->value) : e->value;
    error[g] = (ratio ? log(e->upper) - log(e->lower) : e->upper - e->lower) / (2 * z);
    if (!isfinite(effect[g]) || !(error[g] > 0)) continue;
    double weight = 1 / (error[g] * error[g]);
    weights += weight;
    sum += weight * effect[g];
    squares += weight * effect[g] * effect[g];
    known++;
  }
  if (known < 2) return;
  double p = b7_chi_square_tail(fmax(0, squares - sum * sum / weights), known - 1);
  double between = effect[n - 1] - effect[0],
         half = z * sqrt(error[0] * error[0] + error[n - 1] * error[n - 1]);
  for (int32_t g = 0; g < n; g++) {
    bool ratio = rows[g].ratio;
    rows[g].interaction_p = p;
    rows[g].interaction = ratio ? (B7Estimate){exp(between), exp(between - half), exp(between + half)}
                                : (B7Estimate){between, between - half, between + half};
  }
}

static void summarise_subgroups(B7TrialRun *run, const char *const *words, B7Error *error) {
  const B7Trial *trial = run->trial;
  for (int32_t k = 0; k < trial->n_subgroup; k++) {
    const B7SubgroupBinding *subgroup = &run->subgroups[k];
    for (int32_t s = 0; s < trial->n_estimand; s++) {
      for (int32_t a = 0; a < run->n_arm; a++) {
        if (a == trial->estimands[s].against) continue;
        B7TrialSubgroupRow *rows = &run->subgroup_rows[run->n_subgroup_row];
        for (int32_t g = 0; g < subgroup->n_group; g++)
          rows[g] = row_of(run, s, a, subgroup, g, words[s], error);
        set_interaction(rows, subgroup->n_group, run->options.level);
        run->n_subgroup_row += subgroup->n_group;
      }
    }
  }
}

B7Status b7_contrasts_summarise(B7TrialRun *run, B7Error *error) {
  const B7Trial *trial = run->trial;
  const char **words = B7_ARENA_ARRAY(&run->arena, const char *, trial->n_estimand);
  run->estimands = B7_ARENA_ARRAY(&run->arena, B7TrialEstimand, trial->n_estimand * run->n_arm);
  run->subgroup_rows =
      B7_ARENA_ARRAY(&run->arena, B7TrialSubgroupRow, trial->n_estimand * run->n_arm * run->n_group);
  if (!words || !run->estimands || !run->subgroup_rows) return b7_fail_memory(error);
  for (int32_t s = 0; s < trial->n_estimand; s++) {
    const B7Estimand *estimand = &trial->estimands[s];
    words[s] = words_of(run, estimand);
    if (!words[s]) return b7_fail_memory(error);
    for (int32_t a = 0; a < run->n_arm; a++) {
      if (a == estimand->against) continue;
      run->estimands[run->n_estimand_row++] =
          (B7TrialEstimand){.arm = trial->arms[a].name,
                            .against = trial->arms[estimand->against].name,
                            .what = words[s],
                            .ratio = b7_estimand_is_ratio(estimand->kind),
                            .widened = {NAN, NAN, NAN},
                            .estimate = over_all(run, s, a, error)};
    }
  }
  summarise_subgroups(run, words, error);
  return B7_OK;
}
