/* Typing strings: every form that is read, every mistake that is named. */
#include "test_base.h"

#include <string.h>

#include "hla_fixture.h"

static B7Hla *hla;

static int setup(void **state) {
  (void)state;
  hla = hla_tables();
  return 0;
}

static int teardown(void **state) {
  (void)state;
  b7_hla_free(hla);
  return 0;
}

// forms that say the same
static void forms_of_one_typing(void **state) {
  (void)state;
  static const char *const texts[] = {"A*02:01,A*24:02 B*15:01,B*40:01",
                                      "A*02:01+A*24:02^B*15:01+B*40:01",
                                      "HLA-A*02:01,HLA-A*24:02;HLA-B*15:01,HLA-B*40:01",
                                      "A*02:01 A*24:02 B*40:01 B*15:01",
                                      "A*02:01,24:02 B*15:01,40:01",
                                      "A*02:01:01:01,A*24:02:01 B*15:01:01,B*40:01",
                                      "DRB4*01:03,DQA1*01:02 A*02:01,A*24:02 B*15:01,B*40:01"};
  B7HlaTyping *reference = hla_typing(hla, texts[0]);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    B7HlaTyping *typing = hla_typing(hla, texts[i]);
    B7HlaMatch match;
    assert_int_equal(b7_hla_match(hla, reference, typing, 8, B7_HLA_KEY_TWO_FIELD, false, &match, NULL),
                     B7_OK);
    for (int locus = 0; locus < 2; locus++)
      assert_true(match.locus[locus].matched_min == 2 &&
                  match.locus[locus].certainty == B7_HLA_CERTAINTY_DEFINITE);
    b7_hla_typing_free(typing);
  }
  b7_hla_typing_free(reference);
}

static void mistakes_name_the_allele(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } cases[] = {
      {"", "recipient: the typing is empty; write alleles as in \"A*02:01,A*24:02 B*15:01,B*40:01\""},
      {"B*15:", "recipient: 'B*15:' has a field that is not two to four digits"},
      {"B*15", "recipient: 'B*15' has one field; write two or more, as in 15:01"},
      {"B*", "recipient: 'B*' lacks an allele after its locus"},
      {"B*1:01", "recipient: 'B*1:01' does not start with a field of two to four digits"},
      {"B*15:01:01:01:01", "recipient: 'B*15:01:01:01:01' has more than four fields"},
      {"B*15:01X",
       "recipient: 'B*15:01X' ends in something that is neither an expression letter (N L S C A Q) nor P nor G"},
      {"B*15:01NN",
       "recipient: 'B*15:01NN' ends in something that is neither an expression letter (N L S C A Q) nor P nor G"},
      {"B*00:01", "recipient: 'B*00:01' has a field of zeros; there is no such allele"},
      {"B*15:01G", "recipient: 'B*15:01G' is no G group: that has three fields, as in 15:01:01G"},
      {"B*15:01:01P", "recipient: 'B*15:01:01P' is no P group: that has two fields, as in 15:01P"},
      {"Z*15:01", "recipient: 'Z*15:01' names no locus that is compared (A, B, C, DRB1, DQB1, DPB1)"},
      {"15:01", "recipient: '15:01' has no locus; write it as in B*15:01"},
      {"B*015:01",
       "recipient: 'B*015:01' has a field with a needless zero; names have two digits or more, as in "
       "15:01 or 15:198"},
      {"A*02:001",
       "recipient: 'A*02:001' has a field with a needless zero; names have two digits or more, as in "
       "15:01 or 15:198"},
      {"b*15:01", "recipient: 'b*15:01' does not name its locus as the nomenclature does; write B*15:01"},
      {"hla-drb1*15:01",
       "recipient: 'hla-drb1*15:01' does not name its locus as the nomenclature does; write DRB1*15:01"},
      {"Cw*03:04", "recipient: 'Cw*03:04' does not name its locus as the nomenclature does; write C*03:04"},
      {"B*15:01,-",
       "recipient: 'B*15:01,-' has a dash in place of an allele; write the allele twice when both copies "
       "are the same (B*15:01,B*15:01), or leave the dash out when the second one is not known"},
      {"B*15:999P,B*40:01",
       "recipient: P group 'B*15:999P' is not in the shipped tables; check the name, or give a "
       "release (--tables) or take it as written (--names-as-written)"},
      {"B*15:999:01G,B*40:01",
       "recipient: G group 'B*15:999:01G' is not in the shipped tables; check the name, or "
       "give a release (--tables) or take it as written (--names-as-written)"},
      {"B*15:01,", "recipient: 'B*15:01,' has an empty place beside a comma or plus"},
      {"B*15:01,B*15:02,B*15:03", "recipient: 'B*15:03' is a third allele at B; a person has two"},
      {"B*15:01/A*15:02", "recipient: 'B*15:01/A*15:02' mixes loci; separate loci by blanks"},
      {"B*15:01~C*03:04",
       "recipient: 'B*15:01~C*03:04' tells the phase of loci (~), which is not read; separate loci by ^ or blanks"},
      {"B*15:01|B*15:02", "recipient: 'B*15:01' is no genotype; write two alleles joined by +"},
      {"B*15:01\xc3\xa9", "recipient: character 8 is not plain text"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    B7HlaTyping *typing = NULL;
    B7Error error;
    assert_int_equal(b7_hla_typing_make(hla, cases[i].text, "recipient", false, &typing, &error),
                     B7_ERROR_INPUT);
    assert_null(typing);
    assert_string_equal(error.message, cases[i].message);
  }
}

static void forms_that_say_too_little(void **state) {
  (void)state;
  static const char *const texts[] = {"B*15:XX,B*40:01", "B62,B60", "B*1501,B*40:01", "B*15:AB,B*40:01"};
  B7HlaTyping *reference = hla_typing(hla, "B*15:01,B*40:01");
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    B7HlaTyping *typing = hla_typing(hla, texts[i]);
    B7HlaMatch match;
    b7_hla_match(hla, reference, typing, 8, B7_HLA_KEY_TWO_FIELD, false, &match, NULL);
    assert_int_equal(match.locus[1].certainty, B7_HLA_CERTAINTY_NOT_EVALUABLE);
    assert_true(match.locus[1].matched_max == 2 && match.locus[1].why[0]);
    assert_string_equal(b7_hla_typing_locus(typing, B7_HLA_LOCUS_B), texts[i]);
    b7_hla_typing_free(typing);
  }
  b7_hla_typing_free(reference);
}

static void codes(void **state) {
  (void)state;
  B7Hla *own = hla_tables();
  B7Error error;
  B7HlaTyping *typing = NULL;
  assert_int_equal(b7_hla_add_code(own, "AB", "01/02", &error), B7_OK);
  assert_int_equal(b7_hla_add_code(own, "DEF", "15:01/15:02/40:01", &error), B7_OK);
  assert_int_equal(b7_hla_add_code(own, "XX", "01/02", &error), B7_ERROR_INPUT);
  assert_int_equal(b7_hla_add_code(own, "A1", "01/02", &error), B7_ERROR_INPUT);
  assert_int_equal(b7_hla_add_code(own, "GH", "01/", &error), B7_ERROR_INPUT);
  assert_int_equal(b7_hla_add_code(own, "GH", "01:01/02", &error), B7_ERROR_INPUT);
  B7HlaTyping *listed = hla_typing(own, "B*15:01/15:02,B*40:01"), *coded = hla_typing(own, "B*15:AB,B*40:01");
  B7HlaMatch one, two;
  b7_hla_match(own, listed, listed, 8, B7_HLA_KEY_TWO_FIELD, false, &one, NULL);
  b7_hla_match(own, listed, coded, 8, B7_HLA_KEY_TWO_FIELD, false, &two, NULL);
  assert_int_equal(two.locus[1].certainty, B7_HLA_CERTAINTY_POTENTIAL);
  assert_true(one.locus[1].matched_min == two.locus[1].matched_min &&
              one.locus[1].matched_max == two.locus[1].matched_max);
  // members must exist
  assert_int_equal(b7_hla_add_code(own, "KL", "01/999", &error), B7_OK);
  assert_int_equal(b7_hla_typing_make(own, "B*15:KL,B*40:01", "donor", false, &typing, &error),
                   B7_ERROR_INPUT);
  assert_string_equal(
      error.message,
      "donor: code KL of 'B*15:KL' lists an allele that does not exist: B*15:999 is not in the shipped "
      "tables; check the name, or give a release (--tables) or take it as written (--names-as-written)");
  // most alleles of the code are B*15
  b7_hla_typing_free(hla_typing(own, "B*15:DEF,B*40:01"));
  assert_int_equal(b7_hla_typing_make(own, "B*40:DEF,B*15:01", "donor", false, &typing, &error),
                   B7_ERROR_INPUT);
  assert_string_equal(error.message,
                      "donor: 'B*40:DEF' has another first field than most alleles of its code");
  b7_hla_typing_free(listed);
  b7_hla_typing_free(coded);
  b7_hla_free(own);
}

static void loci_that_are_not_compared_are_kept(void **state) {
  (void)state;
  B7HlaTyping *typing = hla_typing(hla, "DRB4*01:03,DQA1*01:02 A*02:01,A*24:02 HLA-DPA1*01:03");
  assert_string_equal(b7_hla_typing_others(typing), "DRB4*01:03 DQA1*01:02 HLA-DPA1*01:03");
  b7_hla_typing_free(typing);
  typing = hla_typing(hla, "A*02:01,A*24:02");
  assert_string_equal(b7_hla_typing_others(typing), "");
  b7_hla_typing_free(typing);
}

static void one_allele(void **state) {
  (void)state;
  B7HlaTyping *single = hla_typing(hla, "B*15:01"), *pair = hla_typing(hla, "B*15:01,B*15:01"), *same = NULL;
  B7HlaMatch match;
  b7_hla_match(hla, pair, single, 8, B7_HLA_KEY_TWO_FIELD, false, &match, NULL);
  assert_true(match.locus[1].matched_min == 1 && match.locus[1].matched_max == 2);
  assert_int_equal(match.locus[1].certainty, B7_HLA_CERTAINTY_POTENTIAL);
  assert_int_equal(b7_hla_typing_make(hla, "B*15:01", "donor", true, &same, NULL), B7_OK);
  b7_hla_match(hla, pair, same, 8, B7_HLA_KEY_TWO_FIELD, false, &match, NULL);
  assert_true(match.locus[1].matched_min == 2 && match.locus[1].certainty == B7_HLA_CERTAINTY_DEFINITE);
  b7_hla_typing_free(single);
  b7_hla_typing_free(pair);
  b7_hla_typing_free(same);
}

static void genotype_lists_keep_pairs_together(void **state) {
  (void)state;
  B7HlaTyping *listed = hla_typing(hla, "B*15:01+B*40:01|B*15:02+B*40:02");
  B7HlaTyping *mixed = hla_typing(hla, "B*15:01,B*40:02");
  B7HlaMatch match;
  b7_hla_match(hla, listed, mixed, 8, B7_HLA_KEY_TWO_FIELD, false, &match, NULL);
  // either pair shares one allele, the mixed pair 15:01 with 40:02 is none of them
  assert_true(match.locus[1].matched_min == 1 && match.locus[1].matched_max == 1);
  assert_int_equal(match.locus[1].certainty, B7_HLA_CERTAINTY_DEFINITE);
  b7_hla_typing_free(listed);
  b7_hla_typing_free(mixed);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(forms_of_one_typing),
      cmocka_unit_test(mistakes_name_the_allele),
      cmocka_unit_test(forms_that_say_too_little),
      cmocka_unit_test(codes),
      cmocka_unit_test(loci_that_are_not_compared_are_kept),
      cmocka_unit_test(one_allele),
      cmocka_unit_test(genotype_lists_keep_pairs_together),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
