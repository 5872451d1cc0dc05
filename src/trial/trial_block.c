/* trial_block.c - a block of virtual patients through one arm: fates, simulation, deaths, grades, tallies. */
#include <math.h>
#include <string.h>

#include "assess/criteria.h"
#include "assess/finding.h"
#include "base/status.h"
#include "base/threads.h"
#include "sim/deaths.h"
#include "sim/simulate.h"
#include "trial/trial_run.h"

#define DETECTABLE_PER_UL 0.2
#define NODES_CLEAR_SCORE 3 /* Deauville 1-3 is complete (Lugano 2014) */
#define NODES_WITHIN_DAY 90

/* patients of an arm, simulated together, each under the plan of its fate */
typedef struct Group {
  B7TrialRun *run;
  int32_t arm;
  B7TrialBlock *block;
  int64_t *ids;   /* virtual patients */
  int32_t *fates; /* of each, as b7_arm_fate_index */
  int64_t n;
  B7Result *result;
  B7Outcomes *outcomes;
  double *death_day;
} Group;

static const B7Plan *plan_of(const Group *group, int64_t patient) {
  return group->run->arms[group->arm].plans.plan[group->fates[patient]];
}

static const double *series(const Group *group, const char *name, int64_t patient) {
  int32_t observable = b7_kernel_observable(group->run->kernel, name);
  if (observable < 0) return NULL;
  int32_t times = b7_result_times(group->result, NULL);
  return b7_result_values(group->result, observable) + (size_t)patient * (size_t)times;
}

typedef struct SummedHazard {
  const double *hazard[B7_HAZARDS];
} SummedHazard;

static double summed(const SummedHazard *hazards, int32_t t) {
  double sum = 0;
  for (int k = 0; k < B7_HAZARDS; k++) sum += hazards->hazard[k][t];
  return sum;
}

/* a patient dies when the sum of the cumulative hazards passes that patient's own exponential threshold; the sum never
   falls, and there is none after the death */
static double day_of_death(const Group *group, const int32_t observables[B7_HAZARDS], int64_t patient) {
  const double *t_day;
  int32_t times = b7_result_times(group->result, &t_day);
  SummedHazard hazards;
  for (int k = 0; k < B7_HAZARDS; k++)
    hazards.hazard[k] = b7_result_values(group->result, observables[k]) + (size_t)patient * (size_t)times;
  double threshold =
      b7_death_threshold(group->run->population, group->run->seed, (uint64_t)group->ids[patient]);
  int32_t low = 0, high = times;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (summed(&hazards, middle) < threshold)
      low = middle + 1;
    else
      high = middle;
  }
  double sum = low < times ? summed(&hazards, low) : NAN;
  if (isnan(sum)) return NAN;
  if (low == 0) return t_day[0];
  double before = summed(&hazards, low - 1);
  double share = sum > before ? (threshold - before) / (sum - before) : 1;
  return t_day[low - 1] + share * (t_day[low] - t_day[low - 1]);
}

/* the first time that is not before a day; n when there is none */
static int32_t first_time(const double *t_day, int32_t n, double day) {
  int32_t low = 0, high = n;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (t_day[middle] < day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static double value_on(const Group *group, const char *name, int64_t patient, double day) {
  const double *t_day, *values = series(group, name, patient);
  int32_t times = b7_result_times(group->result, &t_day);
  if (!values || isnan(day) || day < 0 || day > t_day[times - 1]) return NAN;
  return values[first_time(t_day, times, day - 1e-9)];
}

static void add_fact(B7TrialArmState *arm, B7TrialFact fact, bool yes) {
  arm->facts[fact][yes]++;
}

/* highest value and its day after infusion, while alive */
static double peak_of(const Group *group, int32_t observable, int64_t patient, double from_day, double to_day,
                      double *day) {
  const double *t_day, *values = b7_result_values(group->result, observable);
  int32_t times = b7_result_times(group->result, &t_day);
  values += (size_t)patient * (size_t)times;
  double best = NAN;
  *day = NAN;
  for (int32_t t = first_time(t_day, times, from_day); t < times && t_day[t] <= to_day; t++) {
    if (isnan(values[t]) || values[t] <= best) continue;
    best = values[t];
    *day = t_day[t] - from_day;
  }
  return best;
}

static void note_persistence(const Group *group, B7TrialArmState *arm, int64_t patient, double cart_day,
                             double end_day) {
  static const struct {
    B7TrialFact fact;
    double day;
  } checks[] = {{B7_FACT_PERSIST_28, 28}, {B7_FACT_PERSIST_42, 42}, {B7_FACT_PERSIST_180, 180}};
  for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
    double day = cart_day + checks[i].day, level = value_on(group, "cart_per_ul", patient, day);
    // the dead cannot be asked
    if (day <= end_day && !isnan(level)) add_fact(arm, checks[i].fact, level >= DETECTABLE_PER_UL);
  }
}

static void note_nodes(const Group *group, B7TrialArmState *arm, int64_t patient, double cart_day,
                       double end_day) {
  const double *t_day, *score = series(group, "deauville", patient);
  int32_t times = b7_result_times(group->result, &t_day);
  double start = value_on(group, "deauville", patient, cart_day);
  if (!score || isnan(start) || start <= NODES_CLEAR_SCORE) return;
  bool clear = false;
  for (int32_t t = 0; t < times; t++) {
    if (t_day[t] > cart_day && t_day[t] <= fmin(end_day, cart_day + NODES_WITHIN_DAY))
      clear = clear || score[t] <= NODES_CLEAR_SCORE;
  }
  add_fact(arm, B7_FACT_NODES_CLEAR, clear);
  const int32_t *lugano;
  b7_outcomes_columns(group->outcomes, B7_ENDPOINT_LUGANO, &lugano, NULL, NULL);
  if (lugano[patient] >= 0) add_fact(arm, B7_FACT_NODES_RESPOND, lugano[patient] >= B7_LUGANO_PARTIAL);
}

static void note_peak(const Group *group, B7TrialArmState *arm, int32_t k, int64_t patient, double cart_day,
                      double end_day) {
  double day, peak = peak_of(group, group->run->peak_observables[k], patient, cart_day, end_day, &day);
  b7_bins_add(&arm->peaks[k], peak);
  b7_bins_add(&arm->peak_days[k], day);
  if (k == 0 && !isnan(peak)) add_fact(arm, B7_FACT_EXPANDED, peak >= DETECTABLE_PER_UL);
}

static void note_fan(const Group *group, B7TrialArmState *arm, int32_t k, int64_t patient, double end_day) {
  const B7TrialRun *run = group->run;
  const double *t_day;
  int32_t times = b7_result_times(group->result, &t_day);
  const double *values =
      b7_result_values(group->result, run->fan_observables[k]) + (size_t)patient * (size_t)times;
  for (int32_t i = 0; i < run->n_fan_time; i++) {
    int32_t t = i * B7_FAN_EVERY_DAY;
    if (t < times && t_day[t] <= end_day) b7_bins_add(&arm->fans[k * run->n_fan_time + i], values[t]);
  }
}

static B7Mark mark_of(const Group *group, B7Endpoint endpoint, int64_t patient, double *finding_day) {
  const int32_t *code;
  const double *t_day, *value;
  b7_outcomes_columns(group->outcomes, endpoint, &code, &t_day, &value);
  *finding_day = t_day[patient];
  return (B7Mark){.code = code[patient], .value = value[patient]};
}

static bool of_graft(B7Endpoint endpoint) {
  return endpoint == B7_ENDPOINT_NEUTROPHILS || endpoint == B7_ENDPOINT_PLATELETS_20 ||
         endpoint == B7_ENDPOINT_PLATELETS_50;
}

static double origin_day(const B7TrialRun *run, const B7TrialArmState *arm) {
  if (run->trial->origin == B7_ORIGIN_TRANSPLANT) return NAN;
  if (run->trial->origin == B7_ORIGIN_INFUSION && !isnan(arm->plans.days_to_infusion))
    return arm->plans.days_to_infusion;
  return 0;
}

/* who was seen at the last visit before the end of follow-up and is alive at the end counts as free of the event
 * until then: a difference at a day would else leave out all who have no event */
static B7Mark followed_to_end(const Group *group, B7Endpoint endpoint, int64_t patient, double hsct_day,
                              B7Mark mark) {
  const B7TrialRun *run = group->run;
  if (mark.code != 0 || !b7_endpoint_timed(endpoint) || !isnan(group->death_day[patient])) return mark;
  double origin =
      run->trial->origin == B7_ORIGIN_TRANSPLANT ? hsct_day : origin_day(run, &run->arms[group->arm]);
  double end_day = run->trial->horizon_day - origin;
  if (end_day - mark.value <= run->criteria->marrow_visit_every_d) mark.value = fmax(mark.value, end_day);
  return mark;
}

static void note_endpoints(const Group *group, B7TrialArmState *arm, int64_t patient, double cart_day,
                           double hsct_day) {
  B7TrialRun *run = group->run;
  const B7Trial *trial = run->trial;
  bool counted = trial->origin != B7_ORIGIN_TRANSPLANT || !isnan(hsct_day);
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    double day;
    B7Mark mark = mark_of(group, trial->endpoints[e], patient, &day);
    if (!counted) mark.code = -1;
    b7_tally_add(&arm->tallies[e], run->horizon_day, mark);
    double after = day - (of_graft(trial->endpoints[e]) ? hsct_day : cart_day);
    if (mark.code > 0 && after >= 0 && after <= run->horizon_day) arm->by_day[e][(int32_t)floor(after)]++;
  }
  B7TrialBlock *block = group->block;
  int64_t place = group->ids[patient] - block->first;
  for (int32_t s = 0; s < trial->n_estimand; s++) {
    double day;
    B7Mark mark = mark_of(group, trial->estimands[s].endpoint, patient, &day);
    if (!counted) mark.code = -1;
    block->marks[group->arm][s * block->count + place] =
        followed_to_end(group, trial->estimands[s].endpoint, patient, hsct_day, mark);
  }
}

/* subgroups by what is measured on day 0 */
static void note_groups(const Group *group, int64_t patient) {
  const B7TrialRun *run = group->run;
  B7TrialBlock *block = group->block;
  int64_t place = group->ids[patient] - block->first;
  int32_t times = b7_result_times(group->result, NULL);
  for (int32_t k = 0; k < run->trial->n_subgroup; k++) {
    const B7SubgroupBinding *subgroup = &run->subgroups[k];
    int8_t *own = &block->groups[k * block->count + place];
    if (subgroup->source != B7_SUBGROUP_OBSERVABLE || *own >= 0) continue;
    const double *values = b7_result_values(group->result, subgroup->place);
    *own = (int8_t)b7_subgroup_of_value(subgroup, values[(size_t)patient * (size_t)times]);
  }
}

static double relapse_day(const Group *group, int64_t patient) {
  const int32_t *code;
  const double *t_day;
  b7_outcomes_columns(group->outcomes, B7_ENDPOINT_RELAPSE, &code, &t_day, NULL);
  return code[patient] >= 2 ? t_day[patient] : NAN;
}

static double remission_day(const Group *group, int64_t patient) {
  const int32_t *code;
  const double *t_day;
  b7_outcomes_columns(group->outcomes, B7_ENDPOINT_MARROW, &code, &t_day, NULL);
  return code[patient] == 2 ? t_day[patient] : NAN;
}

/* ---- costs ---- */

/* courses that rules launched: a course of n events counts with its first */
static int32_t launched_courses(const B7Plan *plan, int32_t rule, int32_t events) {
  int32_t protocol = plan->policy->rules[rule].protocol;
  int32_t n = protocol > 0 ? plan->protocols[protocol - 1].n_event : 0;
  return n > 0 ? (events + n - 1) / n : 0;
}

static B7CostCounts cost_counts(const Group *group, int64_t patient, double end_day) {
  const B7TrialRun *run = group->run;
  const B7TrialArm *arm = &run->trial->arms[group->arm];
  const B7ArmPlans *plans = &run->arms[group->arm].plans;
  const B7Plan *plan = plan_of(group, patient);
  const B7Policy *policy = plan->policy;
  const B7HappenedEvent *rows;
  B7CostCounts counts = {0};
  int32_t by_rule[64] = {0}, n = b7_result_events(group->result, patient, &rows);
  for (int32_t i = 0; i < n; i++) {
    if (rows[i].t_day > end_day || rows[i].event < 0) continue;
    counts.infusions += rows[i].event == plans->infusion_event;
    counts.transplants += rows[i].event == plans->graft_event;
    int32_t rule = rows[i].rule;
    if (rule >= 0 && rule < 64 && policy && policy->rules[rule].give == B7_GIVE_REGIMEN) by_rule[rule]++;
  }
  for (int32_t rule = 0; policy && rule < policy->n_rule && rule < 64; rule++) {
    if (by_rule[rule] > 0) counts.courses += launched_courses(plan, rule, by_rule[rule]);
  }
  for (int32_t k = 0; k < arm->cycles; k++) counts.courses += 1 + k * plans->cycle_days <= end_day;
  counts.products = counts.infusions * (isnan(plans->relative_cost) ? 1 : plans->relative_cost);
  return counts;
}

/* ---- one patient ---- */

typedef struct Course {
  double cart_day, hsct_day, remission_day, relapse_day, death_day, end_day; /* NaN: did not happen */
  bool responded;
} Course;

static Course course_of(const Group *group, int64_t patient) {
  const int32_t *overall;
  Course course = {.death_day = group->death_day[patient],
                   .relapse_day = relapse_day(group, patient),
                   .remission_day = remission_day(group, patient)};
  course.end_day = isnan(course.death_day) ? INFINITY : course.death_day;
  b7_outcomes_anchors(group->outcomes, patient, &course.cart_day, &course.hsct_day);
  if (!(course.cart_day <= course.end_day)) course.cart_day = NAN;
  if (!(course.hsct_day <= course.end_day)) course.hsct_day = NAN;
  b7_outcomes_columns(group->outcomes, B7_ENDPOINT_OVERALL, &overall, NULL, NULL);
  course.responded = overall[patient] >= b7_endpoint_yes(B7_ENDPOINT_OVERALL);
  return course;
}

static double note_costs(const Group *group, B7TrialArmState *arm, int64_t patient, const Course *course) {
  B7CostCounts counts = cost_counts(group, patient, course->end_day);
  const bool reached[] = {[B7_COST_PER_ENROLLED] = true,
                          [B7_COST_PER_INFUSED] = !isnan(course->cart_day),
                          [B7_COST_PER_REMISSION] = course->responded,
                          [B7_COST_PER_LASTING] =
                              course->responded && isnan(course->relapse_day) && isnan(course->death_day)};
  return b7_cost_add(&arm->costs, &group->run->costs, &counts, reached);
}

static void note_swimmer(B7TrialArmState *arm, int64_t id, const Course *course) {
  if (id >= B7_TALLY_SWIMMERS) return;
  arm->swimmer_seen[id] = 1;
  arm->swimmers[id] = (B7Swimmer){.id = id,
                                  .cart_day = course->cart_day,
                                  .remission_day = course->remission_day,
                                  .hsct_day = course->hsct_day,
                                  .relapse_day = course->relapse_day,
                                  .death_day = course->death_day};
}

static void note_row(const Group *group, int64_t patient, const Course *course, double cost) {
  const B7TrialRun *run = group->run;
  if (run->rows.file < 0) return;
  int64_t place = group->ids[patient] - group->block->first;
  B7PatientRow *row = b7_row_at(&run->rows, place);
  row->cart_day = (float)course->cart_day;
  row->hsct_day = (float)course->hsct_day;
  row->remission_day = (float)course->remission_day;
  row->relapse_day = (float)course->relapse_day;
  row->death_day = (float)course->death_day;
  row->cost = (float)cost;
  bool counted = run->trial->origin != B7_ORIGIN_TRANSPLANT || !isnan(course->hsct_day);
  for (int32_t e = 0; e < run->n_endpoint && counted; e++) {
    double day;
    B7Mark mark = mark_of(group, run->trial->endpoints[e], patient, &day);
    b7_row_codes(&run->rows, place)[e] = (int8_t)mark.code;
    b7_row_times(&run->rows, place)[e] =
        (float)(b7_endpoint_timed(run->trial->endpoints[e]) ? mark.value : day);
  }
}

static void note_patient(const Group *group, B7TrialArmState *arm, int64_t patient) {
  Course course = course_of(group, patient);
  bool infused = !isnan(course.cart_day), transplanted = !isnan(course.hsct_day);
  arm->flow.infused += infused;
  arm->flow.transplanted += transplanted;
  arm->flow.dead += !isnan(course.death_day);
  add_fact(arm, B7_FACT_TRANSPLANTED, transplanted);
  if (infused) note_persistence(group, arm, patient, course.cart_day, course.end_day);
  if (infused) note_nodes(group, arm, patient, course.cart_day, course.end_day);
  note_endpoints(group, arm, patient, course.cart_day, course.hsct_day);
  note_groups(group, patient);
  double negative = value_on(group, "marrow_cd7neg", patient, course.relapse_day);
  if (!isnan(negative)) add_fact(arm, B7_FACT_RELAPSE_CD7NEG, negative >= 50);
  note_swimmer(arm, group->ids[patient], &course);
  note_row(group, patient, &course, note_costs(group, arm, patient, &course));
}

/* what is known of a patient before treatment, and whether the simulation went through */
static void begin_row(const Group *group, int64_t patient, B7RowStatus status) {
  const B7PatientRows *rows = &group->run->rows;
  if (rows->file < 0) return;
  B7PatientRow *row = b7_row_at(rows, group->ids[patient] - group->block->first);
  B7ArmFate fate = b7_arm_fate_at(group->fates[patient]);
  row->status = (int8_t)status;
  row->made = fate.made;
  row->donor = fate.donor;
  row->product_level = (int8_t)fate.product_level;
  row->graft_level = (int8_t)fate.graft_level;
}

static void add_work(B7SolverStatistics *sum, const B7SolverStatistics *more) {
  double used =
      sum->lane_occupancy * (double)sum->lane_steps + more->lane_occupancy * (double)more->lane_steps;
  sum->lane_steps += more->lane_steps;
  sum->lane_occupancy = sum->lane_steps > 0 ? used / (double)sum->lane_steps : 1;
  sum->worker_bytes = more->worker_bytes;
  sum->steps += more->steps;
  sum->rejected += more->rejected;
  sum->slopes += more->slopes;
  sum->jacobians += more->jacobians;
  sum->factorisations += more->factorisations;
  sum->solves += more->solves;
  sum->events += more->events;
  sum->faults += more->faults;
  sum->seconds += more->seconds;
  sum->lanes = more->lanes;
  sum->threads = more->threads;
  sum->isa = more->isa;
  sum->solver = more->solver;
}

/* one fan, one peak, or all the rest: each has tallies of its own, so that threads share the work */
static void note_part(void *context, int64_t part, int32_t worker) {
  const Group *group = context;
  const B7TrialRun *run = group->run;
  B7TrialArmState *arm = &run->arms[group->arm];
  const B7Fault *faults = b7_result_faults(group->result, NULL);
  const int64_t fan = part - 1, peak = fan - run->n_fan;
  (void)worker;
  for (int64_t i = 0; i < group->n; i++) {
    bool through = faults[i] == B7_FAULT_NONE;
    if (part == 0) begin_row(group, i, through ? B7_ROW_FOLLOWED : B7_ROW_FAILED);
    if (part == 0) arm->flow.failed += !through;
    if (!through) continue;
    if (part == 0) {
      note_patient(group, arm, i);
      continue;
    }
    Course course = course_of(group, i);
    if (peak < 0)
      note_fan(group, arm, (int32_t)fan, i, course.end_day);
    else if (!isnan(course.cart_day))
      note_peak(group, arm, (int32_t)peak, i, course.cart_day, course.end_day);
  }
}

static B7Status simulate_group(Group *group, const B7SimulateOptions *options, const B7Hooks *hooks,
                               B7Error *error) {
  B7TrialRun *run = group->run;
  const B7ArmPlans *plans = &run->arms[group->arm].plans;
  const B7Plan *list[B7_ARM_FATES];
  int32_t place[B7_ARM_FATES], n_plan = 0;
  for (int32_t f = 0; f < B7_ARM_FATES; f++) {
    place[f] = n_plan;
    if (plans->plan[f]) list[n_plan++] = plans->plan[f];
  }
  B7Arena arena = b7_arena_make(&run->hooks);
  int32_t *plan_of_patient = B7_ARENA_ARRAY(&arena, int32_t, group->n);
  B7Status status = plan_of_patient ? B7_OK : b7_fail_memory(error);
  for (int64_t i = 0; status == B7_OK && i < group->n; i++) plan_of_patient[i] = place[group->fates[i]];
  const B7CodeSource source = b7_code_source(run->kernel);
  const B7PlanChoice choice = {.plans = list, .n_plan = n_plan, .plan_of = plan_of_patient};
  b7_population_select(run->population, group->ids, group->n);
  if (status == B7_OK)
    status = b7_simulate_choice(&source, &choice, run->population, options, hooks, &group->result, error);
  b7_arena_free(&arena);
  return status;
}

static B7Status run_group(Group *group, B7Error *error) {
  B7TrialRun *run = group->run;
  B7TrialArmState *arm = &run->arms[group->arm];
  B7SimulateOptions options = run->options.simulate;
  options.seed = run->seed;
  options.until_death = true;
  options.max_fault_share = 1; // the trial counts faults over all its blocks
  B7Hooks hooks = run->block_hooks;
  hooks.progress = NULL;
  B7_TRY(simulate_group(group, &options, &hooks, error));
  add_work(&run->work, b7_result_statistics(group->result));
  const B7Fault *faults = b7_result_faults(group->result, NULL);
  int32_t hazards[B7_HAZARDS];
  bool mortal = b7_hazards_find(b7_kernel_tables(run->kernel), hazards);
  for (int64_t i = 0; i < group->n; i++)
    group->death_day[i] = mortal && faults[i] == B7_FAULT_NONE ? day_of_death(group, hazards, i) : NAN;
  B7_TRY(b7_assess_result(group->result, run->kernel, run->criteria, origin_day(run, arm), group->death_day,
                          options.threads, &hooks, &group->outcomes, error));
  b7_threads_for(b7_trial_threads(run), 1 + run->n_fan + run->n_peak, note_part, group);
  return B7_OK;
}

/* the fates of a block's patients are drawn, and those who are followed make the group */
static void gather(Group *group) {
  const B7TrialRun *run = group->run;
  B7TrialArmState *arm = &run->arms[group->arm];
  for (int64_t i = 0; i < group->block->count; i++) {
    int64_t id = group->block->first + i;
    B7ArmFate fate = b7_arm_fate(&arm->plans, run->population, (uint64_t)id);
    arm->flow.enrolled++;
    arm->flow.not_made += !fate.made;
    arm->flow.no_donor += !fate.donor;
    group->ids[group->n] = id;
    group->fates[group->n] = b7_arm_fate_index(fate);
    if (fate.made || run->trial->intention_to_treat)
      group->n++;
    else
      begin_row(group, group->n, B7_ROW_LEFT_OUT);
  }
}

B7Status b7_trial_block(B7TrialRun *run, int32_t arm, B7TrialBlock *block, B7Error *error) {
  const int64_t count = block->count;
  B7Arena arena = b7_arena_make(&run->hooks);
  Group group = {.run = run,
                 .arm = arm,
                 .block = block,
                 .ids = B7_ARENA_ARRAY(&arena, int64_t, count),
                 .fates = B7_ARENA_ARRAY(&arena, int32_t, count),
                 .death_day = B7_ARENA_ARRAY(&arena, double, count)};
  B7Status status = group.ids && group.fates && group.death_day ? B7_OK : b7_fail_memory(error);
  if (status == B7_OK && run->rows.file >= 0) b7_rows_clear(&run->rows, count);
  if (status == B7_OK) gather(&group);
  if (status == B7_OK && group.n > 0) status = run_group(&group, error);
  b7_outcomes_free(group.outcomes);
  b7_result_free(group.result);
  b7_arena_free(&arena);
  if (status == B7_OK && run->rows.file >= 0)
    status = b7_rows_write(&run->rows, arm, block->first, count, error);
  return status;
}
