/* replay.c - run a course through the model: own parameter set, band, sensitivity arms. */
#include "replay/replay_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/dates.h"
#include "base/options.h"
#include "base/status.h"
#include "sim/simulate.h"
#include "treat/plan.h"
#include "treat/policy.h"

#define WITHOUT_CART (1u << B7_ROLE_INFUSION)
#define WITHOUT_TRANSPLANT (1u << B7_ROLE_GRAFT)

static const B7ReplayOptions defaults = {
    .struct_size = sizeof defaults, .band_patients = 200, .band_level = 0.8, .seed = 7, .alternatives = true};

void b7_replay_options_default(B7ReplayOptions *options, size_t struct_size) {
  b7_options_give(&defaults, sizeof defaults, options, struct_size);
}

static void free_run(B7ReplayRun *run) {
  b7_outcomes_free(run->outcomes);
  b7_result_free(run->result);
  b7_plan_free(run->plan);
  b7_course_free(run->course);
}

void b7_replay_free(B7Replay *replay) {
  if (!replay) return;
  for (int32_t k = 0; k < replay->n_arm; k++) free_run(&replay->arms[k]);
  free_run(&replay->base);
  b7_outcomes_free(replay->band_outcomes);
  b7_result_free(replay->band);
  b7_assessment_free(replay->recorded);
  b7_assessment_free(replay->simulated);
  b7_criteria_free(replay->criteria);
  b7_population_free(replay->patient);
  b7_population_free(replay->population);
  B7Arena arena = replay->arena;
  b7_arena_free(&arena);
}

/* what is left out of the course: of the replay itself, or of a what-if */
static B7Status make_plan(const B7Replay *replay, const B7Course *course, uint32_t left_out_roles,
                          B7Plan **out, B7Error *error) {
  const B7TreatmentChange change = {.kind = B7_CHANGE_LEAVE_OUT,
                                    .roles = left_out_roles |
                                             (replay->options.without_cart ? WITHOUT_CART : 0) |
                                             (replay->options.without_transplant ? WITHOUT_TRANSPLANT : 0)};
  B7PlanOptions plan;
  b7_plan_options_default(&plan, sizeof plan);
  plan.horizon_day = replay->options.horizon_day;
  plan.policy_path = replay->options.policy_path;
  plan.changes = &change;
  plan.n_change = change.roles != 0;
  return b7_plan_make(course, replay->kernel, &plan, &replay->hooks, out, error);
}

static B7Status simulate(const B7Replay *replay, const B7Plan *plan, const B7Population *population,
                         bool mortal, B7Result **out, B7Error *error) {
  B7SimulateOptions options = replay->simulate;
  options.until_death = mortal;
  options.seed = replay->options.seed;
  // the CVODE reference runs one lane; a single patient gains nothing from more
  if (b7_population_size(population) == 1) options.max_lanes = 1;
  return b7_simulate(replay->kernel, plan, population, &options, &replay->hooks, out, error);
}

/* death_day NULL: nobody dies */
static B7Status grade(const B7Replay *replay, const B7Result *result, const double *death_day,
                      B7Outcomes **out, B7Error *error) {
  if (!replay->criteria) return B7_OK;
  return b7_assess_result(result, replay->kernel, replay->criteria, 0, death_day, replay->simulate.threads,
                          &replay->hooks, out, error);
}

/* quantiles of every observable at every output time, once for table, charts and files */
static B7Status summarise_band(B7Replay *replay, B7Error *error) {
  if (!replay->band) return B7_OK;
  int32_t n_observable = b7_kernel_tables(replay->kernel)->n_observable;
  size_t times = (size_t)b7_result_times(replay->band, NULL), count = (size_t)n_observable * times;
  replay->band_low = B7_ARENA_ARRAY(&replay->arena, double, count);
  replay->band_median = B7_ARENA_ARRAY(&replay->arena, double, count);
  replay->band_high = B7_ARENA_ARRAY(&replay->arena, double, count);
  if (!replay->band_low || !replay->band_median || !replay->band_high) return b7_fail_memory(error);
  double tail = 0.5 * (1 - replay->options.band_level);
  for (int32_t i = 0; i < n_observable; i++) {
    b7_result_quantile(replay->band, i, tail, replay->band_low + (size_t)i * times);
    b7_result_quantile(replay->band, i, 0.5, replay->band_median + (size_t)i * times);
    b7_result_quantile(replay->band, i, 1 - tail, replay->band_high + (size_t)i * times);
  }
  return B7_OK;
}

static B7Status run_base(B7Replay *replay, B7Error *error) {
  B7ReplayRun *base = &replay->base;
  B7_TRY(make_plan(replay, replay->course, 0, &base->plan, error));
  // the patient's own set stays alive: who the patient is would not say whether chance struck
  B7_TRY(simulate(replay, base->plan, replay->patient, false, &base->result, error));
  return grade(replay, base->result, NULL, &base->outcomes, error);
}

static B7Status run_band(B7Replay *replay, B7Error *error) {
  if (replay->options.band_patients <= 0) return B7_OK;
  B7_TRY(simulate(replay, replay->base.plan, replay->population, true, &replay->band, error));
  B7_TRY(b7_replay_count_deaths(replay, error));
  B7_TRY(grade(replay, replay->band, replay->death_day, &replay->band_outcomes, error));
  return summarise_band(replay, error);
}

/* The same patient treated otherwise, where there is something to leave out. Without CAR-T there is no remission, and the
   rule of transplanting in remission gives no transplant either. */
typedef struct Counterfactual {
  const char *label;
  uint32_t left_out_roles;
  bool cart, transplant; /* of the plan, for which it makes sense */
} Counterfactual;
static const Counterfactual counterfactuals[] = {
    {"without CAR-T, and so without transplant", WITHOUT_CART | WITHOUT_TRANSPLANT, true, true},
    {"CAR-T without transplant", WITHOUT_TRANSPLANT, true, true},
    {"without CAR-T", WITHOUT_CART, true, false},
    {"without transplant", WITHOUT_TRANSPLANT, false, true},
};
#define COUNTERFACTUALS ((int32_t)(sizeof counterfactuals / sizeof counterfactuals[0]))

static bool plan_has(const B7Plan *plan, B7Role role) {
  const B7PlanEvent *rows;
  int32_t count = b7_plan_events(plan, &rows, NULL);
  for (int32_t i = 0; i < count; i++) {
    if (rows[i].role == role) return true;
  }
  return false;
}

static B7Status run_arm(B7Replay *replay, B7ReplayRun *arm, const Counterfactual *change, B7Error *error) {
  const B7Course *course = arm->course ? arm->course : replay->course;
  B7_TRY(make_plan(replay, course, change ? change->left_out_roles : 0, &arm->plan, error));
  B7_TRY(simulate(replay, arm->plan, replay->patient, false, &arm->result, error));
  B7_TRY(grade(replay, arm->result, NULL, &arm->outcomes, error));
  return b7_replay_compare(replay, arm, error);
}

static B7Status run_arms(B7Replay *replay, B7Error *error) {
  if (!replay->options.alternatives) return B7_OK;
  int32_t n_alternative = b7_course_alternatives(replay->course);
  replay->arms = B7_ARENA_ARRAY(&replay->arena, B7ReplayRun, n_alternative + COUNTERFACTUALS);
  if (!replay->arms) return b7_fail_memory(error);
  for (int32_t k = 0; k < n_alternative; k++) {
    B7ReplayRun *arm = &replay->arms[replay->n_arm++];
    arm->label = b7_course_alternative_label(replay->course, k);
    B7_TRY(b7_course_take_alternative(replay->course, k, &arm->course, error));
    B7_TRY(run_arm(replay, arm, NULL, error));
  }
  bool cart = plan_has(replay->base.plan, B7_ROLE_INFUSION),
       transplant = plan_has(replay->base.plan, B7_ROLE_GRAFT);
  for (int32_t k = 0; k < COUNTERFACTUALS; k++) {
    if (counterfactuals[k].cart != cart || counterfactuals[k].transplant != transplant) continue;
    B7ReplayRun *arm = &replay->arms[replay->n_arm++];
    arm->label = counterfactuals[k].label;
    arm->counterfactual = true;
    B7_TRY(run_arm(replay, arm, &counterfactuals[k], error));
  }
  return B7_OK;
}

/* everything that decides the bytes of the outcome */
static B7Status note_provenance(B7Replay *replay, B7Error *error) {
  const B7KernelTables *tables = b7_kernel_tables(replay->kernel);
  const B7SolverStatistics *statistics = b7_result_statistics(replay->base.result);
  B7Arena *arena = &replay->arena;
  const B7ReplayOptions *options = &replay->options;
  const B7Provenance notes[] = {
      {"program", b7_arena_format(arena, "bridge7 %s", b7_version())},
      {"model", tables->model},
      {"model_hash", tables->model_hash},
      {"course", b7_course_name(replay->course)},
      {"course_hash", b7_course_hash(replay->course)},
      {"patient_file", options->patient_path ? strrchr(options->patient_path, '/')
                                                   ? strrchr(options->patient_path, '/') + 1
                                                   : options->patient_path
                                             : "none"},
      {"population", replay->cohort_name[0] ? replay->cohort_name : "none"},
      {"seed", b7_arena_format(arena, "%llu", (unsigned long long)options->seed)},
      {"band_patients", b7_arena_format(arena, "%lld", (long long)options->band_patients)},
      {"band_level", b7_arena_format(arena, "%g", options->band_level)},
      {"solver", statistics->solver},
      {"relative_tolerance", b7_arena_format(arena, "%g", replay->simulate.relative_tolerance)},
      {"extinction", replay->simulate.extinction ? "on" : "off"},
      {"result_hash", b7_result_hash(replay->base.result)},
      {"band_hash", replay->band ? b7_result_hash(replay->band) : "none"},
      {"failed_patients",
       b7_arena_format(arena, "%lld of %lld",
                       (long long)(replay->band ? b7_result_statistics(replay->band)->faults : 0),
                       (long long)(replay->band ? options->band_patients : 0))},
  };
  replay->n_provenance = (int32_t)(sizeof notes / sizeof notes[0]);
  replay->provenance = B7_ARENA_ARRAY(arena, B7Provenance, replay->n_provenance);
  if (!replay->provenance) return b7_fail_memory(error);
  memcpy(replay->provenance, notes, sizeof notes);
  return B7_OK;
}

static B7Status run(B7Replay *replay, B7Error *error) {
  if (replay->options.criteria_folder) {
    B7_TRY(b7_criteria_load(replay->options.criteria_folder, &replay->hooks, &replay->criteria, error));
    B7_TRY(b7_assess_course(replay->course, replay->criteria, &replay->hooks, &replay->recorded, error));
  }
  B7_TRY(b7_replay_populations(replay, error));
  B7_TRY(run_base(replay, error));
  if (replay->criteria) {
    B7_TRY(b7_assess_patient(replay->base.result, replay->kernel, 0, replay->criteria, &replay->hooks,
                             &replay->simulated, error));
  }
  B7_TRY(run_band(replay, error));
  B7_TRY(b7_replay_compare(replay, &replay->base, error));
  B7_TRY(run_arms(replay, error));
  return note_provenance(replay, error);
}

B7Status b7_replay_make(const B7Course *course, const B7Kernel *kernel, const B7ReplayOptions *options,
                        const B7Hooks *hooks, B7Replay **out, B7Error *error) {
  *out = NULL;
  b7_error_clear(error);
  B7ReplayOptions chosen = defaults;
  B7SimulateOptions simulate;
  B7_TRY(b7_options_take(options, &chosen, sizeof chosen, "b7_replay_options_default", error));
  B7_TRY(b7_simulate_options_take(chosen.simulate, &simulate, error));
  if (!(chosen.band_level > 0 && chosen.band_level < 1)) {
    return b7_fail(error, B7_ERROR_USAGE, "the band's level must lie between 0 and 1, such as 0.8");
  }
  B7Arena arena = b7_arena_make(hooks);
  B7Replay *replay = B7_ARENA_ARRAY(&arena, B7Replay, 1);
  if (!replay) return b7_fail_memory(error);
  replay->arena = arena;
  if (hooks) replay->hooks = *hooks;
  replay->options = chosen;
  replay->options.simulate = &replay->simulate;
  replay->simulate = simulate;
  replay->course = course;
  replay->kernel = kernel;
  B7Status status = run(replay, error);
  if (status != B7_OK) {
    b7_replay_free(replay);
    return status;
  }
  *out = replay;
  return B7_OK;
}

int32_t b7_replay_events(const B7Replay *replay, B7Arena *arena, B7ReplayEvent **rows) {
  const B7KernelTables *tables = b7_kernel_tables(replay->kernel);
  const B7Policy *policy = replay->base.plan->policy;
  const B7HappenedEvent *happened;
  int32_t count = b7_result_events(replay->base.result, 0, &happened);
  *rows = B7_ARENA_ARRAY(arena, B7ReplayEvent, count);
  if (!*rows) return 0;
  for (int32_t i = 0; i < count; i++) {
    bool decided = happened[i].rule >= 0 && policy && happened[i].rule < policy->n_rule;
    (*rows)[i] = (B7ReplayEvent){.t_day = happened[i].t_day,
                                 .what = happened[i].event >= 0 ? tables->events[happened[i].event].name
                                                                : "extinction",
                                 .rule = decided ? policy->rules[happened[i].rule].label : "",
                                 .argument = happened[i].argument};
  }
  return count;
}

void b7_replay_date(const B7Replay *replay, double t_day, char text[11]) {
  int32_t day0 = 0;
  memcpy(text, "-", 2);
  if (isfinite(t_day) && fabs(t_day) < 1e6 && b7_date_parse(b7_course_day0(replay->course), &day0)) {
    b7_date_format(day0 + (int32_t)floor(t_day), text);
  }
}

const B7Result *b7_replay_typical(const B7Replay *replay) {
  return replay->base.result;
}

const B7Result *b7_replay_band(const B7Replay *replay) {
  return replay->band;
}

const B7Plan *b7_replay_plan(const B7Replay *replay) {
  return replay->base.plan;
}

int32_t b7_replay_start(const B7Replay *replay, const B7StartRow **rows) {
  *rows = replay->start;
  return replay->n_start;
}

const char *b7_replay_population(const B7Replay *replay, const char **title, const char **why) {
  if (title) *title = replay->cohort_title;
  if (why) *why = replay->cohort_why;
  return replay->cohort_name;
}

int64_t b7_replay_alive(const B7Replay *replay, const int32_t **alive) {
  if (alive) *alive = replay->alive;
  return replay->followed;
}

int64_t b7_replay_died(const B7Replay *replay) {
  return replay->died;
}

int32_t b7_replay_comparison(const B7Replay *replay, const B7Comparison **rows) {
  *rows = replay->base.rows;
  return replay->base.n_row;
}

const B7Assessment *b7_replay_recorded_verdicts(const B7Replay *replay) {
  return replay->recorded;
}

const B7Assessment *b7_replay_simulated_verdicts(const B7Replay *replay) {
  return replay->simulated;
}

int32_t b7_replay_arms(const B7Replay *replay) {
  return replay->n_arm;
}

const char *b7_replay_arm_label(const B7Replay *replay, int32_t k) {
  return replay->arms[k].label;
}

bool b7_replay_arm_counterfactual(const B7Replay *replay, int32_t k) {
  return replay->arms[k].counterfactual;
}

const B7Result *b7_replay_arm_result(const B7Replay *replay, int32_t k) {
  return replay->arms[k].result;
}

int32_t b7_replay_arm_comparison(const B7Replay *replay, int32_t k, const B7Comparison **rows) {
  *rows = replay->arms[k].rows;
  return replay->arms[k].n_row;
}
