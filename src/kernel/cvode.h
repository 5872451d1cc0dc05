/* cvode.h - SUNDIALS CVODE as the reference integrator, one patient at a time, behind the same group (one
 * lane).
 *
 * Steps are CVODE's own (one at a time, never beyond a stop time), so that events, outputs, decisions and
 * counted states are handled by the same code as for the batched methods. Only in builds that have SUNDIALS
 * (B7_HAVE_CVODE).
 */
#ifndef B7_KERNEL_CVODE_H
#define B7_KERNEL_CVODE_H

#include "kernel/stepper.h"

typedef enum B7CvodeKind {
  B7_CVODE_BDF_KLU,        /* analytic sparse jacobian in the kernel's pattern, KLU */
  B7_CVODE_BDF_DENSE,      /* analytic jacobian, dense */
  B7_CVODE_BDF_DIFFERENCE, /* difference quotients, dense */
  B7_CVODE_ADAMS           /* Adams, fixed-point iteration */
} B7CvodeKind;

typedef struct B7Cvode B7Cvode;

/* The group must have one lane and outlive the integrator. The caller frees *out with b7_cvode_free. */
B7Status b7_cvode_make(const B7Hooks *hooks, B7Group *group, B7CvodeKind kind, B7Cvode **out, B7Error *error);
void b7_cvode_free(B7Cvode *cvode);
/* One internal step from t_day towards stop_day; restart when the group's y was changed from outside. Leaves
   y_new, x_new and drive_new at *end_day. Returns the fault, or B7_FAULT_NONE. */
B7Fault b7_cvode_step(B7Cvode *cvode, double t_day, double stop_day, bool restart, double *end_day);
/* Values inside the last step, into the group's sample arrays. */
void b7_cvode_sample(B7Cvode *cvode, double t_day);
/* Add the work since the last call. */
void b7_cvode_count(B7Cvode *cvode, B7SolverStatistics *statistics);

#endif
