#include "course/policy.h"

#include <math.h>

#include "base/random.h"

/* checks fall on a grid that is not exact in binary: a millionth of a day is no reason to wait for the next
 * one */
#define SLACK_DAY 1e-6
/* errors beyond this many standard deviations do not happen, so that most values need no draw */
#define ERROR_SD_MOST 4.0

void b7_policy_memory_clear(const B7Policy *policy, B7PolicyMemory *memory) {
  for (int32_t i = 0; i < policy->n_rule; i++) {
    memory[i] = (B7PolicyMemory){.last_day = -INFINITY, .held_since_day = NAN, .anchor_day = NAN};
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
}

/* what the laboratory reports: every rule that reads an observable on a day sees the same */
static double measured(const B7PolicyCondition *condition, const B7PolicyView *view, double value) {
  if (condition->error_sd > 0) {
    double most = ERROR_SD_MOST * condition->error_sd, off = log(value / condition->threshold);
    if (fabs(off) <= most) {
      uint64_t check = (uint64_t)llround(fmax(0, view->t_day) * 1024);
      B7Random random =
          b7_random_at(view->seed, view->patient, B7_STREAM_DECISIONS, condition->address ^ (check << 2));
      double z = fmin(ERROR_SD_MOST, fmax(-ERROR_SD_MOST, b7_random_normal(&random)));
      value *= exp(condition->error_sd * z);
    }
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
  if (day != memory->anchor_day) memory->count = 0;
  memory->anchor_day = day;
  return day;
}

/* between two visits nobody looks */
static bool is_visit(const B7Policy *policy, const B7PolicyRule *rule, double in_window_day) {
  if (!(rule->visit_every_day > 0) || !isfinite(rule->from_day)) return true;
  return fmod(in_window_day + SLACK_DAY, rule->visit_every_day) < policy->check_every_day - SLACK_DAY;
}

static bool comes_after(const B7PolicyRule *rule, double t_day, const B7PolicyMemory *memory) {
  if (rule->after_rule == 0) return true;
  double before_day = memory[rule->after_rule - 1].last_day;
  return isfinite(before_day) && t_day - before_day >= rule->after_day - SLACK_DAY;
}

int32_t b7_policy_decide(const B7Policy *policy, const B7PolicyView *view, B7PolicyMemory *memory,
                         int32_t *fired) {
  const double t_day = view->t_day;
  bool busy = view->busy;
  int32_t n = 0;
  for (int32_t i = 0; i < policy->n_rule; i++) {
    const B7PolicyRule *rule = &policy->rules[i];
    B7PolicyMemory *own = &memory[i];
    double zero = origin(rule, view, own);
    bool open = t_day >= zero + rule->from_day - SLACK_DAY && t_day <= zero + rule->to_day + SLACK_DAY;
    if (!open) {
      // what was begun does not outlive its window, nor is it held from before it
      own->running = 0;
      own->held_since_day = NAN;
      continue;
    }
    if (!is_visit(policy, rule, t_day - zero - rule->from_day)) continue;
    if (!wanted(policy, rule, view, own)) continue;
    if (rule->at_most > 0 && own->count >= rule->at_most) continue;
    if (t_day - own->last_day < rule->every_day - SLACK_DAY) continue;
    if (!comes_after(rule, t_day, memory)) continue;
    if (rule->give != B7_GIVE_ACTION && rule->protocol == 0) continue;
    if (rule->protocol > 0 && busy) continue;
    busy = busy || rule->protocol > 0;
    own->last_day = t_day;
    own->count++;
    fired[n++] = i;
  }
  return n;
}
