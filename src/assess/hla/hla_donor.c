/* hla_donor.c - what a donor is to the patient, and whether the typing allows it. */
#include <string.h>

#include "assess/hla/hla.h"

bool b7_donor_relation_find(const char *word, B7DonorRelation *relation) {
  static const struct {
    const char *word;
    B7DonorRelation relation;
  } words[] = {{"unknown", B7_RELATION_UNKNOWN},  {"unrelated", B7_RELATION_UNRELATED},
               {"parent", B7_RELATION_PARENT},    {"mother", B7_RELATION_PARENT},
               {"father", B7_RELATION_PARENT},    {"child", B7_RELATION_CHILD},
               {"son", B7_RELATION_CHILD},        {"daughter", B7_RELATION_CHILD},
               {"sibling", B7_RELATION_SIBLING},  {"brother", B7_RELATION_SIBLING},
               {"sister", B7_RELATION_SIBLING},   {"relative", B7_RELATION_RELATIVE},
               {"related", B7_RELATION_RELATIVE}, {"cousin", B7_RELATION_RELATIVE},
               {"twin", B7_RELATION_TWIN},        {"identical_twin", B7_RELATION_TWIN},
               {"syngeneic", B7_RELATION_TWIN},   {"self", B7_RELATION_SELF},
               {"autologous", B7_RELATION_SELF},  {"cord", B7_RELATION_CORD}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(words[i].word, word) == 0) {
      *relation = words[i].relation;
      return true;
    }
  return false;
}

const char *b7_donor_class_word(B7DonorClass donor_class) {
  static const char *const words[] = {
#define WORD(id, word) word,
      B7_DONOR_CLASS_LIST(WORD)
#undef WORD
  };
  return (unsigned)donor_class < B7_DONOR_CLASS_COUNT ? words[donor_class] : "?";
}

B7DonorFacts b7_donor_facts(B7DonorRelation relation, const B7HlaMatch *match) {
  B7DonorFacts facts = {
      .relation = relation, .matched = -1, .alleles = match->alleles, .haplotypes_shared = -1};
  if (match->matched_min == match->matched_max) facts.matched = match->matched_min;
  facts.shares_every_locus = 1;
  for (int32_t l = 0; l < match->loci; l++) {
    int32_t shares = match->locus[l].shares_allele;
    // one locus without a shared allele decides, whatever the others leave open
    if (shares == 0 || (shares < 0 && facts.shares_every_locus == 1)) facts.shares_every_locus = shares;
    if (shares == 0) break;
  }
  return facts;
}

static B7DonorClass by_count(const B7Hla *hla, const B7DonorFacts *facts, B7DonorClass otherwise) {
  if (facts->matched < 0 || facts->shares_every_locus < 0) return B7_DONOR_UNCLASSIFIED;
  bool in_range =
      facts->alleles == hla->haplo_of && facts->matched >= hla->haplo_min && facts->matched <= hla->haplo_max;
  return facts->shares_every_locus == 1 && in_range ? B7_DONOR_HAPLO_BY_COUNT : otherwise;
}

B7DonorClass b7_donor_class(const B7Hla *hla, const B7DonorFacts *facts) {
  bool complete = facts->matched >= 0 && facts->matched == facts->alleles;
  switch (facts->relation) {
  case B7_RELATION_SELF:
    return facts->matched >= 0 && !complete ? B7_DONOR_ERROR : B7_DONOR_AUTOLOGOUS;
  case B7_RELATION_TWIN:
    return facts->matched >= 0 && !complete ? B7_DONOR_ERROR : B7_DONOR_SYNGENEIC;
  case B7_RELATION_CORD:
    return B7_DONOR_CORD;
  case B7_RELATION_PARENT:
  case B7_RELATION_CHILD:
    // one haplotype is inherited whole
    return facts->shares_every_locus == 0 ? B7_DONOR_ERROR : B7_DONOR_HAPLO_BY_DESCENT;
  case B7_RELATION_SIBLING:
    if (facts->haplotypes_shared == 2)
      return facts->matched >= 0 && !complete ? B7_DONOR_ERROR : B7_DONOR_IDENTICAL_SIBLING;
    if (facts->haplotypes_shared < 0 && complete) return B7_DONOR_IDENTICAL_SIBLING;
    /* fall through */
  case B7_RELATION_RELATIVE:
    if (facts->haplotypes_shared == 1)
      return facts->shares_every_locus == 0 ? B7_DONOR_ERROR : B7_DONOR_HAPLO_BY_DESCENT;
    if (facts->haplotypes_shared == 0) return B7_DONOR_MISMATCHED_RELATED;
    return by_count(hla, facts, B7_DONOR_MISMATCHED_RELATED);
  case B7_RELATION_UNRELATED:
    if (facts->matched < 0) return B7_DONOR_UNCLASSIFIED;
    return complete ? B7_DONOR_MATCHED_UNRELATED : B7_DONOR_MISMATCHED_UNRELATED;
  case B7_RELATION_UNKNOWN:
    return by_count(hla, facts, B7_DONOR_NOT_HAPLO);
  }
  return B7_DONOR_UNCLASSIFIED;
}
