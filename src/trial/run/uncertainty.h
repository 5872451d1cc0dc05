/* uncertainty.h - what the model does not know, beside the chance between patients. */
#ifndef B7_TRIAL_RUN_UNCERTAINTY_H
#define B7_TRIAL_RUN_UNCERTAINTY_H

#include "trial/run/substitutes.h"

/* A model parameter is moved on the logarithm by a normal whose 90 % interval is this share of its plausible
   range: the ranges are those of the literature, taken one by one; all of them at once would leave what the
   published trials allow. */
#define B7_UNCERTAIN_SHARE 0.25

/* Settings of one parameter set: every parameter with a range that is not a patient's own datum. Set 0 is the
   model as it stands (none). Values follow from (seed, set) alone. */
B7Status b7_uncertain_settings(const B7KernelTables *tables, uint64_t seed, int32_t set, B7Arena *arena,
                               B7ParameterSetting **settings, int32_t *count, B7Error *error);

/* Give the estimands of a finished run their `widened` intervals from runs of the same trial under n_set sets of
   other values, two at least. Errors: USAGE, those of b7_trial_run. */
B7Status b7_uncertain_estimands(B7TrialRun *run, const B7TrialOptions *options, const B7Substitutes *sets,
                                int32_t n_set, const B7Hooks *hooks, B7Error *error);

#endif
