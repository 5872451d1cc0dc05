#include "assess/daily.h"

int32_t b7_column_from(const B7Column *column, double t_day) {
  int32_t low = 0, high = column->n;
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (column->t_day[middle] < t_day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

double b7_column_latest(const B7Column *column, double t_day, double within_days) {
  if (column->n == 0) return NAN;
  // rows at exactly t_day count
  int32_t row = b7_column_from(column, t_day);
  while (row < column->n && column->t_day[row] <= t_day) row++;
  for (row--; row >= 0 && t_day - column->t_day[row] < within_days; row--)
    if (!isnan(column->value[row])) return column->value[row];
  return NAN;
}

static void interpolate(B7Daily *daily, double interpolate_days) {
  int32_t before = daily->first_known;
  for (int32_t i = before + 1; before >= 0 && i <= daily->last_known; i++) {
    if (isnan(daily->value[i])) continue;
    const int32_t gap = i - before - 1;
    if (gap > interpolate_days)
      daily->gaps += gap;
    else
      for (int32_t k = before + 1; k < i; k++, daily->interpolated++)
        daily->value[k] =
            daily->value[before] + (daily->value[i] - daily->value[before]) * (k - before) / (i - before);
    before = i;
  }
}

void b7_daily_fill(B7Daily *daily, const B7Column *column, double origin_day, int32_t first, int32_t last,
                   double interpolate_days) {
  if (last - first >= B7_DAILY_MAX) last = first + B7_DAILY_MAX - 1;
  *daily = (B7Daily){.first = first, .n = last - first + 1, .first_known = -1, .last_known = -1};
  for (int32_t i = 0; i < daily->n; i++) daily->value[i] = NAN;
  for (int32_t row = b7_column_from(column, origin_day + first); row < column->n; row++) {
    const double v = column->value[row];
    const int32_t i = (int32_t)floor(column->t_day[row] - origin_day) - first;
    if (i >= daily->n) break;
    if (isnan(v) || v >= daily->value[i]) continue; // a NaN in place is not below v
    daily->value[i] = v;
    if (daily->first_known < 0) daily->first_known = i;
    daily->last_known = i;
  }
  interpolate(daily, interpolate_days);
}

B7DaysBelow b7_days_below(const B7Daily *daily, double threshold, bool inclusive, double join_days,
                          int32_t start_by, bool assume_low) {
  B7DaysBelow days = {0};
  int32_t start = -1, last_low = -1; // of the open episode
  for (int32_t i = 0; i < daily->n; i++) {
    const double v = daily->value[i];
    const bool empty = isnan(v);
    const bool known_gap = empty && i > daily->first_known && i < daily->last_known;
    const bool low = empty ? assume_low && known_gap : inclusive ? v <= threshold : v < threshold;
    if (!low) continue;
    const bool joined = last_low >= 0 && i - last_low - 1 < join_days;
    if (!joined) start = i;
    days.cumulative += joined ? i - last_low : 1;
    last_low = i;
    if (i - start + 1 > days.longest) days.longest = i - start + 1;
  }
  days.never_above = last_low >= 0 && last_low == daily->last_known && daily->first + start <= start_by;
  return days;
}
