/* differentiate.c - exact derivatives of graphs, as nodes of the same graph. */
#include "compile/algebra/differentiate.h"

#include <stdlib.h>

#include "compile/algebra/simplify.h"

/* keeps quotients by a base or a root at zero finite, also where one division serves two of them */
#define TINY_BASE 1e-150
#define TINY_ROOT 1e-140

static int32_t number(B7Graph *graph, double value) {
  return b7_graph_constant(graph, value);
}

/* 1 where the mask of two operands holds, else 0, or the other way round */
static int32_t indicator(B7Graph *graph, int32_t mask, bool when_true) {
  return b7_graph_select(graph, mask, number(graph, when_true ? 1.0 : 0.0),
                         number(graph, when_true ? 0.0 : 1.0));
}

int32_t b7_graph_partial(B7Graph *graph, int32_t node, int k) {
  if (node < 0 || graph->failed) return -1;
  B7GraphNode x = graph->nodes[node];
  int32_t a = x.operand[0], b = x.operand[1];
  switch (x.op) {
  case B7_OP_ADD:
    return number(graph, 1.0);
  case B7_OP_NEGATE:
    return number(graph, -1.0);
  case B7_OP_MULTIPLY:
    return k == 0 ? b : a;
  case B7_OP_RECIPROCAL:
    return b7_graph_negate(graph, b7_graph_multiply(graph, node, node));
  case B7_OP_POWER:
    if (k == 0) // b a^b / a; the power is 0 where the guarded base is
      return b7_graph_multiply(
          graph, b, b7_graph_divide(graph, node, b7_graph_max(graph, number(graph, TINY_BASE), a)));
    return b7_graph_multiply(
        graph, node, b7_graph_function(graph, B7_OP_LN, b7_graph_max(graph, number(graph, TINY_BASE), a)));
  case B7_OP_POWER_ANY:
    if (k == 0)
      return b7_graph_multiply(
          graph, b,
          b7_graph_power(graph, a, b7_graph_add(graph, b, b7_graph_negate(graph, number(graph, 1)))));
    // a power of a negative base has no slope in its exponent; at 0 it is 0
    return b7_graph_multiply(
        graph, node, b7_graph_function(graph, B7_OP_LN, b7_graph_max(graph, number(graph, TINY_BASE), a)));
  case B7_OP_EXP:
    return node;
  case B7_OP_SIN:
    return b7_graph_function(graph, B7_OP_COS, a);
  case B7_OP_COS:
    return b7_graph_negate(graph, b7_graph_function(graph, B7_OP_SIN, a));
  case B7_OP_ARCTAN:
    return b7_graph_reciprocal(graph, b7_graph_add(graph, number(graph, 1), b7_graph_multiply(graph, a, a)));
  case B7_OP_LN:
    return b7_graph_reciprocal(graph, a);
  case B7_OP_LOG10:
    return b7_graph_multiply(graph, number(graph, 0.43429448190325182765), b7_graph_reciprocal(graph, a));
  case B7_OP_SQRT:
    return b7_graph_divide(graph, number(graph, 0.5), b7_graph_max(graph, number(graph, TINY_ROOT), node));
  case B7_OP_ABS:
    return b7_graph_select(graph, b7_graph_compare(graph, B7_OP_LESS, a, number(graph, 0.0)),
                           number(graph, -1.0), number(graph, 1.0));
  case B7_OP_MIN:
    return indicator(graph, b7_graph_compare(graph, B7_OP_LESS, a, b), k == 0);
  case B7_OP_MAX:
    return indicator(graph, b7_graph_compare(graph, B7_OP_LESS, b, a), k == 0);
  case B7_OP_SELECT:
    return k == 0 ? number(graph, 0.0) : indicator(graph, a, k == 1);
  default:
    return number(graph, 0.0);
  }
}

void b7_graph_tangent(B7Graph *graph, B7Arena *scratch, const int32_t *roots, int32_t n, B7TangentSeed seed,
                      void *context, int32_t *out) {
  for (int32_t r = 0; r < n; r++) out[r] = -1;
  size_t count = graph->count;
  uint8_t *reached = b7_graph_reach(graph, scratch, roots, (size_t)n, NULL);
  int32_t *tangent = B7_ARENA_ARRAY(scratch, int32_t, count + 1);
  if (!reached || !tangent || graph->failed) return;
  int32_t zero = number(graph, 0.0);
  for (size_t i = 0; i < count; i++) {
    if (!reached[i]) continue;
    B7GraphNode node = graph->nodes[i];
    int32_t sum = zero;
    if (node.op == B7_OP_INPUT) sum = seed(context, graph, node.array, node.index);
    // a choice follows its branch, whatever the other one does
    else if (node.op == B7_OP_SELECT)
      sum = b7_graph_select(graph, node.operand[0], tangent[node.operand[1]], tangent[node.operand[2]]);
    else
      for (int k = 0; k < b7_op_operands(node.op); k++) {
        int32_t inner = tangent[node.operand[k]];
        if (inner == zero || b7_op_is_mask(node.op)) continue;
        sum =
            b7_graph_add(graph, sum, b7_graph_multiply(graph, b7_graph_partial(graph, (int32_t)i, k), inner));
      }
    tangent[i] = sum;
  }
  for (int32_t r = 0; r < n; r++) out[r] = graph->failed ? -1 : tangent[roots[r]];
}

/* ---- elimination of vertices ---- */

/* A local derivative from one vertex to another; each is listed at both ends. */
typedef struct Edge {
  int32_t other, weight;
} Edge;

typedef struct Edges {
  Edge *items;
  size_t count, capacity;
} Edges;

typedef struct Vertex {
  Edges in, out;
  bool intermediate; /* still to be eliminated */
} Vertex;

typedef struct Elimination {
  B7Graph *graph;
  B7Arena *scratch;
  Vertex *vertices; /* nodes of the graph, then one for each root */
  size_t n_vertex;
} Elimination;

static bool add_to_list(Elimination *e, Edges *edges, int32_t other, int32_t weight) {
  for (size_t i = 0; i < edges->count; i++) {
    if (edges->items[i].other != other) continue;
    edges->items[i].weight = b7_graph_add(e->graph, edges->items[i].weight, weight);
    return true;
  }
  Edge *items = b7_arena_grow(e->scratch, edges->items, edges->count, &edges->capacity, sizeof *items);
  if (!items) return false;
  edges->items = items;
  items[edges->count++] = (Edge){other, weight};
  return true;
}

static bool add_edge(Elimination *e, int32_t from, int32_t to, int32_t weight) {
  if (weight < 0) return false;
  if (b7_graph_is_number(e->graph, weight, 0.0)) return true;
  return add_to_list(e, &e->vertices[from].out, to, weight) &&
         add_to_list(e, &e->vertices[to].in, from, weight);
}

static void remove_from_list(Edges *edges, int32_t other) {
  for (size_t i = 0; i < edges->count; i++) {
    if (edges->items[i].other != other) continue;
    // the order of the others stays: sums are formed in the same order on every machine
    for (size_t j = i + 1; j < edges->count; j++) edges->items[j - 1] = edges->items[j];
    edges->count--;
    return;
  }
}

/* Rough operations that a product of two weights costs in each evaluation, in quarters. */
static int product_cost(const B7Graph *graph, int32_t a, int32_t b) {
  const B7GraphNode *x = &graph->nodes[a], *y = &graph->nodes[b];
  if (x->op == B7_OP_CONSTANT && (x->number == 1.0 || x->number == -1.0)) return 0;
  if (y->op == B7_OP_CONSTANT && (y->number == 1.0 || y->number == -1.0)) return 0;
  return x->level <= B7_LEVEL_PATIENT && y->level <= B7_LEVEL_PATIENT ? 1 : 4;
}

static int elimination_cost(const Elimination *e, const Vertex *vertex) {
  int cost = 0;
  for (size_t i = 0; i < vertex->in.count; i++)
    for (size_t o = 0; o < vertex->out.count; o++)
      cost += product_cost(e->graph, vertex->in.items[i].weight, vertex->out.items[o].weight);
  return cost;
}

static bool eliminate(Elimination *e, int32_t v) {
  Vertex *vertex = &e->vertices[v];
  vertex->intermediate = false;
  for (size_t i = 0; i < vertex->in.count; i++)
    remove_from_list(&e->vertices[vertex->in.items[i].other].out, v);
  for (size_t o = 0; o < vertex->out.count; o++)
    remove_from_list(&e->vertices[vertex->out.items[o].other].in, v);
  for (size_t i = 0; i < vertex->in.count; i++)
    for (size_t o = 0; o < vertex->out.count; o++) {
      Edge in = vertex->in.items[i], out = vertex->out.items[o];
      if (!add_edge(e, in.other, out.other, b7_graph_multiply(e->graph, in.weight, out.weight))) return false;
    }
  return true;
}

/* True when node is numerator * reciprocal(denominator): its derivative by the denominator is -node /
   denominator, which is one product less than the chain rule through the reciprocal. */
static bool is_quotient(const B7Graph *graph, const B7GraphNode *node, int *reciprocal) {
  if (node->op != B7_OP_MULTIPLY) return false;
  for (int k = 0; k < 2; k++) {
    const B7GraphNode *factor = &graph->nodes[node->operand[k]];
    if (factor->op == B7_OP_RECIPROCAL && factor->level == B7_LEVEL_STATE) {
      *reciprocal = k;
      return true;
    }
  }
  return false;
}

static bool add_local_edges(Elimination *e, int32_t v) {
  B7GraphNode node = e->graph->nodes[v];
  int reciprocal = -1;
  if (is_quotient(e->graph, &node, &reciprocal)) {
    int32_t factor = node.operand[reciprocal], numerator = node.operand[1 - reciprocal];
    int32_t denominator = e->graph->nodes[factor].operand[0];
    int32_t weight = b7_graph_negate(e->graph, b7_graph_multiply(e->graph, v, factor));
    if (e->graph->nodes[numerator].level == B7_LEVEL_STATE && !add_edge(e, numerator, v, factor))
      return false;
    return add_edge(e, denominator, v, weight);
  }
  for (int k = 0; k < b7_op_operands(node.op); k++) {
    int32_t operand = node.operand[k];
    // a power vanishes with its slope where max(0, base) holds it at 0: no need to ask again
    const B7GraphNode *base = &e->graph->nodes[operand];
    int32_t source = node.op == B7_OP_POWER && k == 0 && base->op == B7_OP_MAX &&
                             b7_graph_is_number(e->graph, base->operand[0], 0.0)
                         ? base->operand[1]
                         : operand;
    if (e->graph->nodes[operand].level != B7_LEVEL_STATE || b7_op_is_mask(node.op)) continue;
    if (!add_edge(e, source, v, b7_graph_partial(e->graph, v, k))) return false;
  }
  return true;
}

static int compare_entries(const void *a, const void *b) {
  const B7JacobianEntry *x = a, *y = b;
  if (x->row != y->row) return x->row < y->row ? -1 : 1;
  return (x->column > y->column) - (x->column < y->column);
}

int32_t b7_graph_jacobian(B7Graph *graph, B7Arena *scratch, const int32_t *roots, int32_t n_root,
                          B7Array array, B7JacobianEntry **entries) {
  *entries = NULL;
  size_t n_node = graph->count;
  uint8_t *reached = b7_graph_reach(graph, scratch, roots, (size_t)n_root, NULL);
  Elimination e = {.graph = graph, .scratch = scratch, .n_vertex = n_node + (size_t)n_root};
  e.vertices = B7_ARENA_ARRAY(scratch, Vertex, e.n_vertex + 1);
  int32_t *waiting = B7_ARENA_ARRAY(scratch, int32_t, n_node + 1);
  if (!reached || !e.vertices || !waiting || graph->failed) return -1;
  size_t n_waiting = 0;
  for (size_t i = 0; i < n_node; i++) {
    if (!reached[i] || graph->nodes[i].level != B7_LEVEL_STATE) continue;
    if (!add_local_edges(&e, (int32_t)i)) return -1;
    bool independent = graph->nodes[i].op == B7_OP_INPUT && graph->nodes[i].array == array;
    e.vertices[i].intermediate = !independent;
    if (!independent) waiting[n_waiting++] = (int32_t)i;
  }
  int32_t one = number(graph, 1.0);
  for (int32_t r = 0; r < n_root; r++) {
    if (graph->failed || graph->nodes[roots[r]].level != B7_LEVEL_STATE) continue;
    if (!add_edge(&e, roots[r], (int32_t)n_node + r, one)) return -1;
  }
  while (n_waiting > 0) {
    size_t best = 0;
    int best_cost = -1;
    // the later of equals: towards the roots
    for (size_t i = n_waiting; i-- > 0;) {
      int cost = elimination_cost(&e, &e.vertices[waiting[i]]);
      if (best_cost < 0 || cost < best_cost) best = i, best_cost = cost;
      if (cost == 0) break;
    }
    if (!eliminate(&e, waiting[best])) return -1;
    for (size_t i = best + 1; i < n_waiting; i++) waiting[i - 1] = waiting[i];
    n_waiting--;
  }
  size_t capacity = 0, count = 0;
  B7JacobianEntry *found = NULL;
  for (int32_t r = 0; r < n_root; r++) {
    const Edges *in = &e.vertices[n_node + (size_t)r].in;
    for (size_t i = 0; i < in->count; i++) {
      found = b7_arena_grow(graph->arena, found, count, &capacity, sizeof *found);
      if (!found) return -1;
      if (b7_graph_is_number(graph, in->items[i].weight, 0.0)) continue;
      found[count++] = (B7JacobianEntry){r, graph->nodes[in->items[i].other].index, in->items[i].weight};
    }
  }
  if (graph->failed) return -1;
  if (count > 0) qsort(found, count, sizeof *found, compare_entries);
  *entries = found;
  return (int32_t)count;
}
