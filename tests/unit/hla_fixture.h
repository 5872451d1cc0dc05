/* hla_fixture.h - tables of the source tree, and typings as short as a test needs them. */
#ifndef B7_TESTS_HLA_FIXTURE_H
#define B7_TESTS_HLA_FIXTURE_H

#include "bridge7_hla.h"

static inline B7Hla *hla_tables(void) {
  B7Hla *hla = NULL;
  B7Error error = {.status = B7_OK};
  B7Status status = b7_hla_load(B7_SOURCE_FOLDER "/data", B7_SOURCE_FOLDER "/criteria", NULL, &hla, &error);
  if (status != B7_OK) fail_msg("%s:%d: %s", error.file, (int)error.line, error.message);
  return hla;
}

static inline B7HlaTyping *hla_typing(const B7Hla *hla, const char *text) {
  B7HlaTyping *typing = NULL;
  B7Error error = {.status = B7_OK};
  if (b7_hla_typing_make(hla, text, "person", false, &typing, &error) != B7_OK)
    fail_msg("%s: %s", text, error.message);
  return typing;
}

#define HLA_REST " C*03:04,C*07:02 DRB1*09:01,DRB1*15:01 DQB1*03:03,DQB1*06:02 DPB1*05:01,DPB1*02:01"

#endif
