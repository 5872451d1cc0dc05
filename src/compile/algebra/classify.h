/* classify.h - what kind of quantity everything is: own or shared, exact or integrated, computed ahead or
 * each time. */
#ifndef B7_COMPILE_ALGEBRA_CLASSIFY_H
#define B7_COMPILE_ALGEBRA_CLASSIFY_H

#include "compile/algebra/graph.h"
#include "model/model.h"

/* Where the model's items stand in the kernel's arrays; -1 for not in that array. */
typedef struct B7Places {
  int32_t n_own, n_shared, n_exact, n_state;
  int32_t *own, *shared; /* by parameter of the model */
  int32_t *exact,
      *state; /* by state of the model; state: integrated ones in model order, before elimination order */
  int32_t *model_exact, *model_state; /* the model's state of each place */
} B7Places;

/* Own: parameters that vary between patients, by a spread or by patient data; the others are shared (their
   one value can still be set for everyone). Exact: what the model found to decay in closed form, unless it is
   counted in the extinction regime, which needs its jumps. Everything from the arena. false when memory is
   out. */
bool b7_classify(const B7Model *model, B7Arena *arena, B7Places *out);

/* Nodes of level low to high to be computed ahead: those that a node above `high` uses, or that are roots.
   Signs and conditions are not stored; what they are formed from is. Inputs count only when with_inputs.
   Marks one byte a node, from the arena; NULL when memory is out. */
uint8_t *b7_classify_frontier(const B7Graph *graph, B7Arena *arena, const int32_t *roots, size_t n_root,
                              B7Level low, B7Level high, bool with_inputs);

#endif
