/* families of endpoints: every endpoint has one, and their spread is read from data/between_studies.yaml */
#include "test_base.h"

#include <string.h>

#include "study/families.h"

#define DATA B7_SOURCE_FOLDER "/data"

static B7StudyFamily family(const char *endpoint) {
  return b7_study_family_of(b7_study_endpoint_find(endpoint));
}

static void every_endpoint_has_a_family(void **state) {
  (void)state;
  for (int32_t i = 0; b7_study_endpoint_name(i); i++)
    assert_true(b7_study_family_of(b7_study_endpoint_find(b7_study_endpoint_name(i))) < B7_STUDY_FAMILIES);
  assert_int_equal(family("agvhd_g2_4"), B7_FAMILY_GVHD);
  assert_int_equal(family("emd_cr"), B7_FAMILY_RESPONSE);
  assert_int_equal(family("relapse_cd7_negative"), B7_FAMILY_RELAPSE);
  assert_int_equal(family("car_expansion_any"), B7_FAMILY_KINETICS);
  assert_int_equal(family("os_median"), B7_FAMILY_SURVIVAL);
  assert_int_equal(family("nrm_rate"), B7_FAMILY_NRM);
  assert_int_equal(family("icans_any"), B7_FAMILY_NEUROTOXICITY);
  assert_int_equal(family("engraftment"), B7_FAMILY_ENGRAFTMENT);
}

static void a_file_names_every_family_once(void **state) {
  (void)state;
  double sd[B7_STUDY_FAMILIES];
  B7Document *document;
  B7Error error;
  assert_int_equal(b7_document_load(DATA "/between_studies.yaml", NULL, &document, &error), B7_OK);
  assert_int_equal(b7_study_families_read(b7_document_root(document), sd, &error), B7_OK);
  for (int f = 0; f < B7_STUDY_FAMILIES; f++) assert_true(sd[f] > 0 && sd[f] < 3);
  b7_document_free(document);
  const char *text = "families: {response: {sd: 0.5}}\n";
  assert_int_equal(b7_document_parse(text, strlen(text), "short.yaml", NULL, &document, &error), B7_OK);
  assert_int_equal(b7_study_families_read(b7_document_root(document), sd, &error), B7_ERROR_INPUT);
  assert_non_null(strstr(error.message, "survival"));
  b7_document_free(document);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_endpoint_has_a_family),
                                     cmocka_unit_test(a_file_names_every_family_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
