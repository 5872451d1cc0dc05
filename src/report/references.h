/* references.h - BibTeX entries by key, as one line of text for people. */
#ifndef B7_REPORT_REFERENCES_H
#define B7_REPORT_REFERENCES_H

#include "base/memory.h"
#include "base/status.h"

typedef struct B7References B7References;

B7Status b7_references_load(const char *path, const B7Hooks *hooks, B7References **out, B7Error *error);
void b7_references_free(B7References *references);
/* "Author (year). Title. Journal. doi:..." from the arena; NULL when there is no entry of that key. */
const char *b7_references_line(const B7References *references, const char *key, B7Arena *arena);

#endif
