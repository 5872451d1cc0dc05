/* sbml.h - models as SBML Level 3 Version 2 core and back.
 *
 * What core has is written as core: states are species, parameters and latches are parameters, definitions
 * and observables are parameters with assignment rules, reactions are reactions. What core lacks (ranges,
 * spreads, sources, events by name, ...) stands in annotations of the namespace B7_SBML_NAMESPACE. A document
 * with these reads back to an equal model; a document without them is somebody else's and is read as far as
 * core goes.
 */
#ifndef B7_SBML_SBML_H
#define B7_SBML_SBML_H

#include "model/model.h"

#define B7_SBML_NAMESPACE "urn:bridge7:model:1"

struct SBMLDocument;

/* Errors: FILE, INPUT (not SBML, or a construct that is not supported, named), MEMORY. */
B7Status b7_sbml_read(const char *path, const B7Hooks *hooks, B7Model **out, B7Error *error);
/* libSBML's document of the model; the caller frees it with SBMLDocument_free. */
B7Status b7_sbml_document(const B7Model *model, struct SBMLDocument **out, B7Error *error);

#endif
