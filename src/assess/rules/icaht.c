#include "assess/rules/icaht.h"

#include "assess/rules/daily_values.h"

#define PER_UL_IN_10E9_PER_L 1e-3

typedef struct EarlyGrade {
  int32_t grade, days;
} EarlyGrade;

static EarlyGrade neutrophil_grade(const B7Criteria *c, const B7Daily *daily, B7DayCount count,
                                   bool assume_low) {
  const B7DaysBelow severe =
      b7_days_below(daily, c->icaht_severe_per_ul * PER_UL_IN_10E9_PER_L, true, c->icaht_join_below_days,
                    (int32_t)c->icaht_never_start_last_day, assume_low);
  const B7DaysBelow profound = b7_days_below(daily, c->icaht_profound_per_ul * PER_UL_IN_10E9_PER_L, true,
                                             c->icaht_join_below_days, 0, assume_low);
  const int32_t severe_days = count == B7_DAY_COUNT_EPISODE ? severe.longest : severe.cumulative;
  const int32_t profound_days = count == B7_DAY_COUNT_EPISODE ? profound.longest : profound.cumulative;
  if (severe.never_above) return (EarlyGrade){4, severe_days};
  if (profound_days >= c->icaht_profound_grade4_days) return (EarlyGrade){4, profound_days};
  if (profound_days >= c->icaht_profound_grade3_days) return (EarlyGrade){3, profound_days};
  if (severe_days >= c->icaht_grade3_days) return (EarlyGrade){3, severe_days};
  if (severe_days >= c->icaht_grade2_days) return (EarlyGrade){2, severe_days};
  return (EarlyGrade){severe_days > 0, severe_days};
}

static EarlyGrade platelet_grade(const B7Criteria *c, const B7Daily *daily, B7DayCount count,
                                 bool assume_low) {
  const B7DaysBelow low =
      b7_days_below(daily, c->ticaht_grade1_below, false, c->icaht_join_below_days, 0, assume_low);
  const B7DaysBelow deep =
      b7_days_below(daily, c->ticaht_grade3_below, false, c->icaht_join_below_days, 0, assume_low);
  const int32_t low_days = count == B7_DAY_COUNT_EPISODE ? low.longest : low.cumulative;
  const int32_t deep_days = count == B7_DAY_COUNT_EPISODE ? deep.longest : deep.cumulative;
  if (deep_days > 0) return (EarlyGrade){deep_days >= c->ticaht_grade4_days ? 4 : 3, deep_days};
  if (low_days >= c->ticaht_grade2_days) return (EarlyGrade){2, low_days};
  return (EarlyGrade){low_days > 0, low_days};
}

typedef EarlyGrade (*GradeDays)(const B7Criteria *c, const B7Daily *daily, B7DayCount count, bool assume_low);

static B7Finding early(const B7Criteria *c, const B7Column *column, double infusion_day, double end_day,
                       B7DayCount count, int32_t *other, GradeDays grade_days, B7RuleIndex rule,
                       uint64_t bit) {
  int32_t last = (int32_t)c->icaht_early_last_day;
  bool censored = false;
  if (end_day - infusion_day < last) {
    last = (int32_t)floor(end_day - infusion_day);
    censored = true;
  }
  B7Daily daily;
  if (last >= 0) b7_daily_fill(&daily, column, infusion_day, 0, last, c->icaht_interpolate_days);
  if (last < 0 || daily.last_known < 0) {
    if (other) *other = -1;
    return b7_finding_none(rule, B7_NOT_EVALUABLE, bit);
  }
  // the values stop before the window does: what was seen is graded and marked
  if (daily.last_known < (int32_t)c->icaht_early_last_day || daily.first_known > 0) censored = true;
  const EarlyGrade low = grade_days(c, &daily, count, false);
  const EarlyGrade high = daily.gaps ? grade_days(c, &daily, count, true) : low;
  B7Finding finding = b7_finding_range(rule, low.grade, b7_max_grade(low.grade, high.grade), bit);
  finding.value = low.days;
  finding.deciding = bit;
  finding.t_day = infusion_day;
  if (daily.interpolated) finding.flags |= B7_FLAG_INTERPOLATED;
  if (censored) finding.flags |= B7_FLAG_CENSORED;
  const EarlyGrade second = grade_days(
      c, &daily, count == B7_DAY_COUNT_CUMULATIVE ? B7_DAY_COUNT_EPISODE : B7_DAY_COUNT_CUMULATIVE, false);
  if (second.grade != low.grade) finding.flags |= B7_FLAG_VARIANTS_DIFFER;
  if (other) *other = second.grade;
  return finding;
}

B7Finding b7_icaht_early(const B7Criteria *criteria, const B7Column *anc, double infusion_day, double end_day,
                         B7DayCount count, int32_t *other) {
  return early(criteria, anc, infusion_day, end_day, count, other, neutrophil_grade, B7_RULE_icaht,
               B7_BIT(ANC));
}

B7Finding b7_ticaht_early(const B7Criteria *criteria, const B7Column *platelets, double infusion_day,
                          double end_day, B7DayCount count, int32_t *other) {
  return early(criteria, platelets, infusion_day, end_day, count, other, platelet_grade, B7_RULE_ticaht,
               B7_BIT(PLATELETS));
}

// the two lowest values of a stretch, and how many there are
typedef struct TwoLowest {
  double lowest, second, lowest_day;
  int32_t values;
} TwoLowest;

static TwoLowest two_lowest(const B7Column *column, double from_day, double to_day) {
  TwoLowest two = {INFINITY, INFINITY, NAN, 0};
  const int32_t end = isnan(to_day) ? column->n : b7_column_from(column, to_day);
  for (int32_t i = b7_column_from(column, from_day); i < end; i++) {
    const double v = column->value[i];
    if (isnan(v)) continue;
    two.values++;
    if (v >= two.second) continue;
    if (v < two.lowest) {
      two.second = two.lowest;
      two.lowest = v;
      two.lowest_day = column->t_day[i];
    } else {
      two.second = v;
    }
  }
  return two;
}

B7Finding b7_icaht_late(const B7Criteria *criteria, const B7Column *anc, double infusion_day, double end_day,
                        int32_t *strict) {
  const B7Criteria *c = criteria;
  // day 30 itself is early; the end day still counts
  const TwoLowest two =
      two_lowest(anc, infusion_day + c->icaht_early_last_day + 1, isnan(end_day) ? NAN : end_day + 1);
  if (strict) *strict = -1;
  if (two.values == 0) return b7_finding_none(B7_RULE_icaht, B7_NOT_EVALUABLE, B7_BIT(ANC));
  const double lowest_per_ul = two.lowest / PER_UL_IN_10E9_PER_L,
               second_per_ul = two.second / PER_UL_IN_10E9_PER_L;
  int32_t grade =
      (lowest_per_ul <= c->icaht_late_grade1_per_ul) + (lowest_per_ul <= c->icaht_late_grade2_per_ul) +
      (lowest_per_ul <= c->icaht_late_grade3_per_ul) + (lowest_per_ul <= c->icaht_late_grade4_per_ul);
  if (two.values > 1 && !(second_per_ul <= c->icaht_late_grade1_per_ul)) grade = 0;
  B7Finding finding = b7_finding(B7_RULE_icaht, grade);
  finding.value = lowest_per_ul;
  finding.t_day = two.lowest_day;
  finding.deciding = B7_BIT(ANC);
  if (two.values == 1) finding.flags |= B7_FLAG_SINGLE_MEASUREMENT;
  if (strict) *strict = two.values > 1 ? grade : 0;
  return finding;
}

B7Finding b7_ticaht_late(const B7Criteria *criteria, const B7Column *platelets, double infusion_day,
                         double end_day) {
  const B7Criteria *c = criteria;
  const int32_t first = (int32_t)c->icaht_early_last_day + 1;
  int32_t last = (int32_t)c->ticaht_late_last_day;
  if (end_day - infusion_day < last) last = (int32_t)floor(end_day - infusion_day);
  B7Daily daily;
  if (last >= first) b7_daily_fill(&daily, platelets, infusion_day, first, last, c->icaht_interpolate_days);
  if (last < first || daily.last_known < 0)
    return b7_finding_none(B7_RULE_ticaht, B7_NOT_EVALUABLE, B7_BIT(PLATELETS));
  // the lowest value counts only when a second one confirms it or it is the only one
  const TwoLowest two = two_lowest(platelets, infusion_day + first, infusion_day + last + 1);
  B7Finding finding = b7_finding(B7_RULE_ticaht, 0);
  finding.deciding = B7_BIT(PLATELETS);
  finding.value = two.lowest;
  finding.t_day = two.lowest_day;
  if (two.values == 1) finding.flags |= B7_FLAG_SINGLE_MEASUREMENT;
  if (daily.interpolated) finding.flags |= B7_FLAG_INTERPOLATED;
  if (!(two.lowest < c->ticaht_late_grade1_below)) return finding;
  if (two.values > 1 && !(two.second < c->ticaht_late_grade1_below)) return finding;
  const B7DaysBelow deep =
      b7_days_below(&daily, c->ticaht_grade3_below, false, c->icaht_join_below_days, 0, false);
  if (deep.cumulative > 0)
    finding.code = deep.cumulative >= c->ticaht_grade4_days ? 4 : 3;
  else
    finding.code = two.lowest < c->ticaht_grade1_below ? 2 : 1;
  finding.low = finding.high = finding.code;
  return finding;
}
