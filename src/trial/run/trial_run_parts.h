/* trial_run_parts.h - a trial under way and what it keeps. */
#ifndef B7_TRIAL_RUN_TRIAL_RUN_PARTS_H
#define B7_TRIAL_RUN_TRIAL_RUN_PARTS_H

#include "base/threads.h"
#include "stats/bins.h"
#include "trial/design/subgroups.h"
#include "trial/design/trial.h"
#include "trial/run/costs.h"
#include "trial/run/patient_rows.h"
#include "trial/run/tally.h"

/* Observables whose peak after infusion is kept; and whose course is drawn as a fan. */
#define B7_TRIAL_PEAKS_MAX 6
#define B7_TRIAL_FANS_MAX 3
#define B7_FAN_EVERY_DAY 7
/* quantiles of fewer patients are not drawn */
#define B7_FAN_PATIENTS_LEAST 10

/* Facts of one patient beyond the endpoints; each is a share of those for whom it can be said. ORDER FACT. */
#define B7_TRIAL_FACT_LIST(X)                                                                                \
  X(EXPANDED, "car_expansion_any", "CAR-T above the detection limit after infusion")                         \
  X(PERSIST_28, "car_persistence_28", "CAR-T detectable on day 28 after infusion")                           \
  X(PERSIST_42, "car_persistence_42", "CAR-T detectable on day 42 after infusion")                           \
  X(PERSIST_180, "car_persistence_180", "CAR-T detectable on day 180 after infusion")                        \
  X(NODES_CLEAR, "emd_cr",                                                                                   \
    "nodes in complete metabolic remission within 90 days, of those with nodal disease")                     \
  X(NODES_RESPOND, "emd_orr",                                                                                \
    "metabolic response of nodes, complete or partial, of those with nodal disease")                         \
  X(RELAPSE_CD7NEG, "relapse_cd7_negative", "CD7-negative, of relapses within the horizon")                  \
  X(TRANSPLANTED, "hsct_any", "transplanted within the horizon")

typedef enum B7TrialFact {
#define B7_TRIAL_FACT_ENUM(id, name, label) B7_FACT_##id,
  B7_TRIAL_FACT_LIST(B7_TRIAL_FACT_ENUM)
#undef B7_TRIAL_FACT_ENUM
      B7_TRIAL_FACTS
} B7TrialFact;

/* One sampled patient of an arm, for the swimmer plot; NaN: did not happen. */
typedef struct B7Swimmer {
  int64_t id; /* virtual patient: the same in every arm */
  double cart_day, remission_day, hsct_day, relapse_day, death_day;
} B7Swimmer;

typedef struct B7TrialArmState {
  B7ArmPlans plans;
  B7TrialFlow flow;
  B7Tally *tallies;                /* [n_endpoint] */
  int64_t **by_day;                /* [n_endpoint][horizon + 1]: day of the finding after its anchor */
  B7DailyCurve *curves;            /* [n_endpoint][3] by cause; filled at the end; timed endpoints only */
  B7Tally deaths[B7_DEATH_CAUSES]; /* 1: of the cause, 2: of another; from the origin of the trial */
  B7DailyCurve death_curves[B7_DEATH_CAUSES]; /* filled at the end */
  B7LogBins *peaks, *peak_days;               /* [n_peak] */
  B7LogBins *fans;                            /* [n_fan][n_fan_time] */
  int64_t facts[B7_TRIAL_FACTS][2];           /* no, yes */
  B7CostTally costs;
  /* the first virtual patients: each at the place of its id while the trial runs, side by side once it is summarised */
  int32_t n_swimmer;
  int64_t swimmer_seen[B7_TALLY_SWIMMERS]; /* 1: this patient was followed */
  B7Swimmer swimmers[B7_TALLY_SWIMMERS];
} B7TrialArmState;

/* One estimand of one arm in one group of patients. */
typedef struct B7GroupCell {
  B7Paired difference, own; /* against the reference; of the arm itself; differences and means only */
  B7Tally tally;            /* ratios only */
} B7GroupCell;

/* A block of virtual patients under way: what the comparison of arms reads of them. */
typedef struct B7TrialBlock {
  int64_t first, count, room;
  B7Mark *marks[B7_TRIAL_ARMS_MAX]; /* [n_estimand][count]; code -1: cannot be said */
  int8_t *groups;                   /* [n_subgroup][count]; -1: not known */
  int8_t *grouped_by;               /* [count] the first arm that has told what was measured on day 0 */
  double *own;                      /* parameters of one patient, for each thread */
} B7TrialBlock;
typedef struct B7Substitutes B7Substitutes;

struct B7TrialRun {
  B7Arena arena;
  B7Hooks hooks;
  const B7TrialRun *like;           /* NULL, or the run whose criteria and plans are borrowed */
  const B7Substitutes *substitutes; /* values in place of those of the files; NULL: none */
  const B7Trial *trial;
  const B7Kernel *kernel;
  B7TrialOptions options;
  B7SimulateOptions simulate; /* what the options point to */
  B7Criteria *criteria;
  B7Population *population;
  B7Cohort *cohort;
  int64_t patients;
  uint64_t seed;
  int32_t horizon_day, n_arm, n_endpoint, n_peak, n_fan, n_fan_time;
  int32_t peak_observables[B7_TRIAL_PEAKS_MAX], fan_observables[B7_TRIAL_FANS_MAX];
  B7TrialArmState *arms;
  B7Costs costs;
  B7Paired *paired; /* [n_estimand][n_arm]; not for ratios */
  B7SubgroupBinding *subgroups;
  int32_t n_group;         /* of all subgroups */
  int64_t *group_patients; /* [n_group] */
  B7GroupCell *cells;      /* [n_estimand][n_arm][n_group] */
  B7TrialEstimand *estimands;
  B7TrialSubgroupRow *subgroup_rows;
  int32_t n_estimand_row, n_subgroup_row;
  int64_t block_patients;
  const char **notes; /* [n_note] what is unusual about the run */
  int32_t n_note;
  B7PatientRows rows;      /* file -1: none are kept */
  bool keep_rows;          /* when the run ends: for a resume, or for the first rank */
  B7SolverStatistics work; /* summed over blocks */
};

/* Simulate the block's patients in all arms side by side; grade each as it ends, add it to the arm's tallies, write its
   row, and note the marks of the estimands in the block. Outcomes are not kept. progress (Nullable) counts patients and
   arms of the block, one thread at a time; false cancels. */
typedef bool (*B7BlockProgress)(void *user, int64_t done, int64_t of_block);
B7Status b7_trial_block(B7TrialRun *run, B7TrialBlock *block, B7BlockProgress progress, void *user,
                        B7Error *error);
/* Threads that work on a block. */
static inline int32_t b7_trial_threads(const B7TrialRun *run) {
  return run->simulate.threads > 0 ? run->simulate.threads : b7_threads_available();
}
/* Remove the rows that other ranks have left. */
void b7_trial_drop_rows(const B7TrialRun *run);
/* Fan k of an arm, day by day of the fan: quantile q over the patients alive (NaN below B7_FAN_PATIENTS_LEAST), and
   their number; out[n_fan_time]. */
void b7_trial_fan(const B7TrialRun *run, int32_t arm, int32_t k, double q, double *out);
void b7_trial_fan_patients(const B7TrialRun *run, int32_t arm, int32_t k, double *out);
/* Curves and estimands, once all blocks are in. */
B7Status b7_trial_summarise(B7TrialRun *run, B7Error *error);

#endif
