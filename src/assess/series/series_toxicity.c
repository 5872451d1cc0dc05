/* series_toxicity.c - toxicity endpoints of one patient: CRS, ICANS, counts after CAR-T, CTCAE. */
#include "assess/rules/crs.h"
#include "assess/rules/ctcae.h"
#include "assess/rules/daily_values.h"
#include "assess/rules/hematotox.h"
#include "assess/rules/icaht.h"
#include "assess/rules/icans.h"
#include "assess/series/series.h"
#include "assess/series/series_parts.h"

#define PER_UL 1e-3 /* cells per uL in 10*9/L */

// a column walked forward with the days of another
typedef struct Cursor {
  const B7Column *column;
  int32_t row;
} Cursor;

static Cursor cursor_at(const B7Series *series, B7Quantity quantity, double t_day) {
  const B7Column *column = &series->column[quantity];
  return (Cursor){column, b7_column_from(column, t_day)};
}

// highest value in [from, to); NaN when there is none
static double highest_until(Cursor *cursor, double to_day) {
  double highest = NAN;
  for (; cursor->row < cursor->column->n && cursor->column->t_day[cursor->row] < to_day; cursor->row++) {
    const double v = cursor->column->value[cursor->row];
    if (!isnan(v) && !(v <= highest)) highest = v;
  }
  return highest;
}

// the highest recorded grade in a window, with the first day of that grade
static B7Finding recorded_grade(const B7Series *series, B7Quantity quantity, B7RuleIndex rule,
                                double from_day, double to_day) {
  const B7Column *column = &series->column[quantity];
  B7Finding best = b7_finding_none(rule, B7_NOT_EVALUABLE, UINT64_C(1) << quantity);
  for (int32_t i = b7_column_from(column, from_day); i < column->n && column->t_day[i] < to_day; i++) {
    if (isnan(column->value[i]) || (int32_t)column->value[i] <= best.code) continue;
    best = b7_finding(rule, (int32_t)column->value[i]);
    best.t_day = column->t_day[i];
    best.value = column->value[i];
    best.deciding = UINT64_C(1) << quantity;
    best.flags = B7_FLAG_RECORDED;
  }
  return best;
}

// the highest of a signal that policies read, at every look: whoever is treated for a grade has had it. The lowest
// grade has other causes, too, and counts within a window after an infusion.
static B7Finding signal_grade(const B7Series *series, B7Quantity quantity, B7RuleIndex rule, double window_d,
                              double last_day) {
  const B7Column *column = &series->column[quantity], *infusion = &series->infusion;
  B7Finding best = b7_finding_none(rule, B7_NOT_EVALUABLE, UINT64_C(1) << quantity);
  double window_end = series->cart_day + window_d;
  int32_t next = 0;
  for (int32_t i = b7_column_from(column, series->cart_day); i < column->n && column->t_day[i] <= last_day;
       i++) {
    const double t = column->t_day[i], v = column->value[i];
    for (; next < infusion->n && infusion->t_day[next] <= t; next++)
      window_end = infusion->t_day[next] + window_d;
    if (isnan(v) || v <= best.code || (best.code >= 0 && v < 2 && t >= window_end)) continue;
    best = b7_finding(rule, (int32_t)v);
    best.t_day = t;
    best.value = v;
  }
  best.deciding = best.code >= 0 ? UINT64_C(1) << quantity : 0;
  return best;
}

// keep the worse one; a definite grade is kept over none
static void keep_worse(B7Finding *best, const B7Finding *day, double t_day) {
  if (day->evaluable == B7_NOT_EVALUABLE) return;
  const int32_t high = b7_max_grade(best->evaluable == B7_NOT_EVALUABLE ? 0 : best->high, day->high);
  const uint64_t missing = best->evaluable == B7_NOT_EVALUABLE ? day->missing : best->missing | day->missing;
  if (best->evaluable == B7_NOT_EVALUABLE || day->code > best->code) {
    *best = *day;
    best->t_day = t_day;
  }
  best->low = best->code;
  best->high = high;
  best->evaluable = high > best->code ? B7_PARTIAL : B7_EVALUABLE;
  best->missing = high > best->code ? missing : 0;
}

static void crs(const B7Criteria *c, const B7Series *series, double end_day, B7Finding *out) {
  if (series->scheduled_visits && series->column[B7_QUANTITY_CRS_RECORDED].n > 0) {
    *out = signal_grade(series, B7_QUANTITY_CRS_RECORDED, B7_RULE_crs, c->crs_window_d, end_day);
    // what the signal rests on, for the words
    if (out->code >= 1) out->deciding |= B7_BIT(TEMPERATURE) | B7_BIT(HYPOTENSION) | B7_BIT(OXYGEN);
    return;
  }
  const double from = series->cart_day, to = fmin(from + c->crs_window_d, end_day + 1);
  B7Finding best = b7_finding_none(B7_RULE_crs, B7_NOT_EVALUABLE, B7_BIT(TEMPERATURE));
  Cursor temperature = cursor_at(series, B7_QUANTITY_TEMPERATURE, from),
         pressure = cursor_at(series, B7_QUANTITY_HYPOTENSION, from);
  Cursor oxygen = cursor_at(series, B7_QUANTITY_OXYGEN, from),
         other = cursor_at(series, B7_QUANTITY_FEVER_OTHER_CAUSE, from);
  Cursor pressors = cursor_at(series, B7_QUANTITY_VASOPRESSORS, from),
         vasopressin = cursor_at(series, B7_QUANTITY_VASOPRESSIN, from);
  Cursor device = cursor_at(series, B7_QUANTITY_OXYGEN_DEVICE, from),
         flow = cursor_at(series, B7_QUANTITY_OXYGEN_FLOW, from);
  const double treated_from = b7_series_first_mark(series, B7_QUANTITY_ANTICYTOKINE, from);
  bool active = false;
  const bool any = temperature.row < temperature.column->n;
  for (double day = from; any && day < to; day += 1) {
    const double next = day + 1;
    B7CrsDay today = {.temperature_c = highest_until(&temperature, next),
                      .fever_other_cause = highest_until(&other, next),
                      .prior_therapy = treated_from <= day,
                      .crs_active = active,
                      .hypotension = highest_until(&pressure, next),
                      .vasopressors = highest_until(&pressors, next),
                      .vasopressin = highest_until(&vasopressin, next),
                      .oxygen_device = highest_until(&device, next),
                      .oxygen_flow_l_per_min = highest_until(&flow, next)};
    // levels of support say more than a yes: 2 is one vasopressor, 3 several
    if (isnan(today.vasopressors) && !isnan(today.hypotension))
      today.vasopressors = fmax(0, today.hypotension - 1);
    if (isnan(today.vasopressin)) today.vasopressin = 0;
    const double level = highest_until(&oxygen, next);
    static const double device_of_level[] = {B7_OXYGEN_NONE, B7_OXYGEN_BLOW_BY, B7_OXYGEN_HIGH_FLOW,
                                             B7_OXYGEN_CPAP};
    if (isnan(today.oxygen_device) && level >= 0 && level <= 3)
      today.oxygen_device = device_of_level[(int32_t)level];
    if (isnan(today.temperature_c) && !active) continue;
    // without fever and without an open episode the grade is 0: most days end here
    if (!active && today.temperature_c < c->crs_fever_c && best.evaluable == B7_EVALUABLE) continue;
    const B7Finding grade = b7_crs_grade(c, &today);
    keep_worse(&best, &grade, day);
    if (grade.evaluable != B7_NOT_EVALUABLE) active = grade.code >= 1;
  }
  if (best.evaluable == B7_NOT_EVALUABLE || series->column[B7_QUANTITY_TEMPERATURE].n == 0) {
    const B7Finding recorded = recorded_grade(series, B7_QUANTITY_CRS_RECORDED, B7_RULE_crs, from, to);
    if (recorded.evaluable != B7_NOT_EVALUABLE) best = recorded;
  }
  *out = best;
}

static void icans(const B7Criteria *c, const B7Series *series, double end_day, B7Finding *out) {
  const double from = series->cart_day, to = fmin(from + c->icans_window_d, end_day + 1);
  bool boundary;
  const bool child = b7_icans_uses_capd(c, series->age_years, false, &boundary);
  B7Finding best = b7_finding_none(B7_RULE_icans, B7_NOT_EVALUABLE, child ? B7_BIT(CAPD) : B7_BIT(ICE));
  if (series->scheduled_visits && series->column[B7_QUANTITY_ICANS_RECORDED].n > 0) {
    *out = signal_grade(series, B7_QUANTITY_ICANS_RECORDED, B7_RULE_icans, c->icans_window_d, end_day);
    return;
  }
  // the grade of record knows what the score alone does not
  const B7Finding recorded = recorded_grade(series, B7_QUANTITY_ICANS_RECORDED, B7_RULE_icans, from, to);
  if (recorded.evaluable != B7_NOT_EVALUABLE) {
    *out = recorded;
    return;
  }
  Cursor ice = cursor_at(series, B7_QUANTITY_ICE, from), capd = cursor_at(series, B7_QUANTITY_CAPD, from);
  Cursor awake = cursor_at(series, B7_QUANTITY_CONSCIOUSNESS, from),
         seizure = cursor_at(series, B7_QUANTITY_SEIZURE, from);
  Cursor motor = cursor_at(series, B7_QUANTITY_MOTOR, from),
         oedema = cursor_at(series, B7_QUANTITY_OEDEMA, from);
  for (double day = from; day < to; day += 1) {
    const double next = day + 1;
    // a low ICE is the bad end: negate to take the lowest of the day
    double lowest_ice = NAN;
    for (; ice.row < ice.column->n && ice.column->t_day[ice.row] < next; ice.row++)
      if (!(ice.column->value[ice.row] >= lowest_ice)) lowest_ice = ice.column->value[ice.row];
    const B7IcansDay today = {.child = child,
                              .ice = lowest_ice,
                              .capd = highest_until(&capd, next),
                              .rass = NAN,
                              .consciousness = highest_until(&awake, next),
                              .seizure = highest_until(&seizure, next),
                              .motor = highest_until(&motor, next),
                              .oedema = highest_until(&oedema, next)};
    if (isnan(today.ice) && isnan(today.capd) && isnan(today.consciousness) && isnan(today.seizure) &&
        isnan(today.motor) && isnan(today.oedema))
      continue;
    const bool well = today.ice >= c->icans_ice_normal &&
                      isnan(today.capd + today.consciousness + today.seizure + today.motor + today.oedema);
    if (well && best.evaluable != B7_NOT_EVALUABLE) continue;
    const B7Finding grade = b7_icans_grade(c, &today);
    keep_worse(&best, &grade, day);
  }
  if (boundary) best.flags |= B7_FLAG_AGE_BOUNDARY;
  *out = best;
}

static void hematotox(const B7Criteria *c, const B7Series *series, B7Finding *out) {
  // before lymphodepletion; where its day is not known, before its usual start
  const double day = isnan(series->lymphodepletion_day)
                         ? series->cart_day - c->hematotox_lymphodepletion_lead_days
                         : series->lymphodepletion_day;
  const double within = c->hematotox_days_before;
  const B7HematotoxMarkers markers = {
      .platelets_10e9_per_l = b7_column_latest(&series->column[B7_QUANTITY_PLATELETS], day, within),
      .anc_per_ul = b7_column_latest(&series->column[B7_QUANTITY_ANC], day, within) / PER_UL,
      .hb_g_per_dl = b7_column_latest(&series->column[B7_QUANTITY_HAEMOGLOBIN], day, within) / 10,
      .crp_mg_per_dl = b7_column_latest(&series->column[B7_QUANTITY_CRP], day, within) / 10,
      .ferritin_ng_per_ml = b7_column_latest(&series->column[B7_QUANTITY_FERRITIN], day, within)};
  *out = b7_hematotox_score(c, &markers);
  out->t_day = day;
  out->flags |= B7_FLAG_EXTRAPOLATED;
}

// place of the lowest value from a row on; -1 when there is none
static int32_t lowest_row(const B7Column *column, int32_t from) {
  // four chains, so that one comparison does not wait for the one before
  double lowest[4] = {INFINITY, INFINITY, INFINITY, INFINITY};
  const double *v = column->value;
  int32_t i = from;
  for (; i + 4 <= column->n; i += 4)
    for (int k = 0; k < 4; k++) lowest[k] = v[i + k] < lowest[k] ? v[i + k] : lowest[k];
  for (; i < column->n; i++) lowest[0] = v[i] < lowest[0] ? v[i] : lowest[0];
  const double least = fmin(fmin(lowest[0], lowest[1]), fmin(lowest[2], lowest[3]));
  for (i = from; i < column->n; i++)
    if (v[i] == least) return i;
  return -1;
}

// the lowest count of the whole series earns the highest grade
static void ctcae(const B7Criteria *c, const B7Series *series, B7CtcaeTerm term, double from_day,
                  B7Finding *out) {
  const B7Quantity quantity = b7_ctcae_quantity(term);
  const B7Column *column = &series->column[quantity];
  const int32_t at = lowest_row(column, b7_column_from(column, from_day));
  const double lowest = at < 0 ? NAN : column->value[at];
  const bool per_ul = quantity == B7_QUANTITY_LYMPHOCYTES || quantity == B7_QUANTITY_CD4;
  *out = b7_ctcae_grade(c, 5, term,
                        at < 0   ? NAN
                        : per_ul ? lowest * PER_UL
                                 : lowest,
                        b7_ctcae_usual_limit(c, term));
  if (at >= 0) {
    out->t_day = column->t_day[at];
    out->value = lowest;
  }
}

void b7_series_toxicity(const B7Criteria *criteria, const B7Series *series, const B7SeriesCourse *course,
                        B7Finding *findings) {
  const B7Criteria *c = criteria;
  const double cart = series->cart_day;
  // late cytopenia is not laid at the door of CAR-T after relapse, transplant or death
  double end = fmin(isnan(course->relapse_day) ? INFINITY : course->relapse_day,
                    isnan(course->death_day) ? INFINITY : course->death_day);
  if (series->hsct_day > cart) end = fmin(end, series->hsct_day - c->icaht_conditioning_lead_days);
  const double at_risk = end < INFINITY ? end : NAN;
  const double last = fmin(series->end_day, isnan(course->death_day) ? INFINITY : course->death_day);
  if (isnan(cart)) {
    static const struct {
      B7Endpoint endpoint;
      B7RuleIndex rule;
    } after_cart[] = {{B7_ENDPOINT_CRS, B7_RULE_crs},
                      {B7_ENDPOINT_ICANS, B7_RULE_icans},
                      {B7_ENDPOINT_ICAHT_EARLY, B7_RULE_icaht},
                      {B7_ENDPOINT_ICAHT_LATE, B7_RULE_icaht},
                      {B7_ENDPOINT_TICAHT_EARLY, B7_RULE_ticaht},
                      {B7_ENDPOINT_TICAHT_LATE, B7_RULE_ticaht},
                      {B7_ENDPOINT_HEMATOTOX, B7_RULE_hematotox}};
    for (size_t i = 0; i < sizeof after_cart / sizeof after_cart[0]; i++)
      findings[after_cart[i].endpoint] = b7_finding_none(after_cart[i].rule, B7_NOT_APPLICABLE, 0);
  } else {
    const B7Column *anc = &series->column[B7_QUANTITY_ANC],
                   *platelets = &series->column[B7_QUANTITY_PLATELETS];
    crs(c, series, last, &findings[B7_ENDPOINT_CRS]);
    icans(c, series, last, &findings[B7_ENDPOINT_ICANS]);
    findings[B7_ENDPOINT_ICAHT_EARLY] = b7_icaht_early(c, anc, cart, at_risk, B7_DAY_COUNT_CUMULATIVE, NULL);
    findings[B7_ENDPOINT_TICAHT_EARLY] =
        b7_ticaht_early(c, platelets, cart, at_risk, B7_DAY_COUNT_CUMULATIVE, NULL);
    findings[B7_ENDPOINT_ICAHT_LATE] = b7_icaht_late(c, anc, cart, at_risk, NULL);
    findings[B7_ENDPOINT_TICAHT_LATE] = b7_ticaht_late(c, platelets, cart, at_risk);
    hematotox(c, series, &findings[B7_ENDPOINT_HEMATOTOX]);
  }
  const double from = isnan(cart) ? series->start_day : cart;
  for (int32_t term = 0; term < B7_CTCAE_TERMS; term++)
    ctcae(c, series, (B7CtcaeTerm)term, from, &findings[B7_ENDPOINT_CTCAE_NEUTROPHILS + term]);
}
