/* command_model.c - `bridge7 model check|describe|sbml|c|cost [MODEL]`: look at a model, check it, export it. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

typedef struct ModelOptions {
  const char *out;
  bool json, quiet;
} ModelOptions;

static void warn(void *user, const char *text) {
  const ModelOptions *options = user;
  if (!options->quiet) fprintf(stderr, "warning: %s\n", text);
}

static void print_counts(const B7Model *model, int32_t n_errors, int32_t n_warnings) {
  B7ModelCounts n;
  b7_model_counts(model, &n);
  printf(
      "modules %d, states %d (%d in closed form), reactions %d, definitions %d, latches %d, events %d, observables %d\n",
      n.modules, n.states, n.exact_states, n.reactions, n.definitions, n.latches, n.events, n.observables);
  printf("parameters %d: %d with a source, %d assumed, %d tuned\n", n.parameters, n.sourced, n.assumed,
         n.tuned);
  printf(
      n.foreign
          ? "SBML of somebody else: names and formulas without mistake; units, ranges and sources not checked\n"
          : "names, units, ranges, sources, mass balance: no mistake\n");
  printf("libSBML: errors %d, warnings %d\n", n_errors, n_warnings);
  printf("hash %s\n", b7_model_hash(model));
}

static void print_counts_json(const B7Model *model, int32_t n_errors, int32_t n_warnings) {
  B7ModelCounts n;
  b7_model_counts(model, &n);
  printf(
      "{\"hash\":\"%s\",\"modules\":%d,\"states\":%d,\"exact_states\":%d,\"reactions\":%d,\"definitions\":%d,"
      "\"latches\":%d,\"events\":%d,\"observables\":%d,\"parameters\":%d,\"sourced\":%d,\"assumed\":%d,\"tuned\":%d,"
      "\"libsbml_errors\":%d,\"libsbml_warnings\":%d",
      b7_model_hash(model), n.modules, n.states, n.exact_states, n.reactions, n.definitions, n.latches,
      n.events, n.observables, n.parameters, n.sourced, n.assumed, n.tuned, n_errors, n_warnings);
}

/* what the program needs of a model by name */
static B7Status check_contract(const B7Model *model, const ModelOptions *options, int32_t *n_wrong_unit,
                               B7Error *error) {
  int32_t n_missing;
  char *report;
  const B7Status status = b7_model_contract(model, &n_missing, n_wrong_unit, &report, error);
  if (status != B7_OK) return status;
  if (options->json)
    printf(",\"contract_missing\":%d,\"contract_wrong_unit\":%d}\n", n_missing, *n_wrong_unit);
  else
    printf("names that the program needs: %d missing, %d in another unit\n", n_missing, *n_wrong_unit);
  if (*n_wrong_unit > 0 || !(options->json || options->quiet)) fputs(report, options->json ? stderr : stdout);
  b7_text_free(NULL, report);
  return B7_OK;
}

static int check(const B7Model *model, const ModelOptions *options) {
  int32_t n_errors, n_warnings, n_wrong_unit;
  char *report;
  B7Error error;
  if (b7_model_consistency(model, &n_errors, &n_warnings, &report, &error) != B7_OK)
    return b7_cli_fail(&error);
  if (!options->quiet || n_errors > 0) fputs(report, stderr);
  b7_text_free(NULL, report);
  (options->json ? print_counts_json : print_counts)(model, n_errors, n_warnings);
  if (check_contract(model, options, &n_wrong_unit, &error) != B7_OK) return b7_cli_fail(&error);
  return b7_status_exit_code(n_errors > 0 || n_wrong_unit > 0 ? B7_ERROR_INPUT : B7_OK);
}

static int describe(const B7Model *model, const ModelOptions *options) {
  (void)options;
  char *text;
  B7Error error;
  if (b7_model_describe(model, &text, &error) != B7_OK) return b7_cli_fail(&error);
  fputs(text, stdout);
  b7_text_free(NULL, text);
  return 0;
}

static int sbml(const B7Model *model, const ModelOptions *options) {
  B7Error error;
  if (!options->out) {
    fprintf(stderr, "bridge7 model sbml: name the file to write: --out FILE.xml\n");
    return b7_status_exit_code(B7_ERROR_USAGE);
  }
  if (b7_model_write_sbml(model, options->out, &error) != B7_OK) return b7_cli_fail(&error);
  return 0;
}

static int print_c(const B7Model *model, const ModelOptions *options) {
  (void)options;
  char *text;
  B7Error error;
  if (b7_kernel_emit_c(model, NULL, &text, &error) != B7_OK) return b7_cli_fail(&error);
  fputs(text, stdout);
  b7_text_free(NULL, text);
  return 0;
}

static int cost(const B7Model *model, const ModelOptions *options) {
  B7KernelCost rows[32];
  int32_t n;
  B7Error error;
  if (b7_kernel_cost(model, rows, 32, &n, &error) != B7_OK) return b7_cli_fail(&error);
  if (!options->json)
    printf("%-16s %6s %9s %6s %11s %9s %6s %7s\n", "operations", "add", "multiply", "fused", "reciprocal",
           "function", "power", "choice");
  for (int32_t i = 0; i < n; i++) {
    const B7KernelCost *r = &rows[i];
    printf(options->json ? "%s{\"part\":\"%s\",\"add\":%d,\"multiply\":%d,\"fused\":%d,\"reciprocal\":%d,"
                           "\"function\":%d,\"power\":%d,\"choice\":%d}"
                         : "%s%-16s %6d %9d %6d %11d %9d %6d %7d\n",
           !options->json ? ""
           : i            ? ",\n "
                          : "[",
           r->part, r->additions, r->multiplications, r->fused, r->reciprocals, r->functions, r->powers,
           r->choices);
  }
  if (options->json) printf("]\n");
  return 0;
}

typedef struct Action {
  const char *name;
  int (*run)(const B7Model *model, const ModelOptions *options);
} Action;

static const Action actions[] = {
    {"check", check}, {"describe", describe}, {"sbml", sbml}, {"c", print_c}, {"cost", cost}};
#define ACTION_COUNT (sizeof actions / sizeof actions[0])

int b7_cli_model(int argc, char **argv) {
  ModelOptions options = {0};
  const B7CliOption table[] = {
      {.name = "--out", .value_name = "FILE", .help = "where sbml writes", .text = &options.out},
      {.name = "--json", .help = "counts as JSON (check, cost)", .flag = &options.json},
      {.name = "--quiet", .help = "no warnings", .flag = &options.quiet},
      {0}};
  const B7CliCommand command = {
      .name = "model",
      .arguments = "check|describe|sbml|c|cost [MODEL]",
      .about =
          "Checks, describes or exports a model: a folder, one YAML file, or an SBML file. Without MODEL: the one that\n"
          "came with bridge7.",
      .example = "  bridge7 model check                 names, units, ranges, sources, mass balance; counts\n"
                 "  bridge7 model sbml --out b7.xml     SBML Level 3 Version 2, for other tools\n"
                 "  bridge7 model c                     the kernel as C\n"
                 "  bridge7 model cost                  operations of each kernel function",
      .options = table,
      .positional_min = 1,
      .positional_max = 2};
  B7CliWords words;
  int leave = b7_cli_parse(&command, argc, argv, &words);
  if (leave >= 0) return leave;
  const Action *action = NULL;
  for (size_t i = 0; i < ACTION_COUNT; i++)
    if (strcmp(words.words[0], actions[i].name) == 0) action = &actions[i];
  if (!action) {
    fprintf(stderr, "bridge7 model: unknown action '%s'; known: check, describe, sbml, c, cost\n",
            words.words[0]);
    return b7_status_exit_code(B7_ERROR_USAGE);
  }
  char shipped[1024];
  const char *path = words.count > 1 ? words.words[1] : shipped;
  if (words.count < 2 && !b7_cli_folder("model", shipped, sizeof shipped)) {
    fprintf(stderr, "bridge7 model: the folder 'model' of bridge7 is not found; name a model\n");
    return b7_status_exit_code(B7_ERROR_FILE);
  }
  const B7Hooks hooks = {.warning = warn, .user = &options};
  B7Model *model;
  B7Error error;
  if (b7_model_load(path, &hooks, &model, &error) != B7_OK) return b7_cli_fail(&error);
  int code = action->run(model, &options);
  b7_model_free(model);
  return code;
}
