/* bridge7_trial.h - virtual trials, and published studies beside their simulation. Conventions as in bridge7.h. */
#ifndef BRIDGE7_TRIAL_H
#define BRIDGE7_TRIAL_H

#include "bridge7_assess.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------- trials ---- */

/* A virtual trial (docs/trial_format.md): the same virtual patients in every arm, graded by the criteria. */
typedef struct B7Trial B7Trial;

/* Read and check a trial file; data_folder holds products, drugs, regimens, policies and populations. The first mistake is the error,
   with its place. The caller frees *out with b7_trial_free. Nullable: hooks, error. Errors: INPUT, FILE, MEMORY. */
B7_API B7Status b7_trial_load(const char *path, const char *data_folder, const B7Hooks *hooks, B7Trial **out,
                              B7Error *error);
/* The same from text; path stands in messages. */
B7_API B7Status b7_trial_parse(const char *text, size_t length, const char *path, const char *data_folder,
                               const B7Hooks *hooks, B7Trial **out, B7Error *error);
B7_API void b7_trial_free(B7Trial *trial);

typedef struct B7TrialOptions {
  size_t struct_size;                /* set by b7_trial_options_default */
  int64_t patients;                  /* 0: as the trial file says */
  uint64_t seed;                     /* 0: as the trial file says */
  double level;                      /* of intervals; 0.95 */
  const B7SimulateOptions *simulate; /* Nullable: the defaults */
  int64_t
      block_patients; /* simulated together in one arm, and the unit of the three below; 0: as memory allows */
  const char *checkpoint;    /* file that takes what was counted so far; Nullable: none */
  int64_t checkpoint_blocks; /* written after so many blocks; 1 */
  bool resume;               /* go on from the checkpoint, when there is one */
  int32_t rank, ranks;       /* this process among those that share the trial; 0 of 1 */
  const char
      *shards; /* with several ranks: path, in a folder that all can see, before the names of their parts */
  double shard_wait_s; /* how long rank 0 waits for the others once its own part is done; 3600 */
  const char *
      patient_rows; /* path of a scratch file that takes a row a patient and arm, for the output; with several ranks as
                                  `shards`; Nullable: none, and b7_trial_write_netcdf writes summaries alone. Goes with the run */
} B7TrialOptions;
B7_API void b7_trial_options_default(B7TrialOptions *options, size_t struct_size);

/* What came of it. Memory does not grow with the number of patients, but for 40 sampled ones. */
typedef struct B7TrialRun B7TrialRun;
/* Run every arm. trial and kernel must outlive *out; the caller frees it with b7_trial_run_free. What comes out does not depend on
   threads, lanes, blocks, ranks, or stops in between. Ranks above 0 write their part and give *out NULL. Errors: those of plans,
   population, simulate and criteria; INPUT (the checkpoint is damaged or of another run); FILE (a rank's part did not come). */
B7_API B7Status b7_trial_run(const B7Trial *trial, const B7Kernel *kernel, const char *criteria_folder,
                             const B7TrialOptions *options, const B7Hooks *hooks, B7TrialRun **out,
                             B7Error *error);
B7_API void b7_trial_run_free(B7TrialRun *run);

/* How the patients of an arm went, in two steps: each patient is in exactly one cell of the two. ORDER STEP: name, label. */
#define B7_FLOW_PRODUCT_LIST(X)                                                                              \
  X(NONE, "no_product_planned", "no product planned")                                                        \
  X(NO_DONOR, "no_donor_for_product", "no donor for the product")                                            \
  X(NOT_MADE, "product_not_made", "product not made")                                                        \
  X(DIED, "died_before_infusion", "died before infusion")                                                    \
  X(INFUSED, "infused", "infused")                                                                           \
  X(FAILED, "failed_numerically", "failed numerically, in no summary")
typedef enum B7FlowProduct {
#define B7_FLOW_PRODUCT_ENUM(id, name, label) B7_FLOW_PRODUCT_##id,
  B7_FLOW_PRODUCT_LIST(B7_FLOW_PRODUCT_ENUM)
#undef B7_FLOW_PRODUCT_ENUM
      B7_FLOW_PRODUCTS
} B7FlowProduct;
#define B7_FLOW_TRANSPLANT_LIST(X)                                                                           \
  X(NONE, "no_transplant_planned", "no transplant planned")                                                  \
  X(TRANSPLANTED, "transplanted", "transplanted")                                                            \
  X(NO_DONOR, "no_donor_for_transplant", "no donor for the transplant")                                      \
  X(NOT_MEANT, "transplant_not_meant", "no transplant meant")                                                \
  X(RELAPSED, "relapsed_without_transplant", "relapsed, not transplanted")                                   \
  X(DIED, "died_before_transplant", "died before transplant")                                                \
  X(WAITING, "alive_without_transplant", "alive, condition for transplant not met")                          \
  X(LEFT_OUT, "left_out", "left out of the analysis")
typedef enum B7FlowTransplant {
#define B7_FLOW_TRANSPLANT_ENUM(id, name, label) B7_FLOW_TRANSPLANT_##id,
  B7_FLOW_TRANSPLANT_LIST(B7_FLOW_TRANSPLANT_ENUM)
#undef B7_FLOW_TRANSPLANT_ENUM
      B7_FLOW_TRANSPLANTS
} B7FlowTransplant;
/* What virtual patients die of: the hazards of the model. ORDER CAUSE: name, label. */
#define B7_DEATH_CAUSE_LIST(X)                                                                               \
  X(INFECTION, "infection", "infection")                                                                     \
  X(BLEEDING, "bleeding", "bleeding")                                                                        \
  X(GVHD, "gvhd", "graft-versus-host disease")                                                               \
  X(TOXICITY, "toxicity", "toxicity of treatment")                                                           \
  X(DISEASE, "disease", "leukaemia or lymphoma")
typedef enum B7DeathCause {
#define B7_DEATH_CAUSE_ENUM(id, name, label) B7_DEATH_##id,
  B7_DEATH_CAUSE_LIST(B7_DEATH_CAUSE_ENUM)
#undef B7_DEATH_CAUSE_ENUM
      B7_DEATH_CAUSES
} B7DeathCause;
typedef struct B7TrialFlow {
  const char *arm;
  int64_t enrolled, infused, transplanted, dead, failed; /* failed: numerically; in no summary */
  int64_t way[B7_FLOW_PRODUCTS][B7_FLOW_TRANSPLANTS];    /* adds up to those enrolled */
  int64_t died_of[B7_DEATH_CAUSES];                      /* adds up to the dead */
} B7TrialFlow;
/* Patients of an arm at one step, whatever the other. */
B7_API int64_t b7_flow_product_patients(const B7TrialFlow *flow, B7FlowProduct step);
B7_API int64_t b7_flow_transplant_patients(const B7TrialFlow *flow, B7FlowTransplant step);
B7_API const char *b7_flow_product_name(B7FlowProduct step);
B7_API const char *b7_flow_product_label(B7FlowProduct step);
B7_API const char *b7_flow_transplant_name(B7FlowTransplant step);
B7_API const char *b7_flow_transplant_label(B7FlowTransplant step);
B7_API const char *b7_death_cause_name(B7DeathCause cause);
B7_API const char *b7_death_cause_label(B7DeathCause cause);
B7_API int32_t b7_trial_arms(const B7TrialRun *run);
B7_API const char *b7_trial_arm_name(const B7TrialRun *run, int32_t arm);
B7_API void b7_trial_flow(const B7TrialRun *run, int32_t arm, B7TrialFlow *flow);
B7_API int32_t b7_trial_endpoints(const B7TrialRun *run, const B7Endpoint **endpoints);
/* Patients of an arm with code low .. high of an endpoint, of those evaluable (their number in *evaluable; Nullable). */
B7_API B7Estimate b7_trial_share(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t low,
                                 int32_t high, int64_t *evaluable);
/* Survival endpoints: free of any event (cause 0) or incidence of cause 1 or 2, at a day after enrolment. */
B7_API B7Estimate b7_trial_at_day(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t cause,
                                  double t_day);
/* The whole curve by day, 0 .. horizon: arrays of *days values that belong to the run. */
typedef struct B7TrialCurve {
  const double *estimate, *lower, *upper, *at_risk;
} B7TrialCurve;
B7_API B7TrialCurve b7_trial_curve(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t cause,
                                   int32_t *days);
/* What is unusual about the run and goes with its results: parameters outside their range. Texts belong to the run. */
B7_API int32_t b7_trial_notes(const B7TrialRun *run, const char *const **notes);
/* What the times of an endpoint count from: "enrolment", "infusion", "transplant" (as the trial says), or the endpoint's own origin:
   "remission" (relapse-free survival, duration of response), "transplant" (GVHD-free survival). Patients without it are not at risk. */
B7_API const char *b7_trial_endpoint_origin(const B7TrialRun *run, B7Endpoint endpoint);
/* Cumulative incidence of death from one cause, where the others compete: the curve, and its value at a day. Counted from the origin of
   the trial, as overall survival. */
B7_API B7TrialCurve b7_trial_death_curve(const B7TrialRun *run, int32_t arm, B7DeathCause cause,
                                         int32_t *days);
B7_API B7Estimate b7_trial_death_at_day(const B7TrialRun *run, int32_t arm, B7DeathCause cause, double t_day);
/* Median and quantiles over patients of a maximum or a day of it ("cart_copies", "cart_per_ul", "il6"), in the days after infusion;
   NaN when the observable is not tracked. */
typedef enum B7TrialPeak { B7_PEAK_VALUE, B7_PEAK_DAY } B7TrialPeak;
B7_API double b7_trial_peak_quantile(const B7TrialRun *run, int32_t arm, const char *observable,
                                     B7TrialPeak peak, double q);
/* Quantile of the day on which an endpoint was found: after the graft for engraftment, after the infusion for the rest. */
B7_API double b7_trial_day_quantile(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, double q);
/* The same with limits, from the order statistics that hold the quantile at the run's level. */
B7_API B7Estimate b7_trial_peak(const B7TrialRun *run, int32_t arm, const char *observable, B7TrialPeak peak,
                                double q);
B7_API B7Estimate b7_trial_day(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, double q);
/* Facts beyond the endpoints ("car_persistence_28", "emd_cr", "relapse_cd7_negative", "hsct_any", ...): number, name, label, and
   the share of an arm's patients for whom it holds, of those for whom it can be said (Nullable: evaluable). */
B7_API int32_t b7_trial_facts(void);
B7_API const char *b7_trial_fact_name(int32_t fact);
B7_API const char *b7_trial_fact_label(int32_t fact);
B7_API B7Estimate b7_trial_fact(const B7TrialRun *run, int32_t arm, const char *name, int64_t *evaluable);
/* Estimands of the trial file, in order: arm against reference. */
typedef struct B7TrialEstimand {
  const char *arm, *against, *what; /* "os at day 730: difference" */
  B7Estimate estimate;              /* with the chance between virtual patients */
  B7Estimate widened;               /* with the model's uncertainty too; NaN until b7_trial_uncertainty */
  bool ratio;                       /* 1 means no difference; else 0 does */
} B7TrialEstimand;
B7_API int32_t b7_trial_estimands(const B7TrialRun *run, const B7TrialEstimand **rows);

/* The same estimands by subgroup, in order: subgroup, estimand, arm, group. */
typedef struct B7TrialSubgroupRow {
  const char *subgroup, *group; /* "marrow burden", "high" */
  int64_t patients;             /* virtual patients in the group */
  int64_t pairs;                /* of them with a value in both arms; of ratios: patients of both arms */
  const char *arm, *against, *what;
  B7Estimate of_arm, of_reference; /* share or mean in each arm; NaN for ratios */
  B7Estimate estimate;
  bool ratio;
  /* on every row of one estimand and arm: whether the effect differs between groups. Cochran's Q against chi-squared; the difference
     (ratio: quotient) of the last group's effect from the first's */
  double interaction_p;
  B7Estimate interaction;
} B7TrialSubgroupRow;
B7_API int32_t b7_trial_subgroup_rows(const B7TrialRun *run, const B7TrialSubgroupRow **rows);

/* What an arm costs (data/costs.yaml). ORDER COST PER: name, label. */
#define B7_COST_PER_LIST(X)                                                                                  \
  X(ENROLLED, "enrolled", "patient enrolled")                                                                \
  X(INFUSED, "infused", "patient infused")                                                                   \
  X(REMISSION, "remission", "patient who reached remission")                                                 \
  X(LASTING, "lasting_remission", "patient alive in remission at the end")
typedef enum B7CostPer {
#define B7_COST_PER_ENUM(id, name, label) B7_COST_PER_##id,
  B7_COST_PER_LIST(B7_COST_PER_ENUM)
#undef B7_COST_PER_ENUM
      B7_COST_PERS
} B7CostPer;
/* All costs of the arm over the patients that count so; NaN when none does. patients (Nullable): their number. */
B7_API B7Estimate b7_trial_cost(const B7TrialRun *run, int32_t arm, B7CostPer per, int64_t *patients);
/* Mean a patient followed, by what is paid for. */
B7_API int32_t b7_trial_cost_items(void);
B7_API const char *b7_trial_cost_item_label(int32_t item);
B7_API B7Estimate b7_trial_cost_item(const B7TrialRun *run, int32_t arm, int32_t item);
B7_API const char *b7_trial_cost_per_name(B7CostPer per);
B7_API const char *b7_trial_cost_per_label(B7CostPer per);
/* "USD of 2017 to 2020". */
B7_API const char *b7_trial_cost_unit(const B7TrialRun *run);
/* Give the estimands of a run their `widened` intervals, which hold the model's uncertainty too: the trial is run again under `sets` (2 at
   least) parameter sets drawn within the parameters' ranges (src/trial/run/uncertainty.h), options->patients patients each. The trial and the
   kernel of the run must still be there. Errors: USAGE, those of b7_trial_run. */
B7_API B7Status b7_trial_uncertainty(B7TrialRun *run, const B7TrialOptions *options, int32_t sets,
                                     const B7Hooks *hooks, B7Error *error);
/* Everything as JSON (docs/page_format.md), the text that `trial --json` prints and its report page shows; or as NetCDF.
   References are formatted from bibliography_path (Nullable). Texts are freed with b7_text_free. */
B7_API B7Status b7_trial_json(const B7TrialRun *run, const char *bibliography_path, char **text,
                              B7Error *error);
B7_API B7Status b7_trial_write_netcdf(const B7TrialRun *run, const char *path, B7Error *error);

/* --------------------------------------------------------------------------------------------------- validation ---- */

/* Published studies as data (data/studies.yaml): how each was done and what it printed; and studies to predict, whose outcomes are not
   in this collection. */
typedef struct B7Studies B7Studies;

/* Read and check the studies. data_folder holds what their arms name. The caller frees *out with b7_studies_free. Nullable: hooks,
   error. Errors: INPUT, FILE (name file, line and column), MEMORY. */
B7_API B7Status b7_studies_load(const char *path, const char *data_folder, const B7Hooks *hooks,
                                B7Studies **out, B7Error *error);
B7_API void b7_studies_free(B7Studies *studies);

typedef struct B7StudySummary {
  const char *id, *title, *source; /* source: bibliography key */
  double n;                        /* patients */
  int32_t arms, rows;
  bool prediction; /* predicted only */
} B7StudySummary;
B7_API int32_t b7_studies_list(const B7Studies *studies, const B7StudySummary **rows);

typedef struct B7ValidateOptions {
  size_t struct_size;                /* set by b7_validate_options_default */
  int64_t patients;                  /* simulated in each arm; 1000 */
  uint64_t seed;                     /* 7 */
  bool predictions;                  /* with all studies: also those to predict */
  const B7SimulateOptions *simulate; /* Nullable: the defaults */
} B7ValidateOptions;
B7_API void b7_validate_options_default(B7ValidateOptions *options, size_t struct_size);

/* Every study simulated as it was done: product, dose, lymphodepletion, population, follow-up, transplants. */
typedef struct B7Validation B7Validation;

typedef struct B7ValidationRow {
  const char *study, *study_title, *arm; /* "all arms" when the row is over all of them */
  const char *endpoint, *unit;           /* names of the published vocabulary: "crs_g3_4", "percent" */
  const char *source, *note;             /* bibliography key; "" */
  double n;                              /* patients behind the published value */
  double at_day;                         /* from the arm's origin; NaN: none */
  int64_t patients;                      /* simulated patients who can be asked */
  bool prediction;
  B7Estimate
      published; /* 95 % interval: printed, or exact from counts, or of a median from its range; NaN: not known */
  B7Estimate
      simulated; /* lower, upper: where 95 % of studies of n such patients would print theirs, by the chance between patients and
                           the difference between studies (data/between_studies.yaml) */
  B7Inside inside; /* simulated value inside the published interval */
} B7ValidationRow;

/* study NULL: all. studies must outlive *out; the caller frees it with b7_validation_free. Errors: those of trials, and INPUT (no
   such study). */
B7_API B7Status b7_validate(const B7Studies *studies, const char *study, const B7Kernel *kernel,
                            const char *criteria_folder, const B7ValidateOptions *options,
                            const B7Hooks *hooks, B7Validation **out, B7Error *error);
B7_API void b7_validation_free(B7Validation *validation);
B7_API int32_t b7_validation_rows(const B7Validation *validation, const B7ValidationRow **rows);

typedef struct B7ValidationCount {
  int32_t rows;
  int32_t judged, inside; /* calibration rows with an interval, and those of them inside */
  int32_t covered; /* judged rows whose published value lies where 95 % of such studies would print theirs */
  int32_t not_judged; /* calibration rows without interval, or that no simulated patient can answer */
  int32_t predicted;
} B7ValidationCount;
B7_API B7ValidationCount b7_validation_count(const B7Validation *validation);
/* {"rows": [...], "count": {...}}; {"study", "n", "endpoints": [...]} of one predicted study; and the report page's data, with
   references formatted from bibliography_path (Nullable). Free with b7_text_free. */
B7_API B7Status b7_validation_json(const B7Validation *validation, char **text, B7Error *error);
B7_API B7Status b7_prediction_json(const B7Validation *validation, char **text, B7Error *error);
B7_API B7Status b7_validation_page_json(const B7Validation *validation, const char *bibliography_path,
                                        char **text, B7Error *error);

#ifdef __cplusplus
}
#endif
#endif
