/* uncertainty.c - the trial again under other parameter sets: how far its answers move (outer), beside the
 * chance between virtual patients (inner). */
#include "trial/run/uncertainty.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"

/* 90 % of a normal lies within this many standard deviations */
#define SD_OF_90_PERCENT 1.6448536269514722

B7Status b7_uncertain_settings(const B7KernelTables *tables, uint64_t seed, int32_t set, B7Arena *arena,
                               B7ParameterSetting **settings, int32_t *count, B7Error *error) {
  *count = 0;
  *settings = B7_ARENA_ARRAY(arena, B7ParameterSetting, tables->n_parameter);
  if (!*settings) return b7_fail_memory(error);
  for (int32_t p = 0; set > 0 && p < tables->n_parameter; p++) {
    const B7KernelParameter *parameter = &tables->parameters[p];
    bool movable = parameter->low > 0 && parameter->high > parameter->low && parameter->value > 0;
    bool of_patient = parameter->own_index >= 0 && parameter->spread == B7_SPREAD_NONE;
    if (!movable || of_patient) continue;
    double sd = B7_UNCERTAIN_SHARE * log(parameter->high / parameter->low) / (2 * SD_OF_90_PERCENT);
    B7Random random = b7_random_at(seed, (uint64_t)p, B7_STREAM_FIT, (uint64_t)set << 8);
    double value = parameter->value * exp(sd * b7_random_normal(&random));
    value = fmin(parameter->high, fmax(parameter->low, value));
    (*settings)[(*count)++] = (B7ParameterSetting){.name = parameter->name, .value = value, .spread_sd = NAN};
  }
  return B7_OK;
}

typedef struct Moments {
  int32_t sets;
  double sum, squares, inner;
} Moments;

static double scale_of(bool ratio, double value) {
  return ratio ? log(value) : value;
}

static void add_run(const B7TrialRun *run, double z, Moments *moments) {
  const B7TrialEstimand *rows;
  int32_t count = b7_trial_estimands(run, &rows);
  for (int32_t i = 0; i < count; i++) {
    double value = scale_of(rows[i].ratio, rows[i].estimate.value);
    double width =
        scale_of(rows[i].ratio, rows[i].estimate.upper) - scale_of(rows[i].ratio, rows[i].estimate.lower);
    if (!isfinite(value) || !isfinite(width)) continue;
    moments[i].sets++;
    moments[i].sum += value;
    moments[i].squares += value * value;
    moments[i].inner += width * width / (4 * z * z);
  }
}

/* between sets, the chance between patients taken off; together with the main run's own chance */
static B7Estimate widen(const B7TrialEstimand *row, const Moments *moments, double z) {
  double centre = scale_of(row->ratio, row->estimate.value), n = moments->sets;
  double own =
      (scale_of(row->ratio, row->estimate.upper) - scale_of(row->ratio, row->estimate.lower)) / (2 * z);
  if (n < 2 || !isfinite(centre)) return (B7Estimate){NAN, NAN, NAN};
  double mean = moments->sum / n,
         between = (moments->squares - n * mean * mean) / (n - 1) - moments->inner / n;
  double half = z * sqrt(own * own + fmax(0, between));
  if (!row->ratio) return (B7Estimate){centre, centre - half, centre + half};
  return (B7Estimate){exp(centre), exp(centre - half), exp(centre + half)};
}

B7Status b7_uncertain_estimands(B7TrialRun *run, const B7TrialOptions *options, const B7Substitutes *sets,
                                int32_t n_set, const B7Hooks *hooks, B7Error *error) {
  int32_t count = run->n_estimand_row;
  double z = b7_normal_quantile(0.5 + 0.5 * options->level);
  if (n_set < 2)
    return b7_fail(error, B7_ERROR_USAGE, "at least 2 parameter sets are needed to see how far they differ");
  B7Arena arena = b7_arena_make(hooks);
  Moments *moments = B7_ARENA_ARRAY(&arena, Moments, count + 1);
  B7Status status = moments ? B7_OK : b7_fail_memory(error);
  for (int32_t set = 0; status == B7_OK && set < n_set; set++) {
    B7TrialRun *other = NULL;
    status = b7_trial_run_like(run, &sets[set], options, hooks, &other, error);
    if (status == B7_OK) add_run(other, z, moments);
    b7_trial_run_free(other);
  }
  for (int32_t i = 0; status == B7_OK && i < count; i++)
    run->estimands[i].widened = widen(&run->estimands[i], &moments[i], z);
  b7_arena_free(&arena);
  return status;
}

B7Status b7_trial_uncertainty(B7TrialRun *run, const B7TrialOptions *options, int32_t sets,
                              const B7Hooks *hooks, B7Error *error) {
  B7Arena arena = b7_arena_make(hooks);
  B7Substitutes *list = B7_ARENA_ARRAY(&arena, B7Substitutes, sets < 1 ? 1 : sets);
  B7Status status = list ? B7_OK : b7_fail_memory(error);
  for (int32_t set = 0; status == B7_OK && set < sets; set++) {
    B7ParameterSetting *settings;
    status = b7_uncertain_settings(b7_kernel_tables(run->kernel), run->seed, set + 1, &arena, &settings,
                                   &list[set].n_setting, error);
    list[set].settings = settings;
  }
  if (status == B7_OK) status = b7_uncertain_estimands(run, options, list, sets, hooks, error);
  b7_arena_free(&arena);
  return status;
}
