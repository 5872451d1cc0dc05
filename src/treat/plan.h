/* plan.h - what is done to a patient, as sorted kernel events; the part that the engine reads. Running leg.
 */
#ifndef B7_TREAT_PLAN_H
#define B7_TREAT_PLAN_H

#include "base/memory.h"
#include "treat/plan_event.h"
#include "treat/policy.h"

/* A series of events that a rule launches: conditioning, graft and prophylaxis; a salvage course. */
typedef struct B7Protocol {
  const char *name;
  double lead_day; /* from the launch to the day that the protocol counts from (the graft) */
  int32_t n_event;
  const B7PlanEvent *events; /* ascending; t_day counts from the launch */
  const double *arguments;
} B7Protocol;

/* Constant once made. Everything it points to lives in its arena. */
struct B7Plan {
  B7Arena arena;
  double horizon_day;
  int32_t n_event, n_argument, n_output;
  B7PlanEvent *events; /* ascending in t_day; equal times keep the order of the course */
  double *arguments;
  double *output_day; /* ascending, distinct, first 0, last horizon_day */
  const B7Policy
      *policy; /* NULL: no decisions; checked at the multiples of its check_every_day up to the horizon */
  int32_t n_protocol;
  const B7Protocol *protocols; /* launched by rules of the policy */
};

/* Sort events by time, keeping the order of equal times. */
void b7_plan_sort(B7PlanEvent *events, int32_t count);
/* One grid for all that is seen of a patient: 0, multiples of every_day, the checks of the plan's policy, its planned
   events, the given times within [0, horizon], and the horizon itself; sorted, distinct. What a decision rests on is
   thereby also what is graded. Events and policy must be in place. */
B7Status b7_plan_grid(B7Plan *plan, double every_day, const double *extra_day, int32_t n_extra,
                      B7Error *error);
/* Plans that are simulated side by side: the outputs and checks of all of them become the outputs of each. One horizon. */
B7Status b7_plans_share_grid(B7Plan *const *plans, int32_t n_plan, const B7Hooks *hooks, B7Error *error);

#endif
