#include "treat/plan_event.h"

double b7_plan_event_factor(const B7KernelTables *tables, const B7PlanEvent *event, const double *own,
                            int32_t stride, const double *shared) {
  double factor = 1.0;
  for (int k = 0; k < 2; k++) {
    if (event->scale_parameter[k] < 0) continue;
    const B7KernelParameter *parameter = &tables->parameters[event->scale_parameter[k]];
    double value = parameter->own_index >= 0      ? own[(int64_t)parameter->own_index * stride]
                   : parameter->shared_index >= 0 ? shared[parameter->shared_index]
                                                  : parameter->value;
    factor *= event->scale_power[k] > 0 ? value : 1.0 / value;
  }
  return factor;
}
