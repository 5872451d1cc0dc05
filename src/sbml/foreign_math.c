/* foreign_math.c - MathML of somebody else's file into trees over the model.
 *
 * Calls of the file's own functions are expanded here, all arguments at once: each is read where the call stands, and
 * the body sees nothing but its arguments. What the engine has no operation for is written with those that it has.
 */
#include "sbml/foreign.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* SBML Level 3 fixes this value (CODATA 2006) */
#define AVOGADRO 6.02214179e23
#define DEEPEST 200
/* terms of one sum, factors of one product: what is made of them is walked by recursion */
#define MOST_TERMS 5000

typedef struct MathReading {
  B7Foreign *f;
  B7ExpressionPool *pool;
  const B7ForeignScope *scope;
} MathReading;

static B7Status fail(const MathReading *r, const char *format, const char *word) {
  char message[400];
  snprintf(message, sizeof message, format, word);
  return b7_sbml_fail(r->f->reader, r->scope->element, "%s: %s", r->scope->what, message);
}

static B7Status read(const MathReading *r, const ASTNode_t *ast, B7ExpressionId *out);

/* ---- short forms ---- */

static B7ExpressionId number(const MathReading *r, double value) {
  return b7_expression_number(r->pool, value);
}

static B7ExpressionId one(const MathReading *r, B7ExpressionKind kind, B7ExpressionId a) {
  return b7_expression_unary(r->pool, kind, a);
}

static B7ExpressionId two(const MathReading *r, B7ExpressionKind kind, B7ExpressionId a, B7ExpressionId b) {
  return b7_expression_binary(r->pool, kind, a, b);
}

static B7ExpressionId add(const MathReading *r, B7ExpressionId a, B7ExpressionId b) {
  return two(r, B7_EXPRESSION_ADD, a, b);
}

static B7ExpressionId subtract(const MathReading *r, B7ExpressionId a, B7ExpressionId b) {
  return two(r, B7_EXPRESSION_SUBTRACT, a, b);
}

static B7ExpressionId multiply(const MathReading *r, B7ExpressionId a, B7ExpressionId b) {
  return two(r, B7_EXPRESSION_MULTIPLY, a, b);
}

static B7ExpressionId divide(const MathReading *r, B7ExpressionId a, B7ExpressionId b) {
  return two(r, B7_EXPRESSION_DIVIDE, a, b);
}

static B7ExpressionId square_root(const MathReading *r, B7ExpressionId a) {
  return one(r, B7_EXPRESSION_SQRT, a);
}

/* the whole part, towards 0 */
static B7ExpressionId whole_part(const MathReading *r, B7ExpressionId a) {
  B7ExpressionId below = one(r, B7_EXPRESSION_FLOOR, a),
                 above = one(r, B7_EXPRESSION_NEGATE,
                             one(r, B7_EXPRESSION_FLOOR, one(r, B7_EXPRESSION_NEGATE, a)));
  return b7_expression_piecewise(r->pool, below, two(r, B7_EXPRESSION_GREATER_EQUAL, a, number(r, 0)), above);
}

/* a as 1 or 0 */
static B7ExpressionId truth(const MathReading *r, B7ExpressionId a) {
  return two(r, B7_EXPRESSION_NOT_EQUAL, a, number(r, 0));
}

/* ---- functions of one argument that are written with others ---- */

static B7ExpressionId hyperbolic_sine(const MathReading *r, B7ExpressionId a, bool cosine) {
  B7ExpressionId up = one(r, B7_EXPRESSION_EXP, a),
                 down = one(r, B7_EXPRESSION_EXP, one(r, B7_EXPRESSION_NEGATE, a));
  return divide(r, cosine ? add(r, up, down) : subtract(r, up, down), number(r, 2));
}

static B7ExpressionId arc_sine(const MathReading *r, B7ExpressionId a) {
  return one(r, B7_EXPRESSION_ARCTAN,
             divide(r, a, square_root(r, subtract(r, number(r, 1), multiply(r, a, a)))));
}

/* ln(|a| + sqrt(a^2 + 1)) with the sign of a: nothing cancels */
static B7ExpressionId area_sine(const MathReading *r, B7ExpressionId a) {
  B7ExpressionId size = one(r, B7_EXPRESSION_ABS, a),
                 logarithm = one(r, B7_EXPRESSION_LN,
                                 add(r, size, square_root(r, add(r, multiply(r, a, a), number(r, 1)))));
  return b7_expression_piecewise(r->pool, logarithm, two(r, B7_EXPRESSION_GREATER_EQUAL, a, number(r, 0)),
                                 one(r, B7_EXPRESSION_NEGATE, logarithm));
}

static B7ExpressionId area_cosine(const MathReading *r, B7ExpressionId a) {
  B7ExpressionId product =
      multiply(r, square_root(r, subtract(r, a, number(r, 1))), square_root(r, add(r, a, number(r, 1))));
  return one(r, B7_EXPRESSION_LN, add(r, a, product));
}

static B7ExpressionId area_tangent(const MathReading *r, B7ExpressionId a) {
  B7ExpressionId share = divide(r, add(r, number(r, 1), a), subtract(r, number(r, 1), a));
  return divide(r, one(r, B7_EXPRESSION_LN, share), number(r, 2));
}

static B7ExpressionId written_out(const MathReading *r, ASTNodeType_t type, B7ExpressionId a) {
  B7ExpressionId inverse = divide(r, number(r, 1), a);
  switch (type) {
  case AST_FUNCTION_CEILING:
    return one(r, B7_EXPRESSION_NEGATE, one(r, B7_EXPRESSION_FLOOR, one(r, B7_EXPRESSION_NEGATE, a)));
  case AST_FUNCTION_TAN:
    return divide(r, one(r, B7_EXPRESSION_SIN, a), one(r, B7_EXPRESSION_COS, a));
  case AST_FUNCTION_COT:
    return divide(r, one(r, B7_EXPRESSION_COS, a), one(r, B7_EXPRESSION_SIN, a));
  case AST_FUNCTION_SEC:
    return divide(r, number(r, 1), one(r, B7_EXPRESSION_COS, a));
  case AST_FUNCTION_CSC:
    return divide(r, number(r, 1), one(r, B7_EXPRESSION_SIN, a));
  case AST_FUNCTION_SINH:
    return hyperbolic_sine(r, a, false);
  case AST_FUNCTION_COSH:
    return hyperbolic_sine(r, a, true);
  case AST_FUNCTION_TANH:
    return divide(r, hyperbolic_sine(r, a, false), hyperbolic_sine(r, a, true));
  case AST_FUNCTION_COTH:
    return divide(r, hyperbolic_sine(r, a, true), hyperbolic_sine(r, a, false));
  case AST_FUNCTION_SECH:
    return divide(r, number(r, 1), hyperbolic_sine(r, a, true));
  case AST_FUNCTION_CSCH:
    return divide(r, number(r, 1), hyperbolic_sine(r, a, false));
  case AST_FUNCTION_ARCSIN:
    return arc_sine(r, a);
  case AST_FUNCTION_ARCCOS:
    return subtract(r, number(r, M_PI_2), arc_sine(r, a));
  case AST_FUNCTION_ARCCOT:
    return one(r, B7_EXPRESSION_ARCTAN, inverse);
  case AST_FUNCTION_ARCSEC:
    return subtract(r, number(r, M_PI_2), arc_sine(r, inverse));
  case AST_FUNCTION_ARCCSC:
    return arc_sine(r, inverse);
  case AST_FUNCTION_ARCSINH:
    return area_sine(r, a);
  case AST_FUNCTION_ARCCOSH:
    return area_cosine(r, a);
  case AST_FUNCTION_ARCTANH:
    return area_tangent(r, a);
  case AST_FUNCTION_ARCCOTH:
    return area_tangent(r, inverse);
  case AST_FUNCTION_ARCSECH:
    return area_cosine(r, inverse);
  case AST_FUNCTION_ARCCSCH:
    return area_sine(r, inverse);
  default:
    return B7_EXPRESSION_NONE;
  }
}

/* ---- names ---- */

static B7Status read_reaction(const MathReading *r, const char *name, B7ExpressionId *out) {
  const Reaction_t *reaction = Model_getReactionById(r->f->sbml, name);
  if (!reaction) return fail(r, "unknown name '%s'", name);
  return r->f->rates->velocity(r->f, reaction, out);
}

static B7Status read_name(const MathReading *r, const char *name, B7ExpressionId *out) {
  for (unsigned i = 0; i < r->scope->n_argument; i++)
    if (strcmp(r->scope->arguments[i], name) == 0) {
      *out = r->scope->bound[i];
      return B7_OK;
    }
  if (r->scope->is_body) return fail(r, "a function reads '%s', which is none of its arguments", name);
  const B7ForeignSymbol *symbol = b7_foreign_find(r->f, name, r->scope->reaction);
  if (!symbol) return read_reaction(r, name, out);
  *out = symbol->value;
  if (*out != B7_EXPRESSION_NONE) return B7_OK;
  if (r->pool->failed) return b7_fail_memory(r->f->reader->error);
  const B7ForeignSymbol *size = b7_foreign_size(r->f, symbol);
  return size && symbol->place != B7_FOREIGN_NOTHING ? fail(r, "the compartment '%s' has no size", size->id)
                                                     : fail(r, "'%s' has no value", name);
}

/* ---- calls ---- */

static B7Status read_call(const MathReading *r, const ASTNode_t *ast, B7ExpressionId *out) {
  B7Foreign *f = r->f;
  const char *name = b7_sbml_id(ASTNode_getName(ast));
  FunctionDefinition_t *function = Model_getFunctionDefinitionById(f->sbml, name);
  if (!function) return fail(r, "the function '%s' is not known", name);
  const ASTNode_t *body = FunctionDefinition_getBody(function);
  unsigned n = FunctionDefinition_getNumArguments(function);
  if (!body) return fail(r, "the function '%s' has no formula", name);
  if (ASTNode_getNumChildren(ast) != n) return fail(r, "'%s' has the wrong number of arguments", name);
  if (f->depth >= DEEPEST) return fail(r, "the function '%s' calls itself, or calls go too deep", name);
  const char **arguments = B7_ARENA_ARRAY(&f->arena, const char *, n + 1);
  B7ExpressionId *bound = B7_ARENA_ARRAY(&f->arena, B7ExpressionId, n + 1);
  if (!arguments || !bound) return b7_fail_memory(f->reader->error);
  for (unsigned i = 0; i < n; i++) {
    arguments[i] = b7_sbml_id(ASTNode_getName(FunctionDefinition_getArgument(function, i)));
    B7_TRY(read(r, ASTNode_getChild(ast, i), &bound[i]));
  }
  const B7ForeignScope inner = {.element = r->scope->element,
                                .what = r->scope->what,
                                .n_argument = n,
                                .arguments = arguments,
                                .bound = bound,
                                .is_body = true};
  f->depth++;
  B7Status status = read(&(MathReading){f, r->pool, &inner}, body, out);
  f->depth--;
  return status;
}

static B7Status read_rate_of(const MathReading *r, const ASTNode_t *ast, B7ExpressionId *out) {
  const ASTNode_t *child = ASTNode_getNumChildren(ast) == 1 ? ASTNode_getChild(ast, 0) : NULL;
  if (!child || ASTNode_getType(child) != AST_NAME)
    return fail(r, "%s takes one symbol of the model", "rateOf");
  const char *name = ASTNode_getName(child);
  if (r->scope->is_body) return fail(r, "rateOf of '%s' inside a function is not supported", name);
  const B7ForeignSymbol *symbol = b7_foreign_find(r->f, name, r->scope->reaction);
  if (!symbol) return fail(r, "rateOf of '%s', which is no quantity", name);
  if (r->f->depth >= DEEPEST) return fail(r, "the rate of '%s' depends on itself", name);
  r->f->depth++;
  B7Status status = r->f->rates->slope(r->f, symbol, r->scope, out);
  r->f->depth--;
  return status;
}

/* ---- operators ---- */

/* op(op(a, b), c) ...; `empty` without any argument */
static B7Status read_nary(const MathReading *r, const ASTNode_t *ast, B7ExpressionKind kind, double empty,
                          B7ExpressionId *out) {
  unsigned count = ASTNode_getNumChildren(ast);
  bool logic = kind == B7_EXPRESSION_AND || kind == B7_EXPRESSION_OR;
  if (count > MOST_TERMS) return fail(r, "a '%s' has too many arguments", b7_expression_word(kind));
  *out = number(r, empty);
  for (unsigned i = 0; i < count; i++) {
    B7ExpressionId next;
    B7_TRY(read(r, ASTNode_getChild(ast, i), &next));
    if (logic) next = truth(r, next);
    *out = i == 0 ? next : two(r, kind, *out, next);
  }
  return B7_OK;
}

/* true when an odd number of arguments is */
static B7Status read_xor(const MathReading *r, const ASTNode_t *ast, B7ExpressionId *out) {
  *out = number(r, 0);
  for (unsigned i = 0; i < ASTNode_getNumChildren(ast); i++) {
    B7ExpressionId next;
    B7_TRY(read(r, ASTNode_getChild(ast, i), &next));
    *out = two(r, B7_EXPRESSION_NOT_EQUAL, *out, truth(r, next));
  }
  return B7_OK;
}

/* a < b < c: each pair */
static B7Status read_chain(const MathReading *r, const ASTNode_t *ast, B7ExpressionKind kind,
                           B7ExpressionId *out) {
  unsigned count = ASTNode_getNumChildren(ast);
  if (count < 2) return fail(r, "'%s' compares two numbers or more", b7_expression_word(kind));
  B7ExpressionId last, next;
  B7_TRY(read(r, ASTNode_getChild(ast, 0), &last));
  for (unsigned i = 1; i < count; i++, last = next) {
    B7_TRY(read(r, ASTNode_getChild(ast, i), &next));
    B7ExpressionId pair = two(r, kind, last, next);
    *out = i == 1 ? pair : two(r, B7_EXPRESSION_AND, *out, pair);
  }
  return B7_OK;
}

/* piecewise(v1, c1, v2, c2, ..., otherwise), from the last to the first; nothing where no condition holds */
static B7Status read_piecewise(const MathReading *r, const ASTNode_t *ast, B7ExpressionId *out) {
  unsigned count = ASTNode_getNumChildren(ast), pairs = count / 2;
  *out = number(r, NAN);
  if (count % 2) B7_TRY(read(r, ASTNode_getChild(ast, count - 1), out));
  for (unsigned i = pairs; i-- > 0;) {
    B7ExpressionId value, condition;
    B7_TRY(read(r, ASTNode_getChild(ast, 2 * i), &value));
    B7_TRY(read(r, ASTNode_getChild(ast, 2 * i + 1), &condition));
    *out = b7_expression_piecewise(r->pool, value, condition, *out);
  }
  return B7_OK;
}

static B7Status read_two(const MathReading *r, const ASTNode_t *ast, const char *word,
                         B7ExpressionId pair[2]) {
  if (ASTNode_getNumChildren(ast) != 2) return fail(r, "'%s' takes two arguments", word);
  for (unsigned i = 0; i < 2; i++) B7_TRY(read(r, ASTNode_getChild(ast, i), &pair[i]));
  return B7_OK;
}

/* log and root, whose base and degree come first and may be missing */
static B7Status read_based(const MathReading *r, const ASTNode_t *ast, bool logarithm, B7ExpressionId *out) {
  unsigned count = ASTNode_getNumChildren(ast);
  if (count != 1 && count != 2) return fail(r, "'%s' takes one number or two", logarithm ? "log" : "root");
  B7ExpressionId base = number(r, logarithm ? 10 : 2), a;
  if (count == 2) B7_TRY(read(r, ASTNode_getChild(ast, 0), &base));
  B7_TRY(read(r, ASTNode_getChild(ast, count - 1), &a));
  if (b7_expression_is_number(r->pool, base, logarithm ? 10 : 2))
    *out = one(r, logarithm ? B7_EXPRESSION_LOG10 : B7_EXPRESSION_SQRT, a);
  else if (logarithm)
    *out = divide(r, one(r, B7_EXPRESSION_LN, a), one(r, B7_EXPRESSION_LN, base));
  else
    *out = two(r, B7_EXPRESSION_POWER, a, divide(r, number(r, 1), base));
  return B7_OK;
}

static B7Status read_pair(const MathReading *r, const ASTNode_t *ast, ASTNodeType_t type,
                          B7ExpressionId *out) {
  B7ExpressionId p[2];
  switch (type) {
  case AST_DIVIDE:
    B7_TRY(read_two(r, ast, "divide", p));
    *out = divide(r, p[0], p[1]);
    return B7_OK;
  case AST_LOGICAL_IMPLIES:
    B7_TRY(read_two(r, ast, "implies", p));
    *out = two(r, B7_EXPRESSION_OR, one(r, B7_EXPRESSION_NOT, truth(r, p[0])), truth(r, p[1]));
    return B7_OK;
  case AST_FUNCTION_QUOTIENT:
    B7_TRY(read_two(r, ast, "quotient", p));
    *out = whole_part(r, divide(r, p[0], p[1]));
    return B7_OK;
  case AST_FUNCTION_REM:
    B7_TRY(read_two(r, ast, "rem", p));
    *out = subtract(r, p[0], multiply(r, p[1], whole_part(r, divide(r, p[0], p[1]))));
    return B7_OK;
  default:
    B7_TRY(read_two(r, ast, "power", p));
    *out = two(r, B7_EXPRESSION_POWER, p[0], p[1]);
    return B7_OK;
  }
}

static B7Status read_minus(const MathReading *r, const ASTNode_t *ast, B7ExpressionId *out) {
  unsigned count = ASTNode_getNumChildren(ast);
  B7ExpressionId a, b;
  if (count != 1 && count != 2) return fail(r, "'%s' takes one number or two", "minus");
  B7_TRY(read(r, ASTNode_getChild(ast, 0), &a));
  if (count == 2) B7_TRY(read(r, ASTNode_getChild(ast, 1), &b));
  *out = count == 2 ? subtract(r, a, b) : one(r, B7_EXPRESSION_NEGATE, a);
  return B7_OK;
}

static B7Status read_unary(const MathReading *r, const ASTNode_t *ast, ASTNodeType_t type,
                           B7ExpressionId *out) {
  static const struct {
    ASTNodeType_t type;
    B7ExpressionKind kind;
  } plain[] = {{AST_FUNCTION_EXP, B7_EXPRESSION_EXP},     {AST_FUNCTION_LN, B7_EXPRESSION_LN},
               {AST_FUNCTION_ABS, B7_EXPRESSION_ABS},     {AST_FUNCTION_SIN, B7_EXPRESSION_SIN},
               {AST_FUNCTION_COS, B7_EXPRESSION_COS},     {AST_FUNCTION_ARCTAN, B7_EXPRESSION_ARCTAN},
               {AST_FUNCTION_FLOOR, B7_EXPRESSION_FLOOR}, {AST_FUNCTION_FACTORIAL, B7_EXPRESSION_FACTORIAL},
               {AST_LOGICAL_NOT, B7_EXPRESSION_NOT}};
  char *said = SBML_formulaToL3String(ast);
  char word[200];
  snprintf(word, sizeof word, "%s", said ? said : "?");
  free(said);
  if (ASTNode_getNumChildren(ast) != 1) return fail(r, "'%s' is not supported", word);
  B7ExpressionId a;
  B7_TRY(read(r, ASTNode_getChild(ast, 0), &a));
  for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
    if (plain[i].type == type) {
      *out = one(r, plain[i].kind, a);
      return B7_OK;
    }
  *out = written_out(r, type, a);
  if (*out == B7_EXPRESSION_NONE && !r->pool->failed) return fail(r, "'%s' is not supported", word);
  return B7_OK;
}

static B7Status read(const MathReading *r, const ASTNode_t *ast, B7ExpressionId *out) {
  *out = B7_EXPRESSION_NONE;
  if (!ast) return fail(r, "%s", "a part of the formula is missing");
  if (++r->f->size > B7_FOREIGN_LARGEST)
    return fail(r, "%s", "the formula is too large with its functions written out");
  ASTNodeType_t type = ASTNode_getType(ast);
  switch (type) {
  case AST_INTEGER:
  case AST_REAL:
  case AST_REAL_E:
  case AST_RATIONAL:
    *out = number(r, b7_formula_number(ast));
    return B7_OK;
  case AST_CONSTANT_TRUE:
  case AST_CONSTANT_FALSE:
    *out = number(r, type == AST_CONSTANT_TRUE);
    return B7_OK;
  case AST_CONSTANT_PI:
    *out = number(r, M_PI);
    return B7_OK;
  case AST_CONSTANT_E:
    *out = number(r, M_E);
    return B7_OK;
  case AST_NAME_AVOGADRO:
    *out = number(r, AVOGADRO);
    return B7_OK;
  case AST_NAME:
    return read_name(r, b7_sbml_id(ASTNode_getName(ast)), out);
  case AST_NAME_TIME:
    return r->f->rates->clock(r->f, r->scope->element, out);
  case AST_FUNCTION:
    return read_call(r, ast, out);
  case AST_FUNCTION_RATE_OF:
    return read_rate_of(r, ast, out);
  case AST_FUNCTION_DELAY:
    return fail(r, "%s", "'delay' is not supported: a model reads no earlier values of its quantities");
  case AST_PLUS:
    return read_nary(r, ast, B7_EXPRESSION_ADD, 0, out);
  case AST_TIMES:
    return read_nary(r, ast, B7_EXPRESSION_MULTIPLY, 1, out);
  case AST_LOGICAL_AND:
    return read_nary(r, ast, B7_EXPRESSION_AND, 1, out);
  case AST_LOGICAL_OR:
    return read_nary(r, ast, B7_EXPRESSION_OR, 0, out);
  case AST_LOGICAL_XOR:
    return read_xor(r, ast, out);
  case AST_FUNCTION_MIN:
    return read_nary(r, ast, B7_EXPRESSION_MIN, INFINITY, out);
  case AST_FUNCTION_MAX:
    return read_nary(r, ast, B7_EXPRESSION_MAX, -INFINITY, out);
  case AST_RELATIONAL_LT:
    return read_chain(r, ast, B7_EXPRESSION_LESS, out);
  case AST_RELATIONAL_LEQ:
    return read_chain(r, ast, B7_EXPRESSION_LESS_EQUAL, out);
  case AST_RELATIONAL_GT:
    return read_chain(r, ast, B7_EXPRESSION_GREATER, out);
  case AST_RELATIONAL_GEQ:
    return read_chain(r, ast, B7_EXPRESSION_GREATER_EQUAL, out);
  case AST_RELATIONAL_EQ:
    return read_chain(r, ast, B7_EXPRESSION_EQUAL, out);
  case AST_RELATIONAL_NEQ:
    return read_chain(r, ast, B7_EXPRESSION_NOT_EQUAL, out);
  case AST_MINUS:
    return read_minus(r, ast, out);
  case AST_DIVIDE:
  case AST_POWER:
  case AST_FUNCTION_POWER:
  case AST_FUNCTION_QUOTIENT:
  case AST_FUNCTION_REM:
  case AST_LOGICAL_IMPLIES:
    return read_pair(r, ast, type, out);
  case AST_FUNCTION_LOG:
    return read_based(r, ast, true, out);
  case AST_FUNCTION_ROOT:
    return read_based(r, ast, false, out);
  case AST_FUNCTION_PIECEWISE:
    return read_piecewise(r, ast, out);
  default:
    return read_unary(r, ast, type, out);
  }
}

B7Status b7_foreign_math(B7Foreign *f, const ASTNode_t *ast, const B7ForeignScope *scope,
                         B7ExpressionId *out) {
  const MathReading reading = {f, b7_foreign_pool(f), scope};
  f->size = 0;
  B7_TRY(read(&reading, ast, out));
  return reading.pool->failed || *out == B7_EXPRESSION_NONE ? b7_fail_memory(f->reader->error) : B7_OK;
}
