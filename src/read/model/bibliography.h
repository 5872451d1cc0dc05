/* bibliography.h - the keys of a BibTeX file. */
#ifndef B7_READ_MODEL_BIBLIOGRAPHY_H
#define B7_READ_MODEL_BIBLIOGRAPHY_H

#include "base/memory.h"
#include "base/status.h"

/* Keys of all entries of the file, NULL-terminated, from the arena. A key that is there twice is an error. */
B7Status b7_bibliography_keys(const char *path, B7Arena *arena, const char *const **keys, B7Error *error);

#endif
