/* course_text.h - courses as texts in a test, read with the product's own data. */
#ifndef B7_TEST_COURSE_TEXT_H
#define B7_TEST_COURSE_TEXT_H

#include <stdio.h>
#include <string.h>

#include "read/course/course_reader.h"

#define DATA_FOLDER B7_SOURCE_FOLDER "/data"

static inline B7Status try_course(const char *text, B7Course **course, B7Error *error) {
  return b7_course_parse(text, strlen(text), "course.yaml", DATA_FOLDER, -1, NULL, course, error);
}

/* Must load. */
static inline B7Course *read_course(const char *text) {
  B7Course *course = NULL;
  B7Error error;
  char message[1200];
  if (try_course(text, &course, &error) != B7_OK) {
    b7_error_format(&error, message, sizeof message);
    fail_msg("%s", message);
  }
  return course;
}

/* Must not load, with exactly this message. */
static inline void refuse_course(const char *text, const char *message) {
  B7Course *course = NULL;
  B7Error error;
  char seen[1200];
  assert_int_equal(try_course(text, &course, &error), B7_ERROR_INPUT);
  assert_null(course);
  b7_error_format(&error, seen, sizeof seen);
  assert_string_equal(seen, message);
}

#endif
