#define _GNU_SOURCE // strcasestr
#include "assess/series/extramedullary.h"

#include <string.h>

#include "assess/rules/daily_values.h"

static const struct {
  const char *word, *names; /* names: texts one after the other, an empty one at the end */
  B7Quantity quantity;
} sites[] = {
#define B7_SITE_ROW(id, word, names) {word, names, B7_QUANTITY_##id##_DISEASE},
    B7_SITE_LIST(B7_SITE_ROW)
#undef B7_SITE_ROW
};

const char *b7_site_word(B7Site site) {
  return (uint32_t)site < B7_SITE_COUNT ? sites[site].word : "?";
}

uint32_t b7_sites_named(const char *text) {
  uint32_t named = 0;
  for (int32_t s = 0; s < B7_SITE_COUNT; s++)
    for (const char *name = sites[s].names; *name; name += strlen(name) + 1)
      if (strcasestr(text, name)) named |= 1U << s;
  return named;
}

// place of the latest known value in the window; -1: none
static int32_t latest_row(const B7Column *column, double t_day, double within_days) {
  if (column->n == 0) return -1;
  int32_t row = b7_column_last_row(column, t_day);
  while (row >= 0 && isnan(column->value[row])) row--;
  return row >= 0 && t_day - column->t_day[row] < within_days ? row : -1;
}

B7Elsewhere b7_elsewhere_at(const B7Series *series, double t_day, double within_days, uint32_t sites_before) {
  const B7Column *any = &series->column[B7_QUANTITY_EXTRAMEDULLARY];
  const int32_t whole = latest_row(any, t_day, within_days);
  const double whole_day = whole < 0 ? -INFINITY : any->t_day[whole];
  const bool none_at_all = whole >= 0 && !(any->value[whole] > 0);
  B7Elsewhere out = {.present = NAN, .t_day = NAN};
  double site_day = -INFINITY;
  for (int32_t s = 0; s < B7_SITE_COUNT; s++) {
    const B7Column *column = &series->column[sites[s].quantity];
    const int32_t row = latest_row(column, t_day, within_days);
    if (row < 0 || (none_at_all && column->t_day[row] < whole_day)) continue;
    if (column->value[row] > 0)
      out.there |= 1U << s;
    else
      out.not_there |= 1U << s;
    site_day = fmax(site_day, column->t_day[row]);
  }
  // seen as a whole, and no site examined since: that is the state; a site that is there stands for itself
  if (out.there) {
    out.present = 1;
    out.t_day = site_day;
  } else if (whole >= 0 && (none_at_all || !(site_day > whole_day))) {
    out.present = none_at_all ? 0 : 1;
    out.t_day = whole_day;
  } else if (sites_before && !(sites_before & ~out.not_there)) {
    out.present = 0;
    out.t_day = site_day;
  }
  return out;
}

double b7_elsewhere_next(const B7Series *series, double after_day) {
  double next = INFINITY;
  for (int32_t s = -1; s < B7_SITE_COUNT; s++) {
    const B7Column *column = &series->column[s < 0 ? B7_QUANTITY_EXTRAMEDULLARY : sites[s].quantity];
    int32_t row = b7_column_from(column, after_day);
    while (row < column->n && (column->t_day[row] <= after_day || isnan(column->value[row]))) row++;
    if (row < column->n) next = fmin(next, column->t_day[row]);
  }
  return next;
}
