/* Matching against counting by hand, and against counting every possibility. */
#include "test_base.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"
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

static B7HlaMatch match_of(const char *recipient, const char *donor, int32_t alleles, B7HlaKey key,
                           bool expressed) {
  B7HlaTyping *r = hla_typing(hla, recipient), *d = hla_typing(hla, donor);
  B7HlaMatch match;
  assert_int_equal(b7_hla_match(hla, r, d, alleles, key, expressed, &match, NULL), B7_OK);
  b7_hla_typing_free(r);
  b7_hla_typing_free(d);
  return match;
}

static void index_case(void **state) {
  (void)state;
  B7HlaMatch match = match_of("A*02:01,A*24:02 B*15:01,B*40:01" HLA_REST,
                              "A*02:01,A*24:02 B*15:18,B*40:01" HLA_REST, 10, B7_HLA_KEY_TWO_FIELD, false);
  assert_int_equal(match.certainty, B7_HLA_CERTAINTY_DEFINITE);
  assert_true(match.matched_min == 9 && match.matched_max == 9 && match.gvh_min == 1 && match.hvg_max == 1);
  const B7HlaLocusMatch *b = &match.locus[1];
  assert_int_equal(b->n_mismatches, 1);
  assert_string_equal(b->mismatch[0].recipient, "B*15:01");
  assert_string_equal(b->mismatch[0].donor, "B*15:18");
  assert_int_equal(b->mismatch[0].level, B7_HLA_LEVEL_ALLELE);
  assert_int_equal(b->mismatch[0].serology, B7_HLA_SEROLOGY_DIFFERENT);
  assert_string_equal(b->mismatch[0].recipient_antigen, "62");
  assert_string_equal(b->mismatch[0].donor_antigen, "71");
}

static void levels_of_mismatches(void **state) {
  (void)state;
  B7HlaMatch match = match_of("B*15:01,B*40:01", "B*15:02,B*51:01", 8, B7_HLA_KEY_TWO_FIELD, false);
  const B7HlaLocusMatch *b = &match.locus[1];
  assert_int_equal(b->n_mismatches, 2);
  assert_true(b->mismatch[0].level == B7_HLA_LEVEL_ALLELE && b->mismatch[1].level == B7_HLA_LEVEL_ANTIGEN);
  // the order of the donor's alleles must not turn one allele mismatch into two antigen ones
  match = match_of("B*15:01,B*40:01", "B*51:01,B*15:02", 8, B7_HLA_KEY_TWO_FIELD, false);
  assert_true(match.locus[1].mismatch[0].level == B7_HLA_LEVEL_ALLELE);
}

static void null_alleles(void **state) {
  (void)state;
  const char *null = "B*15:01:01:02N,B*40:01", *other = "B*40:01,B*40:01";
  B7HlaMatch typed = match_of(null, other, 8, B7_HLA_KEY_TWO_FIELD, false),
             expressed = match_of(null, other, 8, B7_HLA_KEY_TWO_FIELD, true);
  assert_true(typed.locus[1].matched_min == 1 && typed.locus[1].gvh_min == 1 && typed.locus[1].hvg_min == 0);
  assert_true(expressed.locus[1].matched_min == 2 && expressed.locus[1].gvh_min == 0);
  // a null allele is not its namesake
  assert_int_equal(
      match_of("B*15:01N,B*40:01", "B*15:01,B*40:01", 8, B7_HLA_KEY_TWO_FIELD, false).locus[1].matched_min,
      1);
  assert_int_equal(
      match_of("B*15:01N,B*40:01", "B*15:01,B*40:01", 8, B7_HLA_KEY_ARD, false).locus[1].matched_min, 1);
}

static void groups(void **state) {
  (void)state;
  B7HlaMatch match = match_of("B*15:18P,B*40:01", "B*15:198,B*40:01", 8, B7_HLA_KEY_ARD, false);
  assert_true(match.locus[1].matched_min == 2 && match.locus[1].certainty == B7_HLA_CERTAINTY_DEFINITE);
  match = match_of("B*15:18:01G,B*40:01", "B*15:18P,B*40:01", 8, B7_HLA_KEY_ARD, false);
  assert_true(match.locus[1].matched_min == 2 && match.locus[1].certainty == B7_HLA_CERTAINTY_DEFINITE);
  // a group is one of its members: under the two-field key the answer stays open, but another group is
  // another protein
  match = match_of("B*15:18P,B*40:01", "B*15:198,B*40:01", 8, B7_HLA_KEY_TWO_FIELD, false);
  assert_true(match.locus[1].matched_min == 1 && match.locus[1].matched_max == 2);
  assert_int_equal(match.locus[1].certainty, B7_HLA_CERTAINTY_POTENTIAL);
  match = match_of("B*15:18P,B*40:01", "B*15:01,B*40:01", 8, B7_HLA_KEY_TWO_FIELD, false);
  assert_true(match.locus[1].matched_max == 1 && match.locus[1].certainty == B7_HLA_CERTAINTY_DEFINITE);
}

// an allele outside the tables may be a slip: it could be any, even where both sides have it
static void unknown_alleles(void **state) {
  (void)state;
  static const char *const donors[] = {"B*15:01,B*40:01", "B*51:01,B*40:01", "B*15:999,B*40:01"};
  for (int key = 0; key < 2; key++)
    for (int i = 0; i < 3; i++) {
      B7HlaMatch match = match_of("B*15:999,B*40:01", donors[i], 8, (B7HlaKey)key, false);
      assert_true(match.locus[1].matched_min == 1 && match.locus[1].matched_max == 2);
      assert_int_equal(match.locus[1].certainty, B7_HLA_CERTAINTY_POTENTIAL);
      assert_non_null(strstr(match.locus[1].why, "recipient: B*15:999 is not in the shipped tables"));
    }
  // nor is a first field that no allele has; and a match that any allele gives is not certain either
  assert_int_equal(
      match_of("B*99:01,B*40:01", "B*99:01,B*40:01", 8, B7_HLA_KEY_ARD, false).locus[1].certainty,
      B7_HLA_CERTAINTY_POTENTIAL);
  B7Hla *shipped = hla;
  hla = hla_tables();
  b7_hla_take_names_as_written(hla);
  // under the protein of the binding domains it may share the P group of its first field, never of another
  B7HlaMatch match = match_of("B*15:999,B*40:01", "B*15:01,B*40:01", 8, B7_HLA_KEY_ARD, false);
  assert_true(match.locus[1].matched_min == 1 && match.locus[1].matched_max == 2);
  match = match_of("B*15:999,B*40:01", "B*51:01,B*40:01", 8, B7_HLA_KEY_ARD, false);
  assert_true(match.locus[1].matched_max == 1 && match.locus[1].certainty == B7_HLA_CERTAINTY_DEFINITE);
  match = match_of("B*15:999,B*40:01", "B*15:999,B*40:01", 8, B7_HLA_KEY_ARD, false);
  assert_true(match.locus[1].matched_min == 2 && match.locus[1].certainty == B7_HLA_CERTAINTY_DEFINITE);
  b7_hla_free(hla);
  hla = shipped;
}

static void missing_locus(void **state) {
  (void)state;
  B7HlaMatch match = match_of("A*02:01,A*24:02 B*15:01,B*40:01 C*03:04,C*07:02 DRB1*09:01,DRB1*15:01",
                              "A*02:01,A*24:02 B*15:01,B*40:01" HLA_REST, 10, B7_HLA_KEY_TWO_FIELD, false);
  assert_int_equal(match.certainty, B7_HLA_CERTAINTY_NOT_EVALUABLE);
  assert_true(match.matched_min == 8 && match.matched_max == 10 && match.alleles == 10);
  B7HlaTyping *typing = hla_typing(hla, "B*15:01,B*40:01");
  B7Error error;
  assert_int_equal(b7_hla_match(hla, typing, typing, 9, B7_HLA_KEY_ARD, false, &match, &error),
                   B7_ERROR_USAGE);
  b7_hla_typing_free(typing);
}

// alleles by number, so that they can be counted without the library
static void write_copy(const int *possible, int n, char *text) {
  text[0] = 0;
  for (int i = 0; i < n; i++) sprintf(text + strlen(text), "%sB*%02d:01", i ? "/" : "", possible[i] + 11);
}

static void smaller_and_larger(int value, int *least, int *most) {
  if (value < *least) *least = value;
  if (value > *most) *most = value;
}

static void ambiguity_is_the_range_of_all_possibilities(void **state) {
  (void)state;
  B7Random random = b7_random_at(5, 0, B7_STREAM_TRIAL, 0);
  // made-up alleles, B*11:01 to B*21:01
  B7Hla *shipped = hla;
  hla = hla_tables();
  b7_hla_take_names_as_written(hla);
  for (int round = 0; round < 400; round++) {
    int possible[4][6], n[4];
    char copy[4][128], recipient[300], donor[300];
    int letters = 2 + (int)(b7_random_bits(&random) % 9);
    for (int c = 0; c < 4; c++) {
      n[c] = round % 4 == 0 ? 6 : 1 + (int)(b7_random_bits(&random) % 3);
      for (int i = 0; i < n[c]; i++) possible[c][i] = (int)(b7_random_bits(&random) % (uint32_t)letters);
      write_copy(possible[c], n[c], copy[c]);
    }
    snprintf(recipient, sizeof recipient, "%s,%s", copy[0], copy[1]);
    snprintf(donor, sizeof donor, "%s,%s", copy[2], copy[3]);
    int low[3] = {9, 9, 9}, high[3] = {-1, -1, -1};
    for (int i = 0; i < n[0] * n[1] * n[2] * n[3]; i++) {
      int rest = i, pick[4];
      for (int c = 0; c < 4; c++) {
        pick[c] = possible[c][rest % n[c]];
        rest /= n[c];
      }
      int straight = (pick[0] == pick[2]) + (pick[1] == pick[3]),
          crossed = (pick[0] == pick[3]) + (pick[1] == pick[2]);
      int gvh = (pick[0] != pick[2] && pick[0] != pick[3]) +
                (pick[1] != pick[0] && pick[1] != pick[2] && pick[1] != pick[3]);
      int hvg = (pick[2] != pick[0] && pick[2] != pick[1]) +
                (pick[3] != pick[2] && pick[3] != pick[0] && pick[3] != pick[1]);
      smaller_and_larger(straight > crossed ? straight : crossed, &low[0], &high[0]);
      smaller_and_larger(gvh, &low[1], &high[1]);
      smaller_and_larger(hvg, &low[2], &high[2]);
    }
    B7HlaMatch forth = match_of(recipient, donor, 8, B7_HLA_KEY_TWO_FIELD, false);
    B7HlaMatch back = match_of(donor, recipient, 8, B7_HLA_KEY_TWO_FIELD, false);
    const B7HlaLocusMatch *b = &forth.locus[1], *swapped = &back.locus[1];
    assert_true(b->matched_min == low[0] && b->matched_max == high[0]);
    assert_true(b->gvh_min == low[1] && b->gvh_max == high[1] && b->hvg_min == low[2] &&
                b->hvg_max == high[2]);
    // who gives and who receives only turns the direction
    assert_true(swapped->matched_min == low[0] && swapped->matched_max == high[0]);
    assert_true(swapped->hvg_min == low[1] && swapped->hvg_max == high[1] && swapped->gvh_min == low[2] &&
                swapped->gvh_max == high[2]);
  }
  b7_hla_free(hla);
  hla = shipped;
}

static void long_lists_stay_quick(void **state) {
  (void)state;
  static char text[2][64000];
  B7Hla *shipped = hla;
  hla = hla_tables();
  b7_hla_take_names_as_written(hla);
  for (int person = 0; person < 2; person++) {
    text[person][0] = 0;
    for (int copy = 0; copy < 2; copy++) {
      strcat(text[person], copy ? "," : "");
      for (int i = 0; i < 1500; i++) {
        char word[24];
        sprintf(word, "%sB*15:%02d", i ? "/" : "", 1 + i * (1 + person + 2 * copy) % 6000);
        strcat(text[person], word);
      }
    }
  }
  B7HlaMatch match = match_of(text[0], text[1], 8, B7_HLA_KEY_TWO_FIELD, false);
  assert_true(match.locus[1].matched_min == 0 && match.locus[1].matched_max == 2);
  assert_true(match.locus[1].gvh_min == 0 && match.locus[1].gvh_max == 2);
  b7_hla_free(hla);
  hla = shipped;
}

static void more_loci_never_lower_the_count(void **state) {
  (void)state;
  const char *recipient = "A*02:01,A*24:02 B*15:01,B*40:01" HLA_REST;
  const char *donor =
      "A*02:01,A*11:01 B*15:18,B*40:01 C*03:04,C*14:02 DRB1*09:01,DRB1*04:05 DQB1*03:03,DQB1*04:01 DPB1*05:01,DPB1*04:01";
  int32_t before = 0;
  for (int32_t alleles = 8; alleles <= 12; alleles += 2) {
    B7HlaMatch match = match_of(recipient, donor, alleles, B7_HLA_KEY_TWO_FIELD, false);
    assert_true(match.matched_min >= before && match.matched_min <= alleles);
    // on the same proteins nothing that matches by two fields is a mismatch by P group
    assert_true(match_of(recipient, donor, alleles, B7_HLA_KEY_ARD, false).matched_min >= match.matched_min);
    before = match.matched_min;
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(index_case),
      cmocka_unit_test(levels_of_mismatches),
      cmocka_unit_test(null_alleles),
      cmocka_unit_test(groups),
      cmocka_unit_test(unknown_alleles),
      cmocka_unit_test(missing_locus),
      cmocka_unit_test(ambiguity_is_the_range_of_all_possibilities),
      cmocka_unit_test(long_lists_stay_quick),
      cmocka_unit_test(more_loci_never_lower_the_count),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
