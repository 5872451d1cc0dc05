/* expression.h - formulas as trees in a pool: equal trees are stored once, so equal formulas have equal ids.
 *
 * A tree is an id into its pool; children come before parents, so a walk in id order is an evaluation order.
 * Trees are kept as the author wrote them (no simplification, no reordering); n-ary sums, products, min, max,
 * and, or and piecewise are nested to the left (piecewise: to the right) when read.
 */
#ifndef B7_MODEL_EXPRESSION_H
#define B7_MODEL_EXPRESSION_H

#include "base/memory.h"

/* X(kind, arguments, infix word). Comparisons and logic give 1 or 0; an operand of logic is true when it is
 * not 0. */
#define B7_EXPRESSION_LIST(X)                                                                                \
  X(NUMBER, 0, "")                                                                                           \
  X(SYMBOL, 0, "")                                                                                           \
  X(ADD, 2, "+")                                                                                             \
  X(SUBTRACT, 2, "-")                                                                                        \
  X(MULTIPLY, 2, "*")                                                                                        \
  X(DIVIDE, 2, "/")                                                                                          \
  X(POWER, 2, "^")                                                                                           \
  X(NEGATE, 1, "-")                                                                                          \
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
  X(PIECEWISE, 3, "piecewise") /* arg[0] where arg[1] holds, else arg[2] */                                  \
  X(LESS, 2, "<")                                                                                            \
  X(LESS_EQUAL, 2, "<=")                                                                                     \
  X(GREATER, 2, ">")                                                                                         \
  X(GREATER_EQUAL, 2, ">=")                                                                                  \
  X(EQUAL, 2, "==")                                                                                          \
  X(NOT_EQUAL, 2, "!=")                                                                                      \
  X(AND, 2, "&&")                                                                                            \
  X(OR, 2, "||")                                                                                             \
  X(NOT, 1, "!")

typedef enum B7ExpressionKind {
#define B7_EXPRESSION_ENUM(kind, arguments, word) B7_EXPRESSION_##kind,
  B7_EXPRESSION_LIST(B7_EXPRESSION_ENUM)
#undef B7_EXPRESSION_ENUM
      B7_EXPRESSION_KINDS
} B7ExpressionKind;

/* What a symbol stands for; its index counts within that kind (of the model; an ARGUMENT: of its event).
   Values from B7_SYMBOL_KINDS upwards are free for passes with kinds of their own (the compiler's derived,
   drive, temporaries). */
typedef enum B7SymbolKind {
  B7_SYMBOL_PARAMETER,
  B7_SYMBOL_LATCH,
  B7_SYMBOL_STATE,
  B7_SYMBOL_DEFINITION,
  B7_SYMBOL_ARGUMENT,
  B7_SYMBOL_KINDS
} B7SymbolKind;

typedef int32_t B7ExpressionId;
#define B7_EXPRESSION_NONE (-1)

typedef struct B7Expression {
  B7ExpressionKind kind;
  int32_t symbol_kind;  /* SYMBOL */
  int32_t symbol_index; /* SYMBOL */
  double number;        /* NUMBER */
  B7ExpressionId
      arg[3]; /* the first b7_expression_arguments(kind) count; the others are B7_EXPRESSION_NONE */
} B7Expression;

/* Memory comes from the arena, which must outlive the pool; nothing to free apart from it. */
typedef struct B7ExpressionPool {
  B7Arena *arena;
  B7Expression *nodes; /* moves when the pool grows: keep ids, not pointers */
  size_t count, capacity;
  int32_t *slots; /* hash table of ids */
  size_t n_slots;
  bool failed; /* out of memory at some time: what came since is not to be trusted */
} B7ExpressionPool;

B7ExpressionPool b7_expression_pool_make(B7Arena *arena);

/* Find or add a node. When memory is out: set pool->failed and return id B7_EXPRESSION_NONE; a NONE argument
 * gives NONE. */
B7ExpressionId b7_expression_number(B7ExpressionPool *pool, double number);
B7ExpressionId b7_expression_symbol(B7ExpressionPool *pool, int32_t symbol_kind, int32_t symbol_index);
B7ExpressionId b7_expression_unary(B7ExpressionPool *pool, B7ExpressionKind kind, B7ExpressionId a);
B7ExpressionId b7_expression_binary(B7ExpressionPool *pool, B7ExpressionKind kind, B7ExpressionId a,
                                    B7ExpressionId b);
B7ExpressionId b7_expression_piecewise(B7ExpressionPool *pool, B7ExpressionId value, B7ExpressionId condition,
                                       B7ExpressionId otherwise);

/* The node of an id; valid until the pool grows. */
static inline const B7Expression *b7_expression_at(const B7ExpressionPool *pool, B7ExpressionId id) {
  return &pool->nodes[id];
}
/* Number of arguments of a kind: 0 to 3. */
int b7_expression_arguments(B7ExpressionKind kind);
/* "+", "exp", ...; "" for numbers and symbols. */
const char *b7_expression_word(B7ExpressionKind kind);
bool b7_expression_is_number(const B7ExpressionPool *pool, B7ExpressionId id, double number);

/* Value of a tree; symbols through the callback. IEEE semantics: 1/0 is infinity, ln(-1) NaN. */
typedef double (*B7SymbolValue)(const void *context, int32_t symbol_kind, int32_t symbol_index);
double b7_expression_evaluate(const B7ExpressionPool *pool, B7ExpressionId id, B7SymbolValue value,
                              const void *context);

/* Call visit once for each distinct symbol below id (order: first seen from the left). false from visit
 * stops. */
typedef bool (*B7SymbolVisit)(void *context, int32_t symbol_kind, int32_t symbol_index);
bool b7_expression_visit_symbols(const B7ExpressionPool *pool, B7ExpressionId id, B7SymbolVisit visit,
                                 void *context);

/* The tree `id` of pool `from` copied into pool `into`, symbols mapped by the callback, which returns an id
   of `into` (NULL: symbols are copied as they are). from and into may be the same pool. */
typedef B7ExpressionId (*B7SymbolMap)(void *context, B7ExpressionPool *into, int32_t symbol_kind,
                                      int32_t symbol_index);
B7ExpressionId b7_expression_substitute(const B7ExpressionPool *from, B7ExpressionId id,
                                        B7ExpressionPool *into, B7SymbolMap map, void *context);

/* SBML Level 3 infix text that reads back to the same tree; numbers in the shortest form that reads back to
   the same bits; symbol names through the callback. */
typedef const char *(*B7SymbolName)(const void *context, int32_t symbol_kind, int32_t symbol_index);
void b7_expression_print(const B7ExpressionPool *pool, B7ExpressionId id, B7SymbolName name,
                         const void *context, B7Text *text);
/* The shortest decimal text that reads back to the same double. */
void b7_number_print(double number, char text[32]);

#endif
