/* calibration_json.c - a calibration as JSON: parameters, rows, starts, identifiability. */
#include <math.h>

#include "base/json.h"
#include "fit/calibration_run.h"

static void write_parameters(B7Json *json, const B7CalibrationRun *run) {
  const B7CalibrationParameter *rows;
  int32_t n = b7_calibration_parameters(run, &rows);
  b7_json_open_array(json, "parameters");
  for (int32_t p = 0; p < n; p++) {
    const B7CalibrationParameter *row = &rows[p];
    b7_json_open_object(json, NULL);
    b7_json_text(json, "name", row->name);
    b7_json_text(json, "where", row->where);
    b7_json_text(json, "scale", row->scale);
    b7_json_number(json, "from", row->from);
    b7_json_number(json, "to", row->to);
    b7_json_number(json, "limit_low", row->low);
    b7_json_number(json, "limit_high", row->high);
    b7_json_number(json, "prior", row->prior.value);
    b7_json_number(json, "prior_low", row->prior.lower);
    b7_json_number(json, "prior_high", row->prior.upper);
    b7_json_number(json, "prior_sd", row->prior_sd);
    b7_json_number(json, "low", row->posterior.lower);
    b7_json_number(json, "high", row->posterior.upper);
    b7_json_number(json, "sd", row->sd);
    b7_json_number(json, "information", row->information);
    b7_json_text(json, "verdict", b7_calibration_verdict_words(row->verdict));
    b7_json_text(json, "basis", row->basis);
    b7_json_text(json, "why", row->why);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_rows(B7Json *json, const B7CalibrationRun *run) {
  const B7CalibrationRow *rows;
  int32_t n = b7_calibration_rows(run, &rows);
  b7_json_open_array(json, "rows");
  for (int32_t r = 0; r < n; r++) {
    const B7CalibrationRow *row = &rows[r];
    b7_json_open_object(json, NULL);
    b7_json_text(json, "study", row->study);
    b7_json_text(json, "arm", row->arm);
    b7_json_text(json, "endpoint", row->endpoint);
    b7_json_text(json, "group", row->group);
    b7_json_number(json, "time_days", row->at_day);
    b7_json_text(json, "unit", row->unit);
    b7_json_number(json, "weight", row->weight);
    b7_json_number(json, "published", row->published.value);
    b7_json_number(json, "published_low", row->published.lower);
    b7_json_number(json, "published_high", row->published.upper);
    b7_json_number(json, "before", row->before);
    b7_json_number(json, "after", row->after);
    b7_json_number(json, "residual_before", row->residual_before);
    b7_json_number(json, "residual_after", row->residual_after);
    b7_json_bool(json, "inside_before", row->inside_before);
    b7_json_bool(json, "inside_after", row->inside_after);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_starts(B7Json *json, const B7CalibrationRun *run) {
  const B7CalibrationStart *rows;
  int32_t n = b7_calibration_starts(run, &rows);
  b7_json_open_array(json, "starts");
  for (int32_t s = 0; s < n; s++) {
    b7_json_open_object(json, NULL);
    b7_json_text(json, "end", rows[s].end);
    b7_json_number(json, "rounds", rows[s].rounds);
    b7_json_number(json, "steps", rows[s].steps);
    b7_json_number(json, "misfit", rows[s].misfit);
    b7_json_number(json, "prior", rows[s].prior);
    b7_json_bool(json, "best", rows[s].best);
    b7_json_bool(json, "same_optimum", rows[s].same_optimum);
    b7_json_numbers(json, "at", rows[s].at, run->calibration->n_parameter, 6);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_identification(B7Json *json, const B7CalibrationRun *run) {
  const B7CalibrationCorrelation *correlations;
  const B7CalibrationDirection *directions;
  int32_t n_correlation = b7_calibration_correlations(run, &correlations),
          n_direction = b7_calibration_directions(run, &directions);
  b7_json_open_array(json, "correlations");
  for (int32_t c = 0; c < n_correlation; c++) {
    b7_json_open_object(json, NULL);
    b7_json_text(json, "first", run->parameters[correlations[c].first].name);
    b7_json_text(json, "second", run->parameters[correlations[c].second].name);
    b7_json_number(json, "correlation", correlations[c].correlation);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  b7_json_open_array(json, "undetermined");
  for (int32_t d = 0; d < n_direction; d++) {
    b7_json_open_object(json, NULL);
    b7_json_number(json, "information", directions[d].information);
    b7_json_numbers(json, "loading", directions[d].loading, run->calibration->n_parameter, 4);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_summary(B7Json *json, const B7CalibrationRun *run) {
  B7CalibrationSummary summary;
  b7_calibration_summary(run, &summary);
  b7_json_text(json, "fit", run->calibration->name);
  b7_json_text(json, "fingerprint", run->calibration->fingerprint);
  b7_json_bool(json, "finished", summary.finished);
  b7_json_number(json, "patients", (double)summary.patients);
  b7_json_number(json, "seed", (double)summary.seed);
  b7_json_number(json, "judging_seed", (double)summary.judging_seed);
  b7_json_number(json, "rows_fitted", summary.rows);
  b7_json_number(json, "rows_left_out", summary.left_out);
  b7_json_number(json, "misfit_before", summary.misfit_before);
  b7_json_number(json, "misfit_after", summary.misfit_after);
  b7_json_number(json, "prior_before", summary.prior_before);
  b7_json_number(json, "prior_after", summary.prior_after);
  b7_json_number(json, "inside_before", summary.inside_before);
  b7_json_number(json, "inside_after", summary.inside_after);
  b7_json_number(json, "evaluations", (double)summary.evaluations);
  b7_json_number(json, "arms_simulated", (double)summary.arms_simulated);
  b7_json_number(json, "seconds", summary.seconds);
}

B7Status b7_calibration_json(const B7CalibrationRun *run, char **text, B7Error *error) {
  B7Json json = b7_json_make(&run->hooks);
  b7_json_open_object(&json, NULL);
  write_summary(&json, run);
  write_parameters(&json, run);
  write_rows(&json, run);
  write_starts(&json, run);
  write_identification(&json, run);
  b7_json_close_object(&json);
  return b7_json_finish(&json, text, error);
}
