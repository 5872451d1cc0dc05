/* differentiate.h - exact derivatives of graphs, as nodes of the same graph.
 *
 * Tangents (one direction, all roots) go forwards. The Jacobian is accumulated by eliminating intermediate
 * nodes from the graph of local derivatives, cheapest first (Griewank and Reese 1991: a Markowitz rule for
 * vertices), which finds the common factors that row by row differentiation computes again and again.
 *
 * At kinks (min, max, abs, choices) the derivative of the branch that is taken holds. d(a^b)/da at a = 0 is
 * 0, the derivative of sqrt at 0 is large and finite.
 */
#ifndef B7_COMPILE_ALGEBRA_DIFFERENTIATE_H
#define B7_COMPILE_ALGEBRA_DIFFERENTIATE_H

#include "compile/algebra/graph.h"

/* d node / d operand k as a node; the constant 0 when it does not depend. */
int32_t b7_graph_partial(B7Graph *graph, int32_t node, int k);

/* Derivative of each root in one direction: seed(context, graph, array, index) gives the derivative of an
   input (a node; the constant 0 for those at rest). out[n] gets nodes; -1 when memory is out. Scratch lives
   in `scratch`. */
typedef int32_t (*B7TangentSeed)(void *context, B7Graph *graph, B7Array array, int32_t index);
void b7_graph_tangent(B7Graph *graph, B7Arena *scratch, const int32_t *roots, int32_t n, B7TangentSeed seed,
                      void *context, int32_t *out);

/* One entry of a sparse Jacobian. */
typedef struct B7JacobianEntry {
  int32_t row;    /* place in roots */
  int32_t column; /* index of the input */
  int32_t node;
} B7JacobianEntry;

/* All entries d roots[row] / d (array, column) that are not identically 0, sorted by row, then column; from
   the arena of the graph. Scratch lives in `scratch`. -1 when memory is out. */
int32_t b7_graph_jacobian(B7Graph *graph, B7Arena *scratch, const int32_t *roots, int32_t n_root,
                          B7Array array, B7JacobianEntry **entries);

#endif
