/* bridge7_fit.h - values of the model, the populations and the products fitted to the published studies; parameter sets drawn from a fit.
 * Conventions as in bridge7.h. */
#ifndef BRIDGE7_FIT_H
#define BRIDGE7_FIT_H

#include "bridge7_trial.h"

#ifdef __cplusplus
extern "C" {
#endif

/* -------------------------------------------------------------------------------------------------- calibration ---- */

/* A fit file (docs/calibration.md): which values of the model, the populations and the products may move, what is known of them
   beforehand, and which rows of the studies they answer to. */
typedef struct B7Calibration B7Calibration;

/* Where the values live. The model folder must be the one that the kernel was compiled from: a value that differs is an error. */
typedef struct B7CalibrationFiles {
  const char *model_folder, *data_folder, *criteria_folder;
  const char *studies; /* data/studies.yaml */
} B7CalibrationFiles;

/* Read and check a fit file. kernel must outlive *out, which the caller frees with b7_calibration_free. Nullable: hooks, error.
   Errors: INPUT, FILE (name file, line and column), MEMORY. */
B7_API B7Status b7_calibration_load(const char *path, const B7CalibrationFiles *files, const B7Kernel *kernel,
                                    const B7Hooks *hooks, B7Calibration **out, B7Error *error);
B7_API void b7_calibration_free(B7Calibration *calibration);
/* Values with their limits and priors, rows with their weights, as a table; free with b7_text_free. Errors: MEMORY. */
B7_API B7Status b7_calibration_describe(const B7Calibration *calibration, char **text, B7Error *error);

typedef struct B7CalibrateOptions {
  size_t struct_size;      /* set by b7_calibrate_options_default */
  int64_t patients;        /* in each arm; 0: as the fit file says */
  uint64_t seed;           /* 0: as the fit file says */
  int32_t restarts;        /* starting points, the values of the files first; 0: as the fit file says */
  int64_t max_evaluations; /* stop after so many simulations of all arms; 0: no limit */
  int32_t threads;         /* 0: all cores */
  const char *out;         /* result file (YAML), written anew after every round; Nullable: none */
  bool resume;             /* go on from the result file, when there is one */
} B7CalibrateOptions;
B7_API void b7_calibrate_options_default(B7CalibrateOptions *options, size_t struct_size);

/* A finished calibration. */
typedef struct B7CalibrationRun B7CalibrationRun;
/* Penalised likelihood by Levenberg-Marquardt steps from several starting points (docs/calibration.md says what is minimised). The same
   fit file, seed and options give the same numbers whatever the threads and the stops in between. calibration must outlive *out, which
   the caller frees with b7_calibration_run_free. Errors: USAGE, INPUT (the result file to go on from is damaged or of another fit),
   NUMERICAL (the starting values cannot be simulated), FILE, MEMORY, CANCELLED. */
B7_API B7Status b7_calibrate(const B7Calibration *calibration, const B7CalibrateOptions *options,
                             const B7Hooks *hooks, B7CalibrationRun **out, B7Error *error);
B7_API void b7_calibration_run_free(B7CalibrationRun *run);

/* What the rows say of a parameter. ORDER VERDICT. */
#define B7_CALIBRATION_VERDICT_LIST(X)                                                                       \
  X(MOVED, "moved")                                                                                          \
  X(STAYED, "stayed")                                                                                        \
  X(NOT_IDENTIFIABLE, "not identifiable")                                                                    \
  X(AT_LIMIT, "at its limit")
typedef enum B7CalibrationVerdict {
#define B7_CALIBRATION_VERDICT_ENUM(id, words) B7_CALIBRATION_##id,
  B7_CALIBRATION_VERDICT_LIST(B7_CALIBRATION_VERDICT_ENUM)
#undef B7_CALIBRATION_VERDICT_ENUM
      B7_CALIBRATION_VERDICTS
} B7CalibrationVerdict;
B7_API const char *b7_calibration_verdict_words(B7CalibrationVerdict verdict);

typedef struct B7CalibrationParameter {
  const char *name, *where;    /* key in the fit file; "population rr_t_all_adult: sensitivity_blasts" */
  const char *scale;           /* "log", "logit", "linear": standard deviations count on it */
  const char *basis, *why;     /* what the files say of the value now; why it may move, "" */
  double from, to, low, high;  /* in the parameter's own unit */
  B7Estimate prior, posterior; /* typical value and 95 % interval before and after the rows */
  double prior_sd, sd;         /* on the scale */
  double information;          /* share of the prior's variance that the rows took away: 0 nothing, 1 all */
  B7CalibrationVerdict verdict;
} B7CalibrationParameter;
B7_API int32_t b7_calibration_parameters(const B7CalibrationRun *run, const B7CalibrationParameter **rows);

/* One row of the studies before and after, both on patients of a seed that the fit did not use. */
typedef struct B7CalibrationRow {
  const char *study, *arm, *endpoint, *unit, *group;
  double at_day; /* NaN: none */
  double weight;
  B7Estimate published;                   /* 95 % interval */
  double before, after;                   /* simulated; NaN: cannot be said */
  double residual_before, residual_after; /* in standard errors, weight left out; above 0: simulated higher */
  bool inside_before, inside_after;
} B7CalibrationRow;
B7_API int32_t b7_calibration_rows(const B7CalibrationRun *run, const B7CalibrationRow **rows);

/* Where one starting point led. */
typedef struct B7CalibrationStart {
  const char
      *end; /* "converged", "no step found", "rounds used up", "evaluations used up", "cannot be simulated" */
  int32_t rounds, steps;
  double misfit, prior; /* weighted squared residuals of the rows; penalty of the priors */
  bool best,
      same_optimum; /* as the best one: within 2 of its sum, and no parameter further off than 2 standard deviations */
  const double *at; /* values of the parameters, in their order */
} B7CalibrationStart;
B7_API int32_t b7_calibration_starts(const B7CalibrationRun *run, const B7CalibrationStart **rows);

/* Two parameters whose correlation after the rows is beyond 0.8: the rows tell their combination. */
typedef struct B7CalibrationCorrelation {
  int32_t first, second;
  double correlation;
} B7CalibrationCorrelation;
B7_API int32_t b7_calibration_correlations(const B7CalibrationRun *run,
                                           const B7CalibrationCorrelation **rows);

/* A direction (of unit length, in prior standard deviations) of which the rows say less than the priors. */
typedef struct B7CalibrationDirection {
  double information;    /* of the rows, in units of the priors'; below 1 */
  const double *loading; /* of the parameters, in their order */
} B7CalibrationDirection;
B7_API int32_t b7_calibration_directions(const B7CalibrationRun *run, const B7CalibrationDirection **rows);

typedef struct B7CalibrationSummary {
  int32_t parameters, rows, left_out; /* left_out: rows without sampling error, or of weight 0 */
  int64_t patients;                   /* in each arm */
  uint64_t seed, judging_seed;
  double misfit_before, misfit_after; /* by the judging seed */
  double prior_before, prior_after;
  int32_t inside_before, inside_after;
  int64_t evaluations, arms_simulated;
  double seconds;
  bool finished; /* false: evaluations were used up */
} B7CalibrationSummary;
B7_API void b7_calibration_summary(const B7CalibrationRun *run, B7CalibrationSummary *summary);

/* ---------------------------------------------------------------------------------------------- leaving studies out ---- */

typedef struct B7LeaveOutOptions {
  size_t struct_size; /* set by b7_leave_out_options_default */
  int64_t patients;   /* in each arm, of the predictions; 1000. Derivatives take the fit file's number */
  uint64_t seed;      /* 0: as the fit file says */
  int32_t threads;    /* 0: all cores */
  const char *study;  /* score this one alone; Nullable: each in turn */
} B7LeaveOutOptions;
B7_API void b7_leave_out_options_default(B7LeaveOutOptions *options, size_t struct_size);

/* Levels of the central intervals whose coverage is told: 50, 80, 95 %. */
#define B7_LEAVE_OUT_LEVELS 3

/* One printed number and what is predicted of it without its study. Scores are NaN for times and peaks. */
typedef struct B7LeaveOutRow {
  const char *study, *arm, *endpoint, *unit, *family;
  double at_day; /* NaN: none */
  double weight, n;
  double published;
  B7Estimate
      predicted; /* without the study and those that hold its patients; where 95 % of such studies would print theirs */
  double fitted;     /* simulated at the values of the files */
  double pooled;     /* mean of the other studies: same endpoint and setting, drawn to its family */
  double between_sd; /* between studies of the family, without this one */
  double crps, crps_pooled, crps_fitted; /* continuous ranked probability scores on shares; lower is better */
  double log_score, log_score_pooled;    /* higher is better */
  double covered[B7_LEAVE_OUT_LEVELS];   /* 1 inside the central interval, 0 outside, between at its ends */
} B7LeaveOutRow;

/* Scores of a family of endpoints: weighted means. */
typedef struct B7LeaveOutSkill {
  const char *family; /* "all", a setting, or a family */
  int32_t rows, studies;
  B7Estimate
      skill; /* 1 - crps / crps_pooled; 95 % interval by bootstrap of studies, NaN with fewer than two */
  double crps, crps_pooled, crps_fitted, log_score, log_score_pooled, between_sd;
  double covered[B7_LEAVE_OUT_LEVELS];
} B7LeaveOutSkill;

/* Every study predicted from the others: one damped Gauss-Newton step from the values of the files without the study's rows and those of
   studies that hold its patients, then a simulation there (docs/calibration.md, "Leaving studies out"). calibration must outlive
   *out, which the caller frees with b7_leave_out_free. Errors: USAGE, INPUT (no such study), NUMERICAL, MEMORY, CANCELLED. */
typedef struct B7LeaveOut B7LeaveOut;
B7_API B7Status b7_leave_out(const B7Calibration *calibration, const B7LeaveOutOptions *options,
                             const B7Hooks *hooks, B7LeaveOut **out, B7Error *error);
B7_API void b7_leave_out_free(B7LeaveOut *run);
B7_API int32_t b7_leave_out_rows(const B7LeaveOut *run, const B7LeaveOutRow **rows);
/* "all" first, then the settings, then the families that have rows. */
B7_API int32_t b7_leave_out_skills(const B7LeaveOut *run, const B7LeaveOutSkill **skills);
/* {"skill": {family: {value, low, high, rows, ...}}, "coverage": {"50", "80", "95"}, "between_studies": {family: sd}, "rows": [...]}; free with
   b7_text_free. */
B7_API B7Status b7_leave_out_json(const B7LeaveOut *run, char **text, B7Error *error);
/* The same into a file, whole or not at all. Errors: FILE, MEMORY. */
B7_API B7Status b7_leave_out_write(const B7LeaveOut *run, const char *path, B7Error *error);

/* As b7_trial_uncertainty, with parameter sets drawn from a calibration: the covariance in its result file, about the fitted values when the
   files hold them, else about those that the fit began from; what was not fitted stays. Errors: INPUT also when the files hold neither, or the
   result is not finished. */
B7_API B7Status b7_parameter_sets_widen(B7TrialRun *run, const char *result_path,
                                        const B7TrialOptions *options, int32_t sets, const B7Hooks *hooks,
                                        B7Error *error);
/* Free with b7_text_free. */
B7_API B7Status b7_calibration_json(const B7CalibrationRun *run, char **text, B7Error *error);
/* Put the fitted values into the files that they came from, at the place of the number and nothing else: all files or none. Values are
   rounded to a tenth of their standard deviation. Errors: INPUT (a file has changed since it was read), FILE, MEMORY. */
B7_API B7Status b7_calibration_write(const B7CalibrationRun *run, B7Error *error);

#ifdef __cplusplus
}
#endif
#endif
