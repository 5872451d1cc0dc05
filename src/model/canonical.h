/* canonical.h - one text per model: what a kernel is made of, in a fixed order and spelling. Places, notes,
 * reasons and prose are left out, so a model has the same hash whether it came from YAML or from the SBML
 * file written of it. */
#ifndef B7_MODEL_CANONICAL_H
#define B7_MODEL_CANONICAL_H

#include "model/model.h"

/* Appended. */
void b7_canonical_print(const B7Model *model, B7Text *text);
/* FNV-1a 64 over the canonical text. */
B7Status b7_canonical_hash(const B7Model *model, char hash[17], B7Error *error);

#endif
