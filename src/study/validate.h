/* validate.h - every study simulated as it was done, beside what it printed. */
#ifndef B7_STUDY_VALIDATE_H
#define B7_STUDY_VALIDATE_H

#include "study/studies.h"

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
/* Simulate an arm of a study as it was done. The caller frees *run with b7_trial_run_free, then *trial with
   b7_trial_free, also after a failure. Errors: those of trials, told at the arm. */
B7Status b7_study_arm_run(const B7Studies *studies, const B7Study *study, int32_t arm, const B7Kernel *kernel,
                          const char *criteria_folder, const B7TrialOptions *options, const B7Hooks *hooks,
                          B7Trial **trial, B7TrialRun **run, B7Error *error);

#endif
