/* bridge7.h - simulate, fit and trial CD7 CAR-T cell therapy as a bridge to allogeneic stem-cell transplantation.
 *
 * The life cycle, in the order of this header:
 *
 *   model -> kernel              what the biology is, compiled
 *   course -> plan               what is done to a patient, and when
 *   population                   who the patients are
 *   simulate -> result           what happens
 *
 * What is built on it has headers of its own:
 *
 *   bridge7_assess.h             which grades that earns by the published criteria
 *   bridge7_replay.h             a recorded course beside its simulation
 *   bridge7_trial.h              virtual trials, published studies
 *   bridge7_fit.h                values fitted to the studies
 *   bridge7_survival.h           survival statistics over columns
 *   bridge7_hla.h                HLA typings compared
 *
 * Conventions. Objects are opaque; `b7_x_load` and `b7_x_make` create, `b7_x_free` destroys and accepts NULL. On failure
 * a creator leaves *out NULL, so there is nothing to free. Strings and arrays returned by an object belong to it and live as long
 * as it does. Times are days; a number's unit is in its name. Every function that can fail returns a B7Status and
 * fills the caller's B7Error (Nullable: error). Objects are constant once made and may be shared between threads.
 * The library prints nothing, exits never, and keeps no changeable global. Option structs carry their size: begin with
 * `b7_x_options_default(&options, sizeof options)`, change fields, pass them; a program that was compiled against an older header then
 * runs with a newer library, whose further fields keep their defaults. A struct of more than 32 bytes is filled, not returned.
 *
 * Research use only; nothing here is a treatment recommendation.
 */
#ifndef BRIDGE7_H
#define BRIDGE7_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bridge7_kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a shared library shows. */
#ifndef B7_API
#if defined(__GNUC__)
#define B7_API __attribute__((visibility("default")))
#else
#define B7_API
#endif
#endif

/* ------------------------------------------------------------------------------------------- status and errors ---- */

/* One list: identifier, exit code of the program, sentence. */
#define B7_STATUS_LIST(X)                                                                                    \
  X(B7_OK, 0, "done")                                                                                        \
  X(B7_ERROR_INPUT, 1, "the input is wrong")                                                                 \
  X(B7_ERROR_USAGE, 2, "the call is wrong")                                                                  \
  X(B7_ERROR_NUMERICAL, 3, "too many patients failed numerically")                                           \
  X(B7_ERROR_MEMORY, 4, "out of memory")                                                                     \
  X(B7_ERROR_FILE, 4, "a file cannot be read or written")                                                    \
  X(B7_ERROR_COMPILER, 4, "the system compiler failed")                                                      \
  X(B7_ERROR_CANCELLED, 4, "cancelled")

typedef enum B7Status {
#define B7_STATUS_ENUM(id, exit_code, sentence) id,
  B7_STATUS_LIST(B7_STATUS_ENUM)
#undef B7_STATUS_ENUM
      B7_STATUS_COUNT
} B7Status;

/* Caller-owned; zero it or not, a failing call fills it whole. */
typedef struct B7Error {
  B7Status status;
  char file[256];    /* input file, or "" */
  int32_t line;      /* 1-based, 0 when unknown */
  int32_t column;    /* 1-based, 0 when unknown */
  char message[768]; /* what is wrong and what would fix it */
} B7Error;

/* The sentence of a status; never NULL. */
B7_API const char *b7_status_sentence(B7Status status);
/* The program's exit code for a status. */
B7_API int b7_status_exit_code(B7Status status);
/* "file:line:column: message", as much of it as is known, into text[size]; always terminated. Control characters of
   what the message quotes are written \xNN. */
B7_API void b7_error_format(const B7Error *error, char *text, size_t size);
/* The first character of a UTF-8 text that no terminal should be sent: a control character other than tab and line
   end, or a mark that turns the direction of writing. NULL when there is none. */
B7_API const char *b7_text_unprintable(const char *text);
/* Of the library that runs, as "0.2.0". */
B7_API const char *b7_version(void);

/* ------------------------------------------------------------------------------------------------------ numbers ---- */

/* A value with its interval; NaN when it cannot be said. */
typedef struct B7Estimate {
  double value, lower, upper;
} B7Estimate;

/* Whether a simulated value lies inside the interval of what was recorded or published. */
typedef enum B7Inside { B7_INSIDE_YES, B7_INSIDE_NO, B7_INSIDE_NOT_SIMULATED } B7Inside;

/* -------------------------------------------------------------------------------------------------------- hooks ---- */

/* How the library reaches the caller. Zero-initialised (or NULL where hooks are taken) means: C allocator, silence. */
typedef struct B7Hooks {
  /* resize(user, old, old_bytes, new_bytes): malloc (old NULL), realloc and free (new_bytes 0) in one; NULL = C allocator.
     Must be safe to call from several threads. */
  void *(*resize)(void *user, void *old, size_t old_bytes, size_t new_bytes);
  /* progress(user, done, total): may return false to cancel. Called from one thread at a time. */
  bool (*progress)(void *user, int64_t done, int64_t total);
  /* warning(user, text): things worth telling that are no error. */
  void (*warning)(void *user, const char *text);
  void *user;
} B7Hooks;

/* -------------------------------------------------------------------------------------------------------- model ---- */

typedef struct B7Model B7Model;

typedef struct B7ModelCounts {
  int32_t modules;
  int32_t states;       /* all of them, */
  int32_t exact_states; /* and those of them that decay in closed form */
  int32_t reactions, parameters, definitions, observables, events, latches;
  int32_t sourced; /* values with a bibliography key */
  int32_t assumed; /* values marked assumed, with range and reason */
  int32_t tuned;   /* values tuned to the index case or to cohorts */
  bool foreign; /* somebody else's SBML: its units, ranges and sources may be missing and were not checked */
} B7ModelCounts;

/* Read a model: a folder of module files (*.yaml), one YAML file, or an SBML file (.xml). Names, units, ranges,
   sources and mass balance are checked; the first mistake is the error. The caller frees *out with b7_model_free.
   Nullable: hooks, error. Errors: INPUT, FILE, MEMORY. */
B7_API B7Status b7_model_load(const char *path, const B7Hooks *hooks, B7Model **out, B7Error *error);
B7_API void b7_model_free(B7Model *model);
B7_API void b7_model_counts(const B7Model *model, B7ModelCounts *counts);
/* 16 hex digits over the canonical form: equal models have equal hashes, whatever file they came from. */
B7_API const char *b7_model_hash(const B7Model *model);
/* A readable table of modules, states, parameters (value, unit, range, spread, source), reactions, as text (malloc'ed
   through the model's hooks; free with b7_text_free). */
B7_API B7Status b7_model_describe(const B7Model *model, char **text, B7Error *error);
/* SBML Level 3 Version 2 core, written whole or not at all. */
B7_API B7Status b7_model_write_sbml(const B7Model *model, const char *path, B7Error *error);
/* A second opinion: libSBML's consistency and unit checks over the exported model. *report has one line for each error and warning
   (free with b7_text_free). Errors of the model are counted, not returned. */
B7_API B7Status b7_model_consistency(const B7Model *model, int32_t *n_errors, int32_t *n_warnings,
                                     char **report, B7Error *error);
/* The model against what the program needs of it (data/model_contract.yaml). *report has one line for each feature
   that is not possible with it, with the names that are missing or have another unit (free with b7_text_free).
   Shortcomings are counted, not returned. Errors: MEMORY, and INPUT when the model cannot be compiled. */
B7_API B7Status b7_model_contract(const B7Model *model, int32_t *n_missing, int32_t *n_wrong_unit,
                                  char **report, B7Error *error);
B7_API void b7_text_free(const B7Hooks *hooks, char *text);

/* ------------------------------------------------------------------------------------------------------- kernel ---- */

typedef struct B7Kernel B7Kernel;

typedef enum B7KernelKind {
  B7_KERNEL_SHIPPED,    /* compiled into the library at build time */
  B7_KERNEL_COMPILED,   /* the system compiler, cached by model hash */
  B7_KERNEL_INTERPRETED /* no compiler needed */
} B7KernelKind;

/* The kernel of the model that came with the library. Constant, never freed. */
B7_API const B7Kernel *b7_kernel_shipped(void);
/* Compile a model. For B7_KERNEL_SHIPPED: returns a kernel that points at the shipped code if the hash matches, else an
   INPUT error. cache_folder holds compiled code (Nullable: no cache). The caller frees *out. */
B7_API B7Status b7_kernel_make(const B7Model *model, B7KernelKind kind, const char *cache_folder,
                               const B7Hooks *hooks, B7Kernel **out, B7Error *error);
B7_API void b7_kernel_free(B7Kernel *kernel);
B7_API const B7KernelTables *b7_kernel_tables(const B7Kernel *kernel);
/* The widest code that this machine runs with at most max_lanes lanes; never NULL for max_lanes >= 1. */
B7_API const B7KernelCode *b7_kernel_code(const B7Kernel *kernel, int32_t max_lanes);
/* The kernel of a model as readable C over lanes (*text: free with b7_text_free). Errors: MEMORY. */
B7_API B7Status b7_kernel_emit_c(const B7Model *model, const B7Hooks *hooks, char **text, B7Error *error);

/* Operations of one call of a kernel function for one patient, and the sizes of its linear algebra. */
typedef struct B7KernelCost {
  const char *part;  /* "slope", "slope_jacobian", "factor", "solve", "drive", ... */
  int32_t additions; /* and subtractions, sign changes */
  int32_t multiplications;
  int32_t fused; /* multiply-adds: two flops each */
  int32_t reciprocals;
  int32_t functions; /* exp, ln, log10, sqrt */
  int32_t powers;
  int32_t choices; /* min, max, comparisons, selections */
} B7KernelCost;
/* A row for each kernel function, into rows[at most n_row]; *n_written says how many. Errors: MEMORY. */
B7_API B7Status b7_kernel_cost(const B7Model *model, B7KernelCost *rows, int32_t n_row, int32_t *n_written,
                               B7Error *error);
/* Look-up by name; -1 when there is none. */
B7_API int32_t b7_kernel_state(const B7Kernel *kernel, const char *name);
B7_API int32_t b7_kernel_parameter(const B7Kernel *kernel, const char *name);
B7_API int32_t b7_kernel_observable(const B7Kernel *kernel, const char *name);
B7_API int32_t b7_kernel_event(const B7Kernel *kernel, const char *name);
/* What the program needs of a model (data/model_contract.yaml), bound when the kernel was made: place of the observable,
   parameter, event or argument; -1 when the model has none, or has it in another unit. */
B7_API int32_t b7_kernel_need(const B7Kernel *kernel, B7Need need);

/* ------------------------------------------------------------------------------------------------------- course ---- */

typedef struct B7Course B7Course;

/* Read a dated patient course (docs/course_format.md). data_folder holds drugs.yaml, products.yaml and quantities.yaml. Errors name file,
   line and column. The caller frees *out with b7_course_free. */
B7_API B7Status b7_course_load(const char *path, const char *data_folder, const B7Hooks *hooks,
                               B7Course **out, B7Error *error);
B7_API void b7_course_free(B7Course *course);

typedef enum B7FactStatus {
  B7_FACT_STATED,
  B7_FACT_DERIVED,
  B7_FACT_AMBIGUOUS,
  B7_FACT_ASSUMED
} B7FactStatus;

/* What a treatment is for. ORDER ROLE: name in data/drugs.yaml and in what is printed. Prophylaxis and treatment of GVHD are told apart. */
#define B7_ROLE_LIST(X)                                                                                      \
  X(INFUSION, "infusion")                                                                                    \
  X(GRAFT, "graft")                                                                                          \
  X(LYMPHODEPLETION, "lymphodepletion")                                                                      \
  X(CONDITIONING, "conditioning")                                                                            \
  X(PROPHYLAXIS, "gvhd_prophylaxis")                                                                         \
  X(GVHD_TREATMENT, "gvhd_treatment")                                                                        \
  X(CHEMOTHERAPY, "chemotherapy")                                                                            \
  X(PLATELETS, "platelet_transfusion")                                                                       \
  X(RED_CELLS, "red_cell_transfusion")                                                                       \
  X(GROWTH_FACTOR, "growth_factor")                                                                          \
  X(ANTICYTOKINE, "anticytokine")                                                                            \
  X(ANTI_INFECTIVE, "anti_infective")                                                                        \
  X(VASOPRESSOR, "vasopressor")                                                                              \
  X(SUPPORTIVE, "supportive")

typedef enum B7Role {
#define B7_ROLE_ENUM(id, name) B7_ROLE_##id,
  B7_ROLE_LIST(B7_ROLE_ENUM)
#undef B7_ROLE_ENUM
      B7_ROLES
} B7Role;
B7_API const char *b7_role_name(B7Role role);

/* One recorded measurement. value is NaN when only a bound is recorded. */
typedef struct B7Observation {
  const char *what, *label, *unit; /* name and label of data/quantities.yaml */
  double t_day;                    /* days from the course's day 0 */
  double value;
  double below, above; /* NaN, or: recorded as "< below", "> above" */
  B7FactStatus status;
  const char *flag, *note; /* "" when none */
  double assay_sd;         /* error of measurement: SD of ln(value), of a percentage of the logit; NaN: not given */
} B7Observation;

/* One bar or mark of the treatment timeline. */
typedef struct B7TreatmentBar {
  /* "chemotherapy", "lymphodepletion", "CAR-T", "conditioning", "transplant", "prophylaxis", "supportive" */
  const char *lane;
  const char *label, *drug, *dose_text;
  B7Role role;
  double start_day, end_day; /* end >= start; equal for a single dose */
  B7FactStatus status;
  const char *flag, *note;
} B7TreatmentBar;

/* A fact that is not stated: what reports list. */
typedef struct B7Assumption {
  const char *where, *text;
  B7FactStatus status;
  const char *flag;
} B7Assumption;

/* One thing recorded that is no measurement: a treatment before day 0, a finding in words, a toxicity with its grade, a procedure, a milestone. */
typedef struct B7CourseRecord {
  const char *section;      /* "history", "findings", "toxicities", "procedures", "milestones" */
  const char *what, *label; /* "crs", "neutrophil_engraftment", ...: names of data/quantities.yaml */
  double t_day, end_day;    /* end_day = t_day when it is one day */
  double grade;             /* NaN when it has none or none is recorded */
  bool absent;              /* recorded as not having happened in that time */
  const char *text;         /* the finding in words; "" when none */
  B7FactStatus status;
  const char *flag, *note;
} B7CourseRecord;

/* One fact about patient, disease or donor. */
typedef struct B7CourseFact {
  const char *section, *name; /* "patient", "bsa_m2" */
  const char *text;           /* as written */
  double value;               /* NaN when it is no number */
  B7FactStatus status;
  const char *flag, *why;
} B7CourseFact;

/* HLA typing at one locus, two fields; alleles separated by '/', "" when only agreement is recorded. */
typedef struct B7HlaRow {
  const char *locus, *patient, *donor;
  int32_t gvh, hvg; /* alleles of the patient that the donor lacks; of the donor that the patient lacks */
  B7FactStatus status;
  const char *flag;
} B7HlaRow;

/* A flag of the ambiguity register: name "F12" and what is ambiguous. */
typedef struct B7CourseFlag {
  const char *name, *text;
} B7CourseFlag;

B7_API const char *b7_course_name(const B7Course *course);
B7_API const char *b7_course_title(const B7Course *course);
B7_API const char *b7_course_citation(const B7Course *course);
/* Calendar date of day 0 as "2024-06-18". */
B7_API const char *b7_course_day0(const B7Course *course);
/* Day of a named anchor ("cart", "hsct"); NaN when there is none. */
B7_API double b7_course_anchor_day(const B7Course *course, const char *anchor);
B7_API int32_t b7_course_observations(const B7Course *course, const B7Observation **rows);
B7_API int32_t b7_course_bars(const B7Course *course, const B7TreatmentBar **rows);
B7_API int32_t b7_course_assumptions(const B7Course *course, const B7Assumption **rows);
/* Records of all sections, ascending in time within a section. */
B7_API int32_t b7_course_records(const B7Course *course, const B7CourseRecord **rows);
B7_API int32_t b7_course_facts(const B7Course *course, const B7CourseFact **rows);
/* A fact by section and name ("donor", "relation"); NULL when it is not recorded. */
B7_API const B7CourseFact *b7_course_fact(const B7Course *course, const char *section, const char *name);
B7_API int32_t b7_course_hla(const B7Course *course, const B7HlaRow **rows);
B7_API int32_t b7_course_flags(const B7Course *course, const B7CourseFlag **rows);
/* What the publication says of consent, summarised; "" when the course says nothing. */
B7_API const char *b7_course_consent(const B7Course *course);
/* 16 hex digits over the course file and the data files that it was read with. */
B7_API const char *b7_course_hash(const B7Course *course);
/* Alternatives of ambiguous facts, one sensitivity arm each (places that share an arm change together): count, a label for people, and
   a copy of the course with alternative k taken, read with the same data folder (*out is freed by the caller with b7_course_free). */
B7_API int32_t b7_course_alternatives(const B7Course *course);
B7_API const char *b7_course_alternative_label(const B7Course *course, int32_t k);
B7_API B7Status b7_course_take_alternative(const B7Course *course, int32_t k, B7Course **out, B7Error *error);

/* ----------------------------------------------------------------------------------------------------- products ---- */

/* Cell products as data (data/products.yaml), for people who choose one. */
typedef struct B7ProductTable B7ProductTable;

/* The caller frees *out with b7_product_table_free. Nullable: hooks, error. Errors: INPUT, FILE, MEMORY. */
B7_API B7Status b7_product_table_load(const char *path, const B7Hooks *hooks, B7ProductTable **out,
                                      B7Error *error);
B7_API void b7_product_table_free(B7ProductTable *table);

typedef struct B7ProductAttribute {
  const char *name, *label, *unit; /* unit NULL: told in words */
  const char *words;               /* NULL: a number */
  double value;                    /* NaN: worked out from the donor, or words */
  bool assumed;                    /* else sourced */
  bool planning;                   /* read when a product is chosen, not by the model */
  const char *basis;               /* bibliography keys, or why it is assumed */
} B7ProductAttribute;

typedef struct B7ProductEntry {
  const char *name, *label, *cell_source, *fratricide_strategy;
  bool comparator;              /* a treatment without cells */
  double usual_low, usual_high; /* usual dose, cells (per kg when per_kg); NaN: none */
  bool per_kg, usual_assumed;
  const char *usual_basis; /* bibliography keys, or why it is assumed; "" */
  int32_t n_attribute;
  const B7ProductAttribute *attributes;
} B7ProductEntry;
B7_API int32_t b7_product_table_rows(const B7ProductTable *table, const B7ProductEntry **rows);
/* By name or alias. Errors: INPUT (no such product, with a suggestion). */
B7_API B7Status b7_product_table_find(const B7ProductTable *table, const char *name,
                                      const B7ProductEntry **out, B7Error *error);

/* --------------------------------------------------------------------------------------------------------- plan ---- */

typedef struct B7Plan B7Plan;

/* One event of a plan. The amount of argument 0 is multiplied, for k = 0 and 1, by (parameter scale_parameter[k])^scale_power[k] of the
   patient when scale_parameter[k] >= 0: weight and body surface for flat doses of a drug whose reference dose is per m2, mg/kg, cells/kg. */
typedef struct B7PlanEvent {
  double t_day;
  int32_t event; /* index in the kernel's events */
  B7Role role;
  int32_t n_argument;
  int32_t argument_start;     /* place of its first argument in the plan's argument array */
  int32_t scale_parameter[2]; /* index in the kernel's parameters, or -1 */
  int32_t scale_power[2];     /* +1 or -1 */
} B7PlanEvent;

/* What a what-if does to the treatments of a course. Which ones: those with one of the roles (bits 1u << B7_ROLE_...; 0: all), and of that
   name. LEAVE_OUT of the role GRAFT takes conditioning and prophylaxis along. A change that finds nothing is an INPUT error, except LEAVE_OUT. */
typedef enum B7ChangeKind {
  B7_CHANGE_LEAVE_OUT,
  B7_CHANGE_SCALE,   /* every dose times amount; of a graft its cells */
  B7_CHANGE_DOSE,    /* amount in unit ("mg/m2", "cells/kg") for every dose of that kind of amount */
  B7_CHANGE_MOVE,    /* amount days later; earlier when negative */
  B7_CHANGE_PRODUCT, /* product `to` of data/products.yaml in the place of each infusion, of the same donor */
  B7_CHANGE_REGIMEN /* regimen `to` of data/regimens.yaml in the place of all of them, at the course's anchor */
} B7ChangeKind;
typedef struct B7TreatmentChange {
  B7ChangeKind kind;
  uint32_t roles;
  const char *name; /* drug, product, graft or transfusion; NULL: any */
  double amount;
  const char *unit, *to;
} B7TreatmentChange;

typedef struct B7PlanOptions {
  size_t struct_size;      /* set by b7_plan_options_default */
  double horizon_day;      /* 0: last dose or observation of the course + 30 d */
  double output_every_day; /* grid of output times, at least; 1 */
  const char *policy_path; /* decisions as data (data/policies); NULL: none */
  const B7TreatmentChange
      *changes; /* made to a copy of the course's treatments, in this order; the course stays as it is */
  int32_t n_change;
} B7PlanOptions;

B7_API void b7_plan_options_default(B7PlanOptions *options, size_t struct_size);
/* Turn a course into sorted events for a kernel. The plan keeps no pointer to the course. */
B7_API B7Status b7_plan_make(const B7Course *course, const B7Kernel *kernel, const B7PlanOptions *options,
                             const B7Hooks *hooks, B7Plan **out, B7Error *error);
B7_API void b7_plan_free(B7Plan *plan);
B7_API int32_t b7_plan_events(const B7Plan *plan, const B7PlanEvent **rows, const double **arguments);
B7_API double b7_plan_horizon_day(const B7Plan *plan);
/* Output times in days, ascending, from 0 to the horizon: the grid asked for, every check of the policy, planned events and
   recorded observations, so that what a decision rested on is also seen and graded. */
B7_API int32_t b7_plan_outputs(const B7Plan *plan, const double **t_day);

/* --------------------------------------------------------------------------------------------------- population ---- */

typedef struct B7Population B7Population;

/* A change of one parameter for everyone: its value, or (spread_sd >= 0) its spread. */
typedef struct B7ParameterSetting {
  const char *name;
  double value;     /* NaN: keep */
  double spread_sd; /* NaN: keep; 0: no variation */
} B7ParameterSetting;

/* patients virtual patients: patient i depends on seed and i alone. settings (n_settings) override the kernel's typical
   values; a name that the kernel lacks is an INPUT error with a suggestion. patients = 1 and vary = false: the typical patient. */
B7_API B7Status b7_population_make(const B7Kernel *kernel, int64_t patients, uint64_t seed, bool vary,
                                   const B7ParameterSetting *settings, int32_t n_settings,
                                   const B7Hooks *hooks, B7Population **out, B7Error *error);
/* Settings from a file ("courses/yao2026.patient.yaml": parameters: {name: {value: ..., spread: ..., why: ...}}). */
B7_API B7Status b7_population_load(const B7Kernel *kernel, const char *path, int64_t patients, uint64_t seed,
                                   bool vary, const B7Hooks *hooks, B7Population **out, B7Error *error);
B7_API void b7_population_free(B7Population *population);
B7_API int64_t b7_population_size(const B7Population *population);
/* Own and shared parameters of patient i: own[n_own], shared[n_shared]. */
B7_API void b7_population_patient(const B7Population *population, int64_t patient, double *own);
B7_API const double *b7_population_shared(const B7Population *population);
/* What a course says of its patient as settings of the model's parameters (body surface, weight): for b7_population_make. */
B7_API int32_t b7_course_settings(const B7Course *course, const B7ParameterSetting **rows);

/* ----------------------------------------------------------------------------------------------------- simulate ---- */

/* Tsit5, the default, is explicit: the fastest on the shipped model, which is barely stiff once drugs are in closed form. Rodas5P and
   Rodas4 are Rosenbrock methods for stiff models of users; CVODE is the reference (docs/numerics.md). */
typedef enum B7Solver { B7_SOLVER_RODAS5P, B7_SOLVER_RODAS4, B7_SOLVER_TSIT5, B7_SOLVER_CVODE } B7Solver;

typedef struct B7Result B7Result;

typedef struct B7SimulateOptions {
  size_t struct_size; /* set by b7_simulate_options_default */
  B7Solver solver;
  double relative_tolerance; /* 1e-6 */
  int32_t max_lanes;         /* 8 */
  int32_t threads;           /* 0: all cores */
  int32_t block_patients;    /* patients per work item; 0: chosen */
  int64_t max_steps;         /* per patient; 1e6 */
  double max_fault_share;    /* NUMERICAL error above this share of failed patients; 0.05 */
  bool extinction;           /* counted species become integers below their threshold */
  bool
      until_death; /* a patient leaves once the summed hazards pass the patient's threshold: values after that are NaN; false */
  uint64_t seed; /* streams of extinction, residual error, hazards, decisions */
} B7SimulateOptions;

B7_API void b7_simulate_options_default(B7SimulateOptions *options, size_t struct_size);

typedef enum B7Fault {
  B7_FAULT_NONE,
  B7_FAULT_NOT_FINITE,
  B7_FAULT_STEP_UNDERFLOW,
  B7_FAULT_STEP_LIMIT,
  B7_FAULT_NEGATIVE
} B7Fault;

/* Simulate every patient of the population under the plan. Bytes of the result depend on (kernel, plan, population, seed,
   solver, tolerance) alone. Nullable: hooks. Errors: NUMERICAL, MEMORY, CANCELLED, USAGE. */
B7_API B7Status b7_simulate(const B7Kernel *kernel, const B7Plan *plan, const B7Population *population,
                            const B7SimulateOptions *options, const B7Hooks *hooks, B7Result **out,
                            B7Error *error);

/* One model over time, without a course: from 0, in the model's own unit of time, with the events that it brings along
   (triggers, delays, priorities). Rodas5P, the default, is stiff and also good for what is not. */
typedef struct B7TimeCourseOptions {
  size_t struct_size;        /* set by b7_time_course_options_default */
  double duration;           /* in the model's own unit of time */
  int32_t steps;             /* outputs at 0 and after each of so many equal steps; 100 */
  double relative_tolerance; /* 1e-8 */
  double absolute_tolerance; /* of every state, in its unit; 1e-12 */
  int64_t max_steps;         /* 1e6 */
  B7Solver solver;           /* RODAS5P, RODAS4 or TSIT5; when a Rosenbrock method faults, TSIT5 is tried */
  uint64_t seed;             /* order of events of equal priority; 1 */
} B7TimeCourseOptions;

B7_API void b7_time_course_options_default(B7TimeCourseOptions *options, size_t struct_size);
/* Settings change parameters, as in b7_population_make. The result has one patient, the times of the outputs in days, and
   in its statistics the solver that came through. Nullable: settings, hooks. Errors: NUMERICAL (with the time), INPUT,
   MEMORY, USAGE. */
B7_API B7Status b7_time_course(const B7Kernel *kernel, const B7TimeCourseOptions *options,
                               const B7ParameterSetting *settings, int32_t n_settings, const B7Hooks *hooks,
                               B7Result **out, B7Error *error);

/* ------------------------------------------------------------------------------------------------------- result ---- */

/* What is counted while patients are integrated, each listed once: steps, refused steps, evaluations of the rates, Jacobians,
   factorisations, linear solves, events, patients that failed numerically, exact states moved to the time of a stage. `slopes` and
   `decays` count once for all lanes of a group, the others patient by patient. */
#define B7_SOLVER_COUNTERS(X)                                                                                \
  X(steps) X(rejected) X(slopes) X(jacobians) X(factorisations) X(solves) X(events) X(faults) X(decays)

typedef struct B7SolverStatistics {
#define B7_SOLVER_FIELD(field) int64_t field;
  B7_SOLVER_COUNTERS(B7_SOLVER_FIELD)
#undef B7_SOLVER_FIELD
  int64_t lane_steps; /* steps of all lanes, idle ones too */
  int64_t
      worker_bytes; /* memory of one thread's workspace: taken at set-up, whatever the number of patients */
  double lane_occupancy; /* share of lane steps that did useful work */
  double seconds;        /* wall time of the integration */
  int32_t lanes, threads;
  const char *isa, *solver;
} B7SolverStatistics;

B7_API void b7_result_free(B7Result *result);
B7_API int64_t b7_result_patients(const B7Result *result);
/* Output times in days. Nullable: t_day. */
B7_API int32_t b7_result_times(const B7Result *result, const double **t_day);
/* Values of one observable: values[patient * n_times + time]; NaN after a fault or death. */
B7_API const double *b7_result_values(const B7Result *result, int32_t observable);
B7_API const B7Fault *b7_result_faults(const B7Result *result, const double **fault_day);
/* Events that happened in patient i (planned and decided), in order. */
typedef struct B7HappenedEvent {
  double t_day;
  int32_t event;   /* kernel event index; -1: a remark of the engine (extinction, death, ...) */
  int32_t rule;    /* policy rule index; -1: planned */
  B7Role role;     /* SUPPORTIVE for remarks */
  double argument; /* first argument */
} B7HappenedEvent;
B7_API int32_t b7_result_events(const B7Result *result, int64_t patient, const B7HappenedEvent **rows);
B7_API const B7SolverStatistics *b7_result_statistics(const B7Result *result);
/* Quantile q in [0, 1] over patients without fault of an observable at each time: out[n_times]. */
B7_API void b7_result_quantile(const B7Result *result, int32_t observable, double q, double *out);
/* 16 hex digits over all outcome bytes. */
B7_API const char *b7_result_hash(const B7Result *result);

/* Name and value pairs that say how a result was made; written as global attributes. */
typedef struct B7Provenance {
  const char *name, *value;
} B7Provenance;
/* NetCDF-4 with CF-style names, units and attributes; written whole or not at all. */
B7_API B7Status b7_result_write_netcdf(const B7Result *result, const B7Kernel *kernel, const char *path,
                                       const B7Provenance *provenance, int32_t n_provenance, B7Error *error);

/* ------------------------------------------------------------------------------------------------------- report ---- */

/* Write a report: one HTML file that needs no network, made of the built page and page_json (UTF-8, the object of
   docs/page_format.md). Written whole or not at all. Nullable: error. Errors: USAGE (page_json is no object), FILE, MEMORY. */
B7_API B7Status b7_report_write_html(const char *page_json, const char *path, B7Error *error);

#ifdef __cplusplus
}
#endif
#endif
