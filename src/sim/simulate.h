/* simulate.h - a population under a plan, with the kernel's tables and code given apart (tests bring their
 * own). */
#ifndef B7_SIM_SIMULATE_H
#define B7_SIM_SIMULATE_H

#include "course/plan.h"

/* As b7_simulate; code_of(user, lanes) gives the widest code with at most that many lanes. */
typedef struct B7CodeSource {
  const B7KernelTables *tables;
  const B7KernelCode *(*code_of)(const void *user, int32_t max_lanes);
  const void *user;
  int32_t cvode_kind; /* B7CvodeKind, when the solver is CVODE; benches compare them */
} B7CodeSource;

/* "rodas5p", "cvode", ... */
const char *b7_solver_name(B7Solver solver);

B7Status b7_simulate_source(const B7CodeSource *source, const B7Plan *plan, const B7Population *population,
                            const B7SimulateOptions *options, const B7Hooks *hooks, B7Result **out,
                            B7Error *error);

#endif
