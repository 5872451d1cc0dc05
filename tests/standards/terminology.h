/* terminology.h - codes of concepts (LOINC, NCIt, MONDO, SNOMED CT, RxNorm) from tests/standards/terminology.tsv.
 */
#ifndef B7_TESTS_STANDARDS_TERMINOLOGY_H
#define B7_TESTS_STANDARDS_TERMINOLOGY_H

#include "base/memory.h"

typedef struct B7Terminology B7Terminology;

/* One concept. Empty codes mean that no code was found: then none is given, never a near one. */
typedef struct B7Concept {
  const char *name;  /* "anc" */
  const char *codes; /* "LOINC:26499-4", several joined by '|' */
  const char *other; /* further codes of narrower meaning, joined by '|' */
} B7Concept;

B7Status b7_terminology_load(const char *path, const B7Hooks *hooks, B7Terminology **out, B7Error *error);
void b7_terminology_free(B7Terminology *terminology);
/* By name or synonym, without regard to case; NULL when the concept is not in the table. */
const B7Concept *b7_terminology_find(const B7Terminology *terminology, const char *name);

#endif
