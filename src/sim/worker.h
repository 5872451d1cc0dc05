/* worker.h - one worker: a group of lanes that takes patients, block by block, until none is left. */
#ifndef B7_SIM_WORKER_H
#define B7_SIM_WORKER_H

#include "sim/simulation_setup.h"

/* The workspace of worker `number`, in the arena; rows of events go to events_arena (NULL when outcomes are not kept).
 * Release with b7_worker_free before the arena. */
B7Status b7_worker_make(B7Arena *arena, const B7SimulationSetup *setup, int32_t number, B7Arena *events_arena,
                        B7Worker **out, B7Error *error);
/* What the arena does not hold: the reference integrator, and outcomes that are not kept. NULL is accepted. */
void b7_worker_free(B7Worker *worker);
/* Simulate until the queue is empty and all that were taken have ended. Allocates nothing but room for finished
   patients' events. */
void b7_worker_run(B7Worker *worker, B7Queue queue);
/* Bytes of outcomes that are not kept, beside the arena. */
int64_t b7_worker_slot_bytes(const B7Worker *worker);
/* Work done so far by this worker. */
const B7SolverStatistics *b7_worker_statistics(const B7Worker *worker);
/* Patients that have ended so far. */
int64_t b7_worker_finished(const B7Worker *worker);
/* Lane steps that did useful work, and all of them. */
void b7_worker_occupancy(const B7Worker *worker, int64_t *useful, int64_t *all);
/* True when memory for events ran out. */
bool b7_worker_failed(const B7Worker *worker);

#endif
