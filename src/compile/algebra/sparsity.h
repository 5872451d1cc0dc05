/* sparsity.h - the pattern of the Jacobian, the order of elimination, and the LU decomposition as a list of
 * steps.
 *
 * The matrix factored is (d I - J) with d > 0 the same for all rows of a patient, in the integrators' stage
 * equations: its diagonal dominates for small steps, so pivots stay on the diagonal and the order can be
 * fixed in advance. The order is Markowitz's (1957): at each step the pivot with the least (row - 1)(column -
 * 1) of what is left.
 */
#ifndef B7_COMPILE_ALGEBRA_SPARSITY_H
#define B7_COMPILE_ALGEBRA_SPARSITY_H

#include "base/memory.h"

/* One multiply-add or reciprocal of the factorisation, over slots of the LU array:
     SHIFT   lu[to] = lu[to] - d, the diagonal of row `row`
     MULTIPLY-ADD  lu[to] = lu[to] + lu[a] * lu[b]
     SCALE   lu[to] = lu[to] * lu[a], a the slot of a diagonal
     INVERT  lu[to] = -1 / lu[to]
     INVERT-PAIR  both lu[to] and lu[a], by one division: r = -1 / (lu[to] lu[a]), times the other
   What comes out: on the diagonal the reciprocal of the pivot of (d I - J), off it the factors with their
   sign changed, so that solving is multiply-adds alone. */
typedef enum B7LuOp { B7_LU_SHIFT, B7_LU_MULTIPLY_ADD, B7_LU_SCALE, B7_LU_INVERT, B7_LU_INVERT_PAIR } B7LuOp;

typedef struct B7LuStep {
  B7LuOp op;
  int32_t row, to, a, b;
} B7LuStep;

/* One step of solving, over b: MULTIPLY-ADD  b[to] += lu[slot] * b[from];  SCALE  b[to] *= lu[slot] (from =
 * to). */
typedef struct B7SolveStep {
  bool scale;
  int32_t to, slot, from;
} B7SolveStep;

typedef struct B7Sparsity {
  int32_t n;
  int32_t *order;     /* order[place] = original index */
  int32_t *place;     /* place[original] = elimination step = index in y */
  int32_t n_jacobian; /* entries given */
  int32_t n_lu;       /* with fill and the whole diagonal */
  int32_t *row_start; /* n + 1, in elimination order */
  int32_t *column;    /* n_lu, ascending in each row */
  int32_t *diagonal;  /* slot of (i, i) */
  uint8_t *is_fill;   /* slots that the Jacobian does not write */
  int32_t n_factor;
  B7LuStep *factor; /* row by row */
  int32_t n_solve;
  B7SolveStep *solve;
} B7Sparsity;

/* Pattern given as n_entry pairs of original indices, without repeats. Everything from the arena. false when
   memory is out. */
bool b7_sparsity_make(B7Arena *arena, int32_t n, const int32_t *rows, const int32_t *columns, int32_t n_entry,
                      B7Sparsity *out);
/* Slot of an entry of original indices; -1 when it is not in the pattern. */
int32_t b7_sparsity_slot(const B7Sparsity *sparsity, int32_t row, int32_t column);

#endif
