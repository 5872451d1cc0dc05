/* extinction.h - counted states: below their threshold they are whole cells that are born, arrive and die by
 * chance.
 *
 * A counted state below its threshold is held fixed in the differential equations and stepped every
 * B7_TICK_DAY as a linear birth-death process with arrivals, exact for rates constant over the tick; the
 * rates are the mean of those at its two ends, each from the kernel's propensities (per cell: what one more
 * cell adds; arrivals: what is left without its own cells). It returns to the equations above
 * B7_RETURN_FACTOR times the threshold. States of one clear_group are together set to zero when their sum is
 * below the threshold.
 */
#ifndef B7_KERNEL_EXTINCTION_H
#define B7_KERNEL_EXTINCTION_H

#include "kernel/birth_death.h"
#include "kernel/stepper.h"

#define B7_TICK_DAY 0.25
#define B7_RETURN_FACTOR 4.0

/* One counted state. */
typedef struct B7Counted {
  int32_t state, clear_group;
  bool first;                         /* of its group */
  int32_t reaction_start, n_reaction; /* its reactions, in the list below */
  double cells_per_unit, threshold_cells;
} B7Counted;

/* What one lane remembers. */
typedef struct B7CountedLane {
  B7Random random;
  double next_tick_day; /* infinite while asleep: nothing is counted, or nothing can happen before the next
                           event */
  bool rates_wanted;    /* rates must be evaluated at the present state */
  B7BirthDeathRates *rates; /* [n_counted] at since_day */
  double *since_day;        /* [n_counted] time to which the count has been stepped */
  bool *held;               /* [n_counted] */
} B7CountedLane;

typedef struct B7Extinction {
  int32_t n_counted, lanes;
  B7Counted *counted;
  int32_t *reactions;
  double *propensity, *more; /* scratch [n_reaction][lanes] */
  B7BirthDeathRates *now;    /* scratch [n_counted][lanes] */
  B7CountedLane *lane;       /* [lanes] */
  /* called when a population dies out: state (first of its group) */
  void (*died_out)(void *user, int32_t lane, int32_t state, double t_day);
  void *user;
} B7Extinction;

B7Status b7_extinction_make(B7Arena *arena, const B7Group *group, B7Extinction *extinction, B7Error *error);
/* A new patient in a lane; random is the start of the patient's stream. */
void b7_extinction_start(B7Extinction *extinction, B7Group *group, int32_t lane, B7Random random);
/* After a lane has moved, or (by_event) an event has changed it: which states are counted now. True when the
   lane's state or its held states changed. */
bool b7_extinction_review(B7Extinction *extinction, B7Group *group, int32_t lane, double t_day,
                          bool by_event);
/* An event has changed the lane: what could not happen may happen now. */
void b7_extinction_wake(B7Extinction *extinction, int32_t lane);
/* Evaluate rates where wanted and step the counts of lanes whose tick is now: live[lanes] (0: no patient) and
   t_day[lanes]. Lanes whose counts changed have their slope marked stale. */
void b7_extinction_tick(B7Extinction *extinction, B7Group *group, const double *live, const double *t_day);
/* The share of a step at which a counted state comes near its threshold when the step jumps far below it; 1
 * when none does. */
double b7_extinction_overshoot(const B7Extinction *extinction, const B7Group *group, int32_t lane);

#endif
