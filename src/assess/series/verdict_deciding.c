// which recorded values decided a verdict: the ones that the rule read, not the last ones
#include <string.h>

#include "assess/rules/daily_values.h"
#include "assess/rules/lugano.h"
#include "assess/series/assessment_parts.h"
#include "assess/series/extramedullary.h"
#include "assess/series/gvhd_stages.h"

#define SAME_DAY 1.0

// the value that a rule read of one quantity
typedef struct Read {
  double value, t_day; /* NaN: none */
} Read;

// latest known value in (t_day - within, t_day]; a Deauville X is no score
static Read latest(const B7Series *series, B7Quantity quantity, double t_day, double within_days) {
  const B7Column *column = &series->column[quantity];
  for (int32_t row = column->n ? b7_column_last_row(column, t_day) : -1;
       row >= 0 && t_day - column->t_day[row] < within_days; row--) {
    const double v = column->value[row];
    if (!isnan(v) && !(quantity == B7_QUANTITY_DEAUVILLE && v == B7_DEAUVILLE_X))
      return (Read){v, column->t_day[row]};
  }
  return (Read){NAN, NAN};
}

// grades of a day come from its worst value: the lowest ICE, the highest of everything else
static Read worst_of_day(const B7Series *series, B7Quantity quantity, double day) {
  const B7Column *column = &series->column[quantity];
  const bool low_is_bad = quantity == B7_QUANTITY_ICE;
  Read worst = {NAN, NAN};
  for (int32_t row = b7_column_from(column, day); row < column->n && column->t_day[row] < day + SAME_DAY;
       row++) {
    const double v = column->value[row];
    if (isnan(v) || (low_is_bad ? v >= worst.value : v <= worst.value)) continue;
    worst = (Read){v, column->t_day[row]};
  }
  return worst;
}

static bool is_count(B7Quantity quantity) {
  return quantity == B7_QUANTITY_ANC || quantity == B7_QUANTITY_PLATELETS ||
         quantity == B7_QUANTITY_BLOOD_BLASTS;
}

// day of the marrow that an overall response joins
static double marrow_day(const B7Series *series, double t_day, double within_days) {
  const Read morphology = latest(series, B7_QUANTITY_MARROW_BLASTS, t_day, within_days),
             flow = latest(series, B7_QUANTITY_MARROW_MRD, t_day, within_days);
  return fmax(morphology.t_day, flow.t_day);
}

static Read read_of(const B7Assessment *assessment, B7Endpoint endpoint, B7Quantity quantity, double t_day) {
  const B7Series *series = &assessment->series;
  const B7Criteria *c = assessment->criteria;
  const double counts = c->marrow_counts_within_d + SAME_DAY;
  switch (endpoint) {
  case B7_ENDPOINT_CRS:
  case B7_ENDPOINT_ICANS:
    return worst_of_day(series, quantity, t_day);
  case B7_ENDPOINT_RESPONSE:
    return latest(series, quantity, t_day, is_count(quantity) ? counts : SAME_DAY);
  case B7_ENDPOINT_OVERALL:
  case B7_ENDPOINT_OVERALL_DAY28:
    // counts belong to their marrow, marrow and imaging to the visit
    if (is_count(quantity))
      return latest(series, quantity, marrow_day(series, t_day, c->marrow_imaging_within_d), counts);
    return latest(series, quantity, t_day, c->marrow_imaging_within_d);
  case B7_ENDPOINT_GRAFT_FAILURE:
    return latest(series, quantity, t_day, c->graft_failure_counts_within_d);
  case B7_ENDPOINT_GRAFT_FUNCTION:
    return latest(series, quantity, t_day, quantity == B7_QUANTITY_CHIMERISM ? INFINITY : SAME_DAY);
  case B7_ENDPOINT_AGVHD_MAGIC:
  case B7_ENDPOINT_AGVHD_GLUCKSBERG:
  case B7_ENDPOINT_AGVHD_II_IV:
  case B7_ENDPOINT_AGVHD_III_IV:
    return latest(series, quantity, t_day, c->magic_organ_within_d);
  default:
    return latest(series, quantity, t_day, SAME_DAY);
  }
}

// " (cart+26)" where a value is of another day than the verdict
static const char *day_text(B7Assessment *assessment, double day, double verdict_day) {
  if (isnan(day) || day == verdict_day) return "";
  return b7_arena_format(&assessment->arena, " (%s)", b7_assessment_when(assessment, day));
}

static const char *value_text(B7Assessment *assessment, B7Quantity quantity, Read read, double verdict_day) {
  const char *unit = b7_quantity_unit(quantity), *label = b7_quantity_label(quantity);
  const Read limit = quantity == B7_QUANTITY_MARROW_MRD
                         ? latest(&assessment->series, B7_QUANTITY_MRD_LIMIT, read.t_day, SAME_DAY)
                         : (Read){NAN, NAN};
  const bool below = read.value < limit.value;
  const char *shown = strcmp(unit, "1") == 0 ? "" : unit,
             *day = day_text(assessment, read.t_day, verdict_day);
  if (!day) return NULL;
  return b7_arena_format(&assessment->arena, "%s %s%.4g%s%s%s", label, below ? "< " : "",
                         below ? limit.value : read.value, *shown ? " " : "", shown, day);
}

// "extramedullary disease (CNS, skin)"
static const char *elsewhere_text(B7Assessment *assessment, B7Endpoint endpoint, double t_day) {
  const double within =
      endpoint == B7_ENDPOINT_RELAPSE ? SAME_DAY : assessment->criteria->marrow_imaging_within_d;
  const B7Elsewhere now =
      b7_elsewhere_at(&assessment->series, t_day, within, assessment->series.sites_at_start);
  if (isnan(now.present)) return "";
  const char *sites = "";
  for (int32_t s = 0; s < B7_SITE_COUNT && sites; s++)
    if (now.there >> s & 1)
      sites =
          b7_arena_format(&assessment->arena, "%s%s%s", sites, *sites ? ", " : "", b7_site_word((B7Site)s));
  const char *day = day_text(assessment, now.t_day, t_day);
  if (!sites || !day) return NULL;
  return b7_arena_format(&assessment->arena, "%sextramedullary disease%s%s%s%s", now.present > 0 ? "" : "no ",
                         *sites ? " (" : "", sites, *sites ? ")" : "", day);
}

static bool is_organ(B7Quantity quantity) {
  return quantity >= B7_QUANTITY_AGVHD_SKIN && quantity <= B7_QUANTITY_AGVHD_LOWER;
}

// "acute GVHD liver: bilirubin 64 mg/L", where the stage is made from signs; "": it is recorded
static const char *signs_text(B7Assessment *assessment, B7Quantity organ, double t_day) {
  B7SignRead signs[B7_SIGNS_OF_ORGAN];
  const int32_t n = b7_gvhd_signs_of(assessment->criteria, &assessment->series, organ, t_day, signs);
  const char *text = "";
  for (int32_t i = 0; i < n && text; i++) {
    const char *part =
        value_text(assessment, signs[i].quantity, (Read){signs[i].value, signs[i].t_day}, t_day);
    text = part ? b7_arena_format(&assessment->arena, "%s%s%s", text, *text ? ", " : "", part) : NULL;
  }
  return n && text ? b7_arena_format(&assessment->arena, "%s from %s", b7_quantity_label(organ), text) : text;
}

const char *b7_verdict_deciding(B7Assessment *assessment, B7Endpoint endpoint, const B7Finding *finding) {
  const char *text = "";
  for (int32_t q = 0; q < B7_QUANTITY_BITS && text; q++) {
    if (!(finding->deciding >> q & 1)) continue;
    const B7Quantity quantity = (B7Quantity)q;
    const char *part = "";
    if (isnan(finding->t_day)) {
      part = b7_quantity_label(quantity);
    } else if (quantity == B7_QUANTITY_EXTRAMEDULLARY) {
      part = elsewhere_text(assessment, endpoint, finding->t_day);
    } else {
      if (is_organ(quantity)) part = signs_text(assessment, quantity, finding->t_day);
      const Read read = read_of(assessment, endpoint, quantity, finding->t_day);
      if (part && !*part && !isnan(read.value)) part = value_text(assessment, quantity, read, finding->t_day);
    }
    if (!part) return NULL;
    if (*part) text = b7_arena_format(&assessment->arena, "%s%s%s", text, *text ? ", " : "", part);
  }
  return text;
}
