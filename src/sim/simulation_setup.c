#include "sim/simulation_setup.h"

#include <math.h>

#include "base/status.h"

/* absolute tolerance as a share of the negligible amount, at 1e-6 and above: what is small now may grow again, and
   small outputs keep the relative tolerance, too */
#define ABSOLUTE_SHARE 1e-4

B7Status b7_simulation_tolerances(B7Arena *arena, B7SimulationSetup *setup, B7Error *error) {
  int32_t n = setup->tables->n_state;
  double *absolute = B7_ARENA_ARRAY(arena, double, n + 1), *lowest = B7_ARENA_ARRAY(arena, double, n + 1);
  if (!absolute || !lowest) return b7_fail_memory(error);
  // tighter runs shrink the absolute tolerance, looser runs keep it
  double scale = fmin(1, setup->options.relative_tolerance / 1e-6);
  for (int32_t i = 0; i < n; i++) {
    const B7KernelState *state = &setup->tables->states[i];
    double negligible = (state->negligible > 0 ? state->negligible : 1e-6) * scale;
    absolute[i] = ABSOLUTE_SHARE * negligible;
    lowest[i] = state->cells_per_unit > 0 ? -negligible : -INFINITY;
  }
  setup->absolute = absolute;
  setup->lowest = lowest;
  return B7_OK;
}

int32_t b7_simulation_happened_capacity(const B7KernelTables *tables, const B7Plan *plan) {
  double most = plan->n_event + 64 + 8 * tables->n_state;
  if (plan->policy) {
    for (int32_t r = 0; r < plan->policy->n_rule; r++) {
      const B7PolicyRule *rule = &plan->policy->rules[r];
      double every = fmax(rule->every_day, plan->policy->check_every_day);
      double firings = every > 0 ? plan->horizon_day / every + 2 : 2;
      double times = rule->at_most > 0 ? fmin(rule->at_most, firings) : firings;
      most += rule->protocol > 0 ? times * plan->protocols[rule->protocol - 1].n_event : times;
    }
  }
  return (int32_t)fmin(most, 1e6);
}
