/* hla_release.c - the tables of an IPD-IMGT/HLA release, read as its authors publish them (WMDA text
 * formats). */
#include <stdlib.h>
#include <string.h>

#include "assess/hla/hla.h"
#include "base/files.h"
#include "base/status.h"

// "B*" of the released files, "Cw" and "DR" of the serological ones
static int32_t release_locus(const char *text) {
  static const struct {
    const char *name;
    int32_t locus;
  } names[] = {{"A", B7_HLA_LOCUS_A},       {"B", B7_HLA_LOCUS_B},       {"C", B7_HLA_LOCUS_C},
               {"Cw", B7_HLA_LOCUS_C},      {"DRB1", B7_HLA_LOCUS_DRB1}, {"DR", B7_HLA_LOCUS_DRB1},
               {"DQB1", B7_HLA_LOCUS_DQB1}, {"DQ", B7_HLA_LOCUS_DQB1},   {"DPB1", B7_HLA_LOCUS_DPB1}};
  size_t n = strcspn(text, "*");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strlen(names[i].name) == n && memcmp(names[i].name, text, n) == 0) return names[i].locus;
  return -1;
}

// two-field name of a released allele; the released names need no further check than being names
static bool release_allele(int32_t locus, const char *text, B7HlaName *name) {
  char form;
  return !b7_hla_read_fields(locus, text, strlen(text), name, &form) && form == 0;
}

typedef B7Status (*LineReader)(B7Hla *hla, char **cell, int cells, B7Error *error);

// B*;15:18:01:01/.../15:719;15:18P   (the last cell is empty when the allele is alone)
static B7Status line_p(B7Hla *hla, char **cell, int cells, B7Error *error) {
  int32_t locus = release_locus(cell[0]);
  if (locus < 0 || cells < 3) return B7_OK;
  B7HlaFact fact = {0};
  char form = 0;
  if (cell[2][0] && (b7_hla_read_fields(locus, cell[2], strlen(cell[2]), &fact.group, &form) || form != 'P'))
    return B7_OK;
  char *rest = NULL;
  for (char *word = strtok_r(cell[1], "/", &rest); word; word = strtok_r(NULL, "/", &rest)) {
    if (!release_allele(locus, word, &fact.name)) continue;
    B7HlaFact own = fact;
    if (own.group == 0) own.group = own.name;
    B7_TRY(b7_hla_table_add(hla, B7_HLA_TABLE_P, &own, error));
    B7_TRY(b7_hla_know(hla, own.name, error));
  }
  return B7_OK;
}

// B*;15:18:01:01/.../15:719;15:18:01G: its P group is that of its first expressed member
static B7Status line_g(B7Hla *hla, char **cell, int cells, B7Error *error) {
  int32_t locus = release_locus(cell[0]);
  if (locus < 0 || cells < 3 || !cell[2][0]) return B7_OK;
  B7HlaFact fact = {0};
  char form = 0;
  if (b7_hla_read_fields(locus, cell[2], strlen(cell[2]), &fact.name, &form) || form != 'G') return B7_OK;
  char *rest = NULL;
  for (char *word = strtok_r(cell[1], "/", &rest); word; word = strtok_r(NULL, "/", &rest)) {
    B7HlaName member;
    if (!release_allele(locus, word, &member)) continue;
    B7_TRY(b7_hla_know(hla, member, error));
    if (fact.group == 0 && !b7_hla_is_null(member)) fact.group = b7_hla_p_group(hla, member);
  }
  return b7_hla_table_add(hla, B7_HLA_TABLE_G, &fact, error);
}

// B*;15:01:01:01;62;;;   cells: certain, possible, assumed, by an expert
static B7Status line_serology(B7Hla *hla, char **cell, int cells, B7Error *error) {
  int32_t locus = release_locus(cell[0]);
  B7HlaFact fact = {0};
  if (locus < 0 || cells < 3 || !release_allele(locus, cell[1], &fact.name)) return B7_OK;
  B7_TRY(b7_hla_know(hla, fact.name, error));
  if (b7_hla_is_null(fact.name)) return B7_OK;
  const char *antigen = "?";
  for (int i = 2; i < cells && i < 6; i++)
    if (cell[i][0]) {
      antigen = cell[i];
      break;
    }
  // several possible antigens are none that is known
  if (strchr(antigen, '/') || strlen(antigen) >= sizeof fact.text) antigen = "?";
  strcpy(fact.text, antigen);
  return b7_hla_table_add(hla, B7_HLA_TABLE_SEROLOGY, &fact, error);
}

// B;15;62/63/75/76/77;
static B7Status line_splits(B7Hla *hla, char **cell, int cells, B7Error *error) {
  int32_t locus = release_locus(cell[0]);
  B7HlaFact fact = {0};
  if (locus < 0 || cells < 3 || strlen(cell[1]) >= sizeof fact.text) return B7_OK;
  strcpy(fact.text, cell[1]);
  char *rest = NULL;
  for (char *word = strtok_r(cell[2], "/", &rest); word; word = strtok_r(NULL, "/", &rest)) {
    fact.name = b7_hla_name(locus, (uint32_t)strtoul(word, NULL, 10), 0, 0);
    B7_TRY(b7_hla_table_add(hla, B7_HLA_TABLE_BROAD, &fact, error));
  }
  return B7_OK;
}

// DPB1*06:01:01:01,DPB1*06:01,3,2a,...   $ marks a prediction, letters a subgroup
static B7Status line_tce(B7Hla *hla, char **cell, int cells, B7Error *error) {
  B7HlaFact fact = {.value = {-1, -1}};
  if (cells < 4 || strncmp(cell[0], "DPB1*", 5) != 0 ||
      !release_allele(B7_HLA_LOCUS_DPB1, cell[0] + 5, &fact.name))
    return B7_OK;
  for (int i = 0; i < 2; i++)
    if (cell[2 + i][0] >= '0' && cell[2 + i][0] <= '3') fact.value[i] = cell[2 + i][0] - '0';
  B7_TRY(b7_hla_know(hla, fact.name, error));
  return b7_hla_table_add(hla, B7_HLA_TABLE_TCE, &fact, error);
}

#define CELLS_MAX 8

static B7Status read_lines(B7Hla *hla, char *text, char separator, LineReader reader, B7Error *error) {
  for (char *line = text, *next; line; line = next) {
    next = strchr(line, '\n');
    if (next) *next++ = 0;
    line[strcspn(line, "\r")] = 0;
    if (line[0] == '#' || line[0] == 0) continue;
    char *cell[CELLS_MAX];
    int cells = 0;
    for (char *at = line; at && cells < CELLS_MAX; cells++) {
      cell[cells] = at;
      at = strchr(at, separator);
      if (at) *at++ = 0;
    }
    B7_TRY(reader(hla, cell, cells, error));
  }
  return B7_OK;
}

B7Status b7_hla_read_release(B7Hla *hla, const char *folder, B7Error *error) {
  // P before G, which looks its members up
  static const struct {
    const char *file;
    B7HlaTableKind kind;
    char separator;
    LineReader reader;
  } files[] = {{"hla_nom_p.txt", B7_HLA_TABLE_P, ';', line_p},
               {"hla_nom_g.txt", B7_HLA_TABLE_G, ';', line_g},
               {"rel_dna_ser.txt", B7_HLA_TABLE_SEROLOGY, ';', line_serology},
               {"rel_ser_ser.txt", B7_HLA_TABLE_BROAD, ';', line_splits},
               {"dpb_tce.csv", B7_HLA_TABLE_TCE, ',', line_tce}};
  static const char *const below[] = {"", "/wmda", "/tce"};
  int found = 0;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    const char *path = NULL;
    for (size_t k = 0; k < 3 && !path; k++) {
      const char *candidate = b7_arena_format(&hla->arena, "%s%s/%s", folder, below[k], files[i].file);
      if (!candidate) return b7_fail_memory(error);
      if (b7_file_exists(candidate)) path = candidate;
    }
    if (!path) continue;
    found++;
    char *text;
    size_t length;
    B7_TRY(b7_file_read_large(path, &hla->arena.hooks, &text, &length, error));
    B7HlaTable *table = &hla->table[files[i].kind];
    table->count = 0;
    B7Status status = read_lines(hla, text, files[i].separator, files[i].reader, error);
    b7_memory_resize(&hla->arena.hooks, text, length + 1, 0);
    B7_TRY(status);
    if (table->count == 0)
      return b7_fail_at(error, B7_ERROR_INPUT, path, 0, 0,
                        "no row could be read; is this the file of an IPD-IMGT/HLA release?");
    b7_hla_table_close(table);
    table->complete = true;
  }
  if (found == 0)
    return b7_fail_at(
        error, B7_ERROR_FILE, folder, 0, 0,
        "none of hla_nom_p.txt, hla_nom_g.txt, rel_dna_ser.txt, rel_ser_ser.txt, dpb_tce.csv is there");
  b7_hla_table_close(&hla->table[B7_HLA_TABLE_NAMES]);
  return B7_OK;
}
