#include "sim/deaths.h"

#include <math.h>

#include "base/random.h"
#include "kernel/tables.h"

static const char *const hazards[B7_HAZARDS] = {"hazard_infection", "hazard_bleeding", "hazard_gvhd",
                                                "hazard_toxicity", "hazard_disease"};

bool b7_hazards_find(const B7KernelTables *tables, int32_t observables[B7_HAZARDS]) {
  for (int k = 0; k < B7_HAZARDS; k++) {
    observables[k] = b7_tables_observable(tables, hazards[k]);
    if (observables[k] < 0) return false;
  }
  return true;
}

double b7_death_threshold(const B7Population *population, uint64_t seed, uint64_t id) {
  if (population->sobol) return -log(b7_population_chance(population, id, B7_CHANCE_DEATH));
  B7Random random = b7_random_at(seed, id, B7_STREAM_HAZARDS, 0);
  return b7_random_exponential(&random);
}
