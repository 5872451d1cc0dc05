#include "assess/rules/daily_values.h"

int32_t b7_column_from(const B7Column *column, double t_day) {
  const int32_t n = column->n;
  const double *t = column->t_day;
  if (n == 0 || !(t_day > t[0])) return 0;
  if (t_day > t[n - 1]) return n;
  // simulated columns are nearly equally spaced: look where the row would then be
  int32_t low = 0, high = n;
  const int32_t guess = (int32_t)((t_day - t[0]) / (t[n - 1] - t[0]) * (n - 1));
  if (guess > 0 && guess < n) {
    if (t[guess] < t_day) {
      if (guess + 1 < n && t[guess + 1] >= t_day) return guess + 1;
      low = guess + 1;
    } else {
      if (t[guess - 1] < t_day) return guess;
      high = guess;
    }
  }
  while (low < high) {
    const int32_t middle = low + (high - low) / 2;
    if (t[middle] < t_day)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int32_t b7_column_last_row(const B7Column *column, double t_day) {
  int32_t row = b7_column_from(column, t_day);
  while (row < column->n && column->t_day[row] <= t_day) row++;
  return row - 1;
}

double b7_column_back(const B7Column *column, int32_t row, double t_day, double within_days) {
  for (; row >= 0 && t_day - column->t_day[row] < within_days; row--)
    if (!isnan(column->value[row])) return column->value[row];
  return NAN;
}

double b7_column_latest(const B7Column *column, double t_day, double within_days) {
  if (column->n == 0) return NAN;
  return b7_column_back(column, b7_column_last_row(column, t_day), t_day, within_days);
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
