/* worker_parts.h - one worker from inside: its lanes, and the parts that move them: patients in and out (lane_patients.c),
 * outputs and decisions (lane_looks.c), events (lane_events.c), steps (worker.c). Running leg. */
#ifndef B7_SIM_WORKER_PARTS_H
#define B7_SIM_WORKER_PARTS_H

#include "sim/simulation_setup.h"
#ifdef B7_HAVE_CVODE
#include "kernel/cvode.h"
#endif

/* step after an event or at the start, at most; the error control takes it from there */
#define B7_RESTART_STEP_DAY 0.4
/* protocols under way in one patient, at most */
#define B7_LAUNCHED_MOST 4

/* a protocol under way in one patient */
typedef struct B7Launched {
  const B7Protocol *protocol;
  double start_day;
  int32_t next_event, rule;
} B7Launched;

/* one patient under way */
typedef struct B7Lane {
  int64_t patient; /* -1: idle */
  const B7Plan *plan;
  bool fresh;                     /* nothing recorded yet */
  bool changed, dead;             /* by an event; at an output */
  double next_event_day;          /* planned or of a protocol under way; the horizon when there is none */
  double threshold;               /* of the summed hazards, at which the patient dies */
  double anchor_day[B7_FOLLOWED]; /* latest infusion and graft, where the policy asks */
  int32_t next_event, next_output;
  int64_t next_check;
  int32_t n_fired, n_happened, n_launched;
  B7Launched launched[B7_LAUNCHED_MOST];
  B7Fingerprint fingerprint;
  int32_t *fired;
  B7PolicyMemory *memory;
  B7HappenedEvent *happened;
} B7Lane;

struct B7Worker {
  const B7SimulationSetup *setup;
  int32_t number;
  B7Result *slots; /* outcomes of the patients under way, one a lane, when none are kept; else NULL */
  B7Arena *events_arena;
  B7HappenedEvent *rows;
  int32_t rows_left;
  bool failed;
  B7Group group;
  const B7Stepper *stepper;
  B7Extinction extinction;
#ifdef B7_HAVE_CVODE
  B7Cvode *cvode; /* NULL unless it is the solver */
#endif
  B7Lane lanes[B7_LANES_MAX];
  double *own, *arguments; /* one patient's parameters; one event's arguments */
  double *start_y, *start_x;
  B7StepControl control;
  B7SolverStatistics statistics;
  int32_t n_under_way;
  bool ended; /* some patient is to be dismissed */
  int64_t useful, all, finished;
};

/* as fmin of numbers, inlined */
static inline double b7_lesser(double a, double b) {
  return b < a ? b : a;
}

/* where the outcomes of the patient in a lane stand */
static inline B7Result *b7_lane_result(const B7Worker *worker) {
  return worker->slots ? worker->slots : worker->setup->result;
}

static inline int64_t b7_lane_slot(const B7Worker *worker, int32_t w) {
  return worker->slots ? w : worker->lanes[w].patient;
}

static inline void b7_copy_lane(double *to, const double *from, int32_t n, int32_t lanes, int32_t w) {
  for (int32_t i = 0; i < n; i++) to[i * lanes + w] = from[i * lanes + w];
}

/* A patient into an idle lane, and out of a lane with the fault that ended it or none. */
void b7_lane_admit(B7Worker *worker, int32_t w, int64_t patient);
void b7_lane_dismiss(B7Worker *worker, int32_t w, B7Fault fault);

/* Outputs and decisions that are due: at the start of lanes that have just begun, and inside the step just made, in order
   of time; a lane in which a rule fires or the patient dies ends its step there. */
void b7_lanes_look_at_start(B7Worker *worker);
void b7_lanes_look_along_step(B7Worker *worker);

/* Remember what happened to the patient of a lane. */
void b7_lane_happen(B7Worker *worker, int32_t w, B7HappenedEvent row);
/* Events that are due in a lane: planned, decided, of protocols under way; and when the next is. */
void b7_lane_apply_due(B7Worker *worker, int32_t w);

#endif
