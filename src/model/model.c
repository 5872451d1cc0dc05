#include "model/model.h"

#include <string.h>

void b7_model_free(B7Model *model) {
  if (!model) return;
  B7Hooks hooks = model->arena.hooks;
  b7_arena_free(&model->arena);
  b7_memory_resize(&hooks, model, sizeof *model, 0);
}

void b7_model_counts(const B7Model *model, B7ModelCounts *counts) {
  *counts = model->counts;
}

const char *b7_model_hash(const B7Model *model) {
  return model->hash;
}

const char *b7_model_symbol_name(const B7Model *model, const B7ModelEvent *event, int32_t symbol_kind,
                                 int32_t symbol_index) {
  switch (symbol_kind) {
  case B7_SYMBOL_PARAMETER:
    return model->parameters[symbol_index].name;
  case B7_SYMBOL_LATCH:
    return model->latches[symbol_index].name;
  case B7_SYMBOL_STATE:
    return model->states[symbol_index].name;
  case B7_SYMBOL_DEFINITION:
    return model->definitions[symbol_index].name;
  case B7_SYMBOL_ARGUMENT:
    return event ? event->arguments[symbol_index].name : "?";
  default:
    return "?";
  }
}

B7Status b7_model_take_text(B7Text *text, char **out, B7Error *error) {
  *out = NULL;
  // the caller's free knows the length of the text alone, so the room must be just that
  char *exact =
      text->failed ? NULL : b7_memory_resize(text->hooks, text->bytes, text->capacity, text->length + 1);
  if (exact) {
    *text = (B7Text){.hooks = text->hooks};
    *out = exact;
    return B7_OK;
  }
  b7_text_release(text);
  return b7_fail_memory(error);
}

typedef struct Namer {
  const B7Model *model;
  const B7ModelEvent *event;
} Namer;

static const char *name_symbol(const void *context, int32_t symbol_kind, int32_t symbol_index) {
  const Namer *namer = context;
  return b7_model_symbol_name(namer->model, namer->event, symbol_kind, symbol_index);
}

void b7_model_print_formula(const B7Model *model, const B7ModelEvent *event, B7ExpressionId id,
                            B7Text *text) {
  const Namer namer = {model, event};
  b7_expression_print(&model->pool, id, name_symbol, &namer, text);
}

int32_t b7_model_find_state(const B7Model *model, const char *name) {
  for (int32_t i = 0; i < model->n_state; i++)
    if (strcmp(model->states[i].name, name) == 0) return i;
  return -1;
}

int32_t b7_model_find_parameter(const B7Model *model, const char *name) {
  for (int32_t i = 0; i < model->n_parameter; i++)
    if (strcmp(model->parameters[i].name, name) == 0) return i;
  return -1;
}
