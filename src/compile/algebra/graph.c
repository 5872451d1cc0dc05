/* graph.c - the store of nodes: find or add, names, reachability. */
#include "compile/algebra/graph.h"

#include <string.h>

#include "base/hash.h"

static const struct {
  int operands;
  const char *word;
} op_table[B7_OPS] = {
#define B7_OP_ROW(op, operands, word) [B7_OP_##op] = {operands, word},
    B7_OP_LIST(B7_OP_ROW)
#undef B7_OP_ROW
};

static const char *const array_words[B7_ARRAYS] = {
#define B7_ARRAY_ROW(array, word) [B7_ARRAY_##array] = word,
    B7_ARRAY_LIST(B7_ARRAY_ROW)
#undef B7_ARRAY_ROW
};

int b7_op_operands(B7Op op) {
  return op_table[op].operands;
}

const char *b7_op_word(B7Op op) {
  return op_table[op].word;
}

const char *b7_array_word(B7Array array) {
  return array_words[array];
}

static B7Level level_of_array(B7Array array) {
  switch (array) {
  case B7_ARRAY_SHARED:
    return B7_LEVEL_SHARED;
  case B7_ARRAY_OWN:
  case B7_ARRAY_LATCH:
  case B7_ARRAY_DERIVED:
    return B7_LEVEL_PATIENT;
  case B7_ARRAY_EXACT:
  case B7_ARRAY_DRIVE:
  case B7_ARRAY_DRIVE_PER_DAY:
  case B7_ARRAY_STEP:
    return B7_LEVEL_EXACT;
  case B7_ARRAY_ARGUMENT:
    return B7_LEVEL_ARGUMENT;
  default:
    return B7_LEVEL_STATE;
  }
}

B7Graph b7_graph_make(B7Arena *arena) {
  return (B7Graph){.arena = arena};
}

/* Constants are equal when their bits are: 0.0 and -0.0 differ. */
static bool same_node(const B7GraphNode *a, const B7GraphNode *b) {
  return a->op == b->op && memcmp(a->operand, b->operand, sizeof a->operand) == 0 && a->array == b->array &&
         a->index == b->index && memcmp(&a->number, &b->number, sizeof a->number) == 0;
}

static uint64_t hash_node(const B7GraphNode *node) {
  int32_t whole[6] = {(int32_t)node->op, node->operand[0],     node->operand[1],
                      node->operand[2],  (int32_t)node->array, node->index};
  uint64_t hash = b7_hash_bytes(B7_HASH_START, whole, sizeof whole);
  return b7_hash_bytes(hash, &node->number, sizeof node->number);
}

/* Twice the table, all nodes entered again. */
static bool grow_slots(B7Graph *graph) {
  size_t n_slots = graph->n_slots ? 2 * graph->n_slots : 1024;
  int32_t *slots = B7_ARENA_ARRAY(graph->arena, int32_t, n_slots);
  if (!slots) return false;
  for (size_t i = 0; i < graph->count; i++) {
    size_t place = hash_node(&graph->nodes[i]) & (n_slots - 1);
    while (slots[place]) place = (place + 1) & (n_slots - 1);
    slots[place] = (int32_t)i + 1;
  }
  graph->slots = slots;
  graph->n_slots = n_slots;
  return true;
}

static int32_t find_or_add(B7Graph *graph, const B7GraphNode *wanted) {
  if (graph->failed) return -1;
  if (2 * (graph->count + 1) > graph->n_slots && !grow_slots(graph)) {
    graph->failed = true;
    return -1;
  }
  size_t place = hash_node(wanted) & (graph->n_slots - 1);
  while (graph->slots[place]) {
    int32_t id = graph->slots[place] - 1;
    if (same_node(&graph->nodes[id], wanted)) return id;
    place = (place + 1) & (graph->n_slots - 1);
  }
  B7GraphNode *nodes =
      b7_arena_grow(graph->arena, graph->nodes, graph->count, &graph->capacity, sizeof *graph->nodes);
  if (!nodes) {
    graph->failed = true;
    return -1;
  }
  graph->nodes = nodes;
  int32_t id = (int32_t)graph->count++;
  nodes[id] = *wanted;
  graph->slots[place] = id + 1;
  return id;
}

int32_t b7_graph_node(B7Graph *graph, B7Op op, int32_t a, int32_t b, int32_t c) {
  B7GraphNode node = {.op = op, .operand = {a, b, c}, .module = -1};
  for (int k = 0; k < b7_op_operands(op); k++) {
    if (graph->failed || node.operand[k] < 0) {
      graph->failed = true;
      return -1;
    }
    B7Level level = graph->nodes[node.operand[k]].level;
    if (level > node.level) node.level = level;
  }
  return find_or_add(graph, &node);
}

int32_t b7_graph_constant(B7Graph *graph, double number) {
  B7GraphNode node = {.op = B7_OP_CONSTANT, .operand = {-1, -1, -1}, .number = number, .module = -1};
  return find_or_add(graph, &node);
}

int32_t b7_graph_input(B7Graph *graph, B7Array array, int32_t index) {
  B7GraphNode node = {.op = B7_OP_INPUT,
                      .operand = {-1, -1, -1},
                      .level = level_of_array(array),
                      .array = array,
                      .index = index,
                      .module = -1};
  return find_or_add(graph, &node);
}

void b7_graph_name(B7Graph *graph, int32_t node, const char *name, const char *label, const char *unit,
                   int32_t module) {
  if (node < 0 || graph->failed) return;
  B7GraphNode *named = &graph->nodes[node];
  if (named->name || named->op == B7_OP_CONSTANT) return;
  named->name = name;
  named->label = label;
  named->unit = unit;
  named->module = module;
}

bool b7_graph_is_number(const B7Graph *graph, int32_t node, double number) {
  return node >= 0 && graph->nodes[node].op == B7_OP_CONSTANT && graph->nodes[node].number == number;
}

uint8_t *b7_graph_reach(const B7Graph *graph, B7Arena *arena, const int32_t *roots, size_t n_roots,
                        const uint8_t *stop) {
  uint8_t *reached = B7_ARENA_ARRAY(arena, uint8_t, graph->count + 1);
  if (!reached) return NULL;
  for (size_t r = 0; r < n_roots; r++) {
    if (roots[r] >= 0) reached[roots[r]] = 1;
  }
  // operands have lower ids than their users
  for (size_t i = graph->count; i-- > 0;) {
    if (!reached[i] || (stop && stop[i])) continue;
    const B7GraphNode *node = &graph->nodes[i];
    for (int k = 0; k < b7_op_operands(node->op); k++) reached[node->operand[k]] = 1;
  }
  return reached;
}
