/* result.h - what a simulation leaves in memory. Filled by sim/, read by result/, assess/, report/. */
#ifndef B7_RESULT_RESULT_H
#define B7_RESULT_RESULT_H

#include "base/memory.h"

/* The events of one patient; rows belong to the result's arenas. */
typedef struct B7PatientEvents {
  B7HappenedEvent *rows;
  int32_t count;
} B7PatientEvents;

struct B7Result {
  B7Arena arena;
  B7Arena *worker_arenas; /* rows of events, one arena a thread */
  int32_t n_arenas;
  int64_t patients;
  int32_t n_times, n_observable;
  double *t_day;  /* n_times */
  double *values; /* [n_observable][row], a row being [patients][n_times] and what keeps rows apart */
  size_t row;
  B7Fault *faults;         /* patients */
  double *fault_day;       /* patients; NaN when none */
  B7PatientEvents *events; /* patients */
  uint64_t *patient_hash;  /* fingerprint of one patient's outcome bytes */
  B7SolverStatistics statistics;
  char hash[17];
};

/* Outcomes that are looked at patient by patient and not kept: when a patient has ended, `call` sees that patient's at
   `slot` of `slots`, in the thread of the worker (below the number of threads); they hold until it returns. */
typedef struct B7Finish {
  void (*call)(void *user, int32_t worker, const B7Result *slots, int32_t slot, int64_t patient);
  void *user;
} B7Finish;

#define B7_FINGERPRINT_LINES 4

/* Fingerprint of the outcomes of a patient so far: lines of multiply and rotate, in turn over the values. */
typedef struct B7Fingerprint {
  uint64_t lines[B7_FINGERPRINT_LINES];
} B7Fingerprint;

/* Room for all outcomes, values not set, no fault; n_arenas of worker arenas. The caller frees *out with
 * b7_result_free. */
B7Status b7_result_make(const B7Hooks *hooks, int64_t patients, int32_t n_times, const double *t_day,
                        int32_t n_observable, int32_t n_arenas, B7Result **out, B7Error *error);
B7Fingerprint b7_fingerprint_start(void);
/* Values of all observables of a patient at a time: observed[o * stride]. */
void b7_result_record(B7Result *result, int64_t patient, int32_t time, const double *observed, int32_t stride,
                      B7Fingerprint *fingerprint);
/* What is left when a patient has ended: NaN from time n_recorded on, and the fingerprint over values, fault and
 * events, which stand in the result. */
void b7_result_close(B7Result *result, int64_t patient, int32_t n_recorded, const B7Fingerprint *fingerprint);
/* Join the fingerprints of all patients, in their order, into result->hash. */
void b7_result_seal(B7Result *result);

#endif
