/* predictive.h - what a further study would print: binomial counts whose true share differs from study to study, normally
 * on the logit (random effects on proportions; Hamza, van Houwelingen and Stijnen 2008). */
#ifndef B7_STATS_PREDICTIVE_H
#define B7_STATS_PREDICTIVE_H

#include <stdint.h>

/* Probability that `events` of n are seen. share: the middle of the shares of studies, in (0, 1); sd: their standard
   deviation on the logit, 0: every study has the same. */
double b7_predictive_mass(double share, double sd, int32_t n, int32_t events);
/* The same for events = 0 .. n, into mass [n + 1]. */
void b7_predictive_masses(double share, double sd, int32_t n, double *mass);
/* Shares between which a study of n falls with probability `level`: equal tails. */
void b7_predictive_range(double share, double sd, int32_t n, double level, double *low, double *high);

/* Scores of one observed count against masses [n + 1]: continuous ranked probability score of the share (Matheson and
   Winkler 1976), logarithmic score, and the part of the randomised probability transform (Czado, Gneiting and Held 2009)
   within the central interval of a level: 1 inside, 0 outside, between where a step of the distribution crosses its end. */
double b7_predictive_crps(const double *mass, int32_t n, int32_t events);
double b7_predictive_log_score(const double *mass, int32_t events);
double b7_predictive_covered(const double *mass, int32_t events, double level);

#endif
