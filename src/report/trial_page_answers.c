/* trial_page_answers.c - for whom an arm does better, and at what cost. */
#include <math.h>
#include <string.h>

#include "report/trial_page.h"

/* forests of subgroups; the table holds all of them */
#define FORESTS_MOST 6
#define MONEY_SCALE 1e-3

/* ---- subgroups ---- */

static void write_row(const B7TrialPage *page, const char *group, const char *label, B7Estimate estimate,
                      double scale, double weight) {
  b7_json_open_object(page->json, NULL);
  if (group) b7_json_text(page->json, "group", group);
  b7_json_text(page->json, "label", label);
  b7_json_number(page->json, "value", scale * estimate.value);
  b7_json_number(page->json, "low", scale * estimate.lower);
  b7_json_number(page->json, "high", scale * estimate.upper);
  b7_json_number(page->json, "weight", weight);
  b7_json_close_object(page->json);
}

static const char *group_head(const B7TrialPage *page, const B7TrialSubgroupRow *row) {
  if (isnan(row->interaction_p)) return row->subgroup;
  if (row->interaction_p < 0.001)
    return b7_arena_format(page->arena, "%s (interaction p < 0.001)", row->subgroup);
  return b7_arena_format(page->arena, "%s (interaction p = %.2g)", row->subgroup, row->interaction_p);
}

/* every subgroup of one estimand and arm, the whole population on top */
static void write_forest(const B7TrialPage *page, int32_t place, const B7Estimand *estimand) {
  const B7TrialRun *run = page->run;
  const B7TrialEstimand *all = &run->estimands[place];
  double scale = b7_trial_estimand_scale(estimand->kind);
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", b7_arena_format(page->arena, "subgroups%d", (int)place + 1));
  b7_json_text(page->json, "title",
               b7_arena_format(page->arena, "%s: %s against %s", b7_trial_estimand_about(page, estimand),
                               all->arm, all->against));
  b7_json_text(page->json, "unit", b7_trial_estimand_unit(estimand->kind));
  b7_json_text(page->json, "axis", all->ratio ? "log" : "linear");
  b7_json_number(page->json, "null_value", all->ratio ? 1 : 0);
  b7_json_text(
      page->json, "note",
      b7_arena_format(page->arena,
                      "Arm against reference among patients who are alike at enrolment, their number behind "
                      "the group; %g %% intervals. Every effect stands in the table of subgroups.",
                      100 * run->options.level));
  b7_json_open_array(page->json, "rows");
  write_row(page, NULL, b7_arena_format(page->arena, "all %lld patients", (long long)run->patients),
            all->estimate, scale, 1);
  for (int32_t i = 0; i < run->n_subgroup_row; i++) {
    const B7TrialSubgroupRow *row = &run->subgroup_rows[i];
    if (row->what != all->what || strcmp(row->arm, all->arm) != 0 || isnan(row->estimate.value)) continue;
    write_row(page, group_head(page, row),
              b7_arena_format(page->arena, "%s, %lld", row->group, (long long)row->patients), row->estimate,
              scale, (double)row->patients / (double)run->patients);
  }
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
}

void b7_trial_write_subgroups(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  int32_t written = 0, row = 0;
  b7_json_open_array(page->json, "subgroups");
  for (int32_t s = 0; s < run->trial->n_estimand && run->n_subgroup_row > 0; s++) {
    for (int32_t a = 0; a < run->n_arm; a++) {
      if (a == run->trial->estimands[s].against) continue;
      bool known = !isnan(run->estimands[row].estimate.value);
      if (known && written < FORESTS_MOST) {
        write_forest(page, row, &run->trial->estimands[s]);
        written++;
      }
      row++;
    }
  }
  b7_json_close_array(page->json);
}

/* ---- cost ---- */

static void write_cost_rows(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  for (int per = 0; per < B7_COST_PERS; per++) {
    for (int32_t a = 0; a < run->n_arm; a++) {
      int64_t patients;
      B7Estimate cost = b7_trial_cost(run, a, (B7CostPer)per, &patients);
      if (isnan(cost.value)) continue;
      write_row(page, b7_arena_format(page->arena, "per %s", b7_trial_cost_per_label((B7CostPer)per)),
                b7_arena_format(page->arena, "%s, %lld", run->trial->arms[a].name, (long long)patients), cost,
                MONEY_SCALE, (double)patients / (double)run->patients);
    }
  }
}

void b7_trial_write_costs(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  const char *unit = b7_arena_format(page->arena, "thousand %s", b7_trial_cost_unit(run));
  b7_json_open_array(page->json, "costs");
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", "cost_per");
  b7_json_text(page->json, "title", "Cost of an arm over the patients it brought so far");
  b7_json_text(page->json, "unit", unit);
  b7_json_text(page->json, "axis", "log");
  b7_json_text(
      page->json, "note",
      b7_arena_format(page->arena,
                      "Products, hospital stays around infusions, transplants and courses of "
                      "chemotherapy of all patients of the arm, over those who are counted (the number "
                      "behind the arm); "
                      " %g %% intervals. Prices stand under assumptions.",
                      100 * run->options.level));
  b7_json_open_array(page->json, "rows");
  write_cost_rows(page);
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
  b7_json_close_array(page->json);
  b7_json_open_array(page->json, "cost_items");
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", "cost_items");
  b7_json_text(page->json, "title", "What is paid for, mean per patient followed");
  b7_json_text(page->json, "unit", unit);
  b7_json_text(page->json, "tone", "kinds");
  b7_json_open_array(page->json, "levels");
  for (int32_t item = 0; item < b7_trial_cost_items(); item++)
    b7_json_text(page->json, NULL, b7_trial_cost_item_label(item));
  b7_json_close_array(page->json);
  b7_json_open_array(page->json, "rows");
  for (int32_t a = 0; a < run->n_arm; a++) {
    double values[B7_COST_ITEMS];
    for (int32_t item = 0; item < B7_COST_ITEMS; item++)
      values[item] = MONEY_SCALE * b7_trial_cost_item(run, a, item).value;
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "label", run->trial->arms[a].name);
    b7_json_numbers(page->json, "values", values, B7_COST_ITEMS, 6);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
  b7_json_close_array(page->json);
}
