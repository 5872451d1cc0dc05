/* suggest.c - the nearest name in spelling, for "Did you mean". */
#include "document/suggest.h"

#include <stdbool.h>
#include <string.h>

#define WORD_MAX 64

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Damerau-Levenshtein distance (adjacent transpositions), letters without case. */
static size_t distance(const char *a, const char *b) {
  size_t la = strlen(a), lb = strlen(b);
  if (la > WORD_MAX || lb > WORD_MAX) return WORD_MAX;
  size_t rows[3][WORD_MAX + 1];
  size_t *before = rows[0], *last = rows[1], *row = rows[2];
  for (size_t j = 0; j <= lb; j++) last[j] = j;
  for (size_t i = 1; i <= la; i++) {
    row[0] = i;
    for (size_t j = 1; j <= lb; j++) {
      size_t change = lower(a[i - 1]) != lower(b[j - 1]);
      size_t best = last[j - 1] + change;
      if (last[j] + 1 < best) best = last[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      bool swapped =
          i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
      row[j] = best;
    }
    size_t *oldest = before;
    before = last;
    last = row;
    row = oldest;
  }
  return last[lb];
}

const char *b7_suggest(const char *word, const char *const *candidates) {
  const char *best = NULL;
  size_t length = strlen(word);
  // a third of the letters may be wrong, at least one
  size_t limit = length / 3 < 1 ? 1 : length / 3, best_distance = limit + 1;
  for (; candidates && *candidates; candidates++) {
    size_t d = distance(word, *candidates);
    if (d < best_distance) {
      best_distance = d;
      best = *candidates;
    }
  }
  return best;
}
