/* foreign_start.c - formulas of definitions, and everything at time 0. */
#include "sbml/foreign.h"

#include <math.h>

static B7Status fail_circle(const B7Foreign *f, const B7ForeignSymbol *symbol) {
  return b7_sbml_fail(f->reader, symbol->element, "'%s' depends on itself", symbol->id);
}

static B7Status make_formula(B7Foreign *f, B7ForeignSymbol *symbol, B7ExpressionId *out) {
  const B7ForeignScope scope = {.element = symbol->element, .what = symbol->id};
  if (symbol->place == B7_FOREIGN_CONSTANT) {
    *out = b7_expression_number(b7_foreign_pool(f), symbol->number);
    if (!symbol->initial) return B7_OK;
    B7_TRY(b7_foreign_math(f, symbol->initial, &scope, out));
    return b7_foreign_at_start(f, *out, out);
  }
  if (symbol->assignment) return b7_foreign_math(f, symbol->assignment, &scope, out);
  return b7_foreign_solve(f, symbol, out);
}

B7Status b7_foreign_formula(B7Foreign *f, B7ForeignSymbol *symbol, B7ExpressionId *out) {
  if (symbol->formula == B7_EXPRESSION_NONE) {
    if (symbol->under_way) return fail_circle(f, symbol);
    symbol->under_way = true;
    B7ExpressionId made;
    B7Status status = make_formula(f, symbol, &made);
    symbol->under_way = false;
    B7_TRY(status);
    symbol->formula = made;
  }
  *out = symbol->formula;
  return B7_OK;
}

/* ---- at time 0 ---- */

typedef struct Start {
  B7Foreign *f;
  B7Status status;
} Start;

/* What a definition is at time 0; a constant stays a name of its own, which must not read itself. */
static B7Status definition_at_start(B7Foreign *f, B7ForeignSymbol *symbol, B7ExpressionId *out) {
  B7ExpressionId tree;
  *out = symbol->start;
  if (*out != B7_EXPRESSION_NONE) return B7_OK;
  if (symbol->under_way) return fail_circle(f, symbol);
  B7_TRY(b7_foreign_formula(f, symbol, &tree));
  if (symbol->place == B7_FOREIGN_CONSTANT) {
    symbol->start = symbol->value;
  } else {
    symbol->under_way = true;
    B7Status status = b7_foreign_at_start(f, tree, out);
    symbol->under_way = false;
    B7_TRY(status);
    symbol->start = *out;
  }
  *out = symbol->start;
  return B7_OK;
}

static B7ExpressionId start_of_symbol(void *context, B7ExpressionPool *pool, int32_t kind, int32_t index) {
  Start *start = context;
  B7Foreign *f = start->f;
  B7ExpressionId tree = B7_EXPRESSION_NONE;
  if (start->status != B7_OK) return tree;
  if (kind == B7_SYMBOL_STATE && index == f->reader->draft.model->clock) return b7_expression_number(pool, 0);
  if (kind == B7_SYMBOL_STATE) {
    start->status = b7_foreign_start(f, &f->symbols[f->by_state[index]], &tree);
    return tree;
  }
  if (kind == B7_SYMBOL_DEFINITION) {
    start->status = definition_at_start(f, &f->symbols[f->by_definition[index]], &tree);
    return start->status == B7_OK ? tree : B7_EXPRESSION_NONE;
  }
  return b7_expression_symbol(pool, kind, index);
}

B7Status b7_foreign_at_start(B7Foreign *f, B7ExpressionId tree, B7ExpressionId *out) {
  B7ExpressionPool *pool = b7_foreign_pool(f);
  Start start = {f, B7_OK};
  *out = b7_expression_substitute(pool, tree, pool, start_of_symbol, &start);
  B7_TRY(start.status);
  return *out == B7_EXPRESSION_NONE ? b7_fail_memory(f->reader->error) : B7_OK;
}

/* A tree of the size of a species' compartment at time 0; NONE for other symbols. */
static B7Status size_at_start(B7Foreign *f, const B7ForeignSymbol *symbol, B7ExpressionId *out) {
  *out = B7_EXPRESSION_NONE;
  if (symbol->compartment < 0) return B7_OK;
  const B7ForeignSymbol *size = &f->symbols[symbol->compartment];
  if (size->place == B7_FOREIGN_NOTHING)
    return b7_sbml_fail(f->reader, symbol->element, "the compartment '%s' of '%s' has no size", size->id,
                        symbol->id);
  return b7_foreign_at_start(f, size->value, out);
}

static B7Status make_start(B7Foreign *f, const B7ForeignSymbol *symbol, B7ExpressionId *out) {
  B7ExpressionPool *pool = b7_foreign_pool(f);
  bool amount = symbol->species && !symbol->concentration;
  bool given_amount = amount;
  if (symbol->initial) {
    const B7ForeignScope scope = {.element = symbol->element, .what = symbol->id};
    B7_TRY(b7_foreign_math(f, symbol->initial, &scope, out));
    B7_TRY(b7_foreign_at_start(f, *out, out));
  } else {
    if (isnan(symbol->number))
      return b7_sbml_fail(f->reader, symbol->element, "'%s' has no initial value", symbol->id);
    *out = b7_expression_number(pool, symbol->number);
    given_amount = symbol->number_is_amount;
  }
  if (!symbol->species) return B7_OK;
  // the file may give an amount where the state is a concentration, or the other way round
  bool wants_amount = amount || symbol->amount_state;
  if (wants_amount == given_amount) return B7_OK;
  B7ExpressionId size;
  B7_TRY(size_at_start(f, symbol, &size));
  if (size == B7_EXPRESSION_NONE) return B7_OK;
  *out = b7_expression_binary(pool, wants_amount ? B7_EXPRESSION_MULTIPLY : B7_EXPRESSION_DIVIDE, *out, size);
  return pool->failed ? b7_fail_memory(f->reader->error) : B7_OK;
}

B7Status b7_foreign_start(B7Foreign *f, B7ForeignSymbol *symbol, B7ExpressionId *out) {
  if (symbol->start == B7_EXPRESSION_NONE) {
    if (symbol->under_way) return fail_circle(f, symbol);
    symbol->under_way = true;
    B7ExpressionId made;
    B7Status status = make_start(f, symbol, &made);
    symbol->under_way = false;
    B7_TRY(status);
    symbol->start = made;
  }
  *out = symbol->start;
  return B7_OK;
}
