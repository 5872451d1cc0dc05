/* the index case as it is read: what the publication says is there, where it belongs, known as well as it is
 * known */
#include "test_base.h"

#include <math.h>
#include <stdlib.h>

#include "base/files.h"
#include "course_text.h"
#include "plan_tables.h"
#include "read/course/plan_make.h"
#include "treat/plan.h"

static B7Course *index_case(void) {
  B7Course *course = NULL;
  B7Error error;
  if (b7_course_load(B7_SOURCE_FOLDER "/courses/yao2026.yaml", DATA_FOLDER, NULL, &course, &error) != B7_OK) {
    fail_msg("%s:%d:%d: %s", error.file, (int)error.line, (int)error.column, error.message);
  }
  return course;
}

/* days on which a drug of one chemotherapy course is given, and the number of doses */
static void expect_drug(const B7Course *course, int32_t number, const char *drug, double first, double last,
                        int32_t doses, double amount) {
  const struct B7Course *inside = course;
  int32_t n = 0;
  double from = INFINITY, to = -INFINITY;
  for (int32_t i = 0; i < inside->n_given; i++) {
    const B7Given *given = &inside->given[i];
    if (given->course != number || strcmp(given->name, drug) != 0) continue;
    n += given->n_day;
    from = fmin(from, given->day[0]);
    to = fmax(to, given->day[given->n_day - 1]);
    if (amount > 0) assert_true(given->dose.amount == amount);
  }
  if (n != doses || from != first || to != last)
    fail_msg("course %d, %s: %d doses, day %g to %g", (int)number, drug, (int)n, from, to);
}

static void nine_courses_after_the_pre_phase(void **state) {
  (void)state;
  B7Course *course = index_case();
  expect_drug(course, 0, "cyclophosphamide", 0, 4, 5, 200);
  expect_drug(course, 0, "prednisone", 0, 4, 5, 1);
  expect_drug(course, 1, "cyclophosphamide", 5, 7.5, 6, 200);
  expect_drug(course, 1, "vindesine", 8, 15, 2, 4);
  expect_drug(course, 1, "dexamethasone", 5, 18, 8, 40);
  expect_drug(course, 2, "methotrexate", 34, 34, 1, 1000);
  expect_drug(course, 2, "cytarabine", 35, 36.5, 4, 3000);
  expect_drug(course, 3, "venetoclax", 69, 82, 14, 0);
  expect_drug(course, 4, "azacitidine", 104, 110, 7, 100);
  expect_drug(course, 4, "venetoclax", 101, 107, 7, 400);
  expect_drug(course, 5, "cytarabine", 136, 137.5, 4, 2500);
  expect_drug(course, 6, "chidamide", 173, 183, 4, 10);
  expect_drug(course, 7, "gemcitabine", 201, 201, 1, 1000);
  expect_drug(course, 8, "cisplatin", 235, 235, 1, 75);
  expect_drug(course, 9, "gemcitabine", 266, 266, 1, 600);
  expect_drug(course, 9, "selinexor", 266, 276, 4, 20);
  b7_course_free(course);
}

static void the_recorded_marrow_values_are_all_there(void **state) {
  (void)state;
  static const struct {
    double day, value;
  } recorded[] = {{0, 44.57},  {33, 22.90}, {67, 6.79},  {100, 8.61}, {134, 4.31},
                  {169, 1.45}, {199, 6.32}, {232, 3.04}, {264, 11.35}};
  B7Course *course = index_case();
  const B7Observation *rows;
  int32_t count = b7_course_observations(course, &rows), found = 0, negative = 0;
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(rows[i].what, "marrow_mrd") != 0) continue;
    if (isnan(rows[i].value)) {
      assert_true(rows[i].below == 0.01);
      negative++;
      continue;
    }
    assert_true(rows[i].t_day == recorded[found].day && rows[i].value == recorded[found].value);
    found++;
  }
  assert_int_equal(found, 9);
  assert_int_equal(negative, 7);
  b7_course_free(course);
}

static void people_and_times_are_as_published(void **state) {
  (void)state;
  B7Course *course = index_case();
  assert_string_equal(b7_course_name(course), "yao2026");
  assert_string_equal(b7_course_citation(course), "Yao2026");
  assert_string_equal(b7_course_day0(course), "2024-06-18");
  assert_true(b7_course_anchor_day(course, "cart") == 293);
  assert_true(b7_course_anchor_day(course, "hsct") == 348);
  assert_int_equal(b7_course_flags(course, NULL), 26);
  assert_string_equal(b7_course_fact(course, "donor", "relation")->text, "son");
  const B7HlaRow *hla;
  int32_t n_hla = b7_course_hla(course, &hla), gvh = 0, hvg = 0;
  for (int32_t i = 0; i < n_hla; i++) {
    gvh += hla[i].gvh;
    hvg += hla[i].hvg;
  }
  assert_int_equal(n_hla, 5);
  assert_int_equal(gvh, 1);
  assert_int_equal(hvg, 1);
  const B7CourseRecord *records;
  int32_t n_record = b7_course_records(course, &records);
  bool crs = false, neutrophils = false, platelets = false;
  for (int32_t i = 0; i < n_record; i++) {
    crs = crs || (strcmp(records[i].what, "crs") == 0 && records[i].grade == 3 && records[i].t_day == 296);
    neutrophils = neutrophils ||
                  (strcmp(records[i].what, "neutrophil_engraftment") == 0 && records[i].t_day == 348 + 14);
    platelets =
        platelets || (strcmp(records[i].what, "platelet_engraftment") == 0 && records[i].t_day == 348 + 45);
  }
  assert_true(crs && neutrophils && platelets);
  b7_course_free(course);
}

static void every_flag_is_used(void **state) {
  (void)state;
  B7Course *course = index_case();
  const struct B7Course *inside = course;
  const B7CourseFlag *flags;
  int32_t count = b7_course_flags(course, &flags);
  for (int32_t i = 0; i < count; i++) {
    // as the flag of a row, or named in a note
    const char *first = strstr(inside->text, "treatments:"), *patient = strstr(inside->text, "patient:");
    char word[16];
    snprintf(word, sizeof word, "%s", flags[i].name);
    bool used = false;
    for (const char *at = patient; (at = strstr(at, word)); at += strlen(word)) {
      char after = at[strlen(word)];
      if (after < '0' || after > '9') used = true;
    }
    assert_non_null(first);
    if (!used) fail_msg("flag %s explains nothing", word);
  }
  b7_course_free(course);
}

static void every_alternative_loads_and_differs(void **state) {
  (void)state;
  B7Course *course = index_case();
  int32_t count = b7_course_alternatives(course);
  assert_int_equal(count, 11);
  for (int32_t k = 0; k < count; k++) {
    B7Course *other;
    B7Error error;
    B7Plan *was, *now;
    if (b7_course_take_alternative(course, k, &other, &error) != B7_OK)
      fail_msg("%s: %s", b7_course_alternative_label(course, k), error.message);
    assert_int_equal(b7_plan_make_for(course, &test_tables, NULL, NULL, &was, &error), B7_OK);
    assert_int_equal(b7_plan_make_for(other, &test_tables, NULL, NULL, &now, &error), B7_OK);
    bool differs = was->n_event != now->n_event ||
                   b7_course_anchor_day(course, "cart") != b7_course_anchor_day(other, "cart");
    for (int32_t i = 0; !differs && i < was->n_event; i++) {
      const B7PlanEvent *a = &was->events[i], *b = &now->events[i];
      differs = a->t_day != b->t_day || a->event != b->event ||
                was->arguments[a->argument_start] != now->arguments[b->argument_start] ||
                a->scale_parameter[0] != b->scale_parameter[0];
    }
    if (!differs) fail_msg("%s changes nothing", b7_course_alternative_label(course, k));
    b7_plan_free(was);
    b7_plan_free(now);
    b7_course_free(other);
  }
  b7_course_free(course);
}

static void equal_texts_have_equal_hashes(void **state) {
  (void)state;
  static const char *const text =
      "course: c\nday0: 2025-01-01\ntreatments:\n  - {at: day0, drug: CTX, dose: 1 g/m2}\n";
  B7Course *a = read_course(text), *b = read_course(text), *other = index_case();
  assert_int_equal(strlen(b7_course_hash(a)), 16);
  assert_string_equal(b7_course_hash(a), b7_course_hash(b));
  assert_string_not_equal(b7_course_hash(a), b7_course_hash(other));
  b7_course_free(a);
  b7_course_free(b);
  b7_course_free(other);
}

/* the example that a reader copies must load */
static void the_example_of_the_documentation_loads(void **state) {
  (void)state;
  char *text;
  size_t length;
  B7Error error;
  assert_int_equal(b7_file_read(B7_SOURCE_FOLDER "/docs/course_format.md", NULL, &text, &length, &error),
                   B7_OK);
  char *start = strstr(text, "```yaml\ncourse: example");
  assert_non_null(start);
  start += strlen("```yaml\n");
  char *end = strstr(start, "```");
  assert_non_null(end);
  *end = '\0';
  B7Course *course = read_course(start);
  assert_int_equal(b7_course_bars(course, NULL), 4);
  assert_int_equal(b7_course_alternatives(course), 1);
  b7_course_free(course);
  b7_memory_resize(NULL, text, length + 1, 0);
}

static void files_that_are_not_there_say_so(void **state) {
  (void)state;
  B7Course *course;
  B7Error error;
  assert_int_equal(b7_course_load("no/such/course.yaml", DATA_FOLDER, NULL, &course, &error), B7_ERROR_INPUT);
  assert_null(course);
  assert_int_equal(
      b7_course_load(B7_SOURCE_FOLDER "/courses/yao2026.yaml", "no/such/folder", NULL, &course, &error),
      B7_ERROR_INPUT);
  assert_null(course);
  assert_int_equal(b7_course_load(NULL, DATA_FOLDER, NULL, &course, &error), B7_ERROR_USAGE);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(nine_courses_after_the_pre_phase),
                                     cmocka_unit_test(the_recorded_marrow_values_are_all_there),
                                     cmocka_unit_test(people_and_times_are_as_published),
                                     cmocka_unit_test(every_flag_is_used),
                                     cmocka_unit_test(every_alternative_loads_and_differs),
                                     cmocka_unit_test(equal_texts_have_equal_hashes),
                                     cmocka_unit_test(the_example_of_the_documentation_loads),
                                     cmocka_unit_test(files_that_are_not_there_say_so)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
