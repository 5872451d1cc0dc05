/* simulate.h - a population under a plan, with the kernel's tables and code given apart (tests bring their
 * own). */
#ifndef B7_SIM_SIMULATE_H
#define B7_SIM_SIMULATE_H

#include "result/result.h"
#include "treat/plan.h"

/* As b7_simulate; code_of(user, lanes) gives the widest code with at most that many lanes. */
typedef struct B7CodeSource {
  const B7KernelTables *tables;
  const B7KernelCode *(*code_of)(const void *user, int32_t max_lanes);
  const void *user;
  int32_t cvode_kind; /* B7CvodeKind, when the solver is CVODE; benches compare them */
} B7CodeSource;

/* Who is treated how: patient p by plans[plan_of[p]]; plan_of NULL: all by the first. The plans share their horizon and
   their output times. */
typedef struct B7PlanChoice {
  const B7Plan *const *plans;
  int32_t n_plan;
  const int32_t *plan_of;
} B7PlanChoice;

/* "rodas5p", "cvode", ... */
const char *b7_solver_name(B7Solver solver);

/* The code of a kernel. */
B7CodeSource b7_code_source(const B7Kernel *kernel);

/* A caller's options, those that the caller left out (NULL: all of them) by default. Errors: USAGE. */
B7Status b7_simulate_options_take(const B7SimulateOptions *given, B7SimulateOptions *own, B7Error *error);

B7Status b7_simulate_source(const B7CodeSource *source, const B7Plan *plan, const B7Population *population,
                            const B7SimulateOptions *options, const B7Hooks *hooks, B7Result **out,
                            B7Error *error);
/* The same for patients under several plans side by side: lanes that would idle at the end of one plan's patients go on
   with those of the next. USAGE when the plans differ in horizon or output times. */
B7Status b7_simulate_choice(const B7CodeSource *source, const B7PlanChoice *choice,
                            const B7Population *population, const B7SimulateOptions *options,
                            const B7Hooks *hooks, B7Result **out, B7Error *error);

/* The same for outcomes that are not kept: memory does not grow with the patients. Faults are counted in *statistics and
   told to `finish`, whatever their share. */
B7Status b7_simulate_each(const B7CodeSource *source, const B7PlanChoice *choice,
                          const B7Population *population, const B7SimulateOptions *options,
                          const B7Hooks *hooks, const B7Finish *finish, B7SolverStatistics *statistics,
                          B7Error *error);

#endif
