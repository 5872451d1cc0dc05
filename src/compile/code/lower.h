/* lower.h - nodes of a graph into ordered instructions. */
#ifndef B7_COMPILE_CODE_LOWER_H
#define B7_COMPILE_CODE_LOWER_H

#include "compile/algebra/graph.h"

/* One operation on values of earlier instructions; instruction i makes value i (STORE makes none). */
typedef struct B7Instruction {
  B7Op op;
  int32_t operand[3]; /* numbers of earlier instructions; -1 where there is none */
  B7Array array;      /* INPUT, STORE */
  int32_t index;      /* INPUT, STORE: place in the array */
  double number;      /* CONSTANT */
  int32_t node;       /* of the graph: names for readers */
  int32_t uses;       /* by later instructions */
  int32_t slot;       /* of the interpreter's registers */
} B7Instruction;

typedef struct B7Code {
  int32_t n;
  B7Instruction *instructions;
  int32_t n_slot;
} B7Code;

/* What a function is to store: value of `node` into (array, index), in this order. */
typedef struct B7Root {
  B7Array array;
  int32_t index;
  int32_t node;
} B7Root;

/* Nodes that are computed ahead and where they lie; array B7_ARRAYS: not ahead. By node. */
typedef struct B7Ahead {
  B7Array array; /* SHARED or DERIVED */
  int32_t index;
} B7Ahead;

/* Order, fuse and number the instructions. ahead has graph->count entries; those in DERIVED count only with
   use_derived, those in SHARED only with use_shared. place maps STATE inputs to places in y. From the arena;
   false when memory is out. */
bool b7_lower(const B7Graph *graph, B7Arena *arena, const B7Root *roots, int32_t n_root, const B7Ahead *ahead,
              bool use_shared, bool use_derived, const int32_t *place, B7Code *out);

#endif
