/* plan_make.h - treatments become the sorted kernel events of a plan: for courses and for arms of trials alike. Authoring
 * leg. */
#ifndef B7_READ_PLAN_PLAN_MAKE_H
#define B7_READ_PLAN_PLAN_MAKE_H

#include "read/plan/plan_drug.h"

/* The plan keeps no pointer to the source. Errors: USAGE for horizon and grid, INPUT when the model lacks what is given,
   those of policies; MEMORY. */
B7Status b7_plan_make_from(const B7PlanSource *source, const B7KernelTables *tables, const B7Hooks *hooks,
                           B7Plan **out, B7Error *error);
/* The events of treatments alone, as a protocol that counts from its first event; day 0 of the rows is its day, and
   whole: the protocol leads to its last event instead. Lives in the arena. */
B7Status b7_protocol_make(const char *name, const B7Given *given, int32_t n_given, bool whole,
                          const B7KernelTables *tables, B7Arena *arena, B7Protocol *out, B7Error *error);
/* b7_plan_make for the tables of a kernel. */
B7Status b7_plan_make_for(const B7Course *course, const B7KernelTables *tables, const B7PlanOptions *options,
                          const B7Hooks *hooks, B7Plan **out, B7Error *error);

#endif
