#include "trial_print.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

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

/* ---- flow ---- */

#define FLOW_LABEL 42
#define FLOW_COLUMN 18

/* arms that stand side by side */
typedef struct FlowTable {
  const B7TrialRun *run;
  int32_t first, count;
} FlowTable;

static void print_flow_row(const FlowTable *table, int indent, const char *label,
                           int64_t (*of)(const B7TrialFlow *flow, int a, int b), int a, int b) {
  printf("%*s%-*s", indent, "", FLOW_LABEL - indent, label);
  for (int32_t i = 0; i < table->count; i++) {
    B7TrialFlow flow;
    b7_trial_flow(table->run, table->first + i, &flow);
    printf(" %*lld", FLOW_COLUMN, (long long)of(&flow, a, b));
  }
  putchar('\n');
}

static int64_t enrolled_of(const B7TrialFlow *flow, int a, int b) {
  (void)a, (void)b;
  return flow->enrolled;
}
static int64_t dead_of(const B7TrialFlow *flow, int a, int b) {
  (void)a, (void)b;
  return flow->dead;
}
static int64_t product_of(const B7TrialFlow *flow, int product, int b) {
  (void)b;
  return b7_flow_product_patients(flow, (B7FlowProduct)product);
}
static int64_t way_of(const B7TrialFlow *flow, int product, int transplant) {
  return flow->way[product][transplant];
}
static int64_t cause_of(const B7TrialFlow *flow, int cause, int b) {
  (void)b;
  return flow->died_of[cause];
}

/* of all arms */
static int64_t flow_sum(const B7TrialRun *run, int64_t (*of)(const B7TrialFlow *flow, int a, int b), int a,
                        int b) {
  int64_t sum = 0;
  for (int32_t i = 0; i < b7_trial_arms(run); i++) {
    B7TrialFlow flow;
    b7_trial_flow(run, i, &flow);
    sum += of(&flow, a, b);
  }
  return sum;
}

/* a name that does not fit ends in a dot */
static void print_flow_head(const FlowTable *table) {
  printf("%-*s", FLOW_LABEL, "patients");
  for (int32_t i = 0; i < table->count; i++) {
    const char *name = b7_trial_arm_name(table->run, table->first + i);
    if (strlen(name) > FLOW_COLUMN)
      printf(" %.*s.", FLOW_COLUMN - 1, name);
    else
      printf(" %*s", FLOW_COLUMN, name);
  }
  putchar('\n');
}

/* every patient is in one of the innermost rows */
static void print_flow_table(const FlowTable *table) {
  print_flow_head(table);
  print_flow_row(table, 0, "enrolled", enrolled_of, 0, 0);
  for (int p = 0; p < B7_FLOW_PRODUCTS; p++) {
    if (flow_sum(table->run, product_of, p, 0) == 0) continue;
    print_flow_row(table, 2, b7_flow_product_label((B7FlowProduct)p), product_of, p, 0);
    bool parted = flow_sum(table->run, way_of, p, 0) < flow_sum(table->run, product_of, p, 0);
    for (int t = 0; parted && t < B7_FLOW_TRANSPLANTS; t++) {
      if (flow_sum(table->run, way_of, p, t) > 0)
        print_flow_row(table, 4, b7_flow_transplant_label((B7FlowTransplant)t), way_of, p, t);
    }
  }
  int32_t days;
  b7_trial_death_curve(table->run, 0, B7_DEATH_DISEASE, &days);
  char label[64];
  snprintf(label, sizeof label, "dead by day %d", days - 1);
  print_flow_row(table, 0, label, dead_of, 0, 0);
  for (int k = 0; k < B7_DEATH_CAUSES; k++) {
    snprintf(label, sizeof label, "of %s", b7_death_cause_label((B7DeathCause)k));
    if (flow_sum(table->run, cause_of, k, 0) > 0) print_flow_row(table, 2, label, cause_of, k, 0);
  }
}

static void print_flow(const B7TrialRun *run) {
  int32_t side_by_side = (b7_cli_columns() - FLOW_LABEL) / (FLOW_COLUMN + 1);
  if (side_by_side < 1) side_by_side = 1;
  for (int32_t first = 0; first < b7_trial_arms(run); first += side_by_side) {
    int32_t left = b7_trial_arms(run) - first;
    const FlowTable table = {.run = run, .first = first, .count = left < side_by_side ? left : side_by_side};
    if (first > 0) putchar('\n');
    print_flow_table(&table);
  }
}

/* survival endpoints at half a year, one year and the end; others by code */
static void print_timed(const B7TrialRun *run, B7Endpoint endpoint, int32_t days) {
  bool incidence = b7_endpoint_competes(endpoint);
  const double at[] = {183, 365, days - 1};
  printf("\n%s, %%, days from %s, of those at risk on day 0\n%-26s", b7_endpoint_label(endpoint),
         b7_trial_endpoint_origin(run, endpoint), "");
  for (int k = 0; k < 3; k++) printf("%21s %4.0f", "day", at[k]);
  putchar('\n');
  for (int32_t a = 0; a < b7_trial_arms(run); a++) {
    printf("%-26s", b7_trial_arm_name(run, a));
    for (int k = 0; k < 3; k++)
      print_estimate(
          at[k] > days - 1
              ? (B7Estimate){NAN, NAN, NAN}
              : b7_trial_at_day(run, a, endpoint, incidence ? B7_OUTCOME_EVENT : B7_OUTCOME_CENSORED, at[k]),
          100, "");
    printf("  of %.0f\n", b7_trial_curve(run, a, endpoint, B7_OUTCOME_CENSORED, NULL).at_risk[0]);
  }
}

static void print_coded(const B7TrialRun *run, B7Endpoint endpoint) {
  printf("\n%s, %%\n", b7_endpoint_label(endpoint));
  for (int32_t a = 0; a < b7_trial_arms(run); a++) {
    int64_t evaluable;
    b7_trial_share(run, a, endpoint, 0, 0, &evaluable);
    printf("%-26s", b7_trial_arm_name(run, a));
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

/* "0.31 (0.26 to 0.36)" */
static const char *estimate_text(B7Estimate estimate, char *text, size_t size) {
  if (isnan(estimate.value)) {
    snprintf(text, size, "-");
  } else {
    snprintf(text, size, "%.3g (%.3g to %.3g)", estimate.value, estimate.lower, estimate.upper);
  }
  return text;
}

/* rows of one estimand stand together, under its name */
static void print_estimands(const B7TrialRun *run) {
  const B7TrialEstimand *rows;
  int32_t count = b7_trial_estimands(run, &rows);
  char text[96];
  if (count > 0) printf("\nagainst the reference arm, the same patients in both\n");
  for (int32_t i = 0; i < count; i++) {
    bool first = i == 0 || rows[i].what != rows[i - 1].what;
    if (first) printf("  %s, against %s\n", rows[i].what, rows[i].against);
    printf("    %-32s %-28s", rows[i].arm, estimate_text(rows[i].estimate, text, sizeof text));
    if (!isnan(rows[i].widened.value))
      printf("with the model's uncertainty %.3g to %.3g", rows[i].widened.lower, rows[i].widened.upper);
    putchar('\n');
  }
}

static void print_subgroup_head(const B7TrialSubgroupRow *row) {
  printf("    %s against %s", row->arm, row->against);
  if (isnan(row->interaction_p)) {
    printf("\n");
  } else {
    char text[96];
    printf("; interaction p = %.2g, last group %s first: %s\n", row->interaction_p,
           row->ratio ? "over" : "less", estimate_text(row->interaction, text, sizeof text));
  }
}

static void print_subgroups(const B7TrialRun *run) {
  const B7TrialSubgroupRow *rows;
  int32_t count = b7_trial_subgroup_rows(run, &rows);
  char own[96], reference[96], text[96];
  if (count > 0)
    printf("\nby subgroup, at enrolment\n%-26s %9s  %-28s %-28s %-28s\n", "", "patients", "arm", "reference",
           "effect");
  for (int32_t i = 0; i < count; i++) {
    const B7TrialSubgroupRow *row = &rows[i], *before = i > 0 ? &rows[i - 1] : NULL;
    bool other_subgroup = !before || strcmp(before->subgroup, row->subgroup) != 0;
    bool other_what = other_subgroup || before->what != row->what;
    if (other_subgroup) printf("%s\n", row->subgroup);
    if (other_what) printf("  %s\n", row->what);
    if (other_what || strcmp(before->arm, row->arm) != 0) print_subgroup_head(row);
    printf("      %-20s %9lld  %-28s %-28s %-28s\n", row->group, (long long)row->patients,
           estimate_text(row->of_arm, own, sizeof own),
           estimate_text(row->of_reference, reference, sizeof reference),
           estimate_text(row->estimate, text, sizeof text));
  }
}

static void print_money(B7Estimate cost) {
  char text[96];
  if (isnan(cost.value)) {
    printf("%26s", "-");
    return;
  }
  snprintf(text, sizeof text, "%.0f (%.0f to %.0f)", cost.value / 1000, cost.lower / 1000, cost.upper / 1000);
  printf("%26s", text);
}

/* thousands of the currency */
static void print_costs(const B7TrialRun *run) {
  static const char *const heads[] = {"enrolled", "infused", "in remission", "in remission at end"};
  printf("\ncost per patient, thousand %s\n%-26s", b7_trial_cost_unit(run), "");
  for (int per = 0; per < B7_COST_PERS; per++) printf("%26s", heads[per]);
  putchar('\n');
  for (int32_t a = 0; a < b7_trial_arms(run); a++) {
    printf("%-26s", b7_trial_arm_name(run, a));
    for (int per = 0; per < B7_COST_PERS; per++) print_money(b7_trial_cost(run, a, (B7CostPer)per, NULL));
    putchar('\n');
  }
  static const char *const paid[] = {"products", "infusion stays", "transplants", "chemotherapy"};
  printf("of it, by what is paid for, per patient enrolled\n%-26s", "");
  for (int32_t item = 0; item < b7_trial_cost_items(); item++) printf("%26s", paid[item]);
  putchar('\n');
  for (int32_t a = 0; a < b7_trial_arms(run); a++) {
    printf("%-26s", b7_trial_arm_name(run, a));
    for (int32_t item = 0; item < b7_trial_cost_items(); item++)
      print_money(b7_trial_cost_item(run, a, item));
    putchar('\n');
  }
}

void b7_cli_trial_print(const B7TrialRun *run) {
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
  print_estimands(run);
  print_subgroups(run);
  print_costs(run);
  const char *const *notes;
  int32_t n_note = b7_trial_notes(run, &notes);
  if (n_note > 0) putchar('\n');
  for (int32_t i = 0; i < n_note; i++) b7_cli_print_wrapped("Note: ", 6, notes[i]);
  const B7TrialEstimand *rows;
  bool widened = b7_trial_estimands(run, &rows) > 0 && !isnan(rows[0].widened.value);
  printf("\nIntervals are 95 %% and hold for the chance between virtual patients; %s.\n%s\n",
         widened ? "those of estimands are also given with the model's own uncertainty"
                 : "the model's own uncertainty comes on top (--parameter-sets)",
         B7_CLI_NOTICE);
}
