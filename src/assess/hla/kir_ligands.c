/* kir_ligands.c - which ligands of inhibitory KIR a person shows, and what the other one lacks (ligand-ligand
 * model). */
#include <stdio.h>
#include <string.h>

#include "assess/hla/hla.h"

#define COMPARED (B7_KIR_LIGAND_C1 | B7_KIR_LIGAND_C2 | B7_KIR_LIGAND_BW4)

// ligand bits of one allele after the options; false when the tables do not know it
static bool allele_ligands(const B7Hla *hla, B7HlaName name, B7KirOptions options, uint32_t *bits) {
  *bits = 0;
  if (b7_hla_is_null(name)) return true;
  const B7HlaFact *fact = b7_hla_find(hla, B7_HLA_TABLE_KIR, name);
  if (!fact && b7_hla_letter(name)) fact = b7_hla_find(hla, B7_HLA_TABLE_KIR, name & ~(uint64_t)0xff);
  // residues 77-83 lie in the antigen-binding domains: a P group has them in common
  B7HlaName group = b7_hla_p_group(hla, name);
  if (!fact && group) fact = b7_hla_find(hla, B7_HLA_TABLE_KIR, group);
  if (!fact) return false;
  *bits = (uint32_t)fact->value[0];
  if (name >> 56 == B7_HLA_LOCUS_A && options.hla_a_bw4 == B7_KIR_A_STRICT &&
      fact->value[1] != B7_KIR_PROTECTION_FUNCTIONAL)
    *bits = 0;
  if (name >> 56 == B7_HLA_LOCUS_B && options.exclude_b13 && fact->value[1] == B7_KIR_PROTECTION_ABSENT)
    *bits = 0;
  return true;
}

static void cannot(B7KirLigands *ligands, const char *format, const char *what) {
  if (ligands->evaluable) snprintf(ligands->why, sizeof ligands->why, format, what);
  ligands->evaluable = false;
}

// what every genotype shows is certain, what one may show is possible
static void add_locus(const B7Hla *hla, const B7HlaTyping *typing, B7HlaLocus locus, B7KirOptions options,
                      B7KirLigands *ligands) {
  const B7HlaLocusTyping *own = &typing->locus[locus];
  if (own->genotypes == 0) {
    cannot(ligands, "no typing of %s", b7_hla_locus_name(locus));
    return;
  }
  uint32_t certain = ~0u, possible = 0;
  for (int32_t g = 0; g < own->genotypes; g++) {
    uint32_t both = 0;
    for (int i = 0; i < 2; i++) {
      const B7HlaCopy *copy = &own->copies[g][i];
      if (copy->form > B7_HLA_FORM_G_GROUP || copy->why) {
        cannot(ligands, "%s", copy->why ? copy->why : "an allele is missing");
        return;
      }
      uint32_t always = ~0u;
      for (int32_t k = 0; k < copy->n; k++) {
        uint32_t bits;
        B7HlaName name = copy->names[k] & ~(uint64_t)0xffff00;
        if (!allele_ligands(hla, name, options, &bits)) {
          char text[24];
          b7_hla_format(name, text);
          cannot(ligands, "%s is not in the table of ligands", text);
          return;
        }
        always &= bits;
        possible |= bits;
      }
      both |= always;
    }
    certain &= both;
  }
  ligands->certain |= certain;
  ligands->possible |= possible;
}

static B7KirLigands ligands_of(const B7Hla *hla, const B7HlaTyping *typing, B7KirOptions options) {
  B7KirLigands ligands = {.evaluable = true};
  if (options.hla_a_bw4 != B7_KIR_A_NONE) add_locus(hla, typing, B7_HLA_LOCUS_A, options, &ligands);
  add_locus(hla, typing, B7_HLA_LOCUS_B, options, &ligands);
  add_locus(hla, typing, B7_HLA_LOCUS_C, options, &ligands);
  return ligands;
}

void b7_kir_match(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor,
                  B7KirOptions options, B7KirMatch *match) {
  *match = (B7KirMatch){.recipient = ligands_of(hla, recipient, options),
                        .donor = ligands_of(hla, donor, options)};
  match->evaluable = match->recipient.evaluable && match->donor.evaluable;
  if (!match->evaluable) return;
  match->gvh = match->donor.certain & ~match->recipient.possible & COMPARED;
  match->gvh_possible = match->donor.possible & ~match->recipient.certain & COMPARED;
  match->hvg = match->recipient.certain & ~match->donor.possible & COMPARED;
  match->hvg_possible = match->recipient.possible & ~match->donor.certain & COMPARED;
}
