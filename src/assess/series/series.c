/* series.c - a series begun and checked; the first of its marks. */
#include "assess/series/series.h"

#include "assess/rules/daily_values.h"
#include "base/status.h"

void b7_series_make(B7Series *series) {
  *series = (B7Series){.cart_day = NAN,
                       .hsct_day = NAN,
                       .second_graft_day = NAN,
                       .lymphodepletion_day = NAN,
                       .start_day = 0,
                       .end_day = NAN,
                       .origin_day = NAN,
                       .age_years = NAN,
                       .mrd_limit_pct = NAN,
                       .extramedullary_at_start = -1,
                       .nodal_at_start = -1,
                       .weight_kg = NAN};
}

double b7_series_first_mark(const B7Series *series, B7Quantity quantity, double from_day) {
  const B7Column *column = &series->column[quantity];
  for (int32_t i = b7_column_from(column, from_day); i < column->n; i++)
    if (column->value[i] > 0) return column->t_day[i];
  return NAN;
}

double b7_series_first_infusion(const B7Series *series) {
  if (!isnan(series->cart_day)) return series->cart_day;
  return isnan(series->hsct_day) ? series->start_day : series->hsct_day;
}

// counts, scores and shares are never negative; the change of uptake has a sign
static bool may_be_negative(B7Quantity quantity) {
  return quantity == B7_QUANTITY_PET_CHANGE;
}

static B7Status check_column(const B7Series *series, B7Quantity quantity, double death_day, B7Error *error) {
  const B7Column *column = &series->column[quantity];
  const char *name = b7_quantity_name(quantity);
  for (int32_t i = 0; i < column->n; i++) {
    const double t = column->t_day[i], v = column->value[i];
    if (!isfinite(t)) return b7_fail(error, B7_ERROR_INPUT, "%s: row %d has no day", name, i + 1);
    if (i > 0 && t < column->t_day[i - 1])
      return b7_fail(error, B7_ERROR_INPUT, "%s: day %g comes after day %g; rows must ascend", name, t,
                     column->t_day[i - 1]);
    if (isnan(v)) continue;
    if (v < 0 && !may_be_negative(quantity))
      return b7_fail(error, B7_ERROR_INPUT, "%s on day %g is negative (%g)", name, t, v);
    if (b7_quantity_unit(quantity)[0] == '%' && v > 100 && quantity != B7_QUANTITY_MARROW_CELLULARITY)
      return b7_fail(error, B7_ERROR_INPUT, "%s on day %g is %g %%, more than all", name, t, v);
    if (t < series->start_day)
      return b7_fail(error, B7_ERROR_INPUT, "%s on day %g lies before the first day, %g", name, t,
                     series->start_day);
    if (t > death_day && v > 0)
      return b7_fail(error, B7_ERROR_INPUT, "%s on day %g lies after death on day %g", name, t, death_day);
  }
  return B7_OK;
}

B7Status b7_series_check(const B7Series *series, B7Error *error) {
  const B7Column *death = &series->column[B7_QUANTITY_DEATH];
  int32_t deaths = 0;
  for (int32_t i = 0; i < death->n; i++) deaths += death->value[i] > 0;
  const double death_day = b7_series_first_mark(series, B7_QUANTITY_DEATH, -INFINITY);
  if (deaths > 1)
    return b7_fail(error, B7_ERROR_INPUT, "death is recorded %d times, first on day %g", deaths, death_day);
  for (int32_t q = 0; q < B7_QUANTITY_COUNT; q++)
    B7_TRY(check_column(series, (B7Quantity)q, death_day, error));
  if (!(series->end_day >= series->start_day))
    return b7_fail(error, B7_ERROR_INPUT, "end_day %g must not lie before start_day %g", series->end_day,
                   series->start_day);
  return B7_OK;
}
