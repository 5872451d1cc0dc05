/* run_case.c - one case of the SBML test suite through the library: its table of values, or why it is refused.
 *
 * run_case MODEL DURATION STEPS RELATIVE ABSOLUTE AMOUNT,... CONCENTRATION,... VARIABLE...
 * prints "time,..." and a row for each output, with all digits. Exit code 3 when the model is refused, 4 when it
 * cannot be run. A species stands under `amount` or `concentration` when its table holds that rather than its symbol.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge7.h"

static int32_t find(const B7Kernel *kernel, const char *format, const char *name) {
  char wanted[600];
  snprintf(wanted, sizeof wanted, format, name);
  return b7_kernel_observable(kernel, wanted);
}

static int listed(const char *list, const char *name) {
  size_t n = strlen(name);
  for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
    if (strncmp(at, name, n) == 0 && (at[n] == ',' || at[n] == 0)) return 1;
  return 0;
}

/* -1 when the model has no such quantity */
static int32_t column_of(const B7Kernel *kernel, const char *amounts, const char *concentrations,
                         const char *name) {
  int32_t amount = find(kernel, "amount_of_%s", name),
          concentration = find(kernel, "concentration_of_%s", name);
  if (listed(amounts, name) && amount >= 0) return amount;
  if (listed(concentrations, name) && concentration >= 0) return concentration;
  return find(kernel, "obs_%s", name);
}

static int fail(const B7Error *error, int code) {
  fprintf(stderr, "%s:%d:%d: %s\n", error->file, (int)error->line, (int)error->column, error->message);
  return code;
}

int main(int argc, char **argv) {
  if (argc < 9) return 2;
  B7Error error;
  B7Model *model = NULL;
  B7Kernel *kernel = NULL;
  B7Result *result = NULL;
  if (b7_model_load(argv[1], NULL, &model, &error) != B7_OK) return fail(&error, 3);
  if (b7_kernel_make(model, B7_KERNEL_INTERPRETED, NULL, NULL, &kernel, &error) != B7_OK)
    return fail(&error, 2);
  B7TimeCourseOptions options;
  b7_time_course_options_default(&options, sizeof options);
  options.duration = strtod(argv[2], NULL);
  options.steps = (int32_t)strtol(argv[3], NULL, 10);
  options.relative_tolerance = strtod(argv[4], NULL);
  options.absolute_tolerance = strtod(argv[5], NULL);
  int code = 0;
  if (b7_time_course(kernel, &options, NULL, 0, NULL, &result, &error) != B7_OK) code = fail(&error, 4);
  for (int i = 8; i < argc && code == 0; i++)
    if (column_of(kernel, argv[6], argv[7], argv[i]) < 0) {
      fprintf(stderr, "%s: the model gives '%s' no value\n", argv[1], argv[i]);
      code = 3;
    }
  printf("time");
  for (int i = 8; i < argc; i++) printf(",%s", argv[i]);
  printf("\n");
  for (int32_t t = 0; code == 0 && t <= options.steps; t++) {
    printf("%.17g", options.duration * t / options.steps);
    for (int i = 8; i < argc; i++)
      printf(",%.17g", b7_result_values(result, column_of(kernel, argv[6], argv[7], argv[i]))[t]);
    printf("\n");
  }
  b7_result_free(result);
  b7_kernel_free(kernel);
  b7_model_free(model);
  return code;
}
