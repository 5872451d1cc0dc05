/* trial_json_parts.h - what the parts of a trial's JSON share. */
#ifndef B7_REPORT_TRIAL_JSON_PARTS_H
#define B7_REPORT_TRIAL_JSON_PARTS_H

#include "base/json.h"
#include "trial/run/trial_run_parts.h"

/* "value", "low", "high" into an open object. */
void b7_trial_json_estimate(B7Json *json, B7Estimate estimate);
/* The same as an object of its own. */
void b7_trial_json_named(B7Json *json, const char *name, B7Estimate estimate);
/* "arms": [...], and "curve_days", "fan_days" that their curves and fans share (trial_json_arm.c). */
void b7_trial_json_arms(B7Json *json, B7Arena *arena, const B7TrialRun *run);

#endif
