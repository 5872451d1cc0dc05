/* trial_netcdf.c - a trial as one NetCDF-4 file: curves (arm, day), shares by code (arm, code), flow, estimands,
 * subgroups, costs; patients by trial_netcdf_patients.c. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "netcdf/netcdf_file.h"
#include "report/trial_netcdf_parts.h"

typedef struct Writer {
  const B7TrialRun *run;
  B7NetcdfFile *file;
  B7Arena *arena;
  int arm, day, bound, code;
} Writer;

static void write_curves(const Writer *writer, int32_t e, int cause, const char *suffix, const char *label) {
  const B7TrialRun *run = writer->run;
  size_t days = (size_t)run->horizon_day + 1, arms = (size_t)run->n_arm;
  double *values = B7_ARENA_ARRAY(writer->arena, double, arms * 3 * days);
  char *name = b7_arena_format(writer->arena, "%s%s", b7_endpoint_name(run->trial->endpoints[e]), suffix);
  char *text =
      b7_arena_format(writer->arena, "%s, %s, days from %s", b7_endpoint_label(run->trial->endpoints[e]),
                      label, b7_trial_endpoint_origin(run, run->trial->endpoints[e]));
  if (!values || !name || !text) {
    b7_netcdf_no_memory(writer->file);
    return;
  }
  for (size_t a = 0; a < arms; a++) {
    const B7DailyCurve *curve = &run->arms[a].curves[3 * e + cause];
    const double *rows[] = {curve->lower, curve->estimate, curve->upper};
    for (size_t k = 0; k < 3; k++) memcpy(values + (a * 3 + k) * days, rows[k], days * sizeof *values);
  }
  B7NetcdfVariable variable = {.name = name,
                               .long_name = text,
                               .units = "1",
                               .rank = 3,
                               .dimensions = {writer->arm, writer->bound, writer->day},
                               .doubles = values};
  b7_netcdf_variable(writer->file, &variable);
}

static void write_codes(const Writer *writer, int32_t e) {
  const B7TrialRun *run = writer->run;
  int32_t *counts = B7_ARENA_ARRAY(writer->arena, int32_t, run->n_arm * B7_TALLY_CODES);
  if (!counts) {
    b7_netcdf_no_memory(writer->file);
    return;
  }
  for (int32_t a = 0; a < run->n_arm; a++) {
    for (int32_t code = 0; code < B7_TALLY_CODES; code++)
      counts[a * B7_TALLY_CODES + code] = (int32_t)run->arms[a].tallies[e].by_code[code];
  }
  B7NetcdfVariable variable = {.name = b7_endpoint_name(run->trial->endpoints[e]),
                               .long_name = b7_endpoint_label(run->trial->endpoints[e]),
                               .units = "count",
                               .rank = 2,
                               .dimensions = {writer->arm, writer->code},
                               .integers = counts};
  int id = b7_netcdf_variable(writer->file, &variable);
  B7Text meanings = b7_text_make(&run->hooks);
  for (int32_t code = 0; code < B7_TALLY_CODES; code++) {
    const char *words = b7_endpoint_words(run->trial->endpoints[e], code);
    if (words[0] == '?') break;
    b7_text_append(&meanings, "%s%s", code ? "; " : "", words);
  }
  b7_netcdf_text_made(writer->file, id, "code_meanings", &meanings);
  b7_text_release(&meanings);
}

/* value with its limits, as the curves have it: lower limit, estimate, upper limit */
static void put_estimate(double *at, B7Estimate estimate) {
  at[0] = estimate.lower;
  at[1] = estimate.value;
  at[2] = estimate.upper;
}

static B7Status write_estimands(const Writer *writer, B7Error *error) {
  const B7TrialRun *run = writer->run;
  size_t n = (size_t)run->n_estimand_row;
  if (n == 0) return B7_OK;
  const char **texts = B7_ARENA_ARRAY(writer->arena, const char *, 3 * n);
  double *values = B7_ARENA_ARRAY(writer->arena, double, 6 * n);
  if (!texts || !values) return b7_fail_memory(error);
  for (size_t i = 0; i < n; i++) {
    const B7TrialEstimand *row = &run->estimands[i];
    const char *words[] = {row->what, row->arm, row->against};
    for (size_t k = 0; k < 3; k++) texts[k * n + i] = words[k];
    put_estimate(values + 3 * i, row->estimate);
    put_estimate(values + 3 * (n + i), row->widened);
  }
  int rows = b7_netcdf_dimension(writer->file, "estimand", n);
  static const char *const names[] = {"estimand", "estimand_arm", "estimand_against"};
  static const char *const labels[] = {"what is compared", "arm", "reference arm"};
  for (size_t k = 0; k < 3; k++) {
    B7NetcdfVariable text = {
        .name = names[k], .long_name = labels[k], .rank = 1, .dimensions = {rows}, .texts = texts + k * n};
    b7_netcdf_variable(writer->file, &text);
  }
  static const char *const kinds[] = {"estimand_value", "estimand_with_model_uncertainty"};
  static const char *const about[] = {"arm against reference, with the chance between virtual patients",
                                      "the same with the model's uncertainty"};
  for (size_t k = 0; k < 2; k++) {
    B7NetcdfVariable value = {.name = kinds[k],
                              .long_name = about[k],
                              .units = "1",
                              .rank = 2,
                              .dimensions = {rows, writer->bound},
                              .doubles = values + 3 * k * n,
                              .comment = "days where the estimand says so"};
    b7_netcdf_variable(writer->file, &value);
  }
  return B7_OK;
}

static B7Status write_subgroups(const Writer *writer, B7Error *error) {
  const B7TrialRun *run = writer->run;
  size_t n = (size_t)run->n_subgroup_row;
  if (n == 0) return B7_OK;
  const char **texts = B7_ARENA_ARRAY(writer->arena, const char *, 4 * n);
  double *values = B7_ARENA_ARRAY(writer->arena, double, 5 * n);
  if (!texts || !values) return b7_fail_memory(error);
  for (size_t i = 0; i < n; i++) {
    const B7TrialSubgroupRow *row = &run->subgroup_rows[i];
    const char *words[] = {row->subgroup, row->group, row->arm, row->what};
    for (size_t k = 0; k < 4; k++) texts[k * n + i] = words[k];
    put_estimate(values + 3 * i, row->estimate);
    values[3 * n + i] = (double)row->patients;
    values[4 * n + i] = row->interaction_p;
  }
  int rows = b7_netcdf_dimension(writer->file, "subgroup_row", n);
  static const char *const names[] = {"subgroup", "subgroup_group", "subgroup_arm", "subgroup_estimand"};
  static const char *const labels[] = {"subgroup", "group of patients", "arm", "what is compared"};
  for (size_t k = 0; k < 4; k++) {
    B7NetcdfVariable text = {
        .name = names[k], .long_name = labels[k], .rank = 1, .dimensions = {rows}, .texts = texts + k * n};
    b7_netcdf_variable(writer->file, &text);
  }
  B7NetcdfVariable value = {.name = "subgroup_value",
                            .long_name = "effect in the group",
                            .units = "1",
                            .rank = 2,
                            .dimensions = {rows, writer->bound},
                            .doubles = values,
                            .comment = "days where the estimand says so"};
  b7_netcdf_variable(writer->file, &value);
  static const char *const more[] = {"subgroup_patients", "subgroup_interaction_p"};
  static const char *const about[] = {"virtual patients in the group", "p of the interaction (Cochran's Q)"};
  for (size_t k = 0; k < 2; k++) {
    B7NetcdfVariable column = {.name = more[k],
                               .long_name = about[k],
                               .units = "1",
                               .rank = 1,
                               .dimensions = {rows},
                               .doubles = values + (3 + k) * n};
    b7_netcdf_variable(writer->file, &column);
  }
  return B7_OK;
}

static B7Status write_costs(const Writer *writer, B7Error *error) {
  const B7TrialRun *run = writer->run;
  size_t arms = (size_t)run->n_arm;
  for (int per = 0; per < B7_COST_PERS; per++) {
    double *values = B7_ARENA_ARRAY(writer->arena, double, 3 * arms);
    char *name = b7_arena_format(writer->arena, "cost_per_%s", b7_trial_cost_per_name((B7CostPer)per));
    char *label = b7_arena_format(writer->arena, "cost per %s, %s", b7_trial_cost_per_label((B7CostPer)per),
                                  b7_trial_cost_unit(run));
    if (!values || !name || !label) return b7_fail_memory(error);
    for (int32_t a = 0; a < run->n_arm; a++)
      put_estimate(values + 3 * a, b7_trial_cost(run, a, (B7CostPer)per, NULL));
    B7NetcdfVariable variable = {.name = name,
                                 .long_name = label,
                                 .units = "1",
                                 .rank = 2,
                                 .dimensions = {writer->arm, writer->bound},
                                 .doubles = values};
    b7_netcdf_variable(writer->file, &variable);
  }
  return B7_OK;
}

static int64_t flow_of(const B7TrialFlow *flow, int column) {
  const int64_t totals[] = {flow->enrolled, flow->dead};
  enum { TOTALS = sizeof totals / sizeof totals[0] };
  if (column < TOTALS) return totals[column];
  column -= TOTALS;
  if (column < B7_FLOW_PRODUCTS) return b7_flow_product_patients(flow, (B7FlowProduct)column);
  column -= B7_FLOW_PRODUCTS;
  if (column < B7_FLOW_TRANSPLANTS) return b7_flow_transplant_patients(flow, (B7FlowTransplant)column);
  return flow->died_of[column - B7_FLOW_TRANSPLANTS];
}

/* patients of an arm at each step and dead of each cause */
static B7Status write_flow(const Writer *writer, B7Error *error) {
#define STEP_NAME(id, name, label) name,
#define STEP_LABEL(id, name, label) label,
#define CAUSE_NAME(id, name, label) "died_of_" name,
#define CAUSE_LABEL(id, name, label) "died of " label,
  static const char *const names[] = {"enrolled", "dead",
                                      B7_FLOW_PRODUCT_LIST(STEP_NAME) B7_FLOW_TRANSPLANT_LIST(STEP_NAME)
                                          B7_DEATH_CAUSE_LIST(CAUSE_NAME)};
  static const char *const labels[] = {"enrolled", "died within the horizon",
                                       B7_FLOW_PRODUCT_LIST(STEP_LABEL) B7_FLOW_TRANSPLANT_LIST(STEP_LABEL)
                                           B7_DEATH_CAUSE_LIST(CAUSE_LABEL)};
#undef STEP_NAME
#undef STEP_LABEL
#undef CAUSE_NAME
#undef CAUSE_LABEL
  const B7TrialRun *run = writer->run;
  for (int k = 0; k < (int)(sizeof names / sizeof names[0]); k++) {
    int32_t *counts = B7_ARENA_ARRAY(writer->arena, int32_t, run->n_arm);
    if (!counts) return b7_fail_memory(error);
    for (int32_t a = 0; a < run->n_arm; a++) counts[a] = (int32_t)flow_of(&run->arms[a].flow, k);
    B7NetcdfVariable column = {.name = names[k],
                               .long_name = labels[k],
                               .units = "count",
                               .rank = 1,
                               .dimensions = {writer->arm},
                               .integers = counts};
    b7_netcdf_variable(writer->file, &column);
  }
  return B7_OK;
}

/* cumulative incidence of death from each cause */
static B7Status write_deaths(const Writer *writer, B7Error *error) {
  const B7TrialRun *run = writer->run;
  const size_t days = (size_t)run->horizon_day + 1;
  for (int cause = 0; cause < B7_DEATH_CAUSES; cause++) {
    const size_t arms = (size_t)run->n_arm;
    double *values = B7_ARENA_ARRAY(writer->arena, double, 3 * days * arms);
    char *name =
        b7_arena_format(writer->arena, "death_of_%s_incidence", b7_death_cause_name((B7DeathCause)cause));
    char *label = b7_arena_format(writer->arena, "cumulative incidence of death, cause: %s",
                                  b7_death_cause_label((B7DeathCause)cause));
    if (!values || !name || !label) return b7_fail_memory(error);
    for (size_t a = 0; a < arms; a++) {
      const B7TrialCurve curve = b7_trial_death_curve(run, (int32_t)a, (B7DeathCause)cause, NULL);
      const double *rows[] = {curve.lower, curve.estimate, curve.upper};
      for (size_t k = 0; k < 3; k++) memcpy(values + (a * 3 + k) * days, rows[k], days * sizeof *values);
    }
    B7NetcdfVariable variable = {.name = name,
                                 .long_name = label,
                                 .units = "1",
                                 .rank = 3,
                                 .dimensions = {writer->arm, writer->bound, writer->day},
                                 .doubles = values};
    b7_netcdf_variable(writer->file, &variable);
  }
  return B7_OK;
}

static B7Status write_all(const Writer *writer, B7Error *error) {
  const B7TrialRun *run = writer->run;
  const char **names = B7_ARENA_ARRAY(writer->arena, const char *, run->n_arm);
  double *days = B7_ARENA_ARRAY(writer->arena, double, run->horizon_day + 1);
  if (!names || !days) return b7_fail_memory(error);
  for (int32_t a = 0; a < run->n_arm; a++) names[a] = run->trial->arms[a].name;
  for (int32_t d = 0; d <= run->horizon_day; d++) days[d] = d;
  B7NetcdfVariable arm = {
      .name = "arm", .long_name = "arm of the trial", .rank = 1, .dimensions = {writer->arm}, .texts = names};
  B7NetcdfVariable day = {.name = "day",
                          .long_name = "days from the origin of each curve",
                          .units = "d",
                          .rank = 1,
                          .dimensions = {writer->day},
                          .doubles = days};
  b7_netcdf_variable(writer->file, &arm);
  b7_netcdf_variable(writer->file, &day);
  B7_TRY(write_flow(writer, error));
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    if (!run->arms[0].tallies[e].timed) {
      write_codes(writer, e);
      continue;
    }
    write_curves(writer, e, 0, "_free", "free of any event");
    write_curves(writer, e, 1, "_incidence", "cumulative incidence of the event");
    write_curves(writer, e, 2, "_competing", "cumulative incidence of the competing event");
  }
  B7_TRY(write_deaths(writer, error));
  B7_TRY(write_estimands(writer, error));
  B7_TRY(write_subgroups(writer, error));
  B7_TRY(write_costs(writer, error));
  return run->rows.file < 0 ? B7_OK
                            : b7_trial_netcdf_patients(run, writer->file, writer->arm, writer->arena, error);
}

B7Status b7_trial_write_netcdf(const B7TrialRun *run, const char *path, B7Error *error) {
  B7NetcdfFile file;
  B7_TRY(b7_netcdf_begin(&file, path, error));
  B7Arena arena = b7_arena_make(&run->hooks);
  Writer writer = {.run = run, .file = &file, .arena = &arena};
  writer.arm = b7_netcdf_dimension(&file, "arm", (size_t)run->n_arm);
  writer.day = b7_netcdf_dimension(&file, "day", (size_t)run->horizon_day + 1);
  writer.bound = b7_netcdf_dimension(&file, "bound", 3);
  writer.code = b7_netcdf_dimension(&file, "code", B7_TALLY_CODES);
  const B7Provenance provenance[] = {{"trial", run->trial->name},
                                     {"question", run->trial->question},
                                     {"population", run->trial->population},
                                     {"policy", run->trial->policy ? run->trial->policy : "none"},
                                     {"model_hash", b7_kernel_tables(run->kernel)->model_hash},
                                     {"bound_meanings", "lower limit, estimate, upper limit"}};
  b7_netcdf_provenance(&file, run->trial->question, &run->work, provenance,
                       (int32_t)(sizeof provenance / sizeof provenance[0]));
  b7_netcdf_number(&file, B7_NETCDF_GLOBAL, "seed", (double)run->seed);
  b7_netcdf_number(&file, B7_NETCDF_GLOBAL, "patients", (double)run->patients);
  b7_netcdf_number(&file, B7_NETCDF_GLOBAL, "interval_level", run->options.level);
  B7Text notes = b7_text_make(&run->hooks);
  for (int32_t i = 0; i < run->n_note; i++) b7_text_append(&notes, "%s%s", i > 0 ? "; " : "", run->notes[i]);
  if (run->n_note > 0) b7_netcdf_text_made(&file, B7_NETCDF_GLOBAL, "notes", &notes);
  b7_text_release(&notes);
  B7Status status = write_all(&writer, error);
  b7_arena_free(&arena);
  if (status != B7_OK) {
    b7_netcdf_abandon(&file);
    return status;
  }
  return b7_netcdf_finish(&file, error);
}
