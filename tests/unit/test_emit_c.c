/* The emitted text: as kept for the small model, the same every time, with texts escaped; and kernels that
 * the system compiler makes of it. To accept a changed text: B7_WRITE_GOLDEN=1 test_emit_c. */
#include "test_base.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "compile/code/emit_c.h"
#include "compile/code/emit_parts.h"
#include "compile/code/kernel_parts.h"
#include "compile/code/machine.h"
#include "kernel_fixture.h"
#include "model/model.h"

#define SMALL B7_TEST_FOLDER "/golden/small.yaml"
#define GOLDEN B7_TEST_FOLDER "/golden/small.c.txt"

static B7Model *load_small(void) {
  B7Model *model = NULL;
  B7Error error;
  assert_int_equal(b7_model_load(SMALL, NULL, &model, &error), B7_OK);
  return model;
}

static char *emit(B7Model *model) {
  char *text = NULL;
  B7Error error;
  assert_int_equal(b7_kernel_emit_c(model, NULL, &text, &error), B7_OK);
  return text;
}

static void small_model_is_emitted_as_kept(void **state) {
  (void)state;
  B7Model *model = load_small();
  // the hash says how the model file is read, which is not what is tested here
  snprintf(model->hash, sizeof model->hash, "0123456789abcdef");
  char *text = emit(model);
  B7Error error;
  if (getenv("B7_WRITE_GOLDEN")) assert_int_equal(b7_file_write(GOLDEN, text, strlen(text), &error), B7_OK);
  char *kept = NULL;
  size_t length = 0;
  assert_int_equal(b7_file_read(GOLDEN, NULL, &kept, &length, &error), B7_OK);
  size_t same = 0, line = 1;
  while (text[same] && text[same] == kept[same]) line += text[same++] == '\n';
  if (text[same] != kept[same])
    fail_msg("line %zu differs from " GOLDEN ": \"%.60s\" instead of \"%.60s\"", line, text + same,
             kept + same);
  b7_memory_resize(NULL, kept, length + 1, 0);
  b7_text_free(NULL, text);
  b7_model_free(model);
}

static void equal_models_give_equal_texts(void **state) {
  (void)state;
  B7Model *one = load_small(), *two = load_small();
  char *first = emit(one), *second = emit(two);
  assert_string_equal(first, second);
  b7_text_free(NULL, first);
  b7_text_free(NULL, second);
  b7_model_free(one);
  b7_model_free(two);
}

static void texts_and_numbers_are_safe_in_c(void **state) {
  (void)state;
  B7Text text = b7_text_make(NULL);
  b7_emit_string(&text, "a \"quoted\" \\ back\nslash, what?\?)");
  assert_string_equal(text.bytes, "\"a \\\"quoted\\\" \\\\ back\\012slash, what\\077\\077)\"");
  b7_text_release(&text);
  static const struct {
    double number;
    const char *text;
  } numbers[] = {{2, "2.0"},
                 {-0.0, "-0.0"},
                 {0.1, "0.1"},
                 {1e300, "1e300"},
                 {NAN, "__builtin_nan(\"\")"},
                 {-INFINITY, "-__builtin_inf()"},
                 {5e-324, "5e-324"}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    text = b7_text_make(NULL);
    b7_emit_number(&text, numbers[i].number);
    if (isfinite(numbers[i].number))
      assert_true(same_bits(strtod(text.bytes, NULL), numbers[i].number));
    else
      assert_string_equal(text.bytes, numbers[i].text);
    if (numbers[i].number == 2) assert_string_equal(text.bytes, numbers[i].text);
    b7_text_release(&text);
  }
}

/* A label that would end a comment or a string must not. */
static void hostile_labels_stay_labels(void **state) {
  (void)state;
  static const char source[] =
      "model: hostile\nmodule: hostile\n"
      "parameters:\n"
      "  k: {label: \"*/ int bad; /* \\\\\\n#error \\\"\", value: 1, unit: 1/d, range: [0, 2], assumed: \"a test\"}\n"
      "states:\n"
      "  while: {label: \"// \\\\\", unit: \"1\", initial: \"1\", negligible: 1.0e-9}\n"
      "  y: {label: plain, unit: \"1\", initial: \"1\", negligible: 1.0e-9}\n"
      "definitions:\n"
      "  W: {label: \"line\\nbreak \\\\\", unit: 1/d, is: \"k * y * while\"}\n"
      "  V: {label: two, unit: 1/d, is: \"W * W / k\"}\n"
      "reactions:\n"
      "  int: {from: while, rate: \"W\"}\n"
      "  own: {from: y, rate: \"V + W\"}\n"
      "observables:\n"
      "  return: {label: r, unit: \"1\", is: \"y\"}\n";
  B7Model *model = NULL;
  B7Kernel *kernel = NULL;
  B7Error error;
  if (b7_model_parse(source, sizeof source - 1, "hostile", NULL, &model, &error) != B7_OK)
    fail_msg("%s", error.message);
  if (b7_kernel_make(model, B7_KERNEL_COMPILED, NULL, NULL, &kernel, &error) != B7_OK)
    fail_msg("%s", error.message);
  b7_kernel_free(kernel);
  b7_model_free(model);
}

/* ---- the system compiler ---- */

static void compiled_kernel_equals_the_interpreter(void **state) {
  (void)state;
  char folder[] = "/tmp/bridge7-test-XXXXXX";
  assert_non_null(mkdtemp(folder));
  B7Model *model = load_small();
  B7Kernel *compiled = NULL, *again = NULL, *interpreted = NULL;
  B7Error error;
  if (b7_kernel_make(model, B7_KERNEL_COMPILED, folder, NULL, &compiled, &error) != B7_OK)
    fail_msg("%s", error.message);
  assert_int_equal(b7_kernel_make(model, B7_KERNEL_INTERPRETED, NULL, NULL, &interpreted, &error), B7_OK);
  for (int32_t lanes = 1; lanes <= b7_machine_lanes(); lanes *= 2) {
    const B7KernelCode *code = b7_kernel_code(compiled, lanes),
                       *reference = b7_kernel_code(interpreted, code->lanes);
    assert_int_equal(code->lanes, reference->lanes);
    Patients a = make_patients(compiled->tables, code, 0),
             b = make_patients(interpreted->tables, reference, 0);
    run_patients(&a);
    run_patients(&b);
    Output left[OUTPUTS], right[OUTPUTS];
    list_outputs(&a, left);
    list_outputs(&b, right);
    for (int k = 0; k < OUTPUTS; k++)
      for (int32_t i = 0; i < left[k].count * code->lanes; i++)
        if (!same_bits(left[k].values[i], right[k].values[i])) fail_msg("%s[%d]", left[k].name, i);
    free_patients(&a);
    free_patients(&b);
  }
  // found in the cache: no compiler is needed any more
  setenv("CC", "no-such-compiler", 1);
  assert_int_equal(b7_kernel_make(model, B7_KERNEL_COMPILED, folder, NULL, &again, &error), B7_OK);
  assert_string_equal(again->tables->model_hash, compiled->tables->model_hash);
  unsetenv("CC");
  b7_kernel_free(again);
  b7_kernel_free(compiled);
  b7_kernel_free(interpreted);
  b7_model_free(model);
  // one file is left, the cached library
  B7Arena arena = b7_arena_make(NULL);
  char **names = NULL;
  int32_t count = 0;
  assert_int_equal(b7_file_list(folder, "", &arena, &names, &count, &error), B7_OK);
  assert_int_equal(count, 1);
  unlink(names[0]);
  assert_int_equal(rmdir(folder), 0);
  b7_arena_free(&arena);
}

static void a_missing_compiler_is_told(void **state) {
  (void)state;
  B7Model *model = load_small();
  B7Kernel *kernel = (B7Kernel *)1;
  B7Error error;
  setenv("CC", "no-such-compiler", 1);
  assert_int_equal(b7_kernel_make(model, B7_KERNEL_COMPILED, NULL, NULL, &kernel, &error), B7_ERROR_COMPILER);
  assert_null(kernel);
  assert_non_null(strstr(error.message, "no-such-compiler"));
  setenv("CC", "false", 1);
  assert_int_equal(b7_kernel_make(model, B7_KERNEL_COMPILED, NULL, NULL, &kernel, &error), B7_ERROR_COMPILER);
  unsetenv("CC");
  assert_int_equal(b7_kernel_make(model, B7_KERNEL_COMPILED, "/dev/null/cache", NULL, &kernel, &error),
                   B7_ERROR_FILE);
  b7_model_free(model);
}

/* ---- cost ---- */

static void cost_counts_what_is_there(void **state) {
  (void)state;
  B7Model *model = NULL;
  B7Error error;
  assert_int_equal(b7_model_load(B7_SOURCE_FOLDER "/model", NULL, &model, &error), B7_OK);
  B7KernelCost rows[16];
  int32_t n = 0;
  assert_int_equal(b7_kernel_cost(model, rows, 16, &n, &error), B7_OK);
  assert_int_equal(n, 12);
  const B7KernelCost *slope = NULL, *jacobian = NULL, *factor = NULL, *solve = NULL;
  for (int32_t i = 0; i < n; i++) {
    print_message(
        "%-16s add %4d  multiply %4d  fused %4d  reciprocal %3d  function %3d  power %3d  choice %3d\n",
        rows[i].part, rows[i].additions, rows[i].multiplications, rows[i].fused, rows[i].reciprocals,
        rows[i].functions, rows[i].powers, rows[i].choices);
    if (strcmp(rows[i].part, "slope") == 0) slope = &rows[i];
    if (strcmp(rows[i].part, "slope_jacobian") == 0) jacobian = &rows[i];
    if (strcmp(rows[i].part, "factor") == 0) factor = &rows[i];
    if (strcmp(rows[i].part, "solve") == 0) solve = &rows[i];
  }
  const B7KernelTables *t = b7_kernel_tables(b7_kernel_shipped());
  print_message(
      "%d states, %d exact, %d shared (%d computed ahead), %d own, %d derived, %d drives; Jacobian %d, with fill %d\n",
      t->n_state, t->n_exact, t->n_shared, t->n_shared - t->n_shared_parameter, t->n_own, t->n_derived,
      t->n_drive, t->n_jacobian, t->n_lu);
  // the fused evaluation shares powers and functions with the slopes
  assert_int_equal(jacobian->powers, slope->powers);
  assert_int_equal(jacobian->functions, slope->functions);
  // pivots that do not need each other share a division
  assert_in_range(factor->reciprocals, (t->n_state + 1) / 2, t->n_state);
  assert_int_equal(solve->fused, t->n_lu - t->n_state);
  assert_int_equal(solve->multiplications, t->n_state);
  b7_model_free(model);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_model_is_emitted_as_kept),
      cmocka_unit_test(equal_models_give_equal_texts),
      cmocka_unit_test(texts_and_numbers_are_safe_in_c),
      cmocka_unit_test(hostile_labels_stay_labels),
      cmocka_unit_test(compiled_kernel_equals_the_interpreter),
      cmocka_unit_test(a_missing_compiler_is_told),
      cmocka_unit_test(cost_counts_what_is_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
