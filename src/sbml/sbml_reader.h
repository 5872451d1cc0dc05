/* sbml_reader.h - the parts of the SBML reader: sbml_read.c opens a file and reads documents that bridge7
 * wrote, sbml_foreign.c those of others. */
#ifndef B7_SBML_SBML_READER_H
#define B7_SBML_SBML_READER_H

#include "model/draft.h"
#include "sbml/sbml.h"

#include <sbml/SBMLTypes.h>

typedef struct B7SbmlReader {
  const char *path;
  const B7Hooks *hooks;
  SBMLDocument_t *document;
  Model_t *sbml;
  B7Draft draft;
  B7Error *error;
} B7SbmlReader;

/* The place of an element in the file. */
B7ModelPlace b7_sbml_place(const B7SbmlReader *reader, const SBase_t *element);
B7Status b7_sbml_fail(const B7SbmlReader *reader, const SBase_t *element, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* An id as libSBML gives it: "" when it is not set. */
const char *b7_sbml_id(const char *id);
/* The line of libSBML's message that speaks of the case: the last one that does not cite the specification.
   Not terminated at *length. */
const char *b7_sbml_sentence(const char *message, int *length);
/* Look at the text of a file before it is built. Errors: INPUT for what is nested too deeply, document types with their
   entities, control characters. */
B7Status b7_sbml_look_at_text(const char *text, const char *path, B7Error *error);
/* Events of a document that this program wrote as triggers; after observables and states. */
B7Status b7_sbml_read_triggers(B7SbmlReader *reader);
/* Fill the draft from a document without bridge7's annotations; makes the draft. */
B7Status b7_sbml_read_foreign(B7SbmlReader *reader);

#endif
