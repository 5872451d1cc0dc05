/* trial_json.c - a trial as JSON: for programs (`bridge7 trial --json`) and for its page. */
#include "report/trial_json_parts.h"

#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "report/page_sources.h"
#include "trial/run/trial_basis.h"

static void write_head(B7Json *json, const B7TrialRun *run) {
  static const char *const origins[] = {"enrolment", "infusion", "transplant"};
  b7_json_text(json, "format", "bridge7-trial/1");
  b7_json_text(json, "trial", run->trial->name);
  b7_json_text(json, "question", run->trial->question);
  b7_json_text(json, "population_title", run->cohort->title);
  b7_json_number(json, "patients", (double)run->patients);
  b7_json_number(json, "horizon_days", run->trial->horizon_day);
  b7_json_text(json, "origin", origins[run->trial->origin]);
  b7_json_bool(json, "intention_to_treat", run->trial->intention_to_treat);
  b7_json_number(json, "interval_level", run->options.level);
}

/* what the codes of each endpoint mean, once for all arms */
static void write_endpoints(B7Json *json, const B7TrialRun *run) {
  b7_json_open_array(json, "endpoints");
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    const B7EndpointRow *row = b7_endpoint_row(run->trial->endpoints[e]);
    b7_json_open_object(json, NULL);
    b7_json_text(json, "endpoint", row->name);
    b7_json_text(json, "label", row->label);
    b7_json_bool(json, "timed", row->kind == B7_KIND_TIME);
    b7_json_text(json, "better", row->better == B7_BETTER_HIGHER ? "higher" : "lower");
    b7_json_text(json, "event", row->event[0] ? row->event : NULL);
    b7_json_text(json, "origin",
                 row->kind == B7_KIND_TIME ? b7_trial_endpoint_origin(run, run->trial->endpoints[e]) : NULL);
    b7_json_text(json, "competes", row->competes[0] ? row->competes : NULL);
    b7_json_number(json, "yes", row->yes);
    b7_json_open_array(json, "words");
    for (int32_t code = 0; code < row->n_code; code++) b7_json_text(json, NULL, row->words[code]);
    b7_json_close_array(json);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_quantity(B7Json *json, const B7KernelObservable *facts) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "what", facts->name);
  b7_json_text(json, "label", facts->label);
  b7_json_text(json, "unit", facts->unit);
  b7_json_bool(json, "log_axis", facts->log_axis);
  b7_json_number(json, "detection_limit", facts->detection_low);
  b7_json_close_object(json);
}

/* those whose peaks or fans are kept */
static void write_quantities(B7Json *json, const B7TrialRun *run) {
  const B7KernelTables *tables = b7_kernel_tables(run->kernel);
  b7_json_open_array(json, "quantities");
  for (int32_t i = 0; i < tables->n_observable; i++) {
    bool kept = false;
    for (int32_t k = 0; k < run->n_peak; k++) kept = kept || run->peak_observables[k] == i;
    for (int32_t k = 0; k < run->n_fan; k++) kept = kept || run->fan_observables[k] == i;
    if (kept) write_quantity(json, &tables->observables[i]);
  }
  b7_json_close_array(json);
}

/* rows stand as b7_trial_summarise wrote them: by estimand, every arm but the reference */
static void write_estimands(B7Json *json, const B7TrialRun *run) {
  int32_t next = 0;
  b7_json_open_array(json, "estimands");
  for (int32_t s = 0; s < run->trial->n_estimand; s++) {
    const B7Estimand *estimand = &run->trial->estimands[s];
    for (int32_t a = 0; a < run->n_arm; a++) {
      if (a == estimand->against) continue;
      const B7TrialEstimand *row = &run->estimands[next++];
      b7_json_open_object(json, NULL);
      b7_json_text(json, "arm", row->arm);
      b7_json_text(json, "against", row->against);
      b7_json_text(json, "what", row->what);
      b7_json_text(json, "kind", b7_estimand_key(estimand->kind));
      b7_json_text(json, "endpoint", b7_endpoint_name(estimand->endpoint));
      b7_json_number(json, "at_day", estimand->at_day);
      b7_json_number(json, "no_difference", row->ratio ? 1 : 0);
      b7_trial_json_estimate(json, row->estimate);
      b7_json_number(json, "low_with_model_uncertainty", row->widened.lower);
      b7_json_number(json, "high_with_model_uncertainty", row->widened.upper);
      b7_json_close_object(json);
    }
  }
  b7_json_close_array(json);
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
    b7_trial_json_estimate(json, row->estimate);
    if (!row->ratio) b7_trial_json_named(json, "of_arm", row->of_arm);
    if (!row->ratio) b7_trial_json_named(json, "of_reference", row->of_reference);
    b7_json_number(json, "interaction_p", row->interaction_p);
    b7_trial_json_named(json, "interaction_last_against_first", row->interaction);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static B7Status write_basis(B7Json *json, B7Arena *arena, const B7TrialRun *run,
                            const char *bibliography_path, B7Error *error) {
  B7TrialBasis basis;
  B7_TRY(b7_trial_basis(run, arena, &basis, error));
  b7_json_open_array(json, "assumptions");
  for (size_t i = 0; i < basis.n_assumption; i++) {
    b7_json_open_object(json, NULL);
    b7_json_text(json, "status", "assumed");
    b7_json_text(json, "where", basis.assumptions[i].where);
    b7_json_text(json, "text", basis.assumptions[i].text);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  b7_json_open_object(json, "model_parameters");
  b7_json_number(json, "all", basis.parameters);
  b7_json_number(json, "assumed", basis.parameters_assumed);
  b7_json_number(json, "tuned", basis.parameters_tuned);
  b7_json_close_object(json);
  B7PageSources sources;
  B7_TRY(b7_page_sources_open(&sources, json, arena, bibliography_path, error));
  for (size_t i = 0; i < basis.n_cited; i++) b7_page_sources_add(&sources, basis.cited[i]);
  b7_page_sources_add_rules(&sources, run->criteria);
  b7_page_sources_add_parameters(&sources, b7_kernel_tables(run->kernel));
  return b7_page_sources_close(&sources, error);
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
  b7_json_number(json, "solver_rejected_steps", (double)run->work.rejected);
  b7_json_number(json, "solver_events", (double)run->work.events);
  b7_json_close_object(json);
}

static B7Status write_trial(B7Json *json, B7Arena *arena, const B7TrialRun *run,
                            const char *bibliography_path, B7Error *error) {
  b7_json_open_object(json, NULL);
  write_head(json, run);
  write_endpoints(json, run);
  write_quantities(json, run);
  b7_trial_json_arms(json, arena, run);
  write_estimands(json, run);
  if (run->n_subgroup_row > 0) write_subgroups(json, run);
  B7_TRY(write_basis(json, arena, run, bibliography_path, error));
  write_provenance(json, run);
  b7_json_text(json, "notice", "Research use only; never a treatment recommendation.");
  b7_json_close_object(json);
  return B7_OK;
}

B7Status b7_trial_json(const B7TrialRun *run, const char *bibliography_path, char **text, B7Error *error) {
  B7Arena arena = b7_arena_make(&run->hooks);
  B7Json json = b7_json_make(&run->hooks);
  B7Status status = write_trial(&json, &arena, run, bibliography_path, error);
  return b7_json_end(&json, &arena, status, text, error);
}
