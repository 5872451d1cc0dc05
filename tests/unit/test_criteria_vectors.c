#define _GNU_SOURCE // strcasestr
// the vector files: published rules applied to cases with a known answer. Reads every *_vectors.tsv of the
// folder B7_VECTORS (default tests/vectors); a mismatch, a row whose rule is not known, or a file that nobody
// reads fails. Rows listed in DISPUTED.md of the project's own folder are counted apart.
#include <dirent.h>

#include "test_base.h"
#include "vectors_graft.h"
#include "vectors_patient.h"
#include "vectors_response.h"
#include "vectors_standards.h"
#include "vectors_toxicity.h"
#if __has_include("vectors_hla.h")
#include "vectors_hla.h"
#define HAVE_HLA_ROWS 1
#endif
#if __has_include("vectors_statistics.h")
#include "vectors_statistics.h"
#define HAVE_STATISTICS_ROWS 1
#endif

#include "base/files.h"

#define COLUMNS_MAX 32
#define FILES_MAX 64

typedef struct Tally {
  int32_t rows, passed, failed, disputed;
} Tally;

// cut a line at tabs, in place, without blanks around the cells
static int cut(char *line, char *cells[COLUMNS_MAX]) {
  int n = 0;
  for (char *at = line; n < COLUMNS_MAX;) {
    const size_t length = strcspn(at, "\t");
    const bool more = at[length] == '\t';
    char *first = at + strspn(at, " "), *last = at + length;
    while (last > first && (last[-1] == ' ' || last[-1] == '\r')) last--;
    at += length + more;
    *last = '\0';
    cells[n++] = first < last ? first : last;
    if (!more) break;
  }
  return n;
}

static bool run_row(const B7Criteria *criteria, const char *topic, const VectorsRow *row) {
  if (strcmp(topic, "crs_icans") == 0) return vectors_crs_icans_row(criteria, row);
  if (strcmp(topic, "haematotoxicity") == 0) return vectors_haematotoxicity_row(criteria, row);
  if (strcmp(topic, "response") == 0) return vectors_response_row(criteria, row);
  if (strcmp(topic, "engraftment") == 0) return vectors_engraftment_row(criteria, row);
  if (strcmp(topic, "gvhd") == 0) return vectors_gvhd_row(criteria, row);
  if (strcmp(topic, "body_size") == 0) return vectors_body_size_row(row);
  if (strcmp(topic, "endpoints_definitions") == 0) return vectors_endpoints_definitions_row(criteria, row);
  if (strcmp(topic, "data_standards") == 0)
    return vectors_data_standards_row(criteria, row, B7_TEST_FOLDER "/standards/terminology.tsv");
#ifdef HAVE_HLA_ROWS
  if (strcmp(topic, "hla") == 0)
    return vectors_hla_row(row->columns, row->cells, row->n, row->why, row->why_size);
#endif
#ifdef HAVE_STATISTICS_ROWS
  if (strcmp(topic, "endpoints_statistics") == 0)
    return vectors_statistics_row(row->columns, row->cells, row->n, row->why, row->why_size);
#endif
  return vectors_unknown(row, "topic", topic);
}

// a row is disputed when DISPUTED.md has a line that begins "- topic id:"
static bool disputed(const char *list, const char *topic, const char *id) {
  char wanted[128];
  snprintf(wanted, sizeof wanted, "- %s %s:", topic, id);
  return list && strstr(list, wanted) != NULL;
}

static void run_file(const B7Criteria *criteria, const char *path, const char *topic, const char *disputes,
                     Tally *tally) {
  char *text, why[512];
  size_t length;
  B7Error error;
  if (b7_file_read(path, NULL, &text, &length, &error) != B7_OK) fail_msg("%s", error.message);
  char *columns[COLUMNS_MAX], *cells[COLUMNS_MAX];
  int n_column = 0;
  Tally own = {0};
  // a mark of byte order is no part of the first column's name
  char *start = text + (strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0);
  for (char *line = start, *next; line; line = next) {
    next = strchr(line, '\n');
    if (next) *next++ = '\0';
    if (!line[strspn(line, " \t\r")] || *line == '#') continue;
    if (n_column == 0) {
      n_column = cut(line, columns);
      continue;
    }
    const int n = cut(line, cells);
    for (int i = n; i < n_column; i++) cells[i] = "";
    why[0] = '\0';
    const VectorsRow row = {(const char *const *)columns, (const char *const *)cells, n_column, why,
                            sizeof why};
    own.rows++;
    const bool apart = disputed(disputes, topic, cells[0]);
    if (run_row(criteria, topic, &row)) {
      own.passed++;
    } else if (apart) {
      own.disputed++;
      print_message("%s %s: disputed: %s\n", topic, cells[0], why);
    } else {
      own.failed++;
      print_error("%s %s: %s (expected %s%s%s)\n", topic, cells[0], why, vectors_cell(&row, "expected"),
                  vectors_cell(&row, "expected_grade"), vectors_cell(&row, "expected_time"));
    }
  }
  print_message("%-24s %4d rows, %4d as expected, %d wrong, %d disputed\n", topic, own.rows, own.passed,
                own.failed, own.disputed);
  tally->rows += own.rows;
  tally->passed += own.passed;
  tally->failed += own.failed;
  tally->disputed += own.disputed;
  b7_memory_resize(NULL, text, length + 1, 0);
}

static void run_folder(const char *folder) {
  B7Criteria *criteria;
  B7Error error;
  if (b7_criteria_load(B7_SOURCE_FOLDER "/criteria", NULL, &criteria, &error) != B7_OK) {
    char text[1200];
    b7_error_format(&error, text, sizeof text);
    fail_msg("%s", text);
  }
  char *disputes = NULL;
  size_t disputes_length = 0;
  if (b7_file_exists(B7_TEST_FOLDER "/vectors/DISPUTED.md"))
    assert_int_equal(
        b7_file_read(B7_TEST_FOLDER "/vectors/DISPUTED.md", NULL, &disputes, &disputes_length, &error),
        B7_OK);
  B7Arena arena = b7_arena_make(NULL);
  char **names;
  int32_t count;
  assert_int_equal(b7_file_list(folder, "_vectors.tsv", &arena, &names, &count, &error), B7_OK);
  assert_true(count > 0);
  Tally tally = {0};
  for (int32_t i = 0; i < count; i++) {
    char topic[128];
    const char *slash = strrchr(names[i], '/');
    snprintf(topic, sizeof topic, "%s", slash ? slash + 1 : names[i]);
    topic[strlen(topic) - strlen("_vectors.tsv")] = '\0';
    run_file(criteria, names[i], topic, disputes, &tally);
  }
  print_message("%d rows, %d as expected, %d wrong, %d disputed\n", tally.rows, tally.passed, tally.failed,
                tally.disputed);
  if (disputes) b7_memory_resize(NULL, disputes, disputes_length + 1, 0);
  b7_arena_free(&arena);
  b7_criteria_free(criteria);
  assert_int_equal(tally.failed, 0);
}

static void test_all_vectors(void **state) {
  (void)state;
  const char *folder = getenv("B7_VECTORS");
  run_folder(folder && *folder ? folder : B7_TEST_FOLDER "/vectors");
}

// cases of our own: boundaries and rules that the published cases leave out, expectations worked out apart
// from the library
static void test_our_own_cases(void **state) {
  (void)state;
  run_folder(B7_TEST_FOLDER "/vectors_more");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_vectors),
                                     cmocka_unit_test(test_our_own_cases)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
