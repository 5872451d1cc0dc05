/* calibration_describe.c - a fit file in a table: what may move, between which limits, and what it answers to. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"
#include "fit/calibration.h"
#include "fit/target.h"

static void append_parameter(B7Text *text, const B7FitParameter *parameter, int width) {
  double half = parameter->prior_sd * b7_normal_quantile(0.975);
  char limits[48], prior[48];
  snprintf(limits, sizeof limits, "[%.4g, %.4g]", parameter->low, parameter->high);
  snprintf(prior, sizeof prior, "%.3g [%.3g, %.3g]", b7_scale_from(parameter->scale, parameter->prior_at),
           b7_scale_from(parameter->scale, parameter->prior_at - half),
           b7_scale_from(parameter->scale, parameter->prior_at + half));
  b7_text_append(text, "%-*s %10.4g  %-20s %-6s  %-28s %s\n", width, parameter->name, parameter->start,
                 limits, b7_scale_name(parameter->scale), prior, parameter->where);
}

static void append_row(B7Text *text, const B7FitRow *row) {
  char day[24] = "", value[64];
  if (!isnan(row->row->at_day)) snprintf(day, sizeof day, "%.0f", row->row->at_day);
  snprintf(value, sizeof value, "%.1f [%.1f, %.1f]", row->row->value, row->row->low, row->row->high);
  b7_text_append(text, "%-18s %-28s %-24.24s %6s  %-26s %6.2f  %s\n", row->study->id,
                 row->row->endpoint->name,
                 row->row->arm >= 0 ? row->study->arms[row->row->arm].name : "all arms", day, value,
                 row->weight, b7_study_family_words(b7_study_family_of(row->row->endpoint)));
}

B7Status b7_calibration_describe(const B7Calibration *calibration, char **out, B7Error *error) {
  B7Text text = b7_text_make(&calibration->arena.hooks);
  double weights = 0;
  *out = NULL;
  int width = 22;
  for (int32_t p = 0; p < calibration->n_parameter; p++)
    if ((int)strlen(calibration->parameters[p].name) > width)
      width = (int)strlen(calibration->parameters[p].name);
  b7_text_append(&text, "%-*s %10s  %-20s %-6s  %-28s %s\n", width, "value", "now", "limits", "scale",
                 "prior [95 %]", "where");
  for (int32_t p = 0; p < calibration->n_parameter; p++)
    append_parameter(&text, &calibration->parameters[p], width);
  b7_text_append(&text, "\n%-18s %-28s %-24s %6s  %-26s %6s  %s\n", "study", "endpoint", "arm", "day",
                 "published [95 %]", "weight", "group");
  for (int32_t r = 0; r < calibration->n_row; r++) {
    append_row(&text, &calibration->rows[r]);
    weights += calibration->rows[r].weight;
  }
  b7_text_append(
      &text,
      "\n%d values; %d rows of weight %.1f in all, %d left out; %d arms; %lld patients in each, seed %llu, "
      "%d starts\n",
      (int)calibration->n_parameter, (int)calibration->n_row, weights, (int)calibration->n_left_out,
      (int)calibration->n_arm, (long long)calibration->patients, (unsigned long long)calibration->seed,
      (int)calibration->restarts);
  // fit the allocation to the text: whoever frees it knows only its length
  char *fitted =
      text.failed ? NULL : b7_memory_resize(text.hooks, text.bytes, text.capacity, text.length + 1);
  if (!fitted) {
    b7_text_release(&text);
    return b7_fail_memory(error);
  }
  *out = fitted;
  return B7_OK;
}
