/* policy_load.h - policies as text (data/policies/NAME.yaml), bound to a course and a kernel. Authoring leg.
 */
#ifndef B7_READ_PLAN_POLICY_LOAD_H
#define B7_READ_PLAN_POLICY_LOAD_H

#include "read/plan/plan_drug.h"
#include "treat/policy.h"

/* Read a policy; everything lives in the arena. Doses are converted by the course's drug table, windows by
   its anchors; a rule whose window hangs on an anchor that the course lacks is left out. */
B7Status b7_policy_load(const char *path, const B7PlanMaker *maker, B7Arena *arena, const B7Policy **out,
                        B7Error *error);

#endif
