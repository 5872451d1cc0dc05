#include "sim/triggers.h"

#include <math.h>

#include "base/status.h"

/* events that act at one moment, before they are taken to set each other off without end */
#define MOST_AT_ONCE 100000

B7Status b7_triggers_make(B7Arena *arena, const B7KernelTables *tables, uint64_t seed, B7Triggers *triggers,
                          B7Error *error) {
  int32_t most = 0;
  *triggers = (B7Triggers){.arena = arena,
                           .n = tables->n_trigger,
                           .rows = tables->triggers,
                           .random = b7_random_at(seed, 0, B7_STREAM_DECISIONS, 0),
                           .holds = B7_ARENA_ARRAY(arena, bool, tables->n_trigger + 1)};
  if (!triggers->holds) return b7_fail_memory(error);
  for (int32_t i = 0; i < triggers->n; i++) {
    triggers->holds[i] = triggers->rows[i].true_before;
    if (triggers->rows[i].n_assignment > most) most = triggers->rows[i].n_assignment;
  }
  triggers->scratch = B7_ARENA_ARRAY(arena, double, most + 1);
  return triggers->scratch ? B7_OK : b7_fail_memory(error);
}

static bool condition(const B7KernelTrigger *row, const double *observed) {
  return observed[row->condition] != 0 && !isnan(observed[row->condition]);
}

bool b7_triggers_turn(const B7Triggers *triggers, const double *observed) {
  for (int32_t i = 0; i < triggers->n; i++)
    if (condition(&triggers->rows[i], observed) != triggers->holds[i]) return true;
  return false;
}

double b7_triggers_next(const B7Triggers *triggers) {
  double next = INFINITY;
  for (size_t i = 0; i < triggers->n_waiting; i++) next = fmin(next, triggers->waiting[i].time);
  return next;
}

static void read_values(const B7KernelTrigger *row, const double *observed, double *values) {
  for (int32_t i = 0; i < row->n_assignment; i++) values[i] = observed[row->assignments[i].value];
}

static B7Status fire(B7Triggers *t, int32_t trigger, const double *observed, double time, B7Error *error) {
  const B7KernelTrigger *row = &t->rows[trigger];
  double delay = row->delay >= 0 ? observed[row->delay] : 0;
  if (!(delay >= 0))
    return b7_fail(error, B7_ERROR_NUMERICAL, "the event '%s' fires at time %.9g with a delay of %g",
                   row->name, time, delay);
  B7Firing *all = b7_arena_grow(t->arena, t->waiting, t->n_waiting, &t->capacity, sizeof *all);
  double *values = row->values_at_trigger ? B7_ARENA_ARRAY(t->arena, double, row->n_assignment + 1) : NULL;
  if (!all || (row->values_at_trigger && !values)) return b7_fail_memory(error);
  if (values) read_values(row, observed, values);
  t->waiting = all;
  all[t->n_waiting++] = (B7Firing){trigger, time + delay, values};
  return B7_OK;
}

static void remove_firing(B7Triggers *t, size_t at) {
  for (size_t i = at + 1; i < t->n_waiting; i++) t->waiting[i - 1] = t->waiting[i];
  t->n_waiting--;
}

/* conditions that turned: what became true fires, what became false drops its own that do not persist */
static B7Status look(B7Triggers *t, const double *observed, double time, B7Error *error) {
  for (int32_t i = 0; i < t->n; i++) {
    bool held = t->holds[i], holds = condition(&t->rows[i], observed);
    t->holds[i] = holds;
    if (holds && !held) B7_TRY(fire(t, i, observed, time, error));
    if (holds || t->rows[i].persistent) continue;
    for (size_t w = t->n_waiting; w-- > 0;)
      if (t->waiting[w].trigger == i) remove_firing(t, w);
  }
  return B7_OK;
}

/* The waiting event that acts now: of those that are due the one of highest priority; of several such one at random,
 * as SBML asks; of those without a priority the one that fired first. -1 when none is due. */
static int32_t choose(B7Triggers *t, const double *observed, double time) {
  int32_t chosen = -1, equals = 0;
  double best = -INFINITY;
  for (size_t i = 0; i < t->n_waiting; i++) {
    if (t->waiting[i].time > time) continue;
    const B7KernelTrigger *row = &t->rows[t->waiting[i].trigger];
    double priority = row->priority >= 0 ? observed[row->priority] : -INFINITY;
    if (chosen < 0 || priority > best) {
      chosen = (int32_t)i, best = priority, equals = 1;
    } else if (priority == best && row->priority >= 0) {
      // each of k equals is left standing with chance 1 / k
      if (b7_random_uniform(&t->random) * ++equals < 1) chosen = (int32_t)i;
    }
  }
  return chosen;
}

static void act(B7Triggers *t, const B7TriggerHost *host, size_t at, double time) {
  const B7Firing firing = t->waiting[at];
  const B7KernelTrigger *row = &t->rows[firing.trigger];
  double *values = firing.values ? firing.values : t->scratch;
  if (!firing.values) read_values(row, host->observed, values);
  remove_firing(t, at);
  t->acted++;
  // an amount behind a concentration goes by the size before the event, which may change it
  for (int32_t i = 0; i < row->n_assignment; i++) {
    const B7KernelAssignment *set = &row->assignments[i];
    host->set(host->user, set->state, set->size >= 0 ? values[i] * host->observed[set->size] : values[i]);
  }
  host->observe(host->user, time);
}

B7Status b7_triggers_settle(B7Triggers *t, const B7TriggerHost *host, double time, bool *changed,
                            B7Error *error) {
  *changed = false;
  B7_TRY(look(t, host->observed, time, error));
  for (int32_t acted = 0;; acted++) {
    int32_t next = choose(t, host->observed, time);
    if (next < 0) return B7_OK;
    if (acted >= MOST_AT_ONCE)
      return b7_fail(error, B7_ERROR_NUMERICAL,
                     "events set each other off without end at time %.9g; one is '%s'", time,
                     t->rows[t->waiting[next].trigger].name);
    act(t, host, (size_t)next, time);
    *changed = true;
    B7_TRY(look(t, host->observed, time, error));
  }
}
