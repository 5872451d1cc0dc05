#include "read/course/dose_groups.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

// place of the word "day" or "days" as a word of its own; NULL: none
static const char *day_word(const char *text) {
  for (const char *at = text; (at = strstr(at, "day")) != NULL; at++) {
    const char *end = at + 3 + (at[3] == 's');
    if (at > text && at[-1] == ' ' && (*end == ' ' || *end == '\0')) return at;
  }
  return NULL;
}

bool b7_dose_has_groups(const B7Node *dose) {
  return dose && dose->text && day_word(dose->text) != NULL;
}

static const char *skip_blanks(const char *at) {
  return at + strspn(at, " ");
}

static const char *behind_word(const char *at, const char *word) {
  const size_t length = strlen(word);
  return strncmp(at, word, length) == 0 && !isalnum((unsigned char)at[length]) ? at + length : NULL;
}

// "+3", "-1" or "4" as days from the start; end: behind the number
static bool read_day(const char *at, double *offset, bool *is_signed, const char **end) {
  *is_signed = *at == '+' || *at == '-';
  char *after;
  const long day = strtol(at, &after, 10);
  if (after == at || (!*is_signed && !isdigit((unsigned char)*at)) || labs(day) > 2000) return false;
  if (!*is_signed && day < 1) return false;
  *offset = *is_signed ? (double)day : (double)day - 1;
  *end = after;
  return *after == '\0' || strchr(" ,;-.", *after) != NULL;
}

// a dose follows where a number has a unit behind it
static bool dose_follows(const char *at) {
  char *end;
  strtod(at, &end);
  const char *unit = skip_blanks(end);
  return end != at && (isalpha((unsigned char)*unit) || *unit == '[') && !behind_word(unit, "to") &&
         !behind_word(unit, "and");
}

static const char *behind_separator(const char *at) {
  const char *next = skip_blanks(at);
  if (*next == ',' || *next == ';') next = skip_blanks(next + 1);
  const char *word = behind_word(next, "and");
  return skip_blanks(word ? word : next);
}

static B7Status add_days(const B7Node *dose, double first, double last, B7DoseGroup *out, B7Error *error) {
  if (last < first) return b7_node_fail(dose, error, "the days in '%s' run backwards", dose->text);
  for (double day = first; day <= last; day += 1) {
    if (out->n_day == B7_DOSE_GROUP_DAYS)
      return b7_node_fail(dose, error, "'%s' names more than %d days for one dose", dose->text,
                          B7_DOSE_GROUP_DAYS);
    if (out->n_day > 0 && day <= out->offset_day[out->n_day - 1])
      return b7_node_fail(dose, error, "the days of one dose in '%s' must ascend, each once", dose->text);
    out->offset_day[out->n_day++] = day;
  }
  return B7_OK;
}

B7Status b7_dose_group_next(const B7Node *dose, const char **rest, B7Arena *arena, B7DoseGroup *out,
                            B7Error *error) {
  static const char remedy[] =
      "write each dose with its days, such as '26 mg day +1, 17 mg days +3, +6, +11'";
  const char *start = skip_blanks(*rest), *word = day_word(start);
  out->n_day = 0;
  if (!word || !dose_follows(start))
    return b7_node_fail(dose, error, "'%s' in '%s' is no dose with its days; %s", start, dose->text, remedy);
  size_t length = (size_t)(word - start);
  while (length > 0 && start[length - 1] == ' ') length--;
  out->dose = b7_arena_text(arena, start, length);
  if (!out->dose) return b7_fail_memory(error);
  const char *at = skip_blanks(word + 3 + (word[3] == 's'));
  for (;;) {
    double first, last;
    bool first_signed, last_signed;
    if (!read_day(at, &first, &first_signed, &at))
      return b7_node_fail(dose, error, "'%s' in '%s' is no day; %s", at, dose->text, remedy);
    last = first;
    const char *to = behind_word(skip_blanks(at), "to");
    if (!to && *at == '-') to = at + 1;
    if (!to && strncmp(at, "..", 2) == 0) to = at + 2;
    if (to) {
      if (!read_day(skip_blanks(to), &last, &last_signed, &at) || last_signed != first_signed)
        return b7_node_fail(dose, error, "'%s' in '%s' ends no range of days; %s", to, dose->text, remedy);
    }
    B7_TRY(add_days(dose, first, last, out, error));
    const char *next = behind_separator(at);
    if (*next == '\0' || dose_follows(next)) {
      *rest = next;
      return B7_OK;
    }
    if (next == skip_blanks(at))
      return b7_node_fail(dose, error, "'%s' in '%s' is not understood; %s", next, dose->text, remedy);
    at = next;
  }
}
