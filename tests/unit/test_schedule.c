#include "test_base.h"

#include <math.h>
#include <string.h>

#include "read/course/schedule.h"

/* offsets of a row written as YAML, or -1 when it is refused */
static int32_t offsets(const char *text, double *out) {
  B7Document *document;
  B7Error error;
  assert_int_equal(b7_document_parse(text, strlen(text), "x.yaml", NULL, &document, &error), B7_OK);
  const B7Node *root = b7_document_root(document);
  B7ScheduleText schedule = {.days = b7_node_get(root, "days"),
                             .lasting = b7_node_get(root, "for"),
                             .every = b7_node_get(root, "every"),
                             .times = b7_node_get(root, "times")};
  B7Arena arena = b7_arena_make(NULL);
  double *day;
  int32_t count;
  B7Status status = b7_schedule_read(&schedule, &arena, &day, &count, &error);
  for (int32_t i = 0; status == B7_OK && i < count && i < 64; i++) out[i] = day[i];
  b7_arena_free(&arena);
  b7_document_free(document);
  return status == B7_OK ? count : -1;
}

static void expect(const char *text, int32_t count, const double *wanted) {
  double seen[64];
  assert_int_equal(offsets(text, seen), count);
  for (int32_t i = 0; i < count; i++) assert_true(fabs(seen[i] - wanted[i]) < 1e-12);
}

static void all_forms_give_their_times(void **state) {
  (void)state;
  expect("{}", 1, (const double[]){0});
  expect("{days: 4}", 1, (const double[]){3});
  expect("{days: 1-3}", 3, (const double[]){0, 1, 2});
  expect("{days: [1-2, 11]}", 3, (const double[]){0, 1, 10});
  expect("{days: [1, 4, 8, 11]}", 4, (const double[]){0, 3, 7, 10});
  expect("{days: 2-3, every: 12 h}", 4, (const double[]){1, 1.5, 2, 2.5});
  expect("{days: 2, every: q8h}", 3, (const double[]){1, 1 + 1 / 3.0, 1 + 2 / 3.0});
  expect("{days: 2, every: 1 d}", 1, (const double[]){1});
  expect("{for: 3 d}", 3, (const double[]){0, 1, 2});
  expect("{for: 1 d, every: 8 h}", 3, (const double[]){0, 1 / 3.0, 2 / 3.0});
  expect("{times: 4, every: q12h}", 4, (const double[]){0, 0.5, 1, 1.5});
  expect("{for: 2 weeks, every: 7 d}", 2, (const double[]){0, 7});
}

static void what_cannot_be_meant_is_refused(void **state) {
  (void)state;
  static const char *const texts[] = {"{days: 0}",
                                      "{days: []}",
                                      "{days: 4-1}",
                                      "{days: [3, 1]}",
                                      "{days: [1, 1]}",
                                      "{days: -3}",
                                      "{days: 1-}",
                                      "{days: 1.5}",
                                      "{days: 1-99999}",
                                      "{days: 1, every: 7 h}",
                                      "{days: 1, every: 2 d}",
                                      "{every: 12 h}",
                                      "{times: 3}",
                                      "{times: 0, every: 1 d}",
                                      "{for: 0 d}",
                                      "{for: -3 d}",
                                      "{for: 3}",
                                      "{for: three d}",
                                      "{for: 9000 d}",
                                      "{for: 3 d, times: 2, every: 1 d}",
                                      "{days: 1, times: 2}",
                                      "{for: 2000 d, every: 1 h}",
                                      "{days: {a: 1}}",
                                      "{times: 99999, every: 1 d}"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    double seen[64];
    if (offsets(texts[i], seen) >= 0) fail_msg("accepted: %s", texts[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_forms_give_their_times),
                                     cmocka_unit_test(what_cannot_be_meant_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
