/* survival_csv.c - reads a comma-separated file with a head row; quotes as in RFC 4180, within one line. */
#include "survival_csv.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct CsvReader {
  const char *path;
  const char *const *names; /* of the four columns */
  int32_t line;
  char *text; /* the line, cut into cells */
  char *cell[256];
  int32_t column[256]; /* 1-based place of the cell in the line */
  int cells;
  B7Error *error;
} CsvReader;

__attribute__((format(printf, 3, 4))) static B7Status fail(const CsvReader *reader, int cell,
                                                           const char *format, ...) {
  B7Error *error = reader->error;
  *error = (B7Error){
      .status = B7_ERROR_INPUT, .line = reader->line, .column = cell >= 0 ? reader->column[cell] : 1};
  snprintf(error->file, sizeof error->file, "%s", reader->path);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return error->status;
}

static B7Status cut(CsvReader *reader) {
  char *from = reader->text, *to = reader->text;
  reader->cells = 0;
  for (bool more = true; more;) {
    if (reader->cells == 256) return fail(reader, 255, "more than 256 columns");
    int own = reader->cells++;
    reader->column[own] = (int32_t)(from - reader->text) + 1;
    while (*from == ' ' || *from == '\t') from++;
    reader->cell[own] = to;
    if (*from == '"') {
      for (from++; *from; from++) {
        if (*from == '"' && from[1] != '"') break;
        if (*from == '"') from++;
        *to++ = *from;
      }
      if (*from != '"') return fail(reader, own, "a quote is not closed on this line");
      from++;
      while (*from == ' ' || *from == '\t') from++;
      if (*from && *from != ',')
        return fail(reader, own, "text follows the closing quote; a comma is expected");
    } else {
      while (*from && *from != ',') *to++ = *from++;
      while (to > reader->cell[own] && (to[-1] == ' ' || to[-1] == '\t')) to--;
    }
    more = *from == ',';
    if (more) from++;
    *to++ = 0;
  }
  return B7_OK;
}

static bool same_letters(const char *a, const char *b) {
  for (; *a && *b; a++, b++) {
    char left = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a,
         right = *b >= 'A' && *b <= 'Z' ? (char)(*b - 'A' + 'a') : *b;
    if (left != right) return false;
  }
  return *a == *b;
}

static B7Status find_column(const CsvReader *reader, const char *name, const char *option, int *place) {
  char names[400] = "";
  const char *near = NULL;
  int found = -1;
  for (int i = 0; i < reader->cells; i++) {
    if (strcmp(reader->cell[i], name) == 0) {
      if (found >= 0)
        return fail(reader, i,
                    "two columns are called '%s' (columns %d and %d); rename the one that %s does not mean",
                    name, found + 1, i + 1, option);
      found = i;
    }
    if (same_letters(reader->cell[i], name)) near = reader->cell[i];
    if (strlen(names) + strlen(reader->cell[i]) + 3 < sizeof names) {
      strcat(names, names[0] ? ", " : "");
      strcat(names, reader->cell[i]);
    }
  }
  *place = found;
  if (found >= 0) return B7_OK;
  if (near) return fail(reader, -1, "there is no column '%s' for %s; did you mean '%s'?", name, option, near);
  return fail(reader, -1, "there is no column '%s' for %s; the columns are %s", name, option, names);
}

/* as R, SAS and spreadsheets write that a value is not known */
static bool is_missing(const char *text) {
  static const char *const words[] = {"", "NA", "N/A", "NaN", "nan", ".", "NULL", "null", "#N/A", "?"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(text, words[i]) == 0) return true;
  return false;
}

static B7Status fail_missing(const CsvReader *reader, int place, const char *what) {
  const char *text = reader->cell[place];
  return fail(reader, place, "the %s is %s%s%s; leave out rows whose %s is not known", what,
              *text ? "'" : "empty", text, *text ? "'" : "", what);
}

static B7Status read_status(const CsvReader *reader, int place, B7SurvivalTable *table, int32_t *status) {
  const char *text = reader->cell[place];
  if (is_missing(text)) return fail_missing(reader, place, "status");
  if (strlen(text) >= sizeof table->label[0].text)
    return fail(reader, place, "the status is longer than 39 letters");
  for (*status = 0; *status < table->labels; (*status)++)
    if (strcmp(table->label[*status].text, text) == 0) break;
  if (*status == B7_SURVIVAL_LABELS_MAX)
    return fail(reader, place, "'%s' is the %dth value of the status; is '%s' the right column?", text,
                B7_SURVIVAL_LABELS_MAX + 1, reader->names[1]);
  B7SurvivalLabel *label = &table->label[*status];
  if (*status == table->labels) {
    *label = (B7SurvivalLabel){.line = reader->line, .column = reader->column[place]};
    strcpy(label->text, text);
    table->labels++;
  }
  label->rows++;
  return B7_OK;
}

static B7Status read_time(const CsvReader *reader, int place, double *time) {
  char *end;
  const char *text = reader->cell[place];
  if (is_missing(text)) return fail_missing(reader, place, "time");
  *time = strtod(text, &end);
  if (*end == ',') return fail(reader, place, "time is '%s'; write a decimal point", text);
  if (end == text || *end || !isfinite(*time) || strspn(text, "0123456789.eE+-") != strlen(text))
    return fail(reader, place, "time is '%s'; it must be a number", text);
  if (*time < 0) return fail(reader, place, "time is %s; it must not be before 0", text);
  return B7_OK;
}

static B7Status read_label(const CsvReader *reader, int place, const char *what, char (*names)[40],
                           int32_t *count, int32_t most, int32_t *label) {
  *label = 0;
  if (place < 0) return B7_OK;
  const char *text = reader->cell[place];
  if (is_missing(text)) return fail_missing(reader, place, what);
  if (strlen(text) >= sizeof names[0])
    return fail(reader, place, "the name of this %s is longer than 39 letters", what);
  for (int32_t i = 0; i < *count; i++)
    if (strcmp(names[i], text) == 0) {
      *label = i;
      return B7_OK;
    }
  if (*count == most)
    return fail(reader, place, "'%s' is one %s too many; at most %d", text, what, (int)most);
  strcpy(names[*count], text);
  *label = (*count)++;
  return B7_OK;
}

static B7Status make_room(B7SurvivalTable *table, const CsvReader *reader) {
  if (table->rows < table->capacity) return B7_OK;
  int64_t capacity = table->capacity ? table->capacity * 2 : 1024;
  double *time = realloc(table->time, (size_t)capacity * sizeof *time);
  if (time) table->time = time;
  int32_t **columns[] = {&table->status, &table->group, &table->stratum};
  bool good = time != NULL;
  for (int i = 0; i < 3; i++) {
    int32_t *grown = realloc(*columns[i], (size_t)capacity * sizeof *grown);
    if (grown) *columns[i] = grown;
    good = good && grown;
  }
  if (!good) {
    fail(reader, -1, "out of memory");
    return reader->error->status = B7_ERROR_MEMORY;
  }
  table->capacity = capacity;
  return B7_OK;
}

static B7Status read_head(const CsvReader *reader, int place[4]) {
  static const char *const options[4] = {"--time", "--status", "--group", "--stratum"};
  if (reader->cells == 1 && strpbrk(reader->cell[0], ";\t"))
    return fail(
        reader, -1,
        "the columns are separated by %s; save the table with commas, and numbers with a decimal point",
        strchr(reader->cell[0], ';') ? "semicolons" : "tabs");
  for (int i = 0; i < 4; i++) {
    place[i] = -1;
    if (!reader->names[i]) continue;
    B7Status status = find_column(reader, reader->names[i], options[i], &place[i]);
    if (status != B7_OK) return status;
    for (int k = 0; k < i; k++)
      if (place[k] == place[i])
        return fail(reader, place[i], "column '%s' cannot be both %s and %s", reader->names[i], options[k],
                    options[i]);
  }
  return B7_OK;
}

static B7Status read_row(CsvReader *reader, const int place[4], B7SurvivalTable *table) {
  B7Status status = make_room(table, reader);
  int64_t row = table->rows;
  if (status == B7_OK) status = read_time(reader, place[0], &table->time[row]);
  if (status == B7_OK) status = read_status(reader, place[1], table, &table->status[row]);
  if (status == B7_OK)
    status = read_label(reader, place[2], "group", table->group_name, &table->groups, B7_SURVIVAL_GROUPS_MAX,
                        &table->group[row]);
  if (status == B7_OK)
    status = read_label(reader, place[3], "stratum", table->stratum_name, &table->strata,
                        B7_SURVIVAL_STRATA_MAX, &table->stratum[row]);
  if (status == B7_OK) table->rows++;
  return status;
}

static B7Status read_rows(FILE *file, CsvReader *reader, B7SurvivalTable *table) {
  int place[4], head_cells = 0;
  size_t size = 0;
  for (ssize_t length; (length = getline(&reader->text, &size, file)) >= 0;) {
    reader->line++;
    if (strlen(reader->text) != (size_t)length)
      return fail(reader, -1, "the line holds a NUL character; save the table as plain text (UTF-8)");
    // a byte-order mark is no part of the first name
    if (reader->line == 1 && memcmp(reader->text, "\xef\xbb\xbf", 3) == 0) {
      memmove(reader->text, reader->text + 3, (size_t)length - 2);
      length -= 3;
    }
    while (length > 0 && strchr("\r\n", reader->text[length - 1])) reader->text[--length] = 0;
    if (strchr(reader->text, '\r'))
      return fail(reader, -1,
                  "the line holds a carriage return; save the table with line feeds at the ends of lines");
    if (b7_text_unprintable(reader->text))
      return fail(reader, -1, "the line holds a control character, which terminals would obey; remove it");
    if (reader->text[0] == 0) continue;
    B7Status status = cut(reader);
    if (status == B7_OK && head_cells > 0 && reader->cells != head_cells)
      status = fail(reader, reader->cells - 1, "%d columns, the head has %d", reader->cells, head_cells);
    if (status == B7_OK) status = head_cells == 0 ? read_head(reader, place) : read_row(reader, place, table);
    if (status != B7_OK) return status;
    if (head_cells == 0) head_cells = reader->cells;
  }
  if (table->rows == 0)
    return fail(reader, -1, "the file has no patients; a head row and one row a patient are needed");
  if (table->groups == 0) {
    table->groups = 1;
    strcpy(table->group_name[0], "all");
  }
  return B7_OK;
}

B7Status b7_survival_table_read(const char *path, const char *time, const char *status, const char *group,
                                const char *stratum, B7SurvivalTable *table, B7Error *error) {
  *table = (B7SurvivalTable){.rows = 0};
  const char *const names[4] = {time, status, group, stratum};
  CsvReader reader = {.path = path, .names = names, .error = error};
  FILE *file = fopen(path, "r");
  if (!file) {
    *error = (B7Error){.status = B7_ERROR_FILE};
    snprintf(error->file, sizeof error->file, "%s", path);
    snprintf(error->message, sizeof error->message, "cannot be read: %s", strerror(errno));
    return error->status;
  }
  B7Status result = read_rows(file, &reader, table);
  free(reader.text);
  fclose(file);
  return result;
}

void b7_survival_table_free(B7SurvivalTable *table) {
  free(table->time);
  free(table->status);
  free(table->group);
  free(table->stratum);
  *table = (B7SurvivalTable){.rows = 0};
}
