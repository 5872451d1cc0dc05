#include "assess/rules/engraftment.h"

#include "assess/rules/daily_values.h"

#define PER_UL_IN_10E9_PER_L 1e-3

// a run over calendar days in one pass over the column: the lowest value of each day
typedef struct Day {
  double day; // whole days from the graft
  double lowest;
} Day;

// next calendar day with a value, from row *row on; false at the end
static bool next_day(const B7Column *column, double graft_day, int32_t end_row, int32_t *row, Day *out) {
  while (*row < end_row && isnan(column->value[*row])) (*row)++;
  if (*row >= end_row) return false;
  out->day = floor(column->t_day[*row] - graft_day);
  out->lowest = column->value[*row];
  for ((*row)++; *row < end_row && floor(column->t_day[*row] - graft_day) == out->day; (*row)++)
    if (column->value[*row] < out->lowest) out->lowest = column->value[*row];
  return true;
}

static int32_t rows_until(const B7Column *column, double end_day) {
  return isnan(end_day) ? column->n : b7_column_from(column, end_day + 1);
}

static B7Finding recovered(B7RuleIndex rule, double graft_day, double days, uint64_t bit) {
  B7Finding finding = b7_finding(rule, B7_RECOVERY_YES);
  finding.value = days;
  finding.t_day = graft_day + days;
  finding.deciding = bit;
  return finding;
}

B7Finding b7_engraftment_neutrophils(const B7Criteria *criteria, const B7Column *anc, double graft_day,
                                     double end_day, double *measurements) {
  const double threshold = criteria->neutrophils_threshold_per_ul * PER_UL_IN_10E9_PER_L;
  const int32_t wanted = (int32_t)criteria->neutrophils_days, end_row = rows_until(anc, end_day);
  int32_t row = b7_column_from(anc, graft_day);
  bool any = false, below = false;
  double run_start = NAN, loose_start = NAN, loose = NAN, found = NAN, last = NAN;
  int32_t run = 0, loose_run = 0;
  Day day;
  while (isnan(found) && next_day(anc, graft_day, end_row, &row, &day)) {
    any = true;
    if (day.lowest < threshold) {
      below = true;
      run = loose_run = 0;
    } else if (below) {
      if (run == 0 || day.day != last + 1) {
        run = 0;
        run_start = day.day;
      }
      if (loose_run == 0) loose_start = day.day;
      run++;
      loose_run++;
      if (loose_run == wanted && isnan(loose)) loose = loose_start;
      if (run == wanted) found = run_start;
    }
    last = day.day;
  }
  if (measurements) *measurements = loose;
  if (!any) return b7_finding_none(B7_RULE_neutrophils, B7_NOT_EVALUABLE, B7_BIT(ANC));
  if (!isnan(found)) return recovered(B7_RULE_neutrophils, graft_day, found, B7_BIT(ANC));
  B7Finding finding = b7_finding(B7_RULE_neutrophils, below ? B7_RECOVERY_NOT_YET : B7_RECOVERY_NEVER_BELOW);
  finding.deciding = B7_BIT(ANC);
  if (!below) finding.flags |= B7_FLAG_BEFORE_NADIR;
  if (!isnan(loose)) finding.flags |= B7_FLAG_VARIANTS_DIFFER;
  return finding;
}

B7Finding b7_engraftment_platelets(const B7Criteria *criteria, const B7Column *platelets,
                                   const B7Column *transfusions, double graft_day, double end_day,
                                   double threshold_10e9_per_l) {
  const int32_t wanted = (int32_t)criteria->platelets_days, end_row = rows_until(platelets, end_day);
  const int32_t transfusion_end = rows_until(transfusions, end_day);
  const double free_days = criteria->platelets_transfusion_free_days;
  int32_t row = b7_column_from(platelets, graft_day),
          next = b7_column_from(transfusions, graft_day - free_days);
  bool any = false, begun = false, low_seen = false;
  double run_start = NAN, found = NAN, last = NAN, last_transfusion = -INFINITY;
  int32_t run = 0;
  Day day;
  while (isnan(found) && next_day(platelets, graft_day, end_row, &row, &day)) {
    any = true;
    // a transfusion on the day itself spoils the run, one less than seven days before spoils its start
    bool today = false;
    for (; next < transfusion_end && floor(transfusions->t_day[next] - graft_day) <= day.day; next++) {
      if (!(transfusions->value[next] > 0)) continue;
      last_transfusion = floor(transfusions->t_day[next] - graft_day);
      begun = true;
      if (run > 0 && last_transfusion >= run_start) run = 0;
    }
    today = last_transfusion == day.day;
    if (day.lowest < threshold_10e9_per_l) {
      low_seen = begun = true;
      run = 0;
    } else if (begun && !today) {
      if (run == 0 || day.day != last + 1) {
        run = 0;
        run_start = day.day;
      }
      if (run > 0 || day.day >= last_transfusion + free_days) run++;
      if (run == wanted) found = run_start;
    } else {
      run = 0;
    }
    last = day.day;
  }
  const uint64_t bits = B7_BIT(PLATELETS) | B7_BIT(PLATELET_TRANSFUSION);
  if (!any) return b7_finding_none(B7_RULE_platelets, B7_NOT_EVALUABLE, B7_BIT(PLATELETS));
  if (!isnan(found)) return recovered(B7_RULE_platelets, graft_day, found, bits);
  B7Finding finding = b7_finding(B7_RULE_platelets, begun ? B7_RECOVERY_NOT_YET : B7_RECOVERY_NEVER_BELOW);
  finding.deciding = bits;
  if (!low_seen) finding.flags |= B7_FLAG_BEFORE_NADIR;
  return finding;
}
