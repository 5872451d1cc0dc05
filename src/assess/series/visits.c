#include "assess/series/visits.h"

#include "assess/rules/daily_values.h"
#include "assess/rules/lugano.h"
#include "assess/rules/mrd.h"
#include "assess/rules/overall_response.h"
#include "assess/rules/relapse.h"
#include "assess/rules/response.h"
#include "assess/series/extramedullary.h"

#define SAME_DAY 1.0 /* a sample of the visit's own day */

static const B7Column *column_of(const B7Series *series, B7Quantity quantity) {
  return &series->column[quantity];
}

// the row of a visit, shared by all columns with the same days
typedef struct VisitRow {
  const double *t_day;
  int32_t n, row;
} VisitRow;

static double at_visit(const B7Series *series, B7Quantity quantity, double t_day, double within_days,
                       VisitRow *shared) {
  const B7Column *column = column_of(series, quantity);
  if (column->n == 0) return NAN;
  if (column->t_day != shared->t_day || column->n != shared->n)
    *shared = (VisitRow){column->t_day, column->n, b7_column_last_row(column, t_day)};
  return b7_column_back(column, shared->row, t_day, within_days);
}

static double first_known_value(const B7Column *column) {
  for (int32_t i = 0; i < column->n; i++)
    if (!isnan(column->value[i])) return column->value[i];
  return NAN;
}

// the state at the start: the latest value until then, or the first one where recording began later
static double baseline(const B7Column *column, double from_day) {
  const double before = b7_column_latest(column, from_day, INFINITY);
  return isnan(before) ? first_known_value(column) : before;
}

// X is no score of the lymphoma
static double without_x(double deauville) {
  return deauville == B7_DEAUVILLE_X ? NAN : deauville;
}

// where disease outside the marrow was at the start: observations before what the course says of the disease
static void begin_elsewhere(const B7Criteria *c, const B7Series *series, B7VisitMemory *memory) {
  const B7Elsewhere seen = series->scheduled_visits ? (B7Elsewhere){.present = NAN}
                                                    : b7_elsewhere_at(series, memory->from_day, INFINITY, 0);
  const bool imaged = !isnan(memory->baseline_deauville);
  const bool glows = memory->baseline_deauville > c->lugano_complete_max_score;
  memory->sites_at_start = seen.there ? seen.there : seen.present == 0 ? 0 : series->sites_at_start;
  memory->nodal_at_start = seen.there & B7_SITES_OF_NODES ? 1
                           : imaged                       ? glows
                           : seen.present == 0            ? 0
                                                          : series->nodal_at_start;
  // disease of nodes alone that no longer glows was gone before the start
  const bool gone =
      imaged && !glows && memory->sites_at_start && !(memory->sites_at_start & ~B7_SITES_OF_NODES);
  memory->elsewhere_at_start = seen.present == 1 || memory->nodal_at_start == 1 ? 1
                               : seen.present == 0 || gone                      ? 0
                                                           : series->extramedullary_at_start;
  if (glows) memory->sites_at_start |= 1U << B7_SITE_NODAL;
}

B7VisitMemory b7_visits_begin(const B7Criteria *criteria, const B7Series *series, double from_day) {
  B7VisitMemory memory = {
      .baseline_morphology_pct = baseline(column_of(series, B7_QUANTITY_MARROW_BLASTS), from_day),
      .baseline_flow_pct = baseline(column_of(series, B7_QUANTITY_MARROW_MRD), from_day),
      .baseline_activity =
          b7_column_latest(column_of(series, B7_QUANTITY_NODAL_ACTIVITY), from_day, INFINITY),
      .baseline_deauville =
          without_x(b7_column_latest(column_of(series, B7_QUANTITY_DEAUVILLE), from_day, INFINITY)),
      .lowest_morphology_pct = INFINITY,
      .lowest_flow_pct = INFINITY,
      .best_response = B7_RESPONSE_NE,
      .remission_day = NAN,
      .relapse_day = NAN,
      .response_day = -INFINITY,
      .lugano_day = -INFINITY,
      .from_day = from_day,
  };
  begin_elsewhere(criteria, series, &memory);
  return memory;
}

static double next_after_infusion(const B7Criteria *c, double infusion_day, double after_day) {
  const double first = infusion_day + c->marrow_visit_first_d,
               second = infusion_day + c->marrow_visit_day28_d;
  if (first > after_day) return first;
  if (second > after_day) return second;
  return second + (floor((after_day - second) / c->marrow_visit_every_d) + 1) * c->marrow_visit_every_d;
}

static double next_scheduled(const B7Criteria *c, const B7Series *series, double after_day) {
  const bool cart = !isnan(series->cart_day), hsct = !isnan(series->hsct_day);
  const double first = cart ? series->cart_day : hsct ? series->hsct_day : series->start_day;
  double next = next_after_infusion(c, first, after_day);
  // the transplant starts its own schedule
  if (hsct && series->hsct_day > first && next >= series->hsct_day)
    next = next_after_infusion(c, series->hsct_day, fmax(after_day, series->hsct_day));
  return next <= series->end_day ? next : INFINITY;
}

double b7_visits_next(const B7Criteria *criteria, const B7Series *series, double after_day) {
  if (series->scheduled_visits) return next_scheduled(criteria, series, after_day);
  static const B7Quantity seen[] = {B7_QUANTITY_MARROW_BLASTS, B7_QUANTITY_MARROW_MRD, B7_QUANTITY_DEAUVILLE,
                                    B7_QUANTITY_NEW_LESION};
  double next = INFINITY;
  for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++) {
    const B7Column *column = column_of(series, seen[i]);
    int32_t row = b7_column_from(column, after_day);
    while (row < column->n && (column->t_day[row] <= after_day || isnan(column->value[row]))) row++;
    if (row < column->n && column->t_day[row] < next) next = column->t_day[row];
  }
  return fmin(next, b7_elsewhere_next(series, after_day));
}

// disease outside the marrow as it is recorded near a visit; what was known at the start is no news of it
static B7Elsewhere elsewhere_now(const B7Criteria *c, const B7Series *series, const B7VisitMemory *memory,
                                 double t_day) {
  if (series->scheduled_visits) return (B7Elsewhere){.present = NAN, .t_day = NAN};
  const double within = fmax(SAME_DAY, fmin(c->marrow_imaging_within_d, t_day - memory->from_day));
  return b7_elsewhere_at(series, t_day, within, memory->sites_at_start);
}

// there now, and not before: never there, gone in between, or at a site that was free
static bool elsewhere_is_new(const B7VisitMemory *memory, const B7Elsewhere *now) {
  if (!(now->present > 0)) return false;
  if (memory->elsewhere_cleared || memory->elsewhere_at_start == 0) return true;
  const uint32_t other = memory->sites_at_start ? now->there & ~memory->sites_at_start : 0;
  return (other | (now->there & memory->sites_free)) != 0;
}

static B7MrdSample mrd_sample(const B7Series *series, double t_day, double mrd_pct, VisitRow *shared) {
  double limit_pct = at_visit(series, B7_QUANTITY_MRD_LIMIT, t_day, SAME_DAY, shared);
  if (isnan(limit_pct)) limit_pct = series->mrd_limit_pct;
  const bool detected = isnan(limit_pct) ? mrd_pct > 0 : mrd_pct >= limit_pct;
  // percent and share differ by a power of ten: divide, so that 0.01 % is 1e-4 to the last bit
  return (B7MrdSample){.detected = detected, .value = mrd_pct / 100, .limit = limit_pct / 100};
}

static void assess_marrow(const B7Criteria *c, const B7Series *series, B7VisitMemory *memory, B7Visit *visit,
                          double morphology_pct, double mrd_pct, VisitRow *shared) {
  const double t = visit->t_day;
  const bool by_flow = isnan(morphology_pct);
  B7ResponseSample sample = {
      .blasts_pct = by_flow ? mrd_pct : morphology_pct,
      .blood_blasts =
          at_visit(series, B7_QUANTITY_BLOOD_BLASTS, t, c->marrow_counts_within_d + SAME_DAY, shared),
      .anc_10e9_per_l = at_visit(series, B7_QUANTITY_ANC, t, c->marrow_counts_within_d + SAME_DAY, shared),
      .platelets_10e9_per_l =
          at_visit(series, B7_QUANTITY_PLATELETS, t, c->marrow_counts_within_d + SAME_DAY, shared),
      // disease elsewhere that is recorded excludes remission; nodes in imaging are judged apart and joined in the
      // overall response
      .extramedullary = elsewhere_now(c, series, memory, t).present > 0,
      .baseline_blasts_pct = by_flow ? memory->baseline_flow_pct : memory->baseline_morphology_pct,
      .mrd = NAN,
      .cells_counted = at_visit(series, B7_QUANTITY_MARROW_CELLS, t, SAME_DAY, shared),
      .cellularity_pct = series->scheduled_visits
                             ? NAN
                             : at_visit(series, B7_QUANTITY_MARROW_CELLULARITY, t, SAME_DAY, shared),
      .spicules = NAN,
      .transfusion_dependent = NAN,
  };
  // recorded engraftment says what the counts reach at least
  if (at_visit(series, B7_QUANTITY_NEUTROPHILS_RECORDED, t, INFINITY, shared) > 0)
    sample.anc_at_least = c->neutrophils_threshold_per_ul / 1000;
  if (at_visit(series, B7_QUANTITY_PLATELETS_RECORDED, t, INFINITY, shared) > 0)
    sample.platelets_at_least = c->platelets_threshold;
  visit->blasts_pct = sample.blasts_pct;
  uint32_t flags = by_flow ? B7_FLAG_BLASTS_BY_FLOW : 0;
  if (sample.blood_blasts > 0) sample.blood_blasts = 1;
  if (isnan(sample.blood_blasts) && sample.blasts_pct < c->marrow_blasts_below_pct) {
    sample.blood_blasts = 0;
    if (!series->scheduled_visits) flags |= B7_FLAG_BLOOD_NOT_RECORDED;
  }
  if (isnan(mrd_pct)) {
    visit->mrd = b7_finding_none(B7_RULE_mrd, B7_NOT_EVALUABLE, B7_BIT(MARROW_MRD));
  } else {
    const B7MrdSample mrd = mrd_sample(series, t, mrd_pct, shared);
    sample.mrd = mrd.detected ? mrd.value : 0;
    visit->mrd = b7_mrd_class(c, &mrd);
    visit->mrd.value = mrd_pct;
  }
  visit->remission = b7_marrow_remission(c, &sample);
  visit->response = series->myeloid ? b7_response_aml(c, &sample) : b7_response_all(c, &sample);
  visit->remission.flags |= flags & B7_FLAG_BLASTS_BY_FLOW;
  visit->response.flags |= flags;
  if (by_flow) {
    visit->remission.deciding = B7_BIT(MARROW_MRD);
    visit->response.deciding = (visit->response.deciding & ~B7_BIT(MARROW_BLASTS)) | B7_BIT(MARROW_MRD);
  }
  memory->response = visit->response;
  sample.extramedullary = 0;
  memory->marrow_alone = series->myeloid ? b7_response_aml(c, &sample) : b7_response_all(c, &sample);
  memory->response_day = t;
}

// the score of the lymphoma's own sites that stands beside an X of the same day; NaN: none
static double score_beside_x(const B7Series *series, double t_day) {
  const B7Column *column = column_of(series, B7_QUANTITY_DEAUVILLE);
  double score = NAN;
  for (int32_t row = b7_column_last_row(column, t_day); row >= 0 && t_day - column->t_day[row] < SAME_DAY;
       row--)
    score = fmax(score, without_x(column->value[row]));
  return score;
}

static double uptake_change(const B7Criteria *c, const B7Series *series, const B7VisitMemory *memory,
                            double t_day, double deauville, VisitRow *shared) {
  // uptake that comes back after a complete metabolic response is progression whatever the first scan showed, and
  // uptake where no node was diseased is new
  const bool free_before = memory->complete_metabolic || memory->nodal_at_start == 0;
  if (free_before && deauville > c->lugano_complete_max_score) return 1;
  const double recorded = at_visit(series, B7_QUANTITY_PET_CHANGE, t_day, SAME_DAY, shared);
  if (!isnan(recorded)) return recorded;
  const double activity = at_visit(series, B7_QUANTITY_NODAL_ACTIVITY, t_day, SAME_DAY, shared);
  if (!isnan(activity) && memory->baseline_activity > 0) {
    // a score has five steps; the activity behind it shows what moved within one
    const double share = activity / memory->baseline_activity - 1;
    return share <= -c->lugano_activity_change ? -1 : share >= c->lugano_activity_change ? 1 : 0;
  }
  const double difference = deauville - memory->baseline_deauville;
  if (isnan(difference)) return NAN;
  return difference <= -c->lugano_simulated_change ? -1 : difference >= c->lugano_simulated_change ? 1 : 0;
}

static void assess_imaging(const B7Criteria *c, const B7Series *series, B7VisitMemory *memory, B7Visit *visit,
                           double deauville, double new_lesion, VisitRow *shared) {
  const double t = visit->t_day;
  const bool beside_x = deauville == B7_DEAUVILLE_X;
  if (beside_x) deauville = score_beside_x(series, t);
  const B7LuganoPet pet = {.deauville = deauville,
                           .uptake_x = beside_x,
                           .change = uptake_change(c, series, memory, t, deauville, shared),
                           .new_lesion = new_lesion,
                           .marrow_new = NAN,
                           .physiological = NAN};
  visit->lugano = b7_lugano_pet(c, &pet);
  const bool complete = visit->lugano.evaluable == B7_EVALUABLE && visit->lugano.code == B7_LUGANO_COMPLETE;
  // nodes that were never diseased cannot respond
  if (memory->nodal_at_start == 0 && !memory->complete_metabolic && (complete || !(deauville > 0)) &&
      visit->lugano.code != B7_LUGANO_PROGRESSION)
    visit->lugano = b7_finding_none(B7_RULE_lugano, B7_NOT_APPLICABLE, 0);
  memory->lugano = visit->lugano;
  memory->lugano_day = t;
  if (visit->lugano.evaluable != B7_EVALUABLE || !complete) return;
  memory->complete_metabolic = true;
  memory->sites_free |= B7_SITES_OF_NODES;
  if (!(memory->sites_at_start & ~B7_SITES_OF_NODES) && memory->nodal_at_start == 1)
    memory->elsewhere_cleared = true;
}

static B7Finding overall(const B7Criteria *c, const B7Series *series, const B7VisitMemory *memory,
                         double t_day) {
  const bool marrow = memory->response_day >= t_day - c->marrow_imaging_within_d;
  const bool imaging =
      memory->lugano_day >= t_day - c->marrow_imaging_within_d && memory->lugano.evaluable <= B7_PARTIAL;
  const B7Elsewhere now = elsewhere_now(c, series, memory, t_day);
  B7OverallParts parts = {.marrow = marrow ? memory->marrow_alone.low : B7_RESPONSE_NE,
                          .extramedullary_at_start = memory->elsewhere_at_start,
                          .extramedullary = isnan(now.present) ? -1 : now.present > 0,
                          .new_extramedullary = elsewhere_is_new(memory, &now),
                          .lugano = imaging ? memory->lugano.code : -1};
  const B7Finding low = b7_overall_response(c, &parts);
  if (!marrow || low.evaluable == B7_NOT_EVALUABLE) return low;
  parts.marrow = memory->marrow_alone.high;
  const B7Finding high = b7_overall_response(c, &parts);
  B7Finding finding = low;
  finding.high = high.high;
  finding.missing |= high.missing;
  if (low.low != high.high) {
    finding.evaluable = B7_PARTIAL;
    if (low.code != high.code) finding.missing |= memory->marrow_alone.missing;
  }
  // the marrow class is open but what it means together with the nodes is not
  if (low.code == high.code) finding.code = low.code;
  finding.deciding = memory->response.deciding | (imaging ? memory->lugano.deciding : 0) |
                     (isnan(now.present) ? 0 : B7_BIT(EXTRAMEDULLARY));
  finding.flags |= memory->response.flags;
  return finding;
}

static B7Finding relapse(const B7Criteria *c, const B7Series *series, const B7VisitMemory *memory,
                         const B7Visit *visit, VisitRow *shared) {
  const bool remission = memory->best_response >= B7_RESPONSE_CRI;
  const bool nodes = visit->imaging && visit->lugano.evaluable == B7_EVALUABLE &&
                     visit->lugano.code == B7_LUGANO_PROGRESSION;
  const B7Elsewhere now = visit->elsewhere
                              ? b7_elsewhere_at(series, visit->t_day, SAME_DAY, memory->sites_at_start)
                              : (B7Elsewhere){.present = NAN};
  const bool fresh = elsewhere_is_new(memory, &now);
  // there after remission of the marrow, but there at the start as well and never seen gone: nobody knows which
  const bool doubtful = now.present > 0 && !fresh && memory->elsewhere_at_start == 1;
  const bool elsewhere = now.present > 0 && !doubtful;
  const B7RelapseSample sample = {
      .prior = memory->best_response,
      .marrow_pct = visit->marrow ? visit->blasts_pct : NAN,
      .blood_blasts = visit->marrow
                          ? at_visit(series, B7_QUANTITY_BLOOD_BLASTS, visit->t_day, SAME_DAY, shared) > 0
                          : NAN,
      .extramedullary = visit->imaging || visit->elsewhere ? nodes || elsewhere : NAN,
      .confirmed = NAN,
      .other_tests_positive = NAN,
      .second_marrow_tests = NAN};
  const uint64_t imaged = nodes ? B7_BIT(DEAUVILLE) | B7_BIT(NEW_LESION) : 0;
  if (remission) {
    B7Finding finding = b7_relapse_class(c, B7_RELAPSE_RULE_ADULT5, &sample);
    if (doubtful && finding.code == B7_RELAPSE_NO)
      finding.code = finding.low = finding.high = B7_RELAPSE_UNCONFIRMED;
    finding.deciding &= ~B7_BIT(EXTRAMEDULLARY);
    finding.deciding |= imaged | (now.present > 0 ? B7_BIT(EXTRAMEDULLARY) : 0);
    return finding;
  }
  // growth on one scale: flow where it was done, else morphology
  const bool flow = !isnan(visit->flow_pct);
  const double pct = flow ? visit->flow_pct : visit->morphology_pct;
  const double lowest = flow ? memory->lowest_flow_pct : memory->lowest_morphology_pct;
  const bool grown =
      pct > c->relapse_adult5_blasts_above_pct && pct >= (1 + c->relapse_adult5_progression_rise) * lowest;
  if (!grown && !nodes && !fresh) return b7_finding_none(B7_RULE_relapse_adult5, B7_NOT_APPLICABLE, 0);
  B7Finding finding = b7_finding(B7_RULE_relapse_adult5, B7_RELAPSE_PROGRESSION);
  finding.value = pct;
  finding.deciding = (grown ? (flow ? B7_BIT(MARROW_MRD) : B7_BIT(MARROW_BLASTS)) : 0) | imaged |
                     (fresh ? B7_BIT(EXTRAMEDULLARY) : 0);
  return finding;
}

static void remember_elsewhere(const B7Criteria *c, const B7Series *series, const B7Visit *visit,
                               B7VisitMemory *memory) {
  if (!visit->elsewhere) return;
  const B7Elsewhere now = elsewhere_now(c, series, memory, visit->t_day);
  memory->sites_free |= now.not_there;
  if (now.present == 0) memory->elsewhere_cleared = true;
}

void b7_visits_assess(const B7Criteria *criteria, const B7Series *series, double t_day, B7VisitMemory *memory,
                      B7Visit *visit) {
  VisitRow rows = {NULL, 0, -1}, *shared = &rows;
  const double morphology = at_visit(series, B7_QUANTITY_MARROW_BLASTS, t_day, SAME_DAY, shared);
  const double mrd = at_visit(series, B7_QUANTITY_MARROW_MRD, t_day, SAME_DAY, shared);
  const double deauville = at_visit(series, B7_QUANTITY_DEAUVILLE, t_day, SAME_DAY, shared);
  const double new_lesion = at_visit(series, B7_QUANTITY_NEW_LESION, t_day, SAME_DAY, shared);
  *visit = (B7Visit){.t_day = t_day,
                     .marrow = !isnan(morphology) || !isnan(mrd),
                     .imaging = !isnan(deauville) || !isnan(new_lesion),
                     .elsewhere =
                         !series->scheduled_visits && b7_elsewhere_next(series, t_day - SAME_DAY) <= t_day,
                     .blasts_pct = NAN,
                     .morphology_pct = morphology,
                     .flow_pct = mrd};
  const B7Finding none = b7_finding_none(B7_RULE_marrow, B7_NOT_EVALUABLE, 0);
  visit->remission = visit->response = visit->mrd = visit->lugano = none;
  if (visit->marrow) assess_marrow(criteria, series, memory, visit, morphology, mrd, shared);
  if (visit->imaging) assess_imaging(criteria, series, memory, visit, deauville, new_lesion, shared);
  visit->overall = overall(criteria, series, memory, t_day);
  visit->relapse = relapse(criteria, series, memory, visit, shared);
  B7Finding *all[] = {&visit->remission, &visit->response, &visit->mrd,
                      &visit->lugano,    &visit->overall,  &visit->relapse};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) all[i]->t_day = t_day;

  remember_elsewhere(criteria, series, visit, memory);
  if (isnan(memory->relapse_day) && visit->relapse.evaluable == B7_EVALUABLE &&
      visit->relapse.code >= B7_RELAPSE_YES)
    memory->relapse_day = t_day;
  if (!visit->marrow) return;
  if (visit->response.high > memory->best_response) memory->best_response = visit->response.high;
  if (isnan(memory->remission_day) && visit->response.high >= B7_RESPONSE_CRI) memory->remission_day = t_day;
  if (visit->morphology_pct < memory->lowest_morphology_pct)
    memory->lowest_morphology_pct = visit->morphology_pct;
  if (visit->flow_pct < memory->lowest_flow_pct) memory->lowest_flow_pct = visit->flow_pct;
}
