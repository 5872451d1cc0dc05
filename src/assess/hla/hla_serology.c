/* hla_serology.c - do two alleles differ to an antibody? WHO antigens, broad ones and their splits. */
#include <stdlib.h>
#include <string.h>

#include "assess/hla/hla.h"
#include "base/status.h"

static B7Status read_name(const char *text, B7HlaName *name, B7Error *error) {
  const char *star = strchr(text, '*');
  int32_t locus = star ? b7_hla_find_locus(text, (size_t)(star - text)) : -1;
  char form;
  const char *wrong = locus < 0 ? "is no allele of a compared locus; write it as B*15:01"
                                : b7_hla_read_fields(locus, star + 1, strlen(star + 1), name, &form);
  if (wrong) return b7_fail(error, B7_ERROR_INPUT, "allele '%.80s' %s", text, wrong);
  *name &= ~(uint64_t)0xffff00;
  return B7_OK;
}

static const char *antigen_of(const B7Hla *hla, B7HlaName name) {
  if (b7_hla_is_null(name)) return "";
  const B7HlaFact *fact = b7_hla_find(hla, B7_HLA_TABLE_SEROLOGY, name);
  return fact && fact->text[0] != '?' ? fact->text : "";
}

static bool is_broad_of(const B7Hla *hla, B7HlaName locus_of, const char *broad, const char *split) {
  B7HlaName name = b7_hla_name((int32_t)(locus_of >> 56), (uint32_t)strtoul(split, NULL, 10), 0, 0);
  const B7HlaFact *fact = b7_hla_find(hla, B7_HLA_TABLE_BROAD, name);
  return fact && strcmp(fact->text, broad) == 0;
}

B7Status b7_hla_serology(const B7Hla *hla, const char *allele_1, const char *allele_2, char antigen_1[8],
                         char antigen_2[8], B7HlaSerology *comparison, B7Error *error) {
  B7HlaName one = 0, two = 0;
  antigen_1[0] = antigen_2[0] = 0;
  *comparison = B7_HLA_SEROLOGY_UNKNOWN;
  B7_TRY(read_name(allele_1, &one, error));
  strcpy(antigen_1, antigen_of(hla, one));
  if (!allele_2) return B7_OK;
  B7_TRY(read_name(allele_2, &two, error));
  strcpy(antigen_2, antigen_of(hla, two));
  if (one >> 56 != two >> 56)
    return b7_fail(error, B7_ERROR_INPUT, "'%.40s' and '%.40s' are of different loci", allele_1, allele_2);
  if (!antigen_1[0] || !antigen_2[0]) return B7_OK;
  if (strcmp(antigen_1, antigen_2) == 0)
    *comparison = B7_HLA_SEROLOGY_SAME;
  else if (!is_broad_of(hla, one, antigen_1, antigen_2) && !is_broad_of(hla, one, antigen_2, antigen_1))
    // a broad antigen beside one of its own splits could be that split
    *comparison = B7_HLA_SEROLOGY_DIFFERENT;
  return B7_OK;
}
