/* trial.h - a virtual trial: who, what is done in each arm, what is asked. */
#ifndef B7_TRIAL_DESIGN_TRIAL_H
#define B7_TRIAL_DESIGN_TRIAL_H

#include "base/memory.h"
#include "bridge7_trial.h"
#include "document/document.h"
#include "read/catalogue/catalogue.h"
#include "read/cohort/cohort.h"
#include "treat/plan.h"

#define B7_TRIAL_ARMS_MAX 16
#define B7_TRIAL_ENDPOINTS_MAX 24
#define B7_TRIAL_ESTIMANDS_MAX 32
#define B7_TRIAL_SUBGROUPS_MAX 8
#define B7_SUBGROUP_GROUPS_MAX 5

/* When a transplant follows. */
typedef enum B7TransplantWhen {
  B7_TRANSPLANT_NEVER,
  B7_TRANSPLANT_MRD_NEGATIVE, /* at the visit on the day, or at a later one, once marrow MRD is below the
                                 limit */
  B7_TRANSPLANT_REMISSION,    /* once marrow blasts are below 5 % */
  B7_TRANSPLANT_RELAPSE,      /* once marrow MRD has come back above 1 % */
  B7_TRANSPLANT_ALWAYS        /* on the day, whatever the marrow */
} B7TransplantWhen;

/* What a graft holds, CD34+ and CD3+ cells per kg. Blood: the target dose of the model's reference graft. Marrow: 2e8 nucleated cells per kg or
   more hold about half as many CD34+ and a tenth of the CD3+ cells (assumed). The first is the default. */
#define B7_TRIAL_GRAFT_LIST(X)                                                                               \
  X(PERIPHERAL_BLOOD, "peripheral_blood", 5e6, 2e8)                                                          \
  X(BONE_MARROW, "bone_marrow", 2.5e6, 3e7)                                                                  \
  X(BLOOD_AND_MARROW, "peripheral_blood_and_marrow", 6e6, 2e8)

typedef enum B7TrialGraft {
#define B7_TRIAL_GRAFT_ENUM(id, name, cd34, cd3) B7_TRIAL_GRAFT_##id,
  B7_TRIAL_GRAFT_LIST(B7_TRIAL_GRAFT_ENUM)
#undef B7_TRIAL_GRAFT_ENUM
      B7_TRIAL_GRAFTS
} B7TrialGraft;

typedef struct B7TrialTransplant {
  B7TransplantWhen when;
  B7TrialGraft graft;
  const char *donor; /* as the population file names it */
  const B7Regimen *conditioning, *prophylaxis;
  const B7Node *donor_node, *day_node, *conditioning_node; /* for messages */
  double day;   /* of the graft after the infusion (or after enrolment without product) */
  double share; /* for how many of those who have such a donor it is meant; 0: all of them */
} B7TrialTransplant;

/* What an arm says. NULL: none. */
typedef struct B7TrialArm {
  const char *name;
  const B7Node *node, *donor_node, *dose_node; /* for messages */
  const B7Product *product;
  B7Dose dose;
  const char *donor; /* of the product, when it comes from a donor; NULL: the transplant's */
  const B7Regimen *lymphodepletion, *regimen; /* regimen: chemotherapy */
  int32_t cycles;
  B7TrialTransplant transplant;
} B7TrialArm;

/* Parameters that a trial sets for its population. */
typedef struct B7TrialSettings {
  const B7Node *node; /* their mapping, for messages; NULL: none */
  B7ParameterSetting *rows;
  bool *outside_range; /* [count]: meant, though the model's range does not hold it */
  int32_t count;
} B7TrialSettings;

/* ORDER ESTIMAND: key in trial files, words. Differences are of the share with the event (or code) at a day, or
   in all; ratios are those of hazard_ratio.h. */
#define B7_ESTIMAND_LIST(X)                                                                                  \
  X(DIFFERENCE, "difference", "difference")                                                                  \
  X(RESTRICTED_MEAN, "restricted_mean", "difference in restricted mean, days")                               \
  X(HAZARD_RATIO, "hazard_ratio", "hazard ratio")                                                            \
  X(CAUSE_SPECIFIC, "cause_specific_hazard_ratio", "cause-specific hazard ratio")                            \
  X(SUBDISTRIBUTION, "subdistribution_hazard_ratio", "subdistribution hazard ratio")
typedef enum B7EstimandKind {
#define B7_ESTIMAND_ENUM(id, key, words) B7_ESTIMAND_##id,
  B7_ESTIMAND_LIST(B7_ESTIMAND_ENUM)
#undef B7_ESTIMAND_ENUM
      B7_ESTIMANDS
} B7EstimandKind;
/* 1 means no difference, else 0 does. */
bool b7_estimand_is_ratio(B7EstimandKind kind);
const char *b7_estimand_words(B7EstimandKind kind);
const char *b7_estimand_key(B7EstimandKind kind);

/* Day 0 of survival endpoints. */
typedef enum B7TrialOrigin { B7_ORIGIN_ENROLMENT, B7_ORIGIN_INFUSION, B7_ORIGIN_TRANSPLANT } B7TrialOrigin;

typedef struct B7Estimand {
  B7EstimandKind kind;
  B7Endpoint endpoint;
  double at_day;   /* horizon when not given */
  int32_t against; /* reference arm */
} B7Estimand;

/* How patients are parted, by what is known of them at enrolment. */
typedef struct B7Subgroup {
  const B7Node *node; /* for messages */
  const char *by;     /* a covariate, a parameter, an observable on day 0, or "donor" */
  const char *label;  /* NULL: that of what it goes by */
  int32_t n_cut, n_name, n_donor;
  double cuts[B7_SUBGROUP_GROUPS_MAX - 1];        /* ascending; above a cut is the next group */
  const char *names[B7_SUBGROUP_GROUPS_MAX];      /* of the groups; none: made from the cuts */
  const char *donors[B7_SUBGROUP_GROUPS_MAX - 1]; /* in order of choice; the last group has none of them */
} B7Subgroup;

struct B7Trial {
  B7Arena arena;
  B7Document *document;         /* NULL: of a study */
  const B7Catalogue *catalogue; /* drugs, products, regimens */
  B7Catalogue *own_catalogue;   /* NULL: the caller's */
  const char *path, *data_folder;
  const char *name, *question, *population, *policy;
  uint64_t text_hash; /* of the file */
  int64_t patients;
  uint64_t seed;
  bool sobol; /* patients from a scrambled Sobol sequence */
  double horizon_day;
  B7TrialOrigin origin;    /* with transplant: only patients who got one count */
  bool intention_to_treat; /* else: patients whose product could not be made are left out */
  bool
      donors_given; /* of a study: all who entered had the donor of their product, and `share` got their graft */
  int32_t n_arm, n_endpoint, n_estimand;
  B7TrialArm arms[B7_TRIAL_ARMS_MAX];
  B7Endpoint endpoints[B7_TRIAL_ENDPOINTS_MAX];
  B7Estimand estimands[B7_TRIAL_ESTIMANDS_MAX];
  int32_t n_subgroup;
  B7Subgroup subgroups[B7_TRIAL_SUBGROUPS_MAX];
  B7TrialSettings settings;
};

/* A trial of a data folder that is filled in by the caller: as read from a file without arms and endpoints. With
   catalogue NULL it loads its own. Free with b7_trial_free. */
B7Status b7_trial_begin(const char *name, const char *data_folder, const B7Catalogue *catalogue,
                        const B7Hooks *hooks, B7Trial **out, B7Error *error);
/* b7_trial_parse with a catalogue that was read before: for many trials over the same data. */
B7Status b7_trial_parse_with(const char *text, size_t length, const char *path, const char *data_folder,
                             const B7Catalogue *catalogue, const B7Hooks *hooks, B7Trial **out,
                             B7Error *error);

/* `subgroups:` of a trial file. Errors: INPUT. */
B7Status b7_subgroups_read(B7Trial *trial, const B7Node *node, B7Error *error);

/* That every arm has what it needs, and that what is asked can happen within the horizon; of a trial just read, with the nodes of its
   endpoints and estimands. Errors: INPUT at the place of the mistake. */
B7Status b7_trial_check(const B7Trial *trial, const B7Node *endpoints, const B7Node *estimands,
                        B7Error *error);
/* The day of an arm's infusion after enrolment; NaN without a product. */
double b7_arm_infusion_day(const B7TrialArm *arm);
/* The earliest day of its graft after enrolment; NaN without a transplant. */
double b7_arm_graft_day(const B7TrialArm *arm);

/* How one patient of an arm fares before treatment begins. */
typedef struct B7ArmFate {
  bool made;                          /* the product is at hand: its donor was there and it could be made */
  bool donor;                         /* a transplant is meant, and its donor is there */
  int32_t product_level, graft_level; /* how far that patient's donors are: places among the donor's levels */
} B7ArmFate;

/* Fates are counted side by side. */
#define B7_ARM_FATES (4 * B7_DONOR_LEVELS_MOST * B7_DONOR_LEVELS_MOST)
B7ArmFate b7_arm_fate_at(int32_t index);
int32_t b7_arm_fate_index(B7ArmFate fate);

/* The plans of an arm: one per fate that can happen; NULL elsewhere. */
typedef struct B7ArmPlans {
  B7Plan *plan[B7_ARM_FATES];
  const B7CohortDonor *product_donor, *graft_donor; /* of the cohort; NULL: none */
  int32_t n_product_level, n_graft_level;
  bool same_donor;            /* of product and graft */
  double days_to_infusion;    /* NaN without product */
  double failure_probability; /* of manufacture */
  double relative_cost;
  double product_donor_probability;    /* that the donor of the product is there; 1 when none is needed */
  double graft_donor_probability;      /* that the donor of the graft is there; 1 when none is needed */
  double donor_probability;            /* that, and the transplant is meant */
  double cycle_days;                   /* between courses of the arm's regimen */
  int32_t infusion_event, graft_event; /* of the kernel; -1: none */
} B7ArmPlans;

/* Compile an arm for a kernel. The plans are the caller's to free with b7_arm_plans_free. */
B7Status b7_arm_plans_make(const B7Trial *trial, const B7TrialArm *arm, const B7Cohort *cohort,
                           const B7Kernel *kernel, const B7Hooks *hooks, B7ArmPlans *out, B7Error *error);
void b7_arm_plans_free(B7ArmPlans *plans);
/* Arms whose patients are simulated side by side are looked at on the same days: those of all their plans. */
B7Status b7_arm_plans_share_grid(B7ArmPlans *const *arms, int32_t n_arm, const B7Hooks *hooks,
                                 B7Error *error);
/* The fate of one virtual patient: drawn from its own stream, the same in every arm that asks the same. */
B7ArmFate b7_arm_fate(const B7ArmPlans *plans, const B7Population *population, uint64_t id);
/* What became of that patient's product before the day of infusion: NO_DONOR, NOT_MADE, or INFUSED when it is at hand. */
B7FlowProduct b7_arm_product_fate(const B7ArmPlans *plans, const B7Population *population, uint64_t id);

#endif
