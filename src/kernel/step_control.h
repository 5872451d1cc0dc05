/* step_control.h - which steps lanes try, which are accepted, and what is due inside them; all lanes at a time.
 *
 * A patient's own steps follow from that patient alone: every lane is chosen, accepted and refused by itself.
 */
#ifndef B7_KERNEL_STEP_CONTROL_H
#define B7_KERNEL_STEP_CONTROL_H

#include "base/memory.h"

/* A step that must be smaller than this cannot be made. */
#define B7_SMALLEST_STEP_DAY 1e-11

/* Where lanes stand and what their control remembers; [lanes] each, truth values as 0 and 1. */
typedef struct B7StepControl {
  double *live;          /* a patient is under way */
  double *t_day;         /* start of the attempt */
  double *wanted_day;    /* length of step that the control has in mind */
  double *stop_day;      /* the next event, tick of the counts, or the horizon: no step goes beyond */
  double *end_day;       /* of the attempt; earlier once it is cut */
  double *hits;          /* the attempt ends at stop_day */
  double *cut;           /* a decision or the death ends the attempt early */
  double *refused;       /* the last attempt was */
  double *stands;        /* share of the attempt that may stand when its error is good; 1: all of it */
  double *take;          /* the attempt is accepted */
  double *steps;         /* attempts of the patient */
  double *next_look_day; /* of the next output or check; infinite when there is none */
  double *due_day;       /* of those that are due inside the attempt; infinite else */
  double *share;         /* of the attempt at due_day; 1 when nothing is due */
} B7StepControl;

/* Arrays from the arena, all lanes idle. */
B7Status b7_step_control_make(B7Arena *arena, int32_t lanes, B7StepControl *control, B7Error *error);

/* What came of an attempt, over all lanes under way. */
typedef struct B7AttemptCounts {
  int32_t refused;
  bool too_small; /* some lane's next step is below B7_SMALLEST_STEP_DAY */
  bool too_many;  /* some lane has made max_steps attempts */
} B7AttemptCounts;

#endif
