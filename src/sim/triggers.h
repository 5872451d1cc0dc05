/* triggers.h - events that a model brings along: which fire, which wait, which act first. Running leg.
 *
 * As SBML Level 3 has it: an event fires when its condition becomes true, and acts after its delay; one that is not
 * persistent is dropped when its condition becomes false before; of those that are due together the one of highest
 * priority acts first, and what it changes may fire or drop others.
 */
#ifndef B7_SIM_TRIGGERS_H
#define B7_SIM_TRIGGERS_H

#include "base/memory.h"
#include "base/random.h"

/* What the run of a model offers: `observe` fills `observed` from the state at a time, `set` changes a state. */
typedef struct B7TriggerHost {
  const double *observed;
  void (*observe)(void *user, double time);
  void (*set)(void *user, int32_t state, double value);
  void *user;
} B7TriggerHost;

/* An event that has fired and waits for its time. */
typedef struct B7Firing {
  int32_t trigger;
  double time;    /* when it acts */
  double *values; /* of its assignments when it fired; NULL: taken when it acts */
} B7Firing;

typedef struct B7Triggers {
  B7Arena *arena;
  int32_t n;
  const B7KernelTrigger *rows;
  bool *holds; /* condition as last seen */
  B7Firing *waiting;
  size_t n_waiting, capacity;
  double *scratch; /* values of one event */
  B7Random random; /* order of events of equal priority */
  int64_t acted;
} B7Triggers;

/* Conditions count as false or true before the start as the model says. Errors: MEMORY. */
B7Status b7_triggers_make(B7Arena *arena, const B7KernelTables *tables, uint64_t seed, B7Triggers *triggers,
                          B7Error *error);
/* True when some condition in `observed` is not as last seen. */
bool b7_triggers_turn(const B7Triggers *triggers, const double *observed);
/* When the next waiting event acts; infinite when none waits. */
double b7_triggers_next(const B7Triggers *triggers);
/* Let everything happen that is due at `time`, with `observed` of that time given; true in *changed when a state may
 * have changed. Errors: NUMERICAL (events that set each other off without end, a delay that is no number), MEMORY. */
B7Status b7_triggers_settle(B7Triggers *triggers, const B7TriggerHost *host, double time, bool *changed,
                            B7Error *error);

#endif
