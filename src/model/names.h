/* names.h - what each name of a model stands for. Names are unique over the whole model. */
#ifndef B7_MODEL_NAMES_H
#define B7_MODEL_NAMES_H

#include "base/memory.h"
#include "base/status.h"
#include "model/model.h"

/* Characters that a name may have. */
#define B7_NAME_LONGEST 500

/* X(kind, word in messages, its article) */
#define B7_NAME_LIST(X)                                                                                      \
  X(PARAMETER, "parameter", "a")                                                                             \
  X(LATCH, "latch", "a")                                                                                     \
  X(STATE, "state", "a")                                                                                     \
  X(DEFINITION, "definition", "a")                                                                           \
  X(REACTION, "reaction", "a")                                                                               \
  X(EVENT, "event", "an")                                                                                    \
  X(OBSERVABLE, "observable", "an")

typedef enum B7NameKind {
#define B7_NAME_ENUM(kind, word, article) B7_NAME_##kind,
  B7_NAME_LIST(B7_NAME_ENUM)
#undef B7_NAME_ENUM
      B7_NAME_KINDS
} B7NameKind;

typedef struct B7Name {
  const char *text;
  B7NameKind kind;
  int32_t index; /* within the model's array of that kind */
  B7ModelPlace place;
} B7Name;

typedef struct B7Names {
  B7Arena *arena;
  B7Name *rows;
  size_t count, capacity;
  int32_t *slots;
  size_t n_slots;
} B7Names;

B7Names b7_names_make(B7Arena *arena);
/* Errors (at place): not a name, a reserved word, or taken ("... is already the parameter at file:line").
   text must live as long as the names. Events may have dots in their names. */
B7Status b7_names_add(B7Names *names, const char *text, B7NameKind kind, int32_t index, B7ModelPlace place,
                      B7Error *error);
/* NULL when there is none. */
const B7Name *b7_names_find(const B7Names *names, const char *text);
/* The nearest name among the kinds whose bit (1 << kind) is in kinds, or NULL. */
const char *b7_names_suggest(const B7Names *names, const char *text, uint32_t kinds);
/* "state"; with its article: "a state" */
const char *b7_name_kind_word(B7NameKind kind);
const char *b7_name_kind_phrase(B7NameKind kind);
/* The shape of a name alone: letters, digits and underscores, no digit first, and no word that formulas know.
   Fills error at place. */
B7Status b7_name_check(const char *text, B7ModelPlace place, B7Error *error);

#endif
