/* trial_json_arm.c - one arm of a trial as JSON: how its patients went, endpoints, curves, fans, costs, sampled
 * patients. */
#include <math.h>

#include "report/trial_json_parts.h"

/* a curve is thinned to so many points; charts need no more, and the table of days stays exact */
#define CURVE_POINTS_MOST 400
#define CURVE_DIGITS 4

static void write_flow(B7Json *json, const B7TrialFlow *flow) {
  b7_json_open_object(json, "flow");
  b7_json_number(json, "enrolled", (double)flow->enrolled);
  for (int p = 1; p < B7_FLOW_PRODUCTS; p++)
    b7_json_number(json, b7_flow_product_name((B7FlowProduct)p),
                   (double)b7_flow_product_patients(flow, (B7FlowProduct)p));
  for (int t = 1; t < B7_FLOW_TRANSPLANTS; t++)
    b7_json_number(json, b7_flow_transplant_name((B7FlowTransplant)t),
                   (double)b7_flow_transplant_patients(flow, (B7FlowTransplant)t));
  b7_json_number(json, "dead", (double)flow->dead);
  // each patient is in one of these
  b7_json_open_array(json, "leaves");
  for (int p = 0; p < B7_FLOW_PRODUCTS; p++) {
    for (int t = 0; t < B7_FLOW_TRANSPLANTS; t++) {
      if (flow->way[p][t] == 0) continue;
      b7_json_open_object(json, NULL);
      b7_json_text(json, "product", b7_flow_product_name((B7FlowProduct)p));
      b7_json_text(json, "product_label", b7_flow_product_label((B7FlowProduct)p));
      b7_json_text(json, "transplant", b7_flow_transplant_name((B7FlowTransplant)t));
      b7_json_text(json, "transplant_label", b7_flow_transplant_label((B7FlowTransplant)t));
      b7_json_number(json, "patients", (double)flow->way[p][t]);
      b7_json_close_object(json);
    }
  }
  b7_json_close_array(json);
  b7_json_close_object(json);
}

static void write_codes(B7Json *json, const B7TrialRun *run, int32_t arm, B7Endpoint endpoint) {
  b7_json_open_array(json, "codes");
  for (int32_t code = 0; code < B7_TALLY_CODES; code++) {
    const char *words = b7_endpoint_words(endpoint, code);
    if (words[0] == '?') break;
    b7_json_open_object(json, NULL);
    b7_json_text(json, "code", words);
    b7_trial_json_estimate(json, b7_trial_share(run, arm, endpoint, code, code, NULL));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_times(B7Json *json, const B7TrialRun *run, int32_t arm, B7Endpoint endpoint) {
  static const double days[] = {30, 90, 183, 365, 730, 1096, 1826};
  bool incidence = b7_endpoint_competes(endpoint);
  b7_json_open_array(json, "at");
  for (size_t i = 0; i < sizeof days / sizeof days[0] && days[i] <= run->horizon_day; i++) {
    b7_json_open_object(json, NULL);
    b7_json_number(json, "day", days[i]);
    b7_trial_json_estimate(
        json,
        b7_trial_at_day(run, arm, endpoint, incidence ? B7_OUTCOME_EVENT : B7_OUTCOME_CENSORED, days[i]));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

/* every stride-th day, and the last one */
static int32_t curve_stride(const B7TrialRun *run) {
  return (run->horizon_day + CURVE_POINTS_MOST) / CURVE_POINTS_MOST;
}

static void write_days(B7Json *json, B7Arena *arena, const B7TrialRun *run, const char *key,
                       const double *by_day) {
  int32_t days = run->horizon_day + 1, stride = curve_stride(run), count = 0;
  double *thin = B7_ARENA_ARRAY(arena, double, days / stride + 2);
  for (int32_t day = 0; thin && day < days; day += stride) thin[count++] = by_day ? by_day[day] : day;
  if (thin && (days - 1) % stride != 0) thin[count++] = by_day ? by_day[days - 1] : days - 1;
  b7_json_numbers(json, key, thin, count, by_day ? CURVE_DIGITS : 6);
}

static void write_cause(B7Json *json, B7Arena *arena, const B7TrialRun *run, const char *name,
                        const B7TrialCurve *curve) {
  b7_json_open_object(json, name);
  write_days(json, arena, run, "value", curve->estimate);
  write_days(json, arena, run, "low", curve->lower);
  write_days(json, arena, run, "high", curve->upper);
  b7_json_close_object(json);
}

/* free of the event, or the incidences of the event and of what competes with it; shares of 1 */
static void write_curve(B7Json *json, B7Arena *arena, const B7TrialRun *run, int32_t arm,
                        B7Endpoint endpoint) {
  B7TrialCurve free_of = b7_trial_curve(run, arm, endpoint, B7_OUTCOME_CENSORED, NULL),
               event = b7_trial_curve(run, arm, endpoint, B7_OUTCOME_EVENT, NULL),
               competing = b7_trial_curve(run, arm, endpoint, B7_OUTCOME_COMPETING, NULL);
  b7_json_open_object(json, "curve");
  if (b7_endpoint_competes(endpoint)) {
    write_cause(json, arena, run, "event", &event);
    write_cause(json, arena, run, "competing", &competing);
  } else {
    write_cause(json, arena, run, "free", &free_of);
  }
  write_days(json, arena, run, "at_risk", free_of.at_risk);
  b7_json_close_object(json);
}

/* what patients died of, from the origin of the trial; the other causes compete */
static void write_deaths(B7Json *json, B7Arena *arena, const B7TrialRun *run, int32_t arm) {
  const B7TrialFlow *flow = &run->arms[arm].flow;
  b7_json_open_array(json, "deaths");
  for (int k = 0; k < B7_DEATH_CAUSES; k++) {
    const B7DeathCause cause = (B7DeathCause)k;
    const B7TrialCurve curve = b7_trial_death_curve(run, arm, cause, NULL);
    b7_json_open_object(json, NULL);
    b7_json_text(json, "cause", b7_death_cause_name(cause));
    b7_json_text(json, "label", b7_death_cause_label(cause));
    b7_json_number(json, "patients", (double)flow->died_of[k]);
    b7_trial_json_named(json, "at_horizon", b7_trial_death_at_day(run, arm, cause, run->horizon_day));
    if (run->arms[arm].deaths[k].evaluable > 0) write_cause(json, arena, run, "incidence", &curve);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_endpoint(B7Json *json, B7Arena *arena, const B7TrialRun *run, int32_t arm, int32_t e) {
  B7Endpoint endpoint = run->trial->endpoints[e];
  const B7Tally *tally = &run->arms[arm].tallies[e];
  b7_json_open_object(json, NULL);
  b7_json_text(json, "endpoint", b7_endpoint_name(endpoint));
  b7_json_text(json, "label", b7_endpoint_label(endpoint));
  b7_json_number(json, "evaluable", (double)tally->evaluable);
  b7_json_number(json, "not_evaluable", (double)tally->missing);
  if (tally->timed) {
    write_times(json, run, arm, endpoint);
    if (tally->evaluable > 0) write_curve(json, arena, run, arm, endpoint);
  } else {
    write_codes(json, run, arm, endpoint);
    b7_trial_json_named(
        json, "yes", b7_trial_share(run, arm, endpoint, b7_endpoint_yes(endpoint), B7_TALLY_CODES - 1, NULL));
    b7_trial_json_named(json, "median_day", b7_trial_day(run, arm, endpoint, 0.5));
  }
  b7_json_close_object(json);
}

static void write_facts(B7Json *json, const B7TrialRun *run, int32_t arm) {
  b7_json_open_array(json, "facts");
  for (int32_t f = 0; f < b7_trial_facts(); f++) {
    int64_t evaluable;
    B7Estimate share = b7_trial_fact(run, arm, b7_trial_fact_name(f), &evaluable);
    if (evaluable == 0) continue;
    b7_json_open_object(json, NULL);
    b7_json_text(json, "fact", b7_trial_fact_name(f));
    b7_json_text(json, "label", b7_trial_fact_label(f));
    b7_json_number(json, "evaluable", (double)evaluable);
    b7_trial_json_estimate(json, share);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_kinetics(B7Json *json, const B7TrialRun *run, int32_t arm) {
  const B7KernelTables *tables = b7_kernel_tables(run->kernel);
  b7_json_open_array(json, "peaks");
  for (int32_t k = 0; k < run->n_peak && run->arms[arm].flow.infused > 0; k++) {
    const B7KernelObservable *facts = &tables->observables[run->peak_observables[k]];
    b7_json_open_object(json, NULL);
    b7_json_text(json, "what", facts->name);
    b7_json_text(json, "unit", facts->unit);
    for (int q = 0; q < 3; q++) {
      static const char *const names[] = {"p10", "median", "p90"};
      static const double levels[] = {0.1, 0.5, 0.9};
      b7_json_number(json, names[q], b7_trial_peak_quantile(run, arm, facts->name, B7_PEAK_VALUE, levels[q]));
    }
    b7_trial_json_named(json, "median_interval", b7_trial_peak(run, arm, facts->name, B7_PEAK_VALUE, 0.5));
    b7_trial_json_named(json, "median_day", b7_trial_peak(run, arm, facts->name, B7_PEAK_DAY, 0.5));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_costs(B7Json *json, const B7TrialRun *run, int32_t arm) {
  b7_json_open_object(json, "cost");
  b7_json_text(json, "unit", b7_trial_cost_unit(run));
  b7_json_number(json, "product_in_autologous_products", run->arms[arm].plans.relative_cost);
  b7_json_open_array(json, "per");
  for (int per = 0; per < B7_COST_PERS; per++) {
    int64_t patients;
    B7Estimate cost = b7_trial_cost(run, arm, (B7CostPer)per, &patients);
    b7_json_open_object(json, NULL);
    b7_json_text(json, "per", b7_trial_cost_per_name((B7CostPer)per));
    b7_json_text(json, "label", b7_trial_cost_per_label((B7CostPer)per));
    b7_json_number(json, "patients", (double)patients);
    b7_trial_json_estimate(json, cost);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  b7_json_open_array(json, "items_per_patient_followed");
  for (int32_t item = 0; item < b7_trial_cost_items(); item++) {
    b7_json_open_object(json, NULL);
    b7_json_text(json, "item", b7_trial_cost_item_label(item));
    b7_trial_json_estimate(json, b7_trial_cost_item(run, arm, item));
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
  b7_json_close_object(json);
}

static void write_quantile(B7Json *json, B7Arena *arena, const B7TrialRun *run, int32_t arm, int32_t k,
                           const char *key, double q) {
  double *values = B7_ARENA_ARRAY(arena, double, run->n_fan_time);
  if (values) b7_trial_fan(run, arm, k, q, values);
  b7_json_numbers(json, key, values, values ? run->n_fan_time : 0, CURVE_DIGITS);
}

/* the middle 80 % of those alive on the day */
static void write_fans(B7Json *json, B7Arena *arena, const B7TrialRun *run, int32_t arm) {
  double *alive = B7_ARENA_ARRAY(arena, double, run->n_fan_time);
  b7_json_open_array(json, "fans");
  for (int32_t k = 0; alive && k < run->n_fan; k++) {
    b7_trial_fan_patients(run, arm, k, alive);
    b7_json_open_object(json, NULL);
    b7_json_text(json, "what", b7_kernel_tables(run->kernel)->observables[run->fan_observables[k]].name);
    b7_json_numbers(json, "alive", alive, run->n_fan_time, 10);
    write_quantile(json, arena, run, arm, k, "p10", 0.1);
    write_quantile(json, arena, run, arm, k, "median", 0.5);
    write_quantile(json, arena, run, arm, k, "p90", 0.9);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

/* the first virtual patients of the draw: the same number is the same patient in every arm */
static void write_sampled(B7Json *json, const B7TrialArmState *state) {
  b7_json_open_array(json, "sampled");
  for (int32_t i = 0; i < state->n_swimmer; i++) {
    const B7Swimmer *patient = &state->swimmers[i];
    b7_json_open_object(json, NULL);
    b7_json_number(json, "patient", (double)patient->id + 1);
    b7_json_number(json, "infusion_day", patient->cart_day);
    b7_json_number(json, "remission_day", patient->remission_day);
    b7_json_number(json, "transplant_day", patient->hsct_day);
    b7_json_number(json, "relapse_day", patient->relapse_day);
    b7_json_number(json, "death_day", patient->death_day);
    b7_json_close_object(json);
  }
  b7_json_close_array(json);
}

static void write_arm(B7Json *json, B7Arena *arena, const B7TrialRun *run, int32_t arm) {
  const B7TrialArm *given = &run->trial->arms[arm];
  b7_json_open_object(json, NULL);
  b7_json_text(json, "arm", given->name);
  b7_json_text(json, "product", given->product ? given->product->name : NULL);
  b7_json_bool(json, "transplant", given->transplant.when != B7_TRANSPLANT_NEVER);
  write_flow(json, &run->arms[arm].flow);
  b7_json_open_array(json, "endpoints");
  for (int32_t e = 0; e < run->n_endpoint; e++) write_endpoint(json, arena, run, arm, e);
  b7_json_close_array(json);
  write_deaths(json, arena, run, arm);
  write_facts(json, run, arm);
  write_kinetics(json, run, arm);
  write_costs(json, run, arm);
  write_fans(json, arena, run, arm);
  write_sampled(json, &run->arms[arm]);
  b7_json_close_object(json);
}

void b7_trial_json_arms(B7Json *json, B7Arena *arena, const B7TrialRun *run) {
  write_days(json, arena, run, "curve_days", NULL);
  double *t_day = B7_ARENA_ARRAY(arena, double, run->n_fan_time);
  for (int32_t i = 0; t_day && i < run->n_fan_time; i++) t_day[i] = i * B7_FAN_EVERY_DAY;
  b7_json_numbers(json, "fan_days", t_day, t_day ? run->n_fan_time : 0, 6);
  b7_json_open_array(json, "arms");
  for (int32_t a = 0; a < run->n_arm; a++) write_arm(json, arena, run, a);
  b7_json_close_array(json);
}
