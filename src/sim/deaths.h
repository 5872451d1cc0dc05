/* deaths.h - when a virtual patient dies: the sum of the model's cumulative hazards passes a threshold of
 * that patient's own. */
#ifndef B7_SIM_DEATHS_H
#define B7_SIM_DEATHS_H

#include "sim/population.h"

#define B7_HAZARDS 5

/* Places of the cumulative hazards among the observables; false when the model lacks one: nobody dies. */
bool b7_hazards_find(const B7KernelTables *tables, int32_t observables[B7_HAZARDS]);
/* Exponential with mean 1, from the patient's own stream under the seed of the simulation, or from the
   population's Sobol sequence. */
double b7_death_threshold(const B7Population *population, uint64_t seed, uint64_t id);

#endif
