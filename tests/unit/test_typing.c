#include "test_base.h"

#include <string.h>

#include "course/typing.h"

static void alleles_become_two_fields(void **state) {
  (void)state;
  static const struct {
    const char *locus, *text, *two_field;
  } cases[] = {
      {"B", "15:01", "15:01"},      {"B", "B*15:18", "15:18"},         {"DRB1", "DRB1*09:01:02", "09:01"},
      {"B", "15:18P", "15:18"},     {"B", "15:18:01G", "15:18"},       {"B", "B*15:01:01:02N", "15:01N"},
      {"DPB1", "104:01", "104:01"}, {"A", "A*24:02:01:02L", "24:02L"}, {"B", "15:198", "15:198"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char seen[16];
    assert_null(b7_typing_allele(cases[i].locus, cases[i].text, seen));
    assert_string_equal(seen, cases[i].two_field);
  }
}

static void impossible_alleles_say_why(void **state) {
  (void)state;
  static const struct {
    const char *text, *word;
  } cases[] = {{"B62", "molecular"},        {"15", "colon"},
               {"B*15:", "second field"},   {"1:01", "first field"},
               {"15:1", "second field"},    {"00:01", "zeros"},
               {"15:00", "zeros"},          {"A*02:01", "another locus"},
               {"15:01X", "expression"},    {"15:01:1", "third"},
               {"15:01:01:01:01", "third"}, {"15:01NN", "expression"},
               {"", "molecular"},           {"15:12345", "second field"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char seen[16];
    const char *wrong = b7_typing_allele("B", cases[i].text, seen);
    assert_non_null(wrong);
    assert_non_null(strstr(wrong, cases[i].word));
  }
}

static void directions_count_distinct_alleles(void **state) {
  (void)state;
  const char patient[2][16] = {"15:01", "40:01"}, donor[2][16] = {"15:18", "40:01"},
             same[2][16] = {"15:01", "15:01"};
  assert_int_equal(b7_typing_absent(patient, 2, donor, 2), 1);
  assert_int_equal(b7_typing_absent(donor, 2, patient, 2), 1);
  // a homozygous patient lacks nothing that a heterozygous donor shows him, but meets a foreign allele
  assert_int_equal(b7_typing_absent(same, 2, patient, 2), 0);
  assert_int_equal(b7_typing_absent(patient, 2, same, 2), 1);
  assert_int_equal(b7_typing_absent(same, 2, donor, 2), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(alleles_become_two_fields),
                                     cmocka_unit_test(impossible_alleles_say_why),
                                     cmocka_unit_test(directions_count_distinct_alleles)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
