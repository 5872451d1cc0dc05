/* fuzz_course.c - any bytes as a course: an error or a course whose alternatives and plans can be made, never
 * a crash. Small tables of its own keep a run short. */
#include <stdlib.h>
#include <string.h>

#include "../unit/plan_tables.h"
#include "read/course/course_reader.h"
#include "read/plan/plan_make.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void make_plan(const B7Course *course) {
  B7PlanOptions options;
  b7_plan_options_default(&options, sizeof options);
  B7Plan *plan;
  B7Error error;
  options.policy_path = B7_TEST_FOLDER "/fuzz/course_data/policy.yaml";
  if (b7_plan_make_for(course, &test_tables, &options, NULL, &plan, &error) == B7_OK) b7_plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  B7Course *course, *other;
  B7Error error;
  B7Status status = b7_course_parse((const char *)data, size, "fuzz.yaml", B7_TEST_FOLDER "/fuzz/course_data",
                                    -1, NULL, &course, &error);
  // a table that cannot be read would hide everything behind it
  if (status == B7_ERROR_FILE || (status != B7_OK && strstr(error.file, "course_data"))) abort();
  if (status != B7_OK) return 0;
  make_plan(course);
  for (int32_t k = 0; k < b7_course_alternatives(course) && k < 3; k++) {
    if (b7_course_take_alternative(course, k, &other, &error) != B7_OK) continue;
    make_plan(other);
    b7_course_free(other);
  }
  b7_course_free(course);
  return 0;
}
