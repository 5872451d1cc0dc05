#include "assess/series/graft_function.h"

#include "assess/rules/daily_values.h"
#include "assess/rules/graft_failure.h"
#include "assess/series/series.h"

static const B7Quantity lineages[] = {B7_QUANTITY_HAEMOGLOBIN, B7_QUANTITY_ANC, B7_QUANTITY_PLATELETS};
#define LINEAGES 3

double b7_low_counts_explained(const B7Criteria *criteria, const B7Series *series,
                               const B7SeriesCourse *course, double from_day, double to_day) {
  const double since = from_day - criteria->graft_failure_explained_within_d,
               until = to_day + criteria->graft_failure_explained_within_d;
  // blasts are found some days after the counts fell; an infection or a drug comes before or with it
  return course->relapse_day <= until ||
         b7_series_first_mark(series, B7_QUANTITY_INFECTION, since) <= to_day ||
         b7_series_first_mark(series, B7_QUANTITY_MYELOTOXIC_DRUG, since) <= to_day;
}

static const B7Column *column_of(const B7Series *series, int32_t lineage) {
  return &series->column[lineages[lineage]];
}

static bool same_rows(const B7Series *series) {
  const B7Column *a = column_of(series, 0), *b = column_of(series, 1), *c = column_of(series, 2);
  return a->n == b->n && a->n == c->n && a->t_day == b->t_day && a->t_day == c->t_day;
}

// next day of any count
static double next_day(const B7Series *series, double after_day) {
  double next = INFINITY;
  for (int32_t l = 0; l < LINEAGES; l++) {
    const B7Column *column = column_of(series, l);
    int32_t row = b7_column_from(column, after_day);
    while (row < column->n && (column->t_day[row] <= after_day || isnan(column->value[row]))) row++;
    if (row < column->n) next = fmin(next, column->t_day[row]);
  }
  return next;
}

typedef struct Walk {
  const B7Criteria *c;
  bool unknown_is_low;
  int32_t wanted;
  double start;
  B7LowCounts best;
} Walk;

// one day more: low in as many lineages as the rule asks for, or the stretch ends
static void step(Walk *walk, double t_day, const double value[LINEAGES]) {
  const double below[] = {walk->c->pgf_hb_below, walk->c->pgf_anc_below, walk->c->pgf_plt_below};
  int32_t low = 0;
  uint64_t unknown = 0;
  for (int32_t l = 0; l < LINEAGES; l++) {
    low += value[l] < below[l];
    if (isnan(value[l])) unknown |= UINT64_C(1) << lineages[l];
    low += walk->unknown_is_low && isnan(value[l]);
  }
  if (low < walk->wanted) {
    walk->start = NAN;
    return;
  }
  if (isnan(walk->start)) walk->start = floor(t_day);
  const double days = floor(t_day) - walk->start + 1;
  if (days <= walk->best.days) return;
  walk->best = (B7LowCounts){walk->start, days, value[0], value[1], value[2], unknown};
}

static B7LowCounts longest(const B7Criteria *c, const B7Series *series, double from_day, double last_day,
                           int32_t wanted, bool unknown_is_low) {
  Walk walk = {
      .c = c, .unknown_is_low = unknown_is_low, .wanted = wanted, .start = NAN, .best = {.start_day = NAN}};
  if (same_rows(series)) {
    const B7Column *hb = column_of(series, 0), *anc = column_of(series, 1), *plt = column_of(series, 2);
    for (int32_t i = b7_column_from(anc, from_day); i < anc->n && anc->t_day[i] <= last_day; i++)
      step(&walk, anc->t_day[i], (const double[]){hb->value[i], anc->value[i], plt->value[i]});
    return walk.best;
  }
  const double within = c->graft_failure_counts_within_d;
  for (double t = next_day(series, from_day - 1e-9); t <= last_day; t = next_day(series, t)) {
    double value[LINEAGES];
    for (int32_t l = 0; l < LINEAGES; l++) value[l] = b7_column_latest(column_of(series, l), t, within);
    step(&walk, t, value);
  }
  return walk.best;
}

static double donor_pct(const B7Series *series, double t_day) {
  static const B7Quantity kinds[] = {B7_QUANTITY_CHIMERISM, B7_QUANTITY_CHIMERISM_CD33,
                                     B7_QUANTITY_CHIMERISM_CD3};
  for (int i = 0; i < 3; i++) {
    const double pct = b7_column_latest(&series->column[kinds[i]], t_day, t_day - series->hsct_day);
    if (!isnan(pct)) return pct;
  }
  return NAN;
}

static B7Finding judge(const B7Criteria *c, const B7Series *series, const B7SeriesCourse *course,
                       B7GraftFunctionRule rule, const B7LowCounts *low, const B7Finding *agvhd) {
  const double end = low->start_day + low->days;
  const B7GraftFunction function = {
      .hb_g_per_l = low->days > 0 ? low->hb_g_per_l : INFINITY,
      .anc_10e9_per_l = low->days > 0 ? low->anc_10e9_per_l : INFINITY,
      .platelets_10e9_per_l = low->days > 0 ? low->platelets_10e9_per_l : INFINITY,
      .consecutive_days = low->days,
      .from_day = low->days > 0 ? low->start_day - series->hsct_day : c->pgf_from_day,
      .donor_pct = low->days > 0 ? donor_pct(series, end) : NAN,
      .severe_gvhd = agvhd->code >= B7_AGVHD_III,
      .relapse = course->relapse_day <= end,
      .support_needed = NAN,
      .other_explanation =
          low->days > 0 ? b7_low_counts_explained(c, series, course, low->start_day, end) : NAN};
  B7Finding finding = b7_graft_function(c, rule, &function);
  if (finding.code == 0 && function.other_explanation > 0 && function.consecutive_days > 0) {
    B7GraftFunction unexplained = function;
    unexplained.other_explanation = unexplained.relapse = 0;
    if (b7_graft_function(c, rule, &unexplained).high > 0) finding.flags |= B7_FLAG_EXPLAINED;
  }
  if (finding.low != finding.high && low->unknown) finding.missing = low->unknown;
  finding.t_day = low->start_day;
  finding.value = low->days;
  return finding;
}

void b7_series_graft_function(const B7Criteria *criteria, const B7Series *series,
                              const B7SeriesCourse *course, double last_day, const B7Finding *agvhd,
                              B7LowCounts *low, B7Finding *out) {
  const B7Criteria *c = criteria;
  const uint64_t counts = B7_BIT(ANC) | B7_BIT(PLATELETS) | B7_BIT(HAEMOGLOBIN);
  const double from = series->hsct_day + c->pgf_from_day;
  *low = (B7LowCounts){.start_day = NAN};
  if (!(next_day(series, from - 1e-9) <= last_day)) {
    *out = b7_finding_none(B7_RULE_pgf, B7_NOT_EVALUABLE, counts);
    return;
  }
  // the rule of three, the wider one of two after that day; then both with unknown lineages counted as low
  const bool complete = series->scheduled_visits && same_rows(series);
  for (int32_t pass = 0; pass < (complete ? 2 : 4); pass++) {
    const bool wide = pass % 2 == 1;
    const B7LowCounts found = longest(c, series, wide ? from + 1 : from, last_day,
                                      wide ? (int32_t)c->pgf_wide_lineages : LINEAGES, pass >= 2);
    const B7Finding finding = judge(c, series, course, wide ? B7_PGF_WIDE : B7_PGF_NUMERIC, &found, agvhd);
    const bool more =
        pass == 0 || finding.code > out->code ||
        (finding.code == out->code && (finding.high > out->high || (finding.flags && !out->flags)));
    if (!more) continue;
    *out = finding;
    *low = found;
    if (finding.code > 0) return;
  }
}
