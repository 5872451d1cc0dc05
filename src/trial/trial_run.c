/* trial_run.c - every arm over the same virtual patients, block by block. */
#include "trial/trial_run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

#define OPTIONS_COOKIE 0xb7000005u
/* memory that the outcomes of one block may take */
#define BLOCK_BYTES 67108864.0
#define BLOCK_LEAST 32
#define BLOCK_MOST 1024

static const char *const peak_names[] = {"cart_per_ul", "cart_copies", "il6", "ferritin", "crp"};
static const char *const fan_names[] = {"marrow_mrd", "cart_copies", "anc"};

B7TrialOptions b7_trial_options_default(void) {
  return (B7TrialOptions){.cookie = OPTIONS_COOKIE, .level = 0.95, .simulate = b7_simulate_options_default()};
}

bool b7_endpoint_timed(B7Endpoint endpoint) {
  switch (endpoint) {
  case B7_ENDPOINT_OS:
  case B7_ENDPOINT_EFS_2017:
  case B7_ENDPOINT_EFS_2022:
  case B7_ENDPOINT_PFS:
  case B7_ENDPOINT_RFS:
  case B7_ENDPOINT_DOR:
  case B7_ENDPOINT_CIR:
  case B7_ENDPOINT_NRM:
  case B7_ENDPOINT_GRFS:
  case B7_ENDPOINT_GRFS_365:
    return true;
  default:
    return false;
  }
}

int32_t b7_endpoint_yes(B7Endpoint endpoint) {
  switch (endpoint) {
  case B7_ENDPOINT_CRS:
  case B7_ENDPOINT_ICAHT_EARLY:
  case B7_ENDPOINT_ICAHT_LATE:
  case B7_ENDPOINT_TICAHT_EARLY:
  case B7_ENDPOINT_TICAHT_LATE:
  case B7_ENDPOINT_CTCAE_NEUTROPHILS:
  case B7_ENDPOINT_CTCAE_PLATELETS:
  case B7_ENDPOINT_CTCAE_HAEMOGLOBIN:
  case B7_ENDPOINT_CTCAE_LEUKOCYTES:
  case B7_ENDPOINT_CTCAE_LYMPHOCYTES:
    return 3; // severe
  case B7_ENDPOINT_MARROW:
  case B7_ENDPOINT_RELAPSE:
  case B7_ENDPOINT_AGVHD_MAGIC:
  case B7_ENDPOINT_AGVHD_GLUCKSBERG:
  case B7_ENDPOINT_CHIMERISM:
  case B7_ENDPOINT_HEMATOTOX:
    return 2; // remission, relapse, grade II, full donor, high risk
  case B7_ENDPOINT_RESPONSE:
    return 4; // CRi or better
  case B7_ENDPOINT_MRD:
  case B7_ENDPOINT_MRD_DAY28:
    return 2; // negative
  case B7_ENDPOINT_LUGANO:
    return 4; // CMR
  case B7_ENDPOINT_OVERALL:
  case B7_ENDPOINT_OVERALL_DAY28:
    return 7; // CRi or better in marrow and nodes
  default:
    return 1;
  }
}

/* ---- set-up ---- */

static B7Status make_arm(B7TrialRun *run, int32_t index, B7Error *error) {
  B7TrialArmState *arm = &run->arms[index];
  B7Arena *arena = &run->arena;
  const B7Trial *trial = run->trial;
  size_t days = (size_t)run->horizon_day + 1;
  arm->flow.arm = trial->arms[index].name;
  B7_TRY(b7_arm_plans_make(trial, &trial->arms[index], run->cohort, run->kernel, &run->hooks, &arm->plans,
                           error));
  // a trial that says how many get a transplant means those who had a donor
  if (trial->arms[index].transplant.share > 0)
    arm->plans.donor_probability = trial->arms[index].transplant.share;
  arm->tallies = B7_ARENA_ARRAY(arena, B7Tally, run->n_endpoint);
  arm->by_day = B7_ARENA_ARRAY(arena, int64_t *, run->n_endpoint);
  arm->curves = B7_ARENA_ARRAY(arena, B7DailyCurve, 3 * run->n_endpoint);
  arm->peaks = B7_ARENA_ARRAY(arena, B7LogBins, run->n_peak);
  arm->peak_days = B7_ARENA_ARRAY(arena, B7LogBins, run->n_peak);
  arm->fans = B7_ARENA_ARRAY(arena, B7LogBins, run->n_fan * run->n_fan_time);
  if (!arm->tallies || !arm->by_day || !arm->curves || !arm->peaks || !arm->peak_days || !arm->fans)
    return b7_fail_memory(error);
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    bool timed = b7_endpoint_timed(trial->endpoints[e]);
    B7_TRY(b7_tally_make(arena, timed, run->horizon_day, &arm->tallies[e], error));
    arm->by_day[e] = B7_ARENA_ARRAY(arena, int64_t, days);
    if (!arm->by_day[e]) return b7_fail_memory(error);
    for (int cause = 0; timed && cause < 3; cause++) {
      B7_TRY(b7_daily_curve_make(arena, run->horizon_day, &arm->curves[3 * e + cause], error));
    }
  }
  return B7_OK;
}

static int32_t find_observables(const B7Kernel *kernel, const char *const *names, size_t count,
                                int32_t *out) {
  int32_t n = 0;
  for (size_t i = 0; i < count; i++) {
    int32_t observable = b7_kernel_observable(kernel, names[i]);
    if (observable >= 0) out[n++] = observable;
  }
  return n;
}

static B7Status make_population(B7TrialRun *run, B7Error *error) {
  const B7Trial *trial = run->trial;
  char path[4096];
  snprintf(path, sizeof path, "%s/populations/%s.yaml", trial->data_folder, trial->population);
  B7_TRY(b7_population_make(run->kernel, run->patients, run->seed, true, trial->settings, trial->n_setting,
                            &run->hooks, &run->population, error));
  B7_TRY(
      b7_cohort_load(path, b7_kernel_tables(run->kernel), run->population, &run->hooks, &run->cohort, error));
  // what the trial sets goes before what the population file says
  for (int32_t i = 0; i < trial->n_setting; i++) {
    int32_t parameter = b7_kernel_parameter(run->kernel, trial->settings[i].name);
    int32_t own = parameter < 0 ? -1 : b7_kernel_tables(run->kernel)->parameters[parameter].own_index;
    if (own < 0) continue;
    run->population->draws[own].value = trial->settings[i].value;
    run->population->draws[own].share = 1;
    run->population->draws[own].follows = -1;
  }
  return B7_OK;
}

static B7Status set_up(B7TrialRun *run, const char *criteria_folder, B7Error *error) {
  const B7Trial *trial = run->trial;
  run->patients = run->options.patients > 0 ? run->options.patients : trial->patients;
  run->seed = run->options.seed > 0 ? run->options.seed : trial->seed;
  run->horizon_day = (int32_t)ceil(trial->horizon_day);
  run->n_arm = trial->n_arm;
  run->n_endpoint = trial->n_endpoint;
  run->n_peak = find_observables(run->kernel, peak_names, sizeof peak_names / sizeof peak_names[0],
                                 run->peak_observables);
  run->n_fan =
      find_observables(run->kernel, fan_names, sizeof fan_names / sizeof fan_names[0], run->fan_observables);
  run->n_fan_time = run->horizon_day / B7_FAN_EVERY_DAY + 1;
  B7_TRY(b7_criteria_load(criteria_folder, &run->hooks, &run->criteria, error));
  B7_TRY(make_population(run, error));
  run->arms = B7_ARENA_ARRAY(&run->arena, B7TrialArmState, run->n_arm);
  run->paired = B7_ARENA_ARRAY(&run->arena, B7Paired, trial->n_estimand * run->n_arm);
  if (!run->arms || !run->paired) return b7_fail_memory(error);
  for (int32_t a = 0; a < run->n_arm; a++) B7_TRY(make_arm(run, a, error));
  return B7_OK;
}

/* ---- blocks ---- */

static int64_t block_size(const B7TrialRun *run) {
  double bytes =
      (double)b7_kernel_tables(run->kernel)->n_observable * (run->horizon_day + 1) * sizeof(double);
  double patients = floor(BLOCK_BYTES / bytes);
  return (int64_t)fmin(BLOCK_MOST, fmax(BLOCK_LEAST, patients));
}

/* the same patients in every arm: differences are taken patient by patient */
static void add_pairs(B7TrialRun *run, const double *const *values, int64_t count) {
  const B7Trial *trial = run->trial;
  for (int32_t s = 0; s < trial->n_estimand; s++) {
    const double *reference = values[trial->estimands[s].against] + (size_t)s * (size_t)count;
    for (int32_t a = 0; a < run->n_arm; a++) {
      const double *own = values[a] + (size_t)s * (size_t)count;
      for (int64_t i = 0; i < count; i++)
        b7_paired_add(&run->paired[s * run->n_arm + a], reference[i], own[i]);
    }
  }
}

static B7Status run_blocks(B7TrialRun *run, B7Error *error) {
  int64_t size = block_size(run);
  B7Arena arena = b7_arena_make(&run->hooks);
  double *values[B7_TRIAL_ARMS_MAX];
  B7Status status = B7_OK;
  for (int32_t a = 0; a < run->n_arm; a++) {
    values[a] = B7_ARENA_ARRAY(&arena, double, (size_t)size *(size_t)run->trial->n_estimand);
    if (!values[a]) status = b7_fail_memory(error);
  }
  for (int64_t first = 0; status == B7_OK && first < run->patients; first += size) {
    int64_t count = first + size < run->patients ? size : run->patients - first;
    for (int32_t a = 0; status == B7_OK && a < run->n_arm; a++) {
      status = b7_trial_block(run, a, first, count, values[a], error);
      int64_t done = first * run->n_arm + (a + 1) * count;
      if (status != B7_OK || !run->hooks.progress) continue;
      if (!run->hooks.progress(run->hooks.user, done, run->patients * run->n_arm))
        status = b7_fail(error, B7_ERROR_CANCELLED, "cancelled");
    }
    if (status == B7_OK) add_pairs(run, (const double *const *)values, count);
  }
  b7_arena_free(&arena);
  return status;
}

static B7Status check_faults(const B7TrialRun *run, B7Error *error) {
  int64_t failed = 0, all = 0;
  for (int32_t a = 0; a < run->n_arm; a++) {
    failed += run->arms[a].flow.failed;
    all += run->arms[a].flow.enrolled;
  }
  if (all == 0 || (double)failed <= run->options.simulate.max_fault_share * (double)all) return B7_OK;
  return b7_fail(
      error, B7_ERROR_NUMERICAL,
      "%lld of %lld simulated patients failed numerically, more than the share of %g that is allowed",
      (long long)failed, (long long)all, run->options.simulate.max_fault_share);
}

B7Status b7_trial_run(const B7Trial *trial, const B7Kernel *kernel, const char *criteria_folder,
                      const B7TrialOptions *options, const B7Hooks *hooks, B7TrialRun **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  if (options->cookie != OPTIONS_COOKIE)
    return b7_fail(error, B7_ERROR_USAGE, "start trial options from b7_trial_options_default()");
  if (!(options->level > 0 && options->level < 1))
    return b7_fail(error, B7_ERROR_USAGE, "the level of intervals lies between 0 and 1, such as 0.95");
  B7Arena arena = b7_arena_make(hooks);
  B7TrialRun *run = B7_ARENA_ARRAY(&arena, B7TrialRun, 1);
  if (!run) return b7_fail_memory(error);
  run->arena = arena;
  if (hooks) run->hooks = *hooks;
  run->trial = trial;
  run->kernel = kernel;
  run->options = *options;
  B7Status status = set_up(run, criteria_folder, error);
  if (status == B7_OK) status = run_blocks(run, error);
  if (status == B7_OK) status = check_faults(run, error);
  if (status == B7_OK) status = b7_trial_summarise(run, error);
  if (status != B7_OK) {
    b7_trial_run_free(run);
    return status;
  }
  *out = run;
  return B7_OK;
}

void b7_trial_run_free(B7TrialRun *run) {
  if (!run) return;
  for (int32_t a = 0; run->arms && a < run->n_arm; a++) b7_arm_plans_free(&run->arms[a].plans);
  b7_cohort_free(run->cohort);
  b7_population_free(run->population);
  b7_criteria_free(run->criteria);
  B7Arena arena = run->arena;
  b7_arena_free(&arena);
}
