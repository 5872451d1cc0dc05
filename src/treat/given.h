/* given.h - a treatment as given: a drug, product, graft or transfusion, its amount, its times, what it is for and how
 * well that is known. The one form in which courses, arms, regimens and studies hold what is done to a patient. Running
 * leg. */
#ifndef B7_TREAT_GIVEN_H
#define B7_TREAT_GIVEN_H

#include "treat/dose.h"

/* How a fact is known. */
typedef struct B7Basis {
  B7FactStatus status;
  const char *flag, *why; /* "" when none */
} B7Basis;

typedef enum B7GivenKind {
  B7_GIVEN_DRUG,
  B7_GIVEN_PRODUCT,
  B7_GIVEN_GRAFT,
  B7_GIVEN_TRANSFUSION
} B7GivenKind;

/* Where the bar of a treatment is drawn. ORDER TREATMENT_LANE: name in courses and in bars. */
#define B7_TREATMENT_LANE_LIST(X)                                                                            \
  X(CHEMOTHERAPY, "chemotherapy")                                                                            \
  X(LYMPHODEPLETION, "lymphodepletion")                                                                      \
  X(CART, "CAR-T")                                                                                           \
  X(CONDITIONING, "conditioning")                                                                            \
  X(TRANSPLANT, "transplant")                                                                                \
  X(PROPHYLAXIS, "prophylaxis")                                                                              \
  X(SUPPORTIVE, "supportive")
typedef enum B7TreatmentLane {
#define B7_TREATMENT_LANE_ENUM(id, name) B7_TREATMENT_LANE_##id,
  B7_TREATMENT_LANE_LIST(B7_TREATMENT_LANE_ENUM)
#undef B7_TREATMENT_LANE_ENUM
      B7_TREATMENT_LANES
} B7TreatmentLane;
const char *b7_treatment_lane_name(B7TreatmentLane lane);

/* The role of a drug in a lane. own: its role outside of chemotherapy by the drug table, B7_ROLES when it has
   none there (a drug against disease or for conditioning); stated: the lane was written down, not the default of a
   row. */
B7Role b7_role_of_drug(B7Role own, B7TreatmentLane lane, bool stated);

/* A named number for an argument of a kernel event. */
typedef struct B7Attribute {
  const char *name;
  double value;
  const char *unit; /* as UDUNITS and the model write it: "1", "cell/kg" */
  B7Basis basis;
} B7Attribute;

/* One drug, product, graft or transfusion with all its times. */
typedef struct B7Given {
  B7GivenKind kind;
  B7TreatmentLane lane;
  B7Role role;
  const char *name;  /* drug, product, graft kind or transfusion kind */
  const char *label; /* of the regimen, or of the row */
  int32_t course;    /* number of the chemotherapy course; -1: none */
  B7Dose dose;       /* amount per administration */
  const char *dose_text;
  B7Dose reference; /* drugs: one reference dose */
  bool by_policy;   /* recorded without a dose: the policy decides; no event of its own */
  double start_day; /* that the schedule counts from; the first dose may come later */
  int32_t n_day, n_attribute;
  double *day;             /* ascending, days from day 0 (of a regimen: from its anchor) */
  B7Attribute *attributes; /* arguments beyond the amount */
  B7Basis basis;
  const char *note;
} B7Given;

#endif
