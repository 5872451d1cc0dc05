/* series_survival.c - time-to-event endpoints of one patient from the days that the other parts found. */
#include "assess/rules/endpoints.h"
#include "assess/series/series.h"
#include "assess/series/series_parts.h"

static double since(double day, double origin_day) {
  return day >= origin_day ? day - origin_day : NAN;
}

static B7EventDays days_from(const B7Series *series, const B7SeriesCourse *course, double origin_day) {
  B7EventDays days = b7_event_days_make();
  days.death = since(course->death_day, origin_day);
  days.last_alive = isnan(course->death_day) ? since(series->end_day, origin_day) : days.death;
  days.relapse = since(course->relapse_day, origin_day);
  days.last_assessment = since(course->last_assessment_day, origin_day);
  days.response = since(course->remission_day, origin_day);
  days.no_remission = course->no_remission;
  days.hsct = since(series->hsct_day, origin_day);
  days.agvhd_ii_iv = since(course->agvhd_ii_iv_day, origin_day);
  days.agvhd_iii_iv = since(course->agvhd_iii_iv_day, origin_day);
  days.second_graft = since(series->second_graft_day, origin_day);
  days.cgvhd_systemic =
      since(b7_series_first_mark(series, B7_QUANTITY_CGVHD_SYSTEMIC, origin_day), origin_day);
  return days;
}

static void place(const B7Criteria *c, B7SurvivalEndpoint which, const B7EventDays *days, double origin_day,
                  B7Finding *out) {
  *out = b7_survival_endpoint(c, which, days, NULL);
  if (out->evaluable == B7_EVALUABLE) out->t_day = origin_day + out->value;
}

// the first day of a grade of acute GVHD after the transplant, with what competes; open where the grades are
static void gvhd_incidence(const B7Criteria *c, B7SurvivalEndpoint which, const B7EventDays *graft,
                           double hsct_day, const B7Finding *reached, B7Finding *out) {
  if (reached->evaluable == B7_NOT_EVALUABLE) {
    *out = b7_finding_none(B7_RULE_endpoints, B7_NOT_EVALUABLE, reached->missing);
    return;
  }
  B7EventDays days = *graft;
  days.relapse_competes = c->endpoints_agvhd_relapse_competes > 0;
  place(c, which, &days, hsct_day, out);
  if (reached->code || !reached->high || out->evaluable != B7_EVALUABLE) return;
  out->low = out->code;
  out->high = B7_OUTCOME_EVENT;
  if (out->code == B7_OUTCOME_COMPETING) {
    out->low = B7_OUTCOME_EVENT;
    out->high = B7_OUTCOME_COMPETING;
  }
  out->evaluable = B7_PARTIAL;
  out->missing = reached->missing;
}

void b7_series_survival(const B7Criteria *criteria, const B7Series *series, const B7SeriesCourse *course,
                        B7Finding *findings) {
  const B7Criteria *c = criteria;
  const double first = b7_series_first_infusion(series);
  double origin = series->origin_day;
  if (isnan(origin)) origin = isnan(series->hsct_day) ? first : series->hsct_day;
  const B7EventDays days = days_from(series, course, origin);
  place(c, B7_SURVIVAL_OS, &days, origin, &findings[B7_ENDPOINT_OS]);
  place(c, B7_SURVIVAL_PFS, &days, origin, &findings[B7_ENDPOINT_PFS]);
  place(c, B7_SURVIVAL_CIR, &days, origin, &findings[B7_ENDPOINT_CIR]);
  place(c, B7_SURVIVAL_NRM, &days, origin, &findings[B7_ENDPOINT_NRM]);

  // event-free survival starts with the treatment, not with the transplant
  const double start = isnan(series->origin_day) ? first : series->origin_day;
  B7EventDays event = days_from(series, course, start);
  event.no_response_by_landmark = course->seen_by_landmark && !course->remission_by_landmark;
  event.not_evaluable = !course->seen_by_landmark && isnan(course->remission_day);
  place(c, B7_SURVIVAL_EFS_2022, &event, start, &findings[B7_ENDPOINT_EFS_2022]);
  if (event.no_response_by_landmark) event.refractory = fmin(c->marrow_visit_day28_d, event.last_alive);
  place(c, B7_SURVIVAL_EFS_2017, &event, start, &findings[B7_ENDPOINT_EFS_2017]);

  if (isnan(course->remission_day)) {
    findings[B7_ENDPOINT_RFS] = findings[B7_ENDPOINT_DOR] =
        b7_finding_none(B7_RULE_endpoints, course->seen_by_landmark ? B7_NOT_APPLICABLE : B7_NOT_EVALUABLE,
                        B7_BIT(MARROW_BLASTS));
  } else {
    const B7EventDays response = days_from(series, course, course->remission_day);
    place(c, B7_SURVIVAL_RFS, &response, course->remission_day, &findings[B7_ENDPOINT_RFS]);
    place(c, B7_SURVIVAL_DOR, &response, course->remission_day, &findings[B7_ENDPOINT_DOR]);
  }
  if (isnan(series->hsct_day)) {
    findings[B7_ENDPOINT_GRFS] = findings[B7_ENDPOINT_GRFS_365] =
        findings[B7_ENDPOINT_AGVHD_II_IV_INCIDENCE] = findings[B7_ENDPOINT_AGVHD_III_IV_INCIDENCE] =
            b7_finding_none(B7_RULE_endpoints, B7_NOT_APPLICABLE, 0);
  } else {
    const B7EventDays graft = days_from(series, course, series->hsct_day);
    gvhd_incidence(c, B7_SURVIVAL_AGVHD_II_IV, &graft, series->hsct_day, &findings[B7_ENDPOINT_AGVHD_II_IV],
                   &findings[B7_ENDPOINT_AGVHD_II_IV_INCIDENCE]);
    gvhd_incidence(c, B7_SURVIVAL_AGVHD_III_IV, &graft, series->hsct_day, &findings[B7_ENDPOINT_AGVHD_III_IV],
                   &findings[B7_ENDPOINT_AGVHD_III_IV_INCIDENCE]);
    place(c, B7_SURVIVAL_GRFS, &graft, series->hsct_day, &findings[B7_ENDPOINT_GRFS]);
    place(c, B7_SURVIVAL_GRFS_FIRST_YEAR, &graft, series->hsct_day, &findings[B7_ENDPOINT_GRFS_365]);
  }
}
