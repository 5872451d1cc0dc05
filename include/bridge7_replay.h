/* bridge7_replay.h - a recorded course replayed by the model, beside what was recorded. Conventions as in bridge7.h. */
#ifndef BRIDGE7_REPLAY_H
#define BRIDGE7_REPLAY_H

#include "bridge7_assess.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------- replay ---- */

/* A course replayed by the model: the patient's own parameter set, a band of virtual patients around it, sensitivity arms
   for ambiguous dates, and the comparison with what was recorded. */
typedef struct B7Replay B7Replay;

typedef struct B7ReplayOptions {
  size_t struct_size; /* set by b7_replay_options_default */
  const char *
      patient_path; /* the patient's calibration (courses/NAME.patient.yaml); NULL: the patient starts from the
                               course's first records, and what is not recorded is drawn */
  const char *policy_path;     /* decisions as data; NULL: none */
  const char *criteria_folder; /* rules for grades and milestones; NULL: no verdicts */
  int64_t band_patients;       /* 200; 0: no band */
  double band_level;           /* share of the band's patients between low and high; 0.8 */
  uint64_t seed;
  bool
      alternatives; /* arms: each alternative of an ambiguous fact, and the patient without CAR-T or transplant; true */
  bool without_cart, without_transplant;
  double horizon_day;                /* 0: as the plan chooses */
  const B7SimulateOptions *simulate; /* Nullable: the defaults */
  /* without patient_path: where what is not recorded is drawn from. A population file; or, when that is NULL, a folder of
     them (data/populations), of which diagnosis, remission and age choose one; both NULL: the spreads of the model */
  const char *population_path, *population_folder;
} B7ReplayOptions;

B7_API void b7_replay_options_default(B7ReplayOptions *options, size_t struct_size);

/* Replay a course. course and kernel must outlive *out; the caller frees it with b7_replay_free. Nullable: hooks, error. Errors: those of
   plan, population, simulate and criteria. */
B7_API B7Status b7_replay_make(const B7Course *course, const B7Kernel *kernel, const B7ReplayOptions *options,
                               const B7Hooks *hooks, B7Replay **out, B7Error *error);
B7_API void b7_replay_free(B7Replay *replay);

/* Where a value of the patient at the start comes from: identifier, word. ORDER START_ORIGIN. */
#define B7_START_ORIGIN_LIST(X)                                                                              \
  X(RECORDED, "recorded")     /* in the course */                                                            \
  X(CALIBRATED, "calibrated") /* in the patient file */                                                      \
  X(POPULATION, "drawn")      /* by a law of the population file */                                          \
  X(MODEL, "drawn_by_model")  /* by the model's own spread */
typedef enum B7StartOrigin {
#define B7_START_ENUM(id, word) B7_START_##id,
  B7_START_ORIGIN_LIST(B7_START_ENUM)
#undef B7_START_ENUM
} B7StartOrigin;
B7_API const char *b7_start_origin_word(B7StartOrigin origin);
/* One value of the patient at the start: a parameter of the model or a fact beside it. */
typedef struct B7StartRow {
  const char *what, *label, *unit;
  B7StartOrigin origin;
  double typical;    /* of the patient's own parameter set */
  double low, high;  /* of the band; NaN without band */
  const char *basis; /* the record in words, with its error; "" when drawn */
} B7StartRow;
/* What was recorded, what was calibrated, what was drawn; recorded first. */
B7_API int32_t b7_replay_start(const B7Replay *replay, const B7StartRow **rows);
/* Name and title of the population that was drawn from ("" when it was the model's spread alone), and why that one. */
B7_API const char *b7_replay_population(const B7Replay *replay, const char **title, const char **why);

/* What a row of the comparison compares. */
typedef enum B7ComparisonKind {
  B7_COMPARES_VALUE, /* a measurement */
  B7_COMPARES_DAY,   /* of a recovery, after the graft */
  B7_COMPARES_GRADE, /* the highest */
  B7_COMPARES_EVENT /* remission, relapse, death, follow-up: recorded, simulated, low and high are days from day 0; INFINITY:
                        not in the simulated time */
} B7ComparisonKind;

/* One recorded measurement or milestone beside its simulation. */
typedef struct B7Comparison {
  const char *what, *label, *unit;
  double t_day;        /* when it was recorded, days from day 0 */
  double recorded;     /* NaN when only a bound is recorded */
  double below, above; /* recorded bound, or NaN */
  double simulated;    /* of the patient's own parameter set; NaN: not simulated, or never happened */
  double low, high;    /* of the band; NaN without band */
  B7Inside inside;
  B7FactStatus status;
  const char *flag, *note;
  B7ComparisonKind kind;
  double
      share; /* EVENT: share of the band in whom it had happened by t_day (follow-up: who were alive); else NaN */
  double
      after; /* EVENT that is seen at visits: the last visit before; it happened between the two; NaN: no such visit */
} B7Comparison;

B7_API int32_t b7_replay_comparison(const B7Replay *replay, const B7Comparison **rows);
/* The patient's own parameter set (one patient) and the band (NULL without band). */
B7_API const B7Result *b7_replay_typical(const B7Replay *replay);
B7_API const B7Result *b7_replay_band(const B7Replay *replay);
B7_API const B7Plan *b7_replay_plan(const B7Replay *replay);
/* The band's patients without a fault (0 without band); how many of them are alive at each output time (alive[n_times];
   Nullable) and how many have died by the end. Quantiles of the band are over those alive. */
B7_API int64_t b7_replay_alive(const B7Replay *replay, const int32_t **alive);
B7_API int64_t b7_replay_died(const B7Replay *replay);
/* Verdicts on what was recorded and on what was simulated; NULL without criteria. */
B7_API const B7Assessment *b7_replay_recorded_verdicts(const B7Replay *replay);
B7_API const B7Assessment *b7_replay_simulated_verdicts(const B7Replay *replay);
/* Sensitivity arms: number, label, result of the patient's own parameter set, and comparison under arm k. */
B7_API int32_t b7_replay_arms(const B7Replay *replay);
B7_API const char *b7_replay_arm_label(const B7Replay *replay, int32_t k);
/* true for an arm in which the patient is treated otherwise; false for another reading of what was done. */
B7_API bool b7_replay_arm_counterfactual(const B7Replay *replay, int32_t k);
B7_API const B7Result *b7_replay_arm_result(const B7Replay *replay, int32_t k);
B7_API int32_t b7_replay_arm_comparison(const B7Replay *replay, int32_t k, const B7Comparison **rows);
/* {"comparison": [...], "events": [...], "assumptions": [...], "provenance": {...}} and more; free with b7_text_free. */
B7_API B7Status b7_replay_json(const B7Replay *replay, char **text, B7Error *error);
/* The data of the report page (docs/page_format.md); references are formatted from bibliography_path (Nullable). */
B7_API B7Status b7_replay_page_json(const B7Replay *replay, const char *bibliography_path, char **text,
                                    B7Error *error);
/* NetCDF-4: the patient's own course (time), the band's quantiles (quantile, time), what was recorded, provenance. */
B7_API B7Status b7_replay_write_netcdf(const B7Replay *replay, const char *path, B7Error *error);

#ifdef __cplusplus
}
#endif
#endif
