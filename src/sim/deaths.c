#include "sim/deaths.h"

#include <math.h>

#include "base/random.h"
#include "kernel/tables.h"

static const B7Need hazards[B7_HAZARDS] = {B7_NEED_DEATH_INFECTION, B7_NEED_DEATH_BLEEDING,
                                           B7_NEED_DEATH_GVHD, B7_NEED_DEATH_TOXICITY, B7_NEED_DEATH_DISEASE};

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
