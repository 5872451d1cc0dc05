/* Typings made of anything: read or refused with a message, never a crash; what is read can be compared in
 * every way. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "assess/hla/hla.h"
#include "base/status.h"

static B7Hla *tables(void) {
  static B7Hla *hla;
  if (hla) return hla;
  // no files: a few facts of each kind are enough to reach every branch
  B7Arena arena = b7_arena_make(NULL);
  hla = B7_ARENA_ARRAY(&arena, B7Hla, 1);
  hla->arena = arena;
  hla->loci_8 = 4, hla->loci_10 = 5, hla->loci_12 = 6;
  hla->haplo_min = 5, hla->haplo_max = 8, hla->haplo_of = 10, hla->tce_groups = 3;
  for (uint32_t second = 1; second <= 18; second++)
    for (int32_t locus = 0; locus < B7_HLA_LOCI; locus++) {
      B7HlaFact fact = {.name = b7_hla_name(locus, 15, second, 0),
                        .value = {(int32_t)(second % 4), (int32_t)(second % 3)}};
      fact.group = second % 2 ? fact.name : b7_hla_name(locus, 15, 1, 0);
      strcpy(fact.text, second % 5 ? "62" : "15");
      b7_hla_table_add(hla, B7_HLA_TABLE_P, &fact, NULL);
      b7_hla_table_add(hla, B7_HLA_TABLE_SEROLOGY, &fact, NULL);
      b7_hla_table_add(hla, B7_HLA_TABLE_TCE, &fact, NULL);
      b7_hla_table_add(hla, B7_HLA_TABLE_KIR, &fact, NULL);
      b7_hla_know(hla, fact.name, NULL);
    }
  for (int kind = 0; kind < B7_HLA_TABLES; kind++) b7_hla_table_close(&hla->table[kind]);
  b7_hla_add_code(hla, "AB", "01/02", NULL);
  return hla;
}

static void check(bool holds) {
  if (!holds) abort();
}

static void compare(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor) {
  for (int32_t alleles = 8; alleles <= 12; alleles += 2)
    for (int key = 0; key < 2; key++) {
      B7HlaMatch forth, back;
      B7Error error;
      check(b7_hla_match(hla, recipient, donor, alleles, (B7HlaKey)key, alleles == 10, &forth, &error) ==
            B7_OK);
      check(b7_hla_match(hla, donor, recipient, alleles, (B7HlaKey)key, alleles == 10, &back, &error) ==
            B7_OK);
      check(forth.matched_min >= 0 && forth.matched_min <= forth.matched_max && forth.matched_max <= alleles);
      check(forth.matched_min == back.matched_min && forth.matched_max == back.matched_max);
      check(forth.gvh_min == back.hvg_min && forth.gvh_max == back.hvg_max && forth.hvg_min == back.gvh_min &&
            forth.hvg_max == back.gvh_max);
      check(forth.certainty == back.certainty);
      for (int32_t l = 0; l < forth.loci; l++)
        check(forth.locus[l].n_mismatches <= 2 && memchr(forth.locus[l].why, 0, sizeof forth.locus[l].why));
      B7DonorFacts facts = b7_donor_facts(B7_RELATION_SIBLING, &forth);
      check(b7_donor_class(hla, &facts) < B7_DONOR_CLASS_COUNT);
    }
  for (int32_t version = 1; version <= 2; version++)
    check(b7_hla_dpb1_tce(hla, recipient, donor, version, NULL, NULL, NULL) < B7_HLA_TCE_COUNT);
  B7KirMatch kir;
  b7_kir_match(hla, recipient, donor, (B7KirOptions){B7_KIR_A_STRICT, true}, &kir);
  check((kir.gvh & ~kir.gvh_possible) == 0 && (kir.hvg & ~kir.hvg_possible) == 0);
}

// two typings with a line between them
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
  if (length > 2000) return 0;
  const B7Hla *hla = tables();
  char *text = malloc(length + 1);
  if (!text) return 0;
  memcpy(text, bytes, length);
  text[length] = 0;
  char *second = strchr(text, '\n');
  if (second) *second++ = 0;
  B7HlaTyping *recipient = NULL, *donor = NULL;
  B7Error error;
  B7Status one = b7_hla_typing_make(hla, text, "recipient", length % 2, &recipient, &error);
  check(one == B7_OK ? recipient != NULL : recipient == NULL && error.message[0]);
  B7Status two = b7_hla_typing_make(hla, second ? second : text, "donor", false, &donor, &error);
  if (one == B7_OK && two == B7_OK) compare(hla, recipient, donor);
  b7_hla_typing_free(recipient);
  b7_hla_typing_free(donor);
  free(text);
  return 0;
}
