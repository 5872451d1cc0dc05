/* trial_run.c - every arm over the same virtual patients, block by block. */
#include "trial/run/trial_run_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/hash.h"
#include "base/options.h"
#include "base/status.h"
#include "base/threads.h"
#include "sim/simulate.h"
#include "trial/design/arm_read.h"
#include "trial/run/contrasts.h"
#include "trial/run/shards.h"
#include "trial/run/substitutes.h"

/* patients of a block: lanes idle only at its end, and a checkpoint comes after it */
#define BLOCK_PATIENTS 4096
#define BLOCK_LEAST 32
#define BLOCK_LARGEST 1048576
#define RANKS_MOST 65536

static const B7Need peak_needs[] = {B7_NEED_CART_CELLS, B7_NEED_CART_COPIES, B7_NEED_BLOOD_IL6,
                                    B7_NEED_BLOOD_FERRITIN, B7_NEED_BLOOD_CRP};
static const B7Need fan_needs[] = {B7_NEED_MARROW_MRD, B7_NEED_CART_COPIES, B7_NEED_BLOOD_NEUTROPHILS};

static const B7TrialOptions defaults = {
    .struct_size = sizeof defaults, .level = 0.95, .checkpoint_blocks = 1, .ranks = 1, .shard_wait_s = 3600};

void b7_trial_options_default(B7TrialOptions *options, size_t struct_size) {
  b7_options_give(&defaults, sizeof defaults, options, struct_size);
}

/* ---- set-up ---- */

static B7Status make_arm(B7TrialRun *run, int32_t index, B7Error *error) {
  B7TrialArmState *arm = &run->arms[index];
  B7Arena *arena = &run->arena;
  const B7Trial *trial = run->trial;
  size_t days = (size_t)run->horizon_day + 1;
  arm->flow.arm = trial->arms[index].name;
  if (run->like) {
    arm->plans = run->like->arms[index].plans;
    B7_TRY(b7_substitute_arguments(run->substitutes, index, run->kernel, arena, &arm->plans, error));
  } else {
    B7_TRY(b7_arm_plans_make(trial, &trial->arms[index], run->cohort, run->kernel, &run->hooks, &arm->plans,
                             error));
  }
  arm->tallies = B7_ARENA_ARRAY(arena, B7Tally, run->n_endpoint);
  for (int k = 0; k < B7_DEATH_CAUSES; k++) {
    B7_TRY(b7_tally_make(arena, true, run->horizon_day, &arm->deaths[k], error));
    B7_TRY(b7_daily_curve_make(arena, run->horizon_day, &arm->death_curves[k], error));
  }
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

/* patients of all arms are simulated side by side: looked at on the same days */
static B7Status share_grid(B7TrialRun *run, B7Error *error) {
  B7ArmPlans **arms = B7_ARENA_ARRAY(&run->arena, B7ArmPlans *, run->n_arm);
  if (!arms) return b7_fail_memory(error);
  for (int32_t a = 0; a < run->n_arm; a++) arms[a] = &run->arms[a].plans;
  return b7_arm_plans_share_grid(arms, run->n_arm, &run->hooks, error);
}

static int32_t find_observables(const B7Kernel *kernel, const B7Need *needs, size_t count, int32_t *out) {
  int32_t n = 0;
  for (size_t i = 0; i < count; i++) {
    int32_t observable = b7_kernel_need(kernel, needs[i]);
    if (observable >= 0) out[n++] = observable;
  }
  return n;
}

/* values that the trial sets against the model's range are said with the results */
static B7Status note_settings(B7TrialRun *run, B7Error *error) {
  const B7TrialSettings *settings = &run->trial->settings;
  const B7KernelTables *tables = b7_kernel_tables(run->kernel);
  run->notes = B7_ARENA_ARRAY(&run->arena, const char *, settings->count);
  for (int32_t i = 0; run->notes && i < settings->count; i++) {
    const B7KernelParameter *parameter =
        &tables->parameters[b7_kernel_parameter(run->kernel, settings->rows[i].name)];
    const double value = settings->rows[i].value;
    if (!(value < parameter->low || value > parameter->high)) continue;
    run->notes[run->n_note++] = b7_arena_format(
        &run->arena,
        "%s is set to %g %s, outside its range of %g to %g, as the trial says (outside_range: yes)",
        parameter->name, value, parameter->unit, parameter->low, parameter->high);
  }
  return b7_arena_check(&run->arena, error);
}

static B7Status make_population(B7TrialRun *run, B7Error *error) {
  const B7Trial *trial = run->trial;
  char path[4096];
  snprintf(path, sizeof path, "%s/populations/%s.yaml", trial->data_folder, trial->population);
  const B7ParameterSetting *settings;
  int32_t n_setting;
  B7_TRY(b7_settings_check(&trial->settings, b7_kernel_tables(run->kernel), &run->hooks, error));
  B7_TRY(note_settings(run, error));
  B7_TRY(b7_substitute_settings(run->substitutes, trial, &run->arena, &settings, &n_setting, error));
  B7_TRY(b7_population_make(run->kernel, run->patients, run->seed, true, settings, n_setting, &run->hooks,
                            &run->population, error));
  B7_TRY(
      b7_cohort_load(path, b7_kernel_tables(run->kernel), run->population, &run->hooks, &run->cohort, error));
  b7_substitute_draws(run->substitutes, run->population);
  // what the trial sets goes before what the population file says
  for (int32_t i = 0; i < trial->settings.count; i++) {
    int32_t parameter = b7_kernel_parameter(run->kernel, trial->settings.rows[i].name);
    int32_t own = parameter < 0 ? -1 : b7_kernel_tables(run->kernel)->parameters[parameter].own_index;
    if (own < 0) continue;
    B7Draw *draw = &run->population->draws[own];
    draw->value = trial->settings.rows[i].value;
    if (!isnan(trial->settings.rows[i].spread_sd)) draw->spread_sd = trial->settings.rows[i].spread_sd;
    draw->share = 1;
    draw->follows = -1;
    draw->formula = B7_BODY_NONE;
    // bounds of the file hold for its own value; one outside them was meant
    draw->low = fmin(draw->low, draw->value);
    draw->high = fmax(draw->high, draw->value);
  }
  return trial->sobol ? b7_population_use_sobol(run->population, error) : B7_OK;
}

static B7Status set_up(B7TrialRun *run, const char *criteria_folder, B7Error *error) {
  const B7Trial *trial = run->trial;
  run->patients = run->options.patients > 0 ? run->options.patients : trial->patients;
  run->seed = run->options.seed > 0 ? run->options.seed : trial->seed;
  run->horizon_day = (int32_t)ceil(trial->horizon_day);
  run->n_arm = trial->n_arm;
  run->n_endpoint = trial->n_endpoint;
  run->n_peak = find_observables(run->kernel, peak_needs, sizeof peak_needs / sizeof peak_needs[0],
                                 run->peak_observables);
  run->n_fan =
      find_observables(run->kernel, fan_needs, sizeof fan_needs / sizeof fan_needs[0], run->fan_observables);
  run->n_fan_time = run->horizon_day / B7_FAN_EVERY_DAY + 1;
  if (run->like) {
    run->criteria = run->like->criteria;
  } else {
    B7_TRY(b7_criteria_load(criteria_folder, &run->hooks, &run->criteria, error));
  }
  B7_TRY(make_population(run, error));
  run->arms = B7_ARENA_ARRAY(&run->arena, B7TrialArmState, run->n_arm);
  if (!run->arms) return b7_fail_memory(error);
  for (int32_t a = 0; a < run->n_arm; a++) B7_TRY(make_arm(run, a, error));
  if (!run->like) B7_TRY(share_grid(run, error));
  if (run->like) {
    run->costs = run->like->costs;
  } else {
    char costs[4096];
    snprintf(costs, sizeof costs, "%s/costs.yaml", trial->data_folder);
    B7_TRY(b7_costs_load(costs, &run->arena, &run->costs, error));
  }
  return b7_contrasts_make(run, error);
}

/* ---- blocks ---- */

static int64_t block_size(const B7TrialRun *run) {
  if (run->options.block_patients > 0) return run->options.block_patients;
  // every rank gets work
  double share = ceil((double)run->patients / run->options.ranks);
  return (int64_t)fmax(BLOCK_LEAST, fmin(BLOCK_PATIENTS, share));
}

/* the part of one rank, under way */
typedef struct ShardPart {
  B7TrialRun *run;
  int64_t block_patients, n_block; /* of the whole trial */
  int64_t own_blocks, own_patients;
  B7TrialBlock block;
  B7Checkpoint checkpoint;
  char checkpoint_path[4096];
} ShardPart;

/* a block's own progress as that of the whole part */
typedef struct Progress {
  const B7Hooks *hooks;
  int64_t before, all; /* patients and arms */
} Progress;

static bool go_on(void *user, int64_t done, int64_t of_block) {
  const Progress *progress = user;
  (void)of_block;
  int64_t so_far = progress->before + done;
  return progress->hooks->progress(progress->hooks->user, so_far < progress->all ? so_far : progress->all,
                                   progress->all);
}

static B7Status run_block(ShardPart *part, int64_t own, B7Error *error) {
  B7TrialRun *run = part->run;
  int64_t block = run->options.rank + own * run->options.ranks, first = block * part->block_patients;
  int64_t left = run->patients - first, count = left < part->block_patients ? left : part->block_patients;
  Progress progress = {.hooks = &run->hooks,
                       .before = own * part->block_patients * run->n_arm,
                       .all = part->own_patients * run->n_arm};
  b7_block_begin(run, first, count, &part->block);
  B7_TRY(b7_trial_block(run, &part->block, run->hooks.progress ? go_on : NULL, &progress, error));
  // those who were left out count as done
  if (run->hooks.progress && !go_on(&progress, count * run->n_arm, 0))
    return b7_fail(error, B7_ERROR_CANCELLED, "cancelled");
  b7_contrasts_add(run, &part->block);
  return B7_OK;
}

static B7Status run_part(ShardPart *part, int64_t first, B7Error *error) {
  const B7TrialOptions *options = &part->run->options;
  for (int64_t own = first; own < part->own_blocks; own++) {
    B7_TRY(run_block(part, own, error));
    bool due = (own + 1) % options->checkpoint_blocks == 0 || own + 1 == part->own_blocks;
    if (options->checkpoint && due)
      B7_TRY(b7_checkpoint_write(&part->checkpoint, part->checkpoint_path, options->rank, own + 1, error));
  }
  return B7_OK;
}

/* a checkpoint that was made without them, or has lost them, cannot give the patients of its blocks */
static B7Status need_rows(const B7TrialOptions *options, const char *checkpoint, B7Error *error) {
  char path[4096];
  if (!options->patient_rows) return B7_OK;
  B7_TRY(b7_shard_path(options->patient_rows, options->rank, options->ranks, path, sizeof path, error));
  if (b7_file_exists(path)) return B7_OK;
  return b7_fail_at(
      error, B7_ERROR_INPUT, checkpoint, 0, 0,
      "holds what was counted, but the patients of its blocks (%s) are not there; leave them out of the "
      "output (--no-patients), or remove the checkpoint and start without --resume",
      path);
}

/* rows of patients, kept until the output is written; those of a rank until the first one has read them */
static B7Status open_rows(ShardPart *part, bool go_on, B7Error *error) {
  B7TrialRun *run = part->run;
  const B7TrialOptions *options = &run->options;
  char path[4096];
  uint64_t identity =
      b7_hash_bytes(B7_HASH_START, part->checkpoint.identity, strlen(part->checkpoint.identity));
  B7_TRY(b7_shard_path(options->patient_rows, options->rank, options->ranks, path, sizeof path, error));
  run->keep_rows = options->checkpoint || options->rank > 0;
  B7_TRY(b7_rows_open(path, identity, run->n_endpoint, run->n_arm, run->patients, part->block_patients, go_on,
                      &run->arena, &run->rows, error));
  // nobody else reads them: without a name they go with the process, however it ends
  if (!run->keep_rows && options->ranks == 1) b7_rows_hide(&run->rows);
  return B7_OK;
}

static B7Status run_blocks(B7TrialRun *run, const char *criteria_folder, B7Error *error) {
  const B7TrialOptions *options = &run->options;
  ShardPart *part = B7_ARENA_ARRAY(&run->arena, ShardPart, 1);
  if (!part) return b7_fail_memory(error);
  part->run = run;
  part->block_patients = run->block_patients = block_size(run);
  part->n_block = (run->patients + part->block_patients - 1) / part->block_patients;
  part->own_blocks = b7_shard_blocks(part->n_block, options->rank, options->ranks);
  bool last = (part->n_block - 1) % options->ranks == options->rank;
  part->own_patients = part->own_blocks * part->block_patients -
                       (last ? part->n_block * part->block_patients - run->patients : 0);
  B7_TRY(b7_block_make(run, part->block_patients, &part->block, error));
  if (options->checkpoint || options->ranks > 1 || options->patient_rows)
    B7_TRY(b7_checkpoint_make(run, criteria_folder, part->block_patients, &part->checkpoint, error));
  int64_t first = 0;
  if (options->checkpoint) {
    B7_TRY(b7_shard_path(options->checkpoint, options->rank, options->ranks, part->checkpoint_path,
                         sizeof part->checkpoint_path, error));
    b7_file_sweep(part->checkpoint_path);
    if (options->resume && b7_file_exists(part->checkpoint_path)) {
      B7_TRY(b7_checkpoint_read(&part->checkpoint, part->checkpoint_path, options->rank, &first, error));
      if (first > 0) B7_TRY(need_rows(options, part->checkpoint_path, error));
    }
  }
  if (options->patient_rows) B7_TRY(open_rows(part, first > 0, error));
  B7_TRY(run_part(part, first, error));
  if (options->ranks == 1) return B7_OK;
  if (options->rank == 0) return b7_shards_join(run, &part->checkpoint, part->n_block, error);
  char path[4096];
  B7_TRY(b7_shard_path(options->shards, options->rank, options->ranks, path, sizeof path, error));
  return b7_checkpoint_write(&part->checkpoint, path, options->rank, part->own_blocks, error);
}

static B7Status check_faults(const B7TrialRun *run, B7Error *error) {
  int64_t failed = 0, all = 0;
  for (int32_t a = 0; a < run->n_arm; a++) {
    failed += run->arms[a].flow.failed;
    all += run->arms[a].flow.enrolled;
  }
  if (all == 0 || (double)failed <= run->simulate.max_fault_share * (double)all) return B7_OK;
  return b7_fail(
      error, B7_ERROR_NUMERICAL,
      "%lld of %lld simulated patients failed numerically, more than the share of %g that is allowed",
      (long long)failed, (long long)all, run->simulate.max_fault_share);
}

void b7_trial_drop_rows(const B7TrialRun *run) {
  const B7TrialOptions *options = &run->options;
  for (int32_t rank = 1; options->patient_rows && rank < options->ranks; rank++) {
    char path[4096];
    if (b7_shard_path(options->patient_rows, rank, options->ranks, path, sizeof path, NULL) == B7_OK)
      b7_file_drop(path);
  }
}

static B7Status check_options(const B7TrialOptions *options, B7Error *error) {
  if (!(options->level > 0 && options->level < 1))
    return b7_fail(error, B7_ERROR_USAGE, "the level of intervals lies between 0 and 1, such as 0.95");
  if (options->block_patients < 0 || options->block_patients > BLOCK_LARGEST ||
      options->checkpoint_blocks < 1)
    return b7_fail(error, B7_ERROR_USAGE,
                   "a block holds 1 to %d patients (0: chosen), and checkpoints lie at least 1 block apart",
                   BLOCK_LARGEST);
  if (options->resume && !options->checkpoint)
    return b7_fail(error, B7_ERROR_USAGE, "to resume, name the checkpoint to go on from (--checkpoint FILE)");
  if (options->ranks < 1 || options->ranks > RANKS_MOST || options->rank < 0 ||
      options->rank >= options->ranks)
    return b7_fail(error, B7_ERROR_USAGE, "rank %d of %d: ranks count from 0, and there are 1 to %d",
                   options->rank, options->ranks, RANKS_MOST);
  if (options->ranks > 1 && !options->shards)
    return b7_fail(
        error, B7_ERROR_USAGE,
        "%d ranks share this trial; name a folder that all of them can see for their parts (--shards FOLDER)",
        options->ranks);
  return B7_OK;
}

/* like and substitutes NULL: as the files say */
static B7Status run_trial(const B7Trial *trial, const B7Kernel *kernel, const char *criteria_folder,
                          const B7TrialRun *like, const B7Substitutes *substitutes,
                          const B7TrialOptions *options, const B7Hooks *hooks, B7TrialRun **out,
                          B7Error *error) {
  B7Error own;
  if (!error) error = &own;
  *out = NULL;
  b7_error_clear(error);
  B7TrialOptions chosen = defaults;
  B7SimulateOptions simulate;
  B7_TRY(b7_options_take(options, &chosen, sizeof chosen, "b7_trial_options_default", error));
  B7_TRY(b7_simulate_options_take(chosen.simulate, &simulate, error));
  B7_TRY(check_options(&chosen, error));
  B7Arena arena = b7_arena_make(hooks);
  B7TrialRun *run = B7_ARENA_ARRAY(&arena, B7TrialRun, 1);
  if (!run) return b7_fail_memory(error);
  run->arena = arena;
  if (hooks) run->hooks = *hooks;
  run->like = like;
  run->substitutes = substitutes;
  run->trial = trial;
  run->kernel = kernel;
  run->options = chosen;
  run->options.simulate = &run->simulate;
  run->simulate = simulate;
  run->rows.file = -1;
  run->work.solver = b7_solver_name(simulate.solver);
  if (chosen.ranks > 1) b7_shards_begin(run);
  B7Status status = set_up(run, criteria_folder, error);
  if (status == B7_OK) status = run_blocks(run, criteria_folder, error);
  if (status == B7_OK && chosen.rank == 0) status = check_faults(run, error);
  if (status == B7_OK && chosen.rank == 0) status = b7_trial_summarise(run, error);
  if (status != B7_OK && chosen.rank > 0) b7_shard_note_failure(run, error);
  // a finished checkpoint can be resumed too: its output is written once more
  if (status == B7_OK && chosen.rank == 0) run->keep_rows = chosen.checkpoint != NULL;
  if (status != B7_OK && chosen.rank == 0 && !chosen.checkpoint) b7_trial_drop_rows(run);
  if (status != B7_OK || chosen.rank > 0) {
    b7_trial_run_free(run);
    return status;
  }
  *out = run;
  return B7_OK;
}

B7Status b7_trial_run(const B7Trial *trial, const B7Kernel *kernel, const char *criteria_folder,
                      const B7TrialOptions *options, const B7Hooks *hooks, B7TrialRun **out, B7Error *error) {
  return run_trial(trial, kernel, criteria_folder, NULL, NULL, options, hooks, out, error);
}

B7Status b7_trial_run_like(const B7TrialRun *like, const B7Substitutes *substitutes,
                           const B7TrialOptions *options, const B7Hooks *hooks, B7TrialRun **out,
                           B7Error *error) {
  return run_trial(like->trial, like->kernel, NULL, like, substitutes, options, hooks, out, error);
}

void b7_trial_run_free(B7TrialRun *run) {
  if (!run) return;
  b7_rows_close(&run->rows, !run->keep_rows);
  // what was borrowed belongs to the run that it came from
  bool own = !run->like;
  for (int32_t a = 0; own && run->arms && a < run->n_arm; a++) b7_arm_plans_free(&run->arms[a].plans);
  if (own) b7_criteria_free(run->criteria);
  b7_cohort_free(run->cohort);
  b7_population_free(run->population);
  B7Arena arena = run->arena;
  b7_arena_free(&arena);
}
