/* foreign_fill.c - definitions, starting values and observables of the symbols into the draft. */
#include "sbml/foreign.h"

/* What the symbol means, and the amount behind a concentration or the other way round. */
static B7Status observe_symbol(B7Foreign *f, const B7ForeignSymbol *symbol) {
  B7Model *model = f->reader->draft.model;
  B7ExpressionPool *pool = &model->pool;
  if (symbol->value != B7_EXPRESSION_NONE) {
    int32_t index;
    B7_TRY(b7_foreign_observe(f, symbol->element, b7_arena_format(&model->arena, "obs_%s", symbol->id),
                              symbol->value, &index));
    model->observables[index].label = b7_draft_text(&f->reader->draft, symbol->label);
    model->observables[index].unit = b7_draft_text(&f->reader->draft, symbol->unit);
    if (!model->observables[index].label || !model->observables[index].unit)
      return b7_fail_memory(f->reader->error);
  }
  if (!symbol->species || symbol->compartment < 0) return B7_OK;
  B7ExpressionId size = f->symbols[symbol->compartment].value, other;
  if (symbol->amount_state)
    other = b7_expression_symbol(pool, B7_SYMBOL_STATE, symbol->index);
  else
    other = b7_expression_binary(pool, symbol->concentration ? B7_EXPRESSION_MULTIPLY : B7_EXPRESSION_DIVIDE,
                                 symbol->value, size);
  if (other == B7_EXPRESSION_NONE) return pool->failed ? b7_fail_memory(f->reader->error) : B7_OK;
  const char *name = b7_arena_format(
      &model->arena, symbol->concentration ? "amount_of_%s" : "concentration_of_%s", symbol->id);
  return b7_foreign_observe(f, symbol->element, name, other, NULL);
}

B7Status b7_foreign_fill(B7Foreign *f) {
  B7Model *model = f->reader->draft.model;
  for (int32_t i = 0; i < f->n_symbol; i++) {
    B7ForeignSymbol *symbol = &f->symbols[i];
    B7ExpressionId tree;
    if (symbol->place == B7_FOREIGN_STATE) {
      B7ModelState *state = &model->states[symbol->index];
      B7_TRY(b7_foreign_start(f, symbol, &tree));
      B7_TRY(b7_foreign_note(f, symbol->element, "initial value of", symbol->id, tree, B7_REACH_CONSTANT,
                             &state->initial));
    } else if (symbol->place == B7_FOREIGN_CONSTANT || symbol->place == B7_FOREIGN_DEFINITION) {
      bool constant = symbol->place == B7_FOREIGN_CONSTANT;
      B7_TRY(b7_foreign_formula(f, symbol, &tree));
      B7_TRY(b7_foreign_note(f, symbol->element, "definition", symbol->id, tree,
                             constant ? B7_REACH_CONSTANT : B7_REACH_STATE,
                             &model->definitions[symbol->index].is));
    }
    if (i < f->n_global) B7_TRY(observe_symbol(f, symbol));
  }
  return B7_OK;
}
