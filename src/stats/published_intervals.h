/* published_intervals.h - intervals of what a publication prints: counts, and medians with a range. */
#ifndef B7_STATS_PUBLISHED_INTERVALS_H
#define B7_STATS_PUBLISHED_INTERVALS_H

#include <stdint.h>

/* Exact interval of a share after events of n (Clopper and Pearson 1934). */
void b7_clopper_pearson(int32_t events, int32_t n, double level, double *low, double *high);
/* Shares that a study of n patients prints with probability `level` when the true share is p: equal tails of
   the binomial. */
void b7_binomial_range(double p, int32_t n, double level, double *low, double *high);
/* Interval of a median of n positive values of which only lowest and highest are printed: the spread of ln
   follows from the expected range of n normal values (Blom 1958), the median's error is sqrt(pi / 2) of the
   mean's. */
void b7_median_interval(double median, double lowest, double highest, int32_t n, double level, double *low,
                        double *high);

#endif
