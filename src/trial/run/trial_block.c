/* trial_block.c - a block of virtual patients through all arms: fates, simulation side by side, grades patient by patient. */
#include <math.h>
#include <string.h>

#include "assess/series/assessor.h"
#include "base/status.h"
#include "base/threads.h"
#include "sim/simulate.h"
#include "sim/solver_counters.h"
#include "trial/run/subject.h"

/* a patient in an arm, as the simulation sees it */
typedef struct ArmPatient {
  int32_t arm, fate;
} ArmPatient;

/* all patients of a block in all arms, on their way through the simulation */
typedef struct Passage {
  B7TrialRun *run;
  B7TrialBlock *block;
  int64_t n;
  ArmPatient *entries; /* [n] */
  int64_t *ids;        /* [n] virtual patients */
  int32_t *plan_of;    /* [n] places in plans */
  const B7Plan **plans;
  int32_t n_plan;
  int32_t hazards[B7_HAZARDS];
  bool mortal;
  B7Assessor **assessors; /* one a thread */
  B7Lock lock;            /* of what is counted */
} Passage;

/* ---- who enters ---- */

/* what is known of a patient before treatment, and whether the simulation went through */
static void begin_row(const B7Subject *subject, B7RowStatus status) {
  const B7PatientRows *rows = &subject->run->rows;
  if (rows->file < 0) return;
  B7PatientRow *row = b7_row_at(rows, b7_subject_row(subject));
  B7ArmFate fate = b7_arm_fate_at(subject->fate);
  row->status = (int8_t)status;
  row->made = fate.made;
  row->donor = fate.donor;
  row->product_level = (int8_t)fate.product_level;
  row->graft_level = (int8_t)fate.graft_level;
  row->product_step = B7_FLOW_PRODUCT_FAILED;
}

/* who is left out has a step all the same */
static void leave_out(const B7Subject *subject) {
  B7TrialArmState *arm = &subject->run->arms[subject->arm];
  const B7FlowProduct step =
      b7_arm_product_fate(&arm->plans, subject->run->population, (uint64_t)subject->id);
  arm->flow.way[step][B7_FLOW_TRANSPLANT_LEFT_OUT]++;
  begin_row(subject, B7_ROW_LEFT_OUT);
  if (subject->run->rows.file < 0) return;
  B7PatientRow *row = b7_row_at(&subject->run->rows, b7_subject_row(subject));
  row->product_step = (int8_t)step;
  row->transplant_step = B7_FLOW_TRANSPLANT_LEFT_OUT;
}

/* places of an arm's plans in the list of all */
static void list_plans(Passage *passage, int32_t arm, int32_t place[B7_ARM_FATES]) {
  B7Plan *const *plan = passage->run->arms[arm].plans.plan;
  for (int32_t f = 0; f < B7_ARM_FATES; f++) {
    place[f] = passage->n_plan;
    if (plan[f]) passage->plans[passage->n_plan++] = plan[f];
  }
}

/* the fates of an arm's patients are drawn, and those who are followed enter */
static void enter_arm(Passage *passage, int32_t index) {
  const B7TrialRun *run = passage->run;
  B7TrialArmState *arm = &run->arms[index];
  int32_t place[B7_ARM_FATES];
  list_plans(passage, index, place);
  for (int64_t i = 0; i < passage->block->count; i++) {
    int64_t id = passage->block->first + i;
    B7ArmFate fate = b7_arm_fate(&arm->plans, run->population, (uint64_t)id);
    int32_t fate_index = b7_arm_fate_index(fate);
    arm->flow.enrolled++;
    if (!fate.made && !run->trial->intention_to_treat) {
      const B7Subject subject = {
          .run = passage->run, .block = passage->block, .arm = index, .fate = fate_index, .id = id};
      leave_out(&subject);
      continue;
    }
    passage->entries[passage->n] = (ArmPatient){.arm = index, .fate = fate_index};
    passage->plan_of[passage->n] = place[fate_index];
    passage->ids[passage->n++] = id;
  }
}

static B7Status make_room(Passage *passage, B7Arena *arena, B7Error *error) {
  B7TrialRun *run = passage->run;
  const int64_t most = passage->block->count * run->n_arm;
  const int32_t threads = b7_trial_threads(run);
  passage->entries = B7_ARENA_ARRAY(arena, ArmPatient, most);
  passage->ids = B7_ARENA_ARRAY(arena, int64_t, most);
  passage->plan_of = B7_ARENA_ARRAY(arena, int32_t, most);
  passage->plans = B7_ARENA_ARRAY(arena, const B7Plan *, run->n_arm *B7_ARM_FATES);
  passage->assessors = B7_ARENA_ARRAY(arena, B7Assessor *, threads);
  if (!passage->entries || !passage->ids || !passage->plan_of || !passage->plans || !passage->assessors)
    return b7_fail_memory(error);
  for (int32_t t = 0; t < threads; t++)
    B7_TRY(b7_assessor_make(arena, run->kernel, run->criteria, &passage->assessors[t], error));
  return B7_OK;
}

/* ---- who has ended ---- */

static void finish(void *user, int32_t worker, const B7Result *slots, int32_t slot, int64_t patient) {
  Passage *passage = user;
  B7TrialRun *run = passage->run;
  const ArmPatient *entry = &passage->entries[patient];
  bool through = b7_result_faults(slots, NULL)[slot] == B7_FAULT_NONE;
  B7Subject subject = {.run = run,
                       .block = passage->block,
                       .arm = entry->arm,
                       .fate = entry->fate,
                       .id = passage->ids[patient],
                       .result = slots,
                       .slot = slot,
                       .death_day = NAN};
  if (through && passage->mortal) b7_subject_find_death(&subject, passage->hazards);
  if (through)
    subject.outcomes = b7_assessor_look(passage->assessors[worker], slots, slot,
                                        b7_arm_origin_day(run, entry->arm), subject.death_day);
  b7_lock_enter(&passage->lock);
  begin_row(&subject, through ? B7_ROW_FOLLOWED : B7_ROW_FAILED);
  if (through) {
    b7_subject_note(&subject);
  } else {
    run->arms[entry->arm].flow.failed++;
    run->arms[entry->arm].flow.way[B7_FLOW_PRODUCT_FAILED][B7_FLOW_TRANSPLANT_NONE]++;
  }
  b7_lock_leave(&passage->lock);
}

static void add_work(B7SolverStatistics *sum, const B7SolverStatistics *more) {
  double used =
      sum->lane_occupancy * (double)sum->lane_steps + more->lane_occupancy * (double)more->lane_steps;
  sum->lane_steps += more->lane_steps;
  sum->lane_occupancy = sum->lane_steps > 0 ? used / (double)sum->lane_steps : 1;
  sum->worker_bytes = more->worker_bytes;
  b7_solver_counters_add(sum, more);
  sum->seconds += more->seconds;
  sum->lanes = more->lanes;
  sum->threads = more->threads;
  sum->isa = more->isa;
  sum->solver = more->solver;
}

/* the caller's memory, and progress of the block's own */
typedef struct BlockHooks {
  const B7Hooks *under;
  B7BlockProgress progress;
  void *user;
} BlockHooks;

static void *resize(void *user, void *old, size_t old_bytes, size_t new_bytes) {
  return b7_memory_resize(((const BlockHooks *)user)->under, old, old_bytes, new_bytes);
}

static bool tell(void *user, int64_t done, int64_t of_block) {
  const BlockHooks *hooks = user;
  return hooks->progress(hooks->user, done, of_block);
}

static B7Status simulate(Passage *passage, BlockHooks *block_hooks, B7Error *error) {
  B7TrialRun *run = passage->run;
  const B7Hooks hooks = {
      .resize = resize, .progress = block_hooks->progress ? tell : NULL, .user = block_hooks};
  B7SimulateOptions options = run->simulate;
  options.seed = run->seed;
  options.until_death = true;
  options.threads = b7_trial_threads(run);
  const B7CodeSource source = b7_code_source(run->kernel);
  const B7PlanChoice choice = {
      .plans = passage->plans, .n_plan = passage->n_plan, .plan_of = passage->plan_of};
  const B7Finish each = {.call = finish, .user = passage};
  B7SolverStatistics statistics;
  b7_population_select(run->population, passage->ids, passage->n);
  B7Status status =
      b7_simulate_each(&source, &choice, run->population, &options, &hooks, &each, &statistics, error);
  if (status == B7_OK) add_work(&run->work, &statistics);
  return status;
}

B7Status b7_trial_block(B7TrialRun *run, B7TrialBlock *block, B7BlockProgress progress, void *user,
                        B7Error *error) {
  B7Arena arena = b7_arena_make(&run->hooks);
  Passage passage = {.run = run, .block = block};
  BlockHooks hooks = {.under = &run->hooks, .progress = progress, .user = user};
  passage.mortal = b7_hazards_find(b7_kernel_tables(run->kernel), passage.hazards);
  b7_lock_make(&passage.lock);
  B7Status status = make_room(&passage, &arena, error);
  if (status == B7_OK && run->rows.file >= 0) b7_rows_clear(&run->rows);
  for (int32_t a = 0; status == B7_OK && a < run->n_arm; a++) enter_arm(&passage, a);
  if (status == B7_OK && passage.n > 0) status = simulate(&passage, &hooks, error);
  b7_lock_free(&passage.lock);
  b7_arena_free(&arena);
  for (int32_t a = 0; status == B7_OK && run->rows.file >= 0 && a < run->n_arm; a++)
    status = b7_rows_write(&run->rows, a, block->first, block->count, error);
  return status;
}
