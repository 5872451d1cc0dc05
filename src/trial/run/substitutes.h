/* substitutes.h - values that a fit tries in place of those that the files say, for runs of a trial that was
 * read once. */
#ifndef B7_TRIAL_RUN_SUBSTITUTES_H
#define B7_TRIAL_RUN_SUBSTITUTES_H

#include "trial/run/trial_run_parts.h"

typedef enum B7SubstituteWhat {
  B7_SUBSTITUTE_VALUE,
  B7_SUBSTITUTE_SPREAD,
  B7_SUBSTITUTE_SHARE
} B7SubstituteWhat;

/* One number of the population file, for the parameter own[own] of the kernel. */
typedef struct B7SubstituteDraw {
  int32_t own;
  B7SubstituteWhat what;
  double value;
} B7SubstituteDraw;

/* One attribute of an arm's product: an argument of its infusion. */
typedef struct B7SubstituteArgument {
  int32_t arm; /* of the trial */
  const char *name;
  double value;
} B7SubstituteArgument;

/* From weak to strong: the model's values, what the population file says, these, the trial's own settings. */
struct B7Substitutes {
  int32_t n_setting, n_draw, n_argument;
  const B7ParameterSetting *settings; /* of the model: they hold where the population file says nothing */
  const B7SubstituteDraw *draws;
  const B7SubstituteArgument *arguments;
};

/* As b7_trial_run, with other values. Criteria and plans are borrowed from `like`, a run of the same trial by
   the same kernel that must outlive *out; so nothing but the population file is read, and several threads may
   do this side by side. Errors: those of b7_trial_run. */
B7Status b7_trial_run_like(const B7TrialRun *like, const B7Substitutes *substitutes,
                           const B7TrialOptions *options, const B7Hooks *hooks, B7TrialRun **out,
                           B7Error *error);

/* The trial's settings behind the substitutes' (later ones win), from the arena. */
B7Status b7_substitute_settings(const B7Substitutes *substitutes, const B7Trial *trial, B7Arena *arena,
                                const B7ParameterSetting **settings, int32_t *count, B7Error *error);
/* Write the draws over those of the population. */
void b7_substitute_draws(const B7Substitutes *substitutes, B7Population *population);
/* Copies of the plans of an arm with the arguments of every infusion replaced, from the arena. */
B7Status b7_substitute_arguments(const B7Substitutes *substitutes, int32_t arm, const B7Kernel *kernel,
                                 B7Arena *arena, B7ArmPlans *plans, B7Error *error);

#endif
