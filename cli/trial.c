/* trial.c - `bridge7 trial TRIAL`: which arm does better, for whom. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ranks.h"

typedef struct Request {
  const char *out, *report, *fit, *checkpoint, *shards;
  int64_t threads, seed, patients, sets, set_patients;
  int64_t max_lanes, block, max_steps, checkpoint_blocks, rank, ranks;
  double tolerance, max_faults, shard_wait_s;
  bool json, quiet, resume;
} Request;

static void print_estimate(B7Estimate estimate, double scale, const char *unit) {
  if (isnan(estimate.value)) {
    printf("%24s", "-");
    return;
  }
  char text[64];
  snprintf(text, sizeof text, "%.3g (%.3g to %.3g)%s", scale * estimate.value, scale * estimate.lower,
           scale * estimate.upper, unit);
  printf("%26s", text);
}

static void print_flow(const B7TrialRun *run) {
  printf("%-26s %9s %9s %9s %9s %13s %7s %7s\n", "arm", "enrolled", "not made", "infused", "no donor",
         "transplanted", "dead", "failed");
  for (int32_t a = 0; a < b7_trial_arms(run); a++) {
    B7TrialFlow flow = b7_trial_flow(run, a);
    printf("%-26s %9lld %9lld %9lld %9lld %13lld %7lld %7lld\n", flow.arm, (long long)flow.enrolled,
           (long long)flow.not_made, (long long)flow.infused, (long long)flow.no_donor,
           (long long)flow.transplanted, (long long)flow.dead, (long long)flow.failed);
  }
}

/* survival endpoints at half a year, one year and the end; others by code */
static void print_timed(const B7TrialRun *run, B7Endpoint endpoint, int32_t days) {
  bool incidence = endpoint == B7_ENDPOINT_CIR || endpoint == B7_ENDPOINT_NRM;
  const double at[] = {183, 365, days - 1};
  printf("\n%s, %%\n%-26s", b7_endpoint_label(endpoint), "");
  for (int k = 0; k < 3; k++) printf("%21s %4.0f", "day", at[k]);
  putchar('\n');
  for (int32_t a = 0; a < b7_trial_arms(run); a++) {
    printf("%-26s", b7_trial_flow(run, a).arm);
    for (int k = 0; k < 3; k++)
      print_estimate(at[k] > days - 1 ? (B7Estimate){NAN, NAN, NAN}
                                      : b7_trial_at_day(run, a, endpoint, incidence ? 1 : 0, at[k]),
                     100, "");
    putchar('\n');
  }
}

static void print_coded(const B7TrialRun *run, B7Endpoint endpoint) {
  printf("\n%s, %%\n", b7_endpoint_label(endpoint));
  for (int32_t a = 0; a < b7_trial_arms(run); a++) {
    int64_t evaluable;
    b7_trial_share(run, a, endpoint, 0, 0, &evaluable);
    printf("%-26s", b7_trial_flow(run, a).arm);
    for (int32_t code = 0; code < 24 && evaluable > 0; code++) {
      const char *words = b7_endpoint_words(endpoint, code);
      if (words[0] == '?') break;
      B7Estimate share = b7_trial_share(run, a, endpoint, code, code, NULL);
      if (share.value > 0)
        printf("  %s %.3g (%.3g to %.3g)", words, 100 * share.value, 100 * share.lower, 100 * share.upper);
    }
    printf("  of %lld\n", (long long)evaluable);
  }
}

static void print_trial(const B7TrialRun *run) {
  const B7Endpoint *endpoints;
  int32_t n = b7_trial_endpoints(run, &endpoints);
  print_flow(run);
  for (int32_t e = 0; e < n; e++) {
    int32_t days;
    b7_trial_curve(run, 0, endpoints[e], 0, &days);
    if (days > 0) {
      print_timed(run, endpoints[e], days);
    } else {
      print_coded(run, endpoints[e]);
    }
  }
  const B7TrialEstimand *rows;
  int32_t count = b7_trial_estimands(run, &rows);
  if (count > 0) printf("\nagainst the reference arm, the same patients in both\n");
  for (int32_t i = 0; i < count; i++) {
    printf("  %-58s %-24s against %-24s %.3g (%.3g to %.3g)", rows[i].what, rows[i].arm, rows[i].against,
           rows[i].estimate.value, rows[i].estimate.lower, rows[i].estimate.upper);
    if (!isnan(rows[i].widened.value))
      printf("; with the model's uncertainty %.3g to %.3g", rows[i].widened.lower, rows[i].widened.upper);
    putchar('\n');
  }
  printf(
      "\nIntervals are 95 %% and hold for the chance between virtual patients; the model's own uncertainty comes on top.\n%s\n",
      B7_CLI_NOTICE);
}

static B7Status write_files(const Request *request, const B7TrialRun *run, const char *data, B7Error *error) {
  if (request->out) {
    B7Status status = b7_trial_write_netcdf(run, request->out, error);
    if (status != B7_OK) return status;
  }
  if (!request->report) return B7_OK;
  char bibliography[4200], *page;
  snprintf(bibliography, sizeof bibliography, "%s/references.bib", data);
  B7Status status = b7_trial_page_json(run, bibliography, &page, error);
  if (status != B7_OK) return status;
  status = b7_report_write_html(page, request->report, error);
  b7_text_free(NULL, page);
  return status;
}

static int32_t narrow(int64_t value) {
  return (int32_t)(value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : value);
}

/* parts of several ranks lie in the folder asked for, or beside the output */
static const char *shards_of(const Request *request, const char *path, char *text, size_t size) {
  if (!request->shards) return request->out ? request->out : request->report;
  const char *slash = strrchr(path, '/');
  snprintf(text, size, "%s/%s", request->shards, slash ? slash + 1 : path);
  return text;
}

static B7TrialOptions options_of(const Request *request, const char *path, char *shards, size_t size) {
  B7TrialOptions options = b7_trial_options_default();
  options.patients = request->patients;
  options.seed = (uint64_t)request->seed;
  options.simulate.threads = narrow(request->threads);
  options.simulate.relative_tolerance = request->tolerance;
  options.simulate.max_lanes = narrow(request->max_lanes);
  options.simulate.max_steps = request->max_steps;
  options.simulate.max_fault_share = request->max_faults;
  options.block_patients = request->block;
  options.checkpoint = request->checkpoint;
  options.checkpoint_blocks = request->checkpoint_blocks;
  options.resume = request->resume;
  options.rank = narrow(request->rank);
  options.ranks = narrow(request->ranks);
  options.shards = shards_of(request, path, shards, size);
  options.shard_wait_s = request->shard_wait_s;
  return options;
}

static B7Status run(const Request *request, const char *path, B7Error *error) {
  char data[4096], criteria[4096];
  if (!b7_cli_folder("data", data, sizeof data) || !b7_cli_folder("criteria", criteria, sizeof criteria)) {
    *error = (B7Error){.status = B7_ERROR_FILE};
    snprintf(error->message, sizeof error->message,
             "the folders data and criteria are not there; set B7_HOME to the folder that holds them");
    return error->status;
  }
  char shards[4200];
  B7TrialOptions options = options_of(request, path, shards, sizeof shards);
  B7Hooks hooks = b7_cli_hooks(request->quiet || options.rank > 0, "trial");
  B7Trial *trial = NULL;
  B7TrialRun *done = NULL;
  B7Status status = b7_trial_load(path, data, &hooks, &trial, error);
  if (status == B7_OK)
    status = b7_trial_run(trial, b7_kernel_shipped(), criteria, &options, &hooks, &done, error);
  // with several ranks the first one has the result, and repeats it alone
  if (status == B7_OK && done && request->sets > 0) {
    options.patients = request->set_patients;
    options.ranks = 1;
    options.checkpoint = NULL;
    options.resume = false;
    status = request->fit
                 ? b7_parameter_sets_widen(done, request->fit, &options, narrow(request->sets), &hooks, error)
                 : b7_trial_uncertainty(done, &options, narrow(request->sets), &hooks, error);
  }
  if (status == B7_OK && done) status = write_files(request, done, data, error);
  char *json = NULL;
  if (status == B7_OK && done && request->json) status = b7_trial_json(done, &json, error);
  if (status == B7_OK && done && request->json) {
    puts(json);
  } else if (status == B7_OK && done && !request->quiet) {
    print_trial(done);
  }
  b7_text_free(&hooks, json);
  b7_trial_run_free(done);
  b7_trial_free(trial);
  return status;
}

int b7_cli_trial(int argc, char **argv) {
  const B7SimulateOptions usual = b7_simulate_options_default();
  const B7TrialOptions usual_trial = b7_trial_options_default();
  Request request = {.tolerance = 1e-5,
                     .set_patients = 200,
                     .max_faults = usual.max_fault_share,
                     .max_steps = usual.max_steps,
                     .max_lanes = usual.max_lanes,
                     .checkpoint_blocks = usual_trial.checkpoint_blocks,
                     .shard_wait_s = usual_trial.shard_wait_s};
  b7_cli_ranks(&request.rank, &request.ranks);
  const B7CliOption options[] = {
      {.name = "--patients",
       .value_name = "N",
       .help = "virtual patients (default: as the trial says)",
       .integer = &request.patients},
      {.name = "--seed",
       .value_name = "N",
       .help = "seed (default: as the trial says)",
       .integer = &request.seed},
      {.name = "--out",
       .value_name = "FILE.nc",
       .help = "write curves and shares as NetCDF",
       .text = &request.out},
      {.name = "--report",
       .value_name = "FILE.html",
       .help = "write the report page",
       .text = &request.report},
      {.name = "--json", .help = "print everything as JSON instead of tables", .flag = &request.json},
      {.name = "--parameter-sets",
       .value_name = "N",
       .help = "repeat under N parameter sets: intervals with the model's uncertainty",
       .integer = &request.sets},
      {.name = "--fit",
       .value_name = "FILE",
       .help = "parameter sets from a calibration's result instead of the ranges",
       .text = &request.fit},
      {.name = "--set-patients",
       .value_name = "N",
       .help = "virtual patients of each parameter set (200)",
       .integer = &request.set_patients},
      {.name = "--threads", .value_name = "N", .help = "threads (all cores)", .integer = &request.threads},
      {.name = "--tolerance",
       .value_name = "R",
       .help = "relative tolerance (1e-5)",
       .number = &request.tolerance},
      {.name = "--max-faults",
       .value_name = "SHARE",
       .help = "of patients that may fail numerically before the run does, exit code 3 (0.05)",
       .number = &request.max_faults},
      {.name = "--max-steps",
       .value_name = "N",
       .help = "solver steps a patient may take (1000000)",
       .integer = &request.max_steps},
      {.name = "--checkpoint",
       .value_name = "FILE",
       .help = "keep in FILE what was counted so far",
       .text = &request.checkpoint},
      {.name = "--checkpoint-every",
       .value_name = "N",
       .help = "blocks of patients (1)",
       .integer = &request.checkpoint_blocks},
      {.name = "--resume", .help = "go on from the checkpoint, when there is one", .flag = &request.resume},
      {.name = "--block",
       .value_name = "N",
       .help = "patients simulated together (as memory allows)",
       .integer = &request.block},
      {.name = "--max-lanes",
       .value_name = "N",
       .help = "patients side by side in a processor core: 1, 2, 4, 8 (8)",
       .integer = &request.max_lanes},
      {.name = "--rank", .value_name = "I", .help = "this process among --ranks", .integer = &request.rank},
      {.name = "--ranks",
       .value_name = "K",
       .help = "processes that share the trial (as mpirun or srun say)",
       .integer = &request.ranks},
      {.name = "--shards",
       .value_name = "FOLDER",
       .help = "where ranks leave their parts (beside --out)",
       .text = &request.shards},
      {.name = "--shard-wait",
       .value_name = "SECONDS",
       .help = "that rank 0 waits for the others' parts (3600)",
       .number = &request.shard_wait_s},
      {.name = "--quiet", .help = "print nothing but errors", .flag = &request.quiet},
      {.name = NULL},
  };
  const B7CliCommand command = {
      .name = "trial",
      .arguments = "TRIAL",
      .about =
          "Runs a virtual trial: the same virtual patients in every arm, waiting time and manufacturing failure included,\n"
          "graded by the published criteria, with competing risks and paired differences.",
      .example = "  bridge7 trial trials/bridging_window.yaml --patients 1000 --report trial.html\n"
                 "  When should transplant follow a CD7 CAR-T remission?",
      .options = options,
      .positional_min = 1,
      .positional_max = 1,
  };
  B7CliWords words;
  int leave = b7_cli_parse(&command, argc, argv, &words);
  if (leave >= 0) return leave;
  B7Error error;
  if (run(&request, words.words[0], &error) != B7_OK) return b7_cli_fail(&error);
  return 0;
}
