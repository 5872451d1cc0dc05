/* comparison_print.c - what was recorded beside what the model says, printed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "comparison_print.h"
#include "timeline_print.h"

#define LABEL_WIDTH 28

static void number_text(char *text, size_t size, double value) {
  if (isnan(value)) {
    snprintf(text, size, "-");
  } else if (value != 0 && (fabs(value) < 0.01 || fabs(value) >= 1e5)) {
    snprintf(text, size, "%.1e", value);
  } else {
    snprintf(text, size, "%.4g", value);
  }
}

/* days after the last of CAR-T and graft, "" before both */
static void since_text(char *text, size_t size, const B7Course *course, double t_day) {
  double cart_day = b7_course_anchor_day(course, "cart"), hsct_day = b7_course_anchor_day(course, "hsct");
  text[0] = '\0';
  if (!isnan(hsct_day) && t_day >= hsct_day) {
    snprintf(text, size, "graft %+.0f", t_day - hsct_day);
  } else if (!isnan(cart_day) && t_day >= cart_day) {
    snprintf(text, size, "CAR-T %+.0f", t_day - cart_day);
  }
}

/* a day of the course; "never" beyond the simulated time */
static void day_text(char *text, size_t size, double value) {
  if (isinf(value)) {
    snprintf(text, size, "never");
  } else if (isnan(value)) {
    snprintf(text, size, "-");
  } else {
    snprintf(text, size, "%.0f", value);
  }
}

/* remission, relapse, death: days of the course, and how many of the virtual patients had it by then */
static void print_event(const char *date, const char *since, const B7Comparison *row, const char *inside) {
  char recorded[24], simulated[24], low[24], high[24], interval[64] = "-", share[48] = "";
  day_text(recorded, sizeof recorded, row->recorded);
  if (!isnan(row->above)) snprintf(recorded, sizeof recorded, "> %.0f", row->above);
  day_text(simulated, sizeof simulated, row->simulated);
  day_text(low, sizeof low, row->low);
  day_text(high, sizeof high, row->high);
  if (!isnan(row->low)) snprintf(interval, sizeof interval, "%s to %s", low, high);
  if (!isnan(row->low) && isinf(row->low)) snprintf(interval, sizeof interval, "never");
  const char *verb = strcmp(row->what, "last_follow_up") == 0 ? "alive" : "by then";
  if (!isnan(row->share)) snprintf(share, sizeof share, "%.0f %% %s", 100 * row->share, verb);
  printf("%4.0f  %s  %-10s  %-*.*s %9s  %9s  %18s  %-6s  %s%s%s\n", row->t_day, date, since, LABEL_WIDTH,
         (int)strcspn(row->label, ":"), row->label, recorded, simulated, interval, inside, share,
         *share && row->flag[0] ? "  " : "", row->flag);
}

static void print_row(const B7Course *course, const B7Comparison *row) {
  static const char *const inside_words[] = {"yes", "NO", "-"};
  char date[16], since[24], recorded[24], simulated[24], low[24], high[24], interval[64] = "-";
  b7_cli_date(b7_course_day0(course), row->t_day, date);
  since_text(since, sizeof since, course, row->t_day);
  if (row->kind == B7_COMPARES_EVENT) {
    print_event(date, since, row, inside_words[row->inside]);
    return;
  }
  number_text(recorded, sizeof recorded, row->recorded);
  if (!isnan(row->below)) snprintf(recorded, sizeof recorded, "< %.4g", row->below);
  if (!isnan(row->above)) snprintf(recorded, sizeof recorded, "> %.4g", row->above);
  number_text(simulated, sizeof simulated, row->simulated);
  number_text(low, sizeof low, row->low);
  number_text(high, sizeof high, row->high);
  if (!isnan(row->low)) snprintf(interval, sizeof interval, "%s to %s", low, high);
  // what a score's numbers mean stands behind a colon of its label; it takes the place of the unit, which is
  // 1
  const char *colon = strchr(row->label, ':'), *unit = row->unit;
  int label_length = colon ? (int)(colon - row->label) : (int)strlen(row->label);
  if (strcmp(unit, "percent") == 0) unit = "%";
  if (strcmp(unit, "1") == 0) unit = colon ? colon + 2 : "";
  if (strcmp(unit, "grade") == 0) unit = "";
  printf("%4.0f  %s  %-10s  %-*.*s %9s  %9s  %18s  %-6s  %s%s%s\n", row->t_day, date, since, LABEL_WIDTH,
         label_length, row->label, recorded, simulated, interval, inside_words[row->inside], unit,
         *unit && row->flag[0] ? "  " : "", row->flag);
}

/* what the interval is of: those alive */
static void print_deaths(const B7Replay *replay) {
  int64_t followed = b7_replay_alive(replay, NULL), died = b7_replay_died(replay);
  if (followed == 0) return;
  char text[200];
  snprintf(text, sizeof text, "%lld of %lld virtual patients have died by day %.0f; %s", (long long)died,
           (long long)followed, b7_plan_horizon_day(b7_replay_plan(replay)),
           died > 0 ? "intervals of measurements are those of the patients alive on that day." : "");
  b7_cli_print_wrapped("", 0, text);
}

static void print_table(const B7Replay *replay, const B7Course *course) {
  const B7Comparison *rows;
  int32_t count = b7_replay_comparison(replay, &rows), inside = 0, judged = 0, not_simulated = 0;
  printf("%4s  %-10s  %-10s  %-*s %9s  %9s  %18s  %-6s  %s\n", "day", "date", "since", LABEL_WIDTH, "what",
         "recorded", "simulated", "80 % interval", "inside", "unit, flag");
  for (int32_t i = 0; i < count; i++) {
    print_row(course, &rows[i]);
    judged += rows[i].inside != B7_INSIDE_NOT_SIMULATED;
    inside += rows[i].inside == B7_INSIDE_YES;
    not_simulated += rows[i].inside == B7_INSIDE_NOT_SIMULATED && isnan(rows[i].simulated);
  }
  if (b7_replay_band(replay)) {
    printf("\n%d of %d simulated rows lie inside the interval; %d more are recorded but not simulated (-).\n",
           (int)inside, (int)judged, (int)not_simulated);
    print_deaths(replay);
  } else {
    printf("\nNo virtual patients, no interval: recorded bounds alone are judged.\n");
  }
}

/* how much a row changes: on the logarithm, because most quantities here span decades; two values below the
   limit that was recorded are the same value */
static double change_of(const B7Comparison *arm, const B7Comparison *base) {
  if (strcmp(arm->what, base->what) != 0 || isnan(arm->simulated) || isnan(base->simulated)) return 0;
  if (!isnan(arm->below) && arm->simulated < arm->below && base->simulated < base->below) return 0;
  if (isinf(arm->simulated) || isinf(base->simulated))
    return isinf(arm->simulated) != isinf(base->simulated) ? INFINITY : 0;
  double floor_value = 1e-3;
  return fabs(log(fmax(arm->simulated, floor_value) / fmax(base->simulated, floor_value)));
}

#define ARM_LABEL_WIDTH 58
#define CHANGES_MAX 3

/* the quantities that change most, each at the day on which it changes most */
static void print_arm(const B7Replay *replay, int32_t k, int most_changes) {
  const B7Comparison *base, *arm;
  int32_t n_base = b7_replay_comparison(replay, &base), n_arm = b7_replay_arm_comparison(replay, k, &arm);
  const char *told[CHANGES_MAX];
  int n_told = 0;
  printf("  %-*s ", ARM_LABEL_WIDTH, b7_replay_arm_label(replay, k));
  while (n_told < most_changes) {
    int32_t worst = -1;
    double most = 0.01;
    for (int32_t i = 0; i < n_base && i < n_arm && n_base == n_arm; i++) {
      double change = change_of(&arm[i], &base[i]);
      bool known = false;
      for (int t = 0; t < n_told; t++) known = known || strcmp(told[t], base[i].what) == 0;
      if (known || change <= most) continue;
      most = change;
      worst = i;
    }
    if (worst < 0) break;
    char was[24], is[24];
    bool event = base[worst].kind == B7_COMPARES_EVENT;
    (event ? day_text : number_text)(was, sizeof was, base[worst].simulated);
    (event ? day_text : number_text)(is, sizeof is, arm[worst].simulated);
    if (n_told > 0) printf("  %-*s ", ARM_LABEL_WIDTH, "");
    printf("%.*s, day %.0f: %s instead of %s\n", (int)strcspn(base[worst].label, ":"), base[worst].label,
           base[worst].t_day, is, was);
    told[n_told++] = base[worst].what;
  }
  if (n_told == 0) printf("nothing recorded changes by 1 %%\n");
}

static void print_arms(const B7Replay *replay, bool counterfactual, const char *title, int most_changes) {
  bool first = true;
  for (int32_t k = 0; k < b7_replay_arms(replay); k++) {
    if (b7_replay_arm_counterfactual(replay, k) != counterfactual) continue;
    if (first) printf("\n%s\n", title);
    first = false;
    print_arm(replay, k, most_changes);
  }
}

static bool in_table(const B7Replay *replay, const char *flag) {
  const B7Comparison *rows;
  int32_t count = b7_replay_comparison(replay, &rows);
  for (int32_t i = 0; i < count; i++) {
    if (strcmp(rows[i].flag, flag) == 0) return true;
  }
  return false;
}

static bool is_ambiguous(const B7Course *course, const char *flag) {
  const B7Assumption *rows;
  int32_t count = b7_course_assumptions(course, &rows);
  for (int32_t i = 0; i < count; i++) {
    if (rows[i].status == B7_FACT_AMBIGUOUS && strcmp(rows[i].flag, flag) == 0) return true;
  }
  return false;
}

/* how much the publication leaves open; one paragraph for each flag of the table and each ambiguous fact */
static void print_open_facts(const B7Replay *replay, const B7Course *course) {
  const B7Assumption *rows;
  const B7CourseFlag *flags;
  int32_t count = b7_course_assumptions(course, &rows), n_flag = b7_course_flags(course, &flags),
          by_status[4] = {0};
  if (count == 0) return;
  for (int32_t i = 0; i < count; i++) by_status[rows[i].status]++;
  printf("\nNot stated in the %s: %d facts (%d derived, %d ambiguous, %d assumed); the report and --json "
         "list all.\n",
         b7_course_citation(course)[0] ? "publication" : "record", (int)count,
         (int)by_status[B7_FACT_DERIVED], (int)by_status[B7_FACT_AMBIGUOUS], (int)by_status[B7_FACT_ASSUMED]);
  if (n_flag > 0) printf("Flags, and how each is read:\n");
  for (int32_t f = 0; f < n_flag; f++) {
    if (!in_table(replay, flags[f].name) && !is_ambiguous(course, flags[f].name)) continue;
    char first[32];
    snprintf(first, sizeof first, "  %-5s", flags[f].name);
    b7_cli_print_wrapped(first, 7, flags[f].text);
  }
}

static void print_cost(const B7Replay *replay) {
  const B7SolverStatistics *own = b7_result_statistics(b7_replay_typical(replay));
  printf("Computed in %.1f ms: one patient, %lld steps of %s.", 1e3 * own->seconds, (long long)own->steps,
         own->solver);
  if (b7_replay_band(replay)) {
    const B7SolverStatistics *band = b7_result_statistics(b7_replay_band(replay));
    printf(
        " Interval: %lld virtual patients in %.2f s, %lld failed (%d lanes, %s, %.0f %% of lane steps used, "
        "%.1f MB a thread).",
        (long long)b7_result_patients(b7_replay_band(replay)), band->seconds, (long long)band->faults,
        (int)band->lanes, band->isa, 100 * band->lane_occupancy, 1e-6 * (double)band->worker_bytes);
  }
  putchar('\n');
}

/* what the patient starts from: recorded values one a line, what is drawn by name */
static void print_start(const B7Replay *replay) {
  const B7StartRow *rows;
  const char *title, *why, *name = b7_replay_population(replay, &title, &why);
  int32_t count = b7_replay_start(replay, &rows), by_model = 0;
  char text[4000];
  printf("Recorded of this patient at the start:\n");
  for (int32_t i = 0; i < count; i++) {
    if (rows[i].origin != B7_START_RECORDED) continue;
    snprintf(text, sizeof text, "%s (%s)", rows[i].label, rows[i].basis);
    b7_cli_print_wrapped("  ", 4, text);
  }
  if (count == 0 || rows[0].origin != B7_START_RECORDED) printf("  nothing\n");
  size_t length = (size_t)snprintf(
      text, sizeof text, "Drawn from %s%s%s%s%s%s:", *title ? title : "the model's own spreads",
      *name ? " (" : "", name, *name && *why ? "; " : "", *name ? why : "", *name ? ")" : "");
  const char *between = " ";
  for (int32_t i = 0; i < count && length < sizeof text; i++) {
    if (rows[i].origin == B7_START_MODEL) by_model++;
    if (rows[i].origin != B7_START_POPULATION) continue;
    length += (size_t)snprintf(text + length, sizeof text - length, "%s%s%s%s%s", between, rows[i].label,
                               rows[i].basis[0] ? " (" : "", rows[i].basis, rows[i].basis[0] ? ")" : "");
    between = "; ";
  }
  if (length < sizeof text)
    snprintf(text + length, sizeof text - length, "%s%d%s values with the model's own spread.", between,
             (int)by_model, *name ? " more" : "");
  b7_cli_print_wrapped("", 0, text);
  putchar('\n');
}

void b7_cli_print_comparison(const B7Replay *replay, const B7Course *course, const char *patient_path) {
  const char *title = b7_course_title(course)[0] ? b7_course_title(course) : b7_course_name(course);
  if (b7_course_citation(course)[0]) {
    printf("%s\nPublished as %s (data/references.bib); day 0 is %s.\n\n", title, b7_course_citation(course),
           b7_course_day0(course));
  } else {
    printf("%s\nDay 0 is %s.\n\n", title, b7_course_day0(course));
  }
  b7_cli_print_timeline(course, b7_plan_horizon_day(b7_replay_plan(replay)));
  char basis[4600];
  snprintf(basis, sizeof basis, "Recorded values beside the simulation of this patient. %s%s%s%s",
           b7_replay_band(replay) ? "The interval holds the middle 80 % of virtual patients around this one. "
                                  : "",
           patient_path
               ? "The patient's own parameters were set against this course ("
               : "The simulated values are those of the typical patient with what is recorded at the start.",
           patient_path ? patient_path : "",
           patient_path ? "), so the table shows a fit, not a prediction." : "");
  putchar('\n');
  if (!patient_path) print_start(replay);
  b7_cli_print_wrapped("", 0, basis);
  putchar('\n');
  print_table(replay, course);
  print_cost(replay);
  print_arms(replay, false, "If an ambiguous fact is read the other way, the quantity that changes most:", 1);
  print_arms(replay, true, "If the same patient were treated otherwise:", CHANGES_MAX);
  print_open_facts(replay, course);
  printf("\n%s\n", B7_CLI_NOTICE);
}
