/* Antigens of alleles: splits, broad antigens, blanks. */
#include "test_base.h"

#include "hla_fixture.h"

static void antigens(void **state) {
  (void)state;
  static const struct {
    const char *one, *two, *antigen_one, *antigen_two;
    B7HlaSerology comparison;
  } cases[] = {{"B*15:01", "B*15:18", "62", "71", B7_HLA_SEROLOGY_DIFFERENT},
               {"B*15:01:01:01", "B*15:04", "62", "62", B7_HLA_SEROLOGY_SAME},
               {"B*15:18P", "B*15:10", "71", "71", B7_HLA_SEROLOGY_SAME},
               {"B*40:01", "B*40:02", "60", "61", B7_HLA_SEROLOGY_DIFFERENT},
               {"A*02:01", "A*02:03", "2", "203", B7_HLA_SEROLOGY_DIFFERENT},
               {"C*03:03", "C*03:04", "9", "10", B7_HLA_SEROLOGY_DIFFERENT},
               {"DQB1*03:01", "DQB1*03:02", "7", "8", B7_HLA_SEROLOGY_DIFFERENT},
               // B15 is the broad antigen of B62: the allele of the broad one may well be the split
               {"B*15:29", "B*15:01", "15", "62", B7_HLA_SEROLOGY_UNKNOWN},
               {"B*15:09", "B*15:18", "70", "71", B7_HLA_SEROLOGY_UNKNOWN},
               {"B*15:29", "B*07:02", "15", "7", B7_HLA_SEROLOGY_DIFFERENT},
               // no antigen is defined, none is in the tables, none is expressed
               {"C*12:03", "C*07:01", "", "7", B7_HLA_SEROLOGY_UNKNOWN},
               {"B*15:999", "B*15:01", "", "62", B7_HLA_SEROLOGY_UNKNOWN},
               {"B*15:01N", "B*15:01", "", "62", B7_HLA_SEROLOGY_UNKNOWN},
               {"DPB1*04:01", "DPB1*02:01", "", "", B7_HLA_SEROLOGY_UNKNOWN}};
  B7Hla *hla = hla_tables();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char one[8], two[8];
    B7HlaSerology comparison;
    assert_int_equal(b7_hla_serology(hla, cases[i].one, cases[i].two, one, two, &comparison, NULL), B7_OK);
    assert_string_equal(one, cases[i].antigen_one);
    assert_string_equal(two, cases[i].antigen_two);
    assert_int_equal(comparison, cases[i].comparison);
  }
  char one[8], two[8];
  B7HlaSerology comparison;
  B7Error error;
  assert_int_equal(b7_hla_serology(hla, "B*15:01", NULL, one, two, &comparison, &error), B7_OK);
  assert_string_equal(one, "62");
  assert_int_equal(b7_hla_serology(hla, "B62", NULL, one, two, &comparison, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "allele 'B62' is no allele of a compared locus; write it as B*15:01");
  assert_int_equal(b7_hla_serology(hla, "B*15:01", "A*02:01", one, two, &comparison, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, "'B*15:01' and 'A*02:01' are of different loci");
  b7_hla_free(hla);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(antigens)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
