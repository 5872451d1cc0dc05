/* criteria_fixture.h - the product's own criteria, loaded once for a test. */
#ifndef B7_TEST_CRITERIA_FIXTURE_H
#define B7_TEST_CRITERIA_FIXTURE_H

#include "assess/rules/criteria.h"

#define CRITERIA_FOLDER B7_SOURCE_FOLDER "/criteria"

static inline int load_criteria(void **state) {
  B7Criteria *criteria;
  B7Error error;
  if (b7_criteria_load(CRITERIA_FOLDER, NULL, &criteria, &error) != B7_OK) {
    print_error("%s\n", error.message);
    return -1;
  }
  *state = criteria;
  return 0;
}

static inline int free_criteria(void **state) {
  b7_criteria_free(*state);
  return 0;
}

#endif
