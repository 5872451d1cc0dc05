/* trial_block.c - a block of virtual patients through one arm: fates, simulation, deaths, grades, tallies. */
#include <math.h>
#include <string.h>

#include "assess/finding.h"
#include "base/status.h"
#include "sim/deaths.h"
#include "trial/trial_run.h"

#define DETECTABLE_PER_UL 0.2
#define NODES_CLEAR_SCORE 3 /* Deauville 1-3 is complete (Lugano 2014) */
#define NODES_WITHIN_DAY 90

/* patients of one fate, simulated together under that fate's plan */
typedef struct Group {
  B7TrialRun *run;
  int32_t arm;
  int64_t first, count; /* of the block */
  const int64_t *ids;   /* virtual patients */
  int64_t n;
  B7Result *result;
  B7Outcomes *outcomes;
  double *death_day;
  double *values; /* of the block: [n_estimand][count] */
} Group;

static const double *series(const Group *group, const char *name, int64_t patient) {
  int32_t observable = b7_kernel_observable(group->run->kernel, name);
  if (observable < 0) return NULL;
  int32_t times = b7_result_times(group->result, NULL);
  return b7_result_values(group->result, observable) + (size_t)patient * (size_t)times;
}

/* a patient dies when the sum of the cumulative hazards passes that patient's own exponential threshold */
static double day_of_death(const Group *group, int64_t patient) {
  const double *t_day, *hazard[B7_HAZARDS];
  int32_t observables[B7_HAZARDS], times = b7_result_times(group->result, &t_day);
  if (!b7_hazards_find(b7_kernel_tables(group->run->kernel), observables)) return NAN;
  for (int k = 0; k < B7_HAZARDS; k++)
    hazard[k] = b7_result_values(group->result, observables[k]) + (size_t)patient * (size_t)times;
  double threshold = b7_death_threshold(group->run->seed, (uint64_t)group->ids[patient]), before = 0;
  for (int32_t t = 0; t < times; t++) {
    double sum = 0;
    for (int k = 0; k < B7_HAZARDS; k++) sum += hazard[k][t];
    if (isnan(sum)) return NAN;
    if (sum >= threshold) {
      double share = t > 0 && sum > before ? (threshold - before) / (sum - before) : 1;
      return t > 0 ? t_day[t - 1] + share * (t_day[t] - t_day[t - 1]) : t_day[0];
    }
    before = sum;
  }
  return NAN;
}

static double value_on(const Group *group, const char *name, int64_t patient, double day) {
  const double *t_day, *values = series(group, name, patient);
  int32_t times = b7_result_times(group->result, &t_day);
  if (!values || isnan(day) || day < 0 || day > t_day[times - 1]) return NAN;
  int32_t low = 0, high = times - 1;
  while (low < high) {
    int32_t middle = (low + high) / 2;
    if (t_day[middle] < day - 1e-9) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return values[low];
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
  for (int32_t t = 0; t < times; t++) {
    if (t_day[t] < from_day || t_day[t] > to_day || isnan(values[t]) || values[t] <= best) continue;
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

static void note_kinetics(const Group *group, B7TrialArmState *arm, int64_t patient, double cart_day,
                          double end_day) {
  B7TrialRun *run = group->run;
  for (int32_t k = 0; k < run->n_peak; k++) {
    double day, peak = peak_of(group, run->peak_observables[k], patient, cart_day, end_day, &day);
    b7_bins_add(&arm->peaks[k], peak);
    b7_bins_add(&arm->peak_days[k], day);
    if (k == 0 && !isnan(peak)) add_fact(arm, B7_FACT_EXPANDED, peak >= DETECTABLE_PER_UL);
  }
  note_persistence(group, arm, patient, cart_day, end_day);
  note_nodes(group, arm, patient, cart_day, end_day);
}

static void note_fans(const Group *group, B7TrialArmState *arm, int64_t patient, double end_day) {
  B7TrialRun *run = group->run;
  const double *t_day;
  int32_t times = b7_result_times(group->result, &t_day);
  for (int32_t k = 0; k < run->n_fan; k++) {
    const double *values =
        b7_result_values(group->result, run->fan_observables[k]) + (size_t)patient * (size_t)times;
    for (int32_t i = 0; i < run->n_fan_time; i++) {
      int32_t t = i * B7_FAN_EVERY_DAY;
      if (t < times && t_day[t] <= end_day) b7_bins_add(&arm->fans[k * run->n_fan_time + i], values[t]);
    }
  }
}

/* value of an estimand for one patient: 1 or 0, or event-free days */
static double estimand_value(const B7Estimand *estimand, B7Mark mark) {
  if (mark.code < 0) return NAN;
  if (!b7_endpoint_timed(estimand->endpoint)) return mark.code >= b7_endpoint_yes(estimand->endpoint);
  if (isnan(mark.value)) return NAN;
  bool by_then = mark.code > 0 && mark.value <= estimand->at_day;
  if (mark.code == 0 && mark.value < estimand->at_day) return NAN;
  if (estimand->kind == B7_ESTIMAND_RESTRICTED_MEAN) return by_then ? mark.value : estimand->at_day;
  // incidences count their own event; survival counts being free of any
  bool incidence = estimand->endpoint == B7_ENDPOINT_CIR || estimand->endpoint == B7_ENDPOINT_NRM;
  return incidence ? by_then && mark.code == 1 : !by_then;
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
  int64_t place = group->ids[patient] - group->first;
  for (int32_t s = 0; s < trial->n_estimand; s++) {
    double day;
    B7Mark mark = mark_of(group, trial->estimands[s].endpoint, patient, &day);
    if (!counted) mark.code = -1;
    group->values[(size_t)s * (size_t)group->count + (size_t)place] =
        estimand_value(&trial->estimands[s], mark);
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

static void note_patient(const Group *group, B7TrialArmState *arm, int64_t patient) {
  double cart_day, hsct_day, death = group->death_day[patient], end_day = isnan(death) ? INFINITY : death;
  b7_outcomes_anchors(group->outcomes, patient, &cart_day, &hsct_day);
  bool infused = cart_day <= end_day, transplanted = hsct_day <= end_day;
  arm->flow.infused += infused;
  arm->flow.transplanted += transplanted;
  arm->flow.dead += !isnan(death);
  add_fact(arm, B7_FACT_TRANSPLANTED, transplanted);
  if (infused) note_kinetics(group, arm, patient, cart_day, end_day);
  note_fans(group, arm, patient, end_day);
  note_endpoints(group, arm, patient, infused ? cart_day : NAN, transplanted ? hsct_day : NAN);
  double relapse = relapse_day(group, patient);
  double negative = value_on(group, "marrow_cd7neg", patient, relapse);
  if (!isnan(negative)) add_fact(arm, B7_FACT_RELAPSE_CD7NEG, negative >= 50);
  int64_t id = group->ids[patient];
  if (id < B7_TALLY_SWIMMERS) {
    arm->swimmer_seen[id] = 1;
    arm->swimmers[id] = (B7Swimmer){.id = id,
                                    .cart_day = infused ? cart_day : NAN,
                                    .remission_day = remission_day(group, patient),
                                    .hsct_day = transplanted ? hsct_day : NAN,
                                    .relapse_day = relapse,
                                    .death_day = death};
  }
}

static void add_work(B7SolverStatistics *sum, const B7SolverStatistics *more) {
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

static double origin_day(const B7TrialRun *run, const B7TrialArmState *arm) {
  if (run->trial->origin == B7_ORIGIN_TRANSPLANT) return NAN;
  if (run->trial->origin == B7_ORIGIN_INFUSION && !isnan(arm->plans.days_to_infusion))
    return arm->plans.days_to_infusion;
  return 0;
}

static B7Status run_group(Group *group, const B7Plan *plan, B7Error *error) {
  B7TrialRun *run = group->run;
  B7TrialArmState *arm = &run->arms[group->arm];
  B7SimulateOptions options = run->options.simulate;
  options.seed = run->seed;
  options.until_death = true;
  options.max_fault_share = 1; // the trial counts faults over all its blocks
  B7Hooks hooks = run->hooks;
  hooks.progress = NULL;
  b7_population_select(run->population, group->ids, group->n);
  B7_TRY(b7_simulate(run->kernel, plan, run->population, &options, &hooks, &group->result, error));
  add_work(&run->work, b7_result_statistics(group->result));
  const B7Fault *faults = b7_result_faults(group->result, NULL);
  for (int64_t i = 0; i < group->n; i++)
    group->death_day[i] = faults[i] == B7_FAULT_NONE ? day_of_death(group, i) : NAN;
  B7_TRY(b7_assess_result(group->result, run->kernel, run->criteria, origin_day(run, arm), group->death_day,
                          options.threads, &hooks, &group->outcomes, error));
  for (int64_t i = 0; i < group->n; i++) {
    if (faults[i] == B7_FAULT_NONE) {
      note_patient(group, arm, i);
    } else {
      arm->flow.failed++;
    }
  }
  return B7_OK;
}

B7Status b7_trial_block(B7TrialRun *run, int32_t arm, int64_t first, int64_t count, double *values,
                        B7Error *error) {
  B7TrialArmState *state = &run->arms[arm];
  B7Arena arena = b7_arena_make(&run->hooks);
  int64_t *ids = B7_ARENA_ARRAY(&arena, int64_t, count);
  double *death_day = B7_ARENA_ARRAY(&arena, double, count);
  int32_t *fates = B7_ARENA_ARRAY(&arena, int32_t, count);
  B7Status status = ids && death_day && fates ? B7_OK : b7_fail_memory(error);
  for (int64_t i = 0; status == B7_OK && i < count; i++)
    fates[i] = b7_arm_fate_index(b7_arm_fate(&state->plans, run->seed, (uint64_t)(first + i)));
  for (int64_t i = 0; i < count * run->trial->n_estimand; i++) values[i] = NAN;
  for (int32_t f = 0; status == B7_OK && f < B7_ARM_FATES; f++) {
    const B7ArmFate fate = b7_arm_fate_at(f);
    if (!state->plans.plan[f]) continue;
    int64_t n = 0;
    for (int64_t i = 0; i < count; i++) {
      if (fates[i] == f) ids[n++] = first + i;
    }
    state->flow.enrolled += n;
    state->flow.not_made += fate.made ? 0 : n;
    state->flow.no_donor += fate.donor ? 0 : n;
    if (n == 0 || (!fate.made && !run->trial->intention_to_treat)) continue;
    Group group = {.run = run,
                   .arm = arm,
                   .first = first,
                   .count = count,
                   .ids = ids,
                   .n = n,
                   .death_day = death_day,
                   .values = values};
    status = run_group(&group, state->plans.plan[f], error);
    b7_outcomes_free(group.outcomes);
    b7_result_free(group.result);
  }
  b7_arena_free(&arena);
  return status;
}
