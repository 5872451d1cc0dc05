/* graph.h - formulas of a whole model as one graph: equal subexpressions are one node (hash-consing).
 *
 * Operands are made before the nodes that use them, so a walk in id order is an evaluation order. Make nodes
 * through simplify.h, which applies the algebra; b7_graph_node itself only finds or adds.
 */
#ifndef B7_COMPILE_ALGEBRA_GRAPH_H
#define B7_COMPILE_ALGEBRA_GRAPH_H

#include "base/memory.h"

/* X(op, operands, word for listings). Comparisons and logic give a truth value (mask); everything else a
   number. Those from SUBTRACT on exist in lowered programs only (lower.h). */
#define B7_OP_LIST(X)                                                                                        \
  X(CONSTANT, 0, "constant")                                                                                 \
  X(INPUT, 0, "input")                                                                                       \
  X(ADD, 2, "add")                                                                                           \
  X(MULTIPLY, 2, "multiply")                                                                                 \
  X(NEGATE, 1, "negate")                                                                                     \
  X(RECIPROCAL, 1, "reciprocal")                                                                             \
  X(POWER, 2, "power")                 /* a^b for a >= 0 */                                                  \
  X(POWER_ANY, 2, "power of any base") /* as C11 pow */                                                      \
  X(EXP, 1, "exp")                                                                                           \
  X(LN, 1, "ln")                                                                                             \
  X(LOG10, 1, "log10")                                                                                       \
  X(SQRT, 1, "sqrt")                                                                                         \
  X(ABS, 1, "abs")                                                                                           \
  X(SIN, 1, "sin")                                                                                           \
  X(COS, 1, "cos")                                                                                           \
  X(ARCTAN, 1, "arctan")                                                                                     \
  X(FLOOR, 1, "floor")                                                                                       \
  X(FACTORIAL, 1, "factorial")                                                                               \
  X(MIN, 2, "min")                                                                                           \
  X(MAX, 2, "max")                                                                                           \
  X(SELECT, 3, "select") /* b where mask a holds, else c */                                                  \
  X(LESS, 2, "less")                                                                                         \
  X(LESS_EQUAL, 2, "less or equal")                                                                          \
  X(EQUAL, 2, "equal")                                                                                       \
  X(NOT_EQUAL, 2, "not equal")                                                                               \
  X(AND, 2, "and")                                                                                           \
  X(OR, 2, "or")                                                                                             \
  X(NOT, 1, "not")                                                                                           \
  X(SUBTRACT, 2, "subtract")          /* a - b */                                                            \
  X(FMA, 3, "multiply-add")           /* a * b + c */                                                        \
  X(FMS, 3, "multiply-subtract")      /* a * b - c */                                                        \
  X(FNMA, 3, "negative multiply-add") /* c - a * b */                                                        \
  X(STORE, 1, "store")                /* a into (array, index) */

typedef enum B7Op {
#define B7_OP_ENUM(op, operands, word) B7_OP_##op,
  B7_OP_LIST(B7_OP_ENUM)
#undef B7_OP_ENUM
      B7_OPS
} B7Op;

int b7_op_operands(B7Op op);
const char *b7_op_word(B7Op op);
static inline bool b7_op_is_mask(B7Op op) {
  return op >= B7_OP_LESS && op <= B7_OP_NOT;
}

/* The arrays of the kernel's functions (bridge7_kernel.h) that programs read and write. */
#define B7_ARRAY_LIST(X)                                                                                     \
  X(SHARED, "shared")                                                                                        \
  X(OWN, "own")                                                                                              \
  X(LATCH, "latch")                                                                                          \
  X(DERIVED, "derived")                                                                                      \
  X(EXACT, "x")                                                                                              \
  X(DRIVE, "drive")                                                                                          \
  X(DRIVE_PER_DAY, "drive_per_day")                                                                          \
  X(STATE, "y")                                                                                              \
  X(ARGUMENT, "argument")                                                                                    \
  X(STEP, "dt_day")                                                                                          \
  X(EXACT_AFTER, "x_out")                                                                                    \
  X(SLOPE, "dydt_per_day")                                                                                   \
  X(SLOPE_PER_DAY, "dfdt")                                                                                   \
  X(JACOBIAN, "jacobian_lu")                                                                                 \
  X(OBSERVABLE, "out")                                                                                       \
  X(RATE, "rate_cells_per_day")

typedef enum B7Array {
#define B7_ARRAY_ENUM(array, word) B7_ARRAY_##array,
  B7_ARRAY_LIST(B7_ARRAY_ENUM)
#undef B7_ARRAY_ENUM
      B7_ARRAYS
} B7Array;

const char *b7_array_word(B7Array array);

/* How often the value of a node can change; the level of a node is the highest of its operands. */
typedef enum B7Level {
  B7_LEVEL_NUMBER,   /* never */
  B7_LEVEL_SHARED,   /* shared parameters: once a population */
  B7_LEVEL_PATIENT,  /* own parameters and latches: once a patient, and at events */
  B7_LEVEL_EXACT,    /* exact states, drives: with time */
  B7_LEVEL_STATE,    /* integrated states: with every evaluation */
  B7_LEVEL_ARGUMENT, /* arguments of an event */
} B7Level;

typedef struct B7GraphNode {
  B7Op op;
  B7Level level;
  int32_t operand[3]; /* -1 where there is none */
  B7Array array;      /* INPUT */
  int32_t index; /* INPUT: place in model order, which need not be the place in the array (see program.h) */
  double number; /* CONSTANT */
  /* for readers of generated code; NULL and -1 for nodes without a name of their own */
  const char *name, *label, *unit;
  int32_t module;
} B7GraphNode;

typedef struct B7Graph {
  B7Arena *arena;     /* outlives the graph */
  B7GraphNode *nodes; /* moves when the graph grows: keep ids */
  size_t count, capacity;
  int32_t *slots; /* hash table of ids + 1 */
  size_t n_slots;
  bool any_sign; /* powers and roots as in C11, also below zero; else their bases are amounts, held at 0 */
  bool failed;   /* out of memory at some time: what came since is not to be trusted */
} B7Graph;

B7Graph b7_graph_make(B7Arena *arena);
/* Find or add, as is. -1 when memory is out or an operand is -1; then graph->failed. */
int32_t b7_graph_node(B7Graph *graph, B7Op op, int32_t a, int32_t b, int32_t c);
int32_t b7_graph_constant(B7Graph *graph, double number);
int32_t b7_graph_input(B7Graph *graph, B7Array array, int32_t index);
/* Name a node unless it has a name already or is a constant. The texts must outlive the graph. */
void b7_graph_name(B7Graph *graph, int32_t node, const char *name, const char *label, const char *unit,
                   int32_t module);

static inline const B7GraphNode *b7_graph_at(const B7Graph *graph, int32_t node) {
  return &graph->nodes[node];
}
bool b7_graph_is_number(const B7Graph *graph, int32_t node, double number);

/* Marks (one byte a node, 1 = reached) of everything that the roots (-1 allowed) use; from the arena. `stop`
   (Nullable) marks nodes that are reached but not looked behind. NULL when memory is out. */
uint8_t *b7_graph_reach(const B7Graph *graph, B7Arena *arena, const int32_t *roots, size_t n_roots,
                        const uint8_t *stop);

#endif
