// a course graded as a whole: the index case, the order of rows, later samples, what cannot be
#include <stdlib.h>
#include <string.h>

#include "test_base.h"

#include "assess/rules/finding.h"
#include "assess/series/assessment_parts.h"
#include "base/files.h"
#include "base/random.h"
#include "course_text.h"
#include "criteria_fixture.h"

static const B7Verdict *verdict(const B7Assessment *assessment, const char *endpoint, const char *when) {
  const B7Verdict *rows;
  const int32_t n = b7_assessment_verdicts(assessment, &rows);
  for (int32_t i = 0; i < n; i++)
    if (strcmp(rows[i].endpoint, endpoint) == 0 && rows[i].per_sample == (when != NULL) &&
        (!when || strcmp(rows[i].when, when) == 0))
      return &rows[i];
  fail_msg("no verdict for %s %s", endpoint, when ? when : "");
  return NULL;
}

static B7Assessment *assess_text(const B7Criteria *criteria, const char *text) {
  B7Course *course = read_course(text);
  B7Assessment *assessment;
  B7Error error;
  if (b7_assess_course(course, criteria, NULL, &assessment, &error) != B7_OK) fail_msg("%s", error.message);
  b7_course_free(course);
  return assessment;
}

static void index_case(char **text, size_t *length) {
  assert_int_equal(b7_file_read(B7_SOURCE_FOLDER "/courses/yao2026.yaml", NULL, text, length, NULL), B7_OK);
}

static void test_index_case(void **state) {
  size_t length;
  char *text;
  index_case(&text, &length);
  B7Assessment *a = assess_text(*state, text);
  assert_string_equal(verdict(a, "crs", NULL)->grade, "3");
  assert_string_equal(verdict(a, "crs", NULL)->when, "cart+3");
  assert_string_equal(verdict(a, "icans", NULL)->grade, "0");
  assert_string_equal(verdict(a, "marrow", "cart+15")->grade, "marrow CR");
  assert_string_equal(verdict(a, "mrd", "cart+15")->grade, "negative (< 1e-4)");
  assert_string_equal(verdict(a, "mrd", "cart+15")->deciding,
                      "marrow MRD < 0.01 %, detection limit of the MRD assay 0.01 %");
  // the class of response is open without counts, and says so
  assert_string_equal(verdict(a, "response", "cart+15")->grade, "MLFS to CR");
  assert_string_equal(verdict(a, "response", "cart+15")->missing, "neutrophils, platelets");
  assert_string_equal(verdict(a, "lugano", "cart+16")->grade, "PMR");
  assert_string_equal(verdict(a, "overall", "cart+16")->grade, "PR");
  assert_string_equal(verdict(a, "lugano", "hsct+90")->grade, "CMR");
  assert_string_equal(verdict(a, "neutrophils", NULL)->grade, "+14");
  assert_string_equal(verdict(a, "platelets_20", NULL)->grade, "+45");
  assert_string_equal(verdict(a, "chimerism", NULL)->grade, "mixed");
  assert_true(verdict(a, "chimerism", NULL)->finding.value == 93.33);
  assert_string_equal(verdict(a, "agvhd_magic", NULL)->grade, "0");
  assert_string_equal(verdict(a, "cgvhd", NULL)->grade, "none");
  assert_string_equal(verdict(a, "os", NULL)->grade, "censored at 150 d");
  assert_string_equal(verdict(a, "pfs", NULL)->grade, "censored at 150 d");
  assert_int_equal(verdict(a, "icaht_early", NULL)->evaluable, B7_NOT_EVALUABLE);
  assert_string_equal(verdict(a, "icaht_early", NULL)->grade, "not evaluable: needs neutrophils");
  assert_non_null(strstr(b7_assessment_explain(a, "crs"), "crs.astct2019"));
  assert_null(b7_assessment_explain(a, "cRs"));
  b7_assessment_free(a);
  b7_memory_resize(NULL, text, length + 1, 0);
}

// the index case with the observations of each day in the opposite order (a course must ascend in time)
static char *reversed(const char *text) {
  const char *start = strstr(text, "observations:\n") + strlen("observations:\n");
  const char *end = strstr(start, "\n\n") + 1;
  char *out = malloc(strlen(text) + 1), *at = out;
  memcpy(at, text, (size_t)(start - text));
  at += start - text;
  for (const char *day = start; day < end;) {
    // rows of one day begin alike, up to the first comma
    const size_t same = strcspn(day, ",") + 1;
    const char *day_end = day;
    while (day_end < end && strncmp(day_end, day, same) == 0) day_end = strchr(day_end, '\n') + 1;
    for (const char *line_end = day_end; line_end > day;) {
      const char *line = line_end - 1;
      while (line > day && line[-1] != '\n') line--;
      memcpy(at, line, (size_t)(line_end - line));
      at += line_end - line;
      line_end = line;
    }
    day = day_end;
  }
  strcpy(at, end);
  return out;
}

static void test_order_of_rows_does_not_matter(void **state) {
  size_t length;
  char *text;
  index_case(&text, &length);
  char *other = reversed(text);
  assert_string_not_equal(text, other);
  B7Assessment *a = assess_text(*state, text), *b = assess_text(*state, other);
  assert_string_equal(b7_assessment_json(a), b7_assessment_json(b));
  b7_assessment_free(a);
  b7_assessment_free(b);
  free(other);
  b7_memory_resize(NULL, text, length + 1, 0);
}

// visits see only what lies behind them: with fewer rows the earlier visits read the same
static void test_a_later_sample_changes_nothing_before_it(void **state) {
  enum { ROWS = 12, TRIES = 200 };
  double t_day[ROWS], mrd[ROWS], deauville[ROWS], anc[ROWS];
  B7Random random = b7_random_at(7, 0, B7_STREAM_TRIAL, 0);
  for (int try = 0; try < TRIES; try++) {
    for (int i = 0; i < ROWS; i++) {
      t_day[i] = (i ? t_day[i - 1] : 0) + 1 + floor(40 * b7_random_uniform(&random));
      mrd[i] = b7_random_uniform(&random) < 0.4 ? 0.001 : 60 * b7_random_uniform(&random);
      deauville[i] = b7_random_uniform(&random) < 0.5 ? NAN : 1 + floor(5 * b7_random_uniform(&random));
      anc[i] = 3 * b7_random_uniform(&random);
    }
    for (int rows = 1; rows < ROWS; rows++) {
      B7Visit seen[2][ROWS];
      int count[2] = {0, 0};
      for (int k = 0; k < 2; k++) {
        B7Series series;
        b7_series_make(&series);
        series.cart_day = 0;
        series.end_day = 1000;
        series.mrd_limit_pct = 0.01;
        const int32_t n = k ? rows + 1 : rows;
        series.column[B7_QUANTITY_MARROW_MRD] = (B7Column){n, t_day, mrd};
        series.column[B7_QUANTITY_DEAUVILLE] = (B7Column){n, t_day, deauville};
        series.column[B7_QUANTITY_ANC] = (B7Column){n, t_day, anc};
        B7VisitMemory memory = b7_visits_begin(*state, &series, 0);
        // baselines come from before the infusion, or the first row: the same in both
        for (double t = b7_visits_next(*state, &series, 0); t < INFINITY;
             t = b7_visits_next(*state, &series, t))
          b7_visits_assess(*state, &series, t, &memory, &seen[k][count[k]++]);
      }
      assert_int_equal(count[0], rows);
      assert_int_equal(count[1], rows + 1);
      for (int i = 0; i < rows; i++) {
        const B7Finding *x[] = {&seen[0][i].remission, &seen[0][i].response, &seen[0][i].mrd,
                                &seen[0][i].lugano,    &seen[0][i].overall,  &seen[0][i].relapse};
        const B7Finding *y[] = {&seen[1][i].remission, &seen[1][i].response, &seen[1][i].mrd,
                                &seen[1][i].lugano,    &seen[1][i].overall,  &seen[1][i].relapse};
        for (int f = 0; f < 6; f++) {
          assert_int_equal(x[f]->code, y[f]->code);
          assert_int_equal(x[f]->low, y[f]->low);
          assert_int_equal(x[f]->high, y[f]->high);
          assert_int_equal(x[f]->evaluable, y[f]->evaluable);
          assert_true(x[f]->missing == y[f]->missing);
        }
      }
    }
  }
}

static void refuse(const B7Series *series, const char *message) {
  B7Error error;
  assert_int_equal(b7_series_check(series, &error), B7_ERROR_INPUT);
  assert_string_equal(error.message, message);
}

static void test_what_cannot_be(void **state) {
  (void)state;
  const double days[] = {1, 2}, late[] = {2, 1}, early[] = {-5, 2}, one[] = {1, 1}, counts[] = {2, -0.5},
               shares[] = {5, 101}, fine[] = {2, 3};
  B7Series base;
  b7_series_make(&base);
  base.end_day = 100;
  assert_int_equal(b7_series_check(&base, NULL), B7_OK);
  B7Series series = base;
  series.column[B7_QUANTITY_ANC] = (B7Column){2, days, counts};
  refuse(&series, "anc on day 2 is negative (-0.5)");
  series = base;
  series.column[B7_QUANTITY_ANC] = (B7Column){2, late, fine};
  refuse(&series, "anc: day 1 comes after day 2; rows must ascend");
  series = base;
  series.column[B7_QUANTITY_ANC] = (B7Column){2, early, fine};
  refuse(&series, "anc on day -5 lies before the first day, 0");
  series = base;
  series.column[B7_QUANTITY_MARROW_BLASTS] = (B7Column){2, days, shares};
  refuse(&series, "marrow_blasts on day 2 is 101 %, more than all");
  series = base;
  series.column[B7_QUANTITY_DEATH] = (B7Column){2, days, one};
  refuse(&series, "death is recorded 2 times, first on day 1");
  series = base;
  series.column[B7_QUANTITY_DEATH] = (B7Column){1, days, one};
  series.column[B7_QUANTITY_RELAPSE] = (B7Column){1, days + 1, one};
  refuse(&series, "relapse on day 2 lies after death on day 1");
  series = base;
  series.end_day = -1;
  refuse(&series, "end_day -1 must not lie before start_day 0");
}

// a recorded relapse ends remission; a graft that never comes leaves its endpoints without a subject
static void test_relapse_and_no_graft(void **state) {
  static const char text[] = "course: small\nday0: 2025-01-01\n"
                             "disease: {diagnosis: T-ALL}\nanchors: {cart: 2025-01-10}\n"
                             "treatments:\n  - {at: cart, product: autologous, dose: 1e6 cells/kg}\n"
                             "observations:\n"
                             "  - {at: day0+1, what: marrow_mrd, value: 40 %}\n"
                             "  - {at: cart+28, what: marrow_mrd, below: 0.01 %}\n"
                             "  - {at: cart+28, what: anc, value: 2 1e9/L}\n"
                             "  - {at: cart+28, what: platelets, value: 120 1e9/L}\n"
                             "  - {at: cart+120, what: marrow_mrd, value: 12 %}\n"
                             "milestones:\n  - {at: cart+150, what: death}\n";
  B7Assessment *a = assess_text(*state, text);
  assert_string_equal(verdict(a, "response", NULL)->grade, "CR");
  assert_string_equal(verdict(a, "mrd_day28", NULL)->grade, "negative (< 1e-4)");
  assert_string_equal(verdict(a, "relapse", NULL)->grade, "relapse");
  assert_string_equal(verdict(a, "relapse", NULL)->when, "cart+120");
  assert_string_equal(verdict(a, "os", NULL)->grade, "event at 150 d");
  assert_string_equal(verdict(a, "pfs", NULL)->grade, "event at 120 d");
  assert_string_equal(verdict(a, "nrm", NULL)->grade, "competing event at 120 d");
  assert_string_equal(verdict(a, "cir", NULL)->grade, "event at 120 d");
  assert_string_equal(verdict(a, "rfs", NULL)->grade, "event at 92 d");
  assert_string_equal(verdict(a, "efs_eln2022", NULL)->grade, "event at 120 d");
  assert_string_equal(verdict(a, "neutrophils", NULL)->grade, "not applicable");
  assert_string_equal(verdict(a, "grfs", NULL)->grade, "not applicable");
  b7_assessment_free(a);
}

// who dies without any remission dies of the disease; who was in remission at the start does not
static void test_death_without_remission(void **state) {
  static const struct {
    const char *start, *later, *grade;
  } cases[] = {{"40 %", "35 %", "competing event at 20 d"},
               {"40 %", "0.3 %", "event at 20 d"},
               {"0.3 %", "0.3 %", "event at 20 d"}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char text[900];
    snprintf(text, sizeof text,
             "course: small\nday0: 2025-01-01\ndisease: {diagnosis: T-ALL}\nanchors: {cart: 2025-01-10}\n"
             "treatments:\n  - {at: cart, product: autologous, dose: 1e6 cells/kg}\n"
             "observations:\n"
             "  - {at: day0+1, what: marrow_blasts, value: %s}\n"
             "  - {at: cart+14, what: marrow_blasts, value: %s}\n"
             "milestones:\n  - {at: cart+20, what: death}\n",
             cases[i].start, cases[i].later);
    B7Assessment *a = assess_text(*state, text);
    assert_string_equal(verdict(a, "nrm", NULL)->grade, cases[i].grade);
    assert_string_equal(verdict(a, "os", NULL)->grade, "event at 20 d");
    b7_assessment_free(a);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_index_case),
                                     cmocka_unit_test(test_order_of_rows_does_not_matter),
                                     cmocka_unit_test(test_a_later_sample_changes_nothing_before_it),
                                     cmocka_unit_test(test_what_cannot_be),
                                     cmocka_unit_test(test_death_without_remission),
                                     cmocka_unit_test(test_relapse_and_no_graft)};
  return cmocka_run_group_tests(tests, load_criteria, free_criteria);
}
