#include "study/study_endpoints.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "stats/predictive.h"
#include "trial/run/trial_run_parts.h"

#define DAYS_PER_MONTH 30.44
#define NO_ENDPOINT B7_ENDPOINT_COUNT
#define PERCENT "percent"

#define SHARE(name, id, low, high)                                                                           \
  { name, B7_READ_SHARE, B7_ENDPOINT_##id, B7_##low, B7_##high, NULL, PERCENT, false }
#define FREE(name, id)                                                                                       \
  { name, B7_READ_FREE, B7_ENDPOINT_##id, 0, 0, NULL, PERCENT, true }
#define INCIDENCE(name, id)                                                                                  \
  { name, B7_READ_INCIDENCE, B7_ENDPOINT_##id, B7_OUTCOME_EVENT, B7_OUTCOME_EVENT, NULL, PERCENT, true }
#define HALF(name, id)                                                                                       \
  { name, B7_READ_MEDIAN_FREE, B7_ENDPOINT_##id, 0, 0, NULL, "months", false }

/* shares are of the lowest and the highest code that count */
static const B7StudyEndpoint table[] = {
    // response
    SHARE("orr", OVERALL, OVERALL_NOT_CR, OVERALL_CR),
    SHARE("cr", OVERALL, OVERALL_CRI, OVERALL_CR),
    SHARE("cr_cri", OVERALL, OVERALL_CRI, OVERALL_CR),
    SHARE("composite_cr", OVERALL, OVERALL_CRI, OVERALL_CR),
    SHARE("refractory", OVERALL, OVERALL_PROGRESSION, OVERALL_NR),
    SHARE("mrd_neg", MRD, MRD_NEGATIVE_UNKNOWN_LIMIT, MRD_COMPLETE),
    SHARE("molecular_cr", MRD_DAY28, MRD_NEGATIVE_UNKNOWN_LIMIT, MRD_COMPLETE),
    SHARE("bm_cr", MARROW, MARROW_REMISSION, MARROW_REMISSION),
    SHARE("bm_cr_deep", MRD, MRD_NEGATIVE_UNKNOWN_LIMIT, MRD_COMPLETE),
    SHARE("bm_remission", MARROW, MARROW_REMISSION, MARROW_REMISSION),
    SHARE("bm_pb_remission", MARROW, MARROW_REMISSION, MARROW_REMISSION),
    SHARE("cr_first_salvage", MARROW, MARROW_REMISSION, MARROW_REMISSION),
    SHARE("bm_cr_mrd_neg", MRD_DAY28, MRD_NEGATIVE_UNKNOWN_LIMIT, MRD_COMPLETE),
    SHARE("cr_cri_mrd_neg", MRD, MRD_NEGATIVE_UNKNOWN_LIMIT, MRD_COMPLETE),
    {"emd_orr", B7_READ_FACT, NO_ENDPOINT, 0, 0, "emd_orr", PERCENT, false},
    {"emd_cr", B7_READ_FACT, NO_ENDPOINT, 0, 0, "emd_cr", PERCENT, false},
    // toxicity
    SHARE("crs_any", CRS, GRADE_1, GRADE_5),
    SHARE("crs_g1_2", CRS, GRADE_1, GRADE_2),
    SHARE("crs_g3", CRS, GRADE_3, GRADE_3),
    SHARE("crs_g3_4", CRS, GRADE_3, GRADE_4),
    SHARE("crs_g3plus", CRS, GRADE_3, GRADE_5),
    SHARE("icans_any", ICANS, GRADE_1, GRADE_5),
    SHARE("icans_g1", ICANS, GRADE_1, GRADE_1),
    SHARE("icans_g1_2", ICANS, GRADE_1, GRADE_2),
    SHARE("icans_g3plus", ICANS, GRADE_3, GRADE_5),
    SHARE("icans_g4", ICANS, GRADE_4, GRADE_4),
    SHARE("gvhd_any", AGVHD_GLUCKSBERG, AGVHD_I, AGVHD_IV),
    SHARE("gvhd_g1", AGVHD_GLUCKSBERG, AGVHD_I, AGVHD_I),
    SHARE("gvhd_g1_2", AGVHD_GLUCKSBERG, AGVHD_I, AGVHD_II),
    SHARE("gvhd_g3plus", AGVHD_GLUCKSBERG, AGVHD_III, AGVHD_IV),
    SHARE("agvhd_any", AGVHD_GLUCKSBERG, AGVHD_I, AGVHD_IV),
    SHARE("agvhd_g2", AGVHD_GLUCKSBERG, AGVHD_II, AGVHD_II),
    SHARE("agvhd_g2_4", AGVHD_GLUCKSBERG, AGVHD_II, AGVHD_IV),
    SHARE("agvhd_g3_4", AGVHD_GLUCKSBERG, AGVHD_III, AGVHD_IV),
    SHARE("cytopenia_g3_4", CTCAE_NEUTROPHILS, GRADE_3, GRADE_4),
    SHARE("cytopenia_g4", CTCAE_NEUTROPHILS, GRADE_4, GRADE_4),
    SHARE("leukopenia_any", CTCAE_LEUKOCYTES, GRADE_1, GRADE_4),
    SHARE("neutropenia_any", CTCAE_NEUTROPHILS, GRADE_1, GRADE_4),
    SHARE("neutropenia_g3plus", CTCAE_NEUTROPHILS, GRADE_3, GRADE_4),
    SHARE("thrombocytopenia_any", CTCAE_PLATELETS, GRADE_1, GRADE_4),
    SHARE("thrombocytopenia_g3plus", CTCAE_PLATELETS, GRADE_3, GRADE_4),
    SHARE("anaemia_g3plus", CTCAE_HAEMOGLOBIN, GRADE_3, GRADE_4),
    // durability and death
    FREE("os_rate", OS),
    FREE("pfs_rate", PFS),
    FREE("lfs_rate", PFS),
    FREE("dfs_rate", PFS),
    FREE("rfs_rate", RFS),
    FREE("efs_rate", EFS_2022),
    FREE("remission_ongoing", EFS_2022),
    FREE("remission_mrd_neg_ongoing", EFS_2022),
    INCIDENCE("relapse_incidence", CIR),
    INCIDENCE("nrm_rate", NRM),
    HALF("os_median", OS),
    HALF("pfs_median", PFS),
    HALF("rfs_median", RFS),
    HALF("dor_median", DOR),
    {"time_to_relapse_median", B7_READ_MEDIAN_EVENT, B7_ENDPOINT_CIR, 0, 0, NULL, "months", false},
    {"relapse_cd7_negative", B7_READ_FACT, NO_ENDPOINT, 0, 0, "relapse_cd7_negative", PERCENT, false},
    // kinetics
    {"car_expansion_any", B7_READ_FACT, NO_ENDPOINT, 0, 0, "car_expansion_any", PERCENT, false},
    {"car_persistence_detectable", B7_READ_PERSISTENCE, NO_ENDPOINT, 0, 0, NULL, PERCENT, true},
    {"car_tmax_days", B7_READ_PEAK_DAY, NO_ENDPOINT, 0, 0, "cart_copies", "days", false},
    {"car_peak_copies_per_ug_dna", B7_READ_PEAK, NO_ENDPOINT, 0, 0, "cart_copies", "copies/ug DNA", false},
    {"car_peak_cells_per_ul", B7_READ_PEAK, NO_ENDPOINT, 0, 0, "cart_per_ul", "cells/uL", false},
    // transplant
    SHARE("engraftment", GRAFT_FAILURE, GRAFT_FAILURE_NONE, GRAFT_FAILURE_NONE),
    {"neutrophil_engraftment", B7_READ_RECOVERED, B7_ENDPOINT_NEUTROPHILS, B7_RECOVERY_NEVER_BELOW,
     B7_RECOVERY_YES, NULL, PERCENT, false},
    {"platelet_engraftment", B7_READ_RECOVERED, B7_ENDPOINT_PLATELETS_20, B7_RECOVERY_NEVER_BELOW,
     B7_RECOVERY_YES, NULL, PERCENT, false},
    {"neutrophil_engraftment_day", B7_READ_RECOVERY_DAY, B7_ENDPOINT_NEUTROPHILS, 0, 0, NULL, "days", false},
    {"platelet_engraftment_day", B7_READ_RECOVERY_DAY, B7_ENDPOINT_PLATELETS_20, 0, 0, NULL, "days", false},
    SHARE("donor_chimerism_full", CHIMERISM, CHIMERISM_FULL, CHIMERISM_FULL),
};
#define N_TABLE (sizeof table / sizeof table[0])

const B7StudyEndpoint *b7_study_endpoint_find(const char *name) {
  for (size_t i = 0; i < N_TABLE; i++) {
    if (strcmp(table[i].name, name) == 0) return &table[i];
  }
  return NULL;
}

const char *b7_study_endpoint_name(int32_t index) {
  return index >= 0 && (size_t)index < N_TABLE ? table[index].name : NULL;
}

/* first day on which the curve is at or below (falling) or at or above (rising) a level; NaN when it never is
 */
static double day_at_level(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t cause,
                           double level) {
  int32_t days;
  B7TrialCurve curve = b7_trial_curve(run, arm, endpoint, cause, &days);
  for (int32_t day = 0; day < days; day++) {
    if (cause == 0 ? curve.estimate[day] <= level : curve.estimate[day] >= level) return day;
  }
  return NAN;
}

/* incidence at the horizon */
static double final_incidence(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint) {
  int32_t days;
  B7TrialCurve curve = b7_trial_curve(run, arm, endpoint, 1, &days);
  return days > 0 ? curve.estimate[days - 1] : NAN;
}

static double quantile_of(const B7StudyEndpoint *endpoint, const B7TrialRun *run, int32_t arm, double q) {
  switch (endpoint->read) {
  case B7_READ_MEDIAN_FREE:
    return day_at_level(run, arm, endpoint->endpoint, 0, 1 - q) / DAYS_PER_MONTH;
  case B7_READ_MEDIAN_EVENT:
    return day_at_level(run, arm, endpoint->endpoint, 1, q * final_incidence(run, arm, endpoint->endpoint)) /
           DAYS_PER_MONTH;
  case B7_READ_PEAK:
    return b7_trial_peak_quantile(run, arm, endpoint->what, B7_PEAK_VALUE, q);
  case B7_READ_PEAK_DAY:
    return b7_trial_peak_quantile(run, arm, endpoint->what, B7_PEAK_DAY, q);
  case B7_READ_RECOVERY_DAY:
    return b7_trial_day_quantile(run, arm, endpoint->endpoint, q);
  default:
    return NAN;
  }
}

/* share whose counts recovered by a day after the graft, or never fell below the limit */
static double recovered_by(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, double at_day,
                           int64_t *evaluable) {
  for (int32_t e = 0; e < run->n_endpoint; e++) {
    if (run->trial->endpoints[e] != endpoint) continue;
    const B7TrialArmState *state = &run->arms[arm];
    int64_t reached = state->tallies[e].by_code[B7_RECOVERY_NEVER_BELOW];
    for (int32_t day = 0; day <= at_day && day <= run->horizon_day; day++) reached += state->by_day[e][day];
    *evaluable = state->tallies[e].evaluable;
    return *evaluable > 0 ? (double)reached / (double)*evaluable : NAN;
  }
  return NAN;
}

static bool is_share(const B7StudyEndpoint *endpoint) {
  return strcmp(endpoint->unit, PERCENT) == 0;
}

double b7_study_endpoint_value(const B7StudyEndpoint *endpoint, const B7TrialRun *run, int32_t arm,
                               double at_day, int64_t *evaluable) {
  *evaluable = run->arms[arm].flow.enrolled;
  char fact[48];
  switch (endpoint->read) {
  case B7_READ_SHARE:
    return 100 * b7_trial_share(run, arm, endpoint->endpoint, endpoint->low, endpoint->high, evaluable).value;
  case B7_READ_RECOVERED:
    // whose counts never fell below the limit has not lost them
    if (isnan(at_day))
      return 100 *
             b7_trial_share(run, arm, endpoint->endpoint, endpoint->low, endpoint->high, evaluable).value;
    return 100 * recovered_by(run, arm, endpoint->endpoint, at_day, evaluable);
  case B7_READ_FREE:
  case B7_READ_INCIDENCE:
    return 100 * b7_trial_at_day(run, arm, endpoint->endpoint, endpoint->low, at_day).value;
  case B7_READ_FACT:
    return 100 * b7_trial_fact(run, arm, endpoint->what, evaluable).value;
  case B7_READ_PERSISTENCE:
    snprintf(fact, sizeof fact, "car_persistence_%g", at_day);
    return 100 * b7_trial_fact(run, arm, fact, evaluable).value;
  default:
    return quantile_of(endpoint, run, arm, 0.5);
  }
}

/* the chance of a median and the difference between studies add up on the logarithm; an open end stays open */
static void widen(double value, double between_sd, double z, double *low, double *high) {
  double more = z * between_sd;
  if (*low > 0 && value > 0) *low = value * exp(-hypot(log(value / *low), more));
  if (value > 0 && *high > 0) *high = value * exp(hypot(log(*high / value), more));
}

void b7_study_endpoint_spread(const B7StudyEndpoint *endpoint, const B7TrialRun *run, int32_t arm,
                              double value, double n, double between_sd, double level, double *low,
                              double *high) {
  *low = *high = NAN;
  if (isnan(value) || !(n >= 1)) return;
  if (is_share(endpoint)) {
    b7_predictive_range(value / 100, between_sd, (int32_t)round(n), level, low, high);
    *low *= 100;
    *high *= 100;
    return;
  }
  // the sample median lies between the order statistics that a binomial(n, 1/2) counts
  double z = b7_normal_quantile(0.5 + 0.5 * level), half = z * 0.5 / sqrt(n);
  *low = quantile_of(endpoint, run, arm, fmax(0, 0.5 - half));
  *high = quantile_of(endpoint, run, arm, fmin(1, 0.5 + half));
  if (between_sd > 0) widen(value, between_sd, z, low, high);
}
