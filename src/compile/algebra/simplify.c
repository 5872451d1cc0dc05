/* simplify.c - the algebra by which nodes of a graph are made. */
#include "compile/algebra/simplify.h"

#include <math.h>

/* A copy of a node: adding nodes moves the originals. */
static B7GraphNode copy_of(const B7Graph *graph, int32_t node) {
  if (node < 0 || graph->failed) return (B7GraphNode){.op = B7_OPS, .operand = {-1, -1, -1}};
  return graph->nodes[node];
}

static bool is_constant(const B7GraphNode *node) {
  return node->op == B7_OP_CONSTANT;
}

/* What changes least often first; then by age. */
static void put_in_order(const B7Graph *graph, int32_t *a, int32_t *b) {
  if (*a < 0 || *b < 0) return;
  B7Level of_a = graph->nodes[*a].level, of_b = graph->nodes[*b].level;
  if (of_a > of_b || (of_a == of_b && *a > *b)) {
    int32_t first = *b;
    *b = *a;
    *a = first;
  }
}

int32_t b7_graph_negate(B7Graph *graph, int32_t a) {
  B7GraphNode x = copy_of(graph, a);
  if (is_constant(&x)) return b7_graph_constant(graph, -x.number);
  if (x.op == B7_OP_NEGATE) return x.operand[0];
  return b7_graph_node(graph, B7_OP_NEGATE, a, -1, -1);
}

/* The coefficient (below the level of the rest) of a product; a bare node has coefficient 1. */
static void split_product(B7Graph *graph, int32_t node, int32_t *coefficient, int32_t *rest) {
  B7GraphNode x = copy_of(graph, node);
  if (x.op == B7_OP_NEGATE) {
    split_product(graph, x.operand[0], coefficient, rest);
    *coefficient = b7_graph_negate(graph, *coefficient);
    return;
  }
  if (x.op == B7_OP_MULTIPLY) {
    B7GraphNode first = copy_of(graph, x.operand[0]);
    if (first.level < x.level) {
      *coefficient = x.operand[0];
      *rest = x.operand[1];
      return;
    }
  }
  *coefficient = b7_graph_constant(graph, 1.0);
  *rest = node;
}

/* c1 r + c2 r = (c1 + c2) r, when the sum of the coefficients can be computed ahead of r. -1 when that is not
 * so. */
static int32_t add_like_terms(B7Graph *graph, int32_t a, int32_t b) {
  B7GraphNode x = copy_of(graph, a), y = copy_of(graph, b);
  if (x.level != y.level || x.level < B7_LEVEL_EXACT)
    return a == b ? b7_graph_multiply(graph, b7_graph_constant(graph, 2.0), a) : -1;
  int32_t ca, ra, cb, rb;
  split_product(graph, a, &ca, &ra);
  split_product(graph, b, &cb, &rb);
  if (graph->failed || ra != rb) return -1;
  return b7_graph_multiply(graph, b7_graph_add(graph, ca, cb), ra);
}

/* select(m, p, 0) + select(m, 0, q) = select(m, p, q); -1 when it is not of that form. */
static int32_t add_choices(B7Graph *graph, const B7GraphNode *x, const B7GraphNode *y) {
  if (x->op != B7_OP_SELECT || y->op != B7_OP_SELECT || x->operand[0] != y->operand[0]) return -1;
  if (b7_graph_is_number(graph, x->operand[2], 0) && b7_graph_is_number(graph, y->operand[1], 0))
    return b7_graph_select(graph, x->operand[0], x->operand[1], y->operand[2]);
  if (b7_graph_is_number(graph, x->operand[1], 0) && b7_graph_is_number(graph, y->operand[2], 0))
    return b7_graph_select(graph, x->operand[0], y->operand[1], x->operand[2]);
  return -1;
}

int32_t b7_graph_add(B7Graph *graph, int32_t a, int32_t b) {
  put_in_order(graph, &a, &b);
  B7GraphNode x = copy_of(graph, a), y = copy_of(graph, b);
  if (is_constant(&x) && is_constant(&y)) return b7_graph_constant(graph, x.number + y.number);
  if (is_constant(&x) && x.number == 0.0) return b;
  if (x.op == B7_OP_NEGATE && y.op == B7_OP_NEGATE)
    return b7_graph_negate(graph, b7_graph_add(graph, x.operand[0], y.operand[0]));
  if ((y.op == B7_OP_NEGATE && y.operand[0] == a) || (x.op == B7_OP_NEGATE && x.operand[0] == b))
    return b7_graph_constant(graph, 0.0);
  int32_t like = add_like_terms(graph, a, b);
  if (like >= 0) return like;
  int32_t choice = add_choices(graph, &x, &y);
  if (choice >= 0) return choice;
  // c1 + (c2 + s) = (c1 + c2) + s
  if (y.op == B7_OP_ADD && x.level < y.level && copy_of(graph, y.operand[0]).level < y.level)
    return b7_graph_add(graph, b7_graph_add(graph, a, y.operand[0]), y.operand[1]);
  return b7_graph_node(graph, B7_OP_ADD, a, b, -1);
}

int32_t b7_graph_subtract(B7Graph *graph, int32_t a, int32_t b) {
  return b7_graph_add(graph, a, b7_graph_negate(graph, b));
}

/* A choice between 1 and 0 times x is a choice between x and 0: no product with an infinite branch not taken.
 */
static int32_t multiply_choice(B7Graph *graph, const B7GraphNode *choice, int32_t x) {
  if (choice->op != B7_OP_SELECT) return -1;
  int32_t zero = b7_graph_constant(graph, 0.0);
  bool yes_one = b7_graph_is_number(graph, choice->operand[1], 1), no_zero = choice->operand[2] == zero;
  bool yes_zero = choice->operand[1] == zero, no_one = b7_graph_is_number(graph, choice->operand[2], 1);
  if (yes_one && no_zero) return b7_graph_select(graph, choice->operand[0], x, zero);
  if (yes_zero && no_one) return b7_graph_select(graph, choice->operand[0], zero, x);
  return -1;
}

int32_t b7_graph_multiply(B7Graph *graph, int32_t a, int32_t b) {
  put_in_order(graph, &a, &b);
  B7GraphNode x = copy_of(graph, a), y = copy_of(graph, b);
  if (is_constant(&x) && is_constant(&y)) return b7_graph_constant(graph, x.number * y.number);
  if (is_constant(&x)) {
    if (x.number == 0.0) return b7_graph_constant(graph, 0.0);
    if (x.number == 1.0) return b;
    // signs go outwards, where sums absorb them
    if (x.number < 0.0)
      return b7_graph_negate(graph, b7_graph_multiply(graph, b7_graph_constant(graph, -x.number), b));
  }
  if (x.op == B7_OP_NEGATE) return b7_graph_negate(graph, b7_graph_multiply(graph, x.operand[0], b));
  if (y.op == B7_OP_NEGATE) return b7_graph_negate(graph, b7_graph_multiply(graph, a, y.operand[0]));
  int32_t choice = multiply_choice(graph, &y, a);
  if (choice < 0) choice = multiply_choice(graph, &x, b);
  if (choice >= 0) return choice;
  // c1 (c2 s) = (c1 c2) s
  if (y.op == B7_OP_MULTIPLY && x.level < y.level && copy_of(graph, y.operand[0]).level < y.level)
    return b7_graph_multiply(graph, b7_graph_multiply(graph, a, y.operand[0]), y.operand[1]);
  return b7_graph_node(graph, B7_OP_MULTIPLY, a, b, -1);
}

int32_t b7_graph_reciprocal(B7Graph *graph, int32_t a) {
  B7GraphNode x = copy_of(graph, a);
  if (is_constant(&x)) return b7_graph_constant(graph, 1.0 / x.number);
  if (x.op == B7_OP_NEGATE) return b7_graph_negate(graph, b7_graph_reciprocal(graph, x.operand[0]));
  if (x.op == B7_OP_RECIPROCAL) return x.operand[0];
  // the reciprocal of a coefficient can be computed ahead
  if (x.op == B7_OP_MULTIPLY) {
    B7Level level = copy_of(graph, x.operand[0]).level;
    if (level < x.level && level < B7_LEVEL_EXACT)
      return b7_graph_multiply(graph, b7_graph_reciprocal(graph, x.operand[0]),
                               b7_graph_reciprocal(graph, x.operand[1]));
  }
  return b7_graph_node(graph, B7_OP_RECIPROCAL, a, -1, -1);
}

int32_t b7_graph_divide(B7Graph *graph, int32_t a, int32_t b) {
  B7GraphNode x = copy_of(graph, a), y = copy_of(graph, b);
  if (a == b && a >= 0 && !is_constant(&x)) return b7_graph_constant(graph, 1.0);
  if (is_constant(&x) && is_constant(&y)) return b7_graph_constant(graph, x.number / y.number);
  return b7_graph_multiply(graph, a, b7_graph_reciprocal(graph, b));
}

/* True when a node cannot be negative, as far as its form tells. */
static bool never_negative(const B7Graph *graph, int32_t node) {
  if (node < 0 || graph->failed) return false;
  const B7GraphNode *x = b7_graph_at(graph, node);
  switch (x->op) {
  case B7_OP_CONSTANT:
    return x->number >= 0.0;
  case B7_OP_EXP:
  case B7_OP_SQRT:
  case B7_OP_ABS:
  case B7_OP_POWER:
    return true;
  case B7_OP_MULTIPLY:
    return x->operand[0] == x->operand[1] ||
           (never_negative(graph, x->operand[0]) && never_negative(graph, x->operand[1]));
  case B7_OP_ADD:
    return never_negative(graph, x->operand[0]) && never_negative(graph, x->operand[1]);
  case B7_OP_MIN:
    return never_negative(graph, x->operand[0]) && never_negative(graph, x->operand[1]);
  case B7_OP_MAX:
    return never_negative(graph, x->operand[0]) || never_negative(graph, x->operand[1]);
  case B7_OP_RECIPROCAL:
    return never_negative(graph, x->operand[0]);
  case B7_OP_SELECT:
    return never_negative(graph, x->operand[1]) && never_negative(graph, x->operand[2]);
  default:
    return false;
  }
}

/* what a root or a power is taken of */
static int32_t base_of(B7Graph *graph, int32_t a) {
  return graph->any_sign || never_negative(graph, a) ? a
                                                     : b7_graph_max(graph, b7_graph_constant(graph, 0.0), a);
}

int32_t b7_graph_sqrt(B7Graph *graph, int32_t a) {
  B7GraphNode x = copy_of(graph, a);
  if (is_constant(&x)) return b7_graph_constant(graph, sqrt(x.number));
  return b7_graph_node(graph, B7_OP_SQRT, base_of(graph, a), -1, -1);
}

/* a^n by squaring, n >= 1 */
static int32_t whole_power(B7Graph *graph, int32_t a, int n) {
  if (n == 1) return a;
  int32_t half = whole_power(graph, a, n / 2), square = b7_graph_multiply(graph, half, half);
  return n % 2 ? b7_graph_multiply(graph, a, square) : square;
}

int32_t b7_graph_power(B7Graph *graph, int32_t a, int32_t b) {
  B7GraphNode x = copy_of(graph, a), y = copy_of(graph, b);
  if (is_constant(&x) && is_constant(&y)) return b7_graph_constant(graph, pow(x.number, y.number));
  if (is_constant(&x) && x.number == 1.0) return a;
  if (is_constant(&y)) {
    double size = fabs(y.number);
    if (size == 0.0) return b7_graph_constant(graph, 1.0);
    // up to the eighth power and its half steps, products are cheaper and closer than exp and ln
    if (size <= 8.5 && size * 2.0 == floor(size * 2.0)) {
      int whole = (int)size;
      int32_t root = size > whole ? b7_graph_sqrt(graph, a) : b7_graph_constant(graph, 1.0);
      int32_t power = whole ? b7_graph_multiply(graph, whole_power(graph, a, whole), root) : root;
      return y.number < 0.0 ? b7_graph_reciprocal(graph, power) : power;
    }
  }
  return b7_graph_node(graph, graph->any_sign ? B7_OP_POWER_ANY : B7_OP_POWER, base_of(graph, a), b, -1);
}

int32_t b7_graph_function(B7Graph *graph, B7Op op, int32_t a) {
  B7GraphNode x = copy_of(graph, a);
  if (is_constant(&x)) {
    switch (op) {
    case B7_OP_EXP:
      return b7_graph_constant(graph, exp(x.number));
    case B7_OP_LN:
      return b7_graph_constant(graph, log(x.number));
    case B7_OP_LOG10:
      return b7_graph_constant(graph, log10(x.number));
    case B7_OP_SIN:
      return b7_graph_constant(graph, sin(x.number));
    case B7_OP_COS:
      return b7_graph_constant(graph, cos(x.number));
    case B7_OP_ARCTAN:
      return b7_graph_constant(graph, atan(x.number));
    case B7_OP_FLOOR:
      return b7_graph_constant(graph, floor(x.number));
    case B7_OP_FACTORIAL:
      return b7_graph_constant(graph, tgamma(x.number + 1));
    default:
      return b7_graph_constant(graph, fabs(x.number));
    }
  }
  if (op == B7_OP_ABS) {
    if (never_negative(graph, a)) return a;
    if (x.op == B7_OP_NEGATE) return b7_graph_function(graph, op, x.operand[0]);
  }
  return b7_graph_node(graph, op, a, -1, -1);
}

static int32_t extreme(B7Graph *graph, B7Op op, int32_t a, int32_t b) {
  put_in_order(graph, &a, &b);
  B7GraphNode x = copy_of(graph, a), y = copy_of(graph, b);
  if (a == b) return a;
  if (is_constant(&x) && is_constant(&y)) return (op == B7_OP_MIN) == (x.number < y.number) ? a : b;
  if (op == B7_OP_MAX && is_constant(&x) && x.number <= 0.0 && never_negative(graph, b)) return b;
  if (y.op == op && (y.operand[0] == a || y.operand[1] == a)) return b;
  // of two bounds on the same side the tighter one holds
  if (y.op == op && is_constant(&x) && b7_graph_at(graph, y.operand[0])->op == B7_OP_CONSTANT)
    return extreme(graph, op, extreme(graph, op, a, y.operand[0]), y.operand[1]);
  return b7_graph_node(graph, op, a, b, -1);
}

int32_t b7_graph_min(B7Graph *graph, int32_t a, int32_t b) {
  return extreme(graph, B7_OP_MIN, a, b);
}

int32_t b7_graph_max(B7Graph *graph, int32_t a, int32_t b) {
  return extreme(graph, B7_OP_MAX, a, b);
}

int32_t b7_graph_compare(B7Graph *graph, B7Op op, int32_t a, int32_t b) {
  if (op == B7_OP_EQUAL || op == B7_OP_NOT_EQUAL) put_in_order(graph, &a, &b);
  B7GraphNode x = copy_of(graph, a), y = copy_of(graph, b);
  if (is_constant(&x) && is_constant(&y)) {
    bool holds = op == B7_OP_LESS         ? x.number < y.number
                 : op == B7_OP_LESS_EQUAL ? x.number <= y.number
                 : op == B7_OP_EQUAL      ? x.number == y.number
                                          : x.number != y.number;
    return b7_graph_constant(graph, holds);
  }
  // a mask that was turned into 1 or 0, compared with 0, is the mask again
  if (op == B7_OP_NOT_EQUAL && is_constant(&x) && x.number == 0.0 && y.op == B7_OP_SELECT &&
      b7_graph_is_number(graph, y.operand[1], 1) && b7_graph_is_number(graph, y.operand[2], 0))
    return y.operand[0];
  return b7_graph_node(graph, op, a, b, -1);
}

/* Numbers as masks; constants stay constants. */
static int32_t as_mask(B7Graph *graph, int32_t a) {
  B7GraphNode x = copy_of(graph, a);
  if (is_constant(&x)) return b7_graph_constant(graph, x.number != 0.0);
  return b7_op_is_mask(x.op) ? a : b7_graph_compare(graph, B7_OP_NOT_EQUAL, a, b7_graph_constant(graph, 0.0));
}

int32_t b7_graph_logic(B7Graph *graph, B7Op op, int32_t a, int32_t b) {
  a = as_mask(graph, a);
  B7GraphNode x = copy_of(graph, a);
  if (op == B7_OP_NOT) {
    if (is_constant(&x)) return b7_graph_constant(graph, x.number == 0.0);
    return x.op == B7_OP_NOT ? x.operand[0] : b7_graph_node(graph, op, a, -1, -1);
  }
  b = as_mask(graph, b);
  put_in_order(graph, &a, &b);
  x = copy_of(graph, a);
  // after ordering a constant stands first
  if (is_constant(&x)) return (op == B7_OP_AND) == (x.number != 0.0) ? b : a;
  return a == b ? a : b7_graph_node(graph, op, a, b, -1);
}

int32_t b7_graph_select(B7Graph *graph, int32_t condition, int32_t yes, int32_t no) {
  condition = as_mask(graph, condition);
  B7GraphNode x = copy_of(graph, condition);
  if (is_constant(&x)) return x.number != 0.0 ? yes : no;
  if (yes == no) return yes;
  if (x.op == B7_OP_NOT) return b7_graph_select(graph, x.operand[0], no, yes);
  return b7_graph_node(graph, B7_OP_SELECT, condition, yes, no);
}

int32_t b7_graph_value(B7Graph *graph, int32_t a) {
  if (!b7_op_is_mask(copy_of(graph, a).op)) return a;
  return b7_graph_select(graph, a, b7_graph_constant(graph, 1.0), b7_graph_constant(graph, 0.0));
}

/* The same node with other operands. */
static int32_t make_again(B7Graph *graph, const B7GraphNode *node, const int32_t operand[3]) {
  int32_t a = operand[0], b = operand[1];
  switch (node->op) {
  case B7_OP_ADD:
    return b7_graph_add(graph, a, b);
  case B7_OP_MULTIPLY:
    return b7_graph_multiply(graph, a, b);
  case B7_OP_NEGATE:
    return b7_graph_negate(graph, a);
  case B7_OP_RECIPROCAL:
    return b7_graph_reciprocal(graph, a);
  case B7_OP_POWER:
  case B7_OP_POWER_ANY:
    return b7_graph_power(graph, a, b);
  case B7_OP_SQRT:
    return b7_graph_sqrt(graph, a);
  case B7_OP_MIN:
    return b7_graph_min(graph, a, b);
  case B7_OP_MAX:
    return b7_graph_max(graph, a, b);
  case B7_OP_SELECT:
    return b7_graph_select(graph, a, b, operand[2]);
  case B7_OP_LESS:
  case B7_OP_LESS_EQUAL:
  case B7_OP_EQUAL:
  case B7_OP_NOT_EQUAL:
    return b7_graph_compare(graph, node->op, a, b);
  case B7_OP_AND:
  case B7_OP_OR:
  case B7_OP_NOT:
    return b7_graph_logic(graph, node->op, a, b);
  default:
    return b7_graph_function(graph, node->op, a);
  }
}

int32_t b7_graph_substitute(B7Graph *graph, int32_t root, int32_t *map, size_t n_map) {
  if (root < 0 || graph->failed) return -1;
  if ((size_t)root >= n_map || map[root] >= 0) return (size_t)root < n_map ? map[root] : root;
  B7GraphNode node = copy_of(graph, root);
  int32_t operand[3] = {-1, -1, -1};
  bool same = true;
  for (int k = 0; k < b7_op_operands(node.op); k++) {
    operand[k] = b7_graph_substitute(graph, node.operand[k], map, n_map);
    same = same && operand[k] == node.operand[k];
  }
  int32_t made = root;
  if (!same) {
    made = make_again(graph, &node, operand);
    b7_graph_name(graph, made, node.name, node.label, node.unit, node.module);
  }
  map[root] = made;
  return made;
}
