/* hla_dpb1.c - permissiveness of DPB1 mismatches by T-cell-epitope groups (NMDP epitope service). */
#include <string.h>

#include "assess/hla/hla.h"

const char *b7_hla_tce_word(B7HlaTce tce) {
  static const char *const words[] = {
#define WORD(id, word) word,
      B7_HLA_TCE_LIST(WORD)
#undef WORD
  };
  return (unsigned)tce < B7_HLA_TCE_COUNT ? words[tce] : "?";
}

static int32_t group_of(const B7Hla *hla, B7HlaName name, int32_t version) {
  const B7HlaFact *fact = b7_hla_find(hla, B7_HLA_TABLE_TCE, name);
  if (fact) return fact->value[version - 1];
  return b7_hla_is_null(name) ? 0 : -1;
}

// lowest group that is expressed; 0 when none is, -1 when one is unknown
static int32_t lowest(int32_t a, int32_t b) {
  if (a < 0 || b < 0) return -1;
  if (a == 0 || b == 0) return a + b;
  return a < b ? a : b;
}

static bool same_protein(const B7Hla *hla, B7HlaName a, B7HlaName b) {
  // names that may be a slip are not the same by being written alike
  if (!b7_hla_known_allele(hla, a) || !b7_hla_known_allele(hla, b)) return false;
  if (a == b) return true;
  B7HlaName left = b7_hla_p_group(hla, a), right = b7_hla_p_group(hla, b);
  return left && left == right;
}

static B7HlaTce compare(const B7Hla *hla, const B7HlaName recipient[2], const B7HlaName donor[2],
                        int32_t version, int32_t *recipient_group, int32_t *donor_group) {
  *recipient_group = lowest(group_of(hla, recipient[0], version), group_of(hla, recipient[1], version));
  *donor_group = lowest(group_of(hla, donor[0], version), group_of(hla, donor[1], version));
  if ((same_protein(hla, recipient[0], donor[0]) && same_protein(hla, recipient[1], donor[1])) ||
      (same_protein(hla, recipient[0], donor[1]) && same_protein(hla, recipient[1], donor[0])))
    return B7_HLA_TCE_MATCH;
  int32_t r = *recipient_group, d = *donor_group;
  if (r < 0 || d < 0) return B7_HLA_TCE_UNKNOWN;
  if (r == d) return B7_HLA_TCE_PERMISSIVE;
  if (r == 0) return B7_HLA_TCE_GVH_NONPERMISSIVE;
  if (d == 0) return B7_HLA_TCE_HVG_NONPERMISSIVE;
  return r < d ? B7_HLA_TCE_GVH_NONPERMISSIVE : B7_HLA_TCE_HVG_NONPERMISSIVE;
}

// results that may all be true, as the service joins them
static B7HlaTce join(uint32_t seen) {
  uint32_t match = 1u << B7_HLA_TCE_MATCH, permissive = 1u << B7_HLA_TCE_PERMISSIVE;
  for (int32_t tce = 0; tce <= B7_HLA_TCE_UNKNOWN; tce++)
    if (seen == 1u << tce) return (B7HlaTce)tce;
  return seen & (match | permissive) ? B7_HLA_TCE_POTENTIAL : B7_HLA_TCE_NONPERMISSIVE_UNDEFINED;
}

// a group of alleles is listed by its name: members share the protein of the binding domains and with it the
// group
static bool listable(const B7HlaLocusTyping *typing) {
  if (typing->genotypes == 0) return false;
  for (int32_t g = 0; g < typing->genotypes; g++)
    for (int i = 0; i < 2; i++)
      if (typing->copies[g][i].form > B7_HLA_FORM_G_GROUP || typing->copies[g][i].why) return false;
  return true;
}

#define COMBINATIONS_MAX 4000000.0

B7HlaTce b7_hla_dpb1_tce(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor,
                         int32_t version, int32_t *recipient_group, int32_t *donor_group, bool *null_allele) {
  const B7HlaLocusTyping *r = &recipient->locus[B7_HLA_LOCUS_DPB1], *d = &donor->locus[B7_HLA_LOCUS_DPB1];
  if (recipient_group) *recipient_group = -1;
  if (donor_group) *donor_group = -1;
  if (null_allele) *null_allele = false;
  if (version < 1 || version > 2 || !listable(r) || !listable(d)) return B7_HLA_TCE_NOT_EVALUABLE;
  double combinations = 0;
  for (int32_t g = 0; g < r->genotypes; g++)
    for (int32_t h = 0; h < d->genotypes; h++)
      combinations += (double)r->copies[g][0].n * r->copies[g][1].n * d->copies[h][0].n * d->copies[h][1].n;
  if (combinations > COMBINATIONS_MAX) return B7_HLA_TCE_NOT_EVALUABLE;
  uint32_t seen = 0;
  int32_t r_low = -2, d_low = -2;
  for (int32_t g = 0; g < r->genotypes; g++)
    for (int32_t h = 0; h < d->genotypes; h++) {
      const B7HlaCopy *copy[4] = {&r->copies[g][0], &r->copies[g][1], &d->copies[h][0], &d->copies[h][1]};
      for (int32_t i = 0; i < copy[0]->n; i++)
        for (int32_t j = 0; j < copy[1]->n; j++)
          for (int32_t k = 0; k < copy[2]->n; k++)
            for (int32_t l = 0; l < copy[3]->n; l++) {
              B7HlaName names[4] = {copy[0]->names[i], copy[1]->names[j], copy[2]->names[k],
                                    copy[3]->names[l]};
              for (int n = 0; n < 4; n++) {
                names[n] &= ~(uint64_t)0xffff00;
                if (null_allele && b7_hla_is_null(names[n])) *null_allele = true;
              }
              int32_t r_now, d_now;
              seen |= 1u << compare(hla, names, names + 2, version, &r_now, &d_now);
              r_low = r_low == -2 || r_low == r_now ? r_now : -1;
              d_low = d_low == -2 || d_low == d_now ? d_now : -1;
            }
    }
  if (recipient_group) *recipient_group = r_low;
  if (donor_group) *donor_group = d_low;
  return join(seen);
}
