/* options.h - option structs of callers that were compiled against another header: their first member is a size_t, what both know of. */
#ifndef B7_BASE_OPTIONS_H
#define B7_BASE_OPTIONS_H

#include <stddef.h>

#include "bridge7.h"

/* Fill a caller's options with the library's defaults, as many bytes as both know; their first member becomes that number. */
void b7_options_give(const void *defaults, size_t size, void *options, size_t struct_size);

/* Copy a caller's options over own[size], which holds the defaults. Errors: USAGE (they were not made by `maker`). */
B7Status b7_options_take(const void *given, void *own, size_t size, const char *maker, B7Error *error);

#endif
