#include "model/names.h"

#include "base/hash.h"
#include "document/document.h"

#include <string.h>
#include <strings.h>

static const char *const kind_words[] = {
#define B7_NAME_WORD(kind, word, article) word,
    B7_NAME_LIST(B7_NAME_WORD)
#undef B7_NAME_WORD
};

static const char *const kind_phrases[] = {
#define B7_NAME_PHRASE(kind, word, article) article " " word,
    B7_NAME_LIST(B7_NAME_PHRASE)
#undef B7_NAME_PHRASE
};

/* Words with a meaning of their own in SBML infix formulas, which libSBML knows in small and capital letters.
 */
static const char *const reserved[] = {
    "time",       "avogadro", "pi",    "exponentiale", "inf",   "infinity",  "nan",
    "notanumber", "true",     "false", "exp",          "ln",    "log",       "log10",
    "sqrt",       "root",     "abs",   "min",          "max",   "piecewise", "pow",
    "power",      "and",      "or",    "not",          "delay", "rateof",    NULL};

const char *b7_name_kind_word(B7NameKind kind) {
  return kind_words[kind];
}

const char *b7_name_kind_phrase(B7NameKind kind) {
  return kind_phrases[kind];
}

B7Names b7_names_make(B7Arena *arena) {
  return (B7Names){.arena = arena};
}

static size_t hash_of(const char *text) {
  uint64_t hash = b7_hash_bytes(B7_HASH_START, text, strlen(text));
  return (size_t)(hash ^ hash >> 32);
}

static bool grow(B7Names *names) {
  size_t n = names->n_slots ? names->n_slots * 2 : 256;
  int32_t *slots = B7_ARENA_ARRAY(names->arena, int32_t, n);
  if (!slots) return false;
  for (size_t i = 0; i < names->count; i++) {
    size_t at = hash_of(names->rows[i].text) & (n - 1);
    while (slots[at]) at = (at + 1) & (n - 1);
    slots[at] = (int32_t)i + 1;
  }
  names->slots = slots;
  names->n_slots = n;
  return true;
}

const B7Name *b7_names_find(const B7Names *names, const char *text) {
  if (names->n_slots == 0) return NULL;
  for (size_t at = hash_of(text) & (names->n_slots - 1); names->slots[at];
       at = (at + 1) & (names->n_slots - 1)) {
    const B7Name *row = &names->rows[names->slots[at] - 1];
    if (strcmp(row->text, text) == 0) return row;
  }
  return NULL;
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_word(const char *text, bool dots) {
  if (!is_letter(text[0])) return false;
  for (const char *at = text; *at; at++) {
    bool inner_dot = dots && *at == '.' && is_letter(at[1]);
    if (!is_letter(*at) && !(*at >= '0' && *at <= '9') && !inner_dot) return false;
  }
  return true;
}

static B7Status check_shape(const char *text, bool dots, B7ModelPlace place, B7Error *error) {
  if (!is_word(text, dots))
    return b7_fail_at(error, B7_ERROR_INPUT, place.file, place.line, place.column,
                      "'%.80s' is not a name: names are letters, digits and underscores%s, a digit not first",
                      text, dots ? ", with dots between words" : "");
  if (strlen(text) > B7_NAME_LONGEST)
    return b7_fail_at(error, B7_ERROR_INPUT, place.file, place.line, place.column,
                      "the name '%.80s...' is longer than %d characters", text, B7_NAME_LONGEST);
  for (const char *const *word = reserved; *word; word++)
    if (strcasecmp(*word, text) == 0)
      return b7_fail_at(error, B7_ERROR_INPUT, place.file, place.line, place.column,
                        "'%s' cannot be a name: formulas know it as a word of their own", text);
  // t stands for the time in days wherever people write models
  if (strcmp(text, "t") == 0)
    return b7_fail_at(error, B7_ERROR_INPUT, place.file, place.line, place.column,
                      "'t' cannot be a name: it is the time, which formulas may not read");
  // the SBML writer makes names of this form for compartments and units
  if (strncmp(text, "b7_", 3) == 0)
    return b7_fail_at(error, B7_ERROR_INPUT, place.file, place.line, place.column,
                      "'%s' cannot be a name: names that start with 'b7_' are kept for SBML files", text);
  return B7_OK;
}

B7Status b7_name_check(const char *text, B7ModelPlace place, B7Error *error) {
  return check_shape(text, false, place, error);
}

B7Status b7_names_add(B7Names *names, const char *text, B7NameKind kind, int32_t index, B7ModelPlace place,
                      B7Error *error) {
  B7_TRY(check_shape(text, kind == B7_NAME_EVENT, place, error));
  const B7Name *taken = b7_names_find(names, text);
  if (taken)
    return b7_fail_at(error, B7_ERROR_INPUT, place.file, place.line, place.column,
                      "the name '%s' is taken: it is already the %s at %s:%d", text, kind_words[taken->kind],
                      taken->place.file, (int)taken->place.line);
  if (names->count * 2 >= names->n_slots && !grow(names)) return b7_fail_memory(error);
  B7Name *rows = b7_arena_grow(names->arena, names->rows, names->count, &names->capacity, sizeof(B7Name));
  if (!rows) return b7_fail_memory(error);
  names->rows = rows;
  rows[names->count] = (B7Name){text, kind, index, place};
  size_t at = hash_of(text) & (names->n_slots - 1);
  while (names->slots[at]) at = (at + 1) & (names->n_slots - 1);
  names->slots[at] = (int32_t)++names->count;
  return B7_OK;
}

const char *b7_names_suggest(const B7Names *names, const char *text, uint32_t kinds) {
  const char **candidates = B7_ARENA_ARRAY(names->arena, const char *, names->count + 1);
  if (!candidates) return NULL;
  size_t count = 0;
  for (size_t i = 0; i < names->count; i++)
    if (kinds & 1u << names->rows[i].kind) candidates[count++] = names->rows[i].text;
  return b7_suggest(text, candidates);
}
