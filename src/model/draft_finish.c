/* draft_finish.c - a draft whose formulas are read and whose checks hold is a model. */
#include "model/canonical.h"
#include "model/check.h"
#include "model/draft.h"
#include "model/formula.h"

static B7Status read_formulas(B7Draft *draft, B7Error *error) {
  B7Model *model = draft->model;
  for (size_t i = 0; i < draft->n_formula; i++) {
    B7Formula *formula = &draft->formulas[i];
    const B7Scope scope = {.names = &draft->names,
                           .event = formula->event >= 0 ? &model->events[formula->event] : NULL,
                           .place = formula->place,
                           .what = formula->what};
    if (formula->ast)
      B7_TRY(b7_formula_from_ast(formula->ast, &scope, &model->pool, formula->target, error));
    else if (formula->text)
      B7_TRY(b7_formula_parse(formula->text, &scope, &model->pool, formula->target, error));
  }
  return B7_OK;
}

static void count(B7Model *model) {
  B7ModelCounts counts = {.modules = model->n_module,
                          .states = model->n_state,
                          .reactions = model->n_reaction,
                          .parameters = model->n_parameter,
                          .definitions = model->n_definition,
                          .observables = model->n_observable,
                          .events = model->n_event,
                          .latches = model->n_latch,
                          .foreign = model->foreign};
  for (int32_t i = 0; i < model->n_state; i++) counts.exact_states += model->states[i].exact;
  for (int32_t i = 0; i < model->n_parameter; i++) {
    counts.sourced += model->parameters[i].basis.kind == B7_BASIS_SOURCE;
    counts.assumed += model->parameters[i].basis.kind == B7_BASIS_ASSUMED;
    counts.tuned += model->parameters[i].basis.kind == B7_BASIS_TUNED;
  }
  model->counts = counts;
}

B7Status b7_draft_finish(B7Draft *draft, B7Model **out, B7Error *error) {
  *out = NULL;
  B7Status status = read_formulas(draft, error);
  if (status == B7_OK) status = b7_check(draft, error);
  if (status == B7_OK) {
    count(draft->model);
    status = b7_canonical_hash(draft->model, draft->model->hash, error);
  }
  if (status != B7_OK) {
    b7_draft_drop(draft);
    return status;
  }
  b7_units_free(draft->units);
  *out = draft->model;
  draft->units = NULL;
  draft->model = NULL;
  return B7_OK;
}
