/* lower.c - nodes into instructions: depth first from each value to be stored, products fused into sums,
 * registers numbered for the interpreter. */
#include "compile/code/lower.h"

typedef struct Lowering {
  const B7Graph *graph;
  B7Arena *arena;
  const B7Ahead *ahead;
  bool use_shared, use_derived;
  const int32_t *place;
  uint8_t *reached;
  uint8_t *absorbed; /* product computed inside the sums that use it */
  int32_t *uses;     /* by reached nodes and roots */
  int32_t *value_of; /* instruction of a node; -1 not yet */
  size_t capacity;
  B7Code code;
  bool failed;
} Lowering;

static bool is_ahead(const Lowering *l, int32_t node) {
  B7Array array = l->ahead[node].array;
  return (array == B7_ARRAY_SHARED && l->use_shared) || (array == B7_ARRAY_DERIVED && l->use_derived);
}

/* Signs vanish into the sums that use them. */
static int32_t without_sign(const Lowering *l, int32_t node, bool *negative) {
  const B7GraphNode *x = b7_graph_at(l->graph, node);
  *negative = x->op == B7_OP_NEGATE && !is_ahead(l, node);
  return *negative ? x->operand[0] : node;
}

/* A product whose every use is in a sum is computed there, by multiply-add. Of two such products in one sum
   only one can be; the one with fewer uses is. */
static bool choose_absorbed(Lowering *l, const B7Root *roots, int32_t n_root) {
  size_t count = l->graph->count;
  int32_t *uses = l->uses, *in_sums = B7_ARENA_ARRAY(l->arena, int32_t, count + 1);
  if (!in_sums) return false;
  bool negative;
  for (int32_t r = 0; r < n_root; r++) uses[without_sign(l, roots[r].node, &negative)]++;
  for (size_t i = 0; i < count; i++) {
    const B7GraphNode *x = b7_graph_at(l->graph, (int32_t)i);
    if (!l->reached[i] || is_ahead(l, (int32_t)i) || x->op == B7_OP_NEGATE) continue;
    for (int k = 0; k < b7_op_operands(x->op); k++) {
      int32_t operand = without_sign(l, x->operand[k], &negative);
      uses[operand]++;
      in_sums[operand] += x->op == B7_OP_ADD;
    }
  }
  for (size_t i = 0; i < count; i++)
    l->absorbed[i] = l->reached[i] && b7_graph_at(l->graph, (int32_t)i)->op == B7_OP_MULTIPLY &&
                     !is_ahead(l, (int32_t)i) && uses[i] > 0 && uses[i] == in_sums[i];
  for (size_t i = 0; i < count; i++) {
    const B7GraphNode *x = b7_graph_at(l->graph, (int32_t)i);
    if (!l->reached[i] || x->op != B7_OP_ADD || is_ahead(l, (int32_t)i)) continue;
    int32_t a = without_sign(l, x->operand[0], &negative), b = without_sign(l, x->operand[1], &negative);
    if (l->absorbed[a] && l->absorbed[b]) l->absorbed[uses[a] > uses[b] ? a : b] = 0;
  }
  return true;
}

static int32_t append(Lowering *l, B7Instruction instruction) {
  B7Instruction *all =
      b7_arena_grow(l->arena, l->code.instructions, (size_t)l->code.n, &l->capacity, sizeof *all);
  if (!all) {
    l->failed = true;
    return 0;
  }
  l->code.instructions = all;
  for (int k = 0; k < b7_op_operands(instruction.op); k++) all[instruction.operand[k]].uses++;
  all[l->code.n] = instruction;
  return l->code.n++;
}

static int32_t lower_node(Lowering *l, int32_t node);

static int32_t lower_operation(Lowering *l, int32_t node, B7Op op, int32_t a, int32_t b, int32_t c) {
  B7Instruction made = {.op = op, .operand = {-1, -1, -1}, .node = node};
  int32_t nodes[3] = {a, b, c};
  for (int k = 0; k < b7_op_operands(op); k++) made.operand[k] = lower_node(l, nodes[k]);
  return l->failed ? 0 : append(l, made);
}

/* ---- long sums ---- */

/* Sums of this many terms are formed in several chains side by side: one chain waits for each of its additions. */
#define LONG_SUM 8
#define LONGEST_SUM 64
#define CHAINS_MOST 4

/* Terms of a sum whose partial sums nobody else uses or has named, and one of these for the chains to stand for;
   false when there are too many or one is subtracted. */
static bool gather_terms(const Lowering *l, int32_t node, int32_t terms[LONGEST_SUM], int *n,
                         int32_t *partial) {
  const B7GraphNode *sum = b7_graph_at(l->graph, node);
  for (int k = 0; k < 2; k++) {
    int32_t term = sum->operand[k];
    const B7GraphNode *x = b7_graph_at(l->graph, term);
    if (x->op == B7_OP_NEGATE && !is_ahead(l, term)) return false;
    bool inner = x->op == B7_OP_ADD && !is_ahead(l, term) && l->uses[term] == 1 && l->value_of[term] < 0 &&
                 !(x->name && *x->name);
    if (inner) {
      *partial = term;
      if (!gather_terms(l, term, terms, n, partial)) return false;
    } else {
      if (*n == LONGEST_SUM) return false;
      terms[(*n)++] = term;
    }
  }
  return true;
}

/* The value of a chain after one more term; -1: before the first. */
static int32_t add_term(Lowering *l, int32_t node, int32_t chain, int32_t term) {
  const B7GraphNode *x = b7_graph_at(l->graph, term);
  B7Instruction made = {.op = B7_OP_ADD, .operand = {chain, -1, -1}, .node = node};
  if (!l->absorbed[term]) {
    int32_t value = lower_node(l, term);
    if (chain < 0) return value;
    made.operand[1] = value;
  } else {
    made.op = chain < 0 ? B7_OP_MULTIPLY : B7_OP_FMA;
    made.operand[0] = lower_node(l, x->operand[0]);
    made.operand[1] = lower_node(l, x->operand[1]);
    made.operand[2] = chain;
  }
  return l->failed ? 0 : append(l, made);
}

/* -1: not such a sum */
static int32_t lower_long_sum(Lowering *l, int32_t node) {
  int32_t terms[LONGEST_SUM], chain[CHAINS_MOST] = {-1, -1, -1, -1};
  int n = 0;
  int32_t partial = -1;
  if (!gather_terms(l, node, terms, &n, &partial) || n < LONG_SUM) return -1;
  int chains = n < 2 * LONG_SUM ? CHAINS_MOST / 2 : CHAINS_MOST;
  for (int t = 0; t < n && !l->failed; t++) {
    int k = t % chains;
    chain[k] = add_term(l, partial, chain[k], terms[t]);
  }
  for (int width = chains / 2; width > 0; width /= 2)
    for (int k = 0; k < width && !l->failed; k++)
      chain[k] = append(l, (B7Instruction){.op = B7_OP_ADD,
                                           .operand = {chain[k], chain[k + width], -1},
                                           .node = width > 1 ? partial : node});
  return chain[0];
}

/* a + b with signs and products taken in */
static int32_t lower_sum(Lowering *l, int32_t node) {
  int32_t sum = lower_long_sum(l, node);
  if (sum >= 0) return sum;
  const B7GraphNode *x = b7_graph_at(l->graph, node);
  bool minus_a, minus_b;
  int32_t a = without_sign(l, x->operand[0], &minus_a), b = without_sign(l, x->operand[1], &minus_b);
  // the absorbed product, if any, becomes a
  if (l->absorbed[b]) {
    int32_t other = a;
    bool minus_other = minus_a;
    a = b, minus_a = minus_b, b = other, minus_b = minus_other;
  }
  if (!l->absorbed[a]) {
    if (minus_a) return lower_operation(l, node, B7_OP_SUBTRACT, b, a, -1);
    return lower_operation(l, node, minus_b ? B7_OP_SUBTRACT : B7_OP_ADD, a, b, -1);
  }
  const B7GraphNode *product = b7_graph_at(l->graph, a);
  // both negative does not happen: the algebra takes a common sign out
  B7Op op = minus_a ? B7_OP_FNMA : minus_b ? B7_OP_FMS : B7_OP_FMA;
  return lower_operation(l, node, op, product->operand[0], product->operand[1], b);
}

static int32_t lower_node(Lowering *l, int32_t node) {
  if (l->failed) return 0;
  if (l->value_of[node] >= 0) return l->value_of[node];
  const B7GraphNode *x = b7_graph_at(l->graph, node);
  int32_t made;
  if (is_ahead(l, node))
    made = append(l, (B7Instruction){.op = B7_OP_INPUT,
                                     .operand = {-1, -1, -1},
                                     .array = l->ahead[node].array,
                                     .index = l->ahead[node].index,
                                     .node = node});
  else if (x->op == B7_OP_INPUT)
    made = append(l, (B7Instruction){.op = B7_OP_INPUT,
                                     .operand = {-1, -1, -1},
                                     .array = x->array,
                                     .index = x->array == B7_ARRAY_STATE ? l->place[x->index] : x->index,
                                     .node = node});
  else if (x->op == B7_OP_CONSTANT)
    made = append(
        l, (B7Instruction){.op = B7_OP_CONSTANT, .operand = {-1, -1, -1}, .number = x->number, .node = node});
  else if (x->op == B7_OP_ADD)
    made = lower_sum(l, node);
  else
    made = lower_operation(l, node, x->op, x->operand[0], x->operand[1], x->operand[2]);
  l->value_of[node] = made;
  return made;
}

static bool takes_long(B7Op op) {
  return op == B7_OP_POWER || op == B7_OP_EXP || op == B7_OP_LN || op == B7_OP_LOG10;
}

/* In slopes with functions in them, these are begun first, then the divisions, and the rest is done meanwhile. */
static void begin_long_operations(Lowering *l) {
  bool functions = false;
  size_t count = l->graph->count;
  for (int divisions = 0; divisions < 2; divisions++) {
    for (size_t i = 0; i < count; i++) {
      int32_t node = (int32_t)i;
      B7Op op = b7_graph_at(l->graph, node)->op;
      if (!l->reached[i] || is_ahead(l, node)) continue;
      if (!divisions && takes_long(op)) {
        functions = true;
        lower_node(l, node);
      } else if (divisions && functions && op == B7_OP_RECIPROCAL) {
        lower_node(l, node);
      }
    }
  }
}

/* Registers of the interpreter: taken when a value is made, given back after its last use. */
static bool number_slots(B7Arena *arena, B7Code *code) {
  int32_t *last_use = B7_ARENA_ARRAY(arena, int32_t, code->n + 1),
          *free_slots = B7_ARENA_ARRAY(arena, int32_t, code->n + 1);
  if (!last_use || !free_slots) return false;
  for (int32_t i = 0; i < code->n; i++)
    for (int k = 0; k < b7_op_operands(code->instructions[i].op); k++)
      last_use[code->instructions[i].operand[k]] = i;
  int32_t n_free = 0;
  for (int32_t i = 0; i < code->n; i++) {
    B7Instruction *instruction = &code->instructions[i];
    for (int k = 0; k < b7_op_operands(instruction->op); k++) {
      int32_t operand = instruction->operand[k];
      bool again =
          (k > 0 && operand == instruction->operand[0]) || (k > 1 && operand == instruction->operand[1]);
      if (last_use[operand] == i && !again) free_slots[n_free++] = code->instructions[operand].slot;
    }
    if (instruction->op == B7_OP_STORE) continue;
    instruction->slot = n_free > 0 ? free_slots[--n_free] : code->n_slot++;
  }
  return true;
}

bool b7_lower(const B7Graph *graph, B7Arena *arena, const B7Root *roots, int32_t n_root, const B7Ahead *ahead,
              bool use_shared, bool use_derived, const int32_t *place, B7Code *out) {
  Lowering l = {.graph = graph,
                .arena = arena,
                .ahead = ahead,
                .use_shared = use_shared,
                .use_derived = use_derived,
                .place = place};
  uint8_t *stop = B7_ARENA_ARRAY(arena, uint8_t, graph->count + 1);
  int32_t *nodes = B7_ARENA_ARRAY(arena, int32_t, n_root + 1);
  l.absorbed = B7_ARENA_ARRAY(arena, uint8_t, graph->count + 1);
  l.uses = B7_ARENA_ARRAY(arena, int32_t, graph->count + 1);
  l.value_of = B7_ARENA_ARRAY(arena, int32_t, graph->count + 1);
  if (!stop || !nodes || !l.absorbed || !l.uses || !l.value_of) return false;
  for (size_t i = 0; i < graph->count; i++) {
    stop[i] = is_ahead(&l, (int32_t)i);
    l.value_of[i] = -1;
  }
  for (int32_t r = 0; r < n_root; r++) nodes[r] = roots[r].node;
  l.reached = b7_graph_reach(graph, arena, nodes, (size_t)n_root, stop);
  if (!l.reached || !choose_absorbed(&l, roots, n_root)) return false;
  // where what is written is also read (events), every value is formed before the first is stored
  bool reads_what_it_writes =
      n_root > 0 && (roots[0].array == B7_ARRAY_STATE || roots[0].array == B7_ARRAY_EXACT ||
                     roots[0].array == B7_ARRAY_LATCH);
  for (int32_t r = 0; reads_what_it_writes && r < n_root; r++) lower_node(&l, roots[r].node);
  if (n_root > 0 && roots[0].array == B7_ARRAY_SLOPE) begin_long_operations(&l);
  for (int32_t r = 0; r < n_root; r++) {
    int32_t value = lower_node(&l, roots[r].node);
    append(&l, (B7Instruction){.op = B7_OP_STORE,
                               .operand = {value, -1, -1},
                               .array = roots[r].array,
                               .index = roots[r].index,
                               .node = roots[r].node});
  }
  if (l.failed || !number_slots(arena, &l.code)) return false;
  *out = l.code;
  return true;
}
