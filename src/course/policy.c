#include "course/policy.h"

#include <math.h>

/* checks fall on a grid that is not exact in binary: a millionth of a day is no reason to wait for the next
 * one */
#define SLACK_DAY 1e-6

void b7_policy_memory_clear(const B7Policy *policy, B7PolicyMemory *memory) {
  for (int32_t i = 0; i < policy->n_rule; i++) {
    memory[i] = (B7PolicyMemory){.last_day = -INFINITY, .held_since_day = NAN};
  }
}

static bool holds(const B7PolicyCondition *condition, const double *observables, int32_t stride) {
  double value = observables[(int64_t)condition->observable * stride];
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

static bool all_hold(const B7Policy *policy, int32_t start, int32_t n, const double *observables,
                     int32_t stride) {
  for (int32_t i = 0; i < n; i++) {
    if (!holds(&policy->conditions[start + i], observables, stride)) return false;
  }
  return true;
}

static bool one_holds(const B7Policy *policy, int32_t start, int32_t n, const double *observables,
                      int32_t stride) {
  for (int32_t i = 0; i < n; i++) {
    if (holds(&policy->conditions[start + i], observables, stride)) return true;
  }
  return false;
}

/* `when`, and for as long as it must have held */
static bool begins(const B7Policy *policy, const B7PolicyRule *rule, double t_day, const double *observables,
                   int32_t stride, B7PolicyMemory *memory) {
  bool now = rule->any ? one_holds(policy, rule->when_start, rule->n_when, observables, stride)
                       : all_hold(policy, rule->when_start, rule->n_when, observables, stride);
  if (!now) {
    memory->held_since_day = NAN;
    return false;
  }
  if (isnan(memory->held_since_day)) memory->held_since_day = t_day;
  return t_day - memory->held_since_day >= rule->held_day - SLACK_DAY;
}

static bool wanted(const B7Policy *policy, const B7PolicyRule *rule, double t_day, const double *observables,
                   int32_t stride, B7PolicyMemory *memory) {
  bool begun = begins(policy, rule, t_day, observables, stride, memory);
  if (rule->n_until == 0) return begun;
  if (memory->running && all_hold(policy, rule->until_start, rule->n_until, observables, stride))
    memory->running = 0;
  if (begun) memory->running = 1;
  return memory->running;
}

/* between two visits nobody looks */
static bool is_visit(const B7Policy *policy, const B7PolicyRule *rule, double t_day) {
  if (!(rule->visit_every_day > 0) || !isfinite(rule->from_day)) return true;
  return fmod(t_day - rule->from_day + SLACK_DAY, rule->visit_every_day) <
         policy->check_every_day - SLACK_DAY;
}

int32_t b7_policy_decide(const B7Policy *policy, double t_day, const double *observables, int32_t stride,
                         B7PolicyMemory *memory, int32_t *fired) {
  int32_t n = 0;
  for (int32_t i = 0; i < policy->n_rule; i++) {
    const B7PolicyRule *rule = &policy->rules[i];
    B7PolicyMemory *own = &memory[i];
    bool open = t_day >= rule->from_day - SLACK_DAY && t_day <= rule->to_day + SLACK_DAY;
    if (!open) {
      // what was begun does not outlive its window, nor is it held from before it
      own->running = 0;
      own->held_since_day = NAN;
      continue;
    }
    if (!is_visit(policy, rule, t_day)) continue;
    if (!wanted(policy, rule, t_day, observables, stride, own)) continue;
    if (rule->at_most > 0 && own->count >= rule->at_most) continue;
    if (t_day - own->last_day < rule->every_day - SLACK_DAY) continue;
    own->last_day = t_day;
    own->count++;
    fired[n++] = i;
  }
  return n;
}
