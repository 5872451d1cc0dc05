/* simplify.h - the algebra by which nodes of a graph are made.
 *
 * Every function returns the simplest equal node it knows: constants are folded, sums and products stand in
 * one order (what changes least often first, so that it can be computed ahead), quotients become products
 * with shared reciprocals, small whole powers become products, choices with known conditions vanish. Rounding
 * may differ from the formula as written in the last bits. A product with the number 0 is 0, whatever the
 * other factor.
 */
#ifndef B7_COMPILE_ALGEBRA_SIMPLIFY_H
#define B7_COMPILE_ALGEBRA_SIMPLIFY_H

#include "compile/algebra/graph.h"

int32_t b7_graph_add(B7Graph *graph, int32_t a, int32_t b);
int32_t b7_graph_subtract(B7Graph *graph, int32_t a, int32_t b);
int32_t b7_graph_multiply(B7Graph *graph, int32_t a, int32_t b);
int32_t b7_graph_divide(B7Graph *graph, int32_t a, int32_t b);
int32_t b7_graph_negate(B7Graph *graph, int32_t a);
int32_t b7_graph_reciprocal(B7Graph *graph, int32_t a);
/* For exponents that are not small whole numbers the base counts as 0 where it is negative: states may fall
   below zero by rounding inside a step, and a power of them must not turn the patient into NaN. Likewise
   sqrt. */
int32_t b7_graph_power(B7Graph *graph, int32_t a, int32_t b);
int32_t b7_graph_sqrt(B7Graph *graph, int32_t a);
/* EXP, LN, LOG10, ABS */
int32_t b7_graph_function(B7Graph *graph, B7Op op, int32_t a);
int32_t b7_graph_min(B7Graph *graph, int32_t a, int32_t b);
int32_t b7_graph_max(B7Graph *graph, int32_t a, int32_t b);
/* LESS, LESS_EQUAL, EQUAL, NOT_EQUAL of numbers: a mask, or the constant 1 or 0. */
int32_t b7_graph_compare(B7Graph *graph, B7Op op, int32_t a, int32_t b);
/* AND, OR, NOT (b ignored) of masks or numbers (true when not 0). */
int32_t b7_graph_logic(B7Graph *graph, B7Op op, int32_t a, int32_t b);
/* yes where condition (mask or number) holds, else no. */
int32_t b7_graph_select(B7Graph *graph, int32_t condition, int32_t yes, int32_t no);
/* A mask as the number 1 or 0; numbers as they are. */
int32_t b7_graph_value(B7Graph *graph, int32_t a);

/* What `node` becomes when every node n with map[n] >= 0 is replaced by map[n]. map has `n_map` entries (the
   graph's count when it was made); it is extended in place with all replacements found on the way, so one map
   serves many roots. -1 when memory is out. */
int32_t b7_graph_substitute(B7Graph *graph, int32_t node, int32_t *map, size_t n_map);

#endif
