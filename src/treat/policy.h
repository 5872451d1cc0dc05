/* policy.h - decisions as data: rules over what can be observed in a patient, applied at regular checks.
 * Running leg.
 *
 * A rule fires when its conditions hold, its window is open, its interval since the last time has passed and
 * its limit is not reached. A rule with an `until` part, once begun, goes on at its interval until those
 * conditions hold (steroids for GVHD). Conditions read observables only: nobody treats what nobody can see;
 * and they may read them as an assay does, with its error and its limit.
 */
#ifndef B7_TREAT_POLICY_H
#define B7_TREAT_POLICY_H

#include "base/memory.h"
#include "treat/plan_event.h"

typedef enum B7PolicyCompare {
  B7_POLICY_BELOW,
  B7_POLICY_AT_MOST,
  B7_POLICY_AT_LEAST,
  B7_POLICY_ABOVE
} B7PolicyCompare;

typedef struct B7PolicyCondition {
  int32_t observable; /* index in the kernel's observables */
  B7PolicyCompare compare;
  double threshold;               /* in the observable's unit */
  double error_sd;                /* of the logarithm of what is measured; 0: read exactly */
  double limit;                   /* what is measured below it reads as 0 */
  double unsure_low, unsure_high; /* between them an error may decide; outside no draw is needed */
  uint64_t address;               /* of the errors of this observable in a patient's stream */
} B7PolicyCondition;

/* How an observable is measured. */
typedef struct B7PolicyAssay {
  int32_t observable;
  double error_sd, limit;
  uint64_t address;
} B7PolicyAssay;

/* What a rule gives: its own action, or a protocol that the owner of the plan makes. */
typedef enum B7PolicyGive {
  B7_GIVE_ACTION,
  B7_GIVE_REGIMEN,   /* a course of data/regimens.yaml */
  B7_GIVE_INFUSION,  /* the arm's product once more, with its lymphodepletion */
  B7_GIVE_TRANSPLANT /* the arm's transplant once more */
} B7PolicyGive;

/* What windows may follow. */
typedef enum B7PolicyAnchor {
  B7_FOLLOWS_NOTHING, /* the window is fixed */
  B7_FOLLOWS_INFUSION,
  B7_FOLLOWS_GRAFT,
  B7_FOLLOWED
} B7PolicyAnchor;

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
  B7PolicyAnchor follows;  /* else than nothing: the window counts from the latest infusion or graft, and the
                              number of firings begins anew with each */
  int32_t after_rule;      /* place + 1 of a rule that must have fired before; 0: none */
  double after_day;        /* so long before, at least */
  double visit_every_day;  /* > 0: looked at only from_day, from_day + this, ... (clinic visits) */
  B7PolicyGive give;
  const char *regimen; /* of B7_GIVE_REGIMEN */
  int32_t protocol;    /* place + 1 of the plan's protocol that it launches; 0: the action, or nothing when
                              what it gives was not made */
  B7PlanEvent action;  /* t_day unused; arguments in the policy's array */
} B7PolicyRule;

typedef struct B7Policy {
  const char *name, *title;
  double check_every_day;
  int32_t n_rule, n_condition, n_argument;
  const B7PolicyRule *rules;
  const B7PolicyCondition *conditions;
  const double *arguments;
  int32_t fit_start, n_fit; /* conditions under which a patient is fit for a transplant */
  int32_t n_assay;
  const B7PolicyAssay *assays;
  int32_t anchor_event[B7_FOLLOWED]; /* events that move an anchor; -1: none */
} B7Policy;

/* What one rule remembers of one patient. Caller-owned, one per rule; begin with b7_policy_memory_clear. */
typedef struct B7PolicyMemory {
  double last_day;         /* last firing; -inf: never */
  double held_since_day;   /* first of the unbroken checks at which `when` held; NaN: does not hold */
  double anchor_day;       /* that the window last counted from */
  double asleep_until_day; /* before it nothing can come of the rule, unless the anchor moves */
  int32_t count;           /* firings so far */
  int32_t running;         /* begun and not yet ended (rules with `until`) */
} B7PolicyMemory;

void b7_policy_memory_clear(const B7Policy *policy, B7PolicyMemory *memory);

/* One patient as the policy sees it at a check. */
typedef struct B7PolicyView {
  double t_day;
  const double
      *observables; /* observable i is observables[i * stride] (lane-major: stride is the lane width) */
  int32_t stride;
  uint64_t seed, patient; /* errors of measurement are drawn from these, the day and the observable alone */
  double anchor_day[B7_FOLLOWED]; /* latest infusion and graft; NaN: none so far */
  bool busy; /* a protocol is under way that has not reached its day: no other is launched meanwhile */
} B7PolicyView;

/* Decide for one patient. Writes the indices of the rules that fire, ascending, into fired[n_rule] and
   returns their number. Allocates nothing, depends on its arguments alone. A NaN observable satisfies no
   condition. */
int32_t b7_policy_decide(const B7Policy *policy, const B7PolicyView *view, B7PolicyMemory *memory,
                         int32_t *fired);
/* Let a condition read its observable as the policy's assay does. */
void b7_policy_measure(const B7Policy *policy, B7PolicyCondition *condition);

#endif
