/* hla_tables.c - names of alleles, and the tables of data/hla. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assess/hla/hla.h"
#include "base/files.h"
#include "base/status.h"

static const char *const locus_names[B7_HLA_LOCI] = {"A", "B", "C", "DRB1", "DQB1", "DPB1"};

const char *b7_hla_locus_name(B7HlaLocus locus) {
  return (unsigned)locus < B7_HLA_LOCI ? locus_names[locus] : "";
}

int32_t b7_hla_find_locus(const char *text, size_t n) {
  for (int32_t locus = 0; locus < B7_HLA_LOCI; locus++)
    if (strlen(locus_names[locus]) == n && memcmp(text, locus_names[locus], n) == 0) return locus;
  return -1;
}

// digits from *at: false when there are not least..4 of them
static bool read_number(const char **at, const char *end, int least, uint32_t *number, bool *padded) {
  int digits = 0;
  *number = 0;
  const char *first = *at;
  for (; *at < end && **at >= '0' && **at <= '9'; (*at)++, digits++) {
    if (digits == 4) return false;
    *number = *number * 10 + (uint32_t)(**at - '0');
  }
  *padded = *padded || (digits > 2 && *first == '0');
  return digits >= least;
}

const char *b7_hla_read_fields(int32_t locus, const char *text, size_t n, B7HlaName *name, char *form) {
  const char *at = text, *end = text + n;
  uint32_t field[4] = {0};
  int fields = 0;
  bool padded = false;
  *form = 0;
  for (;;) {
    if (fields == 4) return "has more than four fields";
    if (!read_number(&at, end, 2, &field[fields], &padded))
      return fields ? "has a field that is not two to four digits"
                    : "does not start with a field of two to four digits";
    if (fields < 2 && field[fields] == 0) return "has a field of zeros; there is no such allele";
    fields++;
    if (at == end || *at != ':') break;
    at++;
  }
  char letter = 0;
  if (at < end) letter = *at++;
  if (at < end || (letter && !strchr("NLSCAQPG", letter)))
    return "ends in something that is neither an expression letter (N L S C A Q) nor P nor G";
  if (padded) return "has a field with a needless zero; names have two digits or more, as in 15:01 or 15:198";
  if (fields < 2) return "has one field; write two or more, as in 15:01";
  if (letter == 'P' && fields != 2) return "is no P group: that has two fields, as in 15:01P";
  if (letter == 'G' && fields != 3) return "is no G group: that has three fields, as in 15:01:01G";
  if (letter == 'P' || letter == 'G') {
    *form = letter;
    letter = 0;
  }
  *name = b7_hla_name(locus, field[0], field[1], letter);
  if (*form == 'G') *name |= (uint64_t)field[2] << 8;
  return NULL;
}

void b7_hla_format(B7HlaName name, char text[24]) {
  uint32_t locus = (uint32_t)(name >> 56), second = name >> 24 & 0xffff;
  char letter[2] = {b7_hla_letter(name), 0};
  snprintf(text, 24, "%s*%02u:%02u%s", b7_hla_locus_name((B7HlaLocus)locus), b7_hla_first(name), second,
           letter);
}

/* ------------------------------------------------------------------------------------------------------
 * tables ---- */

B7Status b7_hla_table_add(B7Hla *hla, B7HlaTableKind kind, const B7HlaFact *fact, B7Error *error) {
  B7HlaTable *table = &hla->table[kind];
  B7HlaFact *facts = b7_arena_grow(&hla->arena, table->facts, table->count, &table->capacity, sizeof *fact);
  if (!facts) return b7_fail_memory(error);
  table->facts = facts;
  facts[table->count++] = *fact;
  return B7_OK;
}

B7Status b7_hla_know(B7Hla *hla, B7HlaName name, B7Error *error) {
  const B7HlaFact fact = {.name = name & ~(uint64_t)0xffff00};
  return b7_hla_table_add(hla, B7_HLA_TABLE_NAMES, &fact, error);
}

static int by_name(const void *a, const void *b) {
  B7HlaName left = ((const B7HlaFact *)a)->name, right = ((const B7HlaFact *)b)->name;
  return left < right ? -1 : left > right;
}

// a defined antigen before none ('?' sorts after the digits), so that the order of the file does not matter
static int by_name_and_text(const void *a, const void *b) {
  int order = by_name(a, b);
  return order ? order : strcmp(((const B7HlaFact *)a)->text, ((const B7HlaFact *)b)->text);
}

void b7_hla_table_close(B7HlaTable *table) {
  if (table->count == 0) return;
  qsort(table->facts, table->count, sizeof *table->facts, by_name_and_text);
  size_t kept = 1;
  for (size_t i = 1; i < table->count; i++)
    if (table->facts[i].name != table->facts[kept - 1].name) table->facts[kept++] = table->facts[i];
  table->count = kept;
}

const B7HlaFact *b7_hla_find(const B7Hla *hla, B7HlaTableKind kind, B7HlaName name) {
  const B7HlaTable *table = &hla->table[kind];
  if (table->count == 0) return NULL;
  B7HlaFact wanted = {.name = name};
  return bsearch(&wanted, table->facts, table->count, sizeof wanted, by_name);
}

B7HlaName b7_hla_p_group(const B7Hla *hla, B7HlaName name) {
  if (b7_hla_is_null(name)) return name;
  const B7HlaFact *fact = b7_hla_find(hla, B7_HLA_TABLE_P, name);
  // other expression letters say nothing about the protein
  if (!fact && b7_hla_letter(name)) fact = b7_hla_find(hla, B7_HLA_TABLE_P, name & ~(uint64_t)0xff);
  if (fact) return fact->group;
  return hla->table[B7_HLA_TABLE_P].complete ? name : 0;
}

bool b7_hla_known_allele(const B7Hla *hla, B7HlaName name) {
  name &= ~(uint64_t)0xffff00;
  if (hla->names_as_written || b7_hla_find(hla, B7_HLA_TABLE_NAMES, name)) return true;
  if (!b7_hla_letter(name)) return false;
  // an allele that is not expressed as usual has its letter in a later field: B*15:01N stands for 15:01:01:02N
  bool all_letters = hla->table[B7_HLA_TABLE_SEROLOGY].complete;
  return !all_letters && b7_hla_find(hla, B7_HLA_TABLE_NAMES, name & ~(uint64_t)0xff);
}

bool b7_hla_known_group(const B7Hla *hla, B7HlaName name, char form) {
  if (hla->names_as_written) return true;
  if (form == 'G' && hla->table[B7_HLA_TABLE_G].complete)
    return b7_hla_find(hla, B7_HLA_TABLE_G, name) != NULL;
  name &= ~(uint64_t)0xffff00;
  if (form == 'G') return b7_hla_known_allele(hla, name);
  const B7HlaTable *table = &hla->table[B7_HLA_TABLE_P];
  for (size_t i = 0; i < table->count; i++)
    if (table->facts[i].group == name) return true;
  return false;
}

/* ----------------------------------------------------------------------------------------- the files of
 * data/hla ---- */

typedef struct Place {
  const char *path;
  int32_t line;
} Place;

#define COLUMNS_MAX 4

// one row: columns by tab, the last one a list of alleles by blanks
typedef B7Status (*RowReader)(B7Hla *hla, char **cell, const Place *place, B7Error *error);

// each allele of the list through fact, whose name is set
static B7Status add_alleles(B7Hla *hla, B7HlaTableKind kind, int32_t locus, char *list, B7HlaFact fact,
                            const Place *place, B7Error *error) {
  char *rest = NULL;
  for (char *word = strtok_r(list, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    char form;
    const char *wrong = b7_hla_read_fields(locus, word, strlen(word), &fact.name, &form);
    if (wrong || form)
      return b7_fail_at(error, B7_ERROR_INPUT, place->path, place->line, 0, "allele '%s' %s", word,
                        wrong ? wrong : "is a group; write an allele");
    B7HlaFact own = fact;
    if (kind == B7_HLA_TABLE_P && own.group == 0) own.group = own.name;
    B7_TRY(b7_hla_table_add(hla, kind, &own, error));
    B7_TRY(b7_hla_know(hla, own.name, error));
  }
  return B7_OK;
}

static B7Status need_locus(const char *text, int32_t *locus, const Place *place, B7Error *error) {
  *locus = b7_hla_find_locus(text, strlen(text));
  if (*locus < 0)
    return b7_fail_at(error, B7_ERROR_INPUT, place->path, place->line, 1,
                      "'%s' is no locus; write A, B, C, DRB1, DQB1 or DPB1", text);
  return B7_OK;
}

static B7Status read_serology(B7Hla *hla, char **cell, const Place *place, B7Error *error) {
  int32_t locus;
  B7HlaFact fact = {0};
  B7_TRY(need_locus(cell[0], &locus, place, error));
  if (strlen(cell[1]) >= sizeof fact.text)
    return b7_fail_at(error, B7_ERROR_INPUT, place->path, place->line, 0, "'%s' is no antigen", cell[1]);
  strcpy(fact.text, cell[1]);
  return add_alleles(hla, B7_HLA_TABLE_SEROLOGY, locus, cell[2], fact, place, error);
}

static B7Status read_splits(B7Hla *hla, char **cell, const Place *place, B7Error *error) {
  int32_t locus;
  B7_TRY(need_locus(cell[0], &locus, place, error));
  B7HlaFact fact = {0};
  if (strlen(cell[1]) >= sizeof fact.text)
    return b7_fail_at(error, B7_ERROR_INPUT, place->path, place->line, 0, "'%s' is no antigen", cell[1]);
  strcpy(fact.text, cell[1]);
  // associated antigens are specificities of their own, not the same as their parent
  if (strcmp(cell[2], "split") != 0) return B7_OK;
  char *rest = NULL;
  for (char *word = strtok_r(cell[3], " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    fact.name = b7_hla_name(locus, (uint32_t)strtoul(word, NULL, 10), 0, 0);
    B7_TRY(b7_hla_table_add(hla, B7_HLA_TABLE_BROAD, &fact, error));
  }
  return B7_OK;
}

static B7Status read_p_groups(B7Hla *hla, char **cell, const Place *place, B7Error *error) {
  int32_t locus;
  B7_TRY(need_locus(cell[0], &locus, place, error));
  B7HlaFact fact = {0};
  if (strcmp(cell[1], "own") != 0) {
    char form;
    const char *wrong = b7_hla_read_fields(locus, cell[1], strlen(cell[1]), &fact.group, &form);
    if (wrong || form != 'P')
      return b7_fail_at(error, B7_ERROR_INPUT, place->path, place->line, 0,
                        "'%s' is no P group; write own or one as 15:01P", cell[1]);
  }
  return add_alleles(hla, B7_HLA_TABLE_P, locus, cell[2], fact, place, error);
}

// "2a" -> 2, "?" -> -1
static bool read_group(const char *text, int32_t most, int32_t *group) {
  *group = -1;
  if (strcmp(text, "?") == 0) return true;
  if (text[0] < '0' || text[0] > '9') return false;
  *group = text[0] - '0';
  return *group <= most && (text[1] == 0 || (text[1] >= 'a' && text[1] <= 'z' && text[2] == 0));
}

static B7Status read_tce(B7Hla *hla, char **cell, const Place *place, B7Error *error) {
  B7HlaFact fact = {0};
  for (int i = 0; i < 2; i++)
    if (!read_group(cell[i], hla->tce_groups, &fact.value[i]))
      return b7_fail_at(error, B7_ERROR_INPUT, place->path, place->line, 0,
                        "'%s' is no T-cell-epitope group; write 0 to %d, or ? when none is assigned", cell[i],
                        (int)hla->tce_groups);
  return add_alleles(hla, B7_HLA_TABLE_TCE, B7_HLA_LOCUS_DPB1, cell[2], fact, place, error);
}

static B7Status read_kir(B7Hla *hla, char **cell, const Place *place, B7Error *error) {
  static const struct {
    const char *word;
    int32_t bits;
  } ligands[] = {{"C1", B7_KIR_LIGAND_C1},
                 {"C2", B7_KIR_LIGAND_C2},
                 {"Bw4_80I", B7_KIR_LIGAND_BW4 | B7_KIR_LIGAND_BW4_80I},
                 {"Bw4_80T", B7_KIR_LIGAND_BW4 | B7_KIR_LIGAND_BW4_80T},
                 {"Bw6", 0},
                 {"none", 0}};
  static const char *const protections[] = {"-", "functional", "weak", "absent"};
  int32_t locus;
  B7_TRY(need_locus(cell[0], &locus, place, error));
  B7HlaFact fact = {.value = {-1, -1}};
  for (size_t i = 0; i < sizeof ligands / sizeof *ligands; i++)
    if (strcmp(cell[1], ligands[i].word) == 0) fact.value[0] = ligands[i].bits;
  for (int32_t i = 0; i < 4; i++)
    if (strcmp(cell[2], protections[i]) == 0) fact.value[1] = i;
  if (fact.value[0] < 0 || fact.value[1] < 0)
    return b7_fail_at(error, B7_ERROR_INPUT, place->path, place->line, 0,
                      "'%s' with protection '%s' is not known", cell[1], cell[2]);
  return add_alleles(hla, B7_HLA_TABLE_KIR, locus, cell[3], fact, place, error);
}

static B7Status read_rows(B7Hla *hla, char *text, const char *path, int columns, RowReader reader,
                          B7Error *error) {
  Place place = {.path = path};
  bool head = true;
  for (char *line = text, *next; line; line = next) {
    next = strchr(line, '\n');
    if (next) *next++ = 0;
    place.line++;
    line[strcspn(line, "\r")] = 0;
    if (line[0] == '#' || line[0] == 0) continue;
    // the first row names the columns
    if (head) {
      head = false;
      continue;
    }
    char *cell[COLUMNS_MAX];
    int n = 0;
    for (char *at = line; at && n < columns; n++) {
      cell[n] = at;
      at = n + 1 < columns ? strchr(at, '\t') : NULL;
      if (at) *at++ = 0;
    }
    if (n != columns)
      return b7_fail_at(error, B7_ERROR_INPUT, path, place.line, 0, "%d columns by tabs, %d are needed", n,
                        columns);
    B7_TRY(reader(hla, cell, &place, error));
  }
  return B7_OK;
}

B7Status b7_hla_read_tables(B7Hla *hla, const char *folder, B7Error *error) {
  static const struct {
    const char *file;
    int columns;
    RowReader reader;
  } files[] = {{"serology.tsv", 3, read_serology},
               {"antigen_splits.tsv", 4, read_splits},
               {"p_groups.tsv", 3, read_p_groups},
               {"dpb1_tce.tsv", 3, read_tce},
               {"kir_ligands.tsv", 4, read_kir}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    const char *path = b7_arena_format(&hla->arena, "%s/hla/%s", folder, files[i].file);
    if (!path) return b7_fail_memory(error);
    char *text;
    size_t length;
    B7_TRY(b7_file_read_large(path, &hla->arena.hooks, &text, &length, error));
    B7Status status = read_rows(hla, text, path, files[i].columns, files[i].reader, error);
    b7_memory_resize(&hla->arena.hooks, text, length + 1, 0);
    B7_TRY(status);
  }
  for (int kind = 0; kind < B7_HLA_TABLES; kind++) b7_hla_table_close(&hla->table[kind]);
  return B7_OK;
}
