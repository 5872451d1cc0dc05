/* vectors_hla.h - one row of hla_vectors.tsv against the library. */
#ifndef B7_TESTS_VECTORS_HLA_H
#define B7_TESTS_VECTORS_HLA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge7_hla.h"

/* Rows give only the loci that differ from this typing. */
#define VECTORS_HLA_BASE                                                                                     \
  "A*02:01,A*24:02 B*15:01,B*40:01 C*03:04,C*07:02 DRB1*09:01,DRB1*15:01 DQB1*03:03,DQB1*06:02 DPB1*05:01,DPB1*02:01"

static const char *vectors_hla_cell(const char *const *columns, const char *const *cells, int n,
                                    const char *name) {
  for (int i = 0; i < n; i++)
    if (strcmp(columns[i], name) == 0) return cells[i];
  return "";
}

// a cell of another row of the file, in the folder under test or in the project's own copy
static bool vectors_hla_other_row(const char *id, const char *column, char *text, size_t size) {
  const char *folders[] = {getenv("B7_VECTORS"), B7_TEST_FOLDER "/vectors"};
  for (int f = 0; f < 2; f++) {
    char path[512], line[1024];
    if (!folders[f]) continue;
    snprintf(path, sizeof path, "%s/hla_vectors.tsv", folders[f]);
    FILE *file = fopen(path, "r");
    if (!file) continue;
    int wanted = -1;
    bool found = false;
    for (int row = 0; !found && fgets(line, sizeof line, file); row++) {
      line[strcspn(line, "\r\n")] = 0;
      int place = 0;
      bool own = false;
      for (char *cell = line, *next; cell; cell = next, place++) {
        next = strchr(cell, '\t');
        if (next) *next++ = 0;
        cell += strspn(cell, " ");
        for (size_t end = strlen(cell); end > 0 && cell[end - 1] == ' ';) cell[--end] = 0;
        if (row == 0 && strcmp(cell, column) == 0) wanted = place;
        if (row > 0 && place == 0) own = strcmp(cell, id) == 0;
        if (own && place == wanted) {
          snprintf(text, size, "%s", cell);
          found = true;
        }
      }
    }
    fclose(file);
    if (found) return true;
  }
  return false;
}

// "base", changed loci, or "same donor as H05": the whole typing, changed loci in place of those of the base
static bool vectors_hla_typing(const char *cell, bool with_base, char *text, size_t size) {
  char changes[1024];
  if (strncmp(cell, "same ", 5) == 0) {
    const char *as = strstr(cell, " as ");
    const char *column = strncmp(cell + 5, "recipient", 9) == 0 ? "recipient" : "donor";
    if (!as || !vectors_hla_other_row(as + 4, column, changes, sizeof changes)) return false;
  } else {
    snprintf(changes, sizeof changes, "%s", strcmp(cell, "base") == 0 ? "" : cell);
  }
  // "DQB1 missing" leaves a locus out
  char missing[16] = "", *phrase = strstr(changes, " missing");
  if (phrase) {
    char *word = phrase;
    while (word > changes && word[-1] != ' ' && word[-1] != ';') word--;
    snprintf(missing, sizeof missing, "%.*s*", (int)(phrase - word < 14 ? phrase - word : 14), word);
    memmove(word, phrase + 8, strlen(phrase + 8) + 1);
  }
  snprintf(text, size, "%s", changes);
  if (!with_base) return true;
  char base[] = VECTORS_HLA_BASE, *rest = NULL;
  for (char *locus = strtok_r(base, " ", &rest); locus; locus = strtok_r(NULL, " ", &rest)) {
    size_t prefix = strcspn(locus, "*") + 1;
    bool changed = strlen(missing) == prefix && strncmp(missing, locus, prefix) == 0;
    // a locus begins a word of the changes or stands in a list of antigens there
    for (const char *at = changes; *at; at++)
      if ((at == changes || at[-1] == ' ' || at[-1] == ',' || at[-1] == ';') &&
          (strncmp(at, locus, prefix) == 0 ||
           // an antigen such as B62 or A2 types the locus, too
           (prefix == 2 && at[0] == locus[0] && strchr("123456789", at[1]) && at[1])))
        changed = true;
    if (!changed) snprintf(text + strlen(text), size - strlen(text), " %s", locus);
  }
  return true;
}

// value of "key=ard" in a list by ';', ',' or blanks
static bool vectors_hla_option(const char *options, const char *name, char *value, size_t size) {
  size_t n = strlen(name);
  for (const char *at = options; *at;) {
    size_t length = strcspn(at, "; ,");
    if (length > n && strncmp(at, name, n) == 0 && at[n] == '=') {
      snprintf(value, size, "%.*s", (int)(length - n - 1), at + n + 1);
      return true;
    }
    // a flag may stand alone
    if (length == n && strncmp(at, name, n) == 0) {
      snprintf(value, size, "1");
      return true;
    }
    at += length;
    at += strspn(at, "; ,");
  }
  return false;
}

static bool vectors_hla_flag(const char *options, const char *name) {
  char value[32];
  return vectors_hla_option(options, name, value, sizeof value) &&
         (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

// every "mac:CODE=list" of the options becomes known
static bool vectors_hla_codes(B7Hla *hla, const char *options, char *why, size_t why_size) {
  for (const char *at = strstr(options, "mac:"); at; at = strstr(at + 4, "mac:")) {
    char code[16], list[256];
    B7Error error;
    if (sscanf(at, "mac:%15[A-Z]=%255[^; ]", code, list) != 2 ||
        b7_hla_add_code(hla, code, list, &error) != B7_OK) {
      snprintf(why, why_size, "option '%s' cannot be read", at);
      return false;
    }
  }
  return true;
}

static void vectors_hla_bits(uint32_t bits, char *text) {
  text[0] = 0;
  if (bits & B7_KIR_LIGAND_BW4) strcat(text, "Bw4");
  if (bits & B7_KIR_LIGAND_C1) strcat(text, text[0] ? ",C1" : "C1");
  if (bits & B7_KIR_LIGAND_C2) strcat(text, text[0] ? ",C2" : "C2");
}

static void vectors_hla_range(int32_t least, int32_t most, char *text, size_t size) {
  if (least == most)
    snprintf(text, size, "%d", (int)least);
  else
    snprintf(text, size, "%d-%d", (int)least, (int)most);
}

static bool vectors_hla_haplo(const B7Hla *hla, const char *recipient, const char *donor, char *got,
                              size_t size) {
  char value[64], locus[16];
  B7DonorFacts facts = {.relation = B7_RELATION_UNKNOWN,
                        .matched = -1,
                        .alleles = 10,
                        .shares_every_locus = -1,
                        .haplotypes_shared = -1};
  if (vectors_hla_option(recipient, "relation", value, sizeof value) &&
      !b7_donor_relation_find(value, &facts.relation))
    return false;
  int matched, alleles;
  if (vectors_hla_option(recipient, "match", value, sizeof value)) {
    if (sscanf(value, "%d/%d", &matched, &alleles) != 2) return false;
    facts.matched = matched;
    facts.alleles = alleles;
  }
  if (vectors_hla_option(recipient, "haplotypes", value, sizeof value) ||
      vectors_hla_option(donor, "haplotypes", value, sizeof value) ||
      vectors_hla_option(donor, "haplotypes_shared", value, sizeof value))
    facts.haplotypes_shared = atoi(value);
  if (vectors_hla_option(donor, "shared_each_locus", value, sizeof value))
    facts.shares_every_locus = strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
  else if (sscanf(donor, "locus %15[A-Z0-9] shares no allele", locus) == 1 &&
           strstr(donor, "shares no allele"))
    facts.shares_every_locus = 0;
  else if (donor[0])
    return false;
  snprintf(got, size, "%s", b7_donor_class_word(b7_donor_class(hla, &facts)));
  return true;
}

static bool vectors_hla_compare(B7Hla *hla, const char *rule, const char *recipient_cell,
                                const char *donor_cell, const char *options, char *got, size_t size,
                                char *why, size_t why_size) {
  char recipient_text[2048], donor_text[2048], value[64];
  bool with_base = strncmp(rule, "MATCH_", 6) == 0;
  B7HlaTyping *recipient = NULL, *donor = NULL;
  B7Error error;
  if (!vectors_hla_codes(hla, options, why, why_size)) return false;
  if (!vectors_hla_typing(recipient_cell, with_base, recipient_text, sizeof recipient_text) ||
      !vectors_hla_typing(donor_cell, with_base, donor_text, sizeof donor_text)) {
    snprintf(why, why_size, "a typing of another row is not there");
    return false;
  }
  bool homozygous = vectors_hla_flag(options, "homozygous");
  if (b7_hla_typing_make(hla, recipient_text, "recipient", homozygous, &recipient, &error) ||
      b7_hla_typing_make(hla, donor_text, "donor", homozygous, &donor, &error)) {
    snprintf(got, size, "ERROR");
    snprintf(why, why_size, "%s", error.message);
    b7_hla_typing_free(recipient);
    return true;
  }
  bool known = true;
  if (with_base) {
    B7HlaKey key = vectors_hla_option(options, "key", value, sizeof value) && strcmp(value, "ard") == 0
                       ? B7_HLA_KEY_ARD
                       : B7_HLA_KEY_TWO_FIELD;
    B7HlaMatch match;
    known = b7_hla_match(hla, recipient, donor, atoi(rule + 6), key, vectors_hla_flag(options, "expressed"),
                         &match, &error) == B7_OK;
    if (known && match.certainty == B7_HLA_CERTAINTY_NOT_EVALUABLE) {
      snprintf(got, size, "NOT_EVALUABLE");
    } else if (known) {
      char matched[16];
      vectors_hla_range(match.matched_min, match.matched_max, matched, sizeof matched);
      if (match.certainty == B7_HLA_CERTAINTY_POTENTIAL)
        snprintf(got, size, "POTENTIAL;%s/%d", matched, (int)match.alleles);
      else
        snprintf(got, size, "%s/%d;GVH=%d;HVG=%d", matched, (int)match.alleles, (int)match.gvh_min,
                 (int)match.hvg_min);
    }
  } else if (strncmp(rule, "TCE_V", 5) == 0) {
    snprintf(got, size, "%s",
             b7_hla_tce_word(b7_hla_dpb1_tce(hla, recipient, donor, atoi(rule + 5), NULL, NULL, NULL)));
  } else {
    B7KirOptions kir = {B7_KIR_A_NONE, vectors_hla_flag(options, "exclude_b13")};
    if (vectors_hla_option(options, "hla_a_bw4", value, sizeof value))
      kir.hla_a_bw4 = strcmp(value, "strict") == 0 ? B7_KIR_A_STRICT
                      : strcmp(value, "all") == 0  ? B7_KIR_A_ALL
                                                   : B7_KIR_A_NONE;
    B7KirMatch match;
    char gvh[16], hvg[16];
    b7_kir_match(hla, recipient, donor, kir, &match);
    vectors_hla_bits(match.gvh, gvh);
    vectors_hla_bits(match.hvg, hvg);
    if (!match.evaluable)
      snprintf(got, size, "NOT_EVALUABLE");
    else if (match.gvh != match.gvh_possible || match.hvg != match.hvg_possible)
      snprintf(got, size, "POTENTIAL");
    else
      snprintf(got, size, "GVH=%s;HVG=%s", gvh, hvg);
  }
  b7_hla_typing_free(recipient);
  b7_hla_typing_free(donor);
  if (!known) snprintf(why, why_size, "%s", error.message);
  return known;
}

/* true when the library gives the expected value; else why says what differs. A rule that is not known fails.
 */
static bool vectors_hla_row(const char *const *columns, const char *const *cells, int n, char *why,
                            size_t why_size) {
  const char *rule = vectors_hla_cell(columns, cells, n, "rule");
  const char *recipient = vectors_hla_cell(columns, cells, n, "recipient");
  const char *donor = vectors_hla_cell(columns, cells, n, "donor");
  const char *options = vectors_hla_cell(columns, cells, n, "option");
  const char *expected = vectors_hla_cell(columns, cells, n, "expected");
  B7Hla *hla = NULL;
  B7Error error;
  why[0] = 0;
  // read for every row, since a row may make codes known
  if (b7_hla_load(B7_SOURCE_FOLDER "/data", B7_SOURCE_FOLDER "/criteria", NULL, &hla, &error) != B7_OK) {
    b7_error_format(&error, why, why_size);
    return false;
  }
  char got[128] = "";
  bool known = true;
  if (strcmp(rule, "SEROLOGY") == 0) {
    static const char *const words[] = {"UNKNOWN", "SAME", "DIFFERENT"};
    char one[8], two[8];
    B7HlaSerology comparison;
    known = b7_hla_serology(hla, recipient, donor, one, two, &comparison, &error) == B7_OK;
    if (known)
      snprintf(got, sizeof got, "%s;%s;%s", one[0] ? one : "?", two[0] ? two : "?", words[comparison]);
    else
      snprintf(why, why_size, "%s", error.message);
  } else if (strcmp(rule, "HAPLO") == 0) {
    known = vectors_hla_haplo(hla, recipient, donor, got, sizeof got);
    if (!known) snprintf(why, why_size, "facts '%s' and '%s' cannot be read", recipient, donor);
  } else if (strcmp(rule, "MATCH_8") == 0 || strcmp(rule, "MATCH_10") == 0 || strcmp(rule, "MATCH_12") == 0 ||
             strcmp(rule, "TCE_V1") == 0 || strcmp(rule, "TCE_V2") == 0 || strcmp(rule, "KIRL") == 0) {
    known = vectors_hla_compare(hla, rule, recipient, donor, options, got, sizeof got, why, why_size);
  } else {
    snprintf(why, why_size, "rule '%s' is not known", rule);
    known = false;
  }
  b7_hla_free(hla);
  if (!known) return false;
  bool same = strcmp(got, expected) == 0;
  if (!same) {
    char reason[256];
    snprintf(reason, sizeof reason, "%s", why);
    snprintf(why, why_size, "%s: got %s, expected %s %s", rule, got, expected, reason);
  }
  return same;
}

#endif
