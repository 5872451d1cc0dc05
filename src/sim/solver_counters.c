/* solver_counters.c - sums of what solvers count. */
#include "sim/solver_counters.h"

void b7_solver_counters_add(B7SolverStatistics *sum, const B7SolverStatistics *part) {
#define ADD(field) sum->field += part->field;
  B7_SOLVER_COUNTERS(ADD)
#undef ADD
}
