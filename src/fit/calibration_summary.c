/* calibration_summary.c - what moved, what the rows tell, and how they are met before and after. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"
#include "fit/calibration_run.h"

#define LEVEL 0.95
#define CORRELATION_TOLD 0.8
/* the rows must take this share of the prior's variance away to be said to know a parameter */
#define INFORMATION_LEAST 0.3
#define SAME_SUM 2.0
#define SAME_SD 2.0
#define DIGITS_LEAST 2
#define DIGITS_MOST 6
/* limits are printed with one decimal */
#define PERCENT_SLACK 0.05

double b7_calibration_round(double value, double sd, int *digits) {
  char text[48];
  *digits = DIGITS_MOST;
  if (value != 0 && sd > 0) *digits = (int)(floor(log10(fabs(value))) - floor(log10(sd / 10))) + 1;
  *digits = *digits < DIGITS_LEAST ? DIGITS_LEAST : *digits > DIGITS_MOST ? DIGITS_MOST : *digits;
  snprintf(text, sizeof text, "%.*g", *digits, value);
  return strtod(text, NULL);
}

/* ---- parameters ---- */

static B7Estimate interval_of(const B7FitParameter *parameter, double centre, double sd) {
  double half = sd * b7_normal_quantile(0.5 + 0.5 * LEVEL);
  return (B7Estimate){b7_scale_from(parameter->scale, centre), b7_scale_from(parameter->scale, centre - half),
                      b7_scale_from(parameter->scale, centre + half)};
}

static B7CalibrationVerdict verdict_of(const B7FitParameter *parameter, double u,
                                       const B7CalibrationParameter *row) {
  double low, high, from = b7_scale_to(parameter->scale, row->from),
                    to = b7_scale_to(parameter->scale, row->to);
  b7_descent_limits(parameter, &low, &high);
  if (row->information < INFORMATION_LEAST) return B7_CALIBRATION_NOT_IDENTIFIABLE;
  if (u <= low + 1e-9 || u >= high - 1e-9) return B7_CALIBRATION_AT_LIMIT;
  return fabs(to - from) > row->sd ? B7_CALIBRATION_MOVED : B7_CALIBRATION_STAYED;
}

static B7Status fill_parameters(B7CalibrationRun *run, B7Error *error) {
  const B7Calibration *calibration = run->calibration;
  int32_t n = calibration->n_parameter;
  const double *u = run->starts[run->best].u;
  run->parameters = B7_ARENA_ARRAY(&run->arena, B7CalibrationParameter, n);
  double *values = B7_ARENA_ARRAY(&run->arena, double, n);
  if (!run->parameters || !values) return b7_fail_memory(error);
  b7_descent_values(calibration, u, values);
  for (int32_t p = 0; p < n; p++) {
    const B7FitParameter *parameter = &calibration->parameters[p];
    double left = run->identification.covariance[(size_t)p * (size_t)n + (size_t)p];
    B7CalibrationParameter *row = &run->parameters[p];
    *row = (B7CalibrationParameter){.name = parameter->name,
                                    .where = parameter->where,
                                    .scale = b7_scale_name(parameter->scale),
                                    .basis = parameter->basis,
                                    .why = parameter->why,
                                    .from = parameter->start,
                                    .low = parameter->low,
                                    .high = parameter->high,
                                    .prior_sd = parameter->prior_sd,
                                    .sd = parameter->prior_sd * sqrt(left),
                                    .information = 1 - left};
    int digits;
    row->to =
        b7_calibration_round(values[p], row->sd / fabs(b7_scale_slope(parameter->scale, values[p])), &digits);
    row->to = fmin(parameter->high, fmax(parameter->low, row->to));
    row->prior = interval_of(parameter, parameter->prior_at, parameter->prior_sd);
    row->posterior = interval_of(parameter, b7_scale_to(parameter->scale, values[p]), row->sd);
    row->verdict = verdict_of(parameter, u[p], row);
  }
  return B7_OK;
}

/* ---- rows ---- */

static bool inside(const B7CalibrationRow *row, double value) {
  double slack = strcmp(row->unit, "percent") == 0 ? PERCENT_SLACK : 0;
  return value >= row->published.lower - slack && value <= row->published.upper + slack;
}

static double prior_of(const B7Calibration *calibration, const double *values) {
  double sum = 0;
  for (int32_t p = 0; p < calibration->n_parameter; p++) {
    const B7FitParameter *parameter = &calibration->parameters[p];
    double off = (b7_scale_to(parameter->scale, values[p]) - parameter->prior_at) / parameter->prior_sd;
    sum += off * off;
  }
  return sum;
}

static B7Status fill_rows(B7CalibrationRun *run, const B7FitPoint *before, const B7FitPoint *after,
                          B7Error *error) {
  const B7Calibration *calibration = run->calibration;
  B7CalibrationSummary *summary = &run->summary;
  run->rows = B7_ARENA_ARRAY(&run->arena, B7CalibrationRow, calibration->n_row);
  if (!run->rows) return b7_fail_memory(error);
  for (int32_t r = 0; r < calibration->n_row; r++) {
    const B7FitRow *from = &calibration->rows[r];
    B7CalibrationRow *row = &run->rows[r];
    *row =
        (B7CalibrationRow){.study = from->study->id,
                           .arm = from->row->arm >= 0 ? from->study->arms[from->row->arm].name : "all arms",
                           .endpoint = from->row->endpoint->name,
                           .unit = from->row->endpoint->unit,
                           .group = b7_study_family_words(b7_study_family_of(from->row->endpoint)),
                           .at_day = from->row->at_day,
                           .weight = from->weight,
                           .published = {from->row->value, from->row->low, from->row->high},
                           .before = before->rows[r].value,
                           .after = after->rows[r].value,
                           .residual_before = b7_target_residual(&run->targets[r], before->rows[r]),
                           .residual_after = b7_target_residual(&run->targets[r], after->rows[r])};
    row->inside_before = inside(row, row->before);
    row->inside_after = inside(row, row->after);
    summary->inside_before += row->inside_before;
    summary->inside_after += row->inside_after;
    summary->misfit_before += row->weight * row->residual_before * row->residual_before;
    summary->misfit_after += row->weight * row->residual_after * row->residual_after;
  }
  summary->prior_before = prior_of(calibration, before->values);
  summary->prior_after = prior_of(calibration, after->values);
  return B7_OK;
}

/* ---- the rest ---- */

static B7Status fill_starts(B7CalibrationRun *run, B7Error *error) {
  int32_t n = run->calibration->n_parameter;
  const B7FitStart *best = &run->starts[run->best];
  run->start_rows = B7_ARENA_ARRAY(&run->arena, B7CalibrationStart, run->n_start);
  if (!run->start_rows) return b7_fail_memory(error);
  for (int32_t s = 0; s < run->n_start; s++) {
    const B7FitStart *start = &run->starts[s];
    double *at = B7_ARENA_ARRAY(&run->arena, double, n);
    if (!at) return b7_fail_memory(error);
    b7_descent_values(run->calibration, start->u, at);
    bool same = start->misfit + start->prior <= best->misfit + best->prior + SAME_SUM;
    for (int32_t p = 0; p < n; p++) {
      double sd = sqrt(run->identification.covariance[(size_t)p * (size_t)n + (size_t)p]);
      same = same && fabs(start->u[p] - best->u[p]) <= SAME_SD * sd;
    }
    run->start_rows[s] = (B7CalibrationStart){.end = b7_fit_end_words(start->end),
                                              .rounds = start->rounds,
                                              .steps = start->steps,
                                              .misfit = start->misfit,
                                              .prior = start->prior,
                                              .best = s == run->best,
                                              .same_optimum = same,
                                              .at = at};
  }
  return B7_OK;
}

static B7Status fill_correlations(B7CalibrationRun *run, B7Error *error) {
  int32_t n = run->calibration->n_parameter;
  run->correlations = B7_ARENA_ARRAY(&run->arena, B7CalibrationCorrelation, (size_t)n * (size_t)n / 2 + 1);
  if (!run->correlations) return b7_fail_memory(error);
  for (int32_t i = 0; i < n; i++) {
    for (int32_t j = i + 1; j < n; j++) {
      double correlation = b7_identification_correlation(&run->identification, i, j);
      if (fabs(correlation) < CORRELATION_TOLD) continue;
      run->correlations[run->n_correlation++] =
          (B7CalibrationCorrelation){.first = i, .second = j, .correlation = correlation};
    }
  }
  return B7_OK;
}

static B7Status fill_directions(B7CalibrationRun *run, B7Error *error) {
  int32_t n = run->calibration->n_parameter;
  run->directions = B7_ARENA_ARRAY(&run->arena, B7CalibrationDirection, n);
  if (!run->directions) return b7_fail_memory(error);
  for (int32_t k = 0; k < n && run->identification.information[k] < 1; k++)
    run->directions[run->n_direction++] =
        (B7CalibrationDirection){.information = run->identification.information[k],
                                 .loading = run->identification.directions + (size_t)k * (size_t)n};
  return B7_OK;
}

static B7Status find_identification(B7CalibrationRun *run, B7Descent *descent, B7Error *error) {
  const B7Calibration *calibration = run->calibration;
  size_t size = (size_t)calibration->n_row * (size_t)calibration->n_parameter;
  const double *u = run->starts[run->best].u;
  double *first = B7_ARENA_ARRAY(&run->arena, double, size),
         *second = B7_ARENA_ARRAY(&run->arena, double, size);
  if (!first || !second) return b7_fail_memory(error);
  B7_TRY(b7_descent_jacobian(descent, u, first, error));
  descent->seed = run->summary.judging_seed;
  B7_TRY(b7_descent_jacobian(descent, u, second, error));
  return b7_identify(first, second, calibration->n_row, calibration->n_parameter, &run->arena,
                     &run->identification, error);
}

/* before and after, on patients that the fit did not see */
static B7Status judge(B7CalibrationRun *run, B7Evaluator *evaluator, B7Error *error) {
  const B7Calibration *calibration = run->calibration;
  B7FitPoint before, after, *points[] = {&before, &after};
  B7_TRY(b7_fit_point_make(evaluator, &run->arena, &before, error));
  B7_TRY(b7_fit_point_make(evaluator, &run->arena, &after, error));
  for (int32_t p = 0; p < calibration->n_parameter; p++) {
    before.values[p] = run->parameters[p].from;
    after.values[p] = run->parameters[p].to;
  }
  before.seed = after.seed = run->summary.judging_seed;
  B7_TRY(b7_evaluate(evaluator, NULL, points, 2, error));
  if (before.failed || after.failed)
    return b7_fail(error, B7_ERROR_NUMERICAL, "too many patients fail numerically at the values %s the fit",
                   before.failed ? "before" : "after");
  return fill_rows(run, &before, &after, error);
}

B7Status b7_calibration_summarise(B7CalibrationRun *run, B7Evaluator *evaluator, B7Descent *descent,
                                  B7Error *error) {
  const B7Calibration *calibration = run->calibration;
  run->summary = (B7CalibrationSummary){.parameters = calibration->n_parameter,
                                        .rows = calibration->n_row,
                                        .left_out = calibration->n_left_out,
                                        .patients = run->options.patients,
                                        .seed = run->options.seed,
                                        .judging_seed = run->options.seed + 1,
                                        .finished = true};
  for (int32_t s = 0; s < run->n_start; s++)
    run->summary.finished = run->summary.finished && run->starts[s].end != B7_END_EVALUATIONS;
  B7_TRY(find_identification(run, descent, error));
  B7_TRY(fill_parameters(run, error));
  B7_TRY(judge(run, evaluator, error));
  B7_TRY(fill_starts(run, error));
  B7_TRY(fill_correlations(run, error));
  return fill_directions(run, error);
}

int32_t b7_calibration_parameters(const B7CalibrationRun *run, const B7CalibrationParameter **rows) {
  *rows = run->parameters;
  return run->calibration->n_parameter;
}

int32_t b7_calibration_rows(const B7CalibrationRun *run, const B7CalibrationRow **rows) {
  *rows = run->rows;
  return run->calibration->n_row;
}

int32_t b7_calibration_starts(const B7CalibrationRun *run, const B7CalibrationStart **rows) {
  *rows = run->start_rows;
  return run->n_start;
}

int32_t b7_calibration_correlations(const B7CalibrationRun *run, const B7CalibrationCorrelation **rows) {
  *rows = run->correlations;
  return run->n_correlation;
}

int32_t b7_calibration_directions(const B7CalibrationRun *run, const B7CalibrationDirection **rows) {
  *rows = run->directions;
  return run->n_direction;
}

void b7_calibration_summary(const B7CalibrationRun *run, B7CalibrationSummary *summary) {
  *summary = run->summary;
}

const char *b7_calibration_verdict_words(B7CalibrationVerdict verdict) {
  static const char *const words[] = {
#define VERDICT_WORDS(id, words) words,
      B7_CALIBRATION_VERDICT_LIST(VERDICT_WORDS)
#undef VERDICT_WORDS
  };
  return words[verdict];
}
