/* birth_death.h - exact steps of the linear birth-death process with arrivals. */
#ifndef B7_KERNEL_BIRTH_DEATH_H
#define B7_KERNEL_BIRTH_DEATH_H

#include "base/random.h"

typedef struct B7BirthDeathRates {
  double birth_per_day;    /* of each cell */
  double death_per_day;    /* of each cell */
  double arrivals_per_day; /* from outside, in cells */
} B7BirthDeathRates;

/* Cells after dt_day when there are n now, rates constant: an exact draw (Bailey 1964, section 8.6; Kendall
   1948). Beyond 1e4 expected arrivals in the step these are taken at their mean growth. n >= 0, dt_day >= 0,
   rates >= 0. */
int64_t b7_birth_death_step(int64_t n, B7BirthDeathRates rates, double dt_day, B7Random *random);

#endif
