/* plan_event.h - how much of an event one patient gets. Running leg. */
#ifndef B7_TREAT_PLAN_EVENT_H
#define B7_TREAT_PLAN_EVENT_H

#include "bridge7.h"

/* Factor on argument 0 for one patient: weight and body surface to the powers of the event. own[i * stride]
   and shared[i] are that patient's parameters. Allocates nothing. */
double b7_plan_event_factor(const B7KernelTables *tables, const B7PlanEvent *event, const double *own,
                            int32_t stride, const double *shared);

#endif
