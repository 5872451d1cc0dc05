/* series_response.c - response endpoints of one patient: the visits in order, the best of them, day 28. */
#include "assess/series/series.h"
#include "assess/series/series_parts.h"
#include "assess/series/visits.h"

// keep the better finding: by what is certain, then by what is possible
static void keep_better(B7Finding *best, const B7Finding *now, bool first_only) {
  if (now->evaluable == B7_NOT_EVALUABLE || best->evaluable == B7_NOT_APPLICABLE) return;
  if (now->evaluable == B7_NOT_APPLICABLE) return;
  const bool none = best->evaluable == B7_NOT_EVALUABLE;
  const bool better = now->low > best->low || (now->low == best->low && now->high > best->high);
  if (none || (better && !first_only)) *best = *now;
}

static void keep_nearest(B7Finding *nearest, const B7Finding *now, double wanted_day, double window_d) {
  if (now->evaluable == B7_NOT_EVALUABLE) return;
  const double distance = fabs(now->t_day - wanted_day);
  if (distance > window_d ||
      (nearest->evaluable != B7_NOT_EVALUABLE && fabs(nearest->t_day - wanted_day) <= distance))
    return;
  *nearest = *now;
}

void b7_series_response(const B7Criteria *criteria, const B7Series *series, B7SeriesCourse *course,
                        B7Finding *findings) {
  const B7Criteria *c = criteria;
  const double from = b7_series_first_infusion(series);
  const double day28 = series->cart_day + c->marrow_visit_day28_d;
  const double landmark = from + c->marrow_visit_day28_d + c->marrow_visit_window_d;
  const double last = fmin(series->end_day, isnan(course->death_day) ? INFINITY : course->death_day);
  findings[B7_ENDPOINT_MARROW] = b7_finding_none(B7_RULE_marrow, B7_NOT_EVALUABLE, B7_BIT(MARROW_BLASTS));
  findings[B7_ENDPOINT_RESPONSE] =
      b7_finding_none(series->myeloid ? B7_RULE_aml : B7_RULE_all, B7_NOT_EVALUABLE, B7_BIT(MARROW_BLASTS));
  findings[B7_ENDPOINT_MRD] = findings[B7_ENDPOINT_MRD_DAY28] =
      b7_finding_none(B7_RULE_mrd, B7_NOT_EVALUABLE, B7_BIT(MARROW_MRD));
  findings[B7_ENDPOINT_LUGANO] = b7_finding_none(B7_RULE_lugano, B7_NOT_EVALUABLE, B7_BIT(DEAUVILLE));
  findings[B7_ENDPOINT_OVERALL] = findings[B7_ENDPOINT_OVERALL_DAY28] =
      b7_finding_none(B7_RULE_overall, B7_NOT_EVALUABLE, B7_BIT(MARROW_BLASTS) | B7_BIT(DEAUVILLE));
  findings[B7_ENDPOINT_RELAPSE] = b7_finding_none(B7_RULE_relapse_adult5, B7_NOT_APPLICABLE, 0);

  const double recorded_relapse = b7_series_first_mark(series, B7_QUANTITY_RELAPSE, from);
  B7VisitMemory memory = b7_visits_begin(c, series, from);
  // nodes that were never diseased have no response; new disease in them is told all the same
  if (memory.nodal_at_start == 0)
    findings[B7_ENDPOINT_LUGANO] = b7_finding_none(B7_RULE_lugano, B7_NOT_APPLICABLE, 0);
  B7Visit visit;
  for (double t = b7_visits_next(c, series, from); t <= last; t = b7_visits_next(c, series, t)) {
    b7_visits_assess(c, series, t, &memory, &visit);
    if (!visit.marrow && !visit.imaging && !visit.elsewhere) continue;
    course->last_assessment_day = t;
    if (visit.marrow && t <= landmark) course->seen_by_landmark = true;
    if (memory.remission_day <= landmark) course->remission_by_landmark = true;
    keep_nearest(&findings[B7_ENDPOINT_MRD_DAY28], &visit.mrd, day28, c->marrow_visit_window_d);
    keep_nearest(&findings[B7_ENDPOINT_OVERALL_DAY28], &visit.overall, day28, c->marrow_visit_window_d);
    if (visit.relapse.evaluable == B7_EVALUABLE && visit.relapse.code >= findings[B7_ENDPOINT_RELAPSE].code &&
        findings[B7_ENDPOINT_RELAPSE].code < B7_RELAPSE_YES)
      findings[B7_ENDPOINT_RELAPSE] = visit.relapse;
    // a visit that shows progression at once still says what was found at it, where nothing was known before
    const bool ended = memory.relapse_day < t || recorded_relapse <= t, ends = memory.relapse_day == t;
    if (ended) continue;
    // what is best is asked until relapse
    keep_better(&findings[B7_ENDPOINT_MARROW], &visit.remission, ends);
    keep_better(&findings[B7_ENDPOINT_RESPONSE], &visit.response, ends);
    keep_better(&findings[B7_ENDPOINT_MRD], &visit.mrd, ends);
    keep_better(&findings[B7_ENDPOINT_LUGANO], &visit.lugano, ends);
    keep_better(&findings[B7_ENDPOINT_OVERALL], &visit.overall, ends);
  }
  course->remission_day = memory.remission_day;
  course->relapse_day = memory.relapse_day;
  const double start_pct =
      isnan(memory.baseline_morphology_pct) ? memory.baseline_flow_pct : memory.baseline_morphology_pct;
  course->no_remission = start_pct >= c->marrow_blasts_below_pct && isnan(memory.remission_day) &&
                         findings[B7_ENDPOINT_MARROW].code != B7_MARROW_REMISSION;
  if (!isnan(recorded_relapse) && !(memory.relapse_day <= recorded_relapse)) {
    course->relapse_day = recorded_relapse;
    B7Finding *finding = &findings[B7_ENDPOINT_RELAPSE];
    *finding = b7_finding(B7_RULE_relapse_adult5, B7_RELAPSE_YES);
    finding->t_day = recorded_relapse;
    finding->deciding = B7_BIT(RELAPSE);
    finding->flags = B7_FLAG_RECORDED;
  }
}
