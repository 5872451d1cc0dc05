#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bridge7.h"

static B7Status load_text(const char *text, B7Population **out, B7Error *error) {
  char path[] = "/tmp/bridge7_patient_XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
  B7Status status = b7_population_load(b7_kernel_shipped(), path, 3, 1, true, NULL, out, error);
  remove(path);
  return status;
}

static void the_index_patient_loads(void **state) {
  (void)state;
  B7Population *population = NULL;
  B7Error error;
  B7Status status = b7_population_load(b7_kernel_shipped(), B7_SOURCE_FOLDER "/courses/yao2026.patient.yaml",
                                       2, 1, false, NULL, &population, &error);
  if (status != B7_OK) fail_msg("%s", error.message);
  assert_int_equal(b7_population_size(population), 2);
  b7_population_free(population);
}

static void values_and_spreads_are_taken(void **state) {
  (void)state;
  const B7Kernel *kernel = b7_kernel_shipped();
  const B7KernelTables *tables = b7_kernel_tables(kernel);
  int32_t place = tables->parameters[b7_kernel_parameter(kernel, "growth_max_blasts")].own_index;
  assert_true(place >= 0);
  double *own = calloc((size_t)tables->n_own, sizeof *own);
  B7Population *population = NULL;
  B7Error error;
  assert_int_equal(load_text("parameters:\n  growth_max_blasts: {value: 0.075, spread: 0, why: a test}\n",
                             &population, &error),
                   B7_OK);
  for (int64_t i = 0; i < 3; i++) {
    b7_population_patient(population, i, own);
    assert_float_equal(own[place], 0.075, 0);
  }
  b7_population_free(population);
  assert_int_equal(load_text("parameters:\n  growth_max_blasts: 0.05\n", &population, &error), B7_OK);
  b7_population_patient(population, 1, own);
  assert_true(own[place] != 0.05 && fabs(log(own[place] / 0.05)) < 2);
  b7_population_free(population);
  free(own);
}

static void mistakes_name_their_place(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
    int32_t line;
  } cases[] = {
      {"parameters:\n  xgg: 1\n", "unknown parameter 'xgg'", 2},
      {"parameters:\n  growth_max_blasts: {why: because}\n", "neither value nor spread", 2},
      {"parameters:\n  growth_max_blasts: {value: 1, spread: -1}\n", "must be 0 or more", 2},
      {"parameters:\n  growth_max_blasts: {value: 1, sprad: 1}\n", "sprad", 2},
      {"parameters:\n  growth_max_blasts: fast\n", "number", 2},
      {"parameter:\n  growth_max_blasts: 1\n", "parameter", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    B7Population *population = NULL;
    B7Error error;
    assert_int_equal(load_text(cases[i].text, &population, &error), B7_ERROR_INPUT);
    assert_null(population);
    if (!strstr(error.message, cases[i].message)) fail_msg("case %zu: %s", i, error.message);
    assert_int_equal(error.line, cases[i].line);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_index_patient_loads),
      cmocka_unit_test(values_and_spreads_are_taken),
      cmocka_unit_test(mistakes_name_their_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
