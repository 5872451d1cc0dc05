/* replay.c - `bridge7 replay COURSE`: what was recorded beside what the model says. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "timeline.h"

typedef struct Request {
  const char *out, *report, *patient, *policy, *solver;
  int64_t threads, seed, patients;
  double tolerance;
  bool json, quiet, no_cart, no_transplant, deterministic;
} Request;

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

static void print_number(char *text, size_t size, double value) {
  if (isnan(value)) {
    snprintf(text, size, "-");
  } else if (value != 0 && (fabs(value) < 0.01 || fabs(value) >= 1e5)) {
    snprintf(text, size, "%.1e", value);
  } else {
    snprintf(text, size, "%.4g", value);
  }
}

static void print_rows(const B7Comparison *rows, int32_t count, double cart_day, double hsct_day) {
  static const char *const inside_words[] = {"yes", "NO", ""};
  printf("%7s  %-8s %-34s %11s %11s %23s  %-7s %s\n", "day", "from", "what", "recorded", "simulated",
         "80 % interval", "inside", "unit");
  for (int32_t i = 0; i < count; i++) {
    const B7Comparison *row = &rows[i];
    char when[24] = "", recorded[24], simulated[24], low[24], high[24], interval[64] = "-";
    if (!isnan(hsct_day) && row->t_day >= hsct_day) {
      snprintf(when, sizeof when, "hsct%+.0f", row->t_day - hsct_day);
    } else if (!isnan(cart_day) && row->t_day >= cart_day) {
      snprintf(when, sizeof when, "cart%+.0f", row->t_day - cart_day);
    }
    print_number(recorded, sizeof recorded, row->recorded);
    if (!isnan(row->below)) snprintf(recorded, sizeof recorded, "< %.4g", row->below);
    if (!isnan(row->above)) snprintf(recorded, sizeof recorded, "> %.4g", row->above);
    print_number(simulated, sizeof simulated, row->simulated);
    print_number(low, sizeof low, row->low);
    print_number(high, sizeof high, row->high);
    if (!isnan(row->low)) snprintf(interval, sizeof interval, "%s to %s", low, high);
    printf("%7.0f  %-8s %-34s %11s %11s %23s  %-7s %s%s%s\n", row->t_day, when, row->label, recorded,
           simulated, interval, row->inside == B7_INSIDE_NOT_SIMULATED ? "-" : inside_words[row->inside],
           row->unit, row->flag[0] ? "  " : "", row->flag);
  }
}

static void count_inside(const B7Comparison *rows, int32_t count, int32_t *inside, int32_t *judged) {
  *inside = *judged = 0;
  for (int32_t i = 0; i < count; i++) {
    *judged += rows[i].inside != B7_INSIDE_NOT_SIMULATED;
    *inside += rows[i].inside == B7_INSIDE_YES;
  }
}

/* how much a row changes: on the logarithm, because most quantities here span decades; two values below the
   limit that was recorded are the same value */
static double change_of(const B7Comparison *arm, const B7Comparison *base) {
  if (strcmp(arm->what, base->what) != 0 || isnan(arm->simulated) || isnan(base->simulated)) return 0;
  if (!isnan(arm->below) && arm->simulated < arm->below && base->simulated < base->below) return 0;
  double floor_value = 1e-3;
  return fabs(log(fmax(arm->simulated, floor_value) / fmax(base->simulated, floor_value)));
}

static void print_arm(const B7Replay *replay, int32_t k) {
  const B7Comparison *base, *arm;
  int32_t n_base = b7_replay_comparison(replay, &base), n_arm = b7_replay_arm_comparison(replay, k, &arm);
  int32_t worst = -1;
  double most = 0.01;
  for (int32_t i = 0; i < n_base && i < n_arm && n_base == n_arm; i++) {
    double change = change_of(&arm[i], &base[i]);
    if (change <= most) continue;
    most = change;
    worst = i;
  }
  printf("  %-58s ", b7_replay_arm_label(replay, k));
  if (worst < 0) {
    printf("nothing recorded changes by 1 %%\n");
    return;
  }
  char was[24], is[24];
  print_number(was, sizeof was, base[worst].simulated);
  print_number(is, sizeof is, arm[worst].simulated);
  printf("%s, day %.0f: %s instead of %s\n", base[worst].label, base[worst].t_day, is, was);
}

/* one line a flag: what is ambiguous, and how many facts hang on it */
static void print_assumptions(const B7Course *course) {
  const B7Assumption *rows;
  const B7CourseFlag *flags;
  int32_t count = b7_course_assumptions(course, &rows), n_flag = b7_course_flags(course, &flags),
          by_status[4] = {0};
  for (int32_t i = 0; i < count; i++) by_status[rows[i].status]++;
  printf(
      "\nNot stated in the publication: %d facts (%d derived, %d ambiguous, %d assumed); the report and --json list all.\n"
      "Ambiguous:\n",
      (int)count, (int)by_status[B7_FACT_DERIVED], (int)by_status[B7_FACT_AMBIGUOUS],
      (int)by_status[B7_FACT_ASSUMED]);
  for (int32_t f = 0; f < n_flag; f++) {
    int32_t uses = 0;
    for (int32_t i = 0; i < count; i++) {
      uses += rows[i].status == B7_FACT_AMBIGUOUS && strcmp(rows[i].flag, flags[f].name) == 0;
    }
    if (uses > 0) printf("  %-4s %s (%d)\n", flags[f].name, flags[f].text, (int)uses);
  }
}

static void print_replay(const B7Replay *replay, const B7Course *course) {
  const B7Comparison *rows;
  int32_t count = b7_replay_comparison(replay, &rows), inside, judged;
  printf("%s\n%s; day 0 = %s\n\n", b7_course_title(course), b7_course_citation(course),
         b7_course_day0(course));
  b7_cli_print_timeline(course, b7_plan_horizon_day(b7_replay_plan(replay)));
  putchar('\n');
  print_rows(rows, count, b7_course_anchor_day(course, "cart"), b7_course_anchor_day(course, "hsct"));
  count_inside(rows, count, &inside, &judged);
  printf("\n%d of %d judged rows inside the interval (%d rows recorded).\n", (int)inside, (int)judged,
         (int)count);
  const B7SolverStatistics *own = b7_result_statistics(b7_replay_typical(replay));
  printf("One patient: %lld steps, %.1f ms (%s, %d lane).", (long long)own->steps, 1e3 * own->seconds,
         own->solver, (int)own->lanes);
  if (b7_replay_band(replay)) {
    const B7SolverStatistics *band = b7_result_statistics(b7_replay_band(replay));
    printf(" Band: %lld patients, %lld failed, %.2f s (%d lanes, %s).",
           (long long)b7_result_patients(b7_replay_band(replay)), (long long)band->faults, band->seconds,
           (int)band->lanes, band->isa);
  }
  putchar('\n');
  if (b7_replay_arms(replay) > 0) printf("\nIf an ambiguous fact is read the other way:\n");
  for (int32_t k = 0; k < b7_replay_arms(replay); k++) print_arm(replay, k);
  print_assumptions(course);
  printf("\n%s\n", B7_CLI_NOTICE);
}

static B7Status write_files(const Request *request, const B7Replay *replay, B7Error *error) {
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

static B7Status run(const Request *request, const char *course_path, B7Error *error) {
  char data[4096], criteria[4096], policies[4096], policy[4200], patient[4096];
  bool have_data = b7_cli_folder("data", data, sizeof data);
  bool have_criteria = b7_cli_folder("criteria", criteria, sizeof criteria);
  B7Hooks hooks = b7_cli_hooks(request->quiet, "replay");

  B7ReplayOptions options = b7_replay_options_default();
  options.seed = (uint64_t)request->seed;
  options.band_patients = request->patients;
  options.criteria_folder = have_criteria ? criteria : NULL;
  options.patient_path = request->patient ? request->patient : beside(course_path, patient, sizeof patient);
  options.without_cart = request->no_cart;
  options.without_transplant = request->no_transplant;
  options.simulate.threads = (int32_t)request->threads;
  options.simulate.relative_tolerance = request->tolerance;
  options.simulate.extinction = !request->deterministic;
  if (!solver_of(request->solver, &options.simulate.solver)) {
    *error = (B7Error){.status = B7_ERROR_USAGE};
    snprintf(error->message, sizeof error->message,
             "unknown solver '%s'; rodas5p, rodas4, tsit5 and cvode are known", request->solver);
    return error->status;
  }
  options.policy_path = request->policy;
  if (!request->policy && have_data) {
    snprintf(policies, sizeof policies, "%s", data);
    snprintf(policy, sizeof policy, "%s/policies/supportive_care.yaml", policies);
    if (access(policy, R_OK) == 0) options.policy_path = policy;
  }
  if (request->policy && strcmp(request->policy, "none") == 0) options.policy_path = NULL;

  B7Course *course = NULL;
  B7Replay *replay = NULL;
  B7Status status = b7_course_load(course_path, have_data ? data : NULL, &hooks, &course, error);
  if (status == B7_OK) status = b7_replay_make(course, b7_kernel_shipped(), &options, &hooks, &replay, error);
  if (status == B7_OK) status = write_files(request, replay, error);
  char *json = NULL;
  if (status == B7_OK && request->json) status = b7_replay_json(replay, &json, error);
  if (status == B7_OK && request->json) {
    puts(json);
  } else if (status == B7_OK && !request->quiet) {
    print_replay(replay, course);
  }
  b7_text_free(&hooks, json);
  b7_replay_free(replay);
  b7_course_free(course);
  return status;
}

int b7_cli_replay(int argc, char **argv) {
  Request request = {.solver = "tsit5", .seed = 7, .patients = 200, .tolerance = 1e-6};
  const B7CliOption options[] = {
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
          "virtual patients around this patient, and what changes when an ambiguous date is read the other way.",
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
