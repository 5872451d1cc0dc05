/* document.h - a YAML text with places: every value knows its line and column, every mistake its remedy.
 * Authoring leg. */
#ifndef B7_DOCUMENT_DOCUMENT_H
#define B7_DOCUMENT_DOCUMENT_H

#include "document/node.h"
#include "document/suggest.h"

typedef struct B7Document B7Document;

B7Status b7_document_load(const char *path, const B7Hooks *hooks, B7Document **out, B7Error *error);
/* name stands for the file in messages; text need not be terminated. */
B7Status b7_document_parse(const char *text, size_t length, const char *name, const B7Hooks *hooks,
                           B7Document **out, B7Error *error);
void b7_document_free(B7Document *document);
const B7Node *b7_document_root(const B7Document *document);

#endif
