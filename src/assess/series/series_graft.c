/* series_graft.c - graft and GVHD endpoints of one patient. */
#include "assess/rules/agvhd.h"
#include "assess/rules/cgvhd.h"
#include "assess/rules/chimerism.h"
#include "assess/rules/daily_values.h"
#include "assess/rules/engraftment.h"
#include "assess/rules/graft_failure.h"
#include "assess/series/series.h"
#include "assess/series/series_parts.h"

#define PER_UL 1e-3

static const B7Column *column_of(const B7Series *series, B7Quantity quantity) {
  return &series->column[quantity];
}

static double stage_at(const B7Column *column, int32_t row, double t_day) {
  if (row < column->n && column->t_day[row] == t_day) return column->value[row];
  return b7_column_latest(column, t_day, 1);
}

// acute GVHD after the first infusion of foreign cells, day by day; the highest grades and their first days
static void acute(const B7Criteria *c, const B7Series *series, double from, double last,
                  B7SeriesCourse *course, B7Finding *findings) {
  const B7Column *skin = column_of(series, B7_QUANTITY_AGVHD_SKIN),
                 *liver = column_of(series, B7_QUANTITY_AGVHD_LIVER);
  const B7Column *upper = column_of(series, B7_QUANTITY_AGVHD_UPPER),
                 *lower = column_of(series, B7_QUANTITY_AGVHD_LOWER);
  B7Finding *magic = &findings[B7_ENDPOINT_AGVHD_MAGIC], *old = &findings[B7_ENDPOINT_AGVHD_GLUCKSBERG];
  const B7Column *lead = skin->n ? skin : liver->n ? liver : lower->n ? lower : upper;
  double first_ii = NAN, first_iii = NAN;
  const bool aligned = upper->n == 0 && skin->n == liver->n && skin->n == lower->n &&
                       skin->t_day == liver->t_day && skin->t_day == lower->t_day;
  const int32_t start = b7_column_from(lead, from);
  for (int32_t i = start; i < lead->n && lead->t_day[i] <= last; i++) {
    // most days are quiet: told from the lead column where the others share its rows
    if (aligned && magic->evaluable != B7_NOT_EVALUABLE && skin->value[i] < 1 && liver->value[i] < 1 &&
        lower->value[i] < 1)
      continue;
    const double t = lead->t_day[i];
    // the upper gut is often not staged apart: it then adds nothing to the lower one
    const B7AgvhdStages today = {.skin = stage_at(skin, i, t),
                                 .liver = stage_at(liver, i, t),
                                 .upper_gi = upper->n ? stage_at(upper, i, t) : 0,
                                 .lower_gi = stage_at(lower, i, t),
                                 .ecog = NAN,
                                 .karnofsky_pct = NAN};
    const bool quiet = today.skin < 1 && today.liver < 1 && today.upper_gi < 1 && today.lower_gi < 1;
    if (quiet && magic->evaluable != B7_NOT_EVALUABLE) continue;
    const B7Finding now = b7_agvhd_magic(c, &today), then = b7_agvhd_glucksberg(c, &today);
    if (now.evaluable == B7_NOT_EVALUABLE) continue;
    if (magic->evaluable == B7_NOT_EVALUABLE || now.code > magic->code) {
      *magic = now;
      magic->t_day = t;
      magic->value = now.code;
    }
    if (old->evaluable == B7_NOT_EVALUABLE || then.code > old->code) {
      *old = then;
      old->t_day = t;
      old->value = then.code;
    }
    if (now.code >= 2 && isnan(first_ii)) first_ii = t;
    if (now.code >= 3 && isnan(first_iii)) first_iii = t;
    if (now.code >= 3 && isnan(course->agvhd_iii_iv_day) && t >= series->hsct_day)
      course->agvhd_iii_iv_day = t;
  }
  if (magic->evaluable == B7_NOT_EVALUABLE) {
    // only a grade is recorded
    const B7Column *recorded = column_of(series, B7_QUANTITY_AGVHD_RECORDED);
    for (int32_t i = b7_column_from(recorded, from); i < recorded->n && recorded->t_day[i] <= last; i++) {
      const double grade = recorded->value[i], t = recorded->t_day[i];
      if (isnan(grade)) continue;
      if (magic->evaluable == B7_NOT_EVALUABLE || grade > magic->code) {
        *magic = b7_finding(B7_RULE_magic, (int32_t)grade);
        magic->t_day = t;
        magic->value = grade;
        magic->deciding = B7_BIT(AGVHD_RECORDED);
        magic->flags = B7_FLAG_RECORDED;
        *old = *magic;
        old->rule = B7_RULE_glucksberg;
      }
      if (grade >= 2 && isnan(first_ii)) first_ii = t;
      if (grade >= 3 && isnan(first_iii)) first_iii = t;
      if (grade >= 3 && isnan(course->agvhd_iii_iv_day) && t >= series->hsct_day)
        course->agvhd_iii_iv_day = t;
    }
  }
  const bool known = magic->evaluable != B7_NOT_EVALUABLE;
  B7Finding *marks[] = {&findings[B7_ENDPOINT_AGVHD_II_IV], &findings[B7_ENDPOINT_AGVHD_III_IV]};
  const double days[] = {first_ii, first_iii};
  for (int i = 0; i < 2; i++) {
    *marks[i] = known ? b7_finding(B7_RULE_magic, !isnan(days[i])) : *magic;
    if (!known) continue;
    marks[i]->t_day = days[i];
    marks[i]->value = days[i] - from;
    marks[i]->deciding = magic->deciding;
    marks[i]->flags = magic->flags & B7_FLAG_RECORDED;
  }
}

static void chronic(const B7Criteria *c, const B7Series *series, double last, B7Finding *out) {
  *out = b7_finding_none(B7_RULE_cgvhd, B7_NOT_EVALUABLE, B7_BIT(CGVHD_RECORDED));
  for (int32_t q = B7_QUANTITY_CGVHD_SKIN; q <= B7_QUANTITY_CGVHD_GENITAL; q++) {
    const B7Column *lead = column_of(series, (B7Quantity)q);
    for (int32_t i = b7_column_from(lead, series->hsct_day); i < lead->n && lead->t_day[i] <= last; i++) {
      B7CgvhdScores scores = {0};
      for (int32_t site = 0; site < B7_CGVHD_SITES; site++)
        scores.score[site] = b7_column_latest(column_of(series, (B7Quantity)(B7_QUANTITY_CGVHD_SKIN + site)),
                                              lead->t_day[i], 1);
      const B7Finding now = b7_cgvhd_severity(c, &scores);
      if (now.evaluable == B7_NOT_EVALUABLE || (out->evaluable != B7_NOT_EVALUABLE && now.code <= out->code))
        continue;
      *out = now;
      out->t_day = lead->t_day[i];
    }
  }
  const B7Column *recorded = column_of(series, B7_QUANTITY_CGVHD_RECORDED);
  for (int32_t i = b7_column_from(recorded, series->hsct_day); i < recorded->n && recorded->t_day[i] <= last;
       i++) {
    if (isnan(recorded->value[i]) || (out->evaluable != B7_NOT_EVALUABLE && recorded->value[i] <= out->code))
      continue;
    *out = b7_finding(B7_RULE_cgvhd, (int32_t)recorded->value[i]);
    out->t_day = recorded->t_day[i];
    out->deciding = B7_BIT(CGVHD_RECORDED);
    out->flags = B7_FLAG_RECORDED;
  }
}

void b7_series_gvhd(const B7Criteria *criteria, const B7Series *series, B7SeriesCourse *course,
                    B7Finding *findings) {
  const double last = fmin(series->end_day, isnan(course->death_day) ? INFINITY : course->death_day);
  const bool infused = !isnan(series->cart_day) || !isnan(series->hsct_day);
  const B7Evaluable why = infused ? B7_NOT_EVALUABLE : B7_NOT_APPLICABLE;
  const uint64_t stages = B7_BIT(AGVHD_SKIN) | B7_BIT(AGVHD_LIVER) | B7_BIT(AGVHD_LOWER);
  for (int32_t e = B7_ENDPOINT_AGVHD_MAGIC; e <= B7_ENDPOINT_AGVHD_III_IV; e++)
    findings[e] = b7_finding_none(e == B7_ENDPOINT_AGVHD_GLUCKSBERG ? B7_RULE_glucksberg : B7_RULE_magic, why,
                                  infused ? stages : 0);
  if (infused) {
    // after a transplant that is what is asked; before it, GVHD of the product
    const double from = isnan(series->hsct_day) ? series->cart_day : series->hsct_day;
    acute(criteria, series, from, last, course, findings);
  }
  if (isnan(series->hsct_day))
    findings[B7_ENDPOINT_CGVHD] = b7_finding_none(B7_RULE_cgvhd, B7_NOT_APPLICABLE, 0);
  else
    chronic(criteria, series, last, &findings[B7_ENDPOINT_CGVHD]);
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

// first day after recovery from which neutrophils stay below the limit long enough
static double decline_day(const B7Criteria *c, const B7Column *anc, double from, double to) {
  int32_t run = 0;
  double start = NAN, last = NAN;
  for (int32_t i = b7_column_from(anc, from); i < anc->n && anc->t_day[i] <= to; i++) {
    const double day = floor(anc->t_day[i]);
    if (!(anc->value[i] < c->graft_failure_secondary_anc_per_ul * PER_UL)) {
      run = 0;
      continue;
    }
    if (run == 0 || day > last + 1) {
      run = 1;
      start = day;
    } else if (day > last) {
      run++;
    }
    last = day;
    if (run >= (int32_t)c->graft_failure_secondary_days) return start;
  }
  return NAN;
}

static bool mark_between(const B7Series *series, B7Quantity mark, double from, double to) {
  return b7_series_first_mark(series, mark, from) <= to;
}

static void failure(const B7Criteria *c, const B7Series *series, const B7SeriesCourse *course, double last,
                    B7Finding *findings) {
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
                        .other_explanation = course->relapse_day <= last,
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
  if (recovered && anc->n) decline = decline_day(c, anc, neutrophils->t_day + c->neutrophils_days, last);
  if (!isnan(decline)) {
    facts.later_decline = 1;
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
  out->t_day = out->code == B7_GRAFT_FAILURE_SECONDARY ? decline
               : out->code > 0                         ? graft + limit
                                                       : neutrophils->t_day;
  out->flags |= neutrophils->flags & B7_FLAG_RECORDED;
}

static void function(const B7Criteria *c, const B7Series *series, const B7SeriesCourse *course, double last,
                     B7Finding *out, const B7Finding *magic) {
  const B7Column *anc = column_of(series, B7_QUANTITY_ANC), *plt = column_of(series, B7_QUANTITY_PLATELETS);
  const B7Column *hb = column_of(series, B7_QUANTITY_HAEMOGLOBIN);
  if (!anc->n || !plt->n || !hb->n) {
    *out =
        b7_finding_none(B7_RULE_pgf, B7_NOT_EVALUABLE, B7_BIT(ANC) | B7_BIT(PLATELETS) | B7_BIT(HAEMOGLOBIN));
    return;
  }
  const double from = series->hsct_day + c->pgf_from_day;
  B7GraftFunction best = {.hb_g_per_l = INFINITY,
                          .anc_10e9_per_l = INFINITY,
                          .platelets_10e9_per_l = INFINITY,
                          .consecutive_days = 0,
                          .from_day = c->pgf_from_day,
                          .donor_pct = NAN,
                          .severe_gvhd = magic->code >= 3,
                          .relapse = course->relapse_day <= last,
                          .support_needed = NAN,
                          .other_explanation = NAN};
  int32_t run = 0;
  double start = NAN, at = NAN;
  for (int32_t i = b7_column_from(anc, from); i < anc->n && anc->t_day[i] <= last; i++) {
    if (!(anc->value[i] < c->pgf_anc_below)) {
      run = 0;
      continue;
    }
    const double t = anc->t_day[i], p = stage_at(plt, i, t), h = stage_at(hb, i, t);
    if (!(p < c->pgf_plt_below && h < c->pgf_hb_below)) {
      run = 0;
      continue;
    }
    if (run == 0) start = floor(t);
    run = (int32_t)(floor(t) - start) + 1;
    if (run <= best.consecutive_days) continue;
    best.consecutive_days = run;
    best.from_day = start - series->hsct_day;
    best.hb_g_per_l = h;
    best.anc_10e9_per_l = anc->value[i];
    best.platelets_10e9_per_l = p;
    best.donor_pct = b7_column_latest(column_of(series, B7_QUANTITY_CHIMERISM), t, INFINITY);
    at = start;
  }
  *out = b7_graft_function(c, B7_PGF_NUMERIC, &best);
  out->t_day = at;
  out->value = best.consecutive_days;
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
  failure(c, series, course, last, findings);
  function(c, series, course, last, &findings[B7_ENDPOINT_GRAFT_FUNCTION],
           &findings[B7_ENDPOINT_AGVHD_MAGIC]);
  chimerism(c, series, last, &findings[B7_ENDPOINT_CHIMERISM]);
}
