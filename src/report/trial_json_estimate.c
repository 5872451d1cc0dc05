/* trial_json_estimate.c - estimates with their intervals, as every part of a trial's JSON writes them. */
#include "report/trial_json_parts.h"

void b7_trial_json_estimate(B7Json *json, B7Estimate estimate) {
  b7_json_number(json, "value", estimate.value);
  b7_json_number(json, "low", estimate.lower);
  b7_json_number(json, "high", estimate.upper);
}

void b7_trial_json_named(B7Json *json, const char *name, B7Estimate estimate) {
  b7_json_open_object(json, name);
  b7_trial_json_estimate(json, estimate);
  b7_json_close_object(json);
}
