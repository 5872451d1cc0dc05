/* policy.h - decisions as data: rules over what can be observed in a patient, applied at regular checks.
 * Running leg.
 *
 * A rule fires when its conditions hold, its window is open, its interval since the last time has passed and
 * its limit is not reached. A rule with an `until` part, once begun, goes on at its interval until those
 * conditions hold (steroids for GVHD). Conditions read observables only: nobody treats what nobody can see.
 */
#ifndef B7_COURSE_POLICY_H
#define B7_COURSE_POLICY_H

#include "base/memory.h"
#include "course/plan_event.h"

typedef enum B7PolicyCompare {
  B7_POLICY_BELOW,
  B7_POLICY_AT_MOST,
  B7_POLICY_AT_LEAST,
  B7_POLICY_ABOVE
} B7PolicyCompare;

typedef struct B7PolicyCondition {
  int32_t observable; /* index in the kernel's observables */
  B7PolicyCompare compare;
  double threshold; /* in the observable's unit */
} B7PolicyCondition;

typedef struct B7PolicyRule {
  const char *name, *label, *source;
  int32_t when_start, n_when; /* conditions to begin: all must hold, or one of them when any is set */
  bool any;
  int32_t until_start,
      n_until;             /* conditions that end it: all must hold; n_until 0: every firing needs `when` */
  double held_day;         /* `when` must have held at every check for this long; 0: at once */
  double every_day;        /* least time between two firings */
  int32_t at_most;         /* firings in all; 0: no limit */
  double from_day, to_day; /* window, both ends included; -inf and +inf when open */
  double visit_every_day;  /* > 0: looked at only from_day, from_day + this, ... (clinic visits) */
  int32_t protocol;        /* place + 1 of the plan's protocol that it launches; 0: the action */
  B7PlanEvent action;      /* t_day unused; arguments in the policy's array */
} B7PolicyRule;

typedef struct B7Policy {
  const char *name, *title;
  double check_every_day;
  int32_t n_rule, n_condition, n_argument;
  const B7PolicyRule *rules;
  const B7PolicyCondition *conditions;
  const double *arguments;
} B7Policy;

/* What one rule remembers of one patient. Caller-owned, one per rule; begin with b7_policy_memory_clear. */
typedef struct B7PolicyMemory {
  double last_day;       /* last firing; -inf: never */
  double held_since_day; /* first of the unbroken checks at which `when` held; NaN: does not hold */
  int32_t count;         /* firings so far */
  int32_t running;       /* begun and not yet ended (rules with `until`) */
} B7PolicyMemory;

void b7_policy_memory_clear(const B7Policy *policy, B7PolicyMemory *memory);

/* Decide for one patient at t_day. Observable i is observables[i * stride] (lane-major: stride is the lane
   width). Writes the indices of the rules that fire, ascending, into fired[n_rule] and returns their number.
   Allocates nothing, depends on its arguments alone. A NaN observable satisfies no condition. */
int32_t b7_policy_decide(const B7Policy *policy, double t_day, const double *observables, int32_t stride,
                         B7PolicyMemory *memory, int32_t *fired);

#endif
