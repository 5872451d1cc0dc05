/* command_replay.c - `bridge7 replay COURSE`: what was recorded beside what the model says. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "comparison_print.h"
#include "kernel_choice.h"
#include "outputs.h"

typedef struct ReplayRequest {
  const char *model;
  const char *out, *report, *patient, *population, *policy, *solver;
  int64_t threads, seed, patients;
  double tolerance, max_faults;
  bool json, quiet, no_cart, no_transplant, deterministic;
} ReplayRequest;

static bool solver_of(const char *name, B7Solver *solver) {
  static const struct {
    const char *name;
    B7Solver solver;
  } solvers[] = {{"rodas5p", B7_SOLVER_RODAS5P},
                 {"rodas4", B7_SOLVER_RODAS4},
                 {"tsit5", B7_SOLVER_TSIT5},
                 {"cvode", B7_SOLVER_CVODE}};
  for (size_t i = 0; i < sizeof solvers / sizeof solvers[0]; i++) {
    if (strcmp(solvers[i].name, name) != 0) continue;
    *solver = solvers[i].solver;
    return true;
  }
  return false;
}

/* courses/yao2026.yaml -> courses/yao2026.patient.yaml, when there is one */
static const char *beside(const char *course, char *path, size_t size) {
  size_t length = strlen(course);
  if (length > 5 && strcmp(course + length - 5, ".yaml") == 0) length -= 5;
  snprintf(path, size, "%.*s.patient.yaml", (int)length, course);
  return access(path, R_OK) == 0 ? path : NULL;
}

static B7Status write_files(const ReplayRequest *request, const B7Replay *replay, B7Error *error) {
  if (request->out) {
    B7Status status = b7_replay_write_netcdf(replay, request->out, error);
    if (status != B7_OK) return status;
  }
  if (!request->report) return B7_OK;
  char data[4096], bibliography[4200], *page;
  bool found = b7_cli_folder("data", data, sizeof data);
  snprintf(bibliography, sizeof bibliography, "%s/references.bib", data);
  B7Status status = b7_replay_page_json(replay, found ? bibliography : NULL, &page, error);
  if (status != B7_OK) return status;
  status = b7_report_write_html(page, request->report, error);
  b7_text_free(NULL, page);
  return status;
}

static B7Status run(const ReplayRequest *request, const char *course_path, B7Error *error) {
  char data[4096], criteria[4096], policies[4096], policy[4200], patient[4096], populations[4200];
  bool have_data = b7_cli_folder("data", data, sizeof data);
  bool have_criteria = b7_cli_folder("criteria", criteria, sizeof criteria);
  B7Hooks hooks = b7_cli_hooks(request->quiet, "replay");

  B7SimulateOptions simulate;
  b7_simulate_options_default(&simulate, sizeof simulate);
  simulate.threads = (int32_t)request->threads;
  simulate.relative_tolerance = request->tolerance;
  simulate.max_fault_share = request->max_faults;
  simulate.extinction = !request->deterministic;
  B7ReplayOptions options;
  b7_replay_options_default(&options, sizeof options);
  options.seed = (uint64_t)request->seed;
  options.band_patients = request->patients;
  options.criteria_folder = have_criteria ? criteria : NULL;
  options.patient_path = request->patient ? request->patient : beside(course_path, patient, sizeof patient);
  options.population_path = request->population;
  snprintf(populations, sizeof populations, "%s/populations", data);
  if (have_data && access(populations, R_OK) == 0) options.population_folder = populations;
  options.without_cart = request->no_cart;
  options.without_transplant = request->no_transplant;
  options.simulate = &simulate;
  if (!solver_of(request->solver, &simulate.solver)) {
    *error = (B7Error){.status = B7_ERROR_USAGE};
    snprintf(error->message, sizeof error->message,
             "unknown solver '%s'; rodas5p, rodas4, tsit5 and cvode are known", request->solver);
    return error->status;
  }
  if (request->patients < 0 || request->threads < 0 || request->threads > 4096) {
    *error = (B7Error){.status = B7_ERROR_USAGE};
    snprintf(error->message, sizeof error->message,
             "--patients and --threads are counts; 0 patients: no interval, 0 threads: all cores");
    return error->status;
  }
  options.policy_path = request->policy;
  if (!request->policy && have_data) {
    snprintf(policies, sizeof policies, "%s", data);
    snprintf(policy, sizeof policy, "%s/policies/supportive_care.yaml", policies);
    if (access(policy, R_OK) == 0) options.policy_path = policy;
  }
  if (request->policy && strcmp(request->policy, "none") == 0) options.policy_path = NULL;

  B7_CLI_TRY(b7_cli_can_write(request->out, error));
  B7_CLI_TRY(b7_cli_can_write(request->report, error));
  B7CliKernel kernel = {NULL, NULL};
  B7Course *course = NULL;
  B7Replay *replay = NULL;
  B7Status status = b7_course_load(course_path, have_data ? data : NULL, &hooks, &course, error);
  if (status == B7_OK) status = b7_cli_kernel(request->model, &hooks, &kernel, error);
  if (status == B7_OK) status = b7_replay_make(course, kernel.kernel, &options, &hooks, &replay, error);
  if (status == B7_OK) status = write_files(request, replay, error);
  char *json = NULL;
  if (status == B7_OK && request->json) status = b7_replay_json(replay, &json, error);
  if (status == B7_OK && request->json) {
    puts(json);
  } else if (status == B7_OK && !request->quiet) {
    b7_cli_print_comparison(replay, course, options.patient_path);
  }
  b7_text_free(&hooks, json);
  b7_replay_free(replay);
  b7_course_free(course);
  b7_cli_kernel_free(&kernel);
  return status;
}

int b7_cli_replay(int argc, char **argv) {
  ReplayRequest request = {
      .solver = "tsit5", .seed = 7, .patients = 200, .tolerance = 1e-6, .max_faults = 0.05};
  const B7CliOption options[] = {
      B7_CLI_MODEL_OPTION(&request.model),
      {.name = "--out",
       .value_name = "FILE.nc",
       .help = "write courses and comparison as NetCDF",
       .text = &request.out},
      {.name = "--report",
       .value_name = "FILE.html",
       .help = "write the report page",
       .text = &request.report},
      {.name = "--json", .help = "print everything as JSON instead of tables", .flag = &request.json},
      {.name = "--patient",
       .value_name = "FILE",
       .help = "calibration (default: COURSE.patient.yaml beside the course)",
       .text = &request.patient},
      {.name = "--population",
       .value_name = "FILE",
       .help = "what is not recorded is drawn from it (default: by diagnosis, remission and age)",
       .text = &request.population},
      {.name = "--policy",
       .value_name = "FILE",
       .help = "supportive care as rules, or none",
       .text = &request.policy},
      {.name = "--patients",
       .value_name = "N",
       .help = "virtual patients of the band (200)",
       .integer = &request.patients},
      {.name = "--seed",
       .value_name = "N",
       .help = "seed of all random numbers (7)",
       .integer = &request.seed},
      {.name = "--threads", .value_name = "N", .help = "threads (all cores)", .integer = &request.threads},
      {.name = "--solver",
       .value_name = "NAME",
       .help = "tsit5, rodas5p, rodas4 or cvode (tsit5)",
       .text = &request.solver},
      {.name = "--tolerance",
       .value_name = "R",
       .help = "relative tolerance (1e-6)",
       .number = &request.tolerance},
      {.name = "--max-faults",
       .value_name = "SHARE",
       .help = "of patients that may fail numerically before the run does, exit code 3 (0.05)",
       .number = &request.max_faults},
      {.name = "--no-cart", .help = "the same patient without the CAR-T product", .flag = &request.no_cart},
      {.name = "--no-transplant",
       .help = "the same patient without conditioning and graft",
       .flag = &request.no_transplant},
      {.name = "--deterministic",
       .help = "small populations stay continuous: no chance in dying out",
       .flag = &request.deterministic},
      {.name = "--quiet", .help = "print nothing but errors", .flag = &request.quiet},
      {.name = NULL},
  };
  const B7CliCommand command = {
      .name = "replay",
      .arguments = "COURSE",
      .about =
          "Simulates a dated patient course and prints recorded and simulated values side by side, with the interval of\n"
          "virtual patients around this patient, and what changes when an ambiguous date is read the other way. Without a\n"
          "patient file the patient starts from the course's first records; what is not recorded is drawn.",
      .example =
          "  bridge7 replay courses/yao2026.yaml --report report.html\n"
          "  The index case: nine courses, CAR-T, transplant; the page shows every curve with its band.",
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
