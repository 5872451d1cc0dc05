/* calibration_file.c - the result file: what a calibration found, and enough of its state to go on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/json.h"
#include "base/status.h"
#include "fit/calibration_run.h"

/* ---- writing ---- */

static void append_start(B7Text *text, const B7FitStart *start, int32_t n) {
  b7_text_append(text, "  - {end: \"%s\", steps: %d, rounds: %d, misses: %d, ", b7_fit_end_words(start->end),
                 (int)start->steps, (int)start->rounds, (int)start->misses);
  // a start that failed has no sum
  if (isfinite(start->misfit))
    b7_text_append(text, "misfit: %.17g, prior: %.17g, ", start->misfit, start->prior);
  b7_text_append(text, "at: [");
  for (int32_t p = 0; p < n; p++) b7_text_append(text, "%s%.17g", p ? ", " : "", start->u[p]);
  b7_text_append(text, "]}\n");
}

/* where a value lives, in the words of a fit file */
static void append_target(B7Text *text, const B7FitParameter *parameter) {
  static const char *const owners[] = {"model", "population", "product"};
  static const char *const whats[] = {"value", "spread", "share"};
  bool model = parameter->owner == B7_OWNER_MODEL;
  b7_text_append(text, "%s: ", owners[parameter->owner]);
  if (!model) {
    b7_text_append(text, "[");
    for (int i = 0; i < B7_FIT_PLACES_MAX && parameter->holders[i]; i++)
      b7_text_append(text, "%s%s", i ? ", " : "", parameter->holders[i]);
    b7_text_append(text, "], %s: ", parameter->owner == B7_OWNER_PRODUCT ? "attribute" : "parameter");
  }
  b7_text_append(text, "%s, what: %s, ", parameter->target, whats[parameter->what]);
}

static void append_parameters(B7Text *text, const B7CalibrationRun *run) {
  b7_text_append(text,
                 "parameters: # sd on the scale; information: share of the prior's variance that the rows "
                 "took away\n");
  for (int32_t p = 0; p < run->calibration->n_parameter; p++) {
    const B7CalibrationParameter *row = &run->parameters[p];
    b7_text_append(text, "  %s: {", row->name);
    append_target(text, &run->calibration->parameters[p]);
    b7_text_append(text,
                   "from: %.6g, to: %.6g, limits: [%.6g, %.6g], scale: %s, prior: {at: %.6g, sd: %.4g}, ",
                   row->from, row->to, row->low, row->high, row->scale, row->prior.value, row->prior_sd);
    b7_text_append(text, "sd: %.4g, interval: [%.4g, %.4g], information: %.3f, verdict: %s}\n", row->sd,
                   row->posterior.lower, row->posterior.upper, row->information,
                   b7_calibration_verdict_words(row->verdict));
  }
  b7_text_append(text, "covariance: # on the scales, parameters in the order above\n");
  int32_t n = run->calibration->n_parameter;
  for (int32_t i = 0; i < n; i++) {
    b7_text_append(text, "  - [");
    for (int32_t j = 0; j < n; j++)
      b7_text_append(text, "%s%.9g", j ? ", " : "",
                     run->identification.covariance[(size_t)i * (size_t)n + (size_t)j] *
                         run->parameters[i].prior_sd * run->parameters[j].prior_sd);
    b7_text_append(text, "]\n");
  }
}

static void append_rows(B7Text *text, const B7CalibrationRun *run) {
  const B7CalibrationSummary *summary = &run->summary;
  b7_text_append(text,
                 "judged: # on patients of another seed\n"
                 "  {seed: %llu, rows: %d, misfit_before: %.4g, misfit_after: %.4g, prior_before: %.4g, "
                 "prior_after: %.4g, inside_before: %d, inside_after: %d}\n",
                 (unsigned long long)summary->judging_seed, (int)summary->rows, summary->misfit_before,
                 summary->misfit_after, summary->prior_before, summary->prior_after,
                 (int)summary->inside_before, (int)summary->inside_after);
}

B7Status b7_calibration_file_write(const B7CalibrationRun *run, const char *path, B7Error *error) {
  const B7Calibration *calibration = run->calibration;
  B7Text text = b7_text_make(&run->hooks);
  b7_text_append(
      &text,
      "# Written by `bridge7 calibrate` (docs/calibration.md). `at` counts in prior standard deviations.\nfit: ");
  b7_text_quote(&text, calibration->name);
  b7_text_append(
      &text, "\nfingerprint: \"%s\" # of the fit file, the studies, the data, the criteria and the model\n",
      calibration->fingerprint);
  b7_text_append(&text, "model: \"%s\"\npatients: %lld\nseed: %llu\nfinished: %s\nstarts:\n",
                 b7_kernel_tables(calibration->kernel)->model_hash, (long long)run->options.patients,
                 (unsigned long long)run->options.seed,
                 run->parameters && run->summary.finished ? "true" : "false");
  for (int32_t s = 0; s < run->n_start; s++) append_start(&text, &run->starts[s], calibration->n_parameter);
  if (run->parameters) {
    append_parameters(&text, run);
    append_rows(&text, run);
  }
  B7Status status = text.failed ? b7_fail_memory(error) : b7_file_write(path, text.bytes, text.length, error);
  b7_text_release(&text);
  return status;
}

/* ---- reading ---- */

typedef struct ResultReader {
  B7CalibrationRun *run;
  B7Error *error;
} ResultReader;

static B7Status need_number(const ResultReader *reader, const B7Node *node, const char *key, double *out) {
  const B7Node *found;
  B7_TRY(b7_node_need(node, key, &found, reader->error));
  return b7_node_number(found, out, reader->error);
}

static B7Status read_start(const ResultReader *reader, const B7Node *node, B7FitStart *out) {
  const B7Node *end, *at;
  double steps, rounds, misses;
  int32_t n = reader->run->calibration->n_parameter;
  B7_TRY(b7_node_expect(node, B7_NODE_MAPPING, "a start", reader->error));
  B7_TRY(b7_node_need(node, "end", &end, reader->error));
  B7_TRY(b7_node_need(node, "at", &at, reader->error));
  B7_TRY(need_number(reader, node, "steps", &steps));
  B7_TRY(need_number(reader, node, "rounds", &rounds));
  B7_TRY(need_number(reader, node, "misses", &misses));
  if (at->kind != B7_NODE_SEQUENCE || at->count != n)
    return b7_node_fail(at, reader->error, "a start has %d values here", (int)n);
  for (int32_t p = 0; p < n; p++) B7_TRY(b7_node_number(at->items[p], &out->u[p], reader->error));
  out->steps = (int32_t)steps;
  out->rounds = (int32_t)rounds;
  out->misses = (int32_t)misses;
  out->misfit = out->prior = INFINITY;
  if (b7_node_get(node, "misfit")) {
    B7_TRY(need_number(reader, node, "misfit", &out->misfit));
    B7_TRY(need_number(reader, node, "prior", &out->prior));
  }
  out->end = B7_END_RUNNING;
  for (int k = 0; k < B7_ENDS; k++) {
    if (end->text && strcmp(end->text, b7_fit_end_words((B7FitEnd)k)) == 0) out->end = (B7FitEnd)k;
  }
  // more evaluations, or more rounds, may be allowed now
  bool more = out->end == B7_END_ROUNDS && out->rounds < reader->run->calibration->rounds;
  if (out->end == B7_END_EVALUATIONS || more) out->end = B7_END_RUNNING;
  return B7_OK;
}

static B7Status check_same(const ResultReader *reader, const B7Node *root, const char *key,
                           const char *wanted) {
  const B7Node *node;
  B7_TRY(b7_node_need(root, key, &node, reader->error));
  if (node->text && strcmp(node->text, wanted) == 0) return B7_OK;
  return b7_node_fail(
      node, reader->error,
      "this result is of another fit: '%s' is %s there and %s now; name another --out, or leave "
      "--resume away",
      key, node->text ? node->text : "a list", wanted);
}

static B7Status read_state(const ResultReader *reader, const B7Node *root) {
  const B7CalibrationRun *run = reader->run;
  const B7Node *starts;
  char patients[32], seed[32];
  snprintf(patients, sizeof patients, "%lld", (long long)run->options.patients);
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->options.seed);
  B7_TRY(b7_node_expect(root, B7_NODE_MAPPING, "a result file", reader->error));
  B7_TRY(check_same(reader, root, "fit", run->calibration->name));
  B7_TRY(check_same(reader, root, "fingerprint", run->calibration->fingerprint));
  B7_TRY(check_same(reader, root, "patients", patients));
  B7_TRY(check_same(reader, root, "seed", seed));
  B7_TRY(b7_node_need(root, "starts", &starts, reader->error));
  B7_TRY(b7_node_expect(starts, B7_NODE_SEQUENCE, "'starts'", reader->error));
  for (int32_t s = 0; s < starts->count && s < run->n_start; s++)
    B7_TRY(read_start(reader, starts->items[s], &run->starts[s]));
  return B7_OK;
}

B7Status b7_calibration_file_read(B7CalibrationRun *run, const char *path, B7Error *error) {
  B7Document *document;
  const ResultReader reader = {.run = run, .error = error};
  B7_TRY(b7_document_load(path, &run->hooks, &document, error));
  B7Status status = read_state(&reader, b7_document_root(document));
  b7_document_free(document);
  return status;
}
