#include "course/typing.h"

#include <string.h>

const char *const b7_typing_loci[] = {"A",    "B",    "C",    "DRB1", "DRB3", "DRB4",
                                      "DRB5", "DQA1", "DQB1", "DPA1", "DPB1", NULL};

static bool digit(char c) {
  return c >= '0' && c <= '9';
}

/* digits of one field; 0 when there is none */
static size_t field(const char *text) {
  size_t n = 0;
  while (digit(text[n])) n++;
  return n;
}

const char *b7_typing_allele(const char *locus, const char *text, char two_field[16]) {
  const char *star = strchr(text, '*'), *at = text;
  two_field[0] = '\0';
  if (star) {
    if ((size_t)(star - text) != strlen(locus) || strncmp(text, locus, (size_t)(star - text)) != 0) {
      return "names another locus than the row it stands in";
    }
    at = star + 1;
  }
  size_t first = field(at);
  if (first == 0)
    return "is no molecular typing; write two fields such as 15:01 (serological names cannot be compared)";
  if (at[first] != ':') return "lacks the colon between the fields; write two fields such as 15:01";
  if (first < 2 || first > 3) return "has an impossible first field; it has two or three digits";
  size_t second = field(at + first + 1);
  if (second == 0) return "lacks its second field; write two fields such as 15:01";
  if (second < 2 || second > 4) return "has an impossible second field; it has two to four digits";
  if (strspn(at, "0") >= first || strspn(at + first + 1, "0") >= second)
    return "has a field of zeros; no such allele exists";
  const char *rest = at + first + 1 + second;
  // further fields say nothing about the protein
  for (int32_t more = 0; *rest == ':'; more++) {
    size_t n = field(rest + 1);
    if (n < 2 || n > 3 || more == 2) return "has an impossible third or fourth field";
    rest += 1 + n;
  }
  char suffix = *rest;
  if (suffix && (!strchr("NLSCAQGP", suffix) || rest[1]))
    return "ends in something that is no expression letter (N, L, S, C, A, Q) or group (G, P)";
  memcpy(two_field, at, first + 1 + second);
  two_field[first + 1 + second] = '\0';
  // a null allele is not expressed and so differs from its namesake
  if (suffix && strchr("NLSCAQ", suffix)) {
    two_field[first + 1 + second] = suffix;
    two_field[first + 2 + second] = '\0';
  }
  return NULL;
}

static bool among(const char *allele, const char (*list)[16], int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    if (strcmp(allele, list[i]) == 0) return true;
  }
  return false;
}

int32_t b7_typing_absent(const char (*from)[16], int32_t n_from, const char (*other)[16], int32_t n_other) {
  int32_t count = 0;
  for (int32_t i = 0; i < n_from; i++) {
    if (!among(from[i], other, n_other) && !among(from[i], from, i)) count++;
  }
  return count;
}
