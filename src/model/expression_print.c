/* expression_print.c - expressions as infix text with as few brackets as the grammar needs. */
#include "model/expression.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void b7_number_print(double number, char text[32]) {
  if (isnan(number)) {
    snprintf(text, 32, "NaN");
    return;
  }
  if (isinf(number)) {
    snprintf(text, 32, number > 0 ? "INF" : "-INF");
    return;
  }
  int digits = 1;
  do {
    snprintf(text, 32, "%.*g", digits, number);
  } while (strtod(text, NULL) != number && ++digits <= 17);
  char *e = strchr(text, 'e');
  if (!e) return;
  // 20 rather than 2e+01, 1e9 rather than 1e+09
  long exponent = strtol(e + 1, NULL, 10);
  if (exponent > 0 && exponent < 6)
    snprintf(text, 32, "%.*g", (int)exponent + 1, number);
  else
    snprintf(e, (size_t)(text + 32 - e), "e%ld", exponent);
}

/* How tightly an operator binds in SBML Level 3 infix; a child in brackets unless it binds more tightly than
   its place asks. */
enum { LOGIC_LEVEL = 1, COMPARE_LEVEL, SUM_LEVEL, PRODUCT_LEVEL, UNARY_LEVEL, POWER_LEVEL, ATOM_LEVEL };

static int level_of(const B7Expression *node) {
  switch (node->kind) {
  case B7_EXPRESSION_NUMBER:
    return signbit(node->number) ? UNARY_LEVEL : ATOM_LEVEL;
  case B7_EXPRESSION_ADD:
  case B7_EXPRESSION_SUBTRACT:
    return SUM_LEVEL;
  case B7_EXPRESSION_MULTIPLY:
  case B7_EXPRESSION_DIVIDE:
    return PRODUCT_LEVEL;
  case B7_EXPRESSION_NEGATE:
  case B7_EXPRESSION_NOT:
    return UNARY_LEVEL;
  case B7_EXPRESSION_POWER:
    return POWER_LEVEL;
  case B7_EXPRESSION_LESS:
  case B7_EXPRESSION_LESS_EQUAL:
  case B7_EXPRESSION_GREATER:
  case B7_EXPRESSION_GREATER_EQUAL:
  case B7_EXPRESSION_EQUAL:
  case B7_EXPRESSION_NOT_EQUAL:
    return COMPARE_LEVEL;
  case B7_EXPRESSION_AND:
  case B7_EXPRESSION_OR:
    return LOGIC_LEVEL;
  default:
    return ATOM_LEVEL;
  }
}

typedef struct Printer {
  const B7ExpressionPool *pool;
  B7SymbolName name;
  const void *context;
  B7Text *text;
} Printer;

static void print(const Printer *p, B7ExpressionId id, int least_level);

static void print_call(const Printer *p, const B7Expression *node, int arguments) {
  b7_text_append(p->text, "%s(", b7_expression_word(node->kind));
  for (int i = 0; i < arguments; i++) {
    if (i) b7_text_append(p->text, ", ");
    print(p, node->arg[i], LOGIC_LEVEL);
  }
  b7_text_append(p->text, ")");
}

static void print_infix(const Printer *p, const B7Expression *node, int level) {
  // "a - b - c" groups to the left; "a^b^c" groups to the right in the grammar, so both sides of a power are
  // bracketed; a comparison may not follow a comparison without brackets, nor || an && (they bind alike)
  bool left_open = level == SUM_LEVEL || level == PRODUCT_LEVEL ||
                   (level == LOGIC_LEVEL && b7_expression_at(p->pool, node->arg[0])->kind == node->kind);
  print(p, node->arg[0], left_open ? level : level + 1);
  b7_text_append(p->text, level == POWER_LEVEL ? "%s" : " %s ", b7_expression_word(node->kind));
  print(p, node->arg[1], level + 1);
}

static void print(const Printer *p, B7ExpressionId id, int least_level) {
  if (id == B7_EXPRESSION_NONE) {
    b7_text_append(p->text, "?");
    return;
  }
  const B7Expression *node = b7_expression_at(p->pool, id);
  int level = level_of(node);
  bool brackets = level < least_level;
  if (brackets) b7_text_append(p->text, "(");
  char number[32];
  switch (node->kind) {
  case B7_EXPRESSION_NUMBER:
    b7_number_print(node->number, number);
    b7_text_append(p->text, "%s", number);
    break;
  case B7_EXPRESSION_SYMBOL:
    b7_text_append(p->text, "%s", p->name(p->context, node->symbol_kind, node->symbol_index));
    break;
  case B7_EXPRESSION_NEGATE:
  case B7_EXPRESSION_NOT:
    b7_text_append(p->text, "%s", b7_expression_word(node->kind));
    print(p, node->arg[0], POWER_LEVEL);
    break;
  default:
    if (level == ATOM_LEVEL)
      print_call(p, node, b7_expression_arguments(node->kind));
    else
      print_infix(p, node, level);
  }
  if (brackets) b7_text_append(p->text, ")");
}

void b7_expression_print(const B7ExpressionPool *pool, B7ExpressionId id, B7SymbolName name,
                         const void *context, B7Text *text) {
  const Printer printer = {pool, name, context, text};
  print(&printer, id, LOGIC_LEVEL);
}
