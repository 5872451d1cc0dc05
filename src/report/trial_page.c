/* trial_page.c - the data of the report page of a trial (docs/page_format.md). */
#include "report/trial_page.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "report/course_page.h"

#define CARDS_MOST 4
#define CARDS_ARMS_MOST 3

/* ---- head ---- */

/* the question as a heading */
static const char *title_of(const B7TrialPage *page) {
  const B7Trial *trial = page->run->trial;
  if (!trial->question || !trial->question[0]) return trial->name;
  return b7_arena_format(page->arena, "%c%s", toupper((unsigned char)trial->question[0]),
                         trial->question + 1);
}

static void write_meta(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  b7_json_open_object(page->json, "meta");
  b7_json_text(page->json, "title", title_of(page));
  b7_json_text(
      page->json, "subtitle",
      b7_arena_format(page->arena,
                      "A virtual trial: %lld simulated patients, the same in each of %d arms, followed "
                      "for %d days from enrolment%s. Population: %s.",
                      (long long)run->patients, (int)run->n_arm, (int)run->horizon_day,
                      run->trial->intention_to_treat ? ", analysed by intention to treat"
                                                     : ", those whose product was made",
                      run->cohort->title));
  bool widened = run->n_estimand_row > 0 && !isnan(run->estimands[0].widened.lower);
  b7_json_text(page->json, "notice",
               b7_arena_format(page->arena,
                               "Research use only. Simulated patients; nothing on this page is a treatment "
                               "recommendation. Intervals hold for the chance between virtual patients; %s.",
                               widened ? "thin lines under differences hold the model's own uncertainty too"
                                       : "the model's own uncertainty comes on top"));
  b7_json_close_object(page->json);
}

/* an estimand whose interval holds "no difference" says so */
static void write_estimand_card(const B7TrialPage *page, const B7Estimand *estimand,
                                const B7TrialEstimand *row) {
  double null_value = row->ratio ? 1 : 0, scale = b7_trial_estimand_scale(estimand->kind);
  const char *unit = b7_trial_estimand_unit(estimand->kind);
  bool told = row->estimate.lower > null_value || row->estimate.upper < null_value;
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "label", b7_trial_estimand_about(page, estimand));
  b7_json_text(page->json, "value",
               row->ratio ? b7_arena_format(page->arena, "%s %.3g", unit, row->estimate.value)
                          : b7_arena_format(page->arena, "%+.3g %s", scale * row->estimate.value, unit));
  b7_json_text(page->json, "note",
               b7_arena_format(page->arena, "%s against %s; %.3g to %.3g%s", row->arm, row->against,
                               scale * row->estimate.lower, scale * row->estimate.upper,
                               told ? "" : ", may be chance"));
  b7_json_text(page->json, "state", "plain");
  b7_json_close_object(page->json);
}

static void write_cards(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  int32_t written = 0, row = 0;
  b7_json_open_array(page->json, "cards");
  // of many arms no few estimates are the ones to show first
  for (int32_t s = 0; run->n_arm <= CARDS_ARMS_MOST && s < run->trial->n_estimand; s++) {
    // rows stand by estimand, every arm but the reference
    for (int32_t a = 0; a < run->n_arm; a++) {
      if (a == run->trial->estimands[s].against) continue;
      const B7TrialEstimand *done = &run->estimands[row++];
      if (isnan(done->estimate.value) || written == CARDS_MOST) continue;
      write_estimand_card(page, &run->trial->estimands[s], done);
      written++;
    }
  }
  b7_json_close_array(page->json);
}

/* ---- tables: a row a quantity, a column an arm ---- */

static void write_column(B7Json *json, const char *name) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "name", name);
  b7_json_close_object(json);
}

static void open_table(const B7TrialPage *page, const char *id, const char *title, const char *note) {
  B7Json *json = page->json;
  b7_json_open_object(json, NULL);
  b7_json_text(json, "id", id);
  b7_json_text(json, "title", title);
  b7_json_text(json, "note", note);
  b7_json_open_array(json, "columns");
  write_column(json, "");
  for (int32_t a = 0; a < page->run->n_arm; a++) write_column(json, page->run->trial->arms[a].name);
  b7_json_close_array(json);
  b7_json_open_array(json, "rows");
}

static void close_table(B7Json *json) {
  b7_json_close_array(json);
  b7_json_close_object(json);
}

/* a limit that rounding leaves a hair above zero is zero */
static double percent_of(double share) {
  return share < 1e-9 ? 0 : 100 * share;
}

static void write_share(const B7TrialPage *page, B7Estimate share, int64_t evaluable) {
  b7_json_text(page->json, NULL,
               evaluable == 0
                   ? "-"
                   : b7_arena_format(page->arena, "%.3g %% (%.3g to %.3g) of %lld", percent_of(share.value),
                                     percent_of(share.lower), percent_of(share.upper), (long long)evaluable));
}

static void write_shares(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  open_table(page, "shares", "Shares",
             b7_arena_format(page->arena,
                             "With Wilson's %g %% intervals; of those patients who can be asked.",
                             100 * run->options.level));
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    B7Endpoint endpoint = run->trial->endpoints[e];
    if (b7_endpoint_timed(endpoint)) continue;
    b7_json_open_array(page->json, NULL);
    b7_json_text(page->json, NULL,
                 b7_arena_format(page->arena, "%s: %s", b7_endpoint_label(endpoint),
                                 b7_trial_yes_words(page, endpoint)));
    for (int32_t a = 0; a < run->n_arm; a++) {
      int64_t evaluable;
      B7Estimate share =
          b7_trial_share(run, a, endpoint, b7_endpoint_yes(endpoint), B7_TALLY_CODES - 1, &evaluable);
      write_share(page, share, evaluable);
    }
    b7_json_close_array(page->json);
  }
  for (int32_t f = 0; f < b7_trial_facts(); f++) {
    b7_json_open_array(page->json, NULL);
    b7_json_text(page->json, NULL, b7_trial_fact_label(f));
    for (int32_t a = 0; a < run->n_arm; a++) {
      int64_t evaluable;
      B7Estimate share = b7_trial_fact(run, a, b7_trial_fact_name(f), &evaluable);
      write_share(page, share, evaluable);
    }
    b7_json_close_array(page->json);
  }
  close_table(page->json);
}

static void write_peak(const B7TrialPage *page, int32_t arm, const char *observable) {
  const B7TrialRun *run = page->run;
  B7Estimate value = b7_trial_peak(run, arm, observable, B7_PEAK_VALUE, 0.5),
             day = b7_trial_peak(run, arm, observable, B7_PEAK_DAY, 0.5);
  double low = b7_trial_peak_quantile(run, arm, observable, B7_PEAK_VALUE, 0.1),
         high = b7_trial_peak_quantile(run, arm, observable, B7_PEAK_VALUE, 0.9);
  b7_json_text(page->json, NULL,
               isnan(value.value)
                   ? "-"
                   : b7_arena_format(
                         page->arena, "%.3g (%.3g to %.3g); most %.3g to %.3g; day %.0f (%.0f to %.0f)",
                         value.value, value.lower, value.upper, low, high, day.value, day.lower, day.upper));
}

static void write_peaks(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  const B7KernelTables *tables = b7_kernel_tables(run->kernel);
  open_table(
      page, "peaks", "Peaks after infusion",
      b7_arena_format(page->arena,
                      "Median of the patients who were infused with its %g %% interval, the middle 80 %% of "
                      "them (most), and the median day of the peak with its interval.",
                      100 * run->options.level));
  for (int32_t k = 0; k < run->n_peak; k++) {
    const B7KernelObservable *facts = &tables->observables[run->peak_observables[k]];
    b7_json_open_array(page->json, NULL);
    b7_json_text(page->json, NULL,
                 b7_arena_format(page->arena, "%s, %s", facts->label, b7_page_unit(facts->unit)));
    for (int32_t a = 0; a < run->n_arm; a++) write_peak(page, a, facts->name);
    b7_json_close_array(page->json);
  }
  close_table(page->json);
}

/* money in thousands with its interval */
static void write_money(const B7TrialPage *page, B7Estimate cost) {
  b7_json_text(page->json, NULL,
               isnan(cost.value) ? "-"
                                 : b7_arena_format(page->arena, "%.0f (%.0f to %.0f)", cost.value / 1000,
                                                   cost.lower / 1000, cost.upper / 1000));
}

static void write_cost_table(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  open_table(page, "costs", "Costs in numbers",
             b7_arena_format(page->arena, "Thousand %s, with %g %% intervals.", b7_trial_cost_unit(run),
                             100 * run->options.level));
  for (int per = 0; per < B7_COST_PERS; per++) {
    b7_json_open_array(page->json, NULL);
    b7_json_text(page->json, NULL,
                 b7_arena_format(page->arena, "per %s", b7_trial_cost_per_label((B7CostPer)per)));
    for (int32_t a = 0; a < run->n_arm; a++) write_money(page, b7_trial_cost(run, a, (B7CostPer)per, NULL));
    b7_json_close_array(page->json);
  }
  for (int32_t item = 0; item < b7_trial_cost_items(); item++) {
    b7_json_open_array(page->json, NULL);
    b7_json_text(page->json, NULL,
                 b7_arena_format(page->arena, "%s, per patient followed", b7_trial_cost_item_label(item)));
    for (int32_t a = 0; a < run->n_arm; a++) write_money(page, b7_trial_cost_item(run, a, item));
    b7_json_close_array(page->json);
  }
  close_table(page->json);
}

static void write_effect(const B7TrialPage *page, B7Estimate effect) {
  b7_json_text(page->json, NULL,
               isnan(effect.value) ? "-"
                                   : b7_arena_format(page->arena, "%.3g (%.3g to %.3g)", effect.value,
                                                     effect.lower, effect.upper));
}

/* every effect in every subgroup */
static void write_subgroup_table(const B7TrialPage *page) {
  static const char *const columns[] = {"subgroup",   "group",     "patients", "what",         "arm",
                                        "in the arm", "reference", "effect",   "interaction p"};
  const B7TrialRun *run = page->run;
  B7Json *json = page->json;
  b7_json_open_object(json, NULL);
  b7_json_text(json, "id", "subgroups");
  b7_json_text(json, "title", "Subgroups in numbers");
  b7_json_text(
      json, "note",
      "By what is known at enrolment. The interaction is Cochran's Q over the groups; many comparisons: "
      "some of these p are small by chance alone.");
  b7_json_open_array(json, "columns");
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) write_column(json, columns[i]);
  b7_json_close_array(json);
  b7_json_open_array(json, "rows");
  for (int32_t i = 0; i < run->n_subgroup_row; i++) {
    const B7TrialSubgroupRow *row = &run->subgroup_rows[i];
    b7_json_open_array(json, NULL);
    b7_json_text(json, NULL, row->subgroup);
    b7_json_text(json, NULL, row->group);
    b7_json_text(json, NULL, b7_arena_format(page->arena, "%lld", (long long)row->patients));
    b7_json_text(json, NULL, row->what);
    b7_json_text(json, NULL, row->arm);
    write_effect(page, row->of_arm);
    write_effect(page, row->of_reference);
    write_effect(page, row->estimate);
    b7_json_text(json, NULL,
                 isnan(row->interaction_p) ? "-" : b7_arena_format(page->arena, "%.2g", row->interaction_p));
    b7_json_close_array(json);
  }
  close_table(json);
}

static void write_tables(const B7TrialPage *page) {
  bool infused = false;
  for (int32_t a = 0; a < page->run->n_arm; a++) infused = infused || page->run->arms[a].flow.infused > 0;
  b7_json_open_array(page->json, "tables");
  write_shares(page);
  if (infused) write_peaks(page);
  write_cost_table(page);
  if (page->run->n_subgroup_row > 0) write_subgroup_table(page);
  b7_json_close_array(page->json);
}

/* ---- provenance ---- */

static void write_pair(B7Json *json, const char *name, const char *value) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "name", name);
  b7_json_text(json, "value", value);
  b7_json_close_object(json);
}

static void write_number(B7Json *json, const char *name, double value, const char *unit) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "name", name);
  b7_json_number(json, "value", value);
  if (unit) b7_json_text(json, "unit", unit);
  b7_json_close_object(json);
}

static void write_provenance(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  const B7KernelTables *tables = b7_kernel_tables(run->kernel);
  B7Json *json = page->json;
  b7_json_open_array(json, "provenance");
  write_pair(json, "program", b7_arena_format(page->arena, "bridge7 %s", b7_version()));
  write_pair(json, "model", b7_arena_format(page->arena, "%s, %s", tables->model, tables->model_hash));
  write_pair(json, "trial", run->trial->path);
  write_pair(json, "population", run->trial->population);
  write_pair(json, "policy", run->trial->policy ? run->trial->policy : "none");
  write_pair(json, "seed", b7_arena_format(page->arena, "%llu", (unsigned long long)run->seed));
  write_pair(json, "draws", run->trial->sobol ? "scrambled Sobol sequence (Joe and Kuo 2008)" : "random");
  write_pair(json, "solver",
             b7_arena_format(page->arena, "%s, relative tolerance %g", run->work.solver,
                             run->simulate.relative_tolerance));
  b7_json_close_array(json);
  int64_t simulated = 0, failed = 0;
  for (int32_t a = 0; a < run->n_arm; a++) {
    simulated += run->arms[a].flow.enrolled;
    failed += run->arms[a].flow.failed;
  }
  b7_json_open_array(json, "statistics");
  write_number(json, "simulated courses", (double)simulated, NULL);
  write_number(json, "of them failed", (double)failed, NULL);
  write_number(json, "steps", (double)run->work.steps, NULL);
  write_number(json, "rejected steps", (double)run->work.rejected, NULL);
  write_number(json, "slope evaluations", (double)run->work.slopes, NULL);
  write_number(json, "Jacobians", (double)run->work.jacobians, NULL);
  write_number(json, "events", (double)run->work.events, NULL);
  write_number(json, "time of integration", run->work.seconds, "s");
  write_number(json, "lanes", run->work.lanes, NULL);
  write_number(json, "share of lane steps used", 100 * run->work.lane_occupancy, "percent");
  write_number(json, "memory of one thread's workspace", 1e-6 * (double)run->work.worker_bytes, "MB");
  b7_json_close_array(json);
}

static B7Status write_page(const B7TrialPage *page, const char *bibliography_path, B7Error *error) {
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "format", "bridge7-page/1");
  b7_json_text(page->json, "kind", "trial");
  write_meta(page);
  write_cards(page);
  b7_trial_write_patients(page);
  b7_trial_write_charts(page);
  b7_trial_write_subgroups(page);
  b7_trial_write_costs(page);
  write_tables(page);
  B7_TRY(b7_trial_write_basis(page, bibliography_path, error));
  write_provenance(page);
  b7_json_close_object(page->json);
  return B7_OK;
}

B7Status b7_trial_page_json(const B7TrialRun *run, const char *bibliography_path, char **text,
                            B7Error *error) {
  *text = NULL;
  B7Arena arena = b7_arena_make(&run->hooks);
  B7Json json = b7_json_make(&run->hooks);
  B7TrialPage page = {.run = run, .json = &json, .arena = &arena};
  B7Status status = write_page(&page, bibliography_path, error);
  return b7_json_end(&json, &arena, status, text, error);
}
