/* model.h - the biology in memory: what load_files.c and sbml_read.c make, check.c approves, and the compiler
 * reads.
 *
 * Everything lives in the model's arena and is constant once b7_model_load has returned. All formulas are ids
 * in the one pool `model->pool`; symbols in them are (kind, index) into the arrays below. Time is in days: a
 * reaction's rate is in the unit of its state per day. A checked model has: unique names; consistent units
 * (so numbers may be used without any conversion); `definition_order` without cycles; initial formulas over
 * parameters, latches and definitions of these alone; event formulas that write latches and states only.
 * Authoring leg.
 */
#ifndef B7_MODEL_MODEL_H
#define B7_MODEL_MODEL_H

#include "base/memory.h"
#include "base/status.h"
#include "model/expression.h"

/* Where an item was written; file "" and line 0 when it was made by a program. */
typedef struct B7ModelPlace {
  const char *file;
  int32_t line, column; /* 1-based, 0 unknown */
} B7ModelPlace;

/* Why a value is believed. */
typedef enum B7BasisKind {
  B7_BASIS_NONE,    /* patient data without a typical value's source, or a foreign SBML model */
  B7_BASIS_SOURCE,  /* text: bibliography keys, joined by ", " */
  B7_BASIS_ASSUMED, /* text: the reason */
  B7_BASIS_TUNED    /* text: the reason; tuned_to: index_case, cohorts, both */
} B7BasisKind;

typedef struct B7ModelBasis {
  B7BasisKind kind;
  const char *text;     /* never NULL */
  const char *tuned_to; /* never NULL; "" unless TUNED */
} B7ModelBasis;

typedef struct B7ModelModule {
  const char *name, *about;
  B7ModelPlace place;
} B7ModelModule;

typedef struct B7ModelParameter {
  const char *name, *label, *unit, *note;
  int32_t module; /* index into modules */
  double value;
  double low, high;    /* plausible range; NaN when none was given */
  B7SpreadKind spread; /* between patients; B7_SPREAD_NONE: one value for all, unless patient */
  double spread_sd;    /* on the scale of spread */
  bool patient; /* varies between patients by data: own value per patient without a spread of its own */
  B7ModelBasis basis;
  B7ModelPlace place;
} B7ModelParameter;

typedef struct B7ModelLatch {
  const char *name, *label, *unit;
  int32_t module;
  double initial;
  B7ModelPlace place;
} B7ModelLatch;

typedef struct B7ModelState {
  const char *name, *label, *unit;
  int32_t module;
  B7ExpressionId initial;    /* over parameters, latches and definitions of these alone */
  double negligible;         /* in unit; > 0 */
  double cells_per_unit;     /* 0 when unit is no number of cells */
  double count_below_cells;  /* 0: always continuous */
  const char *clear_group;   /* "" when none */
  int32_t clear_group_index; /* 1, 2, ... in order of first use; 0 when none */
  bool exact; /* decays in closed form: dx/dt = -exact_rate x, nothing else writes it between events */
  B7ExpressionId exact_rate; /* 1/d, over parameters and definitions of parameters alone; NONE unless exact */
  B7ModelPlace place;
} B7ModelState;

typedef struct B7ModelDefinition {
  const char *name, *label, *unit;
  int32_t module;
  B7ExpressionId is;
  B7ModelPlace place;
} B7ModelDefinition;

/* One side of a reaction: the state changes by weight * rate (minus on the from side). */
typedef struct B7ModelTerm {
  int32_t state;
  B7ExpressionId
      weight; /* number 1 when not written; over parameters, latches and definitions of these alone */
} B7ModelTerm;

typedef struct B7ModelReaction {
  const char *name, *label;
  int32_t module;
  int32_t n_from, n_to;
  const B7ModelTerm *from, *to;
  int32_t n_by;
  const int32_t *by;   /* states named as modifiers, for documentation */
  B7ExpressionId rate; /* per day */
  B7ModelPlace place;
} B7ModelReaction;

typedef struct B7ModelArgument {
  const char *name, *label, *unit;
  double default_value; /* NaN: must be given */
} B7ModelArgument;

/* target: a state (add: target += is) or a latch (set: target = is). */
typedef struct B7ModelChange {
  int32_t target;
  B7ExpressionId is;
} B7ModelChange;

/* All formulas see the values from before the event: the changes are simultaneous. They may read parameters,
   latches, states, definitions and this event's arguments. */
typedef struct B7ModelEvent {
  const char *name, *label; /* names hold dots: "dose.busulfan" */
  int32_t module;
  int32_t n_argument, n_add, n_set;
  const B7ModelArgument *arguments;
  const B7ModelChange *add;
  const B7ModelChange *set;
  B7ModelPlace place;
} B7ModelEvent;

/* A state that a trigger sets, to the value of an observable; times `size` (an observable, -1 for none) as it is before
   the changes: the amount behind a concentration in a compartment that changes. */
typedef struct B7ModelAssignment {
  int32_t state, value, size;
} B7ModelAssignment;

/* A jump that the model makes by itself: an event of somebody else's SBML. It fires when its condition becomes true,
   and acts after its delay. The formulas are observables of the model. */
typedef struct B7ModelTrigger {
  const char *name; /* as in the file; never NULL */
  int32_t condition, delay,
      priority;           /* observables; -1 for none. The delay is in the model's own unit of time */
  bool true_before;       /* the condition counts as true before the start: it cannot fire there */
  bool persistent;        /* acts although the condition has become false during the delay */
  bool values_at_trigger; /* the values set are those when it fired, not those when it acts */
  int32_t n_assignment;
  const B7ModelAssignment *assignments;
  B7ModelPlace place;
} B7ModelTrigger;

typedef struct B7ModelObservable {
  const char *name, *label, *unit;
  int32_t module;
  B7ExpressionId is;
  double detection; /* NaN when there is none */
  bool log_axis;
  B7ModelPlace place;
} B7ModelObservable;

struct B7Model {
  B7Arena arena;
  B7ExpressionPool pool;
  const char *name, *title, *version; /* never NULL */
  char hash[17];
  bool foreign; /* somebody else's SBML: labels, sources, ranges and units may be missing and are not checked
                 */
  int32_t n_module, n_parameter, n_latch, n_state, n_definition, n_reaction, n_event, n_observable;
  B7ModelModule *modules;
  B7ModelParameter *parameters;
  B7ModelLatch *latches;
  B7ModelState *states;
  B7ModelDefinition *definitions;
  B7ModelReaction *reactions;
  B7ModelEvent *events;
  B7ModelObservable *observables;
  int32_t n_trigger;
  const B7ModelTrigger *triggers;
  int32_t clock; /* state that is the time in the model's own unit; -1: no formula reads the time */
  double days_per_time_unit; /* of that unit; 1 but for somebody else's SBML */
  int32_t *definition_order; /* n_definition indices: each after those that it reads */
  B7ModelCounts counts;
};

/* Name of a symbol of the model (event Nullable unless kind is ARGUMENT). */
const char *b7_model_symbol_name(const B7Model *model, const B7ModelEvent *event, int32_t symbol_kind,
                                 int32_t symbol_index);
/* A formula of the model as infix text, appended. */
void b7_model_print_formula(const B7Model *model, const B7ModelEvent *event, B7ExpressionId id, B7Text *text);
/* Index by name, -1 when there is none. */
int32_t b7_model_find_state(const B7Model *model, const char *name);
int32_t b7_model_find_parameter(const B7Model *model, const char *name);

/* Hand a finished text to the caller, to be freed with b7_text_free; releases it. */
B7Status b7_model_take_text(B7Text *text, char **out, B7Error *error);

/* Read from memory (one-file form; name stands for the file in messages): for tests and the fuzz target. */
B7Status b7_model_parse(const char *text, size_t length, const char *name, const B7Hooks *hooks,
                        B7Model **out, B7Error *error);

#endif
