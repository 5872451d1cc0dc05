/* series_gvhd.c - acute and chronic GVHD of one patient. */
#include "assess/rules/cgvhd.h"
#include "assess/rules/daily_values.h"
#include "assess/series/gvhd_stages.h"
#include "assess/series/series.h"
#include "assess/series/series_parts.h"

static const B7Column *column_of(const B7Series *series, B7Quantity quantity) {
  return &series->column[quantity];
}

// what the days so far say: the highest grades, and the first day of II and of III
typedef struct Acute {
  B7Finding magic, older;
  B7Finding first[2]; /* the finding of the first day of grade II-IV, III-IV; code -1: none */
} Acute;

// the higher grade with its day; the range reaches to the highest that any day allows
static void keep_higher(B7Finding *best, const B7Finding *now, double t_day) {
  if (now->evaluable == B7_NOT_EVALUABLE) return;
  const bool none = best->evaluable == B7_NOT_EVALUABLE;
  const int32_t high = none ? now->high : b7_max_grade(best->high, now->high);
  const uint64_t missing = none ? now->missing : best->missing | now->missing;
  if (none || now->code > best->code) {
    *best = *now;
    best->t_day = t_day;
    best->value = now->code;
  }
  best->high = high;
  best->evaluable = high > best->code ? B7_PARTIAL : B7_EVALUABLE;
  best->missing = high > best->code ? missing : 0;
}

static void keep_first(Acute *acute, const B7Finding *now, double t_day) {
  static const int32_t from[] = {B7_AGVHD_II, B7_AGVHD_III};
  for (int i = 0; i < 2; i++) {
    if (now->evaluable == B7_NOT_EVALUABLE || now->code < from[i] || acute->first[i].code >= 0) continue;
    acute->first[i] = *now;
    acute->first[i].t_day = t_day;
  }
}

static void look(const B7Criteria *c, const B7AgvhdStages *magic, const B7AgvhdStages *older, double t_day,
                 Acute *acute) {
  const B7Finding now = b7_agvhd_magic(c, magic), then = b7_agvhd_glucksberg(c, older);
  keep_higher(&acute->magic, &now, t_day);
  keep_higher(&acute->older, &then, t_day);
  keep_first(acute, &now, t_day);
}

// simulated patients: three stages on the same rows every day, most of them quiet
static bool aligned(const B7Series *series) {
  const B7Column *skin = column_of(series, B7_QUANTITY_AGVHD_SKIN),
                 *liver = column_of(series, B7_QUANTITY_AGVHD_LIVER),
                 *lower = column_of(series, B7_QUANTITY_AGVHD_LOWER);
  return series->scheduled_visits && column_of(series, B7_QUANTITY_AGVHD_UPPER)->n == 0 && skin->n > 0 &&
         skin->n == liver->n && skin->n == lower->n && skin->t_day == liver->t_day &&
         skin->t_day == lower->t_day;
}

static void look_at_rows(const B7Criteria *c, const B7Series *series, double from, double last,
                         Acute *acute) {
  const B7Column *skin = column_of(series, B7_QUANTITY_AGVHD_SKIN),
                 *liver = column_of(series, B7_QUANTITY_AGVHD_LIVER),
                 *lower = column_of(series, B7_QUANTITY_AGVHD_LOWER);
  for (int32_t i = b7_column_from(skin, from); i < skin->n && skin->t_day[i] <= last; i++) {
    if (acute->magic.evaluable != B7_NOT_EVALUABLE && skin->value[i] < 1 && liver->value[i] < 1 &&
        lower->value[i] < 1)
      continue;
    const B7AgvhdStages today = {.skin = skin->value[i],
                                 .liver = liver->value[i],
                                 .upper_gi = 0,
                                 .lower_gi = lower->value[i],
                                 .ecog = NAN,
                                 .karnofsky_pct = NAN};
    look(c, &today, &today, skin->t_day[i], acute);
  }
}

// organs that were examined on any day: on the others they count as free, as all organs do on days without a row; what was never
// examined leaves the grade open. So one more day of one organ cannot make the grade less certain.
static uint64_t examined_ever(const B7Criteria *c, const B7Series *series, double from, double last) {
  uint64_t examined = 0;
  for (double t = b7_gvhd_next(series, from - 1e-9); t <= last; t = b7_gvhd_next(series, t)) {
    B7AgvhdStages magic, older;
    b7_gvhd_stages_at(c, series, t, &magic, &older);
    examined |=
        (isnan(magic.skin) ? 0 : B7_BIT(AGVHD_SKIN)) | (isnan(magic.liver) ? 0 : B7_BIT(AGVHD_LIVER)) |
        (isnan(magic.upper_gi) ? 0 : B7_BIT(AGVHD_UPPER)) | (isnan(magic.lower_gi) ? 0 : B7_BIT(AGVHD_LOWER));
  }
  return examined;
}

static void free_elsewhere(uint64_t examined, B7AgvhdStages *day) {
  if (isnan(day->skin) && examined & B7_BIT(AGVHD_SKIN)) day->skin = day->skin_high = 0;
  if (isnan(day->liver) && examined & B7_BIT(AGVHD_LIVER)) day->liver = 0;
  if (isnan(day->upper_gi) && examined & B7_BIT(AGVHD_UPPER)) day->upper_gi = 0;
  if (isnan(day->lower_gi) && examined & B7_BIT(AGVHD_LOWER)) day->lower_gi = 0;
}

static void look_at_days(const B7Criteria *c, const B7Series *series, double from, double last,
                         Acute *acute) {
  const uint64_t examined = examined_ever(c, series, from, last);
  for (double t = b7_gvhd_next(series, from - 1e-9); t <= last; t = b7_gvhd_next(series, t)) {
    B7AgvhdStages magic, older;
    b7_gvhd_stages_at(c, series, t, &magic, &older);
    // the older scales have no stages of volume by weight: open where only that was measured
    const bool gut_open = isnan(older.lower_gi) && !isnan(magic.lower_gi);
    free_elsewhere(examined, &magic);
    free_elsewhere(gut_open ? examined & ~B7_BIT(AGVHD_LOWER) : examined, &older);
    look(c, &magic, &older, t, acute);
  }
}

// only a grade is recorded, for both scales
static void look_at_recorded(const B7Series *series, double from, double last, Acute *acute) {
  const B7Column *recorded = column_of(series, B7_QUANTITY_AGVHD_RECORDED);
  for (int32_t i = b7_column_from(recorded, from); i < recorded->n && recorded->t_day[i] <= last; i++) {
    if (isnan(recorded->value[i])) continue;
    B7Finding now = b7_finding(B7_RULE_magic, (int32_t)recorded->value[i]);
    now.deciding = B7_BIT(AGVHD_RECORDED);
    now.flags = B7_FLAG_RECORDED;
    keep_higher(&acute->magic, &now, recorded->t_day[i]);
    keep_first(acute, &now, recorded->t_day[i]);
  }
  if (acute->magic.evaluable == B7_NOT_EVALUABLE) return;
  acute->older = acute->magic;
  acute->older.rule = B7_RULE_glucksberg;
}

// whether a grade was reached, and when: not, where no day allows it
static B7Finding reached(const Acute *acute, int i, int32_t from_grade, double from_day) {
  if (acute->magic.evaluable == B7_NOT_EVALUABLE) return acute->magic;
  const B7Finding *first = &acute->first[i];
  const bool yes = first->code >= 0;
  B7Finding finding =
      b7_finding_range(B7_RULE_magic, yes, yes || acute->magic.high >= from_grade, acute->magic.missing);
  finding.t_day = yes ? first->t_day : NAN;
  finding.value = yes ? first->t_day - from_day : NAN;
  finding.deciding = yes ? first->deciding : acute->magic.deciding;
  finding.flags = acute->magic.flags & B7_FLAG_RECORDED;
  return finding;
}

// acute GVHD after the first infusion of foreign cells, day by day
static void acute(const B7Criteria *c, const B7Series *series, double from, double last,
                  B7SeriesCourse *course, B7Finding *findings) {
  Acute seen = {.magic = findings[B7_ENDPOINT_AGVHD_MAGIC], .older = findings[B7_ENDPOINT_AGVHD_GLUCKSBERG]};
  seen.first[0].code = seen.first[1].code = -1;
  if (aligned(series))
    look_at_rows(c, series, from, last, &seen);
  else
    look_at_days(c, series, from, last, &seen);
  if (seen.magic.evaluable == B7_NOT_EVALUABLE) look_at_recorded(series, from, last, &seen);
  findings[B7_ENDPOINT_AGVHD_MAGIC] = seen.magic;
  findings[B7_ENDPOINT_AGVHD_GLUCKSBERG] = seen.older;
  findings[B7_ENDPOINT_AGVHD_II_IV] = reached(&seen, 0, B7_AGVHD_II, from);
  findings[B7_ENDPOINT_AGVHD_III_IV] = reached(&seen, 1, B7_AGVHD_III, from);
  // after the transplant alone: GVHD of the product before it is no event of the graft
  if (isnan(series->hsct_day)) return;
  course->agvhd_ii_iv_day = findings[B7_ENDPOINT_AGVHD_II_IV].t_day;
  course->agvhd_iii_iv_day = findings[B7_ENDPOINT_AGVHD_III_IV].t_day;
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
  const bool infused = !series->own_cells && (!isnan(series->cart_day) || !isnan(series->hsct_day));
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
