/* model_reader.h - the parts of the YAML reader: load_files.c opens the files, load_items.c reads the sections of a
 * module, load_value.c what stands behind a number, drugs.c expands the drug table. */
#ifndef B7_READ_MODEL_MODEL_READER_H
#define B7_READ_MODEL_MODEL_READER_H

#include "document/document.h"
#include "model/draft.h"

/* The place of a node, with the file name kept by the model. */
B7ModelPlace b7_load_place(B7Draft *draft, const B7Node *node);
/* mapping[key] as text kept by the model; "" when absent and not needed. */
B7Status b7_load_text(B7Draft *draft, const B7Node *mapping, const char *key, bool needed, const char **out,
                      B7Error *error);
/* unit of an item: needed, and known to UDUNITS. */
B7Status b7_load_unit(B7Draft *draft, const B7Node *mapping, const char **out, B7Error *error);
/* A source: one bibliography key or a list of them; each must be known. */
B7Status b7_load_check_source(const B7Draft *draft, const B7Node *node, B7Error *error);
/* value, range, spread, source | assumed | tuned, note, patient of a parameter written as `mapping`; the
   parameter has its name, label and unit already. Exactly one of source, assumed, tuned. */
B7Status b7_load_value(B7Draft *draft, const B7Node *mapping, B7ModelParameter *parameter, B7Error *error);

/* Quantities (parameters, latches, states, definitions, observables) are read in all modules before what
   changes them (reactions, events). */
typedef enum B7LoadPhase { B7_LOAD_QUANTITIES, B7_LOAD_CHANGES } B7LoadPhase;

/* Add what the sections of a module file hold to the capacity; wrong kinds are left for b7_load_items to
 * tell. */
void b7_load_count_items(const B7Node *root, B7DraftCapacity *capacity);
/* Read the sections of a module file that belong to the phase, into module draft->module. */
B7Status b7_load_items(B7Draft *draft, const B7Node *root, B7LoadPhase phase, B7Error *error);

/* The drug table: what it will add, and adding it to module draft->module. targets: a sequence of names
   (Nullable: drugs without effects). */
void b7_drugs_count(const B7Node *table, const B7Node *targets, B7DraftCapacity *capacity);
B7Status b7_drugs_expand(B7Draft *draft, const B7Node *table, const B7Node *targets, B7LoadPhase phase,
                         B7Error *error);

#endif
