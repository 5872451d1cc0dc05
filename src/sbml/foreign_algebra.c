/* foreign_algebra.c - algebraic rules: each is given one symbol that nothing else determines, and solved for it where
 * it is linear in it. */
#include "sbml/foreign.h"

#include <string.h>

/* ---- which symbol a rule determines ---- */

typedef struct Matching {
  B7Foreign *f;
  int32_t *rule_of; /* by symbol; -1 */
  bool *tried;      /* symbols, in one search */
} Matching;

static bool is_free(const B7ForeignSymbol *symbol) {
  return !symbol->constant && !symbol->local_to && !symbol->assignment && !symbol->rate &&
         !symbol->changed_by_reactions;
}

static bool give_symbol(Matching *m, int32_t rule, const ASTNode_t *ast);

static bool take(Matching *m, int32_t rule, const char *id) {
  B7ForeignSymbol *symbol = b7_foreign_find(m->f, id, NULL);
  if (!symbol || !is_free(symbol)) return false;
  int32_t at = (int32_t)(symbol - m->f->symbols);
  if (m->tried[at]) return false;
  m->tried[at] = true;
  // the rule that has it may do with another
  int32_t other = m->rule_of[at];
  if (other >= 0 && !give_symbol(m, other, Rule_getMath(Model_getRule(m->f->sbml, (unsigned)other))))
    return false;
  m->rule_of[at] = rule;
  return true;
}

static bool give_symbol(Matching *m, int32_t rule, const ASTNode_t *ast) {
  if (!ast) return false;
  if (ASTNode_getType(ast) == AST_NAME) return take(m, rule, b7_sbml_id(ASTNode_getName(ast)));
  for (unsigned i = 0; i < ASTNode_getNumChildren(ast); i++)
    if (give_symbol(m, rule, ASTNode_getChild(ast, i))) return true;
  return false;
}

B7Status b7_foreign_match(B7Foreign *f) {
  size_t n = (size_t)f->n_symbol;
  Matching m = {.f = f,
                .rule_of = B7_ARENA_ARRAY(&f->arena, int32_t, n + 1),
                .tried = B7_ARENA_ARRAY(&f->arena, bool, n + 1)};
  if (!m.rule_of || !m.tried) return b7_fail_memory(f->reader->error);
  for (size_t i = 0; i < n; i++) m.rule_of[i] = -1;
  for (unsigned r = 0; r < Model_getNumRules(f->sbml); r++) {
    Rule_t *rule = Model_getRule(f->sbml, r);
    if (!Rule_isAlgebraic(rule) || !Rule_isSetMath(rule)) continue;
    memset(m.tried, 0, n * sizeof *m.tried);
    if (!give_symbol(&m, (int32_t)r, Rule_getMath(rule)))
      return b7_sbml_fail(
          f->reader, (SBase_t *)rule,
          "the algebraic rule determines nothing: every quantity that it reads is constant or "
          "determined by something else");
  }
  f->solved_by = m.rule_of;
  for (size_t i = 0; i < n; i++) f->symbols[i].solved = m.rule_of[i] >= 0;
  return B7_OK;
}

/* ---- solved ---- */

/* tree = factor * unknown + rest, NONE standing for 0 */
typedef struct Linear {
  bool linear;
  B7ExpressionId factor, rest;
} Linear;

typedef struct Solving {
  B7ExpressionPool *pool;
  B7ExpressionId unknown;
} Solving;

static B7ExpressionId plus(const Solving *s, B7ExpressionKind kind, B7ExpressionId a, B7ExpressionId b) {
  if (b == B7_EXPRESSION_NONE) return a;
  if (a != B7_EXPRESSION_NONE) return b7_expression_binary(s->pool, kind, a, b);
  return kind == B7_EXPRESSION_SUBTRACT ? b7_expression_unary(s->pool, B7_EXPRESSION_NEGATE, b) : b;
}

static B7ExpressionId scaled(const Solving *s, B7ExpressionKind kind, B7ExpressionId a, B7ExpressionId by) {
  return a == B7_EXPRESSION_NONE ? a : b7_expression_binary(s->pool, kind, a, by);
}

static Linear split(const Solving *s, B7ExpressionId tree);

static Linear split_binary(const Solving *s, const B7Expression *node, B7ExpressionId tree) {
  Linear a = split(s, node->arg[0]), b = split(s, node->arg[1]), out = {.linear = a.linear && b.linear};
  bool in_a = a.factor != B7_EXPRESSION_NONE, in_b = b.factor != B7_EXPRESSION_NONE;
  if (!out.linear || (!in_a && !in_b)) return (Linear){out.linear, B7_EXPRESSION_NONE, tree};
  switch (node->kind) {
  case B7_EXPRESSION_ADD:
  case B7_EXPRESSION_SUBTRACT:
    return (Linear){true, plus(s, node->kind, a.factor, b.factor), plus(s, node->kind, a.rest, b.rest)};
  case B7_EXPRESSION_MULTIPLY:
    if (in_a && in_b) return (Linear){false, B7_EXPRESSION_NONE, B7_EXPRESSION_NONE};
    if (in_b)
      return (Linear){true, scaled(s, node->kind, b.factor, node->arg[0]),
                      scaled(s, node->kind, b.rest, node->arg[0])};
    return (Linear){true, scaled(s, node->kind, a.factor, node->arg[1]),
                    scaled(s, node->kind, a.rest, node->arg[1])};
  case B7_EXPRESSION_DIVIDE:
    if (in_b) return (Linear){false, B7_EXPRESSION_NONE, B7_EXPRESSION_NONE};
    return (Linear){true, scaled(s, node->kind, a.factor, node->arg[1]),
                    scaled(s, node->kind, a.rest, node->arg[1])};
  default:
    return (Linear){false, B7_EXPRESSION_NONE, B7_EXPRESSION_NONE};
  }
}

static Linear split(const Solving *s, B7ExpressionId tree) {
  // a copy: making new nodes moves the others
  const B7Expression node = *b7_expression_at(s->pool, tree);
  if (tree == s->unknown) return (Linear){true, b7_expression_number(s->pool, 1), B7_EXPRESSION_NONE};
  if (node.kind == B7_EXPRESSION_NEGATE) {
    Linear a = split(s, node.arg[0]);
    return (Linear){a.linear, plus(s, B7_EXPRESSION_SUBTRACT, B7_EXPRESSION_NONE, a.factor),
                    plus(s, B7_EXPRESSION_SUBTRACT, B7_EXPRESSION_NONE, a.rest)};
  }
  if (b7_expression_arguments(node.kind) == 2) return split_binary(s, &node, tree);
  for (int k = 0; k < b7_expression_arguments(node.kind); k++) {
    Linear inner = split(s, node.arg[k]);
    if (!inner.linear || inner.factor != B7_EXPRESSION_NONE)
      return (Linear){false, B7_EXPRESSION_NONE, B7_EXPRESSION_NONE};
  }
  return (Linear){true, B7_EXPRESSION_NONE, tree};
}

B7Status b7_foreign_solve(B7Foreign *f, const B7ForeignSymbol *symbol, B7ExpressionId *out) {
  const Rule_t *rule = Model_getRule(f->sbml, (unsigned)f->solved_by[symbol - f->symbols]);
  const SBase_t *element = (const SBase_t *)rule;
  const B7ForeignScope scope = {.element = element, .what = "algebraic rule"};
  B7ExpressionId tree;
  B7_TRY(b7_foreign_math(f, Rule_getMath(rule), &scope, &tree));
  const Solving solving = {b7_foreign_pool(f), symbol->value};
  Linear linear = split(&solving, tree);
  if (solving.pool->failed) return b7_fail_memory(f->reader->error);
  if (!linear.linear || linear.factor == B7_EXPRESSION_NONE)
    return b7_sbml_fail(f->reader, element,
                        "the algebraic rule cannot be solved for '%s': it is not linear in it", symbol->id);
  B7ExpressionId rest =
      linear.rest != B7_EXPRESSION_NONE ? linear.rest : b7_expression_number(solving.pool, 0);
  *out = b7_expression_binary(solving.pool, B7_EXPRESSION_DIVIDE,
                              b7_expression_unary(solving.pool, B7_EXPRESSION_NEGATE, rest), linear.factor);
  return solving.pool->failed ? b7_fail_memory(f->reader->error) : B7_OK;
}
