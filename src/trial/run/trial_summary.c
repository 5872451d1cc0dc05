/* trial_summary.c - curves, shares and estimands of a finished trial. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "base/status.h"
#include "trial/run/contrasts.h"

static int32_t endpoint_place(const B7TrialRun *run, B7Endpoint endpoint) {
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    if (run->trial->endpoints[e] == endpoint) return e;
  }
  return -1;
}

/* patients who were followed, without gaps between them */
static void gather_swimmers(B7TrialArmState *arm) {
  arm->n_swimmer = 0;
  for (int32_t id = 0; id < B7_TALLY_SWIMMERS; id++) {
    if (arm->swimmer_seen[id]) arm->swimmers[arm->n_swimmer++] = arm->swimmers[id];
  }
}

B7Status b7_trial_summarise(B7TrialRun *run, B7Error *error) {
  for (int32_t a = 0; a < run->n_arm; a++) gather_swimmers(&run->arms[a]);
  for (int32_t a = 0; a < run->n_arm; a++) {
    for (int k = 0; k < B7_DEATH_CAUSES; k++)
      b7_daily_curve_fill(&run->arms[a].deaths[k], run->horizon_day, B7_OUTCOME_EVENT, run->options.level,
                          &run->arms[a].death_curves[k]);
    for (int32_t e = 0; e < run->n_endpoint; e++) {
      const B7Tally *tally = &run->arms[a].tallies[e];
      for (int cause = 0; tally->timed && cause < 3; cause++) {
        b7_daily_curve_fill(tally, run->horizon_day, cause, run->options.level,
                            &run->arms[a].curves[3 * e + cause]);
      }
    }
  }
  return b7_contrasts_summarise(run, error);
}

int32_t b7_trial_arms(const B7TrialRun *run) {
  return run->n_arm;
}

const char *b7_trial_arm_name(const B7TrialRun *run, int32_t arm) {
  return run->arms[arm].flow.arm;
}

void b7_trial_flow(const B7TrialRun *run, int32_t arm, B7TrialFlow *flow) {
  *flow = run->arms[arm].flow;
}

int32_t b7_trial_endpoints(const B7TrialRun *run, const B7Endpoint **endpoints) {
  if (endpoints) *endpoints = run->trial->endpoints;
  return run->n_endpoint;
}

B7Estimate b7_trial_share(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t low, int32_t high,
                          int64_t *evaluable) {
  int32_t e = endpoint_place(run, endpoint);
  if (evaluable) *evaluable = e < 0 ? 0 : run->arms[arm].tallies[e].evaluable;
  if (e < 0) return (B7Estimate){NAN, NAN, NAN};
  return b7_tally_share(&run->arms[arm].tallies[e], low, high, run->options.level);
}

B7TrialCurve b7_trial_curve(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t cause,
                            int32_t *days) {
  int32_t e = endpoint_place(run, endpoint);
  if (days) *days = 0;
  if (e < 0 || cause < 0 || cause > 2 || !run->arms[arm].tallies[e].timed)
    return (B7TrialCurve){NULL, NULL, NULL, NULL};
  const B7DailyCurve *curve = &run->arms[arm].curves[3 * e + cause];
  if (days) *days = run->horizon_day + 1;
  return (B7TrialCurve){curve->estimate, curve->lower, curve->upper, curve->at_risk};
}

B7Estimate b7_trial_at_day(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t cause,
                           double t_day) {
  int32_t days;
  B7TrialCurve curve = b7_trial_curve(run, arm, endpoint, cause, &days);
  if (days == 0 || !(t_day >= 0)) return (B7Estimate){NAN, NAN, NAN};
  int32_t day = t_day >= days - 1 ? days - 1 : (int32_t)floor(t_day);
  return (B7Estimate){curve.estimate[day], curve.lower[day], curve.upper[day]};
}

int32_t b7_trial_notes(const B7TrialRun *run, const char *const **notes) {
  if (notes) *notes = run->notes;
  return run->n_note;
}

const char *b7_trial_endpoint_origin(const B7TrialRun *run, B7Endpoint endpoint) {
  static const char *const origins[] = {[B7_ORIGIN_ENROLMENT] = "enrolment",
                                        [B7_ORIGIN_INFUSION] = "infusion",
                                        [B7_ORIGIN_TRANSPLANT] = "transplant"};
  switch (endpoint) {
  case B7_ENDPOINT_RFS:
  case B7_ENDPOINT_DOR:
    return "remission";
  case B7_ENDPOINT_AGVHD_II_IV_INCIDENCE:
  case B7_ENDPOINT_AGVHD_III_IV_INCIDENCE:
  case B7_ENDPOINT_GRFS:
  case B7_ENDPOINT_GRFS_365:
    return origins[B7_ORIGIN_TRANSPLANT];
  case B7_ENDPOINT_EFS_2017:
  case B7_ENDPOINT_EFS_2022:
    // it begins with the treatment, not with the transplant
    return run->trial->origin == B7_ORIGIN_TRANSPLANT ? origins[B7_ORIGIN_INFUSION]
                                                      : origins[run->trial->origin];
  default:
    return origins[run->trial->origin];
  }
}

B7TrialCurve b7_trial_death_curve(const B7TrialRun *run, int32_t arm, B7DeathCause cause, int32_t *days) {
  if (days) *days = run->horizon_day + 1;
  const B7DailyCurve *curve = &run->arms[arm].death_curves[cause];
  return (B7TrialCurve){curve->estimate, curve->lower, curve->upper, curve->at_risk};
}

B7Estimate b7_trial_death_at_day(const B7TrialRun *run, int32_t arm, B7DeathCause cause, double t_day) {
  const B7DailyCurve *curve = &run->arms[arm].death_curves[cause];
  if (!(t_day >= 0)) return (B7Estimate){NAN, NAN, NAN};
  int32_t day = t_day >= run->horizon_day ? run->horizon_day : (int32_t)floor(t_day);
  return (B7Estimate){curve->estimate[day], curve->lower[day], curve->upper[day]};
}

double b7_trial_peak_quantile(const B7TrialRun *run, int32_t arm, const char *observable, B7TrialPeak peak,
                              double q) {
  int32_t wanted = b7_kernel_observable(run->kernel, observable);
  for (int32_t k = 0; k < run->n_peak; k++) {
    if (run->peak_observables[k] != wanted) continue;
    return b7_bins_quantile(peak == B7_PEAK_VALUE ? &run->arms[arm].peaks[k] : &run->arms[arm].peak_days[k],
                            q);
  }
  return NAN;
}

double b7_trial_day_quantile(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, double q) {
  int32_t e = endpoint_place(run, endpoint);
  if (e < 0) return NAN;
  const int64_t *by_day = run->arms[arm].by_day[e];
  int64_t all = 0, seen = 0;
  for (int32_t day = 0; day <= run->horizon_day; day++) all += by_day[day];
  if (all == 0) return NAN;
  double wanted = q * (double)(all - 1);
  for (int32_t day = 0; day <= run->horizon_day; day++) {
    seen += by_day[day];
    if ((double)seen > wanted) return day;
  }
  return run->horizon_day;
}

/* how far ranks of n patients can lie from the quantile by chance */
static double rank_half(const B7TrialRun *run, double q, double n) {
  return b7_normal_quantile(0.5 + 0.5 * run->options.level) * sqrt(q * (1 - q) / n);
}

B7Estimate b7_trial_peak(const B7TrialRun *run, int32_t arm, const char *observable, B7TrialPeak peak,
                         double q) {
  int32_t wanted = b7_kernel_observable(run->kernel, observable);
  for (int32_t k = 0; k < run->n_peak; k++) {
    const B7TrialArmState *state = &run->arms[arm];
    const B7LogBins *bins = peak == B7_PEAK_VALUE ? &state->peaks[k] : &state->peak_days[k];
    if (run->peak_observables[k] != wanted || bins->count == 0) continue;
    double half = rank_half(run, q, (double)bins->count);
    return (B7Estimate){b7_bins_quantile(bins, q), b7_bins_quantile(bins, fmax(0, q - half)),
                        b7_bins_quantile(bins, fmin(1, q + half))};
  }
  return (B7Estimate){NAN, NAN, NAN};
}

B7Estimate b7_trial_day(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, double q) {
  int32_t e = endpoint_place(run, endpoint);
  double n = 0;
  for (int32_t day = 0; e >= 0 && day <= run->horizon_day; day++) n += (double)run->arms[arm].by_day[e][day];
  if (!(n > 0)) return (B7Estimate){NAN, NAN, NAN};
  double half = rank_half(run, q, n);
  return (B7Estimate){b7_trial_day_quantile(run, arm, endpoint, q),
                      b7_trial_day_quantile(run, arm, endpoint, fmax(0, q - half)),
                      b7_trial_day_quantile(run, arm, endpoint, fmin(1, q + half))};
}

static const struct {
  const char *name, *label;
} facts[] = {
#define FACT_ROW(id, name, label) {name, label},
    B7_TRIAL_FACT_LIST(FACT_ROW)
#undef FACT_ROW
};

int32_t b7_trial_facts(void) {
  return B7_TRIAL_FACTS;
}

const char *b7_trial_fact_name(int32_t fact) {
  return fact >= 0 && fact < B7_TRIAL_FACTS ? facts[fact].name : "?";
}

const char *b7_trial_fact_label(int32_t fact) {
  return fact >= 0 && fact < B7_TRIAL_FACTS ? facts[fact].label : "?";
}

B7Estimate b7_trial_fact(const B7TrialRun *run, int32_t arm, const char *name, int64_t *evaluable) {
  if (evaluable) *evaluable = 0;
  for (int32_t f = 0; f < B7_TRIAL_FACTS; f++) {
    if (strcmp(facts[f].name, name) != 0) continue;
    const int64_t *counts = run->arms[arm].facts[f];
    B7Tally tally = {.evaluable = counts[0] + counts[1], .by_code = {counts[0], counts[1]}};
    if (evaluable) *evaluable = tally.evaluable;
    return b7_tally_share(&tally, 1, 1, run->options.level);
  }
  return (B7Estimate){NAN, NAN, NAN};
}

int32_t b7_trial_estimands(const B7TrialRun *run, const B7TrialEstimand **rows) {
  *rows = run->estimands;
  return run->n_estimand_row;
}

int32_t b7_trial_subgroup_rows(const B7TrialRun *run, const B7TrialSubgroupRow **rows) {
  *rows = run->subgroup_rows;
  return run->n_subgroup_row;
}

/* ---- fans ---- */

void b7_trial_fan(const B7TrialRun *run, int32_t arm, int32_t k, double q, double *out) {
  const B7LogBins *fan = run->arms[arm].fans + (size_t)k * (size_t)run->n_fan_time;
  for (int32_t i = 0; i < run->n_fan_time; i++)
    out[i] = fan[i].count >= B7_FAN_PATIENTS_LEAST ? b7_bins_quantile(&fan[i], q) : NAN;
}

void b7_trial_fan_patients(const B7TrialRun *run, int32_t arm, int32_t k, double *out) {
  const B7LogBins *fan = run->arms[arm].fans + (size_t)k * (size_t)run->n_fan_time;
  for (int32_t i = 0; i < run->n_fan_time; i++) out[i] = (double)fan[i].count;
}

/* ---- costs ---- */

B7Estimate b7_trial_cost(const B7TrialRun *run, int32_t arm, B7CostPer per, int64_t *patients) {
  if (patients) *patients = run->arms[arm].costs.counted[per].pairs;
  return b7_cost_per(&run->arms[arm].costs, per, run->options.level);
}

B7Estimate b7_trial_cost_item(const B7TrialRun *run, int32_t arm, int32_t item) {
  if (item < 0 || item >= B7_COST_ITEMS) return (B7Estimate){NAN, NAN, NAN};
  return b7_cost_item(&run->arms[arm].costs, (B7CostItem)item, run->options.level);
}

const char *b7_trial_cost_unit(const B7TrialRun *run) {
  return run->costs.unit;
}
