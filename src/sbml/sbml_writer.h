/* sbml_writer.h - the parts of the SBML writer: sbml_write.c makes the document, sbml_units.c its unit
 * definitions, sbml_annotate.c what core lacks. Errors stay in the writer and are looked at once, at the end.
 */
#ifndef B7_SBML_SBML_WRITER_H
#define B7_SBML_SBML_WRITER_H

#include "document/units.h"
#include "sbml/sbml.h"

#include <sbml/SBMLTypes.h>

/* A unit of the model and what stands for it in the document. */
typedef struct B7SbmlUnit {
  const char *text; /* "pg/mL" */
  const char *id;   /* of its UnitDefinition */
  /* Filled for units of states: */
  const char *one;       /* parameter of value 1 in this unit: turns a rate into an extent */
  const char *substance; /* unit of the amount: that of text, or of text times the size of its compartment */
  const char *one_substance; /* conversion factor */
  const char *compartment;
  bool concentration; /* the species' symbol means amount / size of the compartment, which is 1 */
} B7SbmlUnit;

typedef struct B7SbmlWriter {
  const B7Model *model;
  Model_t *sbml;
  B7Arena arena; /* lives while writing */
  B7Units *units;
  B7SbmlUnit *rows;
  size_t count, capacity;
  bool has_litre, has_square_metre;
  B7Status status;
  B7Error error;
} B7SbmlWriter;

/* The row of a unit, its UnitDefinition made when new; NULL after an error. Valid until the next call. */
B7SbmlUnit *b7_sbml_unit(B7SbmlWriter *writer, const char *text);
/* The same with what a state needs: compartment, conversion factors. */
B7SbmlUnit *b7_sbml_state_unit(B7SbmlWriter *writer, const char *text);
/* A constant parameter of value 1. */
void b7_sbml_one(B7SbmlWriter *writer, const char *id, const char *unit_id);

/* What core lacks, as annotations. */
void b7_sbml_annotate_model(B7SbmlWriter *writer);
void b7_sbml_annotate_parameter(B7SbmlWriter *writer, Parameter_t *to, const B7ModelParameter *parameter);
void b7_sbml_annotate_latch(B7SbmlWriter *writer, Parameter_t *to, const B7ModelLatch *latch);
void b7_sbml_annotate_state(B7SbmlWriter *writer, Species_t *to, const B7ModelState *state);
void b7_sbml_annotate_definition(B7SbmlWriter *writer, Parameter_t *to, const B7ModelDefinition *definition);
void b7_sbml_annotate_reaction(B7SbmlWriter *writer, Reaction_t *to, const B7ModelReaction *reaction);
void b7_sbml_annotate_observable(B7SbmlWriter *writer, Parameter_t *to, const B7ModelObservable *observable);

/* Triggers as events; after observables and states. */
void b7_sbml_write_triggers(B7SbmlWriter *writer);

/* Remember the first error. */
void b7_sbml_failed(B7SbmlWriter *writer, B7Status status, const char *what);

#endif
