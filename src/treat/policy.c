#include "treat/policy.h"

#include <math.h>

#include "base/random.h"

/* checks fall on a grid that is not exact in binary: a millionth of a day is no reason to wait for the next
 * one */
#define SLACK_DAY 1e-6
/* a sleeping rule wakes a little early and looks for itself */
#define WAKE_EARLY_DAY 1e-3
/* errors beyond this many standard deviations do not happen, so that most values need no draw */
#define ERROR_SD_MOST 4.0

void b7_policy_memory_clear(const B7Policy *policy, B7PolicyMemory *memory) {
  for (int32_t i = 0; i < policy->n_rule; i++) {
    memory[i] = (B7PolicyMemory){
        .last_day = -INFINITY, .held_since_day = NAN, .anchor_day = NAN, .asleep_until_day = -INFINITY};
  }
}

void b7_policy_measure(const B7Policy *policy, B7PolicyCondition *condition) {
  for (int32_t i = 0; i < policy->n_assay; i++) {
    const B7PolicyAssay *assay = &policy->assays[i];
    if (assay->observable != condition->observable) continue;
    condition->error_sd = assay->error_sd;
    condition->limit = assay->limit;
    condition->address = assay->address;
  }
  double most = ERROR_SD_MOST * condition->error_sd;
  double a = condition->threshold * exp(-most), b = condition->threshold * exp(most);
  condition->unsure_low = fmin(a, b);
  condition->unsure_high = fmax(a, b);
}

/* what the laboratory reports: every rule that reads an observable on a day sees the same */
static double measured(const B7PolicyCondition *condition, const B7PolicyView *view, double value) {
  if (condition->error_sd > 0 && value >= condition->unsure_low && value <= condition->unsure_high) {
    uint64_t check = (uint64_t)llround(fmax(0, view->t_day) * 1024);
    B7Random random =
        b7_random_at(view->seed, view->patient, B7_STREAM_DECISIONS, condition->address ^ (check << 2));
    double z = fmin(ERROR_SD_MOST, fmax(-ERROR_SD_MOST, b7_random_normal(&random)));
    value *= exp(condition->error_sd * z);
  }
  return value < condition->limit ? 0 : value;
}

static bool holds(const B7PolicyCondition *condition, const B7PolicyView *view) {
  double value = view->observables[(int64_t)condition->observable * view->stride];
  if (condition->error_sd > 0 || condition->limit > 0) value = measured(condition, view, value);
  // every comparison with NaN is false
  switch (condition->compare) {
  case B7_POLICY_BELOW:
    return value < condition->threshold;
  case B7_POLICY_AT_MOST:
    return value <= condition->threshold;
  case B7_POLICY_AT_LEAST:
    return value >= condition->threshold;
  case B7_POLICY_ABOVE:
    return value > condition->threshold;
  }
  return false;
}

static bool all_hold(const B7Policy *policy, int32_t start, int32_t n, const B7PolicyView *view) {
  for (int32_t i = 0; i < n; i++) {
    if (!holds(&policy->conditions[start + i], view)) return false;
  }
  return true;
}

static bool one_holds(const B7Policy *policy, int32_t start, int32_t n, const B7PolicyView *view) {
  for (int32_t i = 0; i < n; i++) {
    if (holds(&policy->conditions[start + i], view)) return true;
  }
  return false;
}

/* `when`, and for as long as it must have held */
static bool begins(const B7Policy *policy, const B7PolicyRule *rule, const B7PolicyView *view,
                   B7PolicyMemory *memory) {
  bool now = rule->any ? one_holds(policy, rule->when_start, rule->n_when, view)
                       : all_hold(policy, rule->when_start, rule->n_when, view);
  if (!now) {
    memory->held_since_day = NAN;
    return false;
  }
  if (isnan(memory->held_since_day)) memory->held_since_day = view->t_day;
  return view->t_day - memory->held_since_day >= rule->held_day - SLACK_DAY;
}

static bool wanted(const B7Policy *policy, const B7PolicyRule *rule, const B7PolicyView *view,
                   B7PolicyMemory *memory) {
  bool begun = begins(policy, rule, view, memory);
  if (rule->n_until == 0) return begun;
  if (memory->running && all_hold(policy, rule->until_start, rule->n_until, view)) memory->running = 0;
  if (begun) memory->running = 1;
  return memory->running;
}

/* day 0 of a rule's window; NaN: what it follows has not happened */
static double origin(const B7PolicyRule *rule, const B7PolicyView *view, B7PolicyMemory *memory) {
  if (rule->follows == B7_FOLLOWS_NOTHING) return 0;
  double day = view->anchor_day[rule->follows];
  if (day != memory->anchor_day) {
    memory->count = 0;
    memory->asleep_until_day = -INFINITY;
  }
  memory->anchor_day = day;
  return day;
}

/* outside its window a rule sleeps until it opens, if ever */
static bool is_open(const B7PolicyRule *rule, double zero_day, double t_day, B7PolicyMemory *own) {
  double from = zero_day + rule->from_day - SLACK_DAY, to = zero_day + rule->to_day + SLACK_DAY;
  if (t_day >= from && t_day <= to) return true;
  // what was begun does not outlive its window, nor is it held from before it
  own->running = 0;
  own->held_since_day = NAN;
  own->asleep_until_day = t_day < from ? from : t_day > to ? INFINITY : -INFINITY;
  return false;
}

/* between two visits nobody looks */
static bool is_visit(const B7Policy *policy, const B7PolicyRule *rule, double zero_day, double t_day,
                     B7PolicyMemory *own) {
  if (!(rule->visit_every_day > 0) || !isfinite(rule->from_day)) return true;
  double since_visit = fmod(t_day - zero_day - rule->from_day + SLACK_DAY, rule->visit_every_day);
  if (since_visit < policy->check_every_day - SLACK_DAY) return true;
  own->asleep_until_day = t_day + rule->visit_every_day - since_visit - WAKE_EARLY_DAY;
  return false;
}

static bool comes_after(const B7PolicyRule *rule, double t_day, const B7PolicyMemory *memory) {
  if (rule->after_rule == 0) return true;
  double before_day = memory[rule->after_rule - 1].last_day;
  return isfinite(before_day) && t_day - before_day >= rule->after_day - SLACK_DAY;
}

/* whatever its conditions say, it gives nothing now: until when */
static bool rests(const B7PolicyRule *rule, double t_day, const B7PolicyMemory *own, double *until_day) {
  *until_day = INFINITY;
  if (rule->at_most > 0 && own->count >= rule->at_most) return true;
  if (rule->give != B7_GIVE_ACTION && rule->protocol == 0) return true;
  *until_day = own->last_day + rule->every_day - WAKE_EARLY_DAY;
  return t_day - own->last_day < rule->every_day - SLACK_DAY;
}

/* looking at its conditions leaves no trace when they do not matter now */
static bool is_forgetful(const B7PolicyRule *rule) {
  return rule->n_until == 0 && !(rule->held_day > 0);
}

int32_t b7_policy_decide(const B7Policy *policy, const B7PolicyView *view, B7PolicyMemory *memory,
                         int32_t *fired) {
  const double t_day = view->t_day;
  bool busy = view->busy;
  int32_t n = 0;
  for (int32_t i = 0; i < policy->n_rule; i++) {
    const B7PolicyRule *rule = &policy->rules[i];
    B7PolicyMemory *own = &memory[i];
    double zero_day = origin(rule, view, own), until_day;
    if (t_day < own->asleep_until_day) continue;
    if (!is_open(rule, zero_day, t_day, own)) continue;
    if (!is_visit(policy, rule, zero_day, t_day, own)) continue;
    bool resting = rests(rule, t_day, own, &until_day), forgetful = is_forgetful(rule);
    if (resting && forgetful) own->asleep_until_day = until_day;
    if (forgetful && (resting || !comes_after(rule, t_day, memory))) continue;
    if (!wanted(policy, rule, view, own)) continue;
    if (resting || !comes_after(rule, t_day, memory)) continue;
    if (rule->protocol > 0 && busy) continue;
    busy = busy || rule->protocol > 0;
    own->last_day = t_day;
    own->count++;
    fired[n++] = i;
  }
  return n;
}
