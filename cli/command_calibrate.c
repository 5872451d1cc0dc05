/* command_calibrate.c - `bridge7 calibrate FIT`: values fitted to the published rows, and what the rows know of them. */
#include "bridge7_fit.h"
#include "kernel_choice.h"
#include "outputs.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "leave_out_print.h"

#define GROUPS_MAX 16
#define LOADING_TOLD 0.3

typedef struct CalibrateRequest {
  const char *model;
  const char *out, *studies, *leave_out;
  int64_t patients, seed, restarts, max_evaluations, threads;
  bool list, resume, write, json, quiet;
} CalibrateRequest;

static void print_parameters(const B7CalibrationRun *run) {
  const B7CalibrationParameter *rows;
  int32_t n = b7_calibration_parameters(run, &rows);
  int width = 22;
  for (int32_t p = 0; p < n; p++)
    if ((int)strlen(rows[p].name) > width) width = (int)strlen(rows[p].name);
  printf("%-*s %10s %10s  %-24s %-24s %6s %6s  %s\n", width, "value", "from", "to", "95 % before the rows",
         "95 % after", "moved", "known", "verdict");
  for (int32_t p = 0; p < n; p++) {
    const B7CalibrationParameter *row = &rows[p];
    char before[40], after[40];
    snprintf(before, sizeof before, "[%.3g, %.3g]", row->prior.lower, row->prior.upper);
    snprintf(after, sizeof after, "[%.3g, %.3g]", row->posterior.lower, row->posterior.upper);
    double by = strcmp(row->scale, "linear") == 0 ? (row->to - row->from) / row->sd
                : strcmp(row->scale, "log") == 0
                    ? log(row->to / row->from) / row->sd
                    : log(row->to / (1 - row->to) * (1 - row->from) / row->from) / row->sd;
    printf("%-*s %10.4g %10.4g  %-24s %-24s %+6.1f %5.0f%%  %s\n", width, row->name, row->from, row->to,
           before, after, by, 100 * row->information, b7_calibration_verdict_words(row->verdict));
  }
  printf(
      "moved: in standard deviations after the rows; known: share of the uncertainty before that the rows took away\n");
}

static void print_groups(const B7CalibrationRun *run) {
  struct {
    const char *words;
    double before, after;
    int rows, inside_before, inside_after;
  } groups[GROUPS_MAX] = {{0}};
  const B7CalibrationRow *rows;
  int32_t n = b7_calibration_rows(run, &rows);
  int n_group = 0;
  for (int32_t r = 0; r < n; r++) {
    int g = 0;
    while (g < n_group && strcmp(groups[g].words, rows[r].group) != 0) g++;
    if (g == GROUPS_MAX) continue;
    if (g == n_group) groups[n_group++].words = rows[r].group;
    groups[g].rows++;
    groups[g].before += rows[r].weight * rows[r].residual_before * rows[r].residual_before;
    groups[g].after += rows[r].weight * rows[r].residual_after * rows[r].residual_after;
    groups[g].inside_before += rows[r].inside_before;
    groups[g].inside_after += rows[r].inside_after;
  }
  printf("\n%-36s %5s %15s %15s\n", "rows", "rows", "misfit", "inside");
  for (int g = 0; g < n_group; g++)
    printf("%-36s %5d %6.1f -> %5.1f %6d -> %5d\n", groups[g].words, groups[g].rows, groups[g].before,
           groups[g].after, groups[g].inside_before, groups[g].inside_after);
  B7CalibrationSummary summary;
  b7_calibration_summary(run, &summary);
  printf("%-36s %5d %6.1f -> %5.1f %6d -> %5d\n", "all", summary.rows, summary.misfit_before,
         summary.misfit_after, summary.inside_before, summary.inside_after);
  printf("%-36s %5s %6.1f -> %5.1f\n", "priors", "", summary.prior_before, summary.prior_after);
  printf("misfit: sum of squared distances in standard errors, by patients of another seed (%llu)\n",
         (unsigned long long)summary.judging_seed);
}

/* rows that changed sides */
static void print_changed(const B7CalibrationRun *run) {
  const B7CalibrationRow *rows;
  int32_t n = b7_calibration_rows(run, &rows), told = 0;
  for (int32_t r = 0; r < n; r++) {
    const B7CalibrationRow *row = &rows[r];
    if (row->inside_before == row->inside_after) continue;
    if (told++ == 0) printf("\nrows that changed sides\n");
    char day[24] = "";
    if (!isnan(row->at_day)) snprintf(day, sizeof day, ", day %g", row->at_day);
    printf("  %-4s %s %s, %s%s: %.1f [%.1f, %.1f], simulated %.1f -> %.1f\n",
           row->inside_after ? "in" : "OUT", row->study, row->endpoint, row->arm, day, row->published.value,
           row->published.lower, row->published.upper, row->before, row->after);
  }
}

static void print_identification(const B7CalibrationRun *run) {
  const B7CalibrationParameter *parameters;
  const B7CalibrationCorrelation *correlations;
  const B7CalibrationDirection *directions;
  int32_t n = b7_calibration_parameters(run, &parameters),
          n_correlation = b7_calibration_correlations(run, &correlations),
          n_direction = b7_calibration_directions(run, &directions);
  if (n_correlation > 0) printf("\ntold together, not apart (correlation after the rows)\n");
  for (int32_t c = 0; c < n_correlation; c++)
    printf("  %s and %s: %+.2f\n", parameters[correlations[c].first].name,
           parameters[correlations[c].second].name, correlations[c].correlation);
  if (n_direction > 0)
    printf("\nof %d directions the rows say less than the priors on %d (information, loadings)\n", n,
           n_direction);
  for (int32_t d = 0; d < n_direction; d++) {
    printf("  %5.2f ", directions[d].information);
    for (int32_t p = 0; p < n; p++) {
      if (fabs(directions[d].loading[p]) >= LOADING_TOLD)
        printf(" %+.2f %s", directions[d].loading[p], parameters[p].name);
    }
    putchar('\n');
  }
}

static void print_starts(const B7CalibrationRun *run) {
  const B7CalibrationStart *rows;
  int32_t n = b7_calibration_starts(run, &rows);
  printf("\n%-18s %6s %6s %10s %10s %10s  %s\n", "start", "rounds", "steps", "misfit", "priors", "sum",
         "end");
  for (int32_t s = 0; s < n; s++) {
    char name[32];
    snprintf(name, sizeof name, s == 0 ? "the files' values" : "from the priors, %d", s);
    printf("%-18s %6d %6d %10.1f %10.1f %10.1f  %s%s\n", name, rows[s].rounds, rows[s].steps, rows[s].misfit,
           rows[s].prior, rows[s].misfit + rows[s].prior, rows[s].end,
           rows[s].best           ? "; best"
           : rows[s].same_optimum ? "; the same optimum"
                                  : "; another point");
  }
}

static void print_run(const B7CalibrationRun *run) {
  B7CalibrationSummary summary;
  b7_calibration_summary(run, &summary);
  print_parameters(run);
  print_groups(run);
  print_changed(run);
  print_identification(run);
  print_starts(run);
  printf(
      "\n%d values, %d rows (%d without sampling error or left out), %lld patients in each arm, seed %llu\n",
      summary.parameters, summary.rows, summary.left_out, (long long)summary.patients,
      (unsigned long long)summary.seed);
  printf("%lld evaluations, %lld arms simulated, %.0f s%s\n%s\n", (long long)summary.evaluations,
         (long long)summary.arms_simulated, summary.seconds,
         summary.finished ? "" : "; NOT FINISHED: evaluations were used up, --resume goes on", B7_CLI_NOTICE);
}

static int show(const B7CalibrationRun *run, const CalibrateRequest *request) {
  char *text;
  B7Error error;
  if (request->write && b7_calibration_write(run, &error) != B7_OK) return b7_cli_fail(&error);
  if (request->json) {
    if (b7_calibration_json(run, &text, &error) != B7_OK) return b7_cli_fail(&error);
    puts(text);
    b7_text_free(NULL, text);
    return 0;
  }
  print_run(run);
  if (request->write)
    printf(
        "The values stand in their files now. A model that differs from the one in the program is compiled when it is next used.\n");
  return 0;
}

static int32_t narrow(int64_t value) {
  return (int32_t)(value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : value);
}

static int list(const B7Calibration *calibration) {
  char *text;
  B7Error error;
  if (b7_calibration_describe(calibration, &text, &error) != B7_OK) return b7_cli_fail(&error);
  fputs(text, stdout);
  b7_text_free(NULL, text);
  return 0;
}

static int fit(const B7Calibration *calibration, const CalibrateRequest *request, const B7Hooks *hooks) {
  B7Error error;
  B7CalibrationRun *done;
  B7CalibrateOptions options;
  b7_calibrate_options_default(&options, sizeof options);
  options.patients = request->patients;
  options.seed = (uint64_t)request->seed;
  options.restarts = narrow(request->restarts);
  options.max_evaluations = request->max_evaluations;
  options.threads = narrow(request->threads);
  options.out = request->out;
  options.resume = request->resume;
  if (b7_calibrate(calibration, &options, hooks, &done, &error) != B7_OK) return b7_cli_fail(&error);
  int code = show(done, request);
  b7_calibration_run_free(done);
  return code;
}

static int run(const char *path, const CalibrateRequest *request) {
  char model[4096], data[4000], criteria[4096], studies[4200];
  B7Error error;
  B7Calibration *calibration;
  if (request->model) {
    snprintf(model, sizeof model, "%s", request->model);
  } else {
    b7_cli_folder("model", model, sizeof model);
  }
  b7_cli_folder("data", data, sizeof data);
  b7_cli_folder("criteria", criteria, sizeof criteria);
  snprintf(studies, sizeof studies, "%s/studies.yaml", data);
  B7CalibrationFiles files = {.model_folder = model,
                              .data_folder = data,
                              .criteria_folder = criteria,
                              .studies = request->studies ? request->studies : studies};
  B7Hooks hooks = b7_cli_hooks(request->quiet || request->json, "fit");
  B7CliKernel kernel;
  if (b7_cli_can_write(request->out, &error) != B7_OK ||
      b7_cli_kernel(request->model, &hooks, &kernel, &error) != B7_OK)
    return b7_cli_fail(&error);
  int code;
  if (b7_calibration_load(path, &files, kernel.kernel, &hooks, &calibration, &error) != B7_OK) {
    code = b7_cli_fail(&error);
  } else {
    const B7CliLeaveOut leave_out = {.what = request->leave_out,
                                     .out = request->out,
                                     .patients = request->patients,
                                     .seed = (uint64_t)request->seed,
                                     .threads = narrow(request->threads),
                                     .json = request->json};
    code = request->list        ? list(calibration)
           : request->leave_out ? b7_cli_leave_out(calibration, &leave_out, &hooks)
                                : fit(calibration, request, &hooks);
    b7_calibration_free(calibration);
  }
  b7_cli_kernel_free(&kernel);
  return code;
}

int b7_cli_calibrate(int argc, char **argv) {
  CalibrateRequest request = {0};
  const B7CliOption table[] = {
      B7_CLI_MODEL_OPTION(&request.model),
      {.name = "--out",
       .value_name = "FILE",
       .help = "result file (YAML), written anew after every round",
       .text = &request.out},
      {.name = "--list",
       .help = "what moves and what it answers to, without simulating",
       .flag = &request.list},
      {.name = "--leave-out",
       .value_name = "STUDY|each",
       .help = "predict a study, or each in turn, from the others; scores against the pooled mean",
       .text = &request.leave_out},
      {.name = "--resume", .help = "go on from the result file", .flag = &request.resume},
      {.name = "--write",
       .help = "put the fitted values into the files they came from",
       .flag = &request.write},
      {.name = "--patients",
       .value_name = "N",
       .help = "patients in each arm (the fit file's)",
       .integer = &request.patients},
      {.name = "--seed", .value_name = "S", .help = "seed (the fit file's)", .integer = &request.seed},
      {.name = "--restarts",
       .value_name = "N",
       .help = "starting points, the files' values first (the fit file's)",
       .integer = &request.restarts},
      {.name = "--max-evaluations",
       .value_name = "N",
       .help = "stop the search after so many simulations of all arms",
       .integer = &request.max_evaluations},
      {.name = "--threads", .value_name = "N", .help = "threads (all cores)", .integer = &request.threads},
      {.name = "--studies",
       .value_name = "FILE",
       .help = "another file of studies",
       .text = &request.studies},
      {.name = "--json", .help = "as JSON", .flag = &request.json},
      {.name = "--quiet", .help = "no progress bar", .flag = &request.quiet},
      {.name = NULL}};
  const B7CliCommand command = {
      .name = "calibrate",
      .arguments = "FIT",
      .about =
          "Fits values of the model, the populations and the products to the rows of the published studies, each "
          "simulated as it was done, with the sampling error of the publication and what is known of the values "
          "beforehand; tells which moved, which stayed, and which the rows do not know.",
      .example = "bridge7 calibrate fits/cd7_trials.yaml --out fits/cd7_trials.result.yaml\n"
                 "  the shipped fit; a killed run goes on with --resume\n"
                 "bridge7 calibrate fits/cd7_trials.yaml --leave-out each\n"
                 "  what is it worth for studies never seen",
      .options = table,
      .positional_min = 1,
      .positional_max = 1};
  B7CliWords words;
  int code = b7_cli_parse(&command, argc, argv, &words);
  if (code >= 0) return code;
  if (request.patients < 0 || request.patients == 1 || request.seed < 0 || request.restarts < 0 ||
      request.max_evaluations < 0 || request.threads < 0) {
    fprintf(stderr,
            "bridge7 calibrate: at least 2 patients; seed, restarts, evaluations and threads not negative\n");
    return b7_status_exit_code(B7_ERROR_USAGE);
  }
  return run(words.words[0], &request);
}
