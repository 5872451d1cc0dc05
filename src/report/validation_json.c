/* validation_json.c - published studies beside their simulation: as JSON, and as the data of the report page.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/status.h"
#include "report/references.h"
#include "study/validate.h"

static const char *inside_word(B7Inside inside) {
  return inside == B7_INSIDE_YES ? "true" : inside == B7_INSIDE_NO ? "false" : "null";
}

static void write_count(B7Json *json, const B7Validation *validation) {
  B7ValidationCount count = b7_validation_count(validation);
  b7_json_open_object(json, "count");
  b7_json_number(json, "rows", count.rows);
  b7_json_number(json, "judged", count.judged);
  b7_json_number(json, "inside", count.inside);
  b7_json_number(json, "covered", count.covered);
  b7_json_number(json, "share_inside", count.judged > 0 ? (double)count.inside / count.judged : NAN);
  b7_json_number(json, "not_judged", count.not_judged);
  b7_json_number(json, "predicted", count.predicted);
  b7_json_close_object(json);
}

static void write_row(B7Json *json, const B7ValidationRow *row) {
  b7_json_open_object(json, NULL);
  b7_json_text(json, "study", row->study);
  b7_json_text(json, "arm", row->arm);
  b7_json_text(json, "endpoint", row->endpoint);
  b7_json_number(json, "time_days", row->at_day);
  b7_json_text(json, "unit", row->unit);
  b7_json_number(json, "n", row->n);
  b7_json_number(json, "published", row->published.value);
  b7_json_number(json, "published_low", row->published.lower);
  b7_json_number(json, "published_high", row->published.upper);
  b7_json_number(json, "simulated", row->simulated.value);
  b7_json_number(json, "simulated_low", row->simulated.lower);
  b7_json_number(json, "simulated_high", row->simulated.upper);
  b7_json_number(json, "simulated_patients", (double)row->patients);
  b7_json_raw(json, "inside", inside_word(row->inside));
  b7_json_text(json, "use", row->prediction ? "prediction" : "calibration");
  b7_json_text(json, "source", row->source);
  b7_json_close_object(json);
}

B7Status b7_validation_json(const B7Validation *validation, char **text, B7Error *error) {
  B7Json json = b7_json_make(NULL);
  b7_json_open_object(&json, NULL);
  b7_json_number(&json, "patients", (double)validation->patients);
  b7_json_number(&json, "seed", (double)validation->seed);
  b7_json_open_array(&json, "rows");
  for (int32_t i = 0; i < validation->n_row; i++) write_row(&json, &validation->rows[i]);
  b7_json_close_array(&json);
  write_count(&json, validation);
  b7_json_close_object(&json);
  return b7_json_finish(&json, text, error);
}

B7Status b7_prediction_json(const B7Validation *validation, char **text, B7Error *error) {
  *text = NULL;
  const B7Study *study =
      validation->n_row > 0 ? b7_studies_find(validation->studies, validation->rows[0].study) : NULL;
  if (!study || validation->n_study != 1)
    return b7_fail(error, B7_ERROR_USAGE, "a prediction is of one study; name it");
  B7Json json = b7_json_make(NULL);
  b7_json_open_object(&json, NULL);
  b7_json_text(&json, "study", study->id);
  b7_json_number(&json, "n", study->n);
  b7_json_open_array(&json, "endpoints");
  for (int32_t i = 0; i < validation->n_row; i++) {
    const B7ValidationRow *row = &validation->rows[i];
    b7_json_open_object(&json, NULL);
    b7_json_text(&json, "endpoint", row->endpoint);
    b7_json_text(&json, "arm", row->arm);
    b7_json_number(&json, "time_days", row->at_day);
    b7_json_number(&json, "value", row->simulated.value);
    b7_json_number(&json, "low", row->simulated.lower);
    b7_json_number(&json, "high", row->simulated.upper);
    b7_json_text(&json, "unit", row->unit);
    b7_json_close_object(&json);
  }
  b7_json_close_array(&json);
  b7_json_close_object(&json);
  return b7_json_finish(&json, text, error);
}

/* ---- page ---- */

static void write_meta(B7Json *json, const B7Validation *validation) {
  b7_json_text(json, "format", "bridge7-page/1");
  b7_json_text(json, "kind", "trial");
  b7_json_open_object(json, "meta");
  b7_json_text(json, "title", "Published studies and their simulation");
  b7_json_text(json, "subtitle",
               "Each study simulated as it was done; a simulated value inside the published 95 % interval "
               "counts as reproduced.");
  b7_json_text(json, "notice", "Research use only. Nothing on this page is a treatment recommendation.");
  b7_json_close_object(json);
  (void)validation;
}

static void write_card(B7Json *json, const char *label, const char *note, const char *format, int a, int b,
                       const char *state) {
  char value[64];
  snprintf(value, sizeof value, format, a, b);
  b7_json_open_object(json, NULL);
  b7_json_text(json, "label", label);
  b7_json_text(json, "value", value);
  b7_json_text(json, "note", note);
  b7_json_text(json, "state", state);
  b7_json_close_object(json);
}

static void write_cards(B7Json *json, const B7Validation *validation) {
  B7ValidationCount count = b7_validation_count(validation);
  b7_json_open_array(json, "cards");
  if (count.judged > 0) {
    bool good = count.inside * 5 >= count.judged * 4;
    write_card(json, "calibration rows inside", "of those with a published interval", "%d of %d",
               count.inside, count.judged, good ? "good" : "warn");
    write_card(json, "share inside", "80 % is the bar", "%d %%", 100 * count.inside / count.judged, 0,
               good ? "good" : "warn");
  }
  write_card(json, "rows without interval", "printed without number of patients", "%d", count.not_judged, 0,
             "plain");
  write_card(json, "rows predicted", "outcomes not used, not known here", "%d", count.predicted, 0, "plain");
  b7_json_close_array(json);
}

static bool in_forest(const B7ValidationRow *row, bool prediction, const char *unit) {
  return row->prediction == prediction && strcmp(row->unit, unit) == 0 && !isnan(row->simulated.value);
}

static void write_forest_row(B7Json *json, const B7ValidationRow *row, double n_most) {
  char label[160], note[96];
  snprintf(label, sizeof label, isnan(row->at_day) ? "%s, %s" : "%s, %s, day %g", row->endpoint, row->arm,
           row->at_day);
  snprintf(note, sizeof note, "n %g; %lld simulated", row->n, (long long)row->patients);
  b7_json_open_object(json, NULL);
  b7_json_text(json, "group", row->study);
  b7_json_text(json, "label", label);
  b7_json_number(json, "value", row->simulated.value);
  b7_json_number(json, "low", row->simulated.lower);
  b7_json_number(json, "high", row->simulated.upper);
  b7_json_number(json, "weight", n_most > 0 ? sqrt(row->n / n_most) : 0.5);
  b7_json_number(json, "published", row->published.value);
  b7_json_number(json, "published_low", row->published.lower);
  b7_json_number(json, "published_high", row->published.upper);
  b7_json_raw(json, "inside", inside_word(row->inside));
  b7_json_text(json, "use", row->prediction ? "prediction" : "calibration");
  b7_json_text(json, "note", note);
  b7_json_close_object(json);
}

static void write_forest(B7Json *json, const B7Validation *validation, bool prediction, const char *unit,
                         const char *axis, const char *id, const char *title) {
  int32_t n = 0;
  double n_most = 0;
  for (int32_t i = 0; i < validation->n_row; i++) {
    if (!in_forest(&validation->rows[i], prediction, unit)) continue;
    n++;
    n_most = fmax(n_most, validation->rows[i].n);
  }
  if (n == 0) return;
  b7_json_open_object(json, NULL);
  b7_json_text(json, "id", id);
  b7_json_text(json, "title", title);
  b7_json_text(json, "unit", strcmp(unit, "percent") == 0 ? "%" : unit);
  b7_json_text(json, "axis", axis);
  b7_json_open_array(json, "rows");
  for (int32_t i = 0; i < validation->n_row; i++) {
    if (in_forest(&validation->rows[i], prediction, unit))
      write_forest_row(json, &validation->rows[i], n_most);
  }
  b7_json_close_array(json);
  b7_json_close_object(json);
}

static void write_forests(B7Json *json, const B7Validation *validation) {
  b7_json_open_array(json, "validation");
  write_forest(json, validation, false, "percent", "linear", "calibration_percent", "Calibration: shares");
  write_forest(json, validation, false, "days", "linear", "calibration_days", "Calibration: days");
  write_forest(json, validation, false, "months", "linear", "calibration_months",
               "Calibration: median times");
  write_forest(json, validation, false, "copies/ug DNA", "log", "calibration_copies",
               "Calibration: CAR-T copies at the peak");
  write_forest(json, validation, false, "cells/uL", "log", "calibration_cells",
               "Calibration: CAR-T at the peak");
  write_forest(json, validation, true, "percent", "linear", "prediction_percent",
               "Predicted, outcomes withheld: shares");
  write_forest(json, validation, true, "days", "linear", "prediction_days",
               "Predicted, outcomes withheld: days");
  write_forest(json, validation, true, "months", "linear", "prediction_months",
               "Predicted, outcomes withheld: median times");
  b7_json_close_array(json);
}

static void write_assumptions(B7Json *json, const B7Validation *validation) {
  b7_json_open_array(json, "assumptions");
  for (int32_t s = 0; s < validation->studies->n_study; s++) {
    const B7Study *study = &validation->studies->studies[s];
    bool shown = false;
    for (int32_t i = 0; i < validation->n_row; i++)
      shown = shown || strcmp(validation->rows[i].study, study->id) == 0;
    for (int32_t a = 0; shown && a < study->n_arm; a++) {
      if (!study->arms[a].assumed[0]) continue;
      char where[128];
      snprintf(where, sizeof where, "%s, %s", study->id, study->arms[a].name);
      b7_json_open_object(json, NULL);
      b7_json_text(json, "status", "assumed");
      b7_json_text(json, "where", where);
      b7_json_text(json, "text", study->arms[a].assumed);
      b7_json_close_object(json);
    }
  }
  b7_json_close_array(json);
}

/* each source once, in the order of the rows */
static B7Status write_references(B7Json *json, const B7Validation *validation, const char *path,
                                 B7Error *error) {
  if (!path) return B7_OK;
  B7References *references;
  B7_TRY(b7_references_load(path, NULL, &references, error));
  B7Arena arena = b7_arena_make(NULL);
  b7_json_open_array(json, "references");
  for (int32_t i = 0; i < validation->n_row; i++) {
    const char *key = validation->rows[i].source;
    bool seen = false;
    for (int32_t k = 0; k < i && !seen; k++) seen = strcmp(validation->rows[k].source, key) == 0;
    const char *line = seen ? NULL : b7_references_line(references, key, &arena);
    if (!line) continue;
    b7_json_open_object(json, NULL);
    b7_json_text(json, "key", key);
    b7_json_text(json, "text", line);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  B7Status status = b7_arena_check(&arena, error);
  b7_arena_free(&arena);
  b7_references_free(references);
  return status;
}

static void write_pair(B7Json *json, const char *name, const char *format, double value) {
  char text[64];
  snprintf(text, sizeof text, format, value);
  b7_json_open_object(json, NULL);
  b7_json_text(json, "name", name);
  b7_json_text(json, "value", text);
  b7_json_close_object(json);
}

B7Status b7_validation_page_json(const B7Validation *validation, const char *bibliography_path, char **text,
                                 B7Error *error) {
  *text = NULL;
  B7Json json = b7_json_make(NULL);
  b7_json_open_object(&json, NULL);
  write_meta(&json, validation);
  write_cards(&json, validation);
  write_forests(&json, validation);
  write_assumptions(&json, validation);
  B7Status status = write_references(&json, validation, bibliography_path, error);
  b7_json_open_array(&json, "provenance");
  write_pair(&json, "patients in each arm", "%.0f", (double)validation->patients);
  write_pair(&json, "seed", "%.0f", (double)validation->seed);
  b7_json_close_array(&json);
  b7_json_close_object(&json);
  if (status != B7_OK) {
    b7_text_release(&json.text);
    return status;
  }
  return b7_json_finish(&json, text, error);
}
