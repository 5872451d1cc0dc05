/* draft.h - a model in the making: what load_files.c, drugs.c and sbml_read.c fill and check.c approves.
 *
 * Items are added in any order with their names; formulas are noted as they were written and read when all
 * names are known. A draft becomes a model, or is freed.
 */
#ifndef B7_MODEL_DRAFT_H
#define B7_MODEL_DRAFT_H

#include "document/units.h"
#include "model/model.h"
#include "model/names.h"

struct ASTNode;

/* What a formula may read. */
typedef enum B7Reach {
  B7_REACH_CONSTANT, /* parameters, latches and definitions of these alone */
  B7_REACH_STATE,    /* these, states and all definitions */
  B7_REACH_EVENT     /* these and the arguments of its event */
} B7Reach;

typedef struct B7Formula {
  B7ModelPlace place;
  const char *what;          /* "rate of 'birth_Ap'", for messages */
  const char *text;          /* infix; NULL when ast is given, or the target is filled already */
  const struct ASTNode *ast; /* MathML as libSBML read it; borrowed until b7_draft_finish */
  B7ExpressionId *target;    /* where its id goes; stable */
  int32_t event;             /* index, or -1 */
  B7Reach reach;
  const char *unit, *per; /* it must have the unit `unit` / `per` */
} B7Formula;

typedef struct B7DraftCapacity {
  int32_t modules, parameters, latches, states, definitions, reactions, events, observables;
} B7DraftCapacity;

typedef struct B7Draft {
  B7Model *model;
  B7Hooks hooks;
  B7Names names;
  int32_t module; /* index that new items get */
  B7Formula *formulas;
  size_t n_formula, formula_capacity;
  B7DraftCapacity capacity;
  B7Units *units;
  const char *const *bibliography; /* NULL-terminated keys; NULL: no bibliography was named */
  bool bibliography_unread;        /* sources cannot be looked up (a model from memory): not checked */
} B7Draft;

/* Room for capacity items of each kind: arrays do not move afterwards. Frees itself on failure. */
B7Status b7_draft_make(const B7Hooks *hooks, const B7DraftCapacity *capacity, B7Draft *draft, B7Error *error);
/* Drop the draft with its model. */
void b7_draft_drop(B7Draft *draft);

/* Append a zeroed item under a name (copied) and return it in *out; its name, module and place are set, its
   texts are
   "". Errors: as b7_names_add. */
B7Status b7_draft_module(B7Draft *draft, const char *name, B7ModelPlace place, B7ModelModule **out,
                         B7Error *error);
B7Status b7_draft_parameter(B7Draft *draft, const char *name, B7ModelPlace place, B7ModelParameter **out,
                            B7Error *error);
B7Status b7_draft_latch(B7Draft *draft, const char *name, B7ModelPlace place, B7ModelLatch **out,
                        B7Error *error);
B7Status b7_draft_state(B7Draft *draft, const char *name, B7ModelPlace place, B7ModelState **out,
                        B7Error *error);
B7Status b7_draft_definition(B7Draft *draft, const char *name, B7ModelPlace place, B7ModelDefinition **out,
                             B7Error *error);
B7Status b7_draft_reaction(B7Draft *draft, const char *name, B7ModelPlace place, B7ModelReaction **out,
                           B7Error *error);
B7Status b7_draft_event(B7Draft *draft, const char *name, B7ModelPlace place, B7ModelEvent **out,
                        B7Error *error);
B7Status b7_draft_observable(B7Draft *draft, const char *name, B7ModelPlace place, B7ModelObservable **out,
                             B7Error *error);
/* A copy of text in the model's arena; NULL when out of memory. */
const char *b7_draft_text(B7Draft *draft, const char *text);
/* Note a formula; its texts live as long as the draft. A NULL `what` stands for memory that was not there. */
B7Status b7_draft_formula(B7Draft *draft, const B7Formula *formula, B7Error *error);
/* The same for a formula whose tree is there: it is put into the target, and checked with the others. */
B7Status b7_draft_tree(B7Draft *draft, const B7Formula *formula, B7ExpressionId tree, B7Error *error);

/* Read all formulas, check everything, count, hash; on success *out owns the model and the draft is spent, on
   failure the draft is dropped. */
B7Status b7_draft_finish(B7Draft *draft, B7Model **out, B7Error *error);

#endif
