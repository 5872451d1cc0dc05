#include "sim/deaths.h"

#include <math.h>

#include "base/random.h"
#include "kernel/tables.h"

static const B7Need hazards[B7_HAZARDS] = {
#define HAZARD_NEED(id, name, label) B7_NEED_DEATH_##id,
    B7_DEATH_CAUSE_LIST(HAZARD_NEED)
#undef HAZARD_NEED
};

bool b7_hazards_find(const B7KernelTables *tables, int32_t observables[B7_HAZARDS]) {
  for (int k = 0; k < B7_HAZARDS; k++) {
    observables[k] = b7_tables_need(tables, hazards[k]);
    if (observables[k] < 0) return false;
  }
  return true;
}

double b7_death_threshold(const B7Population *population, uint64_t seed, uint64_t id) {
  if (population->sobol) return -log(b7_population_chance(population, id, B7_CHANCE_DEATH));
  B7Random random = b7_random_at(seed, id, B7_STREAM_HAZARDS, 0);
  return b7_random_exponential(&random);
}

B7DeathCause b7_death_cause(const double added[B7_DEATH_CAUSES], uint64_t seed, uint64_t id) {
  B7Random random = b7_random_at(seed, id, B7_STREAM_HAZARDS, 1);
  double sum = 0;
  for (int k = 0; k < B7_DEATH_CAUSES; k++) sum += fmax(0, added[k]);
  double left = b7_random_uniform(&random) * sum;
  int last = 0;
  for (int k = 0; k < B7_DEATH_CAUSES; k++) {
    if (!(added[k] > 0)) continue;
    last = k;
    left -= added[k];
    if (left < 0) break;
  }
  return (B7DeathCause)last;
}
