/* Files in the format of an IPD-IMGT/HLA release, with made-up rows. */
#include "test_base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "hla_fixture.h"

static char folder[64];

static void put(const char *name, const char *text) {
  char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  assert_int_equal(b7_file_write(path, text, strlen(text), NULL), B7_OK);
}

static void released_tables_replace_the_shipped_ones(void **state) {
  (void)state;
  char path[128];
  B7Error error;
  strcpy(folder, "/tmp/b7_release_XXXXXX");
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/wmda", folder);
  mkdir(path, 0700);
  B7Hla *hla = hla_tables();
  assert_int_equal(b7_hla_read_release(hla, folder, &error), B7_ERROR_FILE);
  put("wmda/hla_nom_p.txt",
      "# file: hla_nom_p.txt\nB*;15:01:01:01/15:01:02/15:901;15:01P\nB*;15:902;\nDRB3*;01:01;01:01P\n");
  put("wmda/hla_nom_g.txt", "# file\nB*;15:01:01:02N/15:901;15:903:01G\nB*;15:902;\n");
  put("wmda/rel_dna_ser.txt",
      "B*;15:01:01:01;62;;;\nB*;15:901:01;?;;;\nB*;15:901:02;;;75;\nB*;15:902;;15/70;;\nB*;15:01:01:02N;0;;;\n");
  put("wmda/rel_ser_ser.txt", "B;15;62/75;\n");
  put("dpb_tce.csv",
      "Allele,Protein,V1_Assignment,V2_Assignment,Comments\nDPB1*04:01:01:01,DPB1*04:01,3$,2a$,predicted\n");
  assert_int_equal(b7_hla_read_release(hla, folder, &error), B7_OK);
  char one[8], two[8];
  B7HlaSerology comparison;
  b7_hla_serology(hla, "B*15:901", "B*15:902", one, two, &comparison, NULL);
  assert_string_equal(one, "75");
  assert_string_equal(two, "");
  B7HlaTyping *r = hla_typing(hla, "B*15:901,B*15:902 DPB1*04:01,DPB1*04:01"),
              *d = hla_typing(hla, "B*15:903:01G,B*15:77 DPB1*02:01,DPB1*02:01");
  // what neither the release nor the shipped tables hold is told
  B7HlaMatch match;
  b7_hla_match(hla, r, d, 8, B7_HLA_KEY_ARD, false, &match, NULL);
  assert_int_equal(match.locus[1].certainty, B7_HLA_CERTAINTY_POTENTIAL);
  assert_string_equal(
      match.locus[1].why,
      "donor: B*15:77 is neither in the release given nor in the shipped tables; check the name, or "
      "take it as written (--names-as-written)");
  b7_hla_typing_free(d);
  static const char *const groups[] = {"B*15:902:01G,B*15:01", "B*15:777P,B*15:01"};
  for (int i = 0; i < 2; i++)
    assert_int_equal(b7_hla_typing_make(hla, groups[i], "donor", false, &d, &error), B7_ERROR_INPUT);
  assert_string_equal(
      error.message,
      "donor: P group 'B*15:777P' is neither in the release given nor in the shipped tables; check the "
      "name, or take it as written (--names-as-written)");
  b7_hla_take_names_as_written(hla);
  d = hla_typing(hla, "B*15:903:01G,B*15:77 DPB1*02:01,DPB1*02:01");
  b7_hla_match(hla, r, d, 8, B7_HLA_KEY_ARD, false, &match, NULL);
  // a whole release leaves nothing open: 15:77 is in no P group
  assert_true(match.locus[1].matched_min == 1 && match.locus[1].certainty == B7_HLA_CERTAINTY_DEFINITE);
  int32_t recipient_group, donor_group;
  assert_int_equal(b7_hla_dpb1_tce(hla, r, d, 2, &recipient_group, &donor_group, NULL), B7_HLA_TCE_UNKNOWN);
  assert_true(recipient_group == 2 && donor_group == -1);
  b7_hla_typing_free(r);
  b7_hla_typing_free(d);
  put("dpb_tce.csv", "this is not the file\n");
  assert_int_equal(b7_hla_read_release(hla, folder, &error), B7_ERROR_INPUT);
  b7_hla_free(hla);
  static const char *const names[] = {"wmda/hla_nom_p.txt", "wmda/hla_nom_g.txt", "wmda/rel_dna_ser.txt",
                                      "wmda/rel_ser_ser.txt", "dpb_tce.csv"};
  for (int i = 0; i < 5; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    unlink(path);
  }
  snprintf(path, sizeof path, "%s/wmda", folder);
  rmdir(path);
  rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(released_tables_replace_the_shipped_ones)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
