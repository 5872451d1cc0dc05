/* trial_page_charts.c - curves, estimands, fans and shares of a trial. */
#include <math.h>
#include <string.h>

#include "report/course_page.h"
#include "report/trial_page.h"

#define CURVE_POINTS_MOST 400
#define RISK_TIMES_MOST 7
/* with more arms than this their bands would hide each other */
#define BANDS_MOST 4
/* quantiles of fewer patients than this are not drawn */
#define FAN_PATIENTS_LEAST 10
#define FAN_LOW 0.1
#define FAN_HIGH 0.9

static const char *origin_words(const B7TrialRun *run) {
  switch (run->trial->origin) {
  case B7_ORIGIN_INFUSION:
    return "days from infusion";
  case B7_ORIGIN_TRANSPLANT:
    return "days from transplant";
  default:
    return "days from enrolment";
  }
}

static bool is_asked(const B7TrialRun *run, B7Endpoint endpoint) {
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    if (run->trial->endpoints[e] == endpoint) return true;
  }
  return false;
}

static bool arm_counts(const B7TrialRun *run, int32_t arm, int32_t e) {
  return run->arms[arm].tallies[e].evaluable > 0;
}

/* ---- curves ---- */

static void write_days(const B7TrialPage *page, const char *key, const double *by_day, int32_t days) {
  int32_t stride = (days + CURVE_POINTS_MOST - 1) / CURVE_POINTS_MOST, count = 0;
  double *thin = B7_ARENA_ARRAY(page->arena, double, days / stride + 2);
  if (!thin) {
    page->json->text.failed = true;
    return;
  }
  for (int32_t day = 0; day < days; day += stride) thin[count++] = by_day ? by_day[day] : day;
  if ((days - 1) % stride != 0) thin[count++] = by_day ? by_day[days - 1] : days - 1;
  b7_json_numbers(page->json, key, thin, count, B7_PAGE_DIGITS);
}

static void write_curve(const B7TrialPage *page, int32_t arm, B7Endpoint endpoint, int32_t cause,
                        const char *cause_words) {
  int32_t days;
  B7TrialCurve curve = b7_trial_curve(page->run, arm, endpoint, cause, &days);
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "arm", page->run->trial->arms[arm].name);
  if (cause_words) b7_json_text(page->json, "cause", cause_words);
  if (!cause_words) b7_json_number(page->json, "place", arm);
  write_days(page, "t", NULL, days);
  write_days(page, "value", curve.estimate, days);
  if (page->run->n_arm <= BANDS_MOST) {
    write_days(page, "low", curve.lower, days);
    write_days(page, "high", curve.upper, days);
  }
  b7_json_close_object(page->json);
}

/* the horizon in at most RISK_TIMES_MOST steps of whole months, quarters or years */
static int32_t risk_step_day(int32_t horizon_day) {
  static const int32_t steps[] = {7, 14, 30, 60, 90, 180, 365, 730};
  for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
    if (horizon_day / steps[i] < RISK_TIMES_MOST) return steps[i];
  }
  return horizon_day;
}

static void write_risk(const B7TrialPage *page, int32_t e) {
  const B7TrialRun *run = page->run;
  int32_t step = risk_step_day(run->horizon_day), count = 0;
  double values[RISK_TIMES_MOST + 1];
  b7_json_open_object(page->json, "risk");
  for (int32_t day = 0; day <= run->horizon_day && count <= RISK_TIMES_MOST; day += step)
    values[count++] = day;
  b7_json_numbers(page->json, "times", values, count, 6);
  b7_json_open_array(page->json, "rows");
  for (int32_t a = 0; a < run->n_arm; a++) {
    if (!arm_counts(run, a, e)) continue;
    int32_t days;
    B7TrialCurve curve = b7_trial_curve(run, a, run->trial->endpoints[e], 0, &days);
    for (int32_t i = 0; i < count; i++) values[i] = curve.at_risk[i * step];
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "arm", run->trial->arms[a].name);
    b7_json_numbers(page->json, "at_risk", values, count, 10);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
}

/* an incidence also shows what competes, unless the other one is asked for as well */
static void write_timed(const B7TrialPage *page, int32_t e) {
  const B7TrialRun *run = page->run;
  B7Endpoint endpoint = run->trial->endpoints[e];
  bool incidence = b7_endpoint_competes(endpoint);
  bool both = incidence && !(is_asked(run, B7_ENDPOINT_CIR) && is_asked(run, B7_ENDPOINT_NRM));
  const B7EndpointRow *row = b7_endpoint_row(endpoint);
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", b7_endpoint_name(endpoint));
  b7_json_text(page->json, "title", b7_endpoint_label(endpoint));
  b7_json_text(page->json, "x_label", origin_words(run));
  b7_json_text(page->json, "note",
               run->n_arm <= BANDS_MOST
                   ? b7_arena_format(page->arena,
                                     "Bands: %g %% intervals for the chance between virtual patients.",
                                     100 * run->options.level)
                   : "Without bands, which would hide each other; intervals of differences stand below.");
  b7_json_open_array(page->json, "arms");
  for (int32_t a = 0; a < run->n_arm; a++) {
    if (!arm_counts(run, a, e)) continue;
    write_curve(page, a, endpoint, incidence, both ? row->event : NULL);
    if (both) write_curve(page, a, endpoint, B7_OUTCOME_COMPETING, row->competes);
  }
  b7_json_close_array(page->json);
  write_risk(page, e);
  b7_json_close_object(page->json);
}

static void write_curves(const B7TrialPage *page, const char *key, bool incidence) {
  const B7TrialRun *run = page->run;
  b7_json_open_array(page->json, key);
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    bool wanted = b7_endpoint_timed(run->trial->endpoints[e]) &&
                  b7_endpoint_competes(run->trial->endpoints[e]) == incidence,
         any = false;
    for (int32_t a = 0; a < run->n_arm; a++) any = any || arm_counts(run, a, e);
    if (wanted && any) write_timed(page, e);
  }
  b7_json_close_array(page->json);
}

/* ---- estimands ---- */

static const struct {
  const char *id, *title, *unit;
  double scale;
} forests[] = {
    [B7_ESTIMAND_DIFFERENCE] = {"difference", "Differences of shares", "percentage points", 100},
    [B7_ESTIMAND_RESTRICTED_MEAN] = {"restricted_mean", "Differences of mean event-free time", "days", 1},
    [B7_ESTIMAND_HAZARD_RATIO] = {"hazard_ratio", "Hazard ratios", "hazard ratio", 1},
    [B7_ESTIMAND_CAUSE_SPECIFIC] = {"cause_specific", "Cause-specific hazard ratios",
                                    "cause-specific hazard ratio", 1},
    [B7_ESTIMAND_SUBDISTRIBUTION] = {"subdistribution", "Subdistribution hazard ratios (Fine and Gray)",
                                     "subdistribution hazard ratio", 1},
};

double b7_trial_estimand_scale(B7EstimandKind kind) {
  return forests[kind].scale;
}

const char *b7_trial_estimand_unit(B7EstimandKind kind) {
  return forests[kind].unit;
}

bool b7_trial_is_harm(B7Endpoint endpoint) {
  return b7_endpoint_row(endpoint)->better == B7_BETTER_LOWER;
}

const char *b7_trial_yes_words(const B7TrialPage *page, B7Endpoint endpoint) {
  int32_t yes = b7_endpoint_yes(endpoint);
  const char *words = b7_endpoint_words(endpoint, yes);
  switch (endpoint) {
  case B7_ENDPOINT_MRD:
  case B7_ENDPOINT_MRD_DAY28:
    return "negative";
  case B7_ENDPOINT_NEUTROPHILS:
  case B7_ENDPOINT_PLATELETS_20:
  case B7_ENDPOINT_PLATELETS_50:
    return "reached, or never below";
  case B7_ENDPOINT_GRAFT_FAILURE:
    return "any";
  default:
    if (b7_endpoint_words(endpoint, yes + 1)[0] == '?') return words;
    return b7_arena_format(page->arena, "%s or %s", words, b7_trial_is_harm(endpoint) ? "more" : "better");
  }
}

const char *b7_trial_estimand_about(const B7TrialPage *page, const B7Estimand *estimand) {
  const char *label = b7_endpoint_label(estimand->endpoint);
  if (!b7_endpoint_timed(estimand->endpoint))
    return b7_arena_format(page->arena, "%s: %s", label, b7_trial_yes_words(page, estimand->endpoint));
  if (b7_estimand_is_ratio(estimand->kind)) return label;
  return b7_arena_format(page->arena, "%s, %s %g", label,
                         estimand->kind == B7_ESTIMAND_RESTRICTED_MEAN ? "to day" : "day", estimand->at_day);
}

static void write_forest_rows(const B7TrialPage *page, B7EstimandKind kind) {
  const B7TrialRun *run = page->run;
  int32_t row = 0;
  for (int32_t s = 0; s < run->trial->n_estimand; s++) {
    const B7Estimand *estimand = &run->trial->estimands[s];
    // rows stand as b7_trial_summarise wrote them: by estimand, every arm but the reference
    for (int32_t a = 0; a < run->n_arm; a++) {
      if (a == estimand->against) continue;
      const B7TrialEstimand *done = &run->estimands[row++];
      if (estimand->kind != kind || isnan(done->estimate.value)) continue;
      double scale = forests[kind].scale;
      b7_json_open_object(page->json, NULL);
      b7_json_text(page->json, "group",
                   b7_arena_format(page->arena, "%s, against %s", b7_trial_estimand_about(page, estimand),
                                   done->against));
      b7_json_text(page->json, "label", done->arm);
      b7_json_number(page->json, "value", scale * done->estimate.value);
      b7_json_number(page->json, "low", scale * done->estimate.lower);
      b7_json_number(page->json, "high", scale * done->estimate.upper);
      if (!isnan(done->widened.lower)) {
        b7_json_number(page->json, "wide_low", scale * done->widened.lower);
        b7_json_number(page->json, "wide_high", scale * done->widened.upper);
      }
      b7_json_close_object(page->json);
    }
  }
}

static void write_forests(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  b7_json_open_array(page->json, "forest");
  for (int kind = 0; kind < (int)(sizeof forests / sizeof forests[0]); kind++) {
    bool any = false;
    for (int32_t s = 0; s < run->trial->n_estimand; s++)
      any = any || (int)run->trial->estimands[s].kind == kind;
    if (!any || run->n_arm < 2) continue;
    bool ratio = b7_estimand_is_ratio((B7EstimandKind)kind);
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "id", forests[kind].id);
    b7_json_text(page->json, "title", forests[kind].title);
    b7_json_text(page->json, "unit", forests[kind].unit);
    b7_json_text(page->json, "axis", ratio ? "log" : "linear");
    b7_json_number(page->json, "null_value", ratio ? 1 : 0);
    b7_json_text(
        page->json, "note",
        ratio
            ? "Cox regression, or Fine and Gray's, on whole days; below 1 the arm has fewer events than its "
              "reference."
            : "Arm minus reference, the same virtual patients in both.");
    b7_json_open_array(page->json, "rows");
    write_forest_rows(page, (B7EstimandKind)kind);
    b7_json_close_array(page->json);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
}

/* ---- fans ---- */

static void write_quantile(const B7TrialPage *page, const char *key, const B7LogBins *fan, double q) {
  const B7TrialRun *run = page->run;
  double *values = B7_ARENA_ARRAY(page->arena, double, run->n_fan_time);
  if (!values) {
    page->json->text.failed = true;
    return;
  }
  for (int32_t i = 0; i < run->n_fan_time; i++)
    values[i] = fan[i].count >= FAN_PATIENTS_LEAST ? b7_bins_quantile(&fan[i], q) : NAN;
  b7_json_numbers(page->json, key, values, run->n_fan_time, B7_PAGE_DIGITS);
}

static void write_fan(const B7TrialPage *page, int32_t k) {
  const B7TrialRun *run = page->run;
  const B7KernelObservable *facts = &b7_kernel_tables(run->kernel)->observables[run->fan_observables[k]];
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", b7_arena_format(page->arena, "fan_%s", facts->name));
  b7_json_text(page->json, "title", facts->label);
  b7_json_text(page->json, "unit", b7_page_unit(facts->unit));
  b7_json_text(page->json, "axis", facts->log_axis ? "log" : "linear");
  if (!isnan(facts->detection_low)) b7_json_number(page->json, "detection_limit", facts->detection_low);
  b7_json_open_array(page->json, "series");
  for (int32_t a = 0; a < run->n_arm; a++) {
    const B7LogBins *fan = run->arms[a].fans + (size_t)k * (size_t)run->n_fan_time;
    b7_json_open_object(page->json, NULL);
    b7_json_text(page->json, "name", b7_arena_format(page->arena, "arm%d", (int)a + 1));
    b7_json_text(page->json, "label", run->trial->arms[a].name);
    write_quantile(page, "median", fan, 0.5);
    if (run->n_arm <= BANDS_MOST) {
      write_quantile(page, "low", fan, FAN_LOW);
      write_quantile(page, "high", fan, FAN_HIGH);
    }
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
}

static void write_fans(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  double *t_day = B7_ARENA_ARRAY(page->arena, double, run->n_fan_time);
  if (!t_day) {
    page->json->text.failed = true;
    return;
  }
  for (int32_t i = 0; i < run->n_fan_time; i++) t_day[i] = i * B7_FAN_EVERY_DAY;
  b7_json_numbers(page->json, "t", t_day, run->n_fan_time, 6);
  b7_json_number(page->json, "interval_percent", 100 * (FAN_HIGH - FAN_LOW));
  b7_json_open_array(page->json, "panels");
  for (int32_t k = 0; k < run->n_fan; k++) write_fan(page, k);
  b7_json_close_array(page->json);
}

/* ---- shares ---- */

/* codes that some patient of some arm has */
static int32_t used_codes(const B7TrialRun *run, int32_t e, int32_t codes[B7_TALLY_CODES]) {
  int32_t count = 0;
  for (int32_t code = 0; code < B7_TALLY_CODES; code++) {
    int64_t patients = 0;
    for (int32_t a = 0; a < run->n_arm; a++) patients += run->arms[a].tallies[e].by_code[code];
    if (patients > 0 && b7_endpoint_words(run->trial->endpoints[e], code)[0] != '?') codes[count++] = code;
  }
  return count;
}

static void write_bars(const B7TrialPage *page, int32_t e) {
  const B7TrialRun *run = page->run;
  B7Endpoint endpoint = run->trial->endpoints[e];
  int32_t codes[B7_TALLY_CODES], count = used_codes(run, e, codes);
  if (count == 0) return;
  b7_json_open_object(page->json, NULL);
  b7_json_text(page->json, "id", b7_endpoint_name(endpoint));
  b7_json_text(page->json, "title", b7_endpoint_label(endpoint));
  b7_json_text(page->json, "unit", "% of patients");
  b7_json_text(page->json, "tone", b7_trial_is_harm(endpoint) ? "bad" : "good");
  b7_json_open_array(page->json, "levels");
  for (int32_t i = 0; i < count; i++) b7_json_text(page->json, NULL, b7_endpoint_words(endpoint, codes[i]));
  b7_json_close_array(page->json);
  b7_json_open_array(page->json, "rows");
  for (int32_t a = 0; a < run->n_arm; a++) {
    const B7Tally *tally = &run->arms[a].tallies[e];
    if (tally->evaluable == 0) continue;
    double shares[B7_TALLY_CODES];
    for (int32_t i = 0; i < count; i++)
      shares[i] = 100.0 * (double)tally->by_code[codes[i]] / (double)tally->evaluable;
    b7_json_open_object(page->json, NULL);
    b7_json_text(
        page->json, "label",
        b7_arena_format(page->arena, "%s (n = %lld)", run->trial->arms[a].name, (long long)tally->evaluable));
    b7_json_numbers(page->json, "values", shares, count, B7_PAGE_DIGITS);
    b7_json_close_object(page->json);
  }
  b7_json_close_array(page->json);
  b7_json_close_object(page->json);
}

void b7_trial_write_charts(const B7TrialPage *page) {
  const B7TrialRun *run = page->run;
  write_curves(page, "km", false);
  write_curves(page, "cif", true);
  write_forests(page);
  b7_json_open_array(page->json, "bars");
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    if (!b7_endpoint_timed(run->trial->endpoints[e])) write_bars(page, e);
  }
  b7_json_close_array(page->json);
  write_fans(page);
}
