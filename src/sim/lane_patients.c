/* lane_patients.c - patients into lanes and out of them. */
#include <math.h>
#include <string.h>

#include "sim/population.h"
#include "sim/worker_parts.h"

#define EVENT_ROWS_CHUNK 4096

void b7_lane_admit(B7Worker *worker, int32_t w, int64_t patient) {
  const B7SimulationSetup *setup = worker->setup;
  const B7KernelTables *tables = setup->tables;
  B7Group *g = &worker->group;
  B7Lane *lane = &worker->lanes[w];
  b7_population_patient(setup->population, patient, worker->own);
  for (int32_t i = 0; i < tables->n_own; i++) g->own[i * g->lanes + w] = worker->own[i];
  for (int32_t i = 0; i < tables->n_latch; i++) g->latch[i * g->lanes + w] = tables->latches[i].initial;
  b7_group_derive(g);
  g->code->initial(g->code->program, g->shared, g->own, g->latch, g->derived, worker->start_y,
                   worker->start_x);
  b7_copy_lane(g->y, worker->start_y, tables->n_state, g->lanes, w);
  b7_copy_lane(g->x, worker->start_x, tables->n_exact, g->lanes, w);
  g->last_error[w] = 1;
  g->slope_stale[w] = 1;
  B7Lane kept = *lane;
  worker->n_under_way++;
  *lane = (B7Lane){.patient = patient,
                   .plan = b7_simulation_plan(setup, patient),
                   .fresh = true,
                   .changed = true,
                   .fingerprint = b7_fingerprint_start(),
                   .fired = kept.fired,
                   .memory = kept.memory,
                   .happened = kept.happened};
  B7StepControl *c = &worker->control;
  c->live[w] = 1;
  c->t_day[w] = c->steps[w] = c->refused[w] = c->cut[w] = 0;
  c->wanted_day[w] = B7_RESTART_STEP_DAY;
  // what is planned for the start is due at once
  c->hits[w] = 1;
  if (setup->n_hazard > 0)
    lane->threshold = b7_death_threshold(setup->population, setup->options.seed,
                                         b7_population_id(setup->population, patient));
  for (int k = 0; k < B7_FOLLOWED; k++) lane->anchor_day[k] = NAN;
  if (lane->plan->policy) b7_policy_memory_clear(lane->plan->policy, lane->memory);
  b7_extinction_start(&worker->extinction, g, w,
                      b7_random_at(setup->options.seed, b7_population_id(setup->population, patient),
                                   B7_STREAM_EXTINCTION, 0));
}

/* rows of events are moved to where they may stay */
static void keep_events(B7Worker *worker, const B7Lane *lane, B7PatientEvents *out) {
  if (worker->rows_left < lane->n_happened) {
    int32_t count = lane->n_happened > EVENT_ROWS_CHUNK ? lane->n_happened : EVENT_ROWS_CHUNK;
    worker->rows = B7_ARENA_ARRAY(worker->events_arena, B7HappenedEvent, count);
    worker->rows_left = worker->rows ? count : 0;
  }
  if (worker->rows_left < lane->n_happened) {
    worker->failed = true;
    return;
  }
  if (lane->n_happened > 0)
    memcpy(worker->rows, lane->happened, sizeof(B7HappenedEvent) * (size_t)lane->n_happened);
  *out = (B7PatientEvents){.rows = worker->rows, .count = lane->n_happened};
  worker->rows += lane->n_happened;
  worker->rows_left -= lane->n_happened;
}

void b7_lane_dismiss(B7Worker *worker, int32_t w, B7Fault fault) {
  B7Result *result = b7_lane_result(worker);
  B7Lane *lane = &worker->lanes[w];
  const int64_t slot = b7_lane_slot(worker, w);
  const B7Finish *finish = worker->setup->finish;
  result->faults[slot] = fault;
  result->fault_day[slot] = fault != B7_FAULT_NONE ? worker->control.t_day[w] : NAN;
  worker->statistics.faults += fault != B7_FAULT_NONE;
  if (worker->slots)
    result->events[slot] = (B7PatientEvents){.rows = lane->happened, .count = lane->n_happened};
  else
    keep_events(worker, lane, &result->events[slot]);
  b7_result_close(result, slot, lane->next_output, &lane->fingerprint);
  if (worker->slots) finish->call(finish->user, worker->number, result, w, lane->patient);
  worker->finished++;
  lane->patient = -1;
  worker->control.live[w] = worker->control.take[w] = 0;
  worker->control.stop_day[w] = worker->control.next_look_day[w] = INFINITY;
  worker->n_under_way--;
}
