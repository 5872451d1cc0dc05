/* Class of a donor by relation, family typing and count. */
#include "test_base.h"

#include "hla_fixture.h"

static void classes(void **state) {
  (void)state;
  static const struct {
    B7DonorFacts facts;
    B7DonorClass donor_class;
  } cases[] = {
      // relation, matched, of, shares every locus, haplotypes shared
      {{B7_RELATION_CHILD, 9, 10, 1, -1}, B7_DONOR_HAPLO_BY_DESCENT},
      {{B7_RELATION_PARENT, 5, 10, 1, -1}, B7_DONOR_HAPLO_BY_DESCENT},
      {{B7_RELATION_CHILD, -1, 10, -1, -1}, B7_DONOR_HAPLO_BY_DESCENT},
      {{B7_RELATION_CHILD, 5, 10, 0, -1}, B7_DONOR_ERROR},
      {{B7_RELATION_SIBLING, 10, 10, 1, -1}, B7_DONOR_IDENTICAL_SIBLING},
      {{B7_RELATION_SIBLING, 10, 10, 1, 2}, B7_DONOR_IDENTICAL_SIBLING},
      {{B7_RELATION_SIBLING, 9, 10, 1, 2}, B7_DONOR_ERROR},
      {{B7_RELATION_SIBLING, 9, 10, 1, 1}, B7_DONOR_HAPLO_BY_DESCENT},
      {{B7_RELATION_SIBLING, 5, 10, 1, -1}, B7_DONOR_HAPLO_BY_COUNT},
      {{B7_RELATION_SIBLING, 3, 10, 0, 0}, B7_DONOR_MISMATCHED_RELATED},
      {{B7_RELATION_SIBLING, 5, 10, 0, 1}, B7_DONOR_ERROR},
      {{B7_RELATION_RELATIVE, 9, 10, 1, -1}, B7_DONOR_MISMATCHED_RELATED},
      {{B7_RELATION_UNRELATED, 10, 10, 1, -1}, B7_DONOR_MATCHED_UNRELATED},
      {{B7_RELATION_UNRELATED, 9, 10, 1, -1}, B7_DONOR_MISMATCHED_UNRELATED},
      {{B7_RELATION_UNKNOWN, 5, 10, 1, -1}, B7_DONOR_HAPLO_BY_COUNT},
      {{B7_RELATION_UNKNOWN, 8, 10, 1, -1}, B7_DONOR_HAPLO_BY_COUNT},
      {{B7_RELATION_UNKNOWN, 9, 10, 1, -1}, B7_DONOR_NOT_HAPLO},
      {{B7_RELATION_UNKNOWN, 4, 10, 1, -1}, B7_DONOR_NOT_HAPLO},
      {{B7_RELATION_UNKNOWN, 5, 10, 0, -1}, B7_DONOR_NOT_HAPLO},
      {{B7_RELATION_UNKNOWN, -1, 10, 1, -1}, B7_DONOR_UNCLASSIFIED},
      {{B7_RELATION_TWIN, 10, 10, 1, -1}, B7_DONOR_SYNGENEIC},
      {{B7_RELATION_TWIN, 9, 10, 1, -1}, B7_DONOR_ERROR},
      {{B7_RELATION_SELF, 10, 10, 1, -1}, B7_DONOR_AUTOLOGOUS},
      {{B7_RELATION_SELF, 9, 10, 1, -1}, B7_DONOR_ERROR},
      {{B7_RELATION_CORD, 4, 8, 0, -1}, B7_DONOR_CORD},
  };
  B7Hla *hla = hla_tables();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (b7_donor_class(hla, &cases[i].facts) != cases[i].donor_class)
      fail_msg("case %zu is %s, not %s", i, b7_donor_class_word(b7_donor_class(hla, &cases[i].facts)),
               b7_donor_class_word(cases[i].donor_class));
  b7_hla_free(hla);
}

static void facts_of_a_match(void **state) {
  (void)state;
  B7Hla *hla = hla_tables();
  B7HlaTyping *recipient = hla_typing(hla, "A*02:01,A*24:02 B*15:01,B*40:01" HLA_REST);
  B7HlaTyping *son = hla_typing(hla, "A*02:01,A*24:02 B*15:18,B*40:01" HLA_REST);
  B7HlaTyping *stranger = hla_typing(hla, "A*02:01,A*24:02 B*15:18,B*40:02" HLA_REST);
  B7HlaTyping *open = hla_typing(hla, "A*02:01,A*24:02 B*15:18,B*40:XX" HLA_REST);
  B7HlaMatch match;
  b7_hla_match(hla, recipient, son, 10, B7_HLA_KEY_TWO_FIELD, false, &match, NULL);
  B7DonorFacts facts = b7_donor_facts(B7_RELATION_CHILD, &match);
  assert_true(facts.matched == 9 && facts.alleles == 10 && facts.shares_every_locus == 1 &&
              facts.haplotypes_shared == -1);
  assert_int_equal(b7_donor_class(hla, &facts), B7_DONOR_HAPLO_BY_DESCENT);
  b7_hla_match(hla, recipient, stranger, 10, B7_HLA_KEY_TWO_FIELD, false, &match, NULL);
  facts = b7_donor_facts(B7_RELATION_CHILD, &match);
  assert_true(facts.matched == 8 && facts.shares_every_locus == 0);
  assert_int_equal(b7_donor_class(hla, &facts), B7_DONOR_ERROR);
  b7_hla_match(hla, recipient, open, 10, B7_HLA_KEY_TWO_FIELD, false, &match, NULL);
  facts = b7_donor_facts(B7_RELATION_UNKNOWN, &match);
  assert_true(facts.matched == -1 && facts.shares_every_locus == -1);
  assert_int_equal(b7_donor_class(hla, &facts), B7_DONOR_UNCLASSIFIED);
  b7_hla_typing_free(recipient);
  b7_hla_typing_free(son);
  b7_hla_typing_free(stranger);
  b7_hla_typing_free(open);
  b7_hla_free(hla);
}

static void words_of_relations(void **state) {
  (void)state;
  B7DonorRelation relation = B7_RELATION_UNKNOWN;
  assert_true(b7_donor_relation_find("son", &relation) && relation == B7_RELATION_CHILD);
  assert_true(b7_donor_relation_find("mother", &relation) && relation == B7_RELATION_PARENT);
  assert_false(b7_donor_relation_find("friend", &relation));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(classes), cmocka_unit_test(facts_of_a_match),
                                     cmocka_unit_test(words_of_relations)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
