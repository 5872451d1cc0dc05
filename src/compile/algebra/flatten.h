/* flatten.h - a model as roots of one graph: reactions summed into slopes, definitions substituted,
 * parameters, latches and states in their places in the kernel's arrays.
 */
#ifndef B7_COMPILE_ALGEBRA_FLATTEN_H
#define B7_COMPILE_ALGEBRA_FLATTEN_H

#include "compile/algebra/classify.h"
#include "compile/algebra/graph.h"
#include "model/model.h"

/* One write of an event. array: STATE, EXACT or LATCH; node: the new value. */
typedef struct B7FlatChange {
  B7Array array;
  int32_t index;
  int32_t node;
} B7FlatChange;

typedef struct B7FlatEvent {
  int32_t n_change;
  B7FlatChange *changes;
} B7FlatEvent;

/* Nodes of the graph. STATE and SLOPE indices count integrated states in model order; everything else is in
 * place. */
typedef struct B7Flat {
  int32_t *initial_state;      /* n_state */
  int32_t *initial_exact;      /* n_exact */
  int32_t *loss_rate;          /* n_exact: k in dx/dt = -k x */
  int32_t *slope;              /* n_state */
  int32_t *observable;         /* n_observable */
  B7FlatEvent *events;         /* n_event */
  int32_t n_reaction;          /* of counted states */
  int32_t *rate;               /* n_reaction: cells per day */
  B7KernelReaction *reactions; /* n_reaction; state in model order of integrated states */
} B7Flat;

/* Everything from the graph's arena. Texts point into the model. Errors: MEMORY. */
B7Status b7_flatten(const B7Model *model, const B7Places *places, B7Graph *graph, B7Flat *out,
                    B7Error *error);

#endif
