#include "trial/run/substitutes.h"

#include <string.h>

#include "base/status.h"

B7Status b7_substitute_settings(const B7Substitutes *substitutes, const B7Trial *trial, B7Arena *arena,
                                const B7ParameterSetting **settings, int32_t *count, B7Error *error) {
  int32_t n = substitutes ? substitutes->n_setting : 0;
  *settings = trial->settings;
  *count = trial->n_setting;
  if (n == 0) return B7_OK;
  B7ParameterSetting *all = B7_ARENA_ARRAY(arena, B7ParameterSetting, n + trial->n_setting);
  if (!all) return b7_fail_memory(error);
  memcpy(all, substitutes->settings, (size_t)n * sizeof *all);
  if (trial->n_setting > 0) memcpy(all + n, trial->settings, (size_t)trial->n_setting * sizeof *all);
  *settings = all;
  *count = n + trial->n_setting;
  return B7_OK;
}

void b7_substitute_draws(const B7Substitutes *substitutes, B7Population *population) {
  for (int32_t i = 0; substitutes && i < substitutes->n_draw; i++) {
    const B7SubstituteDraw *from = &substitutes->draws[i];
    B7Draw *draw = &population->draws[from->own];
    switch (from->what) {
    case B7_SUBSTITUTE_VALUE:
      draw->value = from->value;
      break;
    case B7_SUBSTITUTE_SPREAD:
      draw->spread_sd = from->value;
      break;
    case B7_SUBSTITUTE_SHARE:
      draw->share = from->value;
      break;
    }
  }
}

/* one plan with other arguments; everything else is shared with the original */
static B7Status substitute_plan(const B7Substitutes *substitutes, int32_t arm, const B7KernelTables *tables,
                                B7Arena *arena, B7Plan **plan, B7Error *error) {
  B7Plan *copy = B7_ARENA_ARRAY(arena, B7Plan, 1);
  double *arguments = B7_ARENA_ARRAY(arena, double, (*plan)->n_argument);
  if (!copy || !arguments) return b7_fail_memory(error);
  *copy = **plan;
  if (copy->n_argument > 0)
    memcpy(arguments, (*plan)->arguments, (size_t)copy->n_argument * sizeof *arguments);
  for (int32_t i = 0; i < copy->n_event; i++) {
    const B7KernelEvent *event = &tables->events[copy->events[i].event];
    if (copy->events[i].role != B7_ROLE_INFUSION) continue;
    for (int32_t s = 0; s < substitutes->n_argument; s++) {
      if (substitutes->arguments[s].arm != arm) continue;
      for (int32_t k = 0; k < event->n_argument; k++) {
        if (strcmp(event->argument_names[k], substitutes->arguments[s].name) == 0)
          arguments[copy->events[i].argument_start + k] = substitutes->arguments[s].value;
      }
    }
  }
  copy->arguments = arguments;
  *plan = copy;
  return B7_OK;
}

B7Status b7_substitute_arguments(const B7Substitutes *substitutes, int32_t arm, const B7Kernel *kernel,
                                 B7Arena *arena, B7ArmPlans *plans, B7Error *error) {
  if (!substitutes || substitutes->n_argument == 0) return B7_OK;
  for (int32_t fate = 0; fate < B7_ARM_FATES; fate++) {
    if (plans->plan[fate])
      B7_TRY(substitute_plan(substitutes, arm, b7_kernel_tables(kernel), arena, &plans->plan[fate], error));
  }
  return B7_OK;
}
