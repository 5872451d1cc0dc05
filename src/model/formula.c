#include "model/formula.h"

#include <math.h>
#include <sbml/SBMLTypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* longer texts are refused: the trees are walked by recursion */
#define FORMULA_LENGTH_MAX 8000

typedef struct FormulaReader {
  const B7Scope *scope;
  B7ExpressionPool *pool;
  B7Error *error;
} FormulaReader;

static B7Status fail(const FormulaReader *r, const char *message, const char *word) {
  return b7_fail_at(r->error, B7_ERROR_INPUT, r->scope->place.file, r->scope->place.line,
                    r->scope->place.column, message, r->scope->what, word);
}

static ASTNode_t *parse_infix(const char *text) {
  L3ParserSettings_t *settings = L3ParserSettings_create();
  if (!settings) return NULL;
  // units belong to parameters, and "log" means different things to different people
  L3ParserSettings_setParseUnits(settings, L3P_NO_UNITS);
  L3ParserSettings_setParseLog(settings, L3P_PARSE_LOG_AS_ERROR);
  ASTNode_t *ast = SBML_parseL3FormulaWithSettings(text, settings);
  L3ParserSettings_free(settings);
  return ast;
}

ASTNode_t *b7_formula_ast(const char *text) {
  return parse_infix(text);
}

/* 1.7e-5 is kept by libSBML as 1.7 and -5; multiplying these would not give the double nearest to 1.7e-5. */
static double real_number(const ASTNode_t *ast) {
  if (ASTNode_getType(ast) != AST_REAL_E) return ASTNode_getReal(ast);
  double mantissa = ASTNode_getMantissa(ast);
  if (!isfinite(mantissa)) return mantissa;
  char text[64];
  int digits = 1;
  do {
    snprintf(text, sizeof text, "%.*f", digits, mantissa);
  } while (strtod(text, NULL) != mantissa && ++digits < 20);
  if (strtod(text, NULL) != mantissa || strchr(text, 'e')) return ASTNode_getReal(ast);
  size_t length = strlen(text);
  snprintf(text + length, sizeof text - length, "e%ld", ASTNode_getExponent(ast));
  return strtod(text, NULL);
}

static B7Status read(const FormulaReader *r, const ASTNode_t *ast, B7ExpressionId *out);

static B7Status read_name(const FormulaReader *r, const char *name, B7ExpressionId *out) {
  const B7Scope *scope = r->scope;
  for (int32_t i = 0; scope->event && i < scope->event->n_argument; i++)
    if (strcmp(scope->event->arguments[i].name, name) == 0) {
      *out = b7_expression_symbol(r->pool, B7_SYMBOL_ARGUMENT, i);
      return B7_OK;
    }
  static const B7SymbolKind symbol_kinds[B7_NAME_KINDS] = {
      [B7_NAME_PARAMETER] = B7_SYMBOL_PARAMETER, [B7_NAME_LATCH] = B7_SYMBOL_LATCH,
      [B7_NAME_STATE] = B7_SYMBOL_STATE,         [B7_NAME_DEFINITION] = B7_SYMBOL_DEFINITION,
      [B7_NAME_REACTION] = B7_SYMBOL_KINDS,      [B7_NAME_EVENT] = B7_SYMBOL_KINDS,
      [B7_NAME_OBSERVABLE] = B7_SYMBOL_KINDS};
  const uint32_t readable =
      1u << B7_NAME_PARAMETER | 1u << B7_NAME_LATCH | 1u << B7_NAME_STATE | 1u << B7_NAME_DEFINITION;
  const B7Name *found = b7_names_find(scope->names, name);
  if (found && symbol_kinds[found->kind] != B7_SYMBOL_KINDS) {
    *out = b7_expression_symbol(r->pool, symbol_kinds[found->kind], found->index);
    return B7_OK;
  }
  const B7ModelPlace at = scope->place;
  if (found)
    return b7_fail_at(r->error, B7_ERROR_INPUT, at.file, at.line, at.column,
                      "%s: '%s' is %s; formulas read parameters, latches, states and definitions",
                      scope->what, name, b7_name_kind_phrase(found->kind));
  const char *near = b7_names_suggest(scope->names, name, readable);
  if (near)
    return b7_fail_at(r->error, B7_ERROR_INPUT, at.file, at.line, at.column,
                      "%s: unknown name '%s'. Did you mean '%s'?", scope->what, name, near);
  return b7_fail_at(r->error, B7_ERROR_INPUT, at.file, at.line, at.column, "%s: unknown name '%s'",
                    scope->what, name);
}

/* f(a, b, c, ...) as f(f(a, b), c) ... */
static B7Status read_nary(const FormulaReader *r, const ASTNode_t *ast, B7ExpressionKind kind,
                          double when_empty, B7ExpressionId *out) {
  unsigned count = ASTNode_getNumChildren(ast);
  if (count == 0) {
    *out = b7_expression_number(r->pool, when_empty);
    return B7_OK;
  }
  B7_TRY(read(r, ASTNode_getChild(ast, 0), out));
  for (unsigned i = 1; i < count; i++) {
    B7ExpressionId next;
    B7_TRY(read(r, ASTNode_getChild(ast, i), &next));
    *out = b7_expression_binary(r->pool, kind, *out, next);
  }
  return B7_OK;
}

static B7Status read_fixed(const FormulaReader *r, const ASTNode_t *ast, B7ExpressionKind kind,
                           B7ExpressionId *out) {
  unsigned wanted = (unsigned)b7_expression_arguments(kind);
  if (ASTNode_getNumChildren(ast) != wanted)
    return fail(r, "%s: '%s' has the wrong number of arguments", b7_expression_word(kind));
  B7ExpressionId a, b = B7_EXPRESSION_NONE;
  B7_TRY(read(r, ASTNode_getChild(ast, 0), &a));
  if (wanted == 2) B7_TRY(read(r, ASTNode_getChild(ast, 1), &b));
  *out = wanted == 2 ? b7_expression_binary(r->pool, kind, a, b) : b7_expression_unary(r->pool, kind, a);
  return B7_OK;
}

/* piecewise(v1, c1, v2, c2, ..., otherwise), from the last to the first */
static B7Status read_piecewise(const FormulaReader *r, const ASTNode_t *ast, B7ExpressionId *out) {
  unsigned count = ASTNode_getNumChildren(ast);
  if (count < 3 || count % 2 == 0)
    return fail(r, "%s: '%s' needs a value, a condition, and what holds otherwise", "piecewise");
  B7_TRY(read(r, ASTNode_getChild(ast, count - 1), out));
  for (unsigned i = count - 1; i >= 2; i -= 2) {
    B7ExpressionId value, condition;
    B7_TRY(read(r, ASTNode_getChild(ast, i - 2), &value));
    B7_TRY(read(r, ASTNode_getChild(ast, i - 1), &condition));
    *out = b7_expression_piecewise(r->pool, value, condition, *out);
  }
  return B7_OK;
}

static bool is_integer(const ASTNode_t *ast, long number) {
  return (ASTNode_getType(ast) == AST_INTEGER && ASTNode_getInteger(ast) == number) ||
         (ASTNode_isNumber(ast) && ASTNode_getReal(ast) == (double)number);
}

/* log(10, x) and root(2, x) are what libSBML makes of log10(x) and sqrt(x); other bases have to be written
 * out */
static B7Status read_based(const FormulaReader *r, const ASTNode_t *ast, long base, B7ExpressionKind kind,
                           B7ExpressionId *out) {
  unsigned count = ASTNode_getNumChildren(ast);
  if (count == 2 && !is_integer(ASTNode_getChild(ast, 0), base))
    return fail(r, "%s: only %s is known; write other bases with ln, exp or ^", b7_expression_word(kind));
  if (count != 1 && count != 2)
    return fail(r, "%s: '%s' has the wrong number of arguments", b7_expression_word(kind));
  B7ExpressionId a;
  B7_TRY(read(r, ASTNode_getChild(ast, count - 1), &a));
  *out = b7_expression_unary(r->pool, kind, a);
  return B7_OK;
}

double b7_formula_number(const ASTNode_t *ast) {
  double number;
  switch (ASTNode_getType(ast)) {
  case AST_INTEGER:
    number = (double)ASTNode_getInteger(ast);
    break;
  case AST_RATIONAL:
    number = (double)ASTNode_getNumerator(ast) / (double)ASTNode_getDenominator(ast);
    break;
  default:
    number = real_number(ast);
  }
  if (!isfinite(number)) return number;
  // SBML files carry 15 digits: a 16th would make the model unequal to its own file
  char digits[40];
  snprintf(digits, sizeof digits, "%.15g", number);
  return strtod(digits, NULL);
}

static B7Status read_number(const FormulaReader *r, const ASTNode_t *ast, B7ExpressionId *out) {
  double number = b7_formula_number(ast);
  if (!isfinite(number)) return fail(r, "%s: a number is %s", isnan(number) ? "not a number" : "infinite");
  *out = b7_expression_number(r->pool, number);
  return B7_OK;
}

static B7Status read_unknown(const FormulaReader *r, const ASTNode_t *ast) {
  const char *name = ASTNode_getName(ast);
  if (name && *name)
    return fail(r,
                "%s: the function '%s' is not known. Known: exp, ln, log10, sqrt, abs, min, max, "
                "sin, cos, arctan, floor, factorial, piecewise, comparisons, && || !",
                name);
  char *text = SBML_formulaToL3String(ast);
  B7Status status =
      fail(r,
           "%s: '%.200s' is beyond what models may use: + - * / ^, exp, ln, log10, sqrt, abs, min, max, "
           "sin, cos, arctan, floor, factorial, piecewise, comparisons, && || !",
           text ? text : "?");
  free(text);
  return status;
}

static B7Status read(const FormulaReader *r, const ASTNode_t *ast, B7ExpressionId *out) {
  *out = B7_EXPRESSION_NONE;
  if (!ast) return fail(r, "%s: %s", "a part of the formula is missing");
  switch (ASTNode_getType(ast)) {
  case AST_INTEGER:
  case AST_REAL:
  case AST_REAL_E:
  case AST_RATIONAL:
    return read_number(r, ast, out);
  case AST_NAME:
    return read_name(r, ASTNode_getName(ast), out);
  case AST_NAME_TIME:
    return fail(r, "%s: formulas may not read the %s: between events a model depends on its states alone",
                "time");
  case AST_CONSTANT_TRUE:
    *out = b7_expression_number(r->pool, 1);
    return B7_OK;
  case AST_CONSTANT_FALSE:
    *out = b7_expression_number(r->pool, 0);
    return B7_OK;
  case AST_PLUS:
    return read_nary(r, ast, B7_EXPRESSION_ADD, 0, out);
  case AST_TIMES:
    return read_nary(r, ast, B7_EXPRESSION_MULTIPLY, 1, out);
  case AST_LOGICAL_AND:
    return read_nary(r, ast, B7_EXPRESSION_AND, 1, out);
  case AST_LOGICAL_OR:
    return read_nary(r, ast, B7_EXPRESSION_OR, 0, out);
  case AST_FUNCTION_MIN:
    return read_nary(r, ast, B7_EXPRESSION_MIN, 0, out);
  case AST_FUNCTION_MAX:
    return read_nary(r, ast, B7_EXPRESSION_MAX, 0, out);
  case AST_MINUS:
    return read_fixed(r, ast,
                      ASTNode_getNumChildren(ast) == 1 ? B7_EXPRESSION_NEGATE : B7_EXPRESSION_SUBTRACT, out);
  case AST_DIVIDE:
    return read_fixed(r, ast, B7_EXPRESSION_DIVIDE, out);
  case AST_POWER:
  case AST_FUNCTION_POWER:
    return read_fixed(r, ast, B7_EXPRESSION_POWER, out);
  case AST_FUNCTION_EXP:
    return read_fixed(r, ast, B7_EXPRESSION_EXP, out);
  case AST_FUNCTION_LN:
    return read_fixed(r, ast, B7_EXPRESSION_LN, out);
  case AST_FUNCTION_ABS:
    return read_fixed(r, ast, B7_EXPRESSION_ABS, out);
  case AST_FUNCTION_SIN:
    return read_fixed(r, ast, B7_EXPRESSION_SIN, out);
  case AST_FUNCTION_COS:
    return read_fixed(r, ast, B7_EXPRESSION_COS, out);
  case AST_FUNCTION_ARCTAN:
    return read_fixed(r, ast, B7_EXPRESSION_ARCTAN, out);
  case AST_FUNCTION_FLOOR:
    return read_fixed(r, ast, B7_EXPRESSION_FLOOR, out);
  case AST_FUNCTION_FACTORIAL:
    return read_fixed(r, ast, B7_EXPRESSION_FACTORIAL, out);
  case AST_FUNCTION_LOG:
    return read_based(r, ast, 10, B7_EXPRESSION_LOG10, out);
  case AST_FUNCTION_ROOT:
    return read_based(r, ast, 2, B7_EXPRESSION_SQRT, out);
  case AST_FUNCTION_PIECEWISE:
    return read_piecewise(r, ast, out);
  case AST_LOGICAL_NOT:
    return read_fixed(r, ast, B7_EXPRESSION_NOT, out);
  case AST_RELATIONAL_LT:
    return read_fixed(r, ast, B7_EXPRESSION_LESS, out);
  case AST_RELATIONAL_LEQ:
    return read_fixed(r, ast, B7_EXPRESSION_LESS_EQUAL, out);
  case AST_RELATIONAL_GT:
    return read_fixed(r, ast, B7_EXPRESSION_GREATER, out);
  case AST_RELATIONAL_GEQ:
    return read_fixed(r, ast, B7_EXPRESSION_GREATER_EQUAL, out);
  case AST_RELATIONAL_EQ:
    return read_fixed(r, ast, B7_EXPRESSION_EQUAL, out);
  case AST_RELATIONAL_NEQ:
    return read_fixed(r, ast, B7_EXPRESSION_NOT_EQUAL, out);
  default:
    return read_unknown(r, ast);
  }
}

B7Status b7_formula_from_ast(const ASTNode_t *ast, const B7Scope *scope, B7ExpressionPool *pool,
                             B7ExpressionId *out, B7Error *error) {
  const FormulaReader reader = {scope, pool, error};
  B7_TRY(read(&reader, ast, out));
  return pool->failed || *out == B7_EXPRESSION_NONE ? b7_fail_memory(error) : B7_OK;
}

/* What libSBML says of its own settings, in the words of this format. */
static const char *plain_reason(const char *said) {
  if (strstr(said, "log10(x)")) return "'log' means different things to different people: write ln or log10";
  if (strstr(said, "associate units with numbers"))
    return "numbers carry no units here: make the number a parameter, which has one";
  return said;
}

/* libSBML says "Error when parsing input 'a +' at position 3:  syntax error, unexpected end of string": the
   last part tells what is wrong, the position where */
static B7Status fail_syntax(const char *text, const B7Scope *scope, B7Error *error) {
  char *said = SBML_getLastParseL3Error();
  int position = 0;
  const char *why = said ? strstr(said, "at position ") : NULL;
  if (why) position = (int)strtol(why + strlen("at position "), NULL, 10);
  why = why ? strchr(why, ':') : said;
  while (why && (*why == ':' || *why == ' ')) why++;
  why = why && *why ? plain_reason(why) : "it cannot be read";
  B7Status status = b7_fail_at(error, B7_ERROR_INPUT, scope->place.file, scope->place.line,
                               scope->place.column, "%s: '%.200s' is no formula; at its character %d: %.*s",
                               scope->what, text, position, (int)strcspn(why, "\n"), why);
  free(said);
  return status;
}

B7Status b7_formula_parse(const char *text, const B7Scope *scope, B7ExpressionPool *pool, B7ExpressionId *out,
                          B7Error *error) {
  *out = B7_EXPRESSION_NONE;
  const B7ModelPlace at = scope->place;
  if (strlen(text) > FORMULA_LENGTH_MAX)
    return b7_fail_at(error, B7_ERROR_INPUT, at.file, at.line, at.column,
                      "%s: a formula may have %d characters; split it into definitions", scope->what,
                      FORMULA_LENGTH_MAX);
  if (text[strspn(text, " \t\r\n")] == '\0')
    return b7_fail_at(error, B7_ERROR_INPUT, at.file, at.line, at.column, "%s: the formula is empty",
                      scope->what);
  ASTNode_t *ast = parse_infix(text);
  if (!ast) return fail_syntax(text, scope, error);
  B7Status status = b7_formula_from_ast(ast, scope, pool, out, error);
  ASTNode_free(ast);
  return status;
}
