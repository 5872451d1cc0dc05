/* files.h - whole files in, whole files out. */
#ifndef B7_BASE_FILES_H
#define B7_BASE_FILES_H

#include "base/memory.h"
#include "base/status.h"

/* What people write is shorter; reading it as a document takes up to ten times its size. */
#define B7_TEXT_BYTES_MAX ((size_t)16 * 1024 * 1024)

/* The whole file, terminated by a NUL that is not counted; INPUT when it holds more than B7_TEXT_BYTES_MAX. Free
 * with b7_memory_resize(hooks, bytes, length + 1, 0). */
B7Status b7_file_read(const char *path, const B7Hooks *hooks, char **bytes, size_t *length, B7Error *error);
/* The same for published tables and what the program itself wrote: up to 512 MiB. */
B7Status b7_file_read_large(const char *path, const B7Hooks *hooks, char **bytes, size_t *length,
                            B7Error *error);
/* Write to a temporary file beside path, then rename: whole or not at all. */
B7Status b7_file_write(const char *path, const void *bytes, size_t length, B7Error *error);
/* For writers with a library of their own: the temporary name, then keep or drop it. */
B7Status b7_file_temporary(const char *path, char *temporary, size_t size, B7Error *error);
B7Status b7_file_keep(const char *temporary, const char *path, B7Error *error);
void b7_file_drop(const char *temporary);
/* Drop the temporary files that killed processes left beside path. No other process may be writing path. */
void b7_file_sweep(const char *path);
/* "folder/name" entries that end in suffix, sorted by name; from the arena. */
B7Status b7_file_list(const char *folder, const char *suffix, B7Arena *arena, char ***names, int32_t *count,
                      B7Error *error);
bool b7_file_exists(const char *path);

#endif
