/* hla_typing.c - a person's typing as text becomes possibilities, locus by locus. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assess/hla/hla.h"
#include "base/status.h"

#define ALLELES_MAX 4096 /* of one copy */

typedef struct TypingReader {
  const B7Hla *hla;
  B7HlaTyping *typing;
  const char *who;
  B7Error *error;
} TypingReader;

typedef struct Word {
  const char *text;
  size_t length;
} Word;

static B7Status wrong(const TypingReader *reader, Word word, const char *what) {
  return b7_fail(reader->error, B7_ERROR_INPUT, "%s: '%.*s' %s", reader->who,
                 (int)(word.length < 120 ? word.length : 120), word.text, what);
}

// the piece up to one of the separators; false when nothing is left
static bool next_piece(Word *rest, const char *separators, Word *piece) {
  if (!rest->text) return false;
  size_t n = 0;
  while (n < rest->length && !strchr(separators, rest->text[n])) n++;
  *piece = (Word){rest->text, n};
  if (n == rest->length)
    *rest = (Word){NULL, 0};
  else
    *rest = (Word){rest->text + n + 1, rest->length - n - 1};
  return true;
}

static bool only(Word word, const char *characters) {
  for (size_t i = 0; i < word.length; i++)
    if (!strchr(characters, word.text[i])) return false;
  return word.length > 0;
}

#define DIGITS "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static B7Status add_name(const TypingReader *reader, B7HlaCopy *copy, size_t *capacity, B7HlaName name,
                         Word word) {
  for (int32_t i = 0; i < copy->n; i++)
    if (copy->names[i] == name) return B7_OK;
  if (copy->n == ALLELES_MAX) return wrong(reader, word, "lists too many alleles; at most 4096");
  B7HlaName *names =
      b7_arena_grow(&reader->typing->arena, copy->names, (size_t)copy->n, capacity, sizeof *names);
  if (!names) return b7_fail_memory(reader->error);
  copy->names = names;
  names[copy->n++] = name;
  return B7_OK;
}

// one message for what the tables do not hold, whether it stops the reading or not
static const char *not_known(const TypingReader *reader, const char *subject, const char *name) {
  bool release = reader->hla->table[B7_HLA_TABLE_P].complete;
  return b7_arena_format(&reader->typing->arena, "%s%s is %s; check the name, or %s", subject, name,
                         release ? "neither in the release given nor in the shipped tables"
                                 : "not in the shipped tables",
                         release ? "take it as written (--names-as-written)"
                                 : "give a release (--tables) or take it as written (--names-as-written)");
}

static B7Status refuse_unknown(const TypingReader *reader, const char *subject, const char *name) {
  const char *text = not_known(reader, subject, name);
  if (!text) return b7_fail_memory(reader->error);
  return b7_fail(reader->error, B7_ERROR_INPUT, "%s: %s", reader->who, text);
}

// an allele that no table holds leaves the copy open
static B7Status note_unknown(const TypingReader *reader, B7HlaCopy *copy, B7HlaName name) {
  if (copy->unknown || b7_hla_known_allele(reader->hla, name)) return B7_OK;
  char text[24];
  b7_hla_format(name, text);
  copy->unknown = not_known(reader, "", text);
  return copy->unknown ? B7_OK : b7_fail_memory(reader->error);
}

static const char *reason(const TypingReader *reader, Word word, const char *what) {
  return b7_arena_format(&reader->typing->arena, "%.*s %s", (int)(word.length < 60 ? word.length : 60),
                         word.text, what);
}

static B7Status vague(const TypingReader *reader, B7HlaCopy *copy, B7HlaForm form, Word word,
                      const char *what) {
  copy->form = form;
  copy->why = reason(reader, word, what);
  return copy->why ? B7_OK : b7_fail_memory(reader->error);
}

// "01/02" are second fields for the given first one; "01:01/02:01" whole alleles, most of which have the
// given first field
static B7Status expand_code(const TypingReader *reader, int32_t locus, Word first, const B7HlaCode *code,
                            Word word, B7HlaCopy *copy, size_t *capacity) {
  Word rest = {code->alleles, strlen(code->alleles)}, piece;
  uint32_t wanted = (uint32_t)strtoul(first.text, NULL, 10);
  int32_t with_wanted = 0;
  while (next_piece(&rest, "/", &piece)) {
    char text[32];
    if (memchr(piece.text, ':', piece.length))
      snprintf(text, sizeof text, "%.*s", (int)piece.length, piece.text);
    else
      snprintf(text, sizeof text, "%.*s:%.*s", (int)first.length, first.text, (int)piece.length, piece.text);
    B7HlaName name;
    char form;
    if (b7_hla_read_fields(locus, text, strlen(text), &name, &form) || form)
      return wrong(reader, word, "uses a code whose list holds something that is no allele");
    if (!b7_hla_known_allele(reader->hla, name)) {
      char subject[64], allele[24];
      snprintf(subject, sizeof subject, "code %s of '%.*s' lists an allele that does not exist: ", code->code,
               (int)(word.length < 20 ? word.length : 20), word.text);
      b7_hla_format(name, allele);
      return refuse_unknown(reader, subject, allele);
    }
    B7_TRY(add_name(reader, copy, capacity, name, word));
    with_wanted += b7_hla_first(name) == wanted;
  }
  // no other first field may be more frequent than the one that stands before the code
  for (int32_t i = 0; i < copy->n; i++) {
    int32_t same = 0;
    for (int32_t k = 0; k < copy->n; k++)
      same += b7_hla_first(copy->names[k]) == b7_hla_first(copy->names[i]);
    if (same > with_wanted)
      return wrong(reader, word, "has another first field than most alleles of its code");
  }
  return B7_OK;
}

// fields of one allele after its locus, one of a list
static B7Status read_allele(const TypingReader *reader, int32_t locus, Word fields, Word word, bool alone,
                            B7HlaCopy *copy, size_t *capacity) {
  Word rest = fields, first, second;
  next_piece(&rest, ":", &first);
  bool has_second = next_piece(&rest, ":", &second);
  if (!has_second && only(fields, DIGITS) && fields.length >= 4 && alone)
    return vague(reader, copy, B7_HLA_FORM_ANYTHING, word,
                 "is a name of nomenclature version 2; write the fields with colons");
  if (has_second && !rest.text && second.length >= 2 && only(second, CAPITALS) && only(first, DIGITS) &&
      first.length >= 2 && first.length <= 4) {
    if (!alone) return wrong(reader, word, "is a code within a list; list the alleles");
    if (second.length == 2 && memcmp(second.text, "XX", 2) == 0) {
      B7_TRY(add_name(reader, copy, capacity,
                      b7_hla_name(locus, (uint32_t)strtoul(first.text, NULL, 10), 0, 0), word));
      return vague(reader, copy, B7_HLA_FORM_FIRST, word, "says only the first field");
    }
    for (size_t i = 0; i < reader->hla->n_codes; i++) {
      const B7HlaCode *code = &reader->hla->codes[i];
      if (strlen(code->code) == second.length && memcmp(code->code, second.text, second.length) == 0)
        return expand_code(reader, locus, first, code, word, copy, capacity);
    }
    return vague(reader, copy, B7_HLA_FORM_ANYTHING, word,
                 "is an NMDP code that is not known; give its alleles");
  }
  B7HlaName name;
  char form;
  const char *mistake = b7_hla_read_fields(locus, fields.text, fields.length, &name, &form);
  if (mistake) return wrong(reader, word, mistake);
  if (form && !alone)
    return wrong(reader, word, "is a group within a list; list the alleles or give the group alone");
  if (form && !b7_hla_known_group(reader->hla, name, form)) {
    char text[64];
    snprintf(text, sizeof text, "'%.*s'", (int)(word.length < 60 ? word.length : 60), word.text);
    return refuse_unknown(reader, form == 'P' ? "P group " : "G group ", text);
  }
  if (form)
    copy->form = form == 'P' ? B7_HLA_FORM_P_GROUP : B7_HLA_FORM_G_GROUP;
  else
    B7_TRY(note_unknown(reader, copy, name));
  return add_name(reader, copy, capacity, name, word);
}

// loci as laboratories also write them, "b" or "Cw", with the name to write
static B7Status wrong_locus(const TypingReader *reader, Word word, const char *text, size_t n) {
  char capitals[16] = "";
  for (size_t i = 0; i < n && n < sizeof capitals; i++)
    capitals[i] = text[i] >= 'a' && text[i] <= 'z' ? (char)(text[i] - 'a' + 'A') : text[i];
  if (strncmp(capitals, "HLA-", 4) == 0) memmove(capitals, capitals + 4, sizeof capitals - 4);
  if (strcmp(capitals, "CW") == 0) capitals[1] = 0;
  int32_t meant = b7_hla_find_locus(capitals, strlen(capitals));
  if (meant < 0) return wrong(reader, word, "names no locus that is compared (A, B, C, DRB1, DQB1, DPB1)");
  const char *name = b7_hla_locus_name((B7HlaLocus)meant);
  return b7_fail(reader->error, B7_ERROR_INPUT,
                 "%s: '%.*s' does not name its locus as the nomenclature does; write %s*%.*s", reader->who,
                 (int)(word.length < 120 ? word.length : 120), word.text, name,
                 (int)(word.length - n - 1 < 60 ? word.length - n - 1 : 60), text + n + 1);
}

// one copy: "B*15:01/B*15:18", "B*15:01/15:18", "B*15:01/18", "15:18" when the locus is known from its
// neighbour
static B7Status read_copy(const TypingReader *reader, Word word, int32_t *locus, B7HlaCopy *copy) {
  *copy = (B7HlaCopy){.form = B7_HLA_FORM_ALLELES};
  size_t capacity = 0;
  Word rest = word, piece, before = {NULL, 0};
  bool alone = !memchr(word.text, '/', word.length);
  while (next_piece(&rest, "/", &piece)) {
    if (piece.length > 4 && memcmp(piece.text, "HLA-", 4) == 0)
      piece = (Word){piece.text + 4, piece.length - 4};
    const char *star = piece.length ? memchr(piece.text, '*', piece.length) : NULL;
    Word fields = piece;
    if (star) {
      size_t n = (size_t)(star - piece.text);
      int32_t named = b7_hla_find_locus(piece.text, n);
      if (named < 0) return wrong_locus(reader, word, piece.text, n);
      if (*locus >= 0 && named != *locus) return wrong(reader, word, "mixes loci; separate loci by blanks");
      *locus = named;
      fields = (Word){star + 1, piece.length - n - 1};
    }
    if (*locus < 0) return wrong(reader, word, "has no locus; write it as in B*15:01");
    if (fields.length == 0) return wrong(reader, word, "lacks an allele after its locus");
    char whole[32];
    Word full = fields;
    // "B*15:01/18": the first field goes on
    if (before.text && !memchr(fields.text, ':', fields.length) && fields.length < 8) {
      snprintf(whole, sizeof whole, "%.*s:%.*s", (int)(before.length < 8 ? before.length : 8), before.text,
               (int)fields.length, fields.text);
      full = (Word){whole, strlen(whole)};
    }
    B7_TRY(read_allele(reader, *locus, full, word, alone, copy, &capacity));
    Word parts = full;
    if (full.text == fields.text) next_piece(&parts, ":", &before);
  }
  return B7_OK;
}

// "B62", "Cw3", "DR4", "DQ7": an antigen, which leaves the alleles open
static bool serological(Word word, int32_t *locus) {
  static const struct {
    const char *name;
    int32_t locus;
  } names[] = {{"A", B7_HLA_LOCUS_A},     {"Bw", B7_HLA_LOCUS_B},   {"B", B7_HLA_LOCUS_B},
               {"Cw", B7_HLA_LOCUS_C},    {"C", B7_HLA_LOCUS_C},    {"DR", B7_HLA_LOCUS_DRB1},
               {"DQ", B7_HLA_LOCUS_DQB1}, {"DP", B7_HLA_LOCUS_DPB1}};
  if (word.length > 4 && memcmp(word.text, "HLA-", 4) == 0) word = (Word){word.text + 4, word.length - 4};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t n = strlen(names[i].name);
    if (word.length <= n || memcmp(word.text, names[i].name, n) != 0) continue;
    Word number = {word.text + n, word.length - n};
    if (number.length > 4 || !only(number, DIGITS)) continue;
    *locus = names[i].locus;
    return true;
  }
  return false;
}

// loci that are typed but not compared here
static bool other_locus(Word word) {
  static const char *const names[] = {"DRB3*", "DRB4*", "DRB5*", "DRBX*", "DQA1*", "DPA1*", "DRA*",
                                      "E*",    "F*",    "G*",    "H*",    "MICA*", "MICB*"};
  if (word.length > 4 && memcmp(word.text, "HLA-", 4) == 0) word = (Word){word.text + 4, word.length - 4};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (word.length >= strlen(names[i]) && memcmp(word.text, names[i], strlen(names[i])) == 0) return true;
  return false;
}

static B7Status add_copy(const TypingReader *reader, int32_t locus, const B7HlaCopy *copy, Word word) {
  B7HlaLocusTyping *own = &reader->typing->locus[locus];
  if (own->genotypes > 1 || (own->genotypes == 1 && !own->second_missing))
    return b7_fail(reader->error, B7_ERROR_INPUT, "%s: '%.*s' is a third allele at %s; a person has two",
                   reader->who, (int)(word.length < 120 ? word.length : 120), word.text,
                   b7_hla_locus_name((B7HlaLocus)locus));
  if (own->genotypes == 0) {
    own->copies = b7_arena_take(&reader->typing->arena, 1, sizeof *own->copies);
    if (!own->copies) return b7_fail_memory(reader->error);
    own->genotypes = 1;
    own->copies[0][0] = *copy;
    own->second_missing = true;
    own->text = b7_arena_text(&reader->typing->arena, word.text, word.length);
  } else {
    own->copies[0][1] = *copy;
    own->second_missing = false;
    own->text = b7_arena_format(&reader->typing->arena, "%s,%.*s", own->text, (int)word.length, word.text);
  }
  return own->text ? B7_OK : b7_fail_memory(reader->error);
}

#define GENOTYPES_MAX 64

// "A*01:01+A*02:01|A*01:02+A*02:05": possible genotypes of one locus
static B7Status read_genotypes(const TypingReader *reader, Word word) {
  B7HlaCopy copies[GENOTYPES_MAX][2];
  int32_t locus = -1, n = 0;
  Word rest = word, genotype;
  while (next_piece(&rest, "|", &genotype)) {
    if (n == GENOTYPES_MAX) return wrong(reader, word, "lists too many genotypes; at most 64");
    Word pair = genotype, piece;
    int count = 0;
    while (next_piece(&pair, ",+", &piece)) {
      if (count == 2 || piece.length == 0)
        return wrong(reader, genotype, "is no genotype; write two alleles joined by +");
      B7_TRY(read_copy(reader, piece, &locus, &copies[n][count++]));
    }
    if (count != 2) return wrong(reader, genotype, "is no genotype; write two alleles joined by +");
    n++;
  }
  B7HlaLocusTyping *own = &reader->typing->locus[locus];
  if (own->genotypes) return wrong(reader, word, "repeats a locus that is typed already");
  own->copies = b7_arena_take(&reader->typing->arena, (size_t)n, sizeof *own->copies);
  own->text = b7_arena_text(&reader->typing->arena, word.text, word.length);
  if (!own->copies || !own->text) return b7_fail_memory(reader->error);
  memcpy(own->copies, copies, (size_t)n * sizeof *own->copies);
  own->genotypes = n;
  return B7_OK;
}

static B7Status keep_other(const TypingReader *reader, Word piece) {
  const char *before = reader->typing->others;
  reader->typing->others = b7_arena_format(&reader->typing->arena, "%s%s%.*s", before, before[0] ? " " : "",
                                           (int)piece.length, piece.text);
  return reader->typing->others ? B7_OK : b7_fail_memory(reader->error);
}

// "B*15:01,-": a second allele like the first, or none that was found
static B7Status dash(const TypingReader *reader, Word word, int32_t locus) {
  const char *text = locus >= 0 ? reader->typing->locus[locus].text : "B*15:01";
  return b7_fail(
      reader->error, B7_ERROR_INPUT,
      "%s: '%.*s' has a dash in place of an allele; write the allele twice when both copies are the same "
      "(%.60s,%.60s), or leave the dash out when the second one is not known",
      reader->who, (int)(word.length < 120 ? word.length : 120), word.text, text, text);
}

static B7Status read_word(const TypingReader *reader, Word word) {
  if (memchr(word.text, '~', word.length))
    return wrong(reader, word,
                 "tells the phase of loci (~), which is not read; separate loci by ^ or blanks");
  if (memchr(word.text, '|', word.length)) return read_genotypes(reader, word);
  int32_t locus = -1;
  Word rest = word, piece;
  while (next_piece(&rest, ",+", &piece)) {
    if (piece.length == 0) return wrong(reader, word, "has an empty place beside a comma or plus");
    if (piece.length == 1 && piece.text[0] == '-') return dash(reader, word, locus);
    if (other_locus(piece)) {
      B7_TRY(keep_other(reader, piece));
      locus = -1;
      continue;
    }
    B7HlaCopy copy = {.form = B7_HLA_FORM_ANYTHING};
    int32_t own = -1;
    if (!memchr(piece.text, '*', piece.length) && serological(piece, &own)) {
      B7_TRY(vague(reader, &copy, B7_HLA_FORM_ANYTHING, piece, "is a serological typing"));
    } else {
      // "A*02:01,A*24:02,B*15:01": a comma may also lead to the next locus
      own = memchr(piece.text, '*', piece.length) ? -1 : locus;
      B7_TRY(read_copy(reader, piece, &own, &copy));
    }
    locus = own;
    B7_TRY(add_copy(reader, own, &copy, piece));
  }
  return B7_OK;
}

static B7Status read_all(const TypingReader *reader, const char *text, bool homozygous) {
  size_t length = strlen(text);
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)text[i] < 9 || (unsigned char)text[i] > 126)
      return b7_fail(reader->error, B7_ERROR_INPUT, "%s: character %zu is not plain text", reader->who,
                     i + 1);
  Word rest = {text, length}, word;
  bool any = false;
  while (next_piece(&rest, " \t\r\n;^", &word)) {
    if (word.length == 0) continue;
    B7_TRY(read_word(reader, word));
    any = true;
  }
  if (!any)
    return b7_fail(reader->error, B7_ERROR_INPUT,
                   "%s: the typing is empty; write alleles as in \"A*02:01,A*24:02 B*15:01,B*40:01\"",
                   reader->who);
  for (int32_t l = 0; l < B7_HLA_LOCI; l++) {
    B7HlaLocusTyping *own = &reader->typing->locus[l];
    if (!own->second_missing) continue;
    if (homozygous) {
      own->copies[0][1] = own->copies[0][0];
      own->second_missing = false;
    } else {
      own->copies[0][1] = (B7HlaCopy){.form = B7_HLA_FORM_ANYTHING};
    }
  }
  return B7_OK;
}

B7Status b7_hla_typing_make(const B7Hla *hla, const char *text, const char *who, bool homozygous,
                            B7HlaTyping **out, B7Error *error) {
  *out = NULL;
  B7Arena arena = b7_arena_make(&hla->arena.hooks);
  B7HlaTyping *typing = B7_ARENA_ARRAY(&arena, B7HlaTyping, 1);
  if (!typing) {
    b7_arena_free(&arena);
    return b7_fail_memory(error);
  }
  typing->arena = arena;
  for (int32_t l = 0; l < B7_HLA_LOCI; l++) typing->locus[l].text = "";
  typing->others = "";
  TypingReader reader = {hla, typing, who, error};
  B7Status status = read_all(&reader, text, homozygous);
  if (status != B7_OK) {
    b7_hla_typing_free(typing);
    return status;
  }
  *out = typing;
  return B7_OK;
}

void b7_hla_typing_free(B7HlaTyping *typing) {
  if (typing) b7_arena_free(&typing->arena);
}

const char *b7_hla_typing_locus(const B7HlaTyping *typing, B7HlaLocus locus) {
  return (unsigned)locus < B7_HLA_LOCI ? typing->locus[locus].text : "";
}

const char *b7_hla_typing_others(const B7HlaTyping *typing) {
  return typing->others;
}

void b7_hla_take_names_as_written(B7Hla *hla) {
  hla->names_as_written = true;
}

B7Status b7_hla_add_code(B7Hla *hla, const char *code, const char *alleles, B7Error *error) {
  Word word = {code, strlen(code)};
  if (word.length < 2 || word.length >= sizeof hla->codes->code || !only(word, CAPITALS) ||
      strcmp(code, "XX") == 0)
    return b7_fail(error, B7_ERROR_INPUT, "'%s' is no NMDP code; it has two to seven capitals and is not XX",
                   code);
  Word rest = {alleles, strlen(alleles)}, piece;
  bool pairs = strchr(alleles, ':') != NULL;
  while (next_piece(&rest, "/", &piece)) {
    bool good =
        piece.length >= 2 && piece.length <= 10 && only(piece, pairs ? DIGITS ":NLSCAQ" : DIGITS "NLSCAQ");
    if (pairs) good = good && memchr(piece.text, ':', piece.length);
    if (!good)
      return b7_fail(error, B7_ERROR_INPUT, "code %s: '%.*s' is no %s; write %s", code,
                     (int)(piece.length < 40 ? piece.length : 40), piece.text,
                     pairs ? "allele" : "second field", pairs ? "01:01/02:01" : "01/02");
  }
  B7HlaCode *codes =
      b7_arena_grow(&hla->arena, hla->codes, hla->n_codes, &hla->codes_capacity, sizeof *codes);
  if (!codes) return b7_fail_memory(error);
  hla->codes = codes;
  B7HlaCode *own = &codes[hla->n_codes];
  strcpy(own->code, code);
  own->alleles = b7_arena_text(&hla->arena, alleles, strlen(alleles));
  if (!own->alleles) return b7_fail_memory(error);
  hla->n_codes++;
  return B7_OK;
}
