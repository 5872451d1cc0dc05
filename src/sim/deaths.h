/* deaths.h - when a virtual patient dies: the sum of the model's cumulative hazards passes a threshold of
 * that patient's own. */
#ifndef B7_SIM_DEATHS_H
#define B7_SIM_DEATHS_H

#include "bridge7_trial.h"
#include "sim/population.h"

/* as many as there are causes (B7DeathCause), in their order */
#define B7_HAZARDS ((int)B7_DEATH_CAUSES)

/* Places of the cumulative hazards among the observables; false when the model lacks one: nobody dies. */
bool b7_hazards_find(const B7KernelTables *tables, int32_t observables[B7_HAZARDS]);
/* Exponential with mean 1, from the patient's own stream under the seed of the simulation, or from the
   population's Sobol sequence. */
double b7_death_threshold(const B7Population *population, uint64_t seed, uint64_t id);
/* What a patient died of: drawn from that patient's own stream, by the share of each hazard in what was added over the interval in
   which the sum passed the threshold. */
B7DeathCause b7_death_cause(const double added[B7_DEATH_CAUSES], uint64_t seed, uint64_t id);

#endif
