/* bridge7.h - simulate, fit and trial CD7 CAR-T cell therapy as a bridge to allogeneic stem-cell transplantation.
 *
 * The life cycle, in the order of this header:
 *
 *   model -> kernel              what the biology is, compiled
 *   course -> plan               what is done to a patient, and when
 *   population                   who the patients are
 *   simulate -> result           what happens
 *   assess                       which grades that earns
 *
 * Conventions. Objects are opaque; `b7_x_load` and `b7_x_make` create, `b7_x_free` destroys and accepts NULL. On failure
 * a creator leaves *out NULL, so there is nothing to free. Strings and arrays returned by an object belong to it and live as long
 * as it does. Times are days; a number's unit is in its name. Every function that can fail returns a B7Status and
 * fills the caller's B7Error (Nullable: error). Objects are constant once made and may be shared between threads.
 * The library prints nothing, exits never, and keeps no changeable global.
 *
 * Research use only; nothing here is a treatment recommendation.
 */
#ifndef BRIDGE7_H
#define BRIDGE7_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bridge7_endpoints.h"
#include "bridge7_kernel.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define B7_API __attribute__((visibility("default")))
#else
#define B7_API
#endif

/* ------------------------------------------------------------------------------------------- status and errors ---- */

/* One list: identifier, exit code of the program, sentence. */
#define B7_STATUS_LIST(X)                                                                                      \
  X(B7_OK, 0, "done")                                                                                          \
  X(B7_ERROR_INPUT, 1, "the input is wrong")                                                                   \
  X(B7_ERROR_USAGE, 2, "the call is wrong")                                                                    \
  X(B7_ERROR_NUMERICAL, 3, "too many patients failed numerically")                                             \
  X(B7_ERROR_MEMORY, 4, "out of memory")                                                                       \
  X(B7_ERROR_FILE, 4, "a file cannot be read or written")                                                      \
  X(B7_ERROR_COMPILER, 4, "the system compiler failed")                                                        \
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
  char file[256];     /* input file, or "" */
  int32_t line;       /* 1-based, 0 when unknown */
  int32_t column;     /* 1-based, 0 when unknown */
  char message[768];  /* what is wrong and what would fix it */
} B7Error;

/* The sentence of a status; never NULL. */
B7_API const char *b7_status_sentence(B7Status status);
/* The program's exit code for a status. */
B7_API int b7_status_exit_code(B7Status status);
/* "file:line:column: message", as much of it as is known, into text[size]; always terminated. */
B7_API void b7_error_format(const B7Error *error, char *text, size_t size);
/* "0.1.0" */
B7_API const char *b7_version(void);

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
  int32_t sourced;  /* values with a bibliography key */
  int32_t assumed;  /* values marked assumed, with range and reason */
  int32_t tuned;    /* values tuned to the index case or to cohorts */
  bool foreign;     /* somebody else's SBML: its units, ranges and sources may be missing and were not checked */
} B7ModelCounts;

/* Read a model: a folder of module files (*.yaml), one YAML file, or an SBML file (.xml). Names, units, ranges,
   sources and mass balance are checked; the first mistake is the error. The caller frees *out with b7_model_free.
   Nullable: hooks, error. Errors: INPUT, FILE, MEMORY. */
B7_API B7Status b7_model_load(const char *path, const B7Hooks *hooks, B7Model **out, B7Error *error);
B7_API void b7_model_free(B7Model *model);
B7_API B7ModelCounts b7_model_counts(const B7Model *model);
/* 16 hex digits over the canonical form: equal models have equal hashes, whatever file they came from. */
B7_API const char *b7_model_hash(const B7Model *model);
/* A readable table of modules, states, parameters (value, unit, range, spread, source), reactions, as text (malloc'ed
   through the model's hooks; free with b7_text_free). */
B7_API B7Status b7_model_describe(const B7Model *model, char **text, B7Error *error);
/* SBML Level 3 Version 2 core, written whole or not at all. */
B7_API B7Status b7_model_write_sbml(const B7Model *model, const char *path, B7Error *error);
/* A second opinion: libSBML's consistency and unit checks over the exported model. *report has one line for each error and warning
   (free with b7_text_free). Errors of the model are counted, not returned. */
B7_API B7Status b7_model_consistency(const B7Model *model, int32_t *n_errors, int32_t *n_warnings, char **report,
                                     B7Error *error);
/* The model against what the program needs of it (data/model_contract.yaml). *report has one line for each feature
   that is not possible with it, with the names that are missing or have another unit (free with b7_text_free).
   Shortcomings are counted, not returned. Errors: MEMORY, and INPUT when the model cannot be compiled. */
B7_API B7Status b7_model_contract(const B7Model *model, int32_t *n_missing, int32_t *n_wrong_unit, char **report,
                                  B7Error *error);
B7_API void b7_text_free(const B7Hooks *hooks, char *text);

/* ------------------------------------------------------------------------------------------------------- kernel ---- */

typedef struct B7Kernel B7Kernel;

typedef enum B7KernelKind {
  B7_KERNEL_SHIPPED,     /* compiled into the library at build time */
  B7_KERNEL_COMPILED,    /* the system compiler, cached by model hash */
  B7_KERNEL_INTERPRETED  /* no compiler needed */
} B7KernelKind;

/* The kernel of the model that came with the library. Constant, never freed. */
B7_API const B7Kernel *b7_kernel_shipped(void);
/* Compile a model. For B7_KERNEL_SHIPPED: returns a kernel that points at the shipped code if the hash matches, else an
   INPUT error. cache_folder holds compiled code (Nullable: no cache). The caller frees *out. */
B7_API B7Status b7_kernel_make(const B7Model *model, B7KernelKind kind, const char *cache_folder, const B7Hooks *hooks,
                               B7Kernel **out, B7Error *error);
B7_API void b7_kernel_free(B7Kernel *kernel);
B7_API const B7KernelTables *b7_kernel_tables(const B7Kernel *kernel);
/* The widest code that this machine runs with at most max_lanes lanes; never NULL for max_lanes >= 1. */
B7_API const B7KernelCode *b7_kernel_code(const B7Kernel *kernel, int32_t max_lanes);
/* The kernel of a model as readable C over lanes (*text: free with b7_text_free). Errors: MEMORY. */
B7_API B7Status b7_kernel_emit_c(const B7Model *model, const B7Hooks *hooks, char **text, B7Error *error);

/* Operations of one call of a kernel function for one patient, and the sizes of its linear algebra. */
typedef struct B7KernelCost {
  const char *part;            /* "slope", "slope_jacobian", "factor", "solve", "drive", ... */
  int32_t additions;           /* and subtractions, sign changes */
  int32_t multiplications;
  int32_t fused;               /* multiply-adds: two flops each */
  int32_t reciprocals;
  int32_t functions;           /* exp, ln, log10, sqrt */
  int32_t powers;
  int32_t choices;             /* min, max, comparisons, selections */
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
B7_API B7Status b7_course_load(const char *path, const char *data_folder, const B7Hooks *hooks, B7Course **out,
                               B7Error *error);
B7_API void b7_course_free(B7Course *course);

typedef enum B7FactStatus { B7_FACT_STATED, B7_FACT_DERIVED, B7_FACT_AMBIGUOUS, B7_FACT_ASSUMED } B7FactStatus;

/* What a treatment is for. ORDER ROLE: name in data/drugs.yaml and in what is printed. Prophylaxis and treatment of GVHD are told apart. */
#define B7_ROLE_LIST(X)                                                                                        \
  X(INFUSION, "infusion")                                                                                      \
  X(GRAFT, "graft")                                                                                            \
  X(LYMPHODEPLETION, "lymphodepletion")                                                                        \
  X(CONDITIONING, "conditioning")                                                                              \
  X(PROPHYLAXIS, "gvhd_prophylaxis")                                                                           \
  X(GVHD_TREATMENT, "gvhd_treatment")                                                                          \
  X(CHEMOTHERAPY, "chemotherapy")                                                                              \
  X(PLATELETS, "platelet_transfusion")                                                                         \
  X(RED_CELLS, "red_cell_transfusion")                                                                         \
  X(GROWTH_FACTOR, "growth_factor")                                                                            \
  X(ANTICYTOKINE, "anticytokine")                                                                              \
  X(ANTI_INFECTIVE, "anti_infective")                                                                          \
  X(VASOPRESSOR, "vasopressor")                                                                                \
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
  double t_day;                /* days from the course's day 0 */
  double value;
  double below, above;         /* NaN, or: recorded as "< below", "> above" */
  B7FactStatus status;
  const char *flag, *note;     /* "" when none */
} B7Observation;

/* One bar or mark of the treatment timeline. */
typedef struct B7TreatmentBar {
  const char *lane;            /* "chemotherapy", "lymphodepletion", "CAR-T", "conditioning", "transplant", "prophylaxis", "supportive" */
  const char *label, *drug, *dose_text;
  B7Role role;
  double start_day, end_day;   /* end >= start; equal for a single dose */
  B7FactStatus status;
  const char *flag, *note;
} B7TreatmentBar;

/* A fact that is not stated: what reports list. */
typedef struct B7Assumption {
  const char *where, *text;
  B7FactStatus status;
  const char *flag;
} B7Assumption;

/* One thing recorded that is no measurement: a finding in words, a toxicity with its grade, a procedure, a milestone. */
typedef struct B7CourseRecord {
  const char *section;         /* "findings", "toxicities", "procedures", "milestones" */
  const char *what, *label;    /* "crs", "neutrophil_engraftment", ...: names of data/quantities.yaml */
  double t_day, end_day;       /* end_day = t_day when it is one day */
  double grade;                /* NaN when it has none or none is recorded */
  bool absent;                 /* recorded as not having happened in that time */
  const char *text;            /* the finding in words; "" when none */
  B7FactStatus status;
  const char *flag, *note;
} B7CourseRecord;

/* One fact about patient, disease or donor. */
typedef struct B7CourseFact {
  const char *section, *name;  /* "patient", "bsa_m2" */
  const char *text;            /* as written */
  double value;                /* NaN when it is no number */
  B7FactStatus status;
  const char *flag, *why;
} B7CourseFact;

/* HLA typing at one locus, two fields; alleles separated by '/', "" when only agreement is recorded. */
typedef struct B7HlaRow {
  const char *locus, *patient, *donor;
  int32_t gvh, hvg;            /* alleles of the patient that the donor lacks; of the donor that the patient lacks */
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

/* --------------------------------------------------------------------------------------------------------- plan ---- */

typedef struct B7Plan B7Plan;

/* One event of a plan. The amount of argument 0 is multiplied, for k = 0 and 1, by (parameter scale_parameter[k])^scale_power[k] of the
   patient when scale_parameter[k] >= 0: weight and body surface for flat doses of a drug whose reference dose is per m2, mg/kg, cells/kg. */
typedef struct B7PlanEvent {
  double t_day;
  int32_t event;               /* index in the kernel's events */
  B7Role role;
  int32_t n_argument;
  int32_t argument_start;      /* place of its first argument in the plan's argument array */
  int32_t scale_parameter[2];  /* index in the kernel's parameters, or -1 */
  int32_t scale_power[2];      /* +1 or -1 */
} B7PlanEvent;

typedef struct B7PlanOptions {
  uint32_t cookie;             /* set by b7_plan_options_default */
  double horizon_day;          /* 0: last dose or observation of the course + 30 d */
  double output_every_day;     /* grid of output times; 1 */
  const char *policy_path;     /* decisions as data (data/policies); NULL: none */
  bool without_cart;           /* leave the CAR-T product out (what if) */
  bool without_transplant;     /* leave conditioning, graft and prophylaxis out */
  bool of_arm;                 /* an arm of a trial: the trial makes the courses that its policy launches */
} B7PlanOptions;

B7_API B7PlanOptions b7_plan_options_default(void);
/* Turn a course into sorted events for a kernel. The plan keeps no pointer to the course. */
B7_API B7Status b7_plan_make(const B7Course *course, const B7Kernel *kernel, const B7PlanOptions *options,
                             const B7Hooks *hooks, B7Plan **out, B7Error *error);
B7_API void b7_plan_free(B7Plan *plan);
B7_API int32_t b7_plan_events(const B7Plan *plan, const B7PlanEvent **rows, const double **arguments);
B7_API double b7_plan_horizon_day(const B7Plan *plan);
/* Output times in days, ascending, from 0 to the horizon; includes the times of all recorded observations. */
B7_API int32_t b7_plan_outputs(const B7Plan *plan, const double **t_day);

/* --------------------------------------------------------------------------------------------------- population ---- */

typedef struct B7Population B7Population;

/* A change of one parameter for everyone: its value, or (spread_sd >= 0) its spread. */
typedef struct B7ParameterSetting {
  const char *name;
  double value;                /* NaN: keep */
  double spread_sd;            /* NaN: keep; 0: no variation */
} B7ParameterSetting;

/* patients virtual patients: patient i depends on seed and i alone. settings (n_settings) override the kernel's typical
   values; a name that the kernel lacks is an INPUT error with a suggestion. patients = 1 and vary = false: the typical patient. */
B7_API B7Status b7_population_make(const B7Kernel *kernel, int64_t patients, uint64_t seed, bool vary,
                                   const B7ParameterSetting *settings, int32_t n_settings, const B7Hooks *hooks,
                                   B7Population **out, B7Error *error);
/* Settings from a file ("courses/yao2026.patient.yaml": parameters: {name: {value: ..., spread: ..., why: ...}}). */
B7_API B7Status b7_population_load(const B7Kernel *kernel, const char *path, int64_t patients, uint64_t seed, bool vary,
                                   const B7Hooks *hooks, B7Population **out, B7Error *error);
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
  uint32_t cookie;             /* set by b7_simulate_options_default */
  B7Solver solver;
  double relative_tolerance;   /* 1e-6 */
  int32_t max_lanes;           /* 8 */
  int32_t threads;             /* 0: all cores */
  int32_t block_patients;      /* patients per work item; 0: chosen */
  int64_t max_steps;           /* per patient; 1e6 */
  double max_fault_share;      /* NUMERICAL error above this share of failed patients; 0.05 */
  bool extinction;             /* counted species become integers below their threshold */
  bool until_death;            /* a patient leaves once the summed hazards pass the patient's threshold: values after that are NaN; false */
  uint64_t seed;               /* streams of extinction, residual error, hazards, decisions */
} B7SimulateOptions;

B7_API B7SimulateOptions b7_simulate_options_default(void);

typedef enum B7Fault { B7_FAULT_NONE, B7_FAULT_NOT_FINITE, B7_FAULT_STEP_UNDERFLOW, B7_FAULT_STEP_LIMIT, B7_FAULT_NEGATIVE } B7Fault;

/* Simulate every patient of the population under the plan. Bytes of the result depend on (kernel, plan, population, seed,
   solver, tolerance) alone. Nullable: hooks. Errors: NUMERICAL, MEMORY, CANCELLED, USAGE. */
B7_API B7Status b7_simulate(const B7Kernel *kernel, const B7Plan *plan, const B7Population *population,
                            const B7SimulateOptions *options, const B7Hooks *hooks, B7Result **out, B7Error *error);

/* One model over time, without a course: from 0, in the model's own unit of time, with the events that it brings along
   (triggers, delays, priorities). Rodas5P, the default, is stiff and also good for what is not. */
typedef struct B7TimeCourseOptions {
  uint32_t cookie;             /* set by b7_time_course_options_default */
  double duration;             /* in the model's own unit of time */
  int32_t steps;               /* outputs at 0 and after each of so many equal steps; 100 */
  double relative_tolerance;   /* 1e-8 */
  double absolute_tolerance;   /* of every state, in its unit; 1e-12 */
  int64_t max_steps;           /* 1e6 */
  B7Solver solver;             /* RODAS5P, RODAS4 or TSIT5; when a Rosenbrock method faults, TSIT5 is tried */
  uint64_t seed;               /* order of events of equal priority; 1 */
} B7TimeCourseOptions;

B7_API B7TimeCourseOptions b7_time_course_options_default(void);
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
#define B7_SOLVER_COUNTERS(X)                                                                                                    \
  X(steps) X(rejected) X(slopes) X(jacobians) X(factorisations) X(solves) X(events) X(faults) X(decays)

typedef struct B7SolverStatistics {
#define B7_SOLVER_FIELD(field) int64_t field;
  B7_SOLVER_COUNTERS(B7_SOLVER_FIELD)
#undef B7_SOLVER_FIELD
  int64_t lane_steps;          /* steps of all lanes, idle ones too */
  int64_t worker_bytes;        /* memory of one thread's workspace: taken at set-up, whatever the number of patients */
  double lane_occupancy;       /* share of lane steps that did useful work */
  double seconds;              /* wall time of the integration */
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
  int32_t event;               /* kernel event index; -1: a remark of the engine (extinction, death, ...) */
  int32_t rule;                /* policy rule index; -1: planned */
  B7Role role;                 /* SUPPORTIVE for remarks */
  double argument;             /* first argument */
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
B7_API B7Status b7_result_write_netcdf(const B7Result *result, const B7Kernel *kernel, const char *path, const B7Provenance *provenance,
                                       int32_t n_provenance, B7Error *error);

/* ------------------------------------------------------------------------------------------------------- report ---- */

/* Write a report: one HTML file that needs no network, made of the built page and page_json (UTF-8, the object of
   docs/page_format.md). Written whole or not at all. Nullable: error. Errors: USAGE (page_json is no object), FILE, MEMORY. */
B7_API B7Status b7_report_write_html(const char *page_json, const char *path, B7Error *error);

/* ------------------------------------------------------------------------------------------ survival statistics ---- */

#define B7_SURVIVAL_GROUPS_MAX 16
#define B7_SURVIVAL_CAUSES_MAX 14

/* Patients sorted by time, ready for every statistic below. Reusable: a second b7_survival_set of no more patients takes
   no memory. Constant between two sets, so statistics may run on it from several threads. */
typedef struct B7Survival B7Survival;

B7_API B7Status b7_survival_make(const B7Hooks *hooks, B7Survival **out, B7Error *error);
B7_API void b7_survival_free(B7Survival *survival);
/* Columns in, one row a patient, copied. time: any unit, >= 0 and finite; results come in the same unit. status: 0 censored,
   1 .. B7_SURVIVAL_CAUSES_MAX the cause of the event. group: 0 .. B7_SURVIVAL_GROUPS_MAX - 1 (Nullable: all 0). stratum:
   0 .. 65535, used by the tests alone (Nullable: all 0). Censoring at an event time counts as at risk there; equal
   times are ties only when they are equal to the last bit. Errors: INPUT (names row and column), MEMORY. */
B7_API B7Status b7_survival_set(B7Survival *survival, int64_t patients, const double *time, const int32_t *status,
                                const int32_t *group, const int32_t *stratum, B7Error *error);
/* Patients of a group (-1: all) with a status (-1: any). */
B7_API int64_t b7_survival_count(const B7Survival *survival, int32_t group, int32_t status);
/* One more than the largest group. */
B7_API int32_t b7_survival_groups(const B7Survival *survival);

/* Which statuses are the event: B7_EVENT(1) | B7_EVENT(2); B7_EVENT_ANY all but censoring; B7_EVENT(0) turns
   Kaplan-Meier into the reverse Kaplan-Meier of follow-up. Other statuses count as censored. */
#define B7_EVENT(status) (1u << (status))
#define B7_EVENT_ANY (~1u)

/* Pointwise intervals of a probability p with standard error se and normal quantile z (Kalbfleisch and Prentice 2002):
   plain p -+ z se, cut to [0, 1]; log on ln p, cut at 1; log-log on ln(-ln p); logit on ln(p / (1 - p)); arcsine on
   asin(sqrt p). NaN where the transform does not exist. */
typedef enum B7Interval {
  B7_INTERVAL_NONE,
  B7_INTERVAL_PLAIN,
  B7_INTERVAL_LOG,
  B7_INTERVAL_LOG_LOG,
  B7_INTERVAL_LOGIT,
  B7_INTERVAL_ARCSINE
} B7Interval;

/* Variance of a cumulative incidence. B7_VARIANCE_GREENWOOD: Greenwood type (survival package); B7_VARIANCE_AALEN: Aalen type with
   correction for ties (Gray's cmprsk), slightly larger. */
typedef enum B7IncidenceVariance { B7_VARIANCE_GREENWOOD, B7_VARIANCE_AALEN } B7IncidenceVariance;

/* Columns out: one row per distinct time, ascending. Zero-initialise; a call fills and, when needed, grows it; the same
   curve may be reused and is released with b7_survival_curve_free. NaN where a value does not exist. */
typedef struct B7SurvivalCurve {
  int64_t rows, capacity;
  double start;                /* estimate before the first time: 1 (survival) or 0 (incidence, hazard) */
  double *time, *at_risk, *events, *censored; /* censored: left at this time without the event */
  double *estimate, *standard_error, *lower, *upper;
  B7Hooks hooks;
} B7SurvivalCurve;

B7_API void b7_survival_curve_free(B7SurvivalCurve *curve);

/* S(t) = prod(1 - d/n) with Greenwood's standard error (Kaplan and Meier 1958, Greenwood 1926). group -1: all together. level e.g. 0.95.
   Nullable: error. Errors: USAGE (no such group, no patients), MEMORY. */
B7_API B7Status b7_survival_kaplan_meier(const B7Survival *survival, int32_t group, uint32_t events, B7Interval interval,
                                         double level, B7SurvivalCurve *curve, B7Error *error);
/* Cumulative hazard sum(d/n), standard error sqrt(sum(d/n^2)); intervals PLAIN, LOG or NONE (Nelson 1972, Aalen 1978). */
B7_API B7Status b7_survival_nelson_aalen(const B7Survival *survival, int32_t group, uint32_t events, B7Interval interval,
                                         double level, B7SurvivalCurve *curve, B7Error *error);
/* Cumulative incidence of one cause with all others competing: F(t) = sum S(t-) d/n (Aalen and Johansen 1978). */
B7_API B7Status b7_survival_incidence(const B7Survival *survival, int32_t group, int32_t cause, B7IncidenceVariance variance,
                                      B7Interval interval, double level, B7SurvivalCurve *curve, B7Error *error);

/* Row of the curve in force at a time (last time <= t), -1 before the first. Bisection. */
B7_API int64_t b7_survival_row_at(const B7SurvivalCurve *curve, double time);
/* Patients at risk just before a time. */
B7_API double b7_survival_at_risk(const B7SurvivalCurve *curve, double time);

typedef struct B7SurvivalQuantile {
  double time, lower, upper;   /* NaN: not reached */
} B7SurvivalQuantile;
/* First time with S(t) <= 1 - q (the middle of the interval when equal to 1 - q over one; equal within 1.5e-8 as in R), limits from
   the curve's own interval (Brookmeyer and Crowley 1982). q 0.5: median. */
B7_API B7SurvivalQuantile b7_survival_quantile(const B7SurvivalCurve *curve, double q);
/* Area under S from 0 to horizon and its standard error (Irwin 1949, Klein and Moeschberger 2003, 4.5). Past the last time the curve
   stays level. NaN when horizon is not a positive number. */
B7_API double b7_survival_restricted_mean(const B7SurvivalCurve *curve, double horizon, double *standard_error);

typedef struct B7SurvivalTest {
  double statistic, p;         /* chi-square and its upper tail; NaN when df is 0 */
  int32_t df, groups;
  double observed[B7_SURVIVAL_GROUPS_MAX], expected[B7_SURVIVAL_GROUPS_MAX];
  double score[B7_SURVIVAL_GROUPS_MAX]; /* observed - expected, weighted */
  double variance[B7_SURVIVAL_GROUPS_MAX][B7_SURVIVAL_GROUPS_MAX]; /* of the score */
} B7SurvivalTest;
/* Log-rank test over all groups, strata summed; weight S(t-)^rho: rho 0 log-rank (Mantel 1966), 1 Peto and Peto
   (Harrington and Fleming 1982). */
B7_API B7Status b7_survival_logrank(const B7Survival *survival, uint32_t events, double rho, B7SurvivalTest *test, B7Error *error);
/* Gray's test of equal incidence of a cause, weight (1 - F(t-))^rho (Gray 1988). */
B7_API B7Status b7_survival_gray(const B7Survival *survival, int32_t cause, double rho, B7SurvivalTest *test, B7Error *error);
/* P(chi-square with df degrees of freedom > x); NaN for df < 1 or x < 0. */
B7_API double b7_chi_square_tail(double x, int32_t df);

/* ------------------------------------------------------------------------------------------------------- assess ---- */

/* The endpoints and their codes are listed in bridge7_endpoints.h. */

/* Published criteria as data (the files of criteria/), the rules that apply them to a recorded course or to simulated patients,
   and verdicts with the rule, the day and the deciding values. The same code grades both. */
typedef struct B7Criteria B7Criteria;

typedef struct B7Rule {
  const char *id;              /* "crs.astct2019" */
  const char *version;         /* of the published rule, "2019" */
  const char *title, *citation; /* citation: bibliography keys, separated by blanks */
} B7Rule;

/* Read the rules from a folder of criteria files. Every threshold must be there, with its unit; the first mistake is the
   error. The caller frees *out with b7_criteria_free. Nullable: hooks, error. Errors: INPUT, FILE, MEMORY. */
B7_API B7Status b7_criteria_load(const char *folder, const B7Hooks *hooks, B7Criteria **out, B7Error *error);
B7_API void b7_criteria_free(B7Criteria *criteria);
B7_API int32_t b7_criteria_rules(const B7Criteria *criteria, const B7Rule **rows);

/* What the rules read: identifier, name of the observation or model observable, UCUM unit, label.
   Marks (therapies, transfusions, engraftment, relapse, death) are columns whose rows say that something happened; their value is 1, or 0 for
   "did not". Scores with a code of their own: deauville 6 is X; pet_change -1 reduced, 0 unchanged, 1 increased; cgvhd_severity 0 none to 3
   severe. Simulated grades stand in the same columns as recorded ones. */
#define B7_QUANTITY_LIST(X)                                                                                   \
  X(TEMPERATURE, "temperature", "Cel", "temperature")                                                         \
  X(FEVER_OTHER_CAUSE, "fever_other_cause", "1", "fever has another cause")                                   \
  X(ANTICYTOKINE, "anticytokine_therapy", "1", "antipyretic or anticytokine therapy")                         \
  X(HYPOTENSION, "hypotension", "1", "low blood pressure (1 without, 2 one, 3 several vasopressors)")         \
  X(VASOPRESSORS, "vasopressors", "1", "vasopressors other than vasopressin")                                 \
  X(VASOPRESSIN, "vasopressin", "1", "vasopressin")                                                           \
  X(OXYGEN_DEVICE, "oxygen_device", "1", "oxygen device (place in B7OxygenDevice)")                           \
  X(OXYGEN_FLOW, "oxygen_flow", "L/min", "oxygen flow")                                                       \
  X(OXYGEN, "oxygen", "1", "oxygen need (1 low flow, 2 high flow or mask, 3 positive pressure)")              \
  X(CRS_RECORDED, "crs_grade", "1", "CRS grade")                                                              \
  X(ICE, "ice_score", "1", "ICE score")                                                                       \
  X(CAPD, "capd", "1", "CAPD score")                                                                          \
  X(CONSCIOUSNESS, "consciousness", "1", "consciousness (0 spontaneous, 2 voice, 3 touch, 4 unarousable)")    \
  X(SEIZURE, "seizure", "1", "seizure (0 none, 3 resolving, 4 prolonged or repetitive)")                      \
  X(MOTOR, "motor_weakness", "1", "deep focal weakness")                                                      \
  X(OEDEMA, "cerebral_oedema", "1", "cerebral oedema (0 none, 3 focal, 4 diffuse)")                           \
  X(ICANS_RECORDED, "icans_grade", "1", "ICANS grade")                                                        \
  X(ANC, "anc", "10*9/L", "neutrophils")                                                                      \
  X(PLATELETS, "platelets", "10*9/L", "platelets")                                                            \
  X(HAEMOGLOBIN, "hb", "g/L", "haemoglobin")                                                                  \
  X(LEUKOCYTES, "wbc", "10*9/L", "leukocytes")                                                                \
  X(LYMPHOCYTES, "lymphocytes", "/uL", "lymphocytes")                                                         \
  X(CD4, "cd4_t_cells", "/uL", "CD4 T cells")                                                                 \
  X(PLATELET_TRANSFUSION, "platelet_transfusion", "1", "platelet transfusion")                                \
  X(RED_CELL_TRANSFUSION, "red_cell_transfusion", "1", "red-cell transfusion")                                \
  X(GROWTH_FACTOR, "growth_factor", "1", "growth factor for graft function")                                  \
  X(CRP, "crp", "mg/L", "C-reactive protein")                                                                 \
  X(FERRITIN, "ferritin", "ug/L", "ferritin")                                                                 \
  X(MARROW_BLASTS, "marrow_blasts", "%", "marrow blasts by morphology")                                       \
  X(MARROW_MRD, "marrow_mrd", "%", "marrow MRD")                                                              \
  X(MRD_LIMIT, "mrd_detection_limit", "%", "detection limit of the MRD assay")                                \
  X(BLOOD_BLASTS, "blood_blasts", "%", "blasts in blood")                                                     \
  X(MARROW_CELLS, "marrow_cells_counted", "1", "marrow cells counted")                                        \
  X(MARROW_CELLULARITY, "marrow_cellularity", "%", "marrow cellularity")                                      \
  X(EXTRAMEDULLARY, "extramedullary_disease", "1", "extramedullary disease")                                  \
  X(DEAUVILLE, "deauville", "1", "Deauville score")                                                           \
  X(PET_CHANGE, "pet_change", "1", "uptake against baseline")                                                 \
  X(NEW_LESION, "new_lesion", "1", "new lesion")                                                              \
  X(NODAL_ACTIVITY, "nodal_blasts", "Gcell", "viable nodal blasts")                                           \
  X(NEUTROPHILS_RECORDED, "neutrophil_engraftment", "1", "neutrophil engraftment")                            \
  X(PLATELETS_RECORDED, "platelet_engraftment", "1", "platelet engraftment")                                  \
  X(CHIMERISM, "chimerism_marrow", "%", "donor chimerism of marrow or blood")                                 \
  X(CHIMERISM_CD3, "chimerism_t", "%", "donor chimerism of T cells")                                          \
  X(CHIMERISM_CD33, "chimerism_myeloid", "%", "donor chimerism of CD33 or CD15 cells")                        \
  X(AGVHD_SKIN, "gvhd_skin", "1", "acute GVHD skin stage")                                                    \
  X(AGVHD_LIVER, "gvhd_liver", "1", "acute GVHD liver stage")                                                 \
  X(AGVHD_UPPER, "gvhd_upper_gi", "1", "acute GVHD upper GI stage")                                           \
  X(AGVHD_LOWER, "gvhd_gut", "1", "acute GVHD lower GI stage")                                                \
  X(AGVHD_RECORDED, "gvhd_grade", "1", "acute GVHD grade")                                                    \
  X(CGVHD_SKIN, "cgvhd_skin", "1", "chronic GVHD skin score")                                                 \
  X(CGVHD_MOUTH, "cgvhd_mouth", "1", "chronic GVHD mouth score")                                              \
  X(CGVHD_EYES, "cgvhd_eyes", "1", "chronic GVHD eye score")                                                  \
  X(CGVHD_GI, "cgvhd_gi", "1", "chronic GVHD GI score")                                                       \
  X(CGVHD_LIVER, "cgvhd_liver", "1", "chronic GVHD liver score")                                              \
  X(CGVHD_LUNG, "cgvhd_lung", "1", "chronic GVHD lung score")                                                 \
  X(CGVHD_JOINTS, "cgvhd_joints", "1", "chronic GVHD joint and fascia score")                                 \
  X(CGVHD_GENITAL, "cgvhd_genital", "1", "chronic GVHD genital score")                                        \
  X(CGVHD_RECORDED, "cgvhd_severity", "1", "chronic GVHD severity")                                           \
  X(CGVHD_SYSTEMIC, "cgvhd_systemic_therapy", "1", "systemic therapy for chronic GVHD")                       \
  X(RELAPSE, "relapse", "1", "relapse or progression")                                                        \
  X(DEATH, "death", "1", "death")                                                                             \
  X(ALIVE, "alive", "1", "known to be alive")

typedef enum B7Quantity {
#define B7_QUANTITY_ENUM(id, name, unit, label) B7_QUANTITY_##id,
  B7_QUANTITY_LIST(B7_QUANTITY_ENUM)
#undef B7_QUANTITY_ENUM
  B7_QUANTITY_COUNT
} B7Quantity;

B7_API const char *b7_quantity_name(B7Quantity quantity);
B7_API const char *b7_quantity_unit(B7Quantity quantity);
B7_API const char *b7_quantity_label(B7Quantity quantity);
/* B7_QUANTITY_COUNT when there is none of that name. */
B7_API B7Quantity b7_quantity_find(const char *name);

typedef enum B7OxygenDevice {
  B7_OXYGEN_NONE,
  B7_OXYGEN_NASAL_CANNULA,
  B7_OXYGEN_BLOW_BY,
  B7_OXYGEN_HIGH_FLOW,
  B7_OXYGEN_FACEMASK,
  B7_OXYGEN_NONREBREATHER,
  B7_OXYGEN_VENTURI,
  B7_OXYGEN_CPAP,
  B7_OXYGEN_BIPAP,
  B7_OXYGEN_VENTILATOR
} B7OxygenDevice;

/* One quantity over time: n rows, t_day ascending, NaN values are skipped. Caller-owned. */
typedef struct B7Column {
  int32_t n;
  const double *t_day;
  const double *value;
} B7Column;

typedef enum B7GraftSource { B7_GRAFT_UNKNOWN, B7_GRAFT_MARROW, B7_GRAFT_BLOOD, B7_GRAFT_CORD } B7GraftSource;

/* Everything that is known of one patient. Begin with b7_series_make: nothing recorded. */
typedef struct B7Series {
  B7Column column[B7_QUANTITY_COUNT];
  double cart_day, hsct_day;   /* infusion days; NaN: not given */
  double lymphodepletion_day;  /* first day; NaN: not known */
  double start_day;            /* first day of observation */
  double end_day;              /* last contact */
  double origin_day;           /* day 0 of survival endpoints; NaN: the transplant, else the CAR-T infusion, else start_day */
  double age_years;            /* NaN: unknown */
  double mrd_limit_pct;        /* detection limit of the marrow MRD column where no row gives one; NaN: unknown */
  bool myeloid;                /* AML rules instead of ALL rules */
  bool scheduled_visits;       /* columns are daily (simulated): marrow and imaging are looked at on the visit days of the criteria;
                                  else every row of the marrow and imaging columns is a visit */
  int32_t extramedullary_at_start; /* 1 yes, 0 no, -1 unknown */
  B7GraftSource graft_source;
} B7Series;
B7_API B7Series b7_series_make(void);

/* How complete the data of a finding were. */
typedef enum B7Evaluable {
  B7_EVALUABLE,      /* all that the rule asks for was there */
  B7_PARTIAL,        /* something missing: low..high is what is possible, code the lowest that is certain */
  B7_NOT_EVALUABLE,  /* nothing can be said; see missing */
  B7_NOT_APPLICABLE  /* the rule has no subject: no graft, never in remission */
} B7Evaluable;

/* One endpoint of one patient, without any text: 8 words, made by the million. */
typedef struct B7Finding {
  int32_t code;          /* grade, class or outcome: a code of the endpoint (bridge7_endpoints.h) */
  int32_t low, high;     /* possible range; both equal code when B7_EVALUABLE */
  B7Evaluable evaluable;
  int32_t rule;          /* index in b7_criteria_rules */
  uint32_t flags;        /* B7_FLAG_... */
  double t_day;          /* day of the finding on the series' own axis; NaN: none */
  double value;          /* deciding number; time to event in days for survival endpoints; NaN: none */
  uint64_t deciding;     /* bit q: quantity q decided */
  uint64_t missing;      /* bit q: quantity q would be needed */
} B7Finding;

/* Remarks: identifier, text. */
#define B7_FLAG_LIST(X)                                                                                       \
  X(RECORDED, "taken as recorded, not graded from measurements")                                              \
  X(VASOPRESSIN_ONLY, "vasopressin without another vasopressor is not in the tables; counted as grade 3")     \
  X(AGE_BOUNDARY, "sources differ at age 12: ICE used")                                                       \
  X(INTERPOLATED, "days without a value interpolated")                                                        \
  X(CENSORED, "observation ended before the window did")                                                      \
  X(SINGLE_MEASUREMENT, "one measurement only")                                                               \
  X(BOUNDARY_VALUE, "a value lies exactly on a cut-off where sources differ")                                 \
  X(EXTRAPOLATED, "score validated in another disease")                                                       \
  X(LIVER_4, "sources differ on liver stage 4: grade III here, IV elsewhere")                                 \
  X(LINEAGE_NOT_SEPARATED, "only whole blood or marrow was measured")                                         \
  X(FULL_BY_95_INCLUSIVE, "95 % exactly: mixed by the ASTCT rule, full by the CIBMTR rule")                   \
  X(VARIANTS_DIFFER, "two published ways of counting give different grades")                                  \
  X(BEFORE_NADIR, "never below the threshold")                                                                \
  X(BLASTS_BY_FLOW, "marrow blasts by flow cytometry: no morphology at this marrow")                          \
  X(BLOOD_NOT_RECORDED, "blasts in blood not recorded; counted as none beside a marrow in remission")         \
  X(COUNTS_MISSING, "blood counts at this marrow not recorded")                                               \
  X(EARLY_DEATH, "death before the class could be decided")                                                   \
  X(SHIFTED, "event on day 0 counted at 0.5 d")

enum {
#define B7_FLAG_PLACE(id, text) B7_FLAG_PLACE_##id,
  B7_FLAG_LIST(B7_FLAG_PLACE)
#undef B7_FLAG_PLACE
  B7_FLAG_COUNT
};
enum {
#define B7_FLAG_BIT(id, text) B7_FLAG_##id = 1 << B7_FLAG_PLACE_##id,
  B7_FLAG_LIST(B7_FLAG_BIT)
#undef B7_FLAG_BIT
  B7_FLAG_END
};

/* Check one patient's columns: descending times, negative counts, two deaths, anything after death, values out of range.
   The error names the quantity and the day. */
B7_API B7Status b7_series_check(const B7Series *series, B7Error *error);
/* All endpoints of one patient. Allocates nothing, depends on its arguments alone; the series must have passed b7_series_check. */
B7_API void b7_assess_series(const B7Criteria *criteria, const B7Series *series, B7Finding findings[B7_ENDPOINT_COUNT]);

/* A finding in words. Strings belong to the assessment. */
typedef struct B7Verdict {
  const char *endpoint, *label;
  const char *grade;           /* "3", "CR", "1 to 3", "not evaluable: needs platelets" */
  double t_day;                /* NaN: none */
  const char *when;            /* "cart+15", "hsct+14", "2025-04-22" or "" */
  const char *rule, *version, *citation;
  const char *deciding;        /* "temperature 39.1 Cel, vasopressors 1" */
  const char *missing;         /* "" or what would be needed */
  const char *remarks;         /* "" or the flags in words */
  B7Evaluable evaluable;
  bool per_sample;             /* of one sample or visit; false: the summary of the patient */
  B7Finding finding;
} B7Verdict;

/* One stretch of the status timeline. */
typedef struct B7Span {
  const char *track;           /* "response", "toxicity", "graft" */
  const char *label;
  double start_day, end_day;
} B7Span;

typedef struct B7Assessment B7Assessment;

/* Grade what a course records. The caller frees *out; criteria must outlive it. Nullable: hooks, error. Errors: INPUT (a value that
   cannot be: the error names it), MEMORY. */
B7_API B7Status b7_assess_course(const B7Course *course, const B7Criteria *criteria, const B7Hooks *hooks,
                                 B7Assessment **out, B7Error *error);
/* Grade one simulated patient with words; after a numerical fault nothing is looked at. Errors as above, and USAGE (no such patient). */
B7_API B7Status b7_assess_patient(const B7Result *result, const B7Kernel *kernel, int64_t patient,
                                  const B7Criteria *criteria, const B7Hooks *hooks, B7Assessment **out, B7Error *error);
B7_API void b7_assessment_free(B7Assessment *assessment);
B7_API int32_t b7_assessment_verdicts(const B7Assessment *assessment, const B7Verdict **rows);
B7_API int32_t b7_assessment_timeline(const B7Assessment *assessment, const B7Span **rows);
/* The reasons behind one endpoint: every step of its rule, as text; NULL when there is no endpoint of that name. */
B7_API const char *b7_assessment_explain(const B7Assessment *assessment, const char *endpoint);
/* The whole assessment as JSON text; belongs to the assessment. */
B7_API const char *b7_assessment_json(const B7Assessment *assessment);
/* The data of the report page of an assessment (docs/page_format.md): verdicts with reasons, treatments and status over time, what was
   recorded, assumptions; references formatted from bibliography_path. Free *text with b7_text_free. Nullable: bibliography_path (no
   references), hooks, error. Errors: INPUT (no such bibliography), FILE, MEMORY. */
B7_API B7Status b7_assess_page_json(const B7Course *course, const B7Assessment *assessment, const B7Criteria *criteria,
                                    const char *bibliography_path, const B7Hooks *hooks, char **text, B7Error *error);

/* All endpoints of all simulated patients, as columns. */
typedef struct B7Outcomes B7Outcomes;
/* Infusion days are those of the first events whose names begin with "cart." and "graft."; a patient who did not get one has
   none. death_day[patients] (Nullable): NaN for those who live; NULL: the
   first missing value of a patient without a fault is the day of death. Nothing after death is looked at. origin_day: day 0 of
   survival endpoints for all; NaN: each patient's transplant, else CAR-T infusion. threads 0: all cores. Patients with a fault are
   B7_NOT_EVALUABLE throughout. Nullable: hooks, error. Errors: MEMORY. */
B7_API B7Status b7_assess_result(const B7Result *result, const B7Kernel *kernel, const B7Criteria *criteria,
                                 double origin_day, const double *death_day, int32_t threads, const B7Hooks *hooks,
                                 B7Outcomes **out, B7Error *error);
B7_API void b7_outcomes_free(B7Outcomes *outcomes);
B7_API int64_t b7_outcomes_patients(const B7Outcomes *outcomes);
/* Columns of one endpoint, n patients each: code (-1: not evaluable or not applicable), day (NaN: none) and deciding value
   or time to event. Nullable: code, t_day, value. */
B7_API void b7_outcomes_columns(const B7Outcomes *outcomes, B7Endpoint endpoint, const int32_t **code,
                                const double **t_day, const double **value);
/* Infusion days of patient i; NaN: not given. */
B7_API void b7_outcomes_anchors(const B7Outcomes *outcomes, int64_t patient, double *cart_day, double *hsct_day);

/* ------------------------------------------------------------------------------------------------------- replay ---- */

/* A course replayed by the model: the patient's own parameter set, a band of virtual patients around it, sensitivity arms
   for ambiguous dates, and the comparison with what was recorded. */
typedef struct B7Replay B7Replay;

typedef struct B7ReplayOptions {
  uint32_t cookie;             /* set by b7_replay_options_default */
  const char *patient_path;    /* the patient's calibration (courses/NAME.patient.yaml); NULL: the typical patient of the model */
  const char *policy_path;     /* decisions as data; NULL: none */
  const char *criteria_folder; /* rules for grades and milestones; NULL: no verdicts */
  int64_t band_patients;       /* 200; 0: no band */
  double band_level;           /* share of the band's patients between low and high; 0.8 */
  uint64_t seed;
  bool alternatives;           /* arms: each alternative of an ambiguous fact, and the patient without CAR-T or transplant; true */
  bool without_cart, without_transplant;
  double horizon_day;          /* 0: as the plan chooses */
  B7SimulateOptions simulate;
} B7ReplayOptions;

B7_API B7ReplayOptions b7_replay_options_default(void);

/* Replay a course. course and kernel must outlive *out; the caller frees it with b7_replay_free. Nullable: hooks, error. Errors: those of
   plan, population, simulate and criteria. */
B7_API B7Status b7_replay_make(const B7Course *course, const B7Kernel *kernel, const B7ReplayOptions *options,
                               const B7Hooks *hooks, B7Replay **out, B7Error *error);
B7_API void b7_replay_free(B7Replay *replay);

typedef enum B7Inside { B7_INSIDE_YES, B7_INSIDE_NO, B7_INSIDE_NOT_SIMULATED } B7Inside;

/* One recorded measurement or milestone beside its simulation. */
typedef struct B7Comparison {
  const char *what, *label, *unit;
  double t_day;                /* when it was recorded, days from day 0 */
  double recorded;             /* NaN when only a bound is recorded */
  double below, above;         /* recorded bound, or NaN */
  double simulated;            /* of the patient's own parameter set; NaN: not simulated, or never happened */
  double low, high;            /* of the band; NaN without band */
  B7Inside inside;
  B7FactStatus status;
  const char *flag, *note;
} B7Comparison;

B7_API int32_t b7_replay_comparison(const B7Replay *replay, const B7Comparison **rows);
/* The patient's own parameter set (one patient) and the band (NULL without band). */
B7_API const B7Result *b7_replay_typical(const B7Replay *replay);
B7_API const B7Result *b7_replay_band(const B7Replay *replay);
B7_API const B7Plan *b7_replay_plan(const B7Replay *replay);
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
B7_API B7Status b7_replay_page_json(const B7Replay *replay, const char *bibliography_path, char **text, B7Error *error);
/* NetCDF-4: the patient's own course (time), the band's quantiles (quantile, time), what was recorded, provenance. */
B7_API B7Status b7_replay_write_netcdf(const B7Replay *replay, const char *path, B7Error *error);

/* ---------------------------------------------------------------------------------------------------------- HLA ---- */

/* Tables (data/hla) and rules (criteria/hla.yaml) of HLA comparison. Alleles that the tables do not hold are unknown, never guessed. */
typedef struct B7Hla B7Hla;

/* Nullable: hooks, error. The caller frees *out with b7_hla_free. Errors: INPUT, FILE (name file and line), MEMORY. */
B7_API B7Status b7_hla_load(const char *data_folder, const char *criteria_folder, const B7Hooks *hooks, B7Hla **out,
                            B7Error *error);
B7_API void b7_hla_free(B7Hla *hla);
/* Replace tables by those of an IPD-IMGT/HLA release that the caller holds: any of hla_nom_p.txt, hla_nom_g.txt, rel_dna_ser.txt,
   rel_ser_ser.txt, dpb_tce.csv in folder, folder/wmda or folder/tce. Not to be called while others use hla. */
B7_API B7Status b7_hla_read_release(B7Hla *hla, const char *folder, B7Error *error);
/* Make an NMDP code known: ("AB", "01/02") lists second fields, ("ABC", "01:01/02:01") whole alleles. */
B7_API B7Status b7_hla_add_code(B7Hla *hla, const char *code, const char *alleles, B7Error *error);

typedef enum B7HlaLocus {
  B7_HLA_A,
  B7_HLA_B,
  B7_HLA_C,
  B7_HLA_DRB1,
  B7_HLA_DQB1,
  B7_HLA_DPB1,
  B7_HLA_LOCI
} B7HlaLocus;
B7_API const char *b7_hla_locus_name(B7HlaLocus locus);

typedef struct B7HlaTyping B7HlaTyping;
/* One person's typing. Loci are separated by blanks, ';' or '^', the two copies by ',' or '+', possible alleles of a copy by '/',
   possible genotypes by '|': "A*02:01,A*24:02 B*15:01/15:18,B*40:01". An allele is two to four fields with an optional
   expression letter (truncated to two fields, letter kept), a P or G group, an NMDP code (needs b7_hla_add_code). A*02:XX,
   serological (B62) and version-2 names (A*0201) are read and make their locus not evaluable. A single allele leaves the other copy
   unknown unless homozygous. who ("recipient") stands in messages. The caller frees *out. Errors: INPUT (names the allele and what is
   wrong with it), MEMORY. */
B7_API B7Status b7_hla_typing_make(const B7Hla *hla, const char *text, const char *who, bool homozygous,
                                   B7HlaTyping **out, B7Error *error);
B7_API void b7_hla_typing_free(B7HlaTyping *typing);
/* The text of a locus as given, "" when it is missing. */
B7_API const char *b7_hla_typing_locus(const B7HlaTyping *typing, B7HlaLocus locus);

typedef enum B7HlaKey {
  B7_HLA_KEY_TWO_FIELD, /* the protein: first two fields */
  B7_HLA_KEY_ARD        /* the protein of the antigen-binding domains: P group */
} B7HlaKey;

typedef enum B7HlaCertainty {
  B7_HLA_DEFINITE,      /* every possible combination gives the same */
  B7_HLA_POTENTIAL,     /* a range */
  B7_HLA_NOT_EVALUABLE  /* a locus is missing or typed in a form that says too little; the range still holds */
} B7HlaCertainty;

typedef enum B7HlaLevel { B7_HLA_LEVEL_ALLELE, B7_HLA_LEVEL_ANTIGEN } B7HlaLevel;
typedef enum B7HlaSerology { B7_HLA_SEROLOGY_UNKNOWN, B7_HLA_SEROLOGY_SAME, B7_HLA_SEROLOGY_DIFFERENT } B7HlaSerology;

/* Two alleles that face each other unmatched. level: allele when the first fields agree, else antigen; serology beside it, since WHO
   antigens may differ within one first field (B*15:01 is B62, B*15:18 is B71). */
typedef struct B7HlaMismatch {
  char recipient[24], donor[24];           /* "B*15:01" */
  char recipient_antigen[8], donor_antigen[8]; /* "62", "" unknown */
  B7HlaLevel level;
  B7HlaSerology serology;
} B7HlaMismatch;

typedef struct B7HlaLocusMatch {
  B7HlaLocus locus;
  B7HlaCertainty certainty;
  int32_t matched_min, matched_max; /* of 2, by the pairing with most matches */
  int32_t gvh_min, gvh_max;         /* distinct recipient alleles absent from the donor */
  int32_t hvg_min, hvg_max;         /* distinct donor alleles absent from the recipient */
  int32_t shares_allele;            /* 1 yes, 0 no, -1 unknown */
  int32_t n_mismatches;             /* only when definite */
  B7HlaMismatch mismatch[2];
  char why[160];                    /* why not definite, "" */
} B7HlaLocusMatch;

typedef struct B7HlaMatch {
  B7HlaCertainty certainty;
  int32_t loci, alleles;            /* 5, 10 for 10/10 */
  int32_t matched_min, matched_max, gvh_min, gvh_max, hvg_min, hvg_max;
  B7HlaLocusMatch locus[B7_HLA_LOCI]; /* loci of them, in the order A, B, C, DRB1, DQB1, DPB1 */
} B7HlaMatch;

/* Match over alleles = 8 (A, B, C, DRB1), 10 (and DQB1) or 12 (and DPB1). expressed_only: a null allele counts as a second copy of the
   other allele. Errors: USAGE. */
B7_API B7Status b7_hla_match(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor, int32_t alleles,
                             B7HlaKey key, bool expressed_only, B7HlaMatch *match, B7Error *error);

/* WHO serological antigens of two alleles ("B*15:01"), NULL allele allowed for one look-up: antigen texts "62" or "" into [8]. */
B7_API B7Status b7_hla_serology(const B7Hla *hla, const char *allele_1, const char *allele_2, char antigen_1[8],
                                char antigen_2[8], B7HlaSerology *comparison, B7Error *error);

/* DPB1 permissiveness by T-cell-epitope groups: identifier, word. */
#define B7_HLA_TCE_LIST(X)                                                                                       X(MATCH, "MATCH")                                                                                              X(PERMISSIVE, "PERMISSIVE")                                                                                    X(GVH_NONPERMISSIVE, "GVH_NONPERMISSIVE")                                                                      X(HVG_NONPERMISSIVE, "HVG_NONPERMISSIVE")                                                                      X(UNKNOWN, "UNKNOWN")                                                                                          X(POTENTIAL, "POTENTIAL")                                                                                      X(NONPERMISSIVE_UNDEFINED, "NONPERMISSIVE_UNDEFINED")                                                          X(NOT_EVALUABLE, "NOT_EVALUABLE")
typedef enum B7HlaTce {
#define B7_HLA_TCE_ENUM(id, word) B7_HLA_TCE_##id,
  B7_HLA_TCE_LIST(B7_HLA_TCE_ENUM)
#undef B7_HLA_TCE_ENUM
  B7_HLA_TCE_COUNT
} B7HlaTce;
B7_API const char *b7_hla_tce_word(B7HlaTce tce);
/* version 1 or 2 of the groups. Groups of the lowest allele (0 null, -1 unknown or ambiguous) into recipient_group, donor_group (Nullable).
   null_allele (Nullable) tells that a null allele took part, for which sources are not of one mind. */
B7_API B7HlaTce b7_hla_dpb1_tce(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor, int32_t version,
                                int32_t *recipient_group, int32_t *donor_group, bool *null_allele);

enum { B7_KIR_C1 = 1, B7_KIR_C2 = 2, B7_KIR_BW4 = 4, B7_KIR_BW4_80I = 8, B7_KIR_BW4_80T = 16 };
typedef enum B7KirABw4 { B7_KIR_A_NONE, B7_KIR_A_STRICT, B7_KIR_A_ALL } B7KirABw4;
typedef struct B7KirOptions {
  B7KirABw4 hla_a_bw4;         /* Bw4 carried by HLA-A: not counted, only where found functional, all */
  bool exclude_b13;            /* leave B*13:01 and B*13:02 out, which gave no protection */
} B7KirOptions;
/* Bits that are certain and bits that are possible; both equal when the typing decides. */
typedef struct B7KirLigands {
  uint32_t certain, possible;
  bool evaluable;
  char why[160];               /* what is missing, "" */
} B7KirLigands;
typedef struct B7KirMatch {
  B7KirLigands recipient, donor;
  uint32_t gvh, gvh_possible;  /* ligands (C1, C2, Bw4) of the donor that the recipient lacks */
  uint32_t hvg, hvg_possible;
  bool evaluable;
} B7KirMatch;
B7_API void b7_kir_match(const B7Hla *hla, const B7HlaTyping *recipient, const B7HlaTyping *donor, B7KirOptions options,
                         B7KirMatch *match);

typedef enum B7DonorRelation {
  B7_RELATION_UNKNOWN,
  B7_RELATION_UNRELATED,
  B7_RELATION_PARENT,
  B7_RELATION_CHILD,
  B7_RELATION_SIBLING,
  B7_RELATION_RELATIVE,
  B7_RELATION_TWIN,
  B7_RELATION_SELF,
  B7_RELATION_CORD
} B7DonorRelation;
/* "child", "son", "mother", "unrelated", ...; false when not known. */
B7_API bool b7_donor_relation_find(const char *word, B7DonorRelation *relation);

#define B7_DONOR_CLASS_LIST(X)                                                                                 \
  X(UNCLASSIFIED, "UNCLASSIFIED")                                                                              \
  X(AUTOLOGOUS, "AUTOLOGOUS")                                                                                  \
  X(SYNGENEIC, "SYNGENEIC")                                                                                    \
  X(IDENTICAL_SIBLING, "IDENTICAL_SIBLING")                                                                    \
  X(HAPLO_BY_DESCENT, "HAPLO_BY_DESCENT")                                                                      \
  X(HAPLO_BY_COUNT, "HAPLO_BY_COUNT")                                                                          \
  X(NOT_HAPLO, "NOT_HAPLO")                                                                                    \
  X(MISMATCHED_RELATED, "MISMATCHED_RELATED")                                                                  \
  X(MATCHED_UNRELATED, "MATCHED_UNRELATED")                                                                    \
  X(MISMATCHED_UNRELATED, "MISMATCHED_UNRELATED")                                                              \
  X(CORD, "CORD")                                                                                              \
  X(ERROR, "ERROR_RELATION_OR_TYPING")
typedef enum B7DonorClass {
#define B7_DONOR_CLASS_ENUM(id, word) B7_DONOR_##id,
  B7_DONOR_CLASS_LIST(B7_DONOR_CLASS_ENUM)
#undef B7_DONOR_CLASS_ENUM
  B7_DONOR_CLASS_COUNT
} B7DonorClass;
B7_API const char *b7_donor_class_word(B7DonorClass donor_class);

typedef struct B7DonorFacts {
  B7DonorRelation relation;
  int32_t matched, alleles;    /* 9 of 10; matched -1: not known for certain */
  int32_t shares_every_locus;  /* at least one allele at every locus: 1 yes, 0 no, -1 unknown */
  int32_t haplotypes_shared;   /* by family typing: 0, 1, 2; -1 unknown */
} B7DonorFacts;
/* The facts that a match tells. */
B7_API B7DonorFacts b7_donor_facts(B7DonorRelation relation, const B7HlaMatch *match);
/* B7_DONOR_ERROR: a parent, child, twin or the patient cannot have this typing. */
B7_API B7DonorClass b7_donor_class(const B7Hla *hla, const B7DonorFacts *facts);

/* ------------------------------------------------------------------------------------------------------- trials ---- */

/* A virtual trial (docs/trial_format.md): the same virtual patients in every arm, graded by the criteria. */
typedef struct B7Trial B7Trial;

/* Read and check a trial file; data_folder holds products, drugs, regimens, policies and populations. The first mistake is the error,
   with its place. The caller frees *out with b7_trial_free. Nullable: hooks, error. Errors: INPUT, FILE, MEMORY. */
B7_API B7Status b7_trial_load(const char *path, const char *data_folder, const B7Hooks *hooks, B7Trial **out, B7Error *error);
/* The same from text; path stands in messages. */
B7_API B7Status b7_trial_parse(const char *text, size_t length, const char *path, const char *data_folder,
                               const B7Hooks *hooks, B7Trial **out, B7Error *error);
B7_API void b7_trial_free(B7Trial *trial);

typedef struct B7TrialOptions {
  uint32_t cookie;             /* set by b7_trial_options_default */
  int64_t patients;            /* 0: as the trial file says */
  uint64_t seed;               /* 0: as the trial file says */
  double level;                /* of intervals; 0.95 */
  B7SimulateOptions simulate;
  int64_t block_patients;      /* simulated together in one arm, and the unit of the three below; 0: as memory allows */
  const char *checkpoint;      /* file that takes what was counted so far; Nullable: none */
  int64_t checkpoint_blocks;   /* written after so many blocks; 1 */
  bool resume;                 /* go on from the checkpoint, when there is one */
  int32_t rank, ranks;         /* this process among those that share the trial; 0 of 1 */
  const char *shards;          /* with several ranks: path, in a folder that all can see, before the names of their parts */
  double shard_wait_s;         /* how long rank 0 waits for the others once its own part is done; 3600 */
  const char *patient_rows;    /* path of a scratch file that takes a row a patient and arm, for the output; with several ranks as
                                  `shards`; Nullable: none, and b7_trial_write_netcdf writes summaries alone. Goes with the run */
} B7TrialOptions;
B7_API B7TrialOptions b7_trial_options_default(void);

/* What came of it. Memory does not grow with the number of patients, but for 40 sampled ones. */
typedef struct B7TrialRun B7TrialRun;
/* Run every arm. trial and kernel must outlive *out; the caller frees it with b7_trial_run_free. What comes out does not depend on
   threads, lanes, blocks, ranks, or stops in between. Ranks above 0 write their part and give *out NULL. Errors: those of plans,
   population, simulate and criteria; INPUT (the checkpoint is damaged or of another run); FILE (a rank's part did not come). */
B7_API B7Status b7_trial_run(const B7Trial *trial, const B7Kernel *kernel, const char *criteria_folder,
                             const B7TrialOptions *options, const B7Hooks *hooks, B7TrialRun **out, B7Error *error);
B7_API void b7_trial_run_free(B7TrialRun *run);

/* A value with its interval; NaN when it cannot be said. */
typedef struct B7Estimate {
  double value, lower, upper;
} B7Estimate;

/* How the patients of an arm went. */
typedef struct B7TrialFlow {
  const char *arm;
  int64_t enrolled, not_made, infused, no_donor, transplanted, dead, failed; /* failed: numerically; in no summary */
} B7TrialFlow;
B7_API int32_t b7_trial_arms(const B7TrialRun *run);
B7_API B7TrialFlow b7_trial_flow(const B7TrialRun *run, int32_t arm);
B7_API int32_t b7_trial_endpoints(const B7TrialRun *run, const B7Endpoint **endpoints);
/* Patients of an arm with code low .. high of an endpoint, of those evaluable (their number in *evaluable; Nullable). */
B7_API B7Estimate b7_trial_share(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t low, int32_t high,
                                 int64_t *evaluable);
/* Survival endpoints: free of any event (cause 0) or incidence of cause 1 or 2, at a day after enrolment. */
B7_API B7Estimate b7_trial_at_day(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t cause, double t_day);
/* The whole curve by day, 0 .. horizon: arrays of *days values that belong to the run. */
typedef struct B7TrialCurve {
  const double *estimate, *lower, *upper, *at_risk;
} B7TrialCurve;
B7_API B7TrialCurve b7_trial_curve(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, int32_t cause, int32_t *days);
/* Median and quantiles over patients of a maximum or a day of it ("cart_copies", "cart_per_ul", "il6"), in the days after infusion;
   NaN when the observable is not tracked. */
typedef enum B7TrialPeak { B7_PEAK_VALUE, B7_PEAK_DAY } B7TrialPeak;
B7_API double b7_trial_peak_quantile(const B7TrialRun *run, int32_t arm, const char *observable, B7TrialPeak peak, double q);
/* Quantile of the day on which an endpoint was found: after the graft for engraftment, after the infusion for the rest. */
B7_API double b7_trial_day_quantile(const B7TrialRun *run, int32_t arm, B7Endpoint endpoint, double q);
/* The same with limits, from the order statistics that hold the quantile at the run's level. */
B7_API B7Estimate b7_trial_peak(const B7TrialRun *run, int32_t arm, const char *observable, B7TrialPeak peak, double q);
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
  B7Estimate estimate;         /* with the chance between virtual patients */
  B7Estimate widened;          /* with the model's uncertainty too; NaN until b7_trial_uncertainty */
  bool ratio;                  /* 1 means no difference; else 0 does */
} B7TrialEstimand;
B7_API int32_t b7_trial_estimands(const B7TrialRun *run, const B7TrialEstimand **rows);

/* The same estimands by subgroup, in order: subgroup, estimand, arm, group. */
typedef struct B7TrialSubgroupRow {
  const char *subgroup, *group; /* "marrow burden", "high" */
  int64_t patients;            /* virtual patients in the group */
  int64_t pairs;               /* of them with a value in both arms; of ratios: patients of both arms */
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
#define B7_COST_PER_LIST(X)                                                                                                              \
  X(ENROLLED, "enrolled", "patient enrolled")                                                                                            \
  X(INFUSED, "infused", "patient infused")                                                                                               \
  X(REMISSION, "remission", "patient who reached remission")                                                                             \
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
B7_API B7Status b7_trial_uncertainty(B7TrialRun *run, const B7TrialOptions *options, int32_t sets, const B7Hooks *hooks, B7Error *error);
/* Everything as JSON, as the report page's data, or as NetCDF. Texts are freed with b7_text_free. */
B7_API B7Status b7_trial_json(const B7TrialRun *run, char **text, B7Error *error);
B7_API B7Status b7_trial_page_json(const B7TrialRun *run, const char *bibliography_path, char **text, B7Error *error);
B7_API B7Status b7_trial_write_netcdf(const B7TrialRun *run, const char *path, B7Error *error);

/* --------------------------------------------------------------------------------------------------- validation ---- */

/* Published studies as data (data/studies.yaml): how each was done and what it printed; and studies to predict, whose outcomes are not
   in this collection. */
typedef struct B7Studies B7Studies;

/* Read and check the studies. data_folder holds what their arms name. The caller frees *out with b7_studies_free. Nullable: hooks,
   error. Errors: INPUT, FILE (name file, line and column), MEMORY. */
B7_API B7Status b7_studies_load(const char *path, const char *data_folder, const B7Hooks *hooks, B7Studies **out,
                                B7Error *error);
B7_API void b7_studies_free(B7Studies *studies);

typedef struct B7StudySummary {
  const char *id, *title, *source; /* source: bibliography key */
  double n;                    /* patients */
  int32_t arms, rows;
  bool prediction;             /* predicted only */
} B7StudySummary;
B7_API int32_t b7_studies_list(const B7Studies *studies, const B7StudySummary **rows);

typedef struct B7ValidateOptions {
  uint32_t cookie;             /* set by b7_validate_options_default */
  int64_t patients;            /* simulated in each arm; 1000 */
  uint64_t seed;               /* 7 */
  bool predictions;            /* with all studies: also those to predict */
  B7SimulateOptions simulate;
} B7ValidateOptions;
B7_API B7ValidateOptions b7_validate_options_default(void);

/* Every study simulated as it was done: product, dose, lymphodepletion, population, follow-up, transplants. */
typedef struct B7Validation B7Validation;

typedef struct B7ValidationRow {
  const char *study, *study_title, *arm; /* "all arms" when the row is over all of them */
  const char *endpoint, *unit; /* names of the published vocabulary: "crs_g3_4", "percent" */
  const char *source, *note;   /* bibliography key; "" */
  double n;                    /* patients behind the published value */
  double at_day;               /* from the arm's origin; NaN: none */
  int64_t patients;            /* simulated patients who can be asked */
  bool prediction;
  B7Estimate published;        /* 95 % interval: printed, or exact from counts, or of a median from its range; NaN: not known */
  B7Estimate simulated;        /* lower, upper: where 95 % of studies of n such patients would print theirs */
  B7Inside inside;             /* simulated value inside the published interval */
} B7ValidationRow;

/* study NULL: all. studies must outlive *out; the caller frees it with b7_validation_free. Errors: those of trials, and INPUT (no
   such study). */
B7_API B7Status b7_validate(const B7Studies *studies, const char *study, const B7Kernel *kernel,
                            const char *criteria_folder, const B7ValidateOptions *options, const B7Hooks *hooks,
                            B7Validation **out, B7Error *error);
B7_API void b7_validation_free(B7Validation *validation);
B7_API int32_t b7_validation_rows(const B7Validation *validation, const B7ValidationRow **rows);

typedef struct B7ValidationCount {
  int32_t rows;
  int32_t judged, inside;      /* calibration rows with an interval, and those of them inside */
  int32_t not_judged;          /* calibration rows without interval, or that no simulated patient can answer */
  int32_t predicted;
} B7ValidationCount;
B7_API B7ValidationCount b7_validation_count(const B7Validation *validation);
/* {"rows": [...], "count": {...}}; {"study", "n", "endpoints": [...]} of one predicted study; and the report page's data, with
   references formatted from bibliography_path (Nullable). Free with b7_text_free. */
B7_API B7Status b7_validation_json(const B7Validation *validation, char **text, B7Error *error);
B7_API B7Status b7_prediction_json(const B7Validation *validation, char **text, B7Error *error);
B7_API B7Status b7_validation_page_json(const B7Validation *validation, const char *bibliography_path, char **text,
                                        B7Error *error);

/* -------------------------------------------------------------------------------------------------- calibration ---- */

/* A fit file (docs/calibration.md): which values of the model, the populations and the products may move, what is known of them
   beforehand, and which rows of the studies they answer to. */
typedef struct B7Calibration B7Calibration;

/* Where the values live. The model folder must be the one that the kernel was compiled from: a value that differs is an error. */
typedef struct B7CalibrationFiles {
  const char *model_folder, *data_folder, *criteria_folder;
  const char *studies;         /* data/studies.yaml */
} B7CalibrationFiles;

/* Read and check a fit file. kernel must outlive *out, which the caller frees with b7_calibration_free. Nullable: hooks, error.
   Errors: INPUT, FILE (name file, line and column), MEMORY. */
B7_API B7Status b7_calibration_load(const char *path, const B7CalibrationFiles *files, const B7Kernel *kernel, const B7Hooks *hooks,
                                    B7Calibration **out, B7Error *error);
B7_API void b7_calibration_free(B7Calibration *calibration);
/* Values with their limits and priors, rows with their weights, as a table; free with b7_text_free. Errors: MEMORY. */
B7_API B7Status b7_calibration_describe(const B7Calibration *calibration, char **text, B7Error *error);

typedef struct B7CalibrateOptions {
  uint32_t cookie;             /* set by b7_calibrate_options_default */
  int64_t patients;            /* in each arm; 0: as the fit file says */
  uint64_t seed;               /* 0: as the fit file says */
  int32_t restarts;            /* starting points, the values of the files first; 0: as the fit file says */
  int64_t max_evaluations;     /* stop after so many simulations of all arms; 0: no limit */
  int32_t threads;             /* 0: all cores */
  const char *out;             /* result file (YAML), written anew after every round; Nullable: none */
  bool resume;                 /* go on from the result file, when there is one */
} B7CalibrateOptions;
B7_API B7CalibrateOptions b7_calibrate_options_default(void);

/* A finished calibration. */
typedef struct B7CalibrationRun B7CalibrationRun;
/* Penalised likelihood by Levenberg-Marquardt steps from several starting points (docs/calibration.md says what is minimised). The same
   fit file, seed and options give the same numbers whatever the threads and the stops in between. calibration must outlive *out, which
   the caller frees with b7_calibration_run_free. Errors: USAGE, INPUT (the result file to go on from is damaged or of another fit),
   NUMERICAL (the starting values cannot be simulated), FILE, MEMORY, CANCELLED. */
B7_API B7Status b7_calibrate(const B7Calibration *calibration, const B7CalibrateOptions *options, const B7Hooks *hooks,
                             B7CalibrationRun **out, B7Error *error);
B7_API void b7_calibration_run_free(B7CalibrationRun *run);

/* What the rows say of a parameter. ORDER VERDICT. */
#define B7_CALIBRATION_VERDICT_LIST(X)                                                                         \
  X(MOVED, "moved")                                                                                            \
  X(STAYED, "stayed")                                                                                          \
  X(NOT_IDENTIFIABLE, "not identifiable")                                                                      \
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
  double at_day;               /* NaN: none */
  double weight;
  B7Estimate published;        /* 95 % interval */
  double before, after;        /* simulated; NaN: cannot be said */
  double residual_before, residual_after; /* in standard errors, weight left out; above 0: simulated higher */
  bool inside_before, inside_after;
} B7CalibrationRow;
B7_API int32_t b7_calibration_rows(const B7CalibrationRun *run, const B7CalibrationRow **rows);

/* Where one starting point led. */
typedef struct B7CalibrationStart {
  const char *end;             /* "converged", "no step found", "rounds used up", "evaluations used up", "cannot be simulated" */
  int32_t rounds, steps;
  double misfit, prior;        /* weighted squared residuals of the rows; penalty of the priors */
  bool best, same_optimum;     /* as the best one: within 2 of its sum, and no parameter further off than 2 standard deviations */
  const double *at;            /* values of the parameters, in their order */
} B7CalibrationStart;
B7_API int32_t b7_calibration_starts(const B7CalibrationRun *run, const B7CalibrationStart **rows);

/* Two parameters whose correlation after the rows is beyond 0.8: the rows tell their combination. */
typedef struct B7CalibrationCorrelation {
  int32_t first, second;
  double correlation;
} B7CalibrationCorrelation;
B7_API int32_t b7_calibration_correlations(const B7CalibrationRun *run, const B7CalibrationCorrelation **rows);

/* A direction (of unit length, in prior standard deviations) of which the rows say less than the priors. */
typedef struct B7CalibrationDirection {
  double information;          /* of the rows, in units of the priors'; below 1 */
  const double *loading;       /* of the parameters, in their order */
} B7CalibrationDirection;
B7_API int32_t b7_calibration_directions(const B7CalibrationRun *run, const B7CalibrationDirection **rows);

typedef struct B7CalibrationSummary {
  int32_t parameters, rows, left_out; /* left_out: rows without sampling error, or of weight 0 */
  int64_t patients;            /* in each arm */
  uint64_t seed, judging_seed;
  double misfit_before, misfit_after; /* by the judging seed */
  double prior_before, prior_after;
  int32_t inside_before, inside_after;
  int64_t evaluations, arms_simulated;
  double seconds;
  bool finished;               /* false: evaluations were used up */
} B7CalibrationSummary;
B7_API B7CalibrationSummary b7_calibration_summary(const B7CalibrationRun *run);

/* As b7_trial_uncertainty, with parameter sets drawn from a calibration: the covariance in its result file, about the fitted values when the
   files hold them, else about those that the fit began from; what was not fitted stays. Errors: INPUT also when the files hold neither, or the
   result is not finished. */
B7_API B7Status b7_parameter_sets_widen(B7TrialRun *run, const char *result_path, const B7TrialOptions *options, int32_t sets,
                                        const B7Hooks *hooks, B7Error *error);
/* Free with b7_text_free. */
B7_API B7Status b7_calibration_json(const B7CalibrationRun *run, char **text, B7Error *error);
/* Put the fitted values into the files that they came from, at the place of the number and nothing else: all files or none. Values are
   rounded to a tenth of their standard deviation. Errors: INPUT (a file has changed since it was read), FILE, MEMORY. */
B7_API B7Status b7_calibration_write(const B7CalibrationRun *run, B7Error *error);

/* ----------------------------------------------------------------------------------------------------- products ---- */

/* Cell products as data (data/products.yaml), for people who choose one. */
typedef struct B7ProductTable B7ProductTable;

/* The caller frees *out with b7_product_table_free. Nullable: hooks, error. Errors: INPUT, FILE, MEMORY. */
B7_API B7Status b7_product_table_load(const char *path, const B7Hooks *hooks, B7ProductTable **out, B7Error *error);
B7_API void b7_product_table_free(B7ProductTable *table);

typedef struct B7ProductAttribute {
  const char *name, *label, *unit; /* unit NULL: told in words */
  const char *words;           /* NULL: a number */
  double value;                /* NaN: worked out from the donor, or words */
  bool assumed;                /* else sourced */
  bool planning;               /* read when a product is chosen, not by the model */
  const char *basis;           /* bibliography keys, or why it is assumed */
} B7ProductAttribute;

typedef struct B7ProductEntry {
  const char *name, *label, *cell_source, *fratricide_strategy;
  bool comparator;             /* a treatment without cells */
  double usual_low, usual_high; /* usual dose, cells (per kg when per_kg); NaN: none */
  bool per_kg, usual_assumed;
  const char *usual_basis;     /* bibliography keys, or why it is assumed; "" */
  int32_t n_attribute;
  const B7ProductAttribute *attributes;
} B7ProductEntry;
B7_API int32_t b7_product_table_rows(const B7ProductTable *table, const B7ProductEntry **rows);
/* By name or alias. Errors: INPUT (no such product, with a suggestion). */
B7_API B7Status b7_product_table_find(const B7ProductTable *table, const char *name, const B7ProductEntry **out,
                                      B7Error *error);

#ifdef __cplusplus
}
#endif
#endif
