/* graph_fixture.h - what a graph is worth for given inputs. */
#ifndef B7_TESTS_GRAPH_FIXTURE_H
#define B7_TESTS_GRAPH_FIXTURE_H

#include <math.h>

#include "compile/algebra/graph.h"

/* Plain evaluation, inputs by (array, index). */
static inline double graph_evaluate(const B7Graph *g, int32_t id, const double inputs[B7_ARRAYS][2]) {
  const B7GraphNode *n = b7_graph_at(g, id);
  double v[3] = {0};
  for (int k = 0; k < b7_op_operands(n->op); k++) v[k] = graph_evaluate(g, n->operand[k], inputs);
  switch (n->op) {
  case B7_OP_CONSTANT:
    return n->number;
  case B7_OP_INPUT:
    return inputs[n->array][n->index];
  case B7_OP_ADD:
    return v[0] + v[1];
  case B7_OP_MULTIPLY:
    return v[0] * v[1];
  case B7_OP_NEGATE:
    return -v[0];
  case B7_OP_RECIPROCAL:
    return 1 / v[0];
  case B7_OP_POWER:
  case B7_OP_POWER_ANY:
    return pow(v[0], v[1]);
  case B7_OP_EXP:
    return exp(v[0]);
  case B7_OP_LN:
    return log(v[0]);
  case B7_OP_LOG10:
    return log10(v[0]);
  case B7_OP_SQRT:
    return sqrt(v[0]);
  case B7_OP_ABS:
    return fabs(v[0]);
  case B7_OP_MIN:
    return v[0] < v[1] ? v[0] : v[1];
  case B7_OP_MAX:
    return v[0] > v[1] ? v[0] : v[1];
  case B7_OP_SELECT:
    return v[0] != 0 ? v[1] : v[2];
  case B7_OP_LESS:
    return v[0] < v[1];
  case B7_OP_LESS_EQUAL:
    return v[0] <= v[1];
  case B7_OP_EQUAL:
    return v[0] == v[1];
  case B7_OP_NOT_EQUAL:
    return v[0] != v[1];
  case B7_OP_AND:
    return v[0] != 0 && v[1] != 0;
  case B7_OP_OR:
    return v[0] != 0 || v[1] != 0;
  case B7_OP_NOT:
    return v[0] == 0;
  default:
    fail_msg("operation %s in a graph", b7_op_word(n->op));
  }
  return 0;
}

#endif
