/* solver_counters.h - sums of what solvers count. */
#ifndef B7_SIM_SOLVER_COUNTERS_H
#define B7_SIM_SOLVER_COUNTERS_H

#include "bridge7.h"

/* Adds every counter of part to sum; what is not a count stays. */
void b7_solver_counters_add(B7SolverStatistics *sum, const B7SolverStatistics *part);

#endif
