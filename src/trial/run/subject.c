/* subject.c - what a trial counts of one patient of an arm who has ended. */
#include "trial/run/subject.h"

#include <math.h>
#include <string.h>

#include "assess/rules/criteria.h"
#include "assess/rules/finding.h"

#define DETECTABLE_PER_UL 0.2
#define NODES_CLEAR_SCORE 3 /* Deauville 1-3 is complete (Lugano 2014) */
#define NODES_WITHIN_DAY 90

static const B7Plan *plan_of(const B7Subject *subject) {
  return subject->run->arms[subject->arm].plans.plan[subject->fate];
}

static const double *series(const B7Subject *subject, B7Need need) {
  int32_t observable = b7_kernel_need(subject->run->kernel, need);
  if (observable < 0) return NULL;
  int32_t times = b7_result_times(subject->result, NULL);
  return b7_result_values(subject->result, observable) + (size_t)subject->slot * (size_t)times;
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
void b7_subject_find_death(B7Subject *subject, const int32_t observables[B7_HAZARDS]) {
  const double *t_day;
  int32_t times = b7_result_times(subject->result, &t_day);
  SummedHazard hazards;
  for (int k = 0; k < B7_HAZARDS; k++)
    hazards.hazard[k] =
        b7_result_values(subject->result, observables[k]) + (size_t)subject->slot * (size_t)times;
  double threshold = b7_death_threshold(subject->run->population, subject->run->seed, (uint64_t)subject->id);
  int32_t low = 0, high = times;
  while (low < high) {
    int32_t middle = low + (high - low) / 2;
    if (summed(&hazards, middle) < threshold)
      low = middle + 1;
    else
      high = middle;
  }
  double sum = low < times ? summed(&hazards, low) : NAN;
  subject->death_day = NAN;
  if (isnan(sum)) return;
  double added[B7_DEATH_CAUSES];
  for (int k = 0; k < B7_DEATH_CAUSES; k++)
    added[k] = hazards.hazard[k][low] - (low > 0 ? hazards.hazard[k][low - 1] : 0);
  subject->death_cause = b7_death_cause(added, subject->run->seed, (uint64_t)subject->id);
  subject->death_day = t_day[0];
  if (low == 0) return;
  double before = summed(&hazards, low - 1);
  double share = sum > before ? (threshold - before) / (sum - before) : 1;
  subject->death_day = t_day[low - 1] + share * (t_day[low] - t_day[low - 1]);
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

static double value_on(const B7Subject *subject, B7Need need, double day) {
  const double *t_day, *values = series(subject, need);
  int32_t times = b7_result_times(subject->result, &t_day);
  if (!values || isnan(day) || day < 0 || day > t_day[times - 1]) return NAN;
  return values[first_time(t_day, times, day - 1e-9)];
}

static void add_fact(B7TrialArmState *arm, B7TrialFact fact, bool yes) {
  arm->facts[fact][yes]++;
}

/* highest value and its day after infusion, while alive */
static double peak_of(const B7Subject *subject, int32_t observable, double from_day, double to_day,
                      double *day) {
  const double *t_day, *values = b7_result_values(subject->result, observable);
  int32_t times = b7_result_times(subject->result, &t_day);
  values += (size_t)subject->slot * (size_t)times;
  double best = NAN;
  *day = NAN;
  for (int32_t t = first_time(t_day, times, from_day); t < times && t_day[t] <= to_day; t++) {
    if (isnan(values[t]) || values[t] <= best) continue;
    best = values[t];
    *day = t_day[t] - from_day;
  }
  return best;
}

static void note_persistence(const B7Subject *subject, B7TrialArmState *arm, double cart_day,
                             double end_day) {
  static const struct {
    B7TrialFact fact;
    double day;
  } checks[] = {{B7_FACT_PERSIST_28, 28}, {B7_FACT_PERSIST_42, 42}, {B7_FACT_PERSIST_180, 180}};
  for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
    double day = cart_day + checks[i].day, level = value_on(subject, B7_NEED_CART_CELLS, day);
    // the dead cannot be asked
    if (day <= end_day && !isnan(level)) add_fact(arm, checks[i].fact, level >= DETECTABLE_PER_UL);
  }
}

static void note_nodes(const B7Subject *subject, B7TrialArmState *arm, double cart_day, double end_day) {
  const double *t_day, *score = series(subject, B7_NEED_NODES_DEAUVILLE);
  int32_t times = b7_result_times(subject->result, &t_day);
  double start = value_on(subject, B7_NEED_NODES_DEAUVILLE, cart_day);
  if (!score || isnan(start) || start <= NODES_CLEAR_SCORE) return;
  bool clear = false;
  for (int32_t t = 0; t < times; t++) {
    if (t_day[t] > cart_day && t_day[t] <= fmin(end_day, cart_day + NODES_WITHIN_DAY))
      clear = clear || score[t] <= NODES_CLEAR_SCORE;
  }
  add_fact(arm, B7_FACT_NODES_CLEAR, clear);
  const int32_t *lugano;
  b7_outcomes_columns(subject->outcomes, B7_ENDPOINT_LUGANO, &lugano, NULL, NULL);
  if (lugano[0] >= 0) add_fact(arm, B7_FACT_NODES_RESPOND, lugano[0] >= B7_LUGANO_PARTIAL);
}

static void note_peak(const B7Subject *subject, B7TrialArmState *arm, int32_t k, double cart_day,
                      double end_day) {
  double day, peak = peak_of(subject, subject->run->peak_observables[k], cart_day, end_day, &day);
  b7_bins_add(&arm->peaks[k], peak);
  b7_bins_add(&arm->peak_days[k], day);
  if (k == 0 && !isnan(peak)) add_fact(arm, B7_FACT_EXPANDED, peak >= DETECTABLE_PER_UL);
}

static void note_fan(const B7Subject *subject, B7TrialArmState *arm, int32_t k, double end_day) {
  const B7TrialRun *run = subject->run;
  const double *t_day;
  int32_t times = b7_result_times(subject->result, &t_day);
  const double *values =
      b7_result_values(subject->result, run->fan_observables[k]) + (size_t)subject->slot * (size_t)times;
  for (int32_t i = 0; i < run->n_fan_time; i++) {
    int32_t t = first_time(t_day, times, i * B7_FAN_EVERY_DAY);
    if (t < times && t_day[t] <= end_day) b7_bins_add(&arm->fans[k * run->n_fan_time + i], values[t]);
  }
}

static B7Mark mark_of(const B7Subject *subject, B7Endpoint endpoint, double *finding_day) {
  const int32_t *code;
  const double *t_day, *value;
  b7_outcomes_columns(subject->outcomes, endpoint, &code, &t_day, &value);
  *finding_day = t_day[0];
  return (B7Mark){.code = code[0], .value = value[0]};
}

static bool counted_from_graft(B7Endpoint endpoint) {
  return b7_endpoint_row(endpoint)->kind == B7_KIND_DAY;
}

double b7_arm_origin_day(const B7TrialRun *run, int32_t arm) {
  const B7ArmPlans *plans = &run->arms[arm].plans;
  if (run->trial->origin == B7_ORIGIN_TRANSPLANT) return NAN;
  if (run->trial->origin == B7_ORIGIN_INFUSION && !isnan(plans->days_to_infusion))
    return plans->days_to_infusion;
  return 0;
}

/* who was seen at the last visit before the end of follow-up and is alive at the end counts as free of the event
 * until then: a difference at a day would else leave out all who have no event */
static B7Mark followed_to_end(const B7Subject *subject, B7Endpoint endpoint, double finding_day,
                              B7Mark mark) {
  const B7TrialRun *run = subject->run;
  if (mark.code != B7_OUTCOME_CENSORED || !b7_endpoint_timed(endpoint) || !isnan(subject->death_day))
    return mark;
  // the finding lies so long after the endpoint's own origin
  double end_day = run->trial->horizon_day - (finding_day - mark.value);
  if (end_day - mark.value <= run->criteria->marrow_visit_every_d) mark.value = fmax(mark.value, end_day);
  return mark;
}

/* only who had the transplant counts from it, and only who was infused has times from the infusion */
static bool counts(const B7Subject *subject, B7Endpoint endpoint, double cart_day, double hsct_day) {
  const B7Trial *trial = subject->run->trial;
  if (trial->origin == B7_ORIGIN_TRANSPLANT) return !isnan(hsct_day);
  return trial->origin != B7_ORIGIN_INFUSION || !b7_endpoint_timed(endpoint) ||
         !trial->arms[subject->arm].product || !isnan(cart_day);
}

static void note_endpoints(const B7Subject *subject, B7TrialArmState *arm, double cart_day, double hsct_day) {
  B7TrialRun *run = subject->run;
  const B7Trial *trial = run->trial;
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    double day;
    B7Mark mark = mark_of(subject, trial->endpoints[e], &day);
    if (!counts(subject, trial->endpoints[e], cart_day, hsct_day)) mark.code = -1;
    b7_tally_add(&arm->tallies[e], run->horizon_day, mark);
    double after = day - (counted_from_graft(trial->endpoints[e]) ? hsct_day : cart_day);
    if (mark.code > 0 && after >= 0 && after <= run->horizon_day) arm->by_day[e][(int32_t)floor(after)]++;
  }
  B7TrialBlock *block = subject->block;
  int64_t place = subject->id - block->first;
  for (int32_t s = 0; s < trial->n_estimand; s++) {
    double day;
    B7Mark mark = mark_of(subject, trial->estimands[s].endpoint, &day);
    if (!counts(subject, trial->estimands[s].endpoint, cart_day, hsct_day)) mark.code = -1;
    block->marks[subject->arm][s * block->count + place] =
        followed_to_end(subject, trial->estimands[s].endpoint, day, mark);
  }
}

/* subgroups by what is measured on day 0 */
static void note_groups(const B7Subject *subject) {
  const B7TrialRun *run = subject->run;
  B7TrialBlock *block = subject->block;
  int64_t place = subject->id - block->first;
  int32_t times = b7_result_times(subject->result, NULL);
  // of the first arm that can say, whichever is through first
  if (subject->arm >= block->grouped_by[place]) return;
  block->grouped_by[place] = (int8_t)subject->arm;
  for (int32_t k = 0; k < run->trial->n_subgroup; k++) {
    const B7SubgroupBinding *subgroup = &run->subgroups[k];
    if (subgroup->source != B7_SUBGROUP_OBSERVABLE) continue;
    const double *values = b7_result_values(subject->result, subgroup->place);
    block->groups[k * block->count + place] =
        (int8_t)b7_subgroup_of_value(subgroup, values[(size_t)subject->slot * (size_t)times]);
  }
}

static double relapse_day(const B7Subject *subject) {
  const int32_t *code;
  const double *t_day;
  b7_outcomes_columns(subject->outcomes, B7_ENDPOINT_RELAPSE, &code, &t_day, NULL);
  return code[0] >= B7_RELAPSE_YES ? t_day[0] : NAN;
}

/* found at a visit, or there at the start: who enters in remission has it on that day */
static double remission_day(const B7Subject *subject, double start_day) {
  const B7Criteria *criteria = subject->run->criteria;
  const int32_t *code;
  const double *t_day;
  b7_outcomes_columns(subject->outcomes, B7_ENDPOINT_MARROW, &code, &t_day, NULL);
  if (code[0] == B7_MARROW_REMISSION) return t_day[0];
  return value_on(subject, B7_NEED_MARROW_MRD, start_day) < criteria->marrow_blasts_below_pct ? start_day
                                                                                              : NAN;
}

/* ---- costs ---- */

/* courses that rules launched: a course of n events counts with its first */
static int32_t launched_courses(const B7Plan *plan, int32_t rule, int32_t events) {
  int32_t protocol = plan->policy->rules[rule].protocol;
  int32_t n = protocol > 0 ? plan->protocols[protocol - 1].n_event : 0;
  return n > 0 ? (events + n - 1) / n : 0;
}

static B7CostCounts cost_counts(const B7Subject *subject, double end_day) {
  const B7TrialRun *run = subject->run;
  const B7TrialArm *arm = &run->trial->arms[subject->arm];
  const B7ArmPlans *plans = &run->arms[subject->arm].plans;
  const B7Plan *plan = plan_of(subject);
  const B7Policy *policy = plan->policy;
  const B7HappenedEvent *rows;
  B7CostCounts counts = {0};
  int32_t by_rule[64] = {0}, n = b7_result_events(subject->result, subject->slot, &rows);
  for (int32_t i = 0; i < n; i++) {
    if (rows[i].t_day > end_day || rows[i].event < 0) continue;
    counts.infusions += rows[i].role == B7_ROLE_INFUSION;
    counts.transplants += rows[i].role == B7_ROLE_GRAFT;
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

static Course course_of(const B7Subject *subject) {
  const int32_t *overall;
  Course course = {.death_day = subject->death_day, .relapse_day = relapse_day(subject)};
  course.end_day = isnan(course.death_day) ? INFINITY : course.death_day;
  b7_outcomes_anchors(subject->outcomes, 0, &course.cart_day, &course.hsct_day);
  if (!(course.cart_day <= course.end_day)) course.cart_day = NAN;
  if (!(course.hsct_day <= course.end_day)) course.hsct_day = NAN;
  double start_day = isnan(course.cart_day) ? course.hsct_day : course.cart_day;
  course.remission_day = remission_day(subject, isnan(start_day) ? 0 : start_day);
  b7_outcomes_columns(subject->outcomes, B7_ENDPOINT_OVERALL, &overall, NULL, NULL);
  course.responded = overall[0] >= b7_endpoint_yes(B7_ENDPOINT_OVERALL);
  return course;
}

/* ---- flow ---- */

static B7FlowProduct product_step(const B7Subject *subject, bool infused) {
  const B7TrialRun *run = subject->run;
  if (!run->trial->arms[subject->arm].product) return B7_FLOW_PRODUCT_NONE;
  if (infused) return B7_FLOW_PRODUCT_INFUSED;
  B7FlowProduct fate =
      b7_arm_product_fate(&run->arms[subject->arm].plans, run->population, (uint64_t)subject->id);
  // the day of infusion lies before the horizon: who has the product and lives gets it
  return fate == B7_FLOW_PRODUCT_INFUSED ? B7_FLOW_PRODUCT_DIED : fate;
}

static B7FlowTransplant transplant_step(const B7Subject *subject, const Course *course) {
  const B7TrialRun *run = subject->run;
  const B7ArmPlans *plans = &run->arms[subject->arm].plans;
  if (run->trial->arms[subject->arm].transplant.when == B7_TRANSPLANT_NEVER) return B7_FLOW_TRANSPLANT_NONE;
  if (!isnan(course->hsct_day)) return B7_FLOW_TRANSPLANT_TRANSPLANTED;
  double chance = b7_population_chance(run->population, (uint64_t)subject->id, B7_CHANCE_DONOR);
  if (chance >= plans->graft_donor_probability) return B7_FLOW_TRANSPLANT_NO_DONOR;
  if (chance >= plans->donor_probability) return B7_FLOW_TRANSPLANT_NOT_MEANT;
  if (!isnan(course->relapse_day)) return B7_FLOW_TRANSPLANT_RELAPSED;
  return isnan(course->death_day) ? B7_FLOW_TRANSPLANT_WAITING : B7_FLOW_TRANSPLANT_DIED;
}

static void note_flow(const B7Subject *subject, B7TrialArmState *arm, const Course *course) {
  const bool infused = !isnan(course->cart_day), dead = !isnan(course->death_day);
  const B7FlowProduct product = product_step(subject, infused);
  const B7FlowTransplant transplant = transplant_step(subject, course);
  arm->flow.infused += infused;
  arm->flow.transplanted += !isnan(course->hsct_day);
  arm->flow.dead += dead;
  arm->flow.way[product][transplant]++;
  if (dead) arm->flow.died_of[subject->death_cause]++;
  if (subject->run->rows.file < 0) return;
  B7PatientRow *row = b7_row_at(&subject->run->rows, b7_subject_row(subject));
  row->product_step = (int8_t)product;
  row->transplant_step = (int8_t)transplant;
  row->death_cause = (int8_t)(dead ? subject->death_cause + 1 : 0);
}

/* overall survival, parted by what patients die of */
static void note_deaths(const B7Subject *subject, B7TrialArmState *arm, bool counted) {
  double day;
  const B7Mark death = mark_of(subject, B7_ENDPOINT_OS, &day);
  for (int k = 0; k < B7_DEATH_CAUSES; k++) {
    B7Mark mark = death;
    if (!counted) mark.code = -1;
    if (mark.code == B7_OUTCOME_EVENT && (int)subject->death_cause != k) mark.code = B7_OUTCOME_COMPETING;
    b7_tally_add(&arm->deaths[k], subject->run->horizon_day, mark);
  }
}

static double note_costs(const B7Subject *subject, B7TrialArmState *arm, const Course *course) {
  B7CostCounts counts = cost_counts(subject, course->end_day);
  const bool reached[] = {[B7_COST_PER_ENROLLED] = true,
                          [B7_COST_PER_INFUSED] = !isnan(course->cart_day),
                          [B7_COST_PER_REMISSION] = course->responded,
                          [B7_COST_PER_LASTING] =
                              course->responded && isnan(course->relapse_day) && isnan(course->death_day)};
  return b7_cost_add(&arm->costs, &subject->run->costs, &counts, reached);
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

static void note_row(const B7Subject *subject, const Course *course, double cost) {
  const B7TrialRun *run = subject->run;
  if (run->rows.file < 0) return;
  const int64_t place = b7_subject_row(subject);
  B7PatientRow *row = b7_row_at(&run->rows, place);
  row->cart_day = (float)course->cart_day;
  row->hsct_day = (float)course->hsct_day;
  row->remission_day = (float)course->remission_day;
  row->relapse_day = (float)course->relapse_day;
  row->death_day = (float)course->death_day;
  row->cost = (float)cost;
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    double day;
    if (!counts(subject, run->trial->endpoints[e], course->cart_day, course->hsct_day)) continue;
    B7Mark mark = mark_of(subject, run->trial->endpoints[e], &day);
    b7_row_codes(&run->rows, place)[e] = (int8_t)mark.code;
    b7_row_times(&run->rows, place)[e] =
        (float)(b7_endpoint_timed(run->trial->endpoints[e]) ? mark.value : day);
  }
}

void b7_subject_note(const B7Subject *subject) {
  const B7TrialRun *run = subject->run;
  B7TrialArmState *arm = &subject->run->arms[subject->arm];
  Course course = course_of(subject);
  bool infused = !isnan(course.cart_day), transplanted = !isnan(course.hsct_day);
  note_flow(subject, arm, &course);
  note_deaths(subject, arm, counts(subject, B7_ENDPOINT_OS, course.cart_day, course.hsct_day));
  add_fact(arm, B7_FACT_TRANSPLANTED, transplanted);
  for (int32_t k = 0; infused && k < run->n_peak; k++)
    note_peak(subject, arm, k, course.cart_day, course.end_day);
  if (infused) note_persistence(subject, arm, course.cart_day, course.end_day);
  if (infused) note_nodes(subject, arm, course.cart_day, course.end_day);
  for (int32_t k = 0; k < run->n_fan; k++) note_fan(subject, arm, k, course.end_day);
  note_endpoints(subject, arm, course.cart_day, course.hsct_day);
  note_groups(subject);
  double negative = value_on(subject, B7_NEED_MARROW_CD7_NEGATIVE, course.relapse_day);
  if (!isnan(negative)) add_fact(arm, B7_FACT_RELAPSE_CD7NEG, negative >= 50);
  note_swimmer(arm, subject->id, &course);
  note_row(subject, &course, note_costs(subject, arm, &course));
}
