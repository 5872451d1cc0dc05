/* page_sources.h - the references of a report page: every bibliography key once, in the order in which the
 * page first needs it. */
#ifndef B7_REPORT_PAGE_SOURCES_H
#define B7_REPORT_PAGE_SOURCES_H

#include "base/json.h"
#include "bridge7_assess.h"
#include "report/references.h"

typedef struct B7PageSources {
  B7Json *json;
  B7Arena *arena;
  B7References *references; /* NULL: no bibliography, nothing is written */
  const char **seen;
  size_t n_seen, room;
  bool failed; /* out of memory */
} B7PageSources;

/* Opens "references": [...]. path NULL: no section. Errors: INPUT (no such file), FILE, MEMORY; nothing needs
 * closing after one. */
B7Status b7_page_sources_open(B7PageSources *sources, B7Json *json, B7Arena *arena, const char *path,
                              B7Error *error);
/* Keys separated by blanks, commas or semicolons; those that the bibliography lacks ("assumed") are passed
 * over. Nullable: keys. */
void b7_page_sources_add(B7PageSources *sources, const char *keys);
/* The sources of the criteria's rules, and of the kernel's parameters. */
void b7_page_sources_add_rules(B7PageSources *sources, const B7Criteria *criteria);
void b7_page_sources_add_parameters(B7PageSources *sources, const B7KernelTables *tables);
B7Status b7_page_sources_close(B7PageSources *sources, B7Error *error);

#endif
