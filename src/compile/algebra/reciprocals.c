/* reciprocals.c - two quotients, one division. */
#include "compile/algebra/reciprocals.h"

#include <stdlib.h>

#include "compile/algebra/simplify.h"

typedef struct Quotient {
  int32_t node, depth;
} Quotient;

static int by_depth(const void *a, const void *b) {
  const Quotient *x = a, *y = b;
  if (x->depth != y->depth) return x->depth < y->depth ? -1 : 1;
  return (x->node > y->node) - (x->node < y->node);
}

static bool takes_powers(B7Op op) {
  return op == B7_OP_POWER || op == B7_OP_POWER_ANY;
}

/* Rough latency from the inputs to each node. */
static int32_t *find_depths(const B7Graph *graph, B7Arena *scratch) {
  int32_t *depth = B7_ARENA_ARRAY(scratch, int32_t, graph->count + 1);
  if (!depth) return NULL;
  for (size_t i = 0; i < graph->count; i++) {
    const B7GraphNode *node = b7_graph_at(graph, (int32_t)i);
    int32_t own = takes_powers(node->op)         ? 30
                  : node->op == B7_OP_EXP        ? 12
                  : node->op == B7_OP_RECIPROCAL ? 5
                                                 : 1;
    for (int k = 0; k < b7_op_operands(node->op); k++)
      if (depth[node->operand[k]] + own > depth[i]) depth[i] = depth[node->operand[k]] + own;
  }
  return depth;
}

bool b7_pair_reciprocals(B7Graph *graph, B7Arena *scratch, const int32_t *roots, size_t n_root, B7Level level,
                         int32_t *map, size_t n_map) {
  uint8_t *reached = b7_graph_reach(graph, scratch, roots, n_root, NULL);
  int32_t *depth = find_depths(graph, scratch);
  Quotient *candidates = B7_ARENA_ARRAY(scratch, Quotient, graph->count + 1);
  if (!reached || !depth || !candidates || graph->failed) return false;
  size_t n = 0;
  for (size_t i = 0; i < n_map; i++) {
    const B7GraphNode *node = b7_graph_at(graph, (int32_t)i);
    if (reached[i] && map[i] < 0 && node->op == B7_OP_RECIPROCAL && node->level == level)
      candidates[n++] = (Quotient){(int32_t)i, depth[i]};
  }
  if (n > 0) qsort(candidates, n, sizeof *candidates, by_depth);
  for (size_t i = 0; i + 1 < n; i++) {
    if (candidates[i].node < 0) continue;
    // the later of two may use the earlier: look for the next that does not
    for (size_t j = i + 1; j < n; j++) {
      if (candidates[j].node < 0) continue;
      int32_t one = candidates[i].node, other = candidates[j].node;
      uint8_t *below = b7_graph_reach(graph, scratch, &other, 1, NULL);
      if (!below) return false;
      // everything below must be decided, or it would be divided for twice
      bool ready = !below[one];
      for (size_t k = i + 1; ready && k < j; k++)
        ready = candidates[k].node < 0 || !below[candidates[k].node];
      if (!ready) continue;
      int32_t a = b7_graph_substitute(graph, b7_graph_at(graph, one)->operand[0], map, n_map);
      int32_t b = b7_graph_substitute(graph, b7_graph_at(graph, other)->operand[0], map, n_map);
      int32_t both = b7_graph_reciprocal(graph, b7_graph_multiply(graph, a, b));
      map[one] = b7_graph_multiply(graph, both, b);
      map[other] = b7_graph_multiply(graph, both, a);
      candidates[j].node = -1;
      break;
    }
  }
  return !graph->failed;
}
