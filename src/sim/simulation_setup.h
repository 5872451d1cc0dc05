/* simulation_setup.h - what is to be simulated, as all workers see it. */
#ifndef B7_SIM_SIMULATION_SETUP_H
#define B7_SIM_SIMULATION_SETUP_H

#include "kernel/extinction.h"
#include "kernel/stepper.h"
#include "result/result.h"
#include "sim/deaths.h"
#include "sim/population.h"
#include "treat/plan.h"

/* What all workers share; constant while they run. */
typedef struct B7SimulationSetup {
  const B7KernelTables *tables;
  const B7KernelCode *code;
  const double *shared;       /* [n_shared], prepared for the code */
  const B7Plan *const *plans; /* with one horizon and one grid of outputs */
  int32_t n_plan;
  const int32_t *plan_of; /* [patients] places among plans; NULL: the first for all */
  const B7Population *population;
  B7SimulateOptions options;
  const B7Rosenbrock *rosenbrock; /* one of the two, or neither: CVODE */
  const B7Explicit *explicit_method;
  int32_t cvode_kind;              /* B7CvodeKind */
  const double *absolute, *lowest; /* [n_state] */
  int32_t n_hazard;                /* 0: nobody dies */
  int32_t hazards[B7_HAZARDS];     /* observables */
  int32_t happened_capacity;       /* most events one patient can have */
  B7Result *result;                /* each patient writes its own rows; NULL: outcomes are not kept */
  const B7Finish *finish;          /* sees each patient's outcomes then */
} B7SimulationSetup;

/* One thread's workspace (worker_parts.h). */
typedef struct B7Worker B7Worker;

/* Where a worker gets patients: *first .. *first + *count - 1 at a time, taken when a lane is free and the last are
   all under way; false when there are no more. */
typedef struct B7Queue {
  bool (*take)(void *user, int64_t *first, int64_t *count);
  void *user;
} B7Queue;

/* The plan of a patient. */
static inline const B7Plan *b7_simulation_plan(const B7SimulationSetup *setup, int64_t patient) {
  return setup->plans[setup->plan_of ? setup->plan_of[patient] : 0];
}
/* Absolute tolerances and lowest values of the states, from `negligible` and the relative tolerance; from the arena. */
B7Status b7_simulation_tolerances(B7Arena *arena, B7SimulationSetup *setup, B7Error *error);
/* The most events a patient can have under the plan: planned ones, firings of rules, remarks. */
int32_t b7_simulation_happened_capacity(const B7KernelTables *tables, const B7Plan *plan);

#endif
