/* hazard_ratio.h - hazard ratios of two arms from their daily counts: whole days are the times, so the counts hold
 * all that the estimates need. */
#ifndef B7_TRIAL_RUN_HAZARD_RATIO_H
#define B7_TRIAL_RUN_HAZARD_RATIO_H

#include "trial/run/tally.h"

/* Hazard of arm b over that of arm a for one cause (code 1 or 2), other causes and censoring taken as leaving:
   Cox 1972 with Efron's approximation for ties, Wald limits on the logarithm. The hazard of the event where
   nothing competes; the cause-specific hazard where something does. NaN: an arm without events, or without
   patients at risk beside the other's events. */
B7Estimate b7_hazard_ratio(const B7Tally *a, const B7Tally *b, int32_t horizon_day, int cause, double level);

/* Ratio of subdistribution hazards: Fine and Gray 1999, patients with a competing event staying at risk with
   the probability of not yet being censored (estimated over both arms); limits from their robust variance,
   which takes account of that estimate. The same as cmprsk::crr of R. */
B7Estimate b7_subdistribution_ratio(const B7Tally *a, const B7Tally *b, int32_t horizon_day, int cause,
                                    double level, B7Error *error);

#endif
