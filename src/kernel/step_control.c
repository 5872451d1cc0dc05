#include "kernel/step_control.h"

#include <math.h>

#include "base/status.h"

B7Status b7_step_control_make(B7Arena *arena, int32_t lanes, B7StepControl *control, B7Error *error) {
  double **const arrays[] = {
      &control->live,  &control->t_day,         &control->wanted_day, &control->stop_day, &control->end_day,
      &control->hits,  &control->cut,           &control->refused,    &control->stands,   &control->take,
      &control->steps, &control->next_look_day, &control->due_day,    &control->share};
  for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
    *arrays[i] = B7_ARENA_ARRAY(arena, double, lanes);
    if (!*arrays[i]) return b7_fail_memory(error);
  }
  // idle lanes compute too: a step that divides, and no stop to shorten it to nothing
  for (int32_t w = 0; w < lanes; w++) {
    control->wanted_day[w] = control->stands[w] = control->share[w] = 1;
    control->stop_day[w] = control->next_look_day[w] = control->due_day[w] = INFINITY;
  }
  return B7_OK;
}
