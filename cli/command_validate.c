/* command_validate.c - `bridge7 validate`: published studies beside their simulation, and predictions of withheld
 * ones. */
#include "bridge7_trial.h"
#include "kernel_choice.h"
#include "outputs.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

typedef struct ValidateRequest {
  const char *model;
  const char *study, *predict, *report, *studies;
  int64_t patients, seed, threads;
  bool json, quiet, list, all;
} ValidateRequest;

static void number_text(char *text, size_t size, double value) {
  if (isnan(value)) {
    snprintf(text, size, "-");
  } else if (isinf(value)) {
    snprintf(text, size, "open");
  } else if (fabs(value) >= 1e4) {
    snprintf(text, size, "%.2g", value);
  } else {
    snprintf(text, size, "%.1f", value);
  }
}

static void interval_text(char *text, size_t size, B7Estimate estimate) {
  char value[24], low[24], high[24];
  number_text(value, sizeof value, estimate.value);
  number_text(low, sizeof low, estimate.lower);
  number_text(high, sizeof high, estimate.upper);
  if (isnan(estimate.value)) {
    snprintf(text, size, "-");
  } else if (isnan(estimate.lower) && isnan(estimate.upper)) {
    snprintf(text, size, "%s", value);
  } else {
    snprintf(text, size, "%s [%s, %s]", value, low, high);
  }
}

static void print_rows(const B7Validation *validation) {
  static const char *const inside_words[] = {"yes", "NO", "-"};
  const B7ValidationRow *rows;
  int32_t count = b7_validation_rows(validation, &rows);
  printf("%-16s %-26s %-24s %6s %6s %-13s %-26s %-26s %-7s %s\n", "study", "endpoint", "arm", "day", "n",
         "unit", "published [95 % interval]", "simulated [95 % of studies]", "inside", "used for");
  for (int32_t i = 0; i < count; i++) {
    const B7ValidationRow *row = &rows[i];
    char day[24] = "", published[80], simulated[80];
    if (!isnan(row->at_day)) snprintf(day, sizeof day, "%.0f", row->at_day);
    interval_text(published, sizeof published, row->published);
    interval_text(simulated, sizeof simulated, row->simulated);
    printf("%-16s %-26s %-24.24s %6s %6.0f %-13s %-26s %-26s %-7s %s\n", row->study, row->endpoint, row->arm,
           day, row->n, row->unit, published, simulated, inside_words[row->inside],
           row->prediction ? "predicted" : "calibration");
  }
}

static void print_count(const B7Validation *validation, int64_t patients) {
  B7ValidationCount count = b7_validation_count(validation);
  printf("\n");
  if (count.judged > 0) {
    printf("calibration: %d of %d rows inside the published 95 %% interval (%.0f %%)\n", count.inside,
           count.judged, 100.0 * count.inside / count.judged);
    printf(
        "             %d of %d published values where 95 %% of such studies would print theirs (%.0f %%)\n",
        count.covered, count.judged, 100.0 * count.covered / count.judged);
  }
  if (count.not_judged > 0)
    printf("not judged: %d rows printed without interval or number of patients\n", count.not_judged);
  if (count.predicted > 0)
    printf("predicted: %d rows of studies whose outcomes are not in this collection\n", count.predicted);
  printf("%lld patients in each arm. %s\n", (long long)patients, B7_CLI_NOTICE);
}

static int list(const B7Studies *studies) {
  const B7StudySummary *rows;
  int32_t count = b7_studies_list(studies, &rows);
  printf("%-16s %-12s %5s %5s %5s  %s\n", "study", "used for", "n", "arms", "rows", "what");
  for (int32_t i = 0; i < count; i++) {
    printf("%-16s %-12s %5.0f %5d %5d  %s\n", rows[i].id, rows[i].prediction ? "prediction" : "calibration",
           rows[i].n, rows[i].arms, rows[i].rows, rows[i].title);
  }
  return 0;
}

static int print_text(char *text) {
  fputs(text, stdout);
  fputs("\n", stdout);
  b7_text_free(NULL, text);
  return 0;
}

static int write_report(const B7Validation *validation, const char *path) {
  char folder[4000], bibliography[4096], *text;
  B7Error error;
  b7_cli_folder("data", folder, sizeof folder);
  snprintf(bibliography, sizeof bibliography, "%s/references.bib", folder);
  if (b7_validation_page_json(validation, bibliography, &text, &error) != B7_OK) return b7_cli_fail(&error);
  B7Status status = b7_report_write_html(text, path, &error);
  b7_text_free(NULL, text);
  return status == B7_OK ? 0 : b7_cli_fail(&error);
}

static int show(const B7Validation *validation, const ValidateRequest *request) {
  char *text;
  B7Error error;
  int code = request->report ? write_report(validation, request->report) : 0;
  if (code) return code;
  if (request->json) {
    B7Status status = request->predict ? b7_prediction_json(validation, &text, &error)
                                       : b7_validation_json(validation, &text, &error);
    return status == B7_OK ? print_text(text) : b7_cli_fail(&error);
  }
  print_rows(validation);
  print_count(validation, request->patients);
  return 0;
}

static bool is_prediction(const B7Studies *studies, const char *id) {
  const B7StudySummary *rows;
  int32_t count = b7_studies_list(studies, &rows);
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(rows[i].id, id) == 0) return rows[i].prediction;
  }
  return true; // the library says that there is no such study
}

static int run(const B7Studies *studies, const ValidateRequest *request) {
  char criteria[4096];
  B7Error error;
  B7Validation *validation;
  if (request->predict && !is_prediction(studies, request->predict)) {
    fprintf(stderr,
            "bridge7 validate: the outcomes of '%s' were used for calibration; look at it with --study\n",
            request->predict);
    return b7_status_exit_code(B7_ERROR_USAGE);
  }
  b7_cli_folder("criteria", criteria, sizeof criteria);
  B7SimulateOptions simulate;
  b7_simulate_options_default(&simulate, sizeof simulate);
  simulate.threads = (int32_t)request->threads;
  B7ValidateOptions options;
  b7_validate_options_default(&options, sizeof options);
  options.patients = request->patients;
  options.seed = (uint64_t)request->seed;
  options.predictions = request->all;
  options.simulate = &simulate;
  B7Hooks hooks = b7_cli_hooks(request->quiet || request->json, "studies");
  B7CliKernel kernel;
  if (b7_cli_can_write(request->report, &error) != B7_OK ||
      b7_cli_kernel(request->model, &hooks, &kernel, &error) != B7_OK)
    return b7_cli_fail(&error);
  int code;
  if (b7_validate(studies, request->predict ? request->predict : request->study, kernel.kernel, criteria,
                  &options, &hooks, &validation, &error) != B7_OK) {
    code = b7_cli_fail(&error);
  } else {
    code = show(validation, request);
    b7_validation_free(validation);
  }
  b7_cli_kernel_free(&kernel);
  return code;
}

int b7_cli_validate(int argc, char **argv) {
  ValidateRequest request = {.patients = 1000, .seed = 7};
  const B7CliOption table[] = {
      B7_CLI_MODEL_OPTION(&request.model),
      {.name = "--study", .value_name = "ID", .help = "one study", .text = &request.study},
      {.name = "--predict",
       .value_name = "ID",
       .help = "predict a study whose outcomes were not used",
       .text = &request.predict},
      {.name = "--all", .help = "also all studies to predict", .flag = &request.all},
      {.name = "--list", .help = "the studies, without simulating", .flag = &request.list},
      {.name = "--patients",
       .value_name = "N",
       .help = "patients in each arm (1000)",
       .integer = &request.patients},
      {.name = "--seed",
       .value_name = "S",
       .help = "seed of the virtual patients (7)",
       .integer = &request.seed},
      {.name = "--threads", .value_name = "N", .help = "threads (all cores)", .integer = &request.threads},
      {.name = "--studies",
       .value_name = "FILE",
       .help = "another file of studies",
       .text = &request.studies},
      {.name = "--json", .help = "as JSON", .flag = &request.json},
      {.name = "--report",
       .value_name = "FILE",
       .help = "report page with forest plots",
       .text = &request.report},
      {.name = "--quiet", .help = "no progress bar", .flag = &request.quiet},
      {.name = NULL}};
  const B7CliCommand command = {
      .name = "validate",
      .arguments = "",
      .about =
          "Simulates every published study as it was done and puts the simulated value beside the printed one: "
          "inside its 95 % interval or not, used for calibration or predicted.",
      .example =
          "bridge7 validate --predict PAN2025 --json\n  what the model says of a study whose outcomes it never saw",
      .options = table,
      .positional_min = 0,
      .positional_max = 0};
  B7CliWords words;
  int code = b7_cli_parse(&command, argc, argv, &words);
  if (code >= 0) return code;
  if (request.patients < 2 || request.seed < 1 || request.threads < 0) {
    fprintf(stderr, "bridge7 validate: at least 2 patients, a seed of 1 or more, threads not negative\n");
    return b7_status_exit_code(B7_ERROR_USAGE);
  }
  char data[4000], path[4096];
  b7_cli_folder("data", data, sizeof data);
  snprintf(path, sizeof path, "%s/studies.yaml", data);
  B7Studies *studies;
  B7Error error;
  if (b7_studies_load(request.studies ? request.studies : path, data, NULL, &studies, &error) != B7_OK)
    return b7_cli_fail(&error);
  code = request.list ? list(studies) : run(studies, &request);
  b7_studies_free(studies);
  return code;
}
