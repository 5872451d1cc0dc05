/* reciprocals.h - two quotients, one division. */
#ifndef B7_COMPILE_ALGEBRA_RECIPROCALS_H
#define B7_COMPILE_ALGEBRA_RECIPROCALS_H

#include "compile/algebra/graph.h"

/* Divisions keep one slow unit of the machine busy; products are a dozen times cheaper. Reciprocals of the
 * given level that the roots use are taken in pairs of which neither needs the other: with r = 1 / (a b), 1 /
 * a is r b and 1 / b is r a. Each quotient loses at most one more bit; denominators must stay within the
 * square root of the range of a double. Pairs are of similar depth, so that neither waits long for its
 * partner.
 *
 * map (n_map entries, -1 where nothing is known) gets the replacements, for b7_graph_substitute. What was
 * paired stays paired: call again with further roots and the same map to pair what is new in them. false when
 * memory is out.
 */
bool b7_pair_reciprocals(B7Graph *graph, B7Arena *scratch, const int32_t *roots, size_t n_root, B7Level level,
                         int32_t *map, size_t n_map);

#endif
