/* trial_netcdf.c - a trial as one NetCDF-4 file: curves (arm, day), shares by code (arm, code), flow. */
#include <math.h>
#include <string.h>

#include "base/status.h"
#include "result/netcdf_file.h"
#include "trial/trial_run.h"

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
  char *text = b7_arena_format(writer->arena, "%s, %s", b7_endpoint_label(run->trial->endpoints[e]), label);
  if (!values || !name || !text) {
    writer->file->code = -1;
    writer->file->doing = "memory";
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
  if (!counts) return;
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
  if (meanings.bytes) b7_netcdf_text(writer->file, id, "code_meanings", meanings.bytes);
  b7_text_release(&meanings);
}

static B7Status write_all(const Writer *writer, B7Error *error) {
  const B7TrialRun *run = writer->run;
  const char **names = B7_ARENA_ARRAY(writer->arena, const char *, run->n_arm);
  double *days = B7_ARENA_ARRAY(writer->arena, double, run->horizon_day + 1);
  int32_t *flow = B7_ARENA_ARRAY(writer->arena, int32_t, 7 * run->n_arm);
  if (!names || !days || !flow) return b7_fail_memory(error);
  for (int32_t a = 0; a < run->n_arm; a++) names[a] = run->trial->arms[a].name;
  for (int32_t d = 0; d <= run->horizon_day; d++) days[d] = d;
  B7NetcdfVariable arm = {
      .name = "arm", .long_name = "arm of the trial", .rank = 1, .dimensions = {writer->arm}, .texts = names};
  B7NetcdfVariable day = {.name = "day",
                          .long_name = "days from the origin of the trial",
                          .units = "d",
                          .rank = 1,
                          .dimensions = {writer->day},
                          .doubles = days};
  b7_netcdf_variable(writer->file, &arm);
  b7_netcdf_variable(writer->file, &day);
  static const char *const flow_names[] = {
      "enrolled", "product_not_made", "infused", "no_donor", "transplanted", "dead", "failed_numerically"};
  for (int k = 0; k < 7; k++) {
    for (int32_t a = 0; a < run->n_arm; a++) {
      const B7TrialFlow *f = &run->arms[a].flow;
      const int64_t values[] = {f->enrolled,     f->not_made, f->infused, f->no_donor,
                                f->transplanted, f->dead,     f->failed};
      flow[k * run->n_arm + a] = (int32_t)values[k];
    }
    B7NetcdfVariable column = {.name = flow_names[k],
                               .long_name = flow_names[k],
                               .units = "count",
                               .rank = 1,
                               .dimensions = {writer->arm},
                               .integers = flow + k * run->n_arm};
    b7_netcdf_variable(writer->file, &column);
  }
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    if (!run->arms[0].tallies[e].timed) {
      write_codes(writer, e);
      continue;
    }
    write_curves(writer, e, 0, "_free", "free of any event");
    write_curves(writer, e, 1, "_incidence", "cumulative incidence of the event");
    write_curves(writer, e, 2, "_competing", "cumulative incidence of the competing event");
  }
  return B7_OK;
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
  B7Status status = write_all(&writer, error);
  b7_arena_free(&arena);
  if (status != B7_OK) {
    b7_netcdf_abandon(&file);
    return status;
  }
  return b7_netcdf_finish(&file, error);
}
