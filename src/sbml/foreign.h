/* foreign.h - somebody else's SBML in the making: what each symbol of the file is and what becomes of it.
 *
 * A symbol's value at any time is a formula over states, parameters and definitions of the model; its value at time 0
 * is the same formula with every state replaced by what it starts from, so that what an initial assignment reads is
 * read once. Steps, in order: foreign_document.c (packages, levels, what is refused), foreign_symbols.c,
 * foreign_algebra.c (algebraic rules), foreign_changes.c (rates), foreign_events.c.
 */
#ifndef B7_SBML_FOREIGN_H
#define B7_SBML_FOREIGN_H

#include "model/formula.h"
#include "sbml/sbml_reader.h"

/* Nodes of one formula with all calls, and all that it shares, written out. */
#define B7_FOREIGN_LARGEST 200000

typedef struct B7Foreign B7Foreign;

/* What a symbol becomes. */
typedef enum B7ForeignPlace {
  B7_FOREIGN_NOTHING,    /* it has no value, and nothing gives it one */
  B7_FOREIGN_PARAMETER,  /* a number that stays */
  B7_FOREIGN_CONSTANT,   /* a definition: what its initial assignment says at time 0 */
  B7_FOREIGN_DEFINITION, /* a definition: assignment rule, or solved from an algebraic rule */
  B7_FOREIGN_STATE
} B7ForeignPlace;

/* A compartment, species, parameter, local parameter, or the stoichiometry of a species reference with an id. */
typedef struct B7ForeignSymbol {
  const char *id, *label, *unit;
  const SBase_t *element;
  const Species_t *species;                     /* NULL for all but species */
  const Reaction_t *local_to;                   /* of a local parameter */
  int32_t compartment;                          /* of a species; -1 */
  const ASTNode_t *assignment, *rate, *initial; /* of its rule and initial assignment; Nullable */
  double number;                                /* written in the file; NaN when nothing is */
  bool number_is_amount;                        /* of a species */
  bool concentration;                           /* the symbol of a species means amount / size */
  bool constant, set_by_event, changed_by_reactions, solved;
  B7ForeignPlace place;
  bool amount_state;      /* the state is the amount behind a concentration */
  int32_t index;          /* of the parameter, definition or state */
  B7ExpressionId value;   /* at any time */
  B7ExpressionId formula; /* of a definition, once it is made; NONE before */
  B7ExpressionId start;   /* at time 0, once it is made */
  bool under_way;         /* formula or start is being made: meeting it again is a circle */
} B7ForeignSymbol;

/* What a formula is for, and what its names mean beside the symbols of the file. */
typedef struct B7ForeignScope {
  const SBase_t *element; /* for errors */
  const char *what;
  const Reaction_t *reaction; /* whose local parameters hide others; Nullable */
  unsigned n_argument;        /* of the function whose body this is */
  const char *const *arguments;
  const B7ExpressionId *bound;
  bool is_body;
} B7ForeignScope;

/* What formulas may ask of reactions, rate rules and time, all in the file's unit of time. Reactions are formulas
   themselves, so foreign_math.c reaches them through the table. */
typedef struct B7ForeignRates {
  /* The state that is the time, made when it is first asked for. */
  B7Status (*clock)(B7Foreign *foreign, const SBase_t *element, B7ExpressionId *out);
  /* Extent of a reaction per time. */
  B7Status (*velocity)(B7Foreign *foreign, const Reaction_t *reaction, B7ExpressionId *out);
  /* Rate of change of a symbol. */
  B7Status (*slope)(B7Foreign *foreign, const B7ForeignSymbol *symbol, const B7ForeignScope *scope,
                    B7ExpressionId *out);
} B7ForeignRates;

struct B7Foreign {
  const B7ForeignRates *rates;
  B7SbmlReader *reader;
  Model_t *sbml;
  B7Arena arena;              /* lives while reading */
  int32_t n_symbol, n_global; /* local parameters come last */
  B7ForeignSymbol *symbols;
  size_t n_slot;
  int32_t *slots;                    /* hash table of symbols + 1 */
  int32_t *by_state, *by_definition; /* symbol behind a state or definition of the model; -1 */
  int32_t *solved_by;                /* algebraic rule that defines a symbol; -1 */
  double per_day;                    /* units of time of the file in a day */
  int32_t depth;                     /* of functions, velocities and rates that are being expanded */
  size_t size;                       /* nodes written out so far for one formula */
  double *written;                   /* of each node of the pool: its size written out */
  size_t n_written, written_capacity;
};

/* foreign_document.c: packages are flattened or refused, the level is 3, and what cannot be run is refused by name. */
B7Status b7_foreign_normalise(B7SbmlReader *reader);

/* foreign_symbols.c */
B7Status b7_foreign_collect(B7Foreign *foreign);
/* Places among parameters, definitions and states; after foreign_algebra.c has said what it solves. */
B7Status b7_foreign_place(B7Foreign *foreign);
/* The symbol of an id, local parameters of `reaction` first; NULL when there is none. */
B7ForeignSymbol *b7_foreign_find(const B7Foreign *foreign, const char *id, const Reaction_t *reaction);
/* True when a rule, a reaction or an event may change the symbol. */
bool b7_foreign_varies(const B7ForeignSymbol *symbol);
/* The size of a species' compartment; NULL when its symbol is no concentration. */
const B7ForeignSymbol *b7_foreign_size(const B7Foreign *foreign, const B7ForeignSymbol *symbol);
/* A name that is free in the draft, made from `wanted`; NULL when memory is out. */
const char *b7_foreign_name(B7Foreign *foreign, const char *wanted);

/* foreign_math.c: MathML into a tree over the model. */
B7Status b7_foreign_math(B7Foreign *foreign, const ASTNode_t *ast, const B7ForeignScope *scope,
                         B7ExpressionId *out);

/* foreign_start.c */
/* The formula of a definition. */
B7Status b7_foreign_formula(B7Foreign *foreign, B7ForeignSymbol *symbol, B7ExpressionId *out);
/* A tree at time 0, over parameters and constants alone. */
B7Status b7_foreign_at_start(B7Foreign *foreign, B7ExpressionId tree, B7ExpressionId *out);
/* What a state starts from. */
B7Status b7_foreign_start(B7Foreign *foreign, B7ForeignSymbol *symbol, B7ExpressionId *out);

/* foreign_algebra.c: which symbols algebraic rules define; before places are known. */
B7Status b7_foreign_match(B7Foreign *foreign);
/* The formula of a symbol that an algebraic rule defines. */
B7Status b7_foreign_solve(B7Foreign *foreign, const B7ForeignSymbol *symbol, B7ExpressionId *out);

/* foreign_changes.c: reactions and rate rules. */
B7Status b7_foreign_changes(B7Foreign *foreign);
extern const B7ForeignRates b7_foreign_rates;

/* foreign_fill.c: definitions, starting values and observables into the draft. */
B7Status b7_foreign_fill(B7Foreign *foreign);

/* foreign_events.c */
B7Status b7_foreign_events(B7Foreign *foreign);

/* A tree into the draft, with its place in the file. */
B7Status b7_foreign_note(B7Foreign *foreign, const SBase_t *element, const char *what, const char *name,
                         B7ExpressionId tree, B7Reach reach, B7ExpressionId *target);
/* An observable of the draft. */
B7Status b7_foreign_observe(B7Foreign *foreign, const SBase_t *element, const char *name, B7ExpressionId tree,
                            int32_t *index);
static inline B7ExpressionPool *b7_foreign_pool(B7Foreign *foreign) {
  return &foreign->reader->draft.model->pool;
}

#endif
