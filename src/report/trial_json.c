/* trial_json.c - a trial for programs: `bridge7 trial --json`. */
#include <math.h>
#include <stdio.h>

#include "base/json.h"
#include "base/status.h"
#include "trial/run/trial_run.h"

static void write_estimate(B7Json *json, B7Estimate estimate) {
  b7_json_number(json, "value", estimate.value);
  b7_json_number(json, "low", estimate.lower);
  b7_json_number(json, "high", estimate.upper);
}

static void write_named(B7Json *json, const char *name, B7Estimate estimate) {
  b7_json_open_object(json, name);
  write_estimate(json, estimate);
  b7_json_close_object(json);
}

static void write_flow(B7Json *json, const B7TrialFlow *flow) {
  b7_json_open_object(json, "flow");
  b7_json_number(json, "enrolled", (double)flow->enrolled);
  b7_json_number(json, "product_not_made", (double)flow->not_made);
  b7_json_number(json, "infused", (double)flow->infused);
  b7_json_number(json, "no_donor", (double)flow->no_donor);
  b7_json_number(json, "transplanted", (double)flow->transplanted);
  b7_json_number(json, "dead", (double)flow->dead);
  b7_json_number(json, "failed_numerically", (double)flow->failed);
  b7_json_close_object(json);
}

static void write_codes(B7Json *json, const B7TrialRun *run, int32_t arm, B7Endpoint endpoint) {
  b7_json_open_array(json, "codes");
  for (int32_t code = 0; code < B7_TALLY_CODES; code++) {
    const char *words = b7_endpoint_words(endpoint, code);
    if (words[0] == '?') break;
    b7_json_open_object(json, NULL);
    b7_json_text(json, "code", words);
    write_estimate(json, b7_trial_share(run, arm, endpoint, code, code, NULL));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_times(B7Json *json, const B7TrialRun *run, int32_t arm, B7Endpoint endpoint) {
  static const double days[] = {30, 90, 183, 365, 730, 1096, 1826};
  bool incidence = b7_endpoint_competes(endpoint);
  b7_json_open_array(json, "at");
  for (size_t i = 0; i < sizeof days / sizeof days[0] && days[i] <= run->horizon_day; i++) {
    b7_json_open_object(json, NULL);
    b7_json_number(json, "day", days[i]);
    write_estimate(json, b7_trial_at_day(run, arm, endpoint,
                                         incidence ? B7_OUTCOME_EVENT : B7_OUTCOME_CENSORED, days[i]));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_endpoint(B7Json *json, const B7TrialRun *run, int32_t arm, int32_t e) {
  B7Endpoint endpoint = run->trial->endpoints[e];
  const B7Tally *tally = &run->arms[arm].tallies[e];
  b7_json_open_object(json, NULL);
  b7_json_text(json, "endpoint", b7_endpoint_name(endpoint));
  b7_json_text(json, "label", b7_endpoint_label(endpoint));
  b7_json_number(json, "evaluable", (double)tally->evaluable);
  b7_json_number(json, "not_evaluable", (double)tally->missing);
  if (tally->timed) {
    write_times(json, run, arm, endpoint);
  } else {
    write_codes(json, run, arm, endpoint);
    write_named(json, "median_day", b7_trial_day(run, arm, endpoint, 0.5));
  }
  b7_json_close_object(json);
}

static void write_facts(B7Json *json, const B7TrialRun *run, int32_t arm) {
  b7_json_open_array(json, "facts");
  for (int32_t f = 0; f < b7_trial_facts(); f++) {
    int64_t evaluable;
    B7Estimate share = b7_trial_fact(run, arm, b7_trial_fact_name(f), &evaluable);
    if (evaluable == 0) continue;
    b7_json_open_object(json, NULL);
    b7_json_text(json, "fact", b7_trial_fact_name(f));
    b7_json_text(json, "label", b7_trial_fact_label(f));
    b7_json_number(json, "evaluable", (double)evaluable);
    write_estimate(json, share);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_kinetics(B7Json *json, const B7TrialRun *run, int32_t arm) {
  const B7KernelTables *tables = b7_kernel_tables(run->kernel);
  b7_json_open_array(json, "peaks");
  for (int32_t k = 0; k < run->n_peak && run->arms[arm].flow.infused > 0; k++) {
    const B7KernelObservable *facts = &tables->observables[run->peak_observables[k]];
    b7_json_open_object(json, NULL);
    b7_json_text(json, "what", facts->name);
    b7_json_text(json, "unit", facts->unit);
    for (int q = 0; q < 3; q++) {
      static const char *const names[] = {"p10", "median", "p90"};
      static const double levels[] = {0.1, 0.5, 0.9};
      b7_json_number(json, names[q], b7_trial_peak_quantile(run, arm, facts->name, B7_PEAK_VALUE, levels[q]));
    }
    write_named(json, "median_interval", b7_trial_peak(run, arm, facts->name, B7_PEAK_VALUE, 0.5));
    write_named(json, "median_day", b7_trial_peak(run, arm, facts->name, B7_PEAK_DAY, 0.5));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_costs(B7Json *json, const B7TrialRun *run, int32_t arm) {
  b7_json_open_object(json, "cost");
  b7_json_text(json, "unit", b7_trial_cost_unit(run));
  b7_json_number(json, "product_in_autologous_products", run->arms[arm].plans.relative_cost);
  b7_json_open_array(json, "per");
  for (int per = 0; per < B7_COST_PERS; per++) {
    int64_t patients;
    B7Estimate cost = b7_trial_cost(run, arm, (B7CostPer)per, &patients);
    b7_json_open_object(json, NULL);
    b7_json_text(json, "per", b7_trial_cost_per_name((B7CostPer)per));
    b7_json_number(json, "patients", (double)patients);
    write_estimate(json, cost);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  b7_json_open_array(json, "items_per_patient_followed");
  for (int32_t item = 0; item < b7_trial_cost_items(); item++) {
    b7_json_open_object(json, NULL);
    b7_json_text(json, "item", b7_trial_cost_item_label(item));
    write_estimate(json, b7_trial_cost_item(run, arm, item));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  b7_json_close_object(json);
}

static void write_subgroups(B7Json *json, const B7TrialRun *run) {
  b7_json_open_array(json, "subgroups");
  for (int32_t i = 0; i < run->n_subgroup_row; i++) {
    const B7TrialSubgroupRow *row = &run->subgroup_rows[i];
    b7_json_open_object(json, NULL);
    b7_json_text(json, "subgroup", row->subgroup);
    b7_json_text(json, "group", row->group);
    b7_json_number(json, "patients", (double)row->patients);
    b7_json_number(json, "evaluable", (double)row->pairs);
    b7_json_text(json, "arm", row->arm);
    b7_json_text(json, "against", row->against);
    b7_json_text(json, "what", row->what);
    write_estimate(json, row->estimate);
    if (!row->ratio) write_named(json, "of_arm", row->of_arm);
    if (!row->ratio) write_named(json, "of_reference", row->of_reference);
    b7_json_number(json, "interaction_p", row->interaction_p);
    write_named(json, "interaction_last_against_first", row->interaction);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_arm(B7Json *json, const B7TrialRun *run, int32_t arm) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "arm", run->trial->arms[arm].name);
  write_flow(json, &run->arms[arm].flow);
  b7_json_open_array(json, "endpoints");
  for (int32_t e = 0; e < run->n_endpoint; e++) write_endpoint(json, run, arm, e);
  b7_json_close_array(json);
  write_facts(json, run, arm);
  write_kinetics(json, run, arm);
  write_costs(json, run, arm);
  b7_json_close_object(json);
}

static void write_provenance(B7Json *json, const B7TrialRun *run) {
  const B7KernelTables *tables = b7_kernel_tables(run->kernel);
  char seed[32];
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->seed);
  b7_json_open_object(json, "provenance");
  b7_json_text(json, "program", "bridge7");
  b7_json_text(json, "version", b7_version());
  b7_json_text(json, "model", tables->model);
  b7_json_text(json, "model_hash", tables->model_hash);
  b7_json_text(json, "trial", run->trial->name);
  b7_json_text(json, "population", run->trial->population);
  b7_json_text(json, "policy", run->trial->policy ? run->trial->policy : "none");
  b7_json_text(json, "seed", seed);
  b7_json_text(json, "draws", run->trial->sobol ? "scrambled Sobol sequence" : "random");
  b7_json_number(json, "patients", (double)run->patients);
  b7_json_number(json, "interval_level", run->options.level);
  b7_json_text(json, "solver", run->work.solver);
  b7_json_number(json, "relative_tolerance", run->simulate.relative_tolerance);
  b7_json_number(json, "solver_steps", (double)run->work.steps);
  b7_json_close_object(json);
}

B7Status b7_trial_json(const B7TrialRun *run, char **text, B7Error *error) {
  B7Json json = b7_json_make(&run->hooks);
  b7_json_open_object(&json, NULL);
  b7_json_text(&json, "trial", run->trial->name);
  b7_json_text(&json, "question", run->trial->question);
  b7_json_number(&json, "horizon_days", run->trial->horizon_day);
  b7_json_open_array(&json, "arms");
  for (int32_t a = 0; a < run->n_arm; a++) write_arm(&json, run, a);
  b7_json_close_array(&json);
  b7_json_open_array(&json, "estimands");
  for (int32_t i = 0; i < run->n_estimand_row; i++) {
    b7_json_open_object(&json, NULL);
    b7_json_text(&json, "arm", run->estimands[i].arm);
    b7_json_text(&json, "against", run->estimands[i].against);
    b7_json_text(&json, "what", run->estimands[i].what);
    write_estimate(&json, run->estimands[i].estimate);
    b7_json_number(&json, "low_with_model_uncertainty", run->estimands[i].widened.lower);
    b7_json_number(&json, "high_with_model_uncertainty", run->estimands[i].widened.upper);
    b7_json_close_object(&json);
  }
  b7_json_close_array(&json);
  if (run->n_subgroup_row > 0) write_subgroups(&json, run);
  write_provenance(&json, run);
  b7_json_text(&json, "notice", "Research use only; never a treatment recommendation.");
  b7_json_close_object(&json);
  return b7_json_finish(&json, text, error);
}
