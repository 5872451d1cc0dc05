/* series_graft.c - graft endpoints of one patient. */
#include "assess/rules/chimerism.h"
#include "assess/rules/daily_values.h"
#include "assess/rules/engraftment.h"
#include "assess/rules/graft_failure.h"
#include "assess/series/graft_function.h"
#include "assess/series/series.h"
#include "assess/series/series_parts.h"

#define PER_UL 1e-3

static const B7Column *column_of(const B7Series *series, B7Quantity quantity) {
  return &series->column[quantity];
}

static double highest_between(const B7Column *column, double from, double to) {
  double highest = NAN;
  for (int32_t i = b7_column_from(column, from); i < column->n && column->t_day[i] <= to; i++)
    if (!(column->value[i] <= highest) && !isnan(column->value[i])) highest = column->value[i];
  return highest;
}

// a recovery that is recorded without the counts behind it
static void recorded_recovery(const B7Series *series, B7Quantity mark, double from, B7Finding *out) {
  if (out->evaluable != B7_NOT_EVALUABLE) return;
  const double day = b7_series_first_mark(series, mark, from);
  if (isnan(day)) return;
  const int32_t rule = out->rule;
  *out = b7_finding((B7RuleIndex)rule, B7_RECOVERY_YES);
  out->t_day = day;
  out->value = day - from;
  out->deciding = UINT64_C(1) << mark;
  out->flags = B7_FLAG_RECORDED;
}

// first day after recovery from which neutrophils stay below the limit long enough; days without a value between two low ones
// count as low when they are few
static double decline_day(const B7Criteria *c, const B7Column *anc, double from, double to,
                          bool *interpolated) {
  double start = NAN, last = NAN;
  *interpolated = false;
  for (int32_t i = b7_column_from(anc, from); i < anc->n && anc->t_day[i] <= to; i++) {
    const double day = floor(anc->t_day[i]);
    if (isnan(anc->value[i])) continue;
    if (!(anc->value[i] < c->graft_failure_secondary_anc_per_ul * PER_UL)) {
      start = NAN;
      *interpolated = false;
      continue;
    }
    if (isnan(start) || day - last - 1 > c->icaht_interpolate_days) {
      start = day;
      *interpolated = false;
    } else if (day > last + 1) {
      *interpolated = true;
    }
    last = day;
    if (last - start + 1 >= c->graft_failure_secondary_days) return start;
  }
  return NAN;
}

static bool mark_between(const B7Series *series, B7Quantity mark, double from, double to) {
  return b7_series_first_mark(series, mark, from) <= to;
}

// what the graft failed for, as far as it is recorded: the fall that belongs to poor function is none of failure
static double poor_function_at(const B7Finding *function, const B7LowCounts *low, double decline) {
  const bool belongs = decline >= low->start_day - low->days && decline <= low->start_day + low->days;
  if (!belongs || function->evaluable > B7_PARTIAL || function->high == 0) return 0;
  return function->code ? 1 : NAN;
}

static void failure(const B7Criteria *c, const B7Series *series, const B7SeriesCourse *course, double last,
                    const B7LowCounts *low, B7Finding *findings) {
  const double graft = series->hsct_day, limit = b7_graft_failure_limit_day(c, series->graft_source);
  const B7Column *anc = column_of(series, B7_QUANTITY_ANC);
  const B7Finding *neutrophils = &findings[B7_ENDPOINT_NEUTROPHILS];
  const bool recovered = neutrophils->code == B7_RECOVERY_YES;
  const double plt = b7_column_latest(column_of(series, B7_QUANTITY_PLATELETS), graft + limit,
                                      c->graft_failure_counts_within_d);
  const double hb = b7_column_latest(column_of(series, B7_QUANTITY_HAEMOGLOBIN), graft + limit,
                                     c->graft_failure_counts_within_d);
  B7GraftFacts facts = {.source = series->graft_source,
                        .highest_anc_by_limit_per_ul = NAN,
                        .pancytopenia = isnan(plt) && isnan(hb) ? NAN
                                                                : plt < c->graft_failure_pancytopenia_plt ||
                                                                      hb < c->graft_failure_pancytopenia_hb,
                        .neutrophil_recovery_day = recovered ? neutrophils->value : NAN,
                        .later_decline = NAN,
                        .support_needed = NAN,
                        .other_explanation = course->relapse_day <= graft + limit,
                        .donor_pct = NAN,
                        .last_day = last - graft};
  // never below the threshold is recovery, too; before the nadir high counts are those of the host
  if (neutrophils->code == B7_RECOVERY_NEVER_BELOW) {
    facts.neutrophil_recovery_day = 0;
  } else if (!recovered) {
    const double lowest_from = graft + limit / 2;
    facts.highest_anc_by_limit_per_ul = highest_between(anc, lowest_from, fmin(graft + limit, last)) / PER_UL;
  }
  double decline = NAN;
  bool interpolated = false;
  if (recovered && anc->n)
    decline = decline_day(c, anc, neutrophils->t_day + c->neutrophils_days, last, &interpolated);
  if (!isnan(decline)) {
    facts.later_decline = 1;
    facts.poor_function = poor_function_at(&findings[B7_ENDPOINT_GRAFT_FUNCTION], low, decline);
    facts.other_explanation = b7_low_counts_explained(c, series, course, decline, decline);
    facts.support_needed = mark_between(series, B7_QUANTITY_PLATELET_TRANSFUSION, decline, last) ||
                           mark_between(series, B7_QUANTITY_RED_CELL_TRANSFUSION, decline, last) ||
                           mark_between(series, B7_QUANTITY_GROWTH_FACTOR, decline, last);
    if (!series->scheduled_visits && !(facts.support_needed > 0)) facts.support_needed = NAN;
  }
  if (recovered || neutrophils->code == B7_RECOVERY_NEVER_BELOW)
    facts.donor_pct =
        b7_column_latest(column_of(series, B7_QUANTITY_CHIMERISM), fmin(graft + limit, last), limit - 14);
  findings[B7_ENDPOINT_GRAFT_FAILURE] = b7_graft_failure(c, &facts);
  B7Finding *out = &findings[B7_ENDPOINT_GRAFT_FAILURE];
  if (isnan(facts.poor_function) && out->missing == B7_BIT(CHIMERISM)) {
    // what leaves poor function open leaves failure open
    out->missing = findings[B7_ENDPOINT_GRAFT_FUNCTION].missing;
    if (out->missing & B7_BIT(CHIMERISM)) out->flags |= B7_FLAG_DONOR_NOT_KNOWN;
  }
  const bool at_decline = out->code == B7_GRAFT_FAILURE_SECONDARY ||
                          out->high == B7_GRAFT_FAILURE_SECONDARY ||
                          out->flags & (B7_FLAG_EXPLAINED | B7_FLAG_POOR_GRAFT_FUNCTION);
  out->t_day = at_decline && !isnan(decline) ? decline : out->code > 0 ? graft + limit : neutrophils->t_day;
  out->flags |= neutrophils->flags & B7_FLAG_RECORDED;
  if (at_decline && interpolated) out->flags |= B7_FLAG_INTERPOLATED;
}

static void chimerism(const B7Criteria *c, const B7Series *series, double last, B7Finding *out) {
  const B7Column *columns[] = {column_of(series, B7_QUANTITY_CHIMERISM),
                               column_of(series, B7_QUANTITY_CHIMERISM_CD3),
                               column_of(series, B7_QUANTITY_CHIMERISM_CD33)};
  double day = -INFINITY;
  for (int i = 0; i < 3; i++)
    for (int32_t row = columns[i]->n - 1; row >= 0 && columns[i]->t_day[row] > series->hsct_day; row--) {
      if (isnan(columns[i]->value[row]) || columns[i]->t_day[row] > last) continue;
      day = fmax(day, columns[i]->t_day[row]);
      break;
    }
  const B7ChimerismSample sample = {.whole_pct = b7_column_latest(columns[0], day, 1),
                                    .cd3_pct = b7_column_latest(columns[1], day, 1),
                                    .cd33_pct = b7_column_latest(columns[2], day, 1)};
  *out = b7_chimerism_class(c, &sample, NULL);
  if (day > -INFINITY) out->t_day = day;
}

void b7_series_graft(const B7Criteria *criteria, const B7Series *series, const B7SeriesCourse *course,
                     B7Finding *findings) {
  const B7Criteria *c = criteria;
  if (isnan(series->hsct_day)) {
    static const B7RuleIndex rules[] = {B7_RULE_neutrophils,   B7_RULE_platelets, B7_RULE_platelets,
                                        B7_RULE_graft_failure, B7_RULE_pgf,       B7_RULE_chimerism};
    for (int32_t e = B7_ENDPOINT_NEUTROPHILS; e <= B7_ENDPOINT_CHIMERISM; e++)
      findings[e] = b7_finding_none(rules[e - B7_ENDPOINT_NEUTROPHILS], B7_NOT_APPLICABLE, 0);
    return;
  }
  const double graft = series->hsct_day,
               last = fmin(series->end_day, isnan(course->death_day) ? INFINITY : course->death_day);
  // relapse and death end the wait for recovery
  const double end = course->relapse_day > graft ? fmin(last, course->relapse_day) : last;
  const B7Column *platelets = column_of(series, B7_QUANTITY_PLATELETS),
                 *transfusions = column_of(series, B7_QUANTITY_PLATELET_TRANSFUSION);
  findings[B7_ENDPOINT_NEUTROPHILS] =
      b7_engraftment_neutrophils(c, column_of(series, B7_QUANTITY_ANC), graft, end, NULL);
  findings[B7_ENDPOINT_PLATELETS_20] =
      b7_engraftment_platelets(c, platelets, transfusions, graft, end, c->platelets_threshold);
  findings[B7_ENDPOINT_PLATELETS_50] =
      b7_engraftment_platelets(c, platelets, transfusions, graft, end, c->platelets_threshold_second);
  recorded_recovery(series, B7_QUANTITY_NEUTROPHILS_RECORDED, graft, &findings[B7_ENDPOINT_NEUTROPHILS]);
  recorded_recovery(series, B7_QUANTITY_PLATELETS_RECORDED, graft, &findings[B7_ENDPOINT_PLATELETS_20]);
  B7LowCounts low;
  b7_series_graft_function(c, series, course, last, &findings[B7_ENDPOINT_AGVHD_MAGIC], &low,
                           &findings[B7_ENDPOINT_GRAFT_FUNCTION]);
  failure(c, series, course, last, &low, findings);
  chimerism(c, series, last, &findings[B7_ENDPOINT_CHIMERISM]);
}
