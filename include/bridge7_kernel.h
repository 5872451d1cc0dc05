/* bridge7_kernel.h - what a compiled model (kernel) and the runtime know of each other.
 *
 * A kernel is the model turned into straight-line code over lanes: W patients side by side, W in {1, 2, 4, 8}.
 * It is generated C (src/compile/code/emit_c.c), or the interpreter (src/compile/code/interpret.c) behind the same table.
 * Every array that a kernel function reads or writes is "lane-major": element i of lane w is a[i * W + w], aligned to
 * 64 bytes, owned by the caller. Kernel functions never allocate, never fail, keep no state; NaN in gives NaN out,
 * in that lane only. Time is in days, always.
 *
 * Kinds of quantity:
 *   state     integrated by the solver                                   y[n_state]
 *   exact     linear and decoupled (drug amounts): dx/dt = -k x, k constant; advanced in closed form  x[n_exact]
 *   shared    parameter with one value for all patients                  shared[n_shared]        (not lane-major)
 *             and, behind the parameters, what `prepare` computes from them alone
 *   own       parameter with one value per patient                       own[n_own]
 *   latch     piecewise constant; only events write it (graft done, product attributes)  latch[n_latch]
 *   derived   computed from shared, own and latch alone: once per patient and after each event  derived[n_derived]
 *   drive     computed from exact states (and the above): changes with time between events     drive[n_drive]
 *   observable  what charts, policies and graders read                   out[n_observable]
 */
#ifndef BRIDGE7_KERNEL_H
#define BRIDGE7_KERNEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define B7_KERNEL_ABI 3
#define B7_LANES_MAX 8

/* What the program needs of a model beside its equations: identifier, key in data/model_contract.yaml, kind. That file says
   which name stands for it in the model, in which unit, and what is not possible without it. */
#define B7_NEED_LIST(X)                                                                                        \
  X(DEATH_INFECTION, "death.infection", OBSERVABLE)                                                            \
  X(DEATH_BLEEDING, "death.bleeding", OBSERVABLE)                                                              \
  X(DEATH_GVHD, "death.gvhd", OBSERVABLE)                                                                      \
  X(DEATH_TOXICITY, "death.toxicity", OBSERVABLE)                                                              \
  X(DEATH_DISEASE, "death.disease", OBSERVABLE)                                                                \
  X(MARROW_MRD, "marrow.mrd", OBSERVABLE)                                                                      \
  X(MARROW_CD7_NEGATIVE, "marrow.cd7_negative", OBSERVABLE)                                                    \
  X(NODES_DEAUVILLE, "nodes.deauville", OBSERVABLE)                                                            \
  X(CART_CELLS, "cart.cells", OBSERVABLE)                                                                      \
  X(CART_COPIES, "cart.copies", OBSERVABLE)                                                                    \
  X(BLOOD_IL6, "blood.il6", OBSERVABLE)                                                                        \
  X(BLOOD_FERRITIN, "blood.ferritin", OBSERVABLE)                                                              \
  X(BLOOD_CRP, "blood.crp", OBSERVABLE)                                                                        \
  X(BLOOD_NEUTROPHILS, "blood.neutrophils", OBSERVABLE)                                                        \
  X(BODY_SURFACE, "body.surface", PARAMETER)                                                                   \
  X(BODY_WEIGHT, "body.weight", PARAMETER)                                                                     \
  X(GIVE_CART, "give.cart", EVENT)                                                                             \
  X(GIVE_GRAFT, "give.graft", EVENT)                                                                           \
  X(GIVE_PLATELETS, "give.platelets", EVENT)                                                                   \
  X(GIVE_RED_CELLS, "give.red_cells", EVENT)                                                                   \
  X(GRAFT_MISMATCH_GVH, "graft.mismatch_gvh", ARGUMENT)                                                        \
  X(GRAFT_MISMATCH_HVG, "graft.mismatch_hvg", ARGUMENT)                                                        \
  X(START_MARROW, "start.marrow", PARAMETER)                                                                   \
  X(START_NODES, "start.nodes", PARAMETER)                                                                     \
  X(START_CD7_NEGATIVE, "start.cd7_negative", PARAMETER)

typedef enum B7Need {
#define B7_NEED_ENUM(id, key, kind) B7_NEED_##id,
  B7_NEED_LIST(B7_NEED_ENUM)
#undef B7_NEED_ENUM
  B7_NEED_COUNT
} B7Need;

/* How a parameter varies between patients. sd is on the scale named: of ln(x), of x, or of log10(x). */
typedef enum B7SpreadKind {
  B7_SPREAD_NONE,
  B7_SPREAD_LOGNORMAL, /* x = value * exp(sd * z) */
  B7_SPREAD_NORMAL,    /* x = value + sd * z */
  B7_SPREAD_LOGIT      /* logit(x) = logit(value) + sd * z, for fractions */
} B7SpreadKind;

typedef struct B7KernelState {
  const char *name, *label, *unit, *module;
  double negligible; /* amount below which an error does not matter: the absolute tolerance scale, in unit */
  double cells_per_unit;    /* for cell populations: cells in one unit; 0 for other states */
  double count_below_cells; /* integer birth-death regime below this many cells; 0: always continuous */
  int32_t
      clear_group; /* > 0: states of one group die out together (CAR-T phenotypes) when their sum is below the
                                 threshold; 0: on its own */
  int32_t observed; /* of exact states: 1 when observe reads it; else it may hold anything */
} B7KernelState;

typedef struct B7KernelParameter {
  const char *name, *label, *unit, *module;
  double value, low, high; /* typical value and plausible range */
  B7SpreadKind spread;
  double spread_sd;
  int32_t own_index;    /* place in own[], or -1 */
  int32_t shared_index; /* place in shared[], or -1 */
  const char *source;   /* bibliography key(s), or "assumed" */
} B7KernelParameter;

typedef struct B7KernelObservable {
  const char *name, *label, *unit;
  double detection_low; /* NaN when there is none: values below are reported as "below" */
  int32_t log_axis;     /* 1: charts use a logarithmic axis */
} B7KernelObservable;

typedef struct B7KernelLatch {
  const char *name, *label, *unit;
  double initial;
} B7KernelLatch;

/* An event is a named jump of states, exact states and latches: a dose, an infusion, a graft, a transfusion. */
typedef struct B7KernelEvent {
  const char *name; /* "dose.busulfan", "cart.infusion", "graft.infusion", "transfusion.platelets" */
  int32_t n_argument;
  const char *const *argument_names;
  const char *const *argument_units;
  const double *argument_defaults; /* NaN: must be given */
} B7KernelEvent;

/* Reactions of the count regime: what adds one cell to, or removes one cell from, counted state `state`. By the net
   change of a reaction: X -> 2 X is one birth, not a death and two births. */
typedef struct B7KernelReaction {
  const char *name;
  int32_t state;  /* index of the counted state */
  int32_t change; /* +1 birth or arrival, -1 death or departure */
} B7KernelReaction;

/* A state that a trigger sets, to observable `value`; times observable `size` (-1: none) as it is before the changes. */
typedef struct B7KernelAssignment {
  int32_t state, value, size;
} B7KernelAssignment;

/* A jump that the model makes by itself, when observable `condition` becomes other than 0 (an event of somebody else's
   SBML). Patients' courses have no such events; b7_time_course runs them. */
typedef struct B7KernelTrigger {
  const char *name;
  int32_t condition, delay, priority; /* observables; -1: none. The delay is in the model's own unit of time */
  int32_t true_before, persistent, values_at_trigger; /* 0 or 1 */
  int32_t n_assignment;
  const B7KernelAssignment *assignments;
} B7KernelTrigger;

/* Everything one lane width needs. Every function takes `program` (the member below) first: the interpreter finds its
   instructions there, generated code ignores it. Pointers may alias only where said. */
typedef struct B7KernelCode {
  int32_t lanes;
  const char *isa;     /* "x86-64-v4", "x86-64-v3", "plain", "interpreter" */
  const void *program; /* passed back as the first argument of every function */

  /* fill the places of shared[] behind the parameters from the parameters, in place; whoever writes shared[] must call it
     before any other function sees it, and again after a change */
  void (*prepare)(const void *program, double *shared);
  /* derived parameters; call at start and after each event that wrote a latch or parameter */
  void (*derive)(const void *program, const double *shared, const double *own, const double *latch,
                 double *derived);
  /* state at t = 0 */
  void (*initial)(const void *program, const double *shared, const double *own, const double *latch,
                  const double *derived, double *y, double *x);
  /* exact states after dt_day[W]: x_out = x * exp(-k dt); x_out may be x */
  void (*decay)(const void *program, const double *shared, const double *own, const double *derived,
                const double *dt_day, const double *x, double *x_out);
  /* drive quantities of the exact states, and their derivative in time (Nullable: drive_per_day, when not wanted) */
  void (*drive)(const void *program, const double *shared, const double *own, const double *latch,
                const double *derived, const double *x, double *drive, double *drive_per_day);
  /* dy/dt */
  void (*slope)(const void *program, const double *shared, const double *own, const double *latch,
                const double *derived, const double *drive, const double *y, double *dydt_per_day);
  /* dy/dt; its partial derivative in time at fixed y (through the drive); and df/dy into the slots of the LU pattern
     (slots that are fill only are set to zero) */
  void (*slope_jacobian)(const void *program, const double *shared, const double *own, const double *latch,
                         const double *derived, const double *drive, const double *drive_per_day,
                         const double *y, double *dydt_per_day, double *dfdt, double *jacobian_lu);
  /* overwrite the pattern with the LU factors of (diagonal[W] * I - J); no pivoting, fixed order; the slot of a
     diagonal element holds the reciprocal of the pivot */
  void (*factor)(const void *program, const double *diagonal, double *jacobian_lu);
  /* solve (diagonal * I - J) z = b in place, with the factors */
  void (*solve)(const void *program, const double *factors, double *b);
  /* all observables */
  void (*observe)(const void *program, const double *shared, const double *own, const double *latch,
                  const double *derived, const double *x, const double *drive, const double *y, double *out);
  /* apply event e to one lane: argument[n_argument] of that event (not lane-major); changes y, x, latch in lane `lane`
     alone. The caller must call derive (and drive) afterwards. */
  void (*event)(const void *program, int32_t e, const double *argument, int32_t lane, const double *shared,
                const double *own, const double *derived, double *y, double *x, double *latch);
  /* rates, in cells per day, of all n_reaction counted reactions */
  /* (a rate below zero means the opposite change at minus that rate) */
  void (*propensity)(const void *program, const double *shared, const double *own, const double *latch,
                     const double *derived, const double *drive, const double *y, double *rate_cells_per_day);
} B7KernelCode;

/* The constant description that goes with the code. Compressed sparse rows for the LU pattern (Jacobian plus fill),
   in elimination order; state i of y is row i (the compiler numbers states in elimination order). */
typedef struct B7KernelTables {
  int32_t abi;            /* B7_KERNEL_ABI */
  const char *model;      /* model name */
  const char *model_hash; /* 16 hex digits over the canonical model text */
  int32_t n_state, n_exact, n_shared, n_own, n_latch, n_derived, n_drive, n_parameter, n_observable, n_event,
      n_reaction;
  int32_t
      n_shared_parameter; /* places of shared[] that hold parameters; the other n_shared - n_shared_parameter are
                                 filled by `prepare` */
  int32_t observes_drive;              /* 1: observe reads drive[]; 0: it may hold anything */
  int32_t n_jacobian;                  /* non-zeros of df/dy */
  int32_t n_lu;                        /* non-zeros of the LU pattern (with fill and the whole diagonal) */
  const int32_t *lu_row_start;         /* n_state + 1 */
  const int32_t *lu_column;            /* n_lu */
  const B7KernelState *states;         /* n_state */
  const B7KernelState *exacts;         /* n_exact */
  const B7KernelParameter *parameters; /* n_parameter */
  const B7KernelObservable *observables;
  const B7KernelLatch *latches;
  const B7KernelEvent *events;
  const B7KernelReaction *reactions;
  const B7KernelTrigger *triggers; /* n_trigger */
  int32_t n_trigger;
  int32_t clock;              /* state that is the time in the model's own unit; -1: none */
  double days_per_time_unit;  /* of that unit: 1, but for somebody else's SBML */
  /* places + 1 of what the program needs, 0 where the model has none; Nullable: none at all */
  const int32_t *needs;             /* B7_NEED_COUNT: observable, parameter, event, or argument of its event */
  const int32_t *quantities;        /* B7_QUANTITY_COUNT (bridge7.h): the observable that graders read for each quantity */
} B7KernelTables;

#ifdef __cplusplus
}
#endif
#endif
