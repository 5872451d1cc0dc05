/* command_trial.c - `bridge7 trial TRIAL`: which arm does better, for whom. */
#include "bridge7_fit.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kernel_choice.h"
#include "outputs.h"
#include "ranks.h"
#include "stop_signals.h"
#include "trial_print.h"

#define NOT_GIVEN INT64_MIN

typedef struct TrialRequest {
  const char *out, *report, *model, *fit, *checkpoint, *shards;
  int64_t threads, seed, patients, sets, set_patients;
  int64_t max_lanes, block, max_steps, checkpoint_blocks, rank, ranks;
  double tolerance, max_faults, shard_wait_s;
  bool json, quiet, resume, no_patients;
} TrialRequest;

/* the one text that the page and --json show */
static B7Status write_files(const TrialRequest *request, const B7TrialRun *run, const char *data,
                            const B7Hooks *hooks, B7Error *error) {
  B7Status status = request->out ? b7_trial_write_netcdf(run, request->out, error) : B7_OK;
  if (status != B7_OK || !(request->report || request->json)) return status;
  char bibliography[4200], *text;
  snprintf(bibliography, sizeof bibliography, "%s/references.bib", data);
  status = b7_trial_json(run, bibliography, &text, error);
  if (status != B7_OK) return status;
  if (request->report) status = b7_report_write_html(text, request->report, error);
  if (status == B7_OK && request->json) puts(text);
  b7_text_free(hooks, text);
  return status;
}

static int32_t narrow(int64_t value) {
  return (int32_t)(value > INT32_MAX ? INT32_MAX : value < INT32_MIN ? INT32_MIN : value);
}

/* parts of several ranks lie in the folder asked for, or beside the output */
static const char *shards_of(const TrialRequest *request, const char *path, char *text, size_t size) {
  if (!request->shards) return request->out ? request->out : request->report;
  const char *slash = strrchr(path, '/');
  snprintf(text, size, "%s/%s", request->shards, slash ? slash + 1 : path);
  return text;
}

static B7SimulateOptions simulate_of(const TrialRequest *request) {
  B7SimulateOptions simulate;
  b7_simulate_options_default(&simulate, sizeof simulate);
  simulate.threads = narrow(request->threads);
  simulate.relative_tolerance = request->tolerance;
  simulate.max_lanes = narrow(request->max_lanes);
  simulate.max_steps = request->max_steps;
  simulate.max_fault_share = request->max_faults;
  return simulate;
}

static B7TrialOptions options_of(const TrialRequest *request, const char *path,
                                 const B7SimulateOptions *simulate, char *shards, size_t size,
                                 const char *rows) {
  B7TrialOptions options;
  b7_trial_options_default(&options, sizeof options);
  options.patients = request->patients == NOT_GIVEN ? 0 : request->patients;
  options.seed = request->seed == NOT_GIVEN ? 0 : (uint64_t)request->seed;
  options.simulate = simulate;
  options.block_patients = request->block;
  options.checkpoint = request->checkpoint;
  options.checkpoint_blocks = request->checkpoint_blocks;
  options.resume = request->resume;
  options.rank = narrow(request->rank);
  options.ranks = narrow(request->ranks);
  options.shards = shards_of(request, path, shards, size);
  options.shard_wait_s = request->shard_wait_s;
  options.patient_rows = rows;
  return options;
}

/* what a stopped run leaves, and how to go on */
static void tell_stopped(const TrialRequest *request) {
  if (request->checkpoint && access(request->checkpoint, F_OK) == 0)
    fprintf(stderr, "trial: stopped; '%s' holds what was done, and the same command with --resume goes on\n",
            request->checkpoint);
  else
    fprintf(stderr, "trial: stopped; nothing was kept (with --checkpoint FILE a stopped run can go on)\n");
}

/* counts that were given say something; the default is what the trial says */
static B7Status check_numbers(const TrialRequest *request, B7Error *error) {
  const struct {
    const char *name;
    int64_t value;
  } counts[] = {{"--patients", request->patients}, {"--seed", request->seed}};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    if (counts[i].value == NOT_GIVEN || counts[i].value > 0) continue;
    *error = (B7Error){.status = B7_ERROR_USAGE};
    snprintf(error->message, sizeof error->message, "%s is a whole number from 1 on, not %lld",
             counts[i].name, (long long)counts[i].value);
    return error->status;
  }
  return B7_OK;
}

static B7Status run(const TrialRequest *request, const char *path, B7Error *error) {
  B7_CLI_TRY(check_numbers(request, error));
  char data[4096], criteria[4096];
  if (!b7_cli_folder("data", data, sizeof data) || !b7_cli_folder("criteria", criteria, sizeof criteria)) {
    *error = (B7Error){.status = B7_ERROR_FILE};
    snprintf(error->message, sizeof error->message,
             "the folders data and criteria are not there; set B7_HOME to the folder that holds them");
    return error->status;
  }
  B7_CLI_TRY(b7_cli_can_write(request->out, error));
  B7_CLI_TRY(b7_cli_can_write(request->report, error));
  B7_CLI_TRY(b7_cli_can_write(request->checkpoint, error));
  char shards[4200];
  char rows[4300];
  bool patients = request->out && !request->no_patients;
  // what a checkpoint needs lies beside it
  if (patients)
    snprintf(rows, sizeof rows, "%s.rows",
             request->checkpoint && request->ranks == 1 ? request->checkpoint
                                                        : shards_of(request, path, shards, sizeof shards));
  if (request->resume && request->checkpoint && request->ranks == 1 && access(request->checkpoint, F_OK) != 0)
    fprintf(stderr, "%s: there is no checkpoint yet; the trial starts with its first patient\n",
            request->checkpoint);
  B7SimulateOptions simulate = simulate_of(request);
  B7TrialOptions options =
      options_of(request, path, &simulate, shards, sizeof shards, patients ? rows : NULL);
  B7Hooks hooks = b7_cli_hooks(request->quiet || options.rank > 0, "trial");
  b7_cli_watch_signals(&hooks);
  B7Trial *trial = NULL;
  B7TrialRun *done = NULL;
  B7CliKernel kernel = {NULL, NULL};
  B7Status status = b7_trial_load(path, data, &hooks, &trial, error);
  if (status == B7_OK) status = b7_cli_kernel(request->model, &hooks, &kernel, error);
  if (status == B7_OK) status = b7_trial_run(trial, kernel.kernel, criteria, &options, &hooks, &done, error);
  // with several ranks the first one has the result, and repeats it alone
  if (status == B7_OK && done && request->sets > 0) {
    options.patients = request->set_patients;
    options.ranks = 1;
    options.checkpoint = NULL;
    options.patient_rows = NULL;
    options.resume = false;
    status = request->fit
                 ? b7_parameter_sets_widen(done, request->fit, &options, narrow(request->sets), &hooks, error)
                 : b7_trial_uncertainty(done, &options, narrow(request->sets), &hooks, error);
  }
  if (status == B7_OK && done) status = write_files(request, done, data, &hooks, error);
  if (status == B7_OK && done && !request->json && !request->quiet) b7_cli_trial_print(done);
  b7_trial_run_free(done);
  b7_trial_free(trial);
  b7_cli_kernel_free(&kernel);
  if (status == B7_ERROR_CANCELLED) tell_stopped(request);
  b7_cli_end_watch();
  return status;
}

int b7_cli_trial(int argc, char **argv) {
  B7SimulateOptions usual;
  b7_simulate_options_default(&usual, sizeof usual);
  B7TrialOptions usual_trial;
  b7_trial_options_default(&usual_trial, sizeof usual_trial);
  TrialRequest request = {.patients = NOT_GIVEN,
                          .seed = NOT_GIVEN,
                          .tolerance = 1e-5,
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
      B7_CLI_MODEL_OPTION(&request.model),
      {.name = "--out",
       .value_name = "FILE.nc",
       .help = "write curves, shares and every patient's outcomes as NetCDF",
       .text = &request.out},
      {.name = "--no-patients",
       .help = "leave single patients out of the NetCDF file",
       .flag = &request.no_patients},
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
