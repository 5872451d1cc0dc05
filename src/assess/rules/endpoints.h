/* endpoints.h - time to event of one patient: survival, relapse, mortality, response duration. Running leg.
 */
#ifndef B7_ASSESS_RULES_ENDPOINTS_H
#define B7_ASSESS_RULES_ENDPOINTS_H

#include "assess/rules/finding.h"

typedef enum B7SurvivalEndpoint {
  B7_SURVIVAL_OS,
  B7_SURVIVAL_EFS_2017,
  B7_SURVIVAL_EFS_2022,
  B7_SURVIVAL_PFS,
  B7_SURVIVAL_RFS,
  B7_SURVIVAL_DOR,
  B7_SURVIVAL_CIR,
  B7_SURVIVAL_NRM,
  B7_SURVIVAL_GRFS,
  B7_SURVIVAL_GRFS_FIRST_YEAR,
  B7_SURVIVAL_ENGRAFTMENT,
  B7_SURVIVAL_AGVHD_II_IV,
  B7_SURVIVAL_AGVHD_III_IV,
  B7_SURVIVAL_CGVHD_SYSTEMIC,
  B7_SURVIVAL_ENDPOINTS
} B7SurvivalEndpoint;

/* Which last day censors RFS: alive (ELN 2022) or examined (ELN 2017). */
typedef enum B7CensorAt { B7_CENSOR_DEFAULT, B7_CENSOR_LAST_ALIVE, B7_CENSOR_LAST_EXAMINED } B7CensorAt;

/* Days from the endpoint's own origin; NaN: has not happened or is not known. */
typedef struct B7EventDays {
  double death, last_alive, relapse, agvhd_ii_iv, agvhd_iii_iv, cgvhd_systemic, last_assessment;
  double response;   /* first CR, CRh or CRi; a known response makes a responder for EFS */
  double refractory; /* date of primary refractory disease (ELN 2017) */
  double engraftment, second_graft, hsct;
  bool no_response_by_landmark; /* treatment failure */
  bool not_evaluable;           /* never assessed, alive */
  bool no_remission;            /* disease at the start and no remission since: a death is one of disease */
  bool death_ends_response;     /* declared: death is an event for DOR */
  bool relapse_competes;        /* declared: relapse competes with engraftment and GVHD */
  bool censor_at_hsct;          /* declared: PFS and DOR after CAR-T end at the transplant */
  B7CensorAt censor;
} B7EventDays;

typedef enum B7EventCause {
  B7_CAUSE_NONE,
  B7_CAUSE_AGVHD,
  B7_CAUSE_CGVHD,
  B7_CAUSE_RELAPSE,
  B7_CAUSE_DEATH,
  B7_CAUSE_TREATMENT_FAILURE,
  B7_CAUSE_ENGRAFTMENT
} B7EventCause;

/* All days empty. */
B7EventDays b7_event_days_make(void);
/* What cannot be: negative days, relapse after death, events after last contact. The error names the field.
 */
B7Status b7_event_days_check(const B7EventDays *days, B7Error *error);
/* code: B7OutcomeCode; value: days from the origin. *cause (Nullable). B7_NOT_EVALUABLE without a last day. */
B7Finding b7_survival_endpoint(const B7Criteria *criteria, B7SurvivalEndpoint endpoint,
                               const B7EventDays *days, B7EventCause *cause);

#endif
