/* stepper.h - one step of a one-step method for W patients side by side, each with its own step size.
 *
 * The group is the workspace: arrays are lane-major (element i of lane w at i * lanes + w), aligned to 64
 * bytes, made once and reused for every patient. A stepper is the code for one width and instruction set; all
 * give the same bits. Exact states are advanced in closed form: a stage at t + c h sees drive(decay(c h)),
 * and df/dt comes from the kernel, so the methods keep their order between events.
 */
#ifndef B7_KERNEL_STEPPER_H
#define B7_KERNEL_STEPPER_H

#include <stdbool.h>

#include "base/memory.h"
#include "kernel/step_control.h"
#include "kernel/tableau.h"

/* Amounts of exact states below this (in their unit: reference doses) are set to zero; 1e-9 is visible in
 * results, 1e-12 is not. */
#define B7_EXACT_NOTHING 1e-12

typedef struct B7Group {
  const B7KernelTables *tables;
  const B7KernelCode *code;
  int32_t lanes;
  const double *shared;
  double *own, *latch, *derived;
  double *y, *x, *drive; /* at the start of the step */
  double *h_day;         /* [lanes] step to attempt */
  double *moves;         /* [n_state][lanes] bit masks: all ones, or 0 for a state held fixed */
  int32_t *held;         /* states held in some lane */
  double *exact_rate;    /* [n_exact][lanes] loss of exact states, 1/d; see b7_group_derive */
  int32_t *active;       /* exact states not zero in some lane; of others x_new, x_stage, sample_x are 0 */
  bool *is_active;       /* [n_exact] */
  int32_t *seen;         /* of the active ones those that observables read */
  int32_t n_held, n_active, n_seen;
  const double *absolute; /* [n_state] absolute tolerance, in the state's unit */
  const double *lowest;   /* [n_state] values below are refused: minus tolerance for amounts, -inf else */
  int32_t *amounts;       /* the states that have one; see b7_group_amounts */
  int32_t n_amount;
  double relative;
  double safety, exponent, memory; /* step control: safety * error^-exponent * last_error^memory */

  /* what an attempt leaves */
  double *k; /* [stages][n_state][lanes] */
  double
      *stage[B7_STAGES_MAX]; /* explicit methods: slopes of the stages, in k in changing order; the first is
                                   the slope at y */
  double *y_new, *x_new, *drive_new;
  double *error;      /* [lanes] weighted norm: accept when <= 1; NaN or inf when not finite */
  double *negative;   /* [lanes] 1 when a state fell below lowest, else 0 */
  double *factor;     /* [lanes] proposed change of the step */
  double *last_error; /* [lanes] error of the last accepted step; set to 1 at a start */

  /* scratch */
  double *begun; /* [3][n_state][lanes] */
  double *slope, *dfdt, *lu, *diagonal, *stage_day, *x_stage, *drive_stage,
      *drive_per_day;  /* x_stage: [stages][n_exact][lanes] */
  double *slope_stale; /* [lanes] explicit methods: 1 when the slope at y must be evaluated */
  double *sample, *sample_x, *sample_drive, *observed;
} B7Group;

/* All arrays from the arena. lanes is code->lanes. */
B7Status b7_group_make(B7Arena *arena, const B7KernelTables *tables, const B7KernelCode *code,
                       const double *shared, B7Group *group, B7Error *error);

/* Derived parameters of all lanes, and the loss rates of exact states, which are read off the kernel's decay.
 */
void b7_group_derive(B7Group *group);
/* What the exact states drive, and which of them are left; call it when x or parameters have been changed from
   outside. Lanes that did not change keep their bits. */
void b7_group_drive(B7Group *group);

/* Which states are amounts, from `lowest`. */
void b7_group_amounts(B7Group *group);

/* `step` attempts a step of h_day from y in every lane. `sample` leaves values at y + s of the attempted step, s in
   [0, 1] per lane, in sample and, of what observables read, in sample_x and sample_drive; `sample_exact` leaves all
   exact states in sample_x. `advance` moves lanes with take[w] != 0 to the new values.

   `choose_steps` sets h_day and where each attempt ends; `accept_steps` judges the attempts and sets take and the next
   steps; `find_due` sets due_day and share of looks inside accepted attempts, true when there are any; `move_on` puts
   lanes that were taken at their end, true when one has reached the horizon. */
typedef struct B7Stepper {
  int32_t lanes;
  const char *isa;
  void (*rosenbrock_step)(B7Group *group, const B7Rosenbrock *method);
  void (*rosenbrock_sample)(B7Group *group, const B7Rosenbrock *method, const double *s);
  void (*rosenbrock_advance)(B7Group *group, const double *take);
  void (*sample_exact)(B7Group *group, const double *s);
  void (*explicit_step)(B7Group *group, const B7Explicit *method);
  void (*explicit_sample)(B7Group *group, const B7Explicit *method, const double *s);
  void (*explicit_advance)(B7Group *group, const B7Explicit *method, const double *take);
  void (*choose_steps)(B7Group *group, B7StepControl *control);
  B7AttemptCounts (*accept_steps)(B7Group *group, B7StepControl *control, double max_steps);
  bool (*find_due)(const B7Group *group, B7StepControl *control);
  bool (*move_on)(B7StepControl *control, double horizon_day);
} B7Stepper;

/* The best stepper of this width for this machine. lanes in {1, 2, 4, 8}. */
const B7Stepper *b7_stepper(int32_t lanes);

#endif
