#include "model/expression.h"

#include "base/hash.h"

#include <math.h>
#include <string.h>

static const struct {
  int arguments;
  const char *word;
} kinds[B7_EXPRESSION_KINDS] = {
#define B7_EXPRESSION_ROW(kind, arguments, word) [B7_EXPRESSION_##kind] = {arguments, word},
    B7_EXPRESSION_LIST(B7_EXPRESSION_ROW)
#undef B7_EXPRESSION_ROW
};

int b7_expression_arguments(B7ExpressionKind kind) {
  return kinds[kind].arguments;
}

const char *b7_expression_word(B7ExpressionKind kind) {
  return kinds[kind].word;
}

B7ExpressionPool b7_expression_pool_make(B7Arena *arena) {
  return (B7ExpressionPool){.arena = arena};
}

/* -0.0 and 0.0 are kept apart, and every NaN is one NaN: nodes are compared by their bits. */
static uint64_t number_bits(double number) {
  uint64_t bits;
  if (isnan(number)) number = NAN;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}

static uint64_t node_hash(const B7Expression *node) {
  const uint64_t key[5] = {(uint64_t)node->kind, number_bits(node->number),
                           (uint64_t)(uint32_t)node->symbol_kind << 32 | (uint32_t)node->symbol_index,
                           (uint64_t)(uint32_t)node->arg[0] << 32 | (uint32_t)node->arg[1],
                           (uint64_t)(uint32_t)node->arg[2]};
  uint64_t hash = b7_hash_bytes(B7_HASH_START, key, sizeof key);
  return hash ^ hash >> 32;
}

static bool node_equal(const B7Expression *a, const B7Expression *b) {
  return a->kind == b->kind && a->symbol_kind == b->symbol_kind && a->symbol_index == b->symbol_index &&
         number_bits(a->number) == number_bits(b->number) && memcmp(a->arg, b->arg, sizeof a->arg) == 0;
}

/* slots hold id + 1; 0 is free. At most half of them are taken. */
static bool grow_slots(B7ExpressionPool *pool) {
  size_t n = pool->n_slots ? pool->n_slots * 2 : 256;
  int32_t *slots = B7_ARENA_ARRAY(pool->arena, int32_t, n);
  if (!slots) return false;
  for (size_t id = 0; id < pool->count; id++) {
    size_t at = node_hash(&pool->nodes[id]) & (n - 1);
    while (slots[at]) at = (at + 1) & (n - 1);
    slots[at] = (int32_t)id + 1;
  }
  pool->slots = slots;
  pool->n_slots = n;
  return true;
}

static B7ExpressionId out_of_memory(B7ExpressionPool *pool) {
  pool->failed = true;
  return B7_EXPRESSION_NONE;
}

static B7ExpressionId intern(B7ExpressionPool *pool, B7Expression node) {
  if (pool->failed) return B7_EXPRESSION_NONE;
  if (pool->count * 2 >= pool->n_slots && !grow_slots(pool)) return out_of_memory(pool);
  size_t at = node_hash(&node) & (pool->n_slots - 1);
  for (; pool->slots[at]; at = (at + 1) & (pool->n_slots - 1))
    if (node_equal(&pool->nodes[pool->slots[at] - 1], &node)) return pool->slots[at] - 1;
  if (pool->count == INT32_MAX - 1) return out_of_memory(pool);
  B7Expression *nodes =
      b7_arena_grow(pool->arena, pool->nodes, pool->count, &pool->capacity, sizeof(B7Expression));
  if (!nodes) return out_of_memory(pool);
  pool->nodes = nodes;
  nodes[pool->count] = node;
  pool->slots[at] = (int32_t)++pool->count;
  return (B7ExpressionId)pool->count - 1;
}

static B7Expression node_of(B7ExpressionKind kind) {
  return (B7Expression){.kind = kind, .arg = {B7_EXPRESSION_NONE, B7_EXPRESSION_NONE, B7_EXPRESSION_NONE}};
}

B7ExpressionId b7_expression_number(B7ExpressionPool *pool, double number) {
  B7Expression node = node_of(B7_EXPRESSION_NUMBER);
  node.number = number;
  return intern(pool, node);
}

B7ExpressionId b7_expression_symbol(B7ExpressionPool *pool, int32_t symbol_kind, int32_t symbol_index) {
  B7Expression node = node_of(B7_EXPRESSION_SYMBOL);
  node.symbol_kind = symbol_kind;
  node.symbol_index = symbol_index;
  return intern(pool, node);
}

B7ExpressionId b7_expression_unary(B7ExpressionPool *pool, B7ExpressionKind kind, B7ExpressionId a) {
  if (a == B7_EXPRESSION_NONE) return B7_EXPRESSION_NONE;
  // "-2" is the number, so that infix text and MathML, which know it in two forms, read to one tree
  if (kind == B7_EXPRESSION_NEGATE && pool->nodes[a].kind == B7_EXPRESSION_NUMBER)
    return b7_expression_number(pool, -pool->nodes[a].number);
  B7Expression node = node_of(kind);
  node.arg[0] = a;
  return intern(pool, node);
}

B7ExpressionId b7_expression_binary(B7ExpressionPool *pool, B7ExpressionKind kind, B7ExpressionId a,
                                    B7ExpressionId b) {
  if (a == B7_EXPRESSION_NONE || b == B7_EXPRESSION_NONE) return B7_EXPRESSION_NONE;
  B7Expression node = node_of(kind);
  node.arg[0] = a;
  node.arg[1] = b;
  return intern(pool, node);
}

B7ExpressionId b7_expression_piecewise(B7ExpressionPool *pool, B7ExpressionId value, B7ExpressionId condition,
                                       B7ExpressionId otherwise) {
  if (value == B7_EXPRESSION_NONE || condition == B7_EXPRESSION_NONE || otherwise == B7_EXPRESSION_NONE)
    return B7_EXPRESSION_NONE;
  B7Expression node = node_of(B7_EXPRESSION_PIECEWISE);
  node.arg[0] = value;
  node.arg[1] = condition;
  node.arg[2] = otherwise;
  return intern(pool, node);
}

bool b7_expression_is_number(const B7ExpressionPool *pool, B7ExpressionId id, double number) {
  return id != B7_EXPRESSION_NONE && pool->nodes[id].kind == B7_EXPRESSION_NUMBER &&
         pool->nodes[id].number == number;
}

static double apply(B7ExpressionKind kind, double a, double b) {
  switch (kind) {
  case B7_EXPRESSION_ADD:
    return a + b;
  case B7_EXPRESSION_SUBTRACT:
    return a - b;
  case B7_EXPRESSION_MULTIPLY:
    return a * b;
  case B7_EXPRESSION_DIVIDE:
    return a / b;
  case B7_EXPRESSION_POWER:
    return pow(a, b);
  case B7_EXPRESSION_NEGATE:
    return -a;
  case B7_EXPRESSION_EXP:
    return exp(a);
  case B7_EXPRESSION_LN:
    return log(a);
  case B7_EXPRESSION_LOG10:
    return log10(a);
  case B7_EXPRESSION_SQRT:
    return sqrt(a);
  case B7_EXPRESSION_ABS:
    return fabs(a);
  case B7_EXPRESSION_SIN:
    return sin(a);
  case B7_EXPRESSION_COS:
    return cos(a);
  case B7_EXPRESSION_ARCTAN:
    return atan(a);
  case B7_EXPRESSION_FLOOR:
    return floor(a);
  case B7_EXPRESSION_FACTORIAL:
    return tgamma(a + 1);
  case B7_EXPRESSION_MIN:
    return b < a ? b : a;
  case B7_EXPRESSION_MAX:
    return b > a ? b : a;
  case B7_EXPRESSION_LESS:
    return a < b;
  case B7_EXPRESSION_LESS_EQUAL:
    return a <= b;
  case B7_EXPRESSION_GREATER:
    return a > b;
  case B7_EXPRESSION_GREATER_EQUAL:
    return a >= b;
  case B7_EXPRESSION_EQUAL:
    return a == b;
  case B7_EXPRESSION_NOT_EQUAL:
    return a != b;
  case B7_EXPRESSION_AND:
    return a != 0 && b != 0;
  case B7_EXPRESSION_OR:
    return a != 0 || b != 0;
  case B7_EXPRESSION_NOT:
    return a == 0;
  default:
    return NAN;
  }
}

double b7_expression_evaluate(const B7ExpressionPool *pool, B7ExpressionId id, B7SymbolValue value,
                              const void *context) {
  if (id == B7_EXPRESSION_NONE) return NAN;
  const B7Expression *node = &pool->nodes[id];
  if (node->kind == B7_EXPRESSION_NUMBER) return node->number;
  if (node->kind == B7_EXPRESSION_SYMBOL) return value(context, node->symbol_kind, node->symbol_index);
  // only the chosen branch is looked at: the other may be outside its domain
  if (node->kind == B7_EXPRESSION_PIECEWISE) {
    bool chosen = b7_expression_evaluate(pool, node->arg[1], value, context) != 0;
    return b7_expression_evaluate(pool, node->arg[chosen ? 0 : 2], value, context);
  }
  double a = b7_expression_evaluate(pool, node->arg[0], value, context);
  double b = kinds[node->kind].arguments > 1 ? b7_expression_evaluate(pool, node->arg[1], value, context) : 0;
  return apply(node->kind, a, b);
}

/* A symbol is reported at the first of its places; `seen` marks shared subtrees so that each is entered once.
 */
static bool visit_symbols(const B7ExpressionPool *pool, B7ExpressionId id, bool *seen, B7SymbolVisit visit,
                          void *context) {
  if (id == B7_EXPRESSION_NONE || seen[id]) return true;
  seen[id] = true;
  const B7Expression *node = &pool->nodes[id];
  if (node->kind == B7_EXPRESSION_SYMBOL) return visit(context, node->symbol_kind, node->symbol_index);
  for (int i = 0; i < kinds[node->kind].arguments; i++)
    if (!visit_symbols(pool, node->arg[i], seen, visit, context)) return false;
  return true;
}

bool b7_expression_visit_symbols(const B7ExpressionPool *pool, B7ExpressionId id, B7SymbolVisit visit,
                                 void *context) {
  if (id == B7_EXPRESSION_NONE) return true;
  B7Arena scratch = b7_arena_make(&pool->arena->hooks);
  bool *seen = B7_ARENA_ARRAY(&scratch, bool, id + 1);
  bool finished = seen && visit_symbols(pool, id, seen, visit, context);
  b7_arena_free(&scratch);
  return finished;
}

B7ExpressionId b7_expression_substitute(const B7ExpressionPool *from, B7ExpressionId id,
                                        B7ExpressionPool *into, B7SymbolMap map, void *context) {
  if (id == B7_EXPRESSION_NONE) return B7_EXPRESSION_NONE;
  // a copy of the node: into may be from, and then adding to it moves the nodes
  const B7Expression node = from->nodes[id];
  if (node.kind == B7_EXPRESSION_NUMBER) return b7_expression_number(into, node.number);
  if (node.kind == B7_EXPRESSION_SYMBOL)
    return map ? map(context, into, node.symbol_kind, node.symbol_index)
               : b7_expression_symbol(into, node.symbol_kind, node.symbol_index);
  B7ExpressionId arg[3] = {B7_EXPRESSION_NONE, B7_EXPRESSION_NONE, B7_EXPRESSION_NONE};
  for (int i = 0; i < kinds[node.kind].arguments; i++) {
    arg[i] = b7_expression_substitute(from, node.arg[i], into, map, context);
    if (arg[i] == B7_EXPRESSION_NONE) return B7_EXPRESSION_NONE;
  }
  switch (kinds[node.kind].arguments) {
  case 1:
    return b7_expression_unary(into, node.kind, arg[0]);
  case 2:
    return b7_expression_binary(into, node.kind, arg[0], arg[1]);
  default:
    return b7_expression_piecewise(into, arg[0], arg[1], arg[2]);
  }
}
