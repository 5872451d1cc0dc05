#include "model/draft.h"

#include "model/formula.h"

#include <math.h>
#include <string.h>

B7Status b7_draft_make(const B7Hooks *hooks, const B7DraftCapacity *capacity, B7Draft *draft,
                       B7Error *error) {
  *draft = (B7Draft){.capacity = *capacity};
  if (hooks) draft->hooks = *hooks;
  B7Model *model = b7_memory_resize(hooks, NULL, 0, sizeof *model);
  if (!model) return b7_fail_memory(error);
  *model = (B7Model){.arena = b7_arena_make(hooks),
                     .name = "",
                     .title = "",
                     .version = "",
                     .clock = -1,
                     .days_per_time_unit = 1};
  draft->model = model;
  B7Arena *arena = &model->arena;
  model->pool = b7_expression_pool_make(arena);
  draft->names = b7_names_make(arena);
  model->modules = B7_ARENA_ARRAY(arena, B7ModelModule, capacity->modules + 1);
  model->parameters = B7_ARENA_ARRAY(arena, B7ModelParameter, capacity->parameters + 1);
  model->latches = B7_ARENA_ARRAY(arena, B7ModelLatch, capacity->latches + 1);
  model->states = B7_ARENA_ARRAY(arena, B7ModelState, capacity->states + 1);
  model->definitions = B7_ARENA_ARRAY(arena, B7ModelDefinition, capacity->definitions + 1);
  model->reactions = B7_ARENA_ARRAY(arena, B7ModelReaction, capacity->reactions + 1);
  model->events = B7_ARENA_ARRAY(arena, B7ModelEvent, capacity->events + 1);
  model->observables = B7_ARENA_ARRAY(arena, B7ModelObservable, capacity->observables + 1);
  model->definition_order = B7_ARENA_ARRAY(arena, int32_t, capacity->definitions + 1);
  B7Status status = B7_OK;
  if (!model->modules || !model->parameters || !model->latches || !model->states || !model->definitions ||
      !model->reactions || !model->events || !model->observables || !model->definition_order)
    status = b7_fail_memory(error);
  if (status == B7_OK) status = b7_units_make(hooks, &draft->units, error);
  if (status != B7_OK) b7_draft_drop(draft);
  return status;
}

void b7_draft_drop(B7Draft *draft) {
  b7_units_free(draft->units);
  b7_model_free(draft->model);
  draft->units = NULL;
  draft->model = NULL;
}

const char *b7_draft_text(B7Draft *draft, const char *text) {
  return b7_arena_text(&draft->model->arena, text, strlen(text));
}

/* Copy the name, check and register it; *copy is the kept text. */
static B7Status add_name(B7Draft *draft, const char *name, B7NameKind kind, int32_t index, B7ModelPlace place,
                         const char **copy, B7Error *error) {
  *copy = b7_draft_text(draft, name);
  if (!*copy) return b7_fail_memory(error);
  return b7_names_add(&draft->names, *copy, kind, index, place, error);
}

B7Status b7_draft_module(B7Draft *draft, const char *name, B7ModelPlace place, B7ModelModule **out,
                         B7Error *error) {
  B7Model *model = draft->model;
  B7_TRY(b7_name_check(name, place, error));
  for (int32_t i = 0; i < model->n_module; i++)
    if (strcmp(model->modules[i].name, name) == 0)
      return b7_fail_at(error, B7_ERROR_INPUT, place.file, place.line, place.column,
                        "the module '%s' is there twice", name);
  const char *copy = b7_draft_text(draft, name);
  if (!copy) return b7_fail_memory(error);
  draft->module = model->n_module++;
  *out = &model->modules[draft->module];
  **out = (B7ModelModule){.name = copy, .about = "", .place = place};
  return B7_OK;
}

/* The functions that add an item of one kind differ in nothing but type, array and kind. */
#define ADD_ITEM(function, type, array, count, kind, ...)                                                    \
  B7Status function(B7Draft *draft, const char *name, B7ModelPlace place, type **out, B7Error *error) {      \
    B7Model *model = draft->model;                                                                           \
    const char *copy;                                                                                        \
    B7_TRY(add_name(draft, name, kind, model->count, place, &copy, error));                                  \
    *out = &model->array[model->count++];                                                                    \
    **out = (type){.name = copy, .label = "", .module = draft->module, .place = place, __VA_ARGS__};         \
    return B7_OK;                                                                                            \
  }

ADD_ITEM(b7_draft_parameter, B7ModelParameter, parameters, n_parameter, B7_NAME_PARAMETER, .unit = "",
         .note = "", .low = NAN, .high = NAN, .basis = {.text = "", .tuned_to = ""})
ADD_ITEM(b7_draft_latch, B7ModelLatch, latches, n_latch, B7_NAME_LATCH, .unit = "")
ADD_ITEM(b7_draft_state, B7ModelState, states, n_state, B7_NAME_STATE, .unit = "", .clear_group = "",
         .initial = B7_EXPRESSION_NONE, .exact_rate = B7_EXPRESSION_NONE)
ADD_ITEM(b7_draft_definition, B7ModelDefinition, definitions, n_definition, B7_NAME_DEFINITION, .unit = "",
         .is = B7_EXPRESSION_NONE)
ADD_ITEM(b7_draft_reaction, B7ModelReaction, reactions, n_reaction, B7_NAME_REACTION,
         .rate = B7_EXPRESSION_NONE)
ADD_ITEM(b7_draft_event, B7ModelEvent, events, n_event, B7_NAME_EVENT, .n_argument = 0)
ADD_ITEM(b7_draft_observable, B7ModelObservable, observables, n_observable, B7_NAME_OBSERVABLE, .unit = "",
         .is = B7_EXPRESSION_NONE, .detection = NAN)

B7Status b7_draft_formula(B7Draft *draft, const B7Formula *formula, B7Error *error) {
  B7Formula *rows = b7_arena_grow(&draft->model->arena, draft->formulas, draft->n_formula,
                                  &draft->formula_capacity, sizeof(B7Formula));
  if (!rows || !formula->what) return b7_fail_memory(error);
  draft->formulas = rows;
  *formula->target = B7_EXPRESSION_NONE;
  rows[draft->n_formula++] = *formula;
  return B7_OK;
}

B7Status b7_draft_tree(B7Draft *draft, const B7Formula *formula, B7ExpressionId tree, B7Error *error) {
  B7_TRY(b7_draft_formula(draft, formula, error));
  *formula->target = tree;
  return tree == B7_EXPRESSION_NONE ? b7_fail_memory(error) : B7_OK;
}
