/* calibration_rows.c - which printed numbers a fit answers to, and for how much each counts. */
#include <math.h>
#include <string.h>

#include "fit/calibration_read.h"

/* rows of one entry: {study: X, endpoint: cr, arm: all, at: 365 d, weight: 0.5, why: ...} */
typedef struct Choice {
  const char *study, *endpoint, *arm;
  double at_day, weight;
} Choice;

static bool chosen(const Choice *choice, const B7FitRow *row) {
  const char *arm = row->row->arm >= 0 ? row->study->arms[row->row->arm].name : "";
  return strcmp(choice->study, row->study->id) == 0 &&
         (!choice->endpoint || strcmp(choice->endpoint, row->row->endpoint->name) == 0) &&
         (!choice->arm || strcmp(choice->arm, arm) == 0) &&
         (isnan(choice->at_day) || choice->at_day == row->row->at_day);
}

/* a study that has rows to fit to */
static B7Status check_study(const B7FitReader *reader, const B7Node *node) {
  const char *name;
  B7_TRY(b7_node_text(node, &name, reader->error));
  const B7Study *study = b7_studies_find(reader->out->studies, name);
  if (!study)
    return b7_node_unknown(node, "study", name, reader->out->studies->ids,
                           "`bridge7 validate --list` shows them", reader->error);
  if (study->prediction)
    return b7_node_fail(node, reader->error, "the outcomes of '%s' are kept out: it has no rows to fit to",
                        name);
  return B7_OK;
}

static B7Status read_choice(const B7FitReader *reader, const B7Node *node, Choice *out) {
  static const char *const keys[] = {"study", "endpoint", "arm", "at", "weight", "why", NULL};
  B7Error *error = reader->error;
  const B7Node *study, *weight, *why, *endpoint = b7_node_get(node, "endpoint"),
                                      *arm = b7_node_get(node, "arm"), *at = b7_node_get(node, "at");
  const char *unit;
  *out = (Choice){.at_day = NAN};
  B7_TRY(b7_node_only_keys(node, keys, error));
  B7_TRY(b7_node_need(node, "study", &study, error));
  B7_TRY(b7_node_need(node, "weight", &weight, error));
  B7_TRY(b7_node_need(node, "why", &why, error));
  B7_TRY(check_study(reader, study));
  out->study = study->text;
  if (endpoint) B7_TRY(b7_node_text(endpoint, &out->endpoint, error));
  if (arm) B7_TRY(b7_node_text(arm, &out->arm, error));
  if (at) B7_TRY(b7_node_quantity(at, &out->at_day, &unit, error));
  if (at && strcmp(unit, "d") != 0) return b7_node_fail(at, error, "'at' is in days, such as '365 d'");
  B7_TRY(b7_node_number(weight, &out->weight, error));
  if (!(out->weight >= 0 && out->weight <= 1))
    return b7_node_fail(weight, error, "a weight is 0 (left out) to 1 (independent evidence)");
  return B7_OK;
}

static bool asked_for(const B7Node *only, const char *study) {
  for (int32_t i = 0; only && i < only->count; i++) {
    if (strcmp(only->items[i]->text, study) == 0) return true;
  }
  return !only;
}

/* `studies: [A, B]` */
static B7Status check_studies(const B7FitReader *reader, const B7Node *only) {
  if (!only) return B7_OK;
  B7_TRY(b7_node_expect(only, B7_NODE_SEQUENCE, "'studies'", reader->error));
  for (int32_t i = 0; i < only->count; i++) B7_TRY(check_study(reader, only->items[i]));
  return B7_OK;
}

/* every calibration row that has a sampling error */
static B7Status gather_rows(const B7FitReader *reader, const B7Node *only) {
  B7Calibration *out = reader->out;
  const B7Studies *studies = out->studies;
  int32_t most = 0;
  for (int32_t s = 0; s < studies->n_study; s++) most += studies->studies[s].n_row;
  out->rows = B7_ARENA_ARRAY(&out->arena, B7FitRow, most + 1);
  if (!out->rows) return b7_fail_memory(reader->error);
  for (int32_t s = 0; s < studies->n_study; s++) {
    const B7Study *study = &studies->studies[s];
    if (study->prediction || !asked_for(only, study->id)) continue;
    for (int32_t r = 0; r < study->n_row; r++) {
      const B7StudyRow *row = &study->rows[r];
      if (isnan(row->low) || isnan(row->high)) {
        out->n_left_out++;
      } else {
        out->rows[out->n_row++] = (B7FitRow){.study = study, .row = row, .weight = 1};
      }
    }
  }
  return B7_OK;
}

B7Status b7_fit_read_rows(const B7FitReader *reader, const B7Node *only, const B7Node *node) {
  B7Calibration *out = reader->out;
  B7_TRY(check_studies(reader, only));
  B7_TRY(gather_rows(reader, only));
  if (node) B7_TRY(b7_node_expect(node, B7_NODE_SEQUENCE, "'rows'", reader->error));
  for (int32_t i = 0; node && i < node->count; i++) {
    Choice choice;
    int32_t found = 0;
    B7_TRY(read_choice(reader, node->items[i], &choice));
    for (int32_t r = 0; r < out->n_row; r++) {
      if (!chosen(&choice, &out->rows[r])) continue;
      out->rows[r].weight = choice.weight;
      found++;
    }
    if (found == 0)
      return b7_node_fail(
          node->items[i], reader->error,
          "study '%s' has no such row with a sampling error; `bridge7 validate --study %s` shows its rows",
          choice.study, choice.study);
  }
  int32_t kept = 0;
  for (int32_t r = 0; r < out->n_row; r++) {
    if (out->rows[r].weight > 0) out->rows[kept++] = out->rows[r];
  }
  out->n_left_out += out->n_row - kept;
  out->n_row = kept;
  if (kept == 0)
    return b7_fail_at(reader->error, B7_ERROR_INPUT, out->path, 1, 1, "no row is left to fit to");
  return B7_OK;
}
