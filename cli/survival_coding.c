/* survival_coding.c - which values of the status are the event, which are censored, which compete. Tables write them in
 * several ways; what can be read in two is asked for, never guessed. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "survival_csv.h"

typedef struct Names {
  char word[B7_SURVIVAL_LABELS_MAX][40];
  int32_t count;
} Names;

typedef struct CodingReading {
  const char *path;
  B7SurvivalTable *table;
  bool censored[B7_SURVIVAL_LABELS_MAX], event[B7_SURVIVAL_LABELS_MAX];
  B7Error *error;
} CodingReading;

__attribute__((format(printf, 3, 4))) static B7Status
fail(const CodingReading *reading, const B7SurvivalLabel *at, const char *format, ...) {
  B7Error *error = reading->error;
  *error = (B7Error){.status = B7_ERROR_INPUT, .line = at ? at->line : 0, .column = at ? at->column : 0};
  snprintf(error->file, sizeof error->file, "%s", reading->path);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return error->status;
}

/* 1, +1 and 1.0 are one number; false for a word */
static bool number_of(const char *text, long *number) {
  char *end;
  errno = 0;
  double value = strtod(text, &end);
  if (end == text || *end || errno || strspn(text, "+-0123456789.") != strlen(text)) return false;
  *number = (long)value;
  return value == (double)*number && value > -1e6 && value < 1e6;
}

static bool same(const char *a, const char *b) {
  long left, right;
  if (number_of(a, &left) && number_of(b, &right)) return left == right;
  return strcmp(a, b) == 0;
}

/* numbers in their order, words behind them in theirs */
static bool comes_before(const B7SurvivalTable *table, int32_t a, int32_t b) {
  long left = 0, right = 0;
  bool number = number_of(table->label[a].text, &left), other = number_of(table->label[b].text, &right);
  if (number != other) return number;
  int order = number ? (left > right) - (left < right) : strcmp(table->label[a].text, table->label[b].text);
  return order < 0 || (order == 0 && a < b);
}

static void list_labels(const CodingReading *reading, const bool *chosen, bool wanted, bool rows, char *text,
                        size_t size) {
  text[0] = 0;
  int32_t order[B7_SURVIVAL_LABELS_MAX];
  for (int32_t i = 0; i < reading->table->labels; i++) {
    int32_t place = i;
    for (; place > 0 && comes_before(reading->table, i, order[place - 1]); place--)
      order[place] = order[place - 1];
    order[place] = i;
  }
  for (int32_t k = 0; k < reading->table->labels; k++) {
    int32_t i = order[k];
    if (chosen && chosen[i] != wanted) continue;
    const B7SurvivalLabel *label = &reading->table->label[i];
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s%s", used ? ", " : "", label->text);
    used = strlen(text);
    if (rows)
      snprintf(text + used, size - used, " (%lld row%s)", (long long)label->rows,
               label->rows == 1 ? "" : "s");
  }
}

static B7Status split(const CodingReading *reading, const char *list, const char *option, Names *names) {
  names->count = 0;
  for (const char *at = list;; at++) {
    size_t length = strcspn(at, ",");
    if (length == 0 || length >= sizeof names->word[0])
      return fail(reading, NULL, "%s '%s' is no list of values; write them as 1 or 1,2", option, list);
    if (names->count == B7_SURVIVAL_LABELS_MAX)
      return fail(reading, NULL, "%s names more than %d values", option, B7_SURVIVAL_LABELS_MAX);
    snprintf(names->word[names->count++], sizeof names->word[0], "%.*s", (int)length, at);
    at += length;
    if (!*at) return B7_OK;
  }
}

/* what an option names must occur, or it is a slip */
static B7Status mark(const CodingReading *reading, const char *list, const char *option, bool *chosen) {
  Names names;
  B7Status status = split(reading, list, option, &names);
  for (int32_t n = 0; n < names.count && status == B7_OK; n++) {
    bool found = false;
    for (int32_t i = 0; i < reading->table->labels; i++)
      if (same(reading->table->label[i].text, names.word[n])) chosen[i] = found = true;
    // a table in which nobody is censored may still say that 0 would be
    if (found || (strcmp(option, "--censored") == 0 && same(names.word[n], "0"))) continue;
    char have[600];
    list_labels(reading, NULL, true, true, have, sizeof have);
    status = fail(reading, NULL, "no row has the status '%s' that %s names; the status is %s", names.word[n],
                  option, have);
  }
  return status;
}

static B7Status check_words(const CodingReading *reading) {
  for (int32_t i = 0; i < reading->table->labels; i++) {
    const B7SurvivalLabel *label = &reading->table->label[i];
    long number;
    if (reading->censored[i] || reading->event[i]) continue;
    if (number_of(label->text, &number) && number >= 0 && number <= B7_SURVIVAL_CAUSES_MAX) continue;
    return fail(
        reading, label,
        "status is '%s'; write 0 for censored and 1 to %d for the cause of the event, or say what each word "
        "means with --event WORD --censored WORD",
        label->text, B7_SURVIVAL_CAUSES_MAX);
  }
  return B7_OK;
}

static B7Status choose_event(CodingReading *reading, const char *event, bool censored_given) {
  int32_t causes = 0, only = -1, one = -1;
  const B7SurvivalTable *table = reading->table;
  bool any_censored = false;
  for (int32_t i = 0; i < table->labels; i++) {
    if (reading->censored[i] && reading->event[i])
      return fail(reading, NULL, "'%s' is named by both --event and --censored", table->label[i].text);
    any_censored = any_censored || reading->censored[i];
    if (reading->censored[i]) continue;
    causes++;
    only = i;
    if (same(table->label[i].text, "1")) one = i;
  }
  char have[600];
  list_labels(reading, reading->censored, false, true, have, sizeof have);
  if (causes > 1 && !any_censored && !censored_given)
    return fail(
        reading, NULL,
        "nobody is censored: the status is %s. Where one of them means censored (R often has 1 for censored, 2 "
        "for the event) name it, as in --censored 1; where they are causes and nobody is censored, say "
        "--censored none",
        have);
  if (event || causes == 0) return B7_OK;
  if (causes > 1 && one < 0)
    return fail(reading, NULL, "there are several causes: %s; name the one of interest, as in --event %s",
                have, table->label[only].text);
  reading->event[causes == 1 ? only : one] = true;
  return B7_OK;
}

static void apply(const CodingReading *reading, B7SurvivalCoding *coding) {
  B7SurvivalTable *table = reading->table;
  int32_t code[B7_SURVIVAL_LABELS_MAX], next = 2;
  bool competing[B7_SURVIVAL_LABELS_MAX];
  coding->competes = false;
  for (int32_t i = 0; i < table->labels; i++) {
    competing[i] = !reading->censored[i] && !reading->event[i];
    code[i] = reading->censored[i] ? 0 : reading->event[i] ? 1 : next++;
    coding->competes = coding->competes || competing[i];
  }
  for (int64_t row = 0; row < table->rows; row++) table->status[row] = code[table->status[row]];
  list_labels(reading, reading->event, true, false, coding->event, sizeof coding->event);
  list_labels(reading, reading->censored, true, false, coding->censored, sizeof coding->censored);
  list_labels(reading, competing, true, false, coding->competing, sizeof coding->competing);
}

B7Status b7_survival_code(const char *path, const char *event, const char *censored, B7SurvivalTable *table,
                          B7SurvivalCoding *coding, B7Error *error) {
  CodingReading reading = {.path = path, .table = table, .error = error};
  B7Status status = B7_OK;
  if (!censored) {
    for (int32_t i = 0; i < table->labels; i++) reading.censored[i] = same(table->label[i].text, "0");
  } else if (strcmp(censored, "none") != 0) {
    status = mark(&reading, censored, "--censored", reading.censored);
  }
  if (status == B7_OK && event) status = mark(&reading, event, "--event", reading.event);
  // --event 0 beside the usual meaning of 0
  if (status == B7_OK && !censored)
    for (int32_t i = 0; i < table->labels; i++)
      if (reading.event[i]) reading.censored[i] = false;
  if (status == B7_OK) status = check_words(&reading);
  if (status == B7_OK) status = choose_event(&reading, event, censored != NULL);
  if (status == B7_OK) apply(&reading, coding);
  return status;
}
