/* vectors_row.h - reading the rows of the vector files: cells by column, inputs like "key=value;key=value",
 * day series, numbers. */
#ifndef B7_TESTS_VECTORS_ROW_H
#define B7_TESTS_VECTORS_ROW_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "assess/rules/criteria.h"

/* One row and the place for a complaint. */
typedef struct VectorsRow {
  const char *const *columns, *const *cells;
  int n;
  char *why;
  size_t why_size;
} VectorsRow;

#define VECTORS_DAYS_MAX 2048
typedef struct VectorsSeries {
  double t_day[VECTORS_DAYS_MAX], value[VECTORS_DAYS_MAX];
  B7Column column;
} VectorsSeries;

static inline const char *vectors_cell(const VectorsRow *row, const char *name) {
  for (int i = 0; i < row->n; i++)
    if (strcmp(row->columns[i], name) == 0) return row->cells[i];
  return "";
}

static inline double vectors_number(const char *text) {
  char *end;
  const double value = strtod(text, &end);
  return end == text ? NAN : value;
}

static inline double vectors_cell_number(const VectorsRow *row, const char *name) {
  return vectors_number(vectors_cell(row, name));
}

/* Value of the first of the keys ("a|b|c") in "key=value;key=value"; a key ending in '*' stands for all that
   begin so. NULL when there is none. The answer lives until the next call but seven. */
static inline const char *vectors_key(const char *inputs, const char *keys) {
  static char ring[8][256];
  static int place;
  for (const char *key = keys; *key;) {
    const size_t key_length = strcspn(key, "|");
    const bool open = key[key_length - 1] == '*';
    for (const char *at = inputs; *at;) {
      const size_t pair = strcspn(at, ";");
      const size_t skip = strspn(at, " ");
      const char *name = at + skip;
      const size_t until = strcspn(name, "=;");
      size_t name_length = until;
      while (name_length > 0 && name[name_length - 1] == ' ') name_length--;
      const bool same = open ? name_length >= key_length - 1 && strncasecmp(name, key, key_length - 1) == 0
                             : name_length == key_length && strncasecmp(name, key, key_length) == 0;
      if (same && name[until] == '=') {
        char *out = ring[place++ % 8];
        const char *value = name + until + 1 + strspn(name + until + 1, " "), *end = at + pair;
        while (end > value && end[-1] == ' ') end--;
        snprintf(out, sizeof ring[0], "%.*s", (int)(end > value ? end - value : 0), value);
        return out;
      }
      at += pair + (at[pair] == ';');
    }
    key += key_length + (key[key_length] == '|');
  }
  return NULL;
}

/* Number of a key; NaN when absent or empty. "1", "yes", "true" and "none", "no", "false" are 1 and 0. */
static inline double vectors_key_number(const char *inputs, const char *keys) {
  const char *text = vectors_key(inputs, keys);
  if (!text || !*text) return NAN;
  static const char *const yes[] = {"yes",  "true",       "present",  "event",    "severe",
                                    "full", "persistent", "positive", "declared", "abnormal"};
  static const char *const no[] = {"no", "none", "false", "absent", "normal", "negative"};
  for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
    if (strcasecmp(text, yes[i]) == 0) return 1;
  for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
    if (strcasecmp(text, no[i]) == 0) return 0;
  return vectors_number(text);
}

/* The same, with a value for an absent key. */
static inline double vectors_key_or(const char *inputs, const char *keys, double otherwise) {
  const char *text = vectors_key(inputs, keys);
  return text ? vectors_key_number(inputs, keys) : otherwise;
}

/* "day:value,a-b:value" up to a ';'. false when malformed. */
static inline bool vectors_series(const char *text, double scale, VectorsSeries *series) {
  int32_t n = 0;
  while (*text && *text != ';') {
    char *end;
    const long first = strtol(text, &end, 10);
    if (end == text) return false;
    long last = first;
    if (*end == '-') {
      text = end + 1;
      last = strtol(text, &end, 10);
    }
    if (*end != ':') return false;
    text = end + 1;
    const bool below = *text == '<';
    text += below;
    // "<100" counts as 99
    const double value = strtod(text, &end) * (below ? 0.99 : 1);
    if (end == text) return false;
    for (long day = first; day <= last && n < VECTORS_DAYS_MAX; day++) {
      series->t_day[n] = (double)day;
      series->value[n++] = value * scale;
    }
    text = end + (*end == ',');
  }
  series->column = (B7Column){n, series->t_day, series->value};
  return true;
}

static inline bool vectors_fail(const VectorsRow *row, const char *got) {
  snprintf(row->why, row->why_size, "got %s", got);
  return false;
}

static inline bool vectors_unknown(const VectorsRow *row, const char *what, const char *name) {
  snprintf(row->why, row->why_size, "%s '%s' is not known", what, name);
  return false;
}

/* Texts equal, without regard to blanks at the ends. */
static inline bool vectors_same_text(const VectorsRow *row, const char *got) {
  return strcmp(vectors_cell(row, "expected"), got) == 0 || vectors_fail(row, got);
}

/* 1e-8 relative; NA is NaN. */
static inline bool vectors_close(double got, const char *expected) {
  const double wanted = vectors_number(expected);
  return isnan(wanted) ? isnan(got) : fabs(got - wanted) <= 1e-8 * fabs(wanted);
}

static inline bool vectors_same_number(const VectorsRow *row, double got) {
  if (vectors_close(got, vectors_cell(row, "expected"))) return true;
  char text[40];
  snprintf(text, sizeof text, "%.12g", got);
  return vectors_fail(row, text);
}

#endif
