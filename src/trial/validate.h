/* validate.h - every study simulated as it was done, beside what it printed. */
#ifndef B7_TRIAL_VALIDATE_H
#define B7_TRIAL_VALIDATE_H

#include "trial/studies.h"

struct B7Validation {
  B7Arena arena;
  const B7Studies *studies;
  int64_t patients;
  uint64_t seed;
  int32_t n_row, n_study;
  B7ValidationRow *rows;
  double seconds;
};

/* The trial that stands for an arm of a study, in the trial format (docs/trial_format.md); endpoints are
   those that the study's rows read. The text is released by the caller. */
B7Text b7_study_trial_text(const B7Study *study, int32_t arm, const B7Hooks *hooks);

#endif
