/* The tables of data/hla and criteria/hla.yaml: consistent with each other, mistakes named with file and
 * line. */
#include "test_base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assess/hla/hla.h"
#include "base/files.h"
#include "hla_fixture.h"

static void every_listed_allele_is_known_everywhere(void **state) {
  (void)state;
  B7Hla *hla = hla_tables();
  for (int kind = 0; kind < B7_HLA_TABLES; kind++) {
    const B7HlaTable *table = &hla->table[kind];
    if (kind != B7_HLA_TABLE_G) assert_true(table->count > 10);
    for (size_t i = 1; i < table->count; i++) assert_true(table->facts[i - 1].name < table->facts[i].name);
  }
  // alleles of one P group show one ligand
  const B7HlaTable *groups = &hla->table[B7_HLA_TABLE_P];
  for (size_t i = 0; i < groups->count; i++) {
    const B7HlaFact *own = b7_hla_find(hla, B7_HLA_TABLE_KIR, groups->facts[i].name);
    const B7HlaFact *founder = b7_hla_find(hla, B7_HLA_TABLE_KIR, groups->facts[i].group);
    if (own && founder) assert_int_equal(own->value[0], founder->value[0]);
  }
  b7_hla_free(hla);
}

static void names(void **state) {
  (void)state;
  B7HlaName name;
  char form, text[24];
  assert_null(b7_hla_read_fields(B7_HLA_LOCUS_DPB1, "1001:01:02N", 11, &name, &form));
  b7_hla_format(name, text);
  assert_string_equal(text, "DPB1*1001:01N");
  assert_true(form == 0 && b7_hla_is_null(name) && b7_hla_first(name) == 1001);
  assert_null(b7_hla_read_fields(B7_HLA_LOCUS_B, "15:18:01G", 9, &name, &form));
  assert_int_equal(form, 'G');
  assert_int_equal(b7_hla_find_locus("DRB1", 4), B7_HLA_LOCUS_DRB1);
  assert_int_equal(b7_hla_find_locus("DRB", 3), -1);
  for (int locus = 0; locus < B7_HLA_LOCI; locus++) {
    const char *own = b7_hla_locus_name((B7HlaLocus)locus);
    assert_int_equal(b7_hla_find_locus(own, strlen(own)), locus);
  }
}

// a folder with the shipped tables, one of them changed
static void expect_mistake(const char *file, const char *content, const char *message) {
  static const char *const files[] = {"data/hla/serology.tsv",    "data/hla/antigen_splits.tsv",
                                      "data/hla/p_groups.tsv",    "data/hla/dpb1_tce.tsv",
                                      "data/hla/kir_ligands.tsv", "criteria/hla.yaml"};
  char folder[] = "/tmp/b7_hla_XXXXXX", path[256], other[256];
  assert_non_null(mkdtemp(folder));
  static const char *const folders[] = {"data", "data/hla", "criteria"};
  for (int i = 0; i < 3; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
    assert_int_equal(mkdir(path, 0700), 0);
  }
  B7Error error;
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char *bytes;
    size_t length;
    snprintf(path, sizeof path, B7_SOURCE_FOLDER "/%s", files[i]);
    assert_int_equal(b7_file_read(path, NULL, &bytes, &length, &error), B7_OK);
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    const char *text = strcmp(files[i], file) == 0 ? content : bytes;
    assert_int_equal(b7_file_write(path, text, strlen(text), &error), B7_OK);
    b7_memory_resize(NULL, bytes, length + 1, 0);
  }
  B7Hla *hla = NULL;
  snprintf(path, sizeof path, "%s/data", folder);
  snprintf(other, sizeof other, "%s/criteria", folder);
  assert_int_equal(b7_hla_load(path, other, NULL, &hla, &error), B7_ERROR_INPUT);
  assert_null(hla);
  char seen[1100];
  b7_error_format(&error, seen, sizeof seen);
  assert_true(strlen(seen) > strlen(folder) + 1);
  assert_string_equal(seen + strlen(folder) + 1, message);
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, files[i]);
    unlink(path);
  }
  for (int i = 2; i >= 0; i--) {
    snprintf(path, sizeof path, "%s/%s", folder, folders[i == 2 ? 2 : i]);
    rmdir(path);
  }
  rmdir(folder);
}

static void mistakes_in_tables(void **state) {
  (void)state;
  expect_mistake("data/hla/serology.tsv", "locus\tantigen\talleles\nB\t62\t15:01\nQ\t1\t01:01\n",
                 "data/hla/serology.tsv:3:1: 'Q' is no locus; write A, B, C, DRB1, DQB1 or DPB1");
  expect_mistake("data/hla/serology.tsv", "locus\tantigen\talleles\n# note\nB\t62\n",
                 "data/hla/serology.tsv:3: 2 columns by tabs, 3 are needed");
  expect_mistake("data/hla/p_groups.tsv", "locus\tgroup\talleles\nB\t15:01\t15:01\n",
                 "data/hla/p_groups.tsv:2: '15:01' is no P group; write own or one as 15:01P");
  expect_mistake("data/hla/p_groups.tsv", "locus\tgroup\talleles\nB\town\t15:01 1502\n",
                 "data/hla/p_groups.tsv:2: allele '1502' has one field; write two or more, as in 15:01");
  expect_mistake(
      "data/hla/dpb1_tce.tsv", "v1\tv2\talleles\n3\t4\t04:01\n",
      "data/hla/dpb1_tce.tsv:2: '4' is no T-cell-epitope group; write 0 to 3, or ? when none is assigned");
  expect_mistake("data/hla/kir_ligands.tsv", "locus\tligand\tprotection\talleles\nC\tC3\t-\t01:02\n",
                 "data/hla/kir_ligands.tsv:2: 'C3' with protection '-' is not known");
  expect_mistake("criteria/hla.yaml", "rules:\n  - id: hla.match\n    thresholds: {loci_8: {value: 4}}\n",
                 "criteria/hla.yaml:3:17: 'loci_10:' is missing here");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_listed_allele_is_known_everywhere),
                                     cmocka_unit_test(names), cmocka_unit_test(mistakes_in_tables)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
